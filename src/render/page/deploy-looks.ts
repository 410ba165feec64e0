import type { DeployReport, HostReport } from "../../domain/deploy/report.ts";
import type { Attention } from "./filters.ts";

/** How something looks: `bad` needs a person, `wait` may, `info` and `good` do not. */
export type Look = "bad" | "wait" | "good" | "info";

const LOOKS: Readonly<Record<string, Look>> = {
  deployed: "good",
  ok: "good",
  unchanged: "info",
  skipped: "info",
  nothing: "info",
  superseded: "info",
  "dry-run": "info",
  locked: "wait",
  "waiting-for-dns": "wait",
  "held-back": "wait",
};

type Result = DeployReport["result"] | HostReport["result"] | HostReport["profiles"][number]["result"];

/** How a result of a deploy, a node or a profile looks. */
export function lookOf(result: Result): Look {
  return LOOKS[result] ?? "bad";
}

/** How a check looks; one that only warns fails no deploy. */
export function lookOfCheck({ passed, enforced }: HostReport["verification"][number]): Look {
  return passed ? "good" : enforced ? "bad" : "wait";
}

/** How much attention a look asks for. */
export function attentionOf(look: Look): Attention {
  return look === "bad" ? 3 : look === "wait" ? 2 : 0;
}
