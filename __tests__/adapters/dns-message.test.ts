import { describe, expect, test } from "@jest/globals";
import packet, { type Answer } from "dns-packet";
import fc from "fast-check";
import { encoded, type Heard, heardIn, idOf } from "../../src/adapters/dns-message.ts";
import { canonicalAddress } from "../../src/domain/dns/addresses.ts";
import { normalised } from "../../src/domain/dns/names.ts";
import type { DnsQuestion } from "../../src/domain/dns/records.ts";

// Another's codec says what a packet is.

const NAME = "www.client.test";
const question = (given: Partial<DnsQuestion> = {}): DnsQuestion => ({
  server: "192.0.2.53:53",
  name: NAME,
  type: "A",
  recursive: false,
  checkingDisabled: false,
  ...given,
});

const names = fc
  .oneof(fc.domain(), fc.constant(""), fc.constant("a_b.test"))
  .map((name) => (name === "" ? "" : (normalised(name) ?? "x.test")));
const questions: fc.Arbitrary<DnsQuestion> = fc.record({
  server: fc.constant("192.0.2.53:53"),
  name: names,
  type: fc.constantFrom("A", "AAAA", "CNAME", "NS", "SOA", "CAA", "MX"),
  recursive: fc.boolean(),
  checkingDisabled: fc.boolean(),
});

const sent = (asked = question()) => encoded(asked, 1, true) as Buffer;
const heard = (bytes: Buffer, asked = question()) => heardIn(bytes, sent(asked), asked);
const malformed: Heard = { kind: "reply", reply: { kind: "failure", reason: "malformed" } };

/** An answer to the question: its header's counts, and all that follows the question, in hex. */
function raw(hex: string, counts: readonly [number, number, number] = [1, 0, 0], code = 0): Buffer {
  const begun = Buffer.from(sent().subarray(0, 12 + NAME.length + 2 + 4));
  begun.writeUInt16BE(0x8400 | code, 2);
  for (const [index, count] of counts.entries()) begun.writeUInt16BE(count, 6 + 2 * index);
  return Buffer.concat([begun, Buffer.from(hex.replace(/\s/g, ""), "hex")]);
}

const A = "c00c 0001 0001 00000001 0004 c0000201";

describe("questions", () => {
  test("are what another codec reads", () => {
    fc.assert(
      fc.property(questions, fc.nat(65_535), fc.boolean(), (asked, id, edns) => {
        const bytes = encoded(asked, id, edns) as Buffer;
        const read = packet.decode(bytes);
        expect(packet.decode.bytes).toBe(bytes.length);
        expect(read).toMatchObject({
          id,
          type: "query",
          opcode: "QUERY",
          flag_rd: asked.recursive,
          flag_cd: asked.checkingDisabled,
          questions: [{ name: asked.name || ".", type: asked.type, class: "IN" }],
        });
        expect(read.additionals).toMatchObject(
          edns ? [{ type: "OPT", name: ".", udpPayloadSize: 1232, options: [] }] : [],
        );
        expect(idOf(bytes)).toBe(id);
      }),
    );
  });

  test.each(["a..b", ".a", "a.", `${"a".repeat(64)}.test`, `${"a.".repeat(127)}a`, "a b.test", "ä.test"])(
    "%s fits into none",
    (name) => {
      expect(encoded(question({ name }), 1, true)).toBeNull();
    },
  );

  test("the longest name fits", () => {
    const name = `${"a.".repeat(126)}a`;
    expect(packet.decode(encoded(question({ name }), 1, false) as Buffer).questions?.[0]?.name).toBe(name);
  });
});

