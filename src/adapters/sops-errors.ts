import type { AgeKey } from "../domain/age-keys.ts";
import { holdsEncrypted, needsSeveralKeys, notEncrypted, recipientsOf } from "../domain/sops-file.ts";
import { HostenvError } from "../errors.ts";

/** A run of sops that failed: what it was to read, with what, and how it ended. */
export interface SopsFailure {
  readonly path: string;
  /** The file as it is on disk. */
  readonly text: string;
  readonly keys: readonly AgeKey[];
  readonly exit: number;
  readonly stderr: string;
}

// Exit codes of sops, as its package cmd/sops/codes names them.
const [NO_DATA_KEY, TREE, MAC_MISMATCH, MAC_MISSING] = [128, 25, 51, 52];

/**
 * The error behind a failed run. Nothing of what sops printed is passed on: it quotes values that stand in the file
 * unencrypted, and prints the hash of all values where the MAC is another one.
 */
export function sopsFailure(failure: SopsFailure): HostenvError {
  const { path, exit, text, stderr } = failure;
  if (exit === NO_DATA_KEY) return wrongKey(failure);
  if (exit === TREE) return tampered(path, "a value is not the one that was encrypted at its place");
  if (exit === MAC_MISMATCH || exit === MAC_MISSING)
    return tampered(path, "its values, or the MAC over them, are not those that were encrypted");
  if (!stderr.includes("metadata not found")) return unreadable(path, exit);
  return holdsEncrypted(text)
    ? tampered(path, "what sops wrote below `sops` is gone")
    : notEncrypted(path, "it");
}

function wrongKey({ path, text, keys }: SopsFailure): HostenvError {
  const recipients = recipientsOf(text);
  const given = keys.flatMap(({ recipient }) => recipient ?? []);
  const named = given.find((recipient) => recipients.includes(recipient));
  // Of a key of another kind we can't tell whether this sops knows it; where not, it takes none of them.
  const isStrange = given.length < keys.length;
  if (named && !isStrange && !needsSeveralKeys(text))
    return tampered(path, `it names ${named}, whose key was given, and that key does not open it`);
  const several = needsSeveralKeys(text) ? " by keys of several groups" : "";
  return new HostenvError(
    "sops-key",
    `${path} is encrypted for ${listed(recipients)}${several}, and the age key that was given is that of ${givenAs(keys)}`,
    isStrange
      ? "post-quantum keys need sops 3.12 or newer, keys of a plugin its program on PATH; else give the key of one of these"
      : "give the secret key of one of these; or add the recipient to .sops.yaml and run sops updatekeys on the file",
  );
}

/** More recipients than these are not listed. */
const MOST = 10;
/** Characters of the longest that is shown whole: age's own have 62, post-quantum ones about 2,000. */
const LONGEST = 100;

function listed(recipients: readonly string[]): string {
  if (recipients.length === 0) return "no age key at all";
  const more = recipients.length > MOST ? [`${recipients.length - MOST} more`] : [];
  return [...recipients.slice(0, MOST).map(shown), ...more].join(", ");
}

function shown(recipient: string): string {
  return recipient.length > LONGEST ? `${recipient.slice(0, 24)}…${recipient.slice(-8)}` : recipient;
}

function givenAs(keys: readonly AgeKey[]): string {
  return keys.map(({ recipient }) => recipient ?? "a plugin or post-quantum recipient").join(", ");
}

function tampered(path: string, why: string): HostenvError {
  return new HostenvError(
    "sops-tampered",
    `${path} was changed after it was encrypted, and not by sops: ${why}`,
    "restore it from git, look at who changed it, and make changes with: sops edit FILE",
  );
}

function unreadable(path: string, exit: number): HostenvError {
  return new HostenvError(
    "sops-failed",
    `sops can't read ${path} (exit code ${exit}); what it says is kept back, since it may quote secrets`,
    "see it on your own machine: sops decrypt FILE; the file's suffix must be its type: .yaml .json .env .ini",
  );
}
