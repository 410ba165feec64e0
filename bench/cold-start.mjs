// npm run bench:cold-start: each bundle from start to having read its inputs, against an empty program
// on the same Node, in turns. A folder that does not exist makes the bundle stop right after its inputs.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { compare, measure } from "./measure.mjs";

const ROUNDS = 25;
const BUNDLES = {
  cli: { args: ["plan", "-C", "/nonexistent"], env: process.env },
  plan: { args: [], env: { ...process.env, "INPUT_WORKING-DIRECTORY": "/nonexistent" } },
};

const folder = mkdtempSync(join(tmpdir(), "hostenv-cold-start-"));
const empty = join(folder, "empty.mjs");
writeFileSync(empty, "");
for (const [name, { args, env }] of Object.entries(BUNDLES)) {
  const bundle = fileURLToPath(new URL(`../dist/${name}/index.js`, import.meta.url));
  const found = await compare(
    {
      empty: () => measure(process.execPath, [empty]),
      bundle: () => measure(process.execPath, [bundle, ...args], { expected: [1], env }),
    },
    ROUNDS,
  );
  const milliseconds = (each) => `${(each.seconds * 1000).toFixed(0)} ms`;
  const ratio = (found.bundle.seconds / found.empty.seconds).toFixed(2);
  process.stdout.write(
    `${name} on Node ${process.version}: ${milliseconds(found.bundle)}, empty program ${milliseconds(found.empty)}: ${ratio}×\n`,
  );
}
rmSync(folder, { recursive: true });
