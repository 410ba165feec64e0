import { z } from "zod";
import { byBytes } from "./json.ts";
import { OURS, type Texts } from "./manifest.ts";

/** The snapshot's folder at three places: where ours was made, ours, and the branch as it is now. */
export interface Sides {
  readonly base: Texts;
  readonly ours: Texts;
  readonly theirs: Texts;
  /** Whether the branch has other files or pins than ours was planned from. */
  readonly sourcesMoved: boolean;
  /** Files whose parts can be told apart, and how their texts are put together where both sides wrote them. */
  readonly together?: Readonly<Record<string, Together>>;
}

/** One text of two that began from the same, null where there was none before; null where they don't go together. */
export type Together = (base: string | null, ours: string, theirs: string) => string | null;

/** What the branch's folder is to hold; null texts where ours must not be brought there, and why. */
export type Merged = { readonly files: Texts } | { readonly superseded: string };

/**
 * Brings our snapshot to a branch that has moved. What a plan writes is one whole: all of it is ours, or all of
 * it theirs; every other file, as the gate's memory, is by itself. Where both sides wrote the same part and it can't be
 * put together, or the plan would not be that of the branch any more, who came first stays: a later run begins from
 * there.
 */
export function mergedSnapshot({ base, ours, theirs, sourcesMoved, together = {} }: Sides): Merged {
  const files: Record<string, string> = {};
  for (const part of partsOf(base, ours, theirs)) {
    const [before, mine, present] = [base, ours, theirs].map((side) => only(side, part)) as [
      Texts,
      Texts,
      Texts,
    ];
    const isMine = !same(mine, before);
    if (isMine && part === OURS && sourcesMoved)
      return { superseded: "the branch has changes that this snapshot was not planned from" };
    const both = isMine && !same(mine, present) && !same(present, before);
    const merged = both ? putTogether(part, { before, mine, present }, together) : isMine ? mine : present;
    if (merged === null)
      return { superseded: `another run has written ${part === OURS ? "another plan" : part[0]}` };
    Object.assign(files, merged);
  }
  return { files };
}

function putTogether(
  [name = ""]: readonly string[],
  { before, mine, present }: Readonly<Record<"before" | "mine" | "present", Texts>>,
  together: NonNullable<Sides["together"]>,
): Texts | null {
  const [ours, theirs] = [mine[name], present[name]];
  if (!Object.hasOwn(together, name) || ours === undefined || theirs === undefined) return null;
  const text = together[name]?.(before[name] ?? null, ours, theirs) ?? null;
  return text === null ? null : { [name]: text };
}

function partsOf(...sides: readonly Texts[]): (readonly string[])[] {
  const others = new Set(sides.flatMap((side) => Object.keys(side)).filter((name) => !OURS.includes(name)));
  return [OURS, ...[...others].sort(byBytes).map((name) => [name])];
}

function only(side: Texts, names: readonly string[]): Texts {
  return Object.fromEntries(
    names.flatMap((name) => (Object.hasOwn(side, name) ? [[name, side[name] as string]] : [])),
  );
}

function same(left: Texts, right: Texts): boolean {
  const names = Object.keys(left);
  return names.length === Object.keys(right).length && names.every((name) => left[name] === right[name]);
}

/** `snapshot commit --json`. */
export const snapshotCommitSchema = z.strictObject({
  schema: z.literal(1),
  result: z
    .enum(["committed", "unchanged", "superseded", "proposed", "dry-run"])
    .describe(
      "committed: it is on the branch; unchanged: the branch has it already; superseded: another run, or another change, came " +
        "first; proposed: the branch takes no push, and a pull request has it.",
    ),
  branch: z.string(),
  commit: z
    .string()
    .nullable()
    .describe("The branch's commit that has the snapshot; of a proposal, its own."),
  planId: z.string(),
  pullRequest: z
    .string()
    .nullable()
    .describe("Its address; null where there is none, or where it could not be opened."),
  reason: z.string().nullable().describe("Why it is not on the branch."),
});

/** What became of a snapshot's commit. */
export type SnapshotCommit = z.infer<typeof snapshotCommitSchema>;
