import { type Finding, finding, join, listed, say } from "../../domain/findings.ts";
import { byBytes } from "../../domain/json.ts";
import { type HostenvSide, projectOf } from "./facts.ts";
import type { Context } from "./rules.ts";
import type { Environment, NodeConfig } from "./schema.ts";
import { parseSshKey } from "./ssh-keys.ts";

/** Who may log in, deploy, and whose builds are accepted. */
export function access(context: Context): Finding[] {
  return [...userKeys(context), ...deployKeys(context), ...signingKeys(context)];
}

interface Grant {
  readonly identity: string;
  readonly fingerprint: string;
  readonly users: Set<string>;
  readonly environments: Set<string>;
  readonly nodes: Set<string>;
}

// A key is one finding, however many environments gain or lose it.
function userKeys({ base, pairs }: Context): Finding[] {
  const [gained, lost] = [new Map<string, Grant>(), new Map<string, Grant>()];
  const known = identitiesByProject(base);
  for (const { name, before, after } of pairs) {
    const [old, now] = [keysOf(before), keysOf(after)];
    for (const line of missingFrom(now, old)) {
      // A new environment of known people is one finding already: environment-added.
      if (after && (before || !known.get(projectOf(after))?.has(parseSshKey(line).identity)))
        grant(gained, line, name, after);
    }
    for (const line of missingFrom(old, now)) if (before && after) grant(lost, line, name, before);
  }
  return [
    ...[...gained.values()].map((each) => keyFinding("ssh-key-added", "gains", each)),
    ...[...lost.values()].map((each) => keyFinding("ssh-key-removed", "loses", each)),
  ];
}

function identitiesByProject(side: HostenvSide): Map<string, Set<string>> {
  const known = new Map<string, Set<string>>();
  for (const environment of Object.values(side.plan.environments)) {
    const project = projectOf(environment);
    const identities = known.get(project) ?? new Set();
    for (const identity of keysOf(environment).keys()) identities.add(identity);
    known.set(project, identities);
  }
  return known;
}

function keysOf(environment: Environment | null): Map<string, string> {
  // sshd sees a key in each line, whatever the list says.
  const lines = (environment?.authorizedKeys ?? []).flatMap((entry) => entry.split(/[\r\n]+/));
  return new Map(
    lines.filter((line) => line.trim() !== "").map((line) => [parseSshKey(line).identity, line]),
  );
}

function missingFrom(keys: ReadonlyMap<string, string>, others: ReadonlyMap<string, string>): string[] {
  return [...keys].filter(([identity]) => !others.has(identity)).map(([, line]) => line);
}

function grant(grants: Map<string, Grant>, line: string, name: string, environment: Environment): void {
  const { identity, fingerprint } = parseSshKey(line);
  const known = grants.get(identity);
  const entry = known ?? {
    identity,
    fingerprint,
    users: new Set(),
    environments: new Set(),
    nodes: new Set(),
  };
  grants.set(identity, entry);
  for (const user of holders(environment, identity)) entry.users.add(user);
  entry.environments.add(name);
  entry.nodes.add(environment.node);
}

function holders(environment: Environment, identity: string): string[] {
  return Object.entries(environment.users ?? {})
    .filter(([, user]) =>
      (user.publicKeys ?? [])
        .flatMap((entry) => entry.split(/[\r\n]+/))
        .some((line) => parseSshKey(line).identity === identity),
    )
    .map(([name]) => name);
}

function keyFinding(
  rule: "ssh-key-added" | "ssh-key-removed",
  verb: "gains" | "loses",
  found: Grant,
): Finding {
  const users =
    found.users.size > 0 ? join([say` (user `, listed([...found.users].sort(byBytes)), say`)`], "") : say``;
  const words = join(
    [
      say`${found.fingerprint}`,
      users,
      verb === "gains" ? say` gains login to ` : say` loses login to `,
      listed([...found.environments].sort(byBytes)),
      say` on `,
      listed([...found.nodes].sort(byBytes)),
    ],
    "",
  );
  const [node] = found.nodes;
  const host = found.nodes.size === 1 ? node : undefined;
  return finding(rule, { subject: found.fingerprint, host }, words);
}

function deployKeys(context: Context): Finding[] {
  const lines = (node: NodeConfig) => node.provider?.deployPublicKeys ?? [];
  return providerKeys(
    context,
    "deploy-key-changed",
    lines,
    (line) => parseSshKey(line).fingerprint,
    (line) => parseSshKey(line).identity,
  );
}

function signingKeys(context: Context): Finding[] {
  const lines = (node: NodeConfig) => node.provider?.nixSigning?.trustedPublicKeys ?? [];
  return providerKeys(context, "signing-key-changed", lines, (line) => line);
}

// The same list stands on every node; one finding names the key and the nodes.
function providerKeys(
  { base, head }: Context,
  rule: "deploy-key-changed" | "signing-key-changed",
  linesOf: (node: NodeConfig) => readonly string[],
  nameOf: (line: string) => string,
  keyOf: (line: string) => string = (line) => line,
): Finding[] {
  const touched = new Map<string, { nodes: string[]; gained: boolean; name: string }>();
  // A node that is new has the keys all nodes had.
  const everywhere = new Set(Object.values(base.plan.nodes).flatMap(linesOf));
  for (const [node, after] of Object.entries(head.plan.nodes)) {
    if (everywhere.size === 0 && !Object.hasOwn(base.plan.nodes, node)) continue;
    const before = Object.hasOwn(base.plan.nodes, node) ? base.plan.nodes[node] : undefined;
    const [old, now] = [before ? linesOf(before) : [...everywhere], linesOf(after)];
    const mark = (line: string, gained: boolean) => {
      const key = `${gained}${line}`;
      const entry = touched.get(key) ?? { nodes: [], gained, name: nameOf(line) };
      entry.nodes.push(node);
      touched.set(key, entry);
    };
    const differ = (lines: readonly string[], others: readonly string[]) => {
      const known = new Set(others.map(keyOf));
      return lines.filter((line) => !known.has(keyOf(line)));
    };
    for (const line of differ(now, old)) mark(line, true);
    for (const line of differ(old, now)) mark(line, false);
  }
  return [...touched.values()].map(({ nodes, gained, name }) => {
    const verb = gained ? say` is trusted from now on by ` : say` is no longer trusted by `;
    const host = nodes.length === 1 ? nodes[0] : undefined;
    return finding(
      rule,
      { subject: name, host },
      join([say`${name}`, verb, listed([...nodes].sort(byBytes))], ""),
    );
  });
}
