import { Knot, Unbound, type UnboundOptions } from "./dns-servers.ts";
import type { LoopbackBlock } from "./loopback.ts";

/** A zone of a small internet, below the closest other one or the root. */
export interface Zone {
  /** Its records as in a master file, less SOA, apex NS and delegations: those are ours. */
  readonly records?: string;
  readonly signed?: boolean;
  /** Seconds that its answers, denials included, may be kept; 1 unless said. */
  readonly ttl?: number;
  /** What the parent publishes of a signed zone; "wrong" breaks the chain of trust. */
  readonly ds?: "right" | "wrong" | "none";
  /** Addresses of its name servers, started by the test; without them the zone gets a Knot of its own. */
  readonly servers?: readonly string[];
}

interface Served {
  readonly knot: Knot;
  /** Its apex NS and the delegations to the zones below. */
  readonly cuts: string;
}

/**
 * DNS from the root down: every zone on a server and an address of its own, found by NS records and glue as
 * on the real internet, and resolvers that know nothing but this root. The root is signed if any zone is.
 */
export class SmallInternet {
  private readonly block: LoopbackBlock;
  private readonly zones: Readonly<Record<string, Zone>>;
  private readonly given = new Map<string, readonly string[]>();
  private readonly served = new Map<string, Served>();
  private readonly resolvers: Unbound[] = [];

  private constructor(block: LoopbackBlock, zones: Readonly<Record<string, Zone>>) {
    this.block = block;
    this.zones = zones;
  }

  static async start(block: LoopbackBlock, zones: Readonly<Record<string, Zone>>): Promise<SmallInternet> {
    const signed = Object.values(zones).some((zone) => zone.signed);
    const internet = new SmallInternet(block, { ".": { signed }, ...zones });
    try {
      await internet.serveAll();
    } catch (error) {
      await internet.stop();
      throw error;
    }
    return internet;
  }

  /** Starts a resolver: one that validates if the root is signed and no other trust anchors are given. */
  async resolver(options: Partial<UnboundOptions> = {}): Promise<Unbound> {
    const trustAnchors = this.zones["."]?.signed ? await this.knot(".").ds(".") : [];
    const place = { address: this.block.next(), roots: this.addresses(".") };
    const resolver = await Unbound.start({ trustAnchors, ...place, ...options });
    this.resolvers.push(resolver);
    return resolver;
  }

  /** Addresses of a zone's name servers. */
  addresses(zone: string): readonly string[] {
    const found = this.zones[zone]?.servers ?? this.given.get(zone);
    if (!found) throw new Error(`there is no zone '${zone}' here`);
    return found;
  }

  /** Serves other records of a zone from now on. */
  async update(zone: string, records: string): Promise<void> {
    const { knot, cuts } = this.of(zone);
    await knot.update(zone, `${cuts}\n${records}`);
  }

  /** The server of a zone, to stop it or to ask for its keys. */
  knot(zone: string): Knot {
    return this.of(zone).knot;
  }

  async stop(): Promise<void> {
    await Promise.all([...this.resolvers, ...[...this.served.values()].map(({ knot }) => knot)].map(stop));
  }

  private of(zone: string): Served {
    const found = this.served.get(zone);
    if (!found) throw new Error(`zone '${zone}' has no Knot here`);
    return found;
  }

  // Children first: their parents publish the DS records of their new keys.
  private async serveAll(): Promise<void> {
    const names = Object.keys(this.zones).sort((a, b) => labels(b) - labels(a));
    for (const name of names.filter((each) => !this.zones[each]?.servers)) {
      this.given.set(name, [this.block.next()]);
      await this.serve(name);
    }
  }

  private async serve(name: string): Promise<void> {
    const { records = "", signed = false, ttl = 1 } = this.zones[name] as Zone;
    const below = Object.keys(this.zones).filter((zone) => this.parentOf(zone) === name);
    const delegations = await Promise.all(below.map((zone) => this.delegation(zone)));
    const cuts = [this.nameServers(name), ...delegations].join("\n");
    const knot = await Knot.start({
      addresses: this.addresses(name),
      zones: { [name]: `${cuts}\n${records}` },
      signed: signed ? [name] : [],
      ttl,
    });
    this.served.set(name, { knot, cuts });
  }

  private parentOf(zone: string): string | undefined {
    if (zone === ".") return undefined;
    const above = Object.keys(this.zones).filter((name) => zone.endsWith(`.${name}`));
    return above.sort((a, b) => labels(b) - labels(a))[0] ?? ".";
  }

  private async delegation(zone: string): Promise<string> {
    const { signed, ds = "right" } = this.zones[zone] as Zone;
    const records = signed && ds !== "none" ? await this.knot(zone).ds(zone) : [];
    return [this.nameServers(zone), ...(ds === "wrong" ? records.map(ofAnotherKey) : records)].join("\n");
  }

  private nameServers(zone: string): string {
    const apex = zone === "." ? "." : `${zone}.`;
    const host = (index: number) => `ns${index + 1}.${zone === "." ? "" : apex}`;
    return this.addresses(zone)
      .map((address, index) => `${apex} NS ${host(index)}\n${host(index)} A ${address}`)
      .join("\n");
  }
}

function labels(zone: string): number {
  return zone.split(".").filter(Boolean).length;
}

function stop(server: Knot | Unbound): Promise<void> {
  return server.stop();
}

/** A DS line whose digest fits no key. */
function ofAnotherKey(line: string): string {
  return line.replace(/[0-9a-f]+$/i, (digest) =>
    digest.replace(/./g, (digit) => (digit === "0" ? "1" : "0")),
  );
}
