import { describe, expect, test } from "@jest/globals";
import { notesIn, problemsOf, versionOf } from "../../scripts/release/rules.mjs";

const CHANGELOG =
  "# Changelog\n\n## Unreleased\n\n## [1.2.3] - 2026-12-01\n\n### Added\n\n- A thing.\n\n## 1.2.2\n";
const GOOD = {
  tag: "v1.2.3",
  packageVersion: "1.2.3",
  changelog: CHANGELOG,
  isOnMain: true,
  workflows: { "plan.yml": "steps:\n  - uses: $/plan\n  - uses: actions/checkout@3d3c # v7.0.1\n" },
};

describe("a tag", () => {
  test.each([
    ["v1.2.3", { version: "1.2.3", branch: "v1" }],
    ["v0.1.0", { version: "0.1.0", branch: "v0" }],
    ["v10.0.12", { version: "10.0.12", branch: "v10" }],
    ["v2.0.0-rc.1", { version: "2.0.0-rc.1", branch: null }],
  ])("%s", (tag, expected) => expect(versionOf(tag)).toEqual(expected));

  test.each([
    "1.2.3",
    "v1.2",
    "v1.2.3.4",
    "v01.2.3",
    "v1.2.3+build",
    "v1.2.3-",
    "v1.2.3\n",
    "v1.2.3; rm",
    "",
  ])("that names no version: %j", (tag) => expect(versionOf(tag)).toBeNull());
});

test("a version's notes are its own section, without the heading", () => {
  expect(notesIn(CHANGELOG, "1.2.3")).toBe("### Added\n\n- A thing.");
  // A heading alone says nothing.
  for (const version of ["1.2.2", "1.2", "9.9.9", ""]) expect(notesIn(CHANGELOG, version)).toBeNull();
});

describe("a release", () => {
  test("with all that it must be", () => expect(problemsOf(GOOD)).toEqual([]));

  test.each([
    [{ packageVersion: "1.2.2" }, "package.json has version 1.2.2, the tag 1.2.3"],
    [{ tag: "v1.2.4", packageVersion: "1.2.4" }, "CHANGELOG.md has nothing below '## 1.2.4'"],
    [{ isOnMain: false }, "v1.2.3 is not on main: tag what was merged"],
    [{ tag: "latest" }, "latest is no version: tags are named v1.2.3 or v1.2.3-rc.1"],
    [
      { workflows: { "plan.yml": "- uses: hostenv/provider-actions/plan@v1\n" } },
      "plan.yml uses hostenv/provider-actions/plan@v1",
    ],
    [{ workflows: { "plan.yml": "    uses: ./plan\n" } }, "plan.yml uses ./plan"],
  ])("with %j: %s", (wrong, problem) => expect(problemsOf({ ...GOOD, ...wrong })).toEqual([problem]));
});
