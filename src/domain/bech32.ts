const LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
const GENERATOR = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
/** Letters of the checksum. */
const CHECKSUM = 6;

/** A Bech32 text (BIP 173) taken apart: what stands before its last `1`, in lower case, and the bytes after it. */
export interface Bech32 {
  readonly prefix: string;
  readonly bytes: Uint8Array;
}

/** Takes a Bech32 text of any length apart; null where it is none, as after a slip of one letter. */
export function fromBech32(text: string): Bech32 | null {
  if (text !== text.toLowerCase() && text !== text.toUpperCase()) return null;
  const at = text.lastIndexOf("1");
  const prefix = text.slice(0, at).toLowerCase();
  const values = [...text.slice(at + 1).toLowerCase()].map((letter) => LETTERS.indexOf(letter));
  if (at < 1 || values.length < CHECKSUM || values.includes(-1)) return null;
  if (checksum([...expanded(prefix), ...values]) !== 1) return null;
  const { groups, rest, held } = regrouped(values.slice(0, -CHECKSUM), 5, 8);
  return held < 5 && rest === 0 ? { prefix, bytes: Uint8Array.from(groups) } : null;
}

/** The Bech32 text, in lower case, of a prefix and bytes. */
export function toBech32({ prefix, bytes }: Bech32): string {
  const { groups, rest, held } = regrouped([...bytes], 8, 5);
  const data = held === 0 ? groups : [...groups, rest << (5 - held)];
  const sum = checksum([...expanded(prefix), ...data, 0, 0, 0, 0, 0, 0]) ^ 1;
  const check = Array.from({ length: CHECKSUM }, (_, index) => (sum >>> (5 * (5 - index))) & 31);
  return `${prefix}1${[...data, ...check].map((value) => LETTERS[value]).join("")}`;
}

function checksum(values: readonly number[]): number {
  let sum = 1;
  for (const value of values) {
    const top = sum >>> 25;
    sum = ((sum & 0x1ffffff) << 5) ^ value;
    for (const [bit, term] of GENERATOR.entries()) if ((top >>> bit) & 1) sum ^= term;
  }
  return sum;
}

function expanded(prefix: string): number[] {
  const codes = [...prefix].map((letter) => letter.charCodeAt(0));
  return [...codes.map((code) => code >>> 5), 0, ...codes.map((code) => code & 31)];
}

// `rest`: the last bits, which fill no group, and how many they are.
function regrouped(values: readonly number[], from: number, to: number) {
  const groups: number[] = [];
  let [rest, held] = [0, 0];
  for (const value of values) {
    rest = (rest << from) | value;
    held += from;
    while (held >= to) {
      held -= to;
      groups.push(rest >>> held);
      rest &= 2 ** held - 1;
    }
  }
  return { groups, rest, held };
}
