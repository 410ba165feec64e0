import type { MoveStage } from "../domain/deploy/moves.ts";
import type { Problem } from "../domain/deploy/preflight.ts";
import { decision, toProbe } from "../domain/dns/gate.ts";
import type { GateRow } from "../domain/dns/gate-answer.ts";
import { entryOf, keepsTls, type Memory } from "../domain/dns/memory.ts";
import type { Site } from "../domain/dns/site.ts";
import type { Write } from "../domain/dns/writes.ts";
import { byBytes } from "../domain/json.ts";
import type { HostenvSide } from "../fleets/hostenv/facts.ts";
import { sitesOf } from "../fleets/hostenv/hostnames.ts";
import type { Plan } from "../fleets/hostenv/schema.ts";
import { zonePolicyOf } from "../fleets/hostenv/zone-policy.ts";
import type { Zones } from "../ports/zones.ts";
import type { Led, Secured, Waiting } from "./deploy-ground.ts";
import { CONFIRMATIONS } from "./dns-gate.ts";
import { type FrontDoorPorts, type Looked, type LookInputs, lookAt } from "./dns-gate-look.ts";
import type { Order, ZonePorts } from "./dns-gate-order.ts";
import { type Look, throughProxies, updated } from "./dns-gate-zones.ts";

/** What leading visitors needs of the world; zones are null where there is no token to write with. */
export type LeadPorts = FrontDoorPorts & ZonePorts;

/** How DNS is asked during a deploy: as `dns-gate` does. */
const LOOK: LookInputs = { nameserver: [], concurrency: 64, deadline: 300, httpCheck: false };

/** A certificate is ordered within seconds of an activation, or it is not: what comes later, the next run sees. */
const [CERTIFICATE_SECONDS, PAUSE_SECONDS] = [180, 5];

/**
 * Leads visitors of environments that have arrived to their new node: by records where their zones are ours, else
 * by saying which their owners must set. Where all lead there, TLS may be had.
 */
export async function leadMoves(
  moves: readonly MoveStage[],
  memory: Memory,
  side: HostenvSide,
  ports: LeadPorts,
): Promise<Led> {
  const moving = new Map(moves.map(({ move }) => [move.name, move]));
  const sites = sitesOf(side.plan).filter(({ environment }) => moving.has(environment));
  const { looked, writes } = await lookedAndWritten(sites, side, ports);
  const away = looked.rows.filter(leadsAway);
  const left = new Set(away.map(({ environment }) => environment));
  const withTls = new Set(sites.filter(({ skipped }) => skipped === null).map(({ hostname }) => hostname));
  const rulings = looked.rulings.filter(({ site }) => withTls.has(site.hostname));
  const decided = decision({
    sites: sitesOf(side.plan).filter(({ skipped }) => skipped === null),
    rulings,
    memory,
    nodes: [...new Set(moves.map(({ move }) => move.to))],
    now: ports.clock.now(),
    confirmations: CONFIRMATIONS,
    // It is known why so much changes at once.
    force: true,
    ...(await looked.port443(toProbe(rulings, memory))),
  });
  return {
    memory: decided.memory,
    switched: [...moving.keys()].filter((name) => !left.has(name)).sort(byBytes),
    waiting: away.map((row) => waitingFor(row, moving.get(row.environment)?.from ?? "")),
    troubles: failedRecords(writes),
  };
}

// Nobody else sets what is ours: the record that a waiting name wants is no owner's to set then.
function failedRecords(writes: readonly Write[]): Problem[] {
  const failed = writes.filter(({ result }) => result === "failed");
  if (failed.length === 0) return [];
  const said = [...new Set(failed.map(({ detail, reason }) => detail ?? reason ?? "no reason"))];
  return [
    {
      code: "record-failed",
      message: `the records of ${failed.map(({ hostname }) => hostname).join(", ")} could not be written: ${said.join("; ")}`,
      hint: "their old nodes go on serving; if the next run says the same, look at the token and the zone",
    },
  ];
}

// Who may issue a certificate is asked of names that lead to the node: to wait for that would hold the old node for
// good.
function leadsAway({ verdict, reason }: GateRow): boolean {
  return (verdict === "mismatch" || verdict === "unknown") && reason !== "caa";
}

// A hostname without TLS leads visitors, too. What is asked here has proved that it runs where it is to be led.
async function lookedAndWritten(
  sites: readonly Site[],
  { plan }: HostenvSide,
  ports: LeadPorts,
): Promise<{ readonly looked: Looked; readonly writes: readonly Write[] }> {
  const asked = sites.map((site) => (site.skipped === "no-tls" ? { ...site, skipped: null } : site));
  const look: Look = (some, zones, quick) => lookAt(some, { ...LOOK, ...quick, zones }, ports);
  // A token alone is no wish that records are written.
  const isOurs = plan.cloudflare?.enable === true;
  const order = isOurs && ports.zones ? orderIn(plan, ports.zones) : null;
  const context = { sites: asked, order, ports, look };
  const first = await throughProxies(await look(asked), context);
  return await updated(first, null, context);
}

function orderIn(plan: Plan, zones: Zones): Order {
  const policy = zonePolicyOf(plan, []);
  return { zones, policy, named: [], adopted: new Set(), isDeployed: () => true, dryRun: false };
}

function waitingFor(
  { environment, hostname, node, records, verdict, reason }: GateRow,
  from: string,
): Waiting {
  return { environment, hostname, from, to: node, record: records.join("\n"), why: reason ?? verdict };
}

/** Which environments are served with valid certificates by their new node for all that want one, and what lacks one. */
export async function securedMoves(
  moves: readonly MoveStage[],
  memory: Memory,
  side: HostenvSide,
  ports: LeadPorts,
): Promise<Secured> {
  const moving = new Map(moves.map((stage) => [stage.move.name, stage]));
  const sites = sitesOf(side.plan).filter(
    ({ environment, skipped }) => moving.has(environment) && skipped === null,
  );
  const end = ports.timer.seconds() + CERTIFICATE_SECONDS;
  // Of one that is still on the off-list no certificate comes.
  let open: readonly Site[] = sites.filter(({ hostname }) => !memory.off.includes(hostname));
  const looked = await lookAt(open, LOOK, ports);
  for (;;) {
    const { certified } = await looked.port443(open);
    open = open.filter(({ hostname }) => !certified.has(hostname));
    if (open.length === 0 || ports.timer.seconds() + PAUSE_SECONDS > end) break;
    await ports.timer.sleep(PAUSE_SECONDS);
  }
  const lost = sites.filter(
    (site) => memory.off.includes(site.hostname) && hadTls(site, memory, moving.get(site.environment)),
  );
  const lacking = [...open, ...lost];
  const unsafe = new Set(lacking.map(({ environment }) => environment));
  return {
    secured: new Set([...moving.keys()].filter((name) => !unsafe.has(name))),
    lacking: lacking.map(({ environment, hostname }) => ({
      environment,
      hostname,
      why: entryOf(memory, hostname)?.reason ?? null,
    })),
  };
}

// What had none on its old node either waits for none on the new one; what comes back to a node that kept its own was
// off there already.
function hadTls(site: Site, memory: Memory, stage: MoveStage | undefined): boolean {
  return stage !== undefined && !stage.returns && keepsTls(memory, site, stage.move.from);
}
