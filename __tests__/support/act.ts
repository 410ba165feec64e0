import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import type { GithubApi } from "./github-api.mjs";
import { needed } from "./programs.ts";
import { ended, withResolvConf } from "./resolv-conf.ts";
import { root } from "./root.ts";
import { reusable } from "./workflows.ts";

/** Our repository as callers name it. */
const OURS = "hostenv/provider-actions";

/**
 * A workflow's text as this version of act takes it, which knows neither a queue's length nor actions of the
 * workflow's own repository. Nothing else is changed.
 */
export function staged(text: string): string {
  return text
    .replace(/^ +queue: max\n/gm, "")
    .replace(/, queue: max(?= \})/g, "")
    .replace(/uses: \$\/(\S+)/g, `uses: ${OURS}/$1@v1`);
}

/** A file that users copy, by its path below workflows/; with its text where they changed it. */
export type Caller = string | { readonly name: string; readonly text: string };

// What runners bring from elsewhere, as far as we use it. Each is a composite action.
const STAND_INS: Readonly<Record<string, StandIn>> = {
  "actions/checkout": {
    inputs: ["fetch-depth", "persist-credentials", "token"],
    run: `git init --quiet --initial-branch=main .
      depth=(); if [ "$FETCH_DEPTH" != 0 ]; then depth=("--depth=\${FETCH_DEPTH:-1}"); fi
      git remote add origin "$TEST_ORIGIN"
      if [ "$FETCH_DEPTH" = 0 ]; then git fetch --quiet origin '+refs/heads/*:refs/remotes/origin/*'; fi
      git fetch --quiet "\${depth[@]}" origin "\${TEST_SHA:-$TEST_REF}"
      case $TEST_REF in
        refs/heads/*) git checkout --quiet -B "\${TEST_REF#refs/heads/}" FETCH_HEAD ;;
        *) git checkout --quiet --detach FETCH_HEAD ;;
      esac`,
  },
  "actions/upload-artifact": {
    inputs: ["name", "path", "if-no-files-found", "overwrite", "archive"],
    outputs: ["artifact-url"],
    run: `if [ "$ARCHIVE" = false ]; then NAME=$(basename "$PATHS"); fi
      echo "artifact-url=https://github.test/artifacts/$NAME" >>"$GITHUB_OUTPUT"
      mkdir -p "$TEST_ARTIFACTS/$NAME"
      printf '%s\\n' "$PATHS" | while read -r path; do [ -z "$path" ] || cp "$path" "$TEST_ARTIFACTS/$NAME/"; done`,
  },
  "actions/download-artifact": {
    inputs: ["name", "path", "run-id", "github-token"],
    run: `mkdir -p "$PATHS"; cp "$TEST_ARTIFACTS/$NAME"/* "$PATHS/"`,
  },
  "cachix/install-nix-action": { inputs: ["extra_nix_config"], run: "nix --version" },
};

// `path` is a variable of every shell.
const variable = (input: string) => (input === "path" ? "PATHS" : input.toUpperCase().replaceAll("-", "_"));

interface StandIn {
  readonly inputs: readonly string[];
  readonly outputs?: readonly string[];
  readonly run: string;
}

function standIn({ inputs, outputs = [], run }: StandIn): string {
  const declared = inputs.map((name) => `  ${name}: { required: false }`);
  const given = inputs.map((name) => `        ${variable(name)}: \${{ inputs.${name} }}`);
  return [
    "name: stand-in\ninputs:",
    ...declared,
    outputs.length > 0 ? "outputs:" : "",
    ...outputs.map((name) => `  ${name}: { description: "", value: "\${{ steps.it.outputs.${name} }}" }`),
    "runs:\n  using: composite\n  steps:\n    - shell: bash\n      id: it\n      env:",
    ...given,
    `      run: |\n        ${run
      .split("\n")
      .map((line) => line.trim())
      .join("\n        ")}\n`,
  ].join("\n");
}

