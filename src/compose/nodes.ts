import { join } from "node:path";
import { jsonIn } from "../adapters/disk-json.ts";
import { SshNodes } from "../adapters/ssh-nodes.ts";
import type { KnownSecrets } from "../domain/secrets.ts";
import { HostenvError } from "../errors.ts";
import { type Call, files, privateFolders } from "./call.ts";

/** In the provider's folder, the file of the host keys that are trusted. */
export const KNOWN_HOSTS = "known_hosts";

/**
 * The nodes as this call may reach them: trusted by the provider's known_hosts or the file of --known-hosts, with the
 * key in SSH_KEY; without one, on a laptop, with the user's own keys, agent and ssh_config. The caller disposes of
 * them. Throws HostenvError `file-not-found`, and as `SshNodes.open` does.
 */
export async function nodesOf(
  { options, directory }: Call,
  { SSH_KEY: key }: KnownSecrets,
): Promise<SshNodes> {
  const named = typeof options.knownHosts === "string" ? options.knownHosts : null;
  const path = named ?? join(directory, KNOWN_HOSTS);
  const text = await files.readIfThere(path);
  if (text === null && named !== null) throw notFound(named);
  return await SshNodes.open({
    key,
    // Without the file no node is trusted, and each one says what would have to be in it.
    knownHosts: text ?? "",
    knownHostsFile: named ?? KNOWN_HOSTS,
    userConfig: key === undefined,
    shares: true,
    folders: privateFolders,
    parse: jsonIn,
  });
}

function notFound(path: string): HostenvError {
  const hint = "check the path; without --known-hosts the provider's own known_hosts is taken";
  return new HostenvError("file-not-found", `there is no file ${path}`, hint);
}
