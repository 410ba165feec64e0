// TypeScript to JavaScript, then one self-contained bundle per door into dist/.
import { execFileSync } from "node:child_process";
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const run = (name, ...args) =>
  execFileSync(process.execPath, [`${root}node_modules/${name}`, ...args], {
    cwd: root,
    stdio: ["ignore", "ignore", "inherit"],
  });

// Made beside it and put in its place when whole: a build that fails, or is still going on, leaves dist/ as it is.
const MADE = "build/dist";

/** Every bundle: its folder below dist/ and the compiled door it is made from. */
const BUNDLES = { cli: "build/cli.js", action: "build/action.js", post: "build/post.js" };

rmSync(`${root}build`, { recursive: true, force: true });
run("typescript/bin/tsc");
for (const [name, entry] of Object.entries(BUNDLES)) {
  run("@vercel/ncc/dist/ncc/cli.js", "build", entry, "--out", `${MADE}/${name}`, "--license", "licenses.txt");
}
const { VERBS } = await import("../build/verbs.js");
// Actions of one verb: two lines each that start the shared bundle.
for (const { name } of VERBS.filter(({ action }) => action)) {
  mkdirSync(`${root}${MADE}/${name}`);
  writeFileSync(`${root}${MADE}/${name}/package.json`, '{\n  "type": "module"\n}\n');
  writeFileSync(
    `${root}${MADE}/${name}/index.js`,
    `process.env.INPUT_COMMAND = "${name}";\nawait import("../action/index.js");\n`,
  );
}
rmSync(`${root}dist`, { recursive: true, force: true });
renameSync(`${root}${MADE}`, `${root}dist`);
