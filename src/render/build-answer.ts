import type { Built } from "../domain/built.ts";
import type { Answer } from "./answer.ts";

/** The answer of `nodes build`: the store path alone, as scripts want it. */
export function buildAnswer(built: Built): Answer {
  return {
    exitCode: 0,
    document: built,
    terminal: () => `${built.storePath}\n`,
    summary: () => "",
    files: {},
    outputs: { "store-path": built.storePath },
    annotations: [],
    notices: [],
  };
}
