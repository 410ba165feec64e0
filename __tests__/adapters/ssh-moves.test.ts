import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { SshNodes } from "../../src/adapters/ssh-nodes.ts";
import { addBackup, snapshotsOf } from "../support/node/backups.ts";
import { cutsAfter } from "../support/node/faults.ts";
import { keyPair } from "../support/node/keys.ts";
import { openNodes } from "../support/node/runner.ts";
import { startNode, type TestNode } from "../support/node.ts";
import { until } from "../support/until.ts";
import { describeWithNodes } from "../support/with-nodes.ts";

const MINUTE = 60_000;

// What a move does to data: the backup on one node, the plan of its restore on another. On a node whose
// sh is dash, as other suites have bash.
describeWithNodes("data that moves", () => {
  let node: TestNode;
  let nodes: SshNodes;

  beforeAll(async () => {
    const key = keyPair();
    node = await startNode({
      shell: "dash",
      deployKeys: [key.publicKey],
      users: [
        { name: "wiki", uid: 1001, keys: [key.publicKey] },
        { name: "blog", uid: 1002, keys: [key.publicKey] },
        { name: "shop", uid: 1003, keys: [] },
      ],
    });
    nodes = await openNodes({ key: key.privateKey, knownHosts: node.knownHosts });
  }, MINUTE);

  afterEach(() => node.inject());

  afterAll(async () => {
    await nodes?.dispose();
    await node?.dispose();
  });

  describe("a backup", () => {
    const backup = (name: string, user = "wiki") => nodes.backup(node.target, user, name);

    test("gives the snapshot that restic made just now", async () => {
      addBackup(node, "wiki", "app-migrate");
      const first = await backup("app-migrate");
      expect(first).toEqual({ name: "app-migrate", snapshot: snapshotsOf(node, "wiki").at(-1) });
      const second = await backup("app-migrate");
      expect(second.snapshot).toBe(snapshotsOf(node, "wiki").at(-1));
      expect(second.snapshot).not.toBe(first.snapshot);
      expect(snapshotsOf(node, "wiki")).toHaveLength(2);
    });

    test("falls back to the one without -migrate, and says so by its name", async () => {
      addBackup(node, "wiki", "db");
      expect(await backup("db-migrate")).toEqual({ name: "db", snapshot: snapshotsOf(node, "wiki").at(-1) });
    });

    test("without tags is known by its time", async () => {
      addBackup(node, "wiki", "plain", { tagged: false });
      expect((await backup("plain")).snapshot).toBe(snapshotsOf(node, "wiki").at(-1));
    });

    test("without restic's wrapper is known by what restic said in this very run", async () => {
      addBackup(node, "wiki", "bare", { wrapper: false });
      const { snapshot } = await backup("bare");
      expect(snapshotsOf(node, "wiki").at(-1)?.startsWith(snapshot)).toBe(true);
      expect(snapshot).toMatch(/^[0-9a-f]{8}$/);
      expect((await backup("bare")).snapshot).not.toBe(snapshot);
    });

    test("that fails is none, whatever earlier snapshots there are, and its words are told", async () => {
      addBackup(node, "wiki", "app-migrate", { commands: ["echo the database is away >&2; exit 2"] });
      await expect(backup("app-migrate")).rejects.toMatchObject({
        code: "backup-failed",
        message: expect.stringMatching(
          /'app-migrate' of 'wiki' on node 'node-a' failed: the database is away/,
        ),
      });
    });

    test("that makes no snapshot is none, though there are older ones", async () => {
      for (const [wrapper, name] of [
        [true, "app-migrate"],
        [false, "none"],
      ] as const) {
        addBackup(node, "wiki", name, { wrapper });
        await backup(name);
        addBackup(node, "wiki", name, { wrapper, commands: ["true"] });
        await expect(backup(name)).rejects.toMatchObject({
          code: "backup-snapshot",
          message: expect.stringMatching(/which snapshot it made is unknown/),
        });
      }
    });

    test("that runs already is let end, and made again: its data may be old", async () => {
      addBackup(node, "wiki", "slow", {
        commands: [
          "restic backup --quiet --tag slow /home/wiki/data",
          "touch begun; while [ ! -e go ]; do sleep 0.1; done",
        ],
      });
      const before = snapshotsOf(node, "wiki").length;
      const unit = "XDG_RUNTIME_DIR=/run/user/1001 systemctl --user start restic-backups-slow.service";
      node.runAs("wiki", `nohup sh -c '${unit}' >/dev/null 2>&1 &`);
      await until("the first run", () => node.read("/home/wiki/begun") !== null);
      const found = backup("slow");
      await until(
        "ours waits",
        () => node.try("pgrep", "-f", "start --wait restic-backups-slow").status === 0,
      );
      node.runAs("wiki", "touch go");
      const { snapshot } = await found;
      expect(snapshotsOf(node, "wiki")).toHaveLength(before + 2);
      expect(snapshotsOf(node, "wiki").at(-1)).toBe(snapshot);
    });

    test("that is not there is said to be missing, under both names", async () => {
      await expect(backup("nothing-migrate")).rejects.toMatchObject({
        code: "backup-missing",
        message: expect.stringMatching(/restic-backups-nothing-migrate\.service, nor one without -migrate/),
      });
      await expect(backup("app-migrate", "blog")).rejects.toMatchObject({ code: "backup-missing" });
    });

    test("needs its user's login and service manager", async () => {
      await expect(backup("app-migrate", "shop")).rejects.toMatchObject({ code: "login-refused" });
      node.run("mv", "/run/user/1002", "/run/user/away");
      await expect(backup("app-migrate", "blog")).rejects.toMatchObject({
        code: "node-command",
        message: expect.stringMatching(/connect to bus/),
      });
      node.run("mv", "/run/user/away", "/run/user/1002");
    });

    test.each(["", "a b", "../x", "-x", "a;id", "x".repeat(101)])("has no name like %j", async (name) => {
      await expect(backup(name)).rejects.toMatchObject({ code: "backup-name" });
    });

    test("whose user lies about snapshots gives none that is not an id", async () => {
      addBackup(node, "wiki", "liar", { commands: ["true"] });
      const say = (text: string) =>
        node.write("/home/wiki/.local/bin/restic-liar", `#!/bin/sh\ncat <<'END'\n${text}\nEND\n`, 0o755);
      for (const list of [
        "null",
        "{}",
        '[{"id":"$(id)","time":"2999-01-01T00:00:00Z"}]',
        '[{"id":1}]',
        "[]",
      ]) {
        say(list);
        await expect(backup("liar")).rejects.toMatchObject({ code: "backup-snapshot" });
      }
      say("no JSON");
      await expect(backup("liar")).rejects.toMatchObject({ code: "file-not-json" });
    });
  });

  describe("a restore plan", () => {
    const PLAN = { sourceNode: "node-b", snapshots: { "app-migrate": "abc", "it's $(id)": "ü" } };
    const wiki = { user: "wiki", uid: 1001, runtimeDir: "/run/hostenv/user/wiki", folders: [] };
    const file = `${wiki.runtimeDir}/restore/plan.json`;
    const leave = (plan: typeof PLAN | null, place = wiki) => nodes.restorePlan(node.target, place, plan);
    const parsed = (path = file) => JSON.parse(node.read(path) ?? "null");

    afterEach(() => {
      node.run("rm", "-rf", wiki.runtimeDir);
    });

    test("is the environment's alone, in folders as the modules of hostenv make them", async () => {
      await leave(PLAN);
      expect(parsed()).toEqual(PLAN);
      expect(node.owner(file)).toBe("regular file 600 wiki wiki");
      expect(node.owner(`${wiki.runtimeDir}/restore`)).toBe("directory 700 wiki users");
      expect(node.owner(wiki.runtimeDir)).toBe("directory 2700 wiki users");
      expect(node.owner("/run/hostenv/user")).toBe("directory 755 root root");
    });

    test("replaces an earlier one as a whole, and is removed", async () => {
      await leave({ ...PLAN, sourceNode: "x".repeat(100_000) });
      await leave(PLAN);
      expect(parsed()).toEqual(PLAN);
      await leave(null);
      expect(node.run("ls", "-A", `${wiki.runtimeDir}/restore`)).toBe("");
      await leave(null);
      node.run("rm", "-r", wiki.runtimeDir);
      await leave(null);
      expect(node.owner(wiki.runtimeDir)).toBeNull();
    });

    test("waits for a user that activating the system will make", async () => {
      const runtimeDir = "/run/hostenv/user/new-main-1234567";
      const place = { user: "new-main-1234567", uid: 1077, runtimeDir, folders: [] };
      await leave(PLAN, place);
      node.addUser({ name: place.user, uid: place.uid, keys: [] });
      expect(JSON.parse(node.runAs(place.user, `cat ${place.runtimeDir}/restore/plan.json`))).toEqual(PLAN);
      expect(node.owner(`${place.runtimeDir}/restore/plan.json`)).toMatch(
        /^regular file 600 new-main-1234567 /,
      );
    });

    test("of a broken connection leaves the earlier one", async () => {
      await leave(PLAN);
      node.inject(cutsAfter("hostenv-restore", 20));
      await expect(leave({ ...PLAN, sourceNode: "other" })).rejects.toMatchObject({
        code: "node-command",
        message: expect.stringMatching(/plan\.json can't be written/),
      });
      expect(parsed()).toEqual(PLAN);
    });

    // The environment's user is hostile: root must write nothing where it points.
    const ATTACKS: readonly (readonly [string, string])[] = [
      ["a link in the folder's place", `ln -s /etc/victim ${wiki.runtimeDir}/restore`],
      ["a link to another user's folder", `ln -s /home/blog ${wiki.runtimeDir}/restore`],
      ["a link in the file's place", `mkdir ${wiki.runtimeDir}/restore; ln -s /etc/victim/file ${file}`],
      [
        "a link in the new file's place",
        `mkdir ${wiki.runtimeDir}/restore; ln -s /etc/victim/file ${file}.new`,
      ],
      ["a folder in the file's place", `mkdir -p ${file}; ln -s /etc/victim/file ${file}/plan.json.new`],
      ["a pipe in the file's place", `mkdir ${wiki.runtimeDir}/restore; mkfifo ${file} ${file}.new`],
      [
        "a folder that it can't write",
        `mkdir ${wiki.runtimeDir}/restore; chmod 500 ${wiki.runtimeDir}/restore`,
      ],
    ];

    const seized = () => {
      node.run("mkdir", "-p", "/etc/victim");
      node.write("/etc/victim/file", "untouched");
      node.run("install", "-d", "-m", "2700", "-o", "wiki", "-g", "users", wiki.runtimeDir);
    };
    const traces = () =>
      [
        ...["/etc/victim", "/etc/victim/file", "/home/blog", wiki.runtimeDir].map((path) => node.owner(path)),
        ...[node.run("ls", "-A", "/etc/victim"), node.run("ls", "-A", "/home/blog")],
        node.read("/etc/victim/file"),
      ].join("\n");

    test.each(ATTACKS)("is written past %s", async (_, attack) => {
      seized();
      const before = traces();
      node.runAs("wiki", attack);
      await leave(PLAN);
      expect(traces()).toBe(before);
      expect(parsed()).toEqual(PLAN);
      expect(node.owner(file)).toBe("regular file 600 wiki wiki");
    });

    test("is written nowhere else while its owner exchanges folder and link as fast as it can", async () => {
      seized();
      const before = traces();
      node.runAs(
        "wiki",
        `cd ${wiki.runtimeDir}; nohup sh -c 'while [ ! -e /tmp/enough ]; do
           rm -rf restore; ln -s /etc/victim restore; rm -f restore; mkdir restore; ln -s /etc/victim/file restore/plan.json.new
         done' >/dev/null 2>&1 &`,
      );
      for (let round = 0; round < 8; round++) await leave(PLAN).catch(() => {});
      for (let round = 0; round < 2; round++) await leave(null).catch(() => {});
      node.run("touch", "/tmp/enough");
      expect(traces()).toBe(before);
      await until("its owner has enough", () => node.try("pgrep", "-u", "wiki", "-f", "enough").status !== 0);
    });

    test("is not written into a folder that is a link, somebody else's, or in somebody's reach", async () => {
      node.run("ln", "-s", "/etc/victim", wiki.runtimeDir);
      await expect(leave(PLAN)).rejects.toMatchObject({ message: expect.stringMatching(/is a link/) });
      node.run("rm", wiki.runtimeDir);
      node.run("install", "-d", "-o", "blog", wiki.runtimeDir);
      await expect(leave(PLAN)).rejects.toMatchObject({
        message: expect.stringMatching(/belongs to somebody else than 1001/),
      });
      node.run("rmdir", wiki.runtimeDir);
      node.run("install", "-d", "-o", "blog", "/run/theirs", "/run/theirs/user");
      const place = { ...wiki, runtimeDir: "/run/theirs/user/wiki" };
      await expect(leave(PLAN, place)).rejects.toMatchObject({
        code: "node-command",
        message: expect.stringMatching(/\/run\/theirs\/user can be written by others than root/),
      });
      expect(node.run("ls", "-A", "/run/theirs/user")).toBe("");
    });

    test("is looked at for what its environment has left of it", async () => {
      const left = () => nodes.restoreLeft(node.target, wiki);
      // Without its folder nobody knows what was there: a node that was started anew has none.
      expect(await left()).toEqual(["plan.json"]);
      await leave(PLAN);
      expect(await left()).toEqual(["app-migrate", "it's $(id)"]);
      node.runAs("wiki", `echo '{"sourceNode":"node-b","snapshots":{}}' >${file}`);
      expect(await left()).toEqual([]);
      node.runAs("wiki", `echo '{}' >${file}`);
      expect(await left()).toEqual(["plan.json"]);
      node.runAs("wiki", `echo no json >${file}`);
      await expect(left()).rejects.toMatchObject({ code: "file-not-json" });
      node.runAs("wiki", `rm ${file}; ln -s /etc/passwd ${file}`);
      expect(await left()).toEqual(["plan.json"]);
      node.runAs("wiki", `rm ${file}; touch ${file}; chmod 0 ${file}`);
      expect(await left()).toEqual(["plan.json"]);
      node.runAs("wiki", `rm ${file}`);
      expect(await left()).toEqual([]);
    });

    test.each([
      "/etc/user/wiki",
      "/run/../etc/user/wiki",
      "/run/hostenv/user/blog",
      "/run/hostenv/user/wiki/x",
      "wiki",
      "/run/a b/user/wiki",
    ])("has no place at %j, whatever a project sets its root to", async (runtimeDir) => {
      await expect(leave(PLAN, { ...wiki, runtimeDir })).rejects.toMatchObject({ code: "node-path" });
    });
  });

  describe("data in the way of a restore", () => {
    const folders = ["/home/wiki/.local/share", "/home/wiki/.local/state"];
    const wiki = { user: "wiki", uid: 1001, runtimeDir: "/run/hostenv/user/wiki", folders };
    const setAside = (as: "before" | "copy", place = wiki) => nodes.setAside(node.target, place, as);
    const files = () => node.runAs("wiki", "cd .local && find . -type f | sort").trim().split("\n");
    const MANAGER = "/etc/systemd/test/user@1001.service";
    /** What the service manager of the user was told, and what lay in the way then. */
    const told = () => (node.read("/tmp/told") ?? "").trim().split("\n");

    beforeEach(() => {
      node.run("mkdir", "-p", "/etc/systemd/test");
      node.runAs(
        "wiki",
        "rm -rf .local && mkdir -p .local/share/db .local/state && echo old >.local/share/db/rows",
      );
    });
    afterEach(() => {
      node.run("rm", "-rf", MANAGER, "/run/test-units", "/tmp/told");
    });

    test("is renamed where it is, with its time, and nothing else is", async () => {
      const [aside, ...more] = await setAside("before");
      expect([aside, more]).toEqual([
        expect.stringMatching(/^\/home\/wiki\/\.local\/share\.before-\d{8}T\d{6}Z$/),
        [],
      ]);
      expect(files()).toEqual([`./${aside?.split("/").at(-1)}/db/rows`]);
      expect(node.owner(aside as string)).toMatch(/^directory \d+ wiki wiki$/);
      expect(await setAside("before")).toEqual([]);
    });

    test("takes the place of an earlier copy, and of nothing that was there before any", async () => {
      const [kept] = await setAside("before");
      for (const rows of ["first", "second"]) {
        node.runAs(
          "wiki",
          `mkdir -p .local/share .local/state && echo ${rows} | tee .local/share/rows >.local/state/marker`,
        );
        expect(await setAside("copy")).toEqual(folders.map((folder) => `${folder}.copy`));
      }
      expect(files()).toEqual(
        [`./${kept?.split("/").at(-1)}/db/rows`, "./share.copy/rows", "./state.copy/marker"].sort(),
      );
      expect(node.read("/home/wiki/.local/share.copy/rows")).toBe("second\n");
    });

    test("is let go of first by what the environment runs, which begins again with nothing", async () => {
      const say = (word: string) => `echo ${word} $(ls -A /home/wiki/.local/share 2>/dev/null) >>/tmp/told`;
      node.write(MANAGER, `[Service]\nExecStart=${say("start")}\nExecStop=${say("stop")}\n`);
      node.run("mkdir", "-p", "/run/test-units");
      node.write("/run/test-units/user@1001.service.active", "active\n");
      expect(await setAside("before")).toHaveLength(1);
      expect(told()).toEqual(["stop db", "start"]);
      // Nothing is there any more: nothing has to end for it.
      node.write("/run/test-units/user@1001.service.active", "active\n");
      expect([await setAside("before"), told()]).toEqual([[], ["stop db", "start"]]);
    });

    test("of a manager that can't be ended stays, and so does what can't be renamed, whose manager goes on", async () => {
      node.write(MANAGER, "[Service]\nExecStart=echo start >>/tmp/told\nExecStop=false\n");
      node.run("mkdir", "-p", "/run/test-units");
      node.write("/run/test-units/user@1001.service.active", "active\n");
      await expect(setAside("before")).rejects.toMatchObject({
        message: expect.stringMatching(/can't be stopped/),
      });
      expect(files()).toEqual(["./share/db/rows"]);
      node.write(MANAGER, "[Service]\nExecStart=echo start >>/tmp/told\n");
      node.run("mount", "--bind", "/home/wiki/.local/share", "/home/wiki/.local/share");
      await expect(setAside("before")).rejects.toMatchObject({
        message: expect.stringMatching(/can't be renamed/),
      });
      node.run("umount", "/home/wiki/.local/share");
      expect([files(), told()]).toEqual([["./share/db/rows"], ["start"]]);
    });

    test("is renamed also where it is a link to what is gone", async () => {
      node.runAs("wiki", "rm -rf .local/share && ln -s /nix/store/gone .local/share");
      const [aside] = await setAside("before");
      expect([node.link(aside as string), node.link("/home/wiki/.local/share")]).toEqual([
        "/nix/store/gone",
        null,
      ]);
    });

    test("that its owner can't look at is no empty place", async () => {
      node.run("chown", "root", "/home/wiki/.local/share");
      node.run("chmod", "700", "/home/wiki/.local/share");
      await expect(setAside("before")).rejects.toMatchObject({
        message: expect.stringMatching(/can't be looked at by its owner/),
      });
      node.run("rm", "-r", "/home/wiki/.local/share");
    });

    test("of an environment whose user is gone is its number's still", async () => {
      const place = {
        user: "gone",
        uid: 1088,
        runtimeDir: "/run/hostenv/user/gone",
        folders: ["/home/gone/.local/share"],
      };
      node.run(
        "install",
        "-d",
        "-o",
        "1088",
        "-g",
        "1088",
        "/home/gone",
        "/home/gone/.local",
        "/home/gone/.local/share",
      );
      node.write("/home/gone/.local/share/rows", "old");
      expect(await setAside("before", place)).toHaveLength(1);
      expect(node.run("ls", "/home/gone/.local")).toMatch(/^share\.before-\S+\n$/);
    });

    test("is nobody else's: a link leads no further than its own name", async () => {
      node.runAs("blog", "mkdir -p theirs && touch theirs/file");
      node.run("chmod", "755", "/home/blog", "/home/blog/theirs");
      node.runAs("wiki", "rm -rf .local/share && ln -s /home/blog/theirs .local/share");
      expect(await setAside("before")).toHaveLength(1);
      expect(node.run("ls", "/home/blog/theirs")).toBe("file\n");
      for (const folder of ["/home/blog/.local/share", "/etc", "/home/wiki/../blog/x"])
        await expect(setAside("before", { ...wiki, folders: [folder] })).rejects.toMatchObject({
          code: "node-path",
        });
    });
  });
});
