import { HostenvError } from "../../errors.ts";
import { normalised } from "./names.ts";
import type { Site } from "./site.ts";

/** What two spellings of one name have in common; what is no name is compared as it is. */
export function sameName(name: string): string {
  return normalised(name) ?? name;
}

/**
 * Throws HostenvError `hostname-two-owners` where one name is wanted by two environments or on two nodes: DNS can
 * lead to one of them only. Virtual hosts of disabled environments want nothing.
 */
export function refuseSharedNames(sites: readonly Site[]): void {
  const owners = new Map<string, Site>();
  for (const site of sites.filter(({ skipped }) => skipped === null || skipped === "no-tls")) {
    for (const name of site.names) {
      const other = owners.get(sameName(name));
      if (other && (other.environment !== site.environment || other.node !== site.node))
        throw shared(name, other, site);
      owners.set(sameName(name), site);
    }
  }
}

function shared(name: string, left: Site, right: Site): HostenvError {
  const [first, second] = [left, right].map(({ environment, node }) => `${environment} on ${node}`);
  const hint = "remove it from one of them, and plan again";
  return new HostenvError("hostname-two-owners", `${name} is wanted by ${first} and by ${second}`, hint);
}
