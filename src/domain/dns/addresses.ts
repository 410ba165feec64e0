/** The address as every server spells it, null where it is none; RFC 5952 for IPv6. */
export function canonicalAddress(text: string): string | null {
  if (isIPv4(text)) return text;
  return /^[\da-f:.]+$/i.test(text) && text.includes(":") ? canonicalIPv6(text) : null;
}

/** Whether it is four numbers below 256 without needless zeros. */
export function isIPv4(text: string): boolean {
  return /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/.test(text);
}

// A URL's host is spelt by the same rule.
function canonicalIPv6(text: string): string | null {
  try {
    return new URL(`http://[${text}]`).hostname.slice(1, -1);
  } catch {
    return null;
  }
}

/**
 * A server as questions name it, from `192.0.2.1`, `192.0.2.1:5353`, `2001:db8::1` or `[2001:db8::1]:5353`;
 * null for anything else.
 */
export function endpointIn(text: string): string | null {
  const [, bracketed, plain, port = "53"] = /^(?:\[(.*)\]|([^:]*))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const [address, zone] = (bracketed ?? plain ?? text).split(/(?=%[\w.-]+$)/);
  const canonical = canonicalAddress(address ?? "");
  if (canonical === null || Number(port) < 1 || Number(port) > 65_535) return null;
  return canonical.includes(":")
    ? `[${canonical}${zone ?? ""}]:${Number(port)}`
    : `${canonical}:${Number(port)}`;
}

/** Whether an address is in one of these ranges, each `192.0.2.0/24` or `2001:db8::/32`; what is no address is in none. */
export function isInRanges(text: string, ranges: readonly string[]): boolean {
  // Servers say what they like: an answer of type A need not hold an address.
  const address = canonicalAddress(text);
  if (address === null) return false;
  return ranges.some((range) => {
    const [first, length] = range.split("/") as [string, string];
    if (first.includes(":") !== address.includes(":")) return false;
    const rest = BigInt((first.includes(":") ? 128 : 32) - Number(length));
    return bits(address) >> rest === bits(first) >> rest;
  });
}

function bits(address: string): bigint {
  const isShort = !address.includes(":");
  const groups = isShort ? address.split(".") : expanded(address);
  return groups.reduce(
    (value, group) => (value << (isShort ? 8n : 16n)) | BigInt(isShort ? group : `0x${group}`),
    0n,
  );
}

function expanded(address: string): string[] {
  const [left = [], right] = address
    .split("::")
    .map((half) => half.split(":").filter((group) => group !== ""));
  if (right === undefined) return left;
  return [...left, ...Array<string>(8 - left.length - right.length).fill("0"), ...right];
}
