import { describe, expect, test } from "@jest/globals";
import { mergedSnapshot } from "../../src/domain/snapshot-merge.ts";

const plan = (word: string) => ({ "plan.json": word, "state.json": word, "manifest.json": word });
const gate = (word: string) => ({ "dns-gate.json": word });
const base = { ...plan("0"), ...gate("0") };

const merged = (ours: object, theirs: object, sourcesMoved = false) =>
  mergedSnapshot({ base, ours: { ...base, ...ours }, theirs: { ...base, ...theirs }, sourcesMoved });

describe("a snapshot for a branch that has moved", () => {
  test.each([
    ["nobody else wrote", plan("1"), {}, { ...base, ...plan("1") }],
    ["somebody wrote the gate's memory", plan("1"), gate("2"), { ...plan("1"), ...gate("2") }],
    ["ours is the gate's memory, theirs a plan", gate("1"), plan("2"), { ...plan("2"), ...gate("1") }],
    ["both wrote the same", plan("1"), plan("1"), { ...base, ...plan("1") }],
    ["only they wrote", {}, { ...plan("2"), "notes.md": "n" }, { ...base, ...plan("2"), "notes.md": "n" }],
    ["we have a new file", { "dns.json": "new" }, {}, { ...base, "dns.json": "new" }],
  ])("where %s", (_, ours, theirs, files) => {
    expect(merged(ours, theirs)).toEqual({ files });
  });

  test.each([
    ["both planned", plan("1"), plan("2"), false, "another run has written another plan"],
    ["both gates looked", gate("1"), gate("2"), false, "another run has written dns-gate.json"],
    [
      "what it was planned from has changed",
      plan("1"),
      {},
      true,
      "the branch has changes that this snapshot was not planned from",
    ],
    [
      "it changed to what ours is, too",
      plan("1"),
      plan("1"),
      true,
      "the branch has changes that this snapshot was not planned from",
    ],
  ])("is left where %s", (_, ours, theirs, moved, superseded) => {
    expect(merged(ours, theirs, moved)).toEqual({ superseded });
  });

  test("takes the gate's memory there whatever else has changed", () => {
    expect(merged(gate("1"), {}, true)).toEqual({ files: { ...base, ...gate("1") } });
  });

  test("is put together where both wrote a file that can be, and left where it can't", () => {
    const sides = {
      base,
      ours: { ...base, ...gate("1") },
      theirs: { ...base, ...gate("2") },
      sourcesMoved: true,
    };
    const together = (result: string | null) => ({
      "dns-gate.json": (...texts: (string | null)[]) => result && `${texts.join("+")} ${result}`,
    });
    expect(mergedSnapshot({ ...sides, together: together("all") })).toEqual({
      files: { ...base, ...gate("0+1+2 all") },
    });
    const superseded = "another run has written dns-gate.json";
    expect(mergedSnapshot({ ...sides, together: together(null) })).toEqual({ superseded });
    const { "dns-gate.json": _, ...gone } = base;
    expect(mergedSnapshot({ ...sides, theirs: gone, together: together("all") })).toEqual({ superseded });
    expect(mergedSnapshot({ ...sides, base: gone, together: together("new") })).toEqual({
      files: { ...base, ...gate("+1+2 new") },
    });
  });

  test("takes away what we took away, and nothing that somebody changed meanwhile", () => {
    const { "dns-gate.json": _, ...without } = base;
    expect(mergedSnapshot({ base, ours: without, theirs: base, sourcesMoved: false })).toEqual({
      files: without,
    });
    const changed = { ...base, ...gate("2") };
    expect(mergedSnapshot({ base, ours: without, theirs: changed, sourcesMoved: false })).toEqual({
      superseded: "another run has written dns-gate.json",
    });
  });
});
