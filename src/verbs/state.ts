import { planFile, stateFile } from "./shared.ts";
import type { Verb } from "./verb.ts";

/** `state list`. */
export const stateListVerb = {
  name: "state list",
  about: "list what state.json reserves: uid, node, hostnames, still planned or not, since when",
  flags: [stateFile, planFile],
  outputs: {},
} as const satisfies Verb;

/** `state prune`. */
export const statePruneVerb = {
  name: "state prune",
  about: "release the hostnames of environments that are no longer planned; their uids stay reserved",
  flags: [
    stateFile,
    planFile,
    { name: "yes", about: "write it; without this, only show what would be released" },
    { name: "keep", value: "ENV", repeatable: true, about: "leave this environment's entry as it is" },
    {
      name: "force",
      about:
        "release also what the plan.json of HEAD or of origin's default branch still has; never what is planned now",
    },
  ],
  outputs: {},
} as const satisfies Verb;
