import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import type { SshNodes } from "../../src/adapters/ssh-nodes.ts";
import { canaryFolder } from "../../src/domain/deploy/live.ts";
import {
  buildClosure,
  RUNNER_NIX_CONFIG,
  type SigningKey,
  sign,
  signingKey,
} from "../support/node/closures.ts";
import { drops } from "../support/node/faults.ts";
import { placeOf, SYSTEM_PLACE } from "../support/node/generations.ts";
import { keyPair } from "../support/node/keys.ts";
import { openNodes } from "../support/node/runner.ts";
import { nodeTool } from "../support/node/tools.ts";
import { startNode, type TestNode } from "../support/node.ts";
import { until } from "../support/until.ts";
import { describeWithNodes } from "../support/with-nodes.ts";

const MINUTE = 60_000;
const WIKI = placeOf("wiki");

// deploy-rs itself on what the product prepares, over the product's ssh. It asks Nix 2.8 for a flag that one does not have.
const nix = process.env.HOSTENV_TEST_NIX_CURRENT ?? "";
const withDeployRs = nix && nodeTool("deploy") ? test : test.skip;

describeWithNodes("deploy-rs on a node", () => {
  let folder: string;
  let signing: SigningKey;
  let node: TestNode;
  let nodes: SshNodes;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "hostenv-deploy-rs-"));
    signing = signingKey();
    const key = keyPair();
    const users = [{ name: "wiki", uid: 1001, keys: [key.publicKey] }];
    const trustedKeys = [signing.publicKey];
    node = await startNode({ deployKeys: [key.publicKey], users, trustedKeys, storeMib: 24 });
    nodes = await openNodes({ key: key.privateKey, knownHosts: node.knownHosts });
  }, MINUTE);

  afterEach(() => node.inject());

  afterAll(async () => {
    await nodes?.dispose();
    await node?.dispose();
    signing?.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  const closure = (name: string, activate: string) => {
    const path = buildClosure(nix, name, `${activate} # ${folder}`);
    sign(nix, signing, path);
    return path;
  };

  const deploy = (system: string, wiki: string, ...args: string[]) => {
    const profile = (place: typeof WIKI, sshUser: string, path: string) => ({
      ...{ user: place.user, sshUser, path, profilePath: place.path, tempPath: canaryFolder(place.profile) },
    });
    const profiles = { system: profile(SYSTEM_PLACE, "deploy", system), wiki: profile(WIKI, "wiki", wiki) };
    const settings = { hostname: node.address, fastConnection: true, profilesOrder: ["system"], profiles };
    writeFileSync(join(folder, "deploy.json"), JSON.stringify({ nodes: { "node-a": settings } }));
    const flake = "{ outputs = _: { deploy = builtins.fromJSON (builtins.readFile ./deploy.json); }; }";
    writeFileSync(join(folder, "flake.nix"), flake);
    const env: NodeJS.ProcessEnv = { ...nodes.environment(node.target), NIX_CONFIG: RUNNER_NIX_CONFIG };
    env.PATH = `${env.PATH?.split(":")[0]}:${nix.replace(/\/nix$/, "")}:${process.env.PATH}`;
    const all = [
      "--skip-checks",
      "--checksigs",
      "--rollback-succeeded",
      "false",
      ...args,
      `${folder}#node-a`,
    ];
    return spawnSync(nodeTool("deploy"), all, { env, encoding: "utf8", timeout: 2 * MINUTE });
  };

  const links = () => nodes.profiles(node.target, [SYSTEM_PLACE, WIKI]);

  withDeployRs(
    "activates and confirms in folders that only each profile's user can write",
    async () => {
      await nodes.prepare(node.target, [SYSTEM_PLACE, WIKI]);
      const [system, wiki] = [
        closure("system", "id -un >/run/activated"),
        closure("wiki", "id -un >$HOME/activated"),
      ];
      const { status, stderr } = deploy(system, wiki);
      expect({ status, stderr: status === 0 ? "" : stderr }).toEqual({ status: 0, stderr: "" });
      expect(await links()).toEqual({
        system: { storePath: system, generation: 1, activatable: true, canRollBack: false },
        wiki: { storePath: wiki, generation: 1, activatable: true, canRollBack: false },
      });
      expect([node.read("/run/activated"), node.read("/home/wiki/activated")]).toEqual(["root\n", "wiki\n"]);
    },
    2 * MINUTE,
  );

  withDeployRs(
    "rolls back by itself when the connection is lost before it confirms, and leaves a canary that is cleared",
    async () => {
      const before = await links();
      const [system, wiki] = [closure("system-2", "true"), closure("wiki-2", "true")];
      node.inject(drops("rm .*deploy-rs-canary"));
      const { status, stderr } = deploy(system, wiki, "--confirm-timeout", "3");
      expect(status).toBe(1);
      expect(stderr).toMatch(/Error confirming deployment/);
      await until(
        "nothing activates any more",
        () => node.try("pgrep", "-f", "activate activate").status !== 0,
      );
      expect((await links()).system).toMatchObject({ ...before.system });
      expect((await links()).wiki).toEqual(before.wiki);
      expect(node.run("find", canaryFolder("system"), "-type", "f")).toMatch(/deploy-rs-canary-/);
      await nodes.prepare(node.target, [SYSTEM_PLACE, WIKI]);
      expect(node.run("find", canaryFolder("system"), "-type", "f")).toBe("");
    },
    2 * MINUTE,
  );

  withDeployRs(
    "leaves everything as it was when the store is too small, which a look foretells",
    async () => {
      const before = await links();
      const free = async () =>
        (await nodes.look(node.target, { profiles: [], users: [], uids: {} })).freeBytes;
      const wiki = closure("wiki-3", "true");
      const large = buildClosure(nix, "large", `true # ${folder}`, 30);
      sign(nix, signing, large);
      expect(await free()).toBeLessThan(30 * 2 ** 20);
      const { status, stderr } = deploy(large, wiki);
      expect({ status, stderr }).toEqual({
        status: 1,
        stderr: expect.stringMatching(/No space left on device/),
      });
      expect(await links()).toEqual(before);
      expect(node.sessions().some(({ command }) => command.includes(`${large}/activate-rs`))).toBe(false);
      // What had come of it stays in the way until somebody collects garbage.
      node.run("nix-store", "--gc");
      const small = closure("small", "true");
      expect(deploy(small, wiki).status).toBe(0);
      expect((await links()).system?.storePath).toBe(small);
    },
    3 * MINUTE,
  );
});
