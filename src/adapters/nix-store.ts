import { BuildError, HostenvError } from "../errors.ts";
import type { Store } from "../ports/deploying.ts";
import type { NodeTarget } from "../ports/nodes.ts";
import { buildFailure } from "./nix-errors.ts";
import type { Finished } from "./nix-group.ts";
import { type NixRunner, SAFE_BUILD } from "./nix-runner.ts";

/** Lines of a failed builder's log that are kept. */
const LOG_LINES = "25";

/** A command line may hold about 2 MiB; store paths have some 100 bytes. */
const PATHS_PER_CALL = 2000;

/** Which programs work on the store. */
export interface StoreRunners {
  readonly nix: NixRunner;
  /** `nix-store`, which takes derivations in one way in all versions. */
  readonly nixStore: NixRunner;
  /** As these two, with a PATH on which our ssh stands first. */
  readonly towards: (node: NodeTarget) => { readonly nix: NixRunner; readonly nixStore: NixRunner };
}

/** The local Nix store. */
export class NixStore implements Store {
  private readonly runners: StoreRunners;
  private readonly others: NixRunner[] = [];

  constructor(runners: StoreRunners) {
    this.runners = runners;
  }

  async build(drvPaths: readonly string[]): Promise<void> {
    for (const part of portions(drvPaths)) {
      const args = ["--realise", "--no-build-output", "--option", "log-lines", LOG_LINES, ...part];
      const { exit, stderr } = await this.runners.nixStore.run(args);
      if (exit !== 0) throw buildFailure(stderr, exit, "what is deployed");
    }
  }

  async sign(paths: readonly string[], keyFile: string): Promise<void> {
    for (const part of portions(paths)) {
      const args = ["store", "sign", ...SAFE_BUILD, "--recursive", "--key-file", keyFile, ...part];
      const { exit, stderr } = await this.runners.nix.run(args);
      if (exit !== 0) throw signingFailed(stderr);
    }
  }

  async copy(paths: readonly string[], node: NodeTarget): Promise<void> {
    await this.bring(["--substitute-on-destination", "--to", `ssh://${addressOf(node)}`], paths, node);
  }

  async buildOn(drvPaths: readonly string[], node: NodeTarget): Promise<void> {
    // Derivations and their sources are named by their content: they need no signature.
    const to = `ssh-ng://${addressOf(node)}`;
    await this.bring(["--derivation", "--to", to], drvPaths, node);
    const { nixStore } = this.towards(node);
    const options = ["--no-build-output", "--option", "log-lines", LOG_LINES];
    for (const part of portions(drvPaths)) {
      const finished = await nixStore.run(["--store", to, "--realise", ...options, ...part]);
      if (finished.exit !== 0) throw remoteBuildFailure(finished, node.name);
    }
  }

  async dispose(): Promise<void> {
    const { nix, nixStore } = this.runners;
    await Promise.all([nix, nixStore, ...this.others].map((runner) => runner.dispose()));
  }

  private async bring(how: readonly string[], paths: readonly string[], node: NodeTarget): Promise<void> {
    const { nix } = this.towards(node);
    for (const part of portions(paths)) {
      const finished = await nix.run(["copy", ...SAFE_BUILD, ...how, ...part]);
      if (finished.exit !== 0) throw copyFailure(finished, node.name);
    }
  }

  private towards(node: NodeTarget): { readonly nix: NixRunner; readonly nixStore: NixRunner } {
    const runners = this.runners.towards(node);
    this.others.push(runners.nix, runners.nixStore);
    return runners;
  }
}

function addressOf({ deployUser, host }: NodeTarget): string {
  return `${deployUser}@${host.includes(":") ? `[${host}]` : host}`;
}

function portions(items: readonly string[]): string[][] {
  const count = Math.ceil(items.length / PATHS_PER_CALL);
  return Array.from({ length: count }, (_, index) =>
    items.slice(index * PATHS_PER_CALL, (index + 1) * PATHS_PER_CALL),
  );
}

// What Nix says of a key may quote it.
function signingFailed(stderr: string): HostenvError {
  const why = /secret key|key.*(?:corrupt|invalid)|base-64/i.test(stderr)
    ? "the key is none that Nix made"
    : "Nix could not sign";
  const hint = "give the whole line that `nix key generate-secret` printed: NAME:BASE64";
  return new HostenvError("signing-failed", `what is deployed can't be signed: ${why}`, hint);
}

function copyFailure({ exit, stderr }: Finished, node: string): HostenvError {
  const last = stderr.trim().split("\n").at(-1)?.slice(0, 300) ?? "";
  if (/lacks a (?:valid )?signature|lacks a signature by a trusted key/.test(stderr)) {
    const hint =
      "add its public key to provider.nixSigning.trustedPublicKeys, and deploy that first with the old key";
    return new HostenvError("signature-refused", `${node} does not trust the key that signed: ${last}`, hint);
  }
  if (isFull(stderr)) return diskFull(node);
  const hint = "check the network and the node's Nix; what was copied stays and is not copied again";
  return new HostenvError("copy-failed", `nothing could be copied to ${node} (${exit}): ${last}`, hint);
}

function remoteBuildFailure({ exit, stderr }: Finished, node: string): HostenvError {
  if (isFull(stderr)) return diskFull(node);
  const failure = buildFailure(stderr, exit, `what is deployed to ${node}`, `on ${node}: nix log`);
  if (failure instanceof BuildError) return failure;
  const last = stderr.trim().split("\n").at(-1)?.slice(0, 300) ?? "";
  const hint = "check the node's Nix and its log, or have it built here: leave remote builds out";
  return new HostenvError("remote-build-failed", `${node} can't build (${exit}): ${last}`, hint);
}

function isFull(stderr: string): boolean {
  return /No space left on device/i.test(stderr);
}

function diskFull(node: string): HostenvError {
  const hint = `free space on ${node}: nix-collect-garbage --delete-older-than 14d`;
  return new HostenvError("node-disk-full", `the store of ${node} has no space left`, hint);
}
