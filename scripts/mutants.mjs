// npm run mutants: puts known mistakes into copies of this repository, one at a time, and runs the tests
// that must notice. Exits with 1 when one goes unnoticed or when the unchanged tests fail.
// `node scripts/mutants.mjs waves` tries only mutants whose file or reason holds that word; `--part` an eighth
// of them, with each commit the next one.
import { execFileSync, spawn } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { cloudflare } from "./mutants/cloudflare.mjs";
import { comment } from "./mutants/comment.mjs";
import { deployReport } from "./mutants/deploy-report.mjs";
import { dns } from "./mutants/dns.mjs";
import { doctor } from "./mutants/doctor.mjs";
import { engine } from "./mutants/engine.mjs";
import { issues } from "./mutants/issues.mjs";
import { moves } from "./mutants/moves.mjs";
import { nodes } from "./mutants/nodes.mjs";
import { planner } from "./mutants/planner.mjs";
import { projectPush } from "./mutants/project-push.mjs";
import { resolver } from "./mutants/resolver.mjs";
import { state } from "./mutants/state.mjs";
import { ensureNix } from "./setup/nix.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const log = (line) => process.stdout.write(`${line}\n`);

// Each stage runs only if the one before noticed nothing: what stands first notices most, and fastest.
const STAGES = {
  nix: [["__tests__/nix/planner"], ["__tests__/nix/dns-gate"]],
  "src/domain/dns": [
    ["__tests__/domain/dns/(gate|site|memory|remedy|zone)"],
    ["__tests__/domain/dns/(names|problems|resolve|verdicts)"],
  ],
  "src/domain/deploy": [
    ["__tests__/domain/deploy"],
    ["__tests__/commands/(rollback|drift)"],
    ["__tests__/commands/deploy"],
    ["__tests__/fleets"],
    ["__tests__/domain"],
  ],
  "src/domain": [["__tests__/domain"], ["__tests__/fleets"]],
  "src/fleets": [
    ["__tests__/fleets", "--testPathIgnorePatterns=kind"],
    ["__tests__/fleets/kind", "__tests__/domain"],
  ],
  "src/commands": [
    [
      "__tests__/commands/(comment|deploy|dns-gate|dns-writes|issue|labels|other|plan-state|project|report|rollback|snapshot)",
    ],
  ],
  "src/render": [
    ["__tests__/render/(deploy-comment|diagram|dns-issues|failure|progress|sticky)"],
    ["__tests__/commands/(comment|labels|other)"],
  ],
  "src/adapters": [["__tests__/adapters/(cloudflare|github|http-checks)"]],
};

/** A mutant that runs in a circle is noticed, too. */
const TIMEOUT_MS = 180_000;

/** The unchanged tests run to their end, also beside other work. */
const WHOLE_TIMEOUT_MS = 900_000;

function stagesOf(file) {
  return STAGES[Object.keys(STAGES).find((folder) => file.startsWith(`${folder}/`))];
}

/** A mutant whose text is gone or ambiguous would test nothing. */
function staleness({ file, from }) {
  const times = readFileSync(join(root, file), "utf8").split(from).length - 1;
  return times === 1 ? [] : [`${file}: ${JSON.stringify(from)} stands there ${times} times, not once`];
}

function copyRepository(folder) {
  const listed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: root,
  });
  for (const path of listed
    .toString()
    .split("\0")
    .filter((name) => name && existsSync(join(root, name)))) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    copyFileSync(join(root, path), join(folder, path));
  }
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
}

// Nothing is inherited that a test would write to; the last lines tell why an unchanged tree fails.
function jest(folder, stage, nix, timeout) {
  const args = [
    "--experimental-vm-modules",
    "node_modules/jest/bin/jest.js",
    "--runInBand",
    "--bail",
    ...stage,
  ];
  const env = { ...process.env, HOSTENV_TEST_NIX: nix, HOSTENV_TEST_NIX_CURRENT: "" };
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, {
      cwd: folder,
      env,
      timeout,
      killSignal: "SIGKILL",
    });
    let output = "";
    child.stderr.on("data", (data) => {
      output += data;
    });
    child.stdout.resume();
    child.on("close", (code) => resolve({ passed: code === 0, output }));
  });
}

