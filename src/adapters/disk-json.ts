import { isUtf8 } from "node:buffer";
import { findNodeAtLocation, parseTree, visit } from "jsonc-parser";
import { type JsonValue, pointer } from "../domain/json.ts";
import { HostenvError } from "../errors.ts";

/** Deeper documents are refused before they are parsed; a plan is 12 levels deep. */
export const DEEPEST = 100;

/** More values are refused before they are parsed: a plan of 1,000 environments has about 100,000. */
export const MOST_VALUES = 2_000_000;

const RESTORE = "restore it from git or write it again";

/**
 * The value of a JSON file's bytes; `path` is what messages call it, and no message quotes more of it
 * than a key. Throws HostenvError: `file-not-utf8`, `file-not-json` with the place, `file-too-deep`,
 * `file-too-large`, and for keys that JSON.parse takes without a word, `file-duplicate-key` and
 * `file-prototype-key`.
 */
export function jsonIn(bytes: Buffer, path: string): JsonValue {
  if (!isUtf8(bytes)) throw notUtf8(bytes, path);
  const keys = keysWithinBounds(bytes, path);
  const text = bytes.toString("utf8");
  let value: JsonValue;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch {
    throw notJson(text, path);
  }
  // A second of two equal keys wins in silence, so the text has more keys than the value.
  if (sound(value) !== keys) throw unsound(text, path);
  return value;
}

const [QUOTE, BACKSLASH, COLON, COMMA] = [0x22, 0x5c, 0x3a, 0x2c];

// One pass over the bytes: how many keys the text has. Hostile depth or number would cost the parser
// more memory than there is, so they are looked for before it starts.
function keysWithinBounds(bytes: Buffer, path: string): number {
  let [depth, keys, values, index] = [0, 0, 0, 0];
  while (index < bytes.length) {
    const byte = bytes[index++] as number;
    // A third of a plan is white space.
    if (byte <= 0x20) continue;
    if (byte === QUOTE) {
      let within = bytes[index++];
      while (within !== QUOTE && within !== undefined) {
        if (within === BACKSLASH) index++;
        within = bytes[index++];
      }
    } else if (byte === COLON) keys++;
    else if (byte === COMMA) values++;
    // Of all ASCII, only [ and { give the first of these, and ] and } the second.
    else if ((byte | 0x20) === 0x7b) {
      values++;
      if (++depth > DEEPEST) throw tooDeep(bytes, index - 1, path);
    } else if ((byte | 0x20) === 0x7d) depth--;
  }
  if (values > MOST_VALUES) throw tooMany(values, path);
  return keys;
}

// The number of keys in a value, -1 where it holds what no plan may.
function sound(value: JsonValue): number {
  if (typeof value === "number") return Number.isFinite(value) ? 0 : -1;
  if (typeof value !== "object" || value === null) return 0;
  if (Array.isArray(value)) return sumOf(value);
  let keys = 0;
  for (const key in value) {
    const below = key === "__proto__" ? -1 : sound(value[key] as JsonValue);
    if (below < 0) return -1;
    keys += below + 1;
  }
  return keys;
}

function sumOf(list: readonly JsonValue[]): number {
  let keys = 0;
  for (const item of list) {
    const below = sound(item);
    if (below < 0) return -1;
    keys += below;
  }
  return keys;
}

/** What a slow second look has found in a text. */
interface Found {
  readonly code: string;
  readonly what: string;
  readonly hint: string;
}

// Only a refused file is looked at twice, so this may be slow. Ends at the first thing that is wrong.
function unsound(text: string, path: string): HostenvError {
  const seen: Set<string>[] = [];
  let found: (Found & { readonly where: string }) | undefined;
  const tell = (problem: Found, segments: readonly (string | number)[], line: number) => {
    const where = shortened(pointer(segments.map(String)));
    found ??= { ...problem, where: `at ${where}, line ${line + 1}` };
  };
  visit(text, {
    onObjectBegin: () => {
      seen.push(new Set());
      return found === undefined;
    },
    onObjectProperty: (key, _offset, _length, line, _character, above) => {
      if (key === "__proto__") tell(PROTOTYPE, [...above(), key], line);
      if (seen.at(-1)?.has(key)) tell(DUPLICATE, [...above(), key], line);
      seen.at(-1)?.add(key);
    },
    onObjectEnd: () => {
      seen.pop();
    },
    onLiteralValue: (value, _offset, _length, line, _character, above) => {
      if (typeof value === "number" && !Number.isFinite(value)) tell(NUMBER, above(), line);
    },
  });
  const { code, what, where, hint } = found ?? { ...DUPLICATE, where: "at a place that can't be told" };
  return new HostenvError(code, `${path} ${what} ${where}`, hint);
}

