import type { Aftermath } from "./answer.ts";

/** An issue that something was done about; without number and address where it is not there, in a dry run. */
interface Changed {
  readonly number: number | null;
  readonly url: string | null;
}

/** What became of issues, as the command gives it. */
interface Reported {
  readonly opened: readonly Changed[];
  readonly reopened: readonly Changed[];
  readonly edited: readonly Changed[];
  readonly closed: readonly Changed[];
  readonly duplicates: readonly Changed[];
  readonly open: ReadonlyMap<string, Changed>;
  readonly notices: readonly string[];
}

/** How old the schedule's last run is, as the command gives it, and the workflow's file. */
interface Age {
  readonly late: string | null;
  readonly notices: readonly string[];
  readonly workflow: string;
}

/** What is told of issues and of the schedule. Null for what was not looked at. */
export function issuesAftermath(reported: Reported | null, age: Age | null): Aftermath {
  const annotation =
    age?.late == null
      ? []
      : ([
          { severity: "warning", title: "The schedule is late", message: age.late, file: age.workflow },
        ] as const);
  return {
    notices: [...(reported?.notices ?? []), ...(age?.notices ?? [])],
    annotations: annotation,
    summary: reported ? summary(reported) : "",
  };
}

/** So many issues of a kind are named. */
const NAMED = 30;

function summary({ opened, reopened, edited, closed, duplicates, open }: Reported): string {
  const parts = Object.entries({ opened, reopened, edited, closed, "joined as copies": duplicates }).flatMap(
    ([word, issues]) => (issues.length > 0 ? [`${word} ${links(issues)}`] : []),
  );
  const done = parts.length > 0 ? parts.join(", ") : "nothing changed";
  return `Issues: ${done}; ${open.size} open.`;
}

function links(issues: readonly Changed[]): string {
  const named = issues.slice(0, NAMED).map(({ number, url }) => (url ? `[#${number}](${url})` : "a new one"));
  return [...named, ...(issues.length > NAMED ? [`and ${issues.length - NAMED} more`] : [])].join(" ");
}
