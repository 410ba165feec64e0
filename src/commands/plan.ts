import { z } from "zod";
import type { JsonValue } from "../domain/json.ts";
import { UsageError } from "../errors.ts";
import { emptySide, type HostenvSide } from "../fleets/hostenv/facts.ts";
import { pinsOf } from "../fleets/hostenv/pins.ts";
import { parseLock, parsePlan, parseState } from "../fleets/hostenv/schema.ts";
import { sourcesAmong } from "../fleets/hostenv/sources.ts";
import type { Clock, Evaluation, Evaluator, Files, Progress, Tree, Trees } from "../ports.ts";
import { allowancesOf, judge, type Verdict } from "./judge.ts";

/** Inputs of `plan`. */
export const planInputs = z.strictObject({
  base: z.string().optional(),
  basePlan: z.string().optional(),
  state: z.string().optional(),
  allow: z.array(z.string()).default([]),
  system: z.string().default("x86_64-linux"),
  dryRun: z.boolean().default(false),
});

type PlanInputs = z.infer<typeof planInputs>;

/** What `plan` needs of the world. */
export interface PlanPorts {
  readonly evaluator: Evaluator;
  readonly trees: Trees;
  readonly files: Files;
  readonly clock: Clock;
  readonly progress: Progress;
  readonly toolVersion: string;
  /** The provider's folder, and the snapshot's folder below it. */
  readonly directory: string;
  readonly generated: string;
}

/** Evaluates the provider, compares it with its base and writes plan.json and state.json. */
export async function plan(inputs: PlanInputs, ports: PlanPorts): Promise<Verdict> {
  const started = ports.clock.seconds();
  const allowances = allowancesOf(inputs.allow);
  if (inputs.base !== undefined && inputs.basePlan !== undefined) {
    throw new UsageError("--base and --base-plan are both given", "give one of them");
  }
  try {
    const version = ports.evaluator.version();
    const { head, base, evaluation, commits, folder } = await sides(inputs, ports);
    const origin = {
      provider: folder || ".",
      baseCommit: commits.base,
      headCommit: commits.head,
      toolVersion: ports.toolVersion,
      nixVersion: await version,
      seconds: ports.clock.seconds() - started,
    };
    const verdict = judge(base, head, { allowances, now: ports.clock.now(), origin });
    if (!inputs.dryRun) await writeSnapshot(evaluation, ports);
    return verdict;
  } finally {
    ports.progress.done();
    await ports.trees.dispose();
  }
}

interface Sides {
  readonly head: HostenvSide;
  readonly base: HostenvSide;
  readonly evaluation: Evaluation;
  readonly commits: { readonly base: string | null; readonly head: string | null };
  readonly folder: string;
}

async function sides(inputs: PlanInputs, ports: PlanPorts): Promise<Sides> {
  if (inputs.base === undefined) return withFileBase(inputs, ports);
  ports.progress.step(`fetching ${inputs.base}`);
  const before = await ports.trees.at(inputs.base);
  if (!isFlake(before)) {
    ports.progress.notice(`${inputs.base} holds no flake.nix in this folder: everything is new`);
    return withFileBase(inputs, ports, "none");
  }
  await warnWhenBehind(inputs.base, before, ports);
  const state = await stateIn(inputs, before, ports);
  const now = await ports.trees.current(state);
  ports.progress.step("evaluating base and head");
  const [base, evaluation] = await Promise.all([
    ports.evaluator.evaluate(before, inputs.system),
    ports.evaluator.evaluate(now, inputs.system),
  ]);
  ports.progress.step("comparing");
  // What the base's state does not hold yet is numbered anew on both sides, and again at merge.
  const reserved = new Set(Object.keys(parseState(JSON.parse(state), "state.json")));
  return {
    base: { ...(await sideOf(before, base, ports)), reserved },
    head: { ...(await sideOf(now, evaluation, ports)), reserved },
    evaluation,
    commits: { base: before.commit, head: now.commit },
    folder: now.folder,
  };
}

function isFlake(tree: Tree): boolean {
  return tree.files.includes("flake.nix");
}

async function warnWhenBehind(
  reference: string,
  before: Tree,
  { trees, progress }: PlanPorts,
): Promise<void> {
  if (before.commit === null || (await trees.contains(before.commit)) !== false) return;
  progress.notice(
    `this branch does not contain ${reference}: what is new there shows as undone here; merge or rebase first`,
  );
}

// Uids and hostnames are reserved by what was merged, so a branch starts from its base's state.
async function stateIn(inputs: PlanInputs, before: Tree, ports: PlanPorts): Promise<string> {
  if (inputs.state !== undefined) return stateFile(inputs.state, ports.files);
  const committed = `${before.root}/${before.folder}/${ports.generated}/state.json`;
  return (await ports.files.readIfThere(committed)) ?? "{}";
}

async function stateFile(path: string, files: Files): Promise<string> {
  return JSON.stringify(parseState(await files.readJson(path), path));
}

async function withFileBase(inputs: PlanInputs, ports: PlanPorts, base?: "none"): Promise<Sides> {
  const state = inputs.state === undefined ? null : await stateFile(inputs.state, ports.files);
  const now = await ports.trees.current(state);
  ports.progress.step("evaluating");
  // The base's file is read and checked while Nix evaluates.
  const [evaluation, before] = await Promise.all([
    ports.evaluator.evaluate(now, inputs.system),
    base === "none" ? null : basePlanOf(inputs, ports),
  ]);
  ports.progress.step("comparing");
  const head = await sideOf(now, evaluation, ports);
  return {
    // What a plan file was made from is not in it: nothing is known to differ.
    base: { ...(before ?? emptySide), pins: head.pins, sources: head.sources, nodesFolder: head.nodesFolder },
    head,
    evaluation,
    commits: { base: null, head: now.commit },
    folder: now.folder,
  };
}

// Without a named base, the plan on disk is what the new one replaces.
async function basePlanOf(inputs: PlanInputs, { files, directory, generated }: PlanPorts) {
  if (inputs.basePlan !== undefined) {
    return { plan: parsePlan(await files.readJson(inputs.basePlan), inputs.basePlan) };
  }
  const path = `${directory}/${generated}/plan.json`;
  const onDisk = await files.readJsonIfThere(path);
  return onDisk === null ? null : { plan: parsePlan(onDisk, path) };
}

async function sideOf(tree: Tree, evaluation: Evaluation, ports: PlanPorts): Promise<HostenvSide> {
  const folder = tree.folder === "" ? tree.root : `${tree.root}/${tree.folder}`;
  const paths = sourcesAmong(tree.files, evaluation.sourceFolders, ports.generated);
  const hashes = await ports.files.hashes(folder, paths);
  const lock = await ports.files.readJsonIfThere(`${folder}/flake.lock`);
  return {
    plan: parsePlan(evaluation.plan, "the evaluated plan"),
    pins: lock === null ? [] : pinsOf(parseLock(lock, "flake.lock")),
    sources: paths.map((path, index) => ({ path, sha256: hashes[index] as string })),
    nodesFolder: evaluation.sourceFolders.nodes,
  };
}

async function writeSnapshot({ plan: planned, state }: Evaluation, ports: PlanPorts): Promise<void> {
  ports.progress.step(`writing ${ports.generated}`);
  await ports.files.writeAll(`${ports.directory}/${ports.generated}`, {
    "plan.json": text(planned),
    "state.json": text(state),
  });
}

// Nix gives keys in byte order, so equal plans are equal files.
function text(value: JsonValue): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
