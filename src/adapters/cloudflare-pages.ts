import { z } from "zod";
import { pointer } from "../domain/json.ts";
import { HostenvError } from "../errors.ts";
import type { Answer, CloudflareClient } from "./cloudflare-client.ts";

/** A list of several pages is read until it was the same twice in a row, at most so many times. */
const PASSES = 6;

/** A list that Cloudflare gives in pages. */
export interface Listing<T> {
  readonly path: string;
  /** Of a page. */
  readonly most: number;
  /** Completes "Cloudflare does not …". */
  readonly what: string;
  readonly item: z.ZodType<T>;
}

/**
 * Everything that a list holds; null where the token may not read it. A page that is missing is an error, never the
 * end of the list. Throws HostenvError `cloudflare-unsteady`, `cloudflare-answer` and what reading throws.
 */
export async function allPages<T extends { id: string }>(
  client: CloudflareClient,
  listing: Listing<T>,
): Promise<T[] | null> {
  let last: string | null = null;
  for (let pass = 1; pass <= PASSES; pass++) {
    const found = await onePass(client, listing);
    if (found === null || (found !== "moved" && found.pages === 1)) return found?.items ?? null;
    const seen = found === "moved" ? null : JSON.stringify(found.items);
    if (found !== "moved" && seen === last) return found.items;
    last = seen;
  }
  const hint = "run it again once nobody changes it";
  const why = `Cloudflare's list changed each time it was read: it does not ${listing.what}`;
  throw new HostenvError("cloudflare-unsteady", why, hint);
}

interface Pass<T> {
  readonly items: T[];
  readonly pages: number;
}

// What moves from one page to another between the two is met twice or never. Counts tell of that only where as many
// did not come as went.
async function onePass<T extends { id: string }>(
  client: CloudflareClient,
  listing: Listing<T>,
): Promise<Pass<T> | null | "moved"> {
  const found = new Map<string, T>();
  let expected: number | null = null;
  let met = 0;
  for (let page = 1; ; page++) {
    const query = { page, per_page: listing.most };
    const answer = await client.read({ path: listing.path, query }, listing.what);
    if (answer.status === 401 || answer.status === 403) return null;
    const { result, total } = pageIn(answer, listing);
    if (expected !== null && total !== expected) return "moved";
    expected = total;
    met += result.length;
    for (const item of result) found.set(item.id, item);
    if (met < total && result.length > 0) continue;
    return found.size === total ? { items: [...found.values()], pages: page } : "moved";
  }
}

// How many there are is what Cloudflare says: it may give fewer a page than it is asked for.
function pageIn<T>(answer: Answer, { item, what }: Listing<T>): { result: T[]; total: number } {
  if (!answer.ok) throw unexpected(what, answer.errors || `HTTP ${answer.status}`);
  const schema = z.looseObject({
    result: z.array(item),
    result_info: z.looseObject({ total_count: z.int().min(0) }),
  });
  const parsed = schema.safeParse(answer.body);
  if (parsed.success) return { result: parsed.data.result, total: parsed.data.result_info.total_count };
  const [issue] = parsed.error.issues;
  throw unexpected(what, `at ${pointer((issue?.path ?? []).map(String)) || "/"}: ${issue?.message}`);
}

function unexpected(what: string, why: string): HostenvError {
  const hint = "check --cf-api-url; if it is Cloudflare's, please report this. Nothing was written";
  return new HostenvError("cloudflare-answer", `Cloudflare does not ${what}: ${why}`, hint);
}
