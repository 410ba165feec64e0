import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { get as getPlain } from "node:http";
import { get as getSecure } from "node:https";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer, type Server } from "node:tls";
import { MARK } from "../../src/domain/dns/zones.ts";
import { addressesIn, ask } from "./ask.ts";
import { authority } from "./certificates.ts";
import { type CloudflareApi, startCloudflareApi } from "./cloudflare-api.mjs";
import { LoopbackBlock } from "./loopback.ts";
import type { TestNode } from "./node.ts";
import { NodeSites } from "./node-sites.ts";
import { nameservers } from "./resolv-conf.ts";
import { SmallInternet } from "./small-internet.ts";

/** Where a visitor was led, and what came. */
export interface Visit {
  /** The node's name as its page has it; null without one. */
  readonly node: string | null;
  readonly isSecure: boolean;
}

const CLOUDFLARE = "api.cloudflare.com";

/** What the internet is to hold. */
export interface InternetGround {
  readonly nodes: readonly TestNode[];
  /** Zones at Cloudflare; nodes have their names in the first. */
  readonly zones: readonly string[];
  /** Environments by the hostnames that they serve. */
  readonly owners: Readonly<Record<string, string>>;
  /** Hostnames, by the node that they lead to at first. */
  readonly led: Readonly<Record<string, string>>;
}

/**
 * The internet around a provider: zones at a local Cloudflare, which real name servers give out, a resolver that
 * knows no other, an authority for certificates, and the web servers of nodes.
 */
export class ProviderInternet {
  readonly api: CloudflareApi;
  private readonly authority = authority();
  private readonly folder = mkdtempSync(join(tmpdir(), "hostenv-internet-"));
  private readonly ground: InternetGround;
  private readonly block: LoopbackBlock;
  private dns: SmallInternet | undefined;
  private resolver = "";
  private door: Server | undefined;
  private published = "";
  private publishing: NodeJS.Timeout | undefined;
  private web: NodeSites | undefined;

  private constructor(ground: InternetGround, api: CloudflareApi, block: LoopbackBlock) {
    this.ground = ground;
    this.api = api;
    this.block = block;
  }

  /** Starts it, with a Cloudflare of the caller's own where one is given; it is closed with the rest. */
  static async start(ground: InternetGround, cloudflare?: CloudflareApi): Promise<ProviderInternet> {
    const api = cloudflare ?? (await startCloudflareApi());
    const internet = new ProviderInternet(ground, api, await LoopbackBlock.claim());
    try {
      await internet.startAll();
    } catch (error) {
      await internet.stop();
      throw error;
    }
    return internet;
  }

  get sites(): NodeSites {
    return this.web as NodeSites;
  }

  /** What a deploy's machine has of it. */
  get machine(): { env: NodeJS.ProcessEnv; resolvConf: string } {
    return {
      env: { NODE_EXTRA_CA_CERTS: join(this.folder, "ca.pem"), CF_API_TOKEN: this.api.token },
      resolvConf: nameservers(this.resolver),
    };
  }

  /** Leads a hostname to a node, as somebody does it in Cloudflare's dashboard. */
  lead(hostname: string, node: string): void {
    this.set(hostname, { type: "CNAME", content: `${node}.${this.ground.zones[0]}` });
  }

  /** Leads a hostname to a machine that is nobody's here. */
  leadAway(hostname: string): void {
    this.set(hostname, { type: "A", content: this.block.next() });
  }

  private set(hostname: string, record: { type: string; content: string }): void {
    const zone = this.zoneOf(hostname);
    for (const old of this.api.zoneNamed(zone).records.filter(({ name }) => name === hostname))
      this.api.removeRecord(zone, old);
    this.api.addRecord(zone, { ...record, name: hostname, comment: MARK });
  }

  /** The address that a hostname leads its visitors to, null for none. */
  async leadsTo(hostname: string): Promise<string | null> {
    const answer = await ask({ server: this.resolver, name: hostname, type: "A" });
    return addressesIn(answer?.answers)[0] ?? null;
  }

