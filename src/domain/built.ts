import { z } from "zod";

/** `nodes build --json`. */
export const builtSchema = z.strictObject({
  schema: z.literal(1),
  node: z.string(),
  storePath: z.string().describe("The node's system; in a dry run where it would lie."),
  drvPath: z.string(),
  seconds: z.number().nonnegative(),
});

/** A node's system, built. */
export type Built = z.infer<typeof builtSchema>;
