import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Settings of GitHub's own program. */
export interface GhSettings {
  /** For GH_CONFIG_DIR. */
  readonly folder: string;
  stop(): Promise<void>;
}

/** Settings with which GitHub's own program asks a server on this machine what it would ask api.github.com. */
export async function ghSettings({ url }: { readonly url: string }): Promise<GhSettings> {
  const folder = mkdtempSync(join(tmpdir(), "hostenv-gh-"));
  const path = join(folder, "api");
  // It speaks HTTP without TLS to a socket, and to nothing else but names of its own.
  const server = createServer((socket) => {
    const behind = connect(Number(new URL(url).port), "127.0.0.1");
    socket.on("error", () => behind.destroy()).pipe(behind);
    behind.on("error", () => socket.destroy()).pipe(socket);
  });
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(path, resolve));
  writeFileSync(join(folder, "config.yml"), `http_unix_socket: ${path}\n`);
  const stop = async () => {
    await new Promise((done) => server.close(done));
    rmSync(folder, { recursive: true, force: true });
  };
  return { folder, stop };
}
