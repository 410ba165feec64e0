import { z } from "zod";
import { affectedBy, type Comparing } from "../domain/derivations.ts";
import type { Finding } from "../domain/findings.ts";
import type { JsonValue } from "../domain/json.ts";
import { discrepanciesIn, MANIFEST, manifestOf, type Signature, type Texts } from "../domain/manifest.ts";
import type { Report } from "../domain/report.ts";
import { HostenvError, UsageError } from "../errors.ts";
import { linesIn } from "../fleets/hostenv/places.ts";
import type { Evaluation } from "../ports/flakes.ts";
import type { Revisions } from "../ports/history.ts";
import type { Clock, Progress } from "../ports/people.ts";
import { document } from "../render/json.ts";
import { allowancesOf, judge, type Verdict, verdictOf } from "./judge.ts";
import { type CheckVerdict, checkSnapshot } from "./plan-check.ts";
import { compareWith, type MovingVerdict } from "./plan-compare.ts";
import { type ComparingPorts, compareDerivations } from "./plan-derivations.ts";
import type { Generated } from "./plan-lock.ts";
import { withRevisions } from "./plan-revisions.ts";
import { type SidePorts, sidesOf } from "./plan-sides.ts";
import { refuseForgetting } from "./plan-state.ts";
import { upgradeOf } from "./plan-upgrade.ts";
import { withVerdicts } from "./plan-verdicts.ts";

/** Inputs of `plan`. */
export const planInputs = z.strictObject({
  base: z.string().optional(),
  basePlan: z.string().optional(),
  state: z.string().optional(),
  allow: z.array(z.string()).default([]),
  system: z.string().default("x86_64-linux"),
  headCommit: z
    .string()
    .regex(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/, "is no commit: 40 hex digits")
    .optional(),
  dryRun: z.boolean().default(false),
  update: z.string().optional(),
  check: z.boolean().default(false),
  compareWith: z.string().optional(),
  derivations: z.boolean().default(false),
  evalConcurrency: z.coerce.number().int().min(1).max(64).default(2),
});

type PlanInputs = z.infer<typeof planInputs>;

/** What `plan` needs of the world. */
export interface PlanPorts extends SidePorts, ComparingPorts {
  readonly clock: Clock;
  readonly revisions: Revisions;
  readonly toolVersion: string;
  /** What reviewers allowed so far; absent where there is no place to ask. */
  readonly decisions?: (report: Report) => Promise<Report>;
}

/** A verdict, and where in flake.nix to look for a finding's cause: a line, null where it is not known. */
export interface PlanVerdict extends Verdict {
  readonly lineOf: (found: Finding) => number | null;
}

/** `plan --check`: whether the committed snapshot is what the inputs give. Writes nothing. */
export async function check(inputs: PlanInputs, ports: PlanPorts): Promise<CheckVerdict> {
  const hint = "--check compares the committed snapshot with what the inputs give, and with nothing else";
  refuseOthers("--check", ["base", "basePlan", "state", "update", "compareWith"], inputs, hint);
  return alone(ports, async () => {
    await inspectSnapshot(ports);
    return checkSnapshot(inputs.system, ports);
  });
}

/** `plan --compare-with`: how this plan differs from another tool's plan of the inputs. Writes nothing. */
export async function compare(path: string, inputs: PlanInputs, ports: PlanPorts): Promise<MovingVerdict> {
  const hint = "--compare-with compares the plan with that file, and with nothing else";
  refuseOthers("--compare-with", ["base", "basePlan", "update"], inputs, hint);
  return alone(ports, () => compareWith(path, inputs, ports));
}

function refuseOthers(
  flag: string,
  names: readonly (keyof PlanInputs)[],
  inputs: PlanInputs,
  hint: string,
): void {
  const other = names.find((name) => inputs[name] !== undefined);
  if (other === undefined && inputs.allow.length === 0) return;
  const words = flag === "--check" ? "base, state, update or allowance" : "base, update or allowance";
  throw new UsageError(`${flag} takes no ${words}`, hint);
}

async function alone<T>(ports: PlanPorts, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } finally {
    ports.progress.done();
    await ports.evaluator.dispose();
    await ports.trees.dispose();
  }
}

/**
 * Evaluates the provider and compares it with its base. `finish` writes the snapshot. But for a dry run,
 * no other may plan in this folder from the beginning to the end of `finish`: it would number the same
 * environments from the same state. Throws HostenvError `snapshot-locked`.
 */
