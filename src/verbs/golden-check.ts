import { planFile } from "./shared.ts";
import type { Verb } from "./verb.ts";

/** `golden-check`. */
export const goldenCheckVerb = {
  name: "golden-check",
  about: "compare a plan with the golden file that says what it should be",
  action: true,
  flags: [
    {
      name: "golden",
      value: "FILE",
      about: "the golden file (default: tests/golden/plan.json; where there is none, nothing is checked)",
    },
    planFile,
    { name: "update", about: "write the plan into the golden file, where they differ" },
    {
      name: "ignore",
      value: "POINTER[=REASON]",
      repeatable: true,
      about: "do not compare what this JSON pointer leads to; * stands for any one name in it",
    },
    { name: "patch", value: "FILE", about: "write what --update would do to FILE, as git apply takes it" },
  ],
  outputs: {
    result: "match, mismatch or skipped",
    "patch-path": "the patch that makes the golden file match, empty where there is nothing to repair",
  },
  needs:
    "Evaluates nothing: it reads the plan.json of the checkout, or the one that `plan` has just written. A uid counts " +
    "as the name of its environment, and `previousNode` is not compared. A mismatch fails the step; the summary shows " +
    "the differences and the command that takes them over.",
} as const satisfies Verb;
