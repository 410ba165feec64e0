import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { ActionRunner, commandsIn, type Step } from "../support/action-runner.ts";
import { GateFleet } from "../support/gate-fleet.ts";
import { type GithubApi, startGithubApi } from "../support/github-api.mjs";
import { Knot } from "../support/knot.ts";
import { describeWith } from "../support/tools.ts";

const NODE_A = ["node-a.hosting A 192.0.2.1", "node-a.hosting AAAA 2001:db8::1"];
const here = (name: string) => [`${name} A 192.0.2.1`, `${name} AAAA 2001:db8::1`];
const away = (name: string) => [`${name} A 203.0.113.9`];
const OTHERS = ["b", "c", "d"].flatMap(here);
const WRONG = [...NODE_A, ...OTHERS, ...away("acme")];
const RIGHT = [...NODE_A, ...OTHERS, ...here("acme")];
const FORBIDDEN = { status: 403, times: 99, body: { message: "Resource not accessible by integration" } };

// A bundle starts in a second, or in many where the machine does much else; between writes it waits by itself.
const PATIENCE_MS = 180_000;

describeWith(["KNOTD"], "issues of the action dns-gate", () => {
  let knot: Knot;
  let fleet: GateFleet;
  let runner: ActionRunner;
  let api: GithubApi;
  beforeAll(() => {
    knot = new Knot();
  });
  afterAll(() => knot.remove());
  beforeEach(async () => {
    [fleet, runner, api] = [new GateFleet(), new ActionRunner(), await startGithubApi()];
    const names = ["acme.test", "b.test", "c.test", "d.test"];
    fleet.plan([{ name: "shop-main-1", hosts: Object.fromEntries(names.map((name) => [name, {}])) }]);
    api.addWorkflowRun({ created_at: new Date(Date.now() - 3_600_000) });
  });
  afterEach(async () => {
    fleet.remove();
    runner.remove();
    await api.close();
    expect(api.violations).toEqual([]);
  });

  /** A run of the workflow, with what it asked of GitHub. */
  async function run(
    inputs: Record<string, string> = {},
    event = "schedule",
  ): Promise<Step & { calls: string[]; told: string[] }> {
    const before = api.requests.length;
    const step = await runner.run(
      "dns-gate",
      {
        "working-directory": fleet.folder,
        nameserver: knot.address,
        "fail-on": "breaker",
        "github-token": api.token,
        timeout: "300",
        ...inputs,
      },
      {
        env: {
          GITHUB_API_URL: api.url,
          GITHUB_SERVER_URL: "https://github.com",
          GITHUB_REPOSITORY: api.repository.full_name,
          GITHUB_EVENT_NAME: event,
          GITHUB_WORKFLOW_REF: `${api.repository.full_name}/.github/workflows/dns.yml@refs/heads/main`,
        },
      },
    );
    const calls = api.requests
      .slice(before)
      .map(({ method, path }) => `${method} ${path.split("/").slice(4).join("/")}`);
    return {
      ...step,
      calls,
      told: commandsIn(step.stdout).filter((command) => !command.startsWith("::add-mask")),
    };
  }

  const RUNS = "GET actions/workflows/dns.yml/runs";
  const state = () => [...api.issues.values()].map((issue) => `${issue.title}: ${issue.state}`);

  test(
    "open with what is wrong, stay as they are, and close themselves",
    async () => {
      await knot.serve(WRONG);
      const first = await run();
      expect([first.status, first.told]).toEqual([0, []]);
      expect(state()).toEqual(["DNS: acme.test does not lead to node-a: open"]);
      const { body, labels } = api.issues.get(1) as { body: string; labels: string[] };
      expect(labels).toEqual(["hostenv:dns"]);
      expect(body).toContain("| Seen | `203.0.113.9` |");
      expect(body).toContain("- `acme.test. CNAME node-a.hosting.test.`");
      expect(body).toContain("| Meanwhile | TLS is off");
      expect(first.summary).toContain(
        "Issues: opened [#1](https://github.com/acme/provider/issues/1); 1 open.",
      );

      const second = await run();
      expect([second.calls, second.told]).toEqual([["GET issues", RUNS], []]);
      expect(second.summary).toContain("Issues: nothing changed; 1 open.");

      await knot.serve(RIGHT);
      const third = await run();
      expect(third.calls.filter((call) => !call.startsWith("GET "))).toEqual([
        "PATCH issues/1",
        "POST issues/1/comments",
      ]);
      expect(state()).toEqual(["DNS: acme.test does not lead to node-a: closed"]);
      expect(api.comments[0]?.body).toBe(
        "`acme.test` leads to **`node-a`** again: `192.0.2.1` `2001:db8::1`",
      );
      expect(third.summary).toContain(
        "Issues: closed [#1](https://github.com/acme/provider/issues/1); 0 open.",
      );

      await knot.serve(WRONG);
      // Without a certificate yet, it is not live.
      expect((await run()).summary).toContain("Issues: reopened [#1]");
    },
    PATIENCE_MS,
  );

  test(
    "are left alone while no name server answers, and that is told",
    async () => {
      await knot.serve(WRONG);
      await run();
      await knot.stop();
      const dead = await run();
      expect(dead.status).toBe(0);
      expect(state()).toEqual([
        "DNS: acme.test does not lead to node-a: open",
        "DNS could not be asked: open",
      ]);
      expect((await run()).calls).toEqual(["GET issues", RUNS]);
      await knot.serve(WRONG);
      await run();
      expect(state()).toEqual([
        "DNS: acme.test does not lead to node-a: open",
        "DNS could not be asked: closed",
      ]);
    },
    PATIENCE_MS,
  );

  test(
    "are written once where the answer to the first attempt is lost",
    async () => {
      await knot.serve(WRONG);
      api.fault({ method: "POST", path: /\/issues$/, status: 502, apply: true });
      expect((await run()).told).toEqual([]);
      expect(state()).toHaveLength(1);
    },
    PATIENCE_MS,
  );

  test(
    "are the schedule's affair, unless they are asked for or not wanted",
    async () => {
      await knot.serve(WRONG);
      expect((await run({}, "push")).calls).toEqual([]);
      expect((await run({ issues: "false" })).calls).toEqual([RUNS]);
      const dry = await run({ "dry-run": "true" });
      expect(dry.summary).toContain("Issues: opened a new one; 1 open.");
      expect(state()).toEqual([]);
      expect((await run({ issues: "true" }, "workflow_dispatch")).calls).toEqual([
        "GET issues",
        "GET issues",
        "GET issues",
        "POST issues",
      ]);
    },
    PATIENCE_MS,
  );

  test(
    "that can't be written are a notice, and the gate's answer stays",
    async () => {
      await knot.serve(WRONG);
      const well = await run({ "fail-on": "mismatch", issues: "false" }, "push");
      fleet.memory = null;
      api.readOnly();
      const refused = await run({ "fail-on": "mismatch" });
      expect([refused.status, refused.outputs]).toEqual([well.status, well.outputs]);
      expect(refused.told).toEqual([
        expect.stringMatching(/^::notice::.*the token needs `issues: write`/),
        "::notice::1 change of issues is left for the next run",
        ...well.told,
      ]);
      api.clearFaults();
      api.repository.has_issues = false;
      expect((await run()).told).toContainEqual("::notice::issues are disabled in acme/provider");
      api.fault({ ...FORBIDDEN });
      expect((await run()).told).toEqual([
        expect.stringMatching(/^::notice::issues are left as they are: .*`issues: write`/),
        expect.stringMatching(/^::notice::the schedule's last run is not known: .*`actions: read`/),
      ]);
    },
    PATIENCE_MS,
  );

  test(
    "a schedule that came to a stop is a warning",
    async () => {
      await knot.serve(RIGHT);
      api.workflowRuns.length = 0;
      api.addWorkflowRun({ created_at: new Date(Date.now() - 30.5 * 3_600_000) });
      const [warning, ...more] = (await run()).told;
      expect(warning).toMatch(
        /^::warning title=The schedule is late,file=\.github\/workflows\/dns\.yml::the schedule of dns\.yml last started a run 30 hours ago/,
      );
      expect(more).toEqual([]);
      expect((await run({ "expected-every": "48" })).told).toEqual([]);
      expect((await run({ "expected-every": "12" }, "push")).told).toHaveLength(1);
      const wrong = await run({ "expected-every": "often" });
      expect([wrong.status, wrong.told]).toEqual([1, [expect.stringContaining("--expected-every 'often'")]]);
    },
    PATIENCE_MS,
  );
});
