import type { JsonValue } from "../domain/json.ts";
import { HostenvError } from "../errors.ts";

// What is planned is read again, and disk-json.ts reads 100 levels; the plan lies one level down. A plan has 8.
const DEEPEST = 100;

/**
 * The value Nix printed. Throws HostenvError `evaluation-nesting` where it is nested too deep for
 * anything that walks it, `evaluation-json` where it is no JSON.
 */
export function parsedOutput(stdout: Buffer): JsonValue {
  if (depth(stdout) > DEEPEST) {
    throw new HostenvError(
      "evaluation-nesting",
      `the evaluated plan is nested deeper than ${DEEPEST} levels`,
      "look for a list or attribute set that holds itself or a copy of itself",
    );
  }
  try {
    return JSON.parse(stdout.toString("utf8")) as JsonValue;
  } catch {
    // The parser's message quotes the text, which may hold a secret.
    throw new HostenvError(
      "evaluation-json",
      "what Nix printed for the plan is no JSON",
      "look for a number that is too big to be one: Nix 2.8 prints it as inf or nan",
    );
  }
}

// Works on bytes: none of these occurs inside a longer character of UTF-8.
const [QUOTE, BACKSLASH] = [0x22, 0x5c];
const OPENING = [0x5b, 0x7b];
const CLOSING = [0x5d, 0x7d];

function depth(json: Buffer): number {
  let [now, deepest] = [0, 0];
  for (let at = 0; at < json.length; at++) {
    const byte = json[at] as number;
    if (byte === QUOTE) at = endOfString(json, at);
    else if (OPENING.includes(byte)) deepest = Math.max(deepest, ++now);
    else if (CLOSING.includes(byte)) now--;
  }
  return deepest;
}

function endOfString(json: Buffer, start: number): number {
  let at = start + 1;
  while (at < json.length && json[at] !== QUOTE) at += json[at] === BACKSLASH ? 2 : 1;
  return at;
}
