import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { type DeployReport, deployReportSchema } from "../../src/domain/deploy/report.ts";
import { ActFleet, describeWithAct, PROJECTS } from "../support/act-fleet.ts";
import { approvalCaller } from "../support/approval-caller.ts";
import { until } from "../support/until.ts";

const MINUTE = 60_000;
const NODES = ["node-a", "node-b"];
const DEPLOYED = [["deploy", "success"]] as const;
const [SITE, LAB] = ["acme__site/main", "acme__lab/main"];

// One story: what a test leaves is what the next begins with. Production is on node-a alone.
describeWithAct("what holds a deploy back, in the caller with approval by type that act runs", () => {
  let act: ActFleet;
  let hook: Server;
  /** What the webhook got, and what the nodes ran at that moment. */
  let got: { report: DeployReport; systems: (string | null)[] }[] = [];
  beforeAll(async () => {
    act = await ActFleet.start();
    hook = createServer(async (request, response) => {
      const text = Buffer.concat(await request.toArray()).toString("utf8");
      got.push({ report: deployReportSchema.parse(JSON.parse(text)), systems: systems() });
      response.writeHead(204).end();
    });
    await new Promise<void>((resolve) => hook.listen(0, "127.0.0.1", resolve));
    act.secrets.WEBHOOK_URL = `http://127.0.0.1:${(hook.address() as AddressInfo).port}/hook`;
    await act.deployed();
  }, 5 * MINUTE);
  afterAll(async () => {
    hook?.close();
    await act?.stop();
  });
  beforeEach(() => {
    got = [];
  });
  afterEach(() => expect(act.api.violations).toEqual([]));

  const systems = () => NODES.map((node) => act.fleet.profile(node, "system"));
  const note = (nodes: readonly string[], text: string) => {
    for (const node of nodes) act.fleet.write(`nodes/${node}/note.nix`, JSON.stringify(text));
  };
  /** Which jobs of the caller a push ran, each with its end. */
  const push = async () => {
    const { jobs, parts, said } = await act.run({ name: "deploy", text: approvalCaller().text }, "push", {
      head_commit: null,
    });
    const ended = jobs.map(([, result], index) => `${parts[index]} ${result}`);
    return { ended, said: ended.every((each) => each.endsWith(" success")) ? "" : said };
  };
  /** What an environment's deployments on GitHub came to. */
  const deployments = (environment: string) =>
    act.api.deployments
      .filter((each) => each.environment === environment)
      .map(({ statuses }) => statuses.findLast(({ state }) => state !== "inactive")?.state);

  test(
    "the first job leaves production as it is, and the second one, which needs it, brings what is agreed to",
    async () => {
      const [[a, b], known] = [systems(), [SITE, LAB].map((name) => deployments(name).length)];
      act.merged("A site, a lab and two notes", () => {
        act.fleet.rewrite("acme__site", PROJECTS.acme__site.replace("front page", "home page"));
        act.fleet.rewrite("acme__lab", PROJECTS.acme__lab.replace('"testing"', '"development"'));
        note(NODES, "second");
      });
      expect(await push()).toEqual({ ended: ["Deploy success", "Approved success"], said: "" });
      const [first, second] = [act.report("hostenv-deploy-root-before-approval"), act.report()];
      expect([first.result, first.awaited, act.outcomes(first)]).toEqual([
        "held-back",
        ["node-a"],
        ["1 node-b ok"],
      ]);
      expect([second.result, second.awaited, act.outcomes(second)]).toEqual([
        "deployed",
        [],
        ["1 node-a ok"],
      ]);
      const [newA, newB] = systems();
      expect([newA, newB]).not.toContain(a);
      expect([newA, newB]).not.toContain(b);
      // What both jobs posted, and that the second node changed between them alone.
      expect(got).toEqual([
        { report: expect.objectContaining({ result: "held-back" }), systems: [a, newB] },
        { report: second, systems: [newA, newB] },
      ]);
      expect([SITE, LAB].map((name, index) => deployments(name).slice(known[index]))).toEqual([
        ["success"],
        ["success"],
      ]);
      // One snapshot, by the first job: the second one found it.
      expect(act.log(2)).toEqual([
        expect.stringMatching(/^github-actions\[bot\]: Snapshot [0-9a-f]{12}$/),
        expect.stringMatching(/: A site, a lab and two notes$/),
      ]);
      expect([second.planId, act.live("node-a").planId]).toEqual([first.planId, first.planId]);
    },
    8 * MINUTE,
  );

  test(
    "nobody is asked where nothing of production changes",
    async () => {
      const [a, b] = systems();
      act.merged("A note for the lab", () => note(["node-b"], "third"));
      expect(await push()).toEqual({ ended: ["Deploy success"], said: "" });
      expect(got.map(({ report }) => [report.result, act.outcomes(report)])).toEqual([
        ["deployed", ["1 node-b ok"]],
      ]);
      expect(systems()).toEqual([a, expect.not.stringMatching(b ?? "")]);
    },
    8 * MINUTE,
  );

  test(
    "nothing is deployed while all hostnames at once lead elsewhere, and TLS stays on; then it goes on",
    async () => {
      const memory = act.memory();
      const hosts = Object.entries(memory?.hostnames ?? {}).map(([host, { node }]) => [host, node] as const);
      expect(hosts.length).toBe(4);
      const lead = async (isAway: boolean) => {
        for (const [host, node] of hosts)
          if (isAway) act.internet.leadAway(host);
          else act.internet.lead(host, node);
        await until("DNS shows it", async () => {
          const led = await Promise.all(hosts.map(([host]) => act.internet.leadsTo(host)));
          return led.every(
            (address, index) => (address === act.node(hosts[index]?.[1] ?? "").address) !== isAway,
          );
        });
      };
      await lead(true);
      // Twice it was seen before: the push's run is the third, that takes TLS from a hostname.
      for (const _ of [1, 2]) {
        await act.looked();
        act.anHourPasses();
      }
      act.merged("Notes meanwhile", () => note(NODES, "fourth"));
      const before = [systems(), act.memory(), act.tip(), NODES.map((node) => act.tls(node))];
      const { ended, said } = await push();
      expect({ ended, said }).toEqual({
        ended: ["Deploy failure"],
        said: expect.stringContaining("4 of 4 hostnames would change at once"),
      });
      expect([systems(), act.memory(), act.tip(), NODES.map((node) => act.tls(node))]).toEqual(before);
      expect(hosts.map(([host, node]) => act.tls(node)[host])).toEqual(hosts.map(() => true));
      expect([act.memory()?.off, got]).toEqual([[], []]);
      await lead(false);
      expect(await push()).toEqual({ ended: ["Deploy success", "Approved success"], said: "" });
      for (const [index, link] of systems().entries()) expect(link).not.toBe((before[0] as string[])[index]);
      expect(act.memory()?.off).toEqual([]);
    },
    8 * MINUTE,
  );

  test(
    "a freeze asks nobody and holds production, until it is over or somebody names the plan",
    async () => {
      const [a, b] = systems();
      const day = (from: number) => new Date(Date.now() + from * 24 * 60 * MINUTE).toISOString();
      const window = `{ types = [ "production" ]; from = "${day(-1)}"; until = "${day(1)}"; reason = "holidays"; }`;
      act.merged("Holidays and two notes", () => {
        act.fleet.edit('hosting.example";', `hosting.example";\n        freeze = [ ${window} ];`);
        note(NODES, "fifth");
      });
      expect(await push()).toEqual({ ended: ["Deploy success"], said: "" });
      const [held] = got;
      expect([held?.report.result, held?.report.heldBack, held?.report.awaited]).toEqual([
        "held-back",
        ["node-a"],
        [],
      ]);
      expect(held?.report.notices.join("\n")).toContain(`frozen until ${window.split('"')[5]}: holidays`);
      expect(systems()).toEqual([a, expect.not.stringMatching(b ?? "")]);
      await act.ran("deploy", "workflow_dispatch", DEPLOYED, { inputs: { "plan-id": held?.report.planId } });
      expect(act.outcomes()).toEqual(["1 node-a ok"]);
      expect(systems()[0]).not.toBe(a);
    },
    8 * MINUTE,
  );
});
