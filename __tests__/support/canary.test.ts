import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { pause } from "./attack.ts";
import { Canary, type Leak } from "./canary.ts";

// Each control is a leak that was put there on purpose: a search that does not find it finds nothing.
const token = `token+/${randomBytes(20).toString("base64")}ü"`;
const lines = Array.from({ length: 4 }, () => randomBytes(40).toString("base64"));
const key = ["-----BEGIN SOME KEY-----", ...lines, "}", "-----END SOME KEY-----", ""].join("\n");
const canary = new Canary({ token, key });

const secrets = (leaks: readonly Leak[]) => [...new Set(leaks.map(({ secret }) => secret))];
const bytes = (text: string) => Buffer.from(text);
const wrapped = (text: string) => text.replace(/.{64}/g, "$&\n");

describe("finds in a text", () => {
  test.each<[string, string | Uint8Array]>([
    ["the secret itself", `x${token}x`],
    ["hex", bytes(token).toString("hex")],
    ["upper hex", bytes(token).toString("hex").toUpperCase()],
    ["url", encodeURIComponent(token)],
    ["url in lower case", encodeURIComponent(token).replace(/%../g, (code) => code.toLowerCase())],
    ["json", JSON.stringify({ a: token })],
    ["json in json", JSON.stringify(JSON.stringify({ a: token }))],
    ["base64", bytes(token).toString("base64")],
    ["base64 after one byte", bytes(`:${token}.`).toString("base64")],
    ["base64 after two bytes", bytes(`a:${token}..`).toString("base64")],
    ["base64 after a user's name", bytes(`x-access-token:${token}`).toString("base64")],
    ["base64url", bytes(`u:${token}`).toString("base64url")],
    ["base64 in lines", wrapped(bytes(`some user:${token} and more`.repeat(3)).toString("base64"))],
    ["the order of letters turned", [...token].reverse().join("")],
    ["utf-16", Buffer.from(token, "utf16le")],
  ])("%s", (_, text) => {
    expect(secrets(canary.inText("here", text))).toEqual(["token"]);
  });

  test("every line of a long one, and no line that others have", () => {
    for (const line of lines) expect(secrets(canary.inText("here", `log: ${line}`))).toEqual(["key"]);
    expect(canary.inText("here", "-----BEGIN SOME KEY-----\n}\n-----END SOME KEY-----\n")).toEqual([]);
    expect(secrets(canary.inText("here", JSON.stringify({ key })))).toEqual(["key"]);
    expect(secrets(canary.inText("here", wrapped(bytes(key).toString("base64"))))).toEqual(["key"]);
  });

  test("nothing where there is nothing", () => {
    expect(canary.inText("here", randomBytes(4096).toString("base64"))).toEqual([]);
    expect(new Canary({}).inText("here", token)).toEqual([]);
  });
});

describe("finds below a folder", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "hostenv-canary-"));
    mkdirSync(join(folder, "deep/er"), { recursive: true });
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const plain = "canary-0123456789";
  const found = () => new Canary({ plain }).below(folder).map(({ where }) => where);

  test("a file, packed or not, a name and a link", () => {
    expect(found()).toEqual([]);
    writeFileSync(join(folder, "deep/er/file"), `\0binary\0${plain}\0`);
    writeFileSync(join(folder, "packed"), gzipSync(plain));
    writeFileSync(join(folder, `deep/${plain}`), "");
    symlinkSync(`/nowhere/${plain}`, join(folder, "link"));
    expect([...new Set(found())].sort()).toEqual([
      "deep/er/file",
      "link",
      `name of deep/${plain}`,
      "packed (gzip)",
    ]);
  });
});

// Between its fork and its exec a child shows its parent's arguments. The last look is after this one.
async function started({ pid, spawnfile }: ChildProcess): Promise<void> {
  while (!readFileSync(`/proc/${pid}/cmdline`, "utf8").startsWith(spawnfile)) await pause(10);
}

describe("finds in a process", () => {
  test("an argument and a variable, and says whose", async () => {
    const watch = await canary.watch();
    const children = [
      spawn("sleep", ["30"], { env: { PATH: process.env.PATH, TOKEN: token } }),
      spawn("sh", ["-c", "sleep 30; :", lines[1] as string], { detached: true }),
      spawn("sleep", ["30"], {
        env: { PATH: process.env.PATH, PACKED: bytes(`u:${key}`).toString("base64") },
      }),
    ];
    await Promise.all(children.map(started));
    const { leaks, programs } = await watch.stop();
    process.kill(-(children[1]?.pid as number), "SIGKILL");
    for (const child of children) child.kill("SIGKILL");
    expect(programs).toEqual(expect.arrayContaining(["sleep", "sh"]));
    expect(new Set(leaks.map(({ where, secret }) => `${secret}: ${where}`))).toEqual(
      new Set(["token: variable TOKEN of sleep", "key: arguments of sh", "key: variable PACKED of sleep"]),
    );
  });

  test("nothing where there is nothing", async () => {
    const watch = await canary.watch();
    const child = spawn("sleep", ["30"]);
    await started(child);
    const { leaks, programs } = await watch.stop();
    child.kill("SIGKILL");
    expect(programs).toContain("sleep");
    expect(leaks).toEqual([]);
  });
});
