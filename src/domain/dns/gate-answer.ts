import { z } from "zod";
import { verdictSchema } from "./verdict.ts";
import { writeSchema } from "./writes.ts";

const row = verdictSchema.extend({
  virtualHost: z
    .string()
    .describe("The virtual host whose name it is, or whose alias, as plan.json spells it."),
  records: z
    .array(z.string())
    .describe(
      "What to set, as a zone file has it, in place of A, AAAA and CNAME records; a CAA record beside others.",
    ),
  httpCheck: z
    .enum(["answers", "unreachable", "untried"])
    .nullable()
    .describe("Whether every address answers on port 80; null where it was not asked."),
});

/** A verdict on one name, with what to do about it. */
export type GateRow = z.infer<typeof row>;

const names = z.array(z.string());

/** `dns-gate --json`. Virtual hosts are named as plan.json spells them, by bytes. */
export const gateSchema = z.strictObject({
  schema: z.literal(1),
  verdicts: z.array(row),
  disabled: names.describe("Put on the off-list: from now on built without certificate and forced TLS."),
  withheld: names.describe("Put on the off-list where they are new, or new on their node."),
  enabled: names.describe("Given TLS that they did not have."),
  pending: names.describe(
    "TLS waits: DNS is right and it was switched on twice within this hour, or records are set and DNS does not show them yet.",
  ),
  kept: z
    .array(
      z.strictObject({
        hostname: z.string(),
        count: z.int().nonnegative().describe("Mismatches in a row; 0 where no number of them turns it off."),
      }),
    )
    .describe("Live with TLS although something is wrong."),
  confirmations: z.int().positive().describe("So many mismatches in a row turn a live hostname off."),
  redirects: z
    .array(z.strictObject({ target: z.string(), from: names }))
    .describe("Virtual hosts without TLS, and those that send visitors to them over TLS."),
  off: names.describe("The off-list after this run."),
  breaker: z
    .boolean()
    .describe("Too much would change at once: nothing was written, the lists say what would be."),
  written: z.boolean().describe("Whether a file was changed."),
  writes: z
    .array(writeSchema)
    .describe("Hostnames of which records were to be changed, and what became of it."),
});

/** The answer of a run of the gate. */
export type GateAnswer = z.infer<typeof gateSchema>;

/** What makes a run fail: every problem, only the breaker, or nothing. */
export const FAIL_ON = ["mismatch", "breaker", "never"] as const;

/**
 * 2 with a mismatch, the breaker or a record that could not be written, else 1 with an unknown verdict, else 0;
 * `failOn` lets mismatches and unknown verdicts pass, or all. `isBlind`: nothing is known of any virtual host, so that
 * a mismatch of an alias is no finding either.
 */
export function gateExitCode(
  { verdicts, breaker, writes }: Pick<GateAnswer, "verdicts" | "breaker" | "writes">,
  failOn: (typeof FAIL_ON)[number],
  isBlind = false,
): 0 | 1 | 2 {
  if (failOn === "never") return 0;
  if (breaker || writes.some(({ result }) => result === "failed")) return 2;
  if (failOn === "breaker") return 0;
  if (isBlind) return 1;
  if (verdicts.some(({ verdict }) => verdict === "mismatch")) return 2;
  return verdicts.some(({ verdict }) => verdict === "unknown") ? 1 : 0;
}
