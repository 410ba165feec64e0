import { canonicalAddress } from "../domain/dns/addresses.ts";
import type { GateRow } from "../domain/dns/gate-answer.ts";
import { normalised, skipReasonOf } from "../domain/dns/names.ts";
import { sameName } from "../domain/dns/owners.ts";
import { isLikelyZone, recordsToSet } from "../domain/dns/remedy.ts";
import type { Origins } from "../domain/dns/resolve.ts";
import { type Ruling, rulingOf, type Site, wantedOf } from "../domain/dns/site.ts";
import type { Verdict, Wanted } from "../domain/dns/verdict.ts";
import { asPending } from "../domain/dns/writes.ts";
import { isCurable } from "../domain/dns/zone-plan.ts";
import type { Nameservers } from "../ports/dns.ts";
import type { Certificates, Challenges, Reached, Shown } from "../ports/front-door.ts";
import type { Clock, Progress } from "../ports/people.ts";
import { verdictsOf } from "./dns-lookups.ts";
import { pooled } from "./pooled.ts";

/** How it is asked. */
export interface LookInputs {
  readonly nameserver: readonly string[];
  readonly concurrency: number;
  /** Seconds for all questions to name servers. */
  readonly deadline: number;
  /** Seconds that are left to who asks, where there are less. */
  readonly within?: number;
  readonly httpCheck: boolean;
  readonly zones?: ZoneKnowledge | undefined;
}

/** What is known of zones that can be read. */
export interface ZoneKnowledge {
  /** By hostnames as plan.json spells them. */
  readonly origins: Origins;
  /** Names, as questions have them, whose records were set, and of which DNS does not say so yet. */
  readonly pending: ReadonlySet<string>;
}

/** What looking at sites from outside needs of the world. */
export interface FrontDoorPorts {
  readonly nameservers: Nameservers;
  readonly certificates: Certificates;
  readonly challenges: Challenges;
  readonly clock: Clock;
  readonly progress: Progress;
}

/** What is seen of sites from outside. */
export interface Looked {
  readonly rows: readonly GateRow[];
  readonly rulings: readonly Ruling[];
  /** Of a node by its own name; none where they are not known. */
  readonly addressesOf: (expected: string) => readonly string[];
  /** What port 443 of their nodes shows for these. */
  readonly port443: (sites: readonly Site[]) => Promise<Port443>;
}

/** Virtual hosts by what their nodes show on port 443; of those in neither, they surely show no valid certificate. */
export interface Port443 {
  readonly certified: ReadonlySet<string>;
  /** This machine could not look. */
  readonly unseen: ReadonlySet<string>;
}

/** Connections to nodes that are open at the same time. */
const CONNECTIONS = 16;

/** Looks at sites as visitors and a certificate's issuer would. */
export async function lookAt(
  sites: readonly Site[],
  inputs: LookInputs,
  ports: FrontDoorPorts,
): Promise<Looked> {
  const verdicts = await asked([...wantedOf(sites, skipReasonOf), ...nodesOf(sites)], inputs, ports);
  const verdictOf = ({ environment, node }: Site, name: string) =>
    verdicts.get(keyOf({ environment, node, hostname: name }));
  const addressesOf = ({ node, expected }: Site) =>
    addressesIn(verdicts.get(keyOf({ environment: NOBODY, node, hostname: expected })));
  const told = sites.flatMap((site) =>
    site.names.flatMap((name): Told[] => {
      const verdict = verdictOf(site, name);
      return verdict ? [{ site, verdict, addresses: addressesOf(site) }] : [];
    }),
  );
  const rows = await pooled(told, inputs.concurrency, (each) => rowOf(each, inputs, ports));
  const closed = rows.filter(({ httpCheck }) => httpCheck === "unreachable").map(({ hostname }) => hostname);
  return {
    rows,
    rulings: sites.flatMap((site) => rulingOf(site, (name) => verdictOf(site, name), new Set(closed)) ?? []),
    addressesOf: (expected) => {
      const site = sites.find((each) => each.expected === expected);
      return site ? addressesOf(site) : [];
    },
    port443: (probed) => port443Of(probed, addressesOf, ports),
  };
}

/** Whose nodes' own names are: they are asked for beside everything else, to know where nodes are. */
const NOBODY = "";

