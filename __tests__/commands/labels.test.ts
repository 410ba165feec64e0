import { describe, expect, test } from "@jest/globals";
import { GITHUB_ACTIONS_BOT } from "../../src/commands/comment.ts";
import { decided, withLabels } from "../../src/commands/labels.ts";
import { type Shown, shownNow } from "../../src/domain/decisions.ts";
import type { Finding } from "../../src/domain/findings.ts";
import type { RuleName } from "../../src/domain/rules.ts";
import type { GivenLabel, PullRequest } from "../../src/ports/forge.ts";
import { allowLabel, marker, stateLine } from "../../src/render/sticky.ts";
import { FakeForge, type World } from "../support/fake-forge.ts";
import { decision, HEAD, reportWith } from "../support/small-report.ts";

const BEFORE = "2026-01-01T00:00:00Z";
const SHOWN = "2026-01-01T01:00:00Z";
const AFTER = "2026-01-01T02:00:00Z";
const LABEL = allowLabel("uid-changed");
const OTHER = allowLabel("hostname-removed");

const pull = (...labels: string[]): PullRequest => ({ number: 7, head: HEAD, labels });
const by = (id: number, at = AFTER, label = LABEL): GivenLabel => ({
  label,
  at,
  by: { id, login: `u${id}` },
});
const shownAt = (findings: readonly Finding[]): Shown[] =>
  shownNow(findings, []).map(({ key }) => ({ key, since: SHOWN }));
const many = (count: number) => Array.from({ length: count }, (_, index) => decision(`site${index}`));

/** Which findings are allowed, with the calls it took. */
async function decidedOf(
  findings: readonly Finding[],
  labels: string[],
  shown: readonly Shown[],
  world: Partial<World>,
) {
  const forge = new FakeForge({ writers: [1, 2], ...world });
  const found = await decided(findings, pull(...labels), shown, forge);
  return {
    allowed: found.filter(({ allowed }) => allowed).map(({ subject }) => subject),
    calls: forge.looked(),
  };
}

describe("decided", () => {
  const shop = [decision("shop")];

  test.each([
    ["after it was shown, by somebody who may write", by(1), ["shop"]],
    ["in the same second", by(1, SHOWN), []],
    ["before", by(1, BEFORE), []],
    ["by somebody who may not write", by(3), []],
  ])("a label given %s", async (_, given, allowed) => {
    const found = await decidedOf(shop, [LABEL], shownAt(shop), { given: [given] });
    expect(found).toEqual({ allowed, calls: [`givenLabels 7 ${LABEL}`, `mayWrite ${given.by.id}`] });
  });

  test.each<[string, readonly Finding[], string[], readonly Shown[]]>([
    ["without labels", shop, [], shownAt(shop)],
    ["with labels for other rules", shop, [OTHER, "bug", "hostenv:blocked"], shownAt(shop)],
    [
      "with labels for rules nobody knows",
      shop,
      ["hostenv:allow-constructor", "hostenv:allow-"],
      shownAt(shop),
    ],
    ["where nothing was shown", shop, [LABEL], []],
    ["where nothing blocks", [{ ...decision("shop"), severity: "warn" }], [LABEL], shownAt(shop)],
    ["where all is allowed", [{ ...decision("shop"), allowed: true }], [LABEL], shownAt(shop)],
  ])("asks nothing %s", async (_, findings, labels, shown) => {
    const { calls } = await decidedOf(findings, labels, shown, { given: [by(1)] });
    expect(calls).toEqual([]);
  });

  test("a label counts for its own rule only", async () => {
    const both = [...shop, decision("www.test", "x", "hostname-removed")];
    const found = await decidedOf(both, [LABEL, OTHER], shownAt(both), {
      given: [by(1), by(3, AFTER, OTHER)],
    });
    expect(found.allowed).toEqual(["shop"]);
  });

  test("asks once about a person, however many labels they gave", async () => {
    const rules: RuleName[] = ["uid-changed", "hostname-removed", "environment-removed"];
    const all = rules.map((rule) => decision("shop", "x", rule));
    const given = rules.map((rule) => by(1, AFTER, allowLabel(rule)));
    const { calls, allowed } = await decidedOf(all, rules.map(allowLabel), shownAt(all), { given });
    expect(calls.filter((call) => call.startsWith("mayWrite"))).toEqual(["mayWrite 1"]);
    expect(allowed).toHaveLength(3);
  });

  test("a value that changed after the label was given needs another one", async () => {
    const { allowed } = await decidedOf(
      [decision("shop", "1005")],
      [LABEL],
      shownAt([decision("shop", "1004")]),
      {
        given: [by(1)],
      },
    );
    expect(allowed).toEqual([]);
  });

  test("a finding that came after the label was given needs another one; the others stay allowed", async () => {
    const before = [decision("shop"), decision("blog")];
    const { allowed } = await decidedOf([...before, decision("new")], [LABEL], shownAt(before), {
      given: [by(1)],
    });
    expect(allowed.sort()).toEqual(["blog", "shop"]);
  });

  test.each([25, 26, 200])("%i findings of a rule are allowed at once", async (count) => {
    const { allowed } = await decidedOf(many(count), [LABEL], shownAt(many(count)), { given: [by(1)] });
    expect(allowed).toHaveLength(count);
  });

  test("of more than 25 none is allowed once another comes", async () => {
    const { allowed } = await decidedOf(many(27), [LABEL], shownAt(many(26)), { given: [by(1)] });
    expect(allowed).toEqual([]);
  });
});

