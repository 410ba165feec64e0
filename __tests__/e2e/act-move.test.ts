import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { ActFleet, describeWithAct } from "../support/act-fleet.ts";

const MINUTE = 60_000;
const DEPLOYED = [["deploy", "success"]] as const;

// Between runs nothing is left of a runner: what the next one knows stands in the repository and on nodes.
describeWithAct("a move that waits for DNS, by the callers that act runs", () => {
  let act: ActFleet;
  beforeAll(async () => {
    act = await ActFleet.start();
    await act.deployed();
  }, 5 * MINUTE);
  afterAll(async () => act?.stop());
  afterEach(() => expect(act.api.violations).toEqual([]));

  const hosts = () => ["lab.client.example", `${act.environments.lab}.hosting.example`];
  const waiting = () =>
    act.report().waitingForDns.map(({ hostname, from, to }) => `${hostname} ${from} ${to}`);

  test(
    "the push's run ends with the environment on both nodes, and commits that the old one holds it",
    async () => {
      const { lab } = act.environments;
      const old = act.fleet.profile("node-b", lab);
      act.merged("Test sites move", () => act.fleet.edit('testing = "node-b";', 'testing = "node-a";'));
      await act.ran("deploy", "push", DEPLOYED, { head_commit: null });
      expect(act.outcomes()).toEqual(["1 node-a ok", "2 node-b ok"]);
      expect(waiting().sort()).toEqual(
        hosts()
          .map((host) => `${host} node-b node-a`)
          .sort(),
      );
      expect([act.fleet.profile("node-a", lab) !== null, act.fleet.profile("node-b", lab)]).toEqual([
        true,
        old,
      ]);
      expect(act.memory()).toMatchObject({ holds: { [lab]: "node-b" }, off: hosts().sort() });
      const [host] = hosts() as [string];
      expect([act.tls("node-a")[host], act.tls("node-b")[host]]).toEqual([false, true]);
      expect(await act.internet.visit(host)).toEqual({ node: "node-b", isSecure: true });
      const [second, first] = act.log(2);
      expect(second).toMatch(/^github-actions\[bot\]: Snapshot [0-9a-f]{12}$/);
      expect(first).toBe(second);
      expect(act.onServer("show", "--name-only", "--format=", "main")).toBe("generated/dns-gate.json");
    },
    8 * MINUTE,
  );

  test(
    "the schedule's run goes on when the client's records lead to the new node, and the old one drops it",
    async () => {
      const { lab } = act.environments;
      for (const host of hosts()) act.internet.lead(host, "node-a");
      await act.ran("deploy", "schedule", DEPLOYED, { schedule: "17 * * * *" });
      expect([act.outcomes(), waiting()]).toEqual([["1 node-a ok", "2 node-b ok"], []]);
      expect(act.memory()).toMatchObject({ holds: {}, off: [] });
      const [host] = hosts() as [string];
      expect([act.tls("node-a")[host], act.tls("node-b")[host]]).toEqual([true, undefined]);
      expect(await act.internet.visit(host)).toEqual({ node: "node-a", isSecure: true });
      // What was done for the move stays written down until its new node is deployed again.
      const steps = act.live("node-a").steps.map(({ step }) => step);
      expect(steps).toEqual(["backup", "restore", "dns", "tls"]);
      expect(act.node("node-b").try("id", "-u", lab).status).toBe(1);
    },
    8 * MINUTE,
  );
});
