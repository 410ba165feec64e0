import { type MoveStage, nextStep, stageOf } from "../domain/deploy/moves.ts";
import type { Problem } from "../domain/deploy/preflight.ts";
import type { Memory } from "../domain/dns/memory.ts";
import { HostenvError } from "../errors.ts";
import { gateConcerning, withMovesHeld } from "../fleets/hostenv/deploy-gate.ts";
import { buildsItself, placesOf, type Target } from "../fleets/hostenv/deploy-targets.ts";
import type { HostenvSide } from "../fleets/hostenv/facts.ts";
import { partOf } from "../fleets/hostenv/live.ts";
import type { Closures } from "../ports/flakes.ts";
import { document } from "../render/json.ts";
import { Builds } from "./deploy-builds.ts";
import type { LoopGround, LoopPorts, Waiting } from "./deploy-ground.ts";
import { Journal } from "./deploy-journal.ts";
import {
  isAnswering,
  isInterruption,
  isWell,
  STOPPED,
  toldOf,
  unanswered,
  untouched,
} from "./deploy-judge.ts";
import { NodeLocks } from "./deploy-locks.ts";
import { type Looked, NODES_AT_ONCE } from "./deploy-look.ts";
import { type Rehearsed, rehearsal } from "./deploy-rehearsal.ts";
import { type Followed, leadVisitors, secureVisitors } from "./deploy-visitors.ts";
import { type DeployRun, deployNode, type NodeResult } from "./deploy-wave.ts";
import { pooled } from "./pooled.ts";

interface Ended {
  readonly exitCode: 0 | 2;
  readonly memory: Memory;
  readonly result: "deployed" | "failed" | "superseded" | "stopped" | "dry-run";
  readonly nodes: readonly NodeResult[];
  readonly waiting: readonly Waiting[];
  readonly troubles: readonly Problem[];
}

/** One deploy from its first wave to its last. */
export class DeployLoop {
  private readonly ground: LoopGround;
  private readonly ports: LoopPorts;
  private readonly journal: Journal;
  private readonly locks: NodeLocks;
  private memory: Memory;
  private readonly builds: Builds;
  private rollbacks: Awaited<ReturnType<Closures["rollbacks"]>> = {};
  private readonly results = new Map<string, NodeResult>();
  private waiting: readonly Waiting[] = [];
  private readonly troubles: Problem[] = [];
  /** What lies beside the snapshot; nothing is as good as a memory of nothing. */
  private kept: string;

  constructor(ground: LoopGround, ports: LoopPorts) {
    this.ground = ground;
    this.ports = ports;
    this.journal = new Journal(ground.lives, ports);
    this.locks = new NodeLocks(ground.owner, ports.nodes);
    this.builds = new Builds(ports);
    this.kept = document(ground.memory);
    this.memory = withMovesHeld(ground.memory, this.stages(), ground.snapshot.side.plan);
  }

  /** Deploys wave by wave; a wave with more failures than allowed is the last. */
  async run(): Promise<Ended> {
    try {
      return await this.wavesRun();
    } catch (error) {
      if (this.ports.isStopped() && isInterruption(error)) return this.ended("stopped");
      // What was done by then must be told: nodes were changed, and others wait for how it ended.
      if (this.results.size === 0 || !(error instanceof HostenvError)) throw error;
      this.troubles.push(toldOf(error));
      return this.ended("failed");
    }
  }

  private async wavesRun(): Promise<Ended> {
    await this.prepare();
    await this.keepMemory();
    for (const [index, wave] of this.ground.waves.entries()) {
      if (this.ports.isStopped()) return this.ended("stopped");
      if (await this.ports.isSuperseded()) return this.ended("superseded");
      await this.deployAll(wave, index + 1);
      await this.leadOn(wave, index + 1);
      if (this.ports.isStopped()) return this.ended("stopped");
      if (this.failures() > this.ground.inputs.maxFailures) return this.ended("failed");
    }
    return this.ended(this.failures() > 0 ? "failed" : "deployed");
  }

