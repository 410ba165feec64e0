import fc from "fast-check";
import type { Pin } from "../../src/domain/fleet.ts";
import type { HostenvSide, SourceFile } from "../../src/fleets/hostenv/facts.ts";
import {
  changing,
  dropping,
  type EnvironmentSpec,
  type HostSpec,
  type ProviderSpec,
  pinAt,
  planWith,
} from "./plan-builder.ts";

/** What a generated side is made from: its parts can be edited, its plan stays consistent. */
export interface SideSpec {
  readonly nodes: readonly string[];
  readonly provider: ProviderSpec;
  readonly environments: readonly Environment[];
  readonly pins: readonly Pin[];
  readonly sources: readonly SourceFile[];
}

type Environment = EnvironmentSpec &
  Required<Pick<EnvironmentSpec, "node" | "uid" | "hosts" | "users" | "type">>;

/** The side a generated provider gives; a counterexample shows what it was made from. */
export function sideOf(spec: SideSpec): HostenvSide {
  const { nodes, provider, environments, pins, sources } = spec;
  const plan = planWith({ ...provider, environments, spareNodes: nodes });
  return Object.assign(
    { plan, pins, sources, nodesFolder: "nodes" },
    { [fc.toStringMethod]: () => told(spec) },
  );
}

function told({ pins, sources, ...rest }: SideSpec): string {
  const moved = {
    pins: pins.filter(({ rev }) => rev?.[0] !== "1"),
    sources: sources.filter(({ sha256 }) => sha256[0] !== "1"),
  };
  return JSON.stringify({ ...rest, ...moved });
}

const NODES = ["node-a", "node-b", "node-c", "Node-D", "n5", "edge.6"];
const TYPES = ["production", "testing", "development"];
const PROJECTS = ["acme__shop", "acme__blog", "Blue_Sky-Ltd__Catalogue-Service"];
const ZONES = ["acme.test", "Blue-Sky.TEST", "hosting.test"];
const KEYS = [
  "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJa5Gq0kQ1F3aVf6yqY2mZ8mZ9mZ8mZ9mZ8mZ9mZ8mZ9 alice@laptop",
  "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB bob",
  'from="10.0.0.0/8",no-pty ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQC7 carol',
  "no key at all",
];

const users = fc.dictionary(fc.constantFrom("alice", "bob"), fc.subarray(KEYS), { maxKeys: 2 });

// Names are made from the place in the list, so no two environments share one.
const environment = fc.record({
  project: fc.constantFrom(...PROJECTS),
  type: fc.constantFrom(...TYPES),
  node: fc.nat(),
  enable: fc.constantFrom(true, true, true, false),
  zones: fc.subarray(ZONES),
  tls: fc.constantFrom(true, true, false),
  users,
  migrations: fc.constantFrom([], ["db-migrate"]),
});

// Small fleets show most mistakes, and fast.
const environments = fc.oneof(
  { arbitrary: fc.array(environment, { maxLength: 6 }), weight: 5 },
  { arbitrary: fc.array(environment, { maxLength: 25 }), weight: 1 },
);

const LIMITS = [{}, { acme__shop: { MemoryMax: "8G" } }, { acme__blog: { CPUQuota: "50%", TasksMax: "64" } }];

const settings: fc.Arbitrary<ProviderSpec> = fc.record({
  ports: fc.dictionary(fc.constantFrom(...NODES), fc.subarray([8080, 25]), { maxKeys: 2 }),
  limits: fc.constantFrom(...LIMITS),
  deployKeys: fc.subarray(KEYS.slice(0, 2)),
  signingKeys: fc.subarray(["cache-1:abc=", "cache-2:def="]),
  remoteBuild: fc.dictionary(fc.constantFrom(...NODES), fc.boolean(), { maxKeys: 2 }),
  cloudflare: fc.boolean(),
  policy: fc.constantFrom({}, { canary: ["node-b"] }, { zones: ["acme.test"], canary: ["node-a", "n5"] }),
});

