import { commentAuthor, githubToken, knownHosts, scheduleInputs, sopsInputs } from "./shared.ts";
import type { Verb } from "./verb.ts";

/** `drift`. */
export const driftVerb = {
  name: "drift",
  about: "look whether the nodes still run what was last deployed to them",
  flags: [
    {
      name: "node",
      short: "n",
      value: "NODE",
      repeatable: true,
      about: "look at this node only",
    },
    knownHosts,
    {
      name: "fail-on",
      value: "WHEN",
      about:
        "drift: fail where a node is not as it was deployed or could not be asked; never (default: drift)",
    },
    { name: "report", value: "FILE", about: "write the JSON document to FILE" },
  ],
  inputs: [...sopsInputs, githubToken, ...scheduleInputs, commentAuthor],
  outputs: {
    drifted: "JSON list of nodes that run something else than was deployed",
    "rolled-back": "JSON list of nodes that were brought back to something earlier",
    "reboot-pending": "JSON list of nodes that must be rebooted to run what was deployed",
    unreachable: "JSON list of nodes that could not be asked",
    "report-path": "the JSON document, for an artifact",
  },
} as const satisfies Verb;
