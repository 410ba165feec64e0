import { compare } from "../domain/changes.ts";
import type { Pin } from "../domain/fleet.ts";
import { manifestSchema } from "../domain/manifest.ts";
import type { Report } from "../domain/report.ts";
import { HostenvError } from "../errors.ts";
import { fleetOf } from "../fleets/hostenv/facts.ts";
import { withPinOf } from "../fleets/hostenv/locks.ts";
import { parseLock, parsePlan } from "../fleets/hostenv/schema.ts";
import type { Files } from "../ports/files.ts";
import type { Evaluator, Tree } from "../ports/flakes.ts";
import type { Progress } from "../ports/people.ts";
import type { Sides } from "./plan-sides.ts";

/** What telling an upgrade's own changes apart needs of the world. */
export interface UpgradePorts {
  readonly evaluator: Evaluator;
  readonly files: Files;
  readonly progress: Progress;
  readonly generated: string;
  readonly toolVersion: string;
}

/** The input that makes the plan. */
const TOOL = "hostenv-provider";

/**
 * From which version to which hostenv-provider goes, null where it stays. Where its input moves, the base
 * is planned once more with the new pin: what changes then, the upgrade changes by itself. To be asked
 * last: the base's copy is changed.
 */
export async function upgradeOf(
  sides: Pick<Sides, "base" | "head" | "trees">,
  system: string,
  ports: UpgradePorts,
): Promise<NonNullable<Report["toolUpgrade"]> | null> {
  const { base, head, trees } = sides;
  const [old, now] = [pinOf(base.pins), pinOf(head.pins)];
  if (trees.base !== null && old && now && revisionOf(old) !== revisionOf(now)) {
    const changeIds = await ownChanges(trees.base, sides, system, ports);
    return { before: revisionOf(old), after: revisionOf(now), ...(changeIds ? { changeIds } : {}) };
  }
  const before = trees.base && (await writtenBy(trees.base, ports));
  return before === null || before === ports.toolVersion ? null : { before, after: ports.toolVersion };
}

function pinOf(pins: readonly Pin[]): Pin | undefined {
  return pins.find(({ name }) => name === TOOL);
}

function revisionOf({ rev, narHash, url }: Pin): string {
  return rev?.slice(0, 7) ?? narHash ?? url;
}

async function writtenBy(tree: Tree, { files, generated }: UpgradePorts): Promise<string | null> {
  const manifest = await files.readIfThere(`${folderOf(tree)}/${generated}/manifest.json`);
  try {
    return manifest === null ? null : manifestSchema.parse(JSON.parse(manifest)).tool;
  } catch {
    // A damaged manifest is told elsewhere.
    return null;
  }
}

async function ownChanges(
  tree: Tree,
  { base, trees }: Pick<Sides, "base" | "trees">,
  system: string,
  { evaluator, files, progress }: UpgradePorts,
): Promise<string[] | null> {
  progress.step("planning the base with the new hostenv-provider");
  const [path, other] = [tree, trees.head].map((each) => `${folderOf(each)}/flake.lock`) as [string, string];
  try {
    const [mine, theirs] = [await files.readJson(path), await files.readJson(other)];
    const lock = withPinOf(TOOL, parseLock(mine, "flake.lock"), parseLock(theirs, "flake.lock"));
    if (lock === null) return null;
    await files.write(path, JSON.stringify(lock));
    const plan = parsePlan((await evaluator.evaluate(tree, system)).plan, "the base's plan");
    return compare(fleetOf(base), fleetOf({ ...base, plan })).map(({ id }) => id);
  } catch (error) {
    if (!(error instanceof HostenvError)) throw error;
    progress.notice(`what hostenv-provider's upgrade changes by itself is not known: ${error.message}`);
    return null;
  }
}

function folderOf({ root, folder }: Tree): string {
  return folder === "" ? root : `${root}/${folder}`;
}
