import { canonicalAddress } from "./addresses.ts";
import { isWithin } from "./names.ts";

/** A zone whose records can be read through an account. */
export interface Zone {
  readonly id: string;
  /** As questions have names. */
  readonly name: string;
  /** Whether the world is answered from these records. */
  readonly isServed: boolean;
  /** Most characters of a record's comment. */
  readonly commentLength: number;
}

/** What a record says, and what is said of it. */
export interface RecordShape {
  readonly type: string;
  /** As questions have names. */
  readonly name: string;
  readonly content: string;
  /** Seconds; 1 lets the provider choose. */
  readonly ttl: number;
  readonly proxied: boolean;
  readonly comment: string | null;
  /** By bytes. */
  readonly tags: readonly string[];
}

/** A record of a zone. */
export interface ZoneRecord extends RecordShape {
  readonly id: string;
  /** When it was last changed, by whomever. */
  readonly modifiedOn: string;
}

/** A zone with its records; null where the token may not read them. */
export interface ZoneView {
  readonly zone: Zone;
  readonly records: readonly ZoneRecord[] | null;
}

/** What stands in the comment of a record that this program may change. */
export const MARK = "managed by hostenv-provider";

/** What parts the mark from what somebody else wrote into the comment. */
const BETWEEN = " | ";

/** The zone that answers for a name: of those above it the lowest, and one that is served before others. */
export function zoneFor<T extends Zone>(name: string, zones: readonly T[]): T | null {
  const above = zones.filter((zone) => isWithin(name, zone.name));
  const rank = (zone: Zone) => zone.name.length * 2 + Number(zone.isServed);
  return above.reduce<T | null>((best, zone) => (best && rank(best) >= rank(zone) ? best : zone), null);
}

/** Whether a record carries our mark, as a part of its own: `not managed by …` is none. */
export function isOurs({ comment }: RecordShape): boolean {
  return (comment ?? "").split("|").some((part) => part.trim() === MARK);
}

/** A comment with our mark behind what it says, null where both do not fit. */
export function markedComment(comment: string | null, { commentLength }: Zone): string | null {
  const said = comment?.trim() ?? "";
  const marked = said === "" ? MARK : `${said}${BETWEEN}${MARK}`;
  return [...marked].length <= commentLength ? marked : null;
}

/** Whether records of this type say where a hostname leads. */
export function leadsSomewhere({ type }: Pick<RecordShape, "type">): boolean {
  return type === "A" || type === "AAAA" || type === "CNAME";
}

/** The records of a name. */
export function recordsOf(name: string, records: readonly ZoneRecord[]): ZoneRecord[] {
  return records.filter((record) => record.name === name);
}

/** Content as it is compared: names in DNS know no case and no last dot, and an address has many spellings. */
export function plainContent({ type, content }: Pick<RecordShape, "type" | "content">): string {
  if (type === "CNAME") return content.toLowerCase().replace(/\.$/, "");
  return leadsSomewhere({ type }) ? (canonicalAddress(content) ?? content) : content;
}
