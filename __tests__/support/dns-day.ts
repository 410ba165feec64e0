import { dnsIssues } from "../../src/commands/dns-issues.ts";
import type { ReportedProblems } from "../../src/commands/report-problems.ts";
import { decision, type GateDecision } from "../../src/domain/dns/gate.ts";
import { inOrder, type Memory } from "../../src/domain/dns/memory.ts";
import type { DnsRun } from "../../src/domain/dns/problems.ts";
import type { Ruling, Site } from "../../src/domain/dns/site.ts";
import type { NameSeen } from "../../src/render/dns-issue.ts";
import { ruling, site } from "./gate-run.ts";
import type { GithubApi } from "./github-api.mjs";
import { BOT_ID, hastyClient, issuesOf } from "./issue-world.ts";

const STEP_MS = 15 * 60_000;
const START = Date.parse("2026-03-01T00:00:00.000Z");
const NODES = ["node-a", "node-b", "node-c"];

/** So many mismatches in a row turn a hostname off, as in the scheduled workflow. */
export const CONFIRMATIONS = 3;

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What DNS really is for a hostname, and since when it is planned. */
interface Host {
  readonly site: Site;
  readonly plannedFrom: number;
  /** How often it goes wrong by itself. */
  readonly restless: number;
  /** Goes with the others in a mass failure, as all whose zones one company keeps. */
  readonly isFrail: boolean;
  truth: string;
}

const WRONG = ["mismatch:elsewhere", "mismatch:nxdomain", "mismatch:partial", "mismatch:ipv6"];
const DARK = ["unknown:servfail", "unknown:timeout", "unknown:disagreement"];

/** Steps during which something is wrong with more than one hostname. */
const OUTAGES = [
  [9, 11],
  [40, 40],
  [71, 72],
] as const;
const NODE_LOST = [30, 34] as const;
const MASS_FAILURES = [
  [16, 20],
  [64, 68],
] as const;
const NEW_HOSTS = 46;
/** From here on nothing goes wrong any more, and what is wrong is mended one after the other. */
export const MENDING = 78;
export const LAST = 95;

const isIn = (step: number, [from, to]: readonly [number, number]) => step >= from && step <= to;

/** Hostnames whose DNS changes by chance, a day long. 18 are there from the beginning, 26 come at half past eleven. */
export class DnsWeather {
  readonly hosts: Host[];
  private readonly chance: () => number;

  constructor(seed: number) {
    this.chance = random(seed);
    this.hosts = Array.from({ length: 44 }, (_, index) => this.host(index));
  }

  private host(index: number): Host {
    const isNew = index >= 18;
    return {
      site: site(`site-${index}.example.org`, {
        node: NODES[index % NODES.length] as string,
        environment: `env-${index}`,
      }),
      plannedFrom: isNew ? NEW_HOSTS : 0,
      restless: index % 6 === 0 ? 0.35 : 0.03,
      isFrail: index % 5 !== 0,
      // Whoever moves in sets their records when they get to it.
      truth: isNew ? "mismatch:nxdomain" : "match",
    };
  }

  planned(step: number): Host[] {
    return this.hosts.filter(({ plannedFrom }) => plannedFrom <= step);
  }

  /** Lets a quarter of an hour pass. */
  pass(step: number): void {
    if (step >= MENDING) this.mend();
    else this.shake(step);
  }

  private shake(step: number): void {
    for (const host of this.planned(step)) {
      if (this.chance() < (host.truth === "match" ? host.restless : 0.12))
        host.truth = this.other(host.truth);
    }
  }

  private other(truth: string): string {
    return truth === "match" ? this.oneOf(WRONG) : this.chance() < 0.75 ? "match" : this.oneOf(WRONG);
  }

  // So few at a time that the breaker believes it.
  private mend(): void {
    for (const host of this.hosts.filter(({ truth }) => truth !== "match").slice(0, 4)) host.truth = "match";
  }

  private oneOf(list: readonly string[]): string {
    return list[Math.floor(this.chance() * list.length)] as string;
  }

  /** Whether Let's Encrypt reaches the node by the hostname. */
  isReachable({ site: { node }, truth }: Host, step: number): boolean {
    if (isIn(step, NODE_LOST) && node === "node-b") return false;
    return truth === "match";
  }

  /** What a run is told, which is not always what is. */
  told(host: Host, step: number): string {
    if (OUTAGES.some((outage) => isIn(step, outage))) return this.oneOf(DARK);
    if (isIn(step, NODE_LOST) && host.site.node === "node-b") return "mismatch:elsewhere";
    if (MASS_FAILURES.some((failure) => isIn(step, failure)) && host.isFrail) return "mismatch:nxdomain";
    if (step >= MENDING) return host.truth;
    const luck = this.chance();
    if (luck < 0.04) return this.oneOf(DARK);
    // A cache that is old, or a server that was forgotten when the others changed.
    return luck < 0.06 ? this.other(host.truth) : host.truth;
  }
}

/** What is deployed, and what certificate authorities saw of it. */
export class Nodes {
  readonly off = new Set<string>();
  readonly certified = new Set<string>();
  /** Steps in which a validation failed, by hostname; a step may stand there twice. */
  readonly failures = new Map<string, number[]>();
  private readonly known = new Set<string>();

