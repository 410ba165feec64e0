import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { needed } from "./tools.ts";

const NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

/** A certificate with its key, as servers take them. */
export interface Issued {
  readonly key: string;
  readonly cert: string;
}

/** An authority that lives as long as a test, and issues certificates with openssl. */
export class Authority {
  private readonly folder = mkdtempSync(join(tmpdir(), "hostenv-authority-"));
  private issued = 0;

  constructor() {
    this.openssl(
      "req",
      "-x509",
      ...NEW_KEY,
      "-keyout",
      "ca.key",
      "-out",
      "ca.pem",
      "-subj",
      "/CN=Test",
      "-days",
      "2",
    );
  }

  /** The file that makes the authority trusted. */
  get file(): string {
    return join(this.folder, "ca.pem");
  }

  /** A certificate for names; a negative number of days has expired. */
  issue(names: readonly string[], days = 2): Issued {
    const alternatives = names.map((name) => `DNS:${name}`).join(",");
    const leaf = `leaf${++this.issued}`;
    const request = [
      "-keyout",
      `${leaf}.key`,
      "-out",
      `${leaf}.csr`,
      "-subj",
      "/CN=x",
      "-addext",
      `subjectAltName=${alternatives}`,
    ];
    this.openssl("req", ...NEW_KEY, ...request);
    const signed = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-copy_extensions", "copy"];
    this.openssl(
      "x509",
      "-req",
      "-in",
      `${leaf}.csr`,
      ...signed,
      "-days",
      String(days),
      "-out",
      `${leaf}.pem`,
    );
    return { key: this.read(`${leaf}.key`), cert: this.read(`${leaf}.pem`) };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private read(name: string): string {
    return readFileSync(join(this.folder, name), "utf8");
  }

  private openssl(...args: string[]): void {
    execFileSync(needed("OPENSSL"), args, { cwd: this.folder, stdio: ["ignore", "ignore", "pipe"] });
  }
}
