import { dirname } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type Brought, CanaryDeploys, type Given, type Written } from "../support/canary-deploy.ts";
import { precedes } from "../support/node/faults.ts";
import { keyPair } from "../support/node/keys.ts";
import { agePair } from "../support/sops.ts";
import { until } from "../support/until.ts";
import { describeWithNodes } from "../support/with-nodes.ts";

const MINUTE = 60_000;
const LOCK = "/var/lib/hostenv-provider/lock/holder";

// From here on the node's store has room for a MiB more, and what comes is larger.
const FULL = "sudo -n mount -o remount,size=$(($(df --output=used -k /nix | tail -n 1) + 1024))k /nix";
const CONTROLS = ["control", "hostname", "planted"];

/** What of a process its user may see: what the runner started us with, and what sops is to open its file with. */
const ALLOWED = [/^node INPUT_[A-Z-]+$/, /^sops SOPS_AGE_KEY$/];

// Whether a deploy goes well or not, no secret may be in anything that it writes (T12), nor where other users of a
// machine look (T13). What was searched is real: logs, files of runner and nodes, GitHub, the webhook, processes.
describeWithNodes("a deploy with secrets", () => {
  let deploys: CanaryDeploys;
  beforeAll(async () => {
    deploys = await CanaryDeploys.start(
      process.env.HOSTENV_TEST_NIX_CURRENT ?? (process.env.HOSTENV_TEST_NIX as string),
    );
  }, 3 * MINUTE);
  afterAll(async () => deploys?.stop());

  const isThere = (path: string) => deploys.node("node-b").try("test", "-e", path).status === 0;
  const secretsIn = ({ leaks }: Written) =>
    Object.values(leaks)
      .flat()
      .filter(({ secret }) => !CONTROLS.includes(secret));
  /** Channels in which a control was found. */
  const channels = ({ leaks }: Written, control: string) =>
    Object.keys(leaks).filter((channel) => leaks[channel]?.some(({ secret }) => secret === control));
  const shown = ({ processes }: Written) =>
    processes
      .filter(({ secret }) => !CONTROLS.includes(secret))
      .map(({ program, variable }) => `${program} ${variable}`)
      .filter((each) => !ALLOWED.some((allowed) => allowed.test(each)));
  /** What must hold of every deploy, however it ended. */
  const keepsSecrets = (written: Written) => {
    expect([secretsIn(written), shown(written)]).toEqual([[], []]);
    // The search on nodes finds what lies there.
    expect(channels(written, "planted")).toEqual(expect.arrayContaining(Object.keys(deploys.fleet.nodes)));
  };

  test(
    "that ends well writes none, and uses all that it must not show",
    async () => {
      const { number } = deploys.merged();
      const written = await deploys.deploy();
      expect([written.step.status, written.step.outputs.result]).toEqual([0, "deployed"]);
      keepsSecrets(written);
      expect(written.programs).toEqual(
        expect.arrayContaining(["node", "sops", "nix", "ssh", "deploy", "git"]),
      );
      expect(written.processes.map(({ where }) => where)).toContain("variable SOPS_AGE_KEY of sops");
      expect(deploys.api.deployments.length).toBeGreaterThan(0);
      expect(deploys.api.comments.find((each) => each.number === number)?.body).toContain("hostenv deployed");
    },
    5 * MINUTE,
  );

  test(
    "that fails writes none, and what a node says is found wherever it is told",
    async () => {
      const { control } = deploys;
      // Each is what must be found: in a log, in a file of the node, in its processes.
      const leak = `echo ${control} >/tmp/left; sh -c 'sleep 1; :' ${control}; echo ${control} >&2; exit 9`;
      deploys.merged({ hook: leak });
      const written = await deploys.deploy();
      deploys.node("node-b").run("rm", "/tmp/left");
      expect([written.step.status, written.step.outputs.result]).toEqual([1, "partial"]);
      keepsSecrets(written);
      expect(channels(written, "control").sort()).toEqual(
        ["node-b", "outputs", "provider", "runner", "stdout", "summary", "webhook"].sort(),
      );
      expect(channels(written, "hostname").sort()).toEqual(
        expect.arrayContaining(["github", "node-b", "provider"]),
      );
      expect(written.processes.filter(({ secret }) => secret === "control")).toContainEqual(
        expect.objectContaining({ program: "sh", variable: null }),
      );
    },
    5 * MINUTE,
  );

  describe("where", () => {
    const elsewhere = keyPair();
    test.each<[string, string, () => Given | Promise<Given>, (() => unknown)?, Brought?]>([
      [
        "a site does not answer",
        "not answering",
        () => ({ inputs: { "skip-verification": "false" } }),
        () => {},
        {
          more: 'hostenv.gitRef = "main"; deploymentVerification = { enable = true; enforce = true; checks = [ { type = "httpHostHeaderCurl"; name = "front"; request = { virtualHost = "lab.client.example"; timeoutSeconds = 1; }; constraints = [ ]; } ]; };',
        },
      ],
      ["a system can't be built", "[build-failed]", () => ({}), () => {}, { note: "unbuildable" }],
      [
        "a system can't be evaluated",
        "what it runs first can't be read",
        () => ({}),
        () => {},
        { system: 'throw "what it runs first can\'t be read"' },
      ],
      [
        "an environment that moves has no backup",
        "has no unit restic-backups-db-migrate.service",
        () => ({}),
        () => {},
        { type: "production", more: 'migrations = [ "db-migrate" ];' },
      ],
      [
        "no node trusts the signing key",
        "nixSigning.trustedPublicKeys",
        () => ({ signingKey: deploys.fleet.strangersKey() }),
      ],
      ["no node lets the key in", "does not let 'deploy' in", () => ({ sshKey: elsewhere.privateKey })],
      [
        "the key can't be read",
        "[ssh-key-unusable]",
        () => ({ sshKey: elsewhere.privateKey.replace(/\n(?=[^-])/, "\n!") }),
      ],
      ["the file of secrets is another's", "[sops-key]", () => ({ age: agePair() })],
      [
        "a node does not answer",
        "Connection refused",
        async () => {
          await deploys.node("node-b").close();
          return {};
        },
        () => deploys.node("node-b").open(),
      ],
      [
        "a node shows another host key",
        "known_hosts pins",
        async () => {
          await deploys.node("node-b").changeHostKey();
          return {};
        },
        () => deploys.pinHostKeys(),
      ],
      [
        "another run is at work on a node",
        "somebody deploys node-b since",
        () => {
          const now = Math.floor(Date.now() / 1000);
          deploys.node("node-b").write(LOCK, `${now} ${now + 600}\nsomebody\n`);
          deploys.node("node-b").run("chown", "-R", "deploy", dirname(LOCK));
          return {};
        },
        () => deploys.node("node-b").run("rm", "-r", dirname(LOCK)),
      ],
      [
        "a node's disk is full",
        "has no space left",
        () => {
          deploys.node("node-b").inject(precedes("nix-store --serve --write", FULL));
          return {};
        },
        () => {
          deploys.node("node-b").inject();
          deploys.node("node-b").run("mount", "-o", "remount,size=1024m", "/nix");
        },
        { system: `"# ${"x".repeat(3 * 2 ** 20)}"` },
      ],
      [
        "a node that builds itself can't",
        "[build-failed]",
        () => ({ inputs: { "remote-build": "true" } }),
        () => {},
        { note: "unbuildable" },
      ],
      [
        "it is cancelled while it activates",
        "deploy was stopped",
        () => ({
          cancelled: () =>
            until("it activates", () => isThere("/tmp/held-there")).then(() => {
              setTimeout(() => deploys.node("node-b").run("touch", "/tmp/held-go"), 2_000);
            }),
        }),
        () => deploys.node("node-b").run("rm", "-f", "/tmp/held-go", "/tmp/held-there"),
        { hook: "touch /tmp/held-there; while [ ! -e /tmp/held-go ]; do sleep 0.1; done" },
      ],
      [
        "nobody reviewed it",
        "not deployed: nobody reviewed it",
        () => {
          deploys.fleet.write("nodes/node-b/note.nix", '"unseen"');
          deploys.fleet.plan("Unseen");
          return {};
        },
      ],
      [
        "a later commit takes its place",
        "a later commit takes",
        () => deploys.overtaken(),
        () => deploys.fleet.git(["remote", "remove", "origin"]),
      ],
      [
        "GitHub and the webhook fail",
        "answers with HTTP 500",
        () => {
          deploys.hookStatus = 500;
          deploys.api.fault({ method: ["POST", "PATCH"], status: 503, times: 1_000 });
          return {};
        },
        () => {
          deploys.hookStatus = 204;
        },
      ],
    ])(
      "%s writes none",
      async (_, said, prepare, mend = () => {}, brought = {}) => {
        deploys.merged(brought);
        const written = await deploys.deploy(await prepare());
        await mend();
        expect(written.log).toContain(said);
        keepsSecrets(written);
      },
      5 * MINUTE,
    );
  });

  test(
    "that is rolled back writes none either",
    async () => {
      const inputs = { command: "rollback", node: "node-a", "skip-verification": "true" };
      const written = await deploys.deploy({ other: { door: "action", inputs } });
      expect([written.step.status, written.step.outputs.result]).toEqual([0, "rolled-back"]);
      keepsSecrets(written);
      expect(written.programs).toEqual(expect.arrayContaining(["sops", "ssh"]));
    },
    5 * MINUTE,
  );
});
