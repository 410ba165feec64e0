import { nixAccessTokens } from "./shared.ts";
import type { Verb } from "./verb.ts";

/** `nodes build`. */
export const nodesBuildVerb = {
  name: "nodes build",
  about: "build the system of one node from the snapshot and print its store path",
  argument: { name: "node", about: "the node to build, as nodeConnections names it" },
  flags: [
    {
      name: "eval-memory",
      value: "MIB",
      about: "stop Nix where it needs more memory, builders of a daemon apart (default: 4096)",
    },
  ],
  inputs: [nixAccessTokens],
  outputs: { "store-path": "the node's system in the store" },
} as const satisfies Verb;
