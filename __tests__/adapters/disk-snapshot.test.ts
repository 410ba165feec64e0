import { type ChildProcessWithoutNullStreams, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { DiskSnapshot } from "../../src/adapters/disk-snapshot.ts";
import { isWhole } from "../../src/domain/manifest.ts";
import { Checkout } from "../support/checkout.ts";
import { setOf } from "../support/snapshot-sets.ts";

let checkout: Checkout;
beforeEach(() => {
  checkout = new Checkout();
});
afterEach(() => checkout.remove());

/** As a kill between the two renames leaves it. */
function interrupt(letter: string): void {
  mkdirSync(join(checkout.swap, "new"), { recursive: true });
  writeFileSync(join(checkout.swap, ".gitignore"), "*\n");
  for (const [name, text] of Object.entries(setOf(letter)))
    writeFileSync(join(checkout.swap, "new", name), text);
  for (const name of ["dns-gate.json", "notes"])
    renameSync(join(checkout.generated, name), join(checkout.swap, "new", name));
  renameSync(checkout.generated, join(checkout.swap, "old"));
}

test("replaces the files of a plan, keeps all others, and shows nothing of it", async () => {
  chmodSync(checkout.generated, 0o750);
  expect(await checkout.write("B")).toBeNull();
  expect(checkout.whole()).toBe("B");
  expect(readdirSync(checkout.generated).sort()).toEqual(
    ["dns-gate.json", "flake.lock", "manifest.json", "notes", "plan.json", "state.json"].sort(),
  );
  expect(checkout.leftovers()).toEqual([]);
  expect(await checkout.open().read()).toEqual(setOf("B"));
});

test("writes only under its lock, which does not show in git's status", async () => {
  const snapshot = checkout.open();
  await expect(snapshot.write(setOf("B"))).rejects.toMatchObject({ code: "snapshot-locked" });
  await snapshot.lock();
  expect(checkout.strangersInStatus()).toEqual([]);
  expect(checkout.leftovers()).toHaveLength(1);
  await snapshot.unlock();
  expect(checkout.whole()).toBe("A");
});

test("finishes a swap whose new set is complete, and undoes one whose is not", async () => {
  interrupt("B");
  expect(await checkout.open().recover()).toMatch(
    /stopped while .*: the new one is complete and is in place/,
  );
  expect(checkout.whole()).toBe("B");
  interrupt("A");
  truncateSync(join(checkout.swap, "new/plan.json"), 10);
  for (const name of ["dns-gate.json", "notes"])
    renameSync(join(checkout.swap, "new", name), join(checkout.swap, "old", name));
  expect(await checkout.open().recover()).toMatch(/stopped while .*: the old one is in place/);
  expect(checkout.whole()).toBe("B");
  expect(await checkout.open().recover()).toBeNull();
});

test("keeps what others wrote while it was replacing", async () => {
  await checkout.write("B");
  const old = join(checkout.swap, "old");
  mkdirSync(join(old, "notes"), { recursive: true });
  const later = new Date(Date.now() + 5_000);
  const earlier = new Date(0);
  for (const [name, text, time] of [
    ["notes/todo.md", "newer", later],
    ["notes/new.md", "late", earlier],
    ["dns-gate.json", "older", earlier],
    ["plan.json", "ours", later],
  ] as const) {
    writeFileSync(join(old, name), text);
    utimesSync(join(old, name), time, time);
  }
  expect(await checkout.open().recover()).toMatch(/stopped after/);
  expect(checkout.read("notes/todo.md")).toBe("newer");
  expect(checkout.read("notes/new.md")).toBe("late");
  expect(checkout.read("dns-gate.json")).toContain("memory");
  expect(isWhole(await checkout.open().read())).toBe(true);
  expect(checkout.leftovers()).toEqual([]);
});

test("decides nothing where the folder came back by itself", async () => {
  interrupt("B");
  mkdirSync(checkout.generated);
  await expect(checkout.open().recover()).rejects.toMatchObject({ code: "snapshot-leftover" });
  expect(readdirSync(checkout.swap).sort()).toEqual([".gitignore", "new", "old"]);
});

test.each([
  ["a file nobody knows", (swap: string) => writeFileSync(join(swap, "x"), "")],
  ["a link to the old set", (swap: string) => symlinkSync(tmpdir(), join(swap, "old"))],
  ["a file for a folder", (swap: string) => writeFileSync(join(swap, "new"), "")],
])("removes and follows nothing where the leftovers hold %s", async (_, make) => {
  mkdirSync(checkout.swap);
  make(checkout.swap);
  const before = readdirSync(checkout.swap);
  await expect(checkout.write("B")).rejects.toMatchObject({ code: "snapshot-leftover" });
  expect(readdirSync(checkout.swap)).toEqual(before);
});

test.each(["generated", ".generated.swap", "out"])("refuses a link in the place of %s", async (name) => {
  const victim = realpathSync(mkdtempSync(join(tmpdir(), "hostenv-victim-")));
  rmSync(checkout.generated, { recursive: true });
  symlinkSync(victim, join(checkout.folder, name));
  const snapshot = new DiskSnapshot(checkout.folder, name === "out" ? "out/generated" : "generated");
  await expect(snapshot.lock()).rejects.toMatchObject({ code: "snapshot-linked" });
  await expect(snapshot.recover()).rejects.toMatchObject({ code: "snapshot-linked" });
  expect(readdirSync(victim)).toEqual([]);
  rmSync(victim, { recursive: true });
});

test.each([".", "..", "../generated", ""])("refuses '%s' as the snapshot's folder", async (name) => {
  await expect(new DiskSnapshot(checkout.folder, name).lock()).rejects.toMatchObject({ code: "usage" });
});

test("reads no link into the snapshot, and replaces it", async () => {
  const victim = join(checkout.folder, "victim");
  writeFileSync(victim, "precious");
  rmSync(join(checkout.generated, "flake.nix"));
  symlinkSync(victim, join(checkout.generated, "flake.nix"));
  expect(Object.keys(await checkout.open().read())).toEqual(["plan.json", "state.json", "manifest.json"]);
  await checkout.write("A");
  expect(readFileSync(victim, "utf8")).toBe("precious");
  expect(checkout.whole()).toBe("A");
});

test("does not take what can't be read for what is not there", async () => {
  rmSync(join(checkout.generated, "state.json"));
  expect(Object.keys(await checkout.open().read())).not.toContain("state.json");
  mkdirSync(join(checkout.generated, "state.json"));
  await expect(checkout.open().read()).rejects.toMatchObject({
    code: "file-unusable",
    message: expect.stringContaining("state.json can't be read: EISDIR"),
  });
});

test("leaves all as it was where something in the folder can't be kept", async () => {
  spawnSync("mkfifo", [join(checkout.generated, "pipe")]);
  await expect(checkout.write("B")).rejects.toMatchObject({ code: "file-unusable" });
  rmSync(join(checkout.generated, "pipe"));
  expect(checkout.whole()).toBe("A");
  rmSync(join(checkout.generated, "flake.nix"));
  mkdirSync(join(checkout.generated, "flake.nix/mine"), { recursive: true });
  await expect(checkout.write("B")).rejects.toMatchObject({ code: "file-unusable" });
  expect(existsSync(join(checkout.generated, "flake.nix/mine"))).toBe(true);
  expect(existsSync(checkout.swap)).toBe(false);
});

// A disk of 56 KiB, which one set fills and two do not fit on, is seen by the child alone: what it leaves
// comes back as a copy. Where that may not be mounted, the size of files is limited.
const SMALL_DISK =
  'cd "$0" && mkdir disk && mount -t tmpfs -o size=56k none disk && cp -a generated disk/ && ' +
  '{ "$@"; status=$?; rm -r generated && cp -a disk/. . && umount disk && rmdir disk && exit $status; }';

function runWithLittleSpace() {
  const probe = ["-Urm", "mount", "-t", "tmpfs", "none", checkout.folder];
  if (spawnSync("unshare", probe).status !== 0)
    return {
      code: "EFBIG",
      ...checkout.run(["write", "B"], { prefix: ["sh", "-c", 'ulimit -f 4; exec "$@"', "sh"] }),
    };
  const prefix = ["unshare", "-Urm", "sh", "-c", SMALL_DISK, checkout.folder];
  return {
    code: "ENOSPC",
    ...checkout.run(["write", "B"], { prefix, folder: join(checkout.folder, "disk") }),
  };
}

test("keeps the old set where there is no space for the new one, and says so", () => {
  const { code, status, stderr } = runWithLittleSpace();
  expect(stderr).toMatch(
    new RegExp(`^file-unusable: .*/generated can't be written: ${code}\nfree some space`),
  );
  expect(status).toBe(3);
  expect(checkout.whole()).toBe("A");
  expect(checkout.leftovers()).toEqual([]);
});

test("says before anything is planned that the folder can't be written to", () => {
  chmodSync(checkout.folder, 0o555);
  const { status, stderr } = checkout.run(["drop", "B"]);
  chmodSync(checkout.folder, 0o755);
  expect(stderr).toMatch(/^file-unusable: .*\.generated\.lock can't be written: EACCES\ncheck the path/);
  expect(status).toBe(3);
  expect(checkout.whole()).toBe("A");
});

test("of many runs at once one writes, and the others say that they did not", async () => {
  let before = "A";
  for (let round = 0; round < 2; round++) {
    const letters = ["C", "D", "E", "F", "G"];
    const children = letters.map((letter) => checkout.start(["race", letter]));
    await Promise.all(children.map((child) => once(child.stdout, "data")));
    const answers = children.map(answerOf);
    for (const child of children) child.stdin.write("start\n");
    const said = await Promise.all(answers);
    const winner = said.indexOf("locked\n");
    expect(said.filter((_, index) => index !== winner)).toEqual(
      Array(4).fill(expect.stringMatching(/^3 snapshot-locked: process \d+ on .* since /)),
    );
    // A run that only reads goes on meanwhile.
    expect(await checkout.open().recover()).toBeNull();
    expect(checkout.whole()).toBe(before);
    const finished = once(children[winner] as ChildProcessWithoutNullStreams, "close");
    children[winner]?.stdin.write("write\n");
    expect(await finished).toEqual([0, null]);
    before = checkout.whole();
    expect(before).toBe(letters[winner]);
    expect(checkout.leftovers()).toEqual([]);
  }
});

/** The next thing a child says, or how it ends. */
async function answerOf(child: ChildProcessWithoutNullStreams): Promise<string> {
  let complaint = "";
  child.stderr.on("data", (data) => {
    complaint += data;
  });
  const [said] = await Promise.race([once(child.stdout, "data"), once(child, "close")]);
  return typeof said === "number" ? `${said} ${complaint}` : String(said);
}

test("a run that reads sees one set or the other while another writes", async () => {
  const child = checkout.start(["loop"]);
  await once(child.stdout, "data");
  const snapshot = checkout.open();
  const seen = new Set<string>();
  for (let times = 0; times < 500; times++) {
    await snapshot.recover();
    const found = await snapshot.read();
    expect(isWhole(found)).toBe(true);
    seen.add(found["manifest.json"] as string);
  }
  child.kill("SIGKILL");
  await once(child, "close");
  expect(seen.size).toBe(2);
});

test("waits for a snapshot that is away, and does not take it for none", async () => {
  interrupt("B");
  const back = setTimeout(() => renameSync(join(checkout.swap, "old"), checkout.generated), 100);
  let reads = 0;
  const found = await checkout.open().steadily(async () => {
    reads++;
    return readFileSync(join(checkout.generated, "manifest.json"), "utf8");
  });
  clearTimeout(back);
  expect(found).toBe(setOf("A")["manifest.json"]);
  expect(reads).toBe(1);
});

test("reads again what was replaced meanwhile, and passes on what fails for another reason", async () => {
  let reads = 0;
  const read = async () => {
    reads++;
    if (reads > 1) return "second";
    await checkout.write("B");
    throw new Error("half a state");
  };
  expect(await checkout.open().steadily(read)).toBe("second");
  await expect(checkout.open().steadily(() => Promise.reject(new Error("broken")))).rejects.toThrow("broken");
});

test("replaces one file that no plan writes, under its lock, and the plan's files stay", async () => {
  const snapshot = checkout.open();
  await expect(snapshot.replace("dns-gate.json", "x")).rejects.toMatchObject({ code: "snapshot-locked" });
  await snapshot.lock();
  await snapshot.replace("dns-gate.json", "new");
  await snapshot.replace("other.json", "first");
  await snapshot.unlock();
  expect([checkout.read("dns-gate.json"), checkout.read("other.json")]).toEqual(["new", "first"]);
  expect(await checkout.open().read()).toEqual(setOf("A"));
  expect(checkout.leftovers()).toEqual([]);
  // The next plan carries it over.
  await checkout.write("B");
  expect([checkout.read("dns-gate.json"), checkout.read("other.json")]).toEqual(["new", "first"]);
  expect(isWhole(await checkout.open().read())).toBe(true);
});

test("makes the folder for a first file, and follows no link that stands in its place", async () => {
  const secret = join(checkout.folder, "elsewhere");
  writeFileSync(secret, "mine");
  rmSync(join(checkout.generated, "dns-gate.json"));
  symlinkSync(secret, join(checkout.generated, "dns-gate.json"));
  const snapshot = checkout.open();
  await snapshot.lock();
  await snapshot.replace("dns-gate.json", "ours");
  expect([readFileSync(secret, "utf8"), checkout.read("dns-gate.json")]).toEqual(["mine", "ours"]);
  rmSync(checkout.generated, { recursive: true });
  await snapshot.replace("dns-gate.json", "first");
  await snapshot.unlock();
  expect(readdirSync(checkout.generated)).toEqual(["dns-gate.json"]);
});

test("leaves the old file where the new one can't be put in its place", async () => {
  rmSync(join(checkout.generated, "dns-gate.json"));
  mkdirSync(join(checkout.generated, "dns-gate.json"));
  const snapshot = checkout.open();
  await snapshot.lock();
  await expect(snapshot.replace("dns-gate.json", "x")).rejects.toMatchObject({ code: "file-unusable" });
  await snapshot.unlock();
  expect(readdirSync(join(checkout.generated, "dns-gate.json"))).toEqual([]);
  expect(checkout.leftovers()).toEqual([]);
});
