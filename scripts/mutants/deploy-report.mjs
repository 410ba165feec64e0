// Mistakes in what a deploy proves and tells: checks over HTTP, results, reviews, deployments and comments.

/** Each `from` stands exactly once in its file; `why` says what goes wrong with `to` in its place. */
export const deployReport = [
  {
    file: "src/domain/deploy/results.ts",
    from: 'return exit === 0 ? ["deployed", null] : ["failed", unproved(run)];',
    to: 'return ["deployed", null];',
    why: "an activation that failed with no way back is called deployed",
  },
  {
    file: "src/domain/deploy/results.ts",
    from: "if (after.storePath === before?.storePath) return wentBack(run);",
    to: 'if (after.storePath === before?.storePath) return exit === 0 ? ["deployed", null] : wentBack(run);',
    why: "exit 0 after a rollback is taken for proof",
  },
  {
    file: "src/domain/deploy/results.ts",
    from: "environment === profile.profile && enforced && !passed",
    to: "environment === profile.profile && !passed",
    why: "a check that only warns makes a deploy fail",
  },
  {
    file: "src/domain/deploy/checks.ts",
    from: "...unknownKeys(root, value),",
    to: "",
    why: "what a check asks for under an unknown key is passed over",
  },
  {
    file: "src/domain/deploy/verification.ts",
    from: "if (answer === null)",
    to: "if (answer === null && rule === null)",
    why: "a pattern that could not be matched in time counts as one that does not match",
  },
  {
    file: "src/domain/deploy/reviewed.ts",
    from: "seen.get(factKey(change)) !== idOf(change)",
    to: "!seen.has(factKey(change))",
    why: "a change to any value counts as reviewed once its path was",
  },
  {
    file: "src/domain/deploy/reviewed.ts",
    from: "...removed.map(({ name }): [string, null] => [name, null]),",
    to: "",
    why: "a removed input that was reviewed stops a deploy",
  },
  {
    file: "src/domain/deploy/announcements.ts",
    from: "check.enforced && !check.passed",
    to: "!check.passed",
    why: "a deployment's description blames a check that only warns",
  },
  {
    file: "src/commands/deploy-review.ts",
    from: "each.branch === branch",
    to: "each.branch !== null",
    why: "what was merged into another branch counts as reviewed",
  },
  {
    file: "src/commands/deploy-verify.ts",
    from: "if (judged.passed || next > limits.until) return found;",
    to: "if (judged.passed || attempts === 3) return found;",
    why: "a service that needs ten seconds is given up",
  },
  {
    file: "src/commands/deploy-comment.ts",
    from: "if (!ours || isOlder(run, deployOf(ours.body) ?? null)) return;",
    to: "if (!ours) return;",
    why: "an earlier run that ends later overwrites what a later one said",
  },
  {
    file: "src/render/deploy-comment.ts",
    from: 'if (deployOf(body) === undefined) return { hidden, plan: rest.join("\\n").trim() };',
    to: 'if (deployOf(body) !== null) return { hidden, plan: rest.join("\\n").trim() };',
    why: "each deploy nests the one before into the comment",
  },
  {
    file: "src/adapters/http-checks.ts",
    from: 'if (to.protocol === "https:" && isOwn(node.withoutTls))',
    to: 'if (to.protocol === "ftp:")',
    why: "a moved site that forces TLS can't pass before its DNS is switched",
  },
  {
    file: "src/adapters/http-checks.ts",
    from: 'rejectUnauthorized: request.tlsMode === "strict"',
    to: "rejectUnauthorized: false",
    why: "any certificate is taken",
  },
  {
    file: "src/adapters/github-deployments.ts",
    from: "required_contexts: [],",
    to: "",
    why: "red checks of a commit keep its deployments from being shown",
  },
];
