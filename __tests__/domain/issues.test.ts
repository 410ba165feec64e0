import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  admitted,
  digestOf,
  type IssueAction,
  issueActions,
  type KnownIssue,
  type Problem,
  withinWrites,
} from "../../src/domain/issues.ts";

const problem = (key: string, cause = "elsewhere", text = cause): Problem => ({
  key,
  cause,
  digest: digestOf(text),
});

const issue = (number: number, about: Problem, closedAs: KnownIssue["closedAs"] = null): KnownIssue => ({
  ...about,
  number,
  state: closedAs === null ? "open" : "closed",
  closedAs,
});

/** The actions as short words. */
function words(
  problems: Problem[],
  known: KnownIssue[],
  isSettled: (key: string) => boolean = () => true,
): string[] {
  return issueActions(problems, known, isSettled).map((action) => {
    if (action.kind === "open") return `open ${action.problem.key}`;
    const { kind, issue: changed } = action;
    return kind === "duplicate"
      ? `duplicate ${changed.number} of ${action.of.number}`
      : `${kind} ${changed.number}`;
  });
}

const a = problem("a");

describe("one issue per problem", () => {
  test.each<[string, Problem[], KnownIssue[], string[]]>([
    ["a new problem gets one", [a], [], ["open a"]],
    ["an unchanged one is left as it is", [a], [issue(1, a)], []],
    ["another text is an edit", [problem("a", "elsewhere", "more")], [issue(1, a)], ["edit 1"]],
    ["another cause is an edit", [problem("a", "caa", "elsewhere")], [issue(1, a)], ["edit 1"]],
    ["a solved one is closed", [], [issue(1, a)], ["close 1"]],
    ["a solved one that is closed stays so", [], [issue(1, a, "completed")], []],
    ["one that comes back opens its issue again", [a], [issue(1, a, "completed")], ["reopen 1"]],
    [
      "of several closed ones the last",
      [a],
      [issue(3, a, "completed"), issue(1, a, "completed")],
      ["reopen 3"],
    ],
    [
      "a duplicate is not what is opened again",
      [a],
      [issue(1, a, "completed"), issue(2, a, "duplicate")],
      ["reopen 1"],
    ],
    ["but where there is nothing else", [a], [issue(2, a, "duplicate")], ["reopen 2"]],
    [
      "the oldest open one stays",
      [a],
      [issue(7, a), issue(3, a), issue(5, a)],
      ["duplicate 5 of 3", "duplicate 7 of 3"],
    ],
    [
      "copies of a solved one are closed, too",
      [],
      [issue(3, a), issue(5, a)],
      ["duplicate 5 of 3", "close 3"],
    ],
    ["an open one wins over closed ones", [a], [issue(3, a, "completed"), issue(5, a)], []],
    [
      "what is urgent comes first",
      [problem("b", "elsewhere", "new"), problem("c"), problem("d")],
      [issue(1, a), issue(2, problem("b")), issue(4, problem("d", "elsewhere"), "completed")],
      ["open c", "reopen 4", "close 1", "edit 2"],
    ],
  ])("%s", (_, problems, known, expected) => {
    expect(words(problems, known)).toEqual(expected);
  });

  test("an issue that was read twice is one, as it was read last", () => {
    expect(words([a], [issue(1, a), issue(1, a)])).toEqual([]);
    expect(words([a], [issue(1, a), issue(1, a, "completed")])).toEqual(["reopen 1"]);
  });

  test("what can't be said neither opens nor closes", () => {
    const unsettled = () => false;
    expect(words([], [issue(1, a)], unsettled)).toEqual([]);
    expect(words([], [issue(1, a, "completed")], unsettled)).toEqual([]);
    expect(words([], [issue(1, a), issue(2, a)], unsettled)).toEqual(["duplicate 2 of 1"]);
    const onlyB = (key: string) => key === "b";
    expect(words([], [issue(1, a), issue(2, problem("b"))], onlyB)).toEqual(["close 2"]);
  });
});

