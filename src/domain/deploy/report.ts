import { z } from "zod";
import { HostenvError } from "../../errors.ts";
import { type JsonValue, pointer } from "../json.ts";
import { changeSchema, pinSchema, sentenceSchema } from "../report.ts";
import type { DeployOutcome } from "./outcome.ts";
import { DEPLOY_RESULTS } from "./results.ts";

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const seconds = z.number().nonnegative();

const profile = z.strictObject({
  profile: z.string().describe("system, or the environment's user."),
  result: z.enum(["deployed", "unchanged", "rolled-back", "failed", "skipped", "deployed-unverified"]),
  storePath: z.string().nullable().describe("What it runs now; null where that is nothing or not known."),
  seconds,
  reason: z.string().nullable(),
  log: z.array(z.string()).describe("Last lines of what failed; of a dry run what it would do."),
});

/** One check of an environment's sites, and how it ended. */
export const checkSchema = z.strictObject({
  environment: z.string(),
  check: z.string(),
  passed: z.boolean(),
  status: z.int().nullable().describe("Of HTTP; null without an answer."),
  failures: z.array(z.string()),
  enforced: z.boolean().describe("Whether a failure counts; false only warns."),
  remark: z.string().nullable().describe("What a passed check did not prove."),
  seconds,
  attempts: z.int().nonnegative(),
});

const host = z.strictObject({
  host: z.string(),
  wave: z.int().positive(),
  result: z.enum(["ok", "partial", "failed", "unreachable", "locked", "skipped"]),
  problem: z.strictObject({ code: z.string(), message: z.string(), hint: z.string() }).nullable(),
  seconds,
  profiles: z.array(profile),
  verification: z.array(checkSchema),
  lastBackups: z
    .array(z.strictObject({ environment: z.string(), backup: z.string(), snapshot: z.string() }))
    .describe(
      "Of environments that this node let go of: removed ones, and those that moved away after a wait.",
    ),
  setAside: z
    .array(z.strictObject({ environment: z.string(), path: z.string().describe("Where it is now.") }))
    .describe(
      "What environments had on this node in the way of what was restored: `.before-…` is of an earlier stay and stays, `.copy` is of an earlier attempt.",
    ),
});

const environment = z.strictObject({
  name: z.string(),
  project: z.string().describe("organisation__project."),
  environment: z.string().describe("Its own name in the project, mostly a branch."),
  type: z.string(),
  host: z.string(),
  url: z.string().nullable().describe("Where visitors find it."),
  changed: z.boolean().describe("Whether this deploy was to change it."),
});

const waiting = z.strictObject({
  environment: z.string(),
  hostname: z.string(),
  from: z.string(),
  to: z.string(),
  record: z.string().describe("The records to set, a line each, as a zone file has them."),
  why: z.string(),
});

/** `deploy --report FILE`: what `deploy --json` prints, with all that people are told besides. */
export const deployReportSchema = z.strictObject({
  schema: z.literal(1),
  provider: z.string().describe("The provider's folder in its repository, '.' for the root."),
  planId: hash,
  commit: z.string().nullable(),
  toolVersion: z.string(),
  result: z.enum(DEPLOY_RESULTS),
  seconds,
  hosts: z.array(host).describe("By wave."),
  environments: z.array(environment).describe("Those of the nodes of this deploy."),
  waitingForDns: z.array(waiting),
  heldBack: z.array(z.string()).describe("Nodes that are left as they are; the notices say why."),
  awaited: z.array(z.string()).describe("Those of them that wait for a run that was agreed to."),
  standing: z
    .array(z.string())
    .describe("Nodes at which nothing was to be done: they carry all that is wanted, and answered."),
  unreviewed: z.strictObject({
    changes: z.array(changeSchema),
    pins: z.array(
      z.strictObject({ name: z.string(), before: pinSchema.nullable(), after: pinSchema.nullable() }),
    ),
  }),
  steps: z
    .array(z.strictObject({ host: z.string(), wave: z.int().positive(), steps: z.array(sentenceSchema) }))
    .optional()
    .describe("Of a dry run: what would be done, in this order; our words and values by turns."),
  notices: z.array(z.string()),
  resume: z.string().nullable().describe("What to run for the nodes that are left."),
});

export type DeployReport = z.infer<typeof deployReportSchema>;
export type HostReport = DeployReport["hosts"][number];
export type DeployedEnvironment = DeployReport["environments"][number];
export type WaitingForDns = DeployReport["waitingForDns"][number];

/** `deploy --json`: what scripts decide from. */
export function outcomeOf({ planId, hosts, waitingForDns, standing }: DeployReport): DeployOutcome {
  return {
    schema: 1,
    planId,
    hosts: hosts.map(({ host: name, wave, result, profiles, verification }) => ({
      host: name,
      wave,
      result,
      profiles: profiles.map(({ profile: user, result: became, storePath, seconds: took }) => ({
        profile: user,
        result: became,
        storePath,
        seconds: took,
      })),
      verification: verification.map(
        ({ environment: name, check: what, passed, status, failures, enforced }) => ({
          environment: name,
          check: what,
          passed,
          status,
          failures,
          enforced,
        }),
      ),
    })),
    waitingForDns,
    standing,
  };
}

/** Reads a report; `name` is what messages call it. Throws HostenvError `deploy-report-schema`. */
export function parseDeployReport(value: JsonValue, name: string): DeployReport {
  const { data, error } = deployReportSchema.safeParse(value);
  if (data) return data;
  const [issue] = error.issues;
  const place = pointer((issue?.path ?? []).map(String)) || "its root";
  throw new HostenvError(
    "deploy-report-schema",
    `${name} is no deploy report of this version: at ${place}: ${issue?.message}`,
    "write it again with deploy --report FILE",
  );
}

/** Environments that run as they are to, and of which no check says so. */
export function unchecked({ profiles, verification }: HostReport): string[] {
  const asked = new Set(verification.map(({ environment: name }) => name));
  return profiles
    .filter(
      ({ profile: user, result }) =>
        user !== "system" && ["deployed", "unchanged"].includes(result) && !asked.has(user),
    )
    .map(({ profile: user }) => user);
}
