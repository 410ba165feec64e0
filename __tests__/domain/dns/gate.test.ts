import { describe, expect, test } from "@jest/globals";
import { toProbe } from "../../../src/domain/dns/gate.ts";
import type { Memory } from "../../../src/domain/dns/memory.ts";
import { ago, entry, memory, NOW, ruling, run, site } from "../../support/gate-run.ts";

// A second, quiet hostname: a run that knows nothing at all is another matter.
const QUIET = "quiet.test";
const quiet = entry();

/** One hostname `a.test` beside a quiet one: what becomes of it. */
function one(said: string, before: Memory | null, given: Parameters<typeof run>[1] = {}) {
  const known = before && { ...before, hostnames: { ...before.hostnames, [QUIET]: quiet } };
  const decided = run([ruling("a.test", said), ruling(QUIET, "match")], { memory: known, ...given });
  const { [QUIET]: _, ...hostnames } = decided.memory.hostnames;
  return { ...decided, entry: hostnames["a.test"], off: decided.memory.off.includes("a.test") };
}

const live = entry();
const dead = entry({ live: false, verdict: "mismatch", reason: "nxdomain" });

describe("a hostname that DNS leads to its node", () => {
  test.each(["match", "proxied"])("%s: stays on, and is written only where it is news", (said) => {
    const same = entry({ verdict: said as "match" });
    expect(one(said, memory({ "a.test": same }))).toMatchObject({ off: false, changed: false, enabled: [] });
    const recovered = one(
      said,
      memory({ "a.test": entry({ verdict: "mismatch", reason: "elsewhere", count: 2 }) }),
    );
    expect(recovered.entry).toMatchObject({
      verdict: said,
      reason: null,
      count: 0,
      live: true,
      since: NOW.toISOString(),
    });
  });

  test("is switched on where it was off, and that is remembered", () => {
    const found = one("match", memory({ "a.test": dead }, ["a.test"]));
    expect(found).toMatchObject({
      off: false,
      enabled: ["a.test"],
      disabled: [],
      pending: [],
      breaker: null,
    });
    expect(found.entry).toMatchObject({ live: false, switchedOn: [NOW.toISOString()] });
  });

  test.each([
    ["never", [], true],
    ["once in this hour", [ago(59)], true],
    ["twice in this hour", [ago(59), ago(1)], false],
    ["twice, once of them an hour ago", [ago(60), ago(1)], true],
    ["twice by a clock that was wrong", ["2099-01-01T00:00:00.000Z", "2099-01-01T00:00:00.000Z"], true],
  ])("switched on %s: again %s", (_, switchedOn, again) => {
    const found = one("match", memory({ "a.test": { ...dead, switchedOn } }, ["a.test"]));
    expect(found).toMatchObject({
      off: !again,
      enabled: again ? ["a.test"] : [],
      pending: again ? [] : ["a.test"],
    });
    expect(found.entry?.verdict).toBe("match");
    if (!again) expect(found.entry?.switchedOn).toEqual(switchedOn);
  });

  test("one that is new is on at once, which is a try as well", () => {
    expect(one("match", memory())).toMatchObject({
      off: false,
      enabled: ["a.test"],
      breaker: null,
      entry: { live: false, switchedOn: [NOW.toISOString()] },
    });
    const shown = one("match", memory(), { certified: new Set(["a.test"]) });
    expect(shown).toMatchObject({ enabled: [], entry: { live: true, switchedOn: [] } });
  });

  test("is live once its node shows the certificate, and not before", () => {
    const waiting = entry({ live: false, switchedOn: [ago(30)] });
    expect(one("match", memory({ "a.test": waiting }))).toMatchObject({ changed: false });
    const shown = one("match", memory({ "a.test": waiting }), { certified: new Set(["a.test"]) });
    expect(shown.entry).toEqual({ ...waiting, live: true });
  });

  test("times that have passed are dropped when the entry changes, and are no change", () => {
    const old = entry({ switchedOn: [ago(90)] });
    expect(one("match", memory({ "a.test": old }))).toMatchObject({ changed: false, entry: old });
    expect(one("mismatch:elsewhere", memory({ "a.test": old })).entry?.switchedOn).toEqual([]);
  });
});

