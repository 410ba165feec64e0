import { type Verification, verificationOf } from "../../domain/deploy/checks.ts";
import type { CheckedNode } from "../../domain/deploy/verification.ts";
import type { Memory } from "../../domain/dns/memory.ts";
import { byBytes, type JsonValue } from "../../domain/json.ts";
import { hostnamesOf } from "./facts.ts";
import { nodeNameOf, sitesOf } from "./hostnames.ts";
import type { Environment, Plan } from "./schema.ts";

/** An environment whose sites are to be asked on their node. */
export interface CheckedSite {
  readonly environment: string;
  readonly verification: Verification;
  readonly node: CheckedNode;
}

/** The enabled environments of a node, with what must hold of their sites and which of these have no TLS yet. */
export function checkedSites(plan: Plan, node: string, memory: Memory): CheckedSite[] {
  const off = new Set(memory.off);
  const plain = new Set(
    sitesOf(plan)
      .filter(({ hostname, skipped }) => skipped !== null || off.has(hostname))
      .map(({ environment, hostname }) => JSON.stringify([environment, hostname])),
  );
  return Object.keys(plan.environments)
    .sort(byBytes)
    .filter((name) => isThere(plan.environments[name] as Environment, node))
    .map((environment) => {
      const planned = plan.environments[environment] as Environment;
      const hostnames = [...new Set([planned.hostenv.hostname, ...hostnamesOf(planned)])].sort(byBytes);
      const withoutTls = hostnames.filter((hostname) => plain.has(JSON.stringify([environment, hostname])));
      const { deploymentVerification } = planned as { deploymentVerification?: JsonValue };
      return {
        environment,
        verification: verificationOf(environment, deploymentVerification),
        node: { host: nodeNameOf(plan, node), hostnames, withoutTls },
      };
    });
}

function isThere({ node, enable }: Environment, wanted: string): boolean {
  return enable && node === wanted;
}
