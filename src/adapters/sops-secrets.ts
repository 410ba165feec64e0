import { type ExecFileException, execFile } from "node:child_process";
import { readFile, stat } from "node:fs/promises";
import { resolve } from "node:path";
import type { AgeKey } from "../domain/age-keys.ts";
import { isObject, type JsonObject, type JsonValue } from "../domain/json.ts";
import { recipientsOf } from "../domain/sops-file.ts";
import { HostenvError } from "../errors.ts";
import type { SecretFiles } from "../ports/secrets.ts";
import { sopsFailure } from "./sops-errors.ts";

/** Bytes of the biggest file, and of the biggest answer: a thousand SSH keys. */
const MOST_BYTES = 4 * 2 ** 20;

/** The first version with the command `decrypt`, and with a MAC that tells which values it is about. */
const OLDEST = [3, 9, 0] as const;

/** How sops is run; everything has a default. */
export interface SopsOptions {
  /** The program to run, default `sops` on PATH. */
  readonly program?: string;
  /** Seconds one run may take, default 30: it takes 0.04, and a key in a plugin's device may want a touch. */
  readonly seconds?: number;
}

/** Decrypts files with the program sops, which gets the given age keys and finds no others. */
export class SopsSecrets implements SecretFiles {
  private readonly program: string;
  private readonly seconds: number;

  constructor({ program = "sops", seconds = 30 }: SopsOptions = {}) {
    this.program = program;
    this.seconds = seconds;
  }

  async decrypted(path: string, keys: readonly AgeKey[]): Promise<{ tree: JsonObject; text: string }> {
    const text = await fileText(path);
    await this.checkVersion();
    // The whole path, which never begins with a dash; its suffix tells sops the type.
    const args = ["decrypt", "--output-type", "json", resolve(path)];
    const { exit, stdout, stderr } = await this.run(args, path, {
      SOPS_AGE_KEY: keys.map((key) => key.text).join("\n"),
    });
    if (exit !== 0) throw sopsFailure({ path, text, keys, exit, stderr });
    return { tree: treeOf(stdout, path), text };
  }

  async recipients(path: string): Promise<readonly string[]> {
    return recipientsOf(await fileText(path));
  }

  private async checkVersion(): Promise<void> {
    const { stdout } = await this.run(["--version"], "its version", {});
    const found = /\b(\d+)\.(\d+)\.(\d+)\b/.exec(stdout)?.slice(1).map(Number);
    if (found && !isOlder(found)) return;
    throw new HostenvError(
      "sops-old",
      `the program '${this.program}' is ${found ? `sops ${found.join(".")}` : "no sops that tells its version"}`,
      `install sops ${OLDEST.join(".")} or newer, ${SOURCES}`,
    );
  }

  private run(
    args: readonly string[],
    about: string,
    variables: Readonly<Record<string, string>>,
  ): Promise<Ended> {
    const options = {
      env: { ...environment(), ...variables },
      // It looks for its settings here and above: those of a branch are not for us.
      cwd: "/",
      timeout: this.seconds * 1000,
      killSignal: "SIGKILL" as const,
      maxBuffer: MOST_BYTES,
    };
    return new Promise((done, reject) => {
      const child = execFile(this.program, args, options, (error, stdout, stderr) => {
        const failure = error && this.failure(error, about);
        if (failure) reject(failure);
        else done({ exit: Number(error?.code ?? 0), stdout, stderr });
      });
      child.stdin?.end();
    });
  }

  // Null where it ended by itself. An error of execFile quotes what sops printed: it is never passed on.
  private failure({ code, killed, signal }: ExecFileException, about: string): HostenvError | null {
    if (String(code) === "ERR_CHILD_PROCESS_STDIO_MAXBUFFER")
      return new HostenvError(
        "sops-failed",
        `sops printed more than 4 MiB of ${about}`,
        "keep big files elsewhere",
      );
    if (killed)
      return new HostenvError(
        "sops-timeout",
        `sops was not done with ${about} within ${this.seconds} s`,
        "look whether the machine is overloaded, or a key's plugin waits for somebody",
      );
    if (typeof code === "number") return null;
    if (signal)
      return new HostenvError(
        "sops-failed",
        `sops was ended by ${signal}`,
        "see the kernel's log: memory may be short",
      );
    return new HostenvError(
      "sops-missing",
      `the program '${this.program}' can't be started: ${code}`,
      `put it on PATH before this step, ${SOURCES}`,
    );
  }
}

interface Ended {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

const SOURCES = "with Nix: nix profile install nixpkgs#sops; else see https://getsops.io";

// Nothing by which sops finds a key of its own: no home with age, SSH or GnuPG keys, no variable of a cloud, and no
// way to the services that give a machine its keys. PATH stays for plugins of age, whose keys are given as others are.
function environment(): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    ...{ HOME: NOWHERE, XDG_CONFIG_HOME: NOWHERE, GNUPGHOME: NOWHERE, SOPS_GPG_EXEC: `${NOWHERE}/gpg` },
    ...{
      HTTP_PROXY: NOBODY,
      HTTPS_PROXY: NOBODY,
      AWS_EC2_METADATA_DISABLED: "true",
      GCE_METADATA_HOST: "127.0.0.1:9",
    },
    SOPS_DISABLE_VERSION_CHECK: "1",
  };
}

/** A folder that is not there; a port on which nobody listens (RFC 863's). */
const [NOWHERE, NOBODY] = ["/nonexistent", "http://127.0.0.1:9"];

function isOlder(version: readonly number[]): boolean {
  const at = OLDEST.findIndex((part, index) => version[index] !== part);
  return at >= 0 && (version[at] as number) < (OLDEST[at] as number);
}

async function fileText(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size > MOST_BYTES)
      throw new HostenvError("sops-file", `${path} is bigger than 4 MiB`, "keep big files elsewhere");
    return await readFile(path, "utf8");
  } catch (cause) {
    if (cause instanceof HostenvError) throw cause;
    const hint =
      "check sops-file, which is looked for from where the step runs; is there a checkout before it?";
    const code = (cause as NodeJS.ErrnoException).code;
    const what = code === "ENOENT" ? `there is no file ${path}` : `${path} can't be read: ${code}`;
    throw new HostenvError("sops-file", what, hint, cause);
  }
}

function treeOf(stdout: string, path: string): JsonObject {
  const tree = parsed(stdout);
  if (tree !== null && isObject(tree)) return tree;
  throw new HostenvError("sops-failed", `${path} holds no group of keys`, "write NAME: value, one a line");
}

// An error of JSON.parse quotes the text.
function parsed(text: string): JsonValue {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
