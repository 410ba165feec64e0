import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { DiskPrivate } from "../../src/adapters/disk-private.ts";
import { NixEvaluator } from "../../src/adapters/nix-evaluator.ts";
import { accessTokensOf } from "../../src/adapters/nix-tokens.ts";
import { Attack, failureOf, SYSTEM } from "../support/attack.ts";
import { describeWithNix } from "../support/nix.ts";

const PLAN = "{ plan = { }; state = { }; }";
const [CANARY, GITLAB] = ["ghp_canary0123456789", "glpat-canary+9876543210"];
const TOKENS = `github.com=${CANARY}\n gitlab.test/acme=PAT:${GITLAB} `;
const FORMS = [CANARY, GITLAB, `x-access-token:${CANARY}`, `oauth2:${GITLAB}`].flatMap((form) => [
  form,
  Buffer.from(form).toString("base64").replace(/=+$/, ""),
]);

let attack: Attack;
let before: NodeJS.ProcessEnv;
beforeEach(() => {
  before = { ...process.env };
  attack = new Attack();
  process.env.HOME = join(attack.folder, "home");
  mkdirSync(join(process.env.HOME, ".config/nix"), { recursive: true });
  for (const name of [
    "XDG_CONFIG_HOME",
    "XDG_CONFIG_DIRS",
    "NIX_USER_CONF_FILES",
    "NIX_CONFIG",
    "GIT_CONFIG_GLOBAL",
  ])
    delete process.env[name];
});
afterEach(() => {
  // Whatever the test was about: nothing of ours is left, and no token is in any file.
  const found = spawnSync("grep", ["-raFl", ...FORMS.flatMap((form) => ["-e", form]), attack.folder]);
  const left = readdirSync(attack.privateFolder);
  attack.remove();
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
  Object.assign(process.env, before);
  expect(found.stdout.toString()).toBe("");
  expect(left).toEqual([]);
});

function evaluator(program: string, tokens = TOKENS): NixEvaluator {
  const access = { tokens, folders: new DiskPrivate(attack.privateFolder) };
  return new NixEvaluator({ program, access, limits: { seconds: 20 } });
}

/** What shell commands print that are run in the place of Nix, with its environment. */
async function seenByNix(nix: string, commands: string): Promise<string[]> {
  const seen = join(attack.folder, "seen");
  const program = attack.program(nix, `{ ${commands}\n} >'${seen}' 2>&1`);
  await evaluator(program).evaluate(attack.flake(PLAN), SYSTEM);
  const lines = readFileSync(seen, "utf8").trim().split("\n");
  writeFileSync(seen, "");
  return lines;
}

