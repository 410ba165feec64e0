import { z } from "zod";
import { DiskSnapshot } from "../adapters/disk-snapshot.ts";
import { GitTrees } from "../adapters/git-trees.ts";
import { systemClock } from "../adapters/system-clock.ts";
import { WorkerPatterns } from "../adapters/worker-patterns.ts";
import { rollback, rollbackInputs } from "../commands/rollback.ts";
import type { Answer } from "../render/answer.ts";
import { rollbackAnswer } from "../render/rollback-answer.ts";
import { type Call, checked, files, progress, snapshotFolder } from "./call.ts";
import { owner, stopping, verifying } from "./node-run.ts";
import { nodesOf } from "./nodes.ts";
import { secretsOf } from "./secrets.ts";

const flags = rollbackInputs.extend({ knownHosts: z.string().optional() });

/** Runs `rollback`. */
export async function composedRollback(call: Call): Promise<Answer> {
  const { knownHosts: _, ...inputs } = checked("rollback", flags, call.options);
  const generated = snapshotFolder();
  const nodes = await nodesOf(call, await secretsOf(call));
  const patterns = new WorkerPatterns();
  const isStopped = stopping(() => nodes.abandon());
  try {
    const done = await rollback(inputs, {
      ...{ nodes, files, generated, progress, isStopped, clock: systemClock, owner: owner() },
      snapshot: new DiskSnapshot(call.directory, generated),
      trees: new GitTrees(call.directory, generated),
      verify: verifying(patterns, isStopped),
    });
    return rollbackAnswer(done);
  } finally {
    await patterns.dispose();
  }
}
