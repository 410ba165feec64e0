import { z } from "zod";

/** What `deploy --json` prints. */
export const deployOutcomeSchema = z.looseObject({
  schema: z.literal(1),
  planId: z.string(),
  hosts: z.array(
    z.looseObject({
      host: z.string().describe("A node's name."),
      wave: z.int(),
      result: z.string(),
      profiles: z.array(
        z.looseObject({
          profile: z.string().describe("system, or the environment's user."),
          result: z.enum([
            "deployed",
            "unchanged",
            "rolled-back",
            "failed",
            "skipped",
            "deployed-unverified",
          ]),
          storePath: z.string().nullable(),
          seconds: z.number(),
        }),
      ),
      verification: z.array(
        z.looseObject({
          environment: z.string(),
          check: z.string(),
          passed: z.boolean(),
          status: z.int().nullable().describe("Of HTTP; null without an answer."),
          failures: z.array(z.string()),
          enforced: z.boolean().default(true).describe("Whether a failure counts; false only warns."),
        }),
      ),
    }),
  ),
  waitingForDns: z.array(z.unknown()),
  standing: z
    .array(z.string())
    .default([])
    .describe("Nodes at which nothing was to be done: they carry all that is wanted, and answered."),
});

/** The outcome of a deploy. */
export type DeployOutcome = z.infer<typeof deployOutcomeSchema>;

/**
 * Whether an environment is known to run, and to answer as it should, on a node. A host that stands twice must be
 * right each time. Of one at which nothing was to be done, that was so before.
 */
export function isConfirmed({ hosts, standing }: DeployOutcome, environment: string, node: string): boolean {
  if (standing.includes(node)) return true;
  const there = hosts.filter(({ host }) => host === node);
  const profiles = there.flatMap((host) => host.profiles).filter(({ profile }) => profile === environment);
  const checks = there
    .flatMap((host) => host.verification)
    .filter((each) => each.environment === environment);
  return (
    profiles.length > 0 &&
    profiles.every(({ result }) => result === "deployed" || result === "unchanged") &&
    checks.every(({ passed, enforced }) => passed || !enforced)
  );
}
