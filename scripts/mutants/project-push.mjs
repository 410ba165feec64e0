// Mistakes in what reads and proposes a client's push, which must make a test fail.

/** Each `from` stands exactly once in its file; `why` says what goes wrong with `to` in its place. */
export const projectPush = [
  {
    file: "src/fleets/hostenv/pushes.ts",
    from: "if (projectOfInput(name) === null || original",
    to: "if (original",
    why: "a push moves an input that the provider itself is built with",
  },
  {
    file: "src/fleets/hostenv/pushes.ts",
    from: "|| !equal(place, placeOf(locked))",
    to: "",
    why: "a proposal pins an environment to another repository than it says",
  },
  {
    file: "src/fleets/hostenv/locks.ts",
    from: "filter((entry) => !isNamed(entry))",
    to: "filter(() => true)",
    why: "an input that the other lock does not have stays",
  },
  {
    file: "src/domain/project-push.ts",
    from: "isCaseless && left.path.toLowerCase()",
    to: "left.path.toLowerCase()",
    why: "two repositories of a server that tells letters apart are taken for one",
  },
  {
    file: "src/commands/project-update.ts",
    from: "known.length > 0 && !this.isOwnBranch(branch) && !isHead",
    to: "known.length > 0 && !this.isOwnBranch(branch)",
    why: "the branch that a project calls its own no longer brings new environments",
  },
  {
    file: "src/commands/project-update.ts",
    from: "if (this.isOwnBranch(this.branch) && this.isDeleted())",
    to: "if (false)",
    why: "a project whose declaring branch is gone says so no more",
  },
  {
    file: "src/commands/project-update.ts",
    from: "if (left.length > 0) {",
    to: "if (left.length > 1) {",
    why: "the project's input moves although the deleted branch's environment stays",
  },
  {
    file: "src/commands/project-update.ts",
    from: "return this.followed(tree, root, this.branch);",
    to: "throw branchGone(this.projects, this.branch);",
    why: "anybody's word that a branch is deleted is an error in the provider's mailbox",
  },
  {
    file: "src/commands/project-propose.ts",
    from: "strangerAmong(lock, names, places) ??",
    to: "",
    why: "a proposal takes away another project's pin",
  },
  {
    file: "src/commands/project-propose.ts",
    from: "if (before !== null && (await branches.isAlike(before, commit))) return before;",
    to: "",
    why: "a push that changes nothing makes a new commit of the pull request",
  },
];
