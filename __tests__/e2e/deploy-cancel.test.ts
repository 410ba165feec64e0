import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { liveSchema } from "../../src/domain/deploy/live.ts";
import { parseDeployReport } from "../../src/domain/deploy/report.ts";
import { Canary } from "../support/canary.ts";
import { Deployable } from "../support/deployable.ts";
import { addBackup, snapshotsOf } from "../support/node/backups.ts";
import { lags } from "../support/node/faults.ts";
import type { TestNode } from "../support/node.ts";
import { nameservers } from "../support/resolv-conf.ts";
import type { Running } from "../support/running.ts";
import { until } from "../support/until.ts";
import { describeWithNodes } from "../support/with-nodes.ts";

const MINUTE = 60_000;
const SHOP = "shop-main-4f7240c";
const LOCK = "/var/lib/hostenv-provider/lock/holder";
/** Where no name server listens: who asks is told so at once. */
const NOBODY = "127.255.255.254";
const LIVE = "/var/lib/hostenv-provider/deployed.json";

/** Shell that says that it is there, and goes on once it may. */
const waiting = (name: string) =>
  `touch /tmp/${name}-there; while [ ! -e /tmp/${name}-go ]; do sleep 0.1; done`;

// The command line as a process of its own, which gets what a runner sends to a step that is cancelled. What it was
// doing then is held up on the node, so that the signal comes at that moment however slow this machine is.
describeWithNodes("a deploy that is cancelled", () => {
  let fleet: Deployable;
  let temp: string;
  const running: Running[] = [];
  const nix = () => process.env.HOSTENV_TEST_NIX_CURRENT ?? (process.env.HOSTENV_TEST_NIX as string);
  const node = (name: string) => fleet.nodes[name] as TestNode;
  const lines = (text: string | null) => (text ?? "").split("\n").filter((line) => line !== "");
  const systems = (name: string) => lines(node(name).read("/run/activations")).length;
  const activations = (name: string) => lines(node(name).read(`/home/${SHOP}/activations`)).length;
  const live = (name: string) => liveSchema.parse(JSON.parse(node(name).read(LIVE) ?? "null"));
  const isThere = (name: string, path: string) => node(name).try("test", "-e", path).status === 0;
  const go = (name: string, step: string) => node(name).run("touch", `/tmp/${step}-go`);

  let reports = 0;
  const begin = (env: NodeJS.ProcessEnv = {}) => {
    const report = join(fleet.folder, `report-${++reports}.json`);
    const run = fleet.begin(["--skip-verification", "--report", report], {
      env: { RUNNER_TEMP: temp, ...env },
      resolvConf: nameservers(NOBODY),
    });
    running.push(run);
    return Object.assign(run, { report });
  };
  const deploy = () => begin().ended;
  /** A folder with a Nix that never ends what it is told by this word. */
  const slowly = (verb: string) => {
    const folder = join(fleet.folder, `slow-${verb}`);
    mkdirSync(folder);
    writeFileSync(
      join(folder, "nix"),
      `#!/bin/sh\ncase " $* " in *" ${verb} "*) exec sleep 600 ;; esac\nexec '${nix()}' "$@"\n`,
      { mode: 0o755 },
    );
    return folder;
  };
  /** Its exit code, and what it says of itself and of one node. */
  const told = async (run: ReturnType<typeof begin>, name: string) => {
    const { status, stderr } = await run.ended;
    if (status === 1) throw new Error(stderr);
    const report = parseDeployReport(JSON.parse(readFileSync(run.report, "utf8")), "report");
    return { status, result: report.result, host: report.hosts.find(({ host }) => host === name) };
  };
  /** Commits a change that reaches the system of a node alone. */
  const change = (name: string, text: string) => {
    fleet.write(`nodes/${name}/note.nix`, JSON.stringify(text));
    fleet.plan(text);
  };
  const canary = () => new Canary({ ssh: fleet.key.privateKey, signing: secret() });
  const secret = () => String(fleet.env.NIX_SIGNING_KEY);
  /** What a run that has ended by itself must not leave. */
  const isTidy = async (run: Running, name: string) => {
    const { stdout, stderr } = await run.ended;
    const leaks = [...canary().below(temp), ...canary().inText("said", stdout + stderr)];
    expect([run.programs(), leaks, node(name).read(LOCK)]).toEqual([[], [], null]);
  };

  beforeAll(async () => {
    fleet = await Deployable.start(nix(), { without: ["acme__blog", "globex__intranet"] });
    temp = join(fleet.folder, "temp");
    mkdirSync(temp);
    const { status, stderr } = await deploy();
    if (status !== 0) throw new Error(stderr);
  }, 4 * MINUTE);
  afterAll(async () => {
    await Promise.all(running.map((run) => run.kill()));
    await fleet?.stop();
  });

  test(
    "while it evaluates: no node is touched",
    async () => {
      change("node-a", "evaluating");
      const before = [systems("node-a"), node("node-a").read(LIVE)];
      // Here the evaluation takes less time than a look at what runs.
      const run = begin({ PATH: `${slowly("eval")}:${fleet.env.PATH}` });
      await until("it evaluates", () => run.programs().some((line) => line.startsWith("sleep 600")));
      run.signal("SIGINT");
      expect(await told(run, "node-a")).toMatchObject({ status: 2, result: "stopped" });
      await isTidy(run, "node-a");
      expect([systems("node-a"), node("node-a").read(LIVE)]).toEqual(before);
    },
    2 * MINUTE,
  );

  test(
    "while it copies: the copy ends, nothing is activated, the lock is given back",
    async () => {
      const before = [fleet.profile("node-a", "system"), systems("node-a"), node("node-a").read(LIVE)];
      node("node-a").inject(lags("nix-store --serve", 600));
      const sessions = node("node-a").sessions().length;
      const run = begin();
      await until("it copies", () => {
        const since = node("node-a").sessions().slice(sessions);
        return since.some(({ command }) => command.includes("nix-store --serve --write"));
      });
      expect(node("node-a").read(LOCK)).not.toBeNull();
      run.signal("SIGINT");
      const found = await told(run, "node-a");
      node("node-a").inject();
      expect(found).toMatchObject({ status: 2, result: "stopped", host: { problem: { code: "stopped" } } });
      await isTidy(run, "node-a");
      expect([fleet.profile("node-a", "system"), systems("node-a"), node("node-a").read(LIVE)]).toEqual(
        before,
      );
      expect((await deploy()).status).toBe(0);
      expect(systems("node-a")).toBe((before[1] as number) + 1);
    },
    3 * MINUTE,
  );

  test(
    "while it activates: that is confirmed, nothing else begins, and another deploy is kept out meanwhile (59)",
    async () => {
      fleet.hook("system-node-a", waiting("system"));
      fleet.hook(SHOP, "true");
      fleet.plan("A slow system");
      const [system, shop] = [fleet.profile("node-a", "system"), fleet.profile("node-a", SHOP)];
      const counts = [systems("node-a"), activations("node-a")] as const;
      const run = begin();
      await until("it activates", () => isThere("node-a", "/tmp/system-there"));
      const other = await told(begin(), "node-a");
      expect(other).toMatchObject({ status: 2, host: { problem: { code: "node-locked" } } });
      expect(other.host?.problem?.message).toContain(node("node-a").read(LOCK)?.split("\n")[1]);
      run.signal("SIGINT");
      run.signal("SIGTERM");
      go("node-a", "system");
      expect(await told(run, "node-a")).toMatchObject({ status: 2, result: "stopped" });
      await isTidy(run, "node-a");
      expect(fleet.profile("node-a", "system")).not.toBe(system);
      expect(fleet.profile("node-a", SHOP)).toBe(shop);
      expect(live("node-a").profiles.system?.storePath).toBe(fleet.profile("node-a", "system"));
      expect((await deploy()).status).toBe(0);
      expect(fleet.profile("node-a", SHOP)).not.toBe(shop);
      expect([systems("node-a"), activations("node-a")]).toEqual([counts[0] + 1, counts[1] + 1]);
    },
    3 * MINUTE,
  );

  test(
    "and killed while it activates: what that left half done is done by the next, and secrets are swept (56, 72)",
    async () => {
      // Nobody listens to it any more by then, which ends it.
      fleet.hook("system-node-a", `${waiting("killed")}; echo going on`);
      fleet.plan("A system that hangs");
      const [before, count] = [fleet.profile("node-a", "system"), systems("node-a")];
      const run = begin();
      await until("it activates", () => isThere("node-a", "/tmp/killed-there"));
      const { status } = await run.cancel();
      expect([status, run.offspring()]).toEqual([null, []]);
      expect(canary().below(temp)).not.toEqual([]);
      go("node-a", "killed");
      await until(
        "it has ended there",
        () => node("node-a").try("pgrep", "-f", "deploy-rs-activate").status === 1,
      );
      expect([systems("node-a"), live("node-a").unproved]).toEqual([count, ["system"]]);
      const held = await told(begin(), "node-a");
      expect(held).toMatchObject({ status: 2, host: { problem: { code: "node-locked" } } });
      // Ten minutes later.
      const [times, owner] = lines(node("node-a").read(LOCK)) as [string, string];
      const [since, expires] = times.split(" ").map(Number) as [number, number];
      expect(expires - Date.now() / 1000).toBeLessThanOrEqual(600);
      node("node-a").write(LOCK, `${since - 600} ${expires - 600}\n${owner}\n`);
      node("node-a").run("chown", "deploy", LOCK);
      const again = begin();
      expect((await again.ended).status).toBe(0);
      await isTidy(again, "node-a");
      expect([fleet.profile("node-a", "system") === before, systems("node-a")]).toEqual([false, count + 1]);
      expect(await told(begin(), "node-a")).toEqual({ status: 0, result: "nothing", host: undefined });
    },
    4 * MINUTE,
  );

  test(
    "while it backs up: nothing is restored or written down, and the next takes a newer one along",
    async () => {
      for (const name of ["mysql-migrate", "files-migrate"])
        addBackup(node("node-a"), SHOP, name, {
          commands: [waiting("backup"), `restic backup --tag ${name} /home/${SHOP}/data`],
        });
      fleet.edit('production = "node-a";', 'production = "node-b";');
      fleet.plan("Production moves");
      const run = begin();
      await until("it backs up", () => isThere("node-a", "/tmp/backup-there"));
      run.signal("SIGINT");
      const found = await told(run, "node-b");
      expect(found).toMatchObject({ status: 2, result: "stopped", host: { problem: { code: "stopped" } } });
      await isTidy(run, "node-b");
      expect([fleet.profile("node-b", SHOP), live("node-b").steps]).toEqual([null, []]);
      go("node-a", "backup");
      expect((await deploy()).status).toBe(0);
      const made = snapshotsOf(node("node-a"), SHOP);
      const restored = lines(node("node-b").read(`/home/${SHOP}/restored`)).map((line) => JSON.parse(line));
      expect(restored).toHaveLength(1);
      for (const snapshot of Object.values(restored[0].snapshots)) expect(made).toContain(snapshot);
      expect(activations("node-b")).toBe(1);
    },
    4 * MINUTE,
  );
});
