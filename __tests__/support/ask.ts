import { randomInt } from "node:crypto";
import { createSocket } from "node:dgram";
import { connect } from "node:net";
import {
  type Answer,
  CHECKING_DISABLED,
  type DecodedPacket,
  decode,
  encode,
  type OptAnswer,
  type Packet,
  RECURSION_DESIRED,
  type RecordType,
} from "dns-packet";

/** A DNS question, to be sent as it is: no retry, no fallback. */
export interface Ask {
  readonly server: string;
  readonly name: string;
  readonly type: RecordType;
  readonly tcp?: boolean;
  /** Ask a resolver not to validate (CD). */
  readonly unchecked?: boolean;
  /** Milliseconds until null is the answer. */
  readonly timeout?: number;
}

/** A packet with its response code, which the library decodes and does not declare. */
export type Answered = DecodedPacket & { readonly rcode: string };

const DO_BIT = 1 << 15;

/** The answer of one server to one question, null where none came in time or the connection was refused. */
export async function ask(question: Ask): Promise<Answered | null> {
  const { name, type, unchecked = false, timeout = 2_000 } = question;
  const query: Packet = {
    type: "query",
    id: randomInt(0x1_0000),
    flags: RECURSION_DESIRED | (unchecked ? CHECKING_DISABLED : 0),
    questions: [{ name, type }],
    additionals: [edns],
  };
  const send = question.tcp ? overTcp : overUdp;
  const answer = await send(question.server, encode(query), timeout);
  return answer && (decode(answer) as Answered);
}

/** The addresses among some records, in their order. */
export function addressesIn(records: readonly Answer[] = []): string[] {
  return records.flatMap((record) => (record.type === "A" || record.type === "AAAA" ? [record.data] : []));
}

const edns = {
  type: "OPT",
  name: ".",
  udpPayloadSize: 1232,
  flags: DO_BIT,
  flag_do: true,
  extendedRcode: 0,
  ednsVersion: 0,
  options: [],
} satisfies OptAnswer;

function overUdp(server: string, query: Buffer, timeout: number): Promise<Buffer | null> {
  const socket = createSocket("udp4");
  return new Promise((done) => {
    const end = (answer: Buffer | null) => {
      clearTimeout(timer);
      socket.close();
      done(answer);
    };
    const timer = setTimeout(() => end(null), timeout);
    // A connected socket is told that nobody listens.
    socket.once("error", () => end(null)).once("message", end);
    socket.connect(53, server, () => socket.send(query));
  });
}

function overTcp(server: string, query: Buffer, timeout: number): Promise<Buffer | null> {
  const socket = connect(53, server);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(query.length);
  return new Promise((done) => {
    const end = (answer: Buffer | null) => {
      socket.destroy();
      done(answer);
    };
    let read = Buffer.alloc(0);
    socket.setTimeout(timeout, () => end(null)).once("error", () => end(null));
    socket.once("close", () => end(null)).once("connect", () => socket.write(Buffer.concat([length, query])));
    socket.on("data", (part) => {
      read = Buffer.concat([read, part as Buffer]);
      if (read.length > 2 && read.length >= 2 + read.readUInt16BE()) end(read.subarray(2));
    });
  });
}
