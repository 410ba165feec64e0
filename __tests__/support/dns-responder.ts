import { createSocket, type RemoteInfo } from "node:dgram";
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import packet, { type DecodedPacket, type Packet } from "dns-packet";

/** A packet that came. */
export interface Came {
  readonly query: DecodedPacket;
  readonly bytes: Buffer;
  readonly from: RemoteInfo;
}

/** What to send back: packets, now. */
export type Respond = (came: Came, count: number) => readonly (Buffer | Partial<Packet>)[];

/** A server on this machine that replies what a test says. */
export interface Responder {
  /** As questions name it. */
  readonly address: string;
  readonly port: number;
  readonly came: readonly Came[];
  send(to: Came, reply: Buffer | Partial<Packet>): void;
  close(): Promise<void>;
}

/** A reply to a query, as bytes. */
export function replyTo({ query }: Pick<Came, "query">, given: Partial<Packet> = {}): Buffer {
  return packet.encode({
    type: "response",
    id: query.id ?? 0,
    questions: query.questions ?? [],
    flags: packet.AUTHORITATIVE_ANSWER,
    ...given,
  });
}

/** Starts a server over UDP, and over TCP where `overTcp` says what to do with a connection. */
export async function responder(
  respond: Respond,
  overTcp?: (socket: Socket, query: () => Promise<Came>) => void,
): Promise<Responder> {
  const udp = createSocket("udp4");
  const came: Came[] = [];
  const send = (to: Came, reply: Buffer | Partial<Packet>) =>
    udp.send(Buffer.isBuffer(reply) ? reply : replyTo(to, reply), to.from.port, to.from.address);
  udp.on("message", (bytes, from) => {
    const one = { query: packet.decode(bytes), bytes, from };
    came.push(one);
    for (const reply of respond(one, came.length)) send(one, reply);
  });
  udp.bind(0, "127.0.0.1");
  await once(udp, "listening");
  const { port } = udp.address();
  const tcp = createServer((socket) => {
    socket.on("error", () => {});
    overTcp?.(socket, () => queryOn(socket));
  });
  if (overTcp) {
    tcp.listen(port, "127.0.0.1");
    await once(tcp, "listening");
  }
  const sockets = new Set<Socket>();
  tcp.on("connection", (socket) => sockets.add(socket));
  return {
    address: `127.0.0.1:${port}`,
    port,
    came,
    send,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      udp.close();
      if (overTcp) await new Promise((resolve) => tcp.close(resolve));
    },
  };
}

async function queryOn(socket: Socket): Promise<Came> {
  let received = Buffer.alloc(0);
  for await (const [chunk] of on(socket)) {
    received = Buffer.concat([received, chunk]);
    if (received.length > 2 && received.length >= 2 + received.readUInt16BE(0)) break;
  }
  const bytes = received.subarray(2);
  return { query: packet.decode(bytes), bytes, from: { address: "", family: "IPv4", port: 0, size: 0 } };
}

async function* on(socket: Socket): AsyncGenerator<[Buffer]> {
  for (;;) yield (await once(socket, "data")) as [Buffer];
}

/** A message as TCP carries it. */
export function framed(message: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(message.length);
  return Buffer.concat([length, message]);
}
