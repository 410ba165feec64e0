import type { Forge, PostedComment } from "../ports/forge.ts";
import { isMarked } from "../render/sticky.ts";

/** Our comment on a pull request, and copies of it that should not be there. */
export interface StickyComment {
  readonly ours: PostedComment | null;
  readonly duplicates: readonly PostedComment[];
}

/** Which comments are ours: somebody else may write our marker, and a comment of ours may be about another provider. */
export interface Ownership {
  readonly pullRequest: number;
  readonly provider: string;
  readonly authorId: number;
}

/**
 * Looks for our comment, page by page until it is found; the oldest one is it. Copies come from runs
 * that met, so they stand near it.
 */
export async function findSticky(
  forge: Pick<Forge, "comments">,
  ownership: Ownership,
): Promise<StickyComment> {
  for await (const page of forge.comments(ownership.pullRequest)) {
    const [ours, ...duplicates] = page.filter((comment) => isOurs(comment, ownership));
    if (ours) return { ours, duplicates };
  }
  return { ours: null, duplicates: [] };
}

function isOurs({ authorId, body }: PostedComment, ownership: Ownership): boolean {
  return authorId === ownership.authorId && isMarked(body, ownership.provider);
}
