import type { Failure } from "../domain/report.ts";
import { code, shortened } from "./escape.ts";
import { marker } from "./sticky.ts";

/** Longer messages are cut; the run's log has them whole. */
const MESSAGE_LENGTH = 2000;

/** The comment in a plan's place where none could be made. */
export function failureComment({ provider, headCommit, error }: Failure): string {
  const where = provider === "." ? "" : ` for ${code(provider, "text")}`;
  const head = headCommit === null ? "" : ` of ${code(headCommit.slice(0, 7), "text")}`;
  return [
    marker(provider),
    `## 🔴 hostenv plan${where}: failed`,
    "",
    `Nothing is known about what a merge${head} would do.`,
    "",
    `${code(error.code, "text")}: ${code(shortened(error.message, MESSAGE_LENGTH), "text")}`,
    "",
    `What to do: ${code(shortened(error.hint, MESSAGE_LENGTH), "text")}`,
  ].join("\n");
}
