import { type Candidate, type ZoneFacts, type ZonePolicy, zonePlan } from "../../src/domain/dns/zone-plan.ts";
import { MARK, type Zone, type ZoneRecord, type ZoneView, zoneFor } from "../../src/domain/dns/zones.ts";

let serial = 0;

/** A served zone of the free plan. */
export const zone = (name: string, given: Partial<Zone> = {}): Zone => ({
  id: `id-of-${name}`,
  name,
  isServed: true,
  commentLength: 100,
  ...given,
});

/** A record of ours unless it says otherwise. */
export const record = (
  name: string,
  type: string,
  content: string,
  given: Partial<ZoneRecord> = {},
): ZoneRecord => {
  serial++;
  return {
    id: `r${serial}`,
    ...{ type, name, content, ttl: 300, proxied: false, comment: MARK, tags: [] },
    modifiedOn: `2026-01-01T00:00:${String(serial).padStart(6, "0")}Z`,
    ...given,
  };
};

/** A hostname of shop-main on node-a that leads elsewhere. */
export const candidate = (name: string, given: Partial<Candidate> = {}): Candidate => ({
  hostname: name,
  name,
  environment: "shop-main",
  node: "node-a",
  expected: "node-a.hosting.test",
  verdict: "mismatch",
  reason: "elsewhere",
  ...given,
});

export const NODE_ADDRESSES = ["192.0.2.10", "2001:db8::10"];

export const policy = (given: Partial<ZonePolicy> = {}): ZonePolicy => ({
  zones: ["client.test"],
  ownZone: true,
  provider: "hosting.test",
  nodes: ["node-a.hosting.test", "node-b.hosting.test"],
  ownHostnames: { "shop-main": "shop-main.hosting.test", "blog-main": "blog-main.hosting.test" },
  allowedSuffixes: {},
  ...given,
});

/** Facts over these zones; everything is deployed, and nothing adopted. */
export function facts(views: readonly ZoneView[], given: Partial<ZoneFacts> = {}): ZoneFacts {
  const zones = views.map((view) => view.zone);
  return {
    policy: policy(),
    viewFor: (name) => views.find((view) => view.zone === zoneFor(name, zones)) ?? null,
    adopted: new Set(),
    addressesOf: (expected) => (expected === "node-a.hosting.test" ? NODE_ADDRESSES : []),
    isDeployed: () => true,
    ...given,
  };
}

/** What is planned for one hostname: its operations in short, or why there are none. */
export function planned(
  one: Candidate,
  records: readonly ZoneRecord[],
  given: Partial<ZoneFacts> = {},
  inZone: Zone = zone("client.test"),
): string[] | string {
  const plan = zonePlan([one], facts([{ zone: inZone, records }], given));
  const [change] = plan.changes;
  if (!change) return plan.others[0]?.refusal ?? "nothing";
  return change.operations.map((operation) => {
    const { method, record: of } = operation;
    const changes = operation.method === "PATCH" ? Object.entries(operation.change) : [];
    const words = changes.map(([key, value]) => `${key}=${value}`);
    return [method, of.type, of.name, of.content, ...words].join(" ");
  });
}
