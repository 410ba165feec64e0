import { ageKeysOf } from "../domain/age-keys.ts";
import { fingerprintOf } from "../domain/deploy/host-keys.ts";
import { publicKeyOf } from "../domain/deploy/signing-key.ts";
import type { Check, Fact } from "../domain/doctor/check.ts";
import type { Need } from "../domain/doctor/purpose.ts";
import {
  accessTokensCheck,
  ageKeyCheck,
  type FoundSecret,
  type Situation,
  secretCheck,
} from "../domain/doctor/secrets.ts";
import { SECRET_NAMES, type SecretName } from "../domain/secrets.ts";
import type { Facts } from "./doctor-fact.ts";
import { hadOf } from "./doctor-fact.ts";
import { type SecretPorts, type SecretSources, secretsFrom } from "./secrets.ts";

/** What looking at secrets needs of the world. */
export interface DoctorSecretPorts extends SecretPorts {
  readonly sources: SecretSources;
  /** Hosts that the tokens of project repositories are for. Throws HostenvError `access-tokens`. */
  readonly tokenHosts: () => readonly string[];
}

/** A secret that is there: its value for whoever reads it rightfully, and where it is from. */
interface Had {
  readonly value: string;
  readonly source: string;
}

/** Each secret, or why it can't be had; apart from each other. */
export interface FoundSecrets {
  readonly file: Fact<{ readonly file: string; readonly recipient: string } | null>;
  readonly byName: Readonly<Record<SecretName, Fact<Had | null>>>;
}

/** Reads every secret by itself: one that is unusable says nothing of the others. */
export async function lookAtSecrets(facts: Facts, ports: DoctorSecretPorts): Promise<FoundSecrets> {
  const file = await facts.of("open the file of secrets", () => opened(ports));
  const had = await Promise.all(
    SECRET_NAMES.map((name) => facts.of(`read ${name}`, () => hadSecret(name, ports))),
  );
  return {
    file,
    byName: Object.fromEntries(
      SECRET_NAMES.map((name, index) => [name, had[index]]),
    ) as FoundSecrets["byName"],
  };
}

async function opened(ports: DoctorSecretPorts) {
  const { key, file } = ports.sources;
  await secretsFrom({ ...ports.sources, environment: {} }, ports, []);
  if (key === undefined || file === undefined) return null;
  const recipients = await ports.secretFiles.recipients(file);
  const ours = ageKeysOf(key).flatMap(({ recipient }) => recipient ?? []);
  const recipient = ours.find((each) => recipients.includes(each)) ?? "a key of a plugin";
  return { file, recipient };
}

// The file goes before, so what it has is looked for without the environment.
async function hadSecret(name: SecretName, ports: DoctorSecretPorts): Promise<Had | null> {
  const { file } = ports.sources;
  const inFile = (await secretsFrom({ ...ports.sources, environment: {} }, ports, [name]))[name];
  if (inFile !== undefined) return { value: inFile, source: file ?? "the file of secrets" };
  const value = (await secretsFrom({ environment: ports.sources.environment }, ports, [name]))[name];
  return value === undefined ? null : { value, source: `the variable ${name}` };
}

/** What is said of them. `sshKey` is the public half of SSH_KEY as ssh reads it, or why ssh can't read it. */
export function secretChecks(
  found: FoundSecrets,
  sshKey: Fact<string | null>,
  situation: Situation,
  { tokenHosts, wants }: Pick<DoctorSecretPorts, "tokenHosts"> & { readonly wants: (need: Need) => boolean },
): Check[] {
  const isClosed = "fault" in found.file;
  const known: Readonly<Record<SecretName, (had: Had) => Fact<string | null>>> = {
    SSH_KEY: () =>
      "fault" in sshKey ? sshKey : { value: sshKey.value === null ? null : identityOf(sshKey.value) },
    NIX_SIGNING_KEY: ({ value }) => ({ value: publicKeyOf(value) }),
    CF_API_TOKEN: () => ({ value: null }),
  };
  const byName = SECRET_NAMES.filter(wants).map((name) =>
    secretCheck(name, isClosed ? "file-closed" : told(found.byName[name], known[name]), situation),
  );
  return [
    ...(wants("SOPS_AGE_KEY") ? [ageKeyCheck(found.file)] : []),
    ...byName,
    ...(wants("NIX_ACCESS_TOKENS") ? [accessTokensCheck(hostsOf(tokenHosts))] : []),
  ];
}

function told(had: Fact<Had | null>, known: (had: Had) => Fact<string | null>): Fact<FoundSecret | null> {
  if ("fault" in had) return had;
  if (had.value === null) return { value: null };
  const fact = known(had.value);
  return "fault" in fact ? fact : { value: { source: had.value.source, known: fact.value } };
}

// `ssh-ed25519 AAAA…`, by which nobody knows a key again.
function identityOf(publicKey: string): string {
  const [type = "", key = ""] = publicKey.split(" ");
  return `${type} ${fingerprintOf(key)}`;
}

function hostsOf(tokenHosts: () => readonly string[]): Fact<readonly string[]> {
  try {
    return { value: tokenHosts() };
  } catch (error) {
    const { code, message, hint } = error as { code: string; message: string; hint: string };
    return { fault: { code, message, hint } };
  }
}

/** The value of a secret for its rightful reader, null where there is none. */
export function valueIn({ file, byName }: FoundSecrets, name: SecretName): string | null {
  return "fault" in file ? null : (hadOf(byName[name])?.value ?? null);
}
