import { describe, expect, test } from "@jest/globals";
import { type Check, doctorSchema } from "../../src/domain/doctor/check.ts";
import { doctorAnswer } from "../../src/render/doctor-answer.ts";
import { SUMMARY_LIMIT } from "../../src/render/fit.ts";

const check = (change: Partial<Check>): Check => ({
  ...{ area: "programs", name: "git", state: "works", found: "2.39.5", code: null, next: null },
  ...change,
});
const broken = check({
  ...{ area: "nodes", name: "node-a", state: "broken", code: "node-unreachable" },
  ...{ found: "node 'node-a' can't be reached", next: "check that it is up" },
});
const unknown = check({
  ...{ area: "secrets", name: "SSH_KEY", state: "unknown", code: "doctor-unasked" },
  ...{ found: "not looked at", next: "mend SOPS_AGE_KEY first" },
});
const all = [
  broken,
  unknown,
  check({}),
  check({ area: "secrets", name: "CF_API_TOKEN", state: "unused", found: "not given" }),
];

describe("what doctor says", () => {
  test("first what is to be done, then what is fine by area", () => {
    const answer = doctorAnswer(all);
    expect(answer.terminal(false)).toBe(`doctor: 1 broken · 1 not known · 1 fine · 1 not needed

✖ Nodes: node-a [node-unreachable]
    node 'node-a' can't be reached
    to do: check that it is up

? Secrets: SSH_KEY [doctor-unasked]
    not looked at
    to do: mend SOPS_AGE_KEY first

Programs
  ✔ git  2.39.5

Secrets
  – CF_API_TOKEN  not given
`);
    expect([answer.exitCode, answer.refusal]).toEqual([
      2,
      "doctor: 1 broken · 1 not known · 1 fine · 1 not needed",
    ]);
    expect(answer.outputs).toEqual({ result: "broken", broken: '["nodes/node-a"]' });
    expect(doctorSchema.parse(JSON.parse(JSON.stringify(answer.document)))).toEqual(answer.document);
    expect(answer.annotations).toEqual([
      {
        severity: "error",
        title: "Nodes: node-a",
        message: "node 'node-a' can't be reached. To do: check that it is up",
      },
    ]);
  });

  test("where nothing is broken it is no refusal", () => {
    const answer = doctorAnswer([check({}), unknown]);
    expect([answer.exitCode, answer.refusal, answer.outputs.result]).toEqual([0, undefined, "unknown"]);
    expect(doctorAnswer([check({})]).summary(SUMMARY_LIMIT)).toContain("Nothing is to be done.");
  });

  test("the summary is a table of what to do, and one of what is fine that is folded", () => {
    const text = doctorAnswer(all).summary(SUMMARY_LIMIT);
    expect(text).toContain(
      "| Nodes: `node-a` | ✖ broken | `node 'node-a' can't be reached` | `check that it is up` |",
    );
    expect(text).toContain(
      "<details><summary>What is fine</summary>\n\n| Check | | |\n|--|--|--|\n| Programs: `git` | ✔ fine | `2.39.5` |",
    );
  });

  test("in little room the rest is left out, and what is broken stays", () => {
    const many = Array.from({ length: 200 }, (_, index) => check({ name: `program-${index}` }));
    const text = doctorAnswer([...many, broken]).summary({ codePoints: 1000, bytes: 1000 });
    expect(text).toContain("check that it is up");
    expect(text).not.toContain("program-7");
  });

  test("what nodes and names say does nothing, however they are made", () => {
    const hostile = check({
      ...{ state: "broken", code: "x", area: "dns", name: "a|b`\n::error::c" },
      ...{ found: "::add-mask::x\n| @all <!-- \u202e </details>", next: `##[error]${"y".repeat(5000)}` },
    });
    const answer = doctorAnswer([hostile, { ...hostile, state: "works" }]);
    expect(answer.terminal(false)).not.toMatch(/^\s*::|##\[|\u202e/m);
    const text = answer.summary(SUMMARY_LIMIT);
    expect(text).not.toMatch(/<!-- \u202e|\u202e|^\| @all/m);
    // The end of what is folded is ours alone.
    expect(text.match(/<\/details>/g)?.length).toBe(1);
    expect(answer.annotations[0]?.message).not.toContain("\n");
    expect(answer.terminal(false).length).toBeLessThan(6000);
  });
});