describe("withLabels", () => {
  const report = reportWith([decision("shop")]);
  const shown = shownNow(report.findings, []);
  const comment = (given: object = {}) => ({
    id: 1,
    authorId: GITHUB_ACTIONS_BOT,
    body: [marker("."), stateLine({ head: HEAD, previous: null, run: null, shown }), "x"].join("\n"),
    updatedAt: SHOWN,
    url: "c/1",
    ...given,
  });
  const place = { pullRequest: 7, authorId: GITHUB_ACTIONS_BOT };
  const labelled = async (world: Partial<World>, document = report) => {
    const forge = new FakeForge({
      pulls: [pull(LABEL)],
      writers: [1],
      given: [by(1)],
      comments: [comment()],
      ...world,
    });
    const { findings } = await withLabels(document, place, forge);
    return { allowed: findings.map(({ allowed }) => allowed), calls: forge.looked() };
  };

  test("allows what our comment showed before the label was given", async () => {
    expect(await labelled({})).toEqual({
      allowed: [true],
      calls: ["pullRequest 7", "comments 7 1", `givenLabels 7 ${LABEL}`, "mayWrite 1"],
    });
  });

  test("what was new in the comment has been shown since the comment was written", async () => {
    expect((await labelled({ comments: [comment({ updatedAt: AFTER })] })).allowed).toEqual([false]);
  });

  test.each([
    ["somebody else's", { authorId: 5 }],
    ["another provider's", { body: comment().body.replace(":plan:.", ":plan:other") }],
  ])("a comment that is %s showed nothing", async (_, given) => {
    const { allowed, calls } = await labelled({ comments: [comment(given)] });
    expect({ allowed, calls }).toEqual({ allowed: [false], calls: ["pullRequest 7", "comments 7 1"] });
  });

  test("asks nothing where nothing blocks, and only for the labels where none allows", async () => {
    expect(await labelled({}, reportWith([]))).toEqual({ allowed: [], calls: [] });
    expect(await labelled({ pulls: [pull("bug")] })).toEqual({ allowed: [false], calls: ["pullRequest 7"] });
  });

  test("leaves the rest of the report as it is", async () => {
    const forge = new FakeForge({
      pulls: [pull(LABEL)],
      writers: [1],
      given: [by(1)],
      comments: [comment()],
    });
    const allowed = report.findings.map((each) => ({ ...each, allowed: true }));
    expect(await withLabels(report, place, forge)).toEqual({ ...report, findings: allowed });
  });
});
