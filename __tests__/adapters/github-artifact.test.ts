import { crc32, deflateRawSync } from "node:zlib";
import { describe, expect, test } from "@jest/globals";
import { reportIn } from "../../src/adapters/github-artifact.ts";

interface Entry {
  readonly name: string;
  readonly content: Buffer | string;
  /** What the archive says the content's size is, where that is a lie. */
  readonly said?: number;
  /** Bits of the general purpose flag: 1 is for encryption. */
  readonly flags?: number;
  /** 8 is deflate, 0 is stored. */
  readonly method?: number;
}

/** A zip archive: local headers with their data, the central directory, and its end. */
function zip(...entries: readonly Entry[]): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content, said, flags = 0, method = 8 } of entries) {
    const raw = Buffer.from(content);
    const data = method === 0 ? raw : deflateRawSync(raw);
    const fields = numbers(
      [2, 20],
      [2, flags],
      [2, method],
      [4, 0],
      [4, crc32(raw)],
      [4, data.length],
      [4, said ?? raw.length],
    );
    const length = Buffer.byteLength(name);
    const local = Buffer.concat([
      numbers([4, 0x04034b50]),
      fields,
      numbers([2, length], [2, 0]),
      Buffer.from(name),
      data,
    ]);
    directory.push(
      numbers([4, 0x02014b50], [2, 20]),
      fields,
      numbers([2, length], [2, 0], [2, 0], [2, 0], [2, 0], [4, 0], [4, offset]),
      Buffer.from(name),
    );
    locals.push(local);
    offset += local.length;
  }
  const listed = Buffer.concat(directory);
  const count = entries.length;
  const end = numbers(
    [4, 0x06054b50],
    [2, 0],
    [2, 0],
    [2, count],
    [2, count],
    [4, listed.length],
    [4, offset],
    [2, 0],
  );
  return Buffer.concat([...locals, listed, end]);
}

function numbers(...fields: readonly (readonly [bytes: number, value: number])[]): Buffer {
  return Buffer.concat(
    fields.map(([bytes, value]) => {
      const field = Buffer.alloc(bytes);
      field.writeUIntLE(value, 0, bytes);
      return field;
    }),
  );
}

const report = { schema: 1, name: "münchen" };
const entry = (given: Partial<Entry> = {}): Entry => ({
  name: "report.json",
  content: JSON.stringify(report),
  ...given,
});
const MEBI = 1024 * 1024;

describe("the report in an archive", () => {
  test.each([
    ["compressed", [entry()]],
    ["stored", [entry({ method: 0 })]],
    [
      "behind other files",
      [entry({ name: "a.txt", content: "x" }), entry({ name: "x/report.json", content: "1" }), entry()],
    ],
    ["before another of its name", [entry(), entry({ content: "1" })]],
  ])("is read: %s", async (_, entries) => {
    expect(await reportIn(zip(...entries), "artifact 4")).toEqual(report);
  });

  test("is read where it is large", async () => {
    const content = JSON.stringify(["x".repeat(8 * MEBI)]);
    expect(JSON.stringify(await reportIn(zip(entry({ content })), "artifact 4"))).toBe(content);
  });

  const good = zip(entry());
  const broken = Buffer.from(good);
  broken.fill(0xff, 41, 55);
  const bomb = Buffer.alloc(65 * MEBI, " ");

  test.each([
    ["another name", zip(entry({ name: "plan.json" })), /no such file/],
    ["another letter case", zip(entry({ name: "Report.json" })), /no such file/],
    ["another folder", zip(entry({ name: "x/report.json" })), /no such file/],
    ["no file", zip(), /no such file/],
    ["a folder of that name", zip(entry({ name: "report.json/", content: "" })), /no such file/],
    ["a name that leaves the folder", zip(entry({ name: "../report.json" })), /invalid relative path/],
    ["more than it may", zip(entry({ content: bomb })), /68157440 bytes/],
    ["more than it may by its own word", zip(entry({ said: 0xfffffffe })), /4294967294 bytes/],
    ["more than it says", zip(entry({ content: bomb, said: 10 })), /too many bytes/],
    ["less than it says", zip(entry({ said: 1_000 })), /not enough bytes/],
    ["stored data of another size than it says", zip(entry({ method: 0, said: 3 })), /size mismatch/],
    ["a broken stream", broken, /./],
    ["half an archive", good.subarray(0, good.length / 2), /./],
    ["no archive", Buffer.from("<html>not found</html>"), /./],
    ["nothing", Buffer.alloc(0), /./],
    ["an encrypted file", zip(entry({ flags: 1 })), /encrypted/],
    ["a compression nobody knows", zip(entry({ method: 99 })), /unsupported compression/],
    ["no JSON", zip(entry({ content: "{broken" })), /JSON/],
    ["an empty file", zip(entry({ content: "" })), /JSON/],
  ])("is refused in our words: %s", async (_, archive, why) => {
    await expect(reportIn(archive, "artifact 4")).rejects.toMatchObject({
      code: "artifact-unusable",
      message: expect.stringMatching(why),
      hint: "run the plan of that commit again",
    });
    await expect(reportIn(archive, "artifact 4")).rejects.toThrow(/^artifact 4 holds no report\.json: /);
  });
});

test("a small archive of very many values is refused before they take all memory", async () => {
  const content = `{"affectedHosts":[${"0,".repeat(3_000_000)}0]}`;
  const archive = zip({ name: "report.json", content });
  expect(archive.length).toBeLessThan(20_000);
  await expect(reportIn(archive, "artifact 1")).rejects.toMatchObject({
    code: "artifact-unusable",
    message: expect.stringContaining("too many values"),
  });
});
