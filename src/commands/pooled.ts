/** Results of all in the order given, with at most so many under way; the first failure ends it. */
export async function pooled<T, R>(
  all: readonly T[],
  most: number,
  run: (each: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const work = async () => {
    for (let at = next++; at < all.length; at = next++) {
      results[at] = await run(all[at] as T).catch((error: unknown) => {
        next = all.length;
        throw error;
      });
    }
  };
  await Promise.all(Array.from({ length: most }, work));
  return results;
}
