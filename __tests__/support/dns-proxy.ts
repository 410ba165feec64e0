import { createSocket } from "node:dgram";
import { encode, type Packet, TRUNCATED_RESPONSE } from "dns-packet";
import type { Behaviour } from "./odd-dns-servers.ts";

/** What a proxy does to the answers of the server behind it. */
export interface Meddling {
  /** Milliseconds by which each is late. */
  readonly late?: number;
  /** Leaves answers out of datagrams, and passes them on over TCP, or refuses connections. */
  readonly cut?: "tcp" | "no tcp";
  /** What is sent instead; null for what the server says, undefined for nothing at all. */
  readonly instead?: (query: Packet) => Buffer | null | undefined;
}

/** Passes questions on to a server at port 53 of an address, and its answers back, less what it meddles with. */
export function proxy(address: string, { late = 0, cut, instead }: Meddling = {}): Behaviour {
  const pass: Behaviour["udp"] = (query, send) => {
    const said = instead ? instead(query) : null;
    if (said === undefined) return;
    if (said) send(said);
    else
      void answerOf(address, query).then((answer) => answer && setTimeout(() => send(answer), late).unref());
  };
  if (cut === undefined) return { udp: pass, tcp: pass };
  const udp: Behaviour["udp"] = (query, send) => send(bare(query, TRUNCATED_RESPONSE));
  return cut === "tcp" ? { udp, tcp: pass } : { udp };
}

/** An answer without records. */
function bare({ id = 0, questions = [] }: Packet, flags: number): Buffer {
  return encode({ type: "response", id, flags, questions });
}

function answerOf(address: string, query: Packet): Promise<Buffer | null> {
  const socket = createSocket("udp4");
  return new Promise((resolve) => {
    const end = (answer: Buffer | null) => {
      clearTimeout(timer);
      socket.close();
      resolve(answer);
    };
    const timer = setTimeout(() => end(null), 20_000).unref();
    socket.once("error", () => end(null)).once("message", end);
    socket.connect(53, address, () => socket.send(encode(query)));
  });
}

/** An answer of no more than these flags to the questions of which `isMeant` is true. */
export function withFlags(flags: number, isMeant: (name: string, type: string) => boolean) {
  return (query: Packet): Buffer | null => {
    const { name = "", type = "" } = query.questions?.[0] ?? {};
    return isMeant(name, type) ? bare(query, flags) : null;
  };
}
