import { getServers } from "node:dns";
import { endpointIn } from "../domain/dns/addresses.ts";
import type { DnsQuestion, DnsReply } from "../domain/dns/records.ts";
import type { Nameservers } from "../ports/dns.ts";
import { DnsServer, type Limits } from "./dns-server.ts";
import type { Endpoint } from "./dns-udp.ts";

/** Milliseconds to wait for an answer, twice: servers that need three seconds exist. */
const TIMEOUT_MS = 5_000;

/** Packets of one run at most: a hundred for each of ten thousand hostnames. */
const MOST_PACKETS = 1_000_000;

/** Milliseconds between looks at what has waited too long. */
const LOOK_MS = 50;

/** What may be chosen. */
export interface NameserverOptions {
  /** Resolvers, as questions name servers; this machine's where none are given. */
  readonly system?: readonly string[];
  /** Milliseconds to wait for an answer each time; a question is sent twice. */
  readonly timeout?: number;
  /** Packets that are sent in all. */
  readonly packets?: number;
}

/** The resolvers of this machine, as questions name servers. */
export function systemResolvers(): string[] {
  return getServers().flatMap((server) => endpointIn(server) ?? []);
}

/** Name servers, over UDP and, where an answer is too long for it, TCP. */
export class DnsNameservers implements Nameservers {
  readonly system: readonly string[];
  private readonly limits: Limits;
  private readonly mostPackets: number;
  private readonly servers = new Map<string, DnsServer>();
  private readonly busy = new Set<DnsServer>();
  private timer: NodeJS.Timeout | null = null;
  private isDisposed = false;

  constructor({ system, timeout = TIMEOUT_MS, packets = MOST_PACKETS }: NameserverOptions = {}) {
    this.system = system ?? systemResolvers();
    this.mostPackets = packets;
    this.limits = { timeout, packets };
  }

  /** Packets that were sent. */
  get sent(): number {
    return this.mostPackets - this.limits.packets;
  }

  ask(question: DnsQuestion, seconds = Number.POSITIVE_INFINITY): Promise<DnsReply> {
    const server = this.isDisposed ? null : this.server(question.server);
    if (server === null) return Promise.resolve(this.isDisposed ? DEADLINE : UNREACHABLE);
    this.busy.add(server);
    this.timer ??= setInterval(() => this.look(), LOOK_MS);
    const until = performance.now() + seconds * 1000;
    return new Promise((resolve) => server.ask(question, until, resolve));
  }

  dispose(): void {
    this.isDisposed = true;
    for (const server of this.busy) server.end();
    this.busy.clear();
    this.rest();
  }

  private server(address: string): DnsServer | null {
    const known = this.servers.get(address);
    if (known) return known;
    const endpoint = endpointOf(address);
    if (endpoint === null) return null;
    const server = new DnsServer(endpoint, this.limits);
    this.servers.set(address, server);
    return server;
  }

  private look(): void {
    const now = performance.now();
    for (const server of this.busy) if (!server.look(now)) this.busy.delete(server);
    if (this.busy.size === 0) this.rest();
  }

  private rest(): void {
    if (this.timer) clearInterval(this.timer);
    this.timer = null;
  }
}

const DEADLINE: DnsReply = { kind: "failure", reason: "deadline" };
const UNREACHABLE: DnsReply = { kind: "failure", reason: "unreachable" };

function endpointOf(address: string): Endpoint | null {
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:]+)):(\d+)$/.exec(address) ?? [];
  const host = bracketed ?? plain;
  return host === undefined ? null : { host, port: Number(port) };
}
