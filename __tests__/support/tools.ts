import { describe } from "@jest/globals";
import { type ToolName, tool } from "./programs.ts";

export { needed, type ToolName, tool } from "./programs.ts";

/** Port 53, mount namespaces, and addresses such as 127.7.7.7 that exist without being set up. */
export const ROOT = "root on Linux";

/** Runs a block of tests where all that it names is there; elsewhere it is reported as skipped, with what lacks. */
export function describeWith(
  needs: readonly (ToolName | typeof ROOT)[],
  title: string,
  block: () => void,
): void {
  const lacking = needs.filter((need) => (need === ROOT ? !isRootOnLinux() : !tool(need)));
  if (lacking.length === 0) describe(title, block);
  else describe.skip(`${title} (needs ${lacking.join(", ")})`, block);
}

function isRootOnLinux(): boolean {
  return process.platform === "linux" && process.getuid?.() === 0;
}
