import { type Collision, collisions } from "../domain/collisions.ts";
import { isFailure, parseReport, type Report } from "../domain/report.ts";
import { type Since, since } from "../domain/since.ts";
import { HostenvError } from "../errors.ts";
import type { Forge, StoredReport } from "../ports.ts";
import { artifactName } from "../render/sticky.ts";

/** So many other pull requests are looked at, the latest first. */
const OTHERS = 20;

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
    const approved = await this.forge.approvedHead(pullRequest);
    const [pushedReport, approvedReport] = [await this.of(previous, report), await this.of(approved, report)];
    return {
      ...(pushedReport ? { sincePush: since(pushedReport, report) } : {}),
      ...(approvedReport ? { sinceApproval: since(approvedReport, report) } : {}),
      collisions: collisions(report, await this.others(report, pullRequest)),
    };
  }

  private async others(report: Report, own: number): Promise<Map<number, Report>> {
    const open = await this.forge.openPullRequests();
    const heads = new Set(this.stored.map(({ head }) => head));
    const wanted = open.filter(({ number, head }) => number !== own && heads.has(head)).slice(0, OTHERS);
    const found = await Promise.all(
      wanted.map(async ({ number, head }) => [number, await this.of(head, report)] as const),
    );
    return new Map(found.flatMap(([number, other]) => (other ? [[number, other] as const] : [])));
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
