import { z } from "zod";
import type { JsonObject, JsonValue } from "../domain/json.ts";
import { HostenvError, UsageError } from "../errors.ts";
import type { Timer } from "../ports/time.ts";
import { Budget } from "./cloudflare-budget.ts";

/** A request is given up after so many milliseconds. */
const TIMEOUT_MS = 30_000;

/** An answer of more bytes is none: a page of 1,000 records of the greatest length has a third of it. */
const LARGEST_ANSWER = 16 * 1024 * 1024;

/** A request that may be repeated is sent so many times. */
const ATTEMPTS = 4;

/** No limit of Cloudflare's lasts longer: requests are refused for 5 minutes. Longer waits are not waited. */
const LONGEST_WAIT_SECONDS = 310;

/** Most characters of what the server says that get into a message. */
const LONGEST_MESSAGE = 200;

const envelope = z.looseObject({
  success: z.boolean(),
  errors: z.array(z.looseObject({ code: z.number(), message: z.string() })).default([]),
});

/** An answer in Cloudflare's form. */
export interface Answer {
  readonly kind: "answer";
  readonly status: number;
  readonly ok: boolean;
  readonly body: JsonObject;
  /** Codes and messages of what was refused, in one line; empty where nothing was. */
  readonly errors: string;
  readonly retryAfter: number | null;
}

/** No answer in Cloudflare's form: whether the request did anything is not known. */
export interface Lost {
  readonly kind: "lost";
  readonly reason: string;
  /** Of HTTP, where something came. */
  readonly status: number | null;
  readonly retryAfter: number | null;
}

/** A request. */
export interface Request {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly query?: Readonly<Record<string, number>>;
  readonly body?: JsonObject;
}

/** What a client needs. */
export interface ClientSettings {
  readonly token: string;
  /** With `/client/v4`, without a slash at the end. */
  readonly url: string;
  readonly timer: Timer;
  /** Is told when it has to wait. */
  readonly note: (text: string) => void;
  readonly timeoutMs?: number;
}

/** Cloudflare's API with the token, patient with its limits and passing faults. */
export class CloudflareClient {
  private readonly settings: ClientSettings;
  private readonly budget: Budget;
  private readonly base: string;

  /** Throws HostenvError `cloudflare-token` where the token is none, UsageError where the address is none. */
  constructor(settings: ClientSettings) {
    refuseUnusable(settings.token);
    this.settings = settings;
    this.base = checkedUrl(settings.url);
    this.budget = new Budget(settings.timer);
  }

  /** The answer to a request that changes nothing, asked for again where it does not come. */
  async read(request: Omit<Request, "method" | "body">, what: string): Promise<Answer> {
    for (let attempt = 1; ; attempt++) {
      const reply = await this.send({ ...request, method: "GET" });
      const isPassing = reply.kind === "lost" || reply.status === 429 || reply.status >= 500;
      if (!isPassing) return reply;
      if (attempt >= ATTEMPTS || !(await this.waited(reply, attempt))) throw unreadable(reply, what);
    }
  }

  /** Waits as long as the server says, else longer each time; false where that would be too long. */
  async waited({ retryAfter, status }: Answer | Lost, attempt: number): Promise<boolean> {
    const seconds = retryAfter ?? 2 ** (attempt - 1);
    if (seconds > LONGEST_WAIT_SECONDS) return false;
    const why = status === 429 ? "limits our requests" : "does not answer";
    this.settings.note(`Cloudflare ${why}: trying again in ${seconds} s`);
    await this.settings.timer.sleep(seconds);
    return true;
  }

  /** Sends a request once. Never throws. */
  async send(request: Request): Promise<Answer | Lost> {
    await this.budget.take();
    try {
      return await this.exchanged(request);
    } catch (error) {
      return lost(reasonOf(error), null, null);
    }
  }

