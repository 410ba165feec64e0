import { z } from "zod";
import type { Pin } from "../domain/fleet.ts";
import { UsageError } from "../errors.ts";
import type { HostenvSide } from "../fleets/hostenv/facts.ts";
import { pinsOf } from "../fleets/hostenv/pins.ts";
import { parseLock, parsePlan } from "../fleets/hostenv/schema.ts";
import type { Files } from "../ports/files.ts";
import type { Clock } from "../ports/people.ts";
import { allowancesOf, judge, type Verdict } from "./judge.ts";

/** Inputs of `diff`. */
export const diffInputs = z.strictObject({
  base: z.string(),
  head: z.string(),
  baseLock: z.string().optional(),
  headLock: z.string().optional(),
  allow: z.array(z.string()).default([]),
  // Nothing is changed in any case.
  dryRun: z.boolean().default(false),
});

/** What `diff` needs of the world. */
export interface DiffPorts {
  readonly files: Files;
  readonly clock: Clock;
  readonly toolVersion: string;
}

/** Compares two plan files without evaluating anything. */
export async function diff(inputs: z.infer<typeof diffInputs>, ports: DiffPorts): Promise<Verdict> {
  const started = ports.clock.seconds();
  const allowances = allowancesOf(inputs.allow);
  if ((inputs.baseLock === undefined) !== (inputs.headLock === undefined)) {
    throw new UsageError("only one of --base-lock and --head-lock is given", "give both, or neither");
  }
  const [base, head] = await Promise.all([
    side(inputs.base, inputs.baseLock, ports.files),
    side(inputs.head, inputs.headLock, ports.files),
  ]);
  const origin = {
    provider: ".",
    baseCommit: null,
    headCommit: null,
    toolVersion: ports.toolVersion,
    nixVersion: null,
    seconds: ports.clock.seconds() - started,
  };
  return judge(base, head, { allowances, now: ports.clock.now(), origin });
}

async function side(plan: string, lock: string | undefined, files: Files): Promise<HostenvSide> {
  const pins: Pin[] = lock === undefined ? [] : pinsOf(parseLock(await files.readJson(lock), lock));
  // Which source files a plan was made from is not in it.
  return { plan: parsePlan(await files.readJson(plan), plan), pins, sources: [], nodesFolder: "nodes" };
}
