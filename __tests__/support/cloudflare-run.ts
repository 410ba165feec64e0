import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import packet, { type Answer } from "dns-packet";
import type { GateAnswer } from "../../src/domain/dns/gate-answer.ts";
import type { DnsQuestion, DnsRecord } from "../../src/domain/dns/records.ts";
import { MARK } from "../../src/domain/dns/zones.ts";
import { type CloudflareApi, type Contents, startCloudflareApi } from "./cloudflare-api.mjs";
import { type Respond, type Responder, replyTo, responder } from "./dns-responder.ts";
import { RESOLVER, replyIn } from "./dns-world.ts";
import { entry, memory } from "./gate-run.ts";
import { root } from "./nix.ts";
import { planWith } from "./plan-builder.ts";
import { worldOf } from "./zone-world.ts";

const SHOP = "shop-main";
const ZONE = "client.test";
const PLAN_ID = "a".repeat(64);

/** What a run of the program left. */
export interface Left {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly answer: GateAnswer;
  /** What became of each hostname of which something was to be written. */
  readonly results: Readonly<Record<string, string>>;
  readonly verdicts: Readonly<Record<string, string>>;
  /** dns-gate.json as it is afterwards, null where there is none. */
  readonly memory: string | null;
}

/** How a run differs. */
interface RunGiven {
  readonly token?: string;
  /** Whether records are to be changed. */
  readonly update?: boolean;
  readonly policy?: object;
  /** Environments of another node, with a hostname each. */
  readonly also?: Readonly<Record<string, string>>;
}

/** A provider on the disk whose zone is at a local Cloudflare, which a local name server gives out. */
export class CloudflareRun {
  readonly folder = mkdtempSync(join(tmpdir(), "hostenv-cloudflare-"));
  readonly api: CloudflareApi;
  private readonly dns: Responder;
  private said = "";

  private constructor(api: CloudflareApi, dns: Responder) {
    this.api = api;
    this.dns = dns;
  }

  static async start(): Promise<CloudflareRun> {
    const api = await startCloudflareApi({ token: `cfut_${"s3cret".repeat(6)}` });
    api.addZone({ name: ZONE });
    const run = new CloudflareRun(api, await responder(answering(api)));
    execFileSync("git", ["init", "--quiet"], { cwd: run.folder });
    return run;
  }

  /** Closes everything; what was wrong with requests or answers, and every place where the token was seen. */
  async end(): Promise<string[]> {
    const { api, folder } = this;
    await Promise.all([api.close(), this.dns.close()]);
    const files = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((found) => found.isFile())
      .map((found) => join(found.parentPath, found.name));
    const places: [string, string][] = [
      ["what was printed", this.said],
      ["requests outside of their header", JSON.stringify(api.requests)],
      ["another origin", JSON.stringify(api.elsewhere)],
      ...files.map((file): [string, string] => [file, readFileSync(file, "utf8")]),
    ];
    rmSync(folder, { recursive: true });
    const seen = places.filter(([, text]) => text.includes(api.token));
    return [...api.violations, ...seen.map(([place]) => `the token is in ${place}`)];
  }

  /** A CNAME of ours that leads elsewhere, unless it says otherwise. */
  aliased(name: string, given: object = {}) {
    return this.api.addRecord(ZONE, { type: "CNAME", name, content: "old.test", comment: MARK, ...given });
  }

  contents(): Contents[] {
    return this.api.contents(ZONE);
  }

  /** The transactions that arrived. */
  get batches() {
    return this.api.requests
      .filter(({ method }) => method === "POST")
      .map(({ body }) => body as { readonly patches: readonly object[] });
  }