  private async exchanged({ method, path, query = {}, body }: Request): Promise<Answer | Lost> {
    const words = new URLSearchParams();
    for (const [key, value] of Object.entries(query)) words.set(key, String(value));
    const { token, timeoutMs = TIMEOUT_MS } = this.settings;
    const response = await fetch(`${this.base}${path}${words.size > 0 ? `?${words}` : ""}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body ? { "content-type": "application/json" } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
      // The token belongs to this server and to none that it names.
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await textOf(response);
    return this.replyOf(response, text);
  }

  private replyOf(response: Response, text: string | null): Answer | Lost {
    const { status } = response;
    const retryAfter = secondsIn(response.headers.get("retry-after"));
    if (text === null) return lost(`an answer of more than ${LARGEST_ANSWER} bytes`, status, retryAfter);
    if (status >= 300 && status < 400) return lost(`a redirect, which is not followed`, status, retryAfter);
    const parsed = envelope.safeParse(jsonIn(text));
    if (!parsed.success) return lost(`HTTP ${status}, and not in Cloudflare's form`, status, retryAfter);
    const { success, errors } = parsed.data;
    const told = errors.map(({ code, message }) => `${code} ${message}`).join("; ");
    return {
      kind: "answer",
      status,
      ok: status === 200 && success,
      body: parsed.data as JsonObject,
      errors: this.harmless(told),
      retryAfter,
    };
  }

  // Whoever answers can say anything, our token too, which he has.
  private harmless(text: string): string {
    const plain = text.replaceAll(this.settings.token, "***").replace(/\s+/g, " ");
    return plain.length > LONGEST_MESSAGE ? `${plain.slice(0, LONGEST_MESSAGE)}…` : plain;
  }
}

function lost(reason: string, status: number | null, retryAfter: number | null): Lost {
  return { kind: "lost", reason, status, retryAfter };
}

// A body of which too much comes is not read to its end.
async function textOf(response: Response): Promise<string | null> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > LARGEST_ANSWER) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function jsonIn(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return null;
  }
}

// In seconds, or a date, which a server with another clock may set.
function secondsIn(header: string | null): number | null {
  if (header === null) return null;
  if (/^\d+$/.test(header)) return Number(header);
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, Math.ceil((at - Date.now()) / 1000));
}

// fetch hides why behind "fetch failed".
function reasonOf(error: unknown): string {
  const { name, cause } = error as { name?: string; cause?: { code?: string } };
  if (name === "TimeoutError") return "no answer in time";
  return `no connection${typeof cause?.code === "string" ? ` (${cause.code})` : ""}`;
}

function unreadable(reply: Answer | Lost, what: string): HostenvError {
  const said = reply.kind === "lost" ? reply.reason : `HTTP ${reply.status}: ${reply.errors}`;
  if (reply.status === 429) {
    const hint = "run it again in 5 minutes, and check what else uses the token's account";
    return new HostenvError("cloudflare-limited", `Cloudflare does not ${what}: ${said}`, hint);
  }
  const hint = "run it again; https://www.cloudflarestatus.com tells of outages. Nothing was written";
  return new HostenvError("cloudflare-unreachable", `Cloudflare does not ${what}: ${said}`, hint);
}

// What a token is made of: https://developers.cloudflare.com/fundamentals/api/get-started/token-formats/
function refuseUnusable(token: string): void {
  const hint = "make an API token as docs/cloudflare.md shows, and give it as CF_API_TOKEN";
  if (/^[\da-f]{37}$/.test(token) || token.startsWith("cfk_")) {
    const why = "CF_API_TOKEN holds a Global API Key, which may do everything with every zone of its user";
    throw new HostenvError("cloudflare-token", why, hint);
  }
  if (/^[\w-]{20,200}$/.test(token)) return;
  throw new HostenvError("cloudflare-token", "CF_API_TOKEN holds something that is no API token", hint);
}

// A token in clear text is for this machine's own servers alone.
function checkedUrl(given: string): string {
  const url = URL.canParse(given) ? new URL(given) : null;
  const isLocal = url !== null && /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(url.hostname);
  const isSafe = url?.protocol === "https:" || (url?.protocol === "http:" && isLocal);
  if (url && isSafe && url.username === "" && url.password === "" && url.search === "" && url.hash === "")
    return url.href.replace(/\/+$/, "");
  const hint = "give an address such as https://api.cloudflare.com/client/v4; http:// only for this machine";
  throw new UsageError("--cf-api-url is no address that a token may be sent to", hint);
}
