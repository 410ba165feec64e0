import {
  type Closure,
  type Comparing,
  compareHost,
  type Derivation,
  type Evaluated,
  type HostDerivations,
} from "../domain/derivations.ts";
import { byBytes } from "../domain/json.ts";
import { HostenvError } from "../errors.ts";
import { hostsOf } from "../fleets/hostenv/facts.ts";
import { type Plan, parsePlan } from "../fleets/hostenv/schema.ts";
import type { Files } from "../ports/files.ts";
import type { Closures, Tree } from "../ports/flakes.ts";
import type { Trees } from "../ports/history.ts";
import type { Progress } from "../ports/people.ts";
import type { Sides } from "./plan-sides.ts";
import { pooled } from "./pooled.ts";

/** What comparing derivations needs of the world. */
export interface ComparingPorts {
  readonly closures: Closures;
  readonly trees: Trees;
  readonly files: Files;
  readonly progress: Progress;
  readonly generated: string;
}

/** Errors that say of a whole side that nothing of it can be built. */
const OF_THE_SIDE = ["builders-missing", "not-a-provider", "no-flake", "lock-incomplete", "nix-missing"];

/** One side's snapshot as a flake, and its plan. */
interface Snapshot {
  readonly tree: Tree;
  readonly plan: Plan;
}

/**
 * Which nodes are built differently: one process for each node and side, so many at a time. Where one
 * side can't be evaluated, rules tell them, and the answer says why.
 */
export async function compareDerivations(
  sides: Pick<Sides, "trees" | "head" | "generated" | "evaluation">,
  concurrency: number,
  ports: ComparingPorts,
): Promise<Comparing> {
  try {
    const [base, head] = [await baseOf(sides, ports), await headOf(sides, ports)];
    return { method: "derivations", nodes: await nodesOf(base, head, concurrency, ports) };
  } catch (error) {
    if (!(error instanceof Impossible)) throw error;
    return { method: "rules", reason: error.message, nodes: [] };
  }
}

// Why derivations can't be compared; never leaves this file.
class Impossible extends Error {}

async function baseOf({ trees }: Pick<Sides, "trees">, ports: ComparingPorts): Promise<Snapshot> {
  const { files, generated } = ports;
  const tree = trees.base && (await ports.trees.snapshotOf(trees.base, {}));
  const name = `${generated}/plan.json`;
  const plan = tree && (await files.readJsonIfThere(`${tree.root}/${tree.folder}/plan.json`, name));
  if (!plan || !tree?.files.includes("flake.nix")) throw new Impossible("the base has no generated flake");
  return { tree, plan: parsePlan(plan, name) };
}

async function headOf(
  { trees, generated, evaluation, head }: Pick<Sides, "trees" | "head" | "generated" | "evaluation">,
  ports: ComparingPorts,
): Promise<Snapshot> {
  if (generated === null) throw new Impossible("the provider's hostenv-provider makes no generated flake");
  if (generated.unknown.length > 0) {
    throw new Impossible(`the revision of ${generated.unknown.join(", ")} is not known here`);
  }
  const tree = await ports.trees.snapshotOf(trees.head, {
    "plan.json": JSON.stringify(evaluation.plan),
    "flake.nix": generated.flake,
    "flake.lock": generated.lock,
  });
  return { tree, plan: head.plan };
}

async function nodesOf(
  base: Snapshot,
  head: Snapshot,
  concurrency: number,
  ports: ComparingPorts,
): Promise<HostDerivations[]> {
  const hosts = [...new Set([...hostsOf(base.plan), ...hostsOf(head.plan)])].sort(byBytes);
  let done = 0;
  const sides = await pooled(
    hosts.flatMap((host) => [[host, base] as const, [host, head] as const]),
    concurrency,
    async ([host, side]) => {
      const found = await evaluated(host, side, ports);
      ports.progress.step(`evaluating nodes: ${++done} of ${2 * hosts.length}`);
      return found;
    },
  );
  const compared = hosts.map((host, index) => {
    const [before, after] = sides.slice(2 * index, 2 * index + 2) as [Evaluated, Evaluated];
    return { before, after, found: compareHost(host, before, after) };
  });
  return await pooled(
    compared.flatMap(({ found, ...rest }) => (found ? [{ ...rest, found }] : [])),
    concurrency,
    async ({ before, after, found }) => ({ ...found, ...(await closureOf(before, after, found, ports)) }),
  );
}

/** What a node's own package stands for. */
const SYSTEM = "system";

async function evaluated(host: string, { tree, plan }: Snapshot, ports: ComparingPorts): Promise<Evaluated> {
  if (!hostsOf(plan).includes(host)) return { packages: {} };
  const carried = Object.entries(plan.environments).filter(([, { node }]) => node === host);
  const names = new Map([
    [`node-${host}`, SYSTEM],
    ...carried.map(([name]) => [`env-${name}`, name] as const),
  ]);
  try {
    const found = Object.entries(await ports.closures.derivations(tree, [...names.keys()]));
    const packages = found.map(([name, made]) => [names.get(name) as string, made]);
    return { packages: Object.fromEntries(packages) as Record<string, Derivation> };
  } catch (error) {
    if (!(error instanceof HostenvError)) throw error;
    if (OF_THE_SIDE.includes(error.code)) throw new Impossible(error.message);
    return { error: `${error.message} [${error.code}]` };
  }
}

/** Packages of a node that are looked into, and lines about them that are kept. */
const [COMPARED, LINES] = [10, 50];

async function closureOf(
  before: Evaluated,
  after: Evaluated,
  { changed }: HostDerivations,
  { closures }: ComparingPorts,
): Promise<{ closure?: Closure }> {
  if ("error" in before || "error" in after) return {};
  const beforeBytes = await sizeOf(before.packages, closures);
  const afterBytes = beforeBytes === null ? null : await sizeOf(after.packages, closures);
  if (beforeBytes === null || afterBytes === null) return {};
  const both = changed.flatMap((name) => {
    const [old, now] = [before.packages[name], after.packages[name]];
    return old && now ? [[old.outPath, now.outPath] as const] : [];
  });
  const lines: string[] = [];
  for (const [old, now] of both.slice(0, COMPARED)) lines.push(...(await closures.packageChanges(old, now)));
  return { closure: { beforeBytes, afterBytes, packages: [...new Set(lines)].slice(0, LINES) } };
}

async function sizeOf(packages: Readonly<Record<string, Derivation>>, closures: Closures) {
  const paths = Object.values(packages).map(({ outPath }) => outPath);
  return paths.length === 0 ? 0 : await closures.size(paths);
}
