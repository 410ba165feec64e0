import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Outcome, outcomeSchema, type Report, reportSchema } from "../../src/domain/report.ts";
import type { State } from "../../src/fleets/hostenv/schema.ts";
import { Example, type Run } from "./example.ts";

/** The example with branches of one's own, as several people would work on it. */
export class Branches extends Example {
  private readonly nix: string;

  constructor(nix: string) {
    super(nix);
    this.nix = nix;
  }

  path(name: string): string {
    return join(this.provider, name);
  }

  read(name: string): string {
    return readFileSync(this.path(name), "utf8");
  }

  state(): State {
    return JSON.parse(this.read("generated/state.json"));
  }

  edit(name: string, from: string, to: string): void {
    const text = this.read(name);
    if (!text.includes(from)) throw new Error(`${name} does not hold ${from}`);
    writeFileSync(this.path(name), text.replace(from, to));
  }

  /** A branch made from another, checked out. */
  branch(name: string, from: string): void {
    this.git(["checkout", "--quiet", "--force", "-B", name, from]);
    this.git(["clean", "--quiet", "-fd"]);
  }

  commit(message: string): string {
    this.git(["add", "--all"]);
    this.git(["commit", "--quiet", "--allow-empty", "--message", message]);
    return this.git(["rev-parse", "HEAD"]).trim();
  }

  /** Names a project in flake.nix after an existing line, and locks it. */
  addInput(name: string, after: string): void {
    const url = `git+https://git.example/${name.replace("__", "/")}?ref=main&dir=.hostenv`;
    this.edit("flake.nix", after, `${after}\n    ${name}.url = "${url}";`);
    const args = ["--extra-experimental-features", "nix-command flakes", "flake", "lock"];
    execFileSync(this.nix, args, { cwd: this.provider, env: this.env, stdio: ["ignore", "ignore", "pipe"] });
  }

  /** What a pull request of the branch that is checked out says. */
  report(base: string, options: Parameters<Example["run"]>[1] = {}): Report {
    const file = join(this.folder, "pull-request.json");
    const run = this.run(["plan", "--base", base, "--dry-run", "--report", file], options);
    if (run.status === 1) throw new Error(run.stderr);
    return reportSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  }

  /** What the deploy workflow does on the branch that is checked out: plans, and commits the snapshot. */
  deploy(): void {
    const run = this.run(["plan"]);
    if (run.status === 1) throw new Error(run.stderr);
    this.commit("Snapshot");
  }
}

/** The document of a run with `--json`. */
export function outcomeOf({ stdout, stderr }: Run): Outcome {
  if (stdout === "") throw new Error(stderr);
  return outcomeSchema.parse(JSON.parse(stdout));
}

/** Findings as `rule subject`. */
export function rulesIn({ findings }: Pick<Outcome, "findings">): string[] {
  return findings.map(({ rule, subject }) => `${rule} ${subject}`);
}
