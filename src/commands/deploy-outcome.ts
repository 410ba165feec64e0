import { type DeployOutcome, deployOutcomeSchema } from "../domain/deploy/outcome.ts";
import { pointer } from "../domain/json.ts";
import { MANIFEST, manifestSchema } from "../domain/manifest.ts";
import { HostenvError } from "../errors.ts";
import type { Files } from "../ports/files.ts";

/** Where an outcome and the plan it should be of are. */
export interface OutcomePlace {
  readonly files: Files;
  readonly directory: string;
  readonly generated: string;
}

/**
 * The outcome of a deploy that a file holds. Throws HostenvError `deployed-schema`, and `deployed-other-plan` where
 * it is of another plan than the snapshot's, which `isOwnPlan` says to be the one that counts.
 */
export async function readOutcome(
  path: string,
  isOwnPlan: boolean,
  { files, directory, generated }: OutcomePlace,
): Promise<DeployOutcome> {
  const parsed = deployOutcomeSchema.safeParse(await files.readJson(path));
  if (!parsed.success) throw misshapen(path, parsed.error.issues[0]);
  const name = `${generated}/${MANIFEST}`;
  const manifest = manifestSchema.safeParse(await files.readJsonIfThere(`${directory}/${name}`, name));
  if (!isOwnPlan || !manifest.success || manifest.data.planId === parsed.data.planId) return parsed.data;
  const hint = "deploy the snapshot, and give what that deploy prints with --json. No record was changed";
  throw new HostenvError("deployed-other-plan", `${path} is the outcome of another plan's deploy`, hint);
}

function misshapen(
  path: string,
  issue: { readonly path: readonly PropertyKey[]; readonly message: string } | undefined,
): HostenvError {
  const place = pointer((issue?.path ?? []).map(String)) || "/";
  const hint = "give the file that hostenv-provider deploy --json wrote";
  return new HostenvError(
    "deployed-schema",
    `${path} is no outcome of a deploy: at ${place}: ${issue?.message}`,
    hint,
  );
}
