import { createHash } from "node:crypto";

/** A script or style inside a page, as the page's content security policy names it: `sha256-…`. */
export function sourceHash(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}