describe("answers", () => {
  const letters = fc.stringMatching(/^[A-Za-z\d][A-Za-z\d-]{0,10}$/);
  const written = fc.array(letters, { minLength: 1, maxLength: 4 }).map((labels) => labels.join("."));
  const records: fc.Arbitrary<Answer> = fc.oneof(
    fc.record({ type: fc.constant("A" as const), name: written, data: fc.ipV4() }),
    fc.record({ type: fc.constant("AAAA" as const), name: written, data: groups() }),
    fc.record({ type: fc.constantFrom("CNAME" as const, "NS" as const), name: written, data: written }),
    fc.record({
      type: fc.constant("MX" as const),
      name: written,
      data: fc.record({ preference: fc.nat(65_535), exchange: written }),
    }),
    fc.record({
      type: fc.constant("CAA" as const),
      name: written,
      data: fc.record({ flags: fc.nat(255), tag: fc.constantFrom("issue", "iodef"), value: letters }),
    }),
    fc.record({ type: fc.constant("TXT" as const), name: written, data: letters.map((text) => [text]) }),
  );

  test("are read as another codec wrote them", () => {
    fc.assert(
      fc.property(
        questions,
        fc.array(records, { maxLength: 5 }),
        fc.boolean(),
        (asked, answers, authoritative) => {
          const bytes = packet.encode({
            type: "response",
            id: 1,
            flags: authoritative ? packet.AUTHORITATIVE_ANSWER : 0,
            questions: [{ name: asked.name || ".", type: asked.type }],
            answers: structuredClone(answers),
            authorities: structuredClone(answers),
          });
          const expected = answers.flatMap(readable);
          expect(heardIn(bytes, sent(asked), asked)).toEqual({
            kind: "reply",
            reply: {
              kind: "answer",
              code: "NOERROR",
              authoritative,
              answers: expected,
              authorities: expected,
            },
          });
        },
      ),
    );
  });

  function readable(record: Answer): object[] {
    const name = record.name.toLowerCase();
    if (record.type === "A") return [{ name, type: "A", data: record.data }];
    if (record.type === "AAAA") return [{ name, type: "AAAA", data: canonicalAddress(record.data) }];
    if (record.type === "CNAME" || record.type === "NS")
      return [{ name, type: record.type, data: record.data.toLowerCase() }];
    if (record.type === "MX") return [{ name, type: "MX", data: record.data.exchange.toLowerCase() }];
    if (record.type !== "CAA") return [];
    const { flags = 0, tag, value } = record.data;
    return [{ name, type: "CAA", data: { critical: (flags & 0x81) !== 0, tag, value } }];
  }

  // With many zeros, which addresses are written without.
  function groups() {
    const group = fc.oneof(
      fc.constant("0"),
      fc.nat(65_535).map((number) => number.toString(16)),
    );
    return fc.array(group, { minLength: 8, maxLength: 8 }).map((all) => all.join(":"));
  }

  test("names that point to the question, to its end or to themselves in part", () => {
    const read = heard(raw(`${A} c010 0005 0001 00000001 0006 036e7331 c010`, [2, 0, 0]));
    expect(read).toMatchObject({
      reply: {
        answers: [
          { name: NAME, type: "A", data: "192.0.2.1" },
          { name: "client.test", type: "CNAME", data: "ns1.client.test" },
        ],
      },
    });
  });

  test("the upper bits of the code are in the OPT record", () => {
    expect(heard(raw("00 0029 04d0 01000000 0000", [0, 0, 1]))).toEqual({ kind: "no-edns" });
    expect(heard(raw("00 0029 04d0 00000000 0000", [0, 0, 1]))).toMatchObject({ reply: { kind: "answer" } });
  });
});

