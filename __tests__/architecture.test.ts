import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { root } from "./support/nix.ts";

const HASH = "node:crypto";

/** What a room may import: rooms, or packages by name. zod and errors.ts are allowed everywhere. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  domain: ["domain", HASH],
  fleets: ["fleets", "domain", HASH],
  render: ["render", "domain", "picocolors"],
  ports: ["ports", "domain"],
  commands: ["commands", "domain", "fleets", "render", "ports"],
  verbs: ["verbs"],
  "command-line": ["verbs"],
  errors: [],
};

/** The one technology of each adapter, and the packages it may use for it. */
const ADAPTER_PACKAGES: Record<string, readonly string[]> = {
  "nix-environment.ts": [],
  "nix-closures.ts": [],
  "nix-health.ts": [],
  "nix-reference.ts": [],
  "nix-evaluator.ts": [],
  "nix-locker.ts": ["node:fs/promises", "node:os", "node:path"],
  "nix-runner.ts": [],
  "nix-errors.ts": [],
  "github-cache.ts": ["@actions/cache", "node:timers/promises"],
  "github-client.ts": ["@actions/github", "@octokit/plugin-retry", "@octokit/plugin-throttling"],
  "github-forge.ts": [],
  "github-issues.ts": [],
  "github-repository.ts": [],
  "github-requests.ts": ["node:timers/promises"],
  "github-runs.ts": [],
  "github-deployments.ts": [],
  "github-merges.ts": [],
  "github-proposals.ts": [],
  "git-branches.ts": ["node:fs/promises", "node:os", "node:path"],
  "git-commits.ts": [],
  "git-repository.ts": ["node:child_process"],
  "git-checkout.ts": ["node:child_process"],
  "github-artifact.ts": ["yauzl"],
  "git-history.ts": ["node:child_process", "node:fs/promises", "node:path"],
  "git-patches.ts": ["node:child_process", "node:fs/promises", "node:os", "node:path"],
  "disk-json.ts": ["jsonc-parser", "node:buffer"],
  "nix-group.ts": ["node:child_process", "node:stream"],
  "nix-limits.ts": [],
  "nix-memory.ts": ["node:child_process", "node:fs"],
  "nix-output.ts": [],
  "nix-plan-paths.ts": [],
  "nix-private.ts": ["node:os", "node:path"],
  "nix-tokens.ts": [],
  "git-trees.ts": ["@actions/exec", "node:fs/promises", "node:os", "node:path"],
  "git-revisions.ts": ["node:child_process", "node:fs/promises", "node:os", "node:path"],
  "disk-files.ts": ["node:crypto", "node:fs/promises", "node:path"],
  "disk-snapshot.ts": ["node:fs/promises", "node:path", "node:timers/promises"],
  "disk-lock.ts": ["node:fs", "node:fs/promises", "node:path", "node:timers/promises"],
  "disk-owner.ts": ["node:fs/promises", "node:os"],
  "disk-private.ts": ["node:fs", "node:fs/promises", "node:os", "node:path"],
  "disk-durable.ts": ["node:fs/promises", "node:path"],
  "disk-errors.ts": [],
  "system-clock.ts": ["node:perf_hooks", "node:timers/promises"],
  "http-checks.ts": ["node:http", "node:https", "node:net"],
  "http-faults.ts": [],
  "worker-patterns.ts": ["node:events", "node:worker_threads"],
  "cloudflare-budget.ts": [],
  "cloudflare-client.ts": [],
  "cloudflare-pages.ts": [],
  "cloudflare-token.ts": [],
  "cloudflare-zones.ts": [],
  "dns-asked.ts": [],
  "dns-message.ts": [],
  "dns-nameservers.ts": ["node:dns"],
  "dns-queue.ts": [],
  "dns-reader.ts": [],
  "dns-server.ts": [],
  "dns-tcp.ts": ["node:net"],
  "dns-udp.ts": ["node:crypto", "node:dgram"],
  "system-patience.ts": [],
  "system-programs.ts": ["node:child_process"],
  "system-timer.ts": ["node:perf_hooks", "node:timers/promises"],
  "sops-errors.ts": [],
  "sops-secrets.ts": ["node:child_process", "node:fs/promises", "node:path"],
  "system-undo.ts": [],
  "terminal-progress.ts": [],
  "deploy-rs-activator.ts": ["node:child_process", "node:fs/promises", "node:path"],
  "deploy-rs-folder.ts": ["node:fs/promises", "node:os", "node:path"],
  "nix-store.ts": [],
  "ssh-answers.ts": [],
  "ssh-backup.ts": [],
  "ssh-client.ts": ["node:events", "node:fs/promises", "node:timers/promises"],
  "ssh-failures.ts": [],
  "ssh-nodes.ts": [],
  "ssh-process.ts": ["node:child_process", "node:stream"],
  "ssh-quoting.ts": [],
  "ssh-scripts.ts": [],
  "ssh-shared.ts": ["node:fs/promises", "node:os", "node:path"],
  "ssh-unit-scripts.ts": [],
  "ssh-wrapper.ts": ["node:fs", "node:fs/promises", "node:path"],
  "http-webhook.ts": ["node:http", "node:https"],
  "tls-certificates.ts": ["node:tls"],
  "http-challenges.ts": ["node:crypto", "node:dns/promises", "node:http", "node:https", "node:net"],
};

const DOORS = ["cli.ts", "action.ts", "post.ts", "run-verb.ts", "github-event.ts", "nix-cache.ts"];

// What composes adapters for a verb is a part of the doors.
const isDoor = (file: string) => DOORS.includes(file) || file.startsWith("compose/");

interface Import {
  readonly file: string;
  readonly room: string;
  readonly target: string;
}