describe("a person's decision", () => {
  test.each<[string, Problem, KnownIssue[], string[]]>([
    [
      "not planned stands while the cause is the same",
      problem("a", "elsewhere", "other text"),
      [issue(1, a, "not-planned")],
      [],
    ],
    [
      "not planned does not stand for another cause",
      problem("a", "caa"),
      [issue(1, a, "not-planned")],
      ["reopen 1"],
    ],
    ["completed is what we look after ourselves", a, [issue(1, a, "completed")], ["reopen 1"]],
    ["the last decision counts", a, [issue(1, a, "not-planned"), issue(2, a, "completed")], ["reopen 2"]],
    ["a copy closed later does not undo it", a, [issue(1, a, "not-planned"), issue(2, a, "duplicate")], []],
    ["an open issue is beyond it", a, [issue(1, a, "not-planned"), issue(2, a)], []],
  ])("%s", (_, wanted, known, expected) => {
    expect(words([wanted], known)).toEqual(expected);
  });
});

describe("how much a run does", () => {
  const many = Array.from({ length: 6 }, (_, index) => problem(`p${index}`));

  test("only new issues count, and what waits keeps its order", () => {
    const known = [
      issue(1, many[0] as Problem),
      issue(2, many[2] as Problem, "completed"),
      issue(3, many[3] as Problem, "not-planned"),
    ];
    const { own, waiting } = admitted(many, known, 2);
    expect(own.map(({ key }) => key)).toEqual(["p0", "p1", "p2", "p3"]);
    expect(waiting.map(({ key }) => key)).toEqual(["p4", "p5"]);
    expect(admitted(many, [], 6).waiting).toEqual([]);
  });

  test("a closing takes two writes; what does not fit is left, from the end", () => {
    const kinds: IssueAction["kind"][] = ["open", "reopen", "duplicate", "close", "edit"];
    const actions = kinds.map((kind) => ({ kind }));
    const left = [0, 1, 2, 3, 4, 5, 6, 7].map((most) => withinWrites(actions, most).length);
    expect(left).toEqual([0, 1, 2, 2, 3, 3, 4, 5]);
  });
});

const OPEN = { state: "open", closedAs: null } as const;

/** Issues as GitHub keeps them, and runs that read and write them step by step. */
class World {
  issues: KnownIssue[] = [];

  open(about: Problem): void {
    this.issues = [...this.issues, issue(this.issues.length + 1, about)];
  }

  change(number: number, change: Partial<KnownIssue>): void {
    this.issues = this.issues.map((each) => (each.number === number ? { ...each, ...change } : each));
  }

  apply(action: IssueAction): void {
    const { kind } = action;
    if (kind === "open") this.open(action.problem);
    else if (kind === "edit") this.change(action.issue.number, action.problem);
    else if (kind === "reopen") this.change(action.issue.number, { ...action.problem, ...OPEN });
    else this.close(action.issue.number, kind === "close" ? "completed" : "duplicate");
  }

  // GitHub takes a reason only where the state changes.
  private close(number: number, closedAs: KnownIssue["closedAs"]): void {
    if (this.issues[number - 1]?.state === "open") this.change(number, { state: "closed", closedAs });
  }

  /** A run that stops after every look and every write. */
  *run(problems: readonly Problem[]): Generator<void> {
    const open = this.issues.filter(({ state }) => state === "open");
    yield;
    const closed = this.issues.filter(({ state }) => state === "closed");
    for (const action of issueActions(problems, [...open, ...closed], () => true)) {
      yield;
      this.apply(action);
    }
  }

  /** Who is to close or open an issue as a person would. */
  person(number: number, closedAs: KnownIssue["closedAs"]): void {
    this.change(number, { state: closedAs === null ? "open" : "closed", closedAs });
  }
}