describeWithNix("access tokens", (nix) => {
  test("are in files that only we can read", async () => {
    const seen = await seenByNix(
      nix,
      'stat -c "%a %n" "$(dirname "$GIT_CONFIG_GLOBAL")" "$GIT_CONFIG_GLOBAL" "$(echo "$NIX_USER_CONF_FILES" | cut -d: -f1)"',
    );
    expect(seen.map((line) => line.replace(/private-\d+\.\S+-\w{6}/, "private-OURS"))).toEqual([
      `700 ${attack.privateFolder}/hostenv-private-OURS`,
      `600 ${attack.privateFolder}/hostenv-private-OURS/gitconfig`,
      `600 ${attack.privateFolder}/hostenv-private-OURS/nix.conf`,
    ]);
  });

  test("go before the user's own settings, which stay", async () => {
    const own = "access-tokens = github.com=of-the-user\nmax-jobs = 7\n";
    const show = `'${nix}' --extra-experimental-features nix-command show-config 2>/dev/null | grep -E '^(access-tokens|max-jobs) '`;
    const expected = [`access-tokens = github.com=${CANARY} gitlab.test/acme=PAT:${GITLAB}`, "max-jobs = 7"];
    const seen = async () => (await seenByNix(nix, show)).map((line) => line.replace("=  ", "= "));
    writeFileSync(join(process.env.HOME as string, ".config/nix/nix.conf"), own);
    expect(await seen()).toEqual(expected);
    writeFileSync(join(process.env.HOME as string, ".config/nix/nix.conf"), "");
    for (const folder of ["first", "second"])
      mkdirSync(join(attack.folder, folder, "nix"), { recursive: true });
    writeFileSync(join(attack.folder, "second/nix/nix.conf"), own);
    process.env.XDG_CONFIG_DIRS = ["first", "second"].map((folder) => join(attack.folder, folder)).join(":");
    expect(await seen()).toEqual(expected);
    process.env.NIX_USER_CONF_FILES = join(attack.folder, "named.conf");
    writeFileSync(process.env.NIX_USER_CONF_FILES, own);
    expect(await seen()).toEqual(expected);
  });

  test("are given to git for their place only, beside the user's configuration", async () => {
    writeFileSync(
      join(process.env.HOME as string, ".gitconfig"),
      '[user]\n\tname = Somebody\n[http "https://github.com/"]\n\textraheader = X-Old: 1\n',
    );
    const headers = (url: string) => `echo "$(git config --get-urlmatch http.extraheader ${url})";`;
    const urls = ["https://github.com/a/b", "https://gitlab.test/acme/x", "https://gitlab.test/acmes/x"];
    const others = ["https://github.com.evil.test/a", "http://github.com/a", "https://github.com:444/a"];
    const seen = await seenByNix(
      nix,
      `git config user.name; ${[...urls, ...others].map(headers).join(" ")} echo end`,
    );
    const header = (text: string) => `Authorization: Basic ${Buffer.from(text).toString("base64")}`;
    const expected = [header(`x-access-token:${CANARY}`), header(`oauth2:${GITLAB}`), "", "", "", ""];
    expect(seen).toEqual(["Somebody", ...expected, "end"]);
  });

  test("are redacted in everything that is said, in every form", async () => {
    const thrown = FORMS.join(" and ");
    const found = await failureOf(evaluator(nix).evaluate(attack.flake(`throw "${thrown}"`), SYSTEM));
    attack.flake("");
    expect(found.message).toContain("«redacted» and «redacted»");
    const printing = attack.program(
      nix,
      'cat "$GIT_CONFIG_GLOBAL" "$(echo "$NIX_USER_CONF_FILES" | cut -d: -f1)" >&2; env >&2; exit 1',
    );
    const printed = await failureOf(evaluator(printing).evaluate(attack.flake(PLAN), SYSTEM));
    for (const { message, hint, stack, cause } of [found, printed])
      for (const form of FORMS) expect(`${message}${hint}${stack}${String(cause)}`).not.toContain(form);
  });

  test("are in no command line", async () => {
    const slow = attack.program(nix, "sleep 0.5");
    const seen = new Set<string>();
    const timer = setInterval(() => {
      for (const line of attack.left()) seen.add(line);
    }, 20);
    await evaluator(slow).evaluate(attack.flake(PLAN), SYSTEM);
    clearInterval(timer);
    expect([...seen].some((line) => line.includes("eval --json"))).toBe(true);
    expect([...seen].filter((line) => FORMS.some((form) => line.includes(form)))).toEqual([]);
  });

  test("without any, nothing is written and no variable is set", async () => {
    const program = attack.program(
      nix,
      'env | grep -E "^(NIX_USER_CONF_FILES|GIT_CONFIG_GLOBAL)=" >&2 && exit 1',
    );
    await evaluator(program, " \n").evaluate(attack.flake(PLAN), SYSTEM);
  });
});

