import { z } from "zod";
import { DeployRsActivator } from "../adapters/deploy-rs-activator.ts";
import { type DeployRsPrograms, deployRsPrograms } from "../adapters/deploy-rs-folder.ts";
import { DiskSnapshot } from "../adapters/disk-snapshot.ts";
import { DnsNameservers } from "../adapters/dns-nameservers.ts";
import { GitTrees } from "../adapters/git-trees.ts";
import { HttpChallenges } from "../adapters/http-challenges.ts";
import { NixClosures } from "../adapters/nix-closures.ts";
import { type GivenLimits, NO_TIME_CAP } from "../adapters/nix-limits.ts";
import { type NixOptions, NixRunner } from "../adapters/nix-runner.ts";
import { NixStore } from "../adapters/nix-store.ts";
import type { SshNodes } from "../adapters/ssh-nodes.ts";
import { systemClock } from "../adapters/system-clock.ts";
import { systemTimer } from "../adapters/system-timer.ts";
import { TlsCertificates } from "../adapters/tls-certificates.ts";
import { WorkerPatterns } from "../adapters/worker-patterns.ts";
import { commandLine } from "../command-line.ts";
import { GITHUB_ACTIONS_BOT } from "../commands/comment.ts";
import { type DeployPorts, deploy, deployInputs } from "../commands/deploy.ts";
import { type LeadPorts, leadMoves, securedMoves } from "../commands/deploy-lead.ts";
import { reportOfDeploy } from "../commands/deploy-report.ts";
import { MEMORY } from "../domain/dns/memory.ts";
import type { KnownSecrets } from "../domain/secrets.ts";
import { HostenvError } from "../errors.ts";
import type { PrivateFolder } from "../ports/secrets.ts";
import type { Answer } from "../render/answer.ts";
import { deployAnswer } from "../render/deploy-answer.ts";
import type { Verb } from "../verbs/verb.ts";
import { VERBS } from "../verbs.ts";
import {
  type Call,
  checked,
  files,
  nodeProgress,
  PROGRAM,
  privateFolders,
  progress,
  snapshotFolder,
} from "./call.ts";
import { type DeployPlace, DeployTelling } from "./deploy-github.ts";
import { tracking, zonesOf } from "./dns-gate.ts";
import { owner, stopping, verifying } from "./node-run.ts";
import { nodesOf } from "./nodes.ts";
import { secretsOf } from "./secrets.ts";

const memory = z.coerce.number().positive().optional();

// How something is reached, and who is told, is no part of what is decided.
const flags = deployInputs.extend({
  signingKeyFile: z.string().optional(),
  knownHosts: z.string().optional(),
  evalMemory: memory,
  reviewed: z.array(z.string()).default([]),
  deployments: z.enum(["auto", "on", "off"]).default("auto"),
  planWorkflow: z
    .string()
    .regex(/^[\w.-]+\.ya?ml$/, "is no name of a workflow's file, such as hostenv-plan.yml")
    .default("hostenv-plan.yml"),
  webhookUrl: z.string().optional(),
});

/** What a deploy took from the world, and gives back at its end. */
interface Opened {
  readonly ports: DeployPorts;
  readonly close: () => Promise<void>;
}

/** Runs `deploy`. */
export async function composedDeploy(call: Call): Promise<Answer> {
  const given = checked("deploy", flags, call.options);
  const { signingKeyFile, knownHosts: _, evalMemory, ...rest } = given;
  const { reviewed, planWorkflow, deployments, webhookUrl, ...inputs } = rest;
  const trees = new GitTrees(call.directory, snapshotFolder());
  const wishes = {
    reviewed,
    planWorkflow,
    planId: inputs.planId,
    announcing: deployments,
    webhook: webhookUrl ?? null,
    authorId: call.place.commentAuthorId ?? GITHUB_ACTIONS_BOT,
  };
  const place = await placeOf(trees, wishes);
  if (webhookUrl !== undefined) call.hide(webhookUrl);
  const telling = await DeployTelling.of(call, place);
  const { ports, close } = await opened(call, { signingKeyFile, evalMemory }, telling);
  try {
    const end = await deploy(inputs, ports).catch(async (error: unknown) => {
      await telling.abandoned(error);
      throw error;
    });
    const around = {
      provider: place.provider,
      toolVersion: PROGRAM.version,
      notices: telling.notices(),
      resume: resuming(call.options),
    };
    const report = reportOfDeploy(end, around);
    const notices = await telling.end(report);
    const told = { ...report, notices: [...report.notices, ...notices] };
    return deployAnswer(told, { runUrl: place.runUrl, exitCode: end.exitCode });
  } finally {
    await close();
  }
}

type Wishes = Pick<DeployPlace, "reviewed" | "planWorkflow" | "announcing" | "webhook" | "authorId"> & {
  readonly planId: string | undefined;
};

// The DNS gate starts a deploy as somebody does by hand. Who names a plan may mean an older one on purpose.
function isFollowed(event: string | undefined, planId: string | undefined): boolean {
  return (
    ["push", "schedule"].includes(event ?? "") || (event === "workflow_dispatch" && planId === undefined)
  );
}

