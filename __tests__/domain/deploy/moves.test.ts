import { describe, expect, test } from "@jest/globals";
import { arrivalOf, homeOf, lastElsewhere, mayCarry } from "../../../src/domain/deploy/homes.ts";
import type { Live, MoveStep } from "../../../src/domain/deploy/live.ts";
import { nextStep, openSteps, stageOf, withStep } from "../../../src/domain/deploy/moves.ts";

const step = (
  name: MoveStep["step"],
  from: string,
  to: string,
  hour = 1,
  environment = "shop",
): MoveStep => ({
  ...{ environment, from, to, step: name, snapshots: {} },
  at: `2026-01-01T0${hour}:00:00.000Z`,
});
const lives = (steps: Readonly<Record<string, readonly MoveStep[]>>) =>
  new Map(Object.entries(steps).map(([node, mine]) => [node, { steps: mine } as unknown as Live]));

describe("a journal", () => {
  const done = [step("backup", "a", "b"), step("restore", "a", "b"), step("dns", "a", "b")];
  const other = step("dns", "a", "b", 1, "blog");

  test("takes a step in place of the same one before", () => {
    const again = step("restore", "a", "b", 2);
    expect(withStep([...done, other], again)).toEqual([done[0], done[2], other, again]);
  });

  test("begins anew with a backup, and where data is declared to have stayed", () => {
    for (const name of ["backup", "stay"] as const) {
      const first = step(name, "a", "b", 2);
      expect(withStep([...done, other], first)).toEqual([other, first]);
    }
  });

  test("forgets a move from elsewhere once another one comes", () => {
    const first = step("restore", "c", "b", 2);
    expect(withStep([...done, other], first)).toEqual([other, first]);
  });

  test("keeps a move elsewhere apart from how the unit came here", () => {
    const left = step("backup", "b", "c", 2);
    expect(withStep([...done, other], left)).toEqual([...done, other, left]);
  });

  const names = (...some: string[]) => new Set(some);

  test("keeps all of a unit whose move is open, where it is carried or is to come", () => {
    const left = step("dns", "b", "c", 3);
    const here = new Map([["shop", "b"]]);
    const away = new Map([["shop", "c"]]);
    const steps = [...done, other, left];
    const known = names("shop");
    expect(openSteps(steps, "b", { open: away, carried: names("shop"), known })).toEqual([...done, left]);
    expect(openSteps(steps, "b", { open: here, carried: names(), known })).toEqual([...done, left]);
    expect(openSteps(steps, "b", { open: away, carried: names(), known })).toEqual([left]);
  });

  test("keeps of one that is only carried that visitors were led here last", () => {
    const steps = [...done, step("tls", "a", "b", 2), other, step("dns", "b", "c", 3)];
    const kept = (some: readonly MoveStep[]) =>
      openSteps(some, "b", { open: new Map(), carried: names("shop", "blog"), known: names("shop") });
    expect(kept(steps)).toEqual([done[2], other]);
    expect(kept(done.slice(0, 2))).toEqual([]);
    const stayed = [step("stay", "a", "b", 4), step("dns", "a", "b", 5)];
    expect(kept([...done, ...stayed])).toEqual([stayed[1]]);
  });

  test("keeps of one that has gone where visitors were led last, while it is planned anywhere", () => {
    const gone = [step("dns", "b", "c", 3), step("dns", "b", "d", 4), step("backup", "b", "c", 5)];
    const kept = (known: ReadonlySet<string>) =>
      openSteps([...done, ...gone], "b", { open: new Map(), carried: names(), known });
    expect(kept(names("shop"))).toEqual([gone[1]]);
    expect(kept(names())).toEqual([]);
  });
});

describe("the stage of a move", () => {
  const move = { name: "shop", from: "a", to: "b" };
  const found = { move, copies: [], returns: false, isUnheard: false, since: "" };
  const live = (...steps: MoveStep[]) =>
    ({ steps, facts: { plan: { environments: { shop: {} } } } }) as unknown as Live;
  const at = (hour: number) => step("dns", "a", "b", hour).at;

  test("counts nothing of an earlier move between the same nodes", () => {
    const old = live(
      ...(["backup", "restore", "dns", "tls"] as const).map((each) => step(each, "a", "b", 2)),
    );
    expect(nextStep(stageOf({ ...found, since: at(2) }, old))).toBe("drop");
    expect(nextStep(stageOf({ ...found, since: at(3) }, old))).toBe("backup");
  });

  test("is that nothing is there where it is not carried, whatever was", () => {
    const gone = { steps: [step("restore", "a", "b")], facts: { plan: { environments: {} } } };
    expect(nextStep(stageOf(found, gone as unknown as Live))).toBe("backup");
  });

  test("is that its data is there where visitors were led, whatever else is forgotten", () => {
    expect(nextStep(stageOf(found, live(step("dns", "a", "b"))))).toBe("tls");
  });

  test("that is turned back counts once it is declared that the data stayed", () => {
    const back = { ...found, returns: true };
    expect(nextStep(stageOf(back, live(step("dns", "a", "b"))))).toBe("dns");
    expect(nextStep(stageOf(back, live(step("stay", "a", "b"), step("dns", "a", "b"))))).toBe("tls");
  });
});

