import type { Difference, Ignored } from "../../domain/golden.ts";
import { isObject, type JsonObject, type JsonValue, segmentsOf } from "../../domain/json.ts";
import { REDACTED } from "../../domain/review.ts";
import { secretsIn } from "./secrets.ts";

/** What no golden comparison of this kind of fleet looks at. */
export const ALWAYS_IGNORED: readonly Ignored[] = [
  { pattern: "/environments/*/previousNode", reason: "says where data was, not what is wanted" },
];

/** What a difference is about, for a reader. */
export interface Place {
  readonly kind: "provider" | "environment" | "node";
  readonly name: string;
}

const KINDS: Readonly<Record<string, Place["kind"]>> = {
  environments: "environment",
  nodes: "node",
  nodeConnections: "node",
  nodeRemoteBuild: "node",
};

/** The environment or node whose part of the plan a JSON pointer leads into. */
export function placeOf(path: string): Place {
  const [key = "", name] = segmentsOf(path);
  const kind = Object.hasOwn(KINDS, key) ? KINDS[key] : undefined;
  if (kind === undefined || name === undefined) return { kind: "provider", name: "" };
  return { kind, name };
}

/** The difference as it may be shown: what looks like a secret is replaced, by key name or by form. */
export function withoutSecrets({ path, ...sides }: Difference): Difference {
  const shown = Object.entries(sides).map(([side, value]) => [side, hidden(segmentsOf(path), value)]);
  return { path, ...Object.fromEntries(shown) };
}

// A secret is known by the names above it, so they are put back for the search.
function hidden(place: readonly string[], value: JsonValue): JsonValue {
  const tree = place.reduceRight<JsonValue>((below, key) => ({ [key]: below }), value) as JsonObject;
  const safe = secretsIn(tree).reduce<JsonValue>((all, path) => replacedAt(all, segmentsOf(path)), tree);
  return place.reduce<JsonValue>((all, key) => (isObject(all) ? (all[key] as JsonValue) : all), safe);
}

function replacedAt(tree: JsonValue, [step, ...rest]: readonly string[]): JsonValue {
  if (step === undefined || !isObject(tree)) return REDACTED;
  return { ...tree, [step]: replacedAt(tree[step] as JsonValue, rest) };
}
