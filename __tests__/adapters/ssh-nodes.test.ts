import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import type { SshNodes } from "../../src/adapters/ssh-nodes.ts";
import type { NodeTarget, ProfilePlace } from "../../src/ports/nodes.ts";
import { becomes, cutsAfter, drops, dropsAfter } from "../support/node/faults.ts";
import { addGeneration, placeOf, SYSTEM_PLACE } from "../support/node/generations.ts";
import { type KeyPair, keyPair } from "../support/node/keys.ts";
import { openNodes } from "../support/node/runner.ts";
import { startNode, type TestNode } from "../support/node.ts";
import { until } from "../support/until.ts";
import { describeWithNodes } from "../support/with-nodes.ts";

const MINUTE = 60_000;
const LIVE = "/var/lib/hostenv-provider/deployed.json";
const HOLDER = "/var/lib/hostenv-provider/lock/holder";
const WIKI = placeOf("wiki");

describeWithNodes("a node by SSH", () => {
  let key: KeyPair;
  let node: TestNode;
  let nodes: SshNodes;
  let target: NodeTarget;

  beforeAll(async () => {
    key = keyPair();
    node = await startNode({
      deployKeys: [key.publicKey],
      users: [
        { name: "wiki", uid: 1001, keys: [key.publicKey] },
        { name: "blog", uid: 1002, keys: [] },
      ],
      trustedKeys: ["cache.test-1:aaaa", "provider-1:bbbb"],
    });
    nodes = await openNodes({ key: key.privateKey, knownHosts: node.knownHosts });
    target = node.target;
    await nodes.lock(target, "setup", 60);
    await nodes.unlock(target, "setup");
  }, MINUTE);

  afterEach(() => node.inject());

  afterAll(async () => {
    await nodes?.dispose();
    await node?.dispose();
  });

  const look = (users: string[] = [], uids: Record<string, number> = {}) =>
    nodes.look(target, { profiles: [SYSTEM_PLACE, WIKI], users, uids });

  describe("look", () => {
    test("tells what it is, what it trusts and what is free", async () => {
      const found = await look();
      expect(found).toMatchObject({ os: "nixos", live: null, lock: null, missingUsers: [], logins: {} });
      expect(found.trustedKeys).toEqual(["cache.test-1:aaaa", "provider-1:bbbb"]);
      expect(found.freeBytes).toBeGreaterThan(2 ** 20);
      expect(found.freeBytes).toBeLessThanOrEqual(256 * 2 ** 20);
    });

    test("asks for the daemon's settings, whatever the deploy user's own are", async () => {
      node.runAs(
        "deploy",
        "mkdir -p .config/nix; echo trusted-public-keys = mine-1:dd >.config/nix/nix.conf",
      );
      expect((await look()).trustedKeys).toEqual(["cache.test-1:aaaa", "provider-1:bbbb"]);
      node.run("rm", "-r", "/home/deploy/.config");
    });

    test("knows a current Nix, too, and one that does not tell", async () => {
      const nix = "/run/current-system/sw/bin/nix";
      node.write(
        nix,
        '#!/bin/sh\n[ "$3 $4" != "config show" ] || echo "trusted-public-keys = new-1:cc"\n',
        0o755,
      );
      expect((await look()).trustedKeys).toEqual(["new-1:cc"]);
      node.write(nix, "#!/bin/sh\nexit 1\n", 0o755);
      expect((await look()).trustedKeys).toBeNull();
      node.run("rm", nix);
    });

    test("tries the login of each user that is there, and says which key is missing", async () => {
      const { logins, missingUsers } = await look(["wiki", "blog", "new-main-1234567"]);
      expect(missingUsers).toEqual(["new-main-1234567"]);
      expect(Object.keys(logins).sort()).toEqual(["blog", "wiki"]);
      expect(logins.wiki).toBeNull();
      expect(logins.blog).toContain(key.publicKey);
      expect(logins.blog).toMatch(/does not let 'blog' in.*provider\.deployPublicKeys/);
      expect(node.log()).not.toMatch(/nvalid user new-main/);
    });

    test("knows who else has the uid that an environment is to have", async () => {
      const uids = {
        wiki: 1001,
        "new-main-1234567": 1002,
        "next-main-1234567": 1003,
        "last-main-1234567": 900,
      };
      expect((await look([], uids)).takenUids).toEqual({
        "new-main-1234567": "blog",
        "last-main-1234567": "deploy",
      });
    });

    test("sees a user whom a broken shell or another login keeps out", async () => {
      node.inject(becomes("hostenv-login", "echo This account is currently not available.; exit 1"));
      expect((await look(["wiki"])).logins.wiki).toMatch(/failed to log in as 'wiki' \(exit code 1\)/);
      node.inject(becomes("hostenv-login", "echo hostenv-provider; echo user somebody; echo end"));
      expect((await look(["wiki"])).logins.wiki).toMatch(/somebody/);
    });

    test("tells generations, and what can be rolled back to", async () => {
      expect((await look()).profiles).toEqual({ system: null, wiki: null });
      const byHand = addGeneration(node, SYSTEM_PLACE, null);
      expect((await look()).profiles.system).toEqual({ ...byHand, activatable: false, canRollBack: false });
      const second = addGeneration(node, SYSTEM_PLACE, "true");
      expect((await look()).profiles.system).toEqual({ ...second, activatable: true, canRollBack: false });
      const third = addGeneration(node, SYSTEM_PLACE, "true");
      await nodes.prepare(target, [WIKI]);
      const wiki = addGeneration(node, WIKI, "true");
      expect((await look()).profiles).toEqual({
        system: { ...third, activatable: true, canRollBack: true },
        wiki: { ...wiki, activatable: true, canRollBack: false },
      });
      node.run("nix-env", "-p", SYSTEM_PLACE.path, "--switch-generation", String(second.generation));
      expect(await nodes.profiles(target, [SYSTEM_PLACE])).toEqual({
        system: { ...second, activatable: true, canRollBack: false },
      });
    });

    test("takes links that a user made for none, whatever is in their names", async () => {
      const folder = "/nix/var/nix/profiles/per-user/wiki";
      const [system, wiki] = [addGeneration(node, SYSTEM_PLACE, null), addGeneration(node, WIKI, null)];
      node.run(
        "ln",
        "-sfn",
        "/nix/store/x\nprofile /nix/var/nix/profiles/system 9 y",
        `${folder}/hostenv-99-link`,
      );
      const own = node.link(WIKI.path) as string;
      const links = ["/etc/shadow", "hostenv-x-link", "hostenv-99-link", `${own}\nend`, `../wiki/${own}`];
      for (const link of links) {
        node.run("ln", "-sfn", link, WIKI.path);
        const { profiles } = await look();
        expect({ link, wiki: profiles.wiki }).toEqual({ link, wiki: null });
        expect(profiles.system?.generation).toBe(system.generation);
      }
      node.run("ln", "-sfn", own, WIKI.path);
      expect((await look()).profiles.wiki?.generation).toBe(wiki.generation);
      node.run("rm", `${folder}/hostenv-99-link`);
    });
  });

  describe("deployed.json", () => {
    test("is replaced as a whole, for the deploy user and its group alone to read", async () => {
      await nodes.writeLive(target, '{"a":1}\n');
      expect(node.owner(LIVE)).toBe("regular file 640 deploy deploy");
      expect((await look()).live).toEqual({ a: 1 });
      expect(await nodes.live(target)).toEqual({ a: 1 });
      const large = JSON.stringify({ facts: "ä'\\\"$(id)`\n".repeat(300_000) });
      await nodes.writeLive(target, large);
      expect(node.read(LIVE) === large).toBe(true);
      expect(JSON.stringify((await look()).live) === large).toBe(true);
      expect(node.run("ls", "-A", "/var/lib/hostenv-provider").split("\n").filter(Boolean).sort()).toEqual([
        "canary",
        "deployed.json",
        "lock",
      ]);
    });

    test("stays as it was when the disk is full", async () => {
      await nodes.writeLive(target, '{"a":2}');
      node.try("sh", "-c", "dd if=/dev/zero of=/var/lib/filler bs=65536 2>/dev/null; sync");
      await expect(nodes.writeLive(target, JSON.stringify("x".repeat(200_000)))).rejects.toMatchObject({
        code: "node-command",
        message: expect.stringMatching(/No space left/),
      });
      expect(node.read(LIVE)).toBe('{"a":2}');
      node.run("rm", "/var/lib/filler");
      expect(node.try("test", "-e", `${LIVE}.new`).status).toBe(1);
    });

    test("stays as it was when the connection breaks", async () => {
      await nodes.writeLive(target, '{"a":2}');
      node.inject(drops("hostenv-write"));
      await expect(nodes.writeLive(target, '{"a":3}')).rejects.toMatchObject({
        code: "node-unreachable",
        message: expect.stringMatching(/write deployed\.json/),
      });
      expect(node.read(LIVE)).toBe('{"a":2}');
      node.inject(cutsAfter("hostenv-write", 3));
      await expect(nodes.writeLive(target, '{"a":3}')).rejects.toMatchObject({
        code: "node-command",
        message: expect.stringMatching(/the connection broke before all of it was there/),
      });
      expect(node.read(LIVE)).toBe('{"a":2}');
    });

    test("is left to whoever has the lock by now, and to nobody else", async () => {
      await nodes.writeLive(target, '{"a":4}');
      await nodes.lock(target, "run 1", 600);
      const hour = Math.floor(Date.now() / 1000) + 3600;
      node.write(HOLDER, `${hour - 4000} ${hour}\nrun 2\n`);
      await expect(nodes.writeLive(target, '{"a":5}')).rejects.toMatchObject({
        code: "node-locked",
        message: expect.stringMatching(/^run 2 deploys node-a since /),
      });
      expect(node.read(LIVE)).toBe('{"a":4}');
      node.write(HOLDER, `1 2\nrun 2\n`);
      await nodes.writeLive(target, '{"a":6}');
      await nodes.lock(target, "run 1", 600);
      await nodes.writeLive(target, '{"a":7}');
      expect(node.read(LIVE)).toBe('{"a":7}');
      await nodes.unlock(target, "run 1");
    });

    test("is not taken for one when it is huge, or no JSON", async () => {
      node.run("truncate", "-s", "100M", LIVE);
      for (const ask of [look, () => nodes.live(target)])
        await expect(ask()).rejects.toMatchObject({
          code: "node-answer",
          message: expect.stringMatching(/104857600 bytes/),
        });
      for (const [text, code] of [
        ["", "file-not-json"],
        ["\u0000\u001b[2J", "file-not-json"],
        ['{"a":1,"a":2}', "file-duplicate-key"],
        ['{"__proto__":{}}', "file-prototype-key"],
        ["[".repeat(200), "file-too-deep"],
      ] as const) {
        node.write(LIVE, text);
        for (const ask of [look, () => nodes.live(target)])
          await expect(ask()).rejects.toMatchObject({
            code,
            message: expect.stringMatching(/deployed\.json on node 'node-a'/),
          });
      }
      node.run("rm", LIVE);
      expect(await nodes.live(target)).toBeNull();
    });
  });

  describe("lock", () => {
    const holder = () => node.read(HOLDER);
    afterEach(() => {
      node.try("rm", "-f", HOLDER);
    });

    test("is one run's, which may take it again and gives it back", async () => {
      const before = Date.now() - 1000;
      expect(await nodes.lock(target, "run 1 of 'main' $(id)", 600)).toBeNull();
      const other = await nodes.lock(target, "run 2", 600);
      expect(other?.owner).toBe("run 1 of 'main' $(id)");
      const [since, expires] = [Date.parse(other?.since ?? ""), Date.parse(other?.expires ?? "")];
      expect(since).toBeGreaterThanOrEqual(before - 1000);
      expect(expires - since).toBe(600_000);
      expect((await look()).lock).toEqual(other);
      expect(await nodes.lock(target, "run 1 of 'main' $(id)", 1200)).toBeNull();
      const again = (await look()).lock;
      expect(again?.since).toBe(other?.since);
      expect(Date.parse(again?.expires ?? "")).toBeGreaterThan(expires);
      await nodes.unlock(target, "run 2");
      expect((await look()).lock).toEqual(again);
      await nodes.unlock(target, "run 1 of 'main' $(id)");
      expect((await look()).lock).toBeNull();
      expect(await nodes.lock(target, "run 2", 600)).toBeNull();
    });

    test("goes to one of many that come at once", async () => {
      const owners = Array.from({ length: 8 }, (_, index) => `run ${index}`);
      const answers = await Promise.all(owners.map((owner) => nodes.lock(target, owner, 600)));
      expect(answers.filter((answer) => answer === null)).toHaveLength(1);
      const winner = owners[answers.indexOf(null)];
      expect(answers.filter((answer) => answer !== null).map(({ owner }) => owner)).toEqual(
        Array.from({ length: 7 }, () => winner),
      );
    });

    test("of a run that was killed stays until it expires, and goes to one of those who wait then", async () => {
      await nodes.lock(target, "dead", 600);
      expect((await nodes.lock(target, "next", 600))?.owner).toBe("dead");
      const now = Math.floor(Date.now() / 1000);
      node.write(HOLDER, `${now - 700} ${now - 1}\ndead\n`);
      node.run("chown", "deploy", HOLDER);
      expect((await look()).lock).toBeNull();
      const answers = await Promise.all(["a", "b", "c"].map((owner) => nodes.lock(target, owner, 600)));
      expect(answers.filter((answer) => answer === null)).toHaveLength(1);
    });

    test("is not blocked by one who dies while it is at it", async () => {
      node.inject(
        becomes("hostenv-lock", "flock -x /var/lib/hostenv-provider/lock/guard sleep 100", { to: 1 }),
      );
      const dead = nodes.lock(target, "dead", 600).catch(() => "gone");
      await until("it is at it", () => node.try("pgrep", "-f", "sleep 100").status === 0);
      const waiting = nodes.lock(target, "next", 600);
      node.run("pkill", "-9", "-f", "sleep 100");
      expect(await waiting).toBeNull();
      expect(await dead).toBe("gone");
    });

    test.each(["", "x", "12 y\nz\n", "-1 99999999999\nz\n", "1 2 3\nz\n"])(
      "whose file says %j is nobody's",
      async (text) => {
        node.write(HOLDER, text);
        node.run("chown", "deploy", HOLDER);
        expect((await look()).lock).toBeNull();
        expect(await nodes.lock(target, "next", 600)).toBeNull();
        expect(holder()).toMatch(/^\d+ \d+\nnext\n$/);
      },
    );
  });

  describe("prepare", () => {
    const CANARY = "/var/lib/hostenv-provider/canary";

    test("makes the folders of profiles and confirmations, each its own user's", async () => {
      await nodes.prepare(target, [SYSTEM_PLACE, WIKI, placeOf("blog")]);
      expect(node.owner("/var/lib/hostenv-provider")).toBe("directory 755 deploy root");
      expect(node.owner(CANARY)).toBe("directory 755 root root");
      expect(node.owner(`${CANARY}/system`)).toBe("directory 700 root root");
      expect(node.owner(`${CANARY}/blog`)).toBe("directory 700 blog blog");
      expect(node.owner("/nix/var/nix/profiles/per-user/blog")).toBe("directory 755 blog blog");
      expect(node.owner("/nix/var/nix/profiles")).toBe("directory 755 root root");
    });

    test("removes canaries that broken activations left, and follows none", async () => {
      node.run("touch", `${CANARY}/system/deploy-rs-canary-abc`, "/etc/keep");
      node.runAs("wiki", `ln -s /etc/keep ${CANARY}/wiki/deploy-rs-canary-abc; touch ${CANARY}/wiki/other`);
      await nodes.prepare(target, [SYSTEM_PLACE, WIKI]);
      expect(node.run("find", CANARY, "!", "-type", "d")).toBe(`${CANARY}/wiki/other\n`);
      expect(node.owner("/etc/keep")).toBe("regular empty file 644 root root");
    });

    test("needs the user to be there", async () => {
      await expect(nodes.prepare(target, [placeOf("new-main-1234567")])).rejects.toMatchObject({
        code: "node-command",
        message: expect.stringMatching(/there is no user new-main-1234567/),
      });
    });

    test("goes nowhere that somebody else than root may have led it", async () => {
      const parent = "/nix/var/nix/profiles/per-user";
      node.run("chmod", "1777", parent);
      node.runAs("blog", `ln -s /etc ${parent}/evil`);
      node.addUser({ name: "evil", uid: 1003, keys: [] });
      await expect(nodes.prepare(target, [placeOf("evil")])).rejects.toMatchObject({
        message: expect.stringMatching(/per-user can be written by others than root/),
      });
      node.run("chmod", "755", parent);
      await expect(nodes.prepare(target, [placeOf("evil")])).rejects.toMatchObject({
        message: expect.stringMatching(/per-user\/evil is a link/),
      });
      expect(node.owner("/etc")).toMatch(/directory 755 root root/);
    });

    test.each(["/etc/passwd", "/nix/var/nix/profiles/../../../etc/x", "/nix/var/nix/profiles/a b", "x"])(
      "has no profile at %j",
      async (path) => {
        const place = { profile: "wiki", user: "wiki", path };
        await expect(nodes.prepare(target, [place])).rejects.toMatchObject({ code: "node-path" });
        await expect(nodes.profiles(target, [place])).rejects.toMatchObject({ code: "node-path" });
      },
    );

    test("says that sudo asks for a password", async () => {
      const sudoers = node.read("/etc/sudoers") as string;
      node.write("/etc/sudoers", sudoers.replace("deploy ALL", "nobody ALL"), 0o440);
      await expect(nodes.prepare(target, [SYSTEM_PLACE])).rejects.toMatchObject({
        code: "node-command",
        message: expect.stringMatching(/sudo: a password is required/),
        hint: expect.stringMatching(/let 'deploy' use sudo without a password/),
      });
      node.write("/etc/sudoers", sudoers, 0o440);
    });
  });

  describe("rollBack", () => {
    const current = async (place: ProfilePlace) =>
      (await nodes.profiles(target, [place]))[place.profile]?.generation;

    test("activates an earlier generation of the system as root, as deploy-rs would", async () => {
      const good = addGeneration(node, SYSTEM_PLACE, 'echo "$(id -un) $PROFILE $PWD" >/run/activated');
      addGeneration(node, SYSTEM_PLACE, "false");
      await nodes.rollBack(target, SYSTEM_PLACE, good.generation);
      expect(await current(SYSTEM_PLACE)).toBe(good.generation);
      expect(node.read("/run/activated")).toBe(`root ${SYSTEM_PLACE.path} ${SYSTEM_PLACE.path}\n`);
    });

    test("activates an environment's as its user", async () => {
      const good = addGeneration(node, WIKI, 'id -un >"$HOME/activated"');
      addGeneration(node, WIKI, "true");
      await nodes.rollBack(target, WIKI, good.generation);
      expect(node.owner("/home/wiki/activated")).toBe("regular file 644 wiki wiki");
      expect(await current(WIKI)).toBe(good.generation);
    });

    test("brings back what was, where the earlier one can't be activated", async () => {
      const bad = addGeneration(node, WIKI, "echo it is broken >&2; exit 3");
      const good = addGeneration(node, WIKI, "echo again >>$HOME/again");
      const back = `it is broken; generation ${good.generation} is current and active again`;
      await expect(nodes.rollBack(target, WIKI, bad.generation)).rejects.toMatchObject({
        code: "rollback-failed",
        message: expect.stringContaining(back),
      });
      expect(await current(WIKI)).toBe(good.generation);
      expect(node.read("/home/wiki/again")).toBe("again\n");
    });

    test("says it when that fails, too", async () => {
      const [bad, worse] = [addGeneration(node, WIKI, "exit 3"), addGeneration(node, WIKI, "exit 4")];
      const lost = `generation ${worse.generation} was made current again, and activating it failed`;
      await expect(nodes.rollBack(target, WIKI, bad.generation)).rejects.toMatchObject({
        code: "rollback-failed",
        message: expect.stringContaining(lost),
      });
    });

    test("changes nothing for a generation that is none, or was made by hand", async () => {
      const byHand = addGeneration(node, WIKI, null);
      const now = addGeneration(node, WIKI, "true");
      for (const generation of [byHand.generation, 9999]) {
        await expect(nodes.rollBack(target, WIKI, generation)).rejects.toMatchObject({
          code: "node-command",
          message: expect.stringMatching(/not there, or was not made for deploy-rs/),
        });
      }
      expect(await current(WIKI)).toBe(now.generation);
    });

    test("comes to its end when the connection does not last", async () => {
      const slow = addGeneration(node, WIKI, "touch $HOME/begun; sleep 3; touch $HOME/late");
      addGeneration(node, WIKI, "true");
      node.inject(dropsAfter("hostenv-rollback", 2));
      const over = nodes.rollBack(target, WIKI, slow.generation);
      await expect(over).rejects.toMatchObject({ code: "node-unreachable" });
      await until("the activation's end", () => node.read("/home/wiki/late") !== null);
      expect(await current(WIKI)).toBe(slow.generation);
    });

    test("brings back what was, too, when nobody listens any more", async () => {
      const bad = addGeneration(node, WIKI, "sleep 3; exit 3");
      const good = addGeneration(node, WIKI, "touch $HOME/back");
      node.inject(dropsAfter("hostenv-rollback", 2));
      const over = nodes.rollBack(target, WIKI, bad.generation);
      await expect(over).rejects.toMatchObject({ code: "node-unreachable" });
      await until("what was is back", () => node.read("/home/wiki/back") !== null);
      expect(await current(WIKI)).toBe(good.generation);
    });
  });

  test("lastLines are those of a unit that failed, the user's own or the system's", async () => {
    expect(await nodes.lastLines(target, null)).toEqual([]);
    node.runAs("wiki", "mkdir -p .config/systemd/user");
    const unit = "[Service]\nExecStart=echo no database\nExecStart=exit 1\n";
    node.write("/home/wiki/.config/systemd/user/app.service", unit);
    node.runAs("wiki", "XDG_RUNTIME_DIR=/run/user/1001 systemctl --user start app.service || true");
    expect(await nodes.lastLines(target, "wiki")).toEqual(["app.service has failed", "no database"]);
    expect(await nodes.lastLines(target, null)).toEqual([]);
    node.run("mkdir", "-p", "/etc/systemd/test");
    node.write("/etc/systemd/test/nginx.service", "[Service]\nExecStart=echo bad config; exit 1\n");
    node.try("systemctl", "start", "nginx.service");
    expect(await nodes.lastLines(target, null)).toEqual(["nginx.service has failed", "bad config"]);
  });
});
