import { z } from "zod";

// What deploy-rs documents of the flake output `deploy` (its interface.json), as far as it bears on us; keys
// that it does not know are refused here, or a misspelled one would be without effect.
const settings = {
  sshUser: z.string().optional(),
  user: z.string().optional(),
  sshOpts: z.array(z.string()).optional(),
  fastConnection: z.boolean().optional(),
  autoRollback: z.boolean().optional(),
  magicRollback: z.boolean().optional(),
  confirmTimeout: z.int().optional(),
  activationTimeout: z.int().optional(),
  tempPath: z.string().optional(),
  interactiveSudo: z.boolean().optional(),
  // Read by deploy-rs, and not in that document.
  remoteBuild: z.boolean().optional(),
};
const name = z.string().regex(/[A-z][A-z0-9_-]*/);
const profile = z.strictObject({ ...settings, path: z.string(), profilePath: z.string().optional() });
const node = z.strictObject({
  ...settings,
  hostname: z.string(),
  profilesOrder: z
    .array(z.string())
    .refine((order) => new Set(order).size === order.length, "names a profile twice")
    .optional(),
  profiles: z.record(name, profile),
});

/** The flake output `deploy` as deploy-rs takes it. */
export const deploySchema = z.strictObject({ ...settings, nodes: z.record(name, node).optional() });
