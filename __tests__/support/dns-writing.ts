import { CloudflareClient } from "../../src/adapters/cloudflare-client.ts";
import { CloudflareZones } from "../../src/adapters/cloudflare-zones.ts";
import type { Unseen } from "../../src/commands/dns-visible.ts";
import { type DnsWrites, dnsWrites } from "../../src/commands/dns-writes.ts";
import { zoneViews } from "../../src/commands/zone-views.ts";
import type { Candidate, ZoneFacts } from "../../src/domain/dns/zone-plan.ts";
import { MARK } from "../../src/domain/dns/zones.ts";
import type { CloudflareApi } from "./cloudflare-api.mjs";
import { FakeTimer } from "./fake-timer.ts";
import { NODE_ADDRESSES, policy } from "./zone-builder.ts";

export const NODE = "node-a.hosting.test";

/** What a run is given besides the hostnames. */
export interface Given extends Partial<ZoneFacts> {
  readonly dryRun?: boolean;
  readonly unseen?: Unseen;
  readonly token?: string;
  readonly timer?: FakeTimer;
  /** Between the plan and the writing. */
  readonly meanwhile?: () => void;
}

/** Plans and writes for these hostnames at a local Cloudflare, with everything that was said on the way. */
export async function written(
  api: CloudflareApi,
  candidates: readonly Candidate[],
  given: Given = {},
): Promise<DnsWrites & { notes: string[] }> {
  const { timer = new FakeTimer(), token = api.token, unseen = async () => [] } = given;
  const notes: string[] = [];
  const note = (text: string) => void notes.push(text);
  const zones = new CloudflareZones(
    new CloudflareClient({ token, url: api.url, timer, note, timeoutMs: 5_000 }),
  );
  const names = candidates.map(({ name }) => name);
  const { viewFor } = await zoneViews(names, zones);
  given.meanwhile?.();
  const facts: ZoneFacts = {
    policy: policy({ zones: api.zones.map(({ name }) => name) }),
    viewFor,
    adopted: new Set(),
    addressesOf: (expected) => (expected === NODE ? NODE_ADDRESSES : []),
    isDeployed: () => true,
    ...given,
  };
  const found = await dnsWrites(
    { ...facts, candidates, dryRun: given.dryRun ?? false },
    { zones, timer, unseen },
  );
  return { ...found, notes };
}

/** A CNAME of ours that leads elsewhere. */
export const aliased = (api: CloudflareApi, name: string, given: object = {}) =>
  api.addRecord("client.test", { type: "CNAME", name, content: "old.test", comment: MARK, ...given });

/** The transactions that arrived. */
export const batches = (api: CloudflareApi) => api.requests.filter(({ method }) => method === "POST");