describe("the data of a unit", () => {
  const copy = [step("backup", "a", "b"), step("restore", "a", "b")];
  const none = new Set<string>();
  const home = (
    carriers: readonly string[],
    steps: Readonly<Record<string, readonly MoveStep[]>>,
    silent: ReadonlySet<string> = none,
  ) => homeOf("shop", carriers, silent, lives(steps));

  test("is with the one carrier that did not get it from elsewhere", () => {
    expect(home(["a", "b"], {})).toBeNull();
    expect(home(["a"], {})).toBe("a");
    expect(home(["a", "c"], { c: [step("restore", "b", "c")] })).toBe("a");
    expect(home(["b", "c"], { b: copy, c: [step("restore", "a", "c")] })).toBeNull();
    expect(home([], {})).toBeNull();
  });

  test("is where it was taken from, until visitors are led away from there", () => {
    expect(home(["a", "b"], { b: copy })).toBe("a");
    expect(home(["a", "b"], { b: [...copy, step("dns", "a", "b", 2)] })).toBe("b");
    expect(home(["a", "b"], { a: [step("dns", "a", "b", 2)], b: copy })).toBe("b");
  });

  test("is where visitors were led last, among those that carry it still", () => {
    const both = { a: [step("dns", "b", "a", 2)], b: [step("dns", "a", "b", 1)] };
    expect(home(["a", "b"], both)).toBe("a");
    expect(home(["b"], both)).toBe("b");
  });

  test("may be on a node that can't be asked, as others tell", () => {
    expect(home(["b"], { b: copy })).toBeNull();
    expect(home(["b"], { b: copy }, new Set(["a"]))).toBe("a");
    expect(home(["a"], { a: [step("dns", "a", "b", 2)] }, new Set(["b"]))).toBe("b");
    expect(home(["a"], { a: [step("backup", "a", "b", 2)] }, new Set(["b"]))).toBe("a");
  });

  test("was where a later move took it from, whoever was led before", () => {
    const steps = { b: [step("dns", "a", "b", 1)], c: [step("backup", "a", "c", 2)] };
    expect(home(["a", "b"], steps)).toBe("a");
  });

  test("is where it was declared to have stayed", () => {
    expect(home(["a", "b"], { a: [step("stay", "b", "a", 2)], b: copy })).toBe("a");
  });

  test("came elsewhere last by whatever is written anywhere", () => {
    const steps = lives({ a: [step("dns", "a", "b", 2)], c: [step("backup", "a", "c", 3)] });
    expect(lastElsewhere("shop", "b", steps)).toBe(step("backup", "a", "c", 3).at);
    expect(lastElsewhere("shop", "c", steps)).toBe(step("dns", "a", "b", 2).at);
    expect(lastElsewhere("blog", "b", steps)).toBe("");
  });

  test("may be where a silent node is told of, but for moves that are over", () => {
    const told = (...steps: MoveStep[]) => mayCarry("shop", new Set(["b"]), lives({ a: steps }));
    expect(told(step("backup", "a", "b"))).toEqual(["b"]);
    expect(told(step("backup", "a", "b"), step("dns", "a", "b", 2))).toEqual(["b"]);
    expect(told(step("stay", "b", "a"), step("dns", "b", "a", 2))).toEqual(["b"]);
    expect(told(step("stay", "b", "a"), step("dns", "b", "a", 2), step("tls", "b", "a", 3))).toEqual([]);
    expect(told(step("dns", "b", "a"))).toEqual([]);
    expect(told(step("backup", "a", "c"))).toEqual([]);
  });

  test("came with the latest move: what an earlier one led is over", () => {
    const steps = [step("dns", "c", "b", 1), step("restore", "a", "b", 3)];
    expect(arrivalOf("shop", "b", lives({ b: steps }))).toEqual({ from: "a", led: null, at: steps[1]?.at });
    expect(arrivalOf("blog", "b", lives({ b: steps }))).toBeNull();
  });
});
