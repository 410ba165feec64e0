import { type Failure, mostTelling } from "./agreement.ts";
import type { Sources } from "./chain.ts";
import type { DnsFailure, DnsQuestion } from "./records.ts";
import type { Walk } from "./walk.ts";
import { labelOf } from "./zone-cut.ts";

/** Whether resolvers that validate give the addresses out. */
export interface DnssecFinding {
  readonly result: "given" | "bogus" | Failure["reason"];
  readonly evidence: readonly string[];
}

/**
 * Asks one resolver, the first that does answer, as Let's Encrypt's would ask: where it fails twice, and answers
 * in between as it need not validate, signatures are wrong. One kind of address is enough.
 */
export function* dnssecOf(
  name: string,
  types: readonly ("A" | "AAAA")[],
  { nameservers, system }: Sources,
): Walk<DnssecFinding> {
  const resolvers = nameservers.length > 0 ? nameservers : system;
  const findings: DnssecFinding[] = [];
  for (const type of types) {
    const finding = yield* validated(name, type, resolvers);
    if (finding.result === "given") return finding;
    findings.push(finding);
  }
  const unknown = findings.find(({ result }) => result !== "bogus");
  return unknown ?? { result: "bogus", evidence: findings.flatMap(({ evidence }) => evidence) };
}

function* validated(name: string, type: "A" | "AAAA", resolvers: readonly string[]): Walk<DnssecFinding> {
  const failures: DnsFailure["reason"][] = [];
  const evidence: string[] = [];
  for (const server of resolvers) {
    const question: DnsQuestion = { server, name, type, recursive: true, checkingDisabled: false };
    const said = yield* failureOf(question);
    if (said === null) return { result: "given", evidence: [] };
    failures.push(said);
    evidence.push(`${name} ${type}: ${said} (${labelOf(server)})`);
    if (said !== "servfail") continue;
    const [unchecked] = yield [{ ...question, checkingDisabled: true }];
    if (unchecked?.kind !== "answer") continue;
    // A resolver that was busy says the same as one that was lied to, but does not say it twice.
    const still = yield* failureOf({ ...question, again: true });
    if (still === null) return { result: "given", evidence: [] };
    const line = `${name} ${type} unvalidated: answered (${labelOf(server)})`;
    if (still === "servfail") return { result: "bogus", evidence: [evidence.at(-1) ?? "", line] };
    failures.push(still);
    evidence.push(line, `${name} ${type} again: ${still} (${labelOf(server)})`);
  }
  return { result: mostTelling(failures), evidence };
}

function* failureOf(question: DnsQuestion): Walk<DnsFailure["reason"] | null> {
  const [reply] = yield [question];
  if (reply?.kind === "answer") return null;
  return reply?.reason ?? "unreachable";
}
