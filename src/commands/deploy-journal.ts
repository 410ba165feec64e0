import { HISTORY, type Live, type MoveStep } from "../domain/deploy/live.ts";
import { openSteps, withStep } from "../domain/deploy/moves.ts";
import { equal } from "../domain/json.ts";
import type { Move } from "../domain/waves.ts";
import type { Target } from "../fleets/hostenv/deploy-targets.ts";
import { emptySide, type HostenvSide } from "../fleets/hostenv/facts.ts";
import {
  carriedHash,
  factsFrom,
  partOf,
  type Reached,
  sideAfter,
  sideFrom,
  withHeld,
} from "../fleets/hostenv/live.ts";
import type { Nodes, ProfileLink } from "../ports/nodes.ts";
import type { Clock } from "../ports/people.ts";
import { document } from "../render/json.ts";
import { refuseChanged } from "./deploy-look.ts";

/** What a node is brought to. */
export interface Wanted {
  readonly planId: string;
  readonly commit: string | null;
  readonly side: HostenvSide;
}

/** What a deploy did to a node. */
export interface Brought {
  readonly before: HostenvSide;
  readonly reached: Reached;
  readonly links: Readonly<Record<string, Pick<ProfileLink, "storePath" | "generation"> | null>>;
  readonly gateSha256: string;
  /** Profiles whose link is right although their activation failed. */
  readonly unproved: readonly string[];
  /** Environments that stay there although the plan has them elsewhere. */
  readonly held: readonly string[];
}

/** What nodes say of themselves, kept up to date while they are deployed. */
export class Journal {
  private readonly lives: Map<string, Live | null>;
  private readonly nodes: Nodes;
  private readonly clock: Clock;
  private readonly turns = new Map<string, Promise<unknown>>();

  constructor(lives: ReadonlyMap<string, Live | null>, ports: { nodes: Nodes; clock: Clock }) {
    this.lives = new Map(lives);
    this.nodes = ports.nodes;
    this.clock = ports.clock;
  }

  /** What a node says; null before the first deploy. */
  of(node: string): Live | null {
    return this.lives.get(node) ?? null;
  }

  /** Makes sure that a node says what it said when this run last read or wrote it. Throws as `refuseChanged` does. */
  async unchanged(target: Target): Promise<void> {
    const hint = "deploy again: the next run goes by what the node says now";
    await this.inTurn(target, () => refuseChanged(target, this.of(target.name), this.nodes, hint));
  }

  /** Writes down one step of a move on a node: its destination, or the one that is to know that it was left. */
  async step(
    target: Target,
    move: Move,
    step: MoveStep["step"],
    snapshots: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    const { name: environment, from, to } = move;
    const at = this.clock.now().toISOString();
    const entry = { environment, from, to, step, snapshots: { ...snapshots }, at };
    await this.change(target, (before) => ({ ...before, steps: withStep(before.steps, entry) }));
  }

  /** Writes down that profiles are about to be activated: as long as nothing else is said of them, none is proved. */
  async begins(target: Target, profiles: readonly string[], { side }: Wanted): Promise<void> {
    await this.change(target, (before) => ({
      ...before,
      wantedSha256: carriedHash(side, target.name),
      unproved: [...new Set([...before.unproved, ...profiles])],
    }));
  }

  /** Writes down what a node carries after a deploy; `open` is where those are to be that move. */
  async brought(
    target: Target,
    wanted: Wanted,
    brought: Brought,
    open: ReadonlyMap<string, string>,
  ): Promise<void> {
    const known = new Set(Object.keys(wanted.side.plan.environments));
    await this.change(target, (before) => {
      const after = liveAfter(before, target.name, wanted, brought, this.clock.now());
      const carried = new Set(Object.keys(sideFrom(after.facts, target.name).plan.environments));
      return { ...after, steps: openSteps(before.steps, target.name, { open, carried, known }) };
    });
  }

  /** Writes down which environments do not answer, so that the next deploy asks them again. */
  async verified(target: Target, unanswered: readonly string[]): Promise<void> {
    const before = this.of(target.name);
    if (before && !equal(before.unanswered, [...unanswered]))
      await this.change(target, (now) => ({ ...now, unanswered: [...unanswered] }));
  }

  private async change(target: Target, changed: (before: Live) => Live): Promise<void> {
    await this.inTurn(target, async () => {
      const live = changed(this.of(target.name) ?? this.fresh());
      await this.nodes.writeLive(target, document(live));
      this.lives.set(target.name, live);
    });
  }

  // A node may be told of a move away from it while it is deployed itself: one must not undo what the other wrote.
  private async inTurn({ name }: Target, act: () => Promise<void>): Promise<void> {
    const turn = (this.turns.get(name) ?? Promise.resolve()).then(act);
    this.turns.set(
      name,
      turn.catch(() => {}),
    );
    await turn;
  }

  // A move is written down before its destination was deployed for the first time.
  private fresh(): Live {
    return {
      schema: 1,
      planId: null,
      commit: null,
      gateSha256: "0".repeat(64),
      facts: factsFrom(emptySide),
      profiles: {},
      steps: [],
      rolledBack: [],
      rolledBackFrom: null,
      rolledBackTo: null,
      wantedSha256: null,
      unproved: [],
      unanswered: [],
      history: [],
    };
  }
}

/** What a node says of itself after a deploy. */
export function liveAfter(
  before: Live,
  node: string,
  { planId, commit, side }: Wanted,
  { before: old, reached, links, gateSha256, unproved, held }: Brought,
  now: Date,
): Live {
  const wanted = partOf(side, node);
  const after = sideAfter(old, wanted, reached);
  const isWhole = after === wanted;
  const profiles = linked(links);
  const generations = Object.fromEntries(
    Object.entries(profiles).map(([name, { generation }]) => [name, generation]),
  );
  const entry = { planId, commit, at: now.toISOString(), generations };
  const isForward = (profile: string) =>
    isWhole || (profile === "system" ? reached.system : reached.environments.has(profile));
  const rolledBack = before.rolledBack.filter((profile) => !isForward(profile));
  return {
    ...before,
    planId: isWhole ? planId : null,
    commit: isWhole ? commit : before.commit,
    gateSha256: reached.system ? gateSha256 : before.gateSha256,
    facts: factsFrom(withHeld(after, old, held, side)),
    profiles,
    wantedSha256: carriedHash(side, node),
    unproved: [...unproved],
    rolledBack,
    ...(rolledBack.length === 0 ? { rolledBackFrom: null, rolledBackTo: null } : {}),
    history: isWhole ? [...earlier(before.history, planId), entry].slice(-HISTORY) : before.history,
  };
}

// A plan that is brought once more, such as after a move, is no plan before itself.
function earlier(history: Live["history"], planId: string): Live["history"] {
  return history.at(-1)?.planId === planId ? history.slice(0, -1) : history;
}

function linked(links: Brought["links"]): Live["profiles"] {
  return Object.fromEntries(
    Object.entries(links).flatMap(([name, link]) =>
      link === null ? [] : [[name, { storePath: link.storePath, generation: link.generation }]],
    ),
  );
}
