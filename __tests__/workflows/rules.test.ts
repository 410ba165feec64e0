import { describe, expect, test } from "@jest/globals";
import { workflowProblems } from "../support/workflow-rules.ts";
import { callers, forProjects, own, reusable, workflowOf } from "../support/workflows.ts";

const SHA = "3d3c42e5aac5ba805825da76410c181273ba90b1";
const CHECKOUT = `{ uses: "actions/checkout@${SHA}", with: { persist-credentials: false } }`;

test("the workflows that we ship, and our own, keep to our rules", () => {
  const files = [...callers(), ...reusable(), ...own(), ...forProjects()];
  expect(files.length).toBeGreaterThan(4);
  expect(workflowProblems(files)).toEqual([]);
});

/** A workflow with one job. */
function one({ on = "push", top = "permissions: {}", job = "" }): string {
  return `name: x\non: ${on}\n${top}\njobs:\n  a:\n    runs-on: ubuntu-latest\n    ${job}\n`;
}

const may = "permissions: { contents: read }";

describe("each rule can fail", () => {
  const cases: [string, Parameters<typeof one>[0], string][] = [
    [
      "a trigger with rights over strangers' code",
      { on: "pull_request_target", job: may },
      "x.yml: runs on pull_request_target",
    ],
    ["among others", { on: "[push, pull_request_target]", job: may }, "x.yml: runs on pull_request_target"],
    ["no permissions at the top", { top: "", job: may }, "x.yml: does not begin with permissions: {}"],
    [
      "some at the top",
      { top: "permissions: read-all", job: may },
      "x.yml: does not begin with permissions: {}",
    ],
    ["a job that says none", { job: "steps: []" }, "x.yml: a: does not say what its token may"],
    ["all of them", { job: "permissions: write-all" }, "x.yml: a: does not say what its token may"],
    [
      "an expression in a script",
      { job: `${may}\n    steps: [{ run: "echo \${{ github.actor }}" }]` },
      "x.yml: a: has an expression in run",
    ],
    [
      "a tag",
      { job: `${may}\n    steps: [{ uses: "actions/checkout@v5" }]` },
      "x.yml: a: uses actions/checkout@v5, which is no full SHA",
    ],
    [
      "a short SHA",
      { job: `${may}\n    steps: [{ uses: "a/b@3d3c42e" }]` },
      "x.yml: a: uses a/b@3d3c42e, which is no full SHA",
    ],
    [
      "a folder of the checkout",
      { job: `${may}\n    steps: [{ uses: ./plan }]` },
      "x.yml: a: uses ./plan, which is no full SHA",
    ],
    [
      "an image",
      { job: `${may}\n    steps: [{ uses: "docker://alpine" }]` },
      "x.yml: a: uses docker://alpine, which is no full SHA",
    ],
    [
      "another one's workflow",
      { job: `${may}\n    uses: other/repo/.github/workflows/plan.yml@v1` },
      "x.yml: a: uses other/repo/.github/workflows/plan.yml@v1, which is no full SHA",
    ],
    [
      "the root of the repository, which a runner can't tell from nothing",
      { job: `${may}\n    steps: [{ uses: "$/" }]` },
      "x.yml: a: uses $/, which is no full SHA",
    ],
    [
      "a SHA without its version",
      { job: `${may}\n    steps:\n      - uses: a/b@${SHA}` },
      `x.yml: says no version beside a/b@${SHA}`,
    ],
    [
      "a queue of one",
      { job: `${may}\n    concurrency: deploy` },
      "x.yml: a: has a queue of one: GitHub drops what waits there",
    ],
    [
      "a queue of one in other words",
      { job: `${may}\n    concurrency: { group: x }` },
      "x.yml: a: has the queue undefined",
    ],
    [
      "another queue",
      { job: `${may}\n    concurrency: { group: x, queue: single }` },
      "x.yml: a: has the queue single",
    ],
    [
      "a queue for the whole file",
      { top: "permissions: {}\nconcurrency: { group: x, queue: 5 }", job: may },
      "x.yml: has the queue 5",
    ],
    ["every secret", { job: `${may}\n    secrets: inherit` }, "x.yml: a: hands on every secret"],
    [
      "a secret in reach of a pull request",
      { on: "pull_request", job: `${may}\n    env: { KEY: "\${{ secrets.SOPS_AGE_KEY }}" }` },
      "x.yml: a: gives the secret SOPS_AGE_KEY to what a pull request brings",
    ],
    [
      "a secret that is computed",
      { on: "merge_group", job: `${may}\n    env: { KEY: "\${{ secrets[inputs.name] }}" }` },
      "x.yml: a: gives the secret any to what a pull request brings",
    ],
    [
      "a token that may write beside a pull request's code",
      { on: "pull_request", job: `permissions: { statuses: write }\n    steps: [${CHECKOUT}]` },
      "x.yml: a: runs a proposal with statuses: write",
    ],
    [
      "a token left beside it",
      { on: "pull_request", job: `${may}\n    steps: [{ uses: "actions/checkout@${SHA}" }]` },
      "x.yml: a: leaves its token in the folder of a proposal",
    ],
    [
      "an environment for it",
      { on: "pull_request", job: `${may}\n    environment: production\n    steps: [${CHECKOUT}]` },
      "x.yml: a: gives an environment to a proposal",
    ],
    [
      "a token that may write beside what a client pushed",
      {
        on: "repository_dispatch",
        job: `permissions: { contents: write }\n    steps: [{ uses: "$/run", with: { command: project update } }]`,
      },
      "x.yml: a: evaluates a client's push with contents: write",
    ],
    [
      "a secret in reach of what a client pushed",
      {
        on: "repository_dispatch",
        job: `${may}\n    env: { KEY: "\${{ secrets.PULL_REQUEST_TOKEN }}" }\n    steps: [{ uses: "$/run", with: { command: project update } }]`,
      },
      "x.yml: a: gives the secret PULL_REQUEST_TOKEN to what a client pushed",
    ],
    [
      "a token left beside what a client pushed",
      {
        on: "repository_dispatch",
        job: `${may}\n    steps: [{ uses: "actions/checkout@${SHA}" }, { uses: "$/run", with: { command: project update } }]`,
      },
      "x.yml: a: leaves its token in the folder of a client's push",
    ],
    [
      "an environment for what a client pushed",
      {
        on: "repository_dispatch",
        job: `${may}\n    environment: production\n    steps: [{ uses: "$/run", with: { command: project update } }]`,
      },
      "x.yml: a: gives an environment to a client's push",
    ],
    [
      "a checkout after a stranger's run",
      { on: "workflow_run", job: `${may}\n    steps: [${CHECKOUT}]` },
      "x.yml: a: checks out after somebody else's run",
    ],
  ];
  test.each(cases)("%s", (_, given, problem) => {
    expect(workflowProblems([workflowOf("x.yml", one(given))])).toEqual([problem]);
  });

  test("through the caller's event, too", () => {
    const path = ".github/workflows/plan.yml";
    const called = one({
      on: "workflow_call",
      job: `permissions: { issues: write }\n    steps: [${CHECKOUT}]`,
    });
    const calling = one({ on: "pull_request", job: `${may}\n    uses: hostenv/provider-actions/${path}@v1` });
    const files = [workflowOf(path, called), workflowOf("workflows/plan.yml", calling)];
    expect(workflowProblems(files)).toEqual([`${path}: a: runs a proposal with issues: write`]);
    expect(workflowProblems(files.slice(0, 1))).toEqual([]);
  });
});
