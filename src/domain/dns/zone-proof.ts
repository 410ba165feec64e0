import { canonical, type JsonObject } from "../json.ts";
import { shapesAfter } from "./zone-changes.ts";
import type { Change } from "./zone-plan.ts";
import { leadsSomewhere, plainContent, type RecordShape, recordsOf, type ZoneRecord } from "./zones.ts";

/** What a name's records are compared with what they were and should be. */
export type Proof = "wanted" | "before" | "neither";

/** Whether nobody touched a name since its change was planned: any record of it counts, not only those that lead. */
export function isUntouched({ candidate, records }: Change, now: readonly ZoneRecord[]): boolean {
  const identity = (record: ZoneRecord) => `${record.id} ${record.modifiedOn} ${shapeKey(record)}`;
  return sameSet(records.map(identity), recordsOf(candidate.name, now).map(identity));
}

/** What became of a change. Records of the name that lead nowhere are not ours to look after. */
export function proofOf({ candidate, records, operations }: Change, now: readonly ZoneRecord[]): Proof {
  const keys = (shapes: readonly RecordShape[]) => shapes.filter(leadsSomewhere).map(shapeKey);
  const found = keys(recordsOf(candidate.name, now));
  if (sameSet(found, keys(shapesAfter(records, operations)))) return "wanted";
  return sameSet(found, keys(records)) ? "before" : "neither";
}

function shapeKey(shape: RecordShape): string {
  const { type, name, ttl, proxied, comment, tags } = shape;
  const said = { type, name, content: plainContent(shape), ttl, proxied, comment: comment ?? "" };
  return canonical({ ...said, tags: [...tags].sort() } as JsonObject);
}

function sameSet(left: readonly string[], right: readonly string[]): boolean {
  const sorted = [...right].sort();
  return left.length === right.length && [...left].sort().every((key, index) => key === sorted[index]);
}
