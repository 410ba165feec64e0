import { type Collision, collisions } from "../domain/collisions.ts";
import { isFailure, parseReport, type Report } from "../domain/report.ts";
import { type Since, since } from "../domain/since.ts";
import { HostenvError } from "../errors.ts";
import type { Forge, StoredReport } from "../ports/forge.ts";
import { artifactName } from "../render/sticky.ts";

/** So many other pull requests are looked at, the latest first. */
const OTHERS = 20;

/** So many people who approved are asked for their rights. */
const REVIEWERS = 5;

/** What reports of other runs tell about this one. */
export interface Beside {
  readonly sincePush?: Since;
  readonly sinceApproval?: Since;
  readonly collisions?: readonly Collision[];
}

/** Looks for the reports of the last push, of the last approval and of other open pull requests. */
export class OtherReports {
  private readonly forge: Forge;
  private stored: StoredReport[] = [];

  constructor(forge: Forge) {
    this.forge = forge;
  }

  /** What is not known is left out: a report that can't be had is no reason to say nothing. */
  async beside(report: Report, pullRequest: number, previous: string | null): Promise<Beside> {
    this.stored = await this.forge.reports(artifactName(report.provider));
    const approved = await this.approvedHead(pullRequest);
    const [pushedReport, approvedReport] = [await this.of(previous, report), await this.of(approved, report)];
    return {
      ...(pushedReport ? { sincePush: since(pushedReport, report) } : {}),
      ...(approvedReport ? { sinceApproval: since(approvedReport, report) } : {}),
      collisions: await this.collisions(report, pullRequest),
    };
  }

  // An approval by somebody who may not write is an opinion.
  private async approvedHead(pullRequest: number): Promise<string | null> {
    const asked = new Set<number>();
    for (const { head, by } of await this.forge.approvals(pullRequest)) {
      if (asked.has(by.id)) continue;
      if (asked.size === REVIEWERS) return null;
      asked.add(by.id);
      if (await this.forge.mayWrite(by)) return head;
    }
    return null;
  }

  // One after the other: each may be large, and a stranger's.
  private async collisions(report: Report, own: number): Promise<Collision[]> {
    const open = await this.forge.openPullRequests();
    const heads = new Set(this.stored.map(({ head }) => head));
    const wanted = open.filter(({ number, head }) => number !== own && heads.has(head)).slice(0, OTHERS);
    const found: Collision[] = [];
    for (const { number, head } of wanted) {
      const other = await this.of(head, report);
      if (other) found.push(...collisions(report, new Map([[number, other]])));
    }
    return found.sort((left, right) => left.pullRequest - right.pullRequest);
  }

  private async of(head: string | null, { provider }: Report): Promise<Report | null> {
    const stored = head === null ? undefined : this.stored.find((each) => each.head === head);
    if (!stored) return null;
    try {
      const report = parseReport(await this.forge.report(stored.id), `artifact ${stored.id}`);
      return isFailure(report) || report.provider !== provider ? null : report;
    } catch (error) {
      if (error instanceof HostenvError) return null;
      throw error;
    }
  }
}