  /** What somebody sees who opens a site by its name. */
  async visit(hostname: string): Promise<Visit> {
    const address = await this.leadsTo(hostname);
    if (address === null) return { node: null, isSecure: false };
    const plain = await this.page(hostname, address, false);
    const secure = plain?.status === 301 ? await this.page(hostname, address, true) : null;
    const page = secure ?? plain;
    return { node: page?.status === 200 ? page.text : null, isSecure: secure !== null };
  }

  async stop(): Promise<void> {
    clearInterval(this.publishing);
    await Promise.all([this.web?.stop(), this.api.close(), this.dns?.stop()]);
    if (this.door) await new Promise((done) => this.door?.close(done));
    await this.block.release();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async startAll(): Promise<void> {
    const { nodes, zones, owners, led } = this.ground;
    writeFileSync(join(this.folder, "ca.pem"), this.authority.cert);
    const address = await this.openDoor();
    for (const name of zones) this.api.addZone({ name });
    for (const { name, address: content } of nodes)
      this.api.addRecord(zones[0] as string, { type: "A", name: `${name}.${zones[0]}`, content });
    for (const [hostname, node] of Object.entries(led)) this.lead(hostname, node);
    this.dns = await SmallInternet.start(this.block, {
      "cloudflare.com": { records: `api A ${address}` },
      ...Object.fromEntries(zones.map((zone) => [zone, { records: this.recordsOf(zone) }])),
    });
    this.published = this.contents();
    // Cloudflare's own servers show a change within seconds, too.
    this.publishing = setInterval(() => void this.publish(), 500);
    this.resolver = (await this.dns.resolver()).address;
    const ground = { owners, authority: this.authority, leadsTo: (name: string) => this.leadsTo(name) };
    this.web = await NodeSites.start(nodes, ground);
  }

  // The API's own name, with a certificate for it.
  private async openDoor(): Promise<string> {
    const { port } = new URL(this.api.url);
    const address = this.block.next();
    const door = createServer(this.authority.issue([CLOUDFLARE]), (socket) => {
      const behind = connect(Number(port), "127.0.0.1");
      socket.on("error", () => behind.destroy()).pipe(behind);
      behind.on("error", () => socket.destroy()).pipe(socket);
    });
    this.door = door;
    await new Promise<void>((resolve, reject) => door.once("error", reject).listen(443, address, resolve));
    return address;
  }

  private async publish(): Promise<void> {
    const contents = this.contents();
    if (contents === this.published) return;
    this.published = contents;
    for (const zone of this.ground.zones) await this.dns?.update(zone, this.recordsOf(zone));
  }

  private contents(): string {
    return JSON.stringify(this.ground.zones.map((zone) => this.api.contents(zone)));
  }

  private recordsOf(zone: string): string {
    const dotted = (type: string, content: string) => (type === "CNAME" ? `${content}.` : content);
    return this.api
      .contents(zone)
      .map(({ type, name, content }) => `${name}. 1 ${type} ${dotted(type, content)}`)
      .join("\n");
  }

  private zoneOf(hostname: string): string {
    const found = this.ground.zones.find((zone) => hostname.endsWith(`.${zone}`));
    if (!found) throw new Error(`no zone here holds ${hostname}`);
    return found;
  }

  private page(host: string, address: string, isTls: boolean) {
    const options = { host: address, path: "/", headers: { host }, agent: false, timeout: 5_000 };
    const secure = { ...options, servername: host, ca: this.authority.cert };
    return new Promise<{ status: number; text: string } | null>((resolve) => {
      const asked = isTls ? getSecure(secure) : getPlain(options);
      asked.once("response", async (response) => {
        const text = Buffer.concat(await response.toArray()).toString("utf8");
        resolve({ status: response.statusCode ?? 0, text });
      });
      asked.on("error", () => resolve(null)).once("timeout", () => asked.destroy());
    });
  }
}
