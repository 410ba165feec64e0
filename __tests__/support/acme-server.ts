import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { selfSigned } from "./self-signed.ts";
import { ServerProcess } from "./server-process.ts";
import { needed } from "./tools.ts";

export interface AcmeOptions {
  /** Where it listens, on port 14000. */
  readonly address: string;
  /** The resolver that it looks hostnames up with, on port 53. */
  readonly resolver: string;
  /** The port that it validates hostnames on by HTTP-01. */
  readonly httpPort?: number;
}

const PORT = 14_000;

/** A certificate authority as Let's Encrypt is one: Pebble, which validates for real and at once. */
export class AcmeServer {
  /** URL of the ACME directory. */
  readonly directory: string;
  /** The certificate to trust when speaking to it. */
  readonly ca: string;
  private readonly folder: string;
  private readonly process: ServerProcess;

  private constructor(directory: string, ca: string, folder: string, process: ServerProcess) {
    this.directory = directory;
    this.ca = ca;
    this.folder = folder;
    this.process = process;
  }

  static async start(options: AcmeOptions): Promise<AcmeServer> {
    const folder = mkdtempSync(join(tmpdir(), "acme-"));
    try {
      const { certificate, key, pem } = selfSigned(folder, `IP:${options.address}`);
      const directory = `https://${options.address}:${PORT}/dir`;
      const config = join(folder, "pebble.json");
      writeFileSync(
        config,
        JSON.stringify({ pebble: { ...settings(options), certificate, privateKey: key } }),
      );
      const args = ["-config", config, "-strict=false", "-dnsserver", `${options.resolver}:53`];
      const isReady = () => answers(directory, pem);
      const process = await ServerProcess.start(needed("PEBBLE"), args, isReady, PLAIN);
      return new AcmeServer(directory, pem, folder, process);
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** What it has logged, validations included. */
  get log(): string {
    return this.process.log;
  }

  async stop(): Promise<void> {
    await this.process.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

// Pebble makes life hard for clients unless it is told not to: it waits before it validates, refuses a
// twentieth of all nonces, and takes half of what was valid before for valid still.
const PLAIN = { PEBBLE_VA_NOSLEEP: "1", PEBBLE_WFE_NONCEREJECT: "0", PEBBLE_AUTHZREUSE: "0" };

function settings({ address, httpPort = 80 }: AcmeOptions): object {
  return {
    listenAddress: `${address}:${PORT}`,
    managementListenAddress: `${address}:${PORT + 1}`,
    httpPort,
    tlsPort: 443,
    ocspResponderURL: "",
    externalAccountBindingRequired: false,
  };
}

function answers(url: string, ca: string): Promise<boolean> {
  return new Promise((done) => {
    const asked = request(url, { ca, agent: false }, (response) => {
      response.resume();
      done(response.statusCode === 200);
    });
    asked.once("error", () => done(false)).end();
  });
}