/** Variables that jobs get, where they are set. TEST_SHA is the commit that the event is about, else the ref's latest. */
const PASSED_ON = ["TEST_ORIGIN", "TEST_REF", "TEST_SHA", "NIX_CONFIG", "NODE_EXTRA_CA_CERTS"];

/** What a run of act did. */
export interface ActRun {
  readonly status: number | null;
  /** How each job ended, in the order of their ends. */
  readonly jobs: readonly (readonly [job: string, result: string])[];
  /** For each of `jobs` the caller's job that it is part of, by its name. */
  readonly parts: readonly string[];
  /** What its steps said, without what act says itself. */
  readonly said: string;
}

/** act on this machine: real workflows and our own actions, with stand-ins for what runners bring. */
export class Act {
  readonly folder = mkdtempSync(join(tmpdir(), "hostenv-act-"));
  /** Where the stand-ins leave artifacts, a folder each. */
  readonly artifacts = join(this.folder, "artifacts");
  private readonly replaced: readonly string[];

  constructor() {
    mkdirSync(this.artifacts);
    const ours = this.stageOurs();
    const texts = reusable()
      .map(({ text }) => text)
      .join("\n");
    const others = new Set(
      [...texts.matchAll(/uses: ([\w-]+\/[\w-]+)@([0-9a-f]{40})/g)].map(([, name, sha]) => `${name}@${sha}`),
    );
    this.replaced = [`${OURS}@v1=${ours}`, ...[...others].map((use) => `${use}=${this.stageOther(use)}`)];
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Runs a caller for an event on a repository that `origin` serves. */
  async run(
    caller: Caller,
    {
      event,
      payload,
      env,
      api,
      repository = api.repository.full_name,
      secrets = {},
      variables = {},
      jobEnv = {},
      inputs = {},
      resolvConf,
    }: {
      event: string;
      payload: object;
      env: NodeJS.ProcessEnv;
      api: GithubApi;
      /** The one that the caller is in; default: the one that `api` has. */
      repository?: string;
      secrets?: Readonly<Record<string, string>>;
      /** The repository's variables, which workflows know as `vars`. */
      variables?: Readonly<Record<string, string>>;
      /** What the runner has in its environment besides. */
      jobEnv?: Readonly<Record<string, string>>;
      /** What a user writes into the caller besides, below `with`; in place of what stands there. */
      inputs?: Readonly<Record<string, string>>;
      /** The text of /etc/resolv.conf that the jobs see, which needs ROOT. */
      resolvConf?: string;
    },
  ): Promise<ActRun> {
    const work = this.workFolder({ caller, inputs }, repository, env);
    writeFileSync(join(this.folder, "event.json"), JSON.stringify(payload));
    const args = [
      ...[event, "-C", work, "--json", "--concurrent-jobs", "1", "--no-skip-checkout", "--no-cache-server"],
      ...["-P", "ubuntu-latest=-self-hosted", "-e", join(this.folder, "event.json"), "--pull=false", "--rm"],
      ...this.replaced.flatMap((each) => ["--local-repository", each]),
      ...["--env", `GITHUB_API_URL=${api.url}`, "--env", `TEST_ARTIFACTS=${this.artifacts}`],
      ...PASSED_ON.flatMap((name) => (env[name] ? ["--env", `${name}=${env[name]}`] : [])),
      ...flags("--env", jobEnv),
      ...flags("--var", variables),
      ...flags("-s", { GITHUB_TOKEN: api.token, ...secrets }),
    ];
    const command = [needed("ACT"), ...args] as const;
    const how = {
      cwd: this.folder,
      env: { ...env, XDG_CACHE_HOME: join(this.folder, "cache"), HOME: this.folder },
    };
    const { status, stdout, stderr } = await (resolvConf === undefined
      ? ended(command, how)
      : withResolvConf(resolvConf, command, how));
    const log = `${stdout}\n${stderr}`;
    const jobs = jobsIn(log);
    return {
      status,
      jobs: jobs.map(({ job, result }) => [job, result] as const),
      parts: jobs.map(({ part }) => part),
      said: saidIn(log),
    };
  }

  // The repository as our users name it: what the actions run is this work tree's own dist/.
  private stageOurs(): string {
    const ours = join(this.folder, "ours");
    const actions = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    for (const { name } of actions) {
      const action = `${root}${name}/action.yml`;
      if (name === "node_modules" || !existsSync(action)) continue;
      mkdirSync(join(ours, name), { recursive: true });
      cpSync(action, join(ours, name, "action.yml"));
    }
    symlinkSync(`${root}dist`, join(ours, "dist"));
    for (const { path, text } of reusable()) {
      mkdirSync(dirname(join(ours, path)), { recursive: true });
      writeFileSync(join(ours, path), staged(text));
    }
    return ours;
  }

  private stageOther(use: string): string {
    const name = use.split("@")[0] as string;
    const folder = join(this.folder, "others", name);
    mkdirSync(folder, { recursive: true });
    const known = STAND_INS[name];
    if (!known) throw new Error(`there is no stand-in for ${name}`);
    writeFileSync(join(folder, "action.yml"), standIn(known));
    return folder;
  }

  // Where act finds the caller, and what the repository is called; jobs get their files from the checkout alone.
  private workFolder(
    { caller, inputs }: { caller: Caller; inputs: Readonly<Record<string, string>> },
    repository: string,
    env: NodeJS.ProcessEnv,
  ): string {
    const work = join(this.folder, "work");
    rmSync(work, { recursive: true, force: true });
    const folder = join(work, ".github/workflows");
    mkdirSync(folder, { recursive: true });
    const { name, text } =
      typeof caller === "string"
        ? { name: caller, text: readFileSync(`${root}workflows/${caller}.yml`, "utf8") }
        : caller;
    writeFileSync(join(folder, `hostenv-${basename(name)}.yml`), withInputs(staged(text), inputs));
    const git = (...args: string[]) => execFileSync("git", args, { cwd: work, env, stdio: "ignore" });
    git("init", "--quiet", "--initial-branch=main");
    git("remote", "add", "origin", `https://github.com/${repository}.git`);
    git("add", "--all");
    git("commit", "--quiet", "--message", "The caller");
    return work;
  }
}

// As a user would: a line for each, below what the caller gives, or in its place.
function withInputs(text: string, inputs: Readonly<Record<string, string>>): string {
  const names = Object.keys(inputs);
  if (names.length === 0) return text;
  const lines = text.split("\n").filter((line) => !names.some((name) => line.startsWith(`      ${name}: `)));
  const uses = lines.findIndex((line) => line.startsWith("    uses: "));
  const at = lines.indexOf("    with:");
  const given = names.map((name) => `      ${name}: ${JSON.stringify(inputs[name])}`);
  lines.splice((at === -1 ? uses : at) + 1, 0, ...(at === -1 ? ["    with:"] : []), ...given);
  return lines.join("\n");
}

function flags(flag: string, values: Readonly<Record<string, string>>): string[] {
  return Object.entries(values).flatMap(([name, value]) => [flag, `${name}=${value}`]);
}

function jobsIn(log: string): { job: string; result: string; part: string }[] {
  const lines = log.split("\n").filter((line) => line.startsWith("{"));
  return lines.flatMap((line) => {
    const { jobResult, jobID, job } = JSON.parse(line) as Record<string, string | undefined>;
    // `job` is the caller's job, the called file and the job there, by name.
    return jobResult === undefined
      ? []
      : [{ job: String(jobID), result: jobResult, part: String(job).split("/")[0] as string }];
  });
}

function saidIn(log: string): string {
  const lines = log.split("\n").filter((line) => line.startsWith("{"));
  const said = lines.map(
    (line) => JSON.parse(line) as { msg?: string; raw_output?: boolean; level?: string },
  );
  return said
    .flatMap(({ msg = "", raw_output }) => (raw_output || /❌|::error|⭐/u.test(msg) ? [msg.trimEnd()] : []))
    .join("\n");
}
