import type { Tree } from "../ports/flakes.ts";
import { SAFE } from "./nix-runner.ts";

/** Options of an evaluation. A lock that would have to change is an error instead of a surprise. */
export const SAFE_EVALUATION = [...SAFE, "--no-update-lock-file"];

/**
 * How Nix is told of a copy. A path flake is the same for every version of Nix, knows nothing of shallow
 * clones and sees exactly the files of the copy; but 2.8 takes no folder of it.
 */
export function reference({ root, folder }: Tree): string {
  if (folder === "") return `path:${encodeURI(root)}`;
  return `git+file://${encodeURI(root)}?dir=${encodeURIComponent(folder).replaceAll("%2F", "/")}`;
}
