import { execFile } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { afterEach, describe, expect, test } from "@jest/globals";
import packet, { type Packet } from "dns-packet";
import fc from "fast-check";
import {
  DnsNameservers,
  type NameserverOptions,
  systemResolvers,
} from "../../src/adapters/dns-nameservers.ts";
import type { DnsQuestion } from "../../src/domain/dns/records.ts";
import { type Came, framed, type Respond, replyTo, responder } from "../support/dns-responder.ts";
import { root } from "../support/nix.ts";
import { describeWith, ROOT } from "../support/tools.ts";

const SHORT = 300;
/** Long enough that no test ever waits for it. */
const LONG = 25_000;

const toClose: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of toClose.splice(0)) await close();
});

async function serverThat(...args: Parameters<typeof responder>) {
  const server = await responder(...args);
  toClose.push(() => server.close());
  return server;
}

function clientWith(options: NameserverOptions = {}) {
  const client = new DnsNameservers({ system: [], timeout: LONG, ...options });
  toClose.push(() => client.dispose());
  return client;
}

const question = (server: string, given: Partial<DnsQuestion> = {}): DnsQuestion => ({
  server,
  name: "www.client.test",
  type: "A",
  recursive: false,
  checkingDisabled: false,
  ...given,
});

const a = (data: string, name = "www.client.test") => ({ type: "A", name, data }) as const;
const RIGHT: Partial<Packet> = { answers: [a("192.0.2.1")] };
const withCode = (code: number): Partial<Packet> => ({ flags: code });
const [FORMERR, SERVFAIL, NXDOMAIN, REFUSED] = [1, 2, 3, 5];
const failure = (reason: string) => ({ kind: "failure", reason });
const isRight = { kind: "answer", answers: [{ name: "www.client.test", type: "A", data: "192.0.2.1" }] };

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(5);
}

describe("a question", () => {
  test("goes out as it is, and its answer comes back in canonical form", async () => {
    const server = await serverThat((came) => [
      replyTo(came, {
        flags: packet.AUTHORITATIVE_ANSWER,
        answers: [
          { type: "CNAME", name: "WWW.Client.TEST", data: "Node-A.Hosting.test." },
          a("192.0.2.1", "node-a.hosting.TEST"),
          { type: "AAAA", name: "node-a.hosting.test", data: "2001:db8::1" },
          { type: "TXT", name: "www.client.test", data: ["ignored"] },
          { type: "A", class: "CH", name: "www.client.test", data: "192.0.2.9" },
          {
            type: "CAA",
            name: "www.client.test",
            data: { flags: 1, tag: "Issue" as "issue", value: "ca.test; x=1" },
          },
          { type: "MX", name: "www.client.test", data: { preference: 10, exchange: "Mail.test" } },
        ],
        authorities: [
          { type: "NS", name: "test", data: "ns.test" },
          { type: "SOA", name: "test", data: { mname: "ns.test", rname: "a.test" } },
        ],
      }),
    ]);
    expect(await clientWith().ask(question(server.address))).toEqual({
      kind: "answer",
      code: "NOERROR",
      authoritative: true,
      answers: [
        { name: "www.client.test", type: "CNAME", data: "node-a.hosting.test" },
        { name: "node-a.hosting.test", type: "A", data: "192.0.2.1" },
        { name: "node-a.hosting.test", type: "AAAA", data: "2001:db8::1" },
        {
          name: "www.client.test",
          type: "CAA",
          data: { critical: true, tag: "issue", value: "ca.test; x=1" },
        },
        { name: "www.client.test", type: "MX", data: "mail.test" },
      ],
      authorities: [
        { name: "test", type: "NS", data: "ns.test" },
        { name: "test", type: "SOA", data: null },
      ],
    });
    const [{ query }] = server.came as [Came];
    expect(query).toMatchObject({
      flag_rd: false,
      flag_cd: false,
      questions: [{ name: "www.client.test", type: "A" }],
    });
    expect(query.additionals).toMatchObject([{ type: "OPT", udpPayloadSize: 1232 }]);
  });

  test("tells a resolver to ask others, and not to validate", async () => {
    const server = await serverThat(() => [withCode(NXDOMAIN)]);
    const asked = question(server.address, { name: "", type: "NS", recursive: true, checkingDisabled: true });
    expect(await clientWith().ask(asked)).toMatchObject({
      kind: "answer",
      code: "NXDOMAIN",
      authoritative: false,
    });
    const [{ query }] = server.came as [Came];
    expect(query).toMatchObject({ flag_rd: true, flag_cd: true, questions: [{ name: ".", type: "NS" }] });
  });

  test("is asked anew each time: nothing is remembered", async () => {
    const server = await serverThat((_, count) => [count === 1 ? withCode(NXDOMAIN) : RIGHT]);
    const client = clientWith();
    expect(await client.ask(question(server.address))).toMatchObject({ code: "NXDOMAIN" });
    expect(await client.ask(question(server.address))).toMatchObject(isRight);
    expect(client.sent).toBe(2);
  });
});

