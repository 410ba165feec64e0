import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { ask } from "./ask.ts";
import { ServerProcess } from "./server-process.ts";
import { needed } from "./tools.ts";

const run = promisify(execFile);

export interface KnotOptions {
  /** Where it answers, on port 53. */
  readonly addresses: readonly string[];
  /** Records by zone, as in a master file; names are relative to the zone. The SOA is ours. */
  readonly zones: Readonly<Record<string, string>>;
  /** Those of the zones that it signs, with a key of this start. */
  readonly signed?: readonly string[];
  /** Seconds that its answers, denials included, may be kept. */
  readonly ttl?: number;
}

/** An authoritative server: Knot DNS. */
export class Knot {
  private readonly folder: string;
  private readonly options: KnotOptions;
  private process: ServerProcess | undefined;

  private constructor(options: KnotOptions) {
    this.options = options;
    // A short path: that of a Unix socket has 107 bytes.
    this.folder = mkdtempSync(join(tmpdir(), "knot-"));
    for (const part of ["zones", "keys"]) mkdirSync(join(this.folder, part));
    for (const [zone, records] of Object.entries(options.zones)) this.writeZone(zone, records);
    writeFileSync(this.config, knotConfig(this.folder, options));
  }

  static async start(options: KnotOptions): Promise<Knot> {
    const knot = new Knot(options);
    try {
      knot.process = await ServerProcess.start(needed("KNOTD"), ["-c", knot.config], () => knot.isReady());
    } catch (error) {
      await knot.stop();
      throw error;
    }
    return knot;
  }

  /** Serves other records from now on; Knot raises the serial and signs again by itself. */
  async update(zone: string, records: string): Promise<void> {
    if (!(zone in this.options.zones)) throw new Error(`this server has no zone '${zone}'`);
    this.writeZone(zone, records);
    await run(needed("KNOTC"), ["-s", join(this.folder, "socket"), "-b", "zone-reload", zone]);
  }

  /** The DS records of a signed zone, as lines for its parent or for a resolver's trust anchors. */
  async ds(zone: string): Promise<string[]> {
    const { stdout } = await run(needed("KEYMGR"), ["-c", this.config, zone, "ds"]);
    return stdout.split("\n").filter((line) => / DS \d+ \d+ 2 /.test(line));
  }

  async stop(): Promise<void> {
    await this.process?.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private get config(): string {
    return join(this.folder, "knot.conf");
  }

  private writeZone(zone: string, records: string): void {
    const { ttl = 1 } = this.options;
    const head = [
      `$ORIGIN ${absolute(zone)}`,
      `$TTL ${ttl}`,
      `@ SOA ns1 hostmaster 1 3600 600 86400 ${ttl}`,
    ].join("\n");
    writeFileSync(join(this.folder, "zones", fileOf(zone)), `${head}\n${records}\n`);
  }

  // A signed zone is ready when its keys are published.
  private async isReady(): Promise<boolean> {
    const { addresses, zones, signed = [] } = this.options;
    const asked = addresses.flatMap((server) =>
      Object.keys(zones).map(async (name) => {
        const type = signed.includes(name) ? "DNSKEY" : "SOA";
        return (await ask({ server, name, type, timeout: 500 }))?.answers?.length;
      }),
    );
    return (await Promise.all(asked)).every(Boolean);
  }
}

function absolute(zone: string): string {
  return zone.endsWith(".") ? zone : `${zone}.`;
}

function fileOf(zone: string): string {
  return zone === "." ? "root" : zone;
}

// One worker of each kind, and databases of megabytes: a suite may start ten of these.
function knotConfig(folder: string, { addresses, zones, signed = [] }: KnotOptions): string {
  const zone = (name: string) => `
  - domain: "${name}"
    file: "${fileOf(name)}"
    dnssec-signing: ${signed.includes(name) ? "on" : "off"}`;
  return `
server:
  rundir: "${folder}"
  listen: [ ${addresses.map((address) => `${address}@53`).join(", ")} ]
  udp-workers: 1
  tcp-workers: 1
  background-workers: 1
control:
  listen: "${folder}/socket"
log:
  - target: stderr
    any: notice
database:
  storage: "${folder}/keys"
  journal-db-max-size: 8M
  kasp-db-max-size: 8M
  timer-db-max-size: 1M
policy:
  - id: one-key
    single-type-signing: on
template:
  - id: default
    storage: "${folder}/zones"
    zonefile-load: difference-no-serial
    zonefile-sync: -1
    journal-content: all
    dnssec-policy: one-key
zone:${Object.keys(zones).map(zone).join("")}
`;
}

export interface UnboundOptions {
  /** Where it answers, on port 53. */
  readonly address: string;
  /** Servers of the root zone: all that it knows of the world. */
  readonly roots: readonly string[];
  /** DS records to validate from; without any, nothing is validated. */
  readonly trustAnchors?: readonly string[];
  /** Seconds that a denial is kept at most. */
  readonly negativeTtl?: number;
  /** More lines of its `server:` section. */
  readonly settings?: readonly string[];
}

/** A recursive, validating resolver: Unbound. It asks a dead name server for a minute before it says SERVFAIL. */
export class Unbound {
  readonly address: string;
  private readonly folder: string;
  private readonly process: ServerProcess;

  private constructor(address: string, folder: string, process: ServerProcess) {
    this.address = address;
    this.folder = folder;
    this.process = process;
  }

  static async start(options: UnboundOptions): Promise<Unbound> {
    const folder = mkdtempSync(join(tmpdir(), "unbound-"));
    const hints = options.roots.map((address, index) => `. 60 NS r${index}.\nr${index}. 60 A ${address}\n`);
    writeFileSync(join(folder, "hints"), hints.join(""));
    writeFileSync(join(folder, "unbound.conf"), unboundConfig(folder, options));
    const server = options.address;
    // Unbound answers this by itself, whatever becomes of the servers that it will ask.
    const isReady = async () => (await ask({ server, name: "localhost", type: "A", timeout: 500 })) !== null;
    try {
      const args = ["-d", "-p", "-c", join(folder, "unbound.conf")];
      return new Unbound(server, folder, await ServerProcess.start(needed("UNBOUND"), args, isReady));
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** What it has logged: with `verbosity: 2` among the settings, why an answer is bogus. */
  get log(): string {
    return this.process.log;
  }

  async stop(): Promise<void> {
    await this.process.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function unboundConfig(folder: string, options: UnboundOptions): string {
  const { address, trustAnchors = [], negativeTtl = 1, settings = [] } = options;
  const validates = trustAnchors.length > 0;
  const lines = [
    'username: ""',
    'chroot: ""',
    `directory: "${folder}"`,
    "use-syslog: no",
    "num-threads: 1",
    `interface: ${address}`,
    "access-control: 127.0.0.0/8 allow",
    "do-ip6: no",
    "do-not-query-localhost: no",
    'root-hints: "hints"',
    `module-config: "${validates ? "validator " : ""}iterator"`,
    ...trustAnchors.map((line) => `trust-anchor: "${line}"`),
    "trust-anchor-signaling: no",
    `cache-max-negative-ttl: ${negativeTtl}`,
    // Unbound denies these zones of RFC 6761 by itself.
    ...["test.", "invalid."].map((zone) => `local-zone: "${zone}" nodefault`),
    ...settings,
  ];
  return `server:\n${lines.map((line) => `  ${line}\n`).join("")}remote-control:\n  control-enable: no\n`;
}
