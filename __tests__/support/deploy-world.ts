import { createHash } from "node:crypto";
import type { DeployPorts } from "../../src/commands/deploy.ts";
import type { NodeResult } from "../../src/commands/deploy-wave.ts";
import { isHeldOn, NOTHING, parseMemory } from "../../src/domain/dns/memory.ts";
import type { JsonValue } from "../../src/domain/json.ts";
import { MANIFEST, manifestOf } from "../../src/domain/manifest.ts";
import { planId } from "../../src/domain/review.ts";
import { HostenvError } from "../../src/errors.ts";
import type { HostenvSide } from "../../src/fleets/hostenv/facts.ts";
import { hostenv } from "../../src/fleets/hostenv/kind.ts";
import type { NodeLock, ProfileLink } from "../../src/ports/nodes.ts";
import { fake, tree } from "./fake-ports.ts";

/** A node in memory. */
export interface WorldNode {
  readonly profiles: Record<string, ProfileLink>;
  /** Store paths by profile and generation. */
  readonly generations: Record<string, Record<number, string>>;
  live: JsonValue | null;
  lock: NodeLock | null;
  /** Restore plans by environment, until its profile is activated. */
  readonly restores: Record<string, JsonValue>;
  /** What was restored, by environment, in the order of the activations. */
  readonly restored: [environment: string, plan: JsonValue][];
  /** Environments that have data there, whether the node carries them or did so once: homes stay. */
  readonly homes: Set<string>;
  os: string;
  freeBytes: number;
  trustedKeys: string[] | null;
  takenUids: Record<string, string>;
  /** Whether it can't be reached. */
  isDown: boolean;
}

/** What goes wrong, by `<node>.<profile>`. */
export interface WorldFaults {
  /** Activation fails, and deploy-rs rolls back. */
  readonly failing: Set<string>;
  /** Activation fails, and there is no way back: the link stays the new one. */
  readonly stuck: Set<string>;
  /** deploy-rs says that all is well, and the link is the old one. */
  readonly silent: Set<string>;
  /** Environments whose site does not answer. */
  readonly mute: Set<string>;
  /** Backups that fail, by `<node>.<environment>`. */
  readonly backups: Set<string>;
  /** Environments whose activation leaves what is to be restored. */
  readonly unrestored: Set<string>;
}

/** Nodes in memory that deploys of the real loop change. */
export class World {
  readonly nodes: Record<string, WorldNode> = {};
  readonly faults: WorldFaults = {
    failing: new Set(),
    stuck: new Set(),
    silent: new Set(),
    mute: new Set(),
    backups: new Set(),
    unrestored: new Set(),
  };
  /** What was done, a line each. */
  readonly log: string[] = [];
  /** What a person is shown of nodes. */
  readonly seen: string[] = [];
  /** Hostnames that lead to the node they are planned on. */
  readonly led = new Set<string>();
  /** dns-gate.json beside the snapshot. */
  memory: string | null = null;
  isStopped = false;
  isSuperseded = false;
  /** What state.json reserves, by user; what was ever planned, unless a test takes it away. */
  readonly reserved: Record<string, { uid: number }> = {};
  private side: HostenvSide;

  constructor(side: HostenvSide, nodes: readonly string[]) {
    this.side = side;
    this.reserve(side);
    for (const name of nodes) this.nodes[name] = freshNode();
  }

  /** What is committed from now on. */
  commit(side: HostenvSide): void {
    this.side = side;
    this.reserve(side);
  }

  private reserve({ plan }: HostenvSide): void {
    for (const [user, { uid }] of Object.entries(plan.environments)) this.reserved[user] ??= { uid };
  }

  /** Names of environments that a node's links carry. */
  carriedBy(node: string): string[] {
    return Object.keys(this.nodes[node]?.profiles ?? {}).filter((name) => name !== "system");
  }

  /** Where a profile's link leads. */
  link(node: string, profile: string): string | undefined {
    return this.nodes[node]?.profiles[profile]?.storePath;
  }

  /** Ports of `deploy` on this world. */
  ports(given: Partial<DeployPorts> = {}): DeployPorts {
    return {
      ...this.snapshotPorts(),
      nodes: this.nodePorts(),
      closures: fake<DeployPorts["closures"]>("closures", {
        derivations: async (_, names) => this.derivations(names),
        rollbacks: async () => ({}),
        dispose: async () => {},
      }),
      store: fake<DeployPorts["store"]>("store", {
        build: async (paths) => {
          this.log.push(`build ${paths.length}`);
        },
        sign: async () => {},
        copy: async (_, node) => this.reach(node.name, () => {}),
        buildOn: async (paths, node) =>
          this.reach(node.name, () => {
            this.log.push(`build ${paths.length} on ${node.name}`);
          }),
        dispose: async () => {},
      }),
      activator: { activate: async (node, profiles, { dry }) => this.activate(node.name, profiles, dry) },
      clock: { now: () => new Date("2026-01-01T00:00:00Z"), seconds: () => 1 },
      progress: { step: () => {}, notice: (text) => this.log.push(`notice ${text}`), done: () => {} },
      nodeProgress: {
        at: (name, text) => this.seen.push(`${name} ${text}`),
        ended: (name, text) => this.seen.push(`${name} ${text}`),
      },
      isStopped: () => this.isStopped,
      isSuperseded: async () => this.isSuperseded,
      signing: null,
      owner: "this run",
      unreviewed: async () => ({ changes: [], pinMoves: [] }),
      begun: () => this.log.push("begun"),
      verify: async (node) => this.verify(node),
      lead: async (moves, memory) => this.lead(moves, memory),
      secured: async (moves) => ({ secured: new Set(moves.map(({ move }) => move.name)), lacking: [] }),
      remember: async (text) => {
        this.log.push("memory");
        this.memory = text;
      },
      generated: "generated",
      ...given,
    };
  }

