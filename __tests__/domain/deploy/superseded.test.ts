import { expect, test } from "@jest/globals";
import { isSuperseding } from "../../../src/domain/deploy/superseded.ts";

test.each([
  ["nothing differs", [], false],
  ["the gate's memory", ["generated/dns-gate.json"], false],
  ["another provider's snapshot", ["eu/generated/plan.json", "eu/generated/manifest.json"], false],
  ["another provider's memory", ["eu/generated/dns-gate.json"], false],
  ["our own plan", ["generated/plan.json"], true],
  ["our plan beside the memory", ["generated/dns-gate.json", "generated/flake.lock"], true],
  ["sources", ["flake.nix"], true],
  ["another provider's sources", ["eu/flake.nix"], true],
  ["a file of such a name elsewhere", ["nodes/plan.json"], true],
  ["a file that no run of ours writes", ["eu/generated/notes.md"], true],
  ["a folder below ours", ["generated/old/plan.json"], true],
])("%s: %j supersede: %s", (_, paths, expected) => {
  expect(isSuperseding(paths, "generated")).toBe(expected);
});

test("of a provider in a folder, the root's snapshot is another's", () => {
  expect(isSuperseding(["generated/plan.json"], "eu/generated")).toBe(false);
  expect(isSuperseding(["eu/generated/dns-gate.json"], "eu/generated")).toBe(false);
  expect(isSuperseding(["eu/generated/plan.json"], "eu/generated")).toBe(true);
});
