import { ageKeysOf, NO_KEY_HINT } from "../domain/age-keys.ts";
import {
  type KnownSecrets,
  plainAmong,
  SECRET_NAMES,
  type SecretName,
  secretPlacesOf,
  secretsAt,
  usableSecret,
} from "../domain/secrets.ts";
import { notEncrypted } from "../domain/sops-file.ts";
import { HostenvError, UsageError } from "../errors.ts";
import type { SecretFiles } from "../ports/secrets.ts";

/** Where secrets come from. */
export interface SecretSources {
  /** Keys of age, as age-keygen writes them. */
  readonly key?: string | undefined;
  /** The file that sops encrypted for one of them. */
  readonly file?: string | undefined;
  /** Lines that say where in it each secret is; none where they are keys of its root. */
  readonly places?: readonly string[] | undefined;
  /** What the environment holds; the file goes before. */
  readonly environment: KnownSecrets;
}

/** What `secretsFrom` needs of the world. */
export interface SecretPorts {
  readonly secretFiles: SecretFiles;
  /** Sees to it that nobody is shown a text; called with each secret before anything else is done with it. */
  hide(secret: string): void;
}

/**
 * The secrets that there are, of those wanted, each in the form its reader takes; all are hidden. Throws UsageError for a file without keys or the
 * other way round, and HostenvError as `ageKeysOf`, `secretPlacesOf`, `SecretFiles`, `secretsAt` and `usableSecret`.
 */
export async function secretsFrom(
  sources: SecretSources,
  ports: SecretPorts,
  wanted: readonly SecretName[] = SECRET_NAMES,
): Promise<KnownSecrets> {
  const found = { ...sources.environment, ...(await fromFile(sources, ports)) };
  const known = SECRET_NAMES.flatMap((name) =>
    found[name] === undefined ? [] : [[name, found[name]] as const],
  );
  for (const [, value] of known) ports.hide(value);
  const used = known.filter(([name]) => wanted.includes(name));
  return Object.fromEntries(used.map(([name, value]) => [name, usableSecret(name, value)]));
}

async function fromFile(
  { key, file, places = [] }: SecretSources,
  { secretFiles, hide }: SecretPorts,
): Promise<KnownSecrets> {
  if (key === undefined && file === undefined && places.length === 0) return {};
  if (key === undefined) throw await noKey(file, secretFiles);
  if (file === undefined) {
    const hint = "name the file that is encrypted for it: sops-file: ci-secrets.yaml";
    throw new UsageError("the input sops-age-key is given, and sops-file is not", hint);
  }
  const [keys, wanted] = [ageKeysOf(key), secretPlacesOf(places)];
  const { tree, text } = await secretFiles.decrypted(file, keys);
  const secrets = secretsAt(wanted, tree, file);
  for (const value of Object.values(secrets)) hide(value);
  const plain = plainAmong(secrets, text);
  if (plain.length > 0) throw notEncrypted(file, plain.join(" and "));
  return secrets;
}

/** More keys than these are not named. */
const MOST_NAMED = 10;

// Whoever is to give a key must know whose.
async function noKey(file: string | undefined, secretFiles: SecretFiles): Promise<HostenvError> {
  const recipients = file === undefined ? [] : await secretFiles.recipients(file);
  const named = recipients.slice(0, MOST_NAMED).join(", ");
  const whose = named === "" ? "" : `: ${file} is encrypted for ${named}`;
  return new HostenvError("age-key", `a sops file is wanted, and there is no age key${whose}`, NO_KEY_HINT);
}
