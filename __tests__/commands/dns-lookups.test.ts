import { describe, expect, test } from "@jest/globals";
import { type LookupOptions, verdictsOf } from "../../src/commands/dns-lookups.ts";
import type { DnsQuestion, DnsReply } from "../../src/domain/dns/records.ts";
import {
  type Defined,
  failure,
  NODE,
  NODE_IPV4,
  RESOLVER,
  replyIn,
  type World,
  wantedOf,
  worldWith,
} from "../support/dns-world.ts";

const RIGHT: Defined = { A: [NODE_IPV4] };
const OPTIONS: LookupOptions = { nameservers: [], concurrency: 8, deadlineSeconds: 60, origins: () => null };

/** Ports over a world; each reply comes a while later, and what was asked is kept. */
function portsOf(world: World, reply = (question: DnsQuestion): DnsReply => replyIn(world, question)) {
  const asked: DnsQuestion[] = [];
  const steps: string[] = [];
  const given: (number | undefined)[] = [];
  let [open, most, now] = [0, 0, 100];
  const ports = {
    nameservers: {
      system: [RESOLVER],
      ask: async (question: DnsQuestion, seconds?: number) => {
        asked.push(question);
        given.push(seconds);
        most = Math.max(most, ++open);
        await new Promise((resolve) => setTimeout(resolve, asked.length % 3));
        open--;
        return reply(question);
      },
      dispose: () => {},
    },
    clock: { now: () => new Date(0), seconds: () => now },
    progress: { step: (text: string) => steps.push(text), notice: () => {}, done: () => steps.push("done") },
  };
  const pass = (seconds: number) => {
    now += seconds;
  };
  return { ports, asked, steps, given, pass, most: () => most };
}

const hosts = (count: number) => Array.from({ length: count }, (_, index) => `h${index}.client.test`);
const worldOf = (names: readonly string[]) =>
  worldWith(Object.fromEntries(names.map((name) => [name, RIGHT])));
const short = (verdicts: readonly { verdict: string; reason: string | null }[]) =>
  verdicts.map(({ verdict, reason }) => (reason === null ? verdict : `${verdict}:${reason}`));

test("gives a verdict for each virtual host, in their order", async () => {
  const world = worldWith({ "right.client.test": RIGHT, "wrong.client.test": { A: ["203.0.113.9"] } });
  const wanted = [
    wantedOf("*.client.test"),
    wantedOf("wrong.client.test"),
    wantedOf("off.client.test", { skipped: "disabled" }),
    wantedOf("right.client.test"),
    wantedOf("gone.client.test"),
  ];
  const { ports, steps } = portsOf(world);
  const verdicts = await verdictsOf(wanted, OPTIONS, ports);
  expect(verdicts.map(({ hostname }) => hostname)).toEqual(wanted.map(({ hostname }) => hostname));
  expect(short(verdicts)).toEqual([
    "mismatch:wildcard",
    "mismatch:elsewhere",
    "skipped:disabled",
    "match",
    "mismatch:nxdomain",
  ]);
  expect(steps).toEqual(["3 of 5 hostnames", "4 of 5 hostnames", "5 of 5 hostnames", "done"]);
});

test("asks no question twice, however many hostnames need the answer", async () => {
  const names = hosts(40);
  const { ports, asked } = portsOf(worldOf(names));
  await verdictsOf(
    names.map((name) => wantedOf(name)),
    { ...OPTIONS, concurrency: 64 },
    ports,
  );
  const keys = asked.map((question) => JSON.stringify(question));
  expect(new Set(keys).size).toBe(keys.length);
});

test("says the same whatever the parallelism", async () => {
  const names = hosts(12);
  const run = (concurrency: number) =>
    verdictsOf(
      names.map((name) => wantedOf(name)),
      { ...OPTIONS, concurrency },
      portsOf(worldOf(names)).ports,
    );
  const [one, many, none] = await Promise.all([run(1), run(50), run(0)]);
  expect(one).toEqual(many);
  expect(one).toEqual(none);
});

test("looks at so many hostnames at a time", async () => {
  const names = hosts(30);
  const narrow = portsOf(worldOf(names));
  await verdictsOf(
    names.map((name) => wantedOf(name)),
    { ...OPTIONS, concurrency: 1 },
    narrow.ports,
  );
  const wide = portsOf(worldOf(names));
  await verdictsOf(
    names.map((name) => wantedOf(name)),
    { ...OPTIONS, concurrency: 30 },
    wide.ports,
  );
  expect(narrow.most()).toBeLessThanOrEqual(4);
  expect(wide.most()).toBeGreaterThan(20);
});

