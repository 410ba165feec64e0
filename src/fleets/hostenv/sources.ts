/** Folders of a provider flake whose files belong to the plan's identity. */
export interface SourceFolders {
  readonly nodes: string;
  readonly secrets: string;
}

/**
 * The tracked files that can reach a build: Nix files, the root lock, and everything in the nodes'
 * and the secrets' folder. Never the snapshot, documentation, workflows or tests.
 */
export function sourcesAmong(files: readonly string[], folders: SourceFolders, generated: string): string[] {
  return files.filter((path) => {
    if ([generated, ".github", "tests"].some((folder) => isBelow(path, folder))) return false;
    if (path.endsWith(".md")) return false;
    if (path.endsWith(".nix") || path === "flake.lock") return true;
    return isBelow(path, folders.nodes) || path === folders.secrets || isBelow(path, folders.secrets);
  });
}

function isBelow(path: string, folder: string): boolean {
  return path.startsWith(`${folder}/`);
}
