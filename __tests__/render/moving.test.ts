import { expect, test } from "@jest/globals";
import { movingOf } from "../../src/domain/moving.ts";
import { movingAnswer } from "../../src/render/moving.ts";

const BASE = {
  kind: "project",
  why: "its project's export says otherwise",
  next: "make both plans again",
} as const;
const PORT = {
  path: "/nodes/a/ports/3",
  ours: 9100,
  kind: "expected",
  why: "a setting here",
  next: null,
} as const;
const LIMIT = { codePoints: 10_000, bytes: 10_000 };

function answer(...differences: Parameters<typeof movingOf>[0]) {
  const moving = movingOf(differences);
  return movingAnswer({ exitCode: moving.result === "differs" ? 2 : 0, moving });
}

test("says in one line that nothing differs", () => {
  expect(answer().terminal(false)).toBe("this plan is the given one\n");
  expect(answer().summary(LIMIT)).toBe("## 🟢 This plan is the given one");
});

test("tells each cause once, with its places, and what is to be done first", () => {
  const found = answer(
    PORT,
    { ...BASE, path: "/environments/a/type", theirs: "x", ours: "y" },
    { ...BASE, path: "/environments/b", theirs: { long: "z".repeat(200) } },
  );
  expect(found.terminal(false)).toBe(`✖ its project's export says otherwise
    /environments/a/type: "x" → "y"
    /environments/b: {"long":"${"z".repeat(71)}… → (not there)
  make both plans again

✔ a setting here
    /nodes/a/ports/3: (not there) → 9100

this plan is not the given one
`);
  expect(found.refusal).toContain("2 differences are not on purpose");
  expect(answer(PORT).summary(LIMIT)).toContain(
    "## 🟢 This plan differs from the given one only where it should",
  );
});

test("shows what a client wrote as text", () => {
  const hostile = "|</code>\n\u202e@x";
  const found = answer({ ...BASE, path: `/environments/${hostile}`, theirs: hostile });
  expect(found.terminal(false)).not.toMatch(/\u202e/);
  const row = found
    .summary(LIMIT)
    .split("\n")
    .find((line) => line.includes("/environments/")) as string;
  expect(row.match(/(?<!\\)\|/g)).toHaveLength(4);
  expect(row).not.toContain("\u202e");
});
