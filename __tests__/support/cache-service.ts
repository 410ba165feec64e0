import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** The cache service of GitHub Actions, as far as its client asks it: entries in memory, blobs beside it. */
export class CacheService {
  /** Names of the service's methods and of blob requests, in the order of arrival. */
  readonly asked: string[] = [];
  /** Contents by key. */
  readonly entries = new Map<string, Buffer>();
  /** Answers everything with 500. */
  broken = false;
  private readonly server: Server;
  private readonly blobs = new Map<string, Buffer[]>();

  private constructor() {
    this.server = createServer((request, response) => void this.answer(request, response));
  }

  static async start(): Promise<CacheService> {
    const service = new CacheService();
    await new Promise<void>((resolve) => service.server.listen(0, "127.0.0.1", resolve));
    return service;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** What the runner sets for a step. */
  get env(): NodeJS.ProcessEnv {
    return {
      ACTIONS_RESULTS_URL: `${this.url}/`,
      ACTIONS_RUNTIME_TOKEN: "runtime-token",
      ACTIONS_CACHE_SERVICE_V2: "1",
      GITHUB_SERVER_URL: "https://github.com",
    };
  }

  private get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const url = new URL(request.url ?? "/", this.url);
    const method = url.pathname.split("/").at(-1) as string;
    if (url.pathname.startsWith("/twirp/")) this.asked.push(method);
    if (this.broken) response.writeHead(500).end("{}");
    else if (url.pathname.startsWith("/twirp/")) this.twirp(method, JSON.parse(body.toString()), response);
    else this.blob(request, url, body, response);
  }

  private twirp(
    method: string,
    asked: { key: string; restore_keys?: string[] },
    response: ServerResponse,
  ): void {
    const name = encodeURIComponent(asked.key);
    const found = [asked.key, ...(asked.restore_keys ?? [])]
      .flatMap((wanted) => [...this.entries.keys()].filter((key) => key.startsWith(wanted)))
      .at(0);
    const answers: Record<string, object> = {
      CreateCacheEntry: {
        ok: !this.entries.has(asked.key),
        signed_upload_url: `${this.url}/cache/blobs/${name}?sig=x`,
      },
      FinalizeCacheEntryUpload: { ok: true, entry_id: "1" },
      GetCacheEntryDownloadURL: found
        ? {
            ok: true,
            matched_key: found,
            signed_download_url: `${this.url}/cache/blobs/${encodeURIComponent(found)}?sig=x`,
          }
        : { ok: false, matched_key: "", signed_download_url: "" },
    };
    if (method === "FinalizeCacheEntryUpload")
      this.entries.set(asked.key, Buffer.concat(this.blobs.get(name) ?? []));
    response
      .writeHead(200, { "content-type": "application/json" })
      .end(JSON.stringify(answers[method] ?? {}));
  }

  // Blocks come one by one, or the blob as a whole; a list of blocks ends it.
  private blob(request: IncomingMessage, url: URL, body: Buffer, response: ServerResponse): void {
    const name = url.pathname.split("/").at(-1) as string;
    if (request.method === "PUT") {
      const isList = url.searchParams.get("comp") === "blocklist";
      if (!isList) this.blobs.set(name, [...(this.blobs.get(name) ?? []), body]);
      response.writeHead(201, { etag: '"1"', "last-modified": new Date().toUTCString() }).end();
      return;
    }
    const content = this.entries.get(decodeURIComponent(name)) ?? Buffer.alloc(0);
    const [, from, to] = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? "") ?? [];
    const part = from === undefined ? content : content.subarray(Number(from), Number(to) + 1);
    response.writeHead(from === undefined ? 200 : 206, {
      "content-length": String(part.length),
      ...(from === undefined ? {} : { "content-range": `bytes ${from}-${to}/${content.length}` }),
    });
    response.end(request.method === "HEAD" ? undefined : part);
  }
}
