import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What a machine that deploys sets for Nix: nothing is asked of a cache, and root may build. */
export const RUNNER_NIX_CONFIG = [
  "experimental-features = nix-command flakes",
  "build-users-group =",
  "sandbox = false",
  "substituters =",
].join("\n");

/**
 * Builds, in this machine's store, a closure that deploy-rs can activate: running the shell script, in
 * which $PROFILE is the profile's path. Needs neither nixpkgs nor a sandbox; may be made some MiB large.
 * @returns its store path
 */
export function buildClosure(nix: string, name: string, activate: string, mib = 0): string {
  const expression = `derivation {
    name = "${name}";
    system = builtins.currentSystem;
    builder = "/bin/sh";
    activate = builtins.fromJSON (builtins.getEnv "ACTIVATE");
    passAsFile = [ "activate" ];
    args = [ "-c" ''
      PATH=/bin:/usr/bin
      mkdir $out
      { echo '#!/bin/sh'; cat $activatePath; } > $out/deploy-rs-activate
      printf '#!/bin/sh\\nexec activate "$@"\\n' > $out/activate-rs
      chmod 755 $out/*
      [ ${mib} = 0 ] || dd if=/dev/zero of=$out/ballast bs=1048576 count=${mib}
    '' ];
  }`;
  const env = { ...process.env, NIX_CONFIG: RUNNER_NIX_CONFIG, ACTIVATE: JSON.stringify(activate) };
  const args = ["build", "--no-link", "--impure", "--json", "--expr", expression];
  const [{ outputs }] = JSON.parse(
    execFileSync(nix, args, { env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }),
  );
  return outputs.out;
}

/** A throw-away key that Nix signs with. */
export interface SigningKey {
  readonly file: string;
  /** As nix.conf names it: `name:base64`. */
  readonly publicKey: string;
  remove(): void;
}

export function signingKey(name = "test-1"): SigningKey {
  const folder = mkdtempSync(join(tmpdir(), "hostenv-signing-"));
  const [file, publicFile] = [join(folder, "secret"), join(folder, "public")];
  execFileSync("nix-store", ["--generate-binary-cache-key", name, file, publicFile], { stdio: "ignore" });
  const publicKey = readFileSync(publicFile, "utf8").trim();
  return { file, publicKey, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Signs store paths and what they need. */
export function sign(nix: string, key: SigningKey, ...paths: string[]): void {
  const env = { ...process.env, NIX_CONFIG: RUNNER_NIX_CONFIG };
  execFileSync(nix, ["store", "sign", "--recursive", "--key-file", key.file, ...paths], {
    env,
    stdio: "ignore",
  });
}
