import { isBlind, type NodeDrift } from "../domain/deploy/drift.ts";
import { driftLines } from "./drift-answer.ts";
import { ADVICE, STATUS_WORDS } from "./drift-words.ts";
import { code, shortened } from "./escape.ts";
import { firstThatFits } from "./fit.ts";
import type { IssueDraft } from "./issue-mark.ts";
import { counted } from "./words.ts";

/** The key of all nodes together, where none could be asked. */
export const BLIND = "blind";

/** The key of what has to wait for an issue of its own. */
export const MORE = "more";

const NODE = "node:";

/** The key of a node's issue. */
export function nodeKey(node: string): string {
  return `${NODE}${node}`;
}

/** The node that a key is about, null for the others. */
export function nodeOf(key: string): string | null {
  return key.startsWith(NODE) ? key.slice(NODE.length) : null;
}

/** So many lines are shown, and fewer where they are long. */
const LISTED = [50, 10, 0];

/** The issues of what was found: one a node that is not as it was deployed, or one for all where none could be asked. */
export function driftDrafts(nodes: readonly NodeDrift[]): IssueDraft[] {
  if (isBlind(nodes)) return [blindDraft(nodes)];
  return nodes.filter(({ status }) => status !== "ok" && status !== "busy").map(nodeDraft);
}

function nodeDraft(found: NodeDrift): IssueDraft {
  const { node, status, differences, problem } = found;
  const advice = ADVICE[status].replace("NODE", node);
  // What the next deploy would bring is no news of this problem.
  const lines = driftLines({ ...found, behind: null });
  return {
    key: nodeKey(node),
    cause: status,
    title: `${node} ${STATUS_WORDS[status]}`,
    text: firstThatFits(
      LISTED.map((most) => () => told(`${code(node, "text")} ${STATUS_WORDS[status]}.`, lines, most, advice)),
    ),
    // Words of a failing connection differ from run to run; its code does not.
    essence: JSON.stringify([status, differences, problem?.code ?? null]),
  };
}

function blindDraft(nodes: readonly NodeDrift[]): IssueDraft {
  const codes = [...new Set(nodes.map(({ problem }) => problem?.code ?? ""))].sort();
  const lines = nodes.map(({ node, problem }) => `${node}: ${problem?.message ?? ""}`);
  const first = `None of ${counted(nodes.length, "node")} could be asked, which is more likely the runner's fault than theirs.`;
  const advice =
    "See whether the runner may reach them by SSH, and whether the deploy key and `known_hosts` still hold.";
  return {
    key: BLIND,
    cause: BLIND,
    title: "no node could be asked",
    text: firstThatFits(LISTED.map((most) => () => told(first, lines, most, advice))),
    essence: JSON.stringify(codes),
  };
}

/** A line of a node's has no length of its own. */
const LENGTH = 300;

function told(first: string, lines: readonly string[], most: number, advice: string): string {
  const rest = lines.length - Math.min(most, lines.length);
  const shown = lines.slice(0, most).map((line) => `- ${code(shortened(line, LENGTH), "text")}`);
  const list = [...shown, ...(rest > 0 ? [`- and ${rest} more`] : [])];
  return [first, ...(list.length > 0 ? ["", ...list] : []), "", advice, "", ENDING].join("\n");
}

const ENDING =
  "This issue closes itself. Close it as *not planned* to be left alone until the reason is another one.";

/** The one issue of problems that have to wait for an issue of their own. */
export function collectedDrift(waiting: readonly IssueDraft[]): IssueDraft {
  const titles = waiting.map(({ title }) => title);
  const first = `${counted(waiting.length, "more node")} not as deployed. Each gets an issue of its own in one of the next runs.`;
  return {
    key: MORE,
    cause: MORE,
    title: "more nodes are not as they were deployed",
    text: firstThatFits(
      LISTED.map((most) => () => told(first, titles, most, "Nothing is to be done about this one.")),
    ),
    essence: JSON.stringify(titles),
  };
}

/** What is said when the issue of a key is closed. */
export function driftFarewell(key: string, planned: readonly string[]): string {
  const node = nodeOf(key);
  if (node === null)
    return key === BLIND
      ? "Nodes can be asked again."
      : "Every node has an issue of its own now, or is as it was deployed.";
  return planned.includes(node) ? "It runs what was deployed." : "The plan does not have this node any more.";
}