/** Parts of a fleet of 1–6 nodes and 0–25 environments. */
export const sideSpecs: fc.Arbitrary<SideSpec> = fc
  .record({
    nodes: fc.shuffledSubarray(NODES, { minLength: 1 }),
    provider: settings,
    drawn: environments,
  })
  .map(({ nodes, provider, drawn }) => {
    // A setting for a node nobody knows reaches nothing.
    const known = Object.entries(provider.remoteBuild ?? {}).filter(([node]) => nodes.includes(node));
    const environments = drawn.map(({ zones, tls, ...each }, index) => ({
      ...each,
      name: `${each.project.slice(-4).toLowerCase()}-e${index}-${(0xabc0000 + index).toString(16)}`,
      node: nodes[each.node % nodes.length] as string,
      uid: 1002 + index,
      hosts: Object.fromEntries(zones.map((zone) => [`w${index}.${zone}`, { tls }])),
    }));
    return {
      nodes,
      provider: { ...provider, remoteBuild: Object.fromEntries(known) },
      environments,
      pins: pinsOf(environments),
      sources: sourcesOf(nodes),
    };
  });

function pinsOf(environments: readonly Environment[]): Pin[] {
  const names = ["nixpkgs", "hostenv", "hostenv/nixpkgs", "acme__shop", "acme__shop/hostenv"];
  return [...names, ...environments.slice(0, 2).map(({ name }) => name)].map((name) => pinAt(name, "1"));
}

function sourcesOf(nodes: readonly string[]): SourceFile[] {
  const files = ["flake.lock", "flake.nix", "nodes/common.nix", "secrets/secrets.yaml"];
  return [...files, ...nodes.map((node) => `nodes/${node}/configuration.nix`)]
    .sort()
    .map((path) => ({ path, sha256: "1".repeat(64) }));
}

/** The sides of fleets. */
export const sides: fc.Arbitrary<HostenvSide> = sideSpecs.map(sideOf);

/** Which places of a side an edit touches; places beyond the end start again at the first. */
interface Edit {
  readonly kind: keyof typeof EDITS;
  readonly at: number;
  readonly other: number;
}

type Picked = {
  readonly spec: SideSpec;
  readonly one: Environment;
  readonly two: Environment;
  readonly other: number;
};

const EDITS = {
  move: ({ spec, one, other }: Picked) => edited(spec, one, { node: pick(spec.nodes, other) }),
  swap: ({ spec, one, two }: Picked) =>
    edited(edited(spec, one, { node: two.node }), two, { node: one.node }),
  ring: ({ spec }: Picked) => moved(spec, ring(spec.nodes.slice(0, 3))),
  emptyNode: ({ spec, one, other }: Picked) => moved(spec, { [one.node]: pick(spec.nodes, other) }),
  moveNewerType: ({ spec, one, other }: Picked) =>
    edited(spec, one, { type: pick(TYPES, other), node: pick(spec.nodes, other) }),
  renameHostname: ({ spec, one, other }: Picked) =>
    edited(spec, one, { hosts: renamed(one.hosts, `x${other % 9}-`) }),
  recaseHostname: ({ spec, one }: Picked) => edited(spec, one, { hosts: recased(one.hosts) }),
  takeOver: ({ spec, one, two }: Picked) =>
    one === two
      ? spec
      : edited(edited(spec, two, { hosts: { ...two.hosts, ...one.hosts } }), one, { hosts: {} }),
  add: ({ spec, one, other }: Picked) => added(spec, one, other),
  remove: ({ spec, one }: Picked) => without(spec, one),
  keys: ({ spec, one, other }: Picked) => edited(spec, one, { users: { carol: [pick(KEYS, other)] } }),
  tlsOff: ({ spec, one }: Picked) => edited(spec, one, { hosts: weakened(one.hosts, { tls: false }) }),
  hstsOff: ({ spec, one }: Picked) => edited(spec, one, { hosts: weakened(one.hosts, { hsts: false }) }),
  toggle: ({ spec, one }: Picked) => edited(spec, one, { enable: !one.enable }),
  migrations: ({ spec, one, other }: Picked) => edited(spec, one, { migrations: [`m${other % 3}-migrate`] }),
  checks: ({ spec, one, other }: Picked) =>
    edited(spec, one, { checks: [{ name: "front", value: other % 3 }] }),
  uid: ({ spec, one, other }: Picked) => edited(spec, one, { uid: 2000 + (other % 3) * 100 + one.uid }),
  ports: ({ spec, one, other }: Picked) => set(spec, { ports: { [one.node]: [9000 + (other % 3)] } }),
  limits: ({ spec, other }: Picked) => set(spec, { limits: pick(LIMITS, other) }),
  deployKey: ({ spec, other }: Picked) => set(spec, { deployKeys: [pick(KEYS, other)] }),
  pin: ({ spec, other }: Picked) => ({ ...spec, pins: replaced(spec.pins, other, repinned) }),
  pinGone: ({ spec, other }: Picked) => ({ ...spec, pins: replaced(spec.pins, other, () => []) }),
  file: ({ spec, other }: Picked) => ({ ...spec, sources: replaced(spec.sources, other, rewritten) }),
  fileGone: ({ spec, other }: Picked) => ({ ...spec, sources: replaced(spec.sources, other, () => []) }),
};

