import { z } from "zod";
import { MANIFEST, manifestIn, manifestOf } from "../domain/manifest.ts";
import {
  type ProjectProposal,
  type ProjectUpdate,
  projectUpdateSchema,
  proposalBranch,
} from "../domain/project-push.ts";
import { HostenvError, UsageError } from "../errors.ts";
import { directInputs } from "../fleets/hostenv/pins.ts";
import { movedLock, strangerAmong } from "../fleets/hostenv/pushes.ts";
import { type Lock, parseLock } from "../fleets/hostenv/schema.ts";
import type { Branches, FolderTexts, LivingProposals, OpenPull } from "../ports/branches.ts";
import type { Files } from "../ports/files.ts";
import type { Progress } from "../ports/people.ts";
import { proposalText, withdrawnText } from "../render/project-proposal.ts";

/** Inputs of `project propose`. */
export const projectProposeInputs = z.strictObject({
  proposal: z.string(),
  /** The workflow that comments on a pull request, by the name of its file. */
  planWorkflow: z
    .string()
    .regex(/^[\w.-]+\.ya?ml$/, "is no file of a workflow")
    .optional(),
  dryRun: z.boolean().default(false),
});

type Inputs = z.infer<typeof projectProposeInputs>;

/** What `project propose` needs of the world. */
export interface ProjectProposePorts {
  readonly branches: Branches;
  readonly proposals: LivingProposals;
  readonly files: Files;
  readonly progress: Progress;
  /** The provider's folder, and the snapshot's below it. */
  readonly provider: string;
  readonly generated: string;
}

/** The most a proposal may hold, in bytes: two locks of 10,000 environments are a half of it. */
const PROPOSAL_LIMIT = 64 * 1024 * 1024;

/** A branch that somebody else pushes meanwhile is looked at again so often. */
const ATTEMPTS = 3;

const ROOT_LOCK = "flake.lock";

/**
 * Brings what `project update` found to a branch of its own, and its pull request to what it is now. Of the file's
 * locks only the project's own pins are taken, onto what the default branch is by now: it may come from a machine that
 * ran a client's code. Throws HostenvError `proposal-schema`, `proposal-strange` and `push-refused`.
 */
export async function projectPropose(inputs: Inputs, ports: ProjectProposePorts): Promise<ProjectProposal> {
  try {
    const update = parsed(await ports.files.readJson(inputs.proposal, PROPOSAL_LIMIT), inputs.proposal);
    if (update.result === "ignored" || update.branch === null) return answer("none", null);
    return await new Proposing(update, inputs, ports).run();
  } finally {
    ports.progress.done();
  }
}

function parsed(json: unknown, path: string): ProjectUpdate {
  const { data, error } = projectUpdateSchema.safeParse(json);
  if (data) return data;
  const [issue] = error.issues;
  throw new HostenvError(
    "proposal-schema",
    `${path} is no proposal: at /${issue?.path.join("/")}: ${issue?.message}`,
    "give the file that project update wrote, of the same version",
  );
}

function answer(result: ProjectProposal["result"], branch: string | null): ProjectProposal {
  return { schema: 1, result, branch, commit: null, pullRequest: null, url: null, planned: false };
}

class Proposing {
  private readonly update: ProjectUpdate;
  private readonly inputs: Inputs;
  private readonly ports: ProjectProposePorts;
  private readonly branch: string;

  constructor(update: ProjectUpdate, inputs: Inputs, ports: ProjectProposePorts) {
    this.update = update;
    this.inputs = inputs;
    this.ports = ports;
    this.branch = proposalBranch(ports.provider, update);
  }

