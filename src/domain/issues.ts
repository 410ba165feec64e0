import { sha256 } from "./changes.ts";

/** Something wrong that somebody has to do something about. */
export interface Problem {
  /** What is wrong; in every run the same for the same problem. */
  readonly key: string;
  /** Why, in a word: a person's "not planned" stands until it is another one. */
  readonly cause: string;
  /** What is news about it, as hex digits: an issue that has the same is left as it is. */
  readonly digest: string;
}

/** An issue of ours as it stands. */
export interface KnownIssue extends Problem {
  readonly number: number;
  readonly state: "open" | "closed";
  /** Why it was closed; null where it is open. */
  readonly closedAs: "completed" | "not-planned" | "duplicate" | null;
}

/** What is to be done about issues. `of` is the one that stays. */
export type IssueAction<P = Problem, I = KnownIssue> =
  | { readonly kind: "open"; readonly problem: P }
  | { readonly kind: "reopen" | "edit"; readonly issue: I; readonly problem: P }
  | { readonly kind: "close"; readonly issue: I }
  | { readonly kind: "duplicate"; readonly issue: I; readonly of: I };

/** 128 bits: a text that has another's digest can't be made. */
const DIGEST_DIGITS = 32;

/** What a problem's digest is made of. */
export function digestOf(text: string): string {
  return sha256(text).slice(0, DIGEST_DIGITS);
}

/**
 * What makes of the issues there are one open issue per problem and none besides, what is most urgent first.
 * A key that is neither a problem nor settled keeps its issue as it is; of two open issues of one key the
 * older stays. Nothing where that is so already. Runs that meet may make two issues of one problem: the next
 * run puts it right.
 */
export function issueActions<P extends Problem, I extends KnownIssue>(
  problems: readonly P[],
  known: readonly I[],
  isSettled: (key: string) => boolean,
): IssueAction<P, I>[] {
  const wanted = new Map(problems.map((problem) => [problem.key, problem]));
  const issues = byKey(known);
  const keys = [...new Set([...wanted.keys(), ...issues.keys()])];
  const actions = keys.flatMap((key) => actionsFor(wanted.get(key), issues.get(key) ?? [], isSettled(key)));
  return actions.sort((left, right) => URGENCY.indexOf(left.kind) - URGENCY.indexOf(right.kind));
}

const URGENCY: readonly IssueAction["kind"][] = ["open", "reopen", "duplicate", "close", "edit"];

function byKey<I extends KnownIssue>(known: readonly I[]): Map<string, I[]> {
  const found = new Map<string, I[]>();
  // A page may have been read twice while others wrote.
  const once = new Map(known.map((issue) => [issue.number, issue])).values();
  for (const issue of [...once].sort((left, right) => left.number - right.number))
    found.set(issue.key, [...(found.get(issue.key) ?? []), issue]);
  return found;
}

function actionsFor<P extends Problem, I extends KnownIssue>(
  problem: P | undefined,
  issues: readonly I[],
  isSettled: boolean,
): IssueAction<P, I>[] {
  const [first, ...later] = issues.filter(({ state }) => state === "open");
  const duplicates = first ? later.map((issue) => ({ kind: "duplicate", issue, of: first }) as const) : [];
  if (!problem) return first && isSettled ? [...duplicates, { kind: "close", issue: first }] : duplicates;
  if (!first) return brought(problem, issues);
  return says(first, problem) ? duplicates : [...duplicates, { kind: "edit", issue: first, problem }];
}

function says(issue: KnownIssue, { cause, digest }: Problem): boolean {
  return issue.cause === cause && issue.digest === digest;
}

function brought<P extends Problem, I extends KnownIssue>(
  problem: P,
  closed: readonly I[],
): IssueAction<P, I>[] {
  const last = lastOf(closed);
  if (!last) return [{ kind: "open", problem }];
  return isDeclined(problem, last) ? [] : [{ kind: "reopen", issue: last, problem }];
}

// What was closed as a duplicate points elsewhere.
function lastOf<I extends KnownIssue>(closed: readonly I[]): I | undefined {
  return closed.findLast(({ closedAs }) => closedAs !== "duplicate") ?? closed.at(-1);
}

// We never close as not planned: a person has decided to live with it.
function isDeclined({ cause }: Problem, last: KnownIssue): boolean {
  return last.closedAs === "not-planned" && last.cause === cause;
}

/**
 * The problems that get an issue of their own in this run, and those that have to wait since `most` are opened
 * or opened again already. In the order given.
 */
export function admitted<P extends Problem>(
  problems: readonly P[],
  known: readonly KnownIssue[],
  most: number,
): { readonly own: P[]; readonly waiting: P[] } {
  const issues = byKey(known);
  const [own, waiting]: [P[], P[]] = [[], []];
  let opened = 0;
  for (const problem of problems) {
    const actions = actionsFor(problem, issues.get(problem.key) ?? [], false);
    const isNew = actions.some(({ kind }) => kind === "open" || kind === "reopen");
    if (isNew) opened++;
    (isNew && opened > most ? waiting : own).push(problem);
  }
  return { own, waiting };
}

/** A closed issue gets a comment, too. */
const WRITES: Record<IssueAction["kind"], number> = { open: 1, reopen: 1, edit: 1, close: 2, duplicate: 2 };

/** The first of the actions, as far as they take at most so many writes. */
export function withinWrites<A extends Pick<IssueAction, "kind">>(actions: readonly A[], most: number): A[] {
  let writes = 0;
  return actions.filter(({ kind }) => {
    writes += WRITES[kind];
    return writes <= most;
  });
}
