import { z } from "zod";
import { byBytes, equal, isObject, type JsonObject, type JsonValue, pointer } from "../../domain/json.ts";
import { HostenvError } from "../../errors.ts";
import type { State } from "./schema.ts";

type Entry = State[string];

/** Below this NixOS keeps the system's own users. */
export const LOWEST_UID = 1000;

const reservation = z.strictObject({
  user: z.string(),
  uid: z.int(),
  node: z.string().nullable(),
  hostnames: z.array(z.string()),
});

const since = z.strictObject({ commit: z.string(), at: z.iso.datetime() });

/** `state list --json`. */
export const stateListSchema = z.strictObject({
  schema: z.literal(1),
  reservations: z.array(
    z.strictObject({
      ...reservation.shape,
      planned: z.boolean().nullable().describe("Whether plan.json plans it; null where there is none."),
      since: since.nullable().describe("The commit that reserved it; null where git does not know."),
    }),
  ),
});

/** `state prune --json`. */
export const statePruneSchema = z.strictObject({
  schema: z.literal(1),
  written: z.boolean(),
  pruned: z.array(reservation).describe("What is released, with what it held before."),
  kept: z.array(z.strictObject({ user: z.string(), reason: z.enum(["kept", "still-served"]) })),
});

/** What is reserved under one user name. */
export type Reservation = z.infer<typeof reservation>;

/** A state's entries in byte order of their user names. */
export function reservationsIn(state: State): Reservation[] {
  return Object.keys(state)
    .sort(byBytes)
    .map((user) => {
      const { uid, node = null, virtualHosts = [] } = state[user] as Entry;
      return { user, uid, node, hostnames: virtualHosts };
    });
}

/** Whether a state holds nothing but what `plan` writes, so that neither schema nor search can refuse it. */
export function isPlainState(value: JsonValue): boolean {
  if (!isObject(value)) return false;
  for (const user in value) if (user === "__proto__" || !isPlainEntry(value[user] as JsonValue)) return false;
  return true;
}

const KEYS: ReadonlySet<string> = new Set(["uid", "node", "userName", "virtualHosts"]);

function isPlainEntry(entry: JsonValue): boolean {
  if (!isObject(entry)) return false;
  for (const key in entry) if (!KEYS.has(key)) return false;
  const { uid, node, userName, virtualHosts } = entry;
  return (
    Number.isSafeInteger(uid) &&
    (uid as number) >= LOWEST_UID &&
    (node === undefined || node === null || typeof node === "string") &&
    (userName === undefined || typeof userName === "string") &&
    (virtualHosts === undefined || isListOfTexts(virtualHosts))
  );
}

function isListOfTexts(value: JsonValue): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

/**
 * Refuses a state in which an entry stands under another's name (HostenvError `state-schema`) or two
 * hold one hostname (`hostname-two-holders`); letter case does not matter. Uids are the schema's affair.
 */
export function refuseDisputed(state: State, where: string): void {
  const seen = new Set<string>();
  let count = 0;
  for (const user of Object.keys(state)) {
    const { userName = user, virtualHosts = [] } = state[user] as Entry;
    if (userName !== user) throw misplaced(user, where);
    for (const hostname of virtualHosts) seen.add(hostname.toLowerCase());
    count += virtualHosts.length;
  }
  // Only where a name stands twice does it matter who has it.
  if (seen.size === count) return;
  const holders = new Map<string, string>();
  for (const { user, hostnames } of reservationsIn(state)) {
    for (const hostname of hostnames) {
      const key = hostname.toLowerCase();
      const other = holders.get(key) ?? user;
      if (other !== user)
        throw disputed(hostname, [placeIn(state, other, key), placeIn(state, user, key)], where);
      holders.set(key, user);
    }
  }
}

function placeIn(state: State, user: string, hostname: string): string {
  const hostnames = state[user]?.virtualHosts ?? [];
  const index = hostnames.findIndex((each) => each.toLowerCase() === hostname);
  return pointer([user, "virtualHosts", String(index)]);
}

