import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Example } from "../support/example.ts";
import { describeWithNix, root } from "../support/nix.ts";

const FEATURES = ["--extra-experimental-features", "nix-command flakes"];
const TOOL = "git+https://github.com/hostenv/provider-actions?ref=v1";

describeWithNix("the template", (nix) => {
  let example: Example;
  let folder: string;
  const run = (args: string[]) =>
    spawnSync(nix, [...args, ...FEATURES], { cwd: folder, env: example.env, encoding: "utf8" });
  const git = (args: string[]) => example.git(args, folder);
  const path = (name: string) => join(folder, name);

  beforeAll(() => {
    example = new Example(nix);
    folder = join(example.folder, "hosting");
    mkdirSync(folder);
    const made = run(["flake", "init", "--template", `${TOOL}#provider`]);
    expect({ status: made.status, stderr: made.status === 0 ? "" : made.stderr }).toEqual({
      status: 0,
      stderr: "",
    });
    // Nothing of this size is fetched here: a plan asks none of them for anything.
    const empty = join(example.folder, "empty");
    mkdirSync(empty);
    writeFileSync(join(empty, "flake.nix"), "{ outputs = _: { }; }");
    const inputs = readFileSync(path("flake.nix"), "utf8")
      .replace(/github:(?:NixOS|Mic92|serokell)\/[\w./-]+/g, `path:${empty}`)
      .replace(/^ *\S+\.inputs\.nixpkgs\.follows = .*\n/gm, "");
    writeFileSync(path("flake.nix"), inputs);
    // As its README says.
    git(["init", "--quiet", "--initial-branch=main"]);
    git(["add", "--all"]);
    expect(run(["flake", "lock"]).status).toBe(0);
    git(["add", "flake.lock"]);
    git(["commit", "--quiet", "--message", "Start"]);
  }, 240_000);
  afterAll(() => example.remove());

  test("plans at once, and as its golden plan says", () => {
    const planned = example.run(["plan", "--json"], { cwd: folder });
    expect({ status: planned.status, stderr: planned.status === 0 ? "" : planned.stderr }).toEqual({
      status: 0,
      stderr: "",
    });
    // NixOS would say so first where a node is built.
    expect(JSON.parse(planned.stdout).findings).toContainEqual(
      expect.objectContaining({
        rule: "acme-account",
        severity: "warn",
        message: "nothing can be built for node-a: letsEncrypt.acceptTerms is off",
      }),
    );
    const plan = JSON.parse(readFileSync(path("generated/plan.json"), "utf8"));
    expect(plan.environments[Object.keys(plan.environments)[0] as string]).toMatchObject({
      node: "node-a",
      type: "production",
    });
    if (process.env.HOSTENV_TEST_GOLDEN === "write") {
      writeFileSync(
        `${root}nix/template/provider/tests/golden/plan.json`,
        readFileSync(path("generated/plan.json")),
      );
    }
    const compared = example.run(["golden-check", "--json"], { cwd: folder });
    expect(JSON.parse(compared.stdout)).toMatchObject({ result: "match", differences: [] });
  });

  test("has everything that it speaks of, and no key of anybody's", () => {
    const tracked = git(["ls-files"])
      .split("\n")
      .filter((name) => name !== "");
    const spoken = [...readFileSync(path("README.md"), "utf8").matchAll(/`([\w.-]+(?:\/[\w.-]+)*)`/g)].map(
      ([, name]) => name as string,
    );
    const files = spoken.filter(
      (name) => /[./]/.test(name) && !/^(?:node-|secrets\/secrets\.yaml)/.test(name),
    );
    expect(files.toSorted()).toEqual([".sops.yaml", "flake.nix", "secrets/secrets.example.yaml"]);
    expect(files.filter((name) => !existsSync(path(name)))).toEqual([]);
    for (const name of tracked) {
      expect(readFileSync(path(name), "utf8")).not.toMatch(
        /AGE-SECRET-KEY-1|PRIVATE KEY|ssh-ed25519 AAAA\w{20}|age1[02-9ac-hj-np-z]{58}/,
      );
    }
  });
});

test("the template has the workflows that this repository offers callers", () => {
  const offered = existsSync(`${root}workflows`)
    ? readdirSync(`${root}workflows`).filter((name) => name.endsWith(".yml"))
    : [];
  const folder = `${root}nix/template/provider/.github/workflows`;
  const inTemplate = existsSync(folder) ? readdirSync(folder) : [];
  expect(inTemplate.toSorted()).toEqual(offered.map((name) => `hostenv-${name}`).toSorted());
  for (const name of offered)
    expect(readFileSync(`${folder}/hostenv-${name}`, "utf8")).toBe(
      readFileSync(`${root}workflows/${name}`, "utf8"),
    );
});
