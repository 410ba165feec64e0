// TypeScript to JavaScript, then one self-contained bundle per door into dist/.
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const run = (name, ...args) =>
  execFileSync(process.execPath, [`${root}node_modules/${name}`, ...args], {
    cwd: root,
    stdio: ["ignore", "ignore", "inherit"],
  });

/** Every bundle: its folder below dist/ and the compiled door it is made from. */
const BUNDLES = { cli: "build/cli.js", action: "build/action.js" };

rmSync(`${root}build`, { recursive: true, force: true });
rmSync(`${root}dist`, { recursive: true, force: true });
run("typescript/bin/tsc");
for (const [name, entry] of Object.entries(BUNDLES)) {
  run("@vercel/ncc/dist/ncc/cli.js", "build", entry, "--out", `dist/${name}`, "--license", "licenses.txt");
}
const { VERBS } = await import("../build/verbs.js");
// Actions of one verb: two lines each that start the shared bundle.
for (const { name } of VERBS.filter(({ action }) => action)) {
  mkdirSync(`${root}dist/${name}`);
  writeFileSync(`${root}dist/${name}/package.json`, '{\n  "type": "module"\n}\n');
  writeFileSync(
    `${root}dist/${name}/index.js`,
    `process.env.INPUT_COMMAND = "${name}";\nawait import("../action/index.js");\n`,
  );
}
