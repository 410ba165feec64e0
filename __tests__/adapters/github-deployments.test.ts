import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { GithubDeployments } from "../../src/adapters/github-deployments.ts";
import { Announcer, type AnnounceSettings } from "../../src/commands/deploy-announce.ts";
import { announcements } from "../../src/domain/deploy/announcements.ts";
import { deployed, environment, node, passed, reportOf, rolledBack } from "../support/deploys.ts";
import { type GithubApi, startGithubApi } from "../support/github-api.mjs";
import { hastyClient, patientClient } from "../support/issue-world.ts";

const COMMIT = "c".repeat(40);
const RUN = "https://github.com/acme/provider/actions/runs/7";
const settings: AnnounceSettings = { announcing: "auto", commit: COMMIT, logUrl: RUN };

let api: GithubApi;
beforeEach(async () => {
  api = await startGithubApi();
  api.commits.add(COMMIT);
});
afterEach(() => api.close());

const quick = () => new GithubDeployments(hastyClient(api), "acme", "provider");
const announcer = (more: Partial<AnnounceSettings> = {}, deployments = quick()) =>
  new Announcer(deployments, { ...settings, ...more });

const shop = environment("shop-main-4155301", "node-a");
const wiki = environment("wiki-main-77ab310", "node-a", { type: "testing" });
const dev = environment("shop-dev-0c4e2b9", "node-a", { environment: "dev", type: "development", url: null });
const good = reportOf([
  node(
    "node-a",
    1,
    [shop, wiki, dev].map(({ name }) => deployed(name)),
    { checks: [passed(shop.name)] },
  ),
]);
const states = () =>
  api.deployments.map(({ environment: name, statuses }) =>
    [name, ...statuses.map(({ state }) => state)].join(" "),
  );

test("a deployment whose deploy ended by an error does not stay in progress", async () => {
  const one = announcer();
  one.begin(announcements([shop, wiki], "."));
  await one.abandon("ended by an error before it could be told: evaluation-failed");
  expect(api.violations).toEqual([]);
  expect(states().map((state) => state.split(" ").slice(1))).toEqual([
    ["in_progress", "failure"],
    ["in_progress", "failure"],
  ]);
  const silent = announcer({ announcing: "off" });
  silent.begin(announcements([dev], "."));
  await silent.abandon("ended");
  expect(api.deployments).toHaveLength(2);
});

test("a deployment goes from its beginning to its end, with the real address and the run", async () => {
  const told = announcements([shop], ".");
  const one = announcer();
  one.begin(told);
  expect(await one.end(told, good)).toEqual([]);
  expect(api.violations).toEqual([]);
  expect(api.deployments).toMatchObject([
    {
      ref: COMMIT,
      task: "deploy:hostenv",
      environment: "acme__shop/main",
      description: "shop-main-4155301 on node-a",
      production_environment: true,
      transient_environment: false,
      statuses: [
        { state: "in_progress", log_url: RUN, environment_url: "" },
        {
          state: "success",
          log_url: RUN,
          environment_url: "https://www.shop.example/",
          description: "deployed, 1 of 1 HTTP checks passed",
        },
      ],
    },
  ]);
});

test("what was rolled back has failed, and what was not tried is not told", async () => {
  const told = announcements([shop, wiki], ".");
  expect(await announcer().end(told, reportOf([node("node-a", 1, [rolledBack(shop.name)])]))).toEqual([]);
  expect(states()).toEqual(["acme__shop/main in_progress failure"]);
});

test("what began and whose turn never came has failed", async () => {
  const told = announcements([shop], ".");
  const one = announcer();
  one.begin(told);
  await one.end(told, reportOf([]));
  expect(states()).toEqual(["acme__shop/main in_progress failure"]);
});

test("red checks of the commit, and deployments of others, stand in no way", async () => {
  api.addStatus(COMMIT, { by: "ci", state: "failure" });
  await announcer().end(announcements([shop], "."), good);
  expect(states()).toEqual(["acme__shop/main in_progress success"]);
});

