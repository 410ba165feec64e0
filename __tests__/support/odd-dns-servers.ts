import { createSocket, type Socket as UdpSocket } from "node:dgram";
import { createServer, type Server, type Socket } from "node:net";
import {
  type Answer,
  AUTHORITATIVE_ANSWER,
  decode,
  encode,
  type Packet,
  type Question,
  TRUNCATED_RESPONSE,
} from "dns-packet";

type Transport = "udp" | "tcp";
type Send = (packet: Buffer) => void;

/** What a server does with a query, by transport; without `tcp`, connections are refused. */
export interface Behaviour {
  readonly udp: (query: Packet, send: Send) => void;
  readonly tcp?: (query: Packet, send: Send) => void;
}

const RESPONSE_CODES = { NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4, REFUSED: 5 };

/** Where misleading packets lead: an address for documentation that nobody else here uses. */
export const TRAP = "203.0.113.66";

/** Takes every query and never answers. */
export function blackhole(): Behaviour {
  return alike(() => {});
}

/** Answers every question for addresses, whatever the name, with this one. */
export function liar(address: string): Behaviour {
  return alike((query, send) => send(encode(response(query, { address }))));
}

/** Answers as `liar` does, but only after so many milliseconds. */
export function slow(address: string, milliseconds: number): Behaviour {
  return alike((query, send) => {
    setTimeout(() => send(encode(response(query, { address }))), milliseconds).unref();
  });
}

/** Answers with a response code only. */
export function failing(code: keyof typeof RESPONSE_CODES): Behaviour {
  return alike((query, send) => send(encode(response(query, { flags: RESPONSE_CODES[code] }))));
}

/** Sends nothing but "truncated" over UDP; over TCP it answers with the address, or refuses where that is null. */
export function truncating(address: string | null): Behaviour {
  const udp: Behaviour["udp"] = (query, send) => send(encode(response(query, { flags: TRUNCATED_RESPONSE })));
  return address === null ? { udp } : { udp, tcp: liar(address).udp };
}

/** Truncates over UDP, takes the connection over TCP, and closes it before any answer. */
export function hangingUp(): Behaviour {
  return { udp: truncating(null).udp, tcp: (_, send) => send(Buffer.alloc(0)) };
}

/** Garbage has neither id nor question of the query, a broken packet has both and ends too early. */
export type Misleading = "wrong id" | "wrong question" | "garbage" | "broken packet";

/** Sends first a packet that leads to TRAP or means nothing, as an attacker would, and then the answer. */
export function misleading(first: Misleading, address: string): Behaviour {
  return alike((query, send) => {
    send(trap(first, query));
    send(encode(response(query, { address })));
  });
}

function trap(kind: Misleading, query: Packet): Buffer {
  if (kind === "garbage") return Buffer.from("no DNS at all");
  if (kind === "broken packet") return encode(response(query, { address: TRAP })).subarray(0, -3);
  if (kind === "wrong id")
    return encode({ ...response(query, { address: TRAP }), id: ((query.id ?? 0) + 1) % 0x1_0000 });
  const questions = query.questions?.map((question) => ({ ...question, name: `not-${question.name}` })) ?? [];
  return encode(response({ ...query, questions }, { address: TRAP }));
}

function alike(act: Behaviour["udp"]): Behaviour {
  return { udp: act, tcp: act };
}

function response(query: Packet, { address = "", flags = 0 }: { address?: string; flags?: number }): Packet {
  const type = address.includes(":") ? "AAAA" : "A";
  const asked = query.questions?.filter((question) => address !== "" && question.type === type) ?? [];
  const answers = asked.map(({ name }): Answer => ({ type, name, ttl: 1, data: address }));
  const { id, questions } = query;
  return { type: "response", id, flags: AUTHORITATIVE_ANSWER | flags, questions, answers };
}

/** A DNS server on port 53 of an address that behaves in one odd way, and counts what it is asked. */
export class OddServer {
  /** Every question that arrived, in this order. */
  readonly asked: (Question & { over: Transport })[] = [];
  readonly address: string;
  private readonly behaviour: Behaviour;
  private readonly udp: UdpSocket = createSocket("udp4");
  private readonly tcp: Server = createServer((socket) => this.serve(socket));
  private readonly connections = new Set<Socket>();

  private constructor(address: string, behaviour: Behaviour) {
    this.address = address;
    this.behaviour = behaviour;
    this.udp.on("message", (bytes, peer) => {
      const send: Send = (packet) => this.udp.send(packet, peer.port, peer.address);
      this.behaviour.udp(this.note(bytes, "udp"), send);
    });
  }

  static async start(address: string, behaviour: Behaviour): Promise<OddServer> {
    const server = new OddServer(address, behaviour);
    await new Promise<void>((done, fail) => server.udp.once("error", fail).bind(53, address, done));
    if (behaviour.tcp)
      await new Promise<void>((done, fail) => server.tcp.once("error", fail).listen(53, address, done));
    return server;
  }

  /** How many queries came over a transport. */
  count(over: Transport): number {
    return this.asked.filter((question) => question.over === over).length;
  }

  async stop(): Promise<void> {
    for (const socket of this.connections) socket.destroy();
    await Promise.all([
      new Promise<void>((done) => this.udp.close(done)),
      this.tcp.listening && new Promise((done) => this.tcp.close(done)),
    ]);
  }

  private note(bytes: Buffer, over: Transport): Packet {
    const query = decode(bytes);
    for (const question of query.questions ?? []) this.asked.push({ ...question, over });
    return query;
  }

  private serve(socket: Socket): void {
    this.connections.add(socket);
    socket.once("close", () => this.connections.delete(socket)).on("error", () => {});
    let read = Buffer.alloc(0);
    socket.on("data", (part) => {
      read = Buffer.concat([read, part as Buffer]);
      while (read.length > 2 && read.length >= 2 + read.readUInt16BE()) {
        const end = 2 + read.readUInt16BE();
        this.behaviour.tcp?.(this.note(read.subarray(2, end), "tcp"), (packet) => sendOver(socket, packet));
        read = read.subarray(end);
      }
    });
  }
}

// Nothing to send means that the connection ends.
function sendOver(socket: Socket, packet: Buffer): void {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(packet.length);
  if (packet.length === 0) socket.end();
  else if (!socket.destroyed) socket.write(Buffer.concat([length, packet]));
}
