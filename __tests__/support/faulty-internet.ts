import { TRUNCATED_RESPONSE } from "dns-packet";
import { DnsNameservers } from "../../src/adapters/dns-nameservers.ts";
import { systemClock } from "../../src/adapters/system-clock.ts";
import { type LookupOptions, verdictsOf } from "../../src/commands/dns-lookups.ts";
import type { Verdict, Wanted } from "../../src/domain/dns/verdict.ts";
import { proxy, withFlags } from "./dns-proxy.ts";
import { Knot } from "./dns-servers.ts";
import { wantedOf } from "./dns-world.ts";
import { LoopbackBlock } from "./loopback.ts";
import { type Behaviour, blackhole, failing, OddServer } from "./odd-dns-servers.ts";
import { SmallInternet } from "./small-internet.ts";

export const [IPV4, IPV6, FOREIGN] = ["192.0.2.10", "2001:db8::10", "203.0.113.80"];

/** Records of a name that leads to the node `node-a.hosting.test`. */
export const HERE = `A ${IPV4}\n AAAA ${IPV6}`;

/** How a run differs from the usual one. */
export interface Faults extends Partial<LookupOptions> {
  readonly system?: readonly string[];
  /** Milliseconds to wait for an answer, twice. */
  readonly timeout?: number;
}

/**
 * The provider's zone, `hosting.test`, the zone `client.test` of a client, and a zone for each thing that may
 * go wrong with one; each on real servers, most on two of them.
 */
export class FaultyInternet {
  readonly block: LoopbackBlock;
  /** The resolver that everybody uses, as questions name servers. */
  resolver = "";
  internet!: SmallInternet;
  private client!: Knot;
  private readonly started: { stop(): Promise<void> }[] = [];
  private readonly servers: Record<string, readonly string[]> = {};

  private constructor(block: LoopbackBlock) {
    this.block = block;
  }

  /** Starts everything; `records` are the client's, without those about its servers. */
  static async start(records: string): Promise<FaultyInternet> {
    const faulty = new FaultyInternet(await LoopbackBlock.claim());
    try {
      await faulty.startAll(records);
      return faulty;
    } catch (error) {
      await faulty.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    await this.internet?.stop();
    await Promise.all(this.started.map((each) => each.stop()));
    await this.block.release();
  }

  /** The address of another server that behaves like this. */
  async odd(behaviour: Behaviour, address = this.block.next()): Promise<string> {
    this.started.push(await OddServer.start(address, behaviour));
    return address;
  }

  /** Gives the client's zone other records. */
  async update(records: string): Promise<void> {
    await this.client.update("client.test", about(this.servers["client.test"] ?? [], records));
  }

  /** The verdicts of virtual hosts. */
  async look(wanted: readonly Wanted[], faults: Faults = {}): Promise<Verdict[]> {
    const { system = [this.resolver], timeout, ...given } = faults;
    const nameservers = new DnsNameservers({ system, ...(timeout === undefined ? {} : { timeout }) });
    const options = { nameservers: [], concurrency: 64, deadlineSeconds: 110, origins: () => null, ...given };
    const progress = { step: () => {}, notice: () => {}, done: () => {} };
    try {
      return await verdictsOf(wanted, options, { nameservers, clock: systemClock, progress });
    } finally {
      nameservers.dispose();
    }
  }

  /** The verdict of one virtual host of `node-a`. */
  async see(hostname: string, faults: Faults = {}): Promise<Verdict> {
    return (await this.look([wantedOf(hostname)], faults))[0] as Verdict;
  }

  private async startAll(records: string): Promise<void> {
    await this.twin("hosting.test", `node-a ${HERE}`);
    this.client = await this.twin("client.test", records);
    await this.twin("forbidding.test", `www ${HERE}\nedge ${HERE}\nedge ${FORBIDS}\n@ ${FORBIDS}`);
    await this.torn();
    const www = `www ${HERE}\nwrong A ${FOREIGN}`;
    await this.beside("half-dead.test", www, blackhole);
    const noCaa = withFlags(SERVFAIL, (_, type) => type === "CAA");
    await this.beside("half-caa.test", www, (first) => proxy(first, { instead: noCaa }));
    await this.behind("caa-fails.test", www, (first) => proxy(first, { instead: noCaa }));
    const noWww = withFlags(SERVFAIL, isAddressOf("www.sick.test"));
    await this.behind("sick.test", www, (first) => proxy(first, { instead: noWww }));
    await this.behind("long.test", www, (first) => proxy(first, { cut: "tcp" }));
    const cut = withFlags(TRUNCATED_RESPONSE, isAddressOf("www.cut.test"));
    await this.behind("cut.test", www, (first) => ({ udp: proxy(first, { instead: cut }).udp }));
    this.servers["failing.test"] = [await this.odd(failing("SERVFAIL"))];
    this.servers["refusing.test"] = [await this.odd(failing("REFUSED"))];
    await this.connect();
  }

  private async connect(): Promise<void> {
    const broken = {
      signed: true,
      ds: "wrong",
      records: `www ${HERE}\nsix AAAA ${IPV6}\nwrong A ${FOREIGN}`,
    } as const;
    this.internet = await SmallInternet.start(this.block, {
      ...Object.fromEntries(Object.entries(this.servers).map(([zone, servers]) => [zone, { servers }])),
      test: { signed: true },
      "signed.test": { signed: true, records: `www ${HERE}` },
      "broken.test": broken,
    });
    this.resolver = `${(await this.internet.resolver()).address}:53`;
  }

  /** A zone on two addresses that say the same. */
  private async twin(zone: string, records: string): Promise<Knot> {
    const addresses = [this.block.next(), this.block.next()];
    return await this.serve(zone, addresses, addresses, records);
  }

  /** A zone whose two servers agree about nothing but themselves. */
  private async torn(): Promise<void> {
    const [one, two] = [this.block.next(), this.block.next()];
    await this.serve("torn.test", [one, two], [one], `www A ${IPV4}\ngone A ${IPV4}`);
    await this.serve("torn.test", [one, two], [two], `www A ${FOREIGN}`);
  }

  /** A zone of a sound server and an odd one. */
  private async beside(zone: string, records: string, second: (first: string) => Behaviour): Promise<void> {
    const [first, other] = [this.block.next(), this.block.next()];
    await this.serve(zone, [first, other], [first], records);
    await this.odd(second(first), other);
  }

  /** A zone whose only server is seen through another one. */
  private async behind(zone: string, records: string, meddle: (hidden: string) => Behaviour): Promise<void> {
    const [hidden, shown] = [this.block.next(), this.block.next()];
    await this.serve(zone, [shown], [hidden], records);
    await this.odd(meddle(hidden), shown);
  }

  private async serve(
    zone: string,
    servers: readonly string[],
    addresses: readonly string[],
    records: string,
  ): Promise<Knot> {
    this.servers[zone] = servers;
    const knot = await Knot.start({ addresses, zones: { [zone]: about(servers, records) } });
    this.started.push(knot);
    return knot;
  }
}

const SERVFAIL = 2;

const isAddressOf = (wanted: string) => (name: string, type: string) =>
  name === wanted && (type === "A" || type === "AAAA");

const FORBIDS = 'CAA 0 issue "other.test"';

/** A zone's records with those about its servers. */
function about(servers: readonly string[], records: string): string {
  const own = servers.map((address, index) => `@ NS ns${index + 1}\nns${index + 1} A ${address}`);
  return [...own, records].join("\n");
}
