import { randomBytes } from "node:crypto";
import { lookup } from "node:dns/promises";
import { request as http, type IncomingMessage } from "node:http";
import { request as https } from "node:https";
import { BlockList, isIP } from "node:net";
import type { Challenges, Reached } from "../ports/front-door.ts";

/** Where challenges are answered, and milliseconds that one request may take (Let's Encrypt: about 10 s). */
const DEFAULTS = { port: 80, timeoutMs: 10_000 };

/** Let's Encrypt follows no more redirects. */
const MOST_REDIRECTS = 10;

/** Answers that lead elsewhere, where they say where to. */
const REDIRECTS = [301, 302, 303, 307, 308];

/** No way to addresses of this kind: what that says of the node is nothing. */
const NO_WAY = ["ENETUNREACH", "EADDRNOTAVAIL", "EAFNOSUPPORT", "EPERM", "EACCES", "EAI_AGAIN"];

/** Asks for a challenge's file as Let's Encrypt would. Of a body nothing is read. */
export class HttpChallenges implements Challenges {
  private readonly settings: typeof DEFAULTS;

  constructor(settings: Partial<typeof DEFAULTS> = {}) {
    this.settings = { ...DEFAULTS, ...settings };
  }

  async ask(name: string, addresses: readonly string[]): Promise<Reached[]> {
    const path = `/.well-known/acme-challenge/${randomBytes(16).toString("hex")}`;
    const first = new URL(`http://${name}:${this.settings.port}${path}`);
    return await Promise.all(
      addresses.map(async (address) => {
        try {
          return { address, result: "answers", detail: await this.follow(first, address) } as const;
        } catch (error) {
          const result = NO_WAY.includes(codeOf(error)) ? "untried" : "unreachable";
          return { address, result, detail: wordsOf(error) } as const;
        }
      }),
    );
  }

  // What is not the name itself is looked up as anybody would.
  private async follow(first: URL, address: string): Promise<string> {
    let url = first;
    let redirects = 0;
    for (;;) {
      const at = url.hostname === first.hostname ? address : await publicAddressOf(url);
      const { statusCode = 0, headers } = await this.get(url, at);
      if (!REDIRECTS.includes(statusCode) || !headers.location) return `HTTP ${statusCode}`;
      if (++redirects > MOST_REDIRECTS) throw new Refused(`more than ${MOST_REDIRECTS} redirects`);
      url = this.allowed(headers.location, url);
    }
  }

  private allowed(location: string, from: URL): URL {
    const url = URL.canParse(location, from.href) ? new URL(location, from.href) : null;
    const ports = [80, 443, this.settings.port];
    if (!url || !/^https?:$/.test(url.protocol) || !(url.port === "" || ports.includes(Number(url.port))))
      throw new Refused("redirects to another port than 80 or 443");
    if (isIP(url.hostname.replace(/^\[|\]$/g, "")))
      throw new Refused("redirects to an address instead of a name");
    return url;
  }

  private get(url: URL, address: string): Promise<IncomingMessage> {
    const isSecure = url.protocol === "https:";
    const { hostname, host, pathname, search } = url;
    const options = {
      host: address,
      port: url.port === "" ? (isSecure ? 443 : 80) : Number(url.port),
      path: `${pathname}${search}`,
      headers: { host, "user-agent": "hostenv-provider" },
      agent: false,
      // As for Let's Encrypt, who is still without a certificate may redirect to itself.
      ...(isSecure ? { servername: hostname, rejectUnauthorized: false } : {}),
    } as const;
    return new Promise((resolve, reject) => {
      const sent = (isSecure ? https : http)(options);
      const timer = setTimeout(() => sent.destroy(new Refused("no answer in time")), this.settings.timeoutMs);
      sent.once("response", (answer) => {
        resolve(answer);
        answer.destroy();
      });
      sent.on("error", reject);
      sent.once("close", () => clearTimeout(timer));
      sent.end();
    });
  }
}

/** What a server answered that an authority does not follow. */
class Refused extends Error {}

// A client's server must not lead us to what only this machine can reach.
const OWN = new BlockList();
for (const [net, prefix] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
] as const)
  OWN.addSubnet(net, prefix, "ipv4");
for (const [net, prefix] of [
  ["::", 127],
  ["fc00::", 7],
  ["fe80::", 10],
] as const)
  OWN.addSubnet(net, prefix, "ipv6");

async function publicAddressOf({ hostname }: URL): Promise<string> {
  const { address, family } = await lookup(hostname);
  if (!OWN.check(address, family === 6 ? "ipv6" : "ipv4")) return address;
  throw new Refused(`redirects to ${hostname}, an address that is not public`);
}

function codeOf(error: unknown): string {
  return typeof error === "object" && error !== null && "code" in error ? String(error.code) : "";
}

function wordsOf(error: unknown): string {
  return error instanceof Refused ? error.message : codeOf(error) || String(error);
}