function importsBelow(folder: string): Import[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .flatMap((name) => importsOf(folder, name));
}

function importsOf(folder: string, file: string): Import[] {
  const text = readFileSync(join(folder, file), "utf8");
  const found = [...text.matchAll(/\b(?:from\s+|import\s+|import\()"([^"]+)"/g)].map(
    ([, target]) => target as string,
  );
  return found.map((target) => ({ file, room: roomOf(file), target: resolved(file, target) }));
}

function roomOf(file: string): string {
  return (file.split("/")[0] as string).replace(/\.ts$/, "");
}

function resolved(file: string, target: string): string {
  return target.startsWith(".") ? relative(".", join(dirname(file), target)) : target;
}

const isLocal = (target: string) => target.endsWith(".ts");

/** Why an import is against the rules, null where it is not. */
function breach({ file, room, target }: Import): string | null {
  if (target === "zod" || target === "errors.ts" || isDoor(file)) return null;
  const complaint = `${file} must not import ${target}`;
  if (room === "adapters") return adapterMay(file, target) ? null : complaint;
  const allowed = MAY_IMPORT[room];
  if (!allowed) return `${file} is in no known room`;
  return allowed.includes(isLocal(target) ? roomOf(target) : target) ? null : complaint;
}

function adapterMay(file: string, target: string): boolean {
  const name = file.slice("adapters/".length);
  if (!isLocal(target)) return ADAPTER_PACKAGES[name]?.includes(target) ?? false;
  const sibling = target.startsWith("adapters/") ? target.slice("adapters/".length) : null;
  // Two files of one technology are one adapter; how this process ends is of no technology.
  if (sibling !== null) return sibling === "system-undo.ts" || sibling.split("-")[0] === name.split("-")[0];
  return ["ports", "domain"].includes(roomOf(target));
}

describe("who may import whom", () => {
  const imports = importsBelow(`${root}src`);

  test("every import keeps the rules of docs/architecture.md", () => {
    expect(imports.length).toBeGreaterThan(50);
    expect(imports.map(breach).filter((complaint) => complaint !== null)).toEqual([]);
  });

  test.each([
    ["domain/x.ts", "node:fs"],
    ["domain/x.ts", "fleets/hostenv/facts.ts"],
    ["render/x.ts", "fleets/hostenv/facts.ts"],
    ["render/x.ts", "ports/files.ts"],
    ["commands/x.ts", "adapters/disk-files.ts"],
    ["commands/x.ts", "@actions/core"],
    ["adapters/nix-evaluator.ts", "adapters/disk-files.ts"],
    ["adapters/nix-evaluator.ts", "adapters/system-clock.ts"],
    ["adapters/nix-evaluator.ts", "node:fs"],
    ["adapters/nix-evaluator.ts", "commands/plan.ts"],
    ["adapters/new-one.ts", "node:fs"],
    ["utils/x.ts", "domain/json.ts"],
  ])("the rules would catch %s importing %s", (file, target) => {
    expect(breach({ file, room: roomOf(file), target })).not.toBeNull();
  });

  test("no file only passes on what others export", () => {
    const barrels = readdirSync(`${root}src`, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .filter((name) => /^export (?:\*|\{[^}]*\}) from /m.test(readFileSync(`${root}src/${name}`, "utf8")));
    expect(barrels).toEqual([]);
  });
});

test("nix/plan/ computes only: builtins, no file, no import from elsewhere", () => {
  const impure =
    /readFile|readDir|pathExists|fetch\w+|getEnv|currentTime|currentSystem|nixpkgs\.|\bpkgs\b|\blib\./;
  for (const name of readdirSync(`${root}nix/plan`)) {
    const code = readFileSync(`${root}nix/plan/${name}`, "utf8")
      .replace(/^\s*#.*$/gm, "")
      .replace(/''[\s\S]*?''/g, '""')
      .replace(/"(?:[^"\\]|\\.)*"/g, '""')
      .replace(/input\.lib\.hostenv/g, "");
    expect(`${name}: ${impure.exec(code)?.[0] ?? "pure"}`).toBe(`${name}: pure`);
    expect(code.match(/import \.\.?\/(?!\w[\w-]*\.nix)/g)).toBeNull();
  }
});

describe("the whole tree", () => {
  const tracked = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
    cwd: root,
    encoding: "utf8",
  })
    .split("\n")
    .filter((path) => path !== "" && !/^(?:dist|__tests__\/fixtures)\/|\.png$/.test(path));

  test("spells the canonical repository in one way only", () => {
    const { repository } = JSON.parse(readFileSync(`${root}package.json`, "utf8"));
    const canonical = /github\.com\/(.+)\.git$/.exec(repository.url)?.[1] as string;
    const name = canonical.split("/")[1] as string;
    const others = tracked.flatMap((path) => {
      const text = readFileSync(join(root, path), "utf8");
      const spelled = [...text.matchAll(new RegExp(`[\\w.-]+/${name}\\b`, "gi"))].map(([found]) => found);
      return spelled.filter((found) => found !== canonical).map((found) => `${path}: ${found}`);
    });
    expect(others).toEqual([]);
  });

  test("flake.nix stays a table of contents", () => {
    expect(readFileSync(`${root}flake.nix`, "utf8").split("\n").length).toBeLessThanOrEqual(61);
  });

  test("names no package registry and no path of a machine", () => {
    // Put together here, so that this file does not match itself.
    const forbidden = new RegExp(
      ["registry\\.npm" + "js", "deb\\.deb" + "ian\\.org", "(?<!\\w)/ro" + "ot/", "/work/" + "main"].join(
        "|",
      ),
    );
    const found = tracked.filter((path) => forbidden.test(readFileSync(join(root, path), "utf8")));
    expect(found).toEqual([]);
  });
});
