import { HostenvError } from "../../errors.ts";

const PROFILES = "/nix/var/nix/profiles/";
const RUN = "/run/";

/** Whether a path is absolute, of plain characters, and goes nowhere but down. */
function isPlain(path: string): boolean {
  return /^(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9._+-]+)+$/.test(path);
}

/** The path of a profile's link. Throws HostenvError `node-path` for one that is not below Nix's profiles. */
export function checkedProfilePath(path: string): string {
  if (isPlain(path) && path.startsWith(PROFILES)) return path;
  throw notThere("the profile", path, `a profile is below ${PROFILES}`);
}

/**
 * An environment's folder for what runs, which root makes. A project may set its root (`runtimeRoot`), so
 * it is only taken below /run, as a folder of its own user's name. Throws HostenvError `node-path`.
 */
export function checkedRuntimeDir(path: string, user: string): string {
  if (isPlain(path) && path.startsWith(RUN) && path.endsWith(`/user/${user}`)) return path;
  throw notThere(
    `the runtimeDir of '${user}'`,
    path,
    `it is ${RUN}<root>/user/${user}: let runtimeRoot be as it was`,
  );
}

/** A folder of an environment's data, which is in its user's home. Throws HostenvError `node-path`. */
export function checkedHomeFolder(path: string, user: string): string {
  if (isPlain(path) && path.startsWith(`/home/${user}/`)) return path;
  throw notThere(`a folder for data of '${user}'`, path, `it is below /home/${user}/: let it be as it was`);
}

function notThere(what: string, path: string, hint: string): HostenvError {
  return new HostenvError("node-path", `${what} can't be '${path}'`, hint);
}
