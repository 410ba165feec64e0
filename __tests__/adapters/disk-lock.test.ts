import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { DiskLock } from "../../src/adapters/disk-lock.ts";

let folder: string;
let lock: DiskLock;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "hostenv-lock-")));
  lock = new DiskLock(join(folder, ".lock"));
});
afterEach(async () => {
  await lock.release();
  rmSync(folder, { recursive: true });
});

/** The name a lock of this process has, with parts of it exchanged. */
async function ownName(parts: { pid?: number; started?: string; host?: string } = {}): Promise<string> {
  await lock.acquire();
  const [pid, started, since, ...host] = (readdirSync(join(folder, ".lock"))[0] as string).split(".");
  await lock.release();
  return [parts.pid ?? pid, parts.started ?? started, since, parts.host ?? host.join(".")].join(".");
}

function place(name: string, below = ".lock"): string {
  mkdirSync(join(folder, below, name), { recursive: true });
  return join(folder, below, name);
}

test("one has it, and the other hears who and since when", async () => {
  const other = new DiskLock(join(folder, ".lock"));
  await lock.acquire();
  await lock.confirm();
  await expect(other.acquire()).rejects.toMatchObject({
    code: "snapshot-locked",
    message: expect.stringMatching(new RegExp(`^process ${process.pid} on \\S+ works .* since \\d{4}-.*Z: `)),
    hint: expect.stringContaining("--dry-run"),
  });
  await lock.release();
  await other.acquire();
  expect(lock.isHeld).toBe(false);
  await expect(lock.confirm()).rejects.toMatchObject({ code: "snapshot-locked" });
  await other.release();
  expect(readdirSync(folder)).toEqual([]);
});

test("what a dead process left is taken over, and so is what another process with its number did not take", async () => {
  // Above the largest number that Linux gives.
  for (const parts of [{ pid: 4_194_305 }, { started: "1" }]) {
    place(await ownName(parts));
    await lock.acquire();
    expect(readdirSync(join(folder, ".lock"))).toHaveLength(1);
    await lock.release();
    expect(readdirSync(folder)).toEqual([]);
  }
});

test("a lock from another machine holds as long as it gives signs of life", async () => {
  const path = place(await ownName({ host: "elsewhere%2F4711" }));
  await expect(lock.acquire()).rejects.toMatchObject({
    code: "snapshot-locked",
    message: expect.stringContaining("on elsewhere works"),
  });
  const silent = new Date(Date.now() - 301_000);
  utimesSync(path, silent, silent);
  await lock.acquire();
});

test("whoever was taken for dead hears of it before it writes", async () => {
  await lock.acquire();
  const [own] = readdirSync(join(folder, ".lock"));
  rmSync(join(folder, ".lock", own as string), { recursive: true });
  // Two locks of one process differ by their time alone.
  await new Promise((resolve) => setTimeout(resolve, 5));
  const other = new DiskLock(join(folder, ".lock"));
  await other.acquire();
  await expect(lock.confirm()).rejects.toMatchObject({ code: "snapshot-locked" });
  await lock.release();
  // Which must not have given the other's lock away.
  await other.confirm();
  await other.release();
});

test("sweeps what runs left that were killed before they had it, and nothing else", async () => {
  const dead = await ownName({ pid: 4_194_305 });
  const alive = await ownName();
  place(dead, `.lock.${dead}`);
  place(alive, `.lock.${alive}`);
  place("notes", ".lock.mine");
  await lock.acquire();
  expect(readdirSync(folder)).toEqual([".lock", `.lock.${alive}`, ".lock.mine"].sort());
});

test.each([
  ["a file", (path: string) => writeFileSync(path, ""), "file-unusable"],
  ["a link", (path: string) => symlinkSync(tmpdir(), path), "file-unusable"],
  [
    "a folder of somebody else's",
    (path: string) => mkdirSync(join(path, "x"), { recursive: true }),
    "snapshot-leftover",
  ],
])("does not touch %s in its place", async (_, make, code) => {
  make(join(folder, ".lock"));
  await expect(lock.acquire()).rejects.toMatchObject({ code });
  expect(lock.isHeld).toBe(false);
  expect(readdirSync(folder)).toEqual([".lock"]);
});
