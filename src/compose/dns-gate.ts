import { z } from "zod";
import { CloudflareClient } from "../adapters/cloudflare-client.ts";
import { CloudflareZones } from "../adapters/cloudflare-zones.ts";
import { DiskSnapshot } from "../adapters/disk-snapshot.ts";
import { DnsNameservers } from "../adapters/dns-nameservers.ts";
import { GitTrees } from "../adapters/git-trees.ts";
import { HttpChallenges } from "../adapters/http-challenges.ts";
import { systemClock } from "../adapters/system-clock.ts";
import { systemTimer } from "../adapters/system-timer.ts";
import { TlsCertificates } from "../adapters/tls-certificates.ts";
import { dnsGate, dnsGateInputs, type Gate, resolversIn } from "../commands/dns-gate.ts";
import { dnsIssues } from "../commands/dns-issues.ts";
import { HostenvError } from "../errors.ts";
import type { Zones } from "../ports/zones.ts";
import type { Answer } from "../render/answer.ts";
import { gateAnswer } from "../render/dns-gate-answer.ts";
import { type Call, checked, files, progress, snapshotFolder } from "./call.ts";
import { gatePaths } from "./gate-paths.ts";
import { issuesAfter } from "./issues.ts";
import { secretsOf } from "./secrets.ts";

// How long one server is waited for is no part of what is decided.
const flags = dnsGateInputs.extend({
  timeout: z.coerce.number().int().min(1).optional(),
  cfApiUrl: z.string().default("https://api.cloudflare.com/client/v4"),
});

/** Runs `dns-gate`. */
export async function composedDnsGate(call: Call): Promise<Answer> {
  const { options, directory } = call;
  const { timeout, cfApiUrl, ...given } = checked("dns-gate", flags, options);
  const generated = snapshotFolder();
  const inputs = { ...given, ...gatePaths(given, `${directory}/${generated}`) };
  const afterwards = issuesAfter<Gate>("dns-gate", call, ({ run, answer }, whose, ports) =>
    dnsIssues(run, answer.verdicts, whose, ports),
  );
  const nameserver = resolversIn(inputs.nameserver);
  const nameservers = new DnsNameservers({
    ...(nameserver.length > 0 ? { system: nameserver } : {}),
    ...(timeout === undefined ? {} : { timeout }),
  });
  const ports = {
    zones: await zonesOf(call, cfApiUrl, inputs.withDnsUpdate),
    timer: systemTimer,
    files,
    snapshot: new DiskSnapshot(directory, generated),
    track: tracking(new GitTrees(directory, generated)),
    nameservers,
    certificates: new TlsCertificates(),
    challenges: new HttpChallenges(),
    clock: systemClock,
    progress,
    directory,
    generated,
  };
  try {
    const gate = await dnsGate({ ...inputs, nameserver }, ports);
    return { ...gateAnswer(gate), ...(afterwards ? { afterwards: () => afterwards(gate) } : {}) };
  } finally {
    nameservers.dispose();
  }
}

// To see through the proxy is a help; without it those hostnames are unknown.
/** Zones that the token may edit; null without one. Throws HostenvError `cloudflare-token` where they are needed. */
export async function zonesOf(call: Call, url: string, isNeeded: boolean): Promise<Zones | null> {
  const { CF_API_TOKEN: token } = await secretsOf(call, ["CF_API_TOKEN"]);
  if (token === undefined) return null;
  const note = (text: string) => progress.notice(text);
  try {
    return new CloudflareZones(new CloudflareClient({ token, url, timer: systemTimer, note }));
  } catch (error) {
    if (isNeeded || !(error instanceof HostenvError) || error.code !== "cloudflare-token") throw error;
    progress.notice(`${error.message}: hostnames behind Cloudflare's proxy stay unknown`);
    return null;
  }
}

// Outside of a repository there is no flake in git that would not see the file.
const WITHOUT_GIT = ["not-a-repository", "git-missing"];

// The file is written by then, so nothing that git says may make a failure of it.
/** Makes git know of files, where it can be told. */
export function tracking(trees: GitTrees) {
  return async (paths: readonly string[]): Promise<readonly string[]> => {
    try {
      return await trees.track(paths);
    } catch (error) {
      if (!(error instanceof HostenvError)) throw error;
      if (!WITHOUT_GIT.includes(error.code))
        progress.notice(`git add ${paths.join(" ")} yourself: ${error.message}`);
      return [];
    }
  };
}
