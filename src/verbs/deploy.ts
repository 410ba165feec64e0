import {
  commentAuthor,
  githubToken,
  knownHosts,
  nixAccessTokens,
  reportHtml,
  reportPage,
  sopsInputs,
} from "./shared.ts";
import type { Verb } from "./verb.ts";

/** `deploy`. */
export const deployVerb = {
  name: "deploy",
  about: "bring the nodes to what the committed snapshot wants, wave by wave, and prove it",
  action: true,
  flags: [
    {
      name: "node",
      short: "n",
      value: "NODE",
      repeatable: true,
      about: "deploy this node only, where there is anything to do",
    },
    {
      name: "plan-id",
      value: "ID",
      about:
        "deploy only if the snapshot is this plan; a plan that is named needs no review, and waits for no freeze",
    },
    {
      name: "signing-key-file",
      value: "FILE",
      about: "sign with the key in this file (default: the secret NIX_SIGNING_KEY)",
    },
    { name: "remote-build", about: "let every node build what it lacks itself; nothing is signed then" },
    { name: "skip-verification", about: "do not ask the sites of the environments" },
    {
      name: "skip-migrations",
      value: "ENV",
      repeatable: true,
      about: "bring this environment no data: it starts with what its new node has of it, mostly nothing",
    },
    {
      name: "migration-source",
      value: "ENV=NODE",
      repeatable: true,
      about: "take this environment's data from that node, whatever is known of where it was",
    },
    {
      name: "ignore-migration-errors",
      about: "deploy environments also where their data could not be brought",
    },
    {
      name: "hold-types",
      value: "TYPE",
      repeatable: true,
      about: "leave nodes with an environment of this type as they are, for a run that was agreed to",
    },
    {
      name: "max-failures",
      value: "N",
      about: "go on to the next wave with so many nodes that failed (default: 0)",
    },
    knownHosts,
    {
      name: "require-review",
      actionDefault: "true",
      about: "deploy only what reports of merged pull requests showed (default: false; true in the action)",
    },
    {
      name: "reviewed",
      value: "FILE",
      repeatable: true,
      about: "take this report of plan as reviewed, instead of those of merged pull requests",
    },
    {
      name: "adopt",
      about: "take over nodes that were set up by hand: what fails there can't be rolled back",
    },
    {
      name: "eval-memory",
      value: "MIB",
      about: "stop Nix where it needs more memory, builders of a daemon apart (default: 4096)",
    },
    { name: "report", value: "FILE", about: "write the JSON document to FILE" },
    reportHtml,
  ],
  inputs: [
    githubToken,
    ...sopsInputs,
    nixAccessTokens,
    commentAuthor,
    {
      name: "plan-workflow",
      value: "FILE",
      about:
        "the file of the workflow that plans pull requests: what another one's runs leave is no report (default: hostenv-plan.yml)",
    },
    {
      name: "deployments",
      value: "WHEN",
      about:
        "show one deployment per environment on GitHub: on, off, or auto, which is off in public repositories (default: auto)",
    },
    {
      name: "webhook-url",
      value: "URL",
      about: "post the report there once it is over; treated as a secret",
    },
  ],
  outputs: {
    result:
      "deployed, waiting-for-dns, held-back, nothing, partial, failed, unreviewed, superseded, stopped or dry-run",
    "plan-id": "64 hex digits that name the plan by its content",
    "waiting-for-dns":
      "JSON list of hostnames whose owner must set a record before a move can end, each an object with hostname, environment, from, to, record and why",
    "held-back":
      "JSON list of nodes that are left as they are until a run that was agreed to; others are in the notices",
    "report-path": "the JSON document, for an artifact",
    ...reportPage,
  },
  needs:
    "Deploys exactly the snapshot that is checked out, and reads from the nodes what they run. It needs git, Nix, SSH " +
    "and deploy-rs on the runner, a checkout before it, and the secrets SSH_KEY and NIX_SIGNING_KEY. With " +
    "`contents: read`, `actions: read` and `pull-requests: read` it finds the reports of merged pull requests.",
} as const satisfies Verb;

/** `rollback`. */
export const rollbackVerb = {
  name: "rollback",
  about: "make an earlier generation of a node or an environment the current one; data is not brought back",
  flags: [
    { name: "node", short: "n", value: "NODE", about: "bring back this node, all its profiles" },
    { name: "environment", value: "ENV", about: "bring back this environment only" },
    {
      name: "to",
      value: "PLAN|GENERATION",
      about:
        "a plan id, its first 8 digits or more, or a generation's number (default: the plan before the present one)",
    },
    { name: "skip-verification", about: "do not ask the sites of what was brought back" },
    knownHosts,
    { name: "report", value: "FILE", about: "write the JSON document to FILE" },
  ],
  inputs: sopsInputs,
  outputs: {
    result: "rolled-back, unchanged, unverified where a site does not answer, failed or dry-run",
    "report-path": "the JSON document, for an artifact",
  },
} as const satisfies Verb;
