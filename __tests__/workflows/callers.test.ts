import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { artifactName } from "../../src/render/sticky.ts";
import { approvalCaller } from "../support/approval-caller.ts";
import { root } from "../support/nix.ts";
import {
  calledBy,
  callers,
  callOf,
  reusable,
  type WorkflowFile,
  type WorkflowInput,
  type WorkflowStep,
} from "../support/workflows.ts";

interface Accepted {
  readonly inputs: Readonly<Record<string, WorkflowInput>>;
  readonly secrets: Readonly<Record<string, { readonly required?: boolean }>>;
}

/** Secrets that go with an input which callers leave out: whoever adds that adds them. */
const GO_WITH_AN_INPUT = ["CACHE_KEY_ID", "CACHE_KEY"];

const files = reusable();
const names = (values: object = {}) => Object.keys(values).sort();
const named = (path: string): WorkflowFile => files.find((file) => file.path === path) as WorkflowFile;

function acceptedBy({ workflow }: WorkflowFile): Accepted {
  const { inputs = {}, secrets = {} } = workflow.on.workflow_call as Partial<Accepted>;
  return { inputs, secrets };
}

/** What all jobs of a workflow need together. */
function rights({ workflow }: WorkflowFile): Record<string, string> {
  const all: Record<string, string> = {};
  for (const { permissions = {} } of Object.values(workflow.jobs))
    for (const [name, right] of Object.entries(permissions))
      if (all[name] !== "write") all[name] = right as string;
  return all;
}

test("there is a caller for every workflow that can be called", () => {
  expect(callers().map(calledBy).sort()).toEqual(files.map(({ path }) => path).sort());
});

describe.each(callers().map((file) => [file.path, file] as const))("%s", (_, file) => {
  const called = named(calledBy(file) as string);
  const call = callOf(file);

  test("is at most 25 lines, of one job, and says where it goes", () => {
    expect(file.text.trimEnd().split("\n").length).toBeLessThanOrEqual(25);
    expect(Object.keys(file.workflow.jobs)).toHaveLength(1);
    const name = file.path.replace("workflows/", ".github/workflows/hostenv-");
    expect(file.text.split("\n")[0]).toContain(`Copy to ${name}`);
  });

  test("gives what the called one takes, and names every secret that decides whether it works", () => {
    const { inputs, secrets } = acceptedBy(called);
    expect(names(inputs)).toEqual(expect.arrayContaining(names(call.with)));
    const secretsGiven = names(secrets).filter((name) => !GO_WITH_AN_INPUT.includes(name));
    expect(names(call.secrets as object)).toEqual(secretsGiven);
    const needed = names(inputs).filter((name) => inputs[name]?.required);
    expect(names(call.with)).toEqual(expect.arrayContaining(needed));
    for (const [name, value] of Object.entries(call.secrets ?? {}))
      expect(value).toBe(`\${{ secrets.${name} }}`);
  });

  test("gives it exactly the rights that its jobs take", () => {
    expect(call.permissions).toEqual(rights(called));
  });
});

describe.each(files.map((file) => [file.path, file] as const))("%s", (path, file) => {
  const steps = Object.values(file.workflow.jobs).flatMap((job) => job.steps ?? []);

  test("only gives our actions inputs that they have, and reads outputs that they have", () => {
    for (const [uses, step] of ours(steps)) {
      const action = parse(readFileSync(`${root}${uses}/action.yml`, "utf8"));
      expect(names(action.inputs)).toEqual(expect.arrayContaining(names(step.with)));
      const read = file.text.matchAll(new RegExp(`steps\\.${step.id}\\.outputs\\.([\\w-]+)`, "g"));
      for (const [, output] of read) expect(Object.keys(action.outputs)).toContain(output);
    }
    expect(ours(steps).length).toBeGreaterThan(0);
  });

  test("tells of every input and secret what it is, and has a default for what need not be given", () => {
    const { inputs, secrets } = acceptedBy(file);
    for (const input of Object.values({ ...inputs, ...secrets }))
      expect((input as WorkflowInput).description).toMatch(/^[A-Z].+\.$/);
    for (const input of Object.values(inputs)) expect(input.default).toBeDefined();
    for (const name of [...names(inputs), ...names(secrets)])
      expect(file.text).toMatch(new RegExp(`(?:inputs|secrets)\\.${name}\\b`));
  });

  test("names every job and every step", () => {
    for (const job of Object.values(file.workflow.jobs)) expect(job).toHaveProperty("name");
    for (const step of steps) expect(step.name).toMatch(/^[A-Z]/);
    expect(path).toMatch(/^\.github\/workflows\/[a-z-]+\.yml$/);
  });
});

function ours(steps: readonly WorkflowStep[]): [string, WorkflowStep][] {
  return steps.flatMap((step) => {
    const [, folder] = /^\$\/([a-z-]+)$/.exec(step.uses ?? "") ?? [];
    return folder === undefined ? [] : [[folder, step] as [string, WorkflowStep]];
  });
}

