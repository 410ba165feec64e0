import { z } from "zod";
import { normalised } from "../domain/dns/names.ts";
import type { Operation } from "../domain/dns/zone-changes.ts";
import type { Zone, ZoneRecord } from "../domain/dns/zones.ts";
import type { JsonObject } from "../domain/json.ts";
import type { WriteAnswer, WriteCall, Zones } from "../ports/zones.ts";
import type { Answer, CloudflareClient } from "./cloudflare-client.ts";
import { allPages } from "./cloudflare-pages.ts";
import { isAccountsToken, isUsersToken, refusedToken } from "./cloudflare-token.ts";

/** Cloudflare gives at most so many zones a page. */
const ZONES_A_PAGE = 50;

/** And would give any number of records: https://developers.cloudflare.com/api/resources/dns/subresources/records/ */
const RECORDS_A_PAGE = 1000;

/** Characters of a comment, by what is paid for the zone. */
const COMMENT_LENGTH = { free: 100, paid: 500 };

/** A transaction that is refused for the rate of requests is sent so many times more. */
const LIMIT_RETRIES = 3;

const zoneSchema = z.looseObject({
  id: z.string(),
  name: z.string(),
  status: z.string(),
  type: z.string(),
  account: z.looseObject({ id: z.string() }),
  plan: z.looseObject({ legacy_id: z.string().optional() }).optional(),
});

const recordSchema = z.looseObject({
  id: z.string(),
  type: z.string(),
  name: z.string(),
  content: z.string(),
  ttl: z.number(),
  proxied: z.boolean().default(false),
  comment: z.string().nullable().default(null),
  tags: z.array(z.string()).default([]),
  modified_on: z.string(),
});

/** Zones at Cloudflare. */
export class CloudflareZones implements Zones {
  private readonly client: CloudflareClient;

  constructor(client: CloudflareClient) {
    this.client = client;
  }

  async zones(): Promise<Zone[]> {
    const isUsers = await isUsersToken(this.client);
    const list = { path: "/zones", most: ZONES_A_PAGE, what: "list zones", item: zoneSchema };
    const found = await allPages(this.client, list);
    const [first] = found ?? [];
    const isOfSomebody = isUsers || (first && (await isAccountsToken(this.client, first.account.id)));
    if (found === null || !isOfSomebody)
      throw refusedToken("Cloudflare does not take the token in CF_API_TOKEN");
    return found.map(zoneOf);
  }

  async records({ id, name }: Zone): Promise<ZoneRecord[] | null> {
    const what = `list the records of ${name}`;
    const path = `/zones/${encodeURIComponent(id)}/dns_records`;
    const found = await allPages(this.client, { path, most: RECORDS_A_PAGE, what, item: recordSchema });
    return found?.map(recordOf) ?? null;
  }

  call({ id }: Zone, operations: readonly Operation[]): WriteCall {
    return {
      method: "POST",
      path: `/zones/${encodeURIComponent(id)}/dns_records/batch`,
      body: batchOf(operations),
    };
  }

  async write(zone: Zone, operations: readonly Operation[]): Promise<WriteAnswer> {
    const { path, body } = this.call(zone, operations);
    for (let attempt = 1; ; attempt++) {
      const reply = await this.client.send({ method: "POST", path, body });
      if (reply.status !== 429) return reply.kind === "lost" ? unsure(reply.reason) : answered(reply);
      // Whatever the form of this answer: a request that is too many is not looked at.
      if (attempt > LIMIT_RETRIES || !(await this.client.waited(reply, attempt)))
        return { kind: "limited", detail: "too many requests" };
    }
  }
}

function unsure(detail: string): WriteAnswer {
  return { kind: "unsure", detail };
}

function answered({ ok, status, errors }: Answer): WriteAnswer {
  if (ok) return { kind: "applied" };
  const detail = errors === "" ? `HTTP ${status}` : errors;
  if (status === 401 || status === 403) return { kind: "forbidden", detail };
  return status >= 400 && status < 500 ? { kind: "rejected", detail } : unsure(detail);
}

// Cloudflare runs the lists in this order, whatever the order of the keys.
function batchOf(operations: readonly Operation[]): JsonObject {
  const deletes = operations.flatMap((each) => (each.method === "DELETE" ? [{ id: each.record.id }] : []));
  const patches = operations.flatMap((each) =>
    each.method === "PATCH" ? [{ id: each.record.id, ...each.change }] : [],
  );
  const posts = operations.flatMap((each) => {
    if (each.method !== "POST") return [];
    const { type, name, content, ttl, proxied, comment } = each.record;
    return [{ type, name, content, ttl, proxied, comment }];
  });
  const lists = { deletes, patches, posts };
  return Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0));
}

// Others are not delegated to Cloudflare, not yet or no more, or are copies of another server's.
function zoneOf({ id, name, status, type, plan }: z.infer<typeof zoneSchema>): Zone {
  const isServed = status === "active" && type === "full";
  const isPaid = plan?.legacy_id !== undefined && plan.legacy_id !== "free";
  return { id, name: nameIn(name), isServed, commentLength: COMMENT_LENGTH[isPaid ? "paid" : "free"] };
}

function recordOf(found: z.infer<typeof recordSchema>): ZoneRecord {
  const { id, type, name, content, ttl, proxied, comment, tags, modified_on: modifiedOn } = found;
  return { id, type, name: nameIn(name), content, ttl, proxied, comment, tags, modifiedOn };
}

function nameIn(text: string): string {
  return normalised(text) ?? text.toLowerCase();
}
