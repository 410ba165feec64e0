import { type Entry, entryOf, keepsTls, type Memory } from "./memory.ts";
import type { Ruling, Site } from "./site.ts";

/** What holds for every hostname of a run. */
export interface Run {
  readonly memory: Memory | null;
  /** The memory's off-list. */
  readonly off: ReadonlySet<string>;
  /** Virtual hosts for which port 443 of their node showed a valid certificate. */
  readonly certified: ReadonlySet<string>;
  /** Virtual hosts for which port 443 of their node could not be looked at. */
  readonly unseen: ReadonlySet<string>;
  readonly now: Date;
  /** So many mismatches in a row turn a live hostname off; 1 or more. */
  readonly confirmations: number;
}

/** What a run means for one virtual host. */
export interface Step {
  readonly ruling: Ruling;
  readonly entry: Entry;
  readonly wasOff: boolean;
  /** As far as is known, or could not be seen. */
  readonly wasLive: boolean;
  /** Nothing was known of it at its place, and no certificate is shown there. */
  readonly isNew: boolean;
  readonly off: boolean;
  /** TLS is to be tried where it was not before. */
  readonly switchesOn: boolean;
  /** DNS is right, and TLS waits since it was switched on too often. */
  readonly waits: boolean;
}

/** Let's Encrypt takes 5 failed validations per identifier and hour: two tries leave room for its own. */
const [TRIES, HOUR_MS] = [2, 3_600_000];

/** Longer evidence says no more, and the file is committed. */
const [EVIDENCE_LINES, EVIDENCE_LENGTH] = [12, 300];

interface Before {
  /** Null where there is none for this environment on this node. */
  readonly entry: Entry | null;
  readonly switchedOn: readonly string[];
  readonly off: boolean;
  readonly live: boolean;
  /** Nobody could look, and it may be. */
  readonly maybeLive: boolean;
}

/** Whether a virtual host is remembered as served with a valid certificate where it is planned. */
export function isLive(site: Site, memory: Memory | null): boolean {
  // Before the first run nothing is known, and to take TLS away is what hurts.
  return memory === null || (hereOf(site, memory)?.live ?? false);
}

/** The old node of a virtual host that is on its way to another one, null where it is not. */
export function heldBy({ environment, node }: Site, memory: Memory | null): string | null {
  const old = memory && Object.hasOwn(memory.holds, environment) ? memory.holds[environment] : null;
  return old === undefined || old === node ? null : old;
}

/** What a verdict on a virtual host leads to. */
export function stepOf(ruling: Ruling, run: Run): Step {
  const before = beforeOf(ruling.site, run);
  const { off, switchesOn, waits } = switched(ruling, before, run);
  const kept = keptElsewhere(ruling, run.memory);
  const entry = kept ?? entryAfter(ruling, before, run, { off, switchesOn });
  const was = { wasOff: before.off, wasLive: isHeld(before), isNew: isNew(before) };
  return { ruling, entry, ...was, off, switchesOn, waits };
}

function switched(ruling: Ruling, before: Before, run: Run): Pick<Step, "off" | "switchesOn" | "waits"> {
  if (!isRight(ruling)) return { off: isOffAfter(ruling, before, run), switchesOn: false, waits: false };
  const isTry = before.off || isNew(before);
  const switchesOn = isTry && recentOf(before, run).length < TRIES;
  return { off: isTry && !switchesOn, switchesOn, waits: isTry && !switchesOn };
}

// What takes TLS away from it needs confirmations.
const isHeld = ({ live, maybeLive }: Before) => live || maybeLive;

const isNew = ({ entry, live }: Before) => entry === null && !live;

const isRight = ({ verdict }: Ruling) => verdict === "match" || verdict === "proxied";

function beforeOf(site: Site, { memory, off, certified, unseen }: Run): Before {
  const entry = hereOf(site, memory);
  // It is off for the node that it was to move to, where one that kept it with TLS is to have it again.
  const isKept = memory !== null && keepsTls(memory, site, site.node);
  const isOff = off.has(site.hostname) && !isKept;
  return {
    entry,
    switchedOn: entryOf(memory, site.hostname)?.switchedOn ?? [],
    off: isOff,
    live: isLive(site, memory) || isKept || certified.has(site.hostname),
    // It was switched on once.
    maybeLive: unseen.has(site.hostname) && entry !== null && !isOff,
  };
}

