import { normalised } from "../../domain/dns/names.ts";
import type { ZonePolicy } from "../../domain/dns/zone-plan.ts";
import { HostenvError } from "../../errors.ts";
import { nodeNameOf } from "./hostnames.ts";
import type { Plan } from "./schema.ts";

/**
 * Which zones may be changed, and who may have what there. Zones that the user names by name or id count instead of
 * the plan's. Throws HostenvError `cloudflare-disabled` where neither names any.
 */
export function zonePolicyOf(plan: Plan, named: readonly string[]): ZonePolicy {
  const { cloudflare, hostenvHostname, policy } = plan;
  if (named.length === 0 && cloudflare?.enable !== true) throw disabled();
  const { zoneId } = cloudflare ?? {};
  const planned = [...(zoneId ? [zoneId] : []), ...(policy?.zones ?? [])];
  const environments = Object.entries(plan.environments);
  return {
    zones: (named.length > 0 ? named : planned).map(plain),
    ownZone: named.length === 0,
    provider: plain(hostenvHostname),
    nodes: Object.keys(plan.nodeConnections).map((node) => plain(nodeNameOf(plan, node))),
    ownHostnames: byName(environments.map(([name, { hostenv }]) => [name, plain(hostenv.hostname)])),
    allowedSuffixes: byName(
      Object.entries(policy?.allowedSuffixes ?? {}).map(([name, suffixes]) => [name, suffixesIn(suffixes)]),
    ),
  };
}

// A map of an object's own keys alone, "__proto__" too.
function byName<T>(entries: readonly (readonly [string, T])[]): Record<string, T> {
  return Object.fromEntries(entries);
}

// What is no name is kept, and matches none.
function plain(text: string): string {
  return normalised(text) ?? text;
}

// `.example.com`, `*.example.com` and `example.com` mean the same to most people. Nothing is no suffix: every name
// ends in it.
function suffixesIn(given: readonly string[]): string[] {
  return given.map((text) => plain(text.replace(/^\*?\./, ""))).filter((text) => text !== "");
}

function disabled(): HostenvError {
  const hint = "set provider.cloudflare.enable and plan again, or name zones: --cf-zone ZONE";
  return new HostenvError("cloudflare-disabled", "the plan says that no zone at Cloudflare is ours", hint);
}
