import type { SnapshotCommit } from "../domain/snapshot-merge.ts";
import type { Answer } from "./answer.ts";
import { code, harmless, visible } from "./escape.ts";

/** The answer of `snapshot commit`: 2 where the snapshot waits for a pull request. */
export function snapshotCommitAnswer(ended: SnapshotCommit): Answer {
  const { result, commit, pullRequest } = ended;
  const waits = result === "proposed";
  return {
    exitCode: waits ? 2 : 0,
    document: ended,
    terminal: () => harmless(`${visible(sentence(ended, (value) => value))}\n`),
    summary: () => `## hostenv snapshot\n\n${sentence(ended, (value) => code(value, "text"))}`,
    files: {},
    outputs: { result, commit: commit ?? "", "pull-request-url": pullRequest ?? "" },
    annotations: [],
    notices: [],
    ...(waits ? { refusal: "the snapshot waits for its pull request" } : {}),
  };
}

function sentence(
  { result, branch, commit, reason, pullRequest }: SnapshotCommit,
  say: (value: string) => string,
) {
  const [where, short] = [say(branch), say((commit ?? "none").slice(0, 12))];
  const sentences: Record<SnapshotCommit["result"], string> = {
    committed: `The snapshot is on ${where} as ${short}.`,
    unchanged: `${where} has this snapshot already.`,
    superseded: `The snapshot was left: ${say(reason ?? "")}. What came first stays on ${where}.`,
    proposed:
      `The snapshot could not be pushed to ${where} (${say(reason ?? "")}): ` +
      (pullRequest === null ? `it is in ${short}, for a pull request.` : `it waits in ${pullRequest}`),
    "dry-run": `The snapshot would be committed to ${where}.`,
  };
  return sentences[result];
}
