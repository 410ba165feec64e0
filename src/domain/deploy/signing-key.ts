import { HostenvError } from "../../errors.ts";

/** Bytes of an ed25519 secret key as Nix keeps it: seed, then public key. */
const [SECRET_BYTES, PUBLIC_BYTES] = [64, 32];

/**
 * The public half of a key that `nix key generate-secret` made, as trusted-public-keys lists it. Throws
 * HostenvError `signing-key` for anything else, and never quotes it.
 */
export function publicKeyOf(secret: string): string {
  const [, name, encoded] = /^\s*([^\s:]+):([A-Za-z0-9+/]+={0,2})\s*$/.exec(secret) ?? [];
  const bytes = encoded === undefined ? "" : decoded(encoded);
  if (name !== undefined && bytes.length === SECRET_BYTES)
    return `${name}:${btoa(bytes.slice(-PUBLIC_BYTES))}`;
  const isPublic = name !== undefined && bytes.length === PUBLIC_BYTES;
  throw new HostenvError(
    "signing-key",
    isPublic ? "the signing key is a public key" : "the signing key is none that Nix made",
    "give the whole line that `nix key generate-secret --key-name NAME` printed",
  );
}

function decoded(text: string): string {
  try {
    return atob(text);
  } catch {
    return "";
  }
}
