import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeTool } from "./tools.ts";

/** A throw-away key pair as OpenSSH writes it. */
export interface KeyPair {
  readonly publicKey: string;
  readonly privateKey: string;
}

/** Makes a key pair, of type ed25519 unless told otherwise. */
export function keyPair(type = "ed25519", passphrase = ""): KeyPair {
  const folder = mkdtempSync(join(tmpdir(), "hostenv-key-"));
  try {
    const file = join(folder, "key");
    execFileSync(nodeTool("ssh-keygen"), ["-q", "-t", type, "-N", passphrase, "-C", "", "-f", file]);
    const publicKey = readFileSync(`${file}.pub`, "utf8").trim();
    return { publicKey, privateKey: readFileSync(file, "utf8") };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
