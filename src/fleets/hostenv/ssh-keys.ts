import { createHash } from "node:crypto";

/** An SSH public key of authorized_keys, reduced to what decides who may log in. */
export interface SshKey {
  /** Key material with its options: equal for two lines that differ in the comment only. */
  readonly identity: string;
  /** `SHA256:…` as ssh-keygen -l prints it; of the text itself where it is no key. */
  readonly fingerprint: string;
}

// Options come first and may quote anything, so a key type counts only outside of quotes.
const TYPE =
  /^\s*((?:[^\s"]|"(?:\\.|[^"\\])*")+\s+)??((?:sk-)?(?:ssh-(?:rsa|dss|ed25519)|ecdsa-sha2-nistp\d+)(?:@openssh\.com)?)\s+(\S+)/;

/** Reads one line of authorized_keys. */
export function parseSshKey(line: string): SshKey {
  const match = TYPE.exec(line);
  if (!match?.[2] || !match[3]) return { identity: line, fingerprint: fingerprint(line) };
  const options = (match[1] ?? "").trim();
  const material = decode(match[3]);
  return { identity: [options, match[2], match[3]].join(" "), fingerprint: fingerprint(material) };
}

function decode(base64: string): Uint8Array | string {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    return base64;
  }
}

function fingerprint(material: Uint8Array | string): string {
  return `SHA256:${createHash("sha256").update(material).digest("base64").replace(/=+$/, "")}`;
}
