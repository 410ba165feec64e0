import type { ProjectProposal, ProjectUpdate } from "../domain/project-push.ts";
import type { Answer } from "./answer.ts";
import { code, harmless, visible } from "./escape.ts";
import { document } from "./json.ts";
import { proposalSentence, updateSentence } from "./project-proposal.ts";

/** The answer of `project update`. A push that is about nothing here is no fault of the provider's: 0. */
export function projectUpdateAnswer(update: ProjectUpdate): Answer {
  const { result, reason } = update;
  return {
    ...quiet(update, (say) => updateSentence(update, say)),
    files: { proposal: () => document(update) },
    outputs: { result },
    notices: result === "moved" || reason === null ? [] : [reason],
  };
}

/** The answer of `project propose`. */
export function projectProposeAnswer(ended: ProjectProposal): Answer {
  const { result, pullRequest, url, commit } = ended;
  return {
    ...quiet(ended, (say) => proposalSentence(ended, say)),
    files: {},
    outputs: {
      result,
      commit: commit ?? "",
      "pull-request": pullRequest === null ? "" : String(pullRequest),
      "pull-request-url": url ?? "",
    },
    notices: [],
  };
}

function quiet(
  told: object,
  sentence: (say: (value: string) => string) => string,
): Pick<Answer, "exitCode" | "document" | "terminal" | "summary" | "annotations"> {
  return {
    exitCode: 0,
    document: told,
    terminal: () => harmless(`${visible(sentence((value) => value))}\n`),
    summary: () => `## hostenv project\n\n${sentence((value) => code(value, "text"))}`,
    annotations: [],
  };
}