describe("forged and broken packets", () => {
  test("ids and ports can't be guessed", async () => {
    const server = await serverThat(() => [RIGHT]);
    const client = clientWith();
    await Promise.all(Array.from({ length: 400 }, () => client.ask(question(server.address))));
    const ids = server.came.map(({ query }) => query.id as number);
    expect(new Set(ids).size).toBeGreaterThan(380);
    expect(Math.max(...ids) - Math.min(...ids)).toBeGreaterThan(30_000);
    expect(new Set(server.came.map(({ from }) => from.port)).size).toBe(16);
  });

  const forged: [string, (came: Came) => Buffer][] = [
    [
      "another id",
      (came) => replyTo({ query: { ...came.query, id: ((came.query.id ?? 0) + 1) % 65_536 } }, RIGHT),
    ],
    [
      "another name",
      (came) => replyTo(came, { questions: [{ type: "A", name: "www.client.tesu" }], ...RIGHT }),
    ],
    [
      "another type",
      (came) => replyTo(came, { questions: [{ type: "AAAA", name: "www.client.test" }], ...RIGHT }),
    ],
    ["no question", (came) => replyTo(came, { questions: [], ...RIGHT })],
    ["a denial without question", (came) => replyTo(came, { questions: [], flags: NXDOMAIN })],
    ["the question itself", (came) => came.bytes],
    ["too little", () => Buffer.from([1, 2, 3])],
  ];
  test.each(forged)("what has %s is not taken", async (_, make) => {
    const server = await serverThat((came) => [make(came), replyTo(came, { answers: [a("192.0.2.7")] })]);
    const reply = await clientWith().ask(question(server.address));
    expect(reply).toMatchObject({ kind: "answer", answers: [{ data: "192.0.2.7" }] });
  });

  test("what another sender sends is not taken", async () => {
    const other = createSocket("udp4");
    toClose.push(() => other.close());
    const server = await serverThat((came) => {
      other.send(replyTo(came, RIGHT), came.from.port, "127.0.0.1", () =>
        server.send(came, { answers: [a("192.0.2.7")] }),
      );
      return [];
    });
    const reply = await clientWith().ask(question(server.address));
    expect(reply).toMatchObject({ kind: "answer", answers: [{ data: "192.0.2.7" }] });
  });

  test("upper and lower case of the question do not matter", async () => {
    const server = await serverThat((came) => [
      replyTo(came, { questions: [{ type: "A", name: "WWW.client.TEST" }], ...RIGHT }),
    ]);
    expect(await clientWith().ask(question(server.address))).toMatchObject(isRight);
  });

  test("a name that can't be asked for is malformed, in the second answer too", async () => {
    const server = await serverThat(() => [
      { answers: [{ type: "CNAME", name: "www.client.test", data: "a b.test" }] },
    ]);
    expect(await clientWith().ask(question(server.address))).toEqual(failure("malformed"));
    expect(server.came).toHaveLength(2);
  });

  test("an address that is cut off is malformed", async () => {
    const server = await serverThat((came) => [replyTo(came, RIGHT).subarray(0, -2)]);
    expect(await clientWith().ask(question(server.address))).toEqual(failure("malformed"));
  });

  test("no bytes make it fail otherwise than by a reply", async () => {
    let bytes = new Uint8Array();
    const server = await serverThat(
      (came) => {
        const begun = replyTo(came, RIGHT);
        begun.set(bytes.subarray(0, 10), 2);
        return [Buffer.concat([begun.subarray(0, 33), bytes.subarray(10)]), replyTo(came, withCode(REFUSED))];
      },
      (socket) => socket.destroy(),
    );
    const client = clientWith();
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 10, maxLength: 120 }),
        fc.boolean(),
        async (random, keep) => {
          // Half of them with a sound header, so that what follows is looked at.
          bytes = keep ? new Uint8Array([0x84, 0, 0, 1, ...random.subarray(4)]) : random;
          expect(["answer", "failure"]).toContain((await client.ask(question(server.address))).kind);
        },
      ),
      { numRuns: 60 },
    );
  }, 120_000);
});

