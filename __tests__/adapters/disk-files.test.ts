import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { DiskFiles } from "../../src/adapters/disk-files.ts";

const files = new DiskFiles();
let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "hostenv-files-")));
});
afterEach(() => rmSync(folder, { recursive: true }));

const read = (name: string) => readFileSync(join(folder, name), "utf8");

test("creates the folder and leaves nothing but the file", async () => {
  await files.write(join(folder, "a/b/x.json"), "1");
  await files.write(join(folder, "a/b/x.json"), "2");
  expect(readdirSync(join(folder, "a/b"))).toEqual(["x.json"]);
  expect(read("a/b/x.json")).toBe("2");
});

test("leaves nothing behind where the file can't be replaced", async () => {
  mkdirSync(join(folder, "x.json"));
  await expect(files.write(join(folder, "x.json"), "new")).rejects.toMatchObject({ code: "file-unusable" });
  expect(readdirSync(folder)).toEqual(["x.json"]);
});

test("writes through a link to where it leads, and into a linked folder", async () => {
  mkdirSync(join(folder, "real"));
  writeFileSync(join(folder, "real/a"), "old");
  symlinkSync("real/a", join(folder, "file"));
  symlinkSync("real", join(folder, "linked"));
  await files.write(join(folder, "file"), "new");
  await files.write(join(folder, "linked/b"), "b");
  expect([read("real/a"), read("real/b")]).toEqual(["new", "b"]);
  expect(readdirSync(folder)).toEqual(["file", "linked", "real"]);
});

test("says which path can't be used, and why", async () => {
  writeFileSync(join(folder, "file"), "");
  await expect(files.write(join(folder, "file/x"), "")).rejects.toMatchObject({
    code: "file-unusable",
    message: expect.stringMatching(/file\/x can't be written: (EEXIST|ENOTDIR)/),
  });
  mkdirSync(join(folder, "sub"));
  await expect(files.readIfThere(join(folder, "sub"))).rejects.toMatchObject({
    message: expect.stringContaining("EISDIR"),
  });
});

test("names the place of a mistake in JSON without quoting the file", async () => {
  writeFileSync(join(folder, "s.json"), '{\n  "token": "hunter2",\n  oops\n}');
  const failure = await files.readJson(join(folder, "s.json")).catch((error: Error) => error);
  expect(failure).toMatchObject({
    code: "file-not-json",
    message: expect.stringContaining("line 3, column 3"),
  });
  expect(JSON.stringify(failure) + String(failure)).not.toContain("hunter2");
});

test("reads no more than a plan may have, also where nothing says how much there is", async () => {
  writeFileSync(join(folder, "big.json"), "");
  truncateSync(join(folder, "big.json"), 65 * 1024 * 1024);
  for (const path of [join(folder, "big.json"), "/dev/zero"]) {
    await expect(files.readJson(path)).rejects.toMatchObject({
      code: "file-too-large",
      message: `${path} has more than 64 MiB, and no more are read`,
    });
  }
  await expect(files.readJsonIfThere(join(folder, "big.json"), "x")).rejects.toThrow(/^x has more/);
});

test("hashes content, and a link by where it points", async () => {
  writeFileSync(join(folder, "a"), "same");
  writeFileSync(join(folder, "b"), "same");
  symlinkSync("a", join(folder, "link"));
  const [a, b, link] = await files.hashes(folder, ["a", "b", "link"]);
  expect(a).toBe(b);
  expect(link).not.toBe(a);
  expect(a).toMatch(/^[0-9a-f]{64}$/);
});
