import { delimiter, dirname } from "node:path";
import { describe, jest } from "@jest/globals";
import { whyNoNodes } from "./node/tools.ts";

// The product looks for ssh where everybody does.
const ssh = process.env.HOSTENV_TEST_SSH;
if (ssh) process.env.PATH = `${process.env.PATH}${delimiter}${dirname(ssh)}`;

// Some dozen connections, each with a log-in, on a machine that may have other things to do.
jest.setTimeout(180_000);

const reason = whyNoNodes();

/** A block of tests that start nodes; where this machine can't run any it is skipped, with the reason in its title. */
export function describeWithNodes(name: string, block: () => void): void {
  if (reason === null) describe(name, block);
  else describe.skip(`${name} (no test nodes: ${reason})`, block);
}
