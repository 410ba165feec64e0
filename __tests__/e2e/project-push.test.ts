import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { type ProjectUpdate, projectUpdateSchema } from "../../src/domain/project-push.ts";
import { ActionRunner } from "../support/action-runner.ts";
import { type GithubApi, startGithubApi } from "../support/github-api.mjs";
import { describeWithNix } from "../support/nix.ts";
import { PushedProject } from "../support/pushed-project.ts";

const MINUTE = 60_000;
const SHOP = "https://git.example/acme/shop";

describeWithNix("a push to a project", (nix) => {
  let world: PushedProject;
  let runner: ActionRunner;
  let api: GithubApi;
  beforeAll(() => {
    world = new PushedProject(nix);
  }, 2 * MINUTE);
  afterAll(() => world?.remove());
  beforeEach(async () => {
    [runner, api] = [new ActionRunner(world.example.env), await startGithubApi()];
  });
  afterEach(async () => {
    runner.remove();
    await api.close();
    expect(api.violations).toEqual([]);
    for (const branch of world.proposals()) world.git(world.origin, "branch", "-D", branch);
  });

  const env = () => ({
    GITHUB_API_URL: api.url,
    GITHUB_SERVER_URL: "https://github.com",
    GITHUB_REPOSITORY: api.repository.full_name,
  });
  let left = "";
  const file = () => left;
  const proposal = (): ProjectUpdate => projectUpdateSchema.parse(JSON.parse(readFileSync(file(), "utf8")));

  /** The first job: what another repository's dispatch brings. */
  async function update(client_payload: object) {
    const step = await runner.run(
      "action",
      { command: "project update", "working-directory": world.clone },
      { event: { client_payload }, env: env() },
    );
    expect({ status: step.status, said: step.status === 0 ? "" : step.stdout }).toEqual({
      status: 0,
      said: "",
    });
    left = step.outputs["proposal-path"] as string;
    return step;
  }

  /** The second job. */
  const propose = (more: Record<string, string> = { "plan-workflow": "hostenv-plan.yml" }) =>
    runner.run(
      "action",
      {
        ...{ command: "project propose", "working-directory": world.clone, proposal: file() },
        ...{ "github-token": api.token, ...more },
      },
      { env: env() },
    );

  test(
    "moves the pin of its environment and nothing else, by a pull request that the next push changes and a merge closes",
    async () => {
      const user = world.user("shop", "staging");
      const trace = world.git(world.clone, "status", "--porcelain");
      const sha = world.pushOnto("acme/shop", "staging");
      expect(
        (await update({ repository: SHOP, ref: "refs/heads/staging", sha, deleted: false })).outputs.result,
      ).toBe("moved");
      expect(proposal()).toMatchObject({
        environments: { moved: [user], added: [], removed: [] },
        revision: sha,
        rootLock: null,
      });
      expect(world.git(world.clone, "status", "--porcelain")).toBe(trace);
      const first = await propose();
      expect([first.status, first.outputs.result, first.outputs["pull-request"]]).toEqual([
        0,
        "proposed",
        "1",
      ]);
      const [branch = "none"] = world.proposals();
      expect(branch).toMatch(/^hostenv\/project-acme__shop-staging-[0-9a-f]{8}$/);
      const before = world.pins("main");
      expect(world.pins(branch)).toEqual({ ...before, [user]: sha });
      expect(world.changed(branch)).toEqual(["generated/flake.lock", "generated/manifest.json"]);
      const base = world.git(world.origin, "rev-parse", "main");
      expect(api.workflowStarts).toEqual([
        {
          workflow: "hostenv-plan.yml",
          ref: branch,
          inputs: { "pull-request": "1" },
          by: "github-actions[bot]",
        },
      ]);
      expect(
        [...api.pulls.values()].map(({ title, head, base: onto }) => [title, head.ref, onto.ref]),
      ).toEqual([[`acme__shop: staging at ${sha.slice(0, 12)}`, branch, "main"]]);
      // The same push again changes nothing; the next one takes the first one's place.
      const head = world.git(world.origin, "rev-parse", branch);
      await propose();
      expect(world.git(world.origin, "rev-parse", branch)).toBe(head);
      const next = world.pushOnto("acme/shop", "staging");
      // What the push says of itself is a hint.
      const told = await update({ repository: SHOP, ref: "refs/heads/staging", sha: "1".repeat(40) });
      expect(told.stdout + told.stderr).toContain(`Nix found ${next}`);
      await propose();
      expect(world.pins(branch)[user]).toBe(next);
      expect(world.git(world.origin, "log", "--format=%an", `main..${branch}`)).toBe("github-actions[bot]");
      expect([...api.pulls.values()].map(({ title, state }) => [title, state])).toEqual([
        [`acme__shop: staging at ${next.slice(0, 12)}`, "open"],
      ]);
      world.git(world.origin, "update-ref", "refs/heads/main", branch);
      try {
        const last = await propose();
        expect([last.status, last.outputs.result]).toEqual([0, "closed"]);
        expect([api.pulls.get(1)?.state, world.proposals()]).toEqual(["closed", []]);
      } finally {
        world.git(world.origin, "update-ref", "refs/heads/main", base);
      }
    },
    4 * MINUTE,
  );

  test(
    "to the branch that says which environments there are brings those that it adds, and takes those that it drops",
    async () => {
      const [gone, main] = [world.user("shop", "feature/basket-2"), world.user("shop", "main")];
      const declared = (text: string) => text.replace(/"feature\/basket-2" = \{[^}]*\};\n/, "");
      const sha = world.pushOnto("acme/shop", "main", declared);
      // A new branch that only the newest main speaks of.
      await update({ repository: SHOP, ref: "refs/heads/feature/gift-cards", before: "0".repeat(40) });
      const created = proposal();
      expect(created).toMatchObject({ result: "moved", branch: "feature/gift-cards" });
      const [added = "none"] = created.environments.added;
      expect(added).toMatch(/^shop-gift-cards-[0-9a-f]{7}$/);
      expect(created.environments).toEqual({ moved: [], added: [added], removed: [gone] });
      await propose();
      const [branch = "none"] = world.proposals();
      expect(world.changed(branch)).toEqual([
        "flake.lock",
        "generated/flake.lock",
        "generated/manifest.json",
      ]);
      expect(world.pins(branch, "flake.lock")).toEqual({
        ...world.pins("main", "flake.lock"),
        acme__shop: sha,
      });
      // The pin of main itself moves by main's own push.
      const { [gone]: _, ...rest } = world.pins("main");
      expect(world.pins(branch)).toEqual({
        ...rest,
        [added]: world.git(world.project("acme/shop"), "rev-parse", "feature/gift-cards"),
        acme__shop: sha,
      });
      // A branch that is deleted, and no longer spoken of.
      world.deleteBranch("acme/shop", "feature/basket-2");
      await update({
        repository: SHOP,
        ref: "refs/heads/feature/basket-2",
        sha: "0".repeat(40),
        deleted: true,
      });
      expect(proposal()).toMatchObject({ result: "moved", deleted: true });
      expect(proposal().environments.removed).toEqual([gone]);
      // One that is deleted while the project goes on speaking of it.
      world.deleteBranch("acme/shop", "staging");
      const kept = await update({
        repository: SHOP,
        ref: "refs/heads/staging",
        sha: "0".repeat(40),
        deleted: true,
      });
      expect([kept.outputs.result, proposal().reason]).toEqual([
        "ignored",
        expect.stringContaining("take it out of the project's flake, too"),
      ]);
      // Main's own push.
      await update({ repository: SHOP, ref: "refs/heads/main", sha });
      expect(proposal().environments).toEqual({ moved: [main], added: [added], removed: [gone] });
    },
    6 * MINUTE,
  );

  test(
    "of a repository that is hosted nowhere here, or to what is no branch of it, changes nothing",
    async () => {
      const payloads = [
        { repository: "https://git.example/acme/unknown", ref: "refs/heads/main" },
        { repository: "acme/shop", ref: "refs/heads/main" },
        { repository: SHOP, ref: "refs/tags/v1" },
        { repository: SHOP, ref: "refs/heads/$(touch pwned)" },
        { repository: SHOP, ref: "refs/heads/nobody-knows" },
      ];
      for (const payload of payloads) {
        expect((await update(payload)).outputs.result).toBe("ignored");
        const { status, outputs } = await propose();
        expect([status, outputs.result]).toEqual([0, "none"]);
      }
      expect([api.requests.length, world.proposals()]).toEqual([0, []]);
    },
    4 * MINUTE,
  );

  test(
    "is refused where what the first job left moves something else",
    async () => {
      world.pushOnto("acme/blog", "drafts");
      await update({ repository: "https://git.example/acme/blog", ref: "refs/heads/drafts" });
      const given = proposal();
      const other = world.user("shop", "main");
      const forged = (change: (text: string) => string, environments = given.environments.moved) =>
        writeFileSync(
          file(),
          JSON.stringify({
            ...given,
            environments: { moved: environments, added: [], removed: [] },
            generatedLock: change(given.generatedLock as string),
          }),
        );
      // A pin of another project beside the right one is left where it is.
      const { nodes } = JSON.parse(given.generatedLock as string);
      const pin = nodes[nodes.root.inputs[other]].locked.rev;
      forged((text) => text.replaceAll(pin, "2".repeat(40)));
      expect((await propose()).outputs.result).toBe("proposed");
      const [branch = "none"] = world.proposals();
      expect(world.pins(branch)[other]).toBe(pin);
      // One that is named, and one that is taken from elsewhere.
      forged((text) => text, [...given.environments.moved, other]);
      const named = await propose();
      expect([named.status, named.stdout]).toEqual([1, expect.stringContaining("[proposal-strange]")]);
      forged((text) => text.replaceAll("git.example/acme/blog", "git.example/globex/intranet"));
      expect((await propose()).status).toBe(1);
      writeFileSync(file(), '{"schema":1}');
      expect((await propose()).stdout).toContain("[proposal-schema]");
    },
    4 * MINUTE,
  );
});
