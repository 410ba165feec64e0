import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import type { JsonValue } from "../domain/json.ts";
import { HostenvError } from "../errors.ts";
import type { Webhook } from "../ports/webhook.ts";

/** Each attempt may take so long. */
const MOST_MILLISECONDS = 10_000;

/** What a service refuses, it refuses again; a fault that passes is met by so many attempts more. */
const RETRIES = 2;

/** Hosts that lead nowhere but to this machine. */
const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];

/** What a test may put in the place of the system's. */
export interface WebhookOptions {
  /** Authorities, as PEM, in the place of Node's own. */
  readonly ca?: string;
  readonly milliseconds?: number;
  readonly pauseMilliseconds?: number;
}

/** POSTs JSON. Redirects are not followed: they would take it to where nobody wanted it. */
export class HttpWebhook implements Webhook {
  private readonly options: WebhookOptions;
  private readonly userAgent: string;

  constructor(version: string, options: WebhookOptions = {}) {
    this.options = options;
    this.userAgent = `hostenv-provider/${version}`;
  }

  async send(address: string, document: JsonValue): Promise<void> {
    const url = checked(address);
    const body = JSON.stringify(document);
    for (let attempt = 0; ; attempt++) {
      const status = await this.post(url, body).catch((error: Error) => error);
      if (typeof status === "number" && status >= 200 && status < 300) return;
      const mayPass = typeof status !== "number" || status === 429 || status >= 500;
      if (!mayPass || attempt === RETRIES) throw refused(url, status);
      await this.pause(2 ** attempt);
    }
  }

  private post(url: URL, body: string): Promise<number> {
    const isTls = url.protocol === "https:";
    const milliseconds = this.options.milliseconds ?? MOST_MILLISECONDS;
    const headers = {
      "content-type": "application/json",
      "content-length": Buffer.byteLength(body),
      "user-agent": this.userAgent,
    };
    const { ca } = this.options;
    const options = { method: "POST", headers, agent: false, signal: AbortSignal.timeout(milliseconds) };
    return new Promise((resolve, reject) => {
      const sent = (isTls ? httpsRequest : httpRequest)(url, {
        ...options,
        ...(ca === undefined ? {} : { ca }),
      });
      sent.once("error", reject);
      sent.once("response", (response) => {
        // What it answers besides is nobody's business here.
        response.destroy();
        resolve(response.statusCode ?? 0);
      });
      sent.end(body);
    });
  }

  private pause(seconds: number): Promise<void> {
    const milliseconds = this.options.pauseMilliseconds ?? 1_000;
    return new Promise((resolve) => setTimeout(resolve, seconds * milliseconds));
  }
}

function checked(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url?.protocol === "https:" || (url?.protocol === "http:" && LOOPBACK.includes(url.hostname)))
    return url;
  const what = url === null ? "is no address" : `begins with ${url.protocol}//`;
  throw new HostenvError(
    "webhook-address",
    `the webhook's address ${what}`,
    "give an address that begins with https://; http:// is taken for this machine alone",
  );
}

function refused(url: URL, answer: number | Error): HostenvError {
  const why =
    typeof answer === "number"
      ? `answers with HTTP ${answer}${answer >= 300 && answer < 400 ? ", a redirect, which is not followed" : ""}`
      : `does not answer: ${reason(answer)}`;
  return new HostenvError(
    "webhook-failed",
    `the webhook at ${url.host} ${why}`,
    "check the address, and whether the service is up",
    answer instanceof Error ? answer : undefined,
  );
}

// Node's messages may hold the whole address.
function reason(error: Error): string {
  if (error.name === "AbortError" || error.name === "TimeoutError") return "it takes too long";
  return (error as NodeJS.ErrnoException).code ?? error.name;
}