  private snapshotPorts(): Pick<DeployPorts, "trees" | "snapshot" | "files"> {
    const texts = {
      "plan.json": JSON.stringify(this.side.plan),
      "state.json": JSON.stringify(this.reserved),
    };
    const manifest = manifestOf(texts, { planId: planId(hostenv, this.side), tool: "0.0.0" });
    return {
      trees: fake<DeployPorts["trees"]>("trees", {
        current: async () => tree({ files: [] }),
        snapshotOf: async (copy, files) => {
          this.memory = files["dns-gate.json"] ?? this.memory;
          return copy;
        },
        dispose: async () => {},
      }),
      snapshot: fake<DeployPorts["snapshot"]>("snapshot", {
        steadily: (read) => read(),
        read: async () => ({ ...texts, [MANIFEST]: JSON.stringify(manifest) }),
      }),
      files: fake<DeployPorts["files"]>("files", {
        hashes: async () => [],
        readIfThere: async () => this.memory,
        readJsonIfThere: async (path) => (path.endsWith("plan.json") ? (this.side.plan as never) : null),
      }),
    };
  }

  // What is built follows from what is planned and from what the gate says.
  private derivations(names: readonly string[]) {
    const held = JSON.parse(this.memory ?? '{"off":[],"holds":{}}') as {
      off: string[];
      holds: Record<string, string>;
    };
    return Object.fromEntries(
      names.map((name) => {
        const content = name.startsWith("node-")
          ? [this.side.plan.nodes, held]
          : this.side.plan.environments[name.slice(4)];
        const hash = createHash("sha256")
          .update(JSON.stringify([name, content]))
          .digest("hex")
          .slice(0, 8);
        return [name, { drvPath: `/nix/store/${hash}-${name}.drv`, outPath: `/nix/store/${hash}-${name}` }];
      }),
    );
  }

  private nodePorts(): DeployPorts["nodes"] {
    return {
      look: async ({ name }) =>
        this.reach(name, (node) => ({
          os: node.os,
          freeBytes: node.freeBytes,
          trustedKeys: node.trustedKeys,
          logins: {},
          missingUsers: [],
          takenUids: node.takenUids,
          profiles: { ...node.profiles },
          live: node.live,
          lock: node.lock,
        })),
      live: async ({ name }) => this.reach(name, (node) => node.live),
      lock: async ({ name }, owner) =>
        this.reach(name, (node) => {
          if (node.lock && node.lock.owner !== owner) return node.lock;
          node.lock = { owner, since: "2026-01-01T00:00:00Z", expires: "2026-01-01T01:00:00Z" };
          return null;
        }),
      unlock: async ({ name }) =>
        this.reach(name, (node) => {
          node.lock = null;
        }),
      prepare: async () => {},
      profiles: async ({ name }, places) =>
        this.reach(name, (node) =>
          Object.fromEntries(places.map(({ profile }) => [profile, node.profiles[profile] ?? null])),
        ),
      writeLive: async ({ name }, text) =>
        this.reach(name, (node) => {
          node.live = JSON.parse(text) as JsonValue;
        }),
      backup: async ({ name }, user, backup) =>
        this.reach(name, () => {
          if (this.faults.backups.has(`${name}.${user}`))
            throw new HostenvError("backup-failed", "no backup", "hint");
          this.log.push(`backup ${user} on ${name}`);
          return { name: backup, snapshot: `snapshot-of-${user}-${name}` };
        }),
      restoreLeft: async ({ name }, { user }) =>
        this.reach(name, (node) =>
          Object.keys((node.restores[user] as { snapshots?: object })?.snapshots ?? {}),
        ),
      setAside: async ({ name }, { user, folders }, as) =>
        this.reach(name, (node) => {
          if (!node.homes.delete(user)) return [];
          this.log.push(`set aside ${user} on ${name}: ${as}`);
          return folders.map((folder) => `${folder}.${as === "copy" ? "copy" : "before-20260101T000000Z"}`);
        }),
      restorePlan: async ({ name }, { user }, plan) =>
        this.reach(name, (node) => {
          if (plan === null) delete node.restores[user];
          else node.restores[user] = plan;
        }),
      rollBack: async ({ name }, { profile }, generation) =>
        this.reach(name, (node) => {
          if (this.faults.failing.has(`${name}.${profile}`))
            throw new HostenvError("node-command", `${profile} did not start`, "look at it");
          const storePath = node.generations[profile]?.[generation];
          if (storePath === undefined)
            throw new HostenvError("generation-missing", "it is gone", "choose another");
          node.profiles[profile] = { storePath, generation, activatable: true, canRollBack: true };
          this.log.push(`roll back ${name}.${profile} to ${generation}`);
        }),
      lastLines: async () => [],
      dispose: async () => {},
    };
  }