describe("a hostname that is not live", () => {
  test.each([
    "mismatch:nxdomain",
    "mismatch:caa",
    "mismatch:alias",
    "mismatch:unreachable",
    "unknown:timeout",
  ])("new and %s: not turned on, at once", (said) => {
    const found = one(said, memory());
    expect(found).toMatchObject({ off: true, withheld: ["a.test"], disabled: [], breaker: null, kept: [] });
    expect(found.entry).toMatchObject({
      verdict: said.split(":")[0],
      reason: said.split(":")[1],
      live: false,
      count: 0,
    });
  });

  test.each(["mismatch:nxdomain", "mismatch:caa"])("on without a certificate and %s: off at once", (said) => {
    const found = one(said, memory({ "a.test": entry({ live: false }) }));
    expect(found).toMatchObject({ off: true, disabled: ["a.test"], breaker: null, entry: { live: false } });
  });

  test("unknown leaves it as it is: on where it was, off where it was", () => {
    expect(one("unknown:timeout", memory({ "a.test": entry({ live: false }) }))).toMatchObject({
      changed: false,
      off: false,
    });
    expect(one("unknown:timeout", memory({ "a.test": dead }, ["a.test"]))).toMatchObject({
      changed: false,
      off: true,
    });
  });

  test("stays off without a word while nothing changes", () => {
    const found = one("mismatch:nxdomain", memory({ "a.test": dead }, ["a.test"]));
    expect(found).toMatchObject({ off: true, changed: false, disabled: [], kept: [] });
  });

  test("that is off by hand alone is switched on when DNS is right", () => {
    expect(one("match", memory({}, ["a.test"]))).toMatchObject({ off: false, enabled: ["a.test"] });
    expect(one("mismatch:nodata", memory({}, ["a.test"]))).toMatchObject({ off: true, disabled: [] });
  });
});

/** So many minutes after `NOW`. */
const laterBy = (minutes: number) => new Date(NOW.getTime() + minutes * 60_000);

