import { findingKey } from "./decisions.ts";
import type { Finding } from "./findings.ts";
import type { Report } from "./report.ts";

/** What one report says that another does not. */
export interface Since {
  /** Findings that are new, most dangerous first. */
  readonly added: readonly Finding[];
  /** Findings that are gone. */
  readonly removed: readonly Finding[];
  /** Changes that only one of the two has. */
  readonly otherChanges: number;
  /** Locked inputs that the two move to different places. */
  readonly otherPins: number;
}

/** What is different from an earlier report; nothing of it where both ask for the same deploy. */
export function since(before: Report, now: Report): Since {
  return {
    added: lacking(now.findings, before.findings),
    removed: lacking(before.findings, now.findings),
    otherChanges: different(before.changeIds, now.changeIds),
    otherPins: different(pinsOf(before), pinsOf(now)),
  };
}

function lacking(findings: readonly Finding[], others: readonly Finding[]): Finding[] {
  const known = new Set(others.map(findingKey));
  return findings.filter((found) => !known.has(findingKey(found)));
}

function different(left: readonly string[], right: readonly string[]): number {
  const [one, other] = [new Set(left), new Set(right)];
  return [...one].filter((id) => !other.has(id)).length + [...other].filter((id) => !one.has(id)).length;
}

function pinsOf({ pins }: Report): string[] {
  return pins.head.map(({ name, url, rev, narHash }) => JSON.stringify([name, url, rev, narHash]));
}
