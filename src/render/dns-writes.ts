import type pc from "picocolors";
import type { Write, WriteReason } from "../domain/dns/writes.ts";
import type { WriteCall } from "./dns-gate-sections.ts";
import { code, shortened, visible } from "./escape.ts";
import { counted } from "./words.ts";

/** What a reason means, as docs/cloudflare.md has it. */
const REASONS: Readonly<Record<WriteReason, string>> = {
  "no-zone": "no zone that the token can see holds it",
  "zone-not-ours": "its zone is none that the plan or --cf-zone names",
  "zone-not-served": "Cloudflare is not the one who answers for its zone",
  "zone-unreadable": "the token may not read the records of its zone",
  "node-name": "it is a node's own name",
  apex: "it is the zone itself: a person must set its records",
  mail: "it has an MX record",
  delegated: "it is delegated to other name servers",
  "not-allowed": "its environment is not known to own it: see provider.allowedSuffixes",
  "not-ours": "its records are not marked as ours: --adopt takes them over",
  "other-records": "no alias may stand beside the records it has",
  "comment-full": "the comment of its record has no room for our mark: shorten it",
  "no-addresses": "the addresses of its node are not known",
  "not-deployed": "that its environment runs there is not confirmed: give --deployed",
  "too-many": "it has too many records",
  "changed-meanwhile": "somebody changed it after it was read",
  rejected: "Cloudflare rejects it",
  forbidden: "the token may not edit its zone",
  limited: "Cloudflare takes no more requests",
  "no-answer": "Cloudflare did not answer, and its records are as before",
  "not-applied": "Cloudflare took it, and its records are as before",
  "neither-old-nor-new": "its records are neither as before nor as wanted: look at them",
  unproven: "it was sent, and what became of it can't be read: look at its records",
  stopped: "nothing more is written, since a zone can't be read",
};

/** More than this of what a server says is not shown. */
const DETAIL_LENGTH = 200;

/** What became of one hostname's records. */
export interface WriteLine {
  /** Whether it needs a person, is left alone, or is done with. */
  readonly kind: "bad" | "wait" | "good";
  readonly hostname: string;
  readonly text: string;
  /** `CNAME old.test → node-a.hosting.test`. */
  readonly changes: readonly string[];
}

/** Records that were changed or left alone, for people at a terminal; empty where there are none. */
export function writesText(
  writes: readonly Write[],
  calls: readonly WriteCall[],
  paint: ReturnType<typeof pc.createColors>,
): string {
  if (writes.length === 0) return "";
  const marks = { bad: paint.red("✖"), wait: paint.yellow("▲"), good: paint.green("✔") };
  const lines = writeLines(writes).flatMap(({ kind, hostname, text, changes }) => [
    `  ${marks[kind]} ${visible(hostname)}: ${visible(text)}`,
    ...changes.map((change) => `      ${paint.cyan(visible(change))}`),
  ]);
  const sent = calls.map(
    ({ method, path, body }) =>
      `  would be sent: ${method} ${visible(path)}\n  ${visible(JSON.stringify(body))}`,
  );
  return [paint.bold("DNS records"), ...lines, ...sent].join("\n");
}

/** The same as Markdown, with at most so many hostnames. */
export function writesTable(writes: readonly Write[], most: number): string {
  if (writes.length === 0) return "";
  if (most === 0) return `DNS records: ${counted(writes.length, "hostname")}`;
  const marks = { bad: "🔴", wait: "🟡", good: "🟢" };
  const rows = writeLines(writes)
    .slice(0, most)
    .map(({ kind, hostname, text, changes }) => {
      const shown = changes.map((change) => code(change)).join("<br>");
      return `| ${marks[kind]} ${code(hostname)} | ${code(text)} | ${shown} |`;
    });
  const more = writes.length > most ? [`\nand ${writes.length - most} more`] : [];
  return [
    `### DNS records (${writes.length})\n`,
    "| hostname | result | records |",
    "|--|--|--|",
    ...rows,
    ...more,
  ].join("\n");
}

/** What became of records, a line for each hostname. Nothing in them is escaped. What needs a person comes first. */
export function writeLines(writes: readonly Write[]): WriteLine[] {
  const rank = { bad: 0, wait: 1, good: 2 };
  return writes.map(lineOf).sort((left, right) => rank[left.kind] - rank[right.kind]);
}

function lineOf({ hostname, result, reason, detail, operations }: Write): WriteLine {
  const why = reason === null ? "" : `: ${REASONS[reason]}`;
  const said = detail === null ? "" : ` (${shortened(detail, DETAIL_LENGTH)})`;
  return {
    kind: result === "failed" ? "bad" : result === "refused" || result === "left" ? "wait" : "good",
    hostname,
    text: `${result === "dry-run" ? "would be written" : result}${why}${said}`,
    changes: operations.map(changeOf),
  };
}

function changeOf({ type, before, after }: Write["operations"][number]): string {
  if (before === null) return `${type} new → ${after?.content}`;
  if (after === null) return `${type} ${before.content} → deleted`;
  const proxied = after.proxied ? ", proxied as before" : "";
  if (before.content === after.content) return `${type} ${before.content}: marked as ours`;
  return `${type} ${before.content} → ${after.content}${proxied}`;
}
