import { byBytes } from "../json.ts";
import type { Live, MoveStep } from "./live.ts";

/** What the journals of nodes say, by node; null where a node says nothing. */
export type Lives = ReadonlyMap<string, Live | null>;

/** How a unit came to a node. */
export interface Arrival {
  readonly from: string;
  /** When visitors were led there, or its data was declared to be there; null for a copy that nobody was led to. */
  readonly led: string | null;
  /** When it was last written of. */
  readonly at: string;
}

/** How a unit came to a node by its latest move there; null where the node says nothing of that. */
export function arrivalOf(unit: string, node: string, lives: Lives): Arrival | null {
  const steps = (lives.get(node)?.steps ?? []).filter(
    ({ environment, to }) => environment === unit && to === node,
  );
  const last = latest(steps);
  if (last === null) return null;
  const led = steps.filter(({ from, step }) => from === last.from && (step === "dns" || step === "stay"));
  return { from: last.from, led: latest(led)?.at ?? null, at: last.at };
}

/**
 * Where the data of a unit is: where its visitors were led last, or where it has always been. What was restored on
 * a node is a copy until they are led there: the node that it came from goes on taking what they write. Null where
 * nothing tells the carriers apart.
 */
export function homeOf(unit: string, carriers: readonly string[], lives: Lives): string | null {
  const arrivals = carriers.map((node) => ({ node, arrival: arrivalOf(unit, node, lives) }));
  const led = arrivals.flatMap(({ node, arrival }) => (arrival?.led ? [{ node, at: arrival.led }] : []));
  const newest = latest(led);
  if (newest !== null) return newest.node;
  const own = arrivals.filter(({ arrival }) => arrival === null).map(({ node }) => node);
  return own.length === 1 ? (own[0] as string) : null;
}

function latest<T extends { readonly at: MoveStep["at"] }>(some: readonly T[]): T | null {
  return [...some].sort((left, right) => byBytes(left.at, right.at)).at(-1) ?? null;
}
