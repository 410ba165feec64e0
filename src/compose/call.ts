import type { z } from "zod";
import packageJson from "../../package.json" with { type: "json" };
import { DiskFiles } from "../adapters/disk-files.ts";
import { DiskPrivate } from "../adapters/disk-private.ts";
import type { Client } from "../adapters/github-client.ts";
import { TerminalProgress } from "../adapters/terminal-progress.ts";
import type { KnownSecrets } from "../domain/secrets.ts";
import { UsageError } from "../errors.ts";
import type { Forge } from "../ports/forge.ts";
import type { NodeProgress, Progress } from "../ports/people.ts";
import { harmless, visible } from "../render/escape.ts";
import { inputKey, type Verb } from "../verbs/verb.ts";
import { VERBS, type VerbName } from "../verbs.ts";

/** Values of flags by camelCase name, as a door read them. */
export type Options = Readonly<Record<string, unknown>>;

/** What a door was given that must appear in no file and no argument. */
export interface Secrets {
  readonly githubToken?: string;
  /** Words `host=token`, as Nix's access-tokens setting has them. */
  readonly nixAccessTokens?: string;
  /** Keys of age, as age-keygen writes them, for the file that the input sops-file names. */
  readonly sopsAgeKey?: string;
  /** What the environment held, until the door took it out. */
  readonly environment?: KnownSecrets;
}

/** Where a pull request's labels are to be asked for, known to an action on a pull request. */
export interface Place {
  readonly pullRequest?: number;
  readonly commentAuthorId?: number;
  /** Whether the pull request's branch is in another repository. */
  readonly fromFork?: boolean;
}

/** Name, version and description of the program. */
export const PROGRAM = packageJson;

/** The local disk. */
export const files = new DiskFiles();
/** Where files of secrets are, as long as a program needs them. */
export const privateFolders = new DiskPrivate();
const terminal = new TerminalProgress(process.stderr);

/** Tells people on stderr what goes on. What servers and builders say gets into it, and a runner reads it. */
export const progress: Progress = {
  step: (text) => terminal.step(harmless(visible(text))),
  notice: (text) => terminal.notice(harmless(visible(text))),
  done: () => terminal.done(),
};

/** Tells people on stderr how far nodes are. */
export const nodeProgress: NodeProgress = {
  at: (node, text) => terminal.at(visible(node), harmless(visible(text))),
  ended: (node, text) => terminal.ended(visible(node), harmless(visible(text))),
  done: () => terminal.done(),
};

/** A verb that was asked for, with what it was given. */
export interface Call {
  readonly options: Options;
  readonly secrets: Secrets;
  readonly place: Place;
  readonly directory: string;
  /** Sees to it that a log does not show a text. */
  readonly hide: (secret: string) => void;
}

/**
 * The snapshot's folder below the provider's. Throws UsageError for more than one folder: the generated flake
 * imports the provider's from one folder above.
 */
export function snapshotFolder(): string {
  const name = process.env.HOSTENV_PROVIDER_OUT || "generated";
  if (/^[\w.-]+$/.test(name) && !/^\.\.?$/.test(name)) return name;
  throw new UsageError(
    `HOSTENV_PROVIDER_OUT is '${name}'`,
    "name one folder below the provider's, without a slash",
  );
}

/** A repository on GitHub, and a client that reaches it. */
export interface OnGithub {
  readonly client: Client;
  readonly owner: string;
  readonly repo: string;
}

/**
 * A repository on GitHub, else the one that the environment names. Throws UsageError without one or without a
 * token. Loaded only where GitHub is talked to: it is half of the bundle.
 */
export async function onGithub(repository: unknown, { githubToken }: Secrets): Promise<OnGithub> {
  const name = String(repository ?? process.env.GITHUB_REPOSITORY ?? "");
  const [, owner, repo] = /^([\w.-]+)\/([\w.-]+)$/.exec(name) ?? [];
  if (!owner || !repo) throw new UsageError(`the repository is '${name}'`, "give --repository OWNER/NAME");
  if (!githubToken) {
    const hint = "set the environment variable GITHUB_TOKEN, or the action's input github-token";
    throw new UsageError("there is no token for GitHub", hint);
  }
  const { client } = await import("../adapters/github-client.ts");
  return { client: client(githubToken, (text) => progress.notice(text)), owner, repo };
}

/** Pull requests of a repository on GitHub. Throws as `onGithub` does. */
export async function forgeOf(repository: unknown, secrets: Secrets): Promise<Forge> {
  const { client, owner, repo } = await onGithub(repository, secrets);
  const { GithubForge } = await import("../adapters/github-forge.ts");
  return new GithubForge(client, owner, repo);
}

/**
 * A verb's inputs as its schema gives them. Throws UsageError naming the flag. A door may know more than a verb
 * asks for, such as where its answer goes.
 */
export function checked<T extends z.ZodObject>(verb: VerbName, schema: T, options: Options): z.output<T> {
  const known = Object.entries(options).filter(([key]) => Object.hasOwn(schema.shape, key));
  const parsed = schema.safeParse(Object.fromEntries(known));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const key = String(issue?.path[0]);
  const { flags = [], inputs = [] }: Partial<Verb> = VERBS.find(({ name }) => name === verb) ?? {};
  const flag = [...flags, ...inputs].find(({ name }) => inputKey(name) === key);
  throw new UsageError(
    `--${flag?.name ?? key} '${String(options[key])}': ${issue?.message}`,
    `see hostenv-provider ${verb} --help`,
  );
}