describe("servers that give no answer", () => {
  test("SERVFAIL may pass, and counts when it comes again", async () => {
    const once = await serverThat((_, count) => [count === 1 ? withCode(SERVFAIL) : RIGHT]);
    expect(await clientWith().ask(question(once.address))).toMatchObject(isRight);
    const always = await serverThat(() => [withCode(SERVFAIL)]);
    expect(await clientWith().ask(question(always.address))).toEqual(failure("servfail"));
    expect(always.came).toHaveLength(2);
  });

  test("what it said before it fell silent is the reason", async () => {
    const server = await serverThat((_, count) => (count === 1 ? [withCode(SERVFAIL)] : []));
    expect(await clientWith({ timeout: SHORT }).ask(question(server.address))).toEqual(failure("servfail"));
  });

  test("REFUSED is final", async () => {
    const server = await serverThat(() => [withCode(REFUSED)]);
    expect(await clientWith().ask(question(server.address))).toEqual(failure("refused"));
    expect(server.came).toHaveLength(1);
  });

  test("silence is asked twice, the second time without EDNS, under the same id", async () => {
    const server = await serverThat(() => []);
    expect(await clientWith({ timeout: SHORT }).ask(question(server.address))).toEqual(failure("timeout"));
    expect(server.came.map(({ query }) => query.additionals?.length)).toEqual([1, 0]);
    expect(server.came[0]?.query.id).toBe(server.came[1]?.query.id);
  });

  test("an answer to the first packet that comes after the second was sent is one", async () => {
    const server = await serverThat((_, count) => {
      if (count === 2) server.send(server.came[0] as Came, RIGHT);
      return [];
    });
    expect(await clientWith({ timeout: SHORT }).ask(question(server.address))).toMatchObject(isRight);
  });

  test("an answer that waits while this process is busy is no timeout", async () => {
    let came: Came | null = null;
    const server = await serverThat((one) => {
      came = one;
      return [];
    });
    const reply = clientWith({ timeout: SHORT }).ask(question(server.address));
    await until(() => came !== null);
    server.send(came as unknown as Came, RIGHT);
    const end = performance.now() + 3 * SHORT;
    while (performance.now() < end);
    expect(await reply).toMatchObject(isRight);
    expect(server.came).toHaveLength(1);
  });

  test("where nobody listens is said at once", async () => {
    const gone = await responder(() => []);
    await gone.close();
    expect(await clientWith().ask(question(gone.address))).toEqual(failure("unreachable"));
  });

  test("an address that is none, or that no way leads to, too", async () => {
    expect(await clientWith().ask(question("nonsense"))).toEqual(failure("unreachable"));
    expect(await clientWith().ask(question("255.255.255.255:53"))).toEqual(failure("unreachable"));
  });

  test("one that stays silent is left alone, and others are not slowed", async () => {
    const [dead, alive] = await Promise.all([serverThat(() => []), serverThat(() => [RIGHT])]);
    const client = clientWith({ timeout: SHORT });
    const replies = await Promise.all(Array.from({ length: 300 }, () => client.ask(question(dead.address))));
    expect(new Set(replies.map((reply) => JSON.stringify(reply)))).toEqual(
      new Set([JSON.stringify(failure("timeout"))]),
    );
    // 128 at once, of which the first few are asked again before it is known.
    expect(dead.came.length).toBeLessThan(140);
    const before = dead.came.length;
    expect(await client.ask(question(dead.address))).toEqual(failure("timeout"));
    expect(await client.ask(question(alive.address))).toMatchObject(isRight);
    expect(dead.came).toHaveLength(before);
  });

  test("one that answers now and then is never left alone", async () => {
    const server = await serverThat((_, count) => (count % 4 === 0 ? [RIGHT] : []));
    const client = clientWith({ timeout: SHORT });
    const kinds: string[] = [];
    for (let count = 0; count < 8; count++) kinds.push((await client.ask(question(server.address))).kind);
    expect(kinds.filter((kind) => kind === "answer")).toHaveLength(4);
  }, 60_000);
});

