import { describe, expect, test } from "@jest/globals";
import { type FoundMove, stageOf } from "../../src/domain/deploy/moves.ts";
import { type Entry, type Memory, NOTHING } from "../../src/domain/dns/memory.ts";
import { gateConcerning, withCertified, withMovesHeld } from "../../src/fleets/hostenv/deploy-gate.ts";
import { entry } from "../support/gate-run.ts";
import { liveOf, stepOf } from "../support/live.ts";
import { changing, type ProviderSpec, sideWith } from "../support/plan-builder.ts";

const shop: ProviderSpec = {
  environments: [
    { name: "shop-main", type: "production", node: "node-a", hosts: { "shop.test": {} } },
    { name: "blog-main", type: "production", node: "node-a", uid: 2001, hosts: { "blog.test": {} } },
  ],
  spareNodes: ["node-b", "node-c"],
};
const at = (node: string) => sideWith(changing(shop, "shop-main", { node }));
const known = (node: string, more: Partial<Entry> = {}) => ({
  "shop.test": entry({ environment: "shop-main", node, live: true, ...more }),
});
const memory = (given: Partial<Memory>): Memory => ({ ...NOTHING, ...given });
const stage = (from: string, to: string, more: Partial<FoundMove> = {}, steps: string[] = []) => {
  const live = liveOf(at(to), to, {
    steps: steps.map((step) => stepOf("shop-main", from, to, step as "dns")),
  });
  return stageOf(
    {
      move: { name: "shop-main", from, to },
      copies: [],
      returns: false,
      isUnheard: false,
      since: "",
      ...more,
    },
    live,
  );
};
const off = ({ off: names }: Memory) => names.filter((name) => name === "shop.test");

describe("a move that goes on", () => {
  test("holds the environment on its old node, and has no TLS on the new one yet", () => {
    const held = withMovesHeld(
      memory({ hostnames: known("node-a") }),
      [stage("node-a", "node-b")],
      at("node-b").plan,
    );
    expect([held.holds, held.copies, off(held)]).toEqual([
      { "shop-main": "node-a" },
      undefined,
      ["shop.test"],
    ]);
  });

  test("to a third node holds the copy on the second, too", () => {
    const stages = [stage("node-a", "node-c", { copies: ["node-b"] })];
    const held = withMovesHeld(memory({ hostnames: known("node-a") }), stages, at("node-c").plan);
    expect([held.holds, held.copies]).toEqual([{ "shop-main": "node-a" }, { "shop-main": { "node-b": [] } }]);
    const hashes = ["node-a", "node-b", "node-c"].map((node) => [
      gateConcerning(held, at("node-c").plan, node),
      gateConcerning({ ...held, copies: {} }, at("node-c").plan, node),
    ]);
    expect(hashes.map(([one, other]) => one === other)).toEqual([true, false, true]);
  });
});

describe("an environment that is served with valid certificates", () => {
  test("is remembered as that where it is planned, and nothing else is", () => {
    const before = memory({
      hostnames: { ...known("node-b", { live: false }), "blog.test": entry({ live: false }) },
    });
    const after = withCertified(before, new Set(["shop-main"]), at("node-b").plan);
    expect(after.hostnames).toEqual({ ...before.hostnames, ...known("node-b") });
    expect(withCertified(before, new Set(["shop-main"]), at("node-a").plan)).toEqual(before);
    expect(withCertified(before, new Set(["blog-main"]), at("node-b").plan)).toEqual(before);
  });
});

describe("a move that is turned back", () => {
  const waiting = (more: Partial<Memory> = {}) =>
    memory({ off: ["shop.test"], holds: { "shop-main": "node-a" }, hostnames: known("node-a"), ...more });
  const back = (steps: string[] = []) => [stage("node-b", "node-a", { returns: true }, steps)];
  const turned = (before: Memory, steps: string[] = []) =>
    withMovesHeld(before, back(steps), at("node-a").plan);

  test("keeps the TLS that its node went on having, and holds the copy", () => {
    const held = turned(waiting());
    expect([held.holds, held.copies, off(held)]).toEqual([{}, { "shop-main": { "node-b": [] } }, []]);
  });

  test("also where visitors of a hostname were led away already", () => {
    expect(off(turned(waiting({ hostnames: known("node-b") })))).toEqual([]);
    expect(off(turned(waiting({ hostnames: {} })))).toEqual([]);
  });

  test("gets none that it did not have", () => {
    expect(off(turned(waiting({ hostnames: known("node-a", { live: false }) })))).toEqual(["shop.test"]);
    const unheld = waiting({ holds: {} });
    expect(off(turned(unheld))).toEqual(["shop.test"]);
  });

  test("leaves TLS to a copy that visitors were led to, whatever is known of the hostname later", () => {
    const led = { "shop-main": { "node-b": ["shop.test"] } };
    const first = turned(waiting({ hostnames: known("node-b") }));
    expect(first.copies).toEqual(led);
    const later = turned({ ...first, hostnames: known("node-a") });
    expect(later.copies).toEqual(led);
    const hashes = [first, { ...first, copies: { "shop-main": { "node-b": [] } } }].map((each) =>
      gateConcerning(each, at("node-a").plan, "node-b"),
    );
    expect(hashes[0]).not.toBe(hashes[1]);
  });

  test("leaves a node that held it, and holds a copy now, the TLS that it had", () => {
    const on = [stage("node-b", "node-c", { copies: ["node-a"] })];
    const sent = withMovesHeld(waiting({ hostnames: known("node-b") }), on, at("node-c").plan);
    expect([sent.holds, sent.copies]).toEqual([
      { "shop-main": "node-b" },
      { "shop-main": { "node-a": ["shop-main.hosting.test", "shop.test"] } },
    ]);
  });

  test("keeps the TLS of its node also where nothing had come to the other one", () => {
    const unmoved = withMovesHeld(waiting(), [], at("node-a").plan);
    expect([unmoved.holds, off(unmoved)]).toEqual([{}, []]);
    const hadNone = withMovesHeld(
      waiting({ hostnames: known("node-a", { live: false }) }),
      [],
      at("node-a").plan,
    );
    expect(off(hadNone)).toEqual(["shop.test"]);
  });

  test("sent on to a node with a copy, has the TLS there that the copy had", () => {
    const copied = waiting({ copies: { "shop-main": { "node-b": ["shop.test"] } } });
    expect(off(withMovesHeld(copied, [stage("node-a", "node-b")], at("node-b").plan))).toEqual([]);
  });

  test("lets go of the copy once everybody is led back", () => {
    expect(turned(waiting(), ["stay", "dns", "tls"]).copies).toBeUndefined();
  });
});
