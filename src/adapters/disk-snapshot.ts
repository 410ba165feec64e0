import { chmod, lstat, mkdir, readdir, realpath, rename, rm, rmdir, stat, unlink } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isWhole, OURS, type Texts } from "../domain/manifest.ts";
import { HostenvError, UsageError } from "../errors.ts";
import type { Snapshot } from "../ports/files.ts";
import { copyEntries, foldInto, syncFolder, writeDurably } from "./disk-durable.ts";
import { isMissing, unusable } from "./disk-errors.ts";
import { textsIn } from "./disk-files.ts";
import { DiskLock } from "./disk-lock.ts";

/** How long a reader waits for a writer: the folder is away between two renames only. */
const [WAIT_MS, WAITS] = [20, 250];

const OUTSIDE = /^(?:\.\.)?(?:\/|$)/;

/**
 * The snapshot's folder on the local disk. It is replaced as a whole by two renames; what stands for a
 * moment beside it lies in `.<name>.swap`, which ignores itself, so neither git nor a flake sees it.
 */
export class DiskSnapshot implements Snapshot {
  private readonly directory: string;
  private readonly target: string;
  private readonly swap: string;
  private readonly held: DiskLock;

  /** @param directory the provider's folder, absolute and free of links @param generated a folder below it */
  constructor(directory: string, generated: string) {
    this.directory = directory;
    this.target = join(directory, generated);
    const beside = join(dirname(this.target), `.${basename(this.target)}`);
    this.swap = `${beside}.swap`;
    this.held = new DiskLock(`${beside}.lock`);
  }

  async lock(): Promise<void> {
    await this.refuseLinks();
    const parent = dirname(this.target);
    await mkdir(parent, { recursive: true }).catch((cause) => {
      throw unusable(parent, "written", cause);
    });
    await this.held.acquire();
  }

  async unlock(): Promise<void> {
    await this.held.release();
  }

  async recover(): Promise<string | null> {
    await this.refuseLinks();
    if (!(await isThere(this.swap))) return null;
    const isOwn = !this.held.isHeld;
    // A run that is alive is at it: nothing was interrupted.
    if (isOwn && (await this.held.tryAcquire())) return null;
    try {
      // Whoever was at it may have ended meanwhile.
      return (await isThere(this.swap)) ? await this.settle() : null;
    } catch (cause) {
      throw unusable(this.swap, "recovered", cause);
    } finally {
      if (isOwn) await this.held.release();
    }
  }

  async steadily<T>(read: () => Promise<T>): Promise<T> {
    for (let attempt = 0; attempt < WAITS; attempt++) {
      const before = await this.identity();
      const [result] = await Promise.allSettled([before === AWAY ? undefined : read()]);
      if (before !== AWAY && before === (await this.identity())) {
        // What was read while the folder was replaced may have failed for that reason alone.
        if (result.status === "rejected") throw result.reason;
        return result.value as T;
      }
      await sleep(WAIT_MS);
    }
    const hint = "wait until the run that does it has ended";
    throw new HostenvError("snapshot-locked", `${this.target} is being replaced all the time`, hint);
  }

  async read(): Promise<Record<string, string>> {
    return await this.steadily(() => textsIn(this.target, OURS));
  }

  async write(files: Texts): Promise<void> {
    await this.held.confirm();
    await this.refuseLinks();
    try {
      await this.prepare(files);
      await this.exchange();
    } catch (cause) {
      // What went wrong first is what the user must hear of; what can't be undone now, the next run undoes.
      await this.undo().catch(() => {});
      throw unusable(this.target, "written", cause);
    }
    await this.settle().catch((cause) => {
      throw unusable(this.swap, "removed", cause);
    });
  }

  async replace(name: string, text: string): Promise<void> {
    await this.held.confirm();
    await this.refuseLinks();
    try {
      await this.prepareSwap();
      await writeDurably(join(this.next, name), text);
      await mkdir(this.target, { recursive: true });
      await this.move(join(this.next, name), join(this.target, name));
    } catch (cause) {
      await this.undo().catch(() => {});
      throw unusable(this.target, "written", cause);
    }
    await this.settle().catch((cause) => {
      throw unusable(this.swap, "removed", cause);
    });
  }

  private get old(): string {
    return join(this.swap, "old");
  }

  private get next(): string {
    return join(this.swap, "new");
  }

  // Git looks past anything named .git, so no moment shows an empty .gitignore that ignores nothing.
  private async prepareSwap(): Promise<void> {
    await mkdir(this.swap);
    await writeDurably(join(this.swap, ".git"), "*\n");
    await rename(join(this.swap, ".git"), join(this.swap, ".gitignore"));
    await mkdir(this.next);
  }