  async run(): Promise<ProjectProposal> {
    const onto = await this.ports.branches.current();
    if (onto === null)
      throw new UsageError("no branch is checked out", "check out the branch that pull requests go to");
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const [base, before] = [await this.tip(onto), await this.ports.branches.tip(this.branch)];
      const commit = await this.commitOn(base);
      if (commit === null) return this.withdrawn(onto, before);
      if (this.inputs.dryRun) return answer("dry-run", this.branch);
      const there = await this.pushed(before, commit);
      if (there !== null) return this.proposed(onto, there);
    }
    throw refused(this.branch, `${ATTEMPTS} times somebody else's push came first`);
  }

  private async tip(onto: string): Promise<string> {
    const tip = await this.ports.branches.tip(onto);
    if (tip !== null) return tip;
    throw new UsageError(`origin has no branch ${onto}`, "check out the branch that pull requests go to");
  }

  /** The commit that the branch is at now; null where somebody else was faster. */
  private async pushed(before: string | null, commit: string): Promise<string | null> {
    const { branches } = this.ports;
    if (before !== null && (await branches.isAlike(before, commit))) return before;
    const pushed = await branches.push(this.branch, before, commit);
    if (pushed.result === "refused") throw refused(this.branch, pushed.reason);
    return pushed.result === "pushed" ? commit : null;
  }

  // Null where the branch holds all of it by now.
  private async commitOn(base: string): Promise<string | null> {
    const { branches, generated } = this.ports;
    if (this.update.result !== "moved") return null;
    const [folder, rootText] = [await branches.folderAt(base), await branches.fileAt(base, ROOT_LOCK)];
    const root = lockIn(rootText, ROOT_LOCK);
    const newRoot = this.taken(root, root, this.update.rootLock, this.update.projects);
    const committed = Object.hasOwn(folder, ROOT_LOCK)
      ? lockIn(folder[ROOT_LOCK] as string, `${generated}/${ROOT_LOCK}`)
      : null;
    const newLock =
      committed && this.taken(root, committed, this.update.generatedLock, this.names(newRoot !== null));
    if (newRoot === null && newLock === null) return null;
    return branches.commit({
      tree: base,
      parents: [base],
      files: newLock === null ? folder : withLock(folder, newLock),
      others: newRoot === null ? {} : { [ROOT_LOCK]: newRoot },
      message: `${proposalText(this.update).title}\n`,
    });
  }

  private names(isRootMoved: boolean): string[] {
    const { environments, projects } = this.update;
    const { moved, added, removed } = environments;
    return [...moved, ...added, ...removed, ...(isRootMoved ? projects : [])];
  }

  // The lock of the branch with the project's pins of the proposal: null where nothing of it is new.
  private taken(root: Lock, lock: Lock, text: string | null, names: readonly string[]): string | null {
    if (text === null) return null;
    const proposed = lockIn(text, "the proposed lock");
    const places = this.places(root);
    const stranger =
      strangerAmong(proposed, names, places) ??
      strangerAmong(lock, names, places) ??
      this.shared(lock, names);
    if (stranger !== null) throw strange(stranger, this.update.projects);
    return movedLock(lock, proposed, names);
  }

  private places(root: Lock): Readonly<Record<string, unknown>>[] {
    const direct = directInputs(root);
    return this.update.projects.map((name) => {
      const target = Object.hasOwn(direct, name) ? direct[name] : undefined;
      const original = typeof target === "string" ? root.nodes[target]?.original : undefined;
      if (original === undefined) throw strange(name, this.update.projects);
      return original;
    });
  }

  // A name that is none of the project's, and leads to what the provider itself is built with.
  private shared(lock: Lock, names: readonly string[]): string | null {
    const direct = directInputs(lock);
    return names.find((name) => Object.hasOwn(direct, name) && typeof direct[name] !== "string") ?? null;
  }

  private async proposed(onto: string, commit: string): Promise<ProjectProposal> {
    const { proposals } = this.ports;
    const text = proposalText(this.update);
    const open = await proposals.opened(this.branch, onto);
    const pull = open ?? (await proposals.open(this.branch, onto, text));
    if (open && (open.title !== text.title || open.body !== text.body))
      await proposals.edit(open.number, text);
    return {
      ...answer("proposed", this.branch),
      commit,
      pullRequest: pull.number,
      url: pull.url,
      planned: await this.planned(pull),
    };
  }

  // GitHub starts no workflow for what a job's own token does, but for this.
  private async planned({ number }: OpenPull): Promise<boolean> {
    const { planWorkflow } = this.inputs;
    if (planWorkflow === undefined) return false;
    await this.ports.proposals.start(planWorkflow, this.branch, { "pull-request": String(number) });
    return true;
  }

  private async withdrawn(onto: string, before: string | null): Promise<ProjectProposal> {
    const { proposals, branches } = this.ports;
    const open = await proposals.opened(this.branch, onto);
    if (open === null && before === null) return answer("none", null);
    if (this.inputs.dryRun) return answer("dry-run", this.branch);
    if (open) await proposals.close(open.number, withdrawnText(this.update));
    if (before !== null) await branches.remove(this.branch, before);
    if (open === null) return answer("none", null);
    return { ...answer("closed", this.branch), pullRequest: open.number, url: open.url };
  }
}

function lockIn(text: string | null, where: string): Lock {
  try {
    return parseLock(JSON.parse(text ?? '{"nodes":{}}'), where);
  } catch (cause) {
    if (cause instanceof HostenvError) throw cause;
    const hint = "write it again with: nix flake lock";
    throw new HostenvError("lock-schema", `${where} is no JSON`, hint, cause);
  }
}

// Written together, as a plan would have; where the folder was torn before, that stays to be seen.
function withLock(folder: FolderTexts, lock: string): FolderTexts {
  const manifest = manifestIn(folder);
  const files = { ...folder, [ROOT_LOCK]: lock };
  if (manifest === null) return files;
  return { ...files, [MANIFEST]: `${JSON.stringify(manifestOf(files, manifest), null, 2)}\n` };
}

function strange(name: string, projects: readonly string[]): HostenvError {
  return new HostenvError(
    "proposal-strange",
    `the proposal moves '${name}', which is no pin of ${projects.join(", ")}`,
    "start the workflow again; if it says so again, look at what its first job did",
  );
}

function refused(branch: string, reason: string): HostenvError {
  return new HostenvError(
    "push-refused",
    `the proposal can't be pushed to ${branch}: ${reason}`,
    "the token needs the right to write contents; see which rules of the repository forbid it",
  );
}