function misplaced(user: string, where: string): HostenvError {
  const place = pointer([user, "userName"]);
  const message = `${where} is no valid state: at ${place}: an entry stands under its own userName`;
  return new HostenvError("state-schema", message, "restore it from git");
}

function disputed(hostname: string, places: readonly string[], where: string): HostenvError {
  return new HostenvError(
    "hostname-two-holders",
    `${where}: hostname '${hostname}' is held twice: at ${places.join(" and at ")}`,
    "restore it from git, or remove the hostname where it does not belong; the entry and its uid stay",
  );
}

/**
 * Refuses a state that forgot or renumbered what an earlier one reserved, so that a uid could be given
 * twice; `who` has the earlier one. Throws HostenvError `reservation-changed`.
 */
export function refuseChanged(earlier: State, now: State, where: string, who = "HEAD"): void {
  for (const [user, { uid }] of Object.entries(earlier)) {
    const kept = Object.hasOwn(now, user) ? now[user]?.uid : undefined;
    if (kept === uid) continue;
    const what = kept === undefined ? "is gone" : `has uid ${kept}`;
    throw new HostenvError(
      "reservation-changed",
      `${where}: at ${pointer([user])}: ${user} ${what}, and ${who} reserves uid ${uid} for it`,
      "restore the entry from git: a uid is never given twice, and its files are on the node",
    );
  }
}

/**
 * Refuses a state that does not reserve what nodes carry, by node: it was begun anew, or comes from a copy that is
 * older. Throws HostenvError `reservation-lost`.
 */
export function refuseUnreserved(
  state: State,
  carried: ReadonlyMap<string, Readonly<Record<string, { readonly uid: number }>>>,
  where: string,
): void {
  for (const [node, environments] of carried)
    for (const [user, { uid }] of Object.entries(environments)) {
      const reserved = Object.hasOwn(state, user) ? state[user]?.uid : undefined;
      if (reserved === uid) continue;
      const what = reserved === undefined ? "does not know it" : `reserves uid ${reserved} for it`;
      throw new HostenvError(
        "reservation-lost",
        `${node} runs ${user} with uid ${uid}, and ${where} ${what}: its files would become another client's`,
        "bring back the state that the node was deployed with, plan again and commit it; with --adopt nodes are " +
          "brought to this one all the same",
      );
    }
}

/** Whether an entry holds more than its uid. */
export function holdsMore({ node, hostnames }: Reservation): boolean {
  return node !== null || hostnames.length > 0;
}

/** The entry with only its uid held: the same keys, no node and no hostnames. */
export function released<T extends object>(entry: T): T & { node: null; virtualHosts: never[] } {
  return { ...entry, node: null, virtualHosts: [] };
}

/** state.json with some entries released, in the order and form in which `plan` writes it. */
export function withReleased(state: JsonObject, users: ReadonlySet<string>): JsonObject {
  const entries = Object.keys(state)
    .sort(byBytes)
    .map((user) => {
      const entry = state[user] as JsonObject;
      return [user, users.has(user) ? inOrder(released(entry)) : entry];
    });
  return Object.fromEntries(entries);
}

function inOrder(entry: JsonObject): JsonObject {
  const keys = Object.keys(entry).sort(byBytes);
  return Object.fromEntries(keys.map((key) => [key, entry[key] as JsonValue]));
}

/**
 * The user names, in byte order, whose entries differ as `state prune` would make them differ; null where
 * anything else does. Whether they are still planned is the caller's to know.
 */
export function prunedBy(base: State, head: State): string[] | null {
  const users = Object.keys(base).sort(byBytes);
  if (users.length !== Object.keys(head).length) return null;
  const pruned: string[] = [];
  for (const user of users) {
    const [before, after] = [base[user], Object.hasOwn(head, user) ? head[user] : undefined];
    if (equal(before as JsonObject, after as JsonObject | undefined)) continue;
    if (!equal(released(before as JsonObject), after as JsonObject | undefined)) return null;
    if (!holdsMore(reservationsIn({ [user]: before as Entry })[0] as Reservation)) return null;
    pruned.push(user);
  }
  return pruned;
}
