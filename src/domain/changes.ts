import { createHash } from "node:crypto";
import { type Fleet, factsOf, type Pin, type Subject, type SubjectKind } from "./fleet.ts";
import { byBytes, canonical, equal, type JsonValue } from "./json.ts";

/** One fact that differs between two fleets. `before` or `after` is null where there is no such fact. */
export interface Change {
  /** Hex SHA-256 of the subject, the path and the value after: the same wherever it is computed. */
  readonly id: string;
  readonly kind: SubjectKind;
  readonly subject: string;
  readonly path: string;
  readonly before: JsonValue;
  readonly after: JsonValue;
}

/** A locked input that differs; null where one side has no such input. */
export interface PinMove {
  readonly name: string;
  readonly before: Pin | null;
  readonly after: Pin | null;
}

/** The uid of a unit; given at merge, so it is no change for a unit only one side has. */
export const UID_PATH = "/uid";

/** Hex SHA-256 of a text's UTF-8 bytes. */
export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/**
 * The id of a change. The value before is left out, so that several merged pull requests
 * deployed at once keep their ids.
 */
export function changeId(kind: SubjectKind, subject: string, path: string, after: JsonValue): string {
  return sha256(canonical([kind, subject, path, after]));
}

/** All facts that differ, ordered by subject and path. Equal fleets give an empty list. */
export function compare(base: Fleet, head: Fleet): Change[] {
  const keys = new Set([...base.subjects.keys(), ...head.subjects.keys()]);
  return [...keys]
    .sort(byBytes)
    .flatMap((key) => subjectChanges(base.subjects.get(key), head.subjects.get(key)));
}

function subjectChanges(before: Subject | undefined, after: Subject | undefined): Change[] {
  if (before && after && equal(before.data, after.data)) return [];
  const { kind, name } = (after ?? before) as Subject;
  const [old, now] = [factsOf(before?.data ?? {}), factsOf(after?.data ?? {})];
  const both = before !== undefined && after !== undefined;
  return [...new Set([...old.keys(), ...now.keys()])]
    .filter((path) => !equal(old.get(path), now.get(path)))
    .filter((path) => both || kind !== "unit" || path !== UID_PATH)
    .sort(byBytes)
    .map((path) => change(kind, name, path, old.get(path) ?? null, now.get(path) ?? null));
}

function change(
  kind: SubjectKind,
  subject: string,
  path: string,
  before: JsonValue,
  after: JsonValue,
): Change {
  return { id: changeId(kind, subject, path, after), kind, subject, path, before, after };
}

/** Locked inputs that were added, removed or point elsewhere, by name. */
export function pinMoves(base: readonly Pin[], head: readonly Pin[]): PinMove[] {
  const [old, now] = [byName(base), byName(head)];
  return [...new Set([...old.keys(), ...now.keys()])]
    .sort(byBytes)
    .map((name) => ({ name, before: old.get(name) ?? null, after: now.get(name) ?? null }))
    .filter(({ before, after }) => !samePin(before, after));
}

function byName(pins: readonly Pin[]): Map<string, Pin> {
  return new Map(pins.map((pin) => [pin.name, pin]));
}

function samePin(left: Pin | null, right: Pin | null): boolean {
  return left?.url === right?.url && left?.rev === right?.rev && left?.narHash === right?.narHash;
}
