import { crc32, deflateRawSync } from "node:zlib";

const UTF8_AND_SIZES_AFTER_THE_DATA = 0x0808;
const DEFLATE = 8;
const VERSION = 20;
/** 1980-01-01, the first day that a zip can name. */
const DATE = 0x21;

/**
 * A zip as the runner's upload writes it: streamed, so that a file's sizes stand behind its data and in the
 * directory at the end, and zeros in front.
 * @param {Record<string, string | Buffer>} files
 * @returns {Buffer}
 */
export function zipOf(files) {
  const parts = [];
  const directory = [];
  let offset = 0;
  for (const [name, content] of Object.entries(files)) {
    const entry = entryOf(name, Buffer.from(content));
    const part = Buffer.concat([localHeader(entry), entry.data, sizesAfter(entry)]);
    parts.push(part);
    directory.push(directoryHeader(entry, offset));
    offset += part.length;
  }
  const listing = Buffer.concat(directory);
  return Buffer.concat([...parts, listing, ending(directory.length, listing.length, offset)]);
}

function entryOf(name, content) {
  return {
    name: Buffer.from(name),
    size: content.length,
    sum: crc32(content),
    data: deflateRawSync(content),
  };
}

/** Numbers of 2 and 4 bytes: [2, value] or [4, value]. */
function numbers(...fields) {
  const bytes = Buffer.alloc(fields.reduce((sum, [width]) => sum + width, 0));
  let at = 0;
  for (const [width, value] of fields) at = bytes.writeUIntLE(value, at, width);
  return bytes;
}

const common = () => [
  [2, VERSION],
  [2, UTF8_AND_SIZES_AFTER_THE_DATA],
  [2, DEFLATE],
  [2, 0],
  [2, DATE],
];

function localHeader({ name }) {
  const sizes = [4, 4, 4].map((width) => [width, 0]);
  return Buffer.concat([numbers([4, 0x04034b50], ...common(), ...sizes, [2, name.length], [2, 0]), name]);
}

const sizesOf = ({ sum, data, size }) => [
  [4, sum],
  [4, data.length],
  [4, size],
];

function sizesAfter(entry) {
  return numbers([4, 0x08074b50], ...sizesOf(entry));
}

function directoryHeader(entry, offset) {
  const rest = [2, 2, 2, 2, 4].map((width) => [width, 0]);
  const head = [[4, 0x02014b50], [2, VERSION], ...common(), ...sizesOf(entry), [2, entry.name.length]];
  return Buffer.concat([numbers(...head, ...rest, [4, offset]), entry.name]);
}

function ending(count, length, offset) {
  return numbers([4, 0x06054b50], [2, 0], [2, 0], [2, count], [2, count], [4, length], [4, offset], [2, 0]);
}
