import type { GateAnswer, GateRow } from "../domain/dns/gate-answer.ts";
import type { JsonObject } from "../domain/json.ts";

/** All that is told of a run of the gate. */
export interface GateStory {
  readonly answer: GateAnswer;
  /** Why nothing is written although it should be; null where nothing stands against it. */
  readonly obstacle: string | null;
  /** What the memory's file is called. */
  readonly name: string;
  readonly isDry: boolean;
  /** What a dry run would have sent to change records. */
  readonly calls: readonly WriteCall[];
}

/** A call as it is sent, without what it is sent with. */
export interface WriteCall {
  readonly method: string;
  readonly path: string;
  readonly body: JsonObject;
}

/** Names of which the same is to be said. */
export interface Section {
  /** `bad`: visitors or certificates suffer, `wait`: nobody does yet, `good`: nothing to do. */
  readonly kind: "bad" | "wait" | "good";
  readonly title: string;
  readonly rows: readonly GateRow[];
}

/** The names of a run by what is to be said of them: what needs a person stands first, each name stands once. */
export function sectionsOf({ answer, obstacle, isDry }: GateStory): Section[] {
  const { verdicts, disabled, enabled, pending, kept, confirmations, off } = answer;
  const goes = obstacle !== null || isDry ? "would go" : "goes";
  const counts = new Map(kept.map(({ hostname, count }) => [hostname, count]));
  const isWrong = ({ verdict }: GateRow) => verdict === "mismatch";
  const isClosed = ({ httpCheck }: GateRow) => httpCheck === "unreachable";
  const isIn = (list: readonly string[]) => {
    const names = new Set(list);
    return ({ virtualHost }: GateRow) => names.has(virtualHost);
  };
  const [wasDisabled, isOff, isPending] = [isIn(disabled), isIn(off), isIn(pending)];
  return parted(verdicts, [
    ["bad", `TLS ${goes} off with the next deploy`, (row) => isWrong(row) && wasDisabled(row)],
    ...[...new Set(counts.values())]
      .sort((left, right) => right - left)
      .map((count): Rule => {
        const title = count === 0 ? UNRENEWED : keptTitle(confirmations - count);
        return ["bad", title, (row) => isWrong(row) && counts.get(row.virtualHost) === count];
      }),
    [
      "bad",
      "Port 80 does not answer, so no new certificate can be had",
      (row) => isClosed(row) && !isOff(row),
    ],
    ["wait", "Without TLS until DNS is right", isWrong],
    ["wait", "Without TLS until port 80 answers", isClosed],
    ["wait", "Set, and not yet seen in DNS", ({ reason }) => reason === "pending"],
    ["wait", "Not known, and left as it is", ({ verdict }) => verdict === "unknown"],
    ["wait", "Right, and TLS waits: it was turned on twice within this hour", isPending],
    ["good", `TLS ${goes} on with the next deploy`, isIn(enabled)],
    ["good", "Right, and without TLS for another name of the same certificate", isOff],
    ["good", "Right", ({ verdict }) => verdict !== "skipped"],
    ["good", "Not looked at", () => true],
  ]);
}

type Rule = readonly [kind: Section["kind"], title: string, which: (row: GateRow) => boolean];

const UNRENEWED = "TLS stays on, but no new certificate can be had";

function keptTitle(more: number): string {
  return `TLS stays on for now, and goes off when ${more === 1 ? "one more run finds" : `${more} more runs find`} the same`;
}

function parted(all: readonly GateRow[], rules: readonly Rule[]): Section[] {
  const left = new Set(all);
  return rules.flatMap(([kind, title, which]) => {
    const rows = [...left].filter(which);
    for (const row of rows) left.delete(row);
    return rows.length > 0 ? [{ kind, title, rows }] : [];
  });
}

/** `3 wrong · 1 unknown · 8 right · 2 skipped`. */
export function verdictLine({ verdicts }: GateAnswer): string {
  const words = {
    mismatch: "wrong",
    unknown: "unknown",
    match: "right",
    proxied: "proxied",
    skipped: "skipped",
  };
  const told = Object.entries(words).flatMap(([kind, word]) => {
    const count = verdicts.filter(({ verdict }) => verdict === kind).length;
    return count > 0 ? [`${count} ${word}`] : [];
  });
  return told.length > 0 ? told.join(" · ") : "no hostnames";
}

/** What became of the files; `shown` makes a name fit to be shown. */
export function endingOf(
  { answer, obstacle, name, isDry }: GateStory,
  shown: (name: string) => string,
): string {
  if (obstacle !== null) {
    const hint = answer.breaker ? "; look at why first, and if it is meant: --force" : "";
    return `nothing was written: ${obstacle}${hint}`;
  }
  if (isDry) return "nothing was written: --dry-run";
  return answer.written
    ? `${shown(name)} is written: the next deploy builds from it`
    : `nothing changed in ${shown(name)}`;
}

/** What a reason means. */
const REASONS: Readonly<Record<string, string>> = {
  elsewhere: "leads elsewhere",
  partial: "leads here, and elsewhere as well",
  ipv6: "its IPv6 address leads elsewhere",
  nxdomain: "does not exist",
  nodata: "has no address",
  "target-unresolvable": "is an alias of a name without address",
  loop: "is an alias of itself",
  wildcard: "no wildcard can be proved over HTTP: list the names one by one",
  caa: "a CAA record forbids Let's Encrypt",
  dnssec: "the zone's signatures are broken: its operator must mend them, or take the DS record out",
};

/** Lines of evidence that are shown where there is no record to set. */
const EVIDENCE_SHOWN = 4;

/** What is to be said of a name besides where it leads. Nothing in it is escaped. */
export interface Remarks {
  /** The virtual host whose alias it is; null where it is none. */
  readonly aliasOf: string | null;
  readonly meaning: string;
  /** What to do with the records: `set` in place of others, `add` beside them. */
  readonly verb: "set" | "add";
  readonly records: readonly string[];
  readonly evidence: readonly string[];
}

/** What is to be said of a name besides where it leads. */
export function remarksOf(row: GateRow): Remarks {
  const { verdict, reason, virtualHost, hostname, records, evidence, httpCheck } = row;
  const closed = httpCheck === "unreachable" ? evidence.filter((line) => line.startsWith("port 80 ")) : [];
  const isUntold = verdict === "unknown" || (verdict === "mismatch" && records.length === 0);
  return {
    aliasOf: virtualHost === hostname ? null : virtualHost,
    meaning: verdict === "mismatch" ? (REASONS[reason ?? ""] ?? "") : "",
    verb: reason === "caa" ? "add" : "set",
    records,
    evidence: isUntold ? evidence.slice(0, EVIDENCE_SHOWN) : closed,
  };
}
