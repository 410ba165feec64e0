import { z } from "zod";

/** `snapshot checkout --json`. */
export const snapshotCheckoutSchema = z.strictObject({
  schema: z.literal(1),
  branch: z.string(),
  snapshot: z
    .string()
    .nullable()
    .describe(
      "The branch's commit whose snapshot lies in the work tree; null where the branch does not exist yet.",
    ),
  source: z.string().describe("The commit whose other files lie there."),
  head: z.string().describe("The commit of both that is checked out; it is nowhere but here."),
  base: z
    .string()
    .nullable()
    .describe("The same for the commit that --base names, to compare with; null where none was named."),
});

/** What `snapshot checkout` left. */
export type SnapshotCheckout = z.infer<typeof snapshotCheckoutSchema>;
