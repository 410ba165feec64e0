import { z } from "zod";
import { branchOf, type ProjectUpdate, type Repository, repositoryAt } from "../domain/project-push.ts";
import { HostenvError, InputError } from "../errors.ts";
import { lockText, withoutInputs } from "../fleets/hostenv/locks.ts";
import {
  environmentsOf,
  movedLock,
  type ProjectInput,
  projectsIn,
  revisionOf,
} from "../fleets/hostenv/pushes.ts";
import { type Lock, parseLock, parsePlan } from "../fleets/hostenv/schema.ts";
import type { Evaluation, Tree } from "../ports/flakes.ts";
import { generatedOf, locksOf } from "./plan-lock.ts";
import { evaluated, type SidePorts } from "./plan-sides.ts";
import { folderOf } from "./plan-state.ts";

const commit = z.string().regex(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/, "is no commit: 40 hex digits");

/** GitHub says zeros for the commit of a branch that is not there. */
const isNothing = (sha: string) => /^0+$/.test(sha);

/** Inputs of `project update`. What a project's workflow sends is a stranger's text. */
export const projectUpdateInputs = z.strictObject({
  project: z
    .string("is no repository")
    .max(500, "is too long for a repository")
    .refine(
      (text) => repositoryAt(text, "github.com") !== null,
      "is no repository: OWNER/NAME or https://HOST/PATH",
    ),
  ref: z.string("is no reference").min(1, "is no reference").max(1000, "is too long for a reference"),
  /** What the project says that the branch leads to: a hint, which decides nothing. */
  sha: commit.optional(),
  /** As `sha`: that an environment is gone is said by the project itself. */
  deleted: z.boolean().default(false),
  system: z.string().default("x86_64-linux"),
});

type Inputs = z.infer<typeof projectUpdateInputs>;

/** What `project update` needs of the world. */
export interface ProjectUpdatePorts extends SidePorts {
  /** The host of the forge on which `OWNER/NAME` is a repository. */
  readonly server: string;
}

/**
 * Which pins a push to a project's branch moves. Writes nothing: both locks are in the answer. A push that is about
 * nothing of this provider is `ignored`. Throws HostenvError `project-branch-gone` where the branch is deleted that
 * says which environments there are, and as `Evaluator` and `Locker` do.
 */
export async function projectUpdate(inputs: Inputs, ports: ProjectUpdatePorts): Promise<ProjectUpdate> {
  try {
    return await new Updating(inputs, ports).run();
  } finally {
    ports.progress.done();
    await ports.evaluator.dispose();
    await ports.trees.dispose();
  }
}

/** The provider with some pins of the root lock. */
interface Provider {
  readonly root: Lock;
  readonly evaluation: Evaluation;
  /** Environments of the pushed projects, and their branches. */
  readonly environments: ReadonlyMap<string, string | null>;
}

class Updating {
  private readonly inputs: Inputs;
  private readonly ports: ProjectUpdatePorts;
  private readonly branch: string | null;
  private projects: readonly ProjectInput[] = [];
  private newest: Promise<Lock> | null = null;

  constructor(inputs: Inputs, ports: ProjectUpdatePorts) {
    this.inputs = inputs;
    this.ports = ports;
    this.branch = branchOf(inputs.ref);
  }

  async run(): Promise<ProjectUpdate> {
    const { trees, server } = this.ports;
    if (this.branch === null)
      return this.ended("ignored", `${this.inputs.ref} is no branch that can be hosted`);
    const tree = await trees.current(null);
    const { root } = await locksOf(tree, this.ports);
    // The schema has looked at it.
    const repository = repositoryAt(this.inputs.project, server) as Repository;
    this.projects = projectsIn(root, repository, [server]);
    if (this.projects.length === 0)
      return this.ended("ignored", `${this.inputs.project} is no project of this provider`);
    if (this.isOwnBranch(this.branch) && this.isDeleted()) return this.followed(tree, root, this.branch);
    const before = await this.provider(tree, root);
    return this.isDeleted() ? this.deleted(tree, before) : this.pushed(tree, before, this.branch);
  }

