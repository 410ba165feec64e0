// A process that starts a node, says where it is, and waits to be killed.
import { startNode } from "../node.ts";

const node = await startNode({ deployKeys: [] });
process.stdout.write(`${JSON.stringify({ address: node.address, folder: node.folder })}\n`);
setInterval(() => {}, 60_000);
