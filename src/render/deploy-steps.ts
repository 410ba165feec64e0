import type { DeployReport } from "../domain/deploy/report.ts";
import { code, visible } from "./escape.ts";

type Steps = NonNullable<DeployReport["steps"]>;

/** What a deploy would do, node by node in order, for a terminal; "" where it is not told. */
export function stepsText(steps: Steps | undefined): string {
  return inWaves(steps)
    .map(([wave, nodes]) => {
      const lines = nodes.flatMap((node) => [
        `  ${visible(node.host)}`,
        ...node.steps.map((parts, index) => `    ${index + 1}. ${parts.map(visible).join("")}`),
      ]);
      return [`wave ${wave}`, ...lines].join("\n");
    })
    .join("\n");
}

/** The same in Markdown, of at most so many nodes; null where it is not told. */
export function stepsMarkdown(steps: Steps | undefined, most: number): string | null {
  if (!steps || steps.length === 0 || most === 0) return null;
  const waves = inWaves(steps.slice(0, most)).map(([wave, nodes]) => {
    const parts = nodes.map((node) => {
      const list = node.steps.map((step, index) => `${index + 1}. ${step.map(marked).join("")}`);
      return [`**${code(node.host, "text")}**`, "", ...list].join("\n");
    });
    return [`**Wave ${wave}**`, ...parts].join("\n\n");
  });
  const rest = steps.length - most;
  return [...waves, ...(rest > 0 ? [`And ${rest} more nodes.`] : [])].join("\n\n");
}

// Values stand at odd places.
function marked(part: string, index: number): string {
  return index % 2 === 1 ? code(part, "text") : part;
}

function inWaves(steps: Steps = []): [number, Steps][] {
  const waves = [...new Set(steps.map(({ wave }) => wave))].sort((left, right) => left - right);
  return waves.map((wave) => [wave, steps.filter((node) => node.wave === wave)]);
}
