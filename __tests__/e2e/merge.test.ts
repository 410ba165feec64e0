import { writeFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import type { Report } from "../../src/domain/report.ts";
import type { State } from "../../src/fleets/hostenv/schema.ts";
import { Branches, outcomeOf, rulesIn } from "../support/branches.ts";
import { describeWithNix } from "../support/nix.ts";

const OLD = "shop-old-campaign-2b9d1c4";

const FILES = ["flake.lock", "flake.nix", "manifest.json", "plan.json", "state.json"];

const uids = (state: State) => Object.values(state).map(({ uid }) => uid);

describeWithNix("branches that are merged", (nix) => {
  let example: Branches;
  const reports: Record<string, Report> = {};

  const merge = (name: string) => example.git(["merge", "--quiet", "--no-ff", "--message", name, name]);

  /** What a merge says: whether there is a conflict, and the files with one. */
  const conflicts = (name: string) => {
    try {
      merge(name);
      return [];
    } catch {
      return example.git(["diff", "--name-only", "--diff-filter=U"]).trim().split("\n");
    }
  };

  beforeAll(() => {
    example = new Branches(nix);
    example.project("acme__api", 'main = { type = "production"; virtualHosts."api.acme.example" = { }; };');
    example.project(
      "globex__wiki",
      'main = { type = "testing"; virtualHosts."wiki.globex.example" = { }; };',
    );
    // The last environment of all, as the wiki's, but its user stands elsewhere in state.json.
    example.project("globex__jam", 'main = { type = "testing"; virtualHosts."API.acme.example" = { }; };');
    const inputs = {
      api: ["acme__api", "# One input per client project, named organisation__project."],
      wiki: ["globex__wiki", '/globex/intranet?ref=main&dir=.hostenv";'],
      jam: ["globex__jam", '/globex/intranet?ref=main&dir=.hostenv";'],
    } as const;
    for (const [name, [input, after]] of Object.entries(inputs)) {
      example.branch(name, "main");
      example.addInput(input, after);
      example.commit(name);
      reports[name] = example.report("main");
    }
    example.branch("change", "change");
    reports.change = example.report("main");
  }, 240_000);
  afterAll(() => example.remove());
  afterEach(() => {
    example.git(["reset", "--quiet", "--hard"]);
    example.git(["clean", "--quiet", "-fd"]);
  });

  describe.each([
    ["api", "wiki"],
    ["wiki", "api"],
    ["api", "change"],
    ["change", "api"],
  ] as const)("%s and then %s", (first, second) => {
    const [one, other] = [() => reports[first] as Report, () => reports[second] as Report];
    const added = () => [...one().units.added, ...other().units.added];

    test("are given uids when they are merged, and nothing else gets another one", () => {
      example.branch("trunk", "main");
      const before = example.state();
      merge(first);
      example.deploy();
      const between = example.state();
      merge(second);
      const run = example.run(["plan", "--json"]);
      expect(rulesIn(outcomeOf(run)).filter((rule) => rule.startsWith("uid-changed"))).toEqual([]);
      const after = example.state();
      expect(new Set(uids(after)).size).toBe(uids(after).length);
      for (const [earlier, later] of [
        [before, between],
        [between, after],
      ] as const) {
        for (const [name, { uid }] of Object.entries(earlier)) expect(later[name]?.uid).toBe(uid);
      }
      const highest = Math.max(...uids(before));
      for (const name of added()) expect(after[name]?.uid).toBeGreaterThan(highest);
      expect(Object.keys(after).length).toBe(Object.keys(before).length + added().length);
    });

    test("are given uids when both are merged before the next deploy, too", () => {
      example.branch("trunk", "main");
      const before = example.state();
      merge(first);
      merge(second);
      example.run(["plan"]);
      const after = example.state();
      expect(new Set(uids(after)).size).toBe(uids(before).length + added().length);
      expect(after).toMatchObject(
        Object.fromEntries(Object.entries(before).map(([name, { uid }]) => [name, { uid }])),
      );
    });

    test("bring no change that neither of their reports holds", () => {
      example.branch("trunk", "main");
      merge(first);
      merge(second);
      const merged = example.report("main");
      const reviewed = new Set([...one().changeIds, ...other().changeIds]);
      const stale = merged.changes.filter(({ id }) => !reviewed.has(id));
      // What both wrote to is a third content, which only git has seen.
      expect(stale.map(({ kind, subject }) => `${kind} ${subject}`)).toEqual(["file flake.nix"]);
      expect([...reviewed].filter((id) => !merged.changeIds.includes(id)).length).toBe(2);
      expect(merged.findings.map(({ rule }) => rule)).not.toContain("uid-changed");
      const pins = ({ pins: { head } }: Report) => head.map((pin) => JSON.stringify(pin));
      expect(new Set(pins(merged))).toEqual(new Set([...pins(one()), ...pins(other())]));
    });

    test.each(["merge", "rebase"])("leave the second its ids after a %s of its base", (how) => {
      example.branch("trunk", "main");
      merge(first);
      example.deploy();
      example.branch("second", second);
      example.git(
        how === "merge" ? ["merge", "--quiet", "--no-edit", "trunk"] : ["rebase", "--quiet", "trunk"],
      );
      const again = example.report("trunk");
      const own = ({ changes }: Report) => changes.filter(({ subject }) => subject !== "flake.nix");
      expect(own(again)).toEqual(own(other()));
      expect(again.pins).toEqual(other().pins);
      expect(rulesIn(again)).toEqual(rulesIn(other()));
      example.git(["checkout", "--quiet", "--force", "trunk"]);
    });
  });

  test("say at the second plan that both claim one hostname, whatever its letter case", () => {
    example.branch("trunk", "main");
    merge("api");
    example.deploy();
    example.git(["checkout", "--quiet", "-B", "second", "jam"]);
    // In flake.nix and flake.lock they don't touch each other.
    merge("trunk");
    const run = example.run(["plan", "--base", "trunk", "--dry-run"]);
    expect(run.status).toBe(1);
    const [one, other] = [reports.api, reports.jam].map((report) => report?.units.added[0] as string);
    expect(run.stderr).toMatch(/hostname 'api\.acme\.example' is claimed by two environments/i);
    expect(run.stderr).toContain(one);
    expect(run.stderr).toContain(other);
    expect(run.stderr).toContain("[hostname-two-owners]");
  });

  describe("with generated/ committed on both by mistake", () => {
    const planned = (name: string) => {
      example.branch(`${name}-planned`, name);
      example.deploy();
    };
    const both = () => {
      planned("api");
      planned("wiki");
      example.branch("trunk", "main");
      merge("api-planned");
    };

    test("are in conflict in every file of it, and none is merged by lines", () => {
      both();
      expect(conflicts("wiki-planned")).toEqual(FILES.map((name) => `generated/${name}`));
      // What is there is one side's, whole.
      expect(example.read("generated/state.json")).toBe(
        example.git(["show", "api-planned:generated/state.json"]),
      );
      expect(example.git(["diff", "HEAD", "--", "generated"])).toBe("");
      // As docs/provider-settings.md says.
      example.git(["checkout", "main", "--", "generated"]);
      example.commit("Merge");
      example.run(["plan"]);
      const state = example.state();
      expect(new Set(uids(state)).size).toBe(uids(state).length);
      for (const name of ["api", "wiki"])
        expect(state).toHaveProperty([reports[name]?.units.added[0] as string]);
    });

    test("are refused with the place where git merged them by lines all the same", () => {
      planned("jam");
      planned("wiki");
      example.branch("trunk", "main");
      merge("jam-planned");
      // As in a provider without .gitattributes.
      writeFileSync(example.path(".git/info/attributes"), "generated/state.json merge\n");
      const found = conflicts("wiki-planned");
      expect(found).toEqual([
        "flake.lock",
        "flake.nix",
        ...FILES.slice(0, -1).map((name) => `generated/${name}`),
      ]);
      example.git(["checkout", "--ours", ...found]);
      example.commit("Merge");
      writeFileSync(example.path(".git/info/attributes"), "");
      // Git saw nothing wrong with it.
      const text = example.read("generated/state.json");
      const [one, other] = ["jam", "wiki"].map((name) => reports[name]?.units.added[0] as string);
      const uid = example.state()[one as string]?.uid;
      expect(example.state()[other as string]?.uid).toBe(uid);
      const words = `generated/state.json: uid ${uid} stands for ${one} and for ${other} [state-schema]\nhint: restore it from git`;
      for (const flags of [
        [],
        ["--check"],
        ["--dry-run"],
        ["--base", "main~0", "--state", "generated/state.json"],
      ]) {
        const run = example.run(["plan", ...flags]);
        expect(run.stderr).toContain(words);
        expect(run.status).toBe(1);
      }
      expect(example.read("generated/state.json")).toBe(text);
      // A pull request starts from its base's state, and its own is told as an edit.
      expect(rulesIn(example.report("main"))).toContain("snapshot-edited generated/state.json");
      expect(example.run(["plan", "--base", "trunk", "--dry-run"]).stderr).toContain(words);
    });
  });

  describe("with reservations released", () => {
    const release = (names: readonly string[], more: (state: State) => State = (state) => state) => {
      const state = { ...example.state() };
      for (const name of names)
        state[name] = { ...state[name], virtualHosts: [], node: null } as State[string];
      writeFileSync(example.path("generated/state.json"), `${JSON.stringify(more(state), null, 2)}\n`);
      example.edit("generated/manifest.json", '"tool"', '"tool" ');
    };
    const edited = ({ findings }: Report) =>
      findings
        .filter(({ rule }) => /^s(?:tate|napshot)-/.test(rule))
        .map(({ rule, message }) => `${rule}: ${message}`);

    test("show it, and can claim what is released in the same pull request", () => {
      example.project(
        "globex__spring",
        'main = { type = "testing"; virtualHosts."campaign.acme.example" = { }; };',
      );
      example.branch("spring", "main");
      example.addInput("globex__spring", '/globex/intranet?ref=main&dir=.hostenv";');
      example.commit("Claim");
      const held = example.run(["plan", "--base", "main", "--dry-run"]);
      expect(held.stderr).toContain("[hostname-held]");
      release([OLD]);
      // It counts when it is committed: the file on disk may be another plan's.
      expect(example.run(["plan", "--base", "main", "--dry-run"]).stderr).toContain("[hostname-held]");
      example.commit("Release");
      const report = example.report("main");
      expect(edited(report)).toEqual([`state-pruned: this branch releases what is reserved for ${OLD}`]);
      expect(report.hostnames.added).toContain("campaign.acme.example");
      expect(report.changes.map(({ subject }) => subject)).not.toContain(OLD);
      const before = example.state();
      example.run(["plan", "--base", "main"]);
      expect(example.state()[OLD]).toEqual(before[OLD]);
      expect(example.state()[report.units.added[0] as string]?.uid).toBeGreaterThan(
        before[OLD]?.uid as number,
      );
      example.git(["reset", "--quiet", "--hard"]);
      example.branch("trunk", "main");
      merge("spring");
      expect(rulesIn(outcomeOf(example.run(["plan", "--json"])))).not.toContain("uid-changed");
    });

    test.each<[string, readonly string[], (state: State) => State]>([
      ["a planned one", [OLD, "shop-main-4f7240c"], (state) => state],
      ["another uid", [OLD], (state) => ({ ...state, [OLD]: { ...state[OLD], uid: 4711 } as State[string] })],
      ["a new entry", [OLD], (state) => ({ ...state, x: { uid: 4711 } })],
      ["an entry less", [], ({ [OLD]: _, ...state }) => state],
    ])("are told as an edit with %s, and start from the base's", (_, names, more) => {
      example.branch("release", "main");
      release(names, more);
      example.commit("Release");
      const report = example.report("main");
      expect(edited(report)).toEqual(
        ["manifest.json", "state.json"].map(
          (name) => `snapshot-edited: this branch edits generated/${name}, which only a deploy writes`,
        ),
      );
      expect(report.changes).toEqual([]);
      expect(example.run(["plan", "--base", "main"]).status).toBe(0);
      expect(example.state()).toEqual(JSON.parse(example.git(["show", "main:generated/state.json"])));
    });

    test("tell a state that can't be read as an edit", () => {
      example.branch("release", "main");
      writeFileSync(example.path("generated/state.json"), "<<<<<<< HEAD\n");
      example.commit("Broken");
      expect(edited(example.report("main"))).toEqual([
        expect.stringMatching(/^snapshot-edited: .*state\.json/),
      ]);
    });

    test("tell another edit beside it", () => {
      example.branch("release", "main");
      release([OLD]);
      example.edit("generated/plan.json", '"deploy"', '"deploy" ');
      example.commit("Release and more");
      expect(edited(example.report("main"))).toEqual([
        "snapshot-edited: this branch edits generated/plan.json, which only a deploy writes",
        `state-pruned: this branch releases what is reserved for ${OLD}`,
      ]);
    });
  });
});
