import { canonicalAddress, isIPv4 } from "./addresses.ts";

/** Most characters of a name that fits into 255 octets (RFC 1035, 2.3.4). */
const LONGEST_NAME = 253;

/** What a name is made of here: underscores are for names of nodes and targets, no certificate has them. */
const LABEL = /^[a-z\d_-]{1,63}$/;

/** Nearly every name, which is what it is to be already. */
const USUAL_NAME = /^(?:[a-z\d_-]{1,63}\.)+[a-z\d_-]{1,63}$/;

/** What a certificate's name is made of (RFC 1123, 2.1). */
const HOST_LABEL = /^[a-z\d](?:[a-z\d-]*[a-z\d])?$/;

/** Why a hostname is not looked up, whatever DNS says. */
export type NameSkip = "default" | "address" | "localhost" | "malformed";

/**
 * A name as questions have it: lower case, A-labels, no dot at the end; null where it is no name. `*` may be
 * its first label.
 */
export function normalised(hostname: string): string | null {
  if (hostname.length <= LONGEST_NAME && USUAL_NAME.test(hostname)) return hostname;
  const text = inAscii(hostname)?.toLowerCase().replace(/\.$/, "") ?? "";
  const labels = text.split(".");
  const named = labels[0] === "*" && labels.length > 1 ? labels.slice(1) : labels;
  return text.length <= LONGEST_NAME && named.every((label) => LABEL.test(label)) ? text : null;
}

/** Why a virtual host's name can have no verdict, null where it can: nginx takes more than names. */
export function skipReasonOf(hostname: string): NameSkip | null {
  if (hostname === "_" || hostname === "default") return "default";
  if (isAddress(hostname)) return "address";
  const name = normalised(hostname);
  if (name === null) return "malformed";
  if (isIPv4(name)) return "address";
  if (/(?:^|\.)localhost(?:\.localdomain)?$/.test(name)) return "localhost";
  const labels = name.replace(/^\*\./, "").split(".");
  // A last label that is a number would make it an address to browsers.
  const isHost =
    labels.every((label) => HOST_LABEL.test(label)) && !/^(?:\d+|0x[\da-f]*)$/.test(labels.at(-1) ?? "");
  return isHost ? null : "malformed";
}

function isAddress(text: string): boolean {
  return canonicalAddress(text.replace(/^\[(.*)\]$/, "$1")) !== null;
}

// A URL's host is in A-labels. Everything else that a URL would do to a host, such as decoding percent signs
// or reading `1.2` as an address, is kept from happening.
function inAscii(text: string): string | null {
  if (/^[!-~]*$/.test(text)) return text;
  if (/[^\w.*\u0080-\uffff-]/.test(text)) return null;
  try {
    return new URL(`http://${text}`).hostname;
  } catch {
    return null;
  }
}

/** The name one label up, null for the root. */
export function parentOf(name: string): string | null {
  if (name === "") return null;
  const dot = name.indexOf(".");
  return dot < 0 ? "" : name.slice(dot + 1);
}

/** Whether a name is a zone's apex or below it. */
export function isWithin(name: string, zone: string): boolean {
  return zone === "" || name === zone || name.endsWith(`.${zone}`);
}