test("a server that answers others is not left alone for questions that get no answer at once", async () => {
  const server = await serverThat(({ query }) => (query.questions?.[0]?.name === "dead.test" ? [] : [RIGHT]));
  const client = clientWith({ timeout: SHORT });
  let isOver = false;
  const lively = (async () => {
    const kinds: string[] = [];
    while (!isOver) kinds.push((await client.ask(question(server.address))).kind);
    return kinds;
  })();
  const dead = Array.from({ length: 60 }, () => client.ask(question(server.address, { name: "dead.test" })));
  for (const reply of await Promise.all(dead)) expect(reply).toEqual(failure("timeout"));
  isOver = true;
  expect([...new Set(await lively)]).toEqual(["answer"]);
  expect(server.came.filter(({ query }) => query.questions?.[0]?.name === "dead.test")).toHaveLength(120);
});

describe("EDNS", () => {
  const hasEdns = ({ query }: Came) => (query.additionals?.length ?? 0) > 0;
  const badVersion: Partial<Packet> = {
    additionals: [
      {
        type: "OPT",
        name: ".",
        udpPayloadSize: 512,
        extendedRcode: 1,
        ednsVersion: 0,
        flags: 0,
        flag_do: false,
        options: [],
      },
    ],
  };
  const refusals: [string, (came: Came) => Buffer | Partial<Packet>][] = [
    ["FORMERR", () => withCode(FORMERR)],
    ["FORMERR without the question", (came) => replyTo(came, { flags: FORMERR, questions: [] })],
    ["NOTIMP", () => withCode(4)],
    ["an unknown version", () => badVersion],
  ];
  test.each(refusals)("is left out for a server that answers %s, and from then on", async (_, refuse) => {
    const server = await serverThat((came) => [hasEdns(came) ? refuse(came) : RIGHT]);
    const client = clientWith();
    expect(await client.ask(question(server.address))).toMatchObject(isRight);
    expect(await client.ask(question(server.address))).toMatchObject(isRight);
    expect(server.came.map(hasEdns)).toEqual([true, false, false]);
  });

  test("a server that finds every packet wrong is malformed", async () => {
    const server = await serverThat(() => [withCode(FORMERR)]);
    expect(await clientWith().ask(question(server.address))).toEqual(failure("malformed"));
    expect(server.came.length).toBeLessThanOrEqual(3);
  });
});

