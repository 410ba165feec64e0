import type { SnapshotCheck } from "../domain/snapshot-check.ts";
import type { Answer } from "./answer.ts";
import { code, visible } from "./escape.ts";
import { document } from "./json.ts";

const WORDS = {
  missing: "is not there",
  stale: "is not wanted any more",
  differs: "is not what the inputs give",
};

/** The answer of `plan --check` for people at a terminal. Ends with a line break. */
export function snapshotCheckText({ result, differences, repair }: SnapshotCheck): string {
  if (result === "match") return "the committed snapshot is what the inputs give\n";
  const lines = differences.map(({ file, path, reason }) => {
    const place = path === "" ? "" : ` ${visible(path)}`;
    return `✖ ${file}${place} ${WORDS[reason]}`;
  });
  return `${lines.join("\n")}\n\nTo repair it: ${repair}\n`;
}

/** The answer of `plan --check` in every form. */
export function checkAnswer({ exitCode, check }: { exitCode: 0 | 2; check: SnapshotCheck }): Answer {
  return {
    exitCode,
    document: check,
    terminal: () => snapshotCheckText(check),
    summary: () => summary(check),
    files: { report: () => document(check) },
    outputs: {},
    annotations: [],
    notices: [],
    refusal: "the committed snapshot is not what the inputs give",
  };
}

function summary({ result, differences, repair }: SnapshotCheck): string {
  if (result === "match") return "🟢 The committed snapshot is what the inputs give.";
  const rows = differences.map(
    ({ file, path, reason }) => `| ${code(file)} | ${code(path)} | ${WORDS[reason]} |`,
  );
  return [
    "## 🔴 The committed snapshot is not what the inputs give",
    "",
    "| File | Place | |",
    "|--|--|--|",
    ...rows,
    "",
    `To repair it: ${code(repair ?? "", "text")}`,
  ].join("\n");
}
