import { z } from "zod";
import { endpointIn } from "../domain/dns/addresses.ts";
import { decision, type GateDecision, toProbe } from "../domain/dns/gate.ts";
import { FAIL_ON, type GateAnswer, gateExitCode } from "../domain/dns/gate-answer.ts";
import { refuseSharedNames } from "../domain/dns/owners.ts";
import type { DnsRun } from "../domain/dns/problems.ts";
import type { Site } from "../domain/dns/site.ts";
import { byBytes } from "../domain/json.ts";
import { nearest } from "../domain/nearest.ts";
import { UsageError } from "../errors.ts";
import { hostsOf } from "../fleets/hostenv/facts.ts";
import { sitesOf } from "../fleets/hostenv/hostnames.ts";
import type { Plan } from "../fleets/hostenv/schema.ts";
import type { Clock, Progress } from "../ports/people.ts";
import type { WriteCall } from "../ports/zones.ts";
import {
  type GateFilePorts,
  type GateFiles,
  readGateFiles,
  textsOf,
  writeGateFiles,
} from "./dns-gate-files.ts";
import { type FrontDoorPorts, type Looked, lookAt } from "./dns-gate-look.ts";
import { orderOf, type ZonePorts, zoneInputs } from "./dns-gate-order.ts";
import { type Look, throughProxies, type Updated, updated, type ZoneContext } from "./dns-gate-zones.ts";

const count = z.coerce.number().int().min(1);

/** Inputs of `dns-gate`. */
export const dnsGateInputs = z.strictObject({
  plan: z.string().optional(),
  memory: z.string().optional(),
  output: z.string().optional(),
  node: z.array(z.string()).default([]),
  nameserver: z.array(z.string()).default([]),
  deadline: z.coerce.number().positive().default(300),
  concurrency: count.max(1_000).default(64),
  confirmations: count.optional(),
  force: z.boolean().default(false),
  httpCheck: z.boolean().default(false),
  failOn: z.enum(FAIL_ON).default("mismatch"),
  dryRun: z.boolean().default(false),
  ...zoneInputs,
});

type Inputs = z.infer<typeof dnsGateInputs>;

/** Resolvers as questions name servers. Throws UsageError for what is no address. */
export function resolversIn(given: readonly string[]): string[] {
  return given.map((text) => {
    const found = endpointIn(text);
    if (found !== null) return found;
    const hint =
      "give an address, with a port where it is not 53: 192.0.2.1, 192.0.2.1:5353 or [2001:db8::1]:53";
    throw new UsageError(`--nameserver '${text}' is no address`, hint);
  });
}

/** What `dns-gate` needs of the world. */
export interface GatePorts extends GateFilePorts, FrontDoorPorts, ZonePorts {
  readonly clock: Clock;
  readonly progress: Progress;
}

/** What `dns-gate` found and decided. */
export interface Gate {
  readonly exitCode: 0 | 1 | 2;
  readonly answer: GateAnswer;
  /** Why nothing is written although it should be; null where nothing stands against it. */
  readonly obstacle: string | null;
  /** What people call the memory's file. */
  readonly name: string;
  readonly isDry: boolean;
  /** What a dry run would have sent to change records. */
  readonly calls: readonly WriteCall[];
  /** What is to be mended by somebody. */
  readonly run: DnsRun;
  readonly finish?: () => Promise<void>;
}

/** So many mismatches in a row turn a live hostname off: without memory there is no row. */
export const CONFIRMATIONS = 3;
const WITHOUT_MEMORY = 1;

/**
 * Asks DNS whether hostnames lead to their nodes, and decides which are built with TLS. `finish` writes it.
 * Nobody else writes the snapshot from the moment it is read.
 */
export async function dnsGate(inputs: Inputs, ports: GatePorts): Promise<Gate> {
  const { snapshot, progress } = ports;
  if (inputs.dryRun || inputs.memory !== undefined) return await gated(inputs, ports);
  await snapshot.lock();
  try {
    const recovered = await snapshot.recover();
    if (recovered !== null) progress.notice(recovered);
    const gate = await gated(inputs, ports);
    if (!gate.finish) await snapshot.unlock();
    return gate;
  } catch (error) {
    await snapshot.unlock();
    throw error;
  }
}

