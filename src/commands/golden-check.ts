import { z } from "zod";
import {
  type Difference,
  differences,
  type GoldenResult,
  type Ignored,
  leadingNowhere,
  parseIgnored,
} from "../domain/golden.ts";
import type { JsonValue } from "../domain/json.ts";
import { HostenvError } from "../errors.ts";
import { ALWAYS_IGNORED, withoutSecrets } from "../fleets/hostenv/golden.ts";
import { type Plan, parsePlan } from "../fleets/hostenv/schema.ts";
import { withUidsAsNames } from "../fleets/hostenv/uids.ts";
import type { Files } from "../ports/files.ts";
import type { Patches } from "../ports/history.ts";
import { document } from "../render/json.ts";

/** Inputs of `golden-check`. */
export const goldenCheckInputs = z.strictObject({
  plan: z.string().optional(),
  golden: z.string().optional(),
  update: z.boolean().default(false),
  ignore: z.array(z.string()).default([]),
  patch: z.string().optional(),
  dryRun: z.boolean().default(false),
});

type Inputs = z.infer<typeof goldenCheckInputs>;

/** What `golden-check` needs of the world. */
export interface GoldenPorts {
  readonly files: Files;
  readonly patches: Patches;
  /** The provider's folder, and the snapshot's folder below it. */
  readonly directory: string;
  readonly generated: string;
}

/** What `golden-check` found. */
export interface GoldenCheck {
  readonly exitCode: 0 | 2;
  readonly result: GoldenResult;
  readonly differences: readonly Difference[];
  readonly ignored: readonly Ignored[];
  /** Patterns of the user's that lead nowhere. */
  readonly nowhere: readonly Ignored[];
  /** What the golden file is called. */
  readonly golden: string;
  /** Whether the golden file is to be written: `new` where there is none. */
  readonly update: "none" | "new" | "changed";
  readonly patch: string | null;
  readonly finish?: () => Promise<void>;
}

/** Compares a plan with the golden file, or writes the plan into it. */
export async function goldenCheck(inputs: Inputs, ports: GoldenPorts): Promise<GoldenCheck> {
  const ignored = [...ALWAYS_IGNORED, ...inputs.ignore.map(parseIgnored)];
  const path = inputs.golden ?? `${ports.directory}/tests/golden/plan.json`;
  const golden = inputs.golden ?? "tests/golden/plan.json";
  const found = {
    exitCode: 0,
    differences: [],
    ignored,
    nowhere: [],
    golden,
    update: "none",
    patch: null,
  } as const;
  const before = await goldenPlan(path, golden, inputs, ports);
  if (before === null && !inputs.update) return { ...found, result: "skipped" };
  const plan = await plannedPlan(inputs, ports);
  const [left, right] = [before && withUidsAsNames(before), withUidsAsNames(plan)];
  const differing = left === null ? [] : differences(left, right, ignored);
  const nowhere = leadingNowhere(left, right, ignored.slice(ALWAYS_IGNORED.length));
  if (left !== null && differing.length === 0) return { ...found, result: "match", nowhere };
  const text = document(plan);
  if (inputs.update && !inputs.dryRun) {
    const update = left === null ? "new" : "changed";
    return { ...found, result: "match", nowhere, update, finish: () => ports.files.write(path, text) };
  }
  if (left === null) return { ...found, result: "skipped" };
  const patch = inputs.patch === undefined ? null : await patchOf(path, text, ports);
  return {
    ...found,
    exitCode: 2,
    result: "mismatch",
    differences: differing.map(withoutSecrets),
    nowhere,
    patch,
  };
}

// To be replaced, a golden file need not be readable: it may hold conflict markers.
async function goldenPlan(
  path: string,
  name: string,
  { update }: Inputs,
  { files }: GoldenPorts,
): Promise<Plan | null> {
  try {
    const json = await files.readJsonIfThere(path, name);
    return json === null ? null : parsePlan(json, name);
  } catch (error) {
    if (update && error instanceof HostenvError && error.code !== "file-unusable") return null;
    throw error;
  }
}

async function plannedPlan({ plan }: Inputs, { files, directory, generated }: GoldenPorts): Promise<Plan> {
  if (plan !== undefined) return parsePlan(await files.readJson(plan), plan);
  const name = `${generated}/plan.json`;
  const json: JsonValue | null = await files.readJsonIfThere(`${directory}/${name}`, name);
  if (json !== null) return parsePlan(json, name);
  const hint = "write it with: hostenv-provider plan; or name another one: --plan FILE";
  throw new HostenvError("file-not-found", `there is no file ${name} in ${directory}`, hint);
}

async function patchOf(path: string, text: string, { files, patches }: GoldenPorts): Promise<string> {
  return patches.replacing(path, (await files.readIfThere(path)) ?? "", text);
}
