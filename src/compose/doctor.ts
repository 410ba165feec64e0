import { z } from "zod";
import { CloudflareClient } from "../adapters/cloudflare-client.ts";
import { CloudflareZones } from "../adapters/cloudflare-zones.ts";
import { DiskSnapshot } from "../adapters/disk-snapshot.ts";
import { DnsNameservers } from "../adapters/dns-nameservers.ts";
import { GitCheckout } from "../adapters/git-checkout.ts";
import { GitTrees } from "../adapters/git-trees.ts";
import { NixOnPath } from "../adapters/nix-health.ts";
import { NixRunner } from "../adapters/nix-runner.ts";
import { accessTokensOf } from "../adapters/nix-tokens.ts";
import { SopsSecrets } from "../adapters/sops-secrets.ts";
import { systemClock } from "../adapters/system-clock.ts";
import { systemPatience } from "../adapters/system-patience.ts";
import { SystemPrograms } from "../adapters/system-programs.ts";
import { systemTimer } from "../adapters/system-timer.ts";
import { type DoctorPorts, doctor, doctorInputs } from "../commands/doctor.ts";
import type { RepositorySettings } from "../ports/repository.ts";
import type { Answer } from "../render/answer.ts";
import { doctorAnswer } from "../render/doctor-answer.ts";
import { type Call, checked, files, onGithub, progress, snapshotFolder } from "./call.ts";
import { nodesOf } from "./nodes.ts";
import { sourcesOf } from "./secrets.ts";

// Where APIs are, and which file is trusted, is no part of what is decided.
const flags = doctorInputs.extend({
  knownHosts: z.string().optional(),
  repository: z.string().optional(),
  cfApiUrl: z.string().default("https://api.cloudflare.com/client/v4"),
});

/** Seconds and MiB that a look at Nix may take: it evaluates nothing of anybody. */
const NIX_LIMITS = { seconds: 30, memoryMib: 1024 };

/** Runs `doctor`. */
export async function composedDoctor(call: Call): Promise<Answer> {
  const { knownHosts: _, repository: __, cfApiUrl, ...inputs } = checked("doctor", flags, call.options);
  const nameservers = new DnsNameservers({});
  const nix = new NixRunner({ limits: NIX_LIMITS });
  try {
    return doctorAnswer(
      await doctor(inputs, { ...portsOf(call, cfApiUrl), nameservers, nix: new NixOnPath(nix) }),
    );
  } finally {
    nameservers.dispose();
    await nix.dispose();
  }
}

function portsOf(call: Call, cfApiUrl: string): Omit<DoctorPorts, "nameservers" | "nix"> {
  const { directory, secrets } = call;
  const generated = snapshotFolder();
  const note = (text: string) => progress.notice(text);
  return {
    directory,
    generated,
    files,
    snapshot: new DiskSnapshot(directory, generated),
    trees: new GitTrees(directory, generated),
    nodeVersion: process.version,
    isAction: process.env.GITHUB_ACTIONS === "true",
    programs: new SystemPrograms(),
    checkout: new GitCheckout(directory),
    secrets: {
      sources: sourcesOf(call),
      secretFiles: new SopsSecrets(),
      hide: call.hide,
      tokenHosts: () => accessTokensOf(secrets.nixAccessTokens ?? "").map(({ host }) => host),
    },
    openNodes: async (key) => {
      const nodes = await nodesOf(call, key === undefined ? {} : { SSH_KEY: key });
      return { nodes, publicKey: nodes.publicKey };
    },
    repository: () => repositoryOf(call),
    zones: async (token) =>
      new CloudflareZones(new CloudflareClient({ token, url: cfApiUrl, timer: systemTimer, note })),
    patience: systemPatience,
    clock: systemClock,
    progress,
  };
}

// On a laptop mostly neither is there, and nothing is wrong with that.
async function repositoryOf({ options, secrets }: Call): Promise<RepositorySettings | null> {
  const isNamed = options.repository !== undefined || process.env.GITHUB_REPOSITORY !== undefined;
  if (!isNamed || !secrets.githubToken) return null;
  const { client, owner, repo } = await onGithub(options.repository, secrets);
  const { GithubRepository } = await import("../adapters/github-repository.ts");
  return new GithubRepository(client, owner, repo);
}
