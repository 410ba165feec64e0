import type { Site } from "./site.ts";

/** A run may flip three of ten hostnames, and always one: more than that is DNS, or who tells of it, gone wrong. */
const [MOST, OF] = [3, 10];

/**
 * Why flips are too many to be believed, null where they are not: more than three of ten of the run's sites and
 * more than one, or all of a node that has more than one. A flip is a change that visitors would notice: a live
 * site loses TLS, or one that was off gets it.
 */
export function tripped(flips: readonly Site[], judged: readonly Site[]): string | null {
  if (flips.length > 1 && flips.length * OF > judged.length * MOST)
    return `${flips.length} of ${judged.length} hostnames would change at once`;
  const onNode = countedBy(judged);
  for (const [node, count] of countedBy(flips))
    if (count > 1 && count === onNode.get(node))
      return `all ${count} hostnames of ${node} would change at once`;
  return null;
}

function countedBy(sites: readonly Site[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { node } of sites) counts.set(node, (counts.get(node) ?? 0) + 1);
  return counts;
}