  /** The hosts are there already, each with its certificate. */
  constructor(hosts: readonly Host[]) {
    for (const { site: there } of hosts) this.known.add(there.hostname);
    for (const hostname of this.known) this.certified.add(hostname);
  }

  /** Deploys what a run decided; a hostname that gets TLS asks for a certificate at once. */
  deploy(memory: Memory, planned: readonly Host[], step: number, weather: DnsWeather): void {
    for (const host of planned) {
      const { hostname } = host.site;
      const isOff = memory.off.includes(hostname);
      const isNew = !isOff && (this.off.has(hostname) || !this.known.has(hostname));
      this.known.add(hostname);
      if (isOff) this.certified.delete(hostname);
      this.off[isOff ? "add" : "delete"](hostname);
      if (isNew) this.ask(host, step, weather);
    }
  }

  /** The node's own timer: every hour for what has no certificate yet. NixOS has one a day. */
  renew(planned: readonly Host[], step: number, weather: DnsWeather): void {
    if (step % 4 !== 3) return;
    for (const host of planned) {
      const { hostname } = host.site;
      const isWaiting = this.known.has(hostname) && !this.off.has(hostname) && !this.certified.has(hostname);
      if (isWaiting) this.ask(host, step, weather);
    }
  }

  private ask(host: Host, step: number, weather: DnsWeather): void {
    const { hostname } = host.site;
    if (weather.isReachable(host, step)) this.certified.add(hostname);
    else this.failures.set(hostname, [...(this.failures.get(hostname) ?? []), step]);
  }
}

/** A run of the gate in a simulated day. */
export interface DayRun {
  readonly rulings: readonly Ruling[];
  readonly decision: GateDecision;
  readonly issues: ReportedProblems;
  /** Live hostnames that lost TLS, what was said of each last, and for how long it had been wrong. */
  readonly lost: readonly {
    readonly hostname: string;
    readonly lately: readonly string[];
    readonly minutes: number;
  }[];
}

/** A day of the scheduled workflow: gate, issues, commit, deploy. */
export class DnsDay {
  readonly weather: DnsWeather;
  readonly nodes: Nodes;
  readonly api: GithubApi;
  memory: Memory | null = null;
  /** What definite answers said of each hostname, run by run; of runs that wrote what they found. */
  private readonly told = new Map<string, string[]>();

  constructor(api: GithubApi, seed: number) {
    this.api = api;
    this.weather = new DnsWeather(seed);
    this.nodes = new Nodes(this.weather.planned(0));
  }

  async run(step: number, force = false): Promise<DayRun> {
    const planned = this.weather.planned(step);
    this.api.now = new Date(START + step * STEP_MS);
    const before = this.memory;
    const rulings = planned.map((host) => ruling(host.site, this.weather.told(host, step)));
    const decided = this.decide(rulings, before, step, force);
    const issues = await this.report(rulings, decided);
    // Where another run was faster, its commit stands, and the next run covers both.
    const isWritten = decided.breaker === null && this.memory === before;
    const lost = isWritten ? this.written(rulings, decided) : [];
    if (isWritten) this.nodes.deploy(decided.memory, planned, step, this.weather);
    this.nodes.renew(planned, step, this.weather);
    return { rulings, decision: decided, issues, lost };
  }

  // A run that the breaker stopped, or that came too late, counts for nothing.
  private written(rulings: readonly Ruling[], { memory, disabled }: GateDecision): DayRun["lost"] {
    const before = this.memory;
    this.memory = inOrder(memory);
    for (const { site: there, verdict } of rulings) {
      const said = this.told.get(there.hostname) ?? [];
      if (verdict !== "unknown") this.told.set(there.hostname, [...said, verdict]);
    }
    const isLive = (hostname: string) =>
      before === null || before.hostnames[hostname]?.live === true || this.nodes.certified.has(hostname);
    return disabled.filter(isLive).map((hostname) => {
      const since = Date.parse(memory.hostnames[hostname]?.since ?? "");
      const lately = (this.told.get(hostname) ?? []).slice(-CONFIRMATIONS);
      return { hostname, lately, minutes: (this.api.now.getTime() - since) / 60_000 };
    });
  }

  private decide(
    rulings: readonly Ruling[],
    memory: Memory | null,
    step: number,
    force: boolean,
  ): GateDecision {
    return decision({
      rulings,
      sites: rulings.map((each) => each.site),
      memory,
      certified: this.nodes.certified,
      unseen: new Set(),
      nodes: [],
      now: new Date(START + step * STEP_MS),
      confirmations: CONFIRMATIONS,
      force,
    });
  }

  /** Issues of a run. */
  report(rulings: readonly Ruling[], decided: GateDecision): Promise<ReportedProblems> {
    const run: DnsRun = { rulings, decision: decided, confirmations: CONFIRMATIONS, isWhole: true };
    const progress = { step: () => {}, notice: () => {}, done: () => {} };
    const ports = { issues: issuesOf(this.api, hastyClient(this.api)), progress };
    const options = { provider: ".", authorId: BOT_ID, dryRun: false };
    return dnsIssues(run, rulings.map(nameSeen), options, ports);
  }
}

function nameSeen({ site: { hostname }, verdict, reason }: Ruling): NameSeen {
  const seen = reason === "nxdomain" ? [] : ["198.51.100.7"];
  const records = [`${hostname}. CNAME node.hosting.test.`];
  return { virtualHost: hostname, hostname, verdict, reason, seen, records };
}
