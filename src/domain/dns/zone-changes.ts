import {
  isOurs,
  leadsSomewhere,
  MARK,
  markedComment,
  plainContent,
  type RecordShape,
  type Zone,
  type ZoneRecord,
} from "./zones.ts";

/** A change of one record. A patch changes what it names and keeps the rest: proxy, TTL, tags. */
export type Operation =
  | { readonly method: "DELETE"; readonly record: ZoneRecord }
  | { readonly method: "PATCH"; readonly record: ZoneRecord; readonly change: Patch }
  | { readonly method: "POST"; readonly record: RecordShape };

/** What a patch may change: nothing else is ever changed of a record. */
export type Patch = { readonly content?: string; readonly comment?: string };

/** Where a hostname is to lead. */
export interface Target {
  /** The node's own name. */
  readonly expected: string;
  /** Its addresses. */
  readonly addresses: readonly string[];
}

/** A name, all its records, and what may be done with them. */
export interface Named {
  readonly name: string;
  readonly records: readonly ZoneRecord[];
  readonly zone: Zone;
  /** Whether the user lets us take over records that are not ours. */
  readonly adopted: boolean;
}

/** Why records of a name are left alone although something is to be done. */
export type RecordRefusal = "not-ours" | "other-records" | "comment-full" | "no-addresses";

/** What leads a name to its node; empty where its records do that already. */
export function operationsTo(target: Target, named: Named): Operation[] | RecordRefusal {
  const leading = named.records.filter(leadsSomewhere);
  if (leading.length === 0) return created(target, named);
  if (!named.adopted && !leading.every(isOurs)) return "not-ours";
  if (leading.some(({ type }) => type === "CNAME")) return marked(renamed(leading, target), leading, named);
  if (target.addresses.length === 0) return "no-addresses";
  const operations = ["A", "AAAA"].flatMap((type) => readdressed(type, leading, target.addresses));
  return marked(operations, leading, named);
}

/** What puts our mark on a name's records, and changes nothing else. */
export function operationsToAdopt(named: Named): Operation[] | RecordRefusal {
  return marked([], named.records.filter(leadsSomewhere), named);
}

// A CNAME is alone at its name (RFC 1034, 3.6.2).
function created({ expected }: Target, { name, records }: Named): Operation[] | RecordRefusal {
  if (records.length > 0) return "other-records";
  const record = { type: "CNAME", name, content: expected, ttl: 1, proxied: false, comment: MARK, tags: [] };
  return [{ method: "POST", record }];
}

function renamed(leading: readonly ZoneRecord[], { expected }: Target): Operation[] {
  return leading
    .filter((record) => plainContent(record) !== expected)
    .map((record) => ({ method: "PATCH", record, change: { content: expected } }));
}

// Records that are right stay. Of the others as many as are needed become right; no name is ever without.
function readdressed(
  type: string,
  leading: readonly ZoneRecord[],
  addresses: readonly string[],
): Operation[] {
  const wanted = addresses.filter((address) => address.includes(":") === (type === "AAAA"));
  const own = leading.filter((record) => record.type === type);
  const wrong = own.filter((record) => !wanted.includes(plainContent(record)));
  const missing = wanted.filter((address) => !own.some((record) => plainContent(record) === address));
  const { name, ttl, proxied } = leading[0] as ZoneRecord;
  return [
    ...wrong.slice(missing.length).map((record) => ({ method: "DELETE" as const, record })),
    ...wrong.slice(0, missing.length).map((record, index) => ({
      method: "PATCH" as const,
      record,
      change: { content: missing[index] as string },
    })),
    ...missing.slice(wrong.length).map((content) => ({
      method: "POST" as const,
      record: { type, name, content, ttl, proxied, comment: MARK, tags: [] },
    })),
  ];
}

// What an adopted name keeps is ours from now on.
function marked(
  operations: readonly Operation[],
  leading: readonly ZoneRecord[],
  { zone }: Named,
): Operation[] | RecordRefusal {
  const deleted = operations.flatMap(({ method, record }) => (method === "DELETE" ? [record] : []));
  const foreign = leading.filter((record) => !isOurs(record) && !deleted.includes(record));
  const comments = new Map(foreign.map((record) => [record, markedComment(record.comment, zone)] as const));
  const patches = new Map<ZoneRecord, Patch>();
  for (const operation of operations)
    if (operation.method === "PATCH") patches.set(operation.record, operation.change);
  for (const [record, comment] of comments) {
    if (comment === null) return "comment-full";
    patches.set(record, { ...patches.get(record), comment });
  }
  return [
    ...operations.filter(({ method }) => method === "DELETE"),
    ...[...patches].map(([record, change]) => ({ method: "PATCH" as const, record, change })),
    ...operations.filter(({ method }) => method === "POST"),
  ];
}

/** What a name's records say once operations are done. */
export function shapesAfter(records: readonly ZoneRecord[], operations: readonly Operation[]): RecordShape[] {
  const created = operations.flatMap(({ method, record }) => (method === "POST" ? [record] : []));
  const kept = records.flatMap((record): RecordShape[] => {
    const operation = operations.find((each) => each.record === record);
    if (operation?.method === "DELETE") return [];
    return [operation?.method === "PATCH" ? { ...record, ...operation.change } : record];
  });
  return [...kept, ...created];
}