const PROTOTYPE: Found = {
  code: "file-prototype-key",
  what: "has the key __proto__, which is not allowed,",
  hint: "remove the key: no planner writes it, so find out who did",
};
const DUPLICATE: Found = {
  code: "file-duplicate-key",
  what: "has a key twice",
  hint: "a merge may have kept both sides: restore it from git, or remove the one that is wrong",
};
const NUMBER: Found = {
  code: "file-not-json",
  what: "has a number that is too large",
  hint: RESTORE,
};

function notJson(text: string, path: string): HostenvError {
  const conflict = /^(?:<{7}|={7}|>{7})/m.test(text);
  const marked = text.startsWith("\ufeff");
  const hint = conflict
    ? "it holds git conflict markers: resolve them"
    : marked
      ? "it begins with a byte order mark: save it without one"
      : RESTORE;
  return new HostenvError("file-not-json", `${path} is no JSON: ${place(text, firstError(text))}`, hint);
}

// JSON.parse names no place in every version of Node. An exception is the only way out of a visit, and
// a file of garbage has a mistake in every byte.
function firstError(text: string): number {
  const stop = { offset: text.length };
  try {
    visit(
      text,
      {
        onError: (_error, offset) => {
          stop.offset = offset;
          throw stop;
        },
      },
      { disallowComments: true, allowTrailingComma: false },
    );
  } catch (thrown) {
    if (thrown !== stop) throw thrown;
  }
  return stop.offset;
}

function notUtf8(bytes: Buffer, path: string): HostenvError {
  let [line, start] = [1, 0];
  for (let end = bytes.indexOf(0x0a); end >= 0; end = bytes.indexOf(0x0a, start)) {
    if (!isUtf8(bytes.subarray(start, end))) break;
    start = end + 1;
    line++;
  }
  const message = `${path} is no UTF-8 text: line ${line} holds bytes that stand for no character`;
  return new HostenvError("file-not-utf8", message, RESTORE);
}

function tooDeep(bytes: Buffer, offset: number, path: string): HostenvError {
  const where = place(bytes.toString("utf8", 0, offset), offset);
  const message = `${path} is nested more than ${DEEPEST} levels deep: ${where}`;
  return new HostenvError("file-too-deep", message, "check which file it is: no plan or state is so deep");
}

function tooMany(values: number, path: string): HostenvError {
  const message = `${path} has ${values} values, and ${MOST_VALUES} are read at most`;
  return new HostenvError("file-too-large", message, "check which file it is: no plan or state is so large");
}

function place(text: string, offset: number): string {
  let [line, start] = [1, 0];
  for (let end = text.indexOf("\n"); end >= 0 && end < offset; end = text.indexOf("\n", start)) {
    start = end + 1;
    line++;
  }
  return `line ${line}, column ${offset - start + 1}`;
}

function shortened(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

/**
 * The text of a JSON document with `false` in place of the values that the paths lead to; every other character
 * stays. Paths that lead nowhere are left out.
 */
export function withFalse(text: string, paths: readonly (readonly string[])[]): string {
  if (paths.length === 0) return text;
  const tree = parseTree(text);
  const found = paths.flatMap((path) => (tree && findNodeAtLocation(tree, [...path])) ?? []);
  const places = new Map(found.map(({ offset, length }) => [offset, length]));
  const parts: string[] = [];
  let from = 0;
  for (const offset of [...places.keys()].sort((left, right) => left - right)) {
    parts.push(text.slice(from, offset), "false");
    from = offset + (places.get(offset) as number);
  }
  return parts.join("") + text.slice(from);
}
