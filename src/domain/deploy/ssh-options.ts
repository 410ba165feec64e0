import { HostenvError } from "../../errors.ts";

/** How a node is reached: nothing in it can make ssh do more than connect to it. */
export interface Connection {
  readonly host: string;
  /** Each one argument without a blank, as `-oPort=2222`: Nix splits its options at blanks. */
  readonly options: readonly string[];
  readonly port: number;
}

const DEFAULT_PORT = 22;

const number = /^[0-9]{1,4}$/;
const answer = /^(?:yes|no)$/;
const always = /^yes$/;
// A list of names, one of ssh's signs before it to add to, take from or lead its own list.
const algorithms = /^[+^-]?[A-Za-z0-9@.*_-]+(?:,[A-Za-z0-9@.*_-]+)*$/;

// What can only change how fast, through which family and with which ciphers the same node is reached.
// Everything else runs programs, reads files, forwards something or takes another host's key.
const ALLOWED: Readonly<Record<string, RegExp>> = {
  Port: /^[0-9]{1,5}$/,
  AddressFamily: /^(?:any|inet|inet6)$/,
  BatchMode: always,
  CASignatureAlgorithms: algorithms,
  Ciphers: algorithms,
  Compression: answer,
  ConnectTimeout: number,
  ConnectionAttempts: /^[0-9]{1,2}$/,
  HostKeyAlgorithms: algorithms,
  IPQoS: /^[a-z0-9]+$/,
  IdentitiesOnly: always,
  KexAlgorithms: algorithms,
  MACs: algorithms,
  PubkeyAcceptedAlgorithms: algorithms,
  PubkeyAcceptedKeyTypes: algorithms,
  ServerAliveCountMax: number,
  ServerAliveInterval: number,
  TCPKeepAlive: answer,
};

const FLAGS: Readonly<Record<string, string>> = {
  "-4": "AddressFamily=inet",
  "-6": "AddressFamily=inet6",
  "-C": "Compression=yes",
};

const NAMES = new Map(Object.keys(ALLOWED).map((name) => [name.toLowerCase(), name]));

/** Why an option that people may well ask for is refused, and what they can do. */
const REFUSED: Readonly<Record<string, string>> = {
  hostkeyalias: "name the node in known_hosts by its SSH address instead",
  identityfile: "the key comes from SSH_KEY alone",
  proxycommand: "it would run a program here: reach the node itself, or run deploy where it can be reached",
  proxyjump:
    "the jump host's own key would not be pinned: reach the node itself, or run deploy where it can be reached",
  stricthostkeychecking: "host keys are pinned in known_hosts, always",
  user: "the user is provider.deployUser, or the environment's own",
  userknownhostsfile: "host keys are pinned in the provider's known_hosts, or the file of --known-hosts",
};

// ssh's short forms of what is refused.
const SHORT: Readonly<Record<string, string>> = { i: "IdentityFile", J: "ProxyJump", l: "User" };

/**
 * How to reach a node by the address and SSH options of its plan. Throws HostenvError `ssh-host` or
 * `ssh-option`, which names the node, the option and the remedy.
 */
export function connectionOf(node: string, host: string, sshOptions: readonly string[]): Connection {
  const pairs = pairsOf(node, sshOptions).map((pair) => allowedPair(node, pair));
  const port = pairs.find(({ name }) => name === "Port")?.value;
  return {
    host: checkedHost(node, host),
    options: pairs.map(({ name, value }) => `-o${name}=${value}`),
    port: port === undefined ? DEFAULT_PORT : Number(port),
  };
}

interface Pair {
  readonly name: string;
  readonly value: string;
  /** As the plan has it. */
  readonly given: string;
}

function pairsOf(node: string, options: readonly string[]): Pair[] {
  const pairs: Pair[] = [];
  for (let index = 0; index < options.length; index++) {
    const option = options[index] as string;
    const flag = FLAGS[option];
    const [, letter, attached] = /^-([A-Za-z])(.*)$/s.exec(option) ?? [];
    if (flag) pairs.push(pairOf(flag, option));
    else if (letter === undefined) throw refused(node, option, "", "it is none of ssh's");
    else if (attached !== "" || !TAKES_VALUE.has(letter))
      pairs.push(lettered(letter, attached as string, option));
    else {
      const value = options[++index];
      if (value === undefined) throw refused(node, option, "", "its value is missing");
      pairs.push(lettered(letter, value, `${option} ${value}`));
    }
  }
  return pairs;
}

const TAKES_VALUE = new Set("BbcDEeFIiJLlmOoPpQRSWw");

function lettered(letter: string, value: string, given: string): Pair {
  if (letter === "o") return pairOf(value, given);
  return { name: letter === "p" ? "Port" : (SHORT[letter] ?? `-${letter}`), value: value.trim(), given };
}

// As ssh reads it: blanks around, and between name and value either an equals sign or blanks.
function pairOf(text: string, given: string): Pair {
  const [, name, value] = /^\s*([A-Za-z0-9]+)(?:\s*=\s*|\s+)(.*?)\s*$/s.exec(text) ?? [];
  return name === undefined ? { name: "", value: "", given } : { name, value: value as string, given };
}

function allowedPair(node: string, { name, value, given }: Pair): Pair {
  const known = NAMES.get(name.toLowerCase());
  if (known === undefined)
    throw refused(node, given, name, "only what changes no more than the way to it is");
  const isFit = ALLOWED[known]?.test(value) && (known !== "Port" || isPort(Number(value)));
  if (!isFit) throw refused(node, given, name, `'${value}' is no value for ${known}`);
  return { name: known, value, given };
}

function isPort(port: number): boolean {
  return port >= 1 && port <= 65535;
}

function refused(node: string, given: string, name: string, why: string): HostenvError {
  const hint = REFUSED[name.toLowerCase()] ?? `allowed are -p, -4, -6, -C and -o with ${list()}`;
  return new HostenvError(
    "ssh-option",
    `node '${node}' has the SSH option '${given}', which is not allowed: ${REFUSED[name.toLowerCase()] ?? why}`,
    `take it out of provider.nodeSshOpts.${node}; ${hint}`,
  );
}

function list(): string {
  return Object.keys(ALLOWED).join(", ");
}

const HOST_NAME = /^(?!-)[A-Za-z0-9_-]+(?<!-)(?:\.(?!-)[A-Za-z0-9_-]+(?<!-))*\.?$/;
const IPV6 = /^[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?:(?<=:)[0-9]{1,3}(?:\.[0-9]{1,3}){3})?$/;

function checkedHost(node: string, host: string): string {
  if (host.length <= 253 && (HOST_NAME.test(host) || IPV6.test(host))) return host;
  throw new HostenvError(
    "ssh-host",
    `node '${node}' has the SSH address '${host}', which is neither a host name nor an IP address`,
    `write provider.nodeAddresses.${node} without user, port or blanks: the port goes to nodeSshPorts`,
  );
}

/** A name that ssh, sudo and chown take for a user's and nothing else. Throws HostenvError `user-name`. */
export function checkedUser(user: string): string {
  if (/^[A-Za-z0-9_][A-Za-z0-9_-]{0,63}$/.test(user) && !/^[0-9]+$/.test(user)) return user;
  throw new HostenvError(
    "user-name",
    `'${user}' is no name of a user`,
    "use letters, digits, dashes and underscores, at least one no digit, and do not begin with a dash",
  );
}
