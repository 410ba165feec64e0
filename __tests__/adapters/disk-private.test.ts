import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { DiskPrivate } from "../../src/adapters/disk-private.ts";
import { failureOf, pause } from "../support/attack.ts";
import { Canary } from "../support/canary.ts";
import { root } from "../support/nix.ts";

const SECRET = "canary-0123456789";

let parent: string;
let folders: DiskPrivate;
const children: ChildProcess[] = [];
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "hostenv-disk-private-"));
  folders = new DiskPrivate(parent);
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  rmSync(parent, { recursive: true, force: true });
});

const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);

test("a file can be read by us only, whatever the mask, and is gone with its folder", async () => {
  const before = process.umask(0);
  try {
    const folder = await folders.make();
    const path = await folder.write("key", SECRET);
    expect([mode(folder.path), mode(path)]).toEqual(["700", "600"]);
    // Nothing that ssh or a list of paths would take for something else.
    expect(path.slice(parent.length)).toMatch(/^\/hostenv-private-[\w.~-]+\/key$/);
    expect(readFileSync(path, "utf8")).toBe(SECRET);
    await folder.remove();
    await folder.remove();
  } finally {
    process.umask(before);
  }
  expect(readdirSync(parent)).toEqual([]);
});

test("what lies there already is neither followed nor replaced", async () => {
  const folder = await folders.make();
  const outside = join(parent, "outside");
  symlinkSync(outside, join(folder.path, "link"));
  writeFileSync(join(folder.path, "file"), "before");
  for (const name of ["link", "file"])
    expect(await failureOf(folder.write(name, SECRET))).toMatchObject({ code: "file-unusable" });
  expect(existsSync(outside)).toBe(false);
  expect(new Canary({ SECRET }).below(parent)).toEqual([]);
  await folder.remove();
});

test("a parent that is not there is told with its name", async () => {
  const missing = new DiskPrivate(join(parent, "missing"));
  expect(await failureOf(missing.make())).toMatchObject({
    code: "file-unusable",
    message: expect.stringContaining(`${parent}/missing can't be written: ENOENT`),
  });
  await missing.sweep();
});

/** A process that writes a secret, says where, and does what it is told then. */
async function writer(
  then: string,
  before: readonly string[] = [],
): Promise<{ child: ChildProcess; path: string }> {
  const script = `
    import { DiskPrivate } from "${root}src/adapters/disk-private.ts";
    const folder = await new DiskPrivate(${JSON.stringify(parent)}).make();
    console.log(await folder.write("key", "${SECRET}"));
    ${then}`;
  const node = [process.execPath, "--input-type=module", "--no-warnings", "--eval", script];
  const [program, ...args] = [...before, ...node] as [string, ...string[]];
  const env = { ...process.env, NODE_OPTIONS: "" };
  const child = spawn(program, args, { env, stdio: ["pipe", "pipe", "ignore"] });
  children.push(child);
  const [line] = await once(child.stdout as NodeJS.ReadableStream, "data");
  return { child, path: String(line).trim() };
}

const STAY = "setInterval(() => {}, 1000);";

describe("a process that ends", () => {
  test.each([
    ["by itself", "", 0],
    ["at once", "process.exit(3);", 3],
    ["by an error", "throw new Error();", 1],
  ])("%s leaves nothing", async (_, then, status) => {
    const { child } = await writer(then);
    if (child.exitCode === null) await once(child, "exit");
    expect(child.exitCode).toBe(status);
    expect(readdirSync(parent)).toEqual([]);
  });

  test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("by %s leaves nothing", async (signal) => {
    const { child, path } = await writer(STAY);
    expect(readFileSync(path, "utf8")).toBe(SECRET);
    child.kill(signal);
    expect(await once(child, "exit")).toEqual([null, signal]);
    expect(readdirSync(parent)).toEqual([]);
  });

  test("later than a signal, as it decided, needs its files until then", async () => {
    const { child, path } = await writer(`${STAY} process.on("SIGTERM", () => console.log("heard"));
      process.stdin.on("data", () => process.exit(0));`);
    child.kill("SIGTERM");
    await once(child.stdout as NodeJS.ReadableStream, "data");
    expect(readFileSync(path, "utf8")).toBe(SECRET);
    child.stdin?.write("end\n");
    await once(child, "exit");
    expect(readdirSync(parent)).toEqual([]);
  });
});

describe("after a kill", () => {
  test("the next run sweeps what is left, and not what a living one has", async () => {
    const [killed, living] = [await writer(STAY), await writer(STAY)];
    const own = await folders.make();
    killed.child.kill("SIGKILL");
    await once(killed.child, "exit");
    expect(readFileSync(killed.path, "utf8")).toBe(SECRET);
    await folders.sweep();
    expect(existsSync(killed.path)).toBe(false);
    expect(existsSync(living.path)).toBe(true);
    expect(existsSync(own.path)).toBe(true);
    await own.remove();
  });

  test("of a process whose parent never asks for it, too", async () => {
    const { path } = await writer(STAY, ["sh", "-c", '"$@" & exec sleep 600', "sh"]);
    const pid = Number(/private-(\d+)\./.exec(path)?.[1]);
    process.kill(pid, "SIGKILL");
    while (!/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"))) await pause(10);
    await folders.sweep();
    expect(readdirSync(parent)).toEqual([]);
  });

  const DAY = 24 * 60 * 60 * 1000;
  const named = (pid: number, started: string, since: number, at: string) =>
    `hostenv-private-${pid}.${started}.${since}.${at.replace("/", "~2F")}-abcdef`;

  test("what another machine left stays for as long as a job may take", async () => {
    const [fresh, old] = [4, 6].map((days) => named(1, "1", Date.now() - days * DAY, "other/1")) as [
      string,
      string,
    ];
    for (const name of [fresh, old]) mkdirSync(join(parent, name));
    await folders.sweep();
    expect(readdirSync(parent)).toEqual([fresh]);
  });

  test("a process with the same number is another one", async () => {
    const own = await folders.make();
    const other = own.path.replace(/(?<=hostenv-private-\d+\.)\d+/, "1").replace(/\w{6}$/, "abcdef");
    mkdirSync(other);
    await folders.sweep();
    expect(existsSync(other)).toBe(false);
    expect(existsSync(own.path)).toBe(true);
    await own.remove();
  });

  test("names that are not ours, files and links stay", async () => {
    const dead = spawnSync("true").pid;
    const own = await folders.make();
    const ofDead = own.path.replace(/(?<=hostenv-private-)\d+/, String(dead));
    await own.remove();
    const target = join(parent, "target");
    mkdirSync(target);
    writeFileSync(join(target, "file"), "");
    symlinkSync(target, ofDead.replace(/\w{6}$/, "linked"));
    writeFileSync(ofDead.replace(/\w{6}$/, "afilee"), "");
    mkdirSync(join(parent, "hostenv-private-1-abcdef"));
    mkdirSync(join(parent, `my-${ofDead.split("/").at(-1)}`));
    const before = readdirSync(parent);
    await folders.sweep();
    expect(readdirSync(parent)).toEqual(before);
    expect(readdirSync(target)).toEqual(["file"]);
  });
});