export async function plan(inputs: PlanInputs, ports: PlanPorts): Promise<PlanVerdict> {
  const started = ports.clock.seconds();
  const allowances = allowancesOf(inputs.allow);
  if (inputs.base !== undefined && inputs.basePlan !== undefined) {
    throw new UsageError("--base and --base-plan are both given", "give one of them");
  }
  if (inputs.base === "") throw new UsageError("--base is empty", "name a git branch, tag or commit");
  try {
    if (!inputs.dryRun) await ports.snapshot.lock();
    await inspectSnapshot(ports);
    const version = ports.evaluator.version();
    // A pull request is shown even where a new pin can't be resolved: pins are given at merge.
    const lenient = inputs.base !== undefined || inputs.dryRun;
    const update = inputs.update === undefined ? [] : [inputs.update];
    const sides = await sidesOf({ ...inputs, update, lenient }, ports);
    const { head, base, evaluation, generated, commits, folder } = sides;
    const comparing = inputs.derivations
      ? await compareDerivations(sides, inputs.evalConcurrency, ports)
      : null;
    const origin = {
      provider: folder || ".",
      baseCommit: commits.base,
      headCommit: inputs.headCommit ?? commits.head,
      toolVersion: ports.toolVersion,
      nixVersion: await version,
      seconds: ports.clock.seconds() - started,
    };
    const toolUpgrade = await upgradeOf(sides, inputs.system, ports);
    const measured = affectedBy(comparing);
    const options = { allowances, now: ports.clock.now(), origin, measured };
    const judged = withMore(judge(base, head, options), { comparing, toolUpgrade });
    const decided = ports.decisions ? await reviewed(judged, ports.decisions, ports.progress) : judged;
    const flake = await ports.files.readIfThere(`${ports.directory}/flake.nix`);
    const report = await withVerdicts(await withRevisions(decided.report, ports.revisions), ports);
    const verdict = { ...decided, report, lineOf: linesIn(flake ?? "", [head, base]) };
    if (inputs.dryRun) return verdict;
    const refusal = await refuseForgetting(evaluation.state, sides.trees.head.commit, ports).then(
      () => null,
      asRefusal,
    );
    // Without a base, HEAD is what reservations start from.
    if (refusal && inputs.base === undefined) throw refusal;
    const snapshot = { evaluation, generated, planId: report.planId, refusal };
    return { ...verdict, finish: () => writeSnapshot(snapshot, ports) };
  } catch (cause) {
    await ports.snapshot.unlock();
    throw cause;
  } finally {
    ports.progress.done();
    // Where one side failed, the other is still being evaluated from its copy.
    await ports.evaluator.dispose();
    await ports.trees.dispose();
  }
}

function withMore(
  verdict: Verdict,
  {
    comparing,
    toolUpgrade,
  }: {
    comparing: Comparing | null;
    toolUpgrade: Report["toolUpgrade"] | null;
  },
): Verdict {
  const more = {
    ...(toolUpgrade ? { toolUpgrade } : {}),
    ...(comparing ? { derivations: structuredClone(comparing) as NonNullable<Report["derivations"]> } : {}),
  };
  return { ...verdict, report: { ...verdict.report, ...more } };
}

// Where nobody can be asked, what blocks goes on blocking.
async function reviewed(
  verdict: Verdict,
  decisions: (report: Report) => Promise<Report>,
  progress: Progress,
): Promise<Verdict> {
  try {
    return verdictOf(await decisions(verdict.report));
  } catch (error) {
    if (!(error instanceof HostenvError)) throw error;
    progress.notice(`labels that allow a finding can't be read: ${error.message}`);
    return verdict;
  }
}

// Files may be edited or merged by hand before a plan, which writes them anew: no reason to stop.
async function inspectSnapshot({ snapshot, progress, generated }: PlanPorts): Promise<void> {
  const recovered = await snapshot.recover();
  if (recovered !== null) progress.notice(recovered);
  const found = discrepanciesIn(await snapshot.read()) ?? [];
  if (found.length === 0) return;
  const names = found.map(({ file, how }) => `${generated}/${file} (${how})`).join(", ");
  progress.notice(
    `not as the last plan wrote it: ${names}; if nobody edited or merged it, restore it from git`,
  );
}

// Uids are given at merge, and two branches that each wrote them would have to be merged by hand.
const NOT_TO_COMMIT =
  "this is not the default branch: commit nothing of the snapshot but a moved pin, that is flake.lock with manifest.json";

interface NewSnapshot {
  readonly evaluation: Evaluation;
  readonly generated: Generated | null;
  readonly planId: string;
  /** What of HEAD's reservations it would undo, null where nothing. */
  readonly refusal: HostenvError | null;
}

// The answer is given all the same: a pull request whose state is wrong must be shown.
function asRefusal(error: unknown): HostenvError {
  if (error instanceof HostenvError) return error;
  throw error;
}

async function writeSnapshot(
  { evaluation, generated: flake, planId, refusal }: NewSnapshot,
  ports: PlanPorts,
): Promise<void> {
  const { snapshot, trees, progress, generated, toolVersion } = ports;
  try {
    // On a branch that edited its reservations this undoes the edit; on the default branch it would lose them.
    if (refusal) progress.notice(`the snapshot starts from the base's reservations: ${refusal.message}`);
    if (flake && flake.unknown.length > 0) {
      progress.notice(
        `no snapshot is written: the revision of ${flake.unknown.join(", ")} is not known here`,
      );
      return;
    }
    const planned = {
      "plan.json": text(evaluation.plan),
      "state.json": text(evaluation.state),
      ...(flake ? { "flake.nix": flake.flake, "flake.lock": flake.lock } : {}),
    };
    const { sourceFolders } = evaluation;
    const signature = { planId, tool: toolVersion, sourceFolders };
    const files = signed({ ...(await snapshot.read()), ...planned }, signature);
    await snapshot.write(files);
    const fresh = await trees.track(Object.keys(files).map((name) => `${generated}/${name}`));
    if (await trees.isBesideDefault()) progress.notice(NOT_TO_COMMIT);
    if (fresh.length > 0)
      progress.notice(`git add --intent-to-add ${fresh.join(" ")}: a flake sees only files git knows`);
  } finally {
    await snapshot.unlock();
  }
}

function signed(files: Texts, signature: Signature): Texts {
  return { ...files, [MANIFEST]: document(manifestOf(files, signature)) };
}

// Nix gives keys in byte order, so equal plans are equal files.
function text(value: JsonValue): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
