import { homedir } from "node:os";
import { join } from "node:path";
import type { PrivateFolders } from "../ports/secrets.ts";
import { type AccessToken, basic } from "./nix-tokens.ts";

/** A folder of settings for one evaluation, and the variables that lead to them. */
export interface PrivateSettings {
  readonly variables: Readonly<Record<string, string>>;
  remove(): Promise<void>;
}

/**
 * Writes the tokens for Nix and for git into a new folder that only we can read. Throws HostenvError
 * `file-unusable`.
 */
export async function privateSettings(
  tokens: readonly AccessToken[],
  folders: PrivateFolders,
  env: NodeJS.ProcessEnv,
): Promise<PrivateSettings> {
  const folder = await folders.make();
  try {
    const nix = await folder.write("nix.conf", nixConfig(tokens));
    const git = await folder.write("gitconfig", gitConfig(tokens, env));
    const files = [nix, ...userNixConfigs(env)].join(":");
    return {
      variables: { NIX_USER_CONF_FILES: files, GIT_CONFIG_GLOBAL: git },
      remove: () => folder.remove(),
    };
  } catch (error) {
    await folder.remove();
    throw error;
  }
}

function nixConfig(tokens: readonly AccessToken[]): string {
  return `access-tokens = ${tokens.map(({ host, value }) => `${host}=${value}`).join(" ")}\n`;
}

// Without a variable, Nix's own list; NIX_CONFIG_HOME is known since 2.24. The first file to name a
// setting wins, in 2.8 and in 2.34.
function userNixConfigs(env: NodeJS.ProcessEnv): string[] {
  if (env.NIX_USER_CONF_FILES !== undefined)
    return env.NIX_USER_CONF_FILES.split(":").filter((path) => path !== "");
  const folders = (env.XDG_CONFIG_DIRS || "/etc/xdg").split(":").map((folder) => join(folder, "nix"));
  return [env.NIX_CONFIG_HOME || join(configHome(env), "nix"), ...folders].map((folder) =>
    join(folder, "nix.conf"),
  );
}

function configHome(env: NodeJS.ProcessEnv): string {
  return env.XDG_CONFIG_HOME || join(env.HOME || homedir(), ".config");
}

// Ours comes after the user's, and the empty header forgets one of the user's for the same place:
// GitHub refuses a request with two.
function gitConfig(tokens: readonly AccessToken[], env: NodeJS.ProcessEnv): string {
  const included = userGitConfigs(env).map((path) => `[include]\n\tpath = ${quoted(path)}\n`);
  const headers = tokens.map(
    (token) =>
      `[http ${quoted(`https://${token.host}/`)}]\n\textraheader =\n\textraheader = ${quoted(`Authorization: Basic ${basic(token)}`)}\n`,
  );
  return [...included, ...headers].join("");
}

// A file that is not there is no error to git.
function userGitConfigs(env: NodeJS.ProcessEnv): string[] {
  if (env.GIT_CONFIG_GLOBAL !== undefined) return env.GIT_CONFIG_GLOBAL === "" ? [] : [env.GIT_CONFIG_GLOBAL];
  return [join(configHome(env), "git", "config"), join(env.HOME || homedir(), ".gitconfig")];
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, "\\$&")}"`;
}
