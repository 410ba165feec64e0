import { type Finding, finding, join, listed, say } from "../../domain/findings.ts";
import { byBytes, equal, type JsonObject } from "../../domain/json.ts";
import type { Reach } from "../../domain/waves.ts";
import type { HostenvSide } from "./facts.ts";
import { sitesOf } from "./hostnames.ts";
import { normalisedProject, projectOfInput } from "./pins.ts";
import type { Context } from "./rules.ts";
import type { NodeConfig } from "./schema.ts";

/** Firewalls, limits and nodes that carry nothing any more. */
export function nodes(context: Context): Finding[] {
  const { nodes: old } = context.base.plan;
  // On a first plan every node is new, and that is said already.
  const after = Object.keys(old).length > 0 ? Object.entries(context.head.plan.nodes) : [];
  const both = after.map(([name, node]) => {
    const before = Object.hasOwn(old, name) ? (old[name] as NodeConfig) : NEW_NODE;
    return { name, before, after: node };
  });
  return [
    ...both.flatMap(({ name, before, after }) => [
      ...firewall(name, before, after),
      ...limits(name, before, after),
    ]),
    ...context.comparison.emptied.map((name) => emptied(name, context.comparison.head.hosts)),
  ];
}

// What a node has before it carries anything: the planner's own ports.
const NEW_NODE: NodeConfig = { networking: { firewall: { allowedTCPPorts: [80, 443, 22] } } };

function emptied(name: string, known: readonly string[]): Finding {
  const about = { subject: name, host: name };
  return known.includes(name)
    ? finding("node-emptied", about, say`node ${name} carries no environment any more and stops serving`)
    : finding(
        "node-emptied",
        about,
        say`node ${name} is not known any more, so nothing is deployed to it and it goes on serving`,
      );
}

function firewall(name: string, before: NodeConfig, after: NodeConfig): Finding[] {
  const [old, now] = [portsOf(before), portsOf(after)];
  const opened = now.filter((port) => !old.includes(port)).map(String);
  const closed = old.filter((port) => !now.includes(port)).map(String);
  const rest = opened.length + closed.length === 0 && !equal(firewallOf(before), firewallOf(after));
  if (opened.length + closed.length === 0 && !rest) return [];
  const words = [
    ...(rest ? [say`changes besides its TCP ports`] : []),
    ...(opened.length > 0
      ? [join([opened.length > 1 ? say`opens ports ` : say`opens port `, listed(opened)], "")]
      : []),
    ...(closed.length > 0
      ? [join([closed.length > 1 ? say`closes ports ` : say`closes port `, listed(closed)], "")]
      : []),
  ];
  const sentence = join([say`firewall of ${name} `, join(words, ", ")], "");
  return [finding("firewall-changed", { subject: name, host: name }, sentence)];
}

function firewallOf(node: NodeConfig): JsonObject {
  const { allowedTCPPorts: _, ...rest } = node.networking?.firewall ?? {};
  return rest as JsonObject;
}

function portsOf(node: NodeConfig): number[] {
  return [...new Set(node.networking?.firewall?.allowedTCPPorts ?? [])];
}

function limits(name: string, before: NodeConfig, after: NodeConfig): Finding[] {
  const [old, now] = [before.systemd?.slices ?? {}, after.systemd?.slices ?? {}];
  return Object.keys(now).flatMap((slice) => {
    if (!Object.hasOwn(old, slice)) return [];
    const [was, is] = [limitsText(old[slice]?.sliceConfig), limitsText(now[slice]?.sliceConfig)];
    if (was === is) return [];
    const words = say`limits of ${slice} on ${name} change ${was} → ${is}`;
    return [finding("limits-changed", { subject: slice, host: name }, words)];
  });
}

function limitsText(config: Record<string, unknown> = {}): string {
  return Object.keys(config)
    .filter((key) => !key.endsWith("Accounting"))
    .sort()
    .map((key) => `${key}=${config[key]}`)
    .join(" ");
}

/** Nodes whose sites are to have certificates, where NixOS refuses to ask for any. */
export function certificates({ head: { plan } }: Context): Finding[] {
  const lacking = Object.keys(plan.nodes).filter((name) => lacksOf(plan.nodes[name]).length > 0);
  // All sites are looked at only where there is something to say of them.
  const secured = new Set(
    lacking.length > 0 ? sitesOf(plan).flatMap(({ node, skipped }) => (skipped === null ? [node] : [])) : [],
  );
  const names = lacking.filter((name) => secured.has(name)).sort(byBytes);
  if (names.length === 0) return [];
  // They are the provider's settings, so what the first node lacks, all do.
  const lacks = join(lacksOf(plan.nodes[names[0] as string]), " and ");
  const words = join([say`nothing can be built for `, listed(names), say`: `, lacks], "");
  return [finding("acme-account", { subject: "letsEncrypt" }, words)];
}