describe("a live hostname", () => {
  test("is turned off after so many mismatches in a row, and its count stops there", () => {
    let before = memory({ "a.test": live });
    for (const [hour, [count, off]] of (
      [
        [1, false],
        [2, false],
        [3, true],
        [3, true],
      ] as const
    ).entries()) {
      const found = one("mismatch:elsewhere", before, { now: laterBy(60 * hour) });
      expect(found).toMatchObject({ off, entry: { count, live: !off } });
      expect(found.kept).toEqual(off ? [] : [{ hostname: "a.test", count }]);
      before = found.memory;
    }
  });

  test("fewer confirmations than before count no more than these, and unknown is still no mismatch", () => {
    const counted = memory({ "a.test": entry({ verdict: "mismatch", reason: "elsewhere", count: 2 }) });
    expect(one("unknown:timeout", counted, { confirmations: 2 })).toMatchObject({
      off: false,
      changed: false,
    });
    expect(one("mismatch:elsewhere", counted, { confirmations: 1 })).toMatchObject({
      off: true,
      entry: { count: 1 },
    });
  });

  test("is not turned off by pushes that come one after the other: runs count ten minutes apart", () => {
    let before = memory({ "a.test": live });
    const counts = [0, 1, 9, 10, 11, 19, 20].map((minutes) => {
      const found = one("mismatch:elsewhere", before, { now: laterBy(minutes) });
      before = found.memory;
      return [minutes, found.entry?.count, found.off];
    });
    expect(counts).toEqual([
      [0, 1, false],
      [1, 1, false],
      [9, 1, false],
      [10, 2, false],
      [11, 2, false],
      [19, 2, false],
      [20, 3, true],
    ]);
  });

  test("nor by such pushes where a certificate could not be had since long ago", () => {
    const since = ago(24 * 60);
    let before = memory({ "a.test": { ...live, verdict: "mismatch", reason: "caa", since } });
    const counts = [0, 1, 2, 10, 20].map((minutes) => {
      const found = one("mismatch:elsewhere", before, { now: laterBy(minutes) });
      before = found.memory;
      return [found.entry?.count, found.off];
    });
    expect(counts).toEqual([
      [1, false],
      [1, false],
      [1, false],
      [2, false],
      [3, true],
    ]);
  });

  test("a single mismatch in three runs does nothing", () => {
    let before = memory({ "a.test": live });
    for (const said of ["match", "mismatch:nxdomain", "match"]) {
      const found = one(said, before);
      expect(found).toMatchObject({ off: false, disabled: [], enabled: [], entry: { live: true } });
      before = found.memory;
    }
    expect(before.hostnames["a.test"]).toMatchObject({ count: 0 });
  });

  test.each([
    ["unknown neither counts nor resets", ["mismatch:a", "unknown:timeout", "mismatch:a"], 2],
    ["a match resets", ["mismatch:a", "mismatch:a", "match", "mismatch:a"], 1],
    ["another reason goes on counting", ["mismatch:elsewhere", "mismatch:nxdomain"], 2],
    ["a certificate that can't be had leads nobody away", ["mismatch:a", "mismatch:caa", "mismatch:a"], 1],
  ])("%s", (_, saids, count) => {
    let before = memory({ "a.test": live });
    for (const [hour, said] of saids.entries())
      before = one(said, before, { now: laterBy(60 * hour) }).memory;
    expect(before).toMatchObject({ off: [], hostnames: { "a.test": { count, live: true } } });
  });

  test.each(["mismatch:caa", "mismatch:alias", "mismatch:unreachable"])(
    "is never turned off by %s",
    (said) => {
      let before = memory({ "a.test": live });
      for (let time = 0; time < 5; time++) {
        const found = one(said, before);
        expect(found).toMatchObject({ off: false, kept: [{ hostname: "a.test", count: 0 }] });
        before = found.memory;
      }
      expect(one(said, memory({ "a.test": dead }, ["a.test"]))).toMatchObject({ off: true, enabled: [] });
    },
  );

  test("unknown changes nothing of it", () => {
    const counted = entry({ verdict: "mismatch", reason: "elsewhere", count: 2, evidence: ["x"] });
    const found = one("unknown:servfail", memory({ "a.test": counted }));
    expect(found).toMatchObject({ changed: false, off: false, entry: counted });
  });

  test("unknown, too, may show that it is live", () => {
    const found = one("unknown:servfail", memory({ "a.test": entry({ live: false }) }), {
      certified: new Set(["a.test"]),
    });
    expect(found.entry).toEqual(entry());
  });

  test("where nobody could look, one that was on is counted, and is not remembered as live", () => {
    const unseen = new Set(["a.test"]);
    const before = memory({ "a.test": entry({ live: false }) });
    const first = one("mismatch:elsewhere", before, { unseen });
    expect(first).toMatchObject({
      off: false,
      disabled: [],
      kept: [{ hostname: "a.test", count: 1 }],
      entry: { live: false, count: 1 },
    });
    const later = { unseen, now: laterBy(10) };
    expect(one("mismatch:elsewhere", first.memory, later).entry).toMatchObject({ count: 2 });
    const third = memory({ "a.test": entry({ live: false, count: 2 }) });
    expect(one("mismatch:elsewhere", third, { unseen, force: true })).toMatchObject({
      off: true,
      disabled: ["a.test"],
      entry: { live: false },
    });
    expect(one("mismatch:elsewhere", third, { unseen })).toMatchObject({ breaker: null });
    // What is surely not served can be turned off without loss, however often it was counted.
    expect(one("mismatch:elsewhere", first.memory)).toMatchObject({ off: true, disabled: ["a.test"] });
  });

  test("where nobody could look, one that was never on stays off, and what is new is not on before it is right", () => {
    const unseen = new Set(["a.test"]);
    expect(one("mismatch:elsewhere", memory(), { unseen })).toMatchObject({ off: true, kept: [] });
    const waiting = memory({ "a.test": dead }, ["a.test"]);
    expect(one("mismatch:nxdomain", waiting, { unseen })).toMatchObject({
      off: true,
      kept: [],
      changed: false,
    });
    expect(one("match", memory(), { unseen })).toMatchObject({ off: false, enabled: ["a.test"] });
  });

  test("live by its node's word alone is counted, not turned off at once", () => {
    const found = one("mismatch:elsewhere", memory(), { certified: new Set(["a.test"]) });
    expect(found).toMatchObject({
      off: false,
      kept: [{ hostname: "a.test", count: 1 }],
      entry: { live: true },
    });
  });

  test("since tells when the verdict changed, not the reason; evidence alone is no news", () => {
    const before = entry({
      verdict: "mismatch",
      reason: "nxdomain",
      live: false,
      since: ago(600),
      evidence: ["old"],
    });
    const again = one("mismatch:nxdomain", memory({ "a.test": before }, ["a.test"]));
    expect(again).toMatchObject({ changed: false, entry: { evidence: ["old"] } });
    const other = one("mismatch:nodata", memory({ "a.test": before }, ["a.test"]));
    expect(other.entry).toMatchObject({
      reason: "nodata",
      since: ago(600),
      evidence: ["saw mismatch:nodata"],
    });
    expect(one("match", memory({ "a.test": before })).entry?.since).toBe(NOW.toISOString());
  });

  test("evidence is kept of what is wrong alone", () => {
    expect(
      one("match", memory({ "a.test": entry({ live: false }) }), { certified: new Set(["a.test"]) }).entry,
    ).toEqual(live);
    expect(one("mismatch:nodata", memory({ "a.test": live })).entry?.evidence).toEqual([
      "saw mismatch:nodata",
    ]);
    expect(
      one("match", memory({ "a.test": { ...live, count: 1, evidence: ["x"] } })).entry?.evidence,
    ).toEqual([]);
  });

  test("what a zone answers at length is cut", () => {
    const long = {
      ...ruling("a.test", "mismatch:elsewhere"),
      evidence: Array.from({ length: 500 }, () => "x".repeat(5_000)),
    };
    const { memory: after } = run([long, ruling(QUIET, "match")], { memory: memory({ [QUIET]: quiet }) });
    expect(JSON.stringify(after).length).toBeLessThan(6_000);
  });
});