  // A project's own input says which environments there are; every other branch is only one of them.
  private isOwnBranch(branch: string): boolean {
    return this.projects.some((each) => each.branch === branch);
  }

  private isDeleted(): boolean {
    return this.inputs.deleted;
  }

  // Anybody with a token to send it can say so, and as often as they like.
  private async followed(tree: Tree, root: Lock, branch: string): Promise<ProjectUpdate> {
    try {
      await this.newestRoot(tree, root);
    } catch (error) {
      throw error instanceof InputError && error.isGone ? branchGone(this.projects, branch) : error;
    }
    return this.ended("ignored", `the branch ${branch} of ${this.named()} is still there`);
  }

  private async pushed(tree: Tree, before: Provider, branch: string): Promise<ProjectUpdate> {
    const known = on(before, branch);
    const moved = await this.withNewest(tree, before, branch, known);
    const names = on(moved, branch);
    if (names.length === 0 && !this.isOwnBranch(branch))
      return this.ended("ignored", `no environment of ${this.named()} is on the branch ${branch}`);
    return this.proposal(tree, before, moved, names);
  }

  // A branch that nothing is known of may be declared by what the project says by now.
  private async withNewest(
    tree: Tree,
    before: Provider,
    branch: string,
    known: readonly string[],
  ): Promise<Provider> {
    const isHead =
      this.projects.some((each) => each.branch === null) && (await this.isAtHead(tree, before, known));
    if (known.length > 0 && !this.isOwnBranch(branch) && !isHead) return before;
    return this.moved(tree, before);
  }

  // A project's input that names no branch follows the repository's own, whose name is not known here: where
  // both lead to one commit, it is this one.
  private async isAtHead(tree: Tree, before: Provider, known: readonly string[]): Promise<boolean> {
    const newest = await this.newestRoot(tree, before.root);
    const heads = this.projects.flatMap(({ name, branch }) =>
      branch === null ? [revisionOf(newest, name)] : [],
    );
    const generated = known.length > 0 ? await this.generated(tree, before, known) : null;
    const here = [this.inputs.sha ?? null, ...known.map((name) => generated && revisionOf(generated, name))];
    return heads.some((head) => head !== null && here.includes(head));
  }

  private async deleted(tree: Tree, before: Provider): Promise<ProjectUpdate> {
    const branch = this.branch as string;
    const known = on(before, branch);
    const moved = await this.moved(tree, before);
    const left = on(moved, branch);
    if (left.length > 0) {
      // The project says otherwise: what is open for the branch stays open.
      const reason = `${this.named()} still has the environment ${left.join(", ")}: where its branch ${branch} is deleted, take it out of the project's flake, too`;
      return this.ended("ignored", reason);
    }
    if (known.length > 0) return this.proposal(tree, before, moved, []);
    return this.ended("unchanged", `no environment of ${this.named()} is on the branch ${branch}`);
  }

  private async proposal(
    tree: Tree,
    before: Provider,
    after: Provider,
    names: readonly string[],
  ): Promise<ProjectUpdate> {
    const { committed } = await locksOf(tree, this.ports);
    const inputs = this.projects.map(({ name }) => name);
    const isMoved = after !== before;
    const changed = difference(before.environments, after.environments);
    const made = await this.generated(tree, after, names);
    const touched = [...names, ...changed.removed, ...(isMoved ? inputs : [])];
    const generatedLock = committed && made ? movedLock(committed, made, touched) : null;
    const rootLock = isMoved ? movedLock(before.root, after.root, inputs) : null;
    const nothing = generatedLock === null && rootLock === null;
    const locked = names.flatMap((name) => (made && revisionOf(made, name)) ?? []);
    const revision = locked[0] ?? revisionOf(after.root, inputs[0] as string);
    this.warnOfOther(revision);
    return {
      ...this.ended(nothing ? "unchanged" : "moved", nothing ? whyNothing(committed !== null, names) : null),
      environments: {
        moved: names.filter((name) => !changed.added.includes(name) && generatedLock !== null),
        ...changed,
      },
      revision,
      rootLock,
      generatedLock,
    };
  }

