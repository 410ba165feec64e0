import { canonicalAddress, isInRanges } from "./addresses.ts";
import { distinct } from "./agreement.ts";
import { CLOUDFLARE_RANGES } from "./cloudflare-ranges.ts";
import { normalised } from "./names.ts";
import type { Origin } from "./verdict.ts";

/** How a hostname's addresses, of which there is one at least, stand to those of its node. */
export type Comparison = "match" | "elsewhere" | "partial" | "ipv6";

/** Compares two sets of canonical addresses. */
export function comparison(addresses: readonly string[], node: readonly string[]): Comparison {
  const foreign = addresses.filter((address) => !node.includes(address));
  if (foreign.length === 0) return "match";
  if (foreign.length === addresses.length) return "elsewhere";
  const isIPv6 = (address: string) => address.includes(":");
  const hasRightIPv6 = addresses.some((address) => isIPv6(address) && !foreign.includes(address));
  return foreign.every(isIPv6) && !hasRightIPv6 ? "ipv6" : "partial";
}

/** Whether all of these addresses, of which there is one at least, are Cloudflare's edges. */
export function isProxied(addresses: readonly string[]): boolean {
  return addresses.every((address) => isInRanges(address, CLOUDFLARE_RANGES));
}

/** What a proxy's origins are compared to. */
export interface ExpectedNode {
  /** The node's own name, as questions have it. */
  readonly name: string;
  readonly addresses: readonly string[];
}

/** How the origins of a proxied hostname stand to its node; null where there is nothing to compare. */
export function originComparison(origins: readonly Origin[], node: ExpectedNode): Comparison | null {
  if (origins.some((origin) => isUnfollowed(origin, node))) return null;
  const addresses = origins.flatMap(({ type, content }) => {
    if (type === "CNAME") return normalised(content) === node.name ? node.addresses : [content];
    return type === "A" || type === "AAAA" ? [canonicalAddress(content) ?? content] : [];
  });
  return addresses.length === 0 ? null : comparison(distinct(addresses), node.addresses);
}

// Another name may lead to the node all the same, and is not asked for. What we wrote ourselves is a node's own name.
function isUnfollowed({ type, content, isOurs }: Origin, node: ExpectedNode): boolean {
  return type === "CNAME" && isOurs !== true && normalised(content) !== node.name;
}
