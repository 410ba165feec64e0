import { SECRET_NAMES } from "./secrets.ts";

/** Variables by name, as a process has them. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** Tokens for GitHub. */
export const GITHUB_TOKENS = ["GITHUB_TOKEN", "GH_TOKEN"] as const;

// Secrets with one rightful reader, and what steers a workflow.
const DROPPED: ReadonlySet<string> = new Set([
  ...[...SECRET_NAMES, ...GITHUB_TOKENS, "SOPS_AGE_KEY"],
  ...["GITHUB_OUTPUT", "GITHUB_ENV", "GITHUB_PATH", "GITHUB_STATE", "GITHUB_STEP_SUMMARY"],
]);
const DROPPED_PREFIX = /^(?:INPUT|ACTIONS)_/i;

/** The environment of a program we start: ours without secrets, apart from those it is the rightful reader of. */
export function withoutSecrets(ours: Variables, kept: readonly string[] = []): Record<string, string> {
  const isKept = (name: string) => kept.includes(name) || !(DROPPED.has(name) || DROPPED_PREFIX.test(name));
  return Object.fromEntries(
    Object.entries(ours).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && isKept(entry[0]),
    ),
  );
}
