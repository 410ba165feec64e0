import { isObject, type JsonObject, type JsonValue, pointerSegment } from "./json.ts";

/**
 * What facts are about. `fleet`: the provider as a whole; `host`: a machine; `unit`: what is
 * placed on hosts (for hostenv, an environment); `file`: a source file that can reach a build.
 */
export type SubjectKind = "fleet" | "host" | "unit" | "file";

/** One thing facts are about, with everything known of it as a tree. */
export interface Subject {
  readonly kind: SubjectKind;
  readonly name: string;
  readonly data: JsonObject;
}

/** What the engine must know of a unit; all else about it is facts. */
export interface Unit {
  readonly name: string;
  /** The host that carries it. */
  readonly host: string;
  /** The project it belongs to, for policies that name projects. */
  readonly group: string;
  /** For hostenv: production, testing or development. */
  readonly type: string;
  readonly enabled: boolean;
  /** The hostnames it answers for, in byte order. */
  readonly hostnames: readonly string[];
}

/** A locked input: what code a fleet is made from. */
export interface Pin {
  /** Input path from the root, segments joined by `/`. */
  readonly name: string;
  /** The input's locked reference as a URL. */
  readonly url: string;
  readonly rev: string | null;
  readonly narHash: string | null;
}

/** Hosts, the units placed on them and everything known of both. */
export interface Fleet {
  readonly subjects: ReadonlyMap<string, Subject>;
  readonly units: ReadonlyMap<string, Unit>;
  /** Every host that can be deployed to, with or without units. */
  readonly hosts: readonly string[];
  readonly pins: readonly Pin[];
}

/** The key of a subject in `Fleet.subjects`. */
export function subjectKey(kind: SubjectKind, name: string): string {
  return `${kind}:${name}`;
}

/**
 * The facts of a subject: leaf values by JSON pointer. Lists and empty objects are leaves;
 * null is no fact, so that "unset" and "set to null" do not differ.
 */
export function factsOf(data: JsonObject): Map<string, JsonValue> {
  const facts = new Map<string, JsonValue>();
  collect(data, "", facts);
  return facts;
}

function collect(data: JsonObject, prefix: string, facts: Map<string, JsonValue>): void {
  for (const [key, value] of Object.entries(data)) {
    const path = prefix + pointerSegment(key);
    if (isObject(value) && Object.keys(value).length > 0) collect(value, path, facts);
    else if (value !== null) facts.set(path, value);
  }
}
