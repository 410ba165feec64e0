import { broken, type Check, type Fact, judged, type Subject, unknown, unused, works } from "./check.ts";

/** Whether the asker's pushes pass a rule: by the ruleset's list of who may bypass it; null where that is not told. */
export interface FoundRule {
  /** As GitHub names it: `pull_request`, `required_status_checks`. */
  readonly type: string;
  readonly mayBypass: boolean | null;
}

/** A branch on GitHub. */
export interface FoundBranch {
  readonly name: string;
  readonly isProtected: boolean;
  /** Active rules of rulesets; a classic protection has none. */
  readonly rules: readonly FoundRule[];
}

/** An environment of the repository. */
export interface FoundEnvironment {
  /** Whether only some branches may use it. */
  readonly limitsBranches: boolean;
  readonly reviewers: number;
}

const subjectOf = (name: string): Subject => ({ area: "github", name });

/** The token; `login` is whose it is, null for a job's own, of which GitHub does not tell. */
export function tokenCheck(
  fact: Fact<{ readonly repository: string; readonly login: string | null } | null>,
): Check {
  const subject = subjectOf("token");
  return judged(subject, fact, (found) => {
    if (found === null)
      return unused(
        subject,
        "not looked at: give --repository OWNER/NAME and GITHUB_TOKEN to have it checked",
      );
    return works(subject, `${found.login ?? "the job's own"}, reads ${found.repository}`);
  });
}

/** Whether not just anybody's push is deployed. */
export function protectionCheck(fact: Fact<FoundBranch>): Check {
  const subject = subjectOf("protection");
  return judged(subject, fact, ({ name, isProtected, rules }) => {
    if (isProtected || rules.length > 0) return works(subject, `branch ${name} is protected`);
    return broken(subject, {
      code: "branch-unprotected",
      message: `branch ${name} is not protected: whoever may push can deploy anything`,
      hint: "make a ruleset for it (Settings, Rules) that asks for a pull request, and let the bot that commits the snapshot bypass it",
    });
  });
}

/** Rules that refuse a push of the snapshot's commit. */
const FORBIDDING = new Set([
  ...["pull_request", "update", "merge_queue", "required_status_checks", "required_signatures"],
  ...["required_deployments", "workflows", "code_scanning"],
]);

/** Whether the snapshot's commit may be pushed to the branch by this token. */
export function pushCheck(fact: Fact<FoundBranch>, isAction: boolean): Check {
  const subject = subjectOf("snapshot push");
  return judged(subject, fact, ({ name, isProtected, rules }) => {
    const forbidding = rules.filter(({ type, mayBypass }) => FORBIDDING.has(type) && mayBypass !== true);
    if (forbidding.length === 0 && isProtected && rules.length === 0)
      return unknown(
        subject,
        hidden(`branch ${name} has a classic protection, of which this token is not told`),
      );
    if (forbidding.length === 0) return works(subject, `no rule of branch ${name} forbids it`);
    const types = [...new Set(forbidding.map(({ type }) => type))].join(", ");
    if (!isAction || forbidding.some(({ mayBypass }) => mayBypass === null))
      return unknown(subject, hidden(`rules of branch ${name} may forbid it to the bot: ${types}`));
    return broken(subject, {
      code: "branch-refuses",
      message: `rules of branch ${name} forbid it to this token: ${types}; each snapshot becomes a pull request`,
      hint: "put the bot on the ruleset's list of who may bypass it, or merge those pull requests: docs/workflows.md, the snapshot's commit",
    });
  });
}

function hidden(message: string) {
  const hint =
    "see in Settings, Rules whether GitHub Actions, or the app whose token commits, may bypass them";
  return { code: "branch-hidden", message, hint };
}

/** The environment that has the secrets; null where there is none of that name. */
export function environmentCheck(name: string | null, fact: Fact<FoundEnvironment | null>): Check {
  const subject = subjectOf(`environment ${name ?? ""}`.trim());
  if (name === null) return unused(subject, "none is named: --github-environment NAME");
  return judged(subject, fact, (found) => {
    if (found === null)
      return broken(subject, {
        code: "environment-missing",
        message: `the repository has no environment '${name}', so its secrets are empty`,
        hint: "make it (Settings, Environments), or name the one there is in the workflow's input environment",
      });
    const reviewed =
      found.reviewers === 0
        ? "no reviewers"
        : `${found.reviewers} reviewer${found.reviewers === 1 ? "" : "s"}`;
    if (found.limitsBranches) return works(subject, `only some branches may use it, ${reviewed}`);
    return broken(subject, {
      code: "environment-open",
      message: `every branch may use environment '${name}', and with it its secrets`,
      hint: "limit it to the protected branch: Settings, Environments, Deployment branches and tags",
    });
  });
}
