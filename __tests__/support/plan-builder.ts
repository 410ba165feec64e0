import { parseAllowance } from "../../src/domain/findings.ts";
import type { Pin } from "../../src/domain/fleet.ts";
import type { JsonObject, JsonValue } from "../../src/domain/json.ts";
import { type Review, review } from "../../src/domain/review.ts";
import type { HostenvSide } from "../../src/fleets/hostenv/facts.ts";
import { hostenv } from "../../src/fleets/hostenv/kind.ts";
import { parsePlan } from "../../src/fleets/hostenv/schema.ts";

/** What a test says of a virtual host; TLS and HSTS are on unless it says otherwise. */
export interface HostSpec {
  readonly tls?: boolean;
  readonly hsts?: boolean;
  readonly redirect?: string;
}

/** What a test says of an environment; all else is as the planner would derive it. */
export interface EnvironmentSpec {
  /** The user name. */
  readonly name: string;
  /** organisation__project as the input is named. */
  readonly project?: string;
  readonly type?: string;
  readonly node?: string;
  readonly uid?: number;
  readonly enable?: boolean;
  /** Virtual hosts other than the environment's own hostname. */
  readonly hosts?: Readonly<Record<string, HostSpec>>;
  /** The public keys of each user. */
  readonly users?: Readonly<Record<string, readonly string[]>>;
  readonly migrations?: readonly string[];
  readonly checks?: JsonValue[];
  readonly hostenv?: JsonObject;
  readonly previousNode?: string;
}

/** What a test says of a provider. */
export interface ProviderSpec {
  readonly domain?: string;
  readonly environments?: readonly EnvironmentSpec[];
  /** Nodes that are known without carrying an environment. */
  readonly spareNodes?: readonly string[];
  /** Firewall ports beyond the default ones, by node. */
  readonly ports?: Readonly<Record<string, readonly number[]>>;
  /** Slice settings that differ from the default ones, by organisation__project. */
  readonly limits?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly deployKeys?: readonly string[];
  readonly signingKeys?: readonly string[];
  readonly remoteBuild?: Readonly<Record<string, boolean>>;
  readonly cloudflare?: boolean;
  readonly acme?: { readonly acceptTerms?: boolean; readonly email?: string | null };
  readonly policy?: JsonObject;
}

type Full = Required<Omit<EnvironmentSpec, "previousNode">> & { previousNode: string | null };

/** A plan as the planner would write it for such a provider. */
export function planWith(provider: ProviderSpec) {
  const domain = provider.domain ?? "hosting.test";
  const environments = (provider.environments ?? []).map(withDefaults);
  const carrying = [...new Set(environments.map(({ node }) => node))];
  const plan = {
    hostenvHostname: domain,
    deployUser: "deploy",
    cloudflare: { enable: provider.cloudflare ?? false, zoneId: null, apiTokenFile: null },
    nixSigning: { trustedPublicKeys: [...(provider.signingKeys ?? [])] },
    nodeRemoteBuild: { ...provider.remoteBuild },
    nodeConnections: byName([...carrying, ...(provider.spareNodes ?? [])], (node) => ({
      hostname: `${node}.${domain}`,
      sshOpts: [],
    })),
    environments: Object.fromEntries(environments.map((each) => [each.name, environment(each, domain)])),
    nodes: byName(carrying, (name) => {
      const carried = environments.filter(({ node }) => node === name);
      return node(provider, name, carried, domain);
    }),
    ...(provider.policy ? { policy: provider.policy } : {}),
  };
  return parsePlan(plan, "a test's plan");
}

/** One side of a comparison: the provider's plan, with the pins and sources a test names. */
export function sideWith(provider: ProviderSpec, rest: Partial<HostenvSide> = {}): HostenvSide {
  return { plan: planWith(provider), pins: [], sources: [], nodesFolder: "nodes", ...rest };
}

/** The provider with some of one environment's values replaced. */
export function changing(
  provider: ProviderSpec,
  name: string,
  changes: Partial<EnvironmentSpec>,
): ProviderSpec {
  const environments = (provider.environments ?? []).map((each) =>
    each.name === name ? { ...each, ...changes } : each,
  );
  return { ...provider, environments };
}

/** The provider without one environment; the others keep their uids. */
export function dropping(provider: ProviderSpec, name: string): ProviderSpec {
  const environments = (provider.environments ?? []).map(withUid).filter((each) => each.name !== name);
  return { ...provider, environments };
}

/** The provider with one environment more. */
export function adding(provider: ProviderSpec, environment: EnvironmentSpec): ProviderSpec {
  return { ...provider, environments: [...(provider.environments ?? []), environment] };
}

