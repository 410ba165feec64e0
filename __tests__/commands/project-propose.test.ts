import { describe, expect, test } from "@jest/globals";
import { projectPropose, projectProposeInputs } from "../../src/commands/project-propose.ts";
import { manifestIn, manifestOf } from "../../src/domain/manifest.ts";
import type { ProjectUpdate } from "../../src/domain/project-push.ts";
import type { Branches, LivingProposals, NewCommit, OpenPull, Pushed } from "../../src/ports/branches.ts";
import type { Files } from "../../src/ports/files.ts";
import { fake } from "../support/fake-ports.ts";

const node = (path: string, rev: string) => ({
  locked: { type: "git", url: `https://git.example/${path}`, rev },
  original: { type: "git", url: `https://git.example/${path}` },
});
const lock = (revisions: Record<string, [string, string]>) =>
  JSON.stringify({
    nodes: {
      root: { inputs: Object.fromEntries(Object.keys(revisions).map((name) => [name, name])) },
      ...Object.fromEntries(Object.entries(revisions).map(([name, [path, rev]]) => [name, node(path, rev)])),
    },
    root: "root",
    version: 7,
  });
const shop = (rev: string, blog = "b0") =>
  lock({ "shop-a": ["acme/shop", rev], "blog-a": ["acme/blog", blog] });
const ROOT = lock({ acme__shop: ["acme/shop", "r0"], acme__blog: ["acme/blog", "r0"] });

const folder = () => {
  const files = { "plan.json": "{}", "flake.lock": shop("s0") };
  const signature = { planId: "1".repeat(64), tool: "0.0.0" };
  return { ...files, "manifest.json": JSON.stringify(manifestOf(files, signature)), "dns-gate.json": "{}" };
};

const update = (given: Partial<ProjectUpdate> = {}): ProjectUpdate => ({
  schema: 1,
  result: "moved",
  reason: null,
  projects: ["acme__shop"],
  branch: "staging",
  deleted: false,
  environments: { moved: ["shop-a"], added: [], removed: [] },
  revision: "s1",
  rootLock: null,
  generatedLock: shop("s1", "evil"),
  ...given,
});

interface Story {
  readonly open?: OpenPull | null;
  /** What the proposal's branch leads to. */
  readonly before?: string | null;
  readonly alike?: boolean;
  readonly pushes?: readonly Pushed[];
  readonly inputs?: object;
}

async function run(
  proposal: unknown,
  { open = null, before = null, alike = false, pushes = [], inputs = {} }: Story = {},
) {
  const [log, made, left]: [string[], NewCommit[], Pushed[]] = [[], [], [...pushes]];
  const short = (branch: string) => branch.replace(/-[0-9a-f]{8}$/, "");
  const branches = fake<Branches>("branches", {
    current: async () => "main",
    tip: async (branch) => (branch === "main" ? "tip" : before),
    folderAt: async () => folder(),
    fileAt: async () => ROOT,
    commit: async (wanted) => `commit${made.push(wanted)}`,
    isAlike: async () => alike,
    push: async (branch, from, to) => {
      log.push(`push ${short(branch)} ${from} ${to}`);
      return left.shift() ?? { result: "pushed" };
    },
    remove: async (branch, from) => {
      log.push(`remove ${short(branch)} ${from}`);
      return { result: "pushed" };
    },
  });
  const proposals = fake<LivingProposals>("proposals", {
    opened: async () => open,
    open: async (from, onto, { title }) => {
      log.push(`open ${short(from)} ${onto}: ${title}`);
      return { number: 7, url: "https://pull/7", title, body: "" };
    },
    edit: async (number, { title }) => void log.push(`edit ${number}: ${title}`),
    close: async (number, body) => void log.push(`close ${number}: ${body.trim()}`),
    start: async (workflow, branch, given) =>
      void log.push(`start ${workflow} ${short(branch)} ${JSON.stringify(given)}`),
  });
  const ended = await projectPropose(
    projectProposeInputs.parse({ proposal: "file", planWorkflow: "hostenv-plan.yml", ...inputs }),
    {
      branches,
      proposals,
      files: fake<Files>("files", { readJson: async () => proposal as never }),
      progress: { step: () => {}, notice: (text) => log.push(`notice ${text}`), done: () => {} },
      provider: ".",
      generated: "generated",
    },
  );
  return { ended, log, made };
}

const BRANCH = "hostenv/project-acme__shop-staging";
const START = `start hostenv-plan.yml ${BRANCH} {"pull-request":"7"}`;
const pull = { number: 7, url: "https://pull/7", title: "old", body: "old" };

