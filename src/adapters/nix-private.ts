import { rmSync } from "node:fs";
import { lstat, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { HostenvError } from "../errors.ts";
import { type AccessToken, basic } from "./nix-tokens.ts";
import { undoneAtExit } from "./nix-undo.ts";

const PREFIX = "hostenv-nix-";

/** A folder of settings for one evaluation, and the variables that lead to them. */
export interface PrivateSettings {
  readonly variables: Readonly<Record<string, string>>;
  remove(): Promise<void>;
}

/**
 * Writes the tokens for Nix and for git into a new folder below `parent` that only we can read.
 * Throws HostenvError `file-unusable`.
 */
export async function privateSettings(
  tokens: readonly AccessToken[],
  parent: string,
  env: NodeJS.ProcessEnv,
): Promise<PrivateSettings> {
  // The process is in the name, so that a later run can tell whether it still lives.
  const folder = await mkdtemp(join(parent, `${PREFIX}${process.pid}-`)).catch((cause) =>
    unusable(parent, cause),
  );
  const release = undoneAtExit(() => rmSync(folder, { recursive: true, force: true }));
  const remove = async () => {
    await rm(folder, { recursive: true, force: true });
    release();
  };
  try {
    const [nix, git] = [join(folder, "nix.conf"), join(folder, "gitconfig")];
    await writeNew(nix, nixConfig(tokens));
    await writeNew(git, gitConfig(tokens, env));
    const files = [nix, ...userNixConfigs(env)].join(":");
    return { variables: { NIX_USER_CONF_FILES: files, GIT_CONFIG_GLOBAL: git }, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** Removes what runs that were killed left below `parent`: folders of ours whose process is dead. */
export async function sweepPrivateSettings(parent: string): Promise<void> {
  const names = await readdir(parent).catch(() => []);
  for (const name of names) {
    const process = new RegExp(`^${PREFIX}(\\d+)-\\w+$`).exec(name)?.[1];
    if (process === undefined || isAlive(Number(process)) || !(await isOurFolder(join(parent, name))))
      continue;
    await rm(join(parent, name), { recursive: true, force: true });
  }
}

function isAlive(id: number): boolean {
  try {
    return process.kill(id, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

async function isOurFolder(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => null);
  return found?.isDirectory() === true && found.uid === process.getuid?.();
}

async function writeNew(path: string, text: string): Promise<void> {
  await writeFile(path, text, { flag: "wx", mode: 0o600 }).catch((cause) => unusable(path, cause));
}

function unusable(path: string, cause: Error): never {
  const hint = "check the folder's permissions and the disk, or name another one in RUNNER_TEMP";
  throw new HostenvError("file-unusable", `${path} can't be written: ${cause.message}`, hint, cause);
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
