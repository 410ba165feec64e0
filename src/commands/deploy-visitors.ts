import { type MoveStage, nextStep } from "../domain/deploy/moves.ts";
import type { Problem } from "../domain/deploy/preflight.ts";
import type { Memory } from "../domain/dns/memory.ts";
import type { Move } from "../domain/waves.ts";
import { HostenvError } from "../errors.ts";
import { withCertified } from "../fleets/hostenv/deploy-gate.ts";
import type { Target } from "../fleets/hostenv/deploy-targets.ts";
import type { HostenvSide } from "../fleets/hostenv/facts.ts";
import type { LoopPorts, Secured, Waiting } from "./deploy-ground.ts";
import type { Journal } from "./deploy-journal.ts";
import { toldOf } from "./deploy-judge.ts";
import type { NodeLocks } from "./deploy-locks.ts";
import { toldSource } from "./deploy-migrate.ts";

/** What leading visitors to where environments are now goes by. */
export interface VisitorsGround {
  readonly side: HostenvSide;
  readonly journal: Journal;
  readonly locks: NodeLocks;
  readonly targetOf: (node: string) => Target;
  readonly ports: Pick<LoopPorts, "lead" | "secured">;
}

/** What came of it. */
export interface Followed {
  readonly memory: Memory;
  readonly waiting: readonly Waiting[];
  /** What somebody has to look at. */
  readonly troubles: readonly Problem[];
  /** Steps that could not be written down, by the destinations of their moves: they count as not made. */
  readonly unwritten: ReadonlyMap<string, Problem>;
}

/** Leads visitors of environments that have arrived: those of whose moves that is the next step. */
export async function leadVisitors(
  arrived: readonly MoveStage[],
  memory: Memory,
  ground: VisitorsGround,
): Promise<Followed> {
  const stages = arrived.filter((stage) => nextStep(stage) === "dns");
  const led = await looked(() => ground.ports.lead(stages, memory, ground.side));
  if ("trouble" in led) return { memory, waiting: [], troubles: [led.trouble], unwritten: new Map() };
  const switched = stages.filter(({ move }) => led.switched.includes(move.name));
  const unwritten = await writtenDown(switched, "dns", ground);
  return { memory: led.memory, waiting: led.waiting, troubles: led.troubles, unwritten };
}

/** Looks whether environments to which visitors were led are served with valid certificates by now. */
export async function secureVisitors(
  open: readonly MoveStage[],
  memory: Memory,
  ground: VisitorsGround,
): Promise<Followed> {
  const found = await looked(() => ground.ports.secured(open, memory, ground.side));
  if ("trouble" in found) return { memory, waiting: [], troubles: [found.trouble], unwritten: new Map() };
  const secured = open.filter(({ move }) => found.secured.has(move.name));
  const unwritten = await writtenDown(secured, "tls", ground);
  return {
    memory: withCertified(memory, found.secured, ground.side.plan),
    waiting: [],
    troubles: open.flatMap((stage) => unsecured(stage, found)),
    unwritten,
  };
}

// DNS or a zone that can't be asked is no reason to leave other nodes undone: the old ones go on serving, and the
// next run asks again.
async function looked<T extends object>(look: () => Promise<T>): Promise<T | { readonly trouble: Problem }> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof HostenvError)) throw error;
    return { trouble: toldOf(error) };
  }
}

async function writtenDown(stages: readonly MoveStage[], step: "dns" | "tls", ground: VisitorsGround) {
  const unwritten = new Map<string, Problem>();
  for (const { move } of stages) {
    try {
      await written(move, step, ground);
    } catch (error) {
      unwritten.set(move.to, toldOf(error));
    }
  }
  return unwritten;
}

// The node is not being deployed at the moment.
async function written(
  move: Move,
  step: "dns" | "tls",
  { side, journal, locks, targetOf }: VisitorsGround,
): Promise<void> {
  const target = targetOf(move.to);
  await locks.during(target, async () => {
    await journal.unchanged(target);
    await journal.step(target, move, step);
  });
  if (step === "dns") await toldSource(move, step, side, { journal, locks });
}

// Its visitors are there already: somebody has to know.
function unsecured({ move: { name, from, to } }: MoveStage, { lacking }: Secured): Problem[] {
  const mine = lacking.filter(({ environment }) => environment === name);
  if (mine.length === 0) return [];
  const hosts = mine.map(({ hostname, why }) => (why === null ? hostname : `${hostname} (${why})`));
  return [
    {
      code: "move-unsecured",
      message: `${name} was led to ${to}, which shows no valid certificate for ${hosts.join(", ")}`,
      hint: `look at what DNS says of them (dns-gate), and at ACME's log on ${to}; until it does, ${from} is kept`,
    },
  ];
}