// On another node, or in another environment's hands, nothing that was known of it holds.
function hereOf({ environment, node, hostname }: Site, memory: Memory | null): Entry | null {
  const entry = entryOf(memory, hostname);
  return entry?.environment === environment && entry.node === node ? entry : null;
}

// While the old node goes on serving it, how it serves it must stay known. Before the move is deployed nothing says that
// it holds it: then that it has no TLS there must not be forgotten, or it would be built with it.
function keptElsewhere(ruling: Ruling, memory: Memory | null): Entry | null {
  const { environment, node, hostname } = ruling.site;
  const entry = entryOf(memory, hostname);
  if (isRight(ruling) || entry === null || entry.environment !== environment) return null;
  const old = heldBy(ruling.site, memory) ?? (entry.node === node || entry.live ? null : entry.node);
  return entry.node === old ? entry : null;
}

function recentOf({ switchedOn }: Before, { now }: Run): string[] {
  // A clock that was wrong must not stop a hostname for longer than a right one.
  return switchedOn.filter((time) => Math.abs(now.getTime() - Date.parse(time)) < HOUR_MS);
}

function isOffAfter(ruling: Ruling, before: Before, run: Run): boolean {
  const { verdict } = ruling;
  if (before.off) return true;
  if (isHeld(before)) return verdict === "mismatch" && countAfter(ruling, before, run) >= run.confirmations;
  // Unknown changes nothing, and what was never on is not turned on by it.
  return verdict === "mismatch" || before.entry === null;
}

/** An owner who changes records needs minutes, and pushes start runs as often as people push. */
const APART_MS = 600_000;

function countAfter(ruling: Ruling, before: Before, { confirmations, now }: Run): number {
  const count = before.entry?.count ?? 0;
  if (ruling.verdict === "unknown") return count;
  if (isRight(ruling)) return 0;
  if (!isHeld(before) || before.off) return count;
  if (!ruling.counts) return 0;
  return Math.min(count + (isDue(before.entry, now) ? 1 : 0), confirmations);
}

// Each mismatch after the first is one more only as long after the first as that many runs at their least distance.
function isDue(entry: Entry | null, now: Date): boolean {
  if (entry === null || entry.count === 0 || entry.verdict !== "mismatch") return true;
  return Math.abs(now.getTime() - Date.parse(entry.since)) >= entry.count * APART_MS;
}

function entryAfter(
  ruling: Ruling,
  before: Before,
  run: Run,
  { off, switchesOn }: Pick<Step, "off" | "switchesOn">,
): Entry {
  const { entry } = before;
  const now = run.now.toISOString();
  const { environment, node } = ruling.site;
  const count = countAfter(ruling, before, run);
  // What led nobody away, or was not served, may have been wrong for long: runs are counted from the first that counts.
  const known = entry?.count === 0 && count > 0 ? null : entry;
  const next: Entry = {
    environment,
    node,
    ...(entry && ruling.verdict === "unknown" ? told(entry) : toldBy(ruling, known, now)),
    count,
    live: before.live && !off,
    switchedOn: [...recentOf(before, run), ...(switchesOn ? [now] : [])],
  };
  return entry && !switchesOn && saysTheSame(entry, next) ? entry : next;
}

// Addresses that change with every answer, and times that have passed, are no news.
function saysTheSame(entry: Entry, next: Entry): boolean {
  const { verdict, reason, count, live } = next;
  return entry.verdict === verdict && entry.reason === reason && entry.count === count && entry.live === live;
}

type Told = Pick<Entry, "verdict" | "reason" | "evidence" | "since">;

const told = ({ verdict, reason, evidence, since }: Entry): Told => ({ verdict, reason, evidence, since });

// Of what is right, nobody asks why; and of a large fleet it would fill the file.
function toldBy(ruling: Ruling, entry: Entry | null, now: string): Told {
  const { verdict, reason } = ruling;
  const lines = isRight(ruling) ? [] : ruling.evidence.slice(0, EVIDENCE_LINES);
  const evidence = lines.map((line) => line.slice(0, EVIDENCE_LENGTH));
  return { verdict, reason, evidence, since: entry?.verdict === verdict ? entry.since : now };
}
