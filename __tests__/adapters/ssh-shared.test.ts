import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "@jest/globals";
import type { SshNodes } from "../../src/adapters/ssh-nodes.ts";
import { SYSTEM_PLACE } from "../support/node/generations.ts";
import { keyPair } from "../support/node/keys.ts";
import { openNodes } from "../support/node/runner.ts";
import { startNode, type TestNode } from "../support/node.ts";
import { until } from "../support/until.ts";
import { describeWithNodes } from "../support/with-nodes.ts";

const MINUTE = 60_000;

describeWithNodes("connections of one run", () => {
  const key = keyPair();
  let node: TestNode;
  beforeAll(async () => {
    const users = [{ name: "wiki", uid: 1001, keys: [key.publicKey] }];
    node = await startNode({ deployKeys: [key.publicKey], users });
  }, MINUTE);
  afterAll(async () => node?.dispose());

  // Other runs on this machine have folders of their own.
  const [usual, folder] = [process.env.TMPDIR, mkdtempSync(join(tmpdir(), "shared-"))];
  beforeEach(() => {
    process.env.TMPDIR = folder;
  });
  afterEach(() => {
    if (usual === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = usual;
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const logins = (user: string) =>
    node.log().match(new RegExp(`Accepted publickey for ${user} `, "g"))?.length ?? 0;
  const open = (shares: boolean) => openNodes({ key: key.privateKey, knownHosts: node.knownHosts, shares });
  const ask = (nodes: SshNodes) => nodes.profiles(node.target, [SYSTEM_PLACE]);

  test("are shared by what one user does, until its system is activated, and end with the run", async () => {
    const before = logins("deploy");
    const nodes = await open(true);
    for (const _ of [1, 2, 3]) await ask(nodes);
    expect(logins("deploy") - before).toBe(1);
    nodes.activating(node.target, ["wiki"]);
    await until("wiki is connected", () => logins("wiki") > 0);
    await ask(nodes);
    expect(logins("deploy") - before).toBe(1);
    nodes.activating(node.target, ["deploy"]);
    for (const _ of [1, 2]) await ask(nodes);
    expect(logins("deploy") - before).toBe(2);
    await nodes.dispose();
    expect(readdirSync(folder).filter((name) => name.startsWith("hostenv-ssh-"))).toEqual([]);
    await until(
      "nobody is logged in any more",
      () => node.try("pgrep", "-f", "sshd: (deploy|wiki)").status !== 0,
    );
  });

  test("of environments are opened while their folders are made, and once", async () => {
    const wiki = { profile: "wiki", user: "wiki", path: "/nix/var/nix/profiles/per-user/wiki/hostenv" };
    const before = logins("wiki");
    const nodes = await open(true);
    await nodes.prepare(node.target, [SYSTEM_PLACE]);
    nodes.activating(node.target, ["deploy"]);
    expect(logins("wiki") - before).toBe(0);
    await nodes.prepare(node.target, [wiki]);
    await until("wiki is connected", () => logins("wiki") > before);
    nodes.activating(node.target, ["wiki"]);
    // What the deploy user activates may concern logins: then it is not the same connection any more.
    nodes.activating(node.target, ["deploy"]);
    await nodes.prepare(node.target, [wiki]);
    await until("wiki is connected anew", () => logins("wiki") > before + 1);
    expect(logins("wiki") - before).toBe(2);
    await nodes.dispose();
  });

  test("that broke are made anew", async () => {
    const nodes = await open(true);
    await ask(nodes);
    node.run("pkill", "-9", "-f", "sshd: deploy");
    await until("it is gone", () => node.try("pgrep", "-f", "sshd: deploy").status !== 0);
    expect(await ask(nodes)).toEqual({ system: null });
    await nodes.dispose();
  });

  test("are shared by nobody unless that is asked for", async () => {
    const before = logins("deploy");
    const nodes = await open(false);
    for (const _ of [1, 2]) await ask(nodes);
    await nodes.dispose();
    expect(logins("deploy") - before).toBe(2);
    expect(nodes.activating(node.target, ["wiki"])).not.toHaveProperty("HOSTENV_SSH_SHARED");
  });
});
