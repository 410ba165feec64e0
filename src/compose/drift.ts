import { DiskSnapshot } from "../adapters/disk-snapshot.ts";
import { GitTrees } from "../adapters/git-trees.ts";
import { systemClock } from "../adapters/system-clock.ts";
import { type Drift, drift, driftInputs } from "../commands/drift.ts";
import { driftIssues } from "../commands/drift-issues.ts";
import type { Answer } from "../render/answer.ts";
import { driftAnswer } from "../render/drift-answer.ts";
import { type Call, checked, files, progress, snapshotFolder } from "./call.ts";
import { issuesAfter } from "./issues.ts";
import { nodesOf } from "./nodes.ts";
import { secretsOf } from "./secrets.ts";

/** Runs `drift`. */
export async function composedDrift(call: Call): Promise<Answer> {
  const inputs = checked("drift", driftInputs, call.options);
  const afterwards = issuesAfter<Drift>("drift", call, driftIssues);
  const generated = snapshotFolder();
  const found = await drift(inputs, {
    nodes: await nodesOf(call, await secretsOf(call, ["SSH_KEY"])),
    trees: new GitTrees(call.directory, generated),
    snapshot: new DiskSnapshot(call.directory, generated),
    files,
    generated,
    clock: systemClock,
    progress,
  });
  return { ...driftAnswer(found), ...(afterwards ? { afterwards: () => afterwards(found) } : {}) };
}