  private warnOfOther(revision: string | null): void {
    const { sha } = this.inputs;
    if (sha === undefined || isNothing(sha) || revision === null || sha === revision) return;
    this.ports.progress.notice(
      `the push was of ${sha}, and Nix found ${revision} on the branch: that counts`,
    );
  }

  private async provider(tree: Tree, root: Lock): Promise<Provider> {
    const evaluation = await evaluated(tree, this.inputs.system, this.ports);
    const plan = parsePlan(evaluation.plan, "the evaluated plan");
    return { root, evaluation, environments: environmentsOf(plan, evaluation.flakeInputs, this.projects) };
  }

  // The copy gets the lock: nothing of the work tree is touched.
  private async moved(tree: Tree, before: Provider): Promise<Provider> {
    const newest = await this.newestRoot(tree, before.root);
    const inputs = this.projects.map(({ name }) => name);
    const text = movedLock(before.root, newest, inputs);
    if (text === null) return before;
    await this.ports.files.write(`${folderOf(tree)}/flake.lock`, text);
    return this.provider(tree, parseLock(JSON.parse(text), "the new flake.lock"));
  }

  private newestRoot(tree: Tree, root: Lock): Promise<Lock> {
    this.newest ??= this.lockedAnew(tree, root);
    return this.newest;
  }

  // Of a flake only the inputs decide what is locked: its text alone is enough.
  private async lockedAnew(tree: Tree, root: Lock): Promise<Lock> {
    const { files, locker, progress } = this.ports;
    const flake = (await files.readIfThere(`${folderOf(tree)}/flake.nix`)) ?? "";
    progress.step("looking what the project is now");
    const seed = withoutInputs(
      root,
      this.projects.map(({ name }) => name),
    );
    const { lock, warnings } = await locker.lock(flake, lockText(seed));
    for (const warning of warnings) progress.notice(warning);
    return parseLock(JSON.parse(lock), "the new flake.lock");
  }

  private async generated(
    tree: Tree,
    { evaluation }: Provider,
    names: readonly string[],
  ): Promise<Lock | null> {
    const made = await generatedOf(tree, evaluation, { update: names, lenient: true }, this.ports);
    return made === null ? null : parseLock(JSON.parse(made.lock), "the new lock");
  }

  private named(): string {
    return this.projects.map(({ name }) => name).join(", ");
  }

  private ended(result: ProjectUpdate["result"], reason: string | null): ProjectUpdate {
    return {
      schema: 1,
      result,
      reason,
      projects: this.projects.map(({ name }) => name),
      branch: this.branch,
      deleted: this.isDeleted(),
      environments: { moved: [], added: [], removed: [] },
      revision: null,
      rootLock: null,
      generatedLock: null,
    };
  }
}

function on({ environments }: Provider, branch: string): string[] {
  return [...environments].flatMap(([name, its]) => (its === branch ? [name] : []));
}

function difference(
  before: Provider["environments"],
  after: Provider["environments"],
): Pick<ProjectUpdate["environments"], "added" | "removed"> {
  return {
    added: [...after.keys()].filter((name) => !before.has(name)),
    removed: [...before.keys()].filter((name) => !after.has(name)),
  };
}

function whyNothing(isSnapshotThere: boolean, names: readonly string[]): string {
  if (!isSnapshotThere && names.length > 0)
    return "there is no snapshot yet: the first deploy gives every environment its pin";
  return "the pins are where the branch is";
}

function branchGone(projects: readonly ProjectInput[], branch: string): HostenvError {
  const names = projects.filter((each) => each.branch === branch).map(({ name }) => name);
  return new HostenvError(
    "project-branch-gone",
    `${names.join(", ")} follows the branch ${branch}, which is deleted: no environment of it can be planned anew`,
    "let the input of flake.nix follow another branch, or take the project out",
  );
}
