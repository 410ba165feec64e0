import { z } from "zod";
import { HostenvError } from "../errors.ts";
import type { Answer, CloudflareClient } from "./cloudflare-client.ts";

const verified = z.looseObject({
  result: z.looseObject({ status: z.enum(["active", "disabled", "expired"]) }),
});

/**
 * Whether the token is a user's, and active. A token of an account is known only to that account's own address, so
 * false is no refusal yet. Throws HostenvError `cloudflare-token` where it is expired or disabled.
 */
export async function isUsersToken(client: CloudflareClient): Promise<boolean> {
  const answer = await client.read({ path: "/user/tokens/verify" }, "look at the token");
  return isActive(answer);
}

/** As `isUsersToken`, for a token of an account, by a zone of which it was found. */
export async function isAccountsToken(client: CloudflareClient, account: string): Promise<boolean> {
  const path = `/accounts/${encodeURIComponent(account)}/tokens/verify`;
  return isActive(await client.read({ path }, "look at the token"));
}

function isActive({ ok, body }: Answer): boolean {
  const parsed = verified.safeParse(body);
  if (!ok || !parsed.success) return false;
  const { status } = parsed.data.result;
  if (status !== "active") throw refusedToken(`the token in CF_API_TOKEN is ${status}`);
  return true;
}

/** The token is none that Cloudflare takes. */
export function refusedToken(why: string): HostenvError {
  const hint = "make a new one as docs/cloudflare.md shows, and give it as CF_API_TOKEN. Nothing was written";
  return new HostenvError("cloudflare-token", why, hint);
}
