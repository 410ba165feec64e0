import { type Chain, followed, type Sources } from "./chain.ts";
import { parentOf } from "./names.ts";
import type { CaaProperty } from "./records.ts";
import type { Walk } from "./walk.ts";

/** The name by which CAA records call Let's Encrypt; it compares letter by letter. */
const ISSUER = "letsencrypt.org";

/** The challenge that nodes answer. */
const METHOD = "http-01";

/** Tags that Let's Encrypt knows (boulder, va/caa.go): `issuewild` is about other names, `iodef` about reports. */
const KNOWN_TAGS = ["issue", "issuewild", "iodef", "issuemail"];

/** Whether Let's Encrypt may issue a certificate for a name. */
export interface CaaFinding {
  readonly result: "allowed" | "forbidden" | "unknown";
  readonly evidence: readonly string[];
}

/**
 * Climbs from the name up to its top-level domain to the first that has CAA records (RFC 8659): an alias
 * counts as what it leads to, whose own parents do not. What can't be asked may forbid.
 */
export function* caaOf(name: string, sources: Sources): Walk<CaaFinding> {
  for (let at: string | null = name; at !== null && at !== ""; at = parentOf(at)) {
    const { end, evidence }: Chain = yield* followed(at, "CAA", sources);
    if (end.kind === "failure" || end.kind === "loop") return { result: "unknown", evidence };
    if (end.kind !== "records") continue;
    const properties = end.records.flatMap((record) => (record.type === "CAA" ? [record.data] : []));
    return judged(properties, evidence);
  }
  return { result: "allowed", evidence: [] };
}

function judged(properties: readonly CaaProperty[], evidence: readonly string[]): CaaFinding {
  if (properties.some(({ critical, tag }) => critical && !KNOWN_TAGS.includes(tag)))
    return { result: "forbidden", evidence };
  const issuing = properties.filter(({ tag }) => tag === "issue").map(({ value }) => value);
  if (issuing.length === 0) return { result: "allowed", evidence };
  const allowing = issuing.map(allowance).filter((found) => found !== null);
  if (allowing.length === 0) return { result: "forbidden", evidence };
  const isFree = allowing.some(({ account }) => account === null);
  const bound = isFree ? [] : allowing.map(({ account }) => `only the account ${account} may; not compared`);
  return { result: "allowed", evidence: [...evidence, ...bound] };
}

interface Allowance {
  /** The only account that may, null where any may. */
  readonly account: string | null;
}

// RFC 8659, 4.2, and RFC 8657; what breaks the grammar allows nothing.
function allowance(value: string): Allowance | null {
  const [issuer = "", ...rest] = value.split(";").map((part) => part.replace(/^[\t ]+|[\t ]+$/g, ""));
  if (issuer !== ISSUER) return null;
  const given = rest.length === 1 && rest[0] === "" ? [] : rest;
  const parameters = given.map((text) => /^([a-z\d]+)[\t ]*=[\t ]*([!-:<-~]*)$/i.exec(text));
  if (parameters.some((parameter) => parameter === null)) return null;
  const byTag = new Map(parameters.map((parameter) => [parameter?.[1], parameter?.[2] ?? ""]));
  const methods = byTag.get("validationmethods")?.split(",");
  if (methods && !(methods.every((method) => /^[a-z\d-]+$/i.test(method)) && methods.includes(METHOD)))
    return null;
  return { account: byTag.get("accounturi") ?? null };
}
