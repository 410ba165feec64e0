import { readFile, readlink } from "node:fs/promises";
import { hostname } from "node:os";
import { codeOf } from "./disk-errors.ts";

/** The process something on disk belongs to. */
export interface Owner {
  readonly pid: number;
  /** When the process began, in the kernel's own count; "0" where the system does not tell. */
  readonly started: string;
  /** Milliseconds since 1970. */
  readonly since: number;
  readonly host: string;
}

/** An owner as a file name. */
export function nameOf({ pid, started, since, host }: Owner): string {
  return `${pid}.${started}.${since}.${encodeURIComponent(host)}`;
}

/** The owner of such a name, null for another name. */
export function ownerOf(name: string): Owner | null {
  const [, pid, started, since, host] = /^(\d{1,10})\.(\d{1,20})\.(\d{1,15})\.([\w%.~-]+)$/.exec(name) ?? [];
  if (!pid || !started || !since || !host) return null;
  return { pid: Number(pid), started, since: Number(since), host: decoded(host) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** This process, from now on. */
export async function thisRun(): Promise<Owner> {
  const started = (await startOf(process.pid)) ?? "0";
  return { pid: process.pid, started, since: Date.now(), host: await thisHost() };
}

// Two containers may share a host's name, and each has process numbers of its own.
async function thisHost(): Promise<string> {
  const namespace = await readlink("/proc/self/ns/pid").catch(() => "");
  return [hostname(), namespace.replace(/\D/g, "")].join("/");
}

/** Whether the owner still runs; null where that can't be seen from here. */
export async function isRunning({ pid, started, host }: Owner): Promise<boolean | null> {
  if (host !== (await thisHost())) return null;
  if (!isThere(pid)) return false;
  // A number is given again: the same process has the same start.
  return started === ((await startOf(pid)) ?? "0");
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (cause) {
    // It is somebody else's, but it is there.
    return codeOf(cause) === "EPERM";
  }
}

/** Clock ticks from the machine's start to the process's: field 22 of Linux' proc(5) stat. */
async function startOf(pid: number): Promise<string | null> {
  const text = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => null);
  // The second field is the program's name in parentheses, which may hold anything.
  const [state, ...fields] = text?.slice(text.lastIndexOf(")") + 2).split(" ") ?? [];
  // A zombie is dead, only nobody has asked yet how it died.
  return state === "Z" ? null : (fields[18] ?? null);
}
