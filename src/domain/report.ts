import { z } from "zod";
import { HostenvError } from "../errors.ts";
import { changeId, type PinMove } from "./changes.ts";
import type { Pin } from "./fleet.ts";
import { isObject, type JsonValue, pointer } from "./json.ts";
import type { Review } from "./review.ts";
import { RULES, type RuleName } from "./rules.ts";

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.int().nonnegative();
const names = z.array(z.string());

// Even places are our own words, and a report may come from a stranger: nothing that Markdown,
// HTML or GitHub would interpret.
/** A sentence of our words and values by turns, in which only values may hold anything. */
export const sentenceSchema = z
  .array(z.string())
  .refine((parts) => parts.length % 2 === 1 && parts.every(isPlain), {
    error: "words between values may hold only letters and plain punctuation, and may not be empty",
  });

// Two values with nothing between them would be one code span, or none.
function isPlain(part: string, index: number, parts: readonly string[]): boolean {
  if (index % 2 === 1) return true;
  const isOuter = index === 0 || index === parts.length - 1;
  return (isOuter || part !== "") && /^[\p{L} ,.;:()→–-]*$/u.test(part) && !/www\./i.test(part);
}

const findingSchema = z.strictObject({
  rule: z.enum(Object.keys(RULES) as [RuleName, ...RuleName[]]),
  severity: z.enum(["block", "warn", "info"]),
  subject: z.string(),
  host: z.string().nullable(),
  message: z.string(),
  parts: sentenceSchema.describe("The message with our words at even and the fleet's values at odd places."),
  allowed: z.boolean(),
});

const json: z.ZodType<JsonValue> = z.json() as z.ZodType<JsonValue>;

/** One changed fact. */
export const changeSchema = z.strictObject({
  id: hash,
  kind: z.enum(["fleet", "host", "unit", "file"]),
  subject: z.string(),
  path: z.string(),
  before: json,
  after: json,
});

/** One locked input. */
export const pinSchema = z.strictObject({
  name: z.string(),
  url: z.string(),
  rev: z.string().nullable(),
  narHash: z.string().nullable(),
});

const hostSchema = z.strictObject({
  host: z.string(),
  unitsBefore: count,
  unitsAfter: count,
  added: count,
  changed: count,
  removed: count,
  movedIn: count,
  movedOut: count,
  hostnamesAdded: count,
  hostnamesRemoved: count,
  wave: z.int().positive().nullable(),
});

const placementSchema = z.strictObject({
  unit: z.string(),
  host: z.string(),
  group: z.string().describe("The project it belongs to."),
  type: z.string(),
});

const gateVerdictSchema = z.strictObject({
  hostname: z.string(),
  verdict: z.enum(["match", "mismatch", "proxied", "unknown"]),
  reason: z.string().nullable(),
  since: z.iso.datetime().describe("When the verdict became what it is."),
});

const nodeDerivations = z.strictObject({
  host: z.string(),
  changed: names.describe("What is built differently: `system`, and environments by name."),
  error: z.string().optional().describe("Why its derivations can't be compared."),
  closure: z
    .strictObject({ beforeBytes: count, afterBytes: count, packages: names })
    .optional()
    .describe("All that the node needs, where both sides are in the local store."),
});

const derivations = z.strictObject({
  method: z.enum(["derivations", "rules"]),
  reason: z.string().optional().describe("Why rules tell the affected nodes."),
  nodes: z.array(nodeDerivations),
});

const outcome = {
  schema: z.literal(1),
  fleet: z.string(),
  planId: hash,
  changed: z.boolean(),
  counts: z.strictObject({ added: count, changed: count, removed: count, moved: count }),
  units: z.strictObject({
    added: names,
    removed: names,
    changed: names,
    moved: z.array(z.strictObject({ name: z.string(), from: z.string(), to: z.string() })),
  }),
  findings: z.array(findingSchema),
  changeIds: z.array(hash),
  affectedHosts: names,
  waves: z.array(names),
};

/** `plan --json` and `diff --json`. */
export const outcomeSchema = z.strictObject(outcome);

/** `plan --report FILE`: the outcome with everything a comment is rendered from. */
export const reportSchema = z.strictObject({
  ...outcome,
  provider: z.string().describe("The provider's folder in its repository, '.' for the root."),
  baseCommit: z.string().nullable(),
  headCommit: z.string().nullable(),
  toolVersion: z.string(),
  nixVersion: z.string().nullable(),
  seconds: z.number().nonnegative(),
  changes: z.array(changeSchema),
  pins: z.strictObject({ base: z.array(pinSchema), head: z.array(pinSchema) }),
  revisions: z
    .array(z.strictObject({ name: z.string(), commits: count }))
    .optional()
    .describe("Moved pins whose repository is reachable: how many commits the new revision has more."),
  hosts: z.array(hostSchema),
  placements: z
    .array(placementSchema)
    .optional()
    .describe("Where each unit that changes is, or was where it is removed; absent in older reports."),
  hostnames: z
    .strictObject({ added: names, removed: names })
    .describe("Names that an environment starts or ceases to answer for."),
  toolUpgrade: z
    .strictObject({
      before: z.string(),
      after: z.string(),
      changeIds: z
        .array(hash)
        .optional()
        .describe("Changes that the base shows, too, when the new version plans it; absent where not known."),
    })
    .optional()
    .describe("hostenv-provider's own version or revision, where it changes."),
  derivations: derivations
    .optional()
    .describe("How affected nodes are told, where `plan --derivations` was asked to compare derivations."),
  gate: z
    .array(gateVerdictSchema)
    .describe(
      "The last DNS verdicts on hostnames that come or go, or whose environment changes, as far as known.",
    ),
});

