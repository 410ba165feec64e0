import { describe, expect, test } from "@jest/globals";
import type { DeployReport } from "../../src/domain/deploy/report.ts";
import { deployTerminal } from "../../src/render/deploy-terminal.ts";
import { duration } from "../../src/render/deploy-words.ts";
import { deployed, EXAMPLES, node, passed, reportOf, rolledBack } from "../support/deploys.ts";

const example = (name: string) => (EXAMPLES[name] as () => DeployReport)();
const text = (report: DeployReport) => deployTerminal(report, false);
const ID = "7".repeat(64);

test("one failure of twenty, as somebody reads it at night", () => {
  expect(text(example("one of 20 failed"))).toBe(`\
deploy 77777777 · deploy failed in part · 1 environment rolled back · 1 node not begun · 3 min 7 s

node    wave                  system    environments                took       over HTTP
node-a  1     failed in part  deployed  19 deployed, 1 rolled back  5 min 1 s  19 of 19 passed
node-c  2     not begun

✖ node-a site2-main-0004dde rolled back: the activation ended with exit code 1, and generation 41 is the current one
    Nov 25 22:01:07 node-a systemd[4242]: Starting PHP application...
    Nov 25 22:01:08 node-a drush[4251]: SQLSTATE[HY000] [2002] No such file or directory
    Nov 25 22:01:08 node-a systemd[4242]: php-app.service: Main process exited, code=exited, status=1/FAILURE
    Nov 25 22:01:08 node-a systemd[4242]: Failed to start PHP application.

What is deployed stays. To go on with the rest:
    hostenv-provider deploy --node node-a --node node-c --plan-id ${ID}
`);
});

test("what a dry run would do, in its order", () => {
  expect(text(example("dry run"))).toBe(`\
deploy 77777777 · dry run · 2 nodes · 1 environment · 3 min 7 s

wave 1
  node-b
    1. back up blog-main-a81d04e on node-a, to be restored here
    2. copy 3 closures
    3. activate the system, with generation 41 to go back to
    4. activate 1 environment: shop-main-4155301
    5. activate 1 environment for the first time: blog-main-a81d04e
    6. ask the sites of 2 environments
    7. lead visitors of blog-main-a81d04e here, and let node-a go of it once they are
wave 2
  node-a
    1. take a last backup of legacy-main-0c4e2b9, which is removed, where it has backups
    2. copy 1 closure
    3. activate the system for the first time, with no way back
    4. go on serving blog-main-a81d04e until visitors are led to node-b
    5. cease to serve wiki-main-77ab310, which is at node-c now

node-b system would, by its dry activation:
    would restart the following units: nginx.service
    would reload the following units: dbus.service
`);
});

describe("what stands in a deploy's text", () => {
  test.each([
    [
      "all good",
      [
        "deployed · 2 nodes · 3 environments",
        "Not checked over HTTP, since they have no checks: wiki-main-77ab310 on node-b",
        "Last backup of legacy-main-0c4e2b9, removed from node-a: files 4be1c07d",
        "What shop-main-4155301 had on node-a before is now in /home/shop-main-4155301/.local/share.before-20260101T000000Z: remove it when nobody needs it",
      ],
    ],
    [
      "a node is down",
      [
        "· 1 node unreachable ·",
        "✖ node-10 unreachable: node-10 (203.0.113.20) does not answer",
        "  check that it runs",
        "deploy --node node-10 ",
      ],
    ],
    [
      "waiting for DNS",
      [
        "www.blog.example still leads to node-a, which goes on serving it.",
        "    www.blog.example. 300 IN A 203.0.113.20",
        "▲ node-b blog-main-a81d04e checked in part",
      ],
    ],
    [
      "unreviewed",
      [
        "No merged pull request's plan shows 3 changes and 1 moved input, so nothing was deployed:",
        "    /virtualHosts/www.shop.example/enableLetsEncrypt: true → false",
        "  file nodes/node-a/extra.nix\n    /sha256: 111111111111 → 222222222222",
        `with the plan id ${ID}`,
      ],
    ],
    [
      "first deploy",
      [
        "failed: the activation ended with exit code 1, and there is no earlier generation to go back to: what failed stays the current one",
      ],
    ],
    [
      "not answering",
      [
        "✖ node-a shop-main-4155301 not answering: front: HTTP 502 is above 399 (10 attempts in 55 s)",
        "  the new generation stays",
        "▲ node-a wiki-main-77ab310 not answering, which only warns: front: SSL certificate problem",
      ],
    ],
    ["300 nodes", ["299 more nodes as wanted", "site802-main-"]],
  ])("%s", (name, lines) => {
    const shown = text(example(name));
    expect(lines.filter((line) => !shown.includes(line))).toEqual([]);
  });

  test.each([
    ["all good", ["To go on", "✖", "▲"]],
    ["unreviewed", ["not begun", "To go on"]],
    ["waiting for DNS", ["✖", "hostenv-provider deploy"]],
    ["300 nodes", ["node-200", "node-202"]],
    ["dry run", ["not tried", "Not checked"]],
  ])("nothing that is not so: %s", (name, words) => {
    const shown = text(example(name));
    expect(words.filter((word) => shown.includes(word))).toEqual([]);
  });

  test("is as long as a person reads, however much went wrong", () => {
    const nodes = Array.from({ length: 300 }, (_, index) =>
      node(`node-${index}`, 1, [rolledBack(`site${index}`, ["a log line"])]),
    );
    const shown = text(reportOf(nodes, { told: "failed" }));
    expect(shown).toContain("and 270 more: see the report");
  });

  test("what servers say can't write to the terminal, or to a runner's log", () => {
    const hostile = "::set-output name=x::y\u001b[2J\u202egnp";
    const report = reportOf(
      [
        node("node-a", 1, [rolledBack("shop", [hostile, `x ##[error]${hostile}`])], {
          problem: { code: "x", message: hostile, hint: hostile },
          checks: [passed("shop", { enforced: false, passed: false, failures: [hostile] })],
        }),
      ],
      {
        waitingForDns: [
          {
            environment: hostile,
            hostname: hostile,
            from: hostile,
            to: hostile,
            record: hostile,
            why: hostile,
          },
        ],
      },
    );
    const shown = text(report);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(shown).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
    expect(shown).not.toMatch(/^\s*::|##\[/m);
  });

  test("has colours where they are wanted", () => {
    expect(deployTerminal(example("one of 20 failed"), true)).toContain("\u001b[31m✖");
  });
});

test.each([
  [0.4, "0 s"],
  [59.4, "59 s"],
  [59.6, "1 min 0 s"],
  [3671, "61 min 11 s"],
])("%s seconds are %s", (seconds, words) => {
  expect(duration(seconds)).toBe(words);
});

test("a deployed environment without checks is not called checked", () => {
  const shown = text(
    reportOf([node("node-a", 1, [deployed("shop"), deployed("wiki")], { checks: [passed("shop")] })]),
  );
  expect(shown).toContain("1 of 1 passed, 1 not checked");
});
