import type { Live } from "../../domain/deploy/live.ts";
import { review } from "../../domain/review.ts";
import { type Place, placesOf } from "./deploy-targets.ts";
import type { HostenvSide } from "./facts.ts";
import { hostenv } from "./kind.ts";
import { partOf, sideFrom } from "./live.ts";

/** Where the links of all that was deployed to a node lie, also of what nobody plans there any more. */
export function deployedPlaces(live: Live, node: string): Place[] {
  const carried = placesOf(partOf(sideFrom(live.facts, node), node));
  return carried.filter(({ profile }) => Object.hasOwn(live.profiles, profile));
}

/** Whether another thing is wanted of a node than what was last deployed there. */
export function isBehind(live: Live | null, wanted: HostenvSide, node: string): boolean {
  if (live === null) return true;
  const sides = { base: sideFrom(live.facts, node), head: partOf(wanted, node) };
  return review(hostenv, sides, [], new Date(0)).affectedHosts.includes(node);
}
