import type { CloudflareApi } from "./cloudflare-api.mjs";
import { type Defined, type World, type WorldZone, worldWith } from "./dns-world.ts";

/** One of Cloudflare's edges. */
export const EDGE = "104.16.0.9";

/** A zone above, where `old.test` leads to somebody else's server. */
const TEST = {
  servers: ["ns.test"],
  records: { "ns.test": { A: ["192.0.2.4"] }, "old.test": { A: ["203.0.113.9"] } },
};

/** DNS as Cloudflare's servers would give it: what its zones hold, with its own address where a record is proxied. */
export function worldOf(api: CloudflareApi, given: Partial<World> = {}): World {
  const zones = api.zones.map(({ name, records }): [string, WorldZone] => {
    const server = `ns.${name}`;
    const defined: Record<string, Defined> = { [server]: { A: ["203.0.113.53"] } };
    for (const { name: at, type, content, proxied } of records) {
      const before = defined[at] ?? {};
      if (proxied) defined[at] = { ...before, A: [EDGE] };
      else if (type === "CNAME") defined[at] = { ...before, CNAME: content };
      else if (type === "A" || type === "AAAA")
        defined[at] = { ...before, [type]: [...(before[type] ?? []), content] };
    }
    return [name, { servers: [server], records: defined }];
  });
  const world = worldWith({}, given);
  return { ...world, zones: { ...world.zones, test: TEST, ...Object.fromEntries(zones), ...given.zones } };
}
