import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Example } from "./example.ts";

/** The example, whose provider is cloned from a bare repository, and whose projects are pushed to. */
export class PushedProject {
  readonly example: Example;
  /** The provider's repository as the forge has it. */
  readonly origin: string;
  /** A checkout of its default branch. */
  readonly clone: string;

  constructor(nix: string) {
    this.example = new Example(nix);
    this.origin = join(this.example.folder, "origin.git");
    this.clone = join(this.example.folder, "clone");
    const { provider, folder } = this.example;
    this.git(folder, "clone", "--quiet", "--bare", "--branch=main", provider, this.origin);
    this.git(this.origin, "config", "uploadpack.allowAnySHA1InWant", "true");
    this.git(folder, "clone", "--quiet", `file://${this.origin}`, this.clone);
  }

  remove(): void {
    this.example.remove();
  }

  git(cwd: string, ...args: string[]): string {
    return this.example.git(args, cwd).trim();
  }

  /** The folder of a project's repository. */
  project(name: string): string {
    return join(this.example.folder, "git", name);
  }

  /** A commit on a branch of a project, which is made where it is not there; its flake is what `change` gives. */
  push(name: string, branch: string, change: (flake: string) => string = (text) => text): string {
    const repository = this.project(name);
    this.git(repository, "checkout", "--quiet", "-B", branch);
    const flake = join(repository, ".hostenv/flake.nix");
    writeFileSync(flake, `${change(readFileSync(flake, "utf8"))}# pushed\n`);
    this.git(repository, "commit", "--quiet", "--all", "--message", `A push to ${branch}`);
    return this.git(repository, "rev-parse", "HEAD");
  }

  /** As `push`, from what the branch is already. */
  pushOnto(name: string, branch: string, change?: (flake: string) => string): string {
    this.git(this.project(name), "checkout", "--quiet", branch);
    return this.push(name, branch, change);
  }

  deleteBranch(name: string, branch: string): void {
    this.git(this.project(name), "checkout", "--quiet", "main");
    this.git(this.project(name), "branch", "--quiet", "-D", branch);
  }

  /** The branches of the forge's repository that hold proposals. */
  proposals(): string[] {
    const listed = this.git(this.origin, "for-each-ref", "--format=%(refname:short)", "refs/heads/hostenv/");
    return listed.split("\n").filter((name) => name !== "");
  }

  /** Names of the files that differ between the default branch and another. */
  changed(branch: string): string[] {
    return this.git(this.origin, "diff", "--name-only", `main...${branch}`).split("\n");
  }

  /** Revisions by input of a branch's lock. */
  pins(branch: string, path = "generated/flake.lock"): Record<string, string> {
    const { nodes } = JSON.parse(this.git(this.origin, "show", `${branch}:${path}`));
    return Object.fromEntries(
      Object.entries(nodes.root.inputs as Record<string, string>).map(([name, node]) => [
        name,
        nodes[node].locked.rev as string,
      ]),
    );
  }

  /** The user of an environment of the snapshot. */
  user(project: string, environment: string): string {
    const { environments } = JSON.parse(this.git(this.origin, "show", "main:generated/plan.json"));
    const found = Object.entries(
      environments as Record<string, { hostenv: { project: string; environmentName: string } }>,
    ).find(([, { hostenv }]) => hostenv.project === project && hostenv.environmentName === environment);
    if (!found) throw new Error(`there is no environment ${environment} of ${project}`);
    return found[0];
  }
}
