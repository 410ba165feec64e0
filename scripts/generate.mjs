// npm run generate: documents and schemas that are made from the source. With --check they are only
// compared, and the script ends with 1 where one differs.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";

const root = fileURLToPath(new URL("..", import.meta.url));
execFileSync(process.execPath, [`${root}node_modules/typescript/bin/tsc`], { cwd: root, stdio: "inherit" });
const { VERBS } = await import("../build/verbs.js");
const { ACTION_INPUTS, COMMON_FLAGS } = await import("../build/verbs/verb.js");
const { RULES } = await import("../build/domain/rules.js");
const { failureSchema, outcomeSchema, reportSchema } = await import("../build/domain/report.js");
const { deployOutcomeSchema } = await import("../build/domain/deploy/outcome.js");
const { deployReportSchema } = await import("../build/domain/deploy/report.js");
const { goldenSchema } = await import("../build/domain/golden.js");
const { gateSchema } = await import("../build/domain/dns/gate-answer.js");
const { memorySchema } = await import("../build/domain/dns/memory.js");
const { stateListSchema, statePruneSchema } = await import("../build/fleets/hostenv/reservations.js");
const { builtSchema } = await import("../build/domain/built.js");
const { rollbackSchema } = await import("../build/domain/deploy/rollback.js");
const { driftSchema } = await import("../build/domain/deploy/drift.js");
const { doctorSchema } = await import("../build/domain/doctor/check.js");
const { snapshotCheckoutSchema } = await import("../build/domain/snapshot-checkout.js");
const { snapshotCommitSchema } = await import("../build/domain/snapshot-merge.js");
const { projectProposeSchema, projectUpdateSchema } = await import("../build/domain/project-push.js");
const { manifestSchema } = await import("../build/domain/manifest.js");
const { snapshotCheckSchema } = await import("../build/domain/snapshot-check.js");
const { movingSchema } = await import("../build/domain/moving.js");
const { planSchema, stateSchema } = await import("../build/fleets/hostenv/schema.js");

const packageJson = JSON.parse(readFileSync(`${root}package.json`, "utf8"));
const MADE = "<!-- Made by npm run generate: edit the source it names instead. -->";
const cell = (text) => text.replaceAll("|", "\\|");

function flagRow({ name, short, value, repeatable, required, about }) {
  const flag = `${short ? `-${short}, ` : ""}--${name}${value ? ` ${value}` : ""}`;
  const notes = [...(required ? ["required"] : []), ...(repeatable ? ["repeatable"] : [])];
  return `| \`${cell(flag)}\` | ${cell(about)}${notes.length > 0 ? ` (${notes.join(", ")})` : ""} |`;
}

const flagTable = (flags) => ["| Flag | |", "|--|--|", ...flags.map(flagRow)].join("\n");

function commandLine() {
  const verbs = VERBS.map(
    ({ name, about, argument, flags }) =>
      `## ${name}${argument ? ` ${argument.name.toUpperCase()}` : ""}\n\n${sentence(about)}.${argument ? ` ${argument.name.toUpperCase()}: ${argument.about}.` : ""}\n\n${flagTable(flags)}`,
  );
  return `${MADE}
<!-- Source: src/verbs.ts -->

# The command line

\`node dist/cli/index.js COMMAND\` needs Node 20.19 or newer and nothing installed; evaluating needs git and
Nix 2.8 or newer. Exit codes: 0 fine, 2 the check says no, 1 could not know or wrong use.

Every command has these flags:

${flagTable(COMMON_FLAGS)}

The snapshot's folder is \`generated\`, or what the environment variable \`HOSTENV_PROVIDER_OUT\` says. Nix sees no
variable: of another folder the command deploys as well, and the flake's own \`deploy.nodes\`, \`deploy-nodes\` and
\`deploy-envs\` are not there.

${verbs.join("\n\n")}
`;
}

function rules() {
  const rows = Object.entries(RULES).map(
    ([name, { severity, why, advice }]) =>
      `| \`${name}\` | ${severity} | ${why} | ${advice === "none" ? "" : advice} |`,
  );
  return `${MADE}
<!-- Source: src/domain/rules.ts -->

# Rules

A finding of severity \`block\` needs a decision before a merge: \`--allow RULE[:SUBJECT]\`, or the label
\`hostenv:allow-RULE\`. Some findings change their severity: \`environment-removed\` and \`hostname-removed\` block for
production only and warn otherwise, \`environment-disabled\` warns for production. A provider sets its own by
\`provider.severities\`; the base's policy judges, so a pull request can't switch off what would stop it.

| Rule | Severity | Why | What to do |
|--|--|--|--|
${rows.join("\n")}
`;
}