// An earlier tool's plan may say nothing of it.
function lacksOf(node: NodeConfig | undefined) {
  const { acceptTerms, defaults } = node?.security?.acme ?? {};
  return [
    ...(acceptTerms === false ? [say`${"letsEncrypt.acceptTerms"} is off`] : []),
    ...(defaults?.email === null ? [say`${"letsEncrypt.adminEmail"} is not set`] : []),
  ];
}

/** Locked inputs and source files that differ. */
export function inputs(context: Context): Finding[] {
  const reach = reachIn(context);
  const moved = new Set(context.comparison.pinMoves.map(({ name }) => name));
  const pins = context.comparison.pinMoves
    // Below a moved input everything may move; the input itself says so already.
    .filter(({ name }) => !ancestorsOf(name).some((above) => moved.has(above)) && !isNewOrGone(context, name))
    .map(({ name, before, after }) => {
      const words = say`input ${name} ${before?.rev?.slice(0, 7) ?? "none"} → ${after?.rev?.slice(0, 7) ?? "none"}`;
      const rule = projectOfInput(name) || isUnit(context, name) ? "revision-changed" : "inputs-changed";
      return reaching(rule, name, words, reach.pin(name));
    });
  const files = context.comparison.changes
    .filter(({ kind }) => kind === "file")
    .map(({ subject, before, after }) => {
      const words =
        before === null
          ? say`file ${subject} is added`
          : after === null
            ? say`file ${subject} is removed`
            : say`file ${subject} is changed`;
      return reaching("inputs-changed", subject, words, reach.file(subject));
    });
  const edits = (context.head.edited ?? []).map((path) =>
    finding("snapshot-edited", { subject: path }, say`this branch edits ${path}, which only a deploy writes`),
  );
  return [...pins, ...files, ...edits, ...prunings(context.head.pruned ?? [])];
}

function prunings(names: readonly string[]): Finding[] {
  if (names.length === 0) return [];
  // Each of them: what is released can be claimed by anybody.
  const words = join([say`this branch releases what is reserved for `, listed(names, names.length)], "");
  return [finding("state-pruned", { subject: "state.json" }, words)];
}

// Where builds were compared, nothing reaches further than they differ.
function reachIn({ base, head, comparison }: Context): ReturnType<typeof reachOf> {
  const { file, pin } = reachOf(base, head);
  if (!comparison.isMeasured) return { file, pin };
  const narrowed = (reach: Reach): Reach =>
    reach === "all" ? comparison.affected : reach.filter((host) => comparison.affected.includes(host));
  return { file: (path) => narrowed(file(path)), pin: (name) => narrowed(pin(name)) };
}

// That an environment is added or removed says that its pin is, too.
function isNewOrGone({ base, head }: Context, name: string): boolean {
  const sides = [base, head].filter(({ plan }) => Object.hasOwn(plan.environments, firstOf(name)));
  return sides.length === 1;
}

function ancestorsOf(name: string): string[] {
  const segments = name.split("/");
  return segments.slice(1).map((_, index) => segments.slice(0, index + 1).join("/"));
}

function firstOf(name: string): string {
  return name.split("/")[0] as string;
}

function isUnit({ base, head }: Context, name: string): boolean {
  return [base, head].some(({ plan }) => Object.hasOwn(plan.environments, firstOf(name)));
}

function reaching(
  rule: "revision-changed" | "inputs-changed",
  subject: string,
  words: readonly string[],
  reach: Reach,
) {
  const where =
    reach === "all"
      ? say`, reaches every node`
      : join([say`, reaches `, listed([...reach].sort(byBytes))], "");
  const host = reach !== "all" && reach.length === 1 ? reach[0] : undefined;
  return finding(
    rule,
    { subject, host },
    join([words, reach.length > 0 ? where : say`, reaches no node`], ""),
  );
}

/**
 * What a changed file or input can reach. A file in a node's own folder reaches that node, an
 * environment's or project's input the nodes that carry it, all else every node.
 */
export function reachOf(base: HostenvSide, head: HostenvSide) {
  return {
    file: (path: string): Reach => {
      const folder = `${head.nodesFolder}/`;
      const [node, ...rest] = path.startsWith(folder) ? path.slice(folder.length).split("/") : [];
      const isNode = node !== undefined && rest.length > 0 && Object.hasOwn(head.plan.nodeConnections, node);
      return isNode ? [node] : "all";
    },
    pin: (name: string): Reach => {
      const first = name.split("/")[0] as string;
      const project = projectOfInput(name);
      if (project) return nodesOfProject([base, head], normalisedProject(project));
      const carriers = [base, head].flatMap(({ plan }) => {
        const environment = Object.hasOwn(plan.environments, first) ? plan.environments[first] : undefined;
        return environment ? [environment.node] : [];
      });
      return carriers.length > 0 ? [...new Set(carriers)] : "all";
    },
  };
}

function nodesOfProject(sides: readonly HostenvSide[], project: string): string[] {
  const carrying = sides
    .flatMap(({ plan }) => Object.values(plan.environments))
    .filter(({ hostenv }) => normalisedProject(`${hostenv.organisation}__${hostenv.project}`) === project)
    .map(({ node }) => node);
  return [...new Set(carrying)];
}
