import type { Problem } from "../deploy/preflight.ts";
import { type Check, type Fact, type Fault, faulty, judged, type Subject, unasked, works } from "./check.ts";

/** What a node lets us do. */
export interface FoundNode {
  /** What would keep a deploy away, worst first. */
  readonly problems: readonly Problem[];
  /** Why root can't be had there; null where it can. */
  readonly sudo: Fault | null;
  readonly user: string;
  readonly host: string;
  readonly freeBytes: number;
}

/** What is said elsewhere already, once for all nodes. */
const SAID = new Set(["signing-key-missing"]);

/** A node: each thing that is wrong with it, or one line that all is well. */
export function nodeChecks(name: string, fact: Fact<FoundNode>): Check[] {
  const subject: Subject = { area: "nodes", name };
  if ("fault" in fact) return [faulty(subject, fact.fault)];
  const { problems, sudo, user, host, freeBytes } = fact.value;
  const faults = [...(sudo ? [sudo] : []), ...problems.filter(({ code }) => !SAID.has(code))];
  if (faults.length > 0) return faults.map((fault) => faulty(subject, fault));
  const free = `${Math.floor(freeBytes / 2 ** 30)} GiB free`;
  return [works(subject, `its key is the pinned one, '${user}' logs in at ${host} and has sudo, ${free}`)];
}

/** Nodes where nothing can be asked, since keys or host keys can't be read. */
export function nodesUnasked(names: readonly string[], first: string): Check[] {
  return names.map((name) => unasked({ area: "nodes", name }, first));
}

/** The file of pinned host keys; how many it pins. */
export function hostKeysCheck(fact: Fact<number>): Check {
  const subject: Subject = { area: "nodes", name: "known_hosts" };
  return judged(subject, fact, (count) =>
    works(subject, `${count} host key${count === 1 ? "" : "s"} pinned`),
  );
}
