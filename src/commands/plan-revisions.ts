import type { Report } from "../domain/report.ts";
import { repositoryOf } from "../fleets/hostenv/pins.ts";
import type { Revisions } from "../ports/history.ts";

/** Moved pins that are asked for; the others are shown by their revisions alone. */
const ASKED = 20;

/** The report with the number of commits between the revisions of moved pins, where that can be known. */
export async function withRevisions(report: Report, revisions: Revisions): Promise<Report> {
  const { base, head } = report.pins;
  const moved = head.flatMap((after) => {
    // What lies below an input moves with it, and is of nobody the reader knows.
    const before = after.name.includes("/") ? undefined : base.find(({ name }) => name === after.name);
    const repository = repositoryOf(after);
    if (!before?.rev || !after.rev || before.rev === after.rev || repository === null) return [];
    if (repositoryOf(before) !== repository) return [];
    return [{ name: after.name, repository, before: before.rev, after: after.rev }];
  });
  const counted = await Promise.all(
    moved.slice(0, ASKED).map(async ({ name, repository, before, after }) => ({
      name,
      commits: await revisions.between(repository, before, after),
    })),
  );
  const known = counted.flatMap(({ name, commits }) => (commits === null ? [] : [{ name, commits }]));
  return known.length === 0 ? report : { ...report, revisions: known };
}
