import {
  commentAuthor,
  githubToken,
  planFile,
  reportHtml,
  reportPage,
  scheduleInputs,
  sopsInputs,
} from "./shared.ts";
import type { Verb } from "./verb.ts";

/** `dns-gate`. */
export const dnsGateVerb = {
  name: "dns-gate",
  about: "look whether hostnames lead to their nodes, and decide which are built with TLS",
  action: true,
  flags: [
    planFile,
    {
      name: "output",
      value: "FILE",
      about:
        "write the plan with TLS off for what is on the off-list to FILE, for tools that read no dns-gate.json",
    },
    {
      name: "memory",
      value: "FILE",
      about: "what the gate remembers (default: the snapshot's dns-gate.json)",
    },
    {
      name: "node",
      short: "n",
      value: "NODE",
      repeatable: true,
      about: "look at this node's hostnames only; all others stay as they are",
    },
    {
      name: "nameserver",
      value: "IP[:PORT]",
      repeatable: true,
      about: "ask this resolver instead of the zones' own servers; several must agree",
    },
    {
      name: "timeout",
      value: "MS",
      about: "wait so long for an answer of a name server, and once again (default: 5000)",
    },
    {
      name: "deadline",
      value: "SECONDS",
      about: "what is not known after so long counts as unknown (default: 300)",
    },
    { name: "concurrency", value: "N", about: "look at so many hostnames at the same time (default: 64)" },
    {
      name: "confirmations",
      value: "N",
      about:
        "turn a live hostname off after so many runs in a row, ten minutes apart at least, that find it wrong (default: 3; 1 without memory)",
    },
    { name: "force", about: "write although too much would change at once" },
    {
      name: "http-check",
      about: "ask each hostname that is right for a challenge's file on port 80, as Let's Encrypt would",
    },
    {
      name: "fail-on",
      value: "WHAT",
      about:
        "mismatch: fail with any hostname that is wrong or unknown; breaker: only where too much would change at once; never (default: mismatch)",
    },
    {
      name: "with-dns-update",
      about: "lead hostnames to their nodes where Cloudflare answers for their zone; needs CF_API_TOKEN",
    },
    {
      name: "deployed",
      value: "FILE",
      about: "what deploy --json printed: without it, --with-dns-update changes no record",
    },
    {
      name: "adopt",
      value: "HOST",
      repeatable: true,
      about: "take over records of this hostname that are not marked as ours",
    },
    {
      name: "cf-zone",
      value: "ZONE",
      repeatable: true,
      about: "change records of this zone only, by name or id (default: those of the plan's cloudflare)",
    },
    {
      name: "cf-api-url",
      value: "URL",
      about: "where Cloudflare's API is (default: https://api.cloudflare.com/client/v4)",
    },
    { name: "report", value: "FILE", about: "write the JSON document to FILE" },
    reportHtml,
  ],
  inputs: [...sopsInputs, githubToken, ...scheduleInputs, commentAuthor],
  outputs: {
    mismatches: "how many hostnames are wrong",
    unknown: "of how many it is not known",
    disabled: "JSON list of hostnames whose TLS is turned off",
    enabled: "JSON list of hostnames whose TLS is turned on",
    pending: "JSON list of hostnames that are right, and whose TLS waits",
    breaker: "true where too much would change at once, and nothing was written",
    "report-path": "the JSON document, for an artifact",
    ...reportPage,
  },
  needs:
    "Evaluates nothing: it reads the plan.json of the checkout and asks DNS. What it decides it writes to " +
    "`generated/dns-gate.json`, which a later step commits. The step fails with a hostname that is wrong or unknown; " +
    "with `fail-on: breaker` it fails only where so much would change at once that DNS itself must be in trouble, " +
    "so that one abandoned domain never stops a deploy. On a schedule it keeps issues, which needs `issues: write`, " +
    "and looks when the schedule ran last, which needs `actions: read`; what a missing right forbids is a notice, " +
    "and the answer stays as it is. See [docs/watching.md](../docs/watching.md) and [docs/dns-gate.md](../docs/dns-gate.md). With " +
    "`with-dns-update` it also sets records at Cloudflare, with a token that [docs/cloudflare.md](../docs/cloudflare.md) " +
    "describes.",
} as const satisfies Verb;
