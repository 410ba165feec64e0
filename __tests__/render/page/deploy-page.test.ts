import { describe, expect, test } from "@jest/globals";
import { ENDINGS } from "../../../src/render/deploy-words.ts";
import { deployPage } from "../../../src/render/page/deploy-page.ts";
import { HOSTILE } from "../../support/big-plan.ts";
import {
  deployed,
  EXAMPLES,
  environment,
  node,
  passed,
  reportOf,
  rolledBack,
} from "../../support/deploys.ts";
import { readPage } from "../../support/page-reader.ts";

const spoken = (text: string) => text.replace(/\s+/g, " ");

describe.each(Object.entries(EXAMPLES))("a deploy: %s", (_, make) => {
  const report = make();
  const { text, ids, links } = readPage(deployPage(report));

  test("has every node, profile, check and last line", () => {
    for (const { host, problem, profiles, verification } of report.hosts) {
      expect(text).toContain(host);
      if (problem) expect(text).toContain(problem.hint);
      for (const { profile, reason, log } of profiles)
        for (const words of [profile, ...(reason === null ? [] : [reason]), ...log])
          expect(text).toContain(words);
      for (const { failures } of verification)
        for (const failure of failures) expect(text).toContain(failure);
    }
  });

  test("is the same page, byte by byte, whenever it is made", () => {
    expect(deployPage(structuredClone(report)) === deployPage(report)).toBe(true);
  });

  test("says how it ended, what to run for the rest and what waits for DNS", () => {
    expect(text).toContain(ENDINGS[report.result]);
    expect(text).toContain(report.resume ?? report.planId);
    for (const { record } of report.waitingForDns)
      for (const line of record.split("\n")) expect(text).toContain(line);
  });

  test("leads only to places of its own, and to sites", () => {
    expect(new Set(ids).size).toBe(ids.length);
    const own = new Set(ids.map((id) => `#${id}`));
    const sites = new Set(report.environments.flatMap(({ url }) => url ?? []));
    expect(links.filter((link) => !own.has(link) && !sites.has(link))).toEqual([]);
  });
});

test("what nobody reviewed stands first, with before and after", () => {
  const { text } = readPage(deployPage(EXAMPLES.unreviewed?.() as ReturnType<typeof reportOf>));
  expect(spoken(text)).toMatch(/Not reviewed .*enableLetsEncrypt true false/);
});

test("an address that is none of a site is no link", () => {
  const urls = [
    "javascript:alert(1)",
    'https://a.example/"onclick=x',
    "data:text/html,x",
    "https://ok.example/",
  ];
  const environments = urls.map((url, index) => environment(`site${index}-main-0000000`, "node-a", { url }));
  const report = reportOf([node("node-a", 1, [deployed("system")])], { environments });
  const { links } = readPage(deployPage(report));
  expect(links.filter((link) => !link.startsWith("#"))).toEqual(["https://ok.example/"]);
});

test("last lines are left out where the page would become too large", () => {
  const log = Array.from({ length: 50 }, (_, index) => `line ${index}`);
  const report = reportOf([node("node-a", 1, [rolledBack("shop-main-4155301", log)])]);
  const whole = deployPage(report);
  const limit = { codePoints: Number.POSITIVE_INFINITY, bytes: Buffer.byteLength(whole) - 1 };
  expect(whole).toContain("line 49");
  expect(deployPage(report, limit)).not.toContain("line 49");
});

test("hostile names and lines become no tags", () => {
  const nodes = HOSTILE.map((text, index) =>
    node(`${text}${index}`, 1 + (index % 3), [rolledBack(text, [text, text])], {
      problem: { code: "x", message: text, hint: text },
      checks: [passed(text, { check: text, passed: false, failures: [text], remark: text })],
      lastBackups: { [text]: { [text]: text } },
    }),
  );
  const { tags, ids } = readPage(deployPage(reportOf(nodes, { notices: [...HOSTILE] })));
  expect(tags.filter(({ name }) => ["img", "i"].includes(name))).toEqual([]);
  expect(tags.filter(({ name }) => name === "script")).toHaveLength(1);
  expect(ids.filter((id) => !/^[\w.~-]+$/.test(id))).toEqual([]);
});
