import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { Buildable } from "../support/buildable.ts";
import { describeWithNix, evaluate, root } from "../support/nix.ts";

const FEATURES = ["--extra-experimental-features", "nix-command flakes"];

describeWithNix("the flake's check of the golden plan", (nix) => {
  let example: Buildable;
  let path: string;

  beforeAll(() => {
    example = new Buildable(nix);
    path = join(example.provider, "tests/golden/plan.json");
  }, 120_000);
  afterAll(() => example.remove());
  beforeEach(() => example.reset());

  function check() {
    example.git(["add", "--all"]);
    const target = `${example.provider}#checks.x86_64-linux.plan-golden`;
    const args = ["build", "--no-link", "--json", "--print-build-logs", ...FEATURES, target];
    return spawnSync(nix, args, { env: example.env, encoding: "utf8" });
  }

  const told = ({ stdout }: { stdout: string }) =>
    readFileSync(JSON.parse(stdout)[0].outputs.out as string, "utf8");

  function write(change: (plan: Record<string, never>) => void): void {
    const plan = JSON.parse(readFileSync(join(example.provider, "generated/plan.json"), "utf8"));
    change(plan);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, JSON.stringify(plan));
  }

  test("passes where the plan is what it says, uids and previousNode apart", () => {
    write(() => {});
    expect(told(check())).toContain("is what the golden plan says");
  });

  test("is skipped where there is none", () => {
    rmSync(path, { force: true });
    expect(told(check())).toContain("skipped");
  });

  test("fails with the places that differ and what to do", () => {
    write(({ environments }: Record<string, Record<string, never>>) => {
      const [first] = Object.values(environments as Record<string, Record<string, unknown>>);
      (first as Record<string, unknown>).type = "other $(touch /tmp/never) `x`";
    });
    const { status, stderr } = check();
    expect(status).not.toBe(0);
    expect(stderr).toMatch(/\/environments\/[\w-]+\/type/);
    expect(stderr).toContain("golden-check --update");
  });
});

describeWithNix("plan and golden plan, compared by Nix as by the command", (nix) => {
  const fixture = `${root}__tests__/fixtures/hostenv/basic/expected/plan.json`;
  const compared = (other: object) =>
    evaluate(
      nix,
      `import ${root}nix/golden.nix { plan = builtins.fromJSON (builtins.readFile ${fixture}); golden = builtins.fromJSON ${JSON.stringify(JSON.stringify(other)).replaceAll("$", "\\$")}; }`,
    ).value;

  test("no difference by another uid, wherever it stands", () => {
    const text = readFileSync(fixture, "utf8");
    const plan = JSON.parse(text);
    const [user] = Object.keys(plan.environments);
    const { uid } = plan.environments[user as string];
    const renumbered = JSON.parse(text.replaceAll(String(uid), "4711"));
    expect(compared(renumbered)).toEqual([]);
    renumbered.environments[user as string].previousNode = "node-z";
    expect(compared(renumbered)).toEqual([]);
  });

  test("a difference at its pointer", () => {
    const plan = JSON.parse(readFileSync(fixture, "utf8"));
    plan.deployUser = "other";
    plan["a/b~c"] = 1;
    expect(compared(plan)).toEqual(["/a~1b~0c", "/deployUser"]);
  });
});
