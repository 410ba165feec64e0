import { githubToken, knownHosts, nixAccessTokens, repository, sopsInputs } from "./shared.ts";
import type { Verb } from "./verb.ts";

/** `doctor`. */
export const doctorVerb = {
  name: "doctor",
  about: "look whether programs, keys, nodes, DNS and tokens are as a run needs them, and say what to do",
  flags: [
    {
      name: "for",
      value: "VERB",
      about: "look only at what plan, dns-gate, deploy or drift needs (default: at all)",
    },
    { name: "node", short: "n", value: "NODE", repeatable: true, about: "ask this node only" },
    knownHosts,
    { name: "remote-build", about: "nodes build what they lack themselves: no key has to sign" },
    { name: "adopt", about: "nodes that were set up by hand are to be taken over" },
    {
      name: "github-environment",
      value: "NAME",
      about: "look at this environment on GitHub, which has the secrets (default: at none)",
    },
    repository,
    {
      name: "cf-api-url",
      value: "URL",
      about: "where Cloudflare's API is (default: https://api.cloudflare.com/client/v4)",
    },
    { name: "report", value: "FILE", about: "write the JSON document to FILE" },
  ],
  inputs: [...sopsInputs, githubToken, nixAccessTokens],
  outputs: {
    result: "works, broken or unknown",
    broken: "JSON list of what is to be mended, as area/name",
    "report-path": "the JSON document, for an artifact",
  },
} as const satisfies Verb;