  /** Builds everything, and lets deploy-rs say what it would do. Closures are copied, and nothing is activated. */
  async rehearse(): Promise<Ended> {
    await this.prepare();
    for (const [index, wave] of this.ground.waves.entries())
      for (const node of wave.filter((each) => this.mayDeploy(each)))
        this.results.set(node, { wave: index + 1, ...(await rehearsal(this.rehearsed(node), this.ports)) });
    const isFine = [...this.results.values()].every(({ profiles }) =>
      profiles.every(({ exit }) => exit === 0),
    );
    const isReady = this.ground.waves.flat().every((node) => this.mayDeploy(node));
    return { ...this.ended("dry-run"), exitCode: isFine && isReady ? 0 : 2 };
  }

  private async prepare(): Promise<void> {
    await this.build(this.ground.waves.flat());
    const memory = { "dns-gate.json": document(this.memory) };
    const tree = await this.ports.trees.snapshotOf(this.ground.snapshot.tree, memory);
    this.rollbacks = await this.ports.closures.rollbacks(tree);
  }

  private rehearsed(node: string): Rehearsed {
    const { looked } = this.ground;
    const { magic, auto } = this.deployRun().rollbackOf(node);
    const found = looked.get(node) as Exclude<Looked, { error: unknown }>;
    return {
      target: found.target,
      before: found.look.profiles,
      places: placesOf(partOf(this.side, node)),
      build: this.builds.of(node),
      settings: {
        dry: true,
        magicRollback: magic,
        autoRollback: auto,
        remoteBuild: this.buildsThere(node),
      },
    };
  }

  private get side(): HostenvSide {
    return this.ground.snapshot.side;
  }

  private stages(): MoveStage[] {
    return this.ground.plan.moves.map((found) => stageOf(found, this.journal.of(found.move.to)));
  }

  private mayDeploy(node: string): boolean {
    return this.problemOf(node) === null;
  }

  private problemOf(node: string): Problem | null {
    const found = this.ground.preflight.get(node);
    return this.builds.problemOf(node) ?? found?.problems[0] ?? null;
  }

  private async build(nodes: readonly string[]): Promise<void> {
    const wishes = nodes
      .filter((node) => this.mayDeploy(node))
      .map((node) => ({
        node,
        environments: placesOf(partOf(this.side, node)).flatMap(({ profile }) =>
          profile === "system" ? [] : [profile],
        ),
        builder: this.buildsThere(node) ? this.targetOf(node) : null,
      }));
    const { snapshot, keyFile } = this.ground;
    await this.builds.make(wishes, { tree: snapshot.tree, memory: document(this.memory), keyFile });
  }

  private buildsThere(node: string): boolean {
    return this.ground.inputs.remoteBuild || buildsItself(this.side.plan, node);
  }

  private async deployAll(nodes: readonly string[], wave: number): Promise<void> {
    const results = await pooled(nodes, NODES_AT_ONCE, (node) => this.deployOne(node, wave));
    for (const result of results) {
      const earlier = this.results.get(result.node);
      const lastBackups = { ...earlier?.lastBackups, ...result.lastBackups };
      const setAside = { ...earlier?.setAside, ...result.setAside };
      this.results.set(result.node, { ...result, lastBackups, setAside });
    }
  }

  private async deployOne(node: string, wave: number): Promise<NodeResult> {
    const problem = this.problemOf(node);
    if (problem) return untouched(node, wave, problem);
    if (this.ports.isStopped()) return untouched(node, wave, STOPPED);
    const result = await deployNode(this.targetOf(node), wave, this.deployRun(), this.ports);
    const seconds = Math.round(result.seconds);
    this.ports.nodeProgress.ended(
      node,
      isWell(result) ? `done in ${seconds} s` : `not as wanted after ${seconds} s`,
    );
    return result;
  }

  private async verified(target: Target): Promise<NodeResult["checks"]> {
    if (this.ground.inputs.skipVerification) return [];
    this.ports.nodeProgress.at(target.name, "asking its sites");
    const checks = await this.ports.verify(target.name, this.memory, this.side);
    await this.journal.verified(target, unanswered(checks));
    return checks;
  }