/** What stands in the report's place where no plan could be made. */
export const failureSchema = z.strictObject({
  schema: z.literal(1),
  failed: z.literal(true),
  provider: z.string(),
  headCommit: z.string().nullable(),
  toolVersion: z.string(),
  error: z.strictObject({ code: z.string().regex(/^[a-z-]+$/), message: z.string(), hint: z.string() }),
});

export type Outcome = z.infer<typeof outcomeSchema>;
export type Report = z.infer<typeof reportSchema>;
/** Why there is no plan. */
export type Failure = z.infer<typeof failureSchema>;

/** Whether a document tells of a failed run. */
export function isFailure(document: Report | Failure): document is Failure {
  return "failed" in document;
}

/**
 * Reads a report or the failure in its place; `name` is what messages call it. Throws HostenvError
 * `report-schema` for another shape and `report-changed` where a change's id is not that of its content.
 */
export function parseReport(value: JsonValue, name: string): Report | Failure {
  try {
    return accepted(value, name);
  } catch (error) {
    // Values nested for the purpose let the stack run over; those of a plan are a few levels deep.
    if (error instanceof RangeError) throw unreadable(name, { path: [], message: "it is nested too deeply" });
    throw error;
  }
}

function accepted(value: JsonValue, name: string): Report | Failure {
  const schema = isObject(value) && "failed" in value ? failureSchema : reportSchema;
  const { data, error } = schema.safeParse(value);
  if (error) throw unreadable(name, error.issues[0]);
  if (!isFailure(data)) checkIds(data, name);
  return data;
}

function unreadable(
  name: string,
  issue: Pick<z.core.$ZodIssue, "path" | "message"> | undefined,
): HostenvError {
  const place = pointer((issue?.path ?? []).map(String)) || "its root";
  const message = `${name} is no report of this version: at ${place}: ${issue?.message}`;
  return new HostenvError("report-schema", message, "write it again with plan --report FILE");
}

// Everything that trusts a report trusts its ids, so they are made again from what it says.
function checkIds({ changes, changeIds }: Report, name: string): void {
  const wrong = changes.findIndex(
    ({ id, kind, subject, path, after }, index) =>
      id !== changeId(kind, subject, path, after) || id !== changeIds[index],
  );
  if (wrong < 0 && changes.length === changeIds.length) return;
  const where = wrong < 0 ? "the list changeIds" : `/changes/${wrong}`;
  const message = `${name} was changed after it was made: the id at ${where} is not that of its content`;
  throw new HostenvError("report-changed", message, "write it again with plan --report FILE");
}

/** Where and by what a report was made. */
export type Origin = Pick<
  Report,
  "provider" | "baseCommit" | "headCommit" | "toolVersion" | "nixVersion" | "seconds"
>;

/** The short document: what scripts decide from. */
export function outcomeOf(fleet: string, found: Review): Outcome {
  const { units } = found;
  return {
    schema: 1,
    fleet,
    planId: found.planId,
    changed: found.changed,
    counts: {
      added: units.added.length,
      changed: units.changed.length,
      removed: units.removed.length,
      moved: units.moved.length,
    },
    units: { ...units, moved: units.moved.map(({ name, from, to }) => ({ name, from, to })) },
    findings: found.findings.map((each) => ({ ...each, parts: [...each.parts] })),
    changeIds: found.changes.map(({ id }) => id),
    affectedHosts: found.affectedHosts,
    waves: found.waves,
  };
}

/** The long document. Only pins that moved are in it: the others are the same on both sides. */
export function reportOf(fleet: string, found: Review, origin: Origin): Report {
  return {
    ...outcomeOf(fleet, found),
    ...origin,
    changes: found.changes.map((change) => ({ ...change })),
    pins: {
      base: found.pinMoves.flatMap(({ before }: PinMove) => plain(before)),
      head: found.pinMoves.flatMap(({ after }: PinMove) => plain(after)),
    },
    hosts: found.hosts.map((row) => ({ ...row })),
    placements: found.placements.map((each) => ({ ...each })),
    hostnames: found.hostnames,
    gate: [],
  };
}

function plain(pin: Pin | null): Pin[] {
  return pin ? [{ name: pin.name, url: pin.url, rev: pin.rev, narHash: pin.narHash }] : [];
}
