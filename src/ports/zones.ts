import type { Operation } from "../domain/dns/zone-changes.ts";
import type { Zone, ZoneRecord } from "../domain/dns/zones.ts";
import type { JsonObject } from "../domain/json.ts";

/**
 * What became of a transaction. `rejected`, `forbidden` and `limited` are definite: nothing was done. After `unsure`
 * everything or nothing was done, and only reading tells which.
 */
export type WriteAnswer =
  | { readonly kind: "applied" }
  | { readonly kind: "rejected" | "forbidden" | "limited" | "unsure"; readonly detail: string };

/** A call that changes something, as it is sent. */
export interface WriteCall {
  readonly method: string;
  /** Behind the address of the API. */
  readonly path: string;
  readonly body: JsonObject;
}

/**
 * Zones of DNS at a provider of DNS. Reading throws HostenvError: `cloudflare-token` where the token is refused,
 * `cloudflare-limited`, `cloudflare-unreachable`, `cloudflare-answer`. That something can't be read never looks as if
 * it were empty.
 */
export interface Zones {
  /** Every zone that the token can see; the token is looked at first. */
  zones(): Promise<readonly Zone[]>;
  /** Every record of a zone; null where the token may not read them. Throws `cloudflare-unsteady`, too. */
  records(zone: Zone): Promise<readonly ZoneRecord[] | null>;
  /** What `write` sends. */
  call(zone: Zone, operations: readonly Operation[]): WriteCall;
  /** Does all operations or none, and sends them at most once unless the server says that it did nothing. */
  write(zone: Zone, operations: readonly Operation[]): Promise<WriteAnswer>;
}
