import { spawnSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { manifestOf } from "../../src/domain/manifest.ts";
import { stateListSchema, statePruneSchema } from "../../src/fleets/hostenv/reservations.ts";
import { fixtureJson } from "../fleets/fixtures.ts";
import { root } from "../support/nix.ts";
import { planWith } from "../support/plan-builder.ts";

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "hostenv-state-test-")));
  write("generated/state.json", fixtureJson("carried-state/expected/state.json"));
  write("generated/plan.json", fixtureJson("carried-state/expected/plan.json"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(path: string, value: unknown): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(
    join(folder, path),
    typeof value === "string" ? value : `${JSON.stringify(value, null, 2)}\n`,
  );
}

const read = (path: string) => readFileSync(join(folder, path), "utf8");
const state = () => JSON.parse(read("generated/state.json"));

function run(...args: string[]) {
  return spawnSync(process.execPath, [`${root}dist/cli/index.js`, "state", ...args], {
    cwd: folder,
    encoding: "utf8",
  });
}

function commit(): void {
  const identity = ["-c", "user.name=t", "-c", "user.email=t@h.test"];
  const git = (...args: string[]) => spawnSync("git", ["-C", folder, ...identity, ...args]);
  git("init", "--quiet");
  git("add", "--all");
  git("commit", "--quiet", "--message=x");
}

const GONE = "shop-old-1111111";

describe("state list", () => {
  test("shows what is reserved, and what is no longer planned", () => {
    const { status, stdout } = run("list");
    expect(status).toBe(0);
    expect(stdout).toMatch(/^user +uid +node +planned +since +hostnames\n/);
    expect(stdout).toMatch(/^shop-old-1111111 +1012 +node-b +no +- +old\.shop\.acme\.test$/m);
    expect(stdout).toMatch(
      /^shop-main-4f7240c +1007 +\S+ +yes +- +shop-main-4f7240c\.hosting\.test shop\.acme\.test/m,
    );
    const { reservations } = stateListSchema.parse(JSON.parse(run("list", "--json").stdout));
    expect(reservations.map(({ user }) => user)).toEqual(Object.keys(state()));
    expect(reservations.find(({ user }) => user === GONE)).toEqual({
      user: GONE,
      uid: 1012,
      node: "node-b",
      hostnames: ["old.shop.acme.test"],
      planned: false,
      since: null,
    });
  });

  test("says since when, where git knows, and leaves open what is planned without a plan", () => {
    rmSync(join(folder, "generated/plan.json"));
    commit();
    write("generated/state.json", { ...state(), "x-main": { uid: 2000 } });
    const { reservations } = stateListSchema.parse(JSON.parse(run("list", "--json").stdout));
    const known = new Map(reservations.map(({ user, since, planned }) => [user, { since, planned }]));
    expect(known.get(GONE)?.since?.at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(known.get("x-main")).toEqual({ since: null, planned: null });
    expect(run("list").stdout).toContain("no plan.json to tell which are still planned");
  });

  test("takes no text of a state for a workflow command", () => {
    write("generated/state.json", {
      "::error::x": { uid: 1002, virtualHosts: ["##[error]y", "a\n::debug::z"] },
    });
    const { stdout } = run("list");
    expect(stdout).toContain("error");
    expect(stdout).not.toMatch(/^\s*::|##\[/m);
  });

  test("stops where HEAD reserves what the file has not", () => {
    commit();
    const { [GONE]: _, ...rest } = state();
    write("generated/state.json", rest);
    const { status, stderr, stdout } = run("list");
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toMatch(
      /^error: generated\/state\.json: at \/shop-old-1111111: .* is gone, .*\[reservation-changed\]\nhint: /,
    );
  });
});

describe("state prune", () => {
  const released = () => ({
    ...fixtureJson("carried-state/expected/state.json")[GONE],
    node: null,
    virtualHosts: [],
  });

  test("shows, and with --yes releases what is not planned, and nothing else", () => {
    const before = read("generated/state.json");
    const shown = run("prune");
    expect(shown.stdout).toContain(`release ${GONE} (uid 1012 stays): old.shop.acme.test node node-b`);
    expect(run("prune", "--yes", "--dry-run").status).toBe(0);
    expect(read("generated/state.json")).toBe(before);
    const { stdout } = run("prune", "--yes", "--json");
    expect(statePruneSchema.parse(JSON.parse(stdout))).toMatchObject({
      written: true,
      kept: [],
      pruned: [{ user: GONE, uid: 1012 }],
    });
    expect(read("generated/state.json")).toBe(
      `${JSON.stringify({ ...JSON.parse(before), [GONE]: released() }, null, 2)}\n`,
    );
    expect(readdirSync(join(folder, "generated")).sort()).toEqual(["plan.json", "state.json"]);
    expect(run("prune", "--yes").stdout).toBe("nothing to release in generated/state.json\n");
  });

  test("keeps what --keep names, and knows the nearest name", () => {
    expect(run("prune", "--yes", "--keep", GONE).stdout).toContain(`keep    ${GONE}: --keep names it`);
    expect(state()[GONE].node).toBe("node-b");
    const { status, stderr } = run("prune", "--keep", "shop-old");
    expect(status).toBe(1);
    expect(stderr).toMatch(/--keep 'shop-old'.*\nhint: did you mean 'shop-old-1111111'/);
  });

  test("releases what a committed plan still has only with --force, and what is planned never", () => {
    write("generated/plan.json", planWith({ environments: [{ name: GONE, uid: 1012 }] }));
    commit();
    expect(run("prune", "--yes", "--force").stdout).not.toContain(`release ${GONE}`);
    write("generated/plan.json", planWith({ environments: [] }));
    expect(run("prune", "--yes").stdout).toContain(`keep    ${GONE}: a committed plan.json still has it`);
    expect(state()[GONE].node).toBe("node-b");
    expect(run("prune", "--yes", "--force").status).toBe(0);
    expect(state()[GONE]).toEqual(released());
  });

  test("does nothing without a plan, or with one that is none", () => {
    rmSync(join(folder, "generated/plan.json"));
    const before = read("generated/state.json");
    expect(run("prune", "--yes", "--force").stderr).toMatch(
      /nobody knows what is planned \[file-not-found\]\nhint: /,
    );
    write("generated/plan.json", {});
    expect(run("prune", "--yes", "--force").stderr).toContain("[plan-schema]");
    expect(read("generated/state.json")).toBe(before);
  });

  test("the snapshot's manifest goes on fitting where it did, and only there", () => {
    const files = () => ({
      "plan.json": read("generated/plan.json"),
      "state.json": read("generated/state.json"),
    });
    const manifest = () => manifestOf(files(), { planId: "0".repeat(64), tool: "0.0.0" });
    const torn = { ...manifest(), files: { ...manifest().files, "plan.json": "1".repeat(64) } };
    write("generated/manifest.json", torn);
    run("prune", "--yes");
    expect(state()[GONE].node).toBeNull();
    expect(JSON.parse(read("generated/manifest.json"))).toEqual(torn);
    write("generated/state.json", fixtureJson("carried-state/expected/state.json"));
    write("generated/manifest.json", manifest());
    run("prune", "--yes");
    expect(JSON.parse(read("generated/manifest.json"))).toEqual(manifest());
    expect(state()[GONE].node).toBeNull();
  });

  test("a state of another place is written there, and the snapshot stays", () => {
    const before = read("generated/state.json");
    write("elsewhere.json", before);
    run("prune", "--yes", "--state", "elsewhere.json");
    expect(read("generated/state.json")).toBe(before);
    expect(JSON.parse(read("elsewhere.json"))[GONE]).toEqual(released());
    expect(readdirSync(folder).sort()).toEqual(["elsewhere.json", "generated"]);
  });
});