test("a job that needs programs, keys or nodes ends a failure by saying what is broken", () => {
  const verbs = ["plan", "dns-gate", "deploy", "drift", "rollback", "project update"];
  const lacking = files.flatMap(({ path, workflow }) =>
    Object.values(workflow.jobs).flatMap(({ steps = [] }) => {
      const used = steps.map((step) => String(step.with?.command ?? step.uses?.replace("$/", "")));
      const last = steps.at(-1);
      const isSaid = last?.with?.command === "doctor" && /^failure\(\)/.test(String(last.if));
      return used.some((verb) => verbs.includes(verb)) && !isSaid ? [path] : [];
    }),
  );
  expect(lacking).toEqual([]);
});

test("what is said once of data counts in no run that a schedule, a push or the gate starts", () => {
  const deploy = named(".github/workflows/deploy.yml");
  const step = Object.values(deploy.workflow.jobs).flatMap(({ steps = [] }) => steps);
  const given = step.find(({ uses }) => uses === "$/deploy")?.with ?? {};
  for (const name of ["skip-migrations", "migration-source", "ignore-migration-errors"])
    expect(given[name]).toMatch(
      /^\$\{\{ github\.event_name == 'workflow_dispatch' && github\.event\.sender\.type != 'Bot' && inputs\./,
    );
});

test("for an approval by type, the docs have a second job wait for what the first one held back", () => {
  const { deploy, approved } = approvalCaller().workflow.jobs;
  const own = callOf(callers().find(({ path }) => path === "workflows/deploy.yml") as WorkflowFile);
  expect(deploy).toEqual({
    ...own,
    with: { ...own.with, environment: "testing", "hold-types": "production" },
  });
  expect(approved).toEqual({
    ...own,
    name: "Approved",
    needs: "deploy",
    if: "needs.deploy.outputs.held-back != '' && needs.deploy.outputs.held-back != '[]'",
    with: { ...own.with, environment: "production" },
  });
});

test("after a fork's plan runs what waits for the plan's caller by its name", () => {
  const caller = (name: string) =>
    callers().find(({ path }) => path === `workflows/${name}.yml`) as WorkflowFile;
  const waits = caller("plan-comment").workflow.on.workflow_run as { workflows: string[] };
  expect(waits.workflows).toEqual([caller("plan").workflow.name]);
});

test("a plan runs when a label is given or taken, too", () => {
  const plan = callers().find(({ path }) => path === "workflows/plan.yml");
  expect(plan?.workflow.on.pull_request).toEqual({
    types: ["opened", "synchronize", "reopened", "labeled", "unlabeled"],
  });
  expect(plan?.workflow.on).toHaveProperty("merge_group");
});

describe("scripts of steps", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "hostenv-steps-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** What a step's script wrote as output, run as a runner runs `shell: bash`. */
  function outputOf(path: string, name: string, env: Record<string, string>): string {
    const steps = Object.values(named(path).workflow.jobs).flatMap((job) => job.steps ?? []);
    const { run = "" } = steps.find((step) => step.name === name) as WorkflowStep;
    const output = join(folder, "output");
    rmSync(output, { force: true });
    const args = ["--noprofile", "--norc", "-eo", "pipefail", "-c", run];
    const given = { PATH: process.env.PATH, GITHUB_OUTPUT: output, ...env };
    const { status, stderr } = spawnSync("bash", args, { cwd: folder, env: given, encoding: "utf8" });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    return existsSync(output) ? readFileSync(output, "utf8") : "";
  }

  test.each([".", "./", "", "infra", "infra/", "./infra/hosting", "a b/$(c)"])(
    "name the artifact as the actions do: '%s'",
    (provider) => {
      const written = outputOf(".github/workflows/plan-comment.yml", "Name the report", { FOLDER: provider });
      const normal = provider.replace(/^\.\//, "").replace(/\/$/, "") || ".";
      expect(written).toBe(`artifact=${artifactName(normal)}\n`);
    },
  );

  test.each(["plan", "dns-gate", "deploy", "drift", "rollback"])(
    "find the report by its folder, where there is one: %s",
    (name) => {
      const path = `.github/workflows/${name}.yml`;
      const report = join(folder, `hostenv-${name}-infra`, "report.json");
      expect(outputOf(path, "Find the report", { REPORT: report })).toBe("");
      mkdirSync(dirname(report));
      writeFileSync(report, "{}");
      expect(outputOf(path, "Find the report", { REPORT: report })).toBe(`artifact=hostenv-${name}-infra\n`);
    },
  );
});

test.each([
  ["docs/pull-requests.md", ["plan", "plan-comment"]],
  ["docs/watching.md", ["dns-gate"]],
  ["docs/workflows.md", ["deploy"]],
  ["docs/drift.md", ["drift"]],
  ["docs/deploy-results.md", ["rollback"]],
  ["docs/client-pushes.md", ["project-updated", "for-projects/notify-provider"]],
] as const)("%s shows the callers as they are", (page, shown) => {
  const text = readFileSync(`${root}${page}`, "utf8");
  for (const name of shown)
    expect(text).toContain(`\`\`\`yaml\n${readFileSync(`${root}workflows/${name}.yml`, "utf8")}\`\`\``);
});
