import {
  chmod,
  copyFile,
  lstat,
  mkdir,
  open,
  readdir,
  readlink,
  rename,
  rmdir,
  symlink,
  unlink,
  utimes,
} from "node:fs/promises";
import { join } from "node:path";
import { HostenvError } from "../errors.ts";
import { codeOf } from "./disk-errors.ts";

/** Writes a file; its content is on the disk when this returns. */
export async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, "w");
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Brings what was created, renamed or removed in a folder to the disk. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } catch (cause) {
    // Some file systems have no such call for folders, and keep their own order.
    if (codeOf(cause) !== "EINVAL") throw cause;
  } finally {
    await folder.close();
  }
}

/**
 * Copies a folder's entries, those in `except` left out, into a folder that is ours alone. Links are
 * copied as links. Throws HostenvError `file-unusable` for what is neither file, folder nor link.
 */
export async function copyEntries(from: string, to: string, except: readonly string[]): Promise<void> {
  const entries = await readdir(from, { withFileTypes: true });
  for (const entry of entries) {
    const [source, copy] = [join(from, entry.name), join(to, entry.name)];
    if (except.includes(entry.name)) refuseFolder(source, entry.isDirectory());
    else if (entry.isDirectory()) await copyFolder(source, copy);
    else if (entry.isSymbolicLink()) await symlink(await readlink(source), copy);
    else if (entry.isFile()) await copyDurably(source, copy);
    else throw odd(source, "neither a file, a folder nor a link");
  }
  await syncFolder(to);
}

async function copyFolder(from: string, to: string): Promise<void> {
  await mkdir(to);
  await chmod(to, (await lstat(from)).mode);
  await copyEntries(from, to, []);
}

// The time of the copy tells later whether the original was written to since.
async function copyDurably(from: string, to: string): Promise<void> {
  const { atimeNs, mtimeNs } = await lstat(from, { bigint: true });
  await copyFile(from, to);
  await utimes(to, Number(atimeNs) / 1e9, Number(mtimeNs) / 1e9);
  const file = await open(to, "r");
  await file.sync().finally(() => file.close());
}

/**
 * Empties a folder whose entries were copied to another, and removes it: entries in `except` are
 * dropped, and of all others the newer one is kept, so nothing is lost that came in between.
 */
export async function foldInto(to: string, from: string, except: readonly string[]): Promise<void> {
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, kept] = [join(from, entry.name), join(to, entry.name)];
    if (except.includes(entry.name)) await unlink(source);
    else if (!(await isNewer(source, kept))) await drop(kept, source, entry.isDirectory());
    else await rename(source, kept);
  }
  await syncFolder(to);
  await rmdir(from);
}

async function drop(kept: string, source: string, isFolder: boolean): Promise<void> {
  if (isFolder) await foldInto(kept, source, []);
  else await unlink(source);
}

// A folder's own time says nothing about what lies in it.
async function isNewer(source: string, kept: string): Promise<boolean> {
  const there = await lstat(kept, { bigint: true }).catch(() => null);
  if (!there) return true;
  const here = await lstat(source, { bigint: true });
  return !here.isDirectory() && here.mtimeNs > there.mtimeNs;
}

function refuseFolder(path: string, isFolder: boolean): void {
  if (isFolder) throw odd(path, "a folder, where a file is to be written");
}

function odd(path: string, what: string): HostenvError {
  return new HostenvError("file-unusable", `${path} is ${what}`, "move it away");
}
