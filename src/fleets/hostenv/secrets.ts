import { isObject, type JsonObject, type JsonValue, pointer } from "../../domain/json.ts";

// Names that hold a secret itself; `…File` and `…Path` name a place instead.
const SECRET_KEY =
  /(?:^|[^a-z])(?:passwords?|passwd|passphrase|(?<=[_-])pass|secrets?|tokens?|api[ _-]?keys?|private[ _-]?keys?|credentials?|authorization|basic[ _-]?auth)$/i;
const CAMEL_HUMP = /([a-z0-9])([A-Z])/g;

// Forms of well-known secrets, as their makers document them.
const SECRET_VALUE = new RegExp(
  [
    "-----BEGIN [A-Z ]*PRIVATE KEY-----",
    "AGE-SECRET-KEY-1[0-9A-Z]+",
    "\\bgh[pousr]_[A-Za-z0-9]{36}",
    "\\bgithub_pat_[A-Za-z0-9_]{22,}",
    "\\bglpat-[A-Za-z0-9_-]{20}",
    "\\bAKIA[0-9A-Z]{16}\\b",
    "\\bxox[abprs]-[A-Za-z0-9-]{10,}",
    "://[^/\\s:@]*:[^/\\s:@]+@",
    "\\b(?:Basic|Bearer) [A-Za-z0-9+/=._~-]{8,}",
  ].join("|"),
);

/** Pointers to the values of a tree that look like secrets, by key name or by form. */
export function secretsIn(tree: JsonObject): string[] {
  const found: string[] = [];
  collect(tree, [], found, false);
  return found;
}

// Whole plans are searched on every run, so a path is only written out where something is found.
// What stands below a secret's name is as secret.
function collect(tree: JsonObject, above: string[], found: string[], below: boolean): void {
  for (const key of Object.keys(tree)) {
    const value = tree[key] as JsonValue;
    const named = below || isSecretKey(key);
    above.push(key);
    if (isObject(value)) collect(value, above, found, named);
    else if (isSecret(named, value)) found.push(pointer(above));
    above.pop();
  }
}

function isSecret(named: boolean, value: JsonValue): boolean {
  if (Array.isArray(value)) return value.some((item) => isSecret(named, item));
  return holdsSecret(value) || (named && isPlainValue(value));
}

// A plan has few distinct keys and many of each.
const knownKeys = new Map<string, boolean>();

function isSecretKey(key: string): boolean {
  const known = knownKeys.get(key);
  if (known !== undefined) return known;
  const answer = SECRET_KEY.test(key.replace(CAMEL_HUMP, "$1 $2"));
  knownKeys.set(key, answer);
  return answer;
}

function holdsSecret(value: JsonValue): boolean {
  if (typeof value === "string") return value.length > 15 && SECRET_VALUE.test(value);
  if (Array.isArray(value)) return value.some(holdsSecret);
  return isObject(value) && secretsIn(value).length > 0;
}

// A path says where a secret lies, which is no secret.
function isPlainValue(value: JsonValue): boolean {
  return (typeof value === "string" && value !== "" && !value.startsWith("/")) || typeof value === "number";
}
