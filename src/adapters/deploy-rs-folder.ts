import { chmod, mkdir, mkdtemp, open, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { PrivateFolder } from "../ports/secrets.ts";

/** Bytes of a text's end that are read, and lines that are kept. */
const [LOG_BYTES, LOG_LINES] = [64 * 1024, 40];

// Everything is evaluated: where deploy-rs asks Nix something that we do not answer, it finds the same in a flake.
const FLAKE = `{
  outputs = _: { deploy = builtins.fromJSON (builtins.readFile ./deploy.json); };
}
`;

// What deploy-rs asks Nix before it activates has been done for all profiles at once: evaluated, built, brought to
// the node. The answers are known, and the same for all versions of Nix. It asks for the derivation of each path
// and then has that built: the name that is given here leads back to the path.
const NIX = `#!/bin/sh
here=\${0%/*}
verb= skip= last=
for word; do
  last=$word
  if [ -n "$verb" ]; then continue; fi
  case $skip$word in
    --*experimental-features) skip=skip ;;
    skip*) skip= ;;
    -*) ;;
    *) verb=$word ;;
  esac
done
case $verb in
  eval) case " $* " in *" --json "*) cat "$here/../deploy.json" ;; esac ;;
  show-derivation) printf '{"%s.drv":{}}\\n' "$last" ;;
  path-info) printf '%s\\n' "$last" ;;
  build)
    for word; do
      word=\${word%^out}
      case $word in *.drv) printf '%s\\n' "\${word%.drv}" ;; esac
    done ;;
  copy) ;;
  *)
    PATH=\${PATH#*:}
    exec nix "$@" ;;
esac
`;

// Which profile deploy-rs is at is seen by what it has run on the node, in the last of ssh's arguments. What comes
// from there is written by the profile's owner: each command's words are kept apart, and 32 MiB of them are enough.
// An environment's commands share a connection, where our ssh lets them: it is waited for, and done without in the end.
const SSH = `#!/bin/sh
here=\${0%/*}
for command; do :; done
printf '%s %s\\n' "$$" "$command" >>"$here/../commands"
user=\${1%%@*}
if [ -n "\${HOSTENV_SSH_SHARED-}" ] && [ -d "$here/../shared/$user" ]; then
  HOSTENV_SSH_CONTROL=$HOSTENV_SSH_SHARED-$user
  export HOSTENV_SSH_CONTROL
  tries=0
  while [ ! -S "$HOSTENV_SSH_CONTROL" ] && [ "$tries" -lt 100 ]; do
    tries=$((tries + 1))
    sleep 0.05
  done
fi
ulimit -f 65536
PATH=\${PATH#*:}
exec ssh "$@" >>"$here/../said-$$" 2>&1
`;

/** A command that deploy-rs ran on the node. */
export interface Ran {
  readonly command: string;
  /** The last lines that came from there. */
  readonly said: readonly string[];
}

/** Programs that stand before others on deploy-rs' PATH, for all calls of a run. */
export interface DeployRsPrograms {
  /** The run's own folder, in which each call has one. */
  readonly folder: PrivateFolder;
  readonly nix: string;
  readonly ssh: string;
}

/**
 * Writes them, once and before anything is deployed: a process that is just being started elsewhere may still have a
 * file open that was written a moment ago, and Linux starts no program that somebody may write (ETXTBSY). Throws
 * HostenvError `file-unusable`.
 */
export async function deployRsPrograms(folder: PrivateFolder): Promise<DeployRsPrograms> {
  const [nix, ssh] = [await folder.write("deploy-rs-nix", NIX), await folder.write("deploy-rs-ssh", SSH)];
  for (const program of [nix, ssh]) await chmod(program, 0o700);
  return { folder, nix, ssh };
}

/** A folder that only we can read, with what one call of deploy-rs reads, runs and says. */
export class DeployRsFolder {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /**
   * @param deployment what the flake's output `deploy` holds
   * @param sharing users whose commands may share a connection
   */
  static async make(
    deployment: object,
    sharing: readonly string[],
    { folder: own, nix, ssh }: DeployRsPrograms,
  ): Promise<DeployRsFolder> {
    const folder = new DeployRsFolder(await mkdtemp(join(own.path, "deploy-")));
    try {
      await mkdir(folder.programs);
      for (const user of sharing) await mkdir(join(folder.path, "shared", user), { recursive: true });
      await writeFile(join(folder.path, "flake.nix"), FLAKE);
      await writeFile(join(folder.path, "deploy.json"), JSON.stringify(deployment));
      // A script is told the name by which it was started: it finds what belongs to this call beside that.
      await symlink(nix, join(folder.programs, "nix"));
      await symlink(ssh, join(folder.programs, "ssh"));
      return folder;
    } catch (error) {
      await folder.remove();
      throw error;
    }
  }

  /** Must stand first on deploy-rs' PATH, the programs that it stands for behind it. */
  get programs(): string {
    return join(this.path, "bin");
  }

  /** Where deploy-rs' own words go. */
  get log(): string {
    return join(this.path, "log");
  }

  /** The last lines of its own words. */
  ownWords(): Promise<string[]> {
    return lastLines(this.log);
  }

  /** What it ran on the node, in the order in which it began. */
  async ran(): Promise<Ran[]> {
    const names = await readdir(this.path);
    if (!names.includes("commands")) return [];
    const lines = (await readFile(join(this.path, "commands"), "utf8")).split("\n").slice(0, -1);
    return await Promise.all(
      lines.map(async (line) => {
        const [id, command] = [line.slice(0, line.indexOf(" ")), line.slice(line.indexOf(" ") + 1)];
        const said = names.includes(`said-${id}`) ? await lastLines(join(this.path, `said-${id}`)) : [];
        return { command, said };
      }),
    );
  }

  async remove(): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }
}

async function lastLines(path: string): Promise<string[]> {
  const file = await open(path, "r");
  try {
    const { size } = await file.stat();
    const length = Math.min(size, LOG_BYTES);
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length);
    const lines = buffer.toString("utf8").split(/\r?\n/);
    return lines
      .map((line) => line.replace(COLOUR, ""))
      .filter((line) => line.trim() !== "")
      .slice(-LOG_LINES);
  } finally {
    await file.close();
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: a colour is one
const COLOUR = /\u001b\[[0-9;]*m/g;