describe("without memory", () => {
  test("what is wanted counts as live", () => {
    expect(one("match", null)).toMatchObject({ enabled: [], entry: { live: true, switchedOn: [] } });
    expect(one("unknown:timeout", null)).toMatchObject({
      off: false,
      entry: { verdict: "unknown", live: true },
    });
    expect(one("mismatch:elsewhere", null)).toMatchObject({ off: false, entry: { live: true, count: 1 } });
    expect(one("mismatch:caa", null, { confirmations: 1 })).toMatchObject({
      off: false,
      entry: { live: true },
    });
  });

  test("one confirmation turns it off at once", () => {
    const found = one("mismatch:elsewhere", null, { confirmations: 1 });
    expect(found).toMatchObject({ off: true, disabled: ["a.test"], entry: { live: false, count: 1 } });
  });

  test("what other nodes carry is live as well, so that a later run does not take it for new", () => {
    const other = site("b.test", { node: "node-b", environment: "blog" });
    const rulings = [ruling("a.test", "match")];
    const found = run(rulings, { memory: null, nodes: ["node-a"], sites: [site("a.test"), other] });
    expect(found.memory.hostnames["b.test"]).toMatchObject({
      environment: "blog",
      node: "node-b",
      verdict: "unknown",
      reason: "not-asked",
      live: true,
    });
    const later = run([ruling(other, "mismatch:elsewhere"), rulings[0] as never], { memory: found.memory });
    expect(later).toMatchObject({ disabled: [], kept: [{ hostname: "b.test", count: 1 }] });
  });

  test("a plan or a node without hostnames writes nothing", () => {
    expect(run([], { memory: null })).toMatchObject({ changed: false });
    const spare = { memory: null, nodes: ["node-z"], sites: [site("a.test")] };
    expect(run([], spare)).toMatchObject({ changed: false });
  });
});

