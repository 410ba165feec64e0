// Mistakes in what becomes of issues: which are ours, which open, which close, and how often GitHub is asked.

/** Each `from` stands exactly once in its file; `why` says what goes wrong with `to` in its place. */
export const issues = [
  {
    file: "src/domain/issues.ts",
    from: 'last.closedAs === "not-planned" && last.cause === cause',
    to: 'last.closedAs === "not-planned"',
    why: "what a person declined once is never told again, whatever its cause",
  },
  {
    file: "src/domain/issues.ts",
    from: 'closed.findLast(({ closedAs }) => closedAs !== "duplicate") ?? closed.at(-1)',
    to: "closed.at(-1)",
    why: "a copy is opened again instead of the issue it points to",
  },
  {
    file: "src/domain/issues.ts",
    from: "first && isSettled ?",
    to: "first ?",
    why: "an outage closes the issues of all that can't be seen",
  },
  {
    file: "src/domain/issues.ts",
    from: "for (const issue of [...once].sort((left, right) => left.number - right.number))",
    to: "for (const issue of [...once])",
    why: "of two issues of one problem, any stays",
  },
  {
    file: "src/domain/dns/problems.ts",
    from: "entry.count >= confirmations",
    to: "entry.count > 0",
    why: "a live hostname has an issue for one wrong answer",
  },
  {
    file: "src/commands/known-issues.ts",
    from: "if (posted.authorId === this.ownership.authorId)",
    to: "if (posted.authorId > 0)",
    why: "a stranger's issue with our mark is taken for ours",
  },
  {
    file: "src/commands/issue-writer.ts",
    from: "this.mayOpen = false;",
    to: "",
    why: "a token that is not known opens an issue of everything in every run",
  },
  {
    file: "src/commands/report-problems.ts",
    from: "withinWrites(free, WRITES_PER_RUN)",
    to: "free",
    why: "a run writes as often as it likes",
  },
  {
    file: "src/render/dns-issue.ts",
    from: "seen.length === 1 ? seen : []",
    to: "seen",
    why: "an issue is edited in every run because a name answers with other addresses",
  },
  {
    file: "src/adapters/github-issues.ts",
    from: "labels: [...labels], ...ONCE }",
    to: "labels: [...labels] }",
    why: "an issue is opened twice where the first answer is lost",
  },
  {
    file: "src/adapters/github-requests.ts",
    from: "if (found.length < PAGE) return;",
    to: "if (found.length <= PAGE) return;",
    why: "only the first page is looked through",
  },
];
