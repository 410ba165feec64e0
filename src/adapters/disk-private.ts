import { rmSync } from "node:fs";
import { lstat, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PrivateFolder, PrivateFolders } from "../ports/secrets.ts";
import { unusable } from "./disk-errors.ts";
import { isRunning, nameOf, type Owner, ownerOf, thisRun } from "./disk-owner.ts";
import { undoneAtExit } from "./system-undo.ts";

const PREFIX = "hostenv-private-";
const NAME = new RegExp(`^${PREFIX}(.+)-\\w{6}$`);

/** How long a run may take whose process can't be seen: GitHub ends a job of a self-hosted runner after 5 days. */
const LONGEST_RUN_MS = 5 * 24 * 60 * 60 * 1000;

/** Folders below a runner's temporary folder, else below the system's, which carry their process in their name. */
export class DiskPrivate implements PrivateFolders {
  private readonly parent: string;

  /** @param parent where they are made; the folder is there */
  constructor(parent = process.env.RUNNER_TEMP || tmpdir()) {
    this.parent = parent;
  }

  async make(): Promise<PrivateFolder> {
    // ssh takes a percent sign in a path for the start of a word.
    const prefix = join(this.parent, `${PREFIX}${nameOf(await thisRun()).replaceAll("%", "~")}-`);
    const path = await mkdtemp(prefix).catch((cause) => {
      throw unusable(this.parent, "written", cause);
    });
    const release = undoneAtExit(() => rmSync(path, { recursive: true, force: true }));
    return {
      path,
      write: (name, text) => writeNew(join(path, name), text),
      remove: async () => {
        await removeFolder(path);
        release();
      },
    };
  }

  async sweep(): Promise<void> {
    for (const name of await readdir(this.parent).catch(() => [])) {
      const owner = ownerOf(NAME.exec(name)?.[1]?.replaceAll("~", "%") ?? "");
      const path = join(this.parent, name);
      if (owner && !(await mayRun(owner)) && (await isOurs(path))) await removeFolder(path);
    }
  }
}

async function mayRun(owner: Owner): Promise<boolean> {
  return (await isRunning(owner)) ?? Date.now() - owner.since < LONGEST_RUN_MS;
}

// A link would lead elsewhere, and what is another user's is not for us to remove.
async function isOurs(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => null);
  return found?.isDirectory() === true && found.uid === process.getuid?.();
}

async function removeFolder(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true }).catch((cause) => {
    throw unusable(path, "removed", cause);
  });
}

async function writeNew(path: string, text: string): Promise<string> {
  await writeFile(path, text, { flag: "wx", mode: 0o600 }).catch((cause) => {
    throw unusable(path, "written", cause);
  });
  return path;
}
