/**
 * The most a comment may hold. GitHub refuses more than 65,536 characters or 262,144 bytes; the
 * rest is room for a later edit of its head.
 */
export const COMMENT_LIMIT = { codePoints: 60_000, bytes: 250_000 };

/** The most a job summary may hold: over 1 MiB GitHub drops it whole, without a word. */
export const SUMMARY_LIMIT = { codePoints: 1_000_000, bytes: 1_000_000 };

/** The first of several texts, from long to short, that fits; the last one where none does. */
export function firstThatFits(levels: readonly (() => string)[], limit = COMMENT_LIMIT): string {
  let text = "";
  for (const level of levels) {
    text = level();
    if (fits(text, limit)) return text;
  }
  return text;
}

function fits(text: string, limit: typeof COMMENT_LIMIT): boolean {
  // Code units are never fewer than code points, so most texts need no counting.
  const codePoints = text.length <= limit.codePoints ? text.length : [...text].length;
  return codePoints <= limit.codePoints && new TextEncoder().encode(text).length <= limit.bytes;
}
