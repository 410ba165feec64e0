import { existsSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { Act } from "../support/act.ts";
import { type GhSettings, ghSettings } from "../support/gh-settings.ts";
import { type GithubApi, startGithubApi } from "../support/github-api.mjs";
import { NIXES } from "../support/nix.ts";
import { PushedProject } from "../support/pushed-project.ts";
import { describeWith, needed } from "../support/tools.ts";

const MINUTE = 60_000;
const FORGE = "https://git.example";
const SHOP = `${FORGE}/acme/shop`;

const nix = NIXES.findLast(({ program }) => program !== undefined)?.program;
const TITLE = "the caller of a client's push, run by act";
const block = () => {
  let world: PushedProject;
  let act: Act;
  let api: GithubApi;
  let gh: GhSettings;
  beforeAll(() => {
    world = new PushedProject(nix as string);
  }, 3 * MINUTE);
  afterAll(() => world?.remove());
  beforeEach(async () => {
    [act, api] = [new Act(), await startGithubApi()];
    gh = await ghSettings(api);
  });
  afterEach(async () => {
    act.remove();
    await gh.stop();
    await api.close();
    expect(api.violations).toEqual([]);
    for (const branch of world.proposals()) world.git(world.origin, "branch", "-D", branch);
  });

  const run = (caller: string, event: string, payload: object, { ref = "main", secrets = {} } = {}) =>
    act.run(caller, {
      event,
      payload: {
        repository: { id: 1, full_name: api.repository.full_name, name: "provider", default_branch: "main" },
        ref: `refs/heads/${ref}`,
        ...payload,
      },
      env: {
        ...world.example.env,
        TEST_ORIGIN: `file://${world.origin}`,
        TEST_REF: `refs/heads/${ref}`,
      },
      api,
      secrets,
    });
  const pushed = (client_payload: object, secrets = {}) =>
    run(
      "project-updated",
      "repository_dispatch",
      { action: "hostenv-project-updated", client_payload },
      { secrets },
    );

  /** What the workflow in the shop's own repository sends for an event there. */
  async function told(event: string, payload: object) {
    api.addToken("provider-token", "acme-shop");
    const { env } = world.example;
    const PATH = [dirname(needed("GH")), dirname(needed("JQ")), env.PATH].join(delimiter);
    const { status, jobs, said } = await act.run("for-projects/notify-provider", {
      event,
      payload: { repository: { id: 2, full_name: "acme/shop", name: "shop" }, ...payload },
      env: { ...env, PATH },
      api,
      repository: "acme/shop",
      secrets: { PROVIDER_TOKEN: "provider-token" },
      variables: { PROVIDER_REPOSITORY: api.repository.full_name },
      jobEnv: { GITHUB_SERVER_URL: FORGE, GH_CONFIG_DIR: gh.folder },
    });
    return { status, jobs, sent: api.dispatches.splice(0), said: status === 0 ? "" : said };
  }
  const TOLD = { status: 0, jobs: [["notify", "success"]], said: "" };

  /** The provider's run on what was sent, whose event holds it as GitHub takes it over. */
  const received = ({ sent: [sent] }: Awaited<ReturnType<typeof told>>) =>
    run("project-updated", "repository_dispatch", {
      action: sent?.event_type,
      client_payload: sent?.client_payload,
    });

  /** What GitHub does when a workflow is started by its file's name. */
  async function started() {
    const [start] = api.workflowStarts.splice(0);
    const head = world.git(world.origin, "rev-parse", start?.ref as string);
    // The server in memory knows no git: the pull request's head is what its branch is.
    api.push(1, head);
    expect(start).toMatchObject({ workflow: "hostenv-plan.yml" });
    return run("plan", "workflow_dispatch", { inputs: start?.inputs }, { ref: start?.ref as string });
  }

  test(
    "opens a pull request for a branch that moved, whose comment shows that environment alone",
    async () => {
      const user = world.user("shop", "staging");
      const before = world.git(world.project("acme/shop"), "rev-parse", "staging");
      const sha = world.pushOnto("acme/shop", "staging");
      const ref = "refs/heads/staging";
      const message = await told("push", { ref, before, after: sha, deleted: false });
      const payload = { repository: SHOP, ref, sha, before, deleted: false };
      expect(message).toEqual({
        ...TOLD,
        sent: [{ event_type: "hostenv-project-updated", client_payload: payload, by: "acme-shop" }],
      });
      const { status, jobs, said } = await received(message);
      expect({ status, jobs, said: status === 0 ? "" : said }).toEqual({
        status: 0,
        jobs: [
          ["update", "success"],
          ["propose", "success"],
        ],
        said: "",
      });
      const [branch = "none"] = world.proposals();
      expect(world.pins(branch)).toEqual({ ...world.pins("main"), [user]: sha });
      const planned = await started();
      expect({ jobs: planned.jobs, said: planned.status === 0 ? "" : planned.said }).toEqual({
        jobs: [
          ["plan", "success"],
          ["comment", "success"],
        ],
        said: "",
      });
      const [comment] = api.comments;
      expect([comment?.number, comment?.user]).toEqual([1, "github-actions[bot]"]);
      expect(comment?.body).toContain(user);
      for (const other of ["main", "feature/basket-2"])
        expect(comment?.body).not.toContain(world.user("shop", other));
      expect(api.statuses.map(({ sha: head, context, state }) => [head, context, state])).toEqual([
        [world.git(world.origin, "rev-parse", branch), "hostenv/plan", "success"],
      ]);
      // The same push with a token of its own: GitHub starts what the pull request starts.
      const token = "pull-request-token";
      api.addToken(token, "hosting-app[bot]");
      api.pulls.clear();
      await pushed({ repository: SHOP, ref: "refs/heads/staging", sha }, { PULL_REQUEST_TOKEN: token });
      expect([...api.pulls.values()].map(({ user: by }) => by)).toEqual(["hosting-app[bot]"]);
      expect(api.workflowStarts).toEqual([]);
    },
    6 * MINUTE,
  );

  test(
    "opens one for a branch that was deleted, whose comment shows the environment as removed",
    async () => {
      const user = world.user("shop", "feature/basket-2");
      world.pushOnto("acme/shop", "main", (text) => text.replace(/"feature\/basket-2" = \{[^}]*\};\n/, ""));
      world.deleteBranch("acme/shop", "feature/basket-2");
      const [branch, nothing] = ["feature/basket-2", "0".repeat(40)];
      // GitHub tells of it twice, and of a tag that is deleted, too; only one of these says which branch is gone.
      const push = { ref: `refs/heads/${branch}`, before: "a".repeat(40), after: nothing, deleted: true };
      for (const [event, payload] of [
        ["push", push],
        ["delete", { ref: "v1", ref_type: "tag" }],
      ] as const)
        expect(await told(event, payload)).toEqual({ ...TOLD, jobs: [], sent: [] });
      const message = await told("delete", { ref: branch, ref_type: "branch" });
      expect(message).toMatchObject({
        ...TOLD,
        sent: [{ client_payload: { repository: SHOP, ref: push.ref, sha: nothing, deleted: true } }],
      });
      expect((await received(message)).jobs).toEqual([
        ["update", "success"],
        ["propose", "success"],
      ]);
      await started();
      const [comment] = api.comments;
      // With a link to its place in the page between the words.
      const words = (comment?.body ?? "").replace(/\[(`[^`]+`)\]\([^)]*\)/g, "$1");
      expect(words).toContain(`environment \`${user}\` (\`development\`) is removed from \`node-b\``);
    },
    5 * MINUTE,
  );

  test(
    "does nothing for a repository that is hosted nowhere here, whatever it says",
    async () => {
      const hostile = [
        { repository: "https://git.example/mallory/shop", ref: "refs/heads/main" },
        { repository: SHOP, ref: 'refs/heads/x";touch pwned;"\n::set-output name=result::moved' },
      ];
      for (const payload of hostile) {
        const { status, jobs } = await pushed(payload);
        expect({ status, jobs }).toEqual({ status: 0, jobs: [["update", "success"]] });
      }
      expect([api.requests.length, world.proposals(), existsSync(join(act.folder, "pwned"))]).toEqual([
        0,
        [],
        false,
      ]);
    },
    4 * MINUTE,
  );
};

if (nix === undefined) describe.skip(`${TITLE} (needs Nix)`, block);
else describeWith(["ACT", "GH", "JQ"], TITLE, block);
