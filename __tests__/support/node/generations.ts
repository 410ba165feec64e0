import type { TestNode } from "../node.ts";

/** The path of the system's profile. */
export const SYSTEM = "/nix/var/nix/profiles/system";

/** Where an environment's profile is, as the product's ports have it. */
export function placeOf(user: string) {
  return { profile: user, user, path: `/nix/var/nix/profiles/per-user/${user}/hostenv` };
}

export const SYSTEM_PLACE = { profile: "system", user: "root", path: SYSTEM };

let made = 0;

/**
 * Makes a new generation of a profile on a node, without deploy-rs: one that deploy-rs can activate by
 * running the shell script, or one made by hand.
 * @returns where it leads, and its number
 */
export function addGeneration(
  node: TestNode,
  { user, path }: { readonly user: string; readonly path: string },
  activate: string | null,
): { storePath: string; generation: number } {
  const folder = `/tmp/closure-${++made}`;
  node.run("mkdir", folder);
  node.write(`${folder}/number`, String(made));
  if (activate !== null) node.write(`${folder}/deploy-rs-activate`, `#!/bin/sh\n${activate}\n`, 0o755);
  const storePath = node.run("nix-store", "--add", folder).trim();
  const parent = path.slice(0, path.lastIndexOf("/"));
  if (user !== "root") node.run("install", "-d", "-o", user, "-g", user, parent);
  node.runAs(user, `nix-env -p ${path} --set ${storePath}`);
  return { storePath, generation: Number(/-(\d+)-link$/.exec(node.link(path) as string)?.[1]) };
}
