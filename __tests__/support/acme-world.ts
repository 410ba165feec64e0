import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Validated, validateByHttp } from "./acme-client.ts";
import { AcmeServer } from "./acme-server.ts";
import { type FrontDoor, FrontDoors } from "./front-doors.ts";
import { LoopbackBlock } from "./loopback.ts";
import { failing, OddServer } from "./odd-dns-servers.ts";
import { selfSigned } from "./self-signed.ts";
import { SmallInternet, type Zone } from "./small-internet.ts";

/** Hosts by name, each with the front doors of its addresses, and zones whose texts name hosts in braces. */
export interface AcmeCases {
  readonly hosts: Readonly<Record<string, readonly FrontDoor[]>>;
  readonly zones: Readonly<Record<string, Zone>>;
}

/** A small internet with web servers, a validating resolver and an ACME server that knows both. */
export class AcmeWorld {
  /** Address of the resolver. */
  resolver = "";
  private readonly block: LoopbackBlock;
  private readonly doors = new FrontDoors();
  private lame: OddServer | undefined;
  private internet: SmallInternet | undefined;
  private acme: AcmeServer | undefined;

  private constructor(block: LoopbackBlock) {
    this.block = block;
  }

  static async start(cases: AcmeCases): Promise<AcmeWorld> {
    const world = new AcmeWorld(await LoopbackBlock.claim());
    try {
      await world.startAll(cases);
    } catch (error) {
      await world.stop();
      throw error;
    }
    return world;
  }

  /** Whether a host of ours proves control of a hostname in each of some orders; the first that it does not. */
  async validated(hostname: string, host: string, orders: number): Promise<Validated> {
    let last: Validated = { status: "valid" };
    for (let order = 0; order < orders && last.status === "valid"; order++)
      last = await validateByHttp(this.acme as AcmeServer, hostname, (path, content) =>
        this.doors.publish(host, hostname, path, content),
      );
    return last;
  }

  async stop(): Promise<void> {
    await this.acme?.stop();
    await Promise.all([this.internet?.stop(), this.lame?.stop(), this.doors.stop()]);
    await this.block.release();
  }

  private async startAll({ hosts, zones }: AcmeCases): Promise<void> {
    await this.startDoors(hosts);
    this.lame = await OddServer.start(this.block.next(), failing("REFUSED"));
    const named = Object.entries(zones).map(([name, zone]) => [name, this.filled(zone)]);
    this.internet = await SmallInternet.start(this.block, Object.fromEntries(named));
    const settings = ["rrset-roundrobin: yes"];
    this.resolver = (await this.internet.resolver({ settings })).address;
    this.acme = await AcmeServer.start({ address: this.block.next(), resolver: this.resolver });
  }

  private async startDoors(hosts: AcmeCases["hosts"]): Promise<void> {
    const folder = mkdtempSync(join(tmpdir(), "doors-"));
    try {
      const identity = selfSigned(folder, "DNS:node.test");
      for (const [host, doors] of Object.entries(hosts))
        await this.doors.start(this.block, host, doors, identity);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  private filled(zone: Zone): Zone {
    if (zone.servers) return { ...zone, servers: zone.servers.map((text) => this.withAddresses(text)) };
    // A line of a zone file that begins with a blank is about the name of the line before.
    return { ...zone, records: this.withAddresses(zone.records ?? "").replace(/^ +/gm, "") };
  }

  private withAddresses(text: string): string {
    return text.replace(/\{([\w-]+)(?:\.([26]))?\}/g, (_, host: string, which?: string) => {
      if (host === "lame") return (this.lame as OddServer).address;
      const addresses = this.doors.addresses(host);
      if (which === "6") return `::ffff:${addresses.at(-1)}`;
      return addresses[which === "2" ? 1 : 0] as string;
    });
  }
}
