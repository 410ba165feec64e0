import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { goldenSchema } from "../../src/domain/golden.ts";
import { fixtureJson } from "../fleets/fixtures.ts";
import { ActionRunner, commandsIn } from "../support/action-runner.ts";
import { root } from "../support/nix.ts";

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "hostenv-golden-test-")));
  const program = join(folder, "bin/hostenv-provider");
  mkdirSync(dirname(program));
  writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${root}dist/cli/index.js' "$@"\n`);
  chmodSync(program, 0o755);
});
afterEach(() => rmSync(folder, { recursive: true }));

type Json = ReturnType<typeof fixtureJson>;

function write(path: string, value: unknown): string {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, typeof value === "string" ? value : `${JSON.stringify(value, null, 2)}\n`);
  return file;
}

const planned = (): Json => fixtureJson("carried-state/expected/plan.json");

/** Runs a line as a person would paste it. */
function shell(line: string) {
  const env = { ...process.env, PATH: `${join(folder, "bin")}:${process.env.PATH}` };
  return spawnSync("sh", ["-c", line], { cwd: folder, env, encoding: "utf8", maxBuffer: 1 << 26 });
}

const repairIn = (text: string) => /^ {2}(hostenv-provider golden-check .*)$/m.exec(text)?.[1] as string;

describe("the repair command, run exactly as it is printed, makes the next run match", () => {
  const cases: [string, string, string][] = [
    ["in the provider's folder", "hostenv-provider golden-check", "."],
    ["of another folder", "hostenv-provider golden-check -C 'a provider'", "a provider"],
  ];

  test.each(cases)("%s", (_, line, provider) => {
    write(`${provider}/generated/plan.json`, planned());
    write(`${provider}/tests/golden/plan.json`, fixtureJson("basic/expected/plan.json"));
    const before = shell(line);
    expect(before.status).toBe(2);
    expect(shell(repairIn(before.stdout)).status).toBe(0);
    expect(shell(line)).toMatchObject({ status: 0, stderr: "" });
    expect(readFileSync(join(folder, provider, "tests/golden/plan.json"), "utf8")).toBe(
      readFileSync(join(folder, provider, "generated/plan.json"), "utf8"),
    );
  });

  test("with every flag, and values that a shell would take apart", () => {
    const plan = planned();
    const [name] = Object.keys(plan.environments) as [string];
    write("the plan's.json", plan);
    write("-g $(x).json", { ...plan, deployUser: "other" });
    plan.environments[name].type = "testing";
    write("the plan's.json", plan);
    const line = `hostenv-provider golden-check --json --golden='-g $(x).json' --plan 'the plan'"'"'s.json' --ignore '/environments/*/type=it'"'"'s $HOME' --ignore /nodes`;
    const before = shell(line);
    expect(before.status).toBe(2);
    expect(goldenSchema.parse(JSON.parse(before.stdout)).differences.map(({ path }) => path)).toEqual([
      "/deployUser",
    ]);
    const repair = repairIn(before.stderr);
    expect(repair).toContain("--ignore /nodes");
    expect(shell(repair)).toMatchObject({ status: 0, stderr: "" });
    expect(JSON.parse(shell(line).stdout)).toEqual({ schema: 1, result: "match", differences: [] });
  });
});

test("a golden file that other uids and previous nodes differ from matches", () => {
  const golden = planned();
  const names = Object.keys(golden.environments);
  const uids = names.map((name) => golden.environments[name].uid);
  let text = JSON.stringify(golden);
  // Each gets its neighbour's uid, wherever it stands.
  for (const [index, uid] of uids.entries())
    text = text.replaceAll(`${uid}`, `<${(index + 1) % uids.length}>`);
  text = text.replace(/<(\d+)>/g, (_, index: string) => uids[Number(index)]);
  const swapped = JSON.parse(text);
  for (const name of names) swapped.environments[name].previousNode = "node-z";
  expect(swapped.environments[names[0] as string].uid).toBe(uids[1]);
  write("generated/plan.json", planned());
  write("tests/golden/plan.json", swapped);
  expect(shell("hostenv-provider golden-check").status).toBe(0);
});

test("without a golden file it is skipped, and says so", () => {
  const { status, stdout } = shell("hostenv-provider golden-check");
  expect(status).toBe(0);
  expect(stdout).toContain("skipped: there is no golden file tests/golden/plan.json");
  expect(JSON.parse(shell("hostenv-provider golden-check --json").stdout).result).toBe("skipped");
});