/** A locked input at a revision of seven equal digits. */
export function pinAt(name: string, digit: string): Pin {
  const rev = digit.repeat(40);
  return { name, url: `github:acme/${name}`, rev, narHash: `sha256-${digit}` };
}

/** The moment tests are judged at, where it matters. */
export const NOW = new Date("2025-06-01T12:00:00Z");

/** The review of a change from one side to another. */
export function reviewOf(
  base: HostenvSide,
  head: HostenvSide,
  options: { now?: Date; allow?: readonly string[] } = {},
): Review {
  return review(hostenv, { base, head }, (options.allow ?? []).map(parseAllowance), options.now ?? NOW);
}

/** Findings as lines `severity rule subject @host: message`, `allowed` in place of an allowed `block`. */
export function findingLines({ findings }: Review): string[] {
  return findings.map(({ rule, severity, subject, host, message, allowed }) => {
    const place = host === null ? "" : ` @${host}`;
    return `${allowed ? "allowed" : severity} ${rule} ${subject}${place}: ${message}`;
  });
}

/** The lines of findings between two providers. */
export function linesBetween(base: ProviderSpec, head: ProviderSpec): string[] {
  return findingLines(reviewOf(sideWith(base), sideWith(head)));
}

/** Only the rules that fire between two providers, each with its subject. */
export function rulesBetween(base: ProviderSpec, head: ProviderSpec): string[] {
  return reviewOf(sideWith(base), sideWith(head)).findings.map(({ rule, subject }) => `${rule} ${subject}`);
}

function withUid(spec: EnvironmentSpec, index: number) {
  return { uid: 1002 + index, ...spec };
}

function withDefaults(spec: EnvironmentSpec, index: number): Full {
  return {
    project: `acme__${spec.name.split("-")[0]}`,
    type: "development",
    node: "node-a",
    enable: true,
    hosts: {},
    users: {},
    migrations: [],
    checks: [],
    hostenv: {},
    previousNode: null,
    ...withUid(spec, index),
  };
}

function byName<T>(names: readonly string[], make: (name: string) => T): Record<string, T> {
  return Object.fromEntries(names.map((name) => [name, make(name)]));
}

function partsOf({ project }: Full): [organisation: string, project: string] {
  const [organisation, name] = project.split("__").map((part) => part.replace(/[^A-Za-z0-9]/g, ""));
  return [(organisation as string).toLowerCase(), (name as string).toLowerCase()];
}

// The environment's own hostname is one of its virtual hosts, as a project's export lists it.
function hostsOf(spec: Full, domain: string): Record<string, HostSpec> {
  return { [`${spec.name}.${domain}`]: {}, ...spec.hosts };
}

function environment(spec: Full, domain: string) {
  const [organisation, project] = partsOf(spec);
  return {
    node: spec.node,
    type: spec.type,
    enable: spec.enable,
    uid: spec.uid,
    previousNode: spec.previousNode,
    authorizedKeys: keysOf(spec),
    users: byName(Object.keys(spec.users), (user) => ({
      email: `${user}@${organisation}.test`,
      publicKeys: [...(spec.users[user] as string[])],
    })),
    hostenv: { ...identity(spec, domain, organisation, project), ...spec.hostenv },
    repo: {
      type: "git",
      url: `https://example.invalid/${spec.project}.git`,
      dir: ".hostenv",
      ref: spec.hostenv.gitRef ?? "main",
    },
    migrations: [...spec.migrations],
    deploymentVerification: { enable: true, enforce: true, checks: spec.checks },
    virtualHosts: Object.fromEntries(
      Object.entries(hostsOf(spec, domain)).map(([name, host]) => [name, virtualHost(spec, host)]),
    ),
  };
}

function identity({ name }: Full, domain: string, organisation: string, project: string): JsonObject {
  return {
    organisation,
    project,
    userName: name,
    environmentName: "main",
    gitRef: "main",
    safeEnvironmentName: "main",
    hostenvHostname: domain,
    hostname: `${name}.${domain}`,
    root: `/srv/${organisation}__${project}`,
    runtimeRoot: "/run/hostenv",
    runtimeDir: `/run/hostenv/user/${name}`,
    upstreamRuntimeDir: `/run/hostenv/nginx/${name}`,
    dataDir: `/home/${name}/.local/share`,
    stateDir: `/home/${name}/.local/state`,
    cacheDir: `/home/${name}/.cache`,
    backupsRepoHost: null,
    backupsSecretFile: `/run/secrets/${name}/backups_secret`,
    backupsEnvFile: `/run/secrets/${name}/backups_env`,
  };
}

