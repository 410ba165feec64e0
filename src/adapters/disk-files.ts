import { createHash } from "node:crypto";
import {
  constants,
  mkdir,
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
import { writeDurably } from "./disk-durable.ts";
import { codeOf, isMissing, unusable } from "./disk-errors.ts";

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
    else await replace(target, text);
  }
}

async function replace(path: string, text: string): Promise<void> {
  const folder = dirname(path);
  const temporary = join(folder, `.${basename(path)}.${process.pid}.tmp`);
  try {
    await mkdir(folder, { recursive: true });
    await writeDurably(temporary, text);
    await rename(temporary, path);
  } catch (cause) {
    // What went wrong first is what the user must hear of.
    await rm(temporary, { force: true }).catch(() => {});
    throw unusable(path, "written", cause);
  }
}

/**
 * Texts of those of a folder's files that are there and are no links. Throws HostenvError
 * `file-unusable`.
 */
export async function textsIn(folder: string, names: readonly string[]): Promise<Record<string, string>> {
  const texts: Record<string, string> = {};
  for (const name of names) {
    const text = await textOf(join(folder, name));
    if (text !== null) texts[name] = text;
  }
  return texts;
}

// A link could lead to what must not get into the repository.
async function textOf(path: string): Promise<string | null> {
  try {
    return await readFile(path, { encoding: "utf8", flag: constants.O_RDONLY | constants.O_NOFOLLOW });
  } catch (cause) {
    if (isMissing(cause) || codeOf(cause) === "ELOOP") return null;
    throw unusable(path, "read", cause);
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