describe("what is not as it must be", () => {
  test.each([
    ["a record that is missing", "", [1, 0, 0]],
    ["more records than there are", A, [65_535, 65_535, 65_535]],
    ["an address that is too short", "c00c 0001 0001 00000001 0003 c00002", [1, 0, 0]],
    ["an address that is too long", "c00c 0001 0001 00000001 0005 c000020100", [1, 0, 0]],
    ["an IPv6 address of four bytes", "c00c 001c 0001 00000001 0004 c0000201", [1, 0, 0]],
    ["data that leads out of the packet", "c00c 0001 0001 00000001 0100 c0000201", [1, 0, 0]],
    ["a name that leads out of its record", "c00c 0005 0001 00000001 0002 0161 00", [1, 0, 0]],
    ["a pointer that leads out of its record", "c00c 0005 0001 00000001 0001 c00c", [1, 0, 0]],
    ["a pointer to itself", "c021 0001 0001 00000001 0004 c0000201", [1, 0, 0]],
    ["a pointer ahead", "c0ff 0001 0001 00000001 0004 c0000201", [1, 0, 0]],
    ["a pointer that is cut off", "c0", [1, 0, 0]],
    ["a label of an unknown kind", "4161 00 0001 0001 00000001 0004 c0000201", [1, 0, 0]],
    ["a label with a dot", "c00c 0005 0001 00000001 0005 03612e62 00", [1, 0, 0]],
    ["a label with a space", "c00c 0005 0001 00000001 0005 03612062 00", [1, 0, 0]],
    ["a label that is not ASCII", "c00c 0005 0001 00000001 0004 02c3a4 00", [1, 0, 0]],
    ["a property that is cut off", "c00c 0101 0001 00000001 0003 00 05 69", [1, 0, 0]],
    ["a name of too many labels", `${"0161".repeat(128)} 00 0001 0001 00000001 0004 c0000201`, [1, 0, 0]],
  ] as const)("%s is malformed", (_, hex, counts) => {
    expect(heard(raw(hex, counts))).toEqual(malformed);
  });

  test("pointers to pointers are followed as long as a name may be", () => {
    // Each name is one label before the name above it.
    const climbing = (count: number) =>
      Array.from({ length: count }, (_, index) => {
        const above = index === 0 ? 12 : 33 + 14 * (index - 1);
        return `0161 ${(0xc000 | above).toString(16)} 0010 0001 00000001 0000`;
      }).join("");
    expect(heard(raw(climbing(100), [100, 0, 0]))).toMatchObject({ reply: { kind: "answer" } });
    expect(heard(raw(climbing(130), [130, 0, 0]))).toEqual(malformed);
  });

  test("no end of a packet makes it fail otherwise", () => {
    const whole = raw(`${A} c010 0006 0001 00000001 0000 00 0029 04d0 00000000 0000`, [1, 1, 1]);
    expect(heard(whole)).toMatchObject({ reply: { kind: "answer" } });
    for (let end = 12; end < whole.length; end++) {
      const found = heard(whole.subarray(0, end));
      if (found !== null) expect(found).toEqual(malformed);
    }
  });

  test("any bytes are heard in some way, or not meant", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, isMeant) => {
        const counts = [bytes[0] ?? 0, bytes[1] ?? 0, bytes[2] ?? 0].map((count) => count % 4);
        const given = isMeant
          ? raw(Buffer.from(bytes).toString("hex"), counts as [number, number, number])
          : Buffer.concat([Buffer.alloc(12), bytes]);
        const found = heard(given);
        if (isMeant) expect(["reply", "no-edns"]).toContain(found?.kind);
        else expect(found).toBeNull();
      }),
      { numRuns: 1000 },
    );
  });

  test.each([
    [1, { kind: "no-edns" }],
    [2, { kind: "reply", reply: { kind: "failure", reason: "servfail" } }],
    [3, { reply: { kind: "answer", code: "NXDOMAIN" } }],
    [4, { kind: "no-edns" }],
    [5, { reply: { kind: "failure", reason: "refused" } }],
    [9, { reply: { kind: "failure", reason: "refused" } }],
    [6, { reply: { kind: "failure", reason: "servfail" } }],
  ])("code %d", (code, expected) => {
    expect(heard(raw("", [0, 0, 0], code))).toMatchObject(expected);
  });
});
