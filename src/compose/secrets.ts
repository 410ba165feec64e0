import { SopsSecrets } from "../adapters/sops-secrets.ts";
import { type SecretSources, secretsFrom } from "../commands/secrets.ts";
import type { KnownSecrets, SecretName } from "../domain/secrets.ts";
import type { Call } from "./call.ts";

/**
 * The secrets a call was given, of those wanted, or all: from the file of the inputs sops-*, else from the environment variables of their
 * names. They are hidden in the log when the promise settles. Throws as `secretsFrom` does.
 */
export function secretsOf(call: Call, wanted?: readonly SecretName[]): Promise<KnownSecrets> {
  return secretsFrom(sourcesOf(call), { secretFiles: new SopsSecrets(), hide: call.hide }, wanted);
}

/** Where a call's secrets come from. */
export function sourcesOf({ options, secrets }: Call): SecretSources {
  const { sopsFile, sopsSecrets } = options;
  return {
    key: secrets.sopsAgeKey,
    file: typeof sopsFile === "string" ? sopsFile : undefined,
    places: Array.isArray(sopsSecrets) ? sopsSecrets.map(String) : undefined,
    environment: secrets.environment ?? {},
  };
}
