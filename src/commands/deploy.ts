import { z } from "zod";
import type { Live } from "../domain/deploy/live.ts";
import type { Problem } from "../domain/deploy/preflight.ts";
import type { Unreviewed } from "../domain/deploy/reviewed.ts";
import { publicKeyOf } from "../domain/deploy/signing-key.ts";
import type { Memory } from "../domain/dns/memory.ts";
import { nearest } from "../domain/nearest.ts";
import { UsageError } from "../errors.ts";
import { gateConcerning, withMovesHeld } from "../fleets/hostenv/deploy-gate.ts";
import { type HeldBack, heldBackNodes, typesOf } from "../fleets/hostenv/deploy-held-back.ts";
import { type DeployPlan, deployPlan } from "../fleets/hostenv/deploy-plan.ts";
import { targetOf } from "../fleets/hostenv/deploy-targets.ts";
import { type HostenvSide, hostsOf } from "../fleets/hostenv/facts.ts";
import { sideFrom } from "../fleets/hostenv/live.ts";
import { refuseUnreserved } from "../fleets/hostenv/reservations.ts";
import type { LoopPorts, Waiting } from "./deploy-ground.ts";
import { type Looked, lookAt } from "./deploy-look.ts";
import { DeployLoop } from "./deploy-loop.ts";
import { type Preflight, preflight } from "./deploy-preflight.ts";
import { type Deployable, deployable, memoryIn, type SnapshotPorts } from "./deploy-snapshot.ts";
import type { NodeResult } from "./deploy-wave.ts";

/** Inputs of `deploy`. */
export const deployInputs = z.strictObject({
  node: z.array(z.string()).default([]),
  planId: z
    .string()
    .regex(/^[0-9a-f]{64}$/, "is no plan id: 64 hex digits")
    .optional(),
  remoteBuild: z.boolean().default(false),
  skipVerification: z.boolean().default(false),
  skipMigrations: z.array(z.string()).default([]),
  migrationSource: z.array(z.string()).default([]),
  ignoreMigrationErrors: z.boolean().default(false),
  holdTypes: z.array(z.string().min(1)).default([]),
  maxFailures: z.coerce.number().int().min(0).default(0),
  requireReview: z.boolean().default(false),
  adopt: z.boolean().default(false),
  dryRun: z.boolean().default(false),
});

export type DeployInputs = z.infer<typeof deployInputs>;

/** What `deploy` needs of the world. */
export interface DeployPorts extends LoopPorts, SnapshotPorts {
  /** The signing key's file and content; null where none is given. */
  readonly signing: { readonly file: string; readonly secret: string } | null;
  /** Who deploys, in words for other deploys: the run, or the user and the machine. */
  readonly owner: string;
  /** What of a deploy no merged pull request showed. */
  readonly unreviewed: (plan: DeployPlan, lives: ReadonlyMap<string, Live | null>) => Promise<Unreviewed>;
  /** Told what is about to be deployed, once nothing stands against it. */
  readonly begun: (begun: Pick<DeployEnd, "plan" | "wanted" | "memory" | "waves">) => void;
}

/** How a deploy ended. `dry-run`: nothing was to be changed; `held-back`: nodes are left as they are, see `HeldBack`. */
export type DeployResult =
  | "deployed"
  | "held-back"
  | "nothing"
  | "failed"
  | "unreviewed"
  | "superseded"
  | "stopped"
  | "dry-run";

/** All that is to be told of a deploy. */
export interface DeployEnd {
  readonly exitCode: 0 | 2;
  readonly result: DeployResult;
  readonly planId: string;
  readonly commit: string | null;
  readonly plan: DeployPlan;
  readonly wanted: HostenvSide;
  /** The DNS gate's memory as it is at the end. */
  readonly memory: Memory;
  readonly waves: readonly (readonly string[])[];
  readonly preflight: ReadonlyMap<string, Preflight>;
  readonly nodes: readonly NodeResult[];
  readonly waiting: readonly Waiting[];
  /** What went wrong beside the nodes, such as a zone that could not be written. */
  readonly troubles: readonly Problem[];
  /** Nodes that are none of the waves, since deploys of what they carry are frozen, or not agreed to yet. */
  readonly heldBack: readonly HeldBack[];
  readonly unreviewed: Unreviewed;
  readonly seconds: number;
}

/**
 * Brings the nodes to what the committed snapshot wants of them. Throws HostenvError for what keeps it from
 * knowing what to do; what fails on a node is in the outcome, and the exit code says so.
 */
