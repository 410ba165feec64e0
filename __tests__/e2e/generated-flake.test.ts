import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { outcomeSchema, reportSchema } from "../../src/domain/report.ts";
import { snapshotCheckSchema } from "../../src/domain/snapshot-check.ts";
import { Example, type Run } from "../support/example.ts";
import { describeWithNix } from "../support/nix.ts";

const STAGING = "shop-staging-8d6b1ec";
const GIFT_CARDS = "shop-gift-cards-128e695";

// Plain derivations: nothing here needs nixpkgs, and an environment's name tells its revision.
const BUILDERS = `builders = {
        system = node: derivation { name = "system-\${node.name}"; system = "x86_64-linux"; builder = "/bin/sh"; };
        environment = environment: derivation {
          name = "\${environment.hostenv.userName}-at-\${environment.input.rev}";
          system = "x86_64-linux";
          builder = "/bin/sh";
        };
      };`;

interface Lock {
  readonly nodes: Record<string, { inputs?: Record<string, string>; locked: Record<string, string> }>;
}

describeWithNix("the generated flake", (nix) => {
  let example: Example;
  const path = (name: string) => join(example.provider, name);
  const read = (name: string) => readFileSync(path(name), "utf8");
  const lock = () => JSON.parse(read("generated/flake.lock")) as Lock;
  const revision = (name: string, of = lock()) => of.nodes[name]?.locked.rev;
  const shop = () => join(example.folder, "git/acme/shop");

  function edit(name: string, from: string, to: string): void {
    expect(read(name)).toContain(from);
    writeFileSync(path(name), read(name).replace(from, to));
  }

  /** A new commit on a branch of the shop; returns its revision. */
  function push(branch: string): string {
    example.git(["checkout", "--quiet", branch], shop());
    example.git(["commit", "--quiet", "--allow-empty", "--message", "More"], shop());
    const made = example.git(["rev-parse", "HEAD"], shop()).trim();
    example.git(["checkout", "--quiet", "main"], shop());
    return made;
  }

  function evaluated(attribute: string, folder = example.provider, dir = "generated"): string {
    const args = ["eval", "--raw", "--extra-experimental-features", "nix-command flakes"];
    const flake = `git+file://${folder}?dir=${dir}#packages.${attribute}.name`;
    const { status, stdout, stderr } = spawnSync(nix, [...args, "--no-update-lock-file", flake], {
      env: example.env,
      encoding: "utf8",
    });
    return status === 0 ? stdout : stderr;
  }

  const found = (run: Run) => outcomeSchema.parse(JSON.parse(run.stdout));
  const rules = (run: Run) => found(run).findings.map(({ rule, subject }) => `${rule} ${subject}`);
  const fails = (run: Run) => ({ status: run.status, stderr: run.stderr });

  beforeAll(() => {
    example = new Example(nix);
    example.git(["checkout", "--quiet", "main"]);
    edit("flake.nix", "root = ./.;", `root = ./.;\n      ${BUILDERS}`);
    example.git(["commit", "--quiet", "--all", "--message", "Builders"]);
  }, 120_000);
  afterAll(() => example.remove());
  afterEach(() => {
    example.git(["checkout", "--quiet", "--force", "main"]);
    example.git(["clean", "--quiet", "-fd"]);
  });

  test("gives every node and environment on its node's system, each from its own pin", () => {
    expect(evaluated("x86_64-linux.node-node-a")).toBe("system-node-a");
    expect(evaluated("aarch64-linux.node-node-c")).toBe("system-node-c");
    expect(evaluated(`x86_64-linux.env-${STAGING}`)).toBe(`${STAGING}-at-${revision(STAGING)}`);
  });

  test("holds no input that leads out of its folder, and the provider's own pins", () => {
    expect(read("generated/flake.nix")).not.toContain("path:");
    const root = JSON.parse(read("flake.lock")) as Lock;
    for (const name of Object.keys(root.nodes.root?.inputs ?? {}))
      expect(lock().nodes[name]?.locked).toEqual(root.nodes[name]?.locked);
  });

  test("keeps the locked revision where a client's branch moves between plan and merge", () => {
    const before = read("generated/flake.lock");
    const old = revision(STAGING);
    const moved = push("staging");
    const run = example.run(["plan", "--json"]);
    expect(found(run)).toMatchObject({ changed: false, findings: [] });
    expect(read("generated/flake.lock")).toBe(before);
    expect(evaluated(`x86_64-linux.env-${STAGING}`)).toBe(`${STAGING}-at-${old}`);
    expect(moved).not.toBe(old);
  });

  test("builds from the gate's file beside it, and not where that can't be read", () => {
    edit(
      "flake.nix",
      `name = "system-\${node.name}"`,
      `name = "system-\${node.name}-\${toString (builtins.length (
      builtins.filter (host: host.enableACME or false) (builtins.attrValues node.config.services.nginx.virtualHosts)))}"`,
    );
    const withTls = () => Number(/^system-node-a-(\d+)$/.exec(evaluated("x86_64-linux.node-node-a"))?.[1]);
    const all = withTls();
    expect(all).toBeGreaterThan(1);
    const [hostname] = Object.entries(
      JSON.parse(read("generated/plan.json")).nodes["node-a"].services.nginx.virtualHosts as Record<
        string,
        { enableACME?: boolean }
      >,
    ).find(([, host]) => host.enableACME === true) as [string, unknown];
    const gate = { schema: 1, hostnames: {}, off: [hostname], holds: {} };
    writeFileSync(path("generated/dns-gate.json"), JSON.stringify(gate));
    example.git(["add", "--intent-to-add", "generated/dns-gate.json"]);
    expect(withTls()).toBe(all - 1);
    // A plan carries it over.
    edit("flake.nix", "root = ./.;", "root = ./.; ");
    expect(example.run(["plan"]).status).toBe(0);
    expect(JSON.parse(read("generated/dns-gate.json"))).toEqual(gate);
    expect(withTls()).toBe(all - 1);
    writeFileSync(path("generated/dns-gate.json"), JSON.stringify({ ...gate, schema: 2 }));
    expect(evaluated("x86_64-linux.node-node-a")).toContain("hostenv-provider[gate-memory]: dns-gate.json");
    writeFileSync(path("generated/dns-gate.json"), "<<<<<<< HEAD");
    expect(evaluated("x86_64-linux.node-node-a")).toMatch(/parse error/);
  });

  test("sees a changed file of the provider at once", () => {
    edit("flake.nix", '"system-', '"other-');
    expect(evaluated("x86_64-linux.node-node-a")).toBe("other-node-a");
  });

  test("--update moves one pin, which is a revision of its node's environment, with its commits", () => {
    const before = lock();
    push("staging");
    const moved = push("staging");
    push("feature/basket-2");
    const [report, comment] = [join(example.folder, "r.json"), join(example.folder, "c.md")];
    const files = ["--report", report, "--comment-file", comment];
    const run = example.run(["plan", "--json", "--update", STAGING, ...files]);
    expect(rules(run)).toEqual([`revision-changed ${STAGING}`]);
    expect(found(run).affectedHosts).toEqual(["node-b"]);
    expect(revision(STAGING)).toBe(moved);
    const others = ({ nodes: { [STAGING]: _, ...rest } }: Lock) => rest;
    expect(others(lock())).toEqual(others(before));
    const told = reportSchema.parse(JSON.parse(readFileSync(report, "utf8")));
    const commits = Number(
      example.git(["rev-list", "--count", `${revision(STAGING, before)}..${moved}`], shop()),
    );
    expect(commits).toBeGreaterThan(1);
    expect(told.revisions).toEqual([{ name: STAGING, commits }]);
    expect(told.pins.head).toMatchObject([{ name: STAGING, rev: moved }]);
    expect(readFileSync(comment, "utf8")).toMatch(
      new RegExp(
        `\\| \`${STAGING}\` \\| \`\\w{7}\` \\| \`${moved.slice(0, 7)}\` \\(${commits} new commits\\) \\|`,
      ),
    );
  });

  test("--update names the nearest name, and where a provider's own input is moved", () => {
    const unknown = example.run(["plan", "--update", "shop-stagin-8d6b1ec"]);
    expect(unknown.status).toBe(1);
    expect(unknown.stderr).toMatch(/no such environment.*\nhint: did you mean 'shop-staging-8d6b1ec'\?/);
    const own = example.run(["plan", "--update", "acme__shop"]);
    expect(own.stderr).toMatch(/flake\.lock pins this input.*\nhint: .*nix flake update acme__shop/);
    expect(example.trace()).not.toContain("M generated");
  });

  test("adds the pin of a new environment, drops that of a removed one, and moves nothing else", () => {
    const before = lock();
    for (const branch of ["staging", "feature/basket-2"]) push(branch);
    example.git(["checkout", "--quiet", "change"]);
    const run = example.run(["plan", "--base", "main", "--json"]);
    expect(rules(run).filter((rule) => rule.includes(GIFT_CARDS))).toEqual([
      `environment-added ${GIFT_CARDS}`,
    ]);
    const { [GIFT_CARDS]: added, acme__shop: _, root: __, ...rest } = lock().nodes;
    const { acme__shop: ___, root: ____, ...old } = before.nodes;
    expect(rest).toEqual(old);
    const branch = example.git(["rev-parse", "feature/gift-cards"], shop()).trim();
    expect(added?.locked.rev).toBe(branch);

    const written = read("generated/flake.lock");
    example.git(["checkout", "--quiet", "--force", "main"]);
    writeFileSync(path("generated/flake.lock"), written);
    example.run(["plan"]);
    expect(lock()).toEqual(before);
  });

  test("takes what the base's lock lacks as given at merge", () => {
    example.git(["checkout", "--quiet", "-b", "bare", "main"]);
    example.git(["rm", "--quiet", "generated/flake.lock", "generated/flake.nix"]);
    example.git(["commit", "--quiet", "--message", "No lock"]);
    const run = example.run(["plan", "--base", "bare", "--json", "--dry-run"]);
    expect(found(run)).toMatchObject({ changed: false, findings: [] });
    example.git(["checkout", "--quiet", "--force", "main"]);
    example.git(["branch", "--quiet", "-D", "bare"]);
  });

  test("shows a pin that a branch moves as a revision, and any other edit of the snapshot", () => {
    const moved = push("staging");
    const edited = (change: () => void) => {
      example.git(["checkout", "--quiet", "-B", "pins", "main"]);
      change();
      example.git(["commit", "--quiet", "--all", "--message", "Edit"]);
      const run = example.run(["plan", "--base", "main", "--json", "--dry-run"]);
      example.git(["checkout", "--quiet", "--force", "main"]);
      return rules(run);
    };
    expect(edited(() => example.run(["plan", "--update", STAGING]))).toEqual([`revision-changed ${STAGING}`]);
    const relocked = (change: (locked: Record<string, string>) => void) => () => {
      const text = lock();
      change(text.nodes[STAGING]?.locked ?? {});
      writeFileSync(path("generated/flake.lock"), JSON.stringify(text));
    };
    const elsewhere = edited(
      relocked((locked) => {
        locked.url = "https://git.example/acme/blog";
        locked.rev = moved;
      }),
    );
    expect(elsewhere).toEqual(["snapshot-edited generated/flake.lock", `revision-changed ${STAGING}`]);
  });

  test("--check tells whether the committed snapshot is what the inputs give, and changes nothing", () => {
    const check = () => {
      const run = example.run(["plan", "--check", "--json"]);
      return { status: run.status, ...snapshotCheckSchema.parse(JSON.parse(run.stdout)), text: run.stderr };
    };
    expect(check()).toMatchObject({ status: 0, result: "match", differences: [], repair: null });

    edit("flake.nix", "nodeSshPorts.node-b = 2222;", "nodeSshPorts.node-b = 22;");
    edit("generated/flake.nix", "acme", "acne");
    const broken = lock() as { nodes: Record<string, { inputs?: Record<string, string> }> };
    const inputs = broken.nodes.root?.inputs as Record<string, string>;
    inputs["gone-main-0000000"] = inputs[STAGING] as string;
    delete inputs[STAGING];
    writeFileSync(path("generated/flake.lock"), JSON.stringify(broken));
    const before = example.trace();
    const bad = check();
    expect(bad).toMatchObject({ status: 2, result: "mismatch", repair: "hostenv-provider plan" });
    expect(bad.differences).toEqual([
      { file: "plan.json", path: "/nodeConnections/node-b/sshOpts", reason: "differs" },
      { file: "flake.nix", path: "", reason: "differs" },
      { file: "flake.lock", path: STAGING, reason: "missing" },
      { file: "flake.lock", path: "gone-main-0000000", reason: "stale" },
      { file: "manifest.json", path: "flake.nix", reason: "differs" },
      { file: "manifest.json", path: "flake.lock", reason: "differs" },
    ]);
    expect(bad.text).toContain("To repair it: hostenv-provider plan");
    expect(example.trace()).toBe(before);
    example.run(["plan"]);
    expect(check().status).toBe(0);
  });

  test("--check goes with no other comparison", () => {
    for (const flags of [
      ["--base", "main"],
      ["--update", STAGING],
      ["--comment-file", "c.md"],
    ]) {
      const run = example.run(["plan", "--check", ...flags]);
      expect(run.status).toBe(1);
      expect(run.stderr).toContain("[usage]");
    }
  });

  test("shows a pull request whose new pin can't be resolved, and writes no snapshot without it", () => {
    example.git(["checkout", "--quiet", "change"]);
    example.git(["branch", "-m", "feature/gift-cards", "away"], shop());
    // Where Nix has seen the branch before, it would take what it saw.
    const env = { XDG_CACHE_HOME: join(example.folder, "other-cache") };
    const shown = example.run(["plan", "--base", "main", "--json", "--dry-run"], { env });
    expect(shown.stderr).toMatch(
      new RegExp(`notice: input '${GIFT_CARDS}' of the generated flake can't be locked: .*given at merge`),
    );
    expect(found(shown).units.added).toEqual([GIFT_CARDS]);
    const strict = fails(example.run(["plan"], { env }));
    expect(strict.stderr).toMatch(
      new RegExp(`error: input '${GIFT_CARDS}'.*\\[input-unlockable\\]\nhint: check`),
    );
    expect(strict.status).toBe(1);
    expect(example.trace()).not.toContain("generated");
    example.git(["branch", "-m", "away", "feature/gift-cards"], shop());
  });

  test("works for a provider in a folder of its repository", () => {
    const parent = join(example.folder, "monorepo");
    const nested = join(parent, "hosting/provider");
    mkdirSync(nested, { recursive: true });
    cpSync(example.provider, nested, {
      recursive: true,
      filter: (source) => !/\/(?:\.git|generated)$/.test(source),
    });
    example.git(["init", "--quiet", "--initial-branch=main", parent], example.folder);
    example.git(["add", "--all"], parent);
    example.git(["commit", "--quiet", "--message", "Start"], parent);
    const run = example.run(["plan", "-C", nested], { cwd: "/" });
    expect(fails(run)).toEqual({ status: 0, stderr: expect.stringContaining("git add --intent-to-add") });
    const dir = "hosting/provider/generated";
    expect(evaluated("x86_64-linux.node-node-a", parent, dir)).toBe("system-node-a");
    const staging = example.git(["rev-parse", "staging"], shop()).trim();
    expect(evaluated(`x86_64-linux.env-${STAGING}`, parent, dir)).toBe(`${STAGING}-at-${staging}`);
    rmSync(parent, { recursive: true });
  });
});
