import { z } from "zod";
import type { Verdict } from "./verdict.ts";
import type { Operation } from "./zone-changes.ts";
import type { RecordShape } from "./zones.ts";

/** Why a hostname's records were not changed; docs/cloudflare.md explains each. */
export const WRITE_REASONS = [
  "no-zone",
  "zone-not-ours",
  "zone-not-served",
  "zone-unreadable",
  "node-name",
  "apex",
  "mail",
  "delegated",
  "not-allowed",
  "not-ours",
  "other-records",
  "comment-full",
  "no-addresses",
  "too-many",
  "not-deployed",
  "changed-meanwhile",
  "rejected",
  "forbidden",
  "limited",
  "no-answer",
  "not-applied",
  "neither-old-nor-new",
  "unproven",
  "stopped",
] as const;

/** Why a hostname's records were not changed. */
export type WriteReason = (typeof WRITE_REASONS)[number];

const side = z
  .strictObject({ content: z.string(), proxied: z.boolean(), comment: z.string().nullable() })
  .nullable();

/** One hostname of `writes` in `dns-gate --json`. */
export const writeSchema = z.strictObject({
  hostname: z.string().describe("As plan.json spells it."),
  zone: z.string().nullable().describe("Null where no zone that the token can see holds it."),
  operations: z.array(
    z.strictObject({
      method: z.enum(["DELETE", "PATCH", "POST"]),
      type: z.string(),
      name: z.string(),
      before: side,
      after: side,
    }),
  ),
  result: z
    .enum(["written", "unchanged", "refused", "left", "failed", "dry-run"])
    .describe("left: somebody else changed it meanwhile."),
  reason: z.enum(WRITE_REASONS).nullable(),
  detail: z.string().nullable().describe("What the server said."),
});

/** What became of a hostname's records. */
export type Write = z.infer<typeof writeSchema>;

/** Operations as a document has them. */
export function described(operations: readonly Operation[]): Write["operations"] {
  return operations.map((operation) => {
    const { method, record } = operation;
    const after = operation.method === "PATCH" ? { ...record, ...operation.change } : record;
    return {
      method,
      type: record.type,
      name: record.name,
      before: method === "POST" ? null : sideOf(record),
      after: method === "DELETE" ? null : sideOf(after),
    };
  });
}

function sideOf({ content, proxied, comment }: RecordShape) {
  return { content, proxied, comment };
}

/** A verdict of a hostname whose records were set a moment ago: what DNS still says of it is no mismatch. */
export function asPending(verdict: Verdict): Verdict {
  const evidence = [...verdict.evidence, "its records are set, and DNS does not show them yet"];
  return { ...verdict, verdict: "unknown", reason: "pending", evidence };
}