describe("project propose", () => {
  test("takes of a proposal the project's own pins, opens a pull request and has it planned", async () => {
    const { ended, log, made } = await run(update());
    expect(ended).toMatchObject({ result: "proposed", commit: "commit1", pullRequest: 7, planned: true });
    expect(log).toEqual([
      `push ${BRANCH} null commit1`,
      `open ${BRANCH} main: acme__shop: staging at s1`,
      START,
    ]);
    const [{ files, others, parents }] = made as [NewCommit];
    expect([JSON.parse(files["flake.lock"] as string), others, parents]).toEqual([
      JSON.parse(shop("s1")),
      {},
      ["tip"],
    ]);
    // Whole as it was before; the plan that it says is the one that was planned.
    expect(manifestIn(files)?.planId).toBe("1".repeat(64));
    expect(files["dns-gate.json"]).toBe("{}");
  });

  test("changes the pull request that is open, and pushes nothing that is there already", async () => {
    const { log } = await run(update(), { open: pull, before: "old", alike: true });
    expect(log).toEqual(["edit 7: acme__shop: staging at s1", START]);
    const { log: again } = await run(update(), { open: pull, before: "old" });
    expect(again[0]).toBe(`push ${BRANCH} old commit1`);
  });

  test("starts nothing where the pull request's own event does", async () => {
    const { ended, log } = await run(update(), { inputs: { planWorkflow: undefined } });
    expect([ended.planned, log.length]).toEqual([false, 2]);
  });

  test("moves the project's own input in the root lock, and takes what ceased to be out of the other", async () => {
    const gone = lock({ "blog-a": ["acme/blog", "b0"] });
    const given = update({
      environments: { moved: [], added: [], removed: ["shop-a"] },
      rootLock: lock({ acme__shop: ["acme/shop", "r1"], acme__blog: ["acme/blog", "evil"] }),
      generatedLock: gone,
    });
    const { made } = await run(given);
    expect(JSON.parse(made[0]?.files["flake.lock"] as string)).toEqual(JSON.parse(gone));
    expect(JSON.parse(made[0]?.others?.["flake.lock"] as string)).toEqual(
      JSON.parse(lock({ acme__shop: ["acme/shop", "r1"], acme__blog: ["acme/blog", "r0"] })),
    );
  });

  test.each([
    ["nothing moved", update({ result: "unchanged", reason: "all is there", generatedLock: null })],
    ["the default branch has it by now", update({ generatedLock: shop("s0") })],
  ])("closes the pull request and removes its branch where %s", async (_, given) => {
    const { ended, log } = await run(given, { open: pull, before: "old" });
    expect([ended.result, ended.pullRequest]).toEqual(["closed", 7]);
    expect(log.map((line) => line.split(":")[0])).toEqual(["close 7", `remove ${BRANCH} old`]);
    expect((await run(given)).ended.result).toBe("none");
  });

  test("leaves what a client's word can't be trusted with", async () => {
    const strange = [
      update({ environments: { moved: ["blog-a"], added: [], removed: [] } }),
      update({ environments: { moved: [], added: [], removed: ["blog-a"] } }),
      update({
        environments: { moved: [], added: [], removed: ["blog-a"] },
        generatedLock: lock({ "shop-a": ["acme/shop", "s1"] }),
      }),
      update({ projects: ["nixpkgs"], rootLock: ROOT }),
      update({ generatedLock: lock({ "shop-a": ["mallory/shop", "s1"] }) }),
    ];
    for (const given of strange) await expect(run(given)).rejects.toMatchObject({ code: "proposal-strange" });
    for (const given of [null, {}, { ...update(), path: "/etc/passwd" }, update({ branch: "x".repeat(256) })])
      await expect(run(given)).rejects.toMatchObject({ code: "proposal-schema" });
    for (const text of ["no JSON", "[]"])
      await expect(run(update({ generatedLock: text }))).rejects.toMatchObject({ code: "lock-schema" });
    expect((await run(update({ result: "ignored" }))).log).toEqual([]);
  });

  test("looks again where somebody else was faster, and says so where that goes on", async () => {
    const lost: Pushed = { result: "lost" };
    expect((await run(update(), { pushes: [lost, lost] })).ended.commit).toBe("commit3");
    await expect(run(update(), { pushes: [lost, lost, lost] })).rejects.toMatchObject({
      code: "push-refused",
    });
    const refused: Pushed = { result: "refused", reason: "protected" };
    await expect(run(update(), { pushes: [refused] })).rejects.toMatchObject({
      message: expect.stringContaining("protected"),
    });
  });

  test("changes nothing in a dry run", async () => {
    for (const given of [update(), update({ result: "unchanged", generatedLock: null })]) {
      const { ended, log } = await run(given, { open: pull, before: "old", inputs: { dryRun: true } });
      expect([ended.result, log]).toEqual(["dry-run", []]);
    }
  });
});
