import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { GithubForge } from "../../src/adapters/github-forge.ts";
import { type TellSettings, tellPulls } from "../../src/commands/deploy-comment.ts";
import { tellOfDeploy } from "../../src/commands/deploy-tell.ts";
import type { DeployReport } from "../../src/domain/deploy/report.ts";
import { comment as commentText } from "../../src/render/comment.ts";
import { deployOf } from "../../src/render/deploy-comment.ts";
import { marker, stateLine } from "../../src/render/sticky.ts";
import { EXAMPLES } from "../support/deploys.ts";
import { type GithubApi, startGithubApi } from "../support/github-api.mjs";
import { BOT_ID, hastyClient } from "../support/issue-world.ts";
import { decision, quietReport, reportWith } from "../support/small-report.ts";

const example = (name: string) => (EXAMPLES[name] as () => DeployReport)();
const settings: TellSettings = {
  authorId: BOT_ID,
  run: { id: 7, attempt: 1 },
  runUrl: "https://github.com/acme/provider/actions/runs/7",
};
const plan = reportWith([decision("wiki")]);
const state = { head: "a".repeat(40), previous: null, run: { id: 1, attempt: 1 }, shown: [] };
const body = commentText(plan).replace(marker("."), (head) => `${head}\n${stateLine(state)}`);

let api: GithubApi;
beforeEach(async () => {
  api = await startGithubApi();
});
afterEach(async () => {
  await api.close();
  expect(api.violations).toEqual([]);
});

const forge = () => new GithubForge(hastyClient(api), "acme", "provider");
function merged(text: string | null = body): number {
  const { number } = api.addPull();
  api.addComment(number, { by: "alice", body: `${marker(".")}\nnot ours` });
  if (text !== null) api.addComment(number, { by: "github-actions[bot]", body: text });
  api.merge(number, { by: "alice" });
  return number;
}
const ours = (number: number) =>
  api.comments.filter((each) => each.number === number && each.user === "github-actions[bot]");
const tell = (report: DeployReport, numbers: number[], more: Partial<TellSettings> = {}) =>
  tellPulls(
    numbers.map((number) => ({ number, report: plan })),
    report,
    { ...settings, ...more },
    forge(),
  );

describe("a merged pull request", () => {
  test("is told in the comment that it has, and in no other", async () => {
    const [one, two] = [merged(), merged()];
    expect(await tell(example("one of 20 failed"), [one, two])).toEqual([]);
    for (const number of [one, two]) {
      expect(ours(number)).toHaveLength(1);
      expect(ours(number)[0]?.body).toContain("## 🔴 hostenv deploy failed in part");
      expect(ours(number)[0]?.body).toContain("hostenv plan: 1 decision");
    }
    expect(api.comments.filter(({ user }) => user === "alice").map((each) => each.body)).toEqual([
      `${marker(".")}\nnot ours`,
      `${marker(".")}\nnot ours`,
    ]);
  });

  test("is told of the run that goes on after a failure, in its place", async () => {
    const number = merged();
    await tell(example("one of 20 failed"), [number]);
    await tell(example("all good"), [number], { run: { id: 8, attempt: 1 } });
    expect(ours(number)[0]?.body).toContain("## ✅ hostenv deployed");
    expect(ours(number)[0]?.body).not.toContain("rolled back");
    expect(ours(number)[0]?.body.match(/The plan that was reviewed/g)).toHaveLength(1);
  });

  test("is not told by an earlier run that ends later", async () => {
    const number = merged();
    await tell(example("all good"), [number], { run: { id: 8, attempt: 1 } });
    await tell(example("one of 20 failed"), [number]);
    expect(deployOf(ours(number)[0]?.body ?? "")).toEqual({ id: 8, attempt: 1 });
  });

  test("is not written to again where it says so already", async () => {
    const number = merged();
    await tell(example("all good"), [number]);
    await tell(example("all good"), [number]);
    expect(api.requests.filter(({ method }) => method === "PATCH")).toHaveLength(1);
  });

  test("gets no comment where it has none", async () => {
    const number = merged(null);
    expect(await tell(example("all good"), [number])).toEqual([]);
    expect(ours(number)).toEqual([]);
  });

  test("whose plan changes nothing is left as it is; one whose report is gone is told", async () => {
    const [quiet, gone] = [merged(), merged()];
    const pulls = [
      { number: quiet, report: quietReport() },
      { number: gone, report: null },
    ];
    await tellPulls(pulls, example("all good"), settings, forge());
    expect(ours(quiet)[0]?.body).toBe(body);
    expect(ours(gone)[0]?.body).toContain("## ✅ hostenv deployed");
  });

  test.each(["nothing", "superseded", "dry-run"] as const)(
    "is not told where it came to %s",
    async (result) => {
      const number = merged();
      await tell({ ...example("all good"), result }, [number]);
      expect(ours(number)[0]?.body).toBe(body);
    },
  );
});

describe("what goes wrong with it", () => {
  test("a token that may not is one notice, however many are to be told", async () => {
    const numbers = [merged(), merged(), merged()];
    api.readOnly();
    expect(await tell(example("all good"), numbers)).toEqual([
      expect.stringMatching(
        /^pull requests are not told how they were deployed: .*: the token needs `pull-requests: write`$/,
      ),
    ]);
    expect(api.requests.filter(({ method }) => method === "PATCH")).toHaveLength(1);
  });

  test("an outage takes nothing from who else is told", async () => {
    const number = merged();
    api.fault({ path: /comments/, times: 99, status: 502 });
    const sent: unknown[] = [];
    const webhook = { send: async (_: string, document: unknown) => void sent.push(document) };
    const listeners = {
      pulls: { pulls: [{ number, report: plan }], settings, forge: forge() },
      webhook: { address: "https://hooks.example/x", webhook },
    };
    expect(await tellOfDeploy(example("all good"), listeners)).toEqual([
      expect.stringMatching(/^pull requests are not told how they were deployed: /),
    ]);
    expect(sent).toHaveLength(1);
  });

  test("a mistake of ours is a notice, too", async () => {
    const webhook = { send: () => Promise.reject(new TypeError("oops")) };
    expect(await tellOfDeploy(example("all good"), { webhook: { address: "x", webhook } })).toEqual([
      expect.stringMatching(/^oops \(this is a mistake in hostenv-provider/),
    ]);
  });
});
