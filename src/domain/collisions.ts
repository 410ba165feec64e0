import type { Report } from "./report.ts";

/** Another open pull request that touches what this one touches. */
export interface Collision {
  readonly pullRequest: number;
  readonly units: readonly string[];
  readonly hostnames: readonly string[];
}

/** Those of several reports that touch a unit or a hostname which the first touches, too. */
export function collisions(report: Report, others: ReadonlyMap<number, Report>): Collision[] {
  const [units, hostnames] = [new Set(unitsOf(report)), new Set(hostnamesOf(report))];
  return [...others]
    .map(([pullRequest, other]) => ({
      pullRequest,
      units: unitsOf(other).filter((name) => units.has(name)),
      hostnames: hostnamesOf(other).filter((name) => hostnames.has(name)),
    }))
    .filter((found) => found.units.length + found.hostnames.length > 0)
    .sort((left, right) => left.pullRequest - right.pullRequest);
}

function unitsOf({ units }: Report): string[] {
  const names = [...units.added, ...units.removed, ...units.changed, ...units.moved.map(({ name }) => name)];
  return [...new Set(names)];
}

// DNS knows no letter case.
function hostnamesOf({ hostnames }: Report): string[] {
  return [...new Set([...hostnames.added, ...hostnames.removed].map((name) => name.toLowerCase()))];
}