async function placeOf(trees: GitTrees, { planId, ...wishes }: Wishes): Promise<DeployPlace> {
  const { env } = process;
  const [id, attempt] = [Number(env.GITHUB_RUN_ID), Number(env.GITHUB_RUN_ATTEMPT)];
  const isRun = id > 0 && attempt > 0;
  const url = `${env.GITHUB_SERVER_URL}/${env.GITHUB_REPOSITORY}/actions/runs/${id}`;
  return {
    ...wishes,
    provider: await trees.folder(),
    generated: snapshotFolder(),
    branch: env.GITHUB_REF_TYPE === "branch" ? (env.GITHUB_REF_NAME ?? null) : null,
    isFollowed: isFollowed(env.GITHUB_EVENT_NAME, planId),
    commit: await trees.head(),
    run: isRun ? { id, attempt } : null,
    runUrl: isRun && env.GITHUB_SERVER_URL ? url : null,
    isPublic: null,
  };
}

// The same flags again, for the nodes that are left.
function resuming(options: Call["options"]): (nodes: readonly string[]) => string {
  const verb = VERBS.find(({ name }) => name === "deploy") as Verb;
  return (nodes) => commandLine(verb, { ...options, node: nodes }, ["report", "report-html", "dry-run"]);
}

interface Given {
  readonly signingKeyFile: string | undefined;
  readonly evalMemory: number | undefined;
}

async function opened(call: Call, given: Given, telling: DeployTelling): Promise<Opened> {
  const { directory } = call;
  const generated = snapshotFolder();
  const secrets = await secretsOf(call);
  const folder = await privateFolders.make();
  const nodes = await nodesOf(call, secrets);
  const limits = { memoryMib: given.evalMemory, seconds: NO_TIME_CAP };
  const patterns = new WorkerPatterns();
  const nameservers = new DnsNameservers({});
  const snapshot = new DiskSnapshot(directory, generated);
  const trees = new GitTrees(directory, generated);
  const lead: LeadPorts = {
    nameservers,
    certificates: new TlsCertificates(),
    challenges: new HttpChallenges(),
    zones: await zonesOf(call, CLOUDFLARE_API, false),
    clock: systemClock,
    timer: systemTimer,
    progress,
    files,
    directory,
    generated,
  };
  const tokens = call.secrets.nixAccessTokens;
  const access = tokens ? { tokens, folders: privateFolders } : undefined;
  const nix = nixPorts(nodes, await deployRsPrograms(folder), { limits, access });
  const isStopped = stopping(() => {
    nodes.abandon();
    void Promise.all([nix.store.dispose(), nix.closures.dispose()]);
  });
  const ports: DeployPorts = {
    nodes,
    ...nix,
    trees,
    snapshot,
    files,
    generated,
    clock: systemClock,
    progress,
    nodeProgress,
    signing: await signingIn(given.signingKeyFile, secrets, folder),
    owner: owner(),
    isStopped,
    isSuperseded: telling.isSuperseded,
    unreviewed: telling.unreviewed,
    begun: telling.begun,
    verify: verifying(patterns, isStopped),
    lead: (moves, gate, side) => leadMoves(moves, gate, side, lead),
    secured: (moves, gate, side) => securedMoves(moves, gate, side, lead),
    remember: async (text) => {
      await snapshot.lock();
      await snapshot.replace(MEMORY, text).finally(() => snapshot.unlock());
      await tracking(trees)([`${generated}/${MEMORY}`]);
    },
  };
  const close = async () => {
    nameservers.dispose();
    await patterns.dispose();
    await folder.remove();
  };
  return { ports, close };
}

const CLOUDFLARE_API = "https://api.cloudflare.com/client/v4";

function nixPorts(
  nodes: SshNodes,
  programs: DeployRsPrograms,
  { limits, access }: Pick<NixOptions, "access"> & { readonly limits: GivenLimits },
): Pick<DeployPorts, "closures" | "store" | "activator"> {
  // What is evaluated here is fetched first, private projects too; what nodes are sent needs no token.
  const nix = new NixRunner({ limits, access });
  return {
    closures: new NixClosures(nix),
    store: new NixStore({
      nix,
      nixStore: new NixRunner({ program: "nix-store", limits }),
      towards: (node) => {
        const given = { limits, variables: nodes.environment(node) };
        return { nix: new NixRunner(given), nixStore: new NixRunner({ program: "nix-store", ...given }) };
      },
    }),
    activator: new DeployRsActivator({
      program: "deploy",
      programs,
      environment: (node, users) => nodes.activating(node, users),
    }),
  };
}

// A key that is only in a variable is given to Nix as a file that only we can read.
async function signingIn(
  path: string | undefined,
  { NIX_SIGNING_KEY: key }: KnownSecrets,
  folder: PrivateFolder,
): Promise<DeployPorts["signing"]> {
  if (path !== undefined) {
    const secret = await files.readIfThere(path);
    if (secret !== null) return { file: path, secret };
    throw new HostenvError("file-not-found", `there is no file ${path}`, "name the file of the signing key");
  }
  return key === undefined ? null : { file: await folder.write("signing-key", key), secret: key };
}
