// Mistakes in what doctor makes of what it found, which __tests__/domain/doctor must notice.

/** Each `from` stands exactly once in its file; `why` says what goes wrong with `to` in its place. */
export const doctor = [
  {
    file: "src/domain/doctor/check.ts",
    from: 'resultOf(checks) === "broken" ? 2 : 0',
    to: "checks.length === 0 ? 2 : 0",
    why: "doctor ends well where something is broken",
  },
  {
    file: "src/domain/doctor/check.ts",
    from: "PASSING.has(fault.code) ? unknown(subject, fault) : broken",
    to: "PASSING.has(fault.code) ? works(subject, fault.message) : broken",
    why: "what could not be asked just now passes for working",
  },
  {
    file: "src/domain/doctor/github.ts",
    from: "FORBIDDING.has(type) && mayBypass !== true",
    to: "FORBIDDING.has(type) && mayBypass === true",
    why: "a rule that forbids the snapshot's push is told as none",
  },
  {
    file: "src/domain/doctor/github.ts",
    from: "if (isProtected || rules.length > 0)",
    to: "if (isProtected || rules.length >= 0)",
    why: "a branch that anybody may push to passes for protected",
  },
  {
    file: "src/domain/doctor/github.ts",
    from: "if (found.limitsBranches)",
    to: "if (found.limitsBranches || found.reviewers === 0)",
    why: "secrets that every branch may use are told as limited",
  },
  {
    file: "src/domain/doctor/folder.ts",
    from: "if (untracked.length > 0)",
    to: "if (untracked.length > 1)",
    why: "a snapshot's file that git does not know, and so Nix does not see, is not told",
  },
  {
    file: "src/domain/doctor/names.ts",
    from: "if (answering.length > 0)",
    to: "if (servers.length > 0)",
    why: "a machine whose resolvers are all silent is told as well",
  },
];
