import type { Difference, DriftStatus, NodeDrift } from "../domain/deploy/drift.ts";

/** What each status means, as people read it. */
export const STATUS_WORDS: Readonly<Record<DriftStatus, string>> = {
  unreachable: "could not be asked",
  drifted: "runs something else than was deployed",
  "rolled-back": "was brought back to something earlier",
  "reboot-pending": "must be rebooted to run what was deployed",
  busy: "is being deployed",
  ok: "runs what was deployed",
};

/** What a reader does about each; empty where there is nothing to do. */
export const ADVICE: Readonly<Record<DriftStatus, string>> = {
  unreachable: "Bring it back, or see whether the address, the host key and the deploy key still hold.",
  drifted:
    "Find out who changed it. The next deploy brings it to the snapshot: `hostenv-provider deploy -n NODE`.",
  "rolled-back":
    "Mend what it was brought back for: a plan that is another one for this node brings it forward. With the same plan, `hostenv-provider deploy -n NODE` does.",
  "reboot-pending": "Reboot it when its environments can spare it: another kernel runs only then.",
  busy: "",
  ok: "",
};

const HOW: Readonly<Record<Difference["how"], string>> = {
  other: "somebody else deployed it",
  earlier: "it is at an earlier generation",
  missing: "its link is gone",
  "rolled-back": "it was brought back by hand",
  unproved: "its activation failed and could not be undone",
  "not-running": "the node runs another system than the one it leads to",
};

/** Why one profile is not as it was deployed. */
export function howWords({ how }: Difference): string {
  return HOW[how];
}

/** `generation 7 → 5`; where a link is gone `generation 7 → none`. */
export function generations({ expected, found, how }: Difference): string {
  if (how === "not-running") return `generation ${expected.generation}`;
  return `generation ${expected.generation} → ${found?.generation ?? "none"}`;
}

/** Why a node is drifted although all its profiles are as they were deployed. */
export function isUndeployed({ status, deployed }: NodeDrift): boolean {
  return status === "drifted" && deployed === null;
}

/** Said of a node that this tool never deployed. */
export const UNDEPLOYED = "nothing was deployed there by hostenv-provider yet";
