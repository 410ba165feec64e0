import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { ActFleet, describeWithAct } from "../support/act-fleet.ts";

const MINUTE = 60_000;
const HOST = "www.client.example";
const WRONG = `DNS: ${HOST} does not lead to node-a`;
const GATE = [["dns-gate", "success"]] as const;
const DEPLOYED = [["deploy", "success"]] as const;
const SYSTEM = "/nix/var/nix/profiles/system";

// What schedules are for: nobody pushes anything here.
describeWithAct("the callers of schedules, run by act", () => {
  let act: ActFleet;
  beforeAll(async () => {
    act = await ActFleet.start();
    await act.deployed();
    for (const workflow of ["hostenv-dns-gate.yml", "hostenv-drift.yml", "hostenv-deploy.yml"])
      act.api.addWorkflowRun({ workflow, created_at: new Date(Date.now() - 3_600_000) });
  }, 5 * MINUTE);
  afterAll(async () => act?.stop());
  afterEach(() => expect(act.api.violations).toEqual([]));

  test(
    "drift.yml keeps an issue of a node that somebody changed, until it is as it was deployed",
    async () => {
      const drift = () => act.ran("drift", "schedule", [["drift", "success"]], { schedule: "17 * * * *" });
      const [tip, link] = [act.tip(), act.node("node-b").run("readlink", SYSTEM).trim()];
      const other = `${SYSTEM}-99-link`;
      act
        .node("node-b")
        .run(
          "sh",
          "-c",
          `ln -sfn /nix/store/${"0".repeat(32)}-by-hand ${other} && ln -sfn ${other} ${SYSTEM}`,
        );
      await drift();
      const title = "node-b runs something else than was deployed";
      expect(act.issues()).toEqual([`open ${title}`]);
      act.node("node-b").run("sh", "-c", `ln -sfn ${link} ${SYSTEM} && rm ${other}`);
      await drift();
      expect([act.issues(), act.tip()]).toEqual([[`closed ${title}`], tip]);
      act.api.issues.clear();
    },
    5 * MINUTE,
  );

  const gate = (jobs: readonly (readonly [string, string])[]) =>
    act.ran("dns-gate", "schedule", jobs, { schedule: "*/15 * * * *" });
  /** What runs where the gate asked GitHub for it: the deploy's caller, by nobody's hand. */
  const started = async () => {
    const asked = act.api.workflowStarts.splice(0);
    expect(asked.map(({ workflow, ref, inputs }) => [workflow, ref, inputs])).toEqual([
      ["hostenv-deploy.yml", "main", {}],
    ]);
    await act.ran("deploy", "workflow_dispatch", DEPLOYED, { inputs: {} });
  };
  const lastCommit = () => [act.log(1)[0], act.onServer("show", "--name-only", "--format=", "main")];
  const BY_THE_BOT = [
    expect.stringMatching(/^github-actions\[bot\]: Snapshot [0-9a-f]{12}$/),
    "generated/dns-gate.json",
  ];

  test(
    "dns-gate.yml turns TLS off once DNS has been wrong for long enough, and starts the deploy that builds so",
    async () => {
      act.internet.leadAway(HOST);
      for (const count of [1, 2]) {
        await gate(GATE);
        expect([act.memory()?.hostnames[HOST], act.issues()]).toMatchObject([{ live: true, count }, []]);
        expect([lastCommit(), act.tls("node-a")[HOST]]).toEqual([BY_THE_BOT, true]);
        act.anHourPasses();
      }
      await gate([...GATE, ["redeploy", "success"]]);
      expect([act.memory()?.off, act.issues()]).toEqual([[HOST], [`open ${WRONG}`]]);
      expect(lastCommit()).toEqual(BY_THE_BOT);
      const tip = act.tip();
      await started();
      expect([act.outcomes(), act.tls("node-a")[HOST], act.tip()]).toEqual([["1 node-a ok"], false, tip]);
    },
    8 * MINUTE,
  );

  test(
    "dns-gate.yml turns it on again where DNS is mended, closes the issue, and starts the deploy",
    async () => {
      act.internet.lead(HOST, "node-a");
      await gate([...GATE, ["redeploy", "success"]]);
      expect([act.memory()?.off, act.issues()]).toEqual([[], [`closed ${WRONG}`]]);
      await started();
      expect([act.outcomes(), act.tls("node-a")[HOST]]).toEqual([["1 node-a ok"], true]);
      expect(await act.internet.visit(HOST)).toEqual({ node: "node-a", isSecure: true });
    },
    8 * MINUTE,
  );
});
