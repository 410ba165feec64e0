import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { GitRepository } from "../../src/adapters/git-repository.ts";

let folder: string;
let server: Server;
let url: string;
let before: string | undefined;
const asked: (string | undefined)[] = [];
const git = (...args: string[]) => execFileSync("git", args, { cwd: folder, stdio: "pipe" });

// A server that knows nothing, and notes who asks.
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "hostenv-repository-"));
  asked.length = 0;
  server = createServer((request, response) => {
    asked.push(request.headers.authorization);
    response.writeHead(404).end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  before = process.env.GITHUB_SERVER_URL;
  process.env.GITHUB_SERVER_URL = url;
  git("init", "--quiet");
  git("remote", "add", "origin", `${url}/acme/provider`);
});
afterEach(() => {
  server.close();
  if (before === undefined) delete process.env.GITHUB_SERVER_URL;
  else process.env.GITHUB_SERVER_URL = before;
  rmSync(folder, { recursive: true, force: true });
});

const ask = (token: string | null) => new GitRepository(folder, token).tips(["refs/heads/main"]);
const basic = (token: string) => `basic ${Buffer.from(`x-access-token:${token}`).toString("base64")}`;

test("a clone without a token is given one, for GitHub alone", async () => {
  await expect(ask("ours")).rejects.toMatchObject({ code: "git-remote" });
  expect(new Set(asked)).toEqual(new Set([basic("ours")]));
  asked.length = 0;
  process.env.GITHUB_SERVER_URL = "https://github.example";
  await expect(ask("ours")).rejects.toMatchObject({ code: "git-remote" });
  expect(new Set(asked)).toEqual(new Set([undefined]));
});

test("one that has its own is left as it is: two headers would be refused", async () => {
  git("config", `http.${url}/.extraheader`, `AUTHORIZATION: ${basic("its own")}`);
  await expect(ask("ours")).rejects.toMatchObject({ code: "git-remote" });
  expect(new Set(asked)).toEqual(new Set([basic("its own")]));
});

test("nobody's token is made up", async () => {
  await expect(ask(null)).rejects.toMatchObject({ code: "git-remote" });
  expect(new Set(asked)).toEqual(new Set([undefined]));
});
