import type { ProjectProposal, ProjectUpdate } from "../domain/project-push.ts";
import { code, shortened, visible } from "./escape.ts";

/** So long may a title be, in code points; GitHub takes more. */
const LONGEST_TITLE = 120;

/** So many environments are named. */
const MOST_NAMES = 20;

/** Title and body (Markdown) of a pull request. */
interface Text {
  readonly title: string;
  readonly body: string;
}

type Environments = ProjectUpdate["environments"];

/** Title and body of the pull request that has a project's push. The plan's comment says what it does. */
export function proposalText({ projects, branch, deleted, environments, revision }: ProjectUpdate): Text {
  const where = deleted ? `branch ${branch} deleted` : `${branch} at ${(revision ?? "unknown").slice(0, 12)}`;
  const title = shortened(visible(`${projects.join(", ")}: ${where}`), LONGEST_TITLE);
  const lines = [
    ...sentences(environments),
    ...(revision === null ? [] : [`Revision: ${code(revision, "text")}`]),
  ];
  const about = deleted
    ? `The branch ${code(branch ?? "", "text")} of ${listed(projects)} was deleted.`
    : `Somebody pushed to the branch ${code(branch ?? "", "text")} of ${listed(projects)}.`;
  const end =
    "The plan's comment says what a merge does. The next push to that branch takes this one's place: nothing that is " +
    "pushed here by hand stays.";
  return { title, body: `${[about, ...lines, end].join("\n\n")}\n` };
}

/** The body of a pull request of which nothing is left. */
export function withdrawnText({ branch, projects, reason }: ProjectUpdate): string {
  const why = reason === null ? "the default branch has it already" : code(reason, "text");
  return `Nothing is left to do for the branch ${code(branch ?? "", "text")} of ${listed(projects)}: ${why}.\n`;
}

/** What `project update` found, in one sentence. */
export function updateSentence(update: ProjectUpdate, say: (value: string) => string): string {
  const { result, reason, projects, branch, environments } = update;
  if (result === "ignored") return `Nothing moves: ${say(reason ?? "")}.`;
  const where = `${projects.map(say).join(", ")}, branch ${say(branch ?? "")}`;
  if (result === "unchanged") return `${where}: nothing is to move: ${say(reason ?? "")}.`;
  const found = Object.entries(environments).flatMap(([how, names]) =>
    names.length === 0 ? [] : [`${how} ${names.map(say).join(", ")}`],
  );
  return `${where}: ${found.length === 0 ? "the project's own pin moves" : found.join("; ")}.`;
}

/** What became of a proposal, in one sentence. */
export function proposalSentence(ended: ProjectProposal, say: (value: string) => string): string {
  const { result, branch, commit, url, planned } = ended;
  const sentences: Record<ProjectProposal["result"], string> = {
    proposed: `${say((commit ?? "").slice(0, 12))} is on ${say(branch ?? "")}, for ${url}${planned ? "; its plan was started" : ""}.`,
    closed: `Nothing is left of ${url}: it was closed.`,
    none: "There is nothing to propose.",
    "dry-run": `A pull request of ${say(branch ?? "")} would be changed.`,
  };
  return sentences[result];
}

function sentences({ moved, added, removed }: Environments): string[] {
  const told: [string, readonly string[]][] = [
    ["Its pin moves", moved],
    ["Comes to be", added],
    ["Ceases to be", removed],
  ];
  return told.flatMap(([how, names]) => (names.length === 0 ? [] : [`${how}: ${listed(names)}.`]));
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMES).map((name) => code(name, "text"));
  return `${shown.join(", ")}${names.length > MOST_NAMES ? `, and ${names.length - MOST_NAMES} more` : ""}`;
}
