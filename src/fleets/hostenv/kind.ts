import { type Finding, finding, say } from "../../domain/findings.ts";
import { byBytes, type JsonObject, type JsonValue } from "../../domain/json.ts";
import type { FleetKind } from "../../domain/review.ts";
import { access } from "./access-rules.ts";
import { fleetOf, type HostenvSide } from "./facts.ts";
import { certificates, inputs, nodes, reachOf } from "./node-rules.ts";
import { type Context, freezes, hostnames, judged, lifecycle, moves, pairsOf, sites } from "./rules.ts";
import type { Environment } from "./schema.ts";
import { secretsIn } from "./secrets.ts";

const RULES = [secrets, lifecycle, hostnames, moves, freezes, access, sites, nodes, certificates, inputs];

/** Fleets of hostenv: nodes are hosts, environments are units. */
export const hostenv: FleetKind<HostenvSide> = {
  name: "hostenv",
  fleet: fleetOf,
  identity,
  findings: (base, head, comparison, now) => {
    const context = { base, head, comparison, pairs: pairsOf(base, head, comparison), now };
    return RULES.flatMap((rule) => rule(context)).flatMap((found) => judged(context, found) ?? []);
  },
  reach: reachOf,
  canaries: ({ plan }) => plan.policy?.canary ?? [],
  secretPaths: ({ data }) => secretsIn(data),
};

/** What a plan id is made from: the plan without `previousNode`, which only says where data was. */
function identity({ plan, pins, sources }: HostenvSide): JsonValue {
  const environments = Object.entries(plan.environments).map(([name, environment]) => {
    const { previousNode: _, ...rest } = environment as Environment & { previousNode?: unknown };
    return [name, rest] as const;
  });
  return {
    pins: [...pins]
      .sort((left, right) => byBytes(left.name, right.name))
      .map(({ name, url, rev, narHash }) => [name, url, rev, narHash]),
    plan: { ...plan, environments: Object.fromEntries(environments) } as JsonObject,
    sources: [...sources]
      .sort((left, right) => byBytes(left.path, right.path))
      .map(({ path, sha256 }) => [path, sha256]),
  };
}

function secrets({ comparison }: Context): Finding[] {
  return [...comparison.head.subjects.values()].flatMap(({ kind, name, data }) =>
    secretsIn(data).map((path) => {
      const about = { subject: name + path, host: kind === "host" ? name : undefined };
      return finding("secret-in-plan", about, say`${name} holds a secret at ${path}`);
    }),
  );
}
