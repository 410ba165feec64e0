import { redaction } from "../domain/masks.ts";
import { HostenvError } from "../errors.ts";

/** One token for one host, as Nix's setting access-tokens has it. */
export interface AccessToken {
  /** `github.com`, `localhost:8443`, or with a path that it is limited to: `gitlab.com/acme`. */
  readonly host: string;
  /** As Nix takes it, with its kind where the host is a GitLab: `PAT:…`. */
  readonly value: string;
  /** User and password of HTTP's basic authentication, which git uses. */
  readonly user: string;
  readonly password: string;
}

const HOST = /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?(?:\/[\w.~-]+)*$/;
// Short ones could not be redacted without harm; `#` would begin a comment in nix.conf.
const VALUE = /^(?:(?:PAT|OAuth2):)?[\w.~+/=-]{8,2048}$/;

/**
 * The tokens of a text like `github.com=ghp_x gitlab.com=PAT:y`, separated by blanks or lines.
 * Throws HostenvError `access-tokens`, which names the entry by its number and nothing of it.
 */
export function accessTokensOf(text: string): AccessToken[] {
  const entries = text.split(/\s+/).filter((entry) => entry !== "");
  const tokens = entries.map((entry, index) => accessToken(entry, index + 1));
  const twice = tokens.findIndex(({ host }, index) => tokens.findIndex((one) => one.host === host) < index);
  if (twice >= 0) throw refused(twice + 1, "is for the host of an earlier one");
  return tokens;
}

function accessToken(entry: string, number: number): AccessToken {
  const at = entry.indexOf("=");
  const [host, value] = [entry.slice(0, at), entry.slice(at + 1)];
  if (at < 0 || !HOST.test(host)) throw refused(number, "does not begin with a host in lower case and '='");
  if (!VALUE.test(value))
    throw refused(number, "has a token that is shorter than 8 characters or holds strange ones");
  const isGitLab = /^(?:PAT|OAuth2):/.test(value);
  // GitHub's name for "the password is a token"; Forgejo and Gitea take any.
  const user = isGitLab ? "oauth2" : "x-access-token";
  return { host, value, user, password: isGitLab ? value.slice(value.indexOf(":") + 1) : value };
}

function refused(number: number, why: string): HostenvError {
  return new HostenvError(
    "access-tokens",
    `entry ${number} of the access tokens ${why}`,
    "write host=token, separated by blanks: github.com=TOKEN gitlab.com=PAT:TOKEN",
  );
}

/** User and password as the header Authorization carries them. */
export function basic({ user, password }: AccessToken): string {
  return Buffer.from(`${user}:${password}`).toString("base64");
}

/** A function that takes every form of the tokens out of a text. */
export function withoutTokens(tokens: readonly AccessToken[]): (text: string) => string {
  return redaction(tokens.flatMap(({ value, user, password }) => [value, password, `${user}:${password}`]));
}