export async function deploy(inputs: DeployInputs, ports: DeployPorts): Promise<DeployEnd> {
  const started = ports.clock.seconds();
  try {
    const found = await grounded(inputs, ports);
    const outcome = await carriedOut(inputs, found, ports);
    return { ...outcome, seconds: ports.clock.seconds() - started };
  } finally {
    ports.progress.done();
    await Promise.allSettled([ports.nodes.dispose(), ports.store.dispose(), ports.closures.dispose()]);
    await ports.trees.dispose();
  }
}

/** What is known before anything is decided. */
interface Ground {
  readonly snapshot: Deployable;
  readonly memory: Memory;
  readonly looked: ReadonlyMap<string, Looked>;
  readonly lives: ReadonlyMap<string, Live | null>;
  readonly plan: DeployPlan;
  readonly waves: readonly (readonly string[])[];
  readonly heldBack: readonly HeldBack[];
}

async function grounded(inputs: DeployInputs, ports: DeployPorts): Promise<Ground> {
  const snapshot = await deployable(inputs.planId, ports);
  const { side } = snapshot;
  const known = hostsOf(side.plan);
  if (known.length === 0)
    throw new UsageError("the plan has no node to deploy to", "add one below nodes/, and plan again");
  for (const node of inputs.node) refuseUnknown("node", node, known);
  const targets = known.map((node) => targetOf(side.plan, node));
  const looked = await lookAt(targets, side, ports);
  if (!inputs.adopt) refuseUnreserved(snapshot.state, carriedBy(looked), `${ports.generated}/state.json`);
  const sources = sourcesIn(inputs, side, carriedIn(looked));
  const memory = memoryIn(snapshot, ports.generated);
  const plan = planWith(looked, { side, memory, sources });
  refuseMistyped(inputs.holdTypes, plan);
  const isMeant = (node: string) => inputs.node.length === 0 || inputs.node.includes(node);
  // A plan id that somebody typed is a decision of its own.
  const isDecided = inputs.planId !== undefined;
  const holding = {
    now: isDecided ? null : ports.clock.now(),
    types: inputs.holdTypes,
    forward: isDecided ? null : inputs.node,
  };
  const heldBack = heldBackNodes(plan, side.plan, holding).filter(({ node }) => isMeant(node));
  const held = new Set(heldBack.map(({ node }) => node));
  const waves = plan.waves
    .map((wave) => wave.filter((node) => isMeant(node) && !held.has(node)))
    .filter((wave) => wave.length > 0);
  return { snapshot, memory, looked, lives: livesIn(looked), plan, waves, heldBack };
}

function livesIn(looked: ReadonlyMap<string, Looked>): Map<string, Live | null> {
  return new Map([...looked].flatMap(([node, found]) => ("error" in found ? [] : [[node, found.live]])));
}

// A node that can't be asked stays in the plan: its preflight says why it is left out.
function planWith(
  looked: ReadonlyMap<string, Looked>,
  { side, memory, sources }: { side: HostenvSide; memory: Memory; sources: ReadonlyMap<string, string> },
): DeployPlan {
  const lives = new Map([...looked].map(([node, found]) => [node, "error" in found ? null : found.live]));
  const links = new Map(
    [...looked].flatMap(([node, found]) =>
      "error" in found ? [] : [[node, pathsOf(found.look.profiles)] as const],
    ),
  );
  const unasked = new Set([...looked].flatMap(([node, found]) => ("error" in found ? [node] : [])));
  const ground = { wanted: side, lives, links, sources, unasked };
  const first = deployPlan({ ...ground, gates: new Map() });
  const held = withMovesHeld(memory, first.moves, side.plan);
  const gates = new Map([...looked.keys()].map((node) => [node, gateConcerning(held, side.plan, node)]));
  return deployPlan({ ...ground, gates });
}

function pathsOf(links: Readonly<Record<string, { storePath: string } | null>>) {
  return Object.fromEntries(Object.entries(links).map(([name, link]) => [name, link?.storePath ?? null]));
}

function carriedIn(looked: ReadonlyMap<string, Looked>): string[] {
  return [...livesIn(looked).values()].flatMap((live) => Object.keys(live?.facts.plan.environments ?? {}));
}

function carriedBy(looked: ReadonlyMap<string, Looked>): Map<string, HostenvSide["plan"]["environments"]> {
  const lives = [...livesIn(looked)].flatMap(([node, live]) => (live ? [[node, live] as const] : []));
  return new Map(lives.map(([node, { facts }]) => [node, sideFrom(facts, node).plan.environments]));
}

