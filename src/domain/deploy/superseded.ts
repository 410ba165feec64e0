import { MEMORY } from "../dns/memory.ts";
import { OURS } from "../manifest.ts";

/** What our own runs commit into a snapshot's folder. */
const COMMITTED = [...OURS, MEMORY];

/**
 * Whether a branch that has gone on asks for another deploy than the one under way: `paths` are files that differ there,
 * and `folder` is the snapshot's, both from the repository's top. The gate's memory alone does not, nor do other
 * providers' snapshots: a run of ours that commits them starts no other, and would leave this deploy to nobody.
 */
export function isSuperseding(paths: readonly string[], folder: string): boolean {
  return paths.some((path) => !isByTheWay(path, folder));
}

function isByTheWay(path: string, folder: string): boolean {
  const at = path.lastIndexOf("/");
  const [place, name] = [path.slice(0, Math.max(at, 0)), path.slice(at + 1)];
  if (place === folder) return name === MEMORY;
  return nameOf(place) === nameOf(folder) && COMMITTED.includes(name);
}

const nameOf = (folder: string) => folder.slice(folder.lastIndexOf("/") + 1);