  /** Runs dns-gate for these hostnames, which are live and were right until now. */
  async gate(
    hosts: readonly string[],
    args: readonly string[] = [],
    { token = this.api.token, update = true, policy = {}, also = {} }: RunGiven = {},
  ): Promise<Left> {
    this.write("generated/plan.json", planOf(hosts, policy, also));
    const lively = Object.fromEntries(hosts.map((host) => [host, entry({ environment: SHOP })]));
    this.write("generated/dns-gate.json", memory(lively));
    this.write("deployed.json", OUTCOME);
    const writing = update ? ["--with-dns-update", "--deployed", "deployed.json"] : [];
    const places = ["--nameserver", this.dns.address, "--cf-api-url", this.api.url];
    const line = [`${root}dist/cli/index.js`, "dns-gate", "--json", ...places, ...writing, ...args];
    const { status, stdout, stderr } = await this.run(line, { CF_API_TOKEN: token });
    this.said += stdout + stderr;
    const answer = (stdout === "" ? { verdicts: [], writes: [] } : JSON.parse(stdout)) as GateAnswer;
    return {
      ...{ status, stdout, stderr, answer },
      results: Object.fromEntries(
        answer.writes.map(({ hostname, result, reason }) => [hostname, reason ?? result]),
      ),
      verdicts: Object.fromEntries(
        answer.verdicts.map(({ hostname, verdict, reason }) => [
          hostname,
          reason ? `${verdict}:${reason}` : verdict,
        ]),
      ),
      memory: readFileSync(join(this.folder, "generated/dns-gate.json"), "utf8"),
    };
  }

  private async run(args: readonly string[], env: object) {
    const child = spawn(process.env.HOSTENV_TEST_NODE ?? process.execPath, args, {
      cwd: this.folder,
      env: { ...process.env, NODE_OPTIONS: "", ...env },
    });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (data) => {
      stdout += data;
    });
    child.stderr.on("data", (data) => {
      stderr += data;
    });
    const [status] = (await once(child, "close")) as [number];
    return { status, stdout, stderr };
  }

  private write(path: string, value: unknown): void {
    mkdirSync(join(this.folder, "generated"), { recursive: true });
    writeFileSync(join(this.folder, path), `${JSON.stringify(value, null, 2)}\n`);
  }
}

const OUTCOME = {
  ...{ schema: 1, planId: PLAN_ID, waitingForDns: [] },
  hosts: [
    {
      ...{ host: "node-a", wave: 1, result: "deployed", verification: [] },
      profiles: [{ profile: SHOP, result: "deployed", storePath: null, seconds: 1 }],
    },
  ],
};

function planOf(hosts: readonly string[], policy: object, also: Readonly<Record<string, string>>) {
  const own = { [`${SHOP}.hosting.test`]: { tls: false } };
  return planWith({
    ...{ cloudflare: true, policy: { zones: [ZONE], ...policy } },
    environments: [
      {
        name: SHOP,
        node: "node-a",
        hosts: { ...own, ...Object.fromEntries(hosts.map((host) => [host, {}])) },
      },
      ...Object.entries(also).map(([name, host]) => ({ name, node: "node-b", hosts: { [host]: {} } })),
    ],
  });
}

/** A resolver that gives what the zones hold at this moment. */
function answering(api: CloudflareApi): Respond {
  let [world, version] = [worldOf(api), ""];
  const current = () => {
    const now = api.zones.flatMap(({ records }) => records.map(({ modified_on }) => modified_on)).join();
    if (now !== version) [world, version] = [worldOf(api), now];
    return world;
  };
  return (came) => {
    const [asked] = came.query.questions ?? [];
    if (!asked) return [];
    const question = { server: RESOLVER, name: asked.name.toLowerCase(), type: asked.type, recursive: true };
    const reply = replyIn(current(), { ...question, checkingDisabled: false } as DnsQuestion);
    const flags = packet.RECURSION_DESIRED | packet.RECURSION_AVAILABLE;
    if (reply.kind === "failure") return [replyTo(came, { flags: flags | 2 })];
    const rcode = reply.code === "NXDOMAIN" ? 3 : 0;
    const answers = reply.answers.map(encodable);
    return [replyTo(came, { flags: flags | rcode, answers, authorities: reply.authorities.map(encodable) })];
  };
}

function encodable({ name, type, data }: DnsRecord): Answer {
  const soa = {
    mname: "ns.test",
    rname: "a.test",
    serial: 1,
    refresh: 60,
    retry: 60,
    expire: 60,
    minimum: 60,
  };
  return { name, type, ttl: 60, data: type === "SOA" ? soa : data } as Answer;
}
