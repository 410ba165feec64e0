import type { Answer } from "./answer.ts";
import { gateSummary, gateTerminal } from "./dns-gate.ts";
import { type GateStory, verdictLine } from "./dns-gate-sections.ts";
import { document } from "./json.ts";
import { gatePage } from "./page/gate-page.ts";

/** The answer of `dns-gate`. */
export function gateAnswer(
  gate: GateStory & Pick<Answer, "exitCode"> & { readonly finish?: () => Promise<void> },
): Answer {
  const { exitCode, answer, obstacle, finish } = gate;
  const { verdicts, disabled, enabled, pending, breaker } = answer;
  const number = (kind: string) => String(verdicts.filter(({ verdict }) => verdict === kind).length);
  return {
    exitCode,
    document: answer,
    terminal: (color) => gateTerminal(gate, color),
    summary: (limit) => gateSummary(gate, limit),
    files: { report: () => document(answer), reportHtml: () => gatePage(gate) },
    outputs: {
      mismatches: number("mismatch"),
      unknown: number("unknown"),
      disabled: JSON.stringify(disabled),
      enabled: JSON.stringify(enabled),
      pending: JSON.stringify(pending),
      breaker: String(breaker),
    },
    annotations: [],
    notices: [],
    refusal: obstacle === null ? verdictLine(answer) : `nothing was written: ${obstacle}`,
    ...(finish ? { finish } : {}),
  };
}
