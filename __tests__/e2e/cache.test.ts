import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { ActionRunner, pullRequestEvent } from "../support/action-runner.ts";
import { CacheService } from "../support/cache-service.ts";
import { Example } from "../support/example.ts";
import { describeWithNix } from "../support/nix.ts";

describeWithNix("the cache of the action plan", (nix) => {
  let example: Example;
  let runner: ActionRunner;
  let service: CacheService;

  beforeAll(() => {
    example = new Example(nix);
  }, 120_000);
  afterAll(() => example.remove());
  beforeEach(async () => {
    runner = new ActionRunner(example.env);
    service = await CacheService.start();
  });
  afterEach(async () => {
    runner.remove();
    await service.close();
  });

  /** A run on a machine that has fetched nothing yet. */
  async function plan({
    inputs = {},
    fork = false,
  }: {
    inputs?: Record<string, string>;
    fork?: boolean;
  } = {}) {
    const [base, head] = ["main", "change"].map((name) => example.git(["rev-parse", name]).trim());
    const cache = mkdtempSync(join(runner.folder, "machine-"));
    const step = await runner.run(
      "plan",
      { "dry-run": "true", ...inputs },
      {
        cwd: example.provider,
        event: pullRequestEvent({ number: 7, base: base as string, head: head as string, fork }),
        env: { ...service.env, GITHUB_WORKSPACE: example.provider, XDG_CACHE_HOME: cache },
      },
    );
    return { ...step, fetched: join(cache, "nix") };
  }

  test("keeps what Nix fetched, brings it back, and never an evaluation's result", async () => {
    const first = await plan();
    expect(first.outputs["plan-id"]).toMatch(/^[0-9a-f]{64}$/);
    expect(service.asked).toEqual([
      "GetCacheEntryDownloadURL",
      "CreateCacheEntry",
      "FinalizeCacheEntryUpload",
    ]);
    const [key, content] = [...service.entries][0] as [string, Buffer];
    expect(key).toMatch(/^hostenv-nix-linux-\d+\.\d+\.\d+-\d+\.\d+\.\d+-[0-9a-f]{16}$/);
    const names = listed(content);
    expect(names.some((name) => /\/nix\/(?:gitv\d+|fetcher-cache-v\d+\.sqlite)/.test(name))).toBe(true);
    expect(names.filter((name) => name.includes("eval-cache"))).toEqual([]);
    service.asked.length = 0;
    const second = await plan();
    // Looked up, then restored; nothing new to save.
    expect(new Set(service.asked)).toEqual(new Set(["GetCacheEntryDownloadURL"]));
    expect(second.outputs["plan-id"]).toBe(first.outputs["plan-id"]);
    expect(readdirSync(second.fetched).some((name) => /^fetcher-cache|^gitv/.test(name))).toBe(true);
  });

  test("is not asked for a stranger's pull request, nor where it is not wanted", async () => {
    await plan({ fork: true });
    await plan({ inputs: { cache: "false" } });
    expect(service.asked).toEqual([]);
  });

  test("may fail as it likes, and is not waited for", async () => {
    service.broken = true;
    const { outputs, status, fetched } = await plan({ inputs: { allow: "hostname-removed" } });
    expect(status).toBe(0);
    expect(outputs.blocked).toBe("false");
    expect(existsSync(fetched)).toBe(true);
    expect(new Set(service.asked)).toEqual(new Set(["GetCacheEntryDownloadURL"]));
  }, 60_000);
});

/** Names in an archive, however it is compressed. */
function listed(archive: Buffer): string[] {
  const isZstd = archive.subarray(0, 4).toString("hex") === "28b52ffd";
  const args = [
    "--list",
    "--absolute-names",
    ...(isZstd ? ["--use-compress-program", "unzstd"] : ["--gzip"]),
  ];
  return execFileSync("tar", [...args, "--file", "-"], { input: archive, encoding: "utf8" }).split("\n");
}
