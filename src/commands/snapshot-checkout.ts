import { z } from "zod";
import { discrepanciesIn, MANIFEST } from "../domain/manifest.ts";
import type { SnapshotCheckout } from "../domain/snapshot-checkout.ts";
import { stateTip } from "../domain/state-branch.ts";
import { HostenvError, UsageError } from "../errors.ts";
import { refuseChanged } from "../fleets/hostenv/reservations.ts";
import { parseState, type State } from "../fleets/hostenv/schema.ts";
import type { Branches, FolderTexts } from "../ports/branches.ts";
import type { Progress } from "../ports/people.ts";
import { branchName, overlayOf } from "./snapshot-overlay.ts";

/** Inputs of `snapshot checkout`. */
export const snapshotCheckoutInputs = z.strictObject({
  branch: branchName.optional(),
  base: z.string().min(1).optional(),
  dryRun: z.boolean().default(false),
});

/** What `snapshot checkout` needs of the world. */
export interface SnapshotCheckoutPorts {
  readonly branches: Branches;
  readonly progress: Progress;
  /** The snapshot's folder below the provider's. */
  readonly generated: string;
}

/**
 * Lays the snapshot of a branch at origin over the commit that is checked out, as a commit without a branch: to all that
 * reads HEAD the snapshot is committed there. Throws HostenvError `state-branch-lost` and `reservation-changed` where the
 * branch lost what it had, `snapshot-torn`, `snapshot-in-the-way`, and `git-remote` where origin can't be reached.
 */
export async function snapshotCheckout(
  inputs: z.infer<typeof snapshotCheckoutInputs>,
  ports: SnapshotCheckoutPorts,
): Promise<SnapshotCheckout> {
  const { branches, progress, generated } = ports;
  try {
    const [head, current] = [await branches.head(), await branches.current()];
    const before = await branches.source(head);
    const branch = inputs.branch ?? before?.branch;
    if (branch === undefined) throw unnamed();
    if (branch === current) throw checkedOut(branch);
    progress.step(`asking origin for ${branch}`);
    const source = before?.commit ?? head;
    const found = await snapshotOf(branch, ports);
    const over = (commit: string) => overlaid(commit, { branch, ...found }, branches);
    const base = inputs.base === undefined ? null : await over(await branches.named(inputs.base));
    const made = await over(source);
    for (const notice of await noticesOf(source, { branch, ...found }, ports)) progress.notice(notice);
    if (!inputs.dryRun && !(await branches.detach(head, made))) throw inTheWay(branch, generated);
    return { schema: 1, branch, snapshot: found.tip, source, head: made, base };
  } finally {
    progress.done();
  }
}

interface Found {
  readonly tip: string | null;
  /** The branch's snapshot of this provider; null where it has none, and a commit's own counts. */
  readonly files: FolderTexts | null;
}

async function snapshotOf(
  branch: string,
  { branches, generated }: Pick<SnapshotCheckoutPorts, "branches" | "generated">,
): Promise<Found> {
  const found = await branches.state(branch);
  const tip = stateTip(branch, found);
  if (tip === null) return { tip, files: null };
  const files = await branches.folderAt(tip);
  const where = `${generated}/state.json on ${branch}`;
  // What somebody else put there must hold what ours held.
  if (found.kept !== null && found.kept !== tip)
    refuseChanged(stateIn(await branches.folderAt(found.kept), where), stateIn(files, where), where, branch);
  if (Object.keys(files).length === 0) return { tip, files: null };
  refuseTorn(files, branch, generated);
  return { tip, files };
}

function stateIn(files: FolderTexts, where: string): State {
  const text = files["state.json"];
  if (text === undefined) return {};
  try {
    return parseState(JSON.parse(text), where);
  } catch (error) {
    if (error instanceof HostenvError) throw error;
    throw new HostenvError(
      "file-not-json",
      `${where} is no JSON`,
      "bring back the commit before: git revert",
    );
  }
}

function refuseTorn(files: FolderTexts, branch: string, generated: string): void {
  const found = discrepanciesIn(files) ?? [{ file: MANIFEST, how: "missing" }];
  if (found.length === 0) return;
  const names = found.map(({ file, how }) => `${generated}/${file} (${how})`).join(", ");
  throw new HostenvError(
    "snapshot-torn",
    `the snapshot on ${branch} is not as one plan wrote it: ${names}`,
    `bring back the commit before: git revert, on ${branch}`,
  );
}

interface Over extends Found {
  readonly branch: string;
}

async function overlaid(commit: string, { branch, tip, files }: Over, branches: Branches): Promise<string> {
  return await overlayOf(
    { commit, branch, snapshot: tip },
    files ?? (await branches.folderAt(commit)),
    branches,
  );
}

async function noticesOf(
  source: string,
  { branch, tip, files }: Over,
  { branches, generated }: SnapshotCheckoutPorts,
): Promise<string[]> {
  if (tip === null) return [`there is no branch ${branch} yet: the first deploy makes it`];
  const own = Object.keys(await branches.folderAt(source));
  if (files === null || own.length === 0) return [];
  return [`${generated}/ of this commit is not read, ${branch} has the snapshot: git rm -r ${generated}`];
}

function unnamed(): UsageError {
  return new UsageError("no branch for snapshots is named", "name it: --branch NAME");
}

function checkedOut(branch: string): UsageError {
  const hint = "check out the branch that has the provider's files, such as main";
  return new UsageError(`${branch} is checked out itself: its snapshot lies there already`, hint);
}

function inTheWay(branch: string, generated: string): HostenvError {
  return new HostenvError(
    "snapshot-in-the-way",
    `the snapshot of ${branch} can't be checked out: ${generated}/ has changes that are not committed`,
    `put them away first: git stash --include-untracked -- ${generated}`,
  );
}
