import { type Finding, finding, join, listed, type Severity, say } from "../../domain/findings.ts";
import { byBytes, equal, type JsonValue } from "../../domain/json.ts";
import type { Comparison } from "../../domain/review.ts";
import { emptySide, type HostenvSide, hasReservedUid, hostnamesOf, projectOf } from "./facts.ts";
import { normalisedProject, projectOfInput } from "./pins.ts";
import type { Environment } from "./schema.ts";

/** One environment on both sides; a side is null where it does not exist. */
export interface Pair {
  readonly name: string;
  readonly before: Environment | null;
  readonly after: Environment | null;
}

/** What every rule sees. */
export interface Context {
  readonly base: HostenvSide;
  readonly head: HostenvSide;
  readonly comparison: Comparison;
  readonly pairs: readonly Pair[];
  readonly now: Date;
}

/** Environments of both sides whose facts or node differ, by name. */
export function pairsOf(base: HostenvSide, head: HostenvSide, comparison: Comparison): Pair[] {
  const names = new Set(
    comparison.changes.filter(({ kind }) => kind === "unit").map(({ subject }) => subject),
  );
  return [...names].map((name) => ({
    name,
    before: environmentOf(base, name),
    after: environmentOf(head, name),
  }));
}

function environmentOf(side: HostenvSide, name: string): Environment | null {
  return Object.hasOwn(side.plan.environments, name) ? (side.plan.environments[name] as Environment) : null;
}

/** Environments added, removed, switched on or off, and changed uids. */
export function lifecycle({ head, pairs }: Context): Finding[] {
  return pairs.flatMap(({ name, before, after }) => {
    if (!before && after) return [added(name, after)];
    if (before && !after) return [removed(name, before)];
    return before && after
      ? [
          ...(hasReservedUid(head, name) ? renumbered(name, before, after) : []),
          ...switched(name, before, after),
        ]
      : [];
  });
}

function added(name: string, { node, type }: Environment): Finding {
  return finding(
    "environment-added",
    { subject: name, host: node },
    say`environment ${name} (${type}) is added on ${node}, uid given at merge`,
  );
}

function removed(name: string, before: Environment): Finding {
  const { node, type } = before;
  const severity = inProduction(before, "block", "warn");
  const names = hostnamesOf(before).sort(byBytes);
  const words = [say`environment ${name} (${type}) is removed from ${node}`];
  if (names.length > 0) words.push(say` with `, listed(names));
  return finding("environment-removed", { subject: name, host: node, severity }, join(words, ""));
}

function renumbered(name: string, before: Environment, after: Environment): Finding[] {
  if (before.uid === after.uid) return [];
  const about = { subject: name, host: after.node };
  return [
    finding("uid-changed", about, say`uid of ${name} changes ${before.uid} → ${after.uid} on ${after.node}`),
  ];
}

function switched(name: string, before: Environment, after: Environment): Finding[] {
  if (before.enable === after.enable) return [];
  const about = { subject: name, host: after.node };
  if (after.enable) return [finding("environment-enabled", about, say`environment ${name} is enabled`)];
  const severity = [before, after].some(isProduction) ? "warn" : "info";
  return [finding("environment-disabled", { ...about, severity }, say`environment ${name} is disabled`)];
}

function inProduction(environment: Environment, yes: Severity, no: Severity): Severity {
  return isProduction(environment) ? yes : no;
}

function isProduction({ type }: Environment): boolean {
  return type === "production";
}

/** Hostnames that go, come or change their owner. */
export function hostnames(context: Context): Finding[] {
  const ownersBefore = owners(context.base);
  const ownersAfter = owners(context.head);
  return context.pairs.flatMap(({ name, before, after }) => [
    ...(before && after ? hostnamesRemoved(name, before, after, ownersAfter) : []),
    ...(after ? hostnamesGained(name, before, after, ownersBefore) : []),
  ]);
}

// DNS ignores case, so a hostname in another spelling is the same hostname.
function owners(side: HostenvSide): Map<string, string> {
  return new Map(
    Object.entries(side.plan.environments).flatMap(([name, environment]) =>
      hostnamesOf(environment).map((hostname) => [hostname.toLowerCase(), name] as const),
    ),
  );
}

