import { createHash } from "node:crypto";
import {
  lstat,
  mkdir,
  open,
  readFile,
  readlink,
  realpath,
  rename,
  rm,
  stat,
  writeFile,
} from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { type ParseError, parse as parseTolerantly } from "jsonc-parser";
import type { JsonValue } from "../domain/json.ts";
import { HostenvError } from "../errors.ts";
import type { Files } from "../ports.ts";

/** A larger JSON file is not read: the engine's longest string is about twice as long, in bytes. */
const LARGEST = 256 * 1024 * 1024;

/** Files on the local disk. */
export class DiskFiles implements Files {
  async readJson(path: string, most = LARGEST): Promise<JsonValue> {
    const size = (await stat(path).catch(() => null))?.size ?? 0;
    if (size > most) throw tooLarge(path, size, most);
    const value = await this.readJsonIfThere(path);
    if (value !== null) return value;
    throw new HostenvError("file-not-found", `there is no file ${path}`, "check the path");
  }

  async readJsonIfThere(path: string, name = path): Promise<JsonValue | null> {
    const text = await this.readIfThere(path);
    return text === null ? null : parse(text, name);
  }

  async readIfThere(path: string): Promise<string | null> {
    try {
      return await readFile(path, "utf8");
    } catch (cause) {
      if (isMissing(cause)) return null;
      throw unusable(path, "read", cause);
    }
  }

  async hashes(root: string, paths: readonly string[]): Promise<string[]> {
    const hashes: string[] = [];
    for (const path of paths) hashes.push(await hashOf(join(root, path)));
    return hashes;
  }

  async write(path: string, text: string): Promise<void> {
    const target = await realpath(path).catch(() => path);
    const found = await stat(target).catch(() => null);
    // A pipe or a device can't be replaced, only written to.
    if (found && !found.isFile() && !found.isDirectory()) await writeFile(target, text);
    else await this.writeAll(dirname(target), { [basename(target)]: text });
  }

  async writeAll(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
    const pending: [temporary: string, final: string][] = [];
    if ((await lstat(folder).catch(() => null))?.isSymbolicLink()) throw linked(folder);
    try {
      await mkdir(folder, { recursive: true });
      for (const [name, text] of Object.entries(files)) {
        const temporary = join(folder, `.${name}.${process.pid}.tmp`);
        pending.push([temporary, join(folder, name)]);
        await writeDurably(temporary, text);
      }
      for (const [temporary, final] of pending) await rename(temporary, final);
    } catch (cause) {
      // What went wrong first is what the user must hear of.
      await Promise.allSettled(pending.map(([temporary]) => rm(temporary, { force: true })));
      throw unusable(folder, "written", cause);
    }
  }
}

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, "w");
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

// A link is hashed by where it points, as git stores it.
async function hashOf(path: string): Promise<string> {
  try {
    const content = await readlink(path).catch(() => readFile(path));
    return createHash("sha256").update(content).digest("hex");
  } catch (cause) {
    throw unusable(path, "read", cause);
  }
}

// The message must not quote the file: it may hold what nobody should read in a log.
function parse(text: string, path: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    const where = place(text, firstError(text));
    const conflict = /^(?:<{7}|={7}|>{7})/m.test(text);
    const hint = conflict
      ? "it holds git conflict markers: resolve them"
      : "restore it from git or write it again";
    throw new HostenvError("file-not-json", `${path} is no JSON: ${where}`, hint);
  }
}

// JSON.parse names no place in every version of Node.
function firstError(text: string): number {
  const errors: ParseError[] = [];
  parseTolerantly(text, errors, { disallowComments: true, allowTrailingComma: false });
  return errors[0]?.offset ?? text.length;
}

function place(text: string, offset: number): string {
  const lines = text.slice(0, offset).split("\n");
  return `line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1}`;
}

function tooLarge(path: string, size: number, most: number): HostenvError {
  const [is, may] = [size, most].map((bytes) => `${Math.ceil(bytes / 1024 / 1024)} MiB`);
  const hint = "check which file it is: no plan, state or report is so large";
  return new HostenvError("file-too-large", `${path} has ${is}, and ${may} are read at most`, hint);
}

function isMissing(cause: unknown): boolean {
  return ["ENOENT", "ENOTDIR"].includes((cause as NodeJS.ErrnoException).code ?? "");
}

// A pull request could lead a write to any file of the machine by a link.
function linked(folder: string): HostenvError {
  const hint = "make it a folder of its own: plan writes only below the provider's folder";
  return new HostenvError("snapshot-linked", `${folder} is a symbolic link`, hint);
}

function unusable(path: string, verb: string, cause: unknown): HostenvError {
  const code = (cause as NodeJS.ErrnoException).code ?? "unknown error";
  return new HostenvError(
    "file-unusable",
    `${path} can't be ${verb}: ${code}`,
    "check the path and its permissions",
    cause,
  );
}
