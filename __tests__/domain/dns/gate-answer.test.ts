import { expect, test } from "@jest/globals";
import { FAIL_ON, gateExitCode } from "../../../src/domain/dns/gate-answer.ts";
import { row } from "../../support/gate-story.ts";

test.each<[string, string[], boolean, [mismatch: number, breaker: number, never: number]]>([
  ["nothing", [], false, [0, 0, 0]],
  ["all right", ["match", "proxied", "skipped:no-tls"], false, [0, 0, 0]],
  ["one unknown", ["match", "unknown:timeout"], false, [1, 0, 0]],
  ["one wrong", ["match", "mismatch:caa"], false, [2, 0, 0]],
  ["wrong and unknown", ["unknown:timeout", "mismatch:caa"], false, [2, 0, 0]],
  ["the breaker", ["match"], true, [2, 2, 0]],
  ["the breaker, and unknown", ["unknown:timeout"], true, [2, 2, 0]],
])("the exit code of %s", (_, saids, breaker, codes) => {
  const verdicts = saids.map((said) => row("a.test", said));
  expect(FAIL_ON.map((failOn) => gateExitCode({ verdicts, breaker, writes: [] }, failOn))).toEqual(codes);
});

test("the exit code of a blind run is 1, even where an alias is wrong", () => {
  const verdicts = [row("a.test", "unknown:timeout"), row("b.test", "mismatch:elsewhere")];
  const codes = FAIL_ON.map((failOn) => gateExitCode({ verdicts, breaker: false, writes: [] }, failOn, true));
  expect(codes).toEqual([1, 0, 0]);
});

test.each([
  ["failed", [2, 2, 0]],
  ["refused", [0, 0, 0]],
  ["left", [0, 0, 0]],
  ["written", [0, 0, 0]],
] as const)("a record that was %s", (result, codes) => {
  const write = { hostname: "a.test", zone: null, operations: [], result, reason: null, detail: null };
  const answer = { verdicts: [], breaker: false, writes: [write] };
  expect(FAIL_ON.map((failOn) => gateExitCode(answer, failOn))).toEqual(codes);
});
