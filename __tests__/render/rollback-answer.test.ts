import { expect, test } from "@jest/globals";
import { rollbackSchema } from "../../src/domain/deploy/rollback.ts";
import { rollbackAnswer } from "../../src/render/rollback-answer.ts";
import { passed } from "../support/deploys.ts";

type Told = Parameters<typeof rollbackAnswer>[0];

const shop = {
  profile: "shop-main",
  from: { generation: 42 },
  generation: 41,
  after: { storePath: "/nix/store/old-shop", generation: 41 },
  result: "rolled-back",
  problem: null,
} as const;
const mute = passed("shop-main", { passed: false, status: 502, failures: ["HTTP 502 is above 399"] });
const answer = (more: Partial<Told> = {}) =>
  rollbackAnswer({
    ...{ exitCode: 0, node: "node-a", profiles: [shop], checks: [passed("shop-main")] },
    ...{ problem: null, notBroughtBack: [], notThereThen: [] },
    ...more,
  });

test.each<[string, Partial<Told>, string, string[]]>([
  [
    "it was brought back and answers",
    {},
    "rolled-back",
    ["1 of 1 checks passed.", "Deploys leave the node so"],
  ],
  [
    "it was brought back and does not answer",
    { exitCode: 2, checks: [mute] },
    "unverified",
    ["shop-main does not answer: front: HTTP 502 is above 399", "0 of 1 checks passed.", "look at the node"],
  ],
  [
    "a check only warns",
    { checks: [{ ...mute, enforced: false }] },
    "rolled-back",
    ["shop-main does not answer, which only warns: front"],
  ],
  [
    "a check proves half",
    { checks: [passed("shop-main", { remark: "TLS of it is off" })] },
    "rolled-back",
    ["shop-main was checked in part: front: TLS of it is off"],
  ],
  [
    "it failed",
    {
      exitCode: 2,
      checks: [],
      profiles: [
        {
          ...shop,
          result: "failed",
          after: { storePath: "/nix/store/new-shop", generation: 42 },
          problem: { code: "node-command", message: "exit 1", hint: "look" },
        },
      ],
    },
    "failed",
    ["shop-main: exit 1", "hint: look", "Nothing was brought back", "runs 42"],
  ],
  [
    "it failed in part, and what came of it could not be seen or written down",
    {
      exitCode: 2,
      checks: [],
      profiles: [
        { ...shop, profile: "system" },
        { ...shop, result: "unknown", after: null, problem: { code: "x", message: "lost", hint: "look" } },
      ],
      problem: { code: "node-unreachable", message: "node-a is gone", hint: "wait" },
    },
    "failed",
    [
      "what it runs can't be seen",
      "shop-main: lost",
      "could not be written down on the node: node-a is gone",
      "hint: wait",
      "It was not brought back as a whole",
      "Deploys leave the node so",
    ],
  ],
  [
    "it ran that already",
    { checks: [], profiles: [{ ...shop, from: { generation: 41 }, result: "unchanged" }] },
    "unchanged",
    ["It runs that already"],
  ],
  [
    "others came or went since",
    { notBroughtBack: ["wiki-old"], notThereThen: ["wiki-main"] },
    "rolled-back",
    ["wiki-old was there with that plan", "wiki-main was not there with that plan"],
  ],
  [
    "nothing was to be done",
    {
      checks: [],
      profiles: [{ ...shop, after: { storePath: "/nix/store/new", generation: 42 }, result: "dry-run" }],
    },
    "dry-run",
    ["42 → 41", "Nothing was changed."],
  ],
])("tells everywhere that %s", (_, more, result, words) => {
  const { document, terminal, summary, files, outputs } = answer(more);
  expect(rollbackSchema.parse(document)).toEqual(document);
  expect(JSON.parse(files.report?.() ?? "null")).toEqual(document);
  expect(outputs).toEqual({ result });
  const texts = [terminal(false), summary({ codePoints: 60_000, bytes: 60_000 })];
  for (const text of texts) for (const word of words) expect(text).toContain(word);
});

test("shows nothing of a site's answer as anything but text", () => {
  const failures = ["line\n::error::<b>x</b> | `y` \u001b[31m"];
  const { terminal, summary } = answer({ exitCode: 2, checks: [{ ...mute, failures }] });
  expect(terminal(false)).not.toMatch(/^::error/m);
  expect(terminal(false)).not.toContain("\u001b");
  // A code span, which is longer than any in it.
  expect(summary({ codePoints: 60_000, bytes: 60_000 })).toMatch(/^``shop-main does not answer: .*``$/m);
});