const keys = ["a", "b", "c"];
const arbitraryProblems = fc
  .array(fc.record({ key: fc.constantFrom(...keys), cause: fc.constantFrom("elsewhere", "caa") }), {
    maxLength: 3,
  })
  .map((found) => [...new Map(found.map(({ key, cause }) => [key, problem(key, cause)])).values()]);
const arbitraryReason = fc.constantFrom("completed", "not-planned", "duplicate", null);
const arbitraryDeed = fc.record({
  at: fc.nat(20),
  number: fc.integer({ min: 1, max: 4 }),
  as: arbitraryReason,
});

/** Lets runs take turns as the schedule says, persons between them, and every run come to its end. */
function met(
  world: World,
  runs: Generator<void>[],
  turns: readonly number[],
  deeds: readonly { at: number; number: number; as: KnownIssue["closedAs"] }[],
): void {
  for (const [at, turn] of turns.entries()) {
    for (const deed of deeds.filter((each) => each.at === at)) world.person(deed.number, deed.as);
    runs[turn % runs.length]?.next();
  }
  for (const run of runs) for (const _ of run);
}

describe("runs that meet", () => {
  const arbitraryTurns = fc.array(fc.nat(2), { maxLength: 40 });

  test("may open two issues of one problem, of which the next run keeps the older", () => {
    const world = new World();
    met(world, [world.run([a]), world.run([a])], [0, 1, 0, 1], []);
    expect(world.issues.map(({ state }) => state)).toEqual(["open", "open"]);
    for (const _ of world.run([a]));
    expect(world.issues.map(({ closedAs }) => closedAs)).toEqual([null, "duplicate"]);
    for (const _ of world.run([]));
    for (const _ of world.run([a]));
    expect(world.issues.map(({ closedAs }) => closedAs)).toEqual([null, "duplicate"]);
  });

  test("end, after one more, with one open issue per problem and none besides", () => {
    const arbitraryRuns = fc.array(arbitraryProblems, { minLength: 2, maxLength: 3 });
    fc.assert(
      fc.property(
        arbitraryProblems,
        arbitraryRuns,
        arbitraryProblems,
        arbitraryTurns,
        (before, seen, last, turns) => {
          const world = new World();
          for (const _ of world.run(before));
          met(
            world,
            seen.map((problems) => world.run(problems)),
            turns,
            [],
          );
          for (const _ of world.run(last));
          const open = world.issues.filter(({ state }) => state === "open");
          const byKey = (list: readonly Problem[]) => list.map(({ key, cause }) => `${key} ${cause}`).sort();
          expect(byKey(open)).toEqual(byKey(last));
          expect(issueActions(last, world.issues, () => true)).toEqual([]);
        },
      ),
      { numRuns: 2000 },
    );
  });

  test("and persons who close and open issues leave at most one per problem, none only where they declined it", () => {
    fc.assert(
      fc.property(
        fc.array(arbitraryProblems, { minLength: 2, maxLength: 3 }),
        arbitraryProblems,
        arbitraryTurns,
        fc.array(arbitraryDeed, { maxLength: 4 }),
        (seen, last, turns, deeds) => {
          const world = new World();
          met(
            world,
            seen.map((problems) => world.run(problems)),
            turns,
            deeds,
          );
          for (const _ of world.run(last));
          const isWanted = (key: string) => last.some((each) => each.key === key);
          for (const key of keys) {
            const all = world.issues.filter((each) => each.key === key);
            const open = all.filter(({ state }) => state === "open").length;
            const declined = all.some(({ closedAs }) => closedAs === "not-planned");
            expect(open).toBeLessThanOrEqual(isWanted(key) ? 1 : 0);
            if (isWanted(key) && !declined) expect(open).toBe(1);
          }
          expect(issueActions(last, world.issues, () => true)).toEqual([]);
        },
      ),
      { numRuns: 2000 },
    );
  });
});
