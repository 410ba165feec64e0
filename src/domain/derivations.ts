import { byBytes } from "./json.ts";

/** What a package is made by, and where it will lie. */
export interface Derivation {
  readonly drvPath: string;
  readonly outPath: string;
}

/** A host's packages on one side by what they are of, or why they are not known. */
export type Evaluated =
  | { readonly packages: Readonly<Record<string, Derivation>> }
  | { readonly error: string };

/** What a host's closures weigh, and how their packages differ. */
export interface Closure {
  readonly beforeBytes: number;
  readonly afterBytes: number;
  readonly packages: readonly string[];
}

/** A host whose derivations differ, or can't be compared. */
export interface HostDerivations {
  readonly host: string;
  /** What differs, by name. */
  readonly changed: readonly string[];
  readonly error?: string;
  readonly closure?: Closure;
}

/** How affected hosts are told. */
export type Comparing =
  | { readonly method: "derivations"; readonly nodes: readonly HostDerivations[] }
  | { readonly method: "rules"; readonly reason: string; readonly nodes: readonly [] };

/** What is different on a host; null where nothing is. A side that can't be evaluated is a difference. */
export function compareHost(host: string, base: Evaluated, head: Evaluated): HostDerivations | null {
  if ("error" in head) return { host, changed: [], error: head.error };
  if ("error" in base) return { host, changed: [], error: `at the base: ${base.error}` };
  const [before, after] = [base.packages, head.packages];
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  const changed = [...names].filter((name) => drvPath(before, name) !== drvPath(after, name)).sort(byBytes);
  return changed.length === 0 ? null : { host, changed };
}

function drvPath(packages: Readonly<Record<string, Derivation>>, name: string): string | undefined {
  return Object.hasOwn(packages, name) ? packages[name]?.drvPath : undefined;
}

/** The hosts that a comparison of derivations tells; undefined where rules must tell them. */
export function affectedBy(comparing: Comparing | null): string[] | undefined {
  return comparing?.method === "derivations" ? comparing.nodes.map(({ host }) => host) : undefined;
}
