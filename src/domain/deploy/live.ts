import { z } from "zod";
import { HostenvError } from "../../errors.ts";
import { type JsonValue, pointer } from "../json.ts";

/** Where a node keeps what it says of itself: owned by the deploy user, written by deploy alone. */
export const LIVE_FOLDER = "/var/lib/hostenv-provider";

/** The file in it. */
export const LIVE_FILE = `${LIVE_FOLDER}/deployed.json`;

/** Where deploy-rs waits for its confirmations, with a folder for each profile: no two users write in one. */
export const CANARY_FOLDER = `${LIVE_FOLDER}/canary`;

/** The `tempPath` of a profile: `prepare` makes it, only its user may write there. */
export function canaryFolder(profile: string): string {
  return `${CANARY_FOLDER}/${profile}`;
}

const hash = z.string().regex(/^[0-9a-f]{64}$/);

const pin = z.strictObject({
  name: z.string(),
  url: z.string(),
  rev: z.string().nullable(),
  narHash: z.string().nullable(),
});

const step = z.strictObject({
  environment: z.string(),
  from: z.string(),
  to: z.string(),
  step: z
    .enum(["backup", "restore", "dns", "tls", "stay"])
    .describe(
      "`stay`: the move from here was turned back before visitors were led away, and the data never left.",
    ),
  snapshots: z.record(z.string(), z.string()).describe("Snapshot ids by the name of the backup."),
  at: z.iso.datetime(),
});

const file = z.strictObject({ path: z.string(), sha256: hash });

const facts = z.strictObject({
  plan: z.record(z.string(), z.json()),
  pins: z.array(pin),
  sources: z.array(file),
  nodesFolder: z.string(),
});

const deployed = z.strictObject({
  planId: hash,
  commit: z.string().nullable(),
  at: z.iso.datetime(),
  generations: z.record(z.string(), z.int().positive()),
});

/** So many plans are remembered: as many generations as a node is likely to keep. */
export const HISTORY = 20;

/** deployed.json: what a node says it runs, and how far the moves that concern it have come. */
export const liveSchema = z.strictObject({
  schema: z.literal(1),
  planId: hash.nullable().describe("The plan it carries as a whole; null while it carries parts of several."),
  commit: z.string().nullable().describe("The commit it was deployed from, null outside of git."),
  gateSha256: hash.describe("Of what the DNS gate's memory says of this node."),
  facts: facts.describe("What of a plan, and of what that was made from, the node carries."),
  profiles: z.record(z.string(), z.strictObject({ storePath: z.string(), generation: z.int().positive() })),
  steps: z.array(step),
  rolledBack: z
    .array(z.string())
    .describe(
      "Profiles that were brought back by hand: they stay so until the node is to carry something else, or is named.",
    ),
  rolledBackFrom: hash
    .nullable()
    .default(null)
    .describe("Of what the node was to carry when it was brought back; null where it was not."),
  rolledBackTo: hash
    .nullable()
    .default(null)
    .describe(
      "The plan that it was brought back to; null where that was none, or a generation by its number.",
    ),
  wantedSha256: hash
    .nullable()
    .default(null)
    .describe("Of what a deploy last wanted it to carry, whether all of that came there or not."),
  unproved: z
    .array(z.string())
    .describe(
      "Profiles whose activation failed and could not be undone: the next deploy activates them again.",
    ),
  unanswered: z
    .array(z.string())
    .describe("Environments whose sites did not answer as they should: the next deploy asks again."),
  history: z.array(deployed).describe("The latest plans it carried as a whole, oldest first."),
});

/** What a node says it runs. */
export type Live = z.infer<typeof liveSchema>;

/** One finished step of a move. */
export type MoveStep = Live["steps"][number];

/** Reads a node's deployed.json. Throws HostenvError `live-schema` naming the node and the place. */
export function parseLive(value: JsonValue, node: string): Live {
  const { data: live, error } = liveSchema.safeParse(value);
  if (live) return live;
  const [issue] = error.issues;
  throw new HostenvError(
    "live-schema",
    `${LIVE_FILE} on ${node} is none of this version: at ${pointer((issue?.path ?? []).map(String)) || "its root"}: ${issue?.message}`,
    "deploy with the version that wrote it, or move the file away on the node and deploy with --adopt",
  );
}