describe("answers that are too long for a datagram", () => {
  const cut: Respond = () => [{ flags: packet.AUTHORITATIVE_ANSWER | packet.TRUNCATED_RESPONSE, ...RIGHT }];
  const many = Array.from({ length: 2900 }, (_, index) => a(`10.0.${index >> 8}.${index & 255}`, "a.test"));

  test("come over TCP", async () => {
    const server = await serverThat(cut, async (socket, query) => {
      socket.write(framed(replyTo(await query(), { answers: many })));
    });
    const reply = await clientWith().ask(question(server.address, { name: "a.test" }));
    expect(reply).toMatchObject({ kind: "answer", authoritative: true });
    expect(reply.kind === "answer" && reply.answers).toHaveLength(2900);
  });

  test("one byte at a time", async () => {
    const server = await serverThat(cut, async (socket, query) => {
      socket.setNoDelay(true);
      for (const byte of framed(replyTo(await query(), RIGHT))) {
        socket.write(Buffer.from([byte]));
        await sleep(1);
      }
    });
    expect(await clientWith().ask(question(server.address))).toMatchObject(isRight);
  });

  test.each<[string, Parameters<typeof responder>[1]]>([
    ["nobody listens there", undefined],
    ["the connection is closed", (socket) => socket.destroy()],
    [
      "half of it comes",
      async (socket, query) => void socket.end(framed(replyTo(await query(), RIGHT)).subarray(0, 20)),
    ],
    [
      "it is cut off again",
      async (socket, query) =>
        void socket.write(framed(replyTo(await query(), { flags: packet.TRUNCATED_RESPONSE }))),
    ],
    [
      "it is about something else",
      async (socket, query) =>
        void socket.write(framed(replyTo(await query(), { questions: [{ type: "A", name: "x.test" }] }))),
    ],
    [
      "it has another id",
      async (socket, query) => void socket.write(framed(replyTo(await query(), { id: 1 }))),
    ],
    ["it is empty", (socket) => void socket.write(Buffer.alloc(2))],
  ])("are truncated where %s", async (_, overTcp) => {
    const server = await serverThat(cut, overTcp);
    expect(await clientWith().ask(question(server.address))).toEqual(failure("truncated"));
  });

  test("are truncated where they never end", async () => {
    const server = await serverThat(cut, async (socket, query) => {
      await query();
      socket.write(Buffer.from([255, 255]));
      const drip = setInterval(() => socket.write(Buffer.alloc(1)), 20);
      socket.on("close", () => clearInterval(drip));
    });
    expect(await clientWith({ timeout: SHORT }).ask(question(server.address))).toEqual(failure("truncated"));
  });

  test("are asked for over a few connections at once", async () => {
    let [open, most] = [0, 0];
    const server = await serverThat(cut, async (socket, query) => {
      most = Math.max(most, ++open);
      socket.on("close", () => open--);
      const came = await query();
      await sleep(20);
      socket.write(framed(replyTo(came, RIGHT)));
    });
    const client = clientWith();
    const replies = await Promise.all(Array.from({ length: 40 }, () => client.ask(question(server.address))));
    for (const reply of replies) expect(reply).toMatchObject(isRight);
    // A server sees a connection end a little later than the client does.
    expect(most).toBeLessThanOrEqual(16);
  });
});

