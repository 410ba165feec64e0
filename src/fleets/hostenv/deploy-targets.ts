import { byBytes } from "../../domain/json.ts";
import type { HostenvSide } from "./facts.ts";
import type { Plan } from "./schema.ts";

/** How a node is reached, as the plan has it. */
export interface Target {
  readonly name: string;
  readonly host: string;
  readonly sshOptions: readonly string[];
  readonly deployUser: string;
}

/** A profile's link on a node. */
export interface Place {
  readonly profile: string;
  readonly path: string;
  readonly user: string;
}

/** A node's address, options and deploy user. Throws nothing: what is unfit is refused where it is used. */
export function targetOf({ nodeConnections, ...plan }: Plan, node: string): Target {
  const { hostname, sshOpts } = nodeConnections[node] ?? { hostname: node, sshOpts: [] };
  const { deployUser } = plan as { deployUser?: unknown };
  return {
    name: node,
    host: hostname,
    sshOptions: sshOpts,
    deployUser: typeof deployUser === "string" ? deployUser : "deploy",
  };
}

/**
 * The profiles a node is to carry: its system, then its environments by name. All lie below /nix/var, where
 * they are roots of the garbage collector and the deploy user can read where they lead.
 */
export function placesOf(part: HostenvSide): Place[] {
  const environments = Object.keys(part.plan.environments).sort(byBytes);
  return [
    { profile: "system", path: "/nix/var/nix/profiles/system", user: "root" },
    ...environments.map((user) => ({
      profile: user,
      path: `/nix/var/nix/profiles/per-user/${user}/hostenv`,
      user,
    })),
  ];
}

/** Whether a node builds its closures itself. */
export function buildsItself({ nodeRemoteBuild }: Plan, node: string): boolean {
  return (
    nodeRemoteBuild !== undefined && Object.hasOwn(nodeRemoteBuild, node) && nodeRemoteBuild[node] === true
  );
}

/** Backups of an environment that a move takes along. */
export function migrationsOf({ environments }: Plan, name: string): readonly string[] {
  return environments[name]?.migrations ?? [];
}

/** The uids of a node's environments, by user. */
export function uidsOf({ plan }: HostenvSide): Record<string, number> {
  const entries = Object.entries(plan.environments).map(([user, { uid }]) => [user, uid] as const);
  return Object.fromEntries(entries);
}

/** Where an environment looks for what it is to restore, where it has its data, and whose that is. */
export function dataPlaceOf({ environments }: Plan, name: string) {
  const { uid, hostenv } = environments[name] as unknown as {
    uid: number;
    hostenv: { runtimeDir?: string; dataDir?: string; stateDir?: string };
  };
  const { runtimeDir = `/run/hostenv/user/${name}` } = hostenv;
  const { dataDir = `/home/${name}/.local/share`, stateDir = `/home/${name}/.local/state` } = hostenv;
  // A unit of an earlier generation would begin on the emptied folders, and fill them before anything is restored.
  const units = `/home/${name}/.config/systemd`;
  return { user: name, uid, runtimeDir, folders: [units, dataDir, stateDir] };
}