describeWithNix("a token over the wire", (nix) => {
  const got: [server: string, headers: string][] = [];
  const servers: Server[] = [];
  let tls: Attack;
  let hosts: string[];
  beforeAll(async () => {
    tls = new Attack();
    const files = ["-keyout", join(tls.folder, "key"), "-out", join(tls.folder, "cert")];
    const names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"];
    const kind = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
    execFileSync("openssl", [...kind, ...files, ...names], { stdio: "ignore" });
    for (const name of ["named", "other"]) servers.push(await listening(name));
    const [named, other] = servers.map((server) => (server.address() as AddressInfo).port);
    hosts = [`localhost:${named}`, `127.0.0.1:${other}`];
  });
  afterAll(() => {
    for (const server of servers) server.close();
    tls.remove();
  });

  async function listening(name: string): Promise<Server> {
    const [key, cert] = ["key", "cert"].map((file) => readFileSync(join(tls.folder, file))) as [
      Buffer,
      Buffer,
    ];
    const server = createServer({ key, cert }, (request, response) => {
      got.push([name, [request.headers.authorization, request.headers["x-old"]].filter(Boolean).join("; ")]);
      if (request.url?.startsWith("/moved"))
        response.writeHead(302, { location: `https://${hosts[1]}/x.git/info/refs` });
      else response.writeHead(404);
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return server;
  }

  async function fetched(expression: string): Promise<typeof got> {
    got.length = 0;
    process.env.GIT_SSL_CAINFO = process.env.NIX_SSL_CERT_FILE = join(tls.folder, "cert");
    // Of the user, for the same place: GitHub refuses a request with two headers of one kind.
    const own = `[http "https://${hosts[0]}/"]\n\textraheader = X-Old: 1\n`;
    writeFileSync(join(process.env.HOME as string, ".gitconfig"), own);
    const run = evaluator(nix, `${hosts[0]}=${CANARY}`).evaluate(attack.flake(expression), SYSTEM);
    expect(await failureOf(run)).toMatchObject({ code: "input-unreachable" });
    return [...got];
  }

  const git = (url: string) =>
    `"\${builtins.fetchGit { url = "https://${url}"; rev = "${"1".repeat(40)}"; }}"`;
  const tarball = (url: string) =>
    `"\${builtins.fetchTarball { url = "https://${url}"; sha256 = "${"0".repeat(52)}"; }}"`;

  test("reaches the host it is for, and no other", async () => {
    const header = `Basic ${Buffer.from(`x-access-token:${CANARY}`).toString("base64")}`;
    const named = await fetched(git(`${hosts[0]}/x.git`));
    expect(named.length).toBeGreaterThan(0);
    expect(new Set(named.map(String))).toEqual(new Set([`named,${header}`]));
    const other = await fetched(git(`${hosts[1]}/x.git`));
    expect(new Set(other.map(String))).toEqual(new Set(["other,"]));
  });

  test("is not taken along to another host", async () => {
    const moved = await fetched(git(`${hosts[0]}/moved.git`));
    expect(moved.some(([server]) => server === "other")).toBe(true);
    expect(moved.filter(([server, header]) => server === "other" && header !== "")).toEqual([]);
  });

  test("is not sent for a tarball of another host", async () => {
    const other = await fetched(tarball(`${hosts[1]}/x.tar.gz`));
    expect(new Set(other.map(String))).toEqual(new Set(["other,"]));
  });
});

test.each([
  ["ghp_canary0123456789", "entry 1"],
  ["github.com=ghp_canary0123456789 canary0123456789", "entry 2"],
  ["=ghp_canary0123456789", "entry 1"],
  ["https://github.com=ghp_canary0123456789", "entry 1"],
  ["github.com=canary", "entry 1"],
  ["github.com=ghp_canary0123456789#", "entry 1"],
  ["github.com=canary'0123456789", "entry 1"],
  ['git"hub.com=ghp_canary0123456789', "entry 1"],
  ["github.com=ghp_canary0123456789 github.com=ghp_canary9876543210", "entry 2"],
])("refuses %j without quoting it", async (tokens, place) => {
  const found = await failureOf(Promise.resolve().then(() => evaluator("nix", tokens)));
  expect(found.code).toBe("access-tokens");
  expect(found.message).toContain(place);
  expect(JSON.stringify([found.message, found.hint, found.stack])).not.toContain("canary");
});

test("takes tokens as Nix's setting has them", () => {
  expect(
    accessTokensOf("github.com=abcdefgh1 localhost:8443=abcdefgh2\ngit.test/a/b=OAuth2:abc=defgh=="),
  ).toEqual([
    { host: "github.com", value: "abcdefgh1", user: "x-access-token", password: "abcdefgh1" },
    { host: "localhost:8443", value: "abcdefgh2", user: "x-access-token", password: "abcdefgh2" },
    { host: "git.test/a/b", value: "OAuth2:abc=defgh==", user: "oauth2", password: "abc=defgh==" },
  ]);
});