async function firstFailure(folder, stages, nix, timeout = TIMEOUT_MS) {
  for (const stage of stages) {
    const { passed, output } = await jest(folder, stage, nix, timeout);
    if (!passed) return output;
  }
  return null;
}

async function isCaught({ file, from, to }, folder, nix) {
  const path = join(folder, file);
  const original = readFileSync(path, "utf8");
  // A function, for `to` may hold what `replace` takes for a pattern.
  writeFileSync(
    path,
    original.replace(from, () => to),
  );
  try {
    return (await firstFailure(folder, stagesOf(file), nix)) !== null;
  } finally {
    writeFileSync(path, original);
  }
}

/** Works a queue off in both copies at once; results keep the queue's order. */
async function inBoth(folders, queue, work) {
  const results = [];
  let next = 0;
  const worker = async (folder) => {
    for (let index = next++; index < queue.length; index = next++)
      results[index] = await work(queue[index], folder);
  };
  await Promise.all(folders.map(worker));
  return results;
}

async function unchangedTreeFails(folders, nix) {
  const stages = [...new Set(Object.values(STAGES).flat(2))].filter((part) => part.startsWith("__tests__"));
  const failures = await inBoth(folders, stages, (stage, folder) =>
    firstFailure(folder, [[stage]], nix, WHOLE_TIMEOUT_MS),
  );
  return failures.find((failure) => failure !== null) ?? null;
}

async function tryAll(mutants, folders, nix) {
  return inBoth(folders, mutants, async (mutant, folder) => {
    const caught = await isCaught(mutant, folder, nix);
    log(`${caught ? "caught  " : "SURVIVED"} ${mutant.file}: ${mutant.why}`);
    return caught;
  });
}

async function tested(mutants, nix) {
  const folders = [1, 2].map(() => mkdtempSync(join(tmpdir(), "hostenv-mutants-")));
  try {
    for (const folder of folders) copyRepository(folder);
    const failure = await unchangedTreeFails(folders, nix);
    if (failure !== null) return refused(`the unchanged tests fail:\n${failure.slice(-4000)}`);
    const caught = (await tryAll(mutants, folders, nix)).filter(Boolean).length;
    log(`${mutants.length} mutants, ${caught} caught`);
    return caught === mutants.length ? 0 : 1;
  } finally {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  }
}

/** So many commits in a row try all of them. */
const PARTS = 8;

function partOf(mutants) {
  const commits = Number(
    execFileSync("git", ["rev-list", "--count", "HEAD"], { cwd: root, encoding: "utf8" }),
  );
  const part = commits % PARTS;
  log(`part ${part + 1} of ${PARTS}; npm run mutants tries all ${mutants.length}`);
  return mutants.filter((_, index) => index % PARTS === part);
}

function refused(reason) {
  log(reason);
  return 1;
}

async function main(word = "") {
  const all = [
    ...planner,
    ...projectPush,
    ...engine,
    ...comment,
    ...cloudflare,
    ...deployReport,
    ...dns,
    ...doctor,
    ...issues,
    ...moves,
    ...nodes,
    ...resolver,
    ...state,
  ];
  const isAbout = ({ file, why }) => `${file} ${why}`.includes(word);
  const mutants = word === "--part" ? partOf(all) : all.filter(isAbout);
  if (mutants.length === 0) return refused(`no mutant is about '${word}'`);
  const stale = all.flatMap(staleness);
  if (stale.length > 0) return refused(stale.join("\n"));
  const { path, reason } = await ensureNix({ log });
  return path ? tested(mutants, path) : refused(`the planner's mutants need Nix: ${reason}`);
}

process.exitCode = await main(process.argv[2]);
