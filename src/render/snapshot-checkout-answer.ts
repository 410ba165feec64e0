import type { SnapshotCheckout } from "../domain/snapshot-checkout.ts";
import type { Answer } from "./answer.ts";
import { harmless, visible } from "./escape.ts";

/** The answer of `snapshot checkout`. A job's summary is left to what reads the snapshot. */
export function snapshotCheckoutAnswer(ended: SnapshotCheckout): Answer {
  const { branch, snapshot, source, head, base } = ended;
  const what =
    snapshot === null ? `${branch} does not exist yet` : `${branch} is at ${snapshot.slice(0, 12)}`;
  const text = `${what}; its snapshot lies over ${source.slice(0, 12)}, as ${head.slice(0, 12)}.`;
  return {
    exitCode: 0,
    document: ended,
    terminal: () => harmless(`${visible(text)}\n`),
    summary: () => "",
    files: {},
    outputs: { snapshot: snapshot ?? "", base: base ?? "" },
    annotations: [],
    notices: [],
  };
}
