import type { Collision } from "../domain/collisions.ts";
import type { Finding } from "../domain/findings.ts";
import { RULES } from "../domain/rules.ts";
import type { Since } from "../domain/since.ts";
import { code, shortened } from "./escape.ts";
import { counted } from "./words.ts";

/** Up to so many findings that came or went are named. */
const FINDINGS_NAMED = 6;

/** Longer subjects are cut. */
const SUBJECT_LENGTH = 80;

/** Up to so many other pull requests are named above the fold. */
const PULL_REQUESTS_NAMED = 5;

/** What is different from the last push and from the last approval; null where neither is known. */
export function progress({
  sincePush,
  sinceApproval,
}: {
  readonly sincePush?: Since;
  readonly sinceApproval?: Since;
}): string | null {
  const lines = [
    ...(sincePush ? [`**Since the last push:** ${differences(sincePush)}`] : []),
    ...(sinceApproval ? [`**Since the last approval:** ${differences(sinceApproval)}`] : []),
  ];
  return lines.length > 0 ? lines.join("\n\n") : null;
}

function differences({ added, removed, otherChanges, otherPins }: Since): string {
  const parts = [...named("+", added), ...named("−", removed)];
  const rest = [
    ...(otherChanges > 0 ? [counted(otherChanges, "changed fact")] : []),
    ...(otherPins > 0 ? [counted(otherPins, "locked input")] : []),
  ];
  const verb = otherChanges + otherPins === 1 ? "differs" : "differ";
  const told = rest.length > 0 ? `${rest.join(" and ")} ${verb}.` : null;
  if (parts.length === 0) return told ?? "nothing changed.";
  // What a finding tells of is among the facts.
  return `${parts.join(", ")}. ${told === null ? "Nothing else changed." : `In all, ${told}`}`;
}

function named(sign: string, findings: readonly Finding[]): string[] {
  const shown = findings
    .slice(0, FINDINGS_NAMED)
    .map(
      ({ rule, subject }) =>
        `${sign} ${RULES[rule].title} ${code(shortened(subject, SUBJECT_LENGTH), "text")}`,
    );
  const rest = findings.length - shown.length;
  return rest > 0 ? [...shown, `${sign} ${counted(rest, "more finding")}`] : shown;
}

/** The line that names other open pull requests which touch the same; null where there is none. */
export function alsoTouched(collisions: readonly Collision[]): string | null {
  if (collisions.length === 0) return null;
  const shown = collisions.slice(0, PULL_REQUESTS_NAMED).map(({ pullRequest, units, hostnames }) => {
    const what = [
      ...(units.length > 0 ? [counted(units.length, "environment")] : []),
      ...(hostnames.length > 0 ? [counted(hostnames.length, "hostname")] : []),
    ];
    return `#${pullRequest} (${what.join(", ")})`;
  });
  const rest = collisions.length - shown.length;
  return `**Also touched by:** ${[...shown, ...(rest > 0 ? [`${rest} more`] : [])].join(", ")}`;
}
