import { rmdirSync } from "node:fs";
import { mkdir, readdir, rename, rmdir, stat, utimes } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { HostenvError } from "../errors.ts";
import { codeOf, isMissing, unusable } from "./disk-errors.ts";
import { isRunning, nameOf, type Owner, ownerOf, thisRun } from "./disk-owner.ts";

/** How often a holder gives a sign of life, and how long another machine's may be silent. */
const [BEAT_MS, SILENCE_MS] = [30_000, 300_000];

/** A run that only reads holds the lock for a moment, where it recovers: no reason to give up. */
const [PATIENCE, PAUSE_MS] = [3, 100];

/** Others may come and go between two of our calls, but not this often. */
const ATTEMPTS = 20;

/**
 * A lock beside what it guards, made of folders alone: git shows no empty folder, so the work tree stays
 * clean; whoever sees the snapshot sees the lock, which does not hold for a temporary folder (nix-shell
 * and containers have their own) nor for `.git` (which may lie on a disk that can't be written). The
 * inner folder's name is the owner. A rename gives folder and owner in one step and fails where there is
 * another owner, and a dead owner is removed by name, so nobody can remove the lock of a successor.
 */
export class DiskLock {
  private readonly path: string;
  private name: string | null = null;
  private beat: NodeJS.Timeout | undefined;

  /** @param path the lock's folder; the folder it lies in is there */
  constructor(path: string) {
    this.path = path;
  }

  get isHeld(): boolean {
    return this.name !== null;
  }

  /** Takes the lock. Throws HostenvError `snapshot-locked` where another run is alive that holds it. */
  async acquire(): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const holder = await this.tryAcquire();
      if (!holder) return;
      if (attempt === PATIENCE) throw this.lockedBy(holder);
      await sleep(PAUSE_MS);
    }
  }

  /** As `acquire`, but returns who else holds it; null where we do now. */
  async tryAcquire(): Promise<Owner | null> {
    const name = nameOf(await thisRun());
    const prepared = `${this.path}.${name}`;
    try {
      const holder = await this.place(prepared, name);
      if (holder) await removePair(prepared, name);
      else await this.keep(name);
      return holder;
    } catch (cause) {
      await removePair(prepared, name).catch(() => {});
      throw unusable(this.path, "written", cause);
    }
  }

  /** Gives the lock back. */
  async release(): Promise<void> {
    const name = this.forget();
    if (name !== null) await removePair(this.path, name);
  }

  /** Throws HostenvError `snapshot-locked` where we were thought dead, as after a long sleep. */
  async confirm(): Promise<void> {
    if (this.name !== null && (await stat(join(this.path, this.name)).catch(() => null))) return;
    throw this.lockedBy(await this.holder());
  }

  private async place(prepared: string, name: string): Promise<Owner | null> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      await mkdir(join(prepared, name), { recursive: true });
      const isPlaced = await rename(prepared, this.path).then(() => true, unlessTaken);
      if (isPlaced) return null;
      const holder = await this.holder();
      if (holder && (await isAlive(holder, join(this.path, nameOf(holder))))) return holder;
      if (holder) await rmdir(join(this.path, nameOf(holder))).catch(unlessMissing);
    }
    const hint = "look at what is in it, and move it away";
    throw new HostenvError("snapshot-leftover", `${this.path} is not a lock of hostenv-provider`, hint);
  }

  private async keep(name: string): Promise<void> {
    this.name = name;
    const place = join(this.path, name);
    this.beat = setInterval(() => utimes(place, new Date(), new Date()).catch(() => {}), BEAT_MS);
    this.beat.unref();
    process.once("exit", this.onExit);
    await this.sweep();
  }

  private forget(): string | null {
    const { name } = this;
    clearInterval(this.beat);
    process.off("exit", this.onExit);
    this.name = null;
    return name;
  }

  // A run may end without giving the lock back, where its report can't be written.
  private readonly onExit = (): void => {
    const name = this.forget();
    try {
      rmdirSync(join(this.path, name ?? ""));
      rmdirSync(this.path);
    } catch {
      // The next run finds that this one is dead.
    }
  };

  private async holder(): Promise<Owner | null> {
    const names = await readdir(this.path).catch(unlessMissing);
    return (names ?? []).map(ownerOf).find((owner) => owner !== null) ?? null;
  }

  // What runs left that were killed before they had the lock.
  private async sweep(): Promise<void> {
    const prefix = `${basename(this.path)}.`;
    const folder = dirname(this.path);
    for (const entry of (await readdir(folder)).filter((each) => each.startsWith(prefix))) {
      const owner = ownerOf(entry.slice(prefix.length));
      if (!owner || (await isAlive(owner, join(folder, entry)))) continue;
      // It shows nowhere and stops nobody; another user's is not ours to remove.
      await removePair(join(folder, entry), nameOf(owner)).catch(() => {});
    }
  }

  private lockedBy(owner: Owner | null): HostenvError {
    const who = owner ? `process ${owner.pid} on ${owner.host.split("/")[0]}` : "another run";
    const since = owner ? ` since ${new Date(owner.since).toISOString()}` : "";
    return new HostenvError(
      "snapshot-locked",
      `${who} works on this snapshot${since}: ${this.path}`,
      "wait until it has ended; --dry-run needs no lock",
    );
  }
}

// Elsewhere its signs of life must do.
async function isAlive(owner: Owner, place: string): Promise<boolean> {
  const running = await isRunning(owner);
  if (running !== null) return running;
  const found = await stat(place).catch(() => null);
  return found !== null && Date.now() - found.mtimeMs < SILENCE_MS;
}

async function removePair(folder: string, name: string): Promise<void> {
  await rmdir(join(folder, name)).catch(unlessMissing);
  await rmdir(folder).catch(unlessTaken);
}

function unlessMissing(cause: unknown): null {
  if (isMissing(cause)) return null;
  throw cause;
}

// Somebody else's folder is there, or was there until now.
function unlessTaken(cause: unknown): false {
  if (["ENOTEMPTY", "EEXIST", "ENOENT"].includes(codeOf(cause) ?? "")) return false;
  throw cause;
}