test("what differs a lot is told in few lines, and in JSON whole", () => {
  const plan = planned();
  const golden = planned();
  plan.extra = Array.from({ length: 3_000 }, (_, index) => `value ${index} ${"x".repeat(200)}`);
  golden.extra = plan.extra.map((value: string) => `other ${value}`);
  for (let index = 0; index < 100; index++)
    golden.nodeConnections[`spare-${index}`] = { hostname: "h", sshOpts: [] };
  write("generated/plan.json", plan);
  write("tests/golden/plan.json", golden);
  const { stdout } = shell("hostenv-provider golden-check");
  expect(stdout.length).toBeLessThan(20_000);
  expect(stdout).toContain("2,990 differences more");
  expect(stdout).toMatch(/and \d+ differences more of \d+ others/);
  expect(JSON.parse(shell("hostenv-provider golden-check --json").stdout).differences).toHaveLength(3_100);
});

describe("the action", () => {
  let runner: ActionRunner;
  beforeEach(() => {
    runner = new ActionRunner();
  });
  afterEach(() => runner.remove());

  const run = (inputs: Record<string, string>) => runner.run("golden-check", inputs, { cwd: folder });

  function repository(provider: string): void {
    const plan = planned();
    write(`${provider}/generated/plan.json`, plan);
    write(`${provider}/tests/golden/plan.json`, { ...plan, deployUser: "other" });
    shell("git init --quiet && git add --all");
  }

  test.each([".", "hosting/eu"])(
    "leaves a patch that git applies, for a provider in %s",
    async (provider) => {
      repository(provider);
      const { status, outputs, summary, stdout } = await run({ "working-directory": provider });
      expect(status).toBe(1);
      expect(outputs).toEqual({
        result: "mismatch",
        "patch-path": join(
          runner.folder,
          `temp/hostenv-golden-${provider === "." ? "root" : "hosting-eu"}/golden.patch`,
        ),
      });
      expect(summary).toContain(`hostenv-provider golden-check --working-directory ${provider} --update`);
      expect(stdout).toMatch(/^::error::.*hostenv-provider golden-check .*--update/m);
      expect(shell(`git apply '${outputs["patch-path"]}'`)).toMatchObject({ status: 0, stderr: "" });
      expect(await run({ "working-directory": provider })).toMatchObject({
        status: 0,
        outputs: { result: "match", "patch-path": "" },
      });
    },
  );

  test("a patch has its form whatever git is told to write", () => {
    repository(".");
    const config = [
      "diff.noprefix true",
      "diff.external /bin/false",
      "color.ui always",
      "diff.mnemonicPrefix true",
    ];
    const home = { HOME: folder, XDG_CONFIG_HOME: folder };
    for (const line of config)
      spawnSync("git", ["config", "--global", ...line.split(" ")], { env: { ...process.env, ...home } });
    const env = Object.entries(home).map(([name, value]) => `${name}='${value}'`);
    shell(`${env.join(" ")} hostenv-provider golden-check --patch x.patch`);
    expect(readFileSync(join(folder, "x.patch"), "utf8")).toMatch(
      /^diff --git a\/tests\/golden\/plan\.json b\/tests\/golden\/plan\.json\n/,
    );
    expect(shell("git apply x.patch").status).toBe(0);
  });

  test("no text of a plan is taken for a command, an output or an environment variable", async () => {
    const hostile =
      "::error::x\n::add-mask::a\n::set-output name=result::match ##[add-mask]a\nresult=match\n<<E";
    const plan = planned();
    write("generated/plan.json", { ...plan, deployUser: hostile, [hostile]: hostile });
    write("tests/golden/plan.json", plan);
    const { status, stdout, outputs, summary } = await run({ ignore: `/${"::add-mask::b"}=${"::error::c"}` });
    expect(status).toBe(1);
    expect(stdout).toContain("add-mask");
    expect(commandsIn(stdout)).toEqual([
      expect.stringMatching(/^::notice::--ignore \/::add-mask::b leads nowhere in either plan$/),
      expect.stringMatching(/^::error::the plan is not what the golden file holds/),
    ]);
    expect(Object.keys(outputs).sort()).toEqual(["patch-path", "result"]);
    expect(outputs.result).toBe("mismatch");
    expect(summary).not.toMatch(/^(?:::|result=)/m);
    const fromCli = shell("hostenv-provider golden-check").stdout;
    expect(fromCli).toContain("add-mask");
    expect(fromCli).not.toMatch(/^\s*::|##\[/m);
  });

  test("without a golden file it is green and leaves no patch", async () => {
    write("generated/plan.json", planned());
    const { status, outputs } = await run({});
    expect({ status, outputs }).toEqual({ status: 0, outputs: { result: "skipped", "patch-path": "" } });
    expect(existsSync(join(runner.folder, "temp/hostenv-golden-root"))).toBe(false);
  });
});
