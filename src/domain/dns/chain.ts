import {
  type Agreement,
  type Asked,
  agreementOf,
  distinct,
  type Failure,
  type Server,
  type Statement,
} from "./agreement.ts";
import type { DnsQuestion, RecordType } from "./records.ts";
import { together, type Walk } from "./walk.ts";
import { labelOf, type ZoneSources, zoneOf } from "./zone-cut.ts";

/**
 * Most aliases in a row: with one more, unbound gives up (max-query-restarts), and with unbound Let's Encrypt
 * looks names up.
 */
const MOST_ALIASES = 11;

/** Who is asked. */
export interface Sources extends ZoneSources {
  /** Resolvers to be asked instead of the zones' own servers; empty where there are none. */
  readonly nameservers: readonly string[];
}

/** Where a name leads to. */
export interface Chain {
  /** What the name is an alias of, and so on. */
  readonly aliases: readonly string[];
  readonly end: Exclude<Statement, { kind: "alias" }> | { readonly kind: "loop" } | Failure;
  readonly evidence: readonly string[];
  /** Addresses that any server gave, as often as they did. */
  readonly seen: readonly string[];
  /** Whether resolvers refuse what they nevertheless know. */
  readonly refused: boolean;
}

/** Follows a name's aliases to records of a type, each asked for where it is defined. */
export function* followed(name: string, type: RecordType, sources: Sources): Walk<Chain> {
  const aliases: string[] = [];
  let evidence: readonly string[] = [];
  let refused = false;
  for (let at = name; ; at = aliases.at(-1) as string) {
    const found: Said = yield* saidOf(at, type, sources);
    const { statement, seen } = found.said;
    refused ||= found.refused;
    evidence = aliases.length === 0 ? found.said.evidence : [...evidence, ...found.said.evidence];
    if (statement.kind !== "alias") return { aliases, end: statement, evidence, seen, refused };
    const isLoop = statement.target === name || aliases.includes(statement.target);
    aliases.push(statement.target);
    if (isLoop || aliases.length > MOST_ALIASES)
      return { aliases, end: { kind: "loop" }, evidence, seen: [], refused };
  }
}

interface Said {
  readonly said: Agreement;
  readonly refused: boolean;
}

function* saidOf(name: string, type: RecordType, sources: Sources): Walk<Said> {
  if (sources.nameservers.length > 0) return yield* saidByResolvers(name, type, sources.nameservers);
  const zone = sources.zones.get(name) ?? (yield* zoneOf(name, sources));
  if (zone.kind === "failure") {
    const { reason, evidence } = zone;
    return { said: { statement: { kind: "failure", reason }, evidence, seen: [] }, refused: false };
  }
  const asked = { name, type, apex: zone.apex, checkingDisabled: false };
  const said = yield* askedOf(zone.servers, asked);
  if (said.statement.kind !== "failure" || zone.doubts.length === 0) return { said, refused: zone.refused };
  return { said: { ...said, evidence: [...zone.doubts, ...said.evidence] }, refused: zone.refused };
}

// A resolver that follows a loop, or finds a signature wrong, only says that it failed. What it knows all the
// same tells which of them it is.
function* saidByResolvers(name: string, type: RecordType, nameservers: readonly string[]): Walk<Said> {
  const servers = distinct(nameservers).map((address) => ({ address, label: labelOf(address) }));
  const asked = { name, type, apex: null, checkingDisabled: false };
  const plain: Agreement = yield* askedOf(servers, asked);
  const { statement } = plain;
  if (statement.kind !== "failure" || statement.reason !== "servfail") return { said: plain, refused: false };
  const [unchecked, alias] = (yield* together([
    askedOf(servers, { ...asked, checkingDisabled: true }),
    askedOf(servers, { ...asked, type: "CNAME", checkingDisabled: true }),
  ])) as [Agreement, Agreement];
  const isKnown = unchecked.statement.kind !== "failure";
  if (!isKnown && alias.statement.kind !== "alias") return { said: plain, refused: false };
  const known = isKnown ? unchecked : alias;
  return { said: { ...known, evidence: [...plain.evidence, ...known.evidence] }, refused: true };
}

function* askedOf(servers: readonly Server[], asked: Asked): Walk<Agreement> {
  const { name, type, apex, checkingDisabled } = asked;
  const questions = servers.map(
    ({ address: server }): DnsQuestion => ({
      server,
      name,
      type,
      recursive: apex === null,
      checkingDisabled,
    }),
  );
  const replies = yield questions;
  return agreementOf(asked, servers, replies);
}
