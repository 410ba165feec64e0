import type { CaaProperty, DnsRecord } from "../domain/dns/records.ts";

/** RFC 1035, 2.3.4. */
const LONGEST_NAME = 255;

/** Where the question's name stands in every packet, as the pointer that answers begin with. */
const QUESTION = 0xc00c;

const IN = 1;

const NONE: readonly DnsRecord[] = [];

/**
 * Reads the records of a packet one after the other. Throws RangeError for whatever is not as it must be: a
 * length that leads out of the packet or the record, a pointer that does not lead back, and names that could
 * not be asked for as they are written here.
 */
export class Reader {
  /** Of the last OPT record: upper bits of the packet's code. */
  extendedCode = 0;
  private readonly packet: Buffer;
  private readonly asked: string;
  private at: number;
  private end: number;

  constructor(packet: Buffer, start: number, asked: string) {
    this.packet = packet;
    this.at = start;
    this.end = packet.length;
    this.asked = asked;
  }

  /** So many records; those of types that nobody asks for are left out. */
  records(count: number): readonly DnsRecord[] {
    if (count === 0) return NONE;
    const found: DnsRecord[] = [];
    for (let index = 0; index < count; index++) {
      const record = this.record();
      if (record !== null) found.push(record);
    }
    return found.length === 0 ? NONE : found;
  }

  private record(): DnsRecord | null {
    const name = this.name();
    const type = this.number(2);
    const group = this.number(2);
    const life = this.number(4);
    const length = this.number(2);
    if (type === OPT) this.extendedCode = life >>> 24;
    const end = this.at + length;
    if (end > this.packet.length) throw new RangeError("a record is cut off");
    this.end = end;
    const record = group === IN ? this.recordOf(name, type, length) : null;
    this.at = end;
    this.end = this.packet.length;
    return record;
  }

  private recordOf(name: string, type: number, length: number): DnsRecord | null {
    switch (type) {
      case 1:
        return { name, type: "A", data: this.exactly(length, 4).ipv4() };
      case 28:
        return { name, type: "AAAA", data: this.exactly(length, 16).ipv6() };
      case 2:
        return { name, type: "NS", data: this.name() };
      case 5:
        return { name, type: "CNAME", data: this.name() };
      case 6:
        return { name, type: "SOA", data: null };
      case 15:
        this.number(2);
        return { name, type: "MX", data: this.name() };
      case 257:
        return { name, type: "CAA", data: this.property() };
      default:
        return null;
    }
  }

  private exactly(length: number, wanted: number): this {
    if (length !== wanted) throw new RangeError("an address of another length");
    return this;
  }

  private number(bytes: number): number {
    if (this.at + bytes > this.end) throw new RangeError("a number is cut off");
    let value = 0;
    for (let index = 0; index < bytes; index++) value = value * 256 + (this.packet[this.at++] as number);
    return value;
  }

  private ipv4(): string {
    return `${this.number(1)}.${this.number(1)}.${this.number(1)}.${this.number(1)}`;
  }

  private ipv6(): string {
    const groups: number[] = [];
    for (let index = 0; index < 8; index++) groups.push(this.number(2));
    return ipv6Text(groups);
  }

  // Bit 1 is often set where bit 128 is meant, and Let's Encrypt takes it for that (boulder, va/caa.go).
  private property(): CaaProperty {
    const critical = (this.number(1) & 0x81) !== 0;
    const tag = this.text(this.number(1)).toLowerCase();
    return { critical, tag, value: this.text(this.end - this.at) };
  }

  private text(length: number): string {
    if (this.at + length > this.end) throw new RangeError("a text is cut off");
    this.at += length;
    return this.packet.toString("latin1", this.at - length, this.at);
  }

  private name(): string {
    // Nearly every record begins so; and the same string serves them all.
    const isAsked = this.packet[this.at] === QUESTION >> 8 && this.packet[this.at + 1] === (QUESTION & 0xff);
    if (isAsked && this.at + 2 <= this.end) {
      this.at += 2;
      return this.asked;
    }
    const labels: string[] = [];
    const after = this.labels(labels);
    if (after > this.end) throw new RangeError("a name is cut off");
    this.at = after;
    return labels.join(".").toLowerCase();
  }

  // Where what follows the name begins. A pointer ends a name, and leads to one that stands before it.
  private labels(labels: string[]): number {
    let [at, limit, after, bytes] = [this.at, this.at, 0, 1];
    for (;;) {
      const length = this.packet[at];
      if (length === undefined) throw new RangeError("a name is cut off");
      if (length === 0) return after || at + 1;
      if (length >= 0xc0) {
        const target = ((length & 0x3f) << 8) | (this.packet[at + 1] ?? 0xff);
        if (target >= limit) throw new RangeError("a pointer does not lead back");
        after ||= at + 2;
        [at, limit] = [target, target];
        continue;
      }
      bytes += length + 1;
      if (length >= 0x40 || bytes > LONGEST_NAME) throw new RangeError("a label or a name is too long");
      labels.push(this.label(at + 1, length));
      at += length + 1;
    }
  }

  // What is not printed, or has a dot in it, would be another name once it is written here.
  private label(start: number, length: number): string {
    if (start + length > this.packet.length) throw new RangeError("a label is cut off");
    for (let at = start; at < start + length; at++) {
      const byte = this.packet[at] as number;
      if (byte < 0x21 || byte > 0x7e || byte === DOT) throw new RangeError("a label can't be written");
    }
    return this.packet.toString("latin1", start, start + length);
  }
}

const DOT = 0x2e;
const OPT = 41;

/** RFC 5952: without leading zeros, and the first of the longest runs of zeros as `::`. */
function ipv6Text(groups: readonly number[]): string {
  let [first, longest] = [-1, 1];
  for (let start = 0; start < 8; start++) {
    let end = start;
    while (end < 8 && groups[end] === 0) end++;
    if (end - start > longest) [first, longest] = [start, end - start];
    start = Math.max(start, end);
  }
  const hex = (from: number, to: number) =>
    groups
      .slice(from, to)
      .map((group) => group.toString(16))
      .join(":");
  return first < 0 ? hex(0, 8) : `${hex(0, first)}::${hex(first + longest, 8)}`;
}
