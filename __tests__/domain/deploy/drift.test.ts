import { describe, expect, test } from "@jest/globals";
import {
  type DriftStatus,
  driftExit,
  driftOf,
  isBlind,
  type NodeSaid,
  unreachable,
} from "../../../src/domain/deploy/drift.ts";
import type { Live } from "../../../src/domain/deploy/live.ts";
import { liveOf, pathOf } from "../../support/live.ts";
import { sideWith } from "../../support/plan-builder.ts";

const NODE = "node-a";
const live = (more: Partial<Live> = {}): Live =>
  liveOf(sideWith({ environments: [{ name: "shop-main", node: NODE }] }), NODE, more);

const AS_DEPLOYED = {
  system: { storePath: pathOf(NODE, "system"), generation: 1 },
  "shop-main": { storePath: pathOf(NODE, "shop-main"), generation: 1 },
};

const said = (given: Partial<NodeSaid> = {}): NodeSaid => ({
  node: NODE,
  live: live(),
  links: AS_DEPLOYED,
  running: { isCurrent: null, needsReboot: null },
  busyWith: null,
  behind: false,
  ...given,
});

const judged = (given: Partial<NodeSaid> = {}) => {
  const { status, differences } = driftOf(said(given));
  return [status, differences.map(({ profile, how }) => `${profile} ${how}`)];
};

const elsewhere = (generation: number) => ({ "shop-main": { storePath: "/nix/store/other", generation } });

describe("a node", () => {
  test.each<[string, Partial<NodeSaid>, DriftStatus, string[]]>([
    ["as it was deployed", {}, "ok", []],
    [
      "whose link leads to a later generation",
      { links: { ...AS_DEPLOYED, ...elsewhere(2) } },
      "drifted",
      ["shop-main other"],
    ],
    [
      "whose link has another path and the same number",
      { links: { ...AS_DEPLOYED, ...elsewhere(1) } },
      "drifted",
      ["shop-main other"],
    ],
    ["whose link is gone", { links: { system: AS_DEPLOYED.system } }, "drifted", ["shop-main missing"]],
    [
      "whose link is none of Nix's",
      { links: { ...AS_DEPLOYED, "shop-main": null } },
      "drifted",
      ["shop-main missing"],
    ],
    [
      "that was brought back by hand",
      { live: live({ rolledBack: ["system"] }) },
      "rolled-back",
      ["system rolled-back"],
    ],
    [
      "whose activation failed for good",
      { live: live({ unproved: ["system"] }) },
      "drifted",
      ["system unproved"],
    ],
    [
      "that runs another system than it leads to",
      { running: { isCurrent: false, needsReboot: false } },
      "drifted",
      ["system not-running"],
    ],
    ["that waits for a reboot", { running: { isCurrent: true, needsReboot: true } }, "reboot-pending", []],
    ["that needs none", { running: { isCurrent: true, needsReboot: false } }, "ok", []],
    ["to which nothing was deployed", { live: null, links: {} }, "drifted", []],
    ["that is behind the snapshot", { behind: true }, "ok", []],
    [
      "that a deploy works on",
      { busyWith: "run 7", links: {} },
      "busy",
      ["system missing", "shop-main missing"],
    ],
  ])("%s", (_, given, status, differences) => {
    expect(judged(given)).toEqual([status, differences]);
  });

  test("at an earlier generation was rolled back, not changed", () => {
    const profiles = { ...live().profiles, "shop-main": { storePath: "/nix/store/new", generation: 3 } };
    expect(judged({ live: live({ profiles }) })).toEqual(["rolled-back", ["shop-main earlier"]]);
  });

  test("of which one profile was rolled back and another changed has drifted", () => {
    const given = { live: live({ rolledBack: ["system"] }), links: { ...AS_DEPLOYED, ...elsewhere(2) } };
    expect(judged(given)).toEqual(["drifted", ["system rolled-back", "shop-main other"]]);
  });

  test("tells what was expected and what is there", () => {
    const [difference] = driftOf(said({ links: { ...AS_DEPLOYED, ...elsewhere(2) } })).differences;
    expect(difference).toEqual({
      profile: "shop-main",
      how: "other",
      expected: AS_DEPLOYED["shop-main"],
      found: { storePath: "/nix/store/other", generation: 2 },
    });
  });
});

describe("nodes together", () => {
  const bad = unreachable("node-b", { code: "node-unreachable", message: "m", hint: "h" });
  const of = (status: DriftStatus) => ({ ...driftOf(said()), status });

  test.each<[DriftStatus[], 0 | 1 | 2]>([
    [[], 0],
    [["ok", "busy"], 0],
    [["ok", "unreachable"], 1],
    [["unreachable", "drifted"], 2],
    [["rolled-back"], 2],
    [["ok", "reboot-pending"], 2],
  ])("%j gives the exit code %i", (statuses, exitCode) => {
    expect(driftExit(statuses.map(of))).toBe(exitCode);
  });

  test("are all silent only where there are several", () => {
    expect([isBlind([bad, bad]), isBlind([bad, of("ok")]), isBlind([bad]), isBlind([])]).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });
});
