import { connect, type Socket } from "node:net";
import type { DnsQuestion, DnsReply } from "../domain/dns/records.ts";
import { heardIn, idOf } from "./dns-message.ts";
import type { Endpoint } from "./dns-udp.ts";

/** A question as it goes over TCP. */
export interface TcpQuestion {
  readonly endpoint: Endpoint;
  readonly question: DnsQuestion;
  readonly packet: Buffer;
}

/**
 * Asks over TCP, on a connection of its own; `onReply` is called once. What keeps the answer away is
 * `truncated`: a part of it has come before. Returns what gives up.
 */
export function askOverTcp(
  { endpoint, question, packet }: TcpQuestion,
  milliseconds: number,
  onReply: (reply: DnsReply) => void,
): () => void {
  const socket = connect({ host: endpoint.host, port: endpoint.port });
  let isDone = false;
  const done = (reply: DnsReply) => {
    if (isDone) return;
    isDone = true;
    clearTimeout(timer);
    socket.destroy();
    onReply(reply);
  };
  const gone = () => done(TRUNCATED);
  // In all, not between two bytes: a server may send one a second.
  const timer = setTimeout(gone, milliseconds);
  socket
    .on("error", gone)
    .on("close", gone)
    .on("connect", () => socket.write(framed(packet)));
  onMessage(socket, (message) => done(replyIn(message, packet, question)));
  return gone;
}

const TRUNCATED: DnsReply = { kind: "failure", reason: "truncated" };

function framed(packet: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(packet.length);
  return Buffer.concat([length, packet]);
}

// The first message only; its length, of two bytes, limits what is kept.
function onMessage(socket: Socket, take: (message: Buffer) => void): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  let end = Number.POSITIVE_INFINITY;
  socket.on("data", (chunk: Buffer) => {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes < 2 || (bytes < end && end < Number.POSITIVE_INFINITY)) return;
    const received = Buffer.concat(chunks);
    end = 2 + received.readUInt16BE(0);
    if (bytes >= end) take(received.subarray(2, end));
  });
}

function replyIn(message: Buffer, packet: Buffer, question: DnsQuestion): DnsReply {
  const heard = idOf(message) === packet.readUInt16BE(0) ? heardIn(message, packet, question) : null;
  return heard?.kind === "reply" ? heard.reply : TRUNCATED;
}
