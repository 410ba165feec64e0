/** Cloudflare's API on this machine: zones in memory, served over HTTP. */

export interface Record {
  id: string;
  type: string;
  /** Fully qualified, in A-labels. */
  name: string;
  content: string;
  /** 1 is automatic. */
  ttl: number;
  proxied: boolean;
  comment: string | null;
  tags: string[];
  created_on: string;
  modified_on: string;
}

export interface Zone {
  id: string;
  name: string;
  status: "initializing" | "pending" | "active" | "moved";
  type: "full" | "partial" | "secondary" | "internal";
  plan: "free" | "pro" | "business" | "enterprise";
  paused: boolean;
  account: { id: string; name: string };
  records: Record[];
}

/** What arrived. `path` has neither the base nor the query; the header with the token is left out. */
export interface LoggedRequest {
  method: string;
  path: string;
  query: { [word: string]: string };
  /** Parsed JSON; undefined where there was no body. */
  body: unknown;
  headers: { [name: string]: string | string[] | undefined };
  url: string;
  /** Null until it is answered, and where the connection was closed instead. */
  status: number | null;
}

export interface Fault {
  method?: string;
  /** Matched against the path without base and query. */
  path?: RegExp;
  /** How many matching requests; default 1. */
  times?: number;
  /** What is answered; without it, Cloudflare's own answer, after the delay. */
  status?: number;
  headers?: { [name: string]: string };
  /** An object is sent as JSON, a text as HTML; default an error of Cloudflare's. */
  body?: object | string;
  /** The request has its effect all the same. */
  apply?: boolean;
  /** As `apply`, but only once the delay has passed. */
  applyLate?: boolean;
  /** The connection is closed instead of an answer. */
  drop?: boolean;
  /** Milliseconds before the answer. */
  delay?: number;
}

export type Contents = Pick<Record, "type" | "name" | "content" | "ttl" | "proxied" | "comment" | "tags">;

export interface CloudflareApi {
  /** With `/client/v4`. */
  readonly url: string;
  readonly elsewhereUrl: string;
  /** A user's token that may edit every zone. */
  readonly token: string;
  readonly zones: Zone[];
  /** At most so many a page, whatever is asked for. */
  largestPage: number;
  /** In the order of arrival. */
  readonly requests: LoggedRequest[];
  /** What arrived at the other origin. */
  readonly elsewhere: { url: string; headers: object }[];
  /**
   * Every way in which a request or an answer differs from what Cloudflare publishes; unknown keys count. Answers of
   * faults are exempt.
   */
  readonly violations: string[];

  addZone(zone: Partial<Omit<Zone, "id" | "records" | "account">> & { name: string; account?: string }): Zone;
  zoneNamed(name: string): Zone;
  addRecord(
    zone: string,
    record: Pick<Record, "type" | "name" | "content"> & Partial<Record> & { priority?: number },
  ): Record;
  /** As somebody does it in the dashboard. */
  changeRecord(record: Record, changes: Partial<Record>): Record;
  removeRecord(zone: string, record: Record): void;
  /** Records of a zone, or of one of its names, sorted, without ids and times. */
  contents(zone: string, name?: string): Contents[];
  addToken(
    secret: string,
    token?: {
      kind?: "user" | "account";
      status?: "active" | "disabled" | "expired";
      /** Names; all zones where not given. */
      zones?: string[];
      read?: boolean;
      edit?: boolean;
      account?: string;
    },
  ): void;
  /** The next matching requests are answered so. Of several, the one that was set first. */
  fault(fault: Fault): Fault & { times: number };
  /** Runs callback when a matching request has arrived, before it is looked at; gives how to stop that. */
  before(
    method: string,
    path: RegExp,
    callback: (request: LoggedRequest) => void | Promise<void>,
  ): () => void;
  close(): Promise<void>;
}

export function startCloudflareApi(options?: { token?: string }): Promise<CloudflareApi>;
