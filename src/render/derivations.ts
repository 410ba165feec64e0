import type { Report } from "../domain/report.ts";
import { code, shortened } from "./escape.ts";
import { counted } from "./words.ts";

/** Errors longer than this are cut; the report has them whole. */
const ERROR_LENGTH = 300;

/** Up to so many nodes that can't be evaluated are named. */
const NODES_NAMED = 10;

/** How affected nodes are told, and which can't be evaluated; null where rules tell them unasked. */
export function howAffected({ derivations }: Report): string | null {
  if (!derivations) return null;
  if (derivations.method === "rules") {
    const why = derivations.reason ? `: ${code(shortened(derivations.reason, ERROR_LENGTH), "text")}` : "";
    return `Affected nodes are told by rules, derivations can't be compared${why}`;
  }
  const failed = derivations.nodes.flatMap(({ host, error }) =>
    error === undefined
      ? []
      : [`- 🟠 ${code(host, "text")} can't be evaluated: ${code(shortened(error, ERROR_LENGTH), "text")}`],
  );
  const rest = failed.length - NODES_NAMED;
  return [
    "Affected nodes are told by comparing derivations.",
    ...(failed.length > 0 ? [""] : []),
    ...failed.slice(0, NODES_NAMED),
    ...(rest > 0 ? [`- ${rest} more, see the full report`] : []),
  ].join("\n");
}

/** By how much nodes' closures grow or shrink, by node; null where no node's is known. */
export function closureGrowth({ derivations }: Report): ReadonlyMap<string, string> | null {
  const known = (derivations?.nodes ?? []).flatMap(({ host, closure }) =>
    closure ? [[host, signed(closure.afterBytes - closure.beforeBytes)] as const] : [],
  );
  return known.length > 0 ? new Map(known) : null;
}

/** Rows of what changes in nodes' closures, cells in Markdown. */
export function packageRows({ derivations }: Report): string[] {
  return (derivations?.nodes ?? []).flatMap(({ host, closure }) =>
    (closure?.packages ?? []).map((line) => `| ${code(host)} | ${code(shortened(line, ERROR_LENGTH))} |`),
  );
}

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"] as const;

/** `+210 MiB`, `−12 KiB`, `±0`. */
export function signed(bytes: number): string {
  if (bytes === 0) return "±0";
  let [size, unit] = [Math.abs(bytes), 0];
  while (Math.round(size) >= 1024 && unit < UNITS.length - 1) [size, unit] = [size / 1024, unit + 1];
  return `${bytes < 0 ? "−" : "+"}${Math.round(size)} ${UNITS[unit]}`;
}

/** Whether hostenv-provider itself changes, and what that may mean; null where it stays. */
export function upgrade({ toolUpgrade, changes }: Report): string | null {
  if (!toolUpgrade) return null;
  const { before, after, changeIds } = toolUpgrade;
  const versions = [before, after].map((each) => code(shortened(each, 80), "text")).join(" → ");
  const own = changes.filter(({ id }) => changeIds?.includes(id)).length;
  const what =
    changeIds === undefined
      ? "some of these changes may come from it"
      : own === 0
        ? "none of these changes comes from it alone"
        : `${own} of ${counted(changes.length, "changed fact")} it changes by itself, listed apart`;
  return `**hostenv-provider** ${versions}: ${what}.`;
}
