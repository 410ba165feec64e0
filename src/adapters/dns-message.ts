import type { DnsAnswer, DnsFailure, DnsQuestion, DnsReply, RecordType } from "../domain/dns/records.ts";
import { Reader } from "./dns-reader.ts";

/** How much of an answer may come in one datagram: what no network splits (DNS flag day 2020). */
const UDP_BYTES = 1232;

const HEADER_BYTES = 12;
/** Type and class. */
const QUESTION_BYTES = 4;
/** An OPT record without options (RFC 6891). */
const OPT_BYTES = 11;

/** RFC 1035, 2.3.4: what a name may take at most. */
const LONGEST_NAME = 255;
const LONGEST_LABEL = 63;

const IN = 1;
const OPT = 41;

/** Numbers of the types that are asked for. */
const TYPES: Readonly<Record<RecordType, number>> = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  MX: 15,
  AAAA: 28,
  CAA: 257,
};

const FLAG = {
  response: 0x8000,
  opcode: 0x7800,
  authoritative: 0x400,
  truncated: 0x200,
  recursive: 0x100,
  unchecked: 0x10,
};
const CODE = { noError: 0, formErr: 1, nxDomain: 3, notImp: 4, refused: 5, notAuth: 9 };

/** What a packet is to the question it answers. */
export type Heard =
  | { readonly kind: "reply"; readonly reply: DnsReply }
  /** The whole answer is to be had over TCP. */
  | { readonly kind: "truncated" }
  /** The server does not know EDNS, and perhaps nothing but that. */
  | { readonly kind: "no-edns" };

/** A question as a packet, `edns` with room for larger answers; null where its name fits into none. */
export function encoded(question: DnsQuestion, id: number, edns: boolean): Buffer | null {
  const { name } = question;
  const end = HEADER_BYTES + nameBytes(name) + QUESTION_BYTES;
  // From the pool that all share: memory of its own for each packet takes longer than the rest of it.
  const packet = Buffer.allocUnsafe(end + (edns ? OPT_BYTES : 0)).fill(0);
  const flags = (question.recursive ? FLAG.recursive : 0) | (question.checkingDisabled ? FLAG.unchecked : 0);
  packet.writeUInt16BE(id, 0);
  packet.writeUInt16BE(flags, 2);
  packet[5] = 1;
  if (!writeName(packet, HEADER_BYTES, name)) return null;
  packet.writeUInt16BE(TYPES[question.type], end - QUESTION_BYTES);
  packet[end - 1] = IN;
  if (edns) {
    packet[11] = 1;
    packet[end + 2] = OPT;
    packet.writeUInt16BE(UDP_BYTES, end + 3);
  }
  return packet;
}

// Each label takes a byte for its length, and so does the root.
function nameBytes(name: string): number {
  return name === "" ? 1 : name.length + 2;
}

function writeName(packet: Buffer, start: number, name: string): boolean {
  if (nameBytes(name) > LONGEST_NAME) return false;
  if (name === "") return true;
  let lengthAt = start;
  for (let index = 0; index <= name.length; index++) {
    const at = start + 1 + index;
    const isEnd = index === name.length;
    const code = isEnd ? DOT : name.charCodeAt(index);
    if (code > 0x7e || code < 0x21) return false;
    if (code !== DOT) {
      packet[at] = code;
      continue;
    }
    const length = at - lengthAt - 1;
    if (length === 0 || length > LONGEST_LABEL) return false;
    packet[lengthAt] = length;
    lengthAt = at;
  }
  return true;
}

const DOT = 0x2e;

/** The id of a packet; null where it is too short to be one. */
export function idOf(received: Buffer): number | null {
  return received.length < HEADER_BYTES ? null : received.readUInt16BE(0);
}

/**
 * Reads what came from the server that was asked, under the question's id. Null where it is not about the
 * question: it may be forged, and the answer may still come.
 */
export function heardIn(received: Buffer, sent: Buffer, question: DnsQuestion): Heard | null {
  const flags = received.readUInt16BE(2);
  if ((flags & (FLAG.response | FLAG.opcode)) !== FLAG.response) return null;
  const code = flags & 0xf;
  const isAnswer = code === CODE.noError || code === CODE.nxDomain;
  const end = HEADER_BYTES + nameBytes(question.name) + QUESTION_BYTES;
  if (!repeats(received, sent, end)) {
    // Servers that can't make sense of a packet may leave the question out; nothing is believed of them.
    return received.readUInt16BE(4) === 0 && !isAnswer ? failureHeard(code) : null;
  }
  if ((flags & FLAG.truncated) !== 0) return { kind: "truncated" };
  return isAnswer ? answerHeard(received, end, question.name) : failureHeard(code);
}

// The question comes back as it was sent, but for upper and lower case.
function repeats(received: Buffer, sent: Buffer, end: number): boolean {
  if (received.length < end || received.readUInt16BE(4) !== 1) return false;
  for (let at = HEADER_BYTES; at < end; at++) {
    const theirs = received[at] as number;
    const isUpper = theirs >= 0x41 && theirs <= 0x5a;
    if ((isUpper ? theirs + 0x20 : theirs) !== sent[at]) return false;
  }
  return true;
}

function failureHeard(code: number): Heard {
  if (code === CODE.formErr || code === CODE.notImp) return NO_EDNS;
  return failed(code === CODE.refused || code === CODE.notAuth ? "refused" : "servfail");
}

const NO_EDNS: Heard = { kind: "no-edns" };

function failed(reason: DnsFailure["reason"]): Heard {
  return { kind: "reply", reply: { kind: "failure", reason } };
}

function answerHeard(received: Buffer, start: number, name: string): Heard {
  const flags = received.readUInt16BE(2);
  try {
    const reader = new Reader(received, start, name);
    const answers = reader.records(received.readUInt16BE(6));
    const authorities = reader.records(received.readUInt16BE(8));
    reader.records(received.readUInt16BE(10));
    // The upper bits of the code: this version of EDNS is not known.
    if (reader.extendedCode !== 0) return NO_EDNS;
    const code: DnsAnswer["code"] = (flags & 0xf) === CODE.nxDomain ? "NXDOMAIN" : "NOERROR";
    const authoritative = (flags & FLAG.authoritative) !== 0;
    return { kind: "reply", reply: { kind: "answer", code, authoritative, answers, authorities } };
  } catch (error) {
    if (error instanceof RangeError) return failed("malformed");
    throw error;
  }
}
