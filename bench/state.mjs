// npm run bench:state: `state list`, with its checks, of 10,000 reservations against a program that reads and
// parses the same file and does nothing with it, in turns.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { compare, measure } from "./measure.mjs";

const ROUNDS = 15;
const RESERVATIONS = 10_000;
const TARGET = 3;

const bundle = fileURLToPath(new URL("../dist/cli/index.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "hostenv-state-bench-"));
const state = join(folder, "generated/state.json");
const parser = join(folder, "parse.mjs");

function reservation(index) {
  const userName = `site${String(index).padStart(5, "0")}-main-${(index * 2_654_435_761).toString(16).slice(-7)}`;
  const virtualHosts = [`${userName}.hosting.test`, `www.site${index}.example`];
  return [userName, { node: `node-${index % 250}`, uid: 1002 + index, userName, virtualHosts }];
}

function git(...args) {
  const identity = ["-c", "user.name=bench", "-c", "user.email=bench@h.test"];
  execFileSync("git", ["-C", folder, ...identity, ...args]);
}

mkdirSync(join(folder, "generated"));
const entries = Array.from({ length: RESERVATIONS }, (_, index) => reservation(index));
writeFileSync(state, `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`);
writeFileSync(
  parser,
  `import { readFileSync } from "node:fs";\nJSON.parse(readFileSync(${JSON.stringify(state)}, "utf8"));\n`,
);
const list = (...more) => measure(process.execPath, [bundle, "state", "list", "-C", folder, ...more]);
const alone = await compare({ parse: () => measure(process.execPath, [parser]), list: () => list() }, ROUNDS);
git("init", "--quiet");
git("add", "--all");
git("commit", "--quiet", "--message=Start");
const known = await compare({ parse: () => measure(process.execPath, [parser]), list: () => list() }, ROUNDS);
rmSync(folder, { recursive: true });

for (const [name, { parse, list: listed }] of Object.entries({ "without git": alone, "with git": known })) {
  const ratio = listed.seconds / parse.seconds;
  const [ours, theirs] = [listed, parse].map(({ seconds }) => `${(seconds * 1000).toFixed(0)} ms`);
  const peak = `${listed.peakMiB.toFixed(0)} MiB`;
  process.stdout.write(
    `state list ${name} on Node ${process.version}: ${ours}, reading and parsing ${theirs}: ${ratio.toFixed(2)}× (target ${TARGET}×), peak ${peak}\n`,
  );
}
