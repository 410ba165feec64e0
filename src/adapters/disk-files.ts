import { createHash } from "node:crypto";
import {
  constants,
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
import type { JsonValue } from "../domain/json.ts";
import { HostenvError } from "../errors.ts";
import type { Files } from "../ports/files.ts";
import { writeDurably } from "./disk-durable.ts";
import { codeOf, isMissing, unusable } from "./disk-errors.ts";
import { jsonIn, withFalse } from "./disk-json.ts";

/** A larger JSON file is not read; a plan of 10,000 environments is smaller. */
const LARGEST = 64 * 1024 * 1024;

/** Files on the local disk. */
export class DiskFiles implements Files {
  async readJson(path: string, most = LARGEST): Promise<JsonValue> {
    const bytes = await bytesIn(path, path, most);
    if (bytes !== null) return jsonIn(bytes, path);
    throw new HostenvError("file-not-found", `there is no file ${path}`, "check the path");
  }

  async readJsonIfThere(path: string, name = path): Promise<JsonValue | null> {
    const bytes = await bytesIn(path, name, LARGEST);
    return bytes === null ? null : jsonIn(bytes, name);
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

  withFalse(text: string, paths: readonly (readonly string[])[]): string {
    return withFalse(text, paths);
  }

  async write(path: string, text: string): Promise<void> {
    const target = await realpath(path).catch(() => path);
    const found = await stat(target).catch(() => null);
    // A pipe or a device can't be replaced, only written to.
    if (found && !found.isFile() && !found.isDirectory()) await writeFile(target, text);
    else await replace(target, text);
  }
}

// A pipe has no size to ask for, so a file counts as too large when it does not end.
async function bytesIn(path: string, name: string, most: number): Promise<Buffer | null> {
  const file = await open(path).catch((cause: unknown) => {
    if (isMissing(cause)) return null;
    throw unusable(name, "read", cause);
  });
  if (file === null) return null;
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    const found = await file.stat();
    if (found.size > most) throw tooLarge(name, most);
    if (found.isFile()) return await file.readFile();
    for await (const chunk of file.createReadStream({ autoClose: false }) as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > most) throw tooLarge(name, most);
      chunks.push(chunk);
    }
  } catch (cause) {
    throw unusable(name, "read", cause);
  } finally {
    await file.close();
  }
  return Buffer.concat(chunks);
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

function tooLarge(path: string, most: number): HostenvError {
  const message = `${path} has more than ${most / 1024 / 1024} MiB, and no more are read`;
  const hint = "check which file it is: no plan, state or report is so large";
  return new HostenvError("file-too-large", message, hint);
}
