import { type KnownSecrets, SECRET_NAMES } from "../domain/secrets.ts";

/**
 * Takes the secrets with a meaning out of an environment, and an action's inputs, which a door has read: what we
 * start through a library would inherit them.
 */
export function takeSecrets(env: NodeJS.ProcessEnv): KnownSecrets {
  const found = SECRET_NAMES.flatMap((name) => (env[name] ? [[name, env[name]] as const] : []));
  const inputs = Object.keys(env).filter((name) => /^INPUT_/i.test(name));
  for (const name of [...SECRET_NAMES, ...inputs]) delete env[name];
  return Object.fromEntries(found);
}
