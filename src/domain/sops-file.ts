import { HostenvError } from "../errors.ts";

const RECIPIENT =
  /(?<![a-z])recipient["']?\s*[:=]\s*["']?(age1[0-9a-z]+|ssh-(?:ed25519|rsa) [A-Za-z0-9+/]+=*)/g;

/** Whose age and SSH keys open a file that sops encrypted, whatever its type: sops writes them all alike. */
export function recipientsOf(text: string): string[] {
  return [...new Set([...text.matchAll(RECIPIENT)].map(([, recipient]) => recipient as string))];
}

/** Whether there is a value in the text that sops encrypted. */
export function holdsEncrypted(text: string): boolean {
  return /ENC\[AES256_GCM,/.test(text);
}

/** Whether keys of several groups are needed to open the file. */
export function needsSeveralKeys(text: string): boolean {
  return /(?<![a-z])shamir_threshold["']?\s*[:=]/.test(text);
}

/** The error for a file, or what is named of it, that everybody can read. */
export function notEncrypted(path: string, what: string): HostenvError {
  return new HostenvError(
    "sops-plain",
    `${path} is not encrypted: whoever sees the repository can read ${what}`,
    "these secrets are known: make new ones, and encrypt the file with sops encrypt --in-place FILE",
  );
}
