import { sameName } from "../../domain/dns/owners.ts";
import type { Site } from "../../domain/dns/site.ts";
import { byBytes, isObject, type JsonObject, type JsonValue } from "../../domain/json.ts";
import type { Environment, Plan } from "./schema.ts";

/** What says whether a virtual host is served with TLS, in its environment and on its node. */
const SWITCHES = {
  environment: ["enableLetsEncrypt", "forceSSL"],
  node: ["enableACME", "forceSSL"],
} as const;

/** Every virtual host of the plan, by environment and name, with the names its certificate must have. */
export function sitesOf(plan: Plan): Site[] {
  return Object.keys(plan.environments)
    .sort(byBytes)
    .flatMap((name) => {
      const environment = plan.environments[name] as Environment;
      return hostnamesOf(environment).map((hostname) => siteOf(plan, name, hostname));
    });
}

/** The name of a node in DNS; a name that ends in the provider's domain is one already. */
export function nodeNameOf({ hostenvHostname }: Plan, node: string): string {
  const isFull = node === hostenvHostname || node.endsWith(`.${hostenvHostname}`);
  return isFull ? node : `${node}.${hostenvHostname}`;
}

/**
 * Where in plan.json sites are served with TLS, as the keys that lead there: the environment's own place and its
 * node's, those that exist.
 */
export function switchesOf(plan: Plan, sites: readonly Site[]): string[][] {
  return sites.flatMap(({ environment, node, hostname }) => [
    ...existing(plan, ["environments", environment, "virtualHosts", hostname], SWITCHES.environment),
    ...existing(plan, ["nodes", node, "services", "nginx", "virtualHosts", hostname], SWITCHES.node),
  ]);
}

// The primary hostname answers even where the project does not list it.
function hostnamesOf({ virtualHosts, hostenv }: Environment): string[] {
  return [...new Set([...Object.keys(virtualHosts), hostenv.hostname])].sort(byBytes);
}

function siteOf(plan: Plan, name: string, hostname: string): Site {
  const environment = plan.environments[name] as Environment;
  const host = own(environment.virtualHosts, hostname) ?? {};
  const redirect = host.globalRedirect;
  return {
    environment: name,
    node: environment.node,
    hostname,
    expected: nodeNameOf(plan, environment.node),
    // nginx takes `serverName` for the name of the certificate; aliases are further names in it.
    names: eachOnce([host.serverName ?? hostname, ...(host.serverAliases ?? [])]),
    redirectsTo: typeof redirect === "string" && redirect !== "" ? redirect : null,
    skipped: !environment.enable ? "disabled" : wantsTls(plan, environment, hostname) ? null : "no-tls",
  };
}

function eachOnce([own, ...aliases]: readonly [string, ...string[]]): readonly [string, ...string[]] {
  const seen = new Set([sameName(own)]);
  const others = aliases.filter((name) => !seen.has(sameName(name)) && seen.add(sameName(name)));
  return [own, ...others];
}

// What is built is what the node is told; a plan without it follows the planner's rule.
function wantsTls(plan: Plan, environment: Environment, hostname: string): boolean {
  const built = at(plan as JsonObject, [
    "nodes",
    environment.node,
    "services",
    "nginx",
    "virtualHosts",
    hostname,
  ]);
  if (isObject(built) && typeof built.enableACME === "boolean") return built.enableACME;
  const wanted = own(environment.virtualHosts, hostname)?.enableLetsEncrypt;
  return wanted ?? hostname === environment.hostenv.hostname;
}

function existing(plan: Plan, path: readonly string[], keys: readonly string[]): string[][] {
  const found = at(plan as JsonObject, path);
  if (!isObject(found)) return [];
  return keys.filter((key) => Object.hasOwn(found, key)).map((key) => [...path, key]);
}

function at(tree: JsonValue, path: readonly string[]): JsonValue | undefined {
  return path.reduce<JsonValue | undefined>(
    (value, key) => (isObject(value) ? own(value, key) : undefined),
    tree,
  );
}

// Not what every object inherits: a host may be called "constructor".
function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