function virtualHost({ type }: Full, { tls = true, hsts = true, redirect }: HostSpec) {
  return {
    enableLetsEncrypt: tls,
    allowIndexing: type === "production",
    globalRedirect: redirect ?? null,
    redirectCode: 301,
    hsts: true,
    locations: {},
    security: {
      hsts,
      csp: null,
      cspMode: "enforce",
      cspReportTo: null,
      reportTo: null,
      referrerPolicy: "strict-origin-when-cross-origin",
      xContentTypeOptions: true,
      xFrameOptions: "SAMEORIGIN",
    },
  };
}

function node(provider: ProviderSpec, name: string, carried: readonly Full[], domain: string) {
  return {
    networking: { firewall: { allowedTCPPorts: [80, 443, 22, ...(provider.ports?.[name] ?? [])] } },
    provider: {
      deployUser: "deploy",
      deployPublicKeys: [...(provider.deployKeys ?? ["ssh-ed25519 AAAAtest deploy@hosting.test"])],
      nixSigning: { trustedPublicKeys: [...(provider.signingKeys ?? [])] },
    },
    security: { acme: acme(provider) },
    services: { nginx: frontDoor(carried, domain) },
    systemd: { services: dropIns(carried), slices: slices(provider, carried) },
    users: {
      users: Object.fromEntries(carried.map((each) => [each.name, account(each)])),
      groups: Object.fromEntries(carried.map((each) => [each.name, { gid: each.uid }])),
    },
  };
}

function acme({ acme: { acceptTerms = true, email = "ops@hosting.test" } = {} }: ProviderSpec) {
  return { acceptTerms, defaults: { email } };
}

function account(spec: Full) {
  return {
    uid: spec.uid,
    group: spec.name,
    isNormalUser: true,
    createHome: true,
    linger: true,
    openssh: { authorizedKeys: { keys: keysOf(spec) } },
  };
}

function keysOf({ users }: Full): string[] {
  return Object.keys(users)
    .sort()
    .flatMap((user) => [...(users[user] as readonly string[])]);
}

function sliceOf(spec: Full): string {
  const [organisation, project] = partsOf(spec);
  // A short name is its own slug, and a long one is cut.
  return `user-${organisation}-${project.slice(0, 11)}`;
}

function dropIns(carried: readonly Full[]) {
  return Object.fromEntries(
    carried.map((each) => [
      `user@${each.uid}`,
      {
        overrideStrategy: "asDropin",
        serviceConfig: { Slice: `${sliceOf(each)}-${each.uid}.slice` },
      },
    ]),
  );
}

function slices({ limits = {} }: ProviderSpec, carried: readonly Full[]) {
  return Object.fromEntries(
    carried.flatMap((each) => {
      const [organisation, project] = partsOf(each);
      const sliceConfig = {
        CPUAccounting: "yes",
        MemoryAccounting: "yes",
        CPUQuota: "200%",
        MemoryMax: "12G",
        ...limits[each.project],
      };
      return [
        [sliceOf(each), { description: `${project.slice(0, 11)} slice`, sliceConfig }],
        [`${sliceOf(each)}-`, {}],
        [`user-${organisation}-`, {}],
      ];
    }),
  );
}

function frontDoor(carried: readonly Full[], domain: string) {
  const serving = carried.filter(({ enable }) => enable);
  const refusal = { serverName: "_", default: true, rejectSSL: true, locations: { "/": { return: "444" } } };
  return {
    enable: true,
    recommendedProxySettings: true,
    upstreams: Object.fromEntries(
      serving.map(({ name }) => [
        `${name}_upstream`,
        { servers: { [`unix:/run/hostenv/nginx/${name}/in.sock`]: {} } },
      ]),
    ),
    virtualHosts: {
      ...Object.fromEntries(serving.flatMap((each) => served(each, domain))),
      default: refusal,
    },
  };
}

function served(spec: Full, domain: string) {
  return Object.entries(hostsOf(spec, domain)).map(([hostname, host]) => [
    hostname,
    {
      enableACME: host.tls ?? true,
      forceSSL: host.tls ?? true,
      globalRedirect: host.redirect ?? null,
      redirectCode: 301,
      extraConfig: headers(spec, host).join("\n"),
      locations: host.redirect
        ? {}
        : { "/": { recommendedProxySettings: true, proxyPass: `http://${spec.name}_upstream` } },
      ...(hostname === `${spec.name}.${domain}` ? { http2: true } : {}),
    },
  ]);
}

function headers({ type }: Full, { tls = true, hsts = true }: HostSpec): string[] {
  return [
    'add_header Referrer-Policy "strict-origin-when-cross-origin" always;',
    'add_header X-Frame-Options "SAMEORIGIN" always;',
    'add_header X-Content-Type-Options "nosniff" always;',
    ...(tls && hsts
      ? ['add_header Strict-Transport-Security "max-age=63072000; includeSubDomains; preload" always;']
      : []),
    ...(type === "production" ? [] : ['add_header X-Robots-Tag "noindex" always;']),
  ];
}