describe("a move", () => {
  const moved = site("a.test", { node: "node-b" });
  const taken = site("a.test", { environment: "wiki" });
  const became = (of: typeof moved, said: string, before: Memory, certified: string[] = []) =>
    run([ruling(of, said), ruling(QUIET, "match")], {
      memory: { ...before, hostnames: { ...before.hostnames, [QUIET]: quiet } },
      certified: new Set(certified),
    });

  test.each([
    ["to another node", moved],
    ["to another environment", taken],
  ])("%s starts anew: not live, and off until DNS follows", (_, to) => {
    const waiting = became(to, "mismatch:elsewhere", memory({ "a.test": { ...live, count: 2 } }));
    expect(waiting).toMatchObject({ withheld: ["a.test"], disabled: [], breaker: null, kept: [] });
    expect(waiting.memory.hostnames["a.test"]).toMatchObject({
      environment: to.environment,
      node: to.node,
      live: false,
      count: 0,
      since: NOW.toISOString(),
    });
    const arrived = became(to, "match", waiting.memory);
    expect(arrived).toMatchObject({ enabled: ["a.test"], memory: { off: [] } });
  });

  test("is off for unknown as well, and on at once where DNS has gone before", () => {
    expect(became(moved, "unknown:timeout", memory({ "a.test": live }))).toMatchObject({
      withheld: ["a.test"],
    });
    expect(became(moved, "match", memory({ "a.test": live }))).toMatchObject({
      enabled: ["a.test"],
      disabled: [],
    });
  });

  test("tries of the hour go with the hostname", () => {
    const tried = entry({ switchedOn: [ago(20), ago(10)] });
    const found = became(moved, "match", memory({ "a.test": tried }));
    expect(found).toMatchObject({ pending: ["a.test"], enabled: [], memory: { off: ["a.test"] } });
  });

  test("while the old node serves it, what is known of the old node stays", () => {
    const before = memory({ "a.test": live }, [], { shop: "node-a" });
    const waiting = became(moved, "mismatch:elsewhere", before);
    expect(waiting.memory).toMatchObject({
      off: ["a.test"],
      holds: { shop: "node-a" },
      hostnames: { "a.test": live },
    });
    expect(became(moved, "mismatch:elsewhere", waiting.memory)).toMatchObject({ changed: false });
    const arrived = became(moved, "match", waiting.memory);
    expect(arrived.memory).toMatchObject({
      off: [],
      holds: { shop: "node-a" },
      hostnames: { "a.test": { node: "node-b" } },
    });
  });
});

describe("a move that is turned back to a node that went on serving it with TLS", () => {
  const held = (entry = live, more: Partial<Memory> = {}) => ({
    ...memory({ "a.test": entry }, ["a.test"], { shop: "node-a" }),
    ...more,
  });

  test.each(["match", "unknown:timeout", "mismatch:caa", "mismatch:alias", "mismatch:elsewhere"])(
    "%s takes nothing from it: it was off for the other node",
    (said) => {
      const found = one(said, held());
      expect(found).toMatchObject({ off: false, entry: { live: true }, disabled: [], enabled: [] });
      const unseen = one(said, held(entry({ node: "node-b" })));
      expect(unseen).toMatchObject({ off: false, entry: { node: "node-a", live: true } });
    },
  );

  test("as many mismatches as anywhere do, and it stays off then", () => {
    const last = { ...live, verdict: "mismatch", reason: "elsewhere", count: 2, since: ago(60) } as const;
    const found = one("mismatch:elsewhere", held(last));
    expect(found).toMatchObject({ off: true, disabled: ["a.test"], entry: { live: false } });
    expect(one("unknown:timeout", found.memory)).toMatchObject({ off: true });
  });

  test("it gets none that it did not have there", () => {
    expect(one("unknown:timeout", held(dead))).toMatchObject({ off: true });
  });

  test("the same holds for a copy, and what that serves with TLS", () => {
    const copied = (names: string[]) => held(live, { holds: {}, copies: { shop: { "node-a": names } } });
    expect(one("unknown:timeout", copied(["a.test"]))).toMatchObject({ off: false });
    expect(one("unknown:timeout", copied([]))).toMatchObject({ off: true });
  });
});

test("that a moving hostname has no TLS where it is stays known before the move is deployed", () => {
  const moved = site("a.test", { node: "node-b" });
  const rulings = [ruling(moved, "mismatch:elsewhere"), ruling(QUIET, "match")];
  const before = memory({ "a.test": dead, [QUIET]: quiet }, ["a.test"]);
  const waiting = run(rulings, { memory: before });
  expect(waiting.memory).toMatchObject({ off: ["a.test"], hostnames: { "a.test": dead } });
  const arrived = run([ruling(moved, "match"), ruling(QUIET, "match")], { memory: waiting.memory });
  expect(arrived.memory).toMatchObject({ off: [], hostnames: { "a.test": { node: "node-b" } } });
});

