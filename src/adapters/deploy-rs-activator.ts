import { spawn } from "node:child_process";
import { open } from "node:fs/promises";
import { delimiter } from "node:path";
import { HostenvError } from "../errors.ts";
import type { Activated, Activation, ActivationSettings, Activator, Begun } from "../ports/deploying.ts";
import type { NodeTarget } from "../ports/nodes.ts";
import { DeployRsFolder, type DeployRsPrograms, type Ran } from "./deploy-rs-folder.ts";

/** What deploy-rs itself waits at most for one profile: 240 s of activation and 30 s of confirmation, and some for SSH. */
const SECONDS_PER_PROFILE = 330;

// What a node is called in the flake: deploy-rs takes only some names as they are, and a node's may have dots.
const NODE = "node";

/** How deploy-rs is started. */
export interface DeployRsOptions {
  /** The program `deploy`; a name is looked up on PATH. */
  readonly program: string;
  readonly programs: DeployRsPrograms;
  /** The whole environment for users of a node, with our ssh first on PATH and without secrets. */
  readonly environment: (node: NodeTarget, users: readonly string[]) => NodeJS.ProcessEnv;
}

/** Activates profiles by deploy-rs 1.x, which rolls back what fails or can't be confirmed. */
export class DeployRsActivator implements Activator {
  private readonly options: DeployRsOptions;

  constructor(options: DeployRsOptions) {
    this.options = options;
  }

  async activate(
    node: NodeTarget,
    profiles: readonly Activation[],
    settings: ActivationSettings,
  ): Promise<Activated> {
    // That a node can still be reached is proved by its system's commands: each of them connects anew.
    const sharing = profiles.flatMap(({ user }) => (user === "root" ? [] : [user]));
    const users = profiles.map(({ user }) => loginOf(user, node));
    const folder = await DeployRsFolder.make(
      deployment(node, profiles, settings),
      sharing,
      this.options.programs,
    );
    try {
      const env = environmentOf(this.options.environment(node, users), folder);
      const exit = await this.run(argumentsFor(folder, settings), {
        env,
        log: folder.log,
        profiles: profiles.length,
      });
      return { exit, begun: begunBy(await folder.ran(), profiles), log: await folder.ownWords() };
    } finally {
      await folder.remove();
    }
  }

  // Its ssh children may outlive it and keep a pipe open: its output goes to a file. In a group of its own no
  // signal that is meant for us reaches it: what has begun is confirmed or rolled back.
  private async run(
    args: readonly string[],
    { env, log, profiles }: { env: NodeJS.ProcessEnv; log: string; profiles: number },
  ): Promise<number | string> {
    const file = await open(log, "wx", 0o600);
    try {
      const child = spawn(this.options.program, args, {
        env,
        detached: true,
        stdio: ["ignore", file.fd, file.fd],
      });
      const stop = () => killGroup(child.pid);
      const timer = setTimeout(stop, profiles * SECONDS_PER_PROFILE * 1000);
      return await new Promise<number | string>((resolve, reject) => {
        child.once("error", (cause) => reject(missing(this.options.program, cause)));
        child.once("exit", (code, signal) => resolve(code ?? signal ?? 1));
      }).finally(() => {
        clearTimeout(timer);
        stop();
      });
    } finally {
      await file.close();
    }
  }
}

// It asks Nix for flakes without saying so.
function environmentOf(environment: NodeJS.ProcessEnv, { programs }: DeployRsFolder): NodeJS.ProcessEnv {
  const own = environment.NIX_CONFIG ? `${environment.NIX_CONFIG}\n` : "";
  return {
    ...environment,
    PATH: `${programs}${delimiter}${environment.PATH ?? ""}`,
    NIX_CONFIG: `${own}extra-experimental-features = nix-command flakes\naccept-flake-config = false\n`,
  };
}

function argumentsFor({ path }: DeployRsFolder, { dry }: ActivationSettings): string[] {
  return [
    "--skip-checks",
    "--checksigs",
    ...["--rollback-succeeded", "false"],
    ...(dry ? ["--dry-activate"] : []),
    `path:${encodeURI(path)}#${NODE}`,
  ];
}

function loginOf(user: string, { deployUser }: NodeTarget): string {
  return user === "root" ? deployUser : user;
}

/** What deploy-rs reads, by its published interface. */
function deployment(
  node: NodeTarget,
  profiles: readonly Activation[],
  { magicRollback, autoRollback, remoteBuild }: ActivationSettings,
): object {
  const described = profiles.map(({ profile, path, user, storePath, tempPath }) => [
    profile,
    {
      user,
      sshUser: loginOf(user, node),
      path: storePath,
      profilePath: path,
      tempPath,
    },
  ]);
  return {
    nodes: {
      [NODE]: {
        hostname: node.host,
        sshOpts: node.sshOptions,
        fastConnection: true,
        magicRollback,
        autoRollback,
        remoteBuild,
        profilesOrder: profiles.map(({ profile }) => profile),
        profiles: Object.fromEntries(described),
      },
    },
  };
}

// A profile's commands name the folder that is its alone. They are deploy-rs' own: nothing that an environment says
// can make one of them another's.
function begunBy(ran: readonly Ran[], profiles: readonly Activation[]): Begun[] {
  const log = new Map<string, string[]>();
  for (const { command, said } of ran) {
    const words = command.split(/[\s']+/);
    const named = profiles.find(({ tempPath }) =>
      words.some((word) => word === tempPath || word.startsWith(`${tempPath}/`)),
    );
    if (named) log.set(named.profile, [...(log.get(named.profile) ?? []), ...said]);
  }
  return [...log].map(([profile, lines]) => ({ profile, log: lines }));
}

function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // It is gone already.
  }
}

function missing(program: string, cause: unknown): HostenvError {
  return new HostenvError(
    "deploy-rs-missing",
    `deploy-rs can't be started: ${program}: ${cause instanceof Error ? cause.message : cause}`,
    "add deploy-rs to the inputs of the provider's flake, or put its `deploy` on PATH",
    cause,
  );
}