test("of an environment only the last deployment is active: production's, branches' and others'", async () => {
  const told = announcements([shop, wiki, dev], ".");
  for (let run = 0; run < 3; run++) await announcer().end(told, good);
  const [past, now] = [api.deployments.slice(0, 6), api.deployments.slice(6)];
  expect(past.map(({ statuses }) => statuses.at(-1)?.state)).toEqual(past.map(() => "inactive"));
  expect(now.map(({ statuses }) => statuses.at(-1)?.state)).toEqual(["success", "success", "success"]);
  expect(api.violations).toEqual([]);
});

test("one that failed is left as it is, and leaves the one before it active", async () => {
  const told = announcements([shop], ".");
  await announcer().end(told, good);
  await announcer().end(told, reportOf([node("node-a", 1, [rolledBack(shop.name)])]));
  expect(states()).toEqual(["acme__shop/main in_progress success", "acme__shop/main in_progress failure"]);
  await announcer().end(told, good);
  expect(states()[1]).toBe("acme__shop/main in_progress failure");
});

describe("in a repository that everybody may see", () => {
  test("nothing is told unless somebody says so", async () => {
    await api.close();
    api = await startGithubApi({ private: false });
    api.commits.add(COMMIT);
    const told = announcements([shop], ".");
    expect(await announcer().end(told, good)).toEqual([]);
    expect(await announcer({ isPublic: true }).end(told, good)).toEqual([]);
    expect(await announcer({ announcing: "off" }).end(told, good)).toEqual([]);
    expect(api.deployments).toEqual([]);
    await announcer({ announcing: "on" }).end(told, good);
    expect(states()).toEqual(["acme__shop/main in_progress success"]);
  });

  test("whether it is one is asked only where the event does not tell", async () => {
    await announcer({ isPublic: false }).end(announcements([shop], "."), good);
    expect(api.requests.filter(({ path }) => path === "/repos/acme/provider")).toEqual([]);
    await announcer().end(announcements([shop], "."), good);
    expect(api.requests.filter(({ path }) => path === "/repos/acme/provider")).toHaveLength(1);
  });
});

describe("while GitHub has troubles of its own, a deploy goes on with one notice (fault 46)", () => {
  const told = announcements([shop, wiki, dev], ".");
  test.each([
    [
      "it is down",
      { status: 502 },
      /^deployments are not shown on GitHub: GitHub does not take the deployment: /,
    ],
    ["it closes connections", { drop: true }, /does not take the deployment/],
    [
      "the token may not",
      { status: 403, body: { message: "Resource not accessible by integration" } },
      /not accessible by integration/,
    ],
  ] as const)("%s", async (_, fault, notice) => {
    api.fault({ path: /\/deployments$/, method: "POST", times: 99, ...fault });
    const one = announcer();
    one.begin(told);
    expect(await one.end(told, good)).toEqual([expect.stringMatching(notice)]);
    expect(api.deployments).toEqual([]);
    // Nothing is asked again of a service that is in trouble.
    expect(api.requests.filter(({ method }) => method === "POST")).toHaveLength(1);
  });

  test("it fails between beginning and end", async () => {
    const one = announcer();
    one.begin(told);
    api.fault({ path: /\/statuses$/, times: 99, status: 500 });
    expect(await one.end(told, good)).toHaveLength(1);
  });

  test("by our own client, which is patient with passing faults", async () => {
    api.fault({ path: /\/statuses$/, method: "POST", times: 1, status: 502 });
    const deployments = new GithubDeployments(patientClient(api, []), "acme", "provider");
    expect(await announcer({}, deployments).end(announcements([wiki], "."), good)).toEqual([]);
    expect(states()).toEqual(["acme__wiki/main in_progress success"]);
    expect(api.violations).toEqual([]);
  }, 60_000);
});