test("a node that can't be resolved makes its hostnames unknown, and no other's", async () => {
  const names = hosts(2);
  const wanted = [
    wantedOf(names[0] as string),
    wantedOf(names[1] as string, { expected: "gone.hosting.test" }),
  ];
  const { ports, asked } = portsOf(worldOf(names));
  expect(short(await verdictsOf(wanted, OPTIONS, ports))).toEqual(["match", "unknown:node-unresolvable"]);
  expect(asked.filter(({ name }) => name === names[1])).toEqual([]);
});

test("asks for a node once, whatever the number of its hostnames", async () => {
  const names = hosts(10);
  const { ports, asked } = portsOf(worldOf(names));
  await verdictsOf(
    names.map((name) => wantedOf(name)),
    OPTIONS,
    ports,
  );
  expect(
    asked.filter(({ name, type, recursive }) => name === NODE && type === "A" && !recursive),
  ).toHaveLength(2);
});

test("asks a resolver that failed again, though it answered the same question before", async () => {
  const name = "www.client.test";
  const world = worldOf([name]);
  let times = 0;
  const { ports, asked } = portsOf(world, (question) => {
    const isMeant = question.recursive && question.name === name && question.type === "A";
    if (!isMeant || question.checkingDisabled || times++ > 0) return replyIn(world, question);
    return { kind: "failure", reason: "servfail" };
  });
  expect(short(await verdictsOf([wantedOf(name)], OPTIONS, ports))).toEqual(["match"]);
  expect(asked.filter(({ again }) => again)).toHaveLength(1);
});

test("hands a proxied hostname's origins on", async () => {
  const world = worldWith({ "www.client.test": { A: ["104.16.1.1"] } });
  const origins = (hostname: string) =>
    hostname === "www.client.test" ? [{ type: "A", content: NODE_IPV4 }] : null;
  const { ports } = portsOf(world);
  expect(short(await verdictsOf([wantedOf("www.client.test")], { ...OPTIONS, origins }, ports))).toEqual([
    "proxied",
  ]);
});

describe("the deadline", () => {
  test("leaves what has no verdict unknown, and asks no more", async () => {
    const names = hosts(20);
    const world = worldOf(names);
    const late = portsOf(world, (question) => {
      if (question.name === "h5.client.test") late.pass(60);
      return replyIn(world, question);
    });
    const verdicts = await verdictsOf(
      names.map((name) => wantedOf(name)),
      { ...OPTIONS, concurrency: 1 },
      late.ports,
    );
    expect(short(verdicts)).toEqual([...Array(5).fill("match"), ...Array(15).fill("unknown:deadline")]);
    expect(late.asked.at(-1)?.name).toBe("h5.client.test");
    expect(late.given.every((seconds) => seconds !== undefined && seconds > 0 && seconds <= 60)).toBe(true);
  });

  test("counts where the server's answer is cut short", async () => {
    const world = worldOf(hosts(1));
    const cut = portsOf(world, (question) => {
      if (question.type !== "CAA") return replyIn(world, question);
      cut.pass(60);
      return failure("deadline");
    });
    expect(short(await verdictsOf([wantedOf("h0.client.test")], OPTIONS, cut.ports))).toEqual([
      "unknown:deadline",
    ]);
  });

  test("that has passed before the nodes are known leaves everything unknown", async () => {
    const { ports, asked } = portsOf(worldOf(hosts(3)));
    const verdicts = await verdictsOf(
      hosts(3).map((name) => wantedOf(name)),
      { ...OPTIONS, deadlineSeconds: 0 },
      ports,
    );
    expect(short(verdicts)).toEqual(Array(3).fill("unknown:deadline"));
    expect(asked).toEqual([]);
  });
});

test("a hostname that leads to too many questions is given up, and no other", async () => {
  // A policy may stand at each of its labels, and each of eight resolvers is to agree.
  const deep = `${"a.".repeat(110)}client.test`;
  const nameservers = Array.from({ length: 8 }, (_, index) => `198.51.100.${index}:53`);
  const world = worldWith({ [deep]: RIGHT, "www.client.test": RIGHT }, { resolvers: nameservers });
  const wanted = [wantedOf(deep), wantedOf("www.client.test")];
  const verdicts = await verdictsOf(wanted, { ...OPTIONS, nameservers }, portsOf(world).ports);
  expect(short(verdicts)).toEqual(["unknown:budget", "match"]);
});
