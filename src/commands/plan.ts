import { z } from "zod";
import type { JsonValue } from "../domain/json.ts";
import { UsageError } from "../errors.ts";
import type { Clock, Evaluation } from "../ports.ts";
import { allowancesOf, judge, type Verdict } from "./judge.ts";
import { type SidePorts, sidesOf } from "./plan-sides.ts";

/** Inputs of `plan`. */
export const planInputs = z.strictObject({
  base: z.string().optional(),
  basePlan: z.string().optional(),
  state: z.string().optional(),
  allow: z.array(z.string()).default([]),
  system: z.string().default("x86_64-linux"),
  dryRun: z.boolean().default(false),
});

type PlanInputs = z.infer<typeof planInputs>;

/** What `plan` needs of the world. */
export interface PlanPorts extends SidePorts {
  readonly clock: Clock;
  readonly toolVersion: string;
}

/** Evaluates the provider and compares it with its base. `finish` writes plan.json and state.json. */
export async function plan(inputs: PlanInputs, ports: PlanPorts): Promise<Verdict> {
  const started = ports.clock.seconds();
  const allowances = allowancesOf(inputs.allow);
  if (inputs.base !== undefined && inputs.basePlan !== undefined) {
    throw new UsageError("--base and --base-plan are both given", "give one of them");
  }
  if (inputs.base === "") throw new UsageError("--base is empty", "name a git branch, tag or commit");
  try {
    const version = ports.evaluator.version();
    const { head, base, evaluation, commits, folder } = await sidesOf(inputs, ports);
    const origin = {
      provider: folder || ".",
      baseCommit: commits.base,
      headCommit: commits.head,
      toolVersion: ports.toolVersion,
      nixVersion: await version,
      seconds: ports.clock.seconds() - started,
    };
    const verdict = judge(base, head, { allowances, now: ports.clock.now(), origin });
    return inputs.dryRun ? verdict : { ...verdict, finish: () => writeSnapshot(evaluation, ports) };
  } finally {
    ports.progress.done();
    await ports.trees.dispose();
  }
}

async function writeSnapshot({ plan: planned, state }: Evaluation, ports: PlanPorts): Promise<void> {
  const { files, trees, progress, directory, generated } = ports;
  // State first: a plan must never stand beside reservations it does not have.
  const snapshot = { "state.json": text(state), "plan.json": text(planned) };
  await files.writeAll(`${directory}/${generated}`, snapshot);
  const fresh = await trees.track(Object.keys(snapshot).map((name) => `${generated}/${name}`));
  if (fresh.length > 0)
    progress.notice(`git add --intent-to-add ${fresh.join(" ")}: a flake sees only files git knows`);
}

// Nix gives keys in byte order, so equal plans are equal files.
function text(value: JsonValue): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
