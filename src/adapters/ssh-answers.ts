import type { JsonValue } from "../domain/json.ts";
import type { LookAt, NodeLock, NodeLook, ProfileLink, ProfilePlace } from "../ports/nodes.ts";
import { noAnswer } from "./ssh-failures.ts";

/** What a node says of itself, but for logins. */
export interface Looked {
  readonly os: string;
  readonly freeBytes: number;
  readonly trustedKeys: readonly string[] | null;
  readonly live: JsonValue | null;
  readonly lock: NodeLock | null;
  readonly profiles: Readonly<Record<string, ProfileLink | null>>;
  readonly takenUids: NodeLook["takenUids"];
  /** Of the users that were asked for. */
  readonly there: ReadonlySet<string>;
}

/** Parses the bytes of a JSON file of this name. */
export type ParseJson = (bytes: Buffer, name: string) => JsonValue;

/** The answers of a script, line by line, each `word rest`. Everything in them is the node's. */
export class Answer {
  readonly node: string;
  readonly purpose: string;
  private readonly lines: readonly (readonly [string, string])[];

  constructor(node: string, purpose: string, lines: readonly string[]) {
    this.node = node;
    this.purpose = purpose;
    this.lines = lines.map((line) => {
      const at = line.indexOf(" ");
      return at < 0 ? [line, ""] : [line.slice(0, at), line.slice(at + 1)];
    });
  }

  /** What stands after a word, null where the word does not come. */
  one(word: string): string | null {
    return this.lines.find(([first]) => first === word)?.[1] ?? null;
  }

  all(word: string): string[] {
    return this.lines.filter(([first]) => first === word).map(([, rest]) => rest);
  }

  /** As `one`, decoded from base64. */
  bytes(word: string): Buffer | null {
    const text = this.one(word);
    return text === null ? null : Buffer.from(text, "base64");
  }

  /** Throws HostenvError `node-answer`. */
  refuse(why: string): never {
    throw noAnswer(this.node, this.purpose, why);
  }
}

/** What a look found. Throws HostenvError `node-answer`, and what `parse` throws. */
export function lookedAt(
  answer: Answer,
  { profiles: places, uids }: Pick<LookAt, "profiles" | "uids">,
  mostBytes: number,
  parse: ParseJson,
): Looked {
  return {
    os: (answer.one("os") ?? "").replace(/^["']|["']$/g, ""),
    freeBytes: freeBytes(answer),
    trustedKeys:
      answer
        .one("keys")
        ?.split(" ")
        .filter((key) => key !== "") ?? null,
    live: liveIn(answer, mostBytes, parse),
    lock: lockIn(answer),
    profiles: linksIn(answer, places),
    takenUids: takenIn(answer, uids),
    there: new Set(answer.all("user").flatMap((line) => /^(\S+) yes$/.exec(line)?.[1] ?? [])),
  };
}

function takenIn(answer: Answer, uids: LookAt["uids"]): NodeLook["takenUids"] {
  const owners = new Map(
    answer.all("uid").map((line) => [Number(line.split(" ")[0]), line.slice(line.indexOf(" ") + 1)]),
  );
  const taken = Object.entries(uids).map(([user, uid]) => [user, owners.get(uid) ?? user] as const);
  return Object.fromEntries(taken.filter(([user, owner]) => owner !== user));
}

/** What deployed.json holds, null where there is none. Throws as `lookedAt`. */
export function liveIn(answer: Answer, mostBytes: number, parse: ParseJson): JsonValue | null {
  const large = answer.one("large");
  if (large !== null)
    answer.refuse(`its deployed.json has ${Number(large)} bytes, and ${mostBytes} are read at most`);
  const live = answer.bytes("live");
  return live === null ? null : parse(live, `deployed.json on node '${answer.node}'`);
}

function freeBytes(answer: Answer): number {
  const [, blocks, size] = /^(\d{1,15}) (\d{1,8})$/.exec(answer.one("free") ?? "") ?? [];
  if (blocks === undefined) answer.refuse("the free space of its store is no number");
  return Number(blocks) * Number(size);
}

/** Who holds the lock, null where nobody does. */
export function lockIn(answer: Answer): NodeLock | null {
  const line = answer.one("lock");
  if (line === null) return null;
  const [, since, expires, owner] = /^(\d{1,11}) (\d{1,11}) ([A-Za-z0-9+/=]*)$/.exec(line) ?? [];
  if (since === undefined) answer.refuse("its lock is none");
  const [ownerText] = Buffer.from(owner as string, "base64")
    .toString("utf8")
    .slice(0, 500)
    .split("\n");
  return { owner: ownerText as string, since: instant(since), expires: instant(expires as string) };
}

function instant(seconds: string): string {
  return new Date(Number(seconds) * 1000).toISOString();
}

/** Where the links of these places lead, by the profile's name. */
export function linksIn(
  answer: Answer,
  places: readonly ProfilePlace[],
): Readonly<Record<string, ProfileLink | null>> {
  const byPath = new Map(answer.all("profile").map((line) => [line.slice(0, line.indexOf(" ")), line]));
  return Object.fromEntries(
    places.map(({ profile, path }) => {
      const line = byPath.get(path);
      if (line === undefined) answer.refuse(`it says nothing of the profile ${path}`);
      return [profile, linkIn(answer, line)];
    }),
  );
}

const LINK = /^\S+ (\d{1,9}) (\/nix\/store\/[0-9a-z]{32}-[A-Za-z0-9+._?=-]+) (yes|no) (yes|no)$/;

function linkIn(answer: Answer, line: string): ProfileLink | null {
  if (line.endsWith(" none")) return null;
  const [, generation, storePath, activatable, canRollBack] = LINK.exec(line) ?? [];
  if (storePath === undefined) answer.refuse("a profile's link is none of Nix's");
  return {
    storePath,
    generation: Number(generation),
    activatable: activatable === "yes",
    canRollBack: canRollBack === "yes",
  };
}
