import { described, type Write, type WriteReason } from "../domain/dns/writes.ts";
import { type Change, transactions } from "../domain/dns/zone-plan.ts";
import { isUntouched, proofOf } from "../domain/dns/zone-proof.ts";
import type { Zone, ZoneRecord } from "../domain/dns/zones.ts";
import { HostenvError } from "../errors.ts";
import type { Timer } from "../ports/time.ts";
import type { Zones } from "../ports/zones.ts";

/** A transaction of which no answer came is sent so many times at most, each time after looking. */
const ATTEMPTS = 3;

/** What may still be on its way is given so many seconds before one looks. */
const SETTLE_SECONDS = 2;

/** What the writer needs of the world. */
export interface WriterPorts {
  readonly zones: Zones;
  readonly timer: Timer;
}

/** Writes changes, and proves by reading that each name's records are what they were or what was wanted. */
export class ZoneWriter {
  private readonly ports: WriterPorts;
  /** Why nothing more is written: a zone that can't be read can't be written safely. */
  private stopped: HostenvError | null = null;
  /** What was sent, whatever became of it. */
  private readonly tried = new Set<Change>();

  constructor(ports: WriterPorts) {
    this.ports = ports;
  }

  /** What became of each change, all of which are in one zone. Never throws a HostenvError. */
  async write(zone: Zone, changes: readonly Change[]): Promise<Write[]> {
    const writes: Write[] = [];
    for (const part of transactions(changes)) writes.push(...(await this.guarded(zone, part)));
    return writes;
  }

  private async guarded(zone: Zone, changes: readonly Change[]): Promise<Write[]> {
    const { stopped } = this;
    if (stopped) return changes.map((change) => outcome(change, "failed", "stopped", stopped.message));
    try {
      return await this.attempt(zone, changes, 1);
    } catch (error) {
      if (!(error instanceof HostenvError)) throw error;
      this.stopped = error;
      const reason = (change: Change): WriteReason => (this.tried.has(change) ? "unproven" : "stopped");
      return changes.map((change) => outcome(change, "failed", reason(change), error.message));
    }
  }

  // Looked at just before: whoever changed a name since it was planned knows better.
  private async attempt(zone: Zone, changes: readonly Change[], time: number): Promise<Write[]> {
    const now = await this.read(zone);
    const ready = changes.filter((change) => isUntouched(change, now));
    const writes = changes
      .filter((change) => !ready.includes(change))
      .map((change) => this.overtaken(change, now));
    return ready.length === 0 ? writes : [...writes, ...(await this.sent(zone, ready, time))];
  }

  // By somebody else, who may have done the same, or by a transaction of ours that was slow.
  private overtaken(change: Change, now: readonly ZoneRecord[]): Write {
    if (proofOf(change, now) !== "wanted") return outcome(change, "left", "changed-meanwhile");
    return outcome(change, this.tried.has(change) ? "written" : "unchanged");
  }

  private async sent(zone: Zone, changes: readonly Change[], time: number): Promise<Write[]> {
    const { zones, timer } = this.ports;
    for (const change of changes) this.tried.add(change);
    const answer = await zones.write(
      zone,
      changes.flatMap(({ operations }) => operations),
    );
    if (answer.kind === "applied") return this.proven(zone, changes, "not-applied", "");
    if (answer.kind === "unsure") {
      await timer.sleep(SETTLE_SECONDS);
      return this.afterSilence(zone, changes, time, answer.detail);
    }
    if (answer.kind === "rejected" && changes.length > 1) return this.halves(zone, changes);
    return this.proven(zone, changes, answer.kind, answer.detail);
  }

  // One name that can't be had keeps the others of its transaction from being written.
  private async halves(zone: Zone, changes: readonly Change[]): Promise<Write[]> {
    const middle = Math.ceil(changes.length / 2);
    const first = await this.guarded(zone, changes.slice(0, middle));
    return [...first, ...(await this.guarded(zone, changes.slice(middle)))];
  }

  // Sent again is only what certainly was not done.
  private async afterSilence(
    zone: Zone,
    changes: readonly Change[],
    time: number,
    detail: string,
  ): Promise<Write[]> {
    const now = await this.read(zone);
    const wasNotDone = changes.every((change) => isUntouched(change, now));
    if (wasNotDone && time < ATTEMPTS) return this.attempt(zone, changes, time + 1);
    return changes.map((change) => judged(change, now, "no-answer", detail));
  }

  private async proven(
    zone: Zone,
    changes: readonly Change[],
    reason: WriteReason,
    detail: string,
  ): Promise<Write[]> {
    const now = await this.read(zone);
    return changes.map((change) => judged(change, now, reason, detail));
  }

  private async read(zone: Zone): Promise<readonly ZoneRecord[]> {
    const records = await this.ports.zones.records(zone);
    if (records !== null) return records;
    const hint = "check that nobody revoked it, and run it again";
    throw new HostenvError("cloudflare-token", `the token may not read ${zone.name} any more`, hint);
  }
}

// The answer to a request is no proof; what is there afterwards is.
function judged(change: Change, now: readonly ZoneRecord[], reason: WriteReason, detail: string): Write {
  const proof = proofOf(change, now);
  if (proof === "wanted") return outcome(change, "written");
  return proof === "before"
    ? outcome(change, "failed", reason, detail)
    : outcome(change, "failed", "neither-old-nor-new", detail);
}

function outcome(
  { candidate: { hostname }, zone, operations }: Change,
  result: Write["result"],
  reason: WriteReason | null = null,
  detail = "",
): Write {
  const said = detail === "" ? null : detail;
  return { hostname, zone: zone.name, operations: described(operations), result, reason, detail: said };
}
