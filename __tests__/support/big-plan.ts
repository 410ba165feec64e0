import { allowancesOf, judge } from "../../src/commands/judge.ts";
import type { JsonObject, JsonValue } from "../../src/domain/json.ts";
import type { Origin, Report } from "../../src/domain/report.ts";
import { emptySide, type HostenvSide } from "../../src/fleets/hostenv/facts.ts";
import { parsePlan } from "../../src/fleets/hostenv/schema.ts";

/** All that the generated plans vary of an environment. */
export interface Spec {
  readonly name: string;
  readonly type: string;
  readonly uid: number;
  readonly node: string;
  readonly hostnames: readonly string[];
  /** Lines of authorized_keys by user name. */
  readonly keys: Readonly<Record<string, string>>;
  readonly tls: boolean;
  readonly migrations: readonly string[];
}

/** A provider: its environments, its nodes and the ports that are open on all of them. */
export interface Provider {
  readonly specs: readonly Spec[];
  readonly nodes: readonly string[];
  readonly ports: readonly number[];
}

const TYPES = ["production", "testing", "development"] as const;

/** A provider of so many environments with harmless names, 40 to a node and 3 nodes at least. */
export function provider(count: number): Provider {
  const nodes = numbered(Math.max(3, Math.ceil(count / 40)), (index) => `node-${index + 1}`);
  const specs = numbered(count, (index) => spec(index, `site${index}-main-${hex(index)}`, nodes));
  return { specs, nodes, ports: [22, 80, 443] };
}

function spec(index: number, name: string, nodes: readonly string[]): Spec {
  return {
    name,
    type: TYPES[index % TYPES.length] as string,
    uid: 1001 + index,
    node: nodes[index % nodes.length] as string,
    hostnames: [`${name}.hosting.test`, `www.site${index}.example`],
    keys: { alice: keyLine("alice", "alice@laptop") },
    tls: true,
    migrations: index % 2 === 0 ? ["mysql-migrate"] : [],
  };
}

/** A line of authorized_keys whose key material follows from the seed. */
export function keyLine(seed: string, comment: string): string {
  return `ssh-ed25519 ${Buffer.from(`the public key of ${seed}`).toString("base64")} ${comment}`;
}

function numbered<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

function hex(index: number): string {
  return ((index * 2_654_435_761) % 0xfffffff).toString(16).padStart(7, "0");
}

/** What every environment suffers in a change set; null where it goes. */
type Fate = (spec: Spec, provider: Provider) => Spec | null;

const changed: Fate = (spec) => ({
  ...spec,
  uid: spec.uid + 10_000,
  hostnames: spec.hostnames.slice(0, 1),
  tls: false,
  keys: { ...spec.keys, bob: keyLine("bob", "bob@desk") },
});

const moved: Fate = (spec, { nodes }) => ({
  ...spec,
  node: nodes[(nodes.indexOf(spec.node) + 1) % nodes.length] as string,
});

const removed: Fate = () => null;

/** Ways in which every environment of a fleet may change at once. */
export type ChangeSet = "new" | "changed" | "removed" | "moved" | "hostile";

/** The report of a change set over so many environments. */
export function bigReport(set: ChangeSet, count: number): Report {
  if (set === "hostile") return hostileReport(count);
  const base = provider(count);
  if (set === "new") return reportBetween(emptySide, sideOf(base));
  const fate = { changed, removed, moved }[set];
  return reportBetween(sideOf(base), sideOf(suffering(base, () => fate)));
}

function suffering(base: Provider, fateOf: (index: number) => Fate): Provider {
  return {
    ...base,
    specs: base.specs.flatMap((each, index) => fateOf(index)(each, base) ?? []),
    ports: [22],
  };
}

/** Texts that mean something to Markdown, HTML, GitHub, a terminal, a shell or JavaScript. */
export const HOSTILE = [
  "a|b",
  "a\\|b",
  "| x | y |",
  "`code`",
  "``` fence",
  "`".repeat(81),
  "@octocat",
  "@hostenv/owners",
  "octocat@evil.example",
  "#123",
  "GH-1",
  "hostenv/provider#1",
  "www.evil.example",
  "https://evil.example/?a=b",
  "\\|www.evil.example",
  "\\|https://evil.example",
  "\\|octocat@evil.example",
  "![x](https://evil.example/x.png)",
  "[x](https://evil.example)",
  "<!-- hidden -->",
  "<!-- hostenv-provider:plan:. -->",
  "--> shown",
  "</details>",
  "<details><summary>x</summary>",
  "</code></td></tr></table>",
  "<img src=x onerror=alert(1)>",
  "**bold** _em_ ~~gone~~",
  "\n\n# Heading",
  "- [ ] task",
  "::error::boom",
  "\u00a0::stop-commands::x",
  "##[add-mask]a",
  "\u001b[31mred\u001b[0m",
  "\rover",
  "\u202egnp.exe",
  "zero\u200bwidth",
  "\ud800",
  "\u{e0041}tag",
  " padded ",
  "'; touch pwned #",
  "$(touch pwned)",
  "&amp;&#64;",
  "münchen-東京-🦊",
  "constructor",
] as const;

