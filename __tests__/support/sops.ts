import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { needed } from "./programs.ts";

/** A key of age. */
export interface AgePair {
  /** The file as age-keygen writes it, its public key in a comment. */
  readonly text: string;
  /** The line that must not be known. */
  readonly secret: string;
  readonly recipient: string;
}

/** Makes a throw-away key. */
export function agePair(): AgePair {
  const folder = mkdtempSync(join(tmpdir(), "hostenv-age-"));
  try {
    const file = join(folder, "key");
    execFileSync(needed("AGE_KEYGEN"), ["-o", file], { stdio: "ignore" });
    const text = readFileSync(file, "utf8");
    const [secret, recipient] = [/^AGE-SECRET-KEY-.*$/m, /age1\w+/].map((form) => form.exec(text)?.[0]);
    return { text, secret: secret as string, recipient: recipient as string };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Writes secrets for CI into a file that this key opens; its suffix says the type, of which JSON is read as YAML, too. */
export function writeSecrets(
  file: string,
  secrets: Readonly<Record<string, unknown>>,
  { recipient }: AgePair,
): void {
  writeFileSync(file, `${JSON.stringify(secrets)}\n`);
  const env = { PATH: process.env.PATH, HOME: tmpdir() };
  const args = ["encrypt", "--age", recipient, "--in-place", file];
  execFileSync(needed("SOPS"), args, { env, stdio: "pipe" });
}
