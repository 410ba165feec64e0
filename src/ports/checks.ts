import type { CheckRequest } from "../domain/deploy/checks.ts";
import type {
  CheckedNode,
  HttpReply,
  PatternAnswer,
  PatternQuestion,
} from "../domain/deploy/verification.ts";

/** Asks sites of environments on their node. */
export interface HttpChecks {
  /** Never throws: what keeps an answer away is the reply's fault. One attempt, `timeoutSeconds` in all. */
  ask(request: CheckRequest, node: CheckedNode): Promise<HttpReply>;
}

/** Matches clients' patterns, which may be made to take for ever. */
export interface Patterns {
  /** Never throws: a question that takes too long is answered with null. */
  answer(question: PatternQuestion): Promise<PatternAnswer>;
  dispose(): Promise<void>;
}