describe("limits", () => {
  test("at most 128 questions are under way to one server, and all are answered", async () => {
    const held: Came[] = [];
    const server = await serverThat((came) => {
      held.push(came);
      return [];
    });
    const client = clientWith();
    const replies = Promise.all(Array.from({ length: 300 }, () => client.ask(question(server.address))));
    const sizes: number[] = [];
    for (let answered = 0; answered < 300; ) {
      await until(() => held.length === Math.min(128, 300 - answered));
      await sleep(20);
      sizes.push(held.length);
      answered += held.length;
      for (const came of held.splice(0)) server.send(came, RIGHT);
    }
    expect(sizes).toEqual([128, 128, 44]);
    for (const reply of await replies) expect(reply).toMatchObject(isRight);
  });

  test("no more packets than a run may send", async () => {
    const server = await serverThat(() => [RIGHT]);
    const client = clientWith({ packets: 3 });
    const replies = [];
    for (let count = 0; count < 5; count++) replies.push(await client.ask(question(server.address)));
    expect(replies.map((reply) => (reply.kind === "failure" ? reply.reason : "answer"))).toEqual([
      "answer",
      "answer",
      "answer",
      "budget",
      "budget",
    ]);
    expect(server.came).toHaveLength(3);
  });

  test("what has no answer when its time is over is cut short, waiting or under way", async () => {
    const server = await serverThat(() => []);
    const client = clientWith();
    const replies = await Promise.all(
      Array.from({ length: 140 }, () => client.ask(question(server.address), 0.2)),
    );
    for (const reply of replies) expect(reply).toEqual(failure("deadline"));
    expect(await client.ask(question(server.address), 0)).toEqual(failure("deadline"));
  });

  test("the end: everything open and to come is cut short", async () => {
    const server = await serverThat(
      () => [{ flags: packet.TRUNCATED_RESPONSE }],
      () => {},
    );
    const silent = await serverThat(() => []);
    const client = clientWith();
    const open = Array.from({ length: 140 }, () => client.ask(question(silent.address)));
    const overTcp = client.ask(question(server.address));
    await until(() => server.came.length > 0 && silent.came.length > 0);
    await sleep(50);
    client.dispose();
    for (const reply of await Promise.all([...open, overTcp])) expect(reply).toEqual(failure("deadline"));
    expect(await client.ask(question(silent.address))).toEqual(failure("deadline"));
    client.dispose();
  });
});

test("a server over IPv6, where this machine has it", async () => {
  const udp = createSocket("udp6");
  toClose.push(() => udp.close());
  udp.on("message", (bytes, from) =>
    udp.send(replyTo({ query: packet.decode(bytes) }, RIGHT), from.port, from.address),
  );
  udp.on("error", () => {});
  udp.bind(0, "::1");
  const isThere = await Promise.race([
    once(udp, "listening").then(
      () => true,
      () => false,
    ),
    once(udp, "close").then(() => false),
  ]);
  const port = isThere ? udp.address().port : 53;
  const reply = await clientWith().ask(question(`[::1]:${port}`));
  if (isThere) expect(reply).toMatchObject(isRight);
  else expect(reply).toEqual(failure("unreachable"));
});

test("this machine's resolvers are servers that can be asked", () => {
  for (const server of systemResolvers()) expect(server).toMatch(/^(?:[\d.]+|\[[\da-f:%\w]+\]):\d+$/);
  expect(new DnsNameservers().system).toEqual(systemResolvers());
});

describeWith([ROOT], "a machine without a network", () => {
  // In a process of its own, as it was built: this one has the machine's network.
  const script = `
    const { DnsNameservers } = await import(process.argv[1]);
    const client = new DnsNameservers({ system: [] });
    const question = { name: "x.test", type: "A", recursive: false, checkingDisabled: false };
    const servers = ["[2001:db8::1]:53", "192.0.2.1:53"];
    const replies = await Promise.all(servers.map((server) => client.ask({ ...question, server })));
    client.dispose();
    process.stdout.write(JSON.stringify(replies));`;

  test("says at once that servers can't be reached", async () => {
    const args = ["--net", process.execPath, "--input-type=module", "-e", script];
    const { stdout } = await promisify(execFile)(
      "unshare",
      [...args, `${root}build/adapters/dns-nameservers.js`],
      {
        env: { ...process.env, NODE_OPTIONS: "" },
        timeout: 20_000,
      },
    );
    expect(JSON.parse(stdout)).toEqual([failure("unreachable"), failure("unreachable")]);
  });
});
