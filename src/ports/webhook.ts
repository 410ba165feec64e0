import type { JsonValue } from "../domain/json.ts";

/** Sends a document to an address that somebody named. */
export interface Webhook {
  /**
   * Throws HostenvError `webhook-address` for an address that is none, or that others could read along, and
   * `webhook-failed` where it is not taken. The address is told by its host alone: the rest may be a secret.
   */
  send(address: string, document: JsonValue): Promise<void>;
}
