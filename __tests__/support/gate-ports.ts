import { withFalse } from "../../src/adapters/disk-json.ts";
import { dnsGate, dnsGateInputs, type Gate, type GatePorts } from "../../src/commands/dns-gate.ts";
import { gateSchema } from "../../src/domain/dns/gate-answer.ts";
import { type Memory, memorySchema } from "../../src/domain/dns/memory.ts";
import type { DnsQuestion } from "../../src/domain/dns/records.ts";
import type { JsonValue } from "../../src/domain/json.ts";
import type { Files, Snapshot } from "../../src/ports/files.ts";
import type { Reached } from "../../src/ports/front-door.ts";
import type { Timer } from "../../src/ports/time.ts";
import type { Zones } from "../../src/ports/zones.ts";
import { replyIn, type World, worldWith } from "./dns-world.ts";
import { fake } from "./fake-ports.ts";
import { NOW } from "./gate-run.ts";

/** What a test says of the world around a run. */
export interface GateWorld {
  readonly plan?: unknown;
  readonly memory?: Memory | unknown;
  readonly world?: World;
  /** Further files by path. */
  readonly files?: Readonly<Record<string, string>>;
  /** Names for which nodes show a valid certificate. */
  readonly certified?: readonly string[];
  /** Names of which port 443 of nodes can't be seen from here. */
  readonly unseen?: readonly string[];
  /** Names that do not answer on port 80. */
  readonly closed?: readonly string[];
  /** A path that can't be written. */
  readonly readOnly?: string;
  readonly zones?: Zones;
  readonly now?: Date;
  readonly timer?: Timer;
}

const [PLAN, MEMORY] = ["/p/generated/plan.json", "/p/generated/dns-gate.json"];

/** Ports over files in memory and a made-up DNS; they remember what was done, in order. */
export function gatePorts(given: GateWorld) {
  const disk: Record<string, string> = { ...given.files };
  if (given.plan !== undefined) disk[PLAN] = JSON.stringify(given.plan, null, 1);
  if (given.memory !== undefined) disk[MEMORY] = JSON.stringify(given.memory);
  const before = { ...disk };
  const done: string[] = [];
  const asked: DnsQuestion[] = [];
  const probed: string[] = [];
  const write = async (path: string, text: string) => {
    if (path === given.readOnly) throw new Error(`${path} is read-only`);
    done.push(`write ${path}`);
    disk[path] = text;
  };
  const ports: GatePorts = {
    files: fake<Files>("files", {
      readJsonIfThere: async (path) =>
        path in disk ? (JSON.parse(disk[path] as string) as JsonValue) : null,
      readIfThere: async (path) => disk[path] ?? null,
      readJson: async (path) => JSON.parse(disk[path] as string) as JsonValue,
      withFalse,
      write,
    }),
    snapshot: fake<Snapshot>("snapshot", {
      lock: async () => void done.push("lock"),
      unlock: async () => void done.push("unlock"),
      recover: async () => null,
      steadily: (read) => read(),
      replace: (name, text) => write(`/p/generated/${name}`, text),
    }),
    track: async (paths) => (MEMORY in before ? [] : paths),
    nameservers: {
      system: given.world?.resolvers ?? worldWith({}).resolvers,
      ask: async (question) => {
        asked.push(question);
        return replyIn(given.world ?? worldWith({}), question);
      },
      dispose: () => {},
    },
    certificates: {
      shown: async (name, addresses) => {
        probed.push(`${name} at ${addresses.join(" ")}`);
        if (given.unseen?.includes(name)) return "unseen";
        return given.certified?.includes(name) ? "valid" : "none";
      },
    },
    challenges: {
      ask: async (name, addresses) =>
        addresses.map((address): Reached => {
          probed.push(`http ${name} at ${address}`);
          const isClosed = given.closed?.includes(name) === true;
          return {
            address,
            result: isClosed ? "unreachable" : "answers",
            detail: isClosed ? "ECONNREFUSED" : "HTTP 404",
          };
        }),
    },
    clock: { now: () => given.now ?? NOW, seconds: () => 0 },
    zones: given.zones ?? null,
    timer: given.timer ?? fake<Timer>("timer", {}),
    progress: { step: () => {}, notice: (text) => void done.push(`notice ${text}`), done: () => {} },
    directory: "/p",
    generated: "generated",
  };
  return { ports, disk, before, done, asked, probed };
}

/** Runs the gate to its end, and checks what must hold of every run. */
export async function gateRun(given: GateWorld, inputs: object = {}) {
  const world = gatePorts(given);
  const gate: Gate = await dnsGate(dnsGateInputs.parse(inputs), world.ports);
  await gate.finish?.();
  gateSchema.parse(gate.answer);
  if (world.disk[MEMORY] !== world.before[MEMORY])
    memorySchema.parse(JSON.parse(world.disk[MEMORY] as string));
  const memory = MEMORY in world.disk ? (JSON.parse(world.disk[MEMORY] as string) as Memory) : null;
  return { ...gate, ...world, memory };
}