function schema(title, source) {
  const { $schema, ...rest } = z.toJSONSchema(source, { unrepresentable: "any", io: "input" });
  return `${JSON.stringify({ $schema, title, ...rest }, null, 2)}\n`;
}

const MADE_YAML = "# Made by npm run generate from src/verbs.ts: edit that instead.";

const sentence = (text) => `${text[0].toUpperCase()}${text.slice(1)}`;

const perLine = ({ about, repeatable }) => `${about}${repeatable ? " (one per line)" : ""}`;

function inputLines({ name, required, actionDefault, ...told }) {
  const text = `${sentence(perLine(told))}.`;
  return [
    `  ${name}:`,
    `    description: ${JSON.stringify(text)}`,
    `    required: ${required === true}`,
    ...(actionDefault ? [`    default: ${actionDefault}`] : []),
  ];
}

function actionYaml({ title, name, about, inputs, outputs, dist }) {
  const described = Object.entries(outputs).flatMap(([output, text]) => [
    `  ${output}:`,
    `    description: ${JSON.stringify(text)}`,
  ]);
  return [
    MADE_YAML,
    `name: ${title}`,
    `description: ${JSON.stringify(about)}`,
    "author: The hostenv-provider contributors",
    "branding:",
    "  icon: server",
    "  color: blue",
    "inputs:",
    ...inputs.flatMap(inputLines),
    "outputs:",
    ...described,
    "runs:",
    "  using: node24",
    `  main: ${dist}/${name}/index.js`,
    ...(inputs.some(({ leavesFiles }) => leavesFiles)
      ? [`  post: ${dist}/post/index.js`, "  post-if: always()"]
      : []),
    "",
  ].join("\n");
}

function grouped(values, keyOf) {
  const groups = new Map();
  for (const value of values) groups.set(keyOf(value), [...(groups.get(keyOf(value)) ?? []), value]);
  return groups;
}

// What several verbs say of one name: each text once, with the verbs that it is of.
function together(told) {
  const verbs = grouped(told, ({ text }) => text);
  if (verbs.size === 1) return told[0].text;
  return [...verbs]
    .map(([text, of]) => `${of.map(({ verb }) => `\`${verb}\``).join(", ")}: ${text}`)
    .join("; ");
}

function inputsOfAll() {
  const all = VERBS.flatMap(({ name: verb, argument, flags, inputs = [] }) =>
    [...(argument ? [argument] : []), ...flags, ...inputs].map((flag) => ({
      verb,
      flag,
      text: perLine(flag),
    })),
  );
  return [...grouped(all, ({ flag }) => flag.name).values()].map((told) => ({
    ...told[0].flag,
    required: false,
    repeatable: false,
    about: together(told),
  }));
}

function outputsOfAll() {
  const all = VERBS.flatMap(({ name: verb, outputs }) =>
    Object.entries(outputs).map(([output, text]) => ({ verb, output, text })),
  );
  const named = grouped(all, ({ output }) => output);
  return Object.fromEntries([...named].map(([output, told]) => [output, together(told)]));
}

// Where a workflow names an action by its folder, the root's has no name: another folder holds it once more.
function rootAction(dist) {
  const command = {
    name: "command",
    required: true,
    about: `which verb to run: ${VERBS.map(({ name }) => name).join(", ")}`,
  };
  const around = new Set(["command", ...ACTION_INPUTS.map(({ name }) => name)]);
  return actionYaml({
    title: "hostenv-provider",
    name: "action",
    about: packageJson.description,
    inputs: [command, ...ACTION_INPUTS, ...inputsOfAll().filter(({ name }) => !around.has(name))],
    outputs: outputsOfAll(),
    dist,
  });
}

function actionReadme({ name, about, flags, inputs = [], outputs, needs }) {
  const rows = [...ACTION_INPUTS, ...flags, ...inputs].map(
    ({ name: input, about: text, required }) =>
      `| \`${input}\` | ${cell(text)}${required ? " (required)" : ""} |`,
  );
  const left = Object.entries(outputs).map(([output, text]) => `| \`${output}\` | ${text} |`);
  const required = flags.filter((flag) => flag.required);
  const given = required.map((flag) => `    ${flag.name}: …`);
  return `${MADE}
<!-- Source: src/verbs.ts -->

# The action \`${name}\`

${sentence(about)}.

${needs}

\`\`\`yaml
- uses: hostenv/provider-actions/${name}@v1
  id: ${name}
${given.length > 0 ? ["  with:", ...given, ""].join("\n") : ""}\`\`\`

| Input | |
|--|--|
${rows.join("\n")}

| Output | |
|--|--|
${left.join("\n")}
`;
}