async function gated(inputs: Inputs, ports: GatePorts): Promise<Gate> {
  const start = await ports.snapshot.steadily(() => readGateFiles(inputs, ports));
  const sites = sitesOf(start.plan);
  refuseSharedNames(sites);
  refuseUnknownNodes(inputs.node, start.plan);
  const isMeant = ({ node }: Site) => inputs.node.length === 0 || inputs.node.includes(node);
  const meant = sites.filter(isMeant);
  const look: Look = (some, zones, quick) => lookAt(some, { ...inputs, ...quick, zones }, ports);
  const order = await orderOf(inputs, start.plan, sites, ports);
  const asked: ZoneContext = { sites: meant, order, ports, look };
  const looked = await throughProxies(await look(meant), asked);
  const confirmations = inputs.confirmations ?? (start.memory === null ? WITHOUT_MEMORY : CONFIRMATIONS);
  const wanted = sites.filter(({ skipped }) => skipped === null);
  const decide = async ({ rulings, port443 }: Looked) =>
    decision({
      sites: wanted,
      rulings,
      memory: start.memory,
      nodes: inputs.node,
      now: ports.clock.now(),
      confirmations,
      force: inputs.force,
      ...(await port443(toProbe(rulings, start.memory))),
    });
  const first = await decide(looked);
  const update = await updated(looked, obstacleIn(first), asked);
  const decided = update.looked === looked ? first : await decide(update.looked);
  ports.progress.done();
  const answer = answerOf(update, decided, confirmations);
  const told = {
    rulings: update.looked.rulings,
    decision: decided,
    confirmations,
    isWhole: inputs.node.length === 0,
  };
  const left = await leaving(answer, decided, { start, wanted }, inputs, ports);
  return { ...left, name: start.name, calls: update.calls, run: told };
}

// What makes DNS itself doubtful.
function obstacleIn({ breaker, isBlind }: GateDecision): string | null {
  return breaker ?? (isBlind ? "no name server gives an answer that can be relied on" : null);
}

function refuseUnknownNodes(named: readonly string[], plan: Plan): void {
  const known = hostsOf(plan);
  for (const node of named.filter((each) => !known.includes(each))) {
    const near = nearest(node, known);
    const hint = near ? `did you mean '${near}'?` : `the plan's nodes are ${known.join(", ")}`;
    throw new UsageError(`--node '${node}': the plan has no such node`, hint);
  }
}

function answerOf(
  { looked: { rows }, writes, pending: unseen }: Updated,
  decided: GateDecision,
  confirmations: number,
): GateAnswer {
  const { disabled, withheld, enabled, pending, kept, redirects, memory, breaker } = decided;
  return {
    schema: 1,
    verdicts: [...rows],
    disabled: [...disabled],
    withheld: [...withheld],
    enabled: [...enabled],
    pending: [...new Set([...pending, ...unseen])].sort(byBytes),
    kept: [...kept],
    confirmations,
    redirects: redirects.map(({ target, from }) => ({ target, from: [...from] })),
    off: [...memory.off],
    breaker: breaker !== null,
    written: false,
    writes: [...writes],
  };
}

async function leaving(
  answer: GateAnswer,
  decided: GateDecision,
  { start, wanted }: { start: GateFiles; wanted: readonly Site[] },
  inputs: Inputs,
  ports: GatePorts,
): Promise<Omit<Gate, "name" | "calls" | "run">> {
  const { changed, memory } = decided;
  const obstacle = obstacleIn(decided);
  const exitCode = gateExitCode(answer, inputs.failOn, decided.isBlind);
  const isDry = inputs.dryRun;
  if (obstacle !== null) return { exitCode, answer, obstacle, isDry };
  const off = wanted.filter(({ hostname }) => memory.off.includes(hostname));
  const texts = await textsOf(start, changed ? memory : null, off, inputs, ports);
  const written = !isDry && (texts.memory !== null || texts.output !== null);
  const common = { exitCode, answer: { ...answer, written }, obstacle, isDry };
  if (!written) return common;
  const finish = async () => {
    try {
      const fresh = await writeGateFiles(texts, inputs, ports);
      if (fresh.length > 0)
        ports.progress.notice(
          `git add --intent-to-add ${fresh.join(" ")}: a flake sees only files git knows`,
        );
    } finally {
      await ports.snapshot.unlock();
    }
  };
  return { ...common, finish };
}
