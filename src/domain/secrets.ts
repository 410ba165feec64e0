import { HostenvError } from "../errors.ts";
import { isObject, type JsonObject, type JsonValue, pointer, segmentsOf } from "./json.ts";
import { maskedForms, SHORTEST_MASK } from "./masks.ts";
import { nearest } from "./nearest.ts";

/** Every secret that has a meaning: the key for the nodes, the key that signs closures, the token for Cloudflare. */
export const SECRET_NAMES = ["SSH_KEY", "NIX_SIGNING_KEY", "CF_API_TOKEN"] as const;

/** The name of a secret that has a meaning. */
export type SecretName = (typeof SECRET_NAMES)[number];

/** Secrets by name, those that are known. */
export type KnownSecrets = { readonly [name in SecretName]?: string };

/** Where in a file of secrets one of them stands. */
export interface SecretPlace {
  readonly name: SecretName;
  /** Keys from the file's root to the value. */
  readonly path: readonly string[];
}

/**
 * The places that lines `NAME=path/in/file` name; `~1` in a key stands for a slash, `~0` for a tilde, as in a JSON
 * pointer. Empty lines and lines that begin with `#` say nothing. Throws HostenvError `sops-secrets`.
 */
export function secretPlacesOf(lines: readonly string[]): SecretPlace[] {
  const said = lines.map((line) => line.trim()).filter((line) => line !== "" && !line.startsWith("#"));
  const places = said.map(placeOf);
  const names = places.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice === undefined) return places;
  throw new HostenvError("sops-secrets", `sops-secrets names ${twice} twice`, "leave one of the lines out");
}

function placeOf(line: string): SecretPlace {
  const at = line.indexOf("=");
  // A line without a name may be a secret itself.
  if (at < 0) throw new HostenvError("sops-secrets", "a line of sops-secrets has no '='", EXAMPLE);
  const [name, path] = [line.slice(0, at).trim(), line.slice(at + 1).trim()];
  const known = SECRET_NAMES.find((each) => each === name);
  if (known === undefined) throw unknownName(name);
  const segments = segmentsOf(`/${path}`);
  if (!segments.includes("")) return { name: known, path: segments };
  throw new HostenvError("sops-secrets", `sops-secrets gives ${name} the path '${path}'`, EXAMPLE);
}

const EXAMPLE = "write lines NAME=path/in/file, such as SSH_KEY=deploy/ssh_key";

function unknownName(name: string): HostenvError {
  const near = nearest(name, SECRET_NAMES);
  const hint = near ? `did you mean ${near}?` : `the names with a meaning are ${SECRET_NAMES.join(", ")}`;
  return new HostenvError("sops-secrets", `sops-secrets names '${name}', which has no meaning`, hint);
}

/**
 * The values at these places of a decrypted file, by name; where no place is given, of the known names that are
 * keys of its root. Throws HostenvError `secret-missing`, with the keys there are and no value.
 */
export function secretsAt(places: readonly SecretPlace[], tree: JsonObject, file: string): KnownSecrets {
  const own = SECRET_NAMES.filter((name) => Object.hasOwn(tree, name));
  if (places.length === 0 && own.length === 0) throw nothingIn(tree, file);
  const wanted = places.length > 0 ? places : own.map((name) => ({ name, path: [name] }));
  return Object.fromEntries(wanted.map((place) => [place.name, valueAt(place, tree, file)]));
}

function nothingIn(tree: JsonObject, file: string): HostenvError {
  return new HostenvError(
    "secret-missing",
    `${file} has none of the keys ${SECRET_NAMES.join(", ")}: it has ${keysOf(tree)}`,
    `say where they are: sops-secrets with lines such as SSH_KEY=deploy/ssh_key`,
  );
}

