import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { needed } from "./tools.ts";

/** Paths of a throw-away certificate and its key, and the certificate as text. */
export interface SelfSigned {
  readonly certificate: string;
  readonly key: string;
  readonly pem: string;
}

/** Makes a certificate in `folder` that is its own CA, for two days, for names such as `DNS:a.test` or `IP:127.0.0.1`. */
export function selfSigned(folder: string, ...names: readonly string[]): SelfSigned {
  const [certificate, key, config] = ["cert.pem", "key.pem", "openssl.cnf"].map((name) =>
    join(folder, name),
  ) as [string, string, string];
  // An openssl that is only unpacked has no settings of its own.
  writeFileSync(config, "[req]\ndistinguished_name = subject\n[subject]\n");
  const options = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
  const subject = ["-subj", "/CN=test", "-addext", `subjectAltName=${names.join(",")}`];
  const files = ["-config", config, "-keyout", key, "-out", certificate];
  execFileSync(needed("OPENSSL"), ["req", "-x509", ...options, ...subject, ...files], { stdio: "pipe" });
  return { certificate, key, pem: readFileSync(certificate, "utf8") };
}