// A removed environment's last backup may be skipped, too.
function sourcesIn(
  { migrationSource, skipMigrations }: DeployInputs,
  { plan }: HostenvSide,
  carried: readonly string[],
) {
  const environments = Object.keys(plan.environments);
  for (const name of skipMigrations) refuseUnknown("environment", name, [...environments, ...carried]);
  const sources = new Map<string, string>();
  for (const given of migrationSource) {
    const [, name, node] = /^([^=]+)=([^=]+)$/.exec(given) ?? [];
    if (!name || !node) throw new UsageError(`--migration-source '${given}'`, "write it as ENVIRONMENT=NODE");
    refuseUnknown("environment", name, environments);
    refuseUnknown("node", node, hostsOf(plan));
    if (sources.has(name)) throw new UsageError(`--migration-source names ${name} twice`, "name it once");
    sources.set(name, node);
  }
  return sources;
}

// A type of which there is nothing is left to nobody: only what is nearly a type's name is taken for a slip.
function refuseMistyped(types: readonly string[], plan: DeployPlan): void {
  const known = typesOf(plan);
  for (const type of types.filter((each) => !known.includes(each))) {
    const near = nearest(type, known);
    if (near === null) continue;
    throw new UsageError(
      `no environment is of the type '${type}' that is to be held`,
      `did you mean '${near}'? With '${type}' nothing would be held, and all be deployed`,
    );
  }
}

function refuseUnknown(kind: "node" | "environment", name: string, known: readonly string[]): void {
  if (known.includes(name)) return;
  const near = nearest(name, known);
  const hint = near ? `did you mean '${near}'?` : `${kind}s: ${known.join(", ")}`;
  throw new UsageError(`there is no ${kind} '${name}'`, hint);
}

const NONE: Unreviewed = { changes: [], pinMoves: [] };

async function carriedOut(
  inputs: DeployInputs,
  ground: Ground,
  ports: DeployPorts,
): Promise<Omit<DeployEnd, "seconds">> {
  const { snapshot, plan, lives, waves, heldBack } = ground;
  const told = {
    planId: snapshot.planId,
    commit: snapshot.tree.source,
    plan,
    wanted: snapshot.side,
    memory: ground.memory,
    waves,
    preflight: new Map<string, Preflight>(),
    nodes: [],
    waiting: [],
    troubles: [],
    heldBack,
    unreviewed: NONE,
  };
  const rests = heldBack.length > 0;
  if (waves.length === 0) return { ...told, exitCode: 0, result: rests ? "held-back" : "nothing" };
  // A plan id that somebody typed is a decision of its own.
  const isBound = inputs.requireReview && inputs.planId === undefined;
  const unreviewed = isBound ? await ports.unreviewed(plan, lives) : NONE;
  if (unreviewed.changes.length + unreviewed.pinMoves.length > 0)
    return { ...told, unreviewed, exitCode: 2, result: "unreviewed" };
  const checked = await checkedNodes(inputs, ground, ports);
  const loop = new DeployLoop(
    { ...ground, preflight: checked, inputs, owner: ports.owner, keyFile: ports.signing?.file ?? null },
    ports,
  );
  if (inputs.dryRun) return { ...told, ...(await loop.rehearse()), preflight: checked };
  ports.begun(told);
  const ended = await loop.run();
  const result = rests && ended.result === "deployed" ? "held-back" : ended.result;
  return { ...told, ...ended, result, preflight: checked };
}

async function checkedNodes(
  inputs: DeployInputs,
  { waves, looked, plan, snapshot }: Ground,
  ports: DeployPorts,
) {
  const wishes = {
    adopt: inputs.adopt,
    remoteBuild: inputs.remoteBuild,
    publicKey: ports.signing ? publicKeyOf(ports.signing.secret) : null,
    owner: ports.owner,
    now: ports.clock.now(),
  };
  const found = await preflight(waves.flat(), looked, { plan, side: snapshot.side }, wishes, ports);
  const uncertain = plan.uncertain.filter(({ environment }) => !inputs.skipMigrations.includes(environment));
  return new Map([...found].map(([node, each]) => [node, withUncertain(each, uncertain)]));
}

// To start it empty while its data lies on a node that is down could not be made good.
function withUncertain(found: Preflight, uncertain: DeployPlan["uncertain"]): Preflight {
  const problems = uncertain
    .filter(({ node }) => node === found.node)
    .map(({ environment, carriers }) => ({
      code: "data-unknown",
      ...(carriers.length === 0
        ? {
            message: `the data of ${environment} may lie on a node that can't be asked`,
            hint: `bring that node back; or --migration-source ${environment}=NODE, or --skip-migrations ${environment} where it starts empty`,
          }
        : {
            message: `${carriers.join(" and ")} carry ${environment}, and nothing says which has its newest data`,
            hint: `look there, and name it: --migration-source ${environment}=NODE`,
          }),
    }));
  return { ...found, problems: [...found.problems, ...problems] };
}
