import config from "./jest.config.mjs";

/** @type {import("jest").Config} */
export default { ...config, testMatch: ["<rootDir>/__tests__/nixpkgs/**/*.suite.ts"] };
