import { describe, expect, test } from "@jest/globals";
import type { Constraint } from "../../../src/domain/deploy/checks.ts";
import { verificationOf } from "../../../src/domain/deploy/checks.ts";
import {
  errorText,
  type HttpReply,
  judged,
  malformedJudgement,
  type PatternAnswer,
  questions,
} from "../../../src/domain/deploy/verification.ts";
import type { JsonValue } from "../../../src/domain/json.ts";

const reply = (given: Partial<HttpReply> = {}): HttpReply => ({
  status: 200,
  body: "hello",
  isCut: false,
  fault: null,
  redirect: null,
  seconds: 0.1,
  ...given,
});
const REFUSED = { exit: 7, words: "Failed to connect to node-a.test port 80: Connection refused" };
const nothing = reply({ status: null, body: "", fault: REFUSED });
const moved = reply({ status: 301, redirect: { to: "https://shop.example/", why: "unasked" } });

function check(...constraints: Constraint[]) {
  const value = { checks: [{ request: { virtualHost: "shop.example" }, constraints }] };
  const [found] = verificationOf("shop", value as unknown as JsonValue).checks;
  if (!found) throw new Error("the test's own check is malformed");
  return found;
}
const min = (value: number): Constraint => ({ rule: "minHttpStatus", value });
const max = (value: number): Constraint => ({ rule: "maxHttpStatus", value });
const body = (value: string): Constraint => ({ rule: "stdoutRegexMustMatch", value });
const error = (value: string): Constraint => ({ rule: "stderrRegexMustNotMatch", value });
const mayFail = (value = true): Constraint => ({ rule: "allowNonZeroExitStatus", value });
const skip = (value = true): Constraint => ({ rule: "skipStdoutRegexOnRedirect", value });

const failures = (constraints: Constraint[], given: HttpReply, ...answers: PatternAnswer[]) =>
  judged(check(...constraints), given, answers).failures;

describe("an answer", () => {
  test.each<[string, Constraint[], HttpReply, string[]]>([
    ["no constraint, any status", [], reply({ status: 500 }), []],
    ["at both limits", [min(200), max(200)], reply(), []],
    ["below", [min(201)], reply(), ["HTTP 200 is below 201"]],
    ["above", [max(199)], reply(), ["HTTP 200 is above 199"]],
    ["every limit counts", [max(199), max(150)], reply(), ["HTTP 200 is above 199", "HTTP 200 is above 150"]],
    ["no answer", [min(200), max(399)], nothing, [REFUSED.words]],
    ["no answer, allowed", [mayFail()], nothing, []],
    [
      "no answer, allowed, but a status is wanted",
      [mayFail(), min(200)],
      nothing,
      ["there is no HTTP status to compare with 200"],
    ],
    ["the last word counts", [mayFail(), mayFail(false)], nothing, [REFUSED.words]],
    [
      "a redirect that was not followed",
      [max(299)],
      moved,
      [
        "HTTP 301 is above 299: it redirects to https://shop.example/, which is not followed: the check follows no redirect",
      ],
    ],
    ["a redirect is an answer", [min(200), max(399)], moved, []],
    [
      "an answer that broke off",
      [max(399)],
      reply({ fault: { exit: 18, words: "transfer closed" } }),
      ["transfer closed"],
    ],
    [
      "an answer that broke off, with a wrong status",
      [max(199)],
      reply({ fault: { exit: 18, words: "transfer closed" } }),
      ["transfer closed", "HTTP 200 is above 199"],
    ],
  ])("%s", (_, constraints, given, expected) => {
    expect(failures(constraints, given)).toEqual(expected);
    expect(judged(check(...constraints), given, []).passed).toBe(expected.length === 0);
  });
});

describe("patterns", () => {
  test("are asked of the body and of the error, in their order", () => {
    const given = check(body("[0-9]"), min(200), error("SSL"));
    expect(questions(given, nothing)).toEqual([
      { source: "[0-9]", text: "" },
      { source: "SSL", text: `curl: (7) ${REFUSED.words}` },
    ]);
    expect(errorText(reply())).toBe("");
  });

  test.each<[string, Constraint[], HttpReply, PatternAnswer[], string[]]>([
    ["found in the body", [body("x")], reply(), [true], []],
    ["not found in the body", [body("x")], reply(), [false], ["no line of the answer matches x"]],
    [
      "not found in what was read",
      [body("x")],
      reply({ isCut: true }),
      [false],
      ["no line of the part of the answer that was read matches x"],
    ],
    ["not found in the error", [mayFail(), error("SSL")], nothing, [false], []],
    [
      "found in the error",
      [mayFail(), error("refused")],
      nothing,
      [true],
      [`the error matches refused: curl: (7) ${REFUSED.words}`],
    ],
    [
      "not known in time",
      [body("x")],
      reply(),
      [null],
      ["whether the answer matches x could not be found out in time"],
    ],
    [
      "an error not known in time",
      [error("x")],
      reply(),
      [null],
      ["whether the error matches x could not be found out in time"],
    ],
    [
      "no answer is none",
      [body("x")],
      reply(),
      [],
      ["whether the answer matches x could not be found out in time"],
    ],
    ["a redirect is not looked into", [skip(), body("x")], moved, [], []],
    ["a redirect is looked into", [skip(), skip(false), body("x")], moved, [true], []],
    [
      "only redirects are passed over",
      [skip(), body("x")],
      reply(),
      [false],
      ["no line of the answer matches x"],
    ],
    [
      "the error of a redirect is looked into",
      [skip(), body("x"), error("y")],
      moved,
      [true],
      ["the error matches y: "],
    ],
  ])("%s", (_, constraints, given, answers, expected) => {
    expect(failures(constraints, given, ...answers)).toEqual(expected);
  });

  test("of a redirect that is passed over are not asked", () => {
    expect(questions(check(skip(), body("x"), error("y")), moved)).toEqual([{ source: "y", text: "" }]);
  });
});

test("before DNS leads here, a redirect to TLS passes, and what it did not prove is told", () => {
  const given = reply({ status: 301, redirect: { to: "https://shop.example/", why: "without-tls" } });
  expect(judged(check(min(200), max(299), body("x")), given, [false])).toEqual({
    passed: true,
    failures: [],
    remark:
      "it redirects to https://shop.example/, and TLS of that name is off: what comes after is not checked",
  });
  const broken = { ...given, fault: REFUSED };
  expect(judged(check(min(200)), broken, []).passed).toBe(false);
});

test("a malformed check failed, with the place in plan.json", () => {
  const [malformed] = verificationOf("shop", { checks: [{}] }).malformed;
  expect(malformed && malformedJudgement(malformed)).toMatchObject({
    passed: false,
    failures: [
      expect.stringMatching(
        /^\/environments\/shop\/deploymentVerification\/checks\/0\/request in plan.json: /,
      ),
    ],
  });
});
