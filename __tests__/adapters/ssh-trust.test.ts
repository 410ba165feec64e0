import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { connect } from "node:net";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { DiskPrivate } from "../../src/adapters/disk-private.ts";
import type { SshNodes, SshNodesSettings } from "../../src/adapters/ssh-nodes.ts";
import { SshWrapper } from "../../src/adapters/ssh-wrapper.ts";
import { fingerprintOf } from "../../src/domain/deploy/host-keys.ts";
import { NIXES } from "../support/nix.ts";
import {
  buildClosure,
  RUNNER_NIX_CONFIG,
  type SigningKey,
  sign,
  signingKey,
} from "../support/node/closures.ts";
import { becomes, drops, lags } from "../support/node/faults.ts";
import { type KeyPair, keyPair } from "../support/node/keys.ts";
import { openNodes } from "../support/node/runner.ts";
import { nodeTool } from "../support/node/tools.ts";
import { startNode, type TestNode } from "../support/node.ts";
import { until } from "../support/until.ts";
import { describeWithNodes } from "../support/with-nodes.ts";

const MINUTE = 60_000;

const fingerprint = (publicKey: string) => fingerprintOf(publicKey.split(" ")[1] as string);

describeWithNodes("whom a node is taken for", () => {
  let folder: string;
  let key: KeyPair;
  let signing: SigningKey;
  let node: TestNode;
  const opened: SshNodes[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "hostenv trust %h-"));
    key = keyPair();
    signing = signingKey();
    node = await startNode({ deployKeys: [key.publicKey], trustedKeys: [signing.publicKey] });
  }, MINUTE);

  afterEach(async () => {
    node.inject();
    for (const nodes of opened.splice(0)) await nodes.dispose();
  });

  afterAll(async () => {
    await node?.dispose();
    signing?.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  const open = async (settings: Partial<SshNodesSettings> = {}) => {
    const given = { key: key.privateKey, knownHosts: node.knownHosts, ...settings };
    const nodes = await openNodes({ ...given, folders: new DiskPrivate(folder) });
    opened.push(nodes);
    return nodes;
  };
  const look = async (settings: Partial<SshNodesSettings> = {}, target = {}) =>
    (await open(settings)).look({ ...node.target, ...target }, { profiles: [], users: [], uids: {} });
  const copied = (nodes: SshNodes, nix: string, ...paths: string[]) => {
    const env = { ...nodes.environment(node.target), NIX_CONFIG: RUNNER_NIX_CONFIG };
    return spawnSync(nix, ["copy", "--to", `ssh://deploy@${node.address}`, ...paths], {
      env,
      encoding: "utf8",
    });
  };

  test("without a pinned key nobody is, and what is shown is said", async () => {
    const sessions = node.sessions().length;
    await expect(look({ knownHosts: "# nobody yet\n" })).rejects.toMatchObject({
      code: "host-key-unknown",
      message: expect.stringContaining(`ssh-ed25519 ${fingerprint(node.hostKey)}`),
      hint: expect.stringContaining(node.address),
    });
    expect(node.sessions()).toHaveLength(sessions);
    expect(node.log()).not.toMatch(/Accepted publickey/);
  });

  test("with another key nobody is, and both are said", async () => {
    const { publicKey } = keyPair();
    const sessions = node.sessions().length;
    const nodes = await open({ knownHosts: `${node.address} ${publicKey}\n` });
    const all = [
      nodes.look(node.target, { profiles: [], users: [], uids: {} }),
      nodes.writeLive(node.target, "{}"),
    ];
    for (const settled of await Promise.allSettled(all)) {
      const { reason } = settled as PromiseRejectedResult;
      expect(reason).toMatchObject({ code: "host-key-changed" });
      expect(reason.message).toMatch(/nothing was copied or run/);
      expect(reason.message).toContain(fingerprint(node.hostKey));
      expect(reason.message).toContain(fingerprint(publicKey));
    }
    const nix = process.env.HOSTENV_TEST_NIX ?? "nix";
    expect(copied(nodes, nix, buildClosure(nix, "never", "true")).status).not.toBe(0);
    expect(node.sessions()).toHaveLength(sessions);
  });

  test("a key of another type than the pinned one is another key", async () => {
    const { publicKey } = keyPair("ecdsa");
    await expect(look({ knownHosts: `${node.address} ${publicKey}\n` })).rejects.toMatchObject({
      code: "host-key-changed",
      message: expect.stringContaining(fingerprint(node.hostKey)),
    });
  });

  test("while keys are exchanged the old one and the new one are good", async () => {
    const old = node.knownHosts;
    await node.changeHostKey();
    await expect(look({ knownHosts: old })).rejects.toMatchObject({ code: "host-key-changed" });
    expect((await look({ knownHosts: old + node.knownHosts })).os).toBe("nixos");
    expect((await look({ knownHosts: node.knownHosts + old })).os).toBe("nixos");
  });

  test("a revoked key is never good", async () => {
    const knownHosts = `${node.knownHosts}@revoked * ${node.hostKey}\n`;
    await expect(look({ knownHosts })).rejects.toMatchObject({
      code: "host-key-changed",
      message: expect.stringMatching(/line 2 of known_hosts revokes/),
    });
  });

  test("names may be hashed, and lines may end as on Windows", async () => {
    const file = join(folder, "hashed");
    writeFileSync(file, node.knownHosts);
    execFileSync(nodeTool("ssh-keygen"), ["-H", "-f", file], { stdio: "ignore" });
    const knownHosts = readFileSync(file, "utf8").replaceAll("\n", "\r\n");
    expect(knownHosts).not.toContain(node.address);
    expect((await look({ knownHosts })).os).toBe("nixos");
  });

  test("an authority may stand for the nodes whose keys it has signed", async () => {
    const [authority, stranger] = [keyPair(), keyPair()];
    const files = join(folder, "authority");
    mkdirSync(files);
    writeFileSync(join(files, "ca"), authority.privateKey, { mode: 0o600 });
    writeFileSync(join(files, "host.pub"), `${node.hostKey}\n`);
    const args = ["-q", "-s", "ca", "-I", "node-a", "-h", "-n", node.address, "host.pub"];
    execFileSync(nodeTool("ssh-keygen"), args, { cwd: files });
    node.write("/etc/ssh/host-cert.pub", readFileSync(join(files, "host-cert.pub"), "utf8"));
    const config = node.read("/etc/ssh/sshd_config") as string;
    node.write("/etc/ssh/sshd_config", `${config}HostCertificate /etc/ssh/host-cert.pub\n`);
    await node.close();
    await node.open();
    const pin = (pair: KeyPair) => `@cert-authority 127.* ${pair.publicKey}\n`;
    expect((await look({ knownHosts: pin(authority) })).os).toBe("nixos");
    await expect(look({ knownHosts: pin(stranger) })).rejects.toMatchObject({ code: "host-key-changed" });
    node.write("/etc/ssh/sshd_config", config);
    await node.close();
    await node.open();
  });

  test("another port has its own name, and the host's as a second one", async () => {
    const config = node.read("/etc/ssh/sshd_config") as string;
    node.write("/etc/ssh/sshd_config", config.replace("Port 22", "Port 22\nPort 2222"));
    await node.close();
    await node.open();
    const target = { sshOptions: ["-p", "2222"] };
    const knownHosts = `[${node.address}]:2222 ${node.hostKey}\n`;
    expect((await look({ knownHosts }, target)).os).toBe("nixos");
    expect((await look({}, target)).os).toBe("nixos");
    await expect(look({ knownHosts: "" }, target)).rejects.toMatchObject({
      code: "host-key-unknown",
      message: expect.stringContaining(`[${node.address}]:2222`),
    });
    await expect(look({ knownHosts })).rejects.toMatchObject({ code: "host-key-unknown" });
    node.write("/etc/ssh/sshd_config", config);
    await node.close();
    await node.open();
  });

  test("the deploy user must be let in, and the missing key is named", async () => {
    const other = keyPair();
    await expect(look({ key: other.privateKey })).rejects.toMatchObject({
      code: "login-refused",
      message: expect.stringContaining(other.publicKey),
      hint: expect.stringMatching(/provider\.deployPublicKeys/),
    });
  });

  test("a node that is down, closed, or not there is said to be", async () => {
    await node.close();
    await expect(look()).rejects.toMatchObject({
      code: "node-unreachable",
      message: expect.stringMatching(/'node-a' can't be reached to look at it: .*refused/),
    });
    await node.open();
    await expect(look({}, { host: "nowhere.invalid" })).rejects.toMatchObject({
      code: "node-unreachable",
      message: expect.stringMatching(/resolve/),
    });
    node.inject(drops("hostenv-look"));
    await expect(look()).rejects.toMatchObject({ code: "node-unreachable" });
  });

  test("options, addresses and users of the plan are looked at before anything is connected", async () => {
    const sessions = node.sessions().length;
    const command = `touch ${folder}/evil`;
    await expect(look({}, { sshOptions: [`-oProxyCommand=${command}`] })).rejects.toMatchObject({
      code: "ssh-option",
    });
    await expect(look({}, { host: `-oProxyCommand=${command}` })).rejects.toMatchObject({ code: "ssh-host" });
    await expect(look({}, { deployUser: "-oProxyCommand=x" })).rejects.toMatchObject({ code: "user-name" });
    expect(readdirSync(folder)).not.toContain("evil");
    expect(node.sessions()).toHaveLength(sessions);
  });

  test("who was turned away because many came at once, comes again", async () => {
    const config = node.read("/etc/ssh/sshd_config") as string;
    node.write("/etc/ssh/sshd_config", config.replace("MaxStartups 200", "MaxStartups 1:100:1"));
    await node.close();
    await node.open();
    const crowd = connect({ host: node.address, port: 22 });
    await new Promise((resolve) => crowd.once("data", resolve));
    const found = look();
    await until("we were turned away", () => /MaxStartups/.test(node.log()));
    crowd.destroy();
    expect((await found).os).toBe("nixos");
    node.write("/etc/ssh/sshd_config", config);
    await node.close();
    await node.open();
  });

  describe("what a node says", () => {
    test.each([
      ["100 MB", "head -c 100000000 /dev/zero", /longer than 48 MiB/],
      ["endless lines", "yes", /longer than 48 MiB/],
      ["nothing", "true", /not our script's/],
      ["something else", "echo hello", /not our script's/],
      ["only the beginning", "echo hostenv-provider; echo os nixos", /not our script's/],
      ["no number", "echo hostenv-provider; echo 'free many blocks'; echo end", /free space/],
      ["no lock", "echo hostenv-provider; echo free 1 1; echo lock x; echo end", /lock/],
    ])("is no answer when it is %s", async (_, command, why) => {
      node.inject(becomes("hostenv-look", command));
      await expect(look()).rejects.toMatchObject({
        code: "node-answer",
        message: expect.stringMatching(why),
        hint: expect.stringMatching(/login shell/),
      });
    });

    test("may begin with a greeting", async () => {
      node.inject("printf 'Welcome to node-a\\n'");
      expect((await look()).os).toBe("nixos");
    });

    test("against us is told by its last lines, in one line and not without end", async () => {
      const noise = "yes no | head -c 1000000 >&2; printf 'a\\r\\nb\\n::error::c\\n' >&2; exit 3";
      node.inject(becomes("hostenv-look", noise));
      const error = await look().catch((reason: Error) => reason.message);
      expect(error).toMatch(/'node-a' failed to look at it \(exit code 3\): .*a \| b \| ::error::c$/);
      expect((error as string).length).toBeLessThan(800);
    });
  });

  describe("Nix", () => {
    for (const { label, program: nix } of NIXES) {
      (nix ? test : test.skip)(`${label} reaches a node as we do`, async () => {
        const program = nix as string;
        const nodes = await open({ userConfig: true });
        const closure = buildClosure(program, "copied", `true ${program}${folder}`);
        sign(program, signing, closure);
        const { status, stderr } = copied(nodes, program, closure);
        expect({ status, stderr: status === 0 ? "" : stderr }).toEqual({ status: 0, stderr: "" });
        expect(node.try("test", "-e", closure).status).toBe(0);
        const nobody = await open({ knownHosts: "" });
        expect(copied(nobody, program, closure).stderr).toMatch(/host key is known/);
      });
    }

    test("is given no secret of ours, and options of the plan in one variable", async () => {
      const { PATH, ...environment } = (await open()).environment({
        ...node.target,
        sshOptions: ["-p", "22", "-4"],
      });
      expect(PATH).toMatch(/^[^:]*hostenv-private-[^:]*:/);
      expect(environment.NIX_SSHOPTS).toBe("-oPort=22 -oAddressFamily=inet");
      expect(JSON.stringify(environment)).not.toContain(key.privateKey.split("\n")[1]);
    });
  });

  test("the key is in a file of ours alone, and gone with everything else in the end", async () => {
    const nodes = await open();
    const [left] = readdirSync(folder).filter((name) => name.startsWith("hostenv-private-"));
    const files = join(folder, left as string);
    expect(statSync(files).mode & 0o777).toBe(0o700);
    for (const [name, mode] of [
      ["key", 0o600],
      ["known_hosts", 0o600],
      ["config", 0o600],
      ["ssh", 0o700],
    ] as const)
      expect({ name, mode: statSync(join(files, name)).mode & 0o777 }).toEqual({ name, mode });
    await nodes.dispose();
    expect(readdirSync(folder)).not.toContain(left);
  });

  test("what still runs ends when it is not needed any more", async () => {
    const nodes = await open();
    node.inject(becomes("hostenv-look", "touch /tmp/begun; sleep 300"));
    const found = nodes.look(node.target, { profiles: [], users: [], uids: {} });
    const failure = found.catch((reason) => reason);
    await until("it has begun", () => node.read("/tmp/begun") !== null);
    await nodes.dispose();
    expect(await failure).toMatchObject({ code: "node-stopped" });
  });

  test("who takes too long is given up", async () => {
    const nodes = await open({ backupSeconds: 2 });
    node.inject(lags("hostenv-backup", 60));
    await expect(nodes.backup(node.target, "deploy", "app")).rejects.toMatchObject({
      code: "node-unreachable",
      message: expect.stringMatching(/took more than 2 s to back up 'deploy'/),
    });
  });

  test("many may be asked at once, and without a warning", async () => {
    const warnings: unknown[] = [];
    const listen = (warning: Error) => warnings.push(warning);
    process.on("warning", listen);
    const nodes = await open();
    const all = Array.from({ length: 14 }, () => nodes.profiles(node.target, []));
    expect(await Promise.all(all)).toHaveLength(14);
    // It would come with the next turn.
    await new Promise((resolve) => setTimeout(resolve, 100));
    process.off("warning", listen);
    expect(warnings).toEqual([]);
  });

  test("a temporary folder that allows no programs is named as the reason", async () => {
    const nodes = await open();
    const [left] = readdirSync(folder).filter((name) => name.startsWith("hostenv-private-"));
    chmodSync(join(folder, left as string, "ssh"), 0o600);
    await expect(nodes.profiles(node.target, [])).rejects.toMatchObject({
      code: "ssh-missing",
      hint: expect.stringMatching(/RUNNER_TEMP/),
    });
  });

  test.each([
    ["with a passphrase", () => keyPair("ed25519", "secret").privateKey, /passphrase/],
    ["that is none", () => "not a key", /no private key/],
    ["that is the public one", () => keyPair().publicKey, /no private key/],
    ["that was cut", () => keyPair().privateKey.slice(0, 200), /no private key/],
  ])("a key %s is said to be unusable, without quoting it", async (_, make, why) => {
    const bad = make();
    const failure = await open({ key: bad }).catch((reason) => reason);
    expect(failure).toMatchObject({ code: "ssh-key-unusable", message: expect.stringMatching(why) });
    expect(JSON.stringify([failure.message, failure.hint])).not.toContain(bad.split("\n")[0]?.slice(0, 20));
  });

  test("a key with Windows' line ends, or without a last one, is one", async () => {
    expect((await look({ key: key.privateKey.replaceAll("\n", "\r\n") })).os).toBe("nixos");
    expect((await look({ key: key.privateKey.trim() })).os).toBe("nixos");
  });

  // The user's own settings lie where ssh looks for them, in a namespace with another home.
  describe("a user's ssh_config", () => {
    const HOSTILE = [
      "Host *",
      ...["StrictHostKeyChecking no", "UserKnownHostsFile /dev/null", "GlobalKnownHostsFile /tmp/x"],
      ...["KnownHostsCommand /bin/echo", "VerifyHostKeyDNS yes", "ForwardAgent yes", "ForwardX11 yes"],
      ...[
        "ControlMaster auto",
        "ControlPath /tmp/c",
        "ControlPersist 60",
        "RemoteCommand id",
        "RequestTTY force",
      ],
      ...[
        "LocalForward 8080 a:80",
        "BatchMode no",
        "CanonicalizeHostname always",
        "PasswordAuthentication yes",
      ],
      ...[
        "NoHostAuthenticationForLocalhost yes",
        "UpdateHostKeys yes",
        "ConnectTimeout 7",
        "ProxyJump jump.test",
      ],
    ].join("\n");

    const effective = async (userConfig: boolean) => {
      const folders = new DiskPrivate(folder);
      const wrapper = await SshWrapper.make({ key: key.privateKey, knownHosts: "", userConfig, folders });
      const script =
        'mkdir -p "$1/.ssh"; mount -t tmpfs none "$1/.ssh"; cat >"$1/.ssh/config"; exec "$2" -G a.test';
      const args = ["--mount", "sh", "-c", script, "sh", homedir(), wrapper.program];
      const { stdout, stderr, status } = spawnSync("unshare", args, { input: HOSTILE, encoding: "utf8" });
      await wrapper.remove();
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
      const lines = stdout.split("\n").map((line) => line.split(" "));
      return Object.fromEntries(lines.map(([name, ...value]) => [name, value.join(" ")]));
    };

    test("counts on a laptop where it does not contradict, and never weakens", async () => {
      const settings = await effective(true);
      expect(settings).toMatchObject({ connecttimeout: "7", proxyjump: "jump.test" });
      expect(settings).toMatchObject(OURS);
      expect(settings.localforward).toBeUndefined();
      expect(settings.userknownhostsfile).toMatch(/known_hosts$/);
    });

    test("does not count in the action", async () => {
      const settings = await effective(false);
      expect(settings).toMatchObject({ connecttimeout: "20", ...OURS });
      expect(settings.proxyjump).toBeUndefined();
    });

    const OURS = {
      ...{ stricthostkeychecking: "true", globalknownhostsfile: "/dev/null", verifyhostkeydns: "false" },
      ...{
        forwardagent: "no",
        forwardx11: "no",
        controlmaster: "false",
        batchmode: "yes",
        updatehostkeys: "false",
      },
      ...{ nohostauthenticationforlocalhost: "no", canonicalizehostname: "false", requesttty: "false" },
      ...{ identitiesonly: "yes", clearallforwardings: "yes" },
    };
  });
});
