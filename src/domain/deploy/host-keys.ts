import { createHash, createHmac } from "node:crypto";
import { HostenvError } from "../../errors.ts";

/** What a line of known_hosts says of a key. */
export type KeyRole = "pinned" | "authority" | "revoked";

/** One line of known_hosts. */
export interface HostKey {
  readonly role: KeyRole;
  /** Patterns of hosts, or one hashed name. */
  readonly hosts: string;
  /** `ssh-ed25519` for example. */
  readonly type: string;
  /** As OpenSSH shows it: `SHA256:` and 43 characters. */
  readonly fingerprint: string;
  readonly line: number;
}

const ROLES: Readonly<Record<string, KeyRole>> = { "@cert-authority": "authority", "@revoked": "revoked" };

/**
 * The keys of a known_hosts file; `source` is what messages call it. ssh passes over a line that it does
 * not understand, and then says that it knows no key. Throws HostenvError `known-hosts` naming the line.
 */
export function hostKeysIn(text: string, source: string): HostKey[] {
  return text.split(/\r?\n/).flatMap((content, index) => {
    if (/^\s*(?:#|$)/.test(content)) return [];
    return [hostKeyIn(content.trim().split(/\s+/), index + 1, source)];
  });
}

function hostKeyIn(fields: readonly string[], line: number, source: string): HostKey {
  const marker = fields[0]?.startsWith("@") ? fields[0] : null;
  const role = marker === null ? "pinned" : ROLES[marker];
  if (role === undefined) throw unreadable(source, line, `'${marker}' is no marker`);
  const [hosts, type, key] = marker === null ? fields : fields.slice(1);
  if (key === undefined) {
    const isKeyAlone = type !== undefined && isKeyOf(hosts as string, type);
    throw unreadable(source, line, isKeyAlone ? "the host is missing before the key" : "it is cut short");
  }
  if (!isKeyOf(type as string, key)) throw unreadable(source, line, `its key is none of type '${type}'`);
  return { role, hosts: hosts as string, type: type as string, fingerprint: fingerprintOf(key), line };
}

// A key's bytes begin with the length and name of its type.
function isKeyOf(type: string, key: string): boolean {
  if (!/^[A-Za-z0-9+/]{16,}={0,2}$/.test(key) || key.length % 4 !== 0) return false;
  const bytes = Buffer.from(key, "base64");
  const length = bytes.readUInt32BE(0);
  return length < bytes.length - 4 && bytes.toString("latin1", 4, 4 + length) === type;
}

/** The fingerprint of a public key that is given as in its file: base64. */
export function fingerprintOf(key: string): string {
  const digest = createHash("sha256").update(Buffer.from(key, "base64")).digest("base64");
  return `SHA256:${digest.replace(/=+$/, "")}`;
}

/** Those of the keys that speak of a host; another port than 22 has names of its own, and falls back to the host's. */
export function keysOf(keys: readonly HostKey[], host: string, port: number): HostKey[] {
  const name = host.toLowerCase();
  const own = port === 22 ? [] : keys.filter(({ hosts }) => isNamed(hosts, `[${name}]:${port}`));
  return [...own, ...keys.filter((key) => !own.includes(key) && isNamed(key.hosts, name))];
}

function isNamed(hosts: string, name: string): boolean {
  if (hosts.startsWith("|")) return isHashOf(hosts, name);
  const patterns = hosts.toLowerCase().split(",");
  if (patterns.some((pattern) => pattern.startsWith("!") && isLike(pattern.slice(1), name))) return false;
  return patterns.some((pattern) => isLike(pattern, name));
}

function isLike(pattern: string, name: string): boolean {
  const literal = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${literal.replaceAll("*", ".*").replaceAll("?", ".")}$`, "s").test(name);
}

function isHashOf(hashed: string, name: string): boolean {
  const [, version, salt, hash] = hashed.split("|");
  if (version !== "1" || !salt || !hash) return false;
  return createHmac("sha1", Buffer.from(salt, "base64")).update(name).digest("base64") === hash;
}

function unreadable(source: string, line: number, why: string): HostenvError {
  return new HostenvError(
    "known-hosts",
    `line ${line} of ${source} can't be used: ${why}`,
    "write one line for each host: its SSH address, a blank, and the node's /etc/ssh/ssh_host_ed25519_key.pub",
  );
}

/** What a server showed instead of a key that is pinned: nothing that may be trusted. */
export interface ShownKey {
  readonly type: string;
  readonly fingerprint: string;
}

/** A host as known_hosts writes it. */
export function hostEntry(host: string, port: number): string {
  return port === 22 ? host : `[${host}]:${port}`;
}

/** Why a node is not trusted. */
export function untrusted(
  node: { readonly name: string; readonly host: string; readonly port: number },
  keys: readonly HostKey[],
  shown: ShownKey | null,
  source: string,
): HostenvError {
  const about = keysOf(keys, node.host, node.port);
  const entry = hostEntry(node.host, node.port);
  if (!about.some(({ role }) => role !== "revoked")) return unknown(node.name, entry, shown, source);
  const revoked =
    shown && about.find((key) => key.role === "revoked" && key.fingerprint === shown.fingerprint);
  if (revoked) return isRevoked(node.name, entry, shown, `line ${revoked.line} of ${source}`);
  return changed(node.name, entry, about, shown, source);
}

function unknown(node: string, entry: string, shown: ShownKey | null, source: string): HostenvError {
  const said = shown ? `; it shows ${inWords(shown)}, which anybody between could` : "";
  return new HostenvError(
    "host-key-unknown",
    `no host key of node '${node}' is pinned: ${source} has none for ${entry}${said}; nothing was copied or run`,
    `read /etc/ssh/ssh_host_ed25519_key.pub on the node itself, compare, and add '${entry} ' and it to ${source}`,
  );
}

function changed(
  node: string,
  entry: string,
  about: readonly HostKey[],
  shown: ShownKey | null,
  source: string,
): HostenvError {
  const pinned = about.filter(({ role }) => role !== "revoked");
  const lines = pinned.map((key) => `${inWords(key)} (line ${key.line})`).join(", ");
  return new HostenvError(
    "host-key-changed",
    `node '${node}' at ${entry} shows ${shown ? inWords(shown) : "another key"}, and ${source} pins ${lines}; nothing was copied or run`,
    `somebody may stand between: only if the node was set up again, or its key was exchanged, add its new key to ${source} beside the old one`,
  );
}

function isRevoked(node: string, entry: string, shown: ShownKey, where: string): HostenvError {
  return new HostenvError(
    "host-key-changed",
    `node '${node}' at ${entry} shows ${inWords(shown)}, which ${where} revokes; nothing was copied or run`,
    "whoever has that key can pretend to be the node: give the node a new one, and pin that",
  );
}

function inWords({ type, fingerprint }: ShownKey): string {
  return `${type} ${fingerprint}`;
}