function nodesOf(sites: readonly Site[]): Wanted[] {
  const looked = sites.filter(({ skipped }) => skipped === null);
  const nodes = new Map(looked.map(({ node, expected }) => [node, expected]));
  return [...nodes].map(([node, expected]) => ({
    environment: NOBODY,
    node,
    hostname: expected,
    expected,
    skipped: null,
    redirectsTo: null,
  }));
}

async function asked(wanted: readonly Wanted[], inputs: LookInputs, ports: FrontDoorPorts) {
  const once = [...new Map(wanted.map((each) => [keyOf(each), each])).values()];
  const { origins = () => null, pending = new Set() } = inputs.zones ?? {};
  const settings = {
    nameservers: inputs.nameserver,
    concurrency: inputs.concurrency,
    deadlineSeconds: Math.min(inputs.deadline, inputs.within ?? inputs.deadline),
    origins,
  };
  const verdicts = await verdictsOf(once, settings, ports);
  const isPending = (verdict: Verdict) => pending.has(sameName(verdict.hostname)) && isCurable(verdict);
  return new Map(
    verdicts.map((verdict) => [keyOf(verdict), isPending(verdict) ? asPending(verdict) : verdict]),
  );
}

function keyOf({ environment, node, hostname }: Pick<Wanted, "environment" | "node" | "hostname">): string {
  return JSON.stringify([environment, node, hostname]);
}

// Unknown with addresses is a node of which only the issuer's side can't be told: without its addresses it has none.
function addressesIn(verdict: Verdict | undefined): string[] {
  return (verdict?.seen ?? []).filter((seen) => canonicalAddress(seen) !== null);
}

interface Told {
  readonly site: Site;
  readonly verdict: Verdict;
  /** The node's own. */
  readonly addresses: readonly string[];
}

async function rowOf(
  { site, verdict, addresses }: Told,
  { httpCheck, nameserver }: LookInputs,
  { challenges, nameservers }: FrontDoorPorts,
): Promise<GateRow> {
  const { hostname } = verdict;
  const isRight = verdict.verdict === "match" || verdict.verdict === "proxied";
  const name = normalised(hostname);
  const reached = httpCheck && isRight && name ? await challenges.ask(name, addressesIn(verdict)) : null;
  const isZone = verdict.verdict === "mismatch" && (await isZoneOf(hostname, nameserver, nameservers));
  return {
    ...verdict,
    evidence: [...verdict.evidence, ...(reached ?? []).map(lineOf)],
    virtualHost: site.hostname,
    records: recordsToSet(verdict, addresses, isZone),
    httpCheck: reached && httpCheckOf(reached),
  };
}

const lineOf = ({ address, detail }: Reached) => `port 80 of ${address}: ${detail}`;

// An authority may take any of the addresses, so one that does not answer is enough.
function httpCheckOf(reached: readonly Reached[]): NonNullable<GateRow["httpCheck"]> {
  if (reached.some(({ result }) => result === "unreachable")) return "unreachable";
  return reached.some(({ result }) => result === "answers") ? "answers" : "untried";
}

// A zone has a start of authority of its own name.
async function isZoneOf(
  hostname: string,
  named: readonly string[],
  nameservers: Nameservers,
): Promise<boolean> {
  const [server] = [...named, ...nameservers.system];
  const name = normalised(hostname);
  if (server === undefined || name === null) return isLikelyZone(hostname);
  const question = { server, name, type: "SOA", recursive: true, checkingDisabled: true } as const;
  const reply = await nameservers.ask(question);
  if (reply.kind === "failure") return isLikelyZone(hostname);
  return reply.answers.some((record) => record.type === "SOA" && record.name === name);
}

async function port443Of(
  sites: readonly Site[],
  addressesOf: (site: Site) => readonly string[],
  { certificates, progress }: FrontDoorPorts,
): Promise<Port443> {
  if (sites.length > 0) progress.step(`looking at certificates of ${sites.length} hostnames`);
  const shown = await pooled(sites, CONNECTIONS, async (site) => {
    const name = normalised(site.names[0]);
    return name === null ? "none" : certificates.shown(name, addressesOf(site));
  });
  const those = (what: Shown) =>
    new Set(sites.filter((_, index) => shown[index] === what).map(({ hostname }) => hostname));
  return { certified: those("valid"), unseen: those("unseen") };
}
