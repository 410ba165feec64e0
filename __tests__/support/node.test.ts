import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { root } from "./nix.ts";
import { buildClosure, RUNNER_NIX_CONFIG, type SigningKey, sign, signingKey } from "./node/closures.ts";
import { becomes, drops } from "./node/faults.ts";
import { type KeyPair, keyPair } from "./node/keys.ts";
import { nodeTool } from "./node/tools.ts";
import { startNode, type TestNode } from "./node.ts";
import { until } from "./until.ts";
import { describeWithNodes } from "./with-nodes.ts";

const MINUTE = 60_000;
const SYSTEM = "/nix/var/nix/profiles/system";
const CANARY = "/var/lib/hostenv-provider/canary";

// The test nodes themselves, with ssh, Nix and deploy-rs alone: nothing of the product takes part.
describeWithNodes("a node for tests", () => {
  let folder: string;
  let key: KeyPair;
  let signing: SigningKey;
  let node: TestNode;
  let env: NodeJS.ProcessEnv;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "hostenv-node-test-"));
    key = keyPair();
    signing = signingKey();
    const users = [{ name: "wiki", uid: 1001, keys: [key.publicKey] }];
    node = await startNode({ deployKeys: [key.publicKey], users, trustedKeys: [signing.publicKey] });
    const nix = process.env.HOSTENV_TEST_NIX_CURRENT ?? process.env.HOSTENV_TEST_NIX ?? "nix";
    const options = `-F none -i ${folder}/key -o BatchMode=yes -o UserKnownHostsFile=${folder}/known_hosts`;
    writeFileSync(join(folder, "key"), key.privateKey, { mode: 0o600 });
    writeFileSync(join(folder, "known_hosts"), node.knownHosts);
    mkdirSync(join(folder, "bin"));
    symlinkSync(nix, join(folder, "bin/nix"));
    const ssh = `#!/bin/sh\nexec ssh_real ${options} "$@"\n`.replace("ssh_real", realSsh());
    writeFileSync(join(folder, "bin/ssh"), ssh, { mode: 0o755 });
    env = { ...process.env, PATH: `${folder}/bin:${process.env.PATH}`, NIX_CONFIG: RUNNER_NIX_CONFIG };
  }, MINUTE);

  afterAll(async () => {
    await node?.dispose();
    signing?.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  const realSsh = () => spawnSync("sh", ["-c", "command -v ssh"], { encoding: "utf8" }).stdout.trim();
  const ssh = (user: string, command: string) =>
    spawnSync("ssh", [`${user}@${node.address}`, command], { env, encoding: "utf8" });
  const copy = (nix: string, ...paths: string[]) =>
    spawnSync(nix, ["copy", "--to", `ssh://deploy@${node.address}`, ...paths], { env, encoding: "utf8" });

  test("is a machine of its own, with a deploy user that may do everything and users that may not", () => {
    expect(ssh("deploy", "sudo -n id -u; . /etc/os-release; echo $ID; hostname").stdout).toBe(
      "0\nnixos\nnode-a\n",
    );
    expect(ssh("wiki", "id -un; sudo -n id 2>/dev/null || echo no").stdout).toBe("wiki\nno\n");
    expect(node.sessions().at(-1)?.user).toBe("wiki");
    node.run("mkdir", "-p", "/var/lib/hostenv-provider", "/run/hostenv/x");
    expect(spawnSync("ls", ["/run/hostenv/x"]).status).not.toBe(0);
  });

  test("has a store of its own, which takes only what is signed by a trusted key", () => {
    for (const nix of [process.env.HOSTENV_TEST_NIX, process.env.HOSTENV_TEST_NIX_CURRENT]) {
      if (!nix) continue;
      const closure = buildClosure(nix, "plain", `true ${nix}${folder}`);
      expect(node.try("test", "-e", closure).status).toBe(1);
      expect(copy(nix, closure).stderr).toMatch(/signature/);
      sign(nix, signing, closure);
      expect(copy(nix, closure).status).toBe(0);
      expect(node.try("test", "-x", `${closure}/deploy-rs-activate`).status).toBe(0);
    }
  });

  test("can be switched off, closed, given another key, and have its sessions disturbed", async () => {
    await node.stop();
    expect(ssh("deploy", "true").status).toBe(255);
    await node.start();
    expect(ssh("deploy", "true").status).toBe(0);
    await node.close();
    expect(ssh("deploy", "true").stderr).toMatch(/refused/);
    await node.open();
    node.inject(drops("never", {}), drops("^echo", { from: 2, to: 2 }), becomes("^id", "echo somebody"));
    expect(ssh("deploy", "echo one").stdout).toBe("one\n");
    expect(ssh("deploy", "echo two")).toMatchObject({ status: 255, stdout: "" });
    expect(ssh("deploy", "echo three").stdout).toBe("three\n");
    expect(ssh("deploy", "id").stdout).toBe("somebody\n");
    node.inject();
    const before = node.hostKey;
    await node.changeHostKey();
    expect(node.hostKey).not.toBe(before);
    expect(ssh("deploy", "true").stderr).toMatch(/IDENTIFICATION HAS CHANGED/);
    writeFileSync(join(folder, "known_hosts"), node.knownHosts);
    expect(ssh("deploy", "true").status).toBe(0);
  });

  const withDeployRs = nodeTool("deploy") && process.env.HOSTENV_TEST_NIX_CURRENT ? test : test.skip;

  withDeployRs(
    "is deployed to by deploy-rs, which confirms over a new connection",
    () => {
      const nix = process.env.HOSTENV_TEST_NIX_CURRENT as string;
      const system = buildClosure(nix, "system", `echo "$(id -un) $PROFILE" >>/run/activated #${folder}`);
      const wiki = buildClosure(nix, "wiki", `echo "$(id -un) $PROFILE" >>$HOME/activated #${folder}`);
      sign(nix, signing, system, wiki);
      node.run("mkdir", "-p", "/nix/var/nix/profiles/per-user/wiki", `${CANARY}/system`, `${CANARY}/wiki`);
      node.run("chown", "wiki", "/nix/var/nix/profiles/per-user/wiki", `${CANARY}/wiki`);
      const profile = (user: string, sshUser: string, path: string, profilePath: string, name: string) => ({
        [name]: { user, sshUser, path, profilePath, tempPath: `${CANARY}/${name}` },
      });
      const profiles = {
        ...profile("root", "deploy", system, SYSTEM, "system"),
        ...profile("wiki", "wiki", wiki, "/nix/var/nix/profiles/per-user/wiki/hostenv", "wiki"),
      };
      const settings = { hostname: node.address, fastConnection: true, profilesOrder: ["system"], profiles };
      mkdirSync(join(folder, "flake"));
      writeFileSync(join(folder, "flake/deploy.json"), JSON.stringify({ nodes: { "node-a": settings } }));
      writeFileSync(
        join(folder, "flake/flake.nix"),
        "{ outputs = _: { deploy = builtins.fromJSON (builtins.readFile ./deploy.json); }; }",
      );
      const args = [
        "--skip-checks",
        "--checksigs",
        "--rollback-succeeded",
        "false",
        `${folder}/flake#node-a`,
      ];
      const { status, stderr } = spawnSync(nodeTool("deploy"), args, { env, encoding: "utf8" });
      expect({ status, stderr: status === 0 ? "" : stderr }).toEqual({ status: 0, stderr: "" });
      expect(node.link(SYSTEM)).toBe("system-1-link");
      expect(node.link(`${SYSTEM}-1-link`)).toBe(system);
      expect(node.link("/nix/var/nix/profiles/per-user/wiki/hostenv-1-link")).toBe(wiki);
      expect(node.read("/run/activated")).toBe(`root ${SYSTEM}\n`);
      expect(node.read("/home/wiki/activated")).toBe("wiki /nix/var/nix/profiles/per-user/wiki/hostenv\n");
      expect(node.sessions().filter(({ command }) => /^(?:sudo .*)?rm .*canary/.test(command))).toHaveLength(
        2,
      );
      expect(node.run("find", CANARY, "-type", "f")).toBe("");
    },
    2 * MINUTE,
  );

  test("is gone when the process that started it is killed", async () => {
    const child = spawn(process.execPath, [`${root}__tests__/support/node/child.ts`], {
      env: { ...process.env, NODE_OPTIONS: "" },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
    const { address, folder: left } = JSON.parse((await lines.next()).value as string);
    expect(await isOpen(address)).toBe(true);
    child.kill("SIGKILL");
    await once(child, "exit");
    await until("its door is gone", async () => !(await isOpen(address)));
    await until("its folder is gone", () => spawnSync("ls", [left]).status !== 0);
    expect(spawnSync("pgrep", ["--full", left]).stdout?.toString()).toBe("");
  });
});

function isOpen(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port: 22 });
    const settle = (open: boolean) => {
      socket.destroy();
      resolve(open);
    };
    socket.once("connect", () => settle(true)).once("error", () => settle(false));
  });
}
