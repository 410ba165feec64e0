import type { GateRow } from "../../domain/dns/gate-answer.ts";
import { type GateStory, type Section, sectionsOf } from "../dns-gate-sections.ts";

/** A name with what follows from its verdict, as the gate's other words have it. */
export interface JudgedName {
  readonly row: GateRow;
  readonly kind: Section["kind"];
  readonly outcome: string;
}

/** What is to be done, by whom, for which names. */
export interface Task {
  readonly what: string;
  /** Null where nobody has to do anything. */
  readonly who: string | null;
  readonly names: readonly JudgedName[];
}

interface Rule extends Omit<Task, "names"> {
  readonly which: (name: JudgedName) => boolean;
}

const OWNER = "the owner of the domain";

const wrongBy =
  (...reasons: string[]) =>
  ({ row }: JudgedName) =>
    row.verdict === "mismatch" && reasons.includes(row.reason ?? "");
const unknownBy =
  (...reasons: string[]) =>
  ({ row }: JudgedName) =>
    row.verdict === "unknown" && reasons.includes(row.reason ?? "");

// Of these the first that fits.
const RULES: readonly Rule[] = [
  { what: "Let Let's Encrypt issue certificates", who: OWNER, which: wrongBy("caa") },
  {
    what: "Mend the zone's DNSSEC signatures",
    who: "whoever runs the zone's name servers",
    which: wrongBy("dnssec"),
  },
  { what: "List the names one by one", who: "the owner of the project", which: wrongBy("wildcard") },
  {
    what: "Set these records",
    who: OWNER,
    which: ({ row }) => row.verdict === "mismatch" && row.records.length > 0,
  },
  { what: "Look at the records", who: OWNER, which: ({ row }) => row.verdict === "mismatch" },
  {
    what: "Let port 80 of the node answer",
    who: "you, who run the node",
    which: ({ row }) => row.httpCheck === "unreachable",
  },
  {
    what: "Give the node's own name an address",
    who: "you, who run the node",
    which: unknownBy("node-unresolvable"),
  },
  { what: "Give a token that may read the zone", who: "you, who run the gate", which: unknownBy("proxied") },
  { what: "Wait for name servers to show what was set", who: null, which: unknownBy("pending") },
  {
    what: "Wait for an answer that can be relied on",
    who: null,
    which: ({ row }) => row.verdict === "unknown",
  },
  { what: "Wait: TLS was turned on twice within this hour", who: null, which: ({ kind }) => kind === "wait" },
  { what: "Nothing to do", who: null, which: ({ row }) => row.verdict !== "skipped" },
  { what: "Not looked at", who: null, which: () => true },
];

/** The names of a run by what must be done and by whom; each stands once. */
export function tasksOf(story: GateStory): Task[] {
  const names = sectionsOf(story).flatMap(({ kind, title, rows }) =>
    rows.map((row): JudgedName => ({ row, kind, outcome: title })),
  );
  const left = new Set(names);
  const tasks = RULES.flatMap(({ what, who, which }) => {
    const found = [...left].filter(which);
    for (const name of found) left.delete(name);
    return found.length > 0 ? [{ what, who, names: found }] : [];
  });
  return tasks.sort((one, other) => Number(isUrgent(other)) - Number(isUrgent(one)));
}

/** Whether somebody must do something. */
export function isOpen({ who }: Task): boolean {
  return who !== null;
}

/** Whether visitors or certificates suffer already. */
export function isUrgent({ names }: Pick<Task, "names">): boolean {
  return names.some(({ kind }) => kind === "bad");
}
