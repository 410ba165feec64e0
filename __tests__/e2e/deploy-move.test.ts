import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type DeployOutcome, deployOutcomeSchema } from "../../src/domain/deploy/outcome.ts";
import { deployReportSchema } from "../../src/domain/deploy/report.ts";
import { rollbackSchema } from "../../src/domain/deploy/rollback.ts";
import { Deployable } from "../support/deployable.ts";
import type { Run } from "../support/example.ts";
import { addBackup } from "../support/node/backups.ts";
import type { TestNode } from "../support/node.ts";
import { ProviderInternet, type Visit } from "../support/provider-internet.ts";
import { describeWithNodes } from "../support/with-nodes.ts";

const MINUTE = 60_000;
const SHOP = "shop-main-4f7240c";
const HOST = "shop.acme.example";
const HOSTS = [HOST, "www.shop.acme.example", "legacy.acme.example", `${SHOP}.hosting.example`];
const BACKUPS = ["mysql-migrate", "files-migrate"];

// The zones are ours: records at a local Cloudflare, which Knot gives out. Sites are asked as visitors do.
describeWithNodes("a move whose visitors we lead", () => {
  let fleet: Deployable;
  let internet: ProviderInternet;
  let backups: string;
  const node = (name: string) => fleet.nodes[name] as TestNode;
  const outcome = (run: Run): DeployOutcome => deployOutcomeSchema.parse(JSON.parse(run.stdout));
  const result = (run: Run, host: string) => {
    const found = outcome(run).hosts.find((each) => each.host === host);
    return found?.profiles.find(({ profile }) => profile === SHOP)?.result;
  };
  const deploy = () => fleet.begin(["--json"], internet.machine).ended;
  const lines = (text: string | null) => (text ?? "").split("\n").filter((line) => line !== "");
  const activations = (name: string) => lines(node(name).read(`/home/${SHOP}/activations`)).length;
  const restored = (name: string) =>
    lines(node(name).read(`/home/${SHOP}/restored`)).map((line) => JSON.parse(line));
  const hasUser = (name: string) => node(name).try("id", "-u", SHOP).status === 0;
  /** Runs restic on the repository that all nodes share. */
  const restic = (...args: string[]) => {
    const repository = ["--repo", `/run/backups/${SHOP}`, "--password-file", `/run/backups/${SHOP}.password`];
    return node("node-a").run("restic", "--no-cache", "--quiet", ...repository, ...args);
  };
  /** Snapshots that were made on a node, whether it carries the shop still or not. */
  const snapshots = (name: string): string[] =>
    (JSON.parse(restic("snapshots", "--json", "--host", name)) as { id: string }[])
      .map(({ id }) => id)
      .sort();
  const backUp = (name: string) => {
    for (const backup of BACKUPS) addBackup(node(name), SHOP, backup, { shared: true });
  };
  const ORDERS = `/home/${SHOP}/.local/share/site/orders`;
  /** What visitors have ordered, as a node has it. */
  const orders = (name: string) => lines(node(name).read(ORDERS));
  const order = (name: string, what: string) => node(name).runAs(SHOP, `echo ${what} >>${ORDERS}`);
  const ordersIn = (snapshot: string) => lines(restic("dump", snapshot, ORDERS));
  /** Transactions at Cloudflare. */
  const writes = () => internet.api.requests.filter(({ method }) => method !== "GET").length;
  const trust = () => JSON.parse(readFileSync(join(fleet.provider, "generated/dns-gate.json"), "utf8"));

  /** What a visitor who comes again and again sees while something goes on. */
  async function visitedDuring<T>(going: Promise<T>): Promise<{ ended: T; visits: Visit[] }> {
    const visits: Visit[] = [];
    let isOver = false;
    const ended = going.finally(() => {
      isOver = true;
    });
    while (!isOver) {
      visits.push(await internet.visit(HOST));
      await Promise.race([ended.catch(() => {}), sleep(250)]);
    }
    return { ended: await ended, visits };
  }

  beforeAll(async () => {
    const nix = process.env.HOSTENV_TEST_NIX_CURRENT ?? (process.env.HOSTENV_TEST_NIX as string);
    backups = mkdtempSync(join(tmpdir(), "hostenv-backups-"));
    chmodSync(backups, 0o1777);
    fleet = await Deployable.start(nix, { without: ["acme__blog", "globex__intranet"], backups });
    internet = await ProviderInternet.start({
      nodes: Object.values(fleet.nodes),
      zones: ["hosting.example", "acme.example"],
      owners: Object.fromEntries(HOSTS.map((host) => [host, SHOP])),
      led: Object.fromEntries(HOSTS.map((host) => [host, "node-a"])),
    });
  }, 4 * MINUTE);
  afterAll(async () => {
    await internet?.stop();
    await fleet?.stop();
    rmSync(backups, { recursive: true, force: true });
  });

  test(
    "begins with a site that has its certificate, and is answered by its node",
    async () => {
      const run = await deploy();
      expect([run.status, run.stderr]).toEqual([0, expect.not.stringContaining("[")]);
      expect(await internet.visit(HOST)).toEqual({ node: "node-a", isSecure: true });
    },
    5 * MINUTE,
  );

  test(
    "leads nobody to a destination that does not answer, and keeps the source (64)",
    async () => {
      backUp("node-a");
      order("node-a", "first");
      fleet.edit('production = "node-a";', 'production = "node-b";');
      fleet.plan("Production moves");
      internet.sites.broken.add(`node-b ${SHOP}`);
      const link = fleet.profile("node-a", SHOP);
      const { ended: run, visits } = await visitedDuring(deploy());
      expect([run.status, result(run, "node-b")]).toEqual([2, "deployed-unverified"]);
      expect(run.stderr).toContain("HTTP 503");
      expect(writes()).toBe(0);
      expect(fleet.profile("node-b", SHOP)).not.toBeNull();
      // Byte by byte what the old node had.
      expect(orders("node-b")).toEqual(["first"]);
      expect([fleet.profile("node-a", SHOP), hasUser("node-a")]).toEqual([link, true]);
      expect(trust().holds[SHOP]).toBe("node-a");
      expect(new Set(visits.map((visit) => JSON.stringify(visit)))).toEqual(
        new Set([JSON.stringify({ node: "node-a", isSecure: true })]),
      );
    },
    6 * MINUTE,
  );

  test(
    "waits where Cloudflare refuses the records, whose answer shows nobody its token",
    async () => {
      internet.sites.broken.clear();
      const { token } = internet.api;
      const errors = [{ code: 1000, message: `refused for ${token}` }];
      const body = { success: false, errors, messages: [], result: null };
      const refused = internet.api.fault({ path: /dns_records\/batch$/, status: 400, times: 100, body });
      const report = join(fleet.folder, "refused.json");
      const run = await fleet.begin(["--json", "--report", report], internet.machine).ended;
      refused.times = 0;
      expect([run.status, await internet.visit(HOST)]).toEqual([2, { node: "node-a", isSecure: true }]);
      const said = [run.stdout, run.stderr, readFileSync(report, "utf8")];
      expect(said.filter((text) => text.includes(token))).toEqual([]);
      // It is the answer that is told.
      expect(run.stderr).toContain("refused for ");
      expect([hasUser("node-a"), trust().holds]).toEqual([true, { [SHOP]: "node-a" }]);
    },
    6 * MINUTE,
  );

  test(
    "goes on once it answers: records when the data is there, TLS when they are seen, the source last",
    async () => {
      internet.sites.broken.clear();
      order("node-a", "while-it-waits");
      const [made, active] = [snapshots("node-a"), activations("node-b")];
      const before: unknown[] = [];
      const stop = internet.api.before("POST", /batch/, () => {
        before.push([fleet.profile("node-b", SHOP) !== null, restored("node-b").length, hasUser("node-a")]);
      });
      const { ended: run, visits } = await visitedDuring(deploy());
      stop();
      expect([run.status, outcome(run).waitingForDns]).toEqual([0, []]);
      expect(before.length).toBeGreaterThan(0);
      for (const each of before) expect(each).toEqual([true, 1, true]);
      for (const host of HOSTS)
        expect([host, await internet.leadsTo(host)]).toEqual([host, node("node-b").address]);
      // Nothing that the attempt before had done was done again. What visitors wrote on the old node since its data
      // was brought over is nowhere else: it is backed up for the last time.
      const last = snapshots("node-a").filter((snapshot) => !made.includes(snapshot));
      expect([snapshots("node-a").length, activations("node-b")]).toEqual([
        made.length + last.length,
        active,
      ]);
      const told = outcome(run).hosts.flatMap(({ host }) => host);
      for (const snapshot of last) expect(ordersIn(snapshot)).toEqual(["first", "while-it-waits"]);
      expect(orders("node-b")).toEqual(["first"]);
      expect([last.length, told]).toEqual([BACKUPS.length, expect.arrayContaining(["node-a"])]);
      const [plan] = restored("node-b");
      expect([plan.sourceNode, Object.values(plan.snapshots).sort()]).toEqual(["node-a", made]);
      expect([hasUser("node-a"), node("node-a").read("/run/virtual-hosts")]).toEqual([
        false,
        expect.not.stringContaining(HOST),
      ]);
      expect(trust()).toMatchObject({ holds: {}, off: [] });
      expect(await internet.visit(HOST)).toEqual({ node: "node-b", isSecure: true });
      expect(visits.filter((visit) => visit.node === null)).toEqual([]);
      expect(internet.sites.orders.filter((order) => order.endsWith("false"))).toEqual([]);
      expect(internet.api.violations).toEqual([]);
    },
    6 * MINUTE,
  );

  test(
    "is over then: the next deploy asks each node once, and does nothing",
    async () => {
      const [sessions, written] = [node("node-b").sessions().length, writes()];
      const run = await deploy();
      expect([run.status, outcome(run).hosts, writes()]).toEqual([0, [], written]);
      expect(node("node-b").sessions().length).toBe(sessions + 1);
    },
    5 * MINUTE,
  );

  test(
    "takes the data along also where somebody has switched DNS before, to where it was before (62)",
    async () => {
      backUp("node-b");
      order("node-b", "second");
      fleet.edit('production = "node-b";', 'production = "node-a";');
      fleet.plan("Production moves back");
      for (const host of HOSTS) internet.lead(host, "node-a");
      const written = writes();
      const report = join(fleet.folder, "moved-back.json");
      const run = await fleet.begin(["--json", "--report", report], internet.machine).ended;
      expect([run.status, outcome(run).waitingForDns, writes()]).toEqual([0, [], written]);
      // The home that it left there was no empty one, and what is in a home projects do not restore over.
      expect(orders("node-a")).toEqual(["first", "second"]);
      const told = deployReportSchema.parse(JSON.parse(readFileSync(report, "utf8")));
      const aside = told.hosts.flatMap(({ setAside }) => setAside.map(({ path }) => path));
      expect(aside).toContainEqual(
        expect.stringMatching(/^\/home\/[^/]+\/\.local\/share\.before-\d{8}T\d{6}Z$/),
      );
      const kept = aside.find((path) => path.includes("/share.")) as string;
      expect(lines(node("node-a").read(`${kept}/site/orders`))).toEqual(["first", "while-it-waits"]);
      const made = snapshots("node-b");
      const plan = restored("node-a").at(-1);
      expect([plan.sourceNode, Object.values(plan.snapshots).sort()]).toEqual(["node-b", made]);
      expect([hasUser("node-b"), await internet.visit(HOST)]).toEqual([
        false,
        { node: "node-a", isSecure: true },
      ]);
    },
    6 * MINUTE,
  );

  test(
    "is turned back while it waits: the data that was written meanwhile stays, and nobody notices",
    async () => {
      backUp("node-a");
      fleet.edit('production = "node-a";', 'production = "node-b";');
      fleet.plan("Production moves once more");
      internet.sites.broken.add(`node-b ${SHOP}`);
      expect((await deploy()).status).toBe(2);
      expect([hasUser("node-a"), hasUser("node-b"), trust().holds]).toEqual([
        true,
        true,
        { [SHOP]: "node-a" },
      ]);
      const [link, activated, taken] = [
        fleet.profile("node-a", SHOP),
        activations("node-a"),
        restored("node-a").length,
      ];
      backUp("node-b");
      const arrived = snapshots("node-b");
      fleet.edit('production = "node-b";', 'production = "node-a";');
      fleet.plan("Production stays");
      const { ended: run, visits } = await visitedDuring(deploy());
      expect([run.status, outcome(run).waitingForDns]).toEqual([0, []]);
      expect([fleet.profile("node-a", SHOP), activations("node-a"), restored("node-a").length]).toEqual([
        link,
        activated,
        taken,
      ]);
      expect([hasUser("node-b"), trust().off, trust().holds, trust().copies]).toEqual([
        false,
        [],
        {},
        undefined,
      ]);
      // What somebody may have written to the copy is in its backups.
      expect(snapshots("node-b").length).toBe(arrived.length + BACKUPS.length);
      expect(new Set(visits.map((visit) => JSON.stringify(visit)))).toEqual(
        new Set([JSON.stringify({ node: "node-a", isSecure: true })]),
      );
      internet.sites.broken.clear();
      const again = await deploy();
      expect([again.status, outcome(again).hosts]).toEqual([0, []]);
    },
    8 * MINUTE,
  );

  test(
    "is turned back while its new node is down: the old one goes on with TLS, and takes nothing from it later",
    async () => {
      backUp("node-a");
      fleet.edit('production = "node-a";', 'production = "node-b";');
      fleet.plan("Production moves once again");
      internet.sites.broken.add(`node-b ${SHOP}`);
      expect((await deploy()).status).toBe(2);
      expect([hasUser("node-b"), trust().holds, trust().off]).toEqual([
        true,
        { [SHOP]: "node-a" },
        expect.arrayContaining([HOST]),
      ]);
      const kept = () => [fleet.profile("node-a", SHOP), activations("node-a"), restored("node-a").length];
      const before = kept();
      await node("node-b").close();
      fleet.edit('production = "node-b";', 'production = "node-a";');
      fleet.plan("Production stays after all");
      const { ended: run, visits } = await visitedDuring(deploy());
      const resultOf = (host: string) => outcome(run).hosts.find((each) => each.host === host)?.result;
      expect([run.status, resultOf("node-a"), resultOf("node-b")]).toEqual([2, "ok", "unreachable"]);
      expect([kept(), trust().off, trust().holds, trust().copies]).toEqual([
        before,
        [],
        {},
        { [SHOP]: { "node-b": [] } },
      ]);
      expect(new Set(visits.map((visit) => JSON.stringify(visit)))).toEqual(
        new Set([JSON.stringify({ node: "node-a", isSecure: true })]),
      );
      await node("node-b").open();
      backUp("node-b");
      expect((await deploy()).status).toBe(0);
      expect([kept(), hasUser("node-b"), trust().copies]).toEqual([before, false, undefined]);
      internet.sites.broken.clear();
      const again = await deploy();
      expect([again.status, outcome(again).hosts]).toEqual([0, []]);
    },
    8 * MINUTE,
  );

  test(
    "can be rolled back on its node: its sites are asked, and what came of it is in a report",
    async () => {
      fleet.hook(SHOP, "echo something else");
      fleet.plan("The shop does something else");
      expect((await deploy()).status).toBe(0);
      const [now, report] = [fleet.profile("node-a", SHOP), join(fleet.folder, "rollback.json")];
      const args = ["rollback", "--environment", SHOP, "--report", report, "--json"];
      const run = await fleet.start(args, internet.machine).ended;
      expect([run.status, run.stderr]).toEqual([0, expect.stringMatching(/\d+ of \d+ checks passed/)]);
      const told = rollbackSchema.parse(JSON.parse(readFileSync(report, "utf8")));
      expect(told).toEqual(JSON.parse(run.stdout));
      const [brought] = told.profiles;
      expect([brought?.result, brought?.storePath]).toEqual(["rolled-back", fleet.profile("node-a", SHOP)]);
      expect(brought?.storePath).not.toBe(now);
      expect(told.verification.map(({ environment, passed }) => [environment, passed])).toContainEqual([
        SHOP,
        true,
      ]);
      expect(await internet.visit(HOST)).toEqual({ node: "node-a", isSecure: true });
    },
    5 * MINUTE,
  );
});
