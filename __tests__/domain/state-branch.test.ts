import { describe, expect, test } from "@jest/globals";
import { overlayMessage, sourceIn } from "../../src/domain/source-commit.ts";
import { stateTip } from "../../src/domain/state-branch.ts";

const [A, B, C] = ["a".repeat(40), "b".repeat(40), "c".repeat(40)] as [string, string, string];
const raw = (message: string, ...parents: string[]) =>
  [`tree ${C}`, ...parents.map((parent) => `parent ${parent}`), "author a <a@b> 0 +0000", "", message].join(
    "\n",
  );

describe("the commit that lies below a snapshot", () => {
  test.each([B, null])("is told by trailers, whatever is at the branch: %s", (snapshot) => {
    const source = { commit: A, branch: "hostenv-state", snapshot };
    expect(sourceIn(raw(overlayMessage(source), A))).toEqual(source);
  });

  test("is not what somebody wrote below a commit of their own", () => {
    const message = overlayMessage({ commit: A, branch: "hostenv-state", snapshot: B });
    expect(sourceIn(raw(message, B))).toBeNull();
    expect(sourceIn(raw(message, A, B))).toBeNull();
    expect(sourceIn(raw(message))).toBeNull();
    expect(sourceIn(raw("A change\n\nWith two\n\nparagraphs", A))).toBeNull();
  });

  test("is not looked for in what stands above the message", () => {
    const signed = `tree ${C}\nparent ${A}\ngpgsig x\n Snapshot-Source: ${A}\n Snapshot-Branch: x\n\nA change\n`;
    expect(sourceIn(signed)).toBeNull();
  });
});

describe("a branch for snapshots", () => {
  test("has no snapshot only where none was ever pushed", () => {
    expect(stateTip("s", { tip: null, kept: null, isWhole: false })).toBeNull();
    expect(() => stateTip("s", { tip: null, kept: A, isWhole: false })).toThrow(
      /the branch s is gone.*a{40}/,
    );
  });

  test("may have gone on, and may not have gone elsewhere", () => {
    expect(stateTip("s", { tip: B, kept: A, isWhole: true })).toBe(B);
    expect(stateTip("s", { tip: B, kept: null, isWhole: true })).toBe(B);
    expect(() => stateTip("s", { tip: B, kept: A, isWhole: false })).toThrow(/moved to b{12}/);
  });
});
