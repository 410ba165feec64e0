// What accounts at Cloudflare hold, as far as we ask about it. Records carry Cloudflare's names, so that a test can
// change them in place.
import { randomBytes } from "node:crypto";

/** https://developers.cloudflare.com/dns/manage-dns-records/reference/record-attributes/ */
const COMMENT_LENGTH = { free: 100, pro: 500, business: 500, enterprise: 500 };
/** https://developers.cloudflare.com/dns/manage-dns-records/how-to/batch-record-changes/ */
const BATCH_SIZE = { free: 200, pro: 3500, business: 3500, enterprise: 3500 };
const ADDRESS_TYPES = ["A", "AAAA", "CNAME"];

export const newId = () => randomBytes(16).toString("hex");

/** A refusal with a code of Cloudflare's. */
export class Refusal extends Error {
  constructor(status, code, message) {
    super(message);
    Object.assign(this, { status, code });
  }
}

export class World {
  zones = [];
  /** By their secret. */
  tokens = new Map();
  #accounts = new Map();
  #micros = 0;

  accountNamed(name) {
    if (!this.#accounts.has(name)) this.#accounts.set(name, { id: newId(), name });
    return this.#accounts.get(name);
  }

  addZone({ name, status = "active", type = "full", plan = "free", paused = false, account = "acme" }) {
    const made = { id: newId(), name, status, type, plan, paused, account: this.accountNamed(account) };
    const zone = { ...made, created_on: this.time(), records: [] };
    this.zones.push(zone);
    return zone;
  }

  zoneNamed(name) {
    return this.zones.find((zone) => zone.name === name);
  }

  /** status: active, disabled or expired; kind: user or account; zones: their names, all where not given. */
  addToken(
    secret,
    { kind = "user", status = "active", zones, edit = true, read = true, account = "acme" } = {},
  ) {
    const token = { id: newId(), kind, status, zones, edit, read, account: this.accountNamed(account) };
    this.tokens.set(secret, token);
    return token;
  }

  mayUse(token, zone) {
    return token.zones === undefined || token.zones.includes(zone.name);
  }

  addRecord(zone, { ttl = 1, proxied = false, comment = null, tags = [], ...rest }) {
    const times = { created_on: this.time(), modified_on: this.time() };
    const record = { id: newId(), ...rest, ttl, proxied, comment, tags, ...times };
    this.zoneNamed(zone).records.push(record);
    return record;
  }

  /** As somebody does it in the dashboard. */
  changeRecord(record, changes) {
    return Object.assign(record, changes, { modified_on: this.time() });
  }

  removeRecord(zone, record) {
    const { records } = this.zoneNamed(zone);
    records.splice(records.indexOf(record), 1);
  }

  /** The records of a name, or of all, without what Cloudflare alone decides: for comparing. */
  contents(zone, name) {
    return this.zoneNamed(zone)
      .records.filter((record) => name === undefined || record.name === name)
      .map(({ type, name: called, content, ttl, proxied, comment, tags }) => ({
        ...{ type, name: called, content, ttl, proxied, comment, tags },
      }))
      .sort((left, right) => (JSON.stringify(left) < JSON.stringify(right) ? -1 : 1));
  }

  /** Cloudflare's times have microseconds; no two are the same here. */
  time() {
    this.#micros = (this.#micros + 1) % 1000;
    return new Date().toISOString().replace("Z", `${String(this.#micros).padStart(3, "0")}Z`);
  }

  /** One transaction: the records after it, and what each list made. Throws Refusal at the first that fails. */
  batched(zone, { deletes = [], patches = [], puts = [], posts = [] }) {
    const size = [deletes, patches, puts, posts].flat().length;
    if (size > BATCH_SIZE[zone.plan]) throw new Refusal(400, 9999, `too many operations: ${size}`);
    let records = [...zone.records];
    const known = ({ id }) => {
      const record = records.find((each) => each.id === id);
      if (!record) throw new Refusal(404, 81044, "Record does not exist.");
      return record;
    };
    const replaced = (record, change) => {
      const others = records.filter((each) => each !== record);
      const changed = this.#checked(zone, others, { ...record, ...change, modified_on: this.time() });
      records = records.map((each) => (each === record ? changed : each));
      return changed;
    };
    const result = {
      deletes: deletes.map((each) => {
        const record = known(each);
        records = records.filter((other) => other !== record);
        return record;
      }),
      patches: patches.map((each) => replaced(known(each), each)),
      puts: puts.map((each) => replaced(known(each), { proxied: false, comment: null, tags: [], ...each })),
      posts: posts.map((each) => {
        const made = {
          id: newId(),
          proxied: false,
          comment: null,
          tags: [],
          ...each,
          created_on: this.time(),
        };
        records.push(this.#checked(zone, records, { ...made, modified_on: this.time() }));
        return records.at(-1);
      }),
    };
    return { records, result };
  }

  #checked(zone, others, record) {
    const { type, name, content, comment } = record;
    if ([...(comment ?? "")].length > COMMENT_LENGTH[zone.plan])
      throw new Refusal(400, 9999, "the comment is too long");
    if (name !== zone.name && !name.endsWith(`.${zone.name}`))
      throw new Refusal(400, 9999, `${name} is not in the zone`);
    const beside = others.filter((each) => each.name === name);
    const types = beside.map((each) => each.type);
    if (type === "CNAME" && types.some((other) => ADDRESS_TYPES.includes(other)))
      throw new Refusal(400, 81053, "An A, AAAA, or CNAME record with that host already exists.");
    if (["A", "AAAA"].includes(type) && types.includes("CNAME"))
      throw new Refusal(400, 81054, "A CNAME record with that host already exists.");
    if (beside.some((each) => each.type === type && each.content === content))
      throw new Refusal(400, 81058, "An identical record already exists.");
    if (record.proxied && !ADDRESS_TYPES.includes(type))
      throw new Refusal(400, 9004, "This record type cannot be proxied.");
    return record;
  }
}