function hostnamesRemoved(
  name: string,
  before: Environment,
  after: Environment,
  ownersAfter: ReadonlyMap<string, string>,
): Finding[] {
  const severity = inProduction(before, "block", "warn");
  return hostnamesOf(before)
    .filter((hostname) => !ownersAfter.has(hostname.toLowerCase()))
    .map((hostname) =>
      finding(
        "hostname-removed",
        { subject: hostname, host: after.node, severity },
        say`hostname ${hostname} is removed from ${name} (${before.type})`,
      ),
    );
}

function hostnamesGained(
  name: string,
  before: Environment | null,
  after: Environment,
  ownersBefore: ReadonlyMap<string, string>,
): Finding[] {
  return hostnamesOf(after).flatMap((hostname) => {
    const about = { subject: hostname, host: after.node };
    const owner = ownersBefore.get(hostname.toLowerCase());
    if (owner === name) return [];
    if (owner)
      return [finding("hostname-taken-over", about, say`hostname ${hostname} goes from ${owner} to ${name}`)];
    return before ? [finding("hostname-added", about, say`hostname ${hostname} is added to ${name}`)] : [];
  });
}

/** Environments that change their node. */
export function moves(context: Context): Finding[] {
  const moved = context.pairs.filter(isMove);
  return [
    ...moved.flatMap((pair) => moveFindings(context, pair)),
    ...leftServing(context, moved),
    ...massMoves(context, moved),
  ];
}

// A node that goes while an earlier move off it is not over: what it serves nobody would end, or hold.
function leftServing({ comparison, head }: Context, moved: readonly Moved[]): Finding[] {
  const isGone = (node: string) =>
    comparison.base.hosts.includes(node) && !comparison.head.hosts.includes(node);
  const isBegun = (environment: string, node: string) =>
    moved.some(({ name, before }) => name === environment && before.node === node);
  return (head.held ?? []).flatMap(({ environment, node }) => {
    const host = environmentOf(head, environment)?.node;
    if (host === undefined || !isGone(node) || isBegun(environment, node)) return [];
    const words = say`${node} is not known any more, and visitors of ${environment} may be led there still`;
    return [finding("move-off-removed-node", { subject: environment, host }, words)];
  });
}

type Moved = Pair & { before: Environment; after: Environment };

function isMove(pair: Pair): pair is Moved {
  return pair.before !== null && pair.after !== null && pair.before.node !== pair.after.node;
}

function moveFindings(context: Context, { name, before, after }: Moved): Finding[] {
  const about = { subject: name, host: after.node };
  const migrations = after.migrations ?? [];
  const data =
    migrations.length > 0 ? join([say`, data migration `, listed(migrations)], "") : say`, without its data`;
  const found = [
    finding(
      "environment-moved",
      about,
      join([say`environment ${name} moves ${before.node} → ${after.node}`, data], ""),
    ),
  ];
  if (migrations.length === 0 && [before, after].some(isProduction)) {
    found.push(
      finding("move-without-backup", about, say`production environment ${name} moves without a migration`),
    );
  }
  if (migrations.length > 0 && !context.comparison.head.hosts.includes(before.node)) {
    const words = say`${name} moves off ${before.node}, which is not known any more: its data stays there`;
    found.push(finding("move-off-removed-node", about, words));
  }
  const foreign = hostnamesOf(after)
    .filter((hostname) => !isOurs(context.head, hostname))
    .sort(byBytes);
  if (foreign.length > 0) {
    const words = join([say`${name} moves, and the zone is not ours for `, listed(foreign)], "");
    found.push(finding("move-without-dns-control", about, words));
  }
  return found;
}

// Ours: we may write the zone's records, and the name lies in a zone named in the settings.
function isOurs({ plan }: HostenvSide, hostname: string): boolean {
  const zones = [plan.hostenvHostname, ...(plan.policy?.zones ?? [])].map((zone) => zone.toLowerCase());
  const name = hostname.toLowerCase();
  return plan.cloudflare?.enable === true && zones.some((zone) => name === zone || name.endsWith(`.${zone}`));
}

function massMoves({ base, head }: Context, moved: readonly Moved[]): Finding[] {
  const staying = Object.entries(base.plan.environments).filter(([name]) => environmentOf(head, name));
  const types = new Set(moved.map(({ before }) => before.type));
  return [...types].flatMap((type) => {
    const all = staying.filter(([, environment]) => environment.type === type).length;
    const gone = moved.filter(({ before }) => before.type === type).map(({ name }) => name);
    if (all < 2 || gone.length < all) return [];
    const words = join([say`all ${all} environments of type ${type} change their node: `, listed(gone)], "");
    return [finding("mass-move", { subject: type }, words)];
  });
}