/** The hostile text of an index; they differ for every index and every kind of name. */
export function hostileName(kind: string, index: number): string {
  const text = HOSTILE[index % HOSTILE.length] as string;
  // As they are at first: with anything behind it, `constructor` is a name like others.
  return kind === "environment" && index < HOSTILE.length ? text : `${text} ${kind}${index}`;
}

/** A provider where every name is hostile. */
export function hostileProvider(count: number): Provider {
  const base = provider(count);
  // From 27 on there are line breaks and bidirectional marks among the few node names.
  const nodes = base.nodes.map((_, index) => hostileName("node", 27 + index * 7));
  const specs = base.specs.map((each, index) => ({
    ...spec(index, hostileName("environment", index), nodes),
    type: index % 5 === 4 ? hostileName("type", index % 15) : each.type,
    hostnames: [hostileName("host", index), hostileName("alias", index + 1)],
    keys: { [hostileName("user", index)]: keyLine("alice", hostileName("comment", index)) },
    migrations: index % 2 === 0 ? [hostileName("migration", index)] : [],
  }));
  return { specs, nodes, ports: base.ports };
}

const added: Fate = (spec) => spec;

function hostileReport(count: number): Report {
  const all = hostileProvider(count);
  const fates = [changed, moved, removed, added] as const;
  const fateOf = (index: number) => fates[index % fates.length] as Fate;
  const base = { ...all, specs: all.specs.filter((_, index) => fateOf(index) !== added) };
  return reportBetween(sideOf(base), sideOf(suffering(all, fateOf)));
}

const ORIGIN: Origin = {
  provider: ".",
  baseCommit: "9e8d7c6b5a493827161504f3e2d1c0b9a8978685",
  headCommit: "a1b2c3d4e5f60718293a4b5c6d7e8f9012345678",
  toolVersion: "0.1.0",
  nixVersion: "2.24.9",
  seconds: 40.2,
};

/** What `judge` makes of two sides. */
export function reportBetween(
  base: HostenvSide,
  head: HostenvSide,
  { allow = [], ...origin }: Partial<Origin> & { allow?: readonly string[] } = {},
): Report {
  const now = new Date("2026-03-01T12:00:00Z");
  return judge(base, head, { allowances: allowancesOf(allow), now, origin: { ...ORIGIN, ...origin } }).report;
}

/** The side a provider is compared as. */
export function sideOf(from: Provider, more: Partial<HostenvSide> = {}): HostenvSide {
  return { ...emptySide, plan: parsePlan(planOf(from), "the generated plan"), ...more };
}

function planOf({ specs, nodes, ports }: Provider): JsonObject {
  return {
    hostenvHostname: "hosting.test",
    deployUser: "deploy",
    cloudflare: { enable: true, zoneId: null },
    nodeConnections: table(nodes, (node) => [node, { hostname: `${node}.hosting.test`, sshOpts: [] }]),
    nodeRemoteBuild: {},
    environments: table(specs, (each) => [each.name, environment(each)]),
    nodes: table(nodes, (node) => [
      node,
      nodeConfig(
        specs.filter((each) => each.node === node),
        ports,
      ),
    ]),
  };
}

function table<T>(items: readonly T[], entry: (item: T) => readonly [string, JsonValue]): JsonObject {
  return Object.fromEntries(items.map(entry));
}

function environment(each: Spec): JsonObject {
  return {
    authorizedKeys: Object.values(each.keys),
    deploymentVerification: { checks: [], enable: true, enforce: true },
    enable: true,
    hostenv: {
      dataDir: `/home/${each.name}/.local/share`,
      environmentName: "main",
      gitRef: "main",
      hostname: each.hostnames[0] as string,
      organisation: "acme",
      project: each.name,
      runtimeDir: `/run/hostenv/user/${each.name}`,
      userName: each.name,
    },
    migrations: [...each.migrations],
    node: each.node,
    previousNode: null,
    type: each.type,
    uid: each.uid,
    users: table(Object.entries(each.keys), ([user, line]) => [user, { publicKeys: [line] }]),
    virtualHosts: table(each.hostnames, (hostname) => [hostname, virtualHost(each.tls)]),
  };
}

function virtualHost(tls: boolean): JsonObject {
  const security = { csp: null, hsts: true, referrerPolicy: "strict-origin-when-cross-origin" };
  return { enableLetsEncrypt: tls, globalRedirect: null, locations: {}, security };
}

function nodeConfig(specs: readonly Spec[], ports: readonly number[]): JsonObject {
  return {
    networking: { firewall: { allowedTCPPorts: [...ports] } },
    provider: { deployPublicKeys: [keyLine("deploy", "deploy@hosting.test")], deployUser: "deploy" },
    services: {
      nginx: {
        virtualHosts: table(
          specs.flatMap((each) => each.hostnames.map((hostname) => ({ hostname, each }))),
          ({ hostname, each }) => [hostname, { enableACME: each.tls, forceSSL: each.tls }],
        ),
      },
    },
    users: {
      groups: table(specs, ({ name, uid }) => [name, { gid: uid }]),
      users: table(specs, ({ name, uid }) => [name, { group: name, isNormalUser: true, uid }]),
    },
  };
}
