/** The known name closest to a mistyped one, null where none is near. */
export function nearest(mistyped: string, known: readonly string[]): string | null {
  const scored = known
    .map((name) => ({ name, distance: distance(mistyped.toLowerCase(), name.toLowerCase()) }))
    .sort((left, right) => left.distance - right.distance);
  const best = scored[0];
  // A third of the letters wrong is still a slip; more is another word.
  return best && best.distance <= Math.max(2, mistyped.length / 3) ? best.name : null;
}

// Levenshtein's distance, one row at a time.
function distance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i++) {
    const next = [i];
    for (let j = 1; j <= right.length; j++) {
      const replaced = (row[j - 1] as number) + (left[i - 1] === right[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row.at(-1) as number;
}