describe("what leaves the plan", () => {
  const before = memory({ "a.test": live, "b.test": entry({ node: "node-b" }), [QUIET]: quiet }, [
    "b.test",
    "hand.test",
  ]);

  test("goes from memory and off-list", () => {
    const { memory: after, changed } = run([ruling(QUIET, "match")], { memory: before });
    expect(after).toEqual(memory({ [QUIET]: quiet }));
    expect(changed).toBe(true);
  });

  test("stays where its node was not looked at", () => {
    const { memory: after } = run([ruling(QUIET, "match")], { memory: before, nodes: ["node-a"] });
    expect(after).toEqual(
      memory({ "b.test": entry({ node: "node-b" }), [QUIET]: quiet }, ["b.test", "hand.test"]),
    );
  });
});

test("with nodes named, all other entries stay as they are", () => {
  const other = site("b.test", { node: "node-b" });
  const odd = {
    ...entry({ node: "node-b", verdict: "mismatch", reason: "loop", count: 1 }),
    switchedOn: [ago(500)],
  };
  const before = memory({ "a.test": live, "b.test": odd }, ["b.test"]);
  const found = run([ruling("a.test", "mismatch:elsewhere")], {
    memory: before,
    nodes: ["node-a"],
    sites: [site("a.test"), other],
  });
  expect(found.memory.hostnames["b.test"]).toBe(odd);
  expect(found.memory.off).toEqual(["b.test"]);
});

describe("where every verdict is unknown", () => {
  const before = memory({ "a.test": live, "gone.test": live }, ["gone.test"]);

  test("nothing is written at all: not what is new, and not what is gone", () => {
    const found = run([ruling("a.test", "unknown:timeout"), ruling("new.test", "unknown:timeout")], {
      memory: before,
    });
    expect(found).toMatchObject({
      changed: false,
      memory: before,
      disabled: [],
      enabled: [],
      pending: [],
      breaker: null,
    });
    expect(toProbe([ruling("new.test", "unknown:timeout")], before)).toEqual([]);
  });

  test("a first run remembers nothing of it", () => {
    expect(run([ruling("a.test", "unknown:timeout")], { memory: null })).toMatchObject({ changed: false });
  });
});

describe("toProbe", () => {
  const before = memory(
    {
      "live.test": live,
      "on.test": entry({ live: false }),
      "off.test": dead,
      "due.test": dead,
      "moved.test": live,
    },
    ["off.test", "due.test"],
  );
  test("asks of what is not live and is on, or about to be", () => {
    const rulings = [
      ruling("live.test", "mismatch:elsewhere"),
      ruling("on.test", "match"),
      ruling("off.test", "mismatch:elsewhere"),
      ruling("due.test", "match"),
      ruling("new.test", "unknown:timeout"),
      ruling(site("moved.test", { node: "node-b" }), "mismatch:elsewhere"),
    ];
    const asked = toProbe(rulings, before).map(({ hostname }) => hostname);
    expect(asked).toEqual(["on.test", "due.test", "new.test", "moved.test"]);
    expect(toProbe(rulings, null)).toEqual([]);
  });
});

