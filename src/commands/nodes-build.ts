import { z } from "zod";
import type { Built } from "../domain/built.ts";
import { nearest } from "../domain/nearest.ts";
import { BuildError, HostenvError, UsageError } from "../errors.ts";
import { hostsOf } from "../fleets/hostenv/facts.ts";
import { parsePlan } from "../fleets/hostenv/schema.ts";
import type { Files, Snapshot } from "../ports/files.ts";
import type { Closures, Tree } from "../ports/flakes.ts";
import type { Trees } from "../ports/history.ts";
import type { Clock, Progress } from "../ports/people.ts";
import { visible } from "../render/escape.ts";

/** Inputs of `nodes build`. */
export const nodesBuildInputs = z.strictObject({ node: z.string(), dryRun: z.boolean().default(false) });

/** What `nodes build` needs of the world. */
export interface BuildPorts {
  readonly closures: Closures;
  readonly trees: Trees;
  readonly snapshot: Snapshot;
  readonly files: Files;
  readonly clock: Clock;
  readonly progress: Progress;
  /** The snapshot's folder below the provider's. */
  readonly generated: string;
}

/**
 * Builds one node's system from the snapshot as it is in the working tree. Throws HostenvError
 * `snapshot-missing`, `package-missing`, UsageError for an unknown node, and what `Closures.build` does.
 */
export async function nodesBuild(
  { node, dryRun }: z.infer<typeof nodesBuildInputs>,
  ports: BuildPorts,
): Promise<Built> {
  const started = ports.clock.seconds();
  try {
    const copy = await ports.snapshot.steadily(() => ports.trees.current(null));
    const tree = await ports.trees.snapshotOf(copy, {});
    refuseUnknown(node, await nodesIn(tree, ports));
    ports.progress.step(dryRun ? `evaluating ${node}` : `building ${node}`);
    const made = dryRun ? await evaluated(tree, node, ports) : await built(tree, node, ports);
    return { schema: 1, node, ...made, seconds: ports.clock.seconds() - started };
  } finally {
    ports.progress.done();
    await ports.closures.dispose();
    await ports.trees.dispose();
  }
}

async function nodesIn({ root, folder, files: tracked }: Tree, { files, generated }: BuildPorts) {
  const name = `${generated}/plan.json`;
  const plan = await files.readJsonIfThere(`${root}/${folder}/plan.json`, name);
  if (plan !== null && tracked.includes("flake.nix")) return hostsOf(parsePlan(plan, name));
  throw new HostenvError(
    "snapshot-missing",
    `git knows no ${plan === null ? name : `${generated}/flake.nix`}, and a node is built from the snapshot`,
    "write the snapshot first: hostenv-provider plan",
  );
}

function refuseUnknown(node: string, known: readonly string[]): void {
  if (known.includes(node)) return;
  const near = nearest(node, known);
  const hint = near ? `did you mean '${near}'?` : `nodes: ${known.join(", ")}`;
  throw new UsageError(`there is no node '${node}'`, hint);
}

type Made = Pick<Built, "storePath" | "drvPath">;

async function built(tree: Tree, node: string, { closures, progress }: BuildPorts): Promise<Made> {
  try {
    const { drvPath, storePath } = (await closures.build(tree, `node-${node}`)) ?? missing(node);
    return { storePath, drvPath };
  } catch (error) {
    tellBuilderLog(error, progress);
    throw error;
  }
}

/** Tells what a failed builder said: the error itself is one line, and that comes before it. */
export function tellBuilderLog(error: unknown, progress: Pick<Progress, "notice">): void {
  if (error instanceof BuildError) for (const line of error.log) progress.notice(`| ${visible(line)}`);
}

async function evaluated(tree: Tree, node: string, { closures }: BuildPorts): Promise<Made> {
  const found = await closures.derivations(tree, [`node-${node}`]);
  const { drvPath, outPath } = found[`node-${node}`] ?? missing(node);
  return { storePath: outPath, drvPath };
}

function missing(node: string): never {
  throw new HostenvError(
    "package-missing",
    `the snapshot's flake has no package node-${node}`,
    "plan with a newer hostenv-provider: nix flake lock --update-input hostenv-provider",
  );
}