const actions = VERBS.filter(({ action }) => action).flatMap((verb) => [
  [
    `${verb.name}/action.yml`,
    actionYaml({
      title: `hostenv-provider ${verb.name}`,
      name: verb.name,
      about: `${sentence(verb.about)}.`,
      inputs: [...ACTION_INPUTS, ...verb.flags, ...(verb.inputs ?? [])],
      outputs: verb.outputs,
      dist: "../dist",
    }),
  ],
  [`${verb.name}/README.md`, actionReadme(verb)],
]);

// Workflows that users copy are in the template already.
const offered = existsSync(`${root}workflows`)
  ? readdirSync(`${root}workflows`).filter((name) => name.endsWith(".yml"))
  : [];
const inTemplate = offered.map((name) => [
  `nix/template/provider/.github/workflows/hostenv-${name}`,
  readFileSync(`${root}workflows/${name}`, "utf8"),
]);

const documents = {
  ...Object.fromEntries(inTemplate),
  "action.yml": rootAction("dist"),
  "run/action.yml": rootAction("../dist"),
  ...Object.fromEntries(actions),
  "docs/cli.md": commandLine(),
  "docs/rules.md": rules(),
  "schemas/manifest.schema.json": schema("manifest.json", manifestSchema),
  "schemas/rollback.schema.json": schema("rollback --json", rollbackSchema),
  "schemas/drift.schema.json": schema("drift --json", driftSchema),
  "schemas/doctor.schema.json": schema("doctor --json", doctorSchema),
  "schemas/snapshot-checkout.schema.json": schema("snapshot checkout --json", snapshotCheckoutSchema),
  "schemas/snapshot-commit.schema.json": schema("snapshot commit --json", snapshotCommitSchema),
  "schemas/project-update.schema.json": schema(
    "project update --json, and --proposal FILE",
    projectUpdateSchema,
  ),
  "schemas/project-propose.schema.json": schema("project propose --json", projectProposeSchema),
  "schemas/plan-outcome.schema.json": schema("plan --json and diff --json", outcomeSchema),
  "schemas/plan-report.schema.json": schema("plan --report FILE", reportSchema),
  "schemas/plan-failure.schema.json": schema("plan --report FILE where no plan could be made", failureSchema),
  "schemas/golden-check.schema.json": schema("golden-check --json", goldenSchema),
  "schemas/dns-gate.schema.json": schema("dns-gate --json", gateSchema),
  "schemas/dns-gate-memory.schema.json": schema("dns-gate.json, what the DNS gate remembers", memorySchema),
  "schemas/deploy-outcome.schema.json": schema("deploy --json", deployOutcomeSchema),
  "schemas/deploy-report.schema.json": schema("deploy --report FILE", deployReportSchema),
  "schemas/plan-check.schema.json": schema("plan --check --json", snapshotCheckSchema),
  "schemas/plan-compare.schema.json": schema("plan --compare-with FILE --json", movingSchema),
  "schemas/nodes-build.schema.json": schema("nodes build --json", builtSchema),
  "schemas/plan.schema.json": schema("plan.json, as far as it is read", planSchema),
  "schemas/state-list.schema.json": schema("state list --json", stateListSchema),
  "schemas/state-prune.schema.json": schema("state prune --json", statePruneSchema),
  "schemas/state.schema.json": schema("state.json", stateSchema),
};

const check = process.argv.includes("--check");
for (const [path, text] of Object.entries(documents)) {
  const file = `${root}${path}`;
  if (existsSync(file) && readFileSync(file, "utf8") === text) continue;
  if (check) {
    process.stderr.write(`${path} is not what the source gives\nhint: npm run generate, and commit it\n`);
    process.exitCode = 1;
  } else {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    process.stdout.write(`wrote ${path}\n`);
  }
}
