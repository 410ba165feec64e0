import { byBytes } from "../json.ts";
import type { DnsAnswer, DnsFailure, DnsRecord, DnsReply, RecordType } from "./records.ts";

/** A server to be asked, and what people call it. */
export interface Server {
  /** As a question names it. */
  readonly address: string;
  readonly label: string;
}

/** What a name's servers say of it. */
export type Statement =
  /** Each record once, by the bytes of its text, which is an address for A and AAAA. */
  | { readonly kind: "records"; readonly records: readonly DnsRecord[]; readonly texts: readonly string[] }
  | { readonly kind: "alias"; readonly target: string }
  | { readonly kind: "nodata" }
  | { readonly kind: "nxdomain" };

/** Why it is not known what they say. */
export interface Failure {
  readonly kind: "failure";
  readonly reason: DnsFailure["reason"] | "disagreement";
}

/** What several servers say together. */
export interface Agreement {
  readonly statement: Statement | Failure;
  /** Who said what, a line each. */
  readonly evidence: readonly string[];
  /** Addresses that any of them gave, as often as they did. */
  readonly seen: readonly string[];
}

/** What was asked of all of them. */
export interface Asked {
  readonly name: string;
  readonly type: RecordType;
  /** The apex of the zone whose own servers were asked, null where resolvers were. */
  readonly apex: string | null;
  readonly checkingDisabled: boolean;
}

// The first of those that happened is the one to tell: a server that says no says more than a silent one.
const MOST_TELLING = [
  "servfail",
  "refused",
  "truncated",
  "malformed",
  "deadline",
  "budget",
  "timeout",
  "unreachable",
] as const satisfies readonly DnsFailure["reason"][];

/** The reason to give where nobody answered; `unreachable` where nobody was asked. */
export function mostTelling(reasons: readonly DnsFailure["reason"][]): DnsFailure["reason"] {
  return MOST_TELLING.find((reason) => reasons.includes(reason)) ?? "unreachable";
}

/**
 * One statement of several servers: those that fail count only where all do, and those that contradict each
 * other are not believed.
 */
export function agreementOf(
  asked: Asked,
  servers: readonly Server[],
  replies: readonly DnsReply[],
): Agreement {
  const heard = replies.map((reply) => heardFrom(reply, asked));
  const definite = heard.filter(isDefinite);
  const evidence = evidenceOf(asked, servers, heard, definite.length > 0);
  const seen = seenIn(definite);
  const [first] = definite;
  if (first && evidence.length === 1) return { statement: first.statement, evidence, seen };
  const reason = first ? "disagreement" : mostTelling(heard.map(reasonOf));
  return { statement: { kind: "failure", reason }, evidence, seen };
}

function isDefinite({ statement }: Heard): boolean {
  return statement.kind !== "failure";
}

function reasonOf({ statement }: Heard): DnsFailure["reason"] {
  return (statement as DnsFailure).reason;
}

function seenIn(heard: readonly Heard[]): readonly string[] {
  let seen: readonly string[] = [];
  for (const { statement } of heard) {
    if (statement.kind === "records")
      seen = seen.length === 0 ? statement.texts : [...seen, ...statement.texts];
  }
  return seen;
}

/** Each once, by bytes. */
export function distinct(texts: readonly string[]): string[] {
  const once = [...new Set(texts)];
  // Most are in order already, and sorting takes more than looking.
  const isSorted = once.every((text, index) => index === 0 || byBytes(once[index - 1] as string, text) < 0);
  return isSorted ? once : once.sort(byBytes);
}

interface Heard {
  readonly statement: Statement | Failure;
  /** The same for the same statement, however it was ordered. */
  readonly text: string;
}

// A line for each thing that was said, with those who said it.
function evidenceOf(
  { name, type, checkingDisabled }: Asked,
  servers: readonly Server[],
  heard: readonly Heard[],
  definite: boolean,
): string[] {
  const way = checkingDisabled ? " unvalidated: " : ": ";
  // Joined, since thousands are kept: a template's parts would be kept with it.
  const line = (text: string, labels: string) => [name, " ", type, way, text, " (", labels, ")"].join("");
  const [first] = heard;
  // Most agree.
  if (first && heard.every((each) => each.text === first.text && isDefinite(each) === definite))
    return [line(first.text, servers.map(({ label }) => label).join(", "))];
  const who = new Map<string, string>();
  for (let index = 0; index < heard.length; index++) {
    const each = heard[index] as Heard;
    if (isDefinite(each) !== definite) continue;
    const others = who.get(each.text);
    const label = servers[index]?.label ?? "";
    who.set(each.text, others === undefined ? label : `${others}, ${label}`);
  }
  const lines = [...who].map(([text, labels]) => line(text, labels));
  return lines.length > 1 ? lines.sort(byBytes) : lines;
}

function heardFrom(reply: DnsReply, asked: Asked): Heard {
  if (reply.kind === "failure") return failed(reply.reason, reply.reason);
  if (asked.apex !== null && !reply.authoritative) return failed("servfail", "not authoritative");
  const records: DnsRecord[] = [];
  let target: string | null = null;
  for (const record of reply.answers) {
    if (record.name !== asked.name) continue;
    if (record.type === "CNAME") {
      if (target !== null && target !== record.data) return TWO_THINGS;
      target = record.data;
    } else if (record.type === asked.type) records.push(record);
  }
  if (target !== null) return records.length > 0 ? TWO_THINGS : alias(target);
  if (records.length > 0) return recordsHeard(records);
  if (reply.answers.length > 0) return failed("malformed", "an answer to something else");
  if (reply.code === "NXDOMAIN") return NO_NAME;
  return isReferral(reply, asked) ? failed("servfail", "refers to other servers") : NO_RECORD;
}

const TWO_THINGS = failed("malformed", "an alias beside something else");
const NO_NAME: Heard = { statement: { kind: "nxdomain" }, text: "no such name" };
const NO_RECORD: Heard = { statement: { kind: "nodata" }, text: "no such record" };

// An answer without records says that there are none, unless it points to who would know. Some servers set
// the bit of authority all the same.
function isReferral({ authorities }: DnsAnswer, { apex }: Asked): boolean {
  const has = (wanted: RecordType) => authorities.some(({ type, name }) => type === wanted && name !== apex);
  return has("NS") && !authorities.some(({ type }) => type === "SOA");
}

function failed(reason: DnsFailure["reason"], text: string): Heard {
  return { statement: { kind: "failure", reason }, text };
}

function alias(target: string): Heard {
  return { statement: { kind: "alias", target }, text: `CNAME ${target}` };
}

function recordsHeard(records: readonly DnsRecord[]): Heard {
  if (records.length === 1) {
    const text = textOf(records[0] as DnsRecord);
    return { statement: { kind: "records", records, texts: [text] }, text };
  }
  const byText = new Map<string, DnsRecord>();
  for (const record of records) byText.set(textOf(record), record);
  const texts = [...byText.keys()].sort(byBytes);
  const sorted = texts.map((text) => byText.get(text) as DnsRecord);
  return { statement: { kind: "records", records: sorted, texts }, text: texts.join(", ") };
}

function textOf({ type, data }: DnsRecord): string {
  if (type === "SOA") return type;
  return type === "CAA"
    ? `${data.critical ? "critical " : ""}${data.tag} ${JSON.stringify(data.value)}`
    : data;
}