const edits: fc.Arbitrary<Edit> = fc.record({
  kind: fc.constantFrom(...(Object.keys(EDITS) as (keyof typeof EDITS)[])),
  at: fc.nat(),
  other: fc.nat({ max: 1000 }),
});

/** Parts of two sides, the head made from the base by edits. */
export const specPairs: fc.Arbitrary<{ base: SideSpec; head: SideSpec }> = fc
  .record({ base: sideSpecs, changes: fc.array(edits, { maxLength: 6 }) })
  .map(({ base, changes }) => ({ base, head: changes.reduce(apply, base) }));

/** Two sides, the head made from the base by edits. */
export const pairs = specPairs.map(({ base, head }) => ({ base: sideOf(base), head: sideOf(head) }));

/** A side, and what becomes of it by two pull requests, one after the other. */
export const stories: fc.Arbitrary<[HostenvSide, HostenvSide, HostenvSide]> = fc
  .record({ base: sideSpecs, one: fc.array(edits, { maxLength: 4 }), two: fc.array(edits, { maxLength: 4 }) })
  .map(({ base, one, two }) => {
    const first = one.reduce(apply, base);
    return [sideOf(base), sideOf(first), sideOf(two.reduce(apply, first))];
  });

function apply(spec: SideSpec, { kind, at, other }: Edit): SideSpec {
  if (spec.environments.length === 0) return spec;
  const [one, two] = [pick(spec.environments, at), pick(spec.environments, at + 1)];
  return EDITS[kind]({ spec, one, two, other });
}

function pick<T>(list: readonly T[], place: number): T {
  return list[place % list.length] as T;
}

function edited(spec: SideSpec, { name }: Environment, changes: Partial<Environment>): SideSpec {
  const environments = changing({ environments: spec.environments }, name, changes).environments;
  return { ...spec, environments: environments as Environment[] };
}

function without(spec: SideSpec, { name }: Environment): SideSpec {
  const { environments } = dropping({ environments: spec.environments }, name);
  return { ...spec, environments: environments as Environment[] };
}

// A new environment takes the next free uid, as the planner gives it.
function added(spec: SideSpec, like: Environment, place: number): SideSpec {
  const uid = Math.max(...spec.environments.map((each) => each.uid)) + 1;
  const fresh = {
    ...like,
    name: `new-main-${uid.toString(16)}`,
    uid,
    hosts: {},
    node: pick(spec.nodes, place),
  };
  return { ...spec, environments: [...spec.environments, fresh] };
}

function moved(spec: SideSpec, to: Readonly<Record<string, string>>): SideSpec {
  const environments = spec.environments.map((each) => ({ ...each, node: to[each.node] ?? each.node }));
  return { ...spec, environments };
}

function ring(nodes: readonly string[]): Record<string, string> {
  return Object.fromEntries(nodes.map((node, index) => [node, pick(nodes, index + 1)]));
}

type Hosts = Readonly<Record<string, HostSpec>>;

const renamed = (hosts: Hosts, prefix: string): Hosts => mapped(hosts, (name, host) => [prefix + name, host]);
const recased = (hosts: Hosts): Hosts => mapped(hosts, (name, host) => [name.toUpperCase(), host]);
const weakened = (hosts: Hosts, how: HostSpec): Hosts =>
  mapped(hosts, (name, host) => [name, { ...host, ...how }]);

function mapped(hosts: Hosts, change: (name: string, host: HostSpec) => [string, HostSpec]): Hosts {
  return Object.fromEntries(Object.entries(hosts).map(([name, host]) => change(name, host)));
}

function set(spec: SideSpec, provider: Partial<ProviderSpec>): SideSpec {
  return { ...spec, provider: { ...spec.provider, ...provider } };
}

function replaced<T>(list: readonly T[], place: number, change: (item: T) => T[]): T[] {
  return list.flatMap((item, index) => (index === place % list.length ? change(item) : [item]));
}

const repinned = (pin: Pin): Pin[] => [pinAt(pin.name, pin.rev === "2".repeat(40) ? "3" : "2")];
const rewritten = (file: SourceFile): SourceFile[] => [{ ...file, sha256: "2".repeat(64) }];
