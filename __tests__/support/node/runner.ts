import { jsonIn } from "../../../src/adapters/disk-json.ts";
import { DiskPrivate } from "../../../src/adapters/disk-private.ts";
import { SshNodes, type SshNodesSettings } from "../../../src/adapters/ssh-nodes.ts";

/** The product's way to nodes, as the action has it unless told otherwise. */
export function openNodes(settings: Partial<SshNodesSettings> & { knownHosts: string }): Promise<SshNodes> {
  return SshNodes.open({
    ...{ knownHostsFile: "known_hosts", userConfig: false, folders: new DiskPrivate(), parse: jsonIn },
    ...settings,
  });
}
