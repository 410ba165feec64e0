import { mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Locker } from "../ports/flakes.ts";
import { lockFailure } from "./nix-errors.ts";
import { type NixRunner, SAFE } from "./nix-runner.ts";

/**
 * Locks a flake of its own in a temporary folder. Of a flake only the inputs decide what is locked, so
 * the text alone is enough, and no version of Nix needs to know of a folder of a tree.
 */
export class NixLocker implements Locker {
  private readonly nix: NixRunner;

  constructor(nix: NixRunner) {
    this.nix = nix;
  }

  async lock(flake: string, lock: string): Promise<{ lock: string; warnings: string[] }> {
    const folder = await realpath(await mkdtemp(join(tmpdir(), "hostenv-provider-lock-")));
    try {
      await writeFile(join(folder, "flake.nix"), flake);
      await writeFile(join(folder, "flake.lock"), lock);
      // The old Nix names the input that failed only in its trace.
      const args = ["flake", "lock", "--show-trace", ...SAFE, `path:${encodeURI(folder)}`];
      const { exit, stderr } = await this.nix.run(args);
      if (exit !== 0) throw lockFailure(stderr, exit);
      const text = await readFile(join(folder, "flake.lock"), "utf8");
      return { lock: text, warnings: [...stderr.matchAll(/could not update .*/g)].map(([line]) => line) };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
}
