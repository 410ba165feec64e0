import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { HttpHostChecks } from "../../src/adapters/http-checks.ts";
import { systemTimer } from "../../src/adapters/system-timer.ts";
import { WorkerPatterns } from "../../src/adapters/worker-patterns.ts";
import { PATIENCE_SECONDS, type VerifyTarget, verify } from "../../src/commands/deploy-verify.ts";
import { verificationOf } from "../../src/domain/deploy/checks.ts";
import type { HttpReply } from "../../src/domain/deploy/verification.ts";
import type { JsonValue } from "../../src/domain/json.ts";
import { fake } from "../support/fake-ports.ts";
import { Node, type Site } from "../support/sites.ts";

const OK = [
  { rule: "minHttpStatus", value: 200 },
  { rule: "maxHttpStatus", value: 399 },
];
const front = (environment: string, more: object = {}): JsonValue =>
  ({
    name: "front",
    request: { virtualHost: `${environment}.example` },
    constraints: OK,
    ...more,
  }) as JsonValue;

function target(
  environment: string,
  verification: JsonValue = { checks: [front(environment)] },
): VerifyTarget {
  const node = { host: "node-a.hosting.test", hostnames: [`${environment}.example`], withoutTls: [] };
  return { environment, verification: verificationOf(environment, verification), node };
}

describe("on a node that answers", () => {
  let site: Site = (_, response) => response.end();
  const node = new Node((request, response, scheme) => site(request, response, scheme));
  const patterns = new WorkerPatterns();
  const ports = () => ({
    checks: new HttpHostChecks("0", node.options),
    patterns,
    timer: systemTimer,
  });
  beforeAll(() => node.start());
  afterAll(async () => {
    await node.stop();
    await patterns.dispose();
  });
  beforeEach(() => {
    node.seen.length = 0;
  });

  test("a service that needs a moment passes, and how long it took is told", async () => {
    site = (_, response) => void response.writeHead(node.seen.length < 3 ? 502 : 200).end();
    const [run, ...more] = await verify([target("shop")], ports());
    expect(more).toEqual([]);
    expect(run).toMatchObject({
      environment: "shop",
      check: "front",
      passed: true,
      status: 200,
      attempts: 3,
    });
    expect(run?.seconds).toBeGreaterThanOrEqual(3);
  }, 30_000);

  test("one that never answers as it should has failed, with the last answer's status", async () => {
    site = (_, response) => void response.writeHead(502).end();
    const [run] = await verify([target("shop")], ports(), { patience: 1.5 });
    expect(run).toMatchObject({
      passed: false,
      status: 502,
      attempts: 2,
      failures: ["HTTP 502 is above 399"],
    });
  }, 30_000);

  test("patterns are matched as grep matches them", async () => {
    site = (_, response) => response.end("one\ntwo 2\n");
    const pattern = (value: string) => ({ rule: "stdoutRegexMustMatch", value });
    const checks = [
      front("shop", { name: "yes", constraints: [pattern("^two[[:space:]]+[0-9]$")] }),
      front("shop", { name: "no", constraints: [pattern("^one[[:space:]]two")] }),
    ];
    const runs = await verify([target("shop", { checks })], ports(), { patience: 0 });
    expect(runs.map(({ check, passed }) => ({ check, passed }))).toEqual([
      { check: "yes", passed: true },
      { check: "no", passed: false },
    ]);
  });

  test("a pattern made to take for ever fails its check, and no other", async () => {
    site = (_, response) => response.end(`${"a".repeat(60)}b`);
    const hostile = front("evil", { constraints: [{ rule: "stdoutRegexMustMatch", value: "^((a)+)+$" }] });
    const [evil, shop] = await verify([target("evil", { checks: [hostile] }), target("shop")], ports(), {
      patience: 0,
    });
    expect(evil).toMatchObject({
      passed: false,
      failures: [expect.stringContaining("could not be found out in time")],
    });
    expect(shop?.passed).toBe(true);
  }, 30_000);

  test("a malformed check fails without being asked, whatever else is well (fault 63)", async () => {
    site = (_, response) => response.end();
    const runs = await verify([target("shop", { checks: [front("shop"), { name: "typo" }] })], ports());
    expect(runs.map(({ check, passed, attempts }) => [check, passed, attempts])).toEqual([
      ["typo", false, 0],
      ["front", true, 1],
    ]);
    expect(node.seen).toHaveLength(1);
  });
});

describe("by the clock", () => {
  const reply: HttpReply = {
    status: null,
    body: "",
    isCut: false,
    fault: { exit: 7, words: "Connection refused" },
    redirect: null,
    seconds: 0,
  };

  // Time passes by pauses, and by each answer.
  function clockwork(secondsPerAnswer: number) {
    let now = 1000;
    const at: number[] = [];
    const asked: string[] = [];
    return {
      asked,
      at,
      ports: {
        checks: {
          ask: async ({ virtualHost }: { virtualHost: string }) => {
            asked.push(virtualHost);
            at.push(now - 1000);
            now += secondsPerAnswer;
            return reply;
          },
        },
        patterns: fake<WorkerPatterns>("patterns", {}),
        timer: {
          seconds: () => now,
          sleep: async (seconds: number) => {
            now += seconds;
          },
        },
      },
    };
  }

  test("attempts come less and less often, and end with the patience", async () => {
    const { ports, at } = clockwork(0);
    const [run] = await verify([target("shop")], ports);
    expect(at).toEqual([0, 1, 3, 7, 15, 23, 31, 39, 47, 55]);
    expect(run).toMatchObject({ passed: false, attempts: 10, seconds: 55 });
    expect(run?.seconds).toBeLessThanOrEqual(PATIENCE_SECONDS);
  });

  test("every environment of a dead node is tried once, and the wait is not for each", async () => {
    const { ports, asked } = clockwork(10);
    const names = Array.from({ length: 40 }, (_, index) => `e${index}`);
    const runs = await verify(
      names.map((name) => target(name)),
      ports,
    );
    expect(runs.map(({ environment }) => environment)).toEqual(names);
    expect(new Set(asked).size).toBe(40);
    expect(runs.slice(10).every(({ attempts }) => attempts === 1)).toBe(true);
  });

  test("a run that is stopped asks nothing again, and waits no longer than a second", async () => {
    const { ports, at } = clockwork(0);
    const stopped = { isStopped: () => ports.timer.seconds() > 1010 };
    const [run] = await verify([target("shop")], ports, stopped);
    expect(run).toMatchObject({ passed: false, attempts: 4 });
    expect(at.at(-1)).toBe(7);
    expect(ports.timer.seconds()).toBe(1011);
  });

  test.each([{}, { checks: [] }, { enable: false, checks: [front("shop")] }])(
    "nothing is asked, and nothing told, of %j",
    async (verification) => {
      const { ports, asked } = clockwork(0);
      expect(await verify([target("shop", verification)], ports)).toEqual([]);
      expect(asked).toEqual([]);
    },
  );

  test("what only warns is told as such", async () => {
    const { ports } = clockwork(60);
    const [run] = await verify([target("shop", { enforce: false, checks: [front("shop")] })], ports);
    expect(run).toMatchObject({ passed: false, enforced: false });
  });
});
