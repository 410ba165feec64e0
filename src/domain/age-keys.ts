import { createPrivateKey, createPublicKey } from "node:crypto";
import { HostenvError } from "../errors.ts";
import { fromBech32, toBech32 } from "./bech32.ts";

/** A secret key of age, as sops takes it in SOPS_AGE_KEY. */
export interface AgeKey {
  readonly text: string;
  /** What is encrypted for it: `age1…`. Null for keys of a plugin and post-quantum ones. */
  readonly recipient: string | null;
}

/** Prefixes that sops knows in SOPS_AGE_KEY; with X25519's come 32 bytes. */
const X25519 = "age-secret-key-";
const OTHERS = /^age-(?:secret-key-pq|plugin-[a-z0-9+._-]+)-$/;

/**
 * The keys of a text as age-keygen writes it: separated by blanks or lines of any system, with lines that begin
 * with `#`. Throws HostenvError `age-key`, which names an entry by its number and says nothing of what it is.
 */
export function ageKeysOf(text: string): AgeKey[] {
  const words = wordsOf(text);
  if (words.length === 0) throw refused(text.trim() === "" ? "is empty" : "holds only comments", NO_KEY_HINT);
  const whole = WHOLE.find(({ form }) => form.test(text));
  if (whole) throw refused(whole.why, whole.hint);
  return words.map((word, index) => ageKey(word, index + 1));
}

/** What of such a text must be shown to nobody, keys or not. */
export function hiddenInAgeKeys(text: string): string[] {
  // Also a key in a line that was a comment before its line ends were lost.
  return [...wordsOf(text), ...(text.match(/AGE-[A-Z0-9+._-]+/gi) ?? [])];
}

function wordsOf(text: string): string[] {
  const lines = text.split(/[\r\n]+/).filter((line) => !line.trim().startsWith("#"));
  return lines.flatMap((line) => line.split(/\s+/)).filter((word) => word !== "");
}

function ageKey(text: string, number: number): AgeKey {
  const found = text === text.toUpperCase() ? fromBech32(text) : null;
  if (found?.prefix === X25519 && found.bytes.length === 32)
    return { text, recipient: recipientOf(found.bytes) };
  if (found && OTHERS.test(found.prefix)) return { text, recipient: null };
  const { why, hint } = WORDS.find(({ form }) => form.test(text)) ?? {
    why: "is no secret key of age",
    hint: GENERAL,
  };
  throw refused(`${why} (entry ${number})`, hint);
}

function refused(why: string, hint: string): HostenvError {
  return new HostenvError("age-key", `the age key ${why}`, hint);
}

const GENERAL = "give what age-keygen wrote, with its line AGE-SECRET-KEY-1…, whole and without quotes";
/** What to do where no key arrived. */
export const NO_KEY_HINT =
  "give what age-keygen wrote as sops-age-key; in a workflow a secret is empty where it is not passed on by its name, " +
  "where the job does not name the environment that has it, and for pull requests from forks";

const WHOLE = [
  {
    form: /-----BEGIN AGE ENCRYPTED FILE-----/,
    why: "is protected by a passphrase, which nobody can type here",
    hint: "give the key that age -d gives for it",
  },
  {
    form: /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
    why: "is an SSH or PEM key, which sops does not take in SOPS_AGE_KEY",
    hint: "make a key with age-keygen, and add its recipient to the file with sops updatekeys",
  },
];

const WORDS = [
  {
    form: /^age1[0-9a-z]+$/i,
    why: "is a public one: what is encrypted for it can't be read with it",
    hint: "give the secret key that belongs to it, AGE-SECRET-KEY-1…; age-keygen wrote both",
  },
  { form: /^["'`]|["'`]$/, why: "stands in quotes", hint: "give it without quotes" },
  {
    form: /^AGE-(?:SECRET-KEY|PLUGIN)-/i,
    why: "is mistyped or cut: its checksum does not fit",
    hint: "copy the line AGE-SECRET-KEY-1… once more, whole and in capital letters",
  },
];

// RFC 8410's frame of a private key in DER, before its 32 bytes; the public key ends its own frame.
const PKCS8 = Buffer.from("302e020100300506032b656e04220420", "hex");

function recipientOf(secret: Uint8Array): string {
  const key = createPrivateKey({ key: Buffer.concat([PKCS8, secret]), format: "der", type: "pkcs8" });
  const bytes = createPublicKey(key).export({ format: "der", type: "spki" }).subarray(-32);
  return toBech32({ prefix: "age", bytes });
}