/** TLS and HSTS that go off, and changed checks. */
export function sites({ pairs }: Context): Finding[] {
  return pairs.flatMap(({ name, before, after }) =>
    before && after ? [...weakened(name, before, after), ...verification(name, before, after)] : [],
  );
}

function weakened(name: string, before: Environment, after: Environment): Finding[] {
  const known = new Map(
    Object.entries(before.virtualHosts).map(([hostname, host]) => [hostname.toLowerCase(), host]),
  );
  return Object.entries(after.virtualHosts).flatMap(([hostname, now]) => {
    const old = known.get(hostname.toLowerCase());
    const about = { subject: hostname, host: after.node };
    if (!old?.enableLetsEncrypt) return [];
    if (!now.enableLetsEncrypt)
      return [finding("tls-disabled", about, say`TLS of ${hostname} (${name}) goes off`)];
    const hsts = old.security?.hsts !== false && now.security?.hsts === false;
    return hsts ? [finding("hsts-disabled", about, say`HSTS of ${hostname} (${name}) goes off`)] : [];
  });
}

function verification(name: string, before: Environment, after: Environment): Finding[] {
  const checks = (environment: Environment) => (environment.deploymentVerification ?? null) as JsonValue;
  if (equal(checks(before), checks(after))) return [];
  const about = { subject: name, host: after.node };
  return [finding("verification-changed", about, say`the checks of ${name} after a deploy change`)];
}

/** Deploys that the provider's policy forbids now. */
export function freezes({ base, head, comparison, now }: Context): Finding[] {
  const reached = new Set(comparison.affected);
  const types = new Set(
    [...comparison.base.units.values(), ...comparison.head.units.values()]
      .filter(({ host }) => reached.has(host))
      .map(({ type }) => type),
  );
  return (policyOf(base, head)?.freeze ?? [])
    .filter(({ from, until }) => Date.parse(from) <= now.getTime() && now.getTime() < Date.parse(until))
    .filter((window) => window.types.some((type) => types.has(type)))
    .map(({ types: frozen, until, reason }) =>
      finding(
        "frozen",
        { subject: frozen.join(",") },
        join([say`deploys of `, listed(frozen), say` are frozen until ${until}: ${reason}`], ""),
      ),
    );
}

/**
 * The policy that judges a change is the base's: otherwise a pull request could switch off the
 * rule that would stop it. Only a first plan brings its own.
 */
function policyOf(base: HostenvSide, head: HostenvSide): HostenvSide["plan"]["policy"] {
  return base.plan === emptySide.plan ? head.plan.policy : base.plan.policy;
}

/** The finding in the severity the policy gives it for its environment or project; null for `off`. */
export function judged(context: Context, found: Finding): Finding | null {
  const severities = policyOf(context.base, context.head)?.severities;
  if (!severities) return found;
  const environment =
    environmentOf(context.head, found.subject) ?? environmentOf(context.base, found.subject);
  const owner = environment ? found.subject : ownerOf(context, found.subject);
  const named = owner
    ? severityFor(context, severities, owner, found.rule)
    : projectSeverity(severities, found.subject, found.rule);
  if (named === "off") return null;
  return named ? { ...found, severity: named } : found;
}

function ownerOf({ base, head }: Context, hostname: string): string | undefined {
  return owners(base).get(hostname.toLowerCase()) ?? owners(head).get(hostname.toLowerCase());
}

function severityFor(
  { base, head }: Context,
  severities: Record<string, Record<string, Severity | "off">>,
  name: string,
  rule: string,
): Severity | "off" | undefined {
  const environment = environmentOf(base, name) ?? environmentOf(head, name);
  const own = severities[name]?.[rule];
  if (own || !environment) return own;
  return projectSeverity(severities, projectOf(environment), rule);
}

function projectSeverity(
  severities: Record<string, Record<string, Severity | "off">>,
  name: string,
  rule: string,
): Severity | "off" | undefined {
  const project = normalisedProject(projectOfInput(name) ?? name);
  return Object.entries(severities).find(([key]) => normalisedProject(key) === project)?.[1][rule];
}
