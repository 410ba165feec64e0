import config from "./jest.config.mjs";
import { unnamed } from "./scripts/setup/nixpkgs-copies.mjs";

/** @type {import("jest").Config} */
export default {
  ...config,
  testMatch: ["<rootDir>/__tests__/nixpkgs/**/*.suite.ts"],
  testPathIgnorePatterns: unnamed(process.env).map(
    ({ project }) => `<rootDir>/__tests__/nixpkgs/${project}/`,
  ),
};
