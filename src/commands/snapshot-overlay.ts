import { z } from "zod";
import { overlayMessage, type SourceCommit } from "../domain/source-commit.ts";
import type { Branches, FolderTexts } from "../ports/branches.ts";

/** A branch that git takes, of plain characters. */
export const branchName = z
  .string()
  .regex(/^(?![-/.])(?!.*(?:\.\.|\/\/|@\{|\.lock$|[/.]$))[\w./-]{1,200}$/, "is no name of a branch");

/** A commit that lays a snapshot over another commit's other files; no branch leads to it. */
export async function overlayOf(
  source: SourceCommit,
  files: FolderTexts,
  branches: Pick<Branches, "commit">,
): Promise<string> {
  const { commit: tree } = source;
  const message = overlayMessage(source);
  return await branches.commit({ tree, parents: [tree], files, message, evenIfSame: true });
}
