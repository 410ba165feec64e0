import { z } from "zod";
import { HostenvError } from "../../errors.ts";
import { byBytes, type JsonValue, pointer } from "../json.ts";

/** The gate's file in the snapshot's folder. */
export const MEMORY = "dns-gate.json";

const time = z.iso.datetime();

const entry = z.strictObject({
  environment: z.string(),
  node: z.string(),
  verdict: z.enum(["match", "mismatch", "proxied", "unknown"]),
  reason: z.string().nullable(),
  evidence: z.array(z.string()).describe("What was seen when the entry last changed."),
  since: time.describe("When the verdict became what it is."),
  count: z
    .int()
    .nonnegative()
    .describe("Mismatches in a row of a live hostname, ten minutes apart at least, up to the confirmations."),
  live: z.boolean().describe("Whether visitors are served with a valid certificate there."),
  switchedOn: z.array(time).describe("When TLS was switched on, as far as the last hour needs it."),
});

/** generated/dns-gate.json: what the gate remembers, and what a build does not turn on. */
export const memorySchema = z.strictObject({
  schema: z.literal(1),
  hostnames: z.record(z.string(), entry).describe("By virtual host, as plan.json spells it."),
  off: z.array(z.string()).describe("Virtual hosts that are built without certificate and forced TLS."),
  holds: z
    .record(z.string(), z.string())
    .describe("Environments on their way to another node: the old node, which goes on serving them."),
  copies: z
    .record(z.string(), z.record(z.string(), z.array(z.string())))
    .exactOptional()
    .describe(
      "Environments whose move was turned elsewhere: nodes that go on serving a copy while visitors may be led there, with the virtual hosts that each serves over TLS.",
    ),
});

export type Memory = z.infer<typeof memorySchema>;
export type Entry = z.infer<typeof entry>;

/** What is remembered before the first run. */
export const NOTHING: Memory = { schema: 1, hostnames: {}, off: [], holds: {} };

/** Checks that a value is the gate's memory; `where` names it. Throws HostenvError `gate-memory`. */
export function parseMemory(value: JsonValue, where: string): Memory {
  const { data, error } = memorySchema.safeParse(value);
  if (data) return data;
  const [issue] = error.issues;
  const path = pointer((issue?.path ?? []).map(String)) || "/";
  throw new HostenvError(
    "gate-memory",
    `${where} is no memory of the DNS gate: at ${path}: ${issue?.message}`,
    "restore it from git; without the file, every hostname counts as live again",
  );
}

/** The entry of a hostname, null where there is none. */
export function entryOf(memory: Memory | null, hostname: string): Entry | null {
  // Not what every object inherits: a host may be called "constructor".
  if (memory === null || !Object.hasOwn(memory.hostnames, hostname)) return null;
  return memory.hostnames[hostname] as Entry;
}

/** The memory with its names by bytes, so that equal memories are equal files. */
export function inOrder({ hostnames, off, holds, copies }: Memory): Memory {
  return {
    schema: 1,
    hostnames: sorted(hostnames),
    off: [...new Set(off)].sort(byBytes),
    holds: sorted(holds),
    ...(copies && Object.keys(copies).length > 0 ? { copies: sorted(copies) } : {}),
  };
}

/** What nodes go on serving that is planned elsewhere, or was, by environment and node. */
export function heldIn({ holds, copies = {} }: Memory): { environment: string; node: string }[] {
  const held = Object.entries(holds).map(([environment, node]) => ({ environment, node }));
  const copied = Object.entries(copies).flatMap(([environment, nodes]) =>
    Object.keys(nodes).map((node) => ({ environment, node })),
  );
  return [...held, ...copied];
}

/** Whether a node goes on serving an environment that is planned elsewhere, or was. */
export function isHeldOn(memory: Memory, environment: string, node: string): boolean {
  return isHolder(memory, environment, node) || copyOn(memory, environment, node) !== null;
}

/** The virtual hosts that a node with a copy of an environment serves over TLS; null where it has none. */
export function copyOn({ copies = {} }: Memory, environment: string, node: string): readonly string[] | null {
  const nodes = Object.hasOwn(copies, environment) ? (copies[environment] as Record<string, string[]>) : {};
  return Object.hasOwn(nodes, node) ? (nodes[node] as string[]) : null;
}

/** Whether a node that goes on serving an environment has TLS for a virtual host, as far as is known. */
export function keepsTls(
  memory: Memory,
  { environment, hostname }: { readonly environment: string; readonly hostname: string },
  node: string,
): boolean {
  const copy = copyOn(memory, environment, node);
  const mayHave = copy === null ? isHolder(memory, environment, node) : copy.includes(hostname);
  if (!mayHave) return false;
  const entry = entryOf(memory, hostname);
  // What an old node serves it serves as before, where it is not known to have had no TLS.
  return entry === null || entry.node !== node || entry.environment !== environment || entry.live;
}

function isHolder({ holds }: Memory, environment: string, node: string): boolean {
  return Object.hasOwn(holds, environment) && holds[environment] === node;
}

/** Whether visitors of an environment are on their way to another node, or back. */
export function isOnItsWay({ holds, copies = {} }: Memory, environment: string): boolean {
  return Object.hasOwn(holds, environment) || Object.hasOwn(copies, environment);
}

function sorted<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([left], [right]) => byBytes(left, right)));
}
