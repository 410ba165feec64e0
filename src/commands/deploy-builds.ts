import type { Problem } from "../domain/deploy/preflight.ts";
import type { Derivation } from "../domain/derivations.ts";
import { BuildError, HostenvError } from "../errors.ts";
import type { Store } from "../ports/deploying.ts";
import type { Closures, Tree } from "../ports/flakes.ts";
import type { Trees } from "../ports/history.ts";
import type { NodeTarget } from "../ports/nodes.ts";
import type { Progress } from "../ports/people.ts";
import { NODES_AT_ONCE } from "./deploy-look.ts";
import { tellBuilderLog } from "./nodes-build.ts";
import { pooled } from "./pooled.ts";

/** A node whose closures are wanted. */
export interface NodeWish {
  readonly node: string;
  /** Environments that have a profile there. */
  readonly environments: readonly string[];
  /** The node as it is reached where it builds itself, so that nothing is built or signed here; else null. */
  readonly builder: NodeTarget | null;
}

/** Store paths of a node's profiles by name: `system`, and environments. */
export type NodeBuild = Readonly<Record<string, string>>;

/** What building needs of the world. */
export interface BuildsPorts {
  readonly closures: Closures;
  readonly store: Store;
  readonly trees: Trees;
  readonly progress: Progress;
}

/** What is built, with what the DNS gate has to say of it. */
export interface BuildGround {
  /** A copy of the provider's tracked files. */
  readonly tree: Tree;
  /** The text of dns-gate.json. */
  readonly memory: string;
  /** The file of the key that signs; null where nothing is signed. */
  readonly keyFile: string | null;
}

type Derivations = Readonly<Record<string, Derivation>>;

/** What was built for nodes in one deploy; what is built once more, such as after a move, replaces it. */
export class Builds {
  private readonly ports: BuildsPorts;
  private readonly builds = new Map<string, NodeBuild>();
  private readonly problems = new Map<string, Problem>();

  constructor(ports: BuildsPorts) {
    this.ports = ports;
  }

  /** What a node is to carry. */
  of(node: string): NodeBuild {
    return this.builds.get(node) ?? missing(`node-${node}`);
  }

  /** Why a node that builds itself could not, such as that it is not reached any more; null where it could. */
  problemOf(node: string): Problem | null {
    return this.problems.get(node) ?? null;
  }

  /**
   * Evaluates all profiles of all nodes at once, builds them here or on their node, and signs what was built here.
   * No link on any node is changed by it. Throws HostenvError `package-missing`, BuildError, and what `Closures`
   * and `Store` do here.
   */
  async make(wishes: readonly NodeWish[], { tree, memory, keyFile }: BuildGround): Promise<void> {
    if (wishes.length === 0) return;
    const { closures, trees, progress } = this.ports;
    progress.step("evaluating what is deployed");
    const snapshot = await trees.snapshotOf(tree, { "dns-gate.json": memory });
    const names = wishes.flatMap((wish) => packagesOf(wish).map(([, name]) => name));
    const found = await closures.derivations(snapshot, names);
    progress.step(`building ${names.length} closures`);
    try {
      await this.here(wishes, found, keyFile);
      await this.there(wishes, found);
    } catch (error) {
      tellBuilderLog(error, progress);
      throw error;
    }
    for (const wish of wishes) this.builds.set(wish.node, buildOf(wish, found));
  }

  private async here(wishes: readonly NodeWish[], found: Derivations, keyFile: string | null): Promise<void> {
    const local = wishes.filter(({ builder }) => builder === null);
    if (local.length === 0) return;
    const derivations = derivationsOf(local, found);
    await this.ports.store.build(derivations.map(({ drvPath }) => drvPath));
    const outPaths = derivations.map(({ outPath }) => outPath);
    if (keyFile !== null) await this.ports.store.sign(outPaths, keyFile);
  }

  // A node that can't be reached keeps no other from being deployed; what no builder can build does.
  private async there(wishes: readonly NodeWish[], found: Derivations): Promise<void> {
    const remote = wishes.flatMap((wish) => (wish.builder ? [{ wish, builder: wish.builder }] : []));
    await pooled(remote, NODES_AT_ONCE, async ({ wish, builder }) => {
      const drvPaths = derivationsOf([wish], found).map(({ drvPath }) => drvPath);
      try {
        await this.ports.store.buildOn(drvPaths, builder);
        this.problems.delete(wish.node);
      } catch (error) {
        if (!(error instanceof HostenvError) || error instanceof BuildError) throw error;
        const { code, message, hint } = error;
        this.problems.set(wish.node, { code, message, hint });
      }
    });
  }
}

function packagesOf({ node, environments }: NodeWish): [profile: string, name: string][] {
  return [["system", `node-${node}`], ...environments.map((name): [string, string] => [name, `env-${name}`])];
}

// Several names may lead to one derivation.
function derivationsOf(wishes: readonly NodeWish[], found: Derivations): Derivation[] {
  const all = wishes.flatMap(packagesOf).map(([, name]) => found[name] ?? missing(name));
  return [...new Map(all.map((each) => [each.drvPath, each])).values()];
}

function buildOf(wish: NodeWish, found: Derivations): NodeBuild {
  return Object.fromEntries(
    packagesOf(wish).map(([profile, name]) => [profile, (found[name] ?? missing(name)).outPath]),
  );
}

function missing(name: string): never {
  throw new HostenvError(
    "package-missing",
    `the snapshot's flake has no package ${name}`,
    "plan with a newer hostenv-provider: nix flake lock --update-input hostenv-provider",
  );
}