  private async reach<T>(name: string, ask: (node: WorldNode) => T): Promise<T> {
    const node = this.nodes[name];
    if (!node || node.isDown)
      throw new HostenvError("node-unreachable", `${name} does not answer`, "look at it");
    return ask(node);
  }

  private async activate(
    name: string,
    profiles: readonly { profile: string; storePath: string }[],
    dry: boolean,
  ) {
    const node = await this.reach(name, (each) => each);
    const begun: { profile: string; log: string[] }[] = [];
    const failed = (log: string) => {
      begun.at(-1)?.log.push(log);
      return { exit: 1, begun, log: [] };
    };
    for (const { profile, storePath } of profiles) {
      begun.push({ profile, log: [] });
      const key = `${name}.${profile}`;
      this.log.push(`${dry ? "rehearse" : "activate"} ${key}`);
      if (dry) continue;
      if (this.faults.failing.has(key)) return failed(`${profile} did not start`);
      if (this.faults.silent.has(key)) continue;
      const isStuck = this.faults.stuck.has(key);
      const known = Object.keys(node.generations[profile] ?? {}).map(Number);
      const generation = Math.max(0, ...known) + 1;
      node.generations[profile] = { ...node.generations[profile], [generation]: storePath };
      node.profiles[profile] = { storePath, generation, activatable: true, canRollBack: true };
      if (isStuck) return failed("no way back");
      if (!this.faults.unrestored.has(key)) this.restore(node, profile);
      node.homes.add(profile);
      // What a system does not carry, it drops.
      if (profile === "system") this.dropOthers(name);
    }
    return { exit: 0, begun, log: [] };
  }

  // As the modules of projects do: data that they find is never restored over, and the plan is done with.
  private restore(node: WorldNode, profile: string): void {
    const plan = node.restores[profile];
    if (plan !== undefined && !node.homes.has(profile)) node.restored.push([profile, plan]);
    delete node.restores[profile];
  }

  private dropOthers(name: string): void {
    const memory = this.memory === null ? NOTHING : parseMemory(JSON.parse(this.memory), "dns-gate.json");
    const profiles = (this.nodes[name] as WorldNode).profiles;
    for (const user of Object.keys(profiles)) {
      const isHere = this.side.plan.environments[user]?.node === name || isHeldOn(memory, user, name);
      if (user !== "system" && !isHere) {
        this.log.push(`drop ${name}.${user}`);
        delete profiles[user];
      }
    }
  }

  private verify(node: string): NodeResult["checks"] {
    const here = Object.values(this.side.plan.environments).flatMap((each, index) =>
      each.node === node ? [Object.keys(this.side.plan.environments)[index] as string] : [],
    );
    return here.map((environment) => {
      const passed = !this.faults.mute.has(environment);
      this.log.push(`ask ${environment} on ${node}`);
      const failures = passed ? [] : ["no answer"];
      return {
        environment,
        check: "front",
        passed,
        failures,
        remark: null,
        status: 200,
        enforced: true,
        seconds: 0,
        attempts: 1,
      };
    });
  }

  private async lead(
    moves: Parameters<DeployPorts["lead"]>[0],
    memory: Parameters<DeployPorts["lead"]>[1],
  ): ReturnType<DeployPorts["lead"]> {
    const switched = moves.map(({ move }) => move.name).filter((name) => this.led.has(name));
    for (const name of switched) this.log.push(`led ${name}`);
    const waiting = moves
      .filter(({ move }) => !this.led.has(move.name))
      .map(({ move: { name, from, to } }) => ({
        environment: name,
        hostname: `${name}.test`,
        from,
        to,
        record: `${name}.test. CNAME ${to}.hosting.test.`,
        why: "elsewhere",
      }));
    return { memory, switched, waiting, troubles: [] };
  }
}

function freshNode(): WorldNode {
  return {
    profiles: {
      system: { storePath: "/nix/store/installed", generation: 1, activatable: true, canRollBack: true },
    },
    generations: { system: { 1: "/nix/store/installed" } },
    live: null,
    lock: null,
    restores: {},
    restored: [],
    homes: new Set(),
    os: "nixos",
    freeBytes: 2 ** 40,
    trustedKeys: null,
    takenUids: {},
    isDown: false,
  };
}
