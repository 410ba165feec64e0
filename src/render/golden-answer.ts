import type { Difference, GoldenResult, Ignored } from "../domain/golden.ts";
import type { Answer } from "./answer.ts";
import { type Group, goldenSummary, goldenTerminal } from "./golden.ts";

/** What the command found, as the answer needs it. */
interface Checked {
  readonly exitCode: 0 | 2;
  readonly result: GoldenResult;
  readonly differences: readonly Difference[];
  readonly ignored: readonly Ignored[];
  readonly nowhere: readonly Ignored[];
  readonly golden: string;
  readonly update: "none" | "new" | "changed";
  readonly patch: string | null;
  readonly finish?: () => Promise<void>;
}

/** What a door adds: the repairing command, where the patch goes, and what a path is about. */
interface Around {
  readonly repair: string;
  readonly patchPath: string;
  readonly placeOf: (path: string) => { readonly kind: string; readonly name: string };
}

/** The answer of `golden-check`. */
export function goldenAnswer(checked: Checked, { repair, patchPath, placeOf }: Around): Answer {
  const { exitCode, result, differences, nowhere, patch, finish } = checked;
  const story = { ...checked, groups: grouped(differences, placeOf), repair };
  return {
    exitCode,
    document: { schema: 1, result, differences },
    terminal: (color) => goldenTerminal(story, color),
    summary: (limit) => goldenSummary(story, limit),
    files: patch === null ? {} : { patch: () => patch },
    outputs: { result, "patch-path": patch === null ? "" : patchPath },
    annotations: [],
    notices: nowhere.map(({ pattern }) => `--ignore ${pattern} leads nowhere in either plan`),
    refusal: `the plan is not what the golden file holds; if it is what you want: ${repair}`,
    ...(finish ? { finish } : {}),
  };
}

// In the order in which they are first met: environments before nodes, each by name.
function grouped(differences: readonly Difference[], placeOf: Around["placeOf"]): Group[] {
  const groups = new Map<string, Group & { differences: Difference[] }>();
  for (const difference of differences) {
    const { kind, name } = placeOf(difference.path);
    const key = `${kind} ${name}`;
    const group = groups.get(key) ?? { kind, name, differences: [] };
    group.differences.push(difference);
    groups.set(key, group);
  }
  return [...groups.values()];
}