describe("redirects", () => {
  const sites = [
    site("shop.test", { names: ["shop.test", "alias.shop.test"] }),
    site("www.shop.test", { redirectsTo: "Shop.test." }),
    site("old.test", { redirectsTo: "alias.shop.test" }),
    site("blog.test", { redirectsTo: "elsewhere.test" }),
  ];
  const known = Object.fromEntries(sites.map(({ hostname }) => [hostname, live]));
  const said = (verdicts: Record<string, string>) =>
    sites.map((each) => ruling(each, verdicts[each.hostname] ?? "match"));

  test("a target that goes off is told with all that send their visitors to it", () => {
    const found = run(said({ "shop.test": "mismatch:elsewhere" }), {
      memory: memory(known),
      confirmations: 1,
    });
    expect(found.disabled).toEqual(["shop.test"]);
    expect(found.redirects).toEqual([{ target: "shop.test", from: ["old.test", "www.shop.test"] }]);
    expect(run(said({ "shop.test": "mismatch:elsewhere" }), { memory: memory(known) }).redirects).toEqual([]);
  });

  test("one that is off itself sends nobody there over TLS", () => {
    const off = ["shop.test", "www.shop.test"];
    const without = { "shop.test": dead, "www.shop.test": dead };
    const before = memory({ ...known, ...without }, off);
    const found = run(said({ "shop.test": "mismatch:a", "www.shop.test": "mismatch:a" }), { memory: before });
    expect(found.redirects).toEqual([{ target: "shop.test", from: ["old.test"] }]);
  });
});

describe("the breaker", () => {
  const many = (count: number, of: (index: number) => string, given = {}) => {
    const hosts = Array.from({ length: count }, (_, index) =>
      site(`h${index}.test`, { node: `node-${index % 5}` }),
    );
    const known = Object.fromEntries(hosts.map((each) => [each.hostname, entry({ node: each.node })]));
    return run(
      hosts.map((each, index) => ruling(each, of(index))),
      { memory: memory(known), confirmations: 1, ...given },
    );
  };
  const wrong = (most: number) => (index: number) => (index < most ? "mismatch:elsewhere" : "match");

  test.each([
    [100, 40, true],
    [100, 31, true],
    [100, 30, false],
    [10, 3, false],
    [10, 4, true],
    [5, 1, false],
    [5, 2, true],
    [1, 1, false],
  ])("of %i hostnames, %i turned off: stops %s", (count, flips, stops) => {
    const found = many(count, wrong(flips));
    expect(found.breaker === null).toBe(!stops);
    expect(found.disabled).toHaveLength(flips);
    expect(many(count, wrong(flips), { force: true })).toMatchObject({ breaker: null, memory: found.memory });
  });

  test("all hostnames of a node that has more than one", () => {
    const nodes = (index: number) => (index % 5 === 2 ? "mismatch:elsewhere" : "match");
    expect(many(100, nodes).breaker).toBe("all 20 hostnames of node-2 would change at once");
    expect(many(5, nodes).breaker).toBeNull();
  });

  test("to be turned on counts as well; what was never on or is only new does not", () => {
    const off = Object.fromEntries(["a.test", "b.test", "c.test"].map((name) => [name, dead]));
    const rulings = Object.keys(off).map((name) => ruling(name, "match"));
    expect(run(rulings, { memory: memory(off, Object.keys(off)) }).breaker).not.toBeNull();
    const fresh = run(Object.keys(off).map((name) => ruling(name, "match")));
    expect(fresh).toMatchObject({ breaker: null, enabled: Object.keys(off) });
    const never = run(Object.keys(off).map((name) => ruling(name, "mismatch:nxdomain")));
    expect(never).toMatchObject({ breaker: null, withheld: Object.keys(off) });
  });

  test("does not stop what a deploy waits for: hostnames on their way to another node", () => {
    const moving = ["a.test", "b.test", "c.test"].map((name) => site(name, { node: "node-b" }));
    const off = moving.map(({ hostname }) => hostname);
    const known = Object.fromEntries(off.map((name) => [name, live]));
    const rulings = moving.map((each) => ruling(each, "match"));
    expect(run(rulings, { memory: memory(known, off) }).breaker).not.toBeNull();
    expect(run(rulings, { memory: memory(known, off, { shop: "node-a" }) })).toMatchObject({
      breaker: null,
      enabled: off,
    });
    // Turned back before anybody was led away.
    expect(run(rulings, { memory: memory(known, off, { shop: "node-b" }) }).breaker).toBeNull();
    const returning = { ...memory(known, off), copies: { shop: { "node-a": [] } } };
    expect(run(rulings, { memory: returning }).breaker).toBeNull();
    expect(run(rulings, { memory: memory(known, off, { wiki: "node-a" }) }).breaker).not.toBeNull();
  });

  test("says how many of how many", () => {
    expect(many(100, wrong(40)).breaker).toBe("40 of 100 hostnames would change at once");
  });
});
