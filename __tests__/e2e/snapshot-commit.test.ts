import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
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
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { Entry } from "../../src/domain/dns/memory.ts";
import { manifestOf } from "../../src/domain/manifest.ts";
import { snapshotCommitSchema } from "../../src/domain/snapshot-merge.ts";
import { ActionRunner } from "../support/action-runner.ts";
import { ago, entry, memory } from "../support/gate-run.ts";
import { type GithubApi, startGithubApi } from "../support/github-api.mjs";
import { root } from "../support/nix.ts";
import { until } from "../support/until.ts";

const BOT = "github-actions[bot]";

let folder: string;
let origin: string;
const env = () => ({
  PATH: process.env.PATH,
  HOME: folder,
  GIT_CONFIG_NOSYSTEM: "1",
  ...{ GIT_AUTHOR_NAME: "someone", GIT_AUTHOR_EMAIL: "someone@example.org" },
  ...{ GIT_COMMITTER_NAME: "someone", GIT_COMMITTER_EMAIL: "someone@example.org" },
});
const git = (cwd: string, ...args: string[]) =>
  execFileSync("git", args, { cwd, env: env(), encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();

/** Writes a snapshot as one plan would. */
function plan(clone: string, word: string, provider = "."): void {
  const texts = {
    "plan.json": `{"word":"${word}"}\n`,
    "state.json": "{}\n",
    "flake.nix": "{ outputs = _: { }; }\n",
  };
  const manifest = manifestOf(texts, { planId: word.repeat(64).slice(0, 64), tool: "0.0.0" });
  const generated = join(clone, provider, "generated");
  mkdirSync(generated, { recursive: true });
  for (const [name, text] of Object.entries({ ...texts, "manifest.json": `${JSON.stringify(manifest)}\n` }))
    writeFileSync(join(generated, name), text);
}

function write(clone: string, path: string, text: string): void {
  mkdirSync(join(clone, path, ".."), { recursive: true });
  writeFileSync(join(clone, path), text);
}

/** A commit of everything, pushed. */
function push(clone: string, message: string): string {
  git(clone, "add", "--all");
  git(clone, "commit", "--quiet", "--message", message);
  git(clone, "push", "--quiet", "origin", "HEAD");
  return git(clone, "rev-parse", "HEAD");
}

function cloned(name: string, ...args: string[]): string {
  const clone = join(folder, name);
  git(folder, "clone", "--quiet", ...args, `file://${origin}`, clone);
  return clone;
}

/** What the server runs before it takes a push. */
function hook(script: string): void {
  const path = join(origin, "hooks/pre-receive");
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
}

function starts(clone: string, ...args: string[]): ChildProcess & { text: Promise<string> } {
  const child = spawn(
    process.execPath,
    [`${root}dist/cli/index.js`, "snapshot", "commit", "--json", ...args],
    {
      cwd: clone,
      env: env(),
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  const text = (async () => {
    let out = "";
    child.stdout?.on("data", (chunk) => {
      out += chunk;
    });
    let said = "";
    child.stderr?.on("data", (chunk) => {
      said += chunk;
    });
    const [code] = await once(child, "close");
    return out === "" ? JSON.stringify({ failed: code, said }) : out;
  })();
  return Object.assign(child, { text });
}

const ended = async (child: { text: Promise<string> }) => {
  const found = JSON.parse(await child.text);
  if (found.said !== undefined) throw new Error(found.said);
  return snapshotCommitSchema.parse(found);
};
const commit = (clone: string, ...args: string[]) => ended(starts(clone, ...args));
const failed = async (clone: string, ...args: string[]) => JSON.parse(await starts(clone, ...args).text);
const on = (branch: string, path: string) => git(origin, "show", `${branch}:${path}`);
const log = (branch = "main") => git(origin, "log", "--format=%an: %s", branch).split("\n");

let clone: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "hostenv-snapshot-"));
  origin = join(folder, "origin.git");
  git(folder, "init", "--quiet", "--bare", "--initial-branch=main", origin);
  git(origin, "config", "uploadpack.allowAnySHA1InWant", "true");
  clone = cloned("first");
  git(clone, "checkout", "--quiet", "-B", "main");
  write(clone, "flake.nix", "{ }");
  write(clone, "README.md", "hello");
  plan(clone, "0");
  push(clone, "The provider");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

// A bundle starts in a second, or in many where the machine does much else.
const PATIENCE_MS = 120_000;

describe("snapshot commit", () => {
  test(
    "brings the snapshot to the branch, and the work tree to the commit",
    async () => {
      const before = git(clone, "rev-parse", "HEAD");
      plan(clone, "1");
      write(clone, "generated/dns-gate.json", "{}\n");
      write(clone, "notes.txt", "not ours");
      const { result, commit: made, branch, planId } = await commit(clone);
      expect([result, branch, planId]).toEqual(["committed", "main", "1".repeat(64)]);
      expect(log()).toEqual(["someone: Snapshot 111111111111", "someone: The provider"]);
      expect(git(origin, "show", "--format=%P%n%b", "--name-only", "main").split("\n")).toEqual([
        before,
        `Plan ${"1".repeat(64)}`,
        `Made from ${before}`,
        ...["", "", "generated/dns-gate.json", "generated/manifest.json", "generated/plan.json"],
      ]);
      expect([git(clone, "rev-parse", "HEAD"), git(clone, "status", "--porcelain")]).toEqual([
        made,
        "?? notes.txt",
      ]);
      expect((await commit(clone)).result).toBe("unchanged");
      expect(log()).toHaveLength(2);
    },
    PATIENCE_MS,
  );

  test(
    "from a shallow clone, and of a provider in a folder",
    async () => {
      plan(clone, "0", "infra");
      write(clone, "infra/flake.nix", "{ }");
      push(clone, "Another provider");
      const shallow = cloned("shallow", "--depth=1");
      plan(shallow, "2", "infra");
      expect((await commit(join(shallow, "infra"))).result).toBe("committed");
      expect(log()[0]).toBe("someone: Snapshot 222222222222 of infra");
      expect(JSON.parse(on("main", "infra/generated/plan.json"))).toEqual({ word: "2" });
      expect(JSON.parse(on("main", "generated/plan.json"))).toEqual({ word: "0" });
    },
    PATIENCE_MS,
  );

  test(
    "changes nothing in a dry run, and refuses a snapshot that is torn",
    async () => {
      plan(clone, "1");
      expect((await commit(clone, "--dry-run")).result).toBe("dry-run");
      expect([log(), git(clone, "log", "--format=%s")]).toEqual([["someone: The provider"], "The provider"]);
      write(clone, "generated/plan.json", "{}");
      expect(await failed(clone)).toMatchObject({
        failed: 1,
        said: expect.stringContaining("is not as one plan wrote it"),
      });
    },
    PATIENCE_MS,
  );

  test.each(["-x", "a..b", "refs//x", "a b", "x.lock", "/x"])(
    "refuses the branch name '%s'",
    async (name) => {
      expect(await failed(clone, `--branch=${name}`)).toMatchObject({
        failed: 1,
        said: expect.stringContaining("is no name of a branch"),
      });
    },
    PATIENCE_MS,
  );
});

describe("a branch that moves meanwhile", () => {
  test(
    "with something that no plan is made from: ours comes on top, from a fresh tree",
    async () => {
      plan(clone, "1");
      const other = cloned("other");
      write(other, "README.md", "hello again");
      push(other, "Words");
      expect((await commit(clone)).result).toBe("committed");
      expect(log()).toEqual(["someone: Snapshot 111111111111", "someone: Words", "someone: The provider"]);
      expect([on("main", "README.md"), readFileSync(join(clone, "README.md"), "utf8")]).toEqual([
        "hello again",
        "hello again",
      ]);
    },
    PATIENCE_MS,
  );

  test(
    "with what plans are made from: ours is left to that commit's own run",
    async () => {
      plan(clone, "1");
      const other = cloned("other");
      write(other, "nodes/node-a/configuration.nix", "{ }");
      push(other, "A node");
      expect(await commit(clone)).toMatchObject({
        result: "superseded",
        reason: "the branch has changes that this snapshot was not planned from",
      });
      expect(log()[0]).toBe("someone: A node");
      expect(git(clone, "log", "--format=%s")).toBe("The provider");
    },
    PATIENCE_MS,
  );

  test(
    "of two processes that push at once both plans can't win, and a plan and a memory both do",
    async () => {
      const [planning, gating, late] = ["planning", "gating", "late"].map((name) => cloned(name)) as [
        string,
        string,
        string,
      ];
      plan(planning, "1");
      write(gating, "generated/dns-gate.json", '{"off":[]}\n');
      plan(late, "2");
      // Whoever comes first waits until all three have seen the branch as it was.
      hook(`: > "${folder}/pushing.$$"; while [ ! -e "${folder}/go" ]; do sleep 0.05; done`);
      const running = [planning, gating, late].map((each) => starts(each));
      const waiting = () => readdirSync(folder).filter((name) => name.startsWith("pushing.")).length;
      await until("all three push", () => waiting() === 3);
      writeFileSync(join(folder, "go"), "");
      const [first, memory, second] = await Promise.all(running.map(ended));
      expect(memory?.result).toBe("committed");
      expect([first?.result, second?.result].sort()).toEqual(["committed", "superseded"]);
      const winner = first?.result === "committed" ? "1" : "2";
      expect(JSON.parse(on("main", "generated/plan.json"))).toEqual({ word: winner });
      expect(on("main", "generated/dns-gate.json")).toBe('{"off":[]}');
      expect(log()).toHaveLength(3);
      expect(git(origin, "log", "--merges", "--format=%s", "main")).toBe("");
    },
    PATIENCE_MS,
  );
});

test(
  "two gates that looked at the same time: the branch has of each hostname what was seen last",
  async () => {
    const memoryOf = (hostnames: Record<string, Entry>, off: string[]) =>
      `${JSON.stringify(memory(hostnames, off))}\n`;
    const was = { "a.test": entry(), "b.test": entry() };
    write(clone, "generated/dns-gate.json", memoryOf(was, []));
    push(clone, "A memory");
    const [one, other] = ["one", "other"].map((name) => cloned(name)) as [string, string];
    const [early, late] = [20, 10].map((minutes) =>
      entry({ verdict: "mismatch", count: 1, since: ago(minutes) }),
    );
    const seen = { "a.test": { ...(late as Entry), live: false } };
    write(one, "generated/dns-gate.json", memoryOf({ ...was, ...seen }, ["a.test"]));
    write(
      other,
      "generated/dns-gate.json",
      memoryOf({ "a.test": early as Entry, "b.test": early as Entry }, []),
    );
    expect([(await commit(one)).result, (await commit(other)).result]).toEqual(["committed", "committed"]);
    expect(JSON.parse(on("main", "generated/dns-gate.json"))).toEqual(
      memory({ ...seen, "b.test": early as Entry }, ["a.test"]),
    );
    // What is deployed from that work tree is what the branch has.
    expect(git(other, "status", "--porcelain")).toBe("");
  },
  PATIENCE_MS,
);

describe("a branch that takes no push", () => {
  let runner: ActionRunner;
  let api: GithubApi;
  beforeEach(async () => {
    [runner, api] = [new ActionRunner(env()), await startGithubApi()];
    hook(
      'while read -r old new ref; do [ "$ref" != refs/heads/main ] || { echo protected >&2; exit 1; }; done',
    );
  });
  afterEach(async () => {
    runner.remove();
    await api.close();
    expect(api.violations).toEqual([]);
  });

  const action = () =>
    runner.run(
      "action",
      { command: "snapshot commit", "working-directory": clone, "github-token": api.token },
      {
        env: {
          GITHUB_API_URL: api.url,
          GITHUB_SERVER_URL: "https://github.com",
          GITHUB_REPOSITORY: api.repository.full_name,
        },
      },
    );

  test(
    "gets one pull request, which the next snapshot takes over, and the run ends with 2",
    async () => {
      plan(clone, "1");
      const first = await action();
      expect([first.status, first.outputs.result]).toEqual([1, "proposed"]);
      expect(first.outputs["pull-request-url"]).toBe("https://github.com/acme/provider/pull/1");
      expect(first.summary).toContain("pre-receive hook declined");
      expect([...api.pulls.values()].map(({ title, head, base }) => [title, head.ref, base.ref])).toEqual([
        ["Snapshot 111111111111", "hostenv/snapshot-root", "main"],
      ]);
      expect(log("hostenv/snapshot-root")).toEqual([
        `${BOT}: Snapshot 111111111111`,
        "someone: The provider",
      ]);
      plan(clone, "2");
      expect((await action()).outputs["pull-request-url"]).toBe("https://github.com/acme/provider/pull/1");
      expect(log("hostenv/snapshot-root")).toEqual([
        `${BOT}: Snapshot 222222222222`,
        "someone: The provider",
      ]);
      expect([log(), api.pulls.size]).toEqual([["someone: The provider"], 1]);
    },
    PATIENCE_MS,
  );

  test(
    "whose token may open none says so, and the branch is there",
    async () => {
      plan(clone, "1");
      api.fault({
        method: "POST",
        path: /\/pulls$/,
        status: 403,
        body: { message: "GitHub Actions is not permitted to create or approve pull requests." },
      });
      const { status, outputs, stdout, stderr } = await action();
      expect([status, outputs.result, outputs["pull-request-url"]]).toEqual([1, "proposed", ""]);
      expect(stdout + stderr).toContain("open the pull request of hostenv/snapshot-root yourself");
      expect(log("hostenv/snapshot-root")[0]).toBe(`${BOT}: Snapshot 111111111111`);
    },
    PATIENCE_MS,
  );

  test(
    "and no other one does either is an error that names both",
    async () => {
      hook("exit 1");
      plan(clone, "1");
      expect(await failed(clone)).toMatchObject({
        failed: 1,
        said: expect.stringContaining("hostenv/snapshot-root: "),
      });
      expect(log()).toEqual(["someone: The provider"]);
    },
    PATIENCE_MS,
  );

  test(
    "nor can be reached is one, too",
    async () => {
      plan(clone, "1");
      rmSync(origin, { recursive: true });
      expect(await failed(clone)).toMatchObject({
        failed: 1,
        said: expect.stringContaining("can't get at the branch main"),
      });
      expect(existsSync(join(clone, "generated/plan.json"))).toBe(true);
    },
    PATIENCE_MS,
  );
});

describe("another branch than the one that is checked out", () => {
  test(
    "takes no snapshot that did not begin from its own",
    async () => {
      plan(clone, "1");
      expect(await failed(clone, "--branch", "hostenv-state")).toMatchObject({
        failed: 1,
        said: expect.stringContaining("the plan began from the snapshot of main"),
      });
      expect(git(origin, "for-each-ref", "--format=%(refname)")).toBe("refs/heads/main");
    },
    PATIENCE_MS,
  );
});

describe("a branch for snapshots alone", () => {
  const STATE = "hostenv-state";
  const checkout = (where: string) =>
    execFileSync(process.execPath, [`${root}dist/cli/index.js`, "snapshot", "checkout", "--branch", STATE], {
      cwd: where,
      env: env(),
      stdio: "pipe",
    });
  const tips = () =>
    git(origin, "for-each-ref", "--format=%(objectname)", `refs/heads/${STATE}`, `refs/hostenv/${STATE}`);

  test(
    "has a folder for each provider of the repository, and each keeps the other's",
    async () => {
      write(clone, "infra/flake.nix", "{ }");
      push(clone, "Another provider");
      const [one, other] = [cloned("one"), join(cloned("other"), "infra")];
      checkout(one);
      plan(one, "1");
      expect(await commit(one)).toMatchObject({ result: "committed", branch: STATE });
      checkout(other);
      plan(join(other, ".."), "2", "infra");
      expect((await commit(other)).result).toBe("committed");
      expect(git(origin, "ls-tree", "-r", "--name-only", STATE).split("\n")).toEqual(
        ["generated", "infra/generated"].flatMap((folder) =>
          ["flake.nix", "manifest.json", "plan.json", "state.json"].map((name) => `${folder}/${name}`),
        ),
      );
      expect(JSON.parse(on(STATE, "generated/plan.json"))).toEqual({ word: "1" });
      expect(log()).toEqual(["someone: Another provider", "someone: The provider"]);
    },
    PATIENCE_MS,
  );

  test(
    "takes of processes that push at once a plan and a memory, and never two plans",
    async () => {
      checkout(clone);
      plan(clone, "1");
      expect((await commit(clone)).result).toBe("committed");
      const [planning, gating, late] = ["planning", "gating", "late"].map((name) => cloned(name)) as [
        string,
        string,
        string,
      ];
      for (const each of [planning, gating, late]) checkout(each);
      plan(planning, "2");
      write(gating, "generated/dns-gate.json", '{"off":[]}\n');
      plan(late, "3");
      hook(`: > "${folder}/pushing.$$"; while [ ! -e "${folder}/go" ]; do sleep 0.05; done`);
      const running = [planning, gating, late].map((each) => starts(each));
      const waiting = () => readdirSync(folder).filter((name) => name.startsWith("pushing.")).length;
      await until("all three push", () => waiting() === 3);
      writeFileSync(join(folder, "go"), "");
      const [first, memory, second] = await Promise.all(running.map(ended));
      expect(memory?.result).toBe("committed");
      expect([first?.result, second?.result].sort()).toEqual(["committed", "superseded"]);
      expect(on(STATE, "generated/dns-gate.json")).toBe('{"off":[]}');
      expect(log(STATE)).toHaveLength(3);
      const [branch, keeper] = tips().split("\n");
      expect(keeper).toBe(branch);
    },
    PATIENCE_MS,
  );
});
