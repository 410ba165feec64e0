import { HostenvError } from "../errors.ts";
import type { Ended } from "./ssh-process.ts";
import type { Identity } from "./ssh-wrapper.ts";

/** What was asked of whom, for words about it. */
export interface Asked {
  readonly node: string;
  readonly user: string;
  /** What the script does: `look at it`. */
  readonly purpose: string;
  readonly seconds: number;
  readonly mostBytes: number;
}

const HOST_KEY =
  /Host key verification failed|HOST IDENTIFICATION HAS CHANGED|host key is known|REVOKED HOST KEY/;
const REFUSED = /Permission denied|Too many authentication failures/;
// A server with many logins at once turns some away before they begin (sshd_config's MaxStartups).
const TURNED_AWAY = /kex_exchange_identification|Connection (?:reset|closed) by .* port/;

/** Why a connection failed, by what ssh itself says of it; nothing that the node says is among that. */
export type ConnectionFailure = "host-key" | "refused" | "turned-away" | "unreachable";

export function failureIn(log: string): ConnectionFailure {
  if (HOST_KEY.test(log)) return "host-key";
  if (REFUSED.test(log)) return "refused";
  return TURNED_AWAY.test(log) ? "turned-away" : "unreachable";
}

export function refusedLogin({ node, user }: Asked, identity: Identity | null): HostenvError {
  const which = identity ? `the key of SSH_KEY, ${identity.publicKey}` : "any of your keys";
  return new HostenvError(
    "login-refused",
    `node '${node}' does not let '${user}' in with ${which}`,
    identity
      ? `add that key to provider.deployPublicKeys; as long as the node's system lacks it, to /etc/ssh/authorized_keys.d/${user} on the node`
      : "give the key of provider.deployPublicKeys in SSH_KEY, or load it into your agent: ssh-add FILE",
  );
}

/** Our ssh is a program in a private folder, and some machines start none below their temporary one. */
export function notStarted(cause: Error): HostenvError {
  return new HostenvError(
    "ssh-missing",
    `ssh can't be started: ${cause.message}`,
    "name a folder whose file system allows programs (no noexec) in RUNNER_TEMP",
    cause,
  );
}

export function unreachable({ node, purpose }: Asked, log: string): HostenvError {
  return new HostenvError(
    "node-unreachable",
    `node '${node}' can't be reached to ${purpose}: ${lastLines(log) || "the connection broke"}`,
    "check that it is up, and its address and port in provider.nodeAddresses and nodeSshPorts; then run again",
  );
}

/** The failure of a run that we ended ourselves. */
export function endedByUs({ node, purpose, seconds, mostBytes }: Asked, by: Ended["by"]): HostenvError {
  if (by === "output") {
    const most = `${Math.ceil(mostBytes / 2 ** 20)} MiB`;
    return noAnswer(node, purpose, `it is longer than ${most}`);
  }
  if (by === "stop") {
    const message = `the connection to node '${node}' was ended: what it was for is not needed any more`;
    return new HostenvError("node-stopped", message, "the error or the signal before this one is the reason");
  }
  return new HostenvError(
    "node-unreachable",
    `node '${node}' took more than ${seconds} s to ${purpose}, and was given up`,
    "see what keeps it busy; what it had begun may still come to its end there",
  );
}

/** An answer that can't be one. */
export function noAnswer(node: string, purpose: string, why: string): HostenvError {
  return new HostenvError(
    "node-answer",
    `the answer of node '${node}', asked to ${purpose}, can't be used: ${why}`,
    "see what its login shell or a forced command prints, and that it is a NixOS node",
  );
}

/** A script that failed on the node. */
export function failedThere({ node, user, purpose }: Asked, { exit, stderr }: Ended): HostenvError {
  const said = lastLines(stderr);
  const hint = /^sudo: /m.test(stderr)
    ? `let '${user}' use sudo without a password on the node (security.sudo.wheelNeedsPassword = false)`
    : "log in as the same user and see what is in the way; then run again";
  const message = `node '${node}' failed to ${purpose} (exit code ${exit}): ${said || "it does not say why"}`;
  return new HostenvError("node-command", message, hint);
}

const MOST_LINES = 5;
const MOST_CHARACTERS = 600;

/** What was said last, in one line. */
export function lastLines(text: string): string {
  const lines = text
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
  return lines.slice(-MOST_LINES).join(" | ").slice(-MOST_CHARACTERS);
}