  private async prepare(files: Texts): Promise<void> {
    await this.prepareSwap();
    const before = await lstat(this.target).catch(() => null);
    if (before) await chmod(this.next, before.mode);
    for (const [name, text] of Object.entries(files)) await writeDurably(join(this.next, name), text);
    if (before) await copyEntries(this.target, this.next, OURS);
    await syncFolder(this.next);
    await syncFolder(this.swap);
  }

  private async exchange(): Promise<void> {
    if (await isThere(this.target)) await this.move(this.target, this.old);
    await this.move(this.next, this.target);
  }

  private async move(from: string, to: string): Promise<void> {
    await rename(from, to);
    await syncFolder(dirname(to));
    await syncFolder(dirname(from));
  }

  // Every state that a kill can leave; which one it is, the disk alone tells.
  private async settle(): Promise<string | null> {
    await this.refuseStrangers();
    const [target, old, next] = await Promise.all([this.target, this.old, this.next].map(isThere));
    if (target && old && next) throw this.undecided();
    if (!target && old) return await this.finishOrUndo(next === true);
    // Nothing was replaced yet: everything in the new folder is a copy.
    if (next) await rm(this.next, { recursive: true });
    if (old) await foldInto(this.target, this.old, OURS);
    await this.sweep();
    return `a run was stopped ${old ? "after" : "before"} it replaced ${this.target}: what it left is removed`;
  }

  private async finishOrUndo(hasNext: boolean): Promise<string> {
    const isComplete = hasNext && isWhole(await textsIn(this.next, OURS));
    if (isComplete) await this.move(this.next, this.target);
    await this.undo();
    const which = isComplete ? "the new one is complete and" : "the old one";
    return `a run was stopped while it replaced ${this.target}: ${which} is in place again`;
  }

  private async undo(): Promise<void> {
    if (!(await isThere(this.target)) && (await isThere(this.old))) await this.move(this.old, this.target);
    await this.settle();
  }

  // The file that ignores the folder goes last.
  private async sweep(): Promise<void> {
    for (const name of [".git", ".gitignore"]) await unlink(join(this.swap, name)).catch(unlessMissing);
    await rmdir(this.swap);
    await syncFolder(dirname(this.swap));
  }

  private async identity(): Promise<string | null> {
    const found = await stat(this.target, { bigint: true }).catch(unlessMissing);
    if (found) return `${found.dev}:${found.ino}:${found.ctimeNs}`;
    return (await isThere(this.swap)) ? AWAY : null;
  }

  // A pull request could lead a write to any file of the machine by a link.
  private async refuseLinks(): Promise<void> {
    const inside = relative(this.directory, this.target);
    if (OUTSIDE.test(inside)) {
      const hint = "set HOSTENV_PROVIDER_OUT to the name of a folder below it";
      throw new UsageError(`the snapshot's folder ${this.target} is not below the provider's`, hint);
    }
    const parent = dirname(this.target);
    const isDirect = (await realpath(parent).catch(() => parent)) === parent;
    for (const path of isDirect ? [this.target, this.swap] : [parent]) {
      if (!isDirect || (await lstat(path).catch(unlessMissing))?.isSymbolicLink()) throw linked(path);
    }
  }

  // Nothing is removed that we did not put there.
  private async refuseStrangers(): Promise<void> {
    const entries = await readdir(this.swap, { withFileTypes: true });
    for (const entry of entries) {
      const isFolder = ["old", "new"].includes(entry.name) && entry.isDirectory();
      if (isFolder || ([".git", ".gitignore"].includes(entry.name) && entry.isFile())) continue;
      const path = join(this.swap, entry.name);
      throw leftover(`${path} is not from hostenv-provider`, "look at it, and move it away");
    }
  }

  private undecided(): HostenvError {
    const hint = `take what you need from ${this.swap}, and remove it`;
    return leftover(`${this.target} came back after a run was stopped that had moved it away`, hint);
  }
}

// The folder is neither there nor gone: a run is replacing it.
const AWAY = "away";

async function isThere(path: string): Promise<boolean> {
  return (await lstat(path).catch(unlessMissing)) !== null;
}

function unlessMissing(cause: unknown): null {
  if (isMissing(cause)) return null;
  throw cause;
}

function leftover(message: string, hint: string): HostenvError {
  return new HostenvError("snapshot-leftover", message, hint);
}

function linked(path: string): HostenvError {
  const hint = "make it a folder of its own: plan writes only below the provider's folder";
  return new HostenvError("snapshot-linked", `${path} is a symbolic link`, hint);
}
