// Mistakes in what keeps a branch for snapshots whole, which __tests__/domain and __tests__/commands must notice.

/** Each `from` stands exactly once in its file; `why` says what goes wrong with `to` in its place. */
export const state = [
  {
    file: "src/domain/state-branch.ts",
    from: "(tip !== null && isWhole)",
    to: "tip !== null",
    why: "a state branch that was moved back gives uids a second time",
  },
  {
    file: "src/domain/state-branch.ts",
    from: "kept === null || ",
    to: "kept === null || tip === null || ",
    why: "a state branch that was deleted is begun anew",
  },
  {
    file: "src/domain/source-commit.ts",
    from: "parents.length !== 1 || parents[0] !== commit",
    to: "parents.length === 0",
    why: "trailers below somebody's own commit name another commit as the one that is deployed",
  },
  {
    file: "src/commands/snapshot-checkout.ts",
    from: "found.kept !== null && found.kept !== tip",
    to: "found.kept === tip && found.kept !== null",
    why: "a reservation that somebody took out of the state branch is not missed",
  },
  {
    file: "src/commands/snapshot-commit.ts",
    from: "keeper: { from: found.kept }",
    to: "...{}",
    why: "nothing keeps what the state branch had",
  },
  {
    file: "src/commands/deploy.ts",
    from: "if (!inputs.adopt) refuseUnreserved",
    to: "if (inputs.adopt) refuseUnreserved",
    why: "a state that was begun anew is deployed over what nodes run",
  },
];
