/** A JSON value as JSON.parse gives it. */
export type JsonValue = null | boolean | number | string | JsonValue[] | JsonObject;

/** A JSON object with unknown keys. */
export interface JsonObject {
  [key: string]: JsonValue;
}

/** Whether a value is a JSON object: neither null nor an array. */
export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether two JSON values are equal; the order of keys does not matter. */
export function equal(left: JsonValue | undefined, right: JsonValue | undefined): boolean {
  if (left === right) return true;
  if (Array.isArray(left)) return Array.isArray(right) && equalLists(left, right);
  if (!isObject(left) || !isObject(right)) return false;
  const keys = Object.keys(left);
  if (keys.length !== Object.keys(right).length) return false;
  return keys.every((key) => Object.hasOwn(right, key) && equal(left[key], right[key]));
}

function equalLists(left: JsonValue[], right: JsonValue[]): boolean {
  return left.length === right.length && left.every((item, index) => equal(item, right[index]));
}

/**
 * Canonical JSON text: keys sorted by UTF-16 code unit, no white space, strings and
 * numbers as ECMAScript writes them (RFC 8785).
 */
export function canonical(value: JsonValue): string {
  // Nix writes keys in order, so most of a plan needs no sorting and the engine's own writer serves.
  if (isInOrder(value)) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  const members = Object.keys(value as JsonObject)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonical((value as JsonObject)[key] as JsonValue)}`);
  return `{${members.join(",")}}`;
}

function isInOrder(value: JsonValue): boolean {
  if (Array.isArray(value)) return value.every(isInOrder);
  if (!isObject(value)) return true;
  let last = "";
  for (const key of Object.keys(value)) {
    if (key < last || !isInOrder(value[key] as JsonValue)) return false;
    last = key;
  }
  return true;
}

/** Orders texts by their UTF-8 bytes, as Nix orders attribute names. */
export function byBytes(left: string, right: string): number {
  if (left === right) return 0;
  // Code units order differently from bytes only where a surrogate is involved.
  for (let index = 0; index < Math.min(left.length, right.length); index++) {
    const difference = rank(left.charCodeAt(index)) - rank(right.charCodeAt(index));
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

// Surrogates stand for code points above U+FFFF, so they sort after every other unit.
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

/** One RFC 6901 pointer from unescaped segments: `["a/b"]` gives `/a~1b`. */
export function pointer(segments: readonly string[]): string {
  return segments.map(pointerSegment).join("");
}

/** One segment of a pointer with its leading slash. */
export function pointerSegment(segment: string): string {
  return segment.includes("~") || segment.includes("/")
    ? `/${segment.replaceAll("~", "~0").replaceAll("/", "~1")}`
    : `/${segment}`;
}

/** The unescaped segments of a pointer: `/a~1b` gives `["a/b"]`. */
export function segmentsOf(path: string): string[] {
  return path
    .split("/")
    .slice(1)
    .map((segment) => segment.replaceAll("~1", "/").replaceAll("~0", "~"));
}
