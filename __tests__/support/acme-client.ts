import { createHash, generateKeyPairSync, type JsonWebKey, type KeyObject, sign } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { request } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";

/** What an ACME server says against something, as RFC 8555 has it: `urn:ietf:params:acme:error:dns` and so on. */
export interface Problem {
  readonly type: string;
  readonly detail: string;
}

/** How the validation of a hostname ended. */
export type Validated =
  | { readonly status: "valid" }
  | { readonly status: "invalid"; readonly problem: Problem };

/** Makes `content` readable at `http://<hostname><path>`. */
export type Publish = (path: string, content: string) => void | Promise<void>;

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  // biome-ignore lint/suspicious/noExplicitAny: documents of many shapes, read in the few lines below
  readonly body: any;
}

const POLL_MS = 100;

/** What becomes of an order whose hostname may be proved in other ways only: a wildcard's. */
const NOT_OFFERED: Problem = { type: "none", detail: "the server offers no HTTP-01 for it" };

/**
 * Orders a certificate with a new account and has the hostname validated by HTTP-01: all of ACME up to the
 * question whether a certificate could be issued. It is not issued.
 */
export async function validateByHttp(
  { directory, ca }: { directory: string; ca: string },
  hostname: string,
  publish: Publish,
): Promise<Validated> {
  const account = await Account.open(directory, ca);
  const order = await account.post(account.urls.newOrder, {
    identifiers: [{ type: "dns", value: hostname }],
  });
  if (order.status >= 400) return { status: "invalid", problem: order.body };
  const authorization = order.body.authorizations[0];
  const { challenges } = (await account.post(authorization)).body;
  const challenge = challenges.find(({ type }: { type: string }) => type === "http-01");
  if (!challenge) return { status: "invalid", problem: NOT_OFFERED };
  await publish(`/.well-known/acme-challenge/${challenge.token}`, `${challenge.token}.${account.thumbprint}`);
  await account.post(challenge.url, {});
  return await outcome(account, authorization);
}

async function outcome(account: Account, authorization: string): Promise<Validated> {
  for (;;) {
    const { status, challenges } = (await account.post(authorization)).body;
    if (status === "valid") return { status };
    if (status === "invalid") {
      const { type, detail } = challenges.find(({ error }: { error?: Problem }) => error).error;
      return { status, problem: { type, detail } };
    }
    await sleep(POLL_MS);
  }
}

/** An account, and the signed requests that it sends (RFC 8555, 6.2). */
class Account {
  readonly urls: Record<"newNonce" | "newAccount" | "newOrder", string>;
  private readonly ca: string;
  private readonly key: KeyObject;
  private readonly jwk: JsonWebKey;
  private url: string | undefined;
  private nonce: string | undefined;

  private constructor(urls: Account["urls"], ca: string) {
    this.urls = urls;
    this.ca = ca;
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    this.key = privateKey;
    // In the order that the thumbprint takes them (RFC 7638).
    const { crv, kty, x, y } = publicKey.export({ format: "jwk" });
    this.jwk = { crv, kty, x, y } as JsonWebKey;
  }

  static async open(directory: string, ca: string): Promise<Account> {
    const account = new Account((await send("GET", directory, ca)).body, ca);
    const { headers } = await account.post(account.urls.newAccount, { termsOfServiceAgreed: true });
    account.url = headers.location;
    return account;
  }

  get thumbprint(): string {
    return createHash("sha256").update(JSON.stringify(this.jwk)).digest("base64url");
  }

  /** Sends a signed request; without a payload it only reads (POST-as-GET). */
  async post(url: string, payload?: object): Promise<Answer> {
    this.nonce ??= (await send("HEAD", this.urls.newNonce, this.ca)).headers["replay-nonce"] as string;
    const who = this.url ? { kid: this.url } : { jwk: this.jwk };
    const head = encoded(JSON.stringify({ alg: "ES256", nonce: this.nonce, url, ...who }));
    const body = payload ? encoded(JSON.stringify(payload)) : "";
    const signature = sign("sha256", Buffer.from(`${head}.${body}`), {
      key: this.key,
      dsaEncoding: "ieee-p1363",
    });
    const jws = { protected: head, payload: body, signature: signature.toString("base64url") };
    const answer = await send("POST", url, this.ca, JSON.stringify(jws));
    this.nonce = answer.headers["replay-nonce"] as string | undefined;
    return answer;
  }
}

function encoded(text: string): string {
  return Buffer.from(text).toString("base64url");
}

function send(method: string, url: string, ca: string, body?: string): Promise<Answer> {
  const headers = body ? { "content-type": "application/jose+json" } : {};
  return new Promise((done, fail) => {
    const sent = request(url, { method, ca, headers, agent: false }, async (response) => {
      const parts: Buffer[] = [];
      for await (const part of response) parts.push(part as Buffer);
      const text = Buffer.concat(parts).toString();
      const isJson = /json/.test(response.headers["content-type"] ?? "");
      done({
        status: response.statusCode as number,
        headers: response.headers,
        body: isJson ? JSON.parse(text) : text,
      });
    });
    sent.once("error", fail).end(body);
  });
}