  private deployRun(): DeployRun {
    const { snapshot, plan, inputs } = this.ground;
    const { planId, side, tree } = snapshot;
    return {
      wanted: { planId, side, commit: tree.source },
      plan,
      builds: this.builds,
      journal: this.journal,
      stages: () => this.stages(),
      gateOf: (node) => gateConcerning(this.memory, side.plan, node),
      locks: this.locks,
      verify: (target) => this.verified(target),
      wishes: {
        skipped: new Set(inputs.skipMigrations),
        sourced: new Set(inputs.migrationSource.map((given) => given.split("=")[0] as string)),
        ignoreErrors: inputs.ignoreMigrationErrors,
      },
      remoteBuild: inputs.remoteBuild,
      rollbackOf: (node) => this.rollbacks[node] ?? { magic: true, auto: true },
    };
  }

  // Visitors follow only where a site has proved that it answers; its old node goes on until they do.
  private async leadOn(nodes: readonly string[], wave: number): Promise<void> {
    const arrived = this.stages().filter((stage) => nodes.includes(stage.move.to) && this.isArrived(stage));
    if (arrived.length === 0 || this.ports.isStopped()) return;
    const { side, journal, locks, ports } = this;
    const ground = { side, journal, locks, ports, targetOf: (node: string) => this.targetOf(node) };
    this.take(await leadVisitors(arrived, this.memory, ground));
    await this.follow(wave);
    const names = new Set(arrived.map(({ move }) => move.name));
    const open = this.stages().filter((stage) => names.has(stage.move.name) && nextStep(stage) === "tls");
    this.take(await secureVisitors(open, this.memory, ground));
    this.memory = withMovesHeld(this.memory, this.stages(), side.plan);
    await this.follow(wave);
  }

  private take({ memory, waiting, troubles, unwritten }: Followed): void {
    this.memory = memory;
    this.waiting = [...this.waiting, ...waiting];
    this.troubles.push(...troubles);
    for (const [node, problem] of unwritten) {
      const result = this.results.get(node) as NodeResult;
      this.results.set(node, { ...result, problem: result.problem ?? problem });
    }
  }

  private isArrived(stage: MoveStage): boolean {
    const result = this.results.get(stage.move.to);
    const isAtWork = ["dns", "tls"].includes(nextStep(stage));
    return isAtWork && result !== undefined && isAnswering(result, stage.move.name);
  }

  // Nodes that are done and are now to be built otherwise, such as with a certificate more.
  private async follow(wave: number): Promise<void> {
    await this.keepMemory();
    if (this.ports.isStopped()) return;
    const { plan } = this.side;
    const later = [...this.results.values()].filter(
      ({ node, problem }) =>
        problem === null && this.journal.of(node)?.gateSha256 !== gateConcerning(this.memory, plan, node),
    );
    const nodes = later.map(({ node }) => node);
    const ahead = this.ground.waves.slice(wave).flat();
    await this.build([...nodes, ...ahead]);
    await this.deployAll(nodes, wave);
  }

  private async keepMemory(): Promise<void> {
    const text = document(this.memory);
    if (text === this.kept) return;
    await this.ports.remember(text);
    this.kept = text;
  }

  private failures(): number {
    return [...this.results.values()].filter((result) => !isWell(result)).length;
  }

  private ended(reached: Ended["result"]): Ended {
    const isTroubled = this.troubles.length > 0;
    const result = isTroubled && reached === "deployed" ? "failed" : reached;
    const isGood = result === "deployed" || result === "superseded";
    return {
      exitCode: isGood && !isTroubled && this.failures() === 0 ? 0 : 2,
      memory: this.memory,
      troubles: this.troubles,
      result,
      nodes: [...this.results.values()],
      waiting: this.waiting,
    };
  }

  private targetOf(node: string): Target {
    return (this.ground.looked.get(node) as Looked).target;
  }
}
