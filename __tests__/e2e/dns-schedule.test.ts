import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { ActionRunner, commandsIn, type Step } from "../support/action-runner.ts";
import { GateFleet } from "../support/gate-fleet.ts";
import { type GithubApi, startGithubApi } from "../support/github-api.mjs";
import { LoopbackBlock } from "../support/loopback.ts";
import { blackhole, OddServer } from "../support/odd-dns-servers.ts";
import { nameservers } from "../support/resolv-conf.ts";
import { SmallInternet } from "../support/small-internet.ts";
import { describeWith, ROOT } from "../support/tools.ts";

// A bundle starts in a second, or in many where the machine does much else; between writes it waits by itself.
const PATIENCE_MS = 240_000;

describeWith(["KNOTD", "KNOTC", "KEYMGR", "UNBOUND", ROOT], "dns-gate on a schedule", () => {
  let block: LoopbackBlock;
  let internet: SmallInternet;
  let resolvers: string;
  /** Addresses of the node, and of a host that is not ours. */
  let [node, stranger] = ["", ""];
  let fleet: GateFleet;
  let runner: ActionRunner;
  let api: GithubApi;
  beforeAll(async () => {
    block = await LoopbackBlock.claim();
    [node, stranger] = [block.next(), block.next()];
    internet = await SmallInternet.start(block, {
      "hosting.test": { records: `node-a A ${node}` },
      "client.test": {},
      "partner.test": { records: ["www", "blog", "wiki"].map((name) => `${name} A ${node}`).join("\n") },
    });
    resolvers = nameservers((await internet.resolver()).address);
  }, PATIENCE_MS);
  afterAll(async () => {
    await internet?.stop();
    await block?.release();
  });
  beforeEach(async () => {
    [fleet, runner, api] = [new GateFleet(), new ActionRunner(), await startGithubApi()];
    fleet.git("init", "-q");
    planned("www.client.test", "www.partner.test", "blog.partner.test", "wiki.partner.test");
    api.addWorkflowRun({ created_at: new Date(Date.now() - 3_600_000) });
    await leadTo(node);
  });
  afterEach(async () => {
    fleet.remove();
    runner.remove();
    await api.close();
    expect(api.violations).toEqual([]);
  });

  const planned = (...hostnames: readonly string[]) =>
    fleet.plan([
      { name: "shop-main-1", hosts: Object.fromEntries(hostnames.map((hostname) => [hostname, {}])) },
    ]);
  const leadTo = (address: string) => internet.update("client.test", `www A ${address}\nnew A ${stranger}`);

  /** A run of the scheduled workflow; the memory that it leaves is there in the next one, as if committed. */
  async function run(
    inputs: Record<string, string> = {},
    resolvConf = resolvers,
  ): Promise<Step & { told: string[]; written: string[] }> {
    const before = api.requests.length;
    const step = await runner.run(
      "dns-gate",
      {
        "working-directory": fleet.folder,
        "fail-on": "breaker",
        "github-token": api.token,
        timeout: "1000",
        ...inputs,
      },
      {
        resolvConf,
        env: {
          GITHUB_API_URL: api.url,
          GITHUB_SERVER_URL: "https://github.com",
          GITHUB_REPOSITORY: api.repository.full_name,
          GITHUB_EVENT_NAME: "schedule",
          GITHUB_WORKFLOW_REF: `${api.repository.full_name}/.github/workflows/dns.yml@refs/heads/main`,
        },
      },
    );
    const told = commandsIn(step.stdout).filter((command) => !command.startsWith("::add-mask"));
    const calls = api.requests.slice(before).filter(({ method }) => method !== "GET");
    return { ...step, told, written: calls.map(({ method }) => method) };
  }

  const issues = () => [...api.issues.values()].map(({ title, state }) => `${title}: ${state}`);
  const WRONG = "DNS: www.client.test does not lead to node-a";
  const BLIND = "DNS could not be asked";

  test(
    "a live hostname that is led away gets its issue once TLS is off, and loses both when its zone is mended",
    async () => {
      const well = await run();
      expect([well.status, well.told, well.written, issues()]).toEqual([0, [], [], []]);
      expect(fleet.memory?.hostnames["www.client.test"]).toMatchObject({ verdict: "match", live: true });

      await leadTo(stranger);
      for (const count of [1, 2]) {
        expect((await run()).written).toEqual([]);
        expect(fleet.memory?.hostnames["www.client.test"]).toMatchObject({ live: true, count });
        fleet.anHourPasses();
      }
      const third = await run();
      expect([third.status, third.told, third.outputs.disabled]).toEqual([0, [], '["www.client.test"]']);
      expect(issues()).toEqual([`${WRONG}: open`]);
      const { body, labels } = api.issues.get(1) as { body: string; labels: string[] };
      expect(labels).toEqual(["hostenv:dns"]);
      expect(body).toContain(`| Seen | \`${stranger}\` |`);
      expect(body).toContain("| Expected | the addresses of `node-a.hosting.test`, and no other |");
      expect(body).toContain("- `www.client.test. CNAME node-a.hosting.test.`");
      expect(body).toContain("| Meanwhile | TLS is off");
      // The zone's own server said so, and no resolver.
      expect(body).toContain(`www.client.test A: ${stranger} (ns1.client.test)`);

      const before = fleet.trace();
      expect([(await run()).written, fleet.trace()]).toEqual([[], before]);

      await leadTo(node);
      const mended = await run();
      expect([mended.written, mended.outputs.enabled]).toEqual([["PATCH", "POST"], '["www.client.test"]']);
      expect(issues()).toEqual([`${WRONG}: closed`]);
      expect(api.comments.map((comment) => comment.body)).toEqual([
        `\`www.client.test\` leads to **\`node-a\`** again: \`${node}\``,
      ]);
      expect(fleet.memory?.off).toEqual([]);
    },
    PATIENCE_MS,
  );

  test(
    "where no resolver answers nothing is written but the issue that says so",
    async () => {
      planned("www.client.test", "new.client.test", "www.partner.test", "blog.partner.test");
      await run();
      expect(issues()).toEqual(["DNS: new.client.test does not lead to node-a: open"]);
      const before = fleet.trace();
      const silent = await OddServer.start(block.next(), blackhole());
      try {
        // One of them is silent, and nobody listens at the other.
        const dead = nameservers(silent.address, block.next());
        const failed = await run({ "fail-on": "mismatch" }, dead);
        expect([failed.status, failed.outputs.unknown, failed.outputs.mismatches]).toEqual([1, "4", "0"]);
        expect(failed.told).toEqual([expect.stringMatching(/^::error::/)]);
        expect(failed.summary).toContain("no name server gives an answer that can be relied on");
        expect(failed.written).toEqual(["POST"]);
        expect(fleet.trace()).toBe(before);
        const [hostname] = issues();
        expect(issues()).toEqual([hostname, `${BLIND}: open`]);
        expect(api.issues.get(2)?.body).toContain("Nothing was changed");

        const again = await run({}, dead);
        expect([again.status, again.written, fleet.trace()]).toEqual([0, [], before]);
      } finally {
        await silent.stop();
      }
      expect((await run()).status).toBe(0);
      expect(issues()).toEqual(["DNS: new.client.test does not lead to node-a: open", `${BLIND}: closed`]);
      expect(fleet.trace()).toBe(before);
    },
    PATIENCE_MS,
  );

  test(
    "a token without the right to write issues gets a notice, and the next run catches up",
    async () => {
      planned("www.client.test", "new.client.test", "www.partner.test", "blog.partner.test");
      api.readOnly();
      const refused = await run({ "fail-on": "mismatch" });
      expect(refused.status).toBe(1);
      expect(refused.told).toEqual([
        expect.stringMatching(/^::notice::.*the token needs `issues: write`/),
        expect.stringMatching(/^::notice::1 change of issues is left for the next run/),
        expect.stringMatching(/^::error::1 wrong/),
      ]);
      expect([issues(), fleet.memory?.off]).toEqual([[], ["new.client.test"]]);

      api.clearFaults();
      expect((await run({ "fail-on": "mismatch" })).told).toEqual([
        expect.stringMatching(/^::error::1 wrong/),
      ]);
      expect(issues()).toEqual(["DNS: new.client.test does not lead to node-a: open"]);
    },
    PATIENCE_MS,
  );
});