function valueAt({ name, path }: SecretPlace, tree: JsonObject, file: string): string {
  let value: JsonValue = tree;
  for (const [depth, key] of path.entries()) {
    const where = depth === 0 ? file : `${pointer(path.slice(0, depth)).slice(1)} in ${file}`;
    if (!isObject(value))
      throw missing(`${name} can't be read: ${where} is ${kindOf(value)}, not a group of keys`);
    if (!Object.hasOwn(value, key))
      throw missing(`${name} can't be read: ${where} has no key '${key}', but ${keysOf(value)}`);
    value = value[key] as JsonValue;
  }
  if (typeof value === "string") return value;
  throw missing(
    `${name} can't be read: ${pointer(path).slice(1)} in ${file} is ${kindOf(value)}, not a text`,
  );
}

function missing(message: string): HostenvError {
  const hint = "set it with: sops edit FILE; or say where it is in sops-secrets";
  return new HostenvError("secret-missing", message, hint);
}

/** More keys than these are not listed, and of a longer one no more letters. */
const [MOST_KEYS, MOST_LETTERS] = [20, 60];

function keysOf(tree: JsonObject): string {
  const keys = Object.keys(tree);
  if (keys.length === 0) return "no key at all";
  const listed = keys.slice(0, MOST_KEYS).map((key) => `'${key.slice(0, MOST_LETTERS)}'`);
  const more = keys.length > MOST_KEYS ? `, and ${keys.length - MOST_KEYS} more` : "";
  return `the keys ${listed.join(", ")}${more}`;
}

function kindOf(value: JsonValue): string {
  if (Array.isArray(value)) return "a list";
  if (isObject(value)) return "a group of keys";
  return value === null ? "empty" : `a ${typeof value}`;
}

/**
 * A secret as its reader takes it: without blanks around it, an SSH key with lines of its own and one line end.
 * Throws HostenvError `secret-unusable`, which says nothing of the value.
 */
export function usableSecret(name: SecretName, value: string): string {
  const text = value.replaceAll(/\r\n?/g, "\n").trim();
  const fault = text === "" ? EMPTY : text.length < SHORTEST_MASK ? SHORT : FAULTS[name](text);
  if (fault === null) return name === "SSH_KEY" ? `${text}\n` : text;
  throw new HostenvError("secret-unusable", `${name} ${fault.what}`, fault.hint);
}

interface Fault {
  readonly what: string;
  readonly hint: string;
}

const EMPTY = { what: "is empty", hint: "give it a value, or leave it out" };
const SHORT = {
  what: `is shorter than ${SHORTEST_MASK} characters, too short to be hidden in a log`,
  hint: "look whether the whole value was given",
};

const PEM = /^-----BEGIN ([A-Z0-9 ]*PRIVATE KEY)-----\n[\s\S]+\n-----END \1-----$/;

const FAULTS: Readonly<Record<SecretName, (text: string) => Fault | null>> = {
  SSH_KEY: (text) => {
    if (PEM.test(text)) return null;
    if (/^(?:ssh|ecdsa|sk)-\S+ /.test(text)) return { what: "is a public key", hint: "give the private one" };
    return {
      what: "is no private key in lines, from -----BEGIN to -----END",
      hint: "give the file that ssh-keygen wrote, with its line ends: in YAML as a block that begins with |",
    };
  },
  NIX_SIGNING_KEY: (text) => {
    // Ed25519's secret key has 64 bytes, its public one 32.
    const length = /^[^\s:]+:([A-Za-z0-9+/]+={0,2})$/.exec(text)?.[1]?.length;
    if (length === 88) return null;
    if (length === 44) return { what: "is a public key", hint: "give the secret one" };
    return {
      what: "is no secret key of Nix, NAME:BASE64",
      hint: "make one: nix key generate-secret --key-name NAME",
    };
  },
  CF_API_TOKEN: (text) =>
    /^[!-~]+$/.test(text)
      ? null
      : { what: "is no token: it has blanks or strange characters", hint: "give the token alone" },
};

/** Names of secrets whose value stands unencrypted in the text of the file they are from. */
export function plainAmong(secrets: KnownSecrets, text: string): SecretName[] {
  return SECRET_NAMES.filter((name) => {
    const value = secrets[name];
    return value !== undefined && maskedForms(value).some((form) => text.includes(form));
  });
}
