import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { DeployRsActivator } from "../../src/adapters/deploy-rs-activator.ts";
import { deployRsPrograms } from "../../src/adapters/deploy-rs-folder.ts";
import { DiskPrivate } from "../../src/adapters/disk-private.ts";
import { GitCheckout } from "../../src/adapters/git-checkout.ts";
import { GitHistory } from "../../src/adapters/git-history.ts";
import { GitPatches } from "../../src/adapters/git-patches.ts";
import { GitRepository } from "../../src/adapters/git-repository.ts";
import { GitRevisions } from "../../src/adapters/git-revisions.ts";
import { GitTrees } from "../../src/adapters/git-trees.ts";
import { memoryFromPs } from "../../src/adapters/nix-memory.ts";
import { NixRunner } from "../../src/adapters/nix-runner.ts";
import { SopsSecrets } from "../../src/adapters/sops-secrets.ts";
import { runProcess } from "../../src/adapters/ssh-process.ts";
import { SshWrapper } from "../../src/adapters/ssh-wrapper.ts";
import { SystemPrograms } from "../../src/adapters/system-programs.ts";
import { Canary } from "../support/canary.ts";
import { root } from "../support/nix.ts";

const SECRETS = Object.fromEntries(
  [
    ...["SSH_KEY", "NIX_SIGNING_KEY", "CF_API_TOKEN", "SOPS_AGE_KEY", "GITHUB_TOKEN", "GH_TOKEN"],
    ...["INPUT_SOPS-AGE-KEY", "INPUT_GITHUB-TOKEN", "INPUT_NIX-ACCESS-TOKENS", "ACTIONS_RUNTIME_TOKEN"],
    "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
  ].map((name) => [name, `canary-of-${name.toLowerCase()}`]),
);
const canary = new Canary(SECRETS);

let folder: string;
let seen: string;
let before: NodeJS.ProcessEnv;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "hostenv-child-environment-"));
  seen = join(folder, "seen");
  before = { ...process.env };
  mkdirSync(join(folder, "bin"));
  for (const name of ["deploy", "git", "nix", "ps", "sops", "ssh"]) {
    const path = join(folder, "bin", name);
    writeFileSync(path, `#!/bin/sh\nenv >>'${seen}'\nexit 1\n`);
    chmodSync(path, 0o755);
  }
  Object.assign(process.env, SECRETS, {
    PATH: `${join(folder, "bin")}:${process.env.PATH}`,
    ORDINARY: "is kept",
  });
});
afterEach(() => {
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
  Object.assign(process.env, before);
  rmSync(folder, { recursive: true, force: true });
});

const [A, B] = ["a".repeat(40), "b".repeat(40)] as [string, string];
const key = { text: "AGE-SECRET-KEY-1canary-of-the-call", recipient: null };
const wrapped = () =>
  SshWrapper.make({ knownHosts: "", userConfig: false, folders: new DiskPrivate(folder) });
const node = { name: "node-a", host: "node-a.test", sshOptions: [], deployUser: "deploy" };
const profile = { profile: "system", path: "/link", user: "root", storePath: "/store", tempPath: "/tmp" };
const settings = { dry: true, magicRollback: true, autoRollback: true, remoteBuild: false };
const runs: Record<string, () => Promise<unknown>> = {
  // Both are given the environment that the wrapper makes.
  "deploy-rs-activator": async () => {
    const wrapper = await wrapped();
    const environment = () => wrapper.environment();
    const programs = await deployRsPrograms(await new DiskPrivate(folder).make());
    await new DeployRsActivator({ program: "deploy", programs, environment }).activate(
      node,
      [profile],
      settings,
    );
  },
  "ssh-process": async () => {
    const wrapper = await wrapped();
    const limits = { seconds: 20, mostBytes: 1000, stop: new AbortController().signal };
    await runProcess(wrapper.program, [], { ...limits, env: wrapper.environment() });
  },
  "git-checkout": () => new GitCheckout(folder).look([]),
  "git-history": () => new GitHistory().committed(join(folder, "file"), "head"),
  "git-patches": () => new GitPatches().replacing(join(folder, "file"), "a", "b"),
  "git-repository": () => new GitRepository(folder).tips(["refs/heads/main"]),
  "git-revisions": () => new GitRevisions().between("https://h.test/x.git", A, B),
  "git-trees": () => new GitTrees(folder, "generated").isMerging(),
  "nix-memory": () => memoryFromPs(1),
  "nix-runner": () => new NixRunner().run(["--version"]),
  "nix-runner with tokens": () =>
    new NixRunner({ access: { tokens: "h.test=a-token-of-its-own", folders: new DiskPrivate(folder) } }).run([
      "--version",
    ]),
  "system-programs": () => new SystemPrograms().version("git"),
  "sops-secrets": async () => {
    writeFileSync(join(folder, "file"), "");
    await new SopsSecrets().decrypted(join(folder, "file"), [key]);
  },
};

test.each(Object.keys(runs))("what %s starts inherits no secret", async (name) => {
  await runs[name]?.().catch(() => {});
  expect(existsSync(seen)).toBe(true);
  const environment = readFileSync(seen, "utf8");
  // The control: it is the environment, with what is ordinary in it.
  expect(environment).toContain(
    name === "sops-secrets" ? "SOPS_DISABLE_VERSION_CHECK=1" : "ORDINARY=is kept",
  );
  // git asks a helper for credentials where it fetches, and gh's is told by variable.
  const kept = ["git-repository", "git-trees"].includes(name) ? ["GITHUB_TOKEN", "GH_TOKEN"] : [];
  const found = canary.inText("environment", environment).map(({ secret }) => secret);
  expect([...new Set(found)].sort()).toEqual(kept.sort());
});

test("every adapter that starts a program is in this list", () => {
  const adapters = readdirSync(`${root}src/adapters`).filter((name) =>
    /from "(?:node:child_process|@actions\/exec)"/.test(readFileSync(`${root}src/adapters/${name}`, "utf8")),
  );
  // nix-group runs what nix-runner tells it to, in an environment it is given.
  const tested = Object.keys(runs).map(
    (name) => `${name.split(" ")[0]?.replace("nix-runner", "nix-group")}.ts`,
  );
  expect(adapters.length).toBeGreaterThan(6);
  expect(new Set(tested)).toEqual(new Set(adapters));
});
