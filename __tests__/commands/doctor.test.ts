import { beforeEach, describe, expect, test } from "@jest/globals";
import { type DoctorPorts, doctor, doctorInputs } from "../../src/commands/doctor.ts";
import { toBech32 } from "../../src/domain/bech32.ts";
import type { DnsQuestion, DnsReply } from "../../src/domain/dns/records.ts";
import type { Check } from "../../src/domain/doctor/check.ts";
import { HostenvError } from "../../src/errors.ts";
import type { Zones } from "../../src/ports/zones.ts";
import { World, type WorldNode } from "../support/deploy-world.ts";
import { fake } from "../support/fake-ports.ts";
import { type ProviderSpec, sideWith } from "../support/plan-builder.ts";

const PUBLIC = `cache-1:${Buffer.alloc(32, 7).toString("base64")}`;
const SIGNING = `cache-1:${Buffer.alloc(64, 7).toString("base64")}`;
const SSH = "-----BEGIN OPENSSH PRIVATE KEY-----\nc2VjcmV0\n-----END OPENSSH PRIVATE KEY-----";
const AGE = toBech32({ prefix: "age-secret-key-", bytes: new Uint8Array(32).fill(7) }).toUpperCase();

const shop = {
  signingKeys: [PUBLIC],
  environments: [
    { name: "shop-main", type: "production", node: "node-a" },
    { name: "blog-main", type: "production", node: "node-b", uid: 2001 },
  ],
} satisfies ProviderSpec;

let world: World;
beforeEach(() => {
  world = new World(sideWith(shop), ["node-a", "node-b"]);
});

const fail = (code: string) => async () => {
  throw new HostenvError(code, `it is ${code}`, "do that");
};

// Every name's zone is its own, with one server that answers.
const answer = ({ name, type }: DnsQuestion): DnsReply => {
  const data = { A: "192.0.2.1", NS: `ns.${name}`, SOA: null }[type as "A"] ?? null;
  const record = { name, type, data } as never;
  return { kind: "answer", code: "NOERROR", authoritative: true, answers: [record], authorities: [] };
};

function portsWith(given: Partial<DoctorPorts> = {}): DoctorPorts {
  const { trees, snapshot, nodes, clock, progress } = world.ports();
  const plan = world.ports().files;
  return {
    ...{ trees, snapshot, clock, progress, generated: "generated", directory: "/provider" },
    files: fake<DoctorPorts["files"]>("files", {
      hashes: plan.hashes,
      readJsonIfThere: plan.readJsonIfThere,
      readIfThere: async (path) => (path.endsWith("dns-gate.json") ? null : "there"),
    }),
    nodeVersion: "v24.0.0",
    isAction: true,
    programs: { version: async () => "3.9.9" },
    nix: { version: async () => "nix (Nix) 2.18.0", fault: async () => null },
    checkout: { look: async () => ({ branch: "main", commit: "c".repeat(40), untracked: [] }) },
    secrets: secretsOf(),
    openNodes: async () => ({ nodes, publicKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA" }),
    nameservers: { system: ["192.0.2.53:53"], ask: async (question) => answer(question), dispose: () => {} },
    repository: async () => null,
    zones: async () => fake("zones", {}),
    patience: { within: (_, run) => run() },
    ...given,
  };
}

function secretsOf(
  environment: DoctorPorts["secrets"]["sources"]["environment"] = { SSH_KEY: SSH, NIX_SIGNING_KEY: SIGNING },
  change: Partial<DoctorPorts["secrets"]> = {},
): DoctorPorts["secrets"] {
  return {
    sources: { environment },
    secretFiles: fake("secretFiles", {}),
    hide: () => {},
    tokenHosts: () => [],
    ...change,
  };
}

const open = (checks: readonly Check[]) =>
  checks.flatMap(({ area, name, state, code }) =>
    state === "broken" || state === "unknown" ? [`${area}/${name} ${state} ${code}`] : [],
  );
const run = (given: Partial<DoctorPorts> = {}, inputs: object = {}) =>
  doctor(doctorInputs.parse(inputs), portsWith(given));

describe("doctor", () => {
  test("finds nothing where nothing is wrong, and changes nothing", async () => {
    const before = JSON.stringify(world.nodes);
    expect(open(await run())).toEqual([]);
    expect([JSON.stringify(world.nodes), world.log]).toEqual([before, []]);
  });

  test("everything may fail at once, and each thing is told", async () => {
    world.ports = () => new World(sideWith(shop), []).ports();
    const checks = await run({
      programs: { version: fail("program-failed") },
      nix: { version: fail("nix-missing"), fault: async () => null },
      checkout: { look: fail("not-a-repository") },
      snapshot: fake<DoctorPorts["snapshot"]>("snapshot", { steadily: fail("snapshot-torn") as never }),
      openNodes: fail("known-hosts"),
      secrets: secretsOf(
        { SSH_KEY: SSH, NIX_SIGNING_KEY: "short", CF_API_TOKEN: "has a blank in it" },
        {
          tokenHosts: () => {
            throw new HostenvError("access-tokens", "entry 1", "write it so");
          },
        },
      ),
      nameservers: { system: [], ask: async (question) => answer(question), dispose: () => {} },
      repository: fail("usage"),
    });
    expect(open(checks)).toEqual([
      ...["git", "ssh", "deploy-rs", "sops"].flatMap((name, at) => [
        `programs/${name} broken program-failed`,
        ...(at === 0 ? ["programs/Nix broken nix-missing"] : []),
      ]),
      "folder/git broken not-a-repository",
      "folder/snapshot broken snapshot-torn",
      "secrets/NIX_SIGNING_KEY broken secret-unusable",
      "secrets/CF_API_TOKEN broken secret-unusable",
      "secrets/NIX_ACCESS_TOKENS broken access-tokens",
      "nodes/known_hosts broken known-hosts",
      ...["node-a", "node-b"].map((name) => `nodes/${name} unknown doctor-unasked`),
      ...["dns/resolver broken dns-no-resolver", "dns/zones unknown doctor-unasked"],
      "github/token broken usage",
    ]);
  });

  test("what a mistake of ours throws is a finding, too", async () => {
    const checks = await run({
      checkout: { look: async () => Promise.reject(new TypeError("x is undefined")) },
    });
    expect(open(checks)).toEqual(["folder/git broken internal"]);
  });

  test("what takes too long is not known", async () => {
    const patience: DoctorPorts["patience"] = {
      within: async (seconds, begin, late) => {
        const ended = await Promise.race([
          begin().then((value) => ({ value })),
          new Promise<null>((end) => setTimeout(() => end(null), 50)),
        ]);
        if (ended === null) throw late();
        expect(seconds).toBe(60);
        return ended.value;
      },
    };
    const never = () => new Promise<never>(() => {});
    const checks = await run({ patience, checkout: { look: never } });
    expect(open(checks)).toEqual(["folder/git unknown doctor-timeout"]);
  });

  test("one node that is down is told, and the others are looked at", async () => {
    (world.nodes["node-a"] as WorldNode).isDown = true;
    Object.assign(world.nodes["node-b"] as WorldNode, { os: "debian", trustedKeys: ["other:x"] });
    expect(open(await run())).toEqual([
      "nodes/node-a broken node-unreachable",
      "nodes/node-b broken node-os",
      "nodes/node-b broken signature-refused",
    ]);
    expect(open(await run({}, { node: ["node-a"] }))).toEqual(["nodes/node-a broken node-unreachable"]);
  });

  test("what a deploy is told to allow is no finding", async () => {
    const hand = { storePath: "/nix/store/x", generation: 1, activatable: false, canRollBack: false };
    (world.nodes["node-a"] as WorldNode).profiles.system = hand;
    const secrets = secretsOf({ SSH_KEY: SSH });
    expect(open(await run({ secrets }, { node: ["node-a"] }))).toEqual([
      "secrets/NIX_SIGNING_KEY broken signing-key-missing",
      "nodes/node-a broken node-unadopted",
    ]);
    expect(open(await run({ secrets }, { node: ["node-a"], adopt: true, remoteBuild: true }))).toEqual([]);
  });

  test("a deploy user without sudo is told", async () => {
    const { nodes } = world.ports();
    const openNodes = async () => ({ nodes: { ...nodes, lastLines: fail("node-command") }, publicKey: null });
    expect(open(await run({ openNodes }, { node: ["node-a"] }))).toEqual([
      "nodes/node-a broken node-command",
    ]);
  });

  test("the key that ssh can't read is told at its secret", async () => {
    expect(open(await run({ openNodes: fail("ssh-key-unusable") }))).toEqual([
      "secrets/SSH_KEY broken ssh-key-unusable",
      ...["node-a", "node-b"].map((name) => `nodes/${name} unknown doctor-unasked`),
    ]);
  });

  test("in an action a missing key is broken, on a laptop the user's own are used", async () => {
    const opened: (string | undefined)[] = [];
    const openNodes: DoctorPorts["openNodes"] = async (key) => {
      opened.push(key);
      return { nodes: world.ports().nodes, publicKey: null };
    };
    const secrets = secretsOf({});
    expect(open(await run({ secrets, openNodes }))).toEqual([
      "secrets/SSH_KEY broken secret-missing",
      "secrets/NIX_SIGNING_KEY broken signing-key-missing",
      ...["node-a", "node-b"].map((name) => `nodes/${name} unknown doctor-unasked`),
    ]);
    expect(opened).toEqual([]);
    expect(open(await run({ secrets, openNodes, isAction: false }))).toEqual([]);
    expect(opened).toEqual([undefined]);
  });

  test("each secret of the file goes before the variable of its name, and is hidden", async () => {
    const hidden: string[] = [];
    const secrets = secretsOf(
      { SSH_KEY: "from the variable", CF_API_TOKEN: "token-of-the-variable" },
      {
        hide: (secret) => hidden.push(secret),
        sources: {
          key: AGE,
          file: "ci.yaml",
          environment: { SSH_KEY: "from the variable", CF_API_TOKEN: "token-of-the-variable" },
        },
        secretFiles: fake("secretFiles", {
          decrypted: async () => ({ tree: { SSH_KEY: SSH, NIX_SIGNING_KEY: SIGNING }, text: "ENC[…]" }),
          recipients: async () => [],
        }),
      },
    );
    const checks = await run({ secrets, zones: async () => fake<Zones>("zones", { zones: async () => [] }) });
    const of = (name: string) => checks.find((each) => each.name === name);
    expect(of("SSH_KEY")?.found).toMatch(/^given by ci\.yaml, ssh-ed25519 SHA256:/);
    expect(of("NIX_SIGNING_KEY")?.found).toBe(`given by ci.yaml, ${PUBLIC}`);
    expect(of("CF_API_TOKEN")?.found).toBe("given by the variable CF_API_TOKEN");
    expect(hidden).toEqual(expect.arrayContaining([SSH, SIGNING, "token-of-the-variable"]));
    expect(JSON.stringify(checks)).not.toMatch(/c2VjcmV0|token-of-the-variable|from the variable/);
  });

  test("without a plan nodes and zones are not looked at, and all else is", async () => {
    const files = fake<DoctorPorts["files"]>("files", {
      readJsonIfThere: async () => null,
      readIfThere: async () => null,
    });
    const snapshot = fake<DoctorPorts["snapshot"]>("snapshot", {
      steadily: fail("snapshot-missing") as never,
    });
    expect(open(await run({ files, snapshot }))).toEqual([
      "folder/flake broken flake-missing",
      "folder/snapshot broken snapshot-missing",
      "nodes/nodes unknown doctor-unasked",
    ]);
  });

  test("of a verb only what it needs is looked at", async () => {
    const nobody = { version: fail("program-failed") };
    const checks = await run({ programs: nobody, openNodes: fail("known-hosts") }, { for: "plan" });
    expect([...new Set(checks.map(({ area }) => area))]).toEqual(["programs", "folder", "secrets", "github"]);
    expect(open(checks)).toEqual(["programs/git broken program-failed"]);
    const drift = await run({}, { for: "drift" });
    expect(drift.map(({ name }) => name)).toEqual(expect.arrayContaining(["SSH_KEY", "node-a", "ssh"]));
    expect(drift.map(({ name }) => name)).not.toEqual(expect.arrayContaining(["deploy-rs"]));
  });

  test("zones whose servers are silent are told by their names", async () => {
    const ask = async (question: DnsQuestion): Promise<DnsReply> =>
      question.recursive ? answer(question) : { kind: "failure", reason: "timeout" };
    const checks = await run(
      { nameservers: { system: ["192.0.2.53:53"], ask, dispose: () => {} } },
      { for: "dns-gate" },
    );
    expect(open(checks)).toContain("dns/hosting.test broken dns-no-server");
    expect(checks.find(({ name }) => name === "hosting.test")?.found).toContain("ns.hosting.test timeout");
  });

  test("GitHub is asked for the branch that is checked out, and once more for nothing where the token fails", async () => {
    const asked: string[] = [];
    const settings = {
      name: "acme/provider",
      defaultBranch: async () => "main",
      login: async () => null,
      branch: async (name: string) => {
        asked.push(name);
        return { name, isProtected: false, rules: [] };
      },
      environment: async () => null,
    };
    const checkout = { look: async () => ({ branch: null, commit: null, untracked: [] }) };
    const inputs = { githubEnvironment: "production" };
    expect(open(await run({ repository: async () => settings }, inputs))).toEqual([
      "github/protection broken branch-unprotected",
      "github/environment production broken environment-missing",
    ]);
    await run({
      repository: async () => settings,
      checkout: { look: async () => ({ branch: "next", commit: null, untracked: [] }) },
    });
    await run({ repository: async () => settings, checkout });
    expect(asked).toEqual(["main", "next", "main"]);
    const refused = {
      ...settings,
      defaultBranch: fail("github-token") as never,
      branch: fail("usage") as never,
    };
    expect(open(await run({ repository: async () => refused }, inputs))).toEqual([
      "github/token broken github-token",
    ]);
  });

  test.each([
    ["node-x", "did you mean 'node-a'?"],
    ["completely-different", "nodes: node-a, node-b"],
  ])("refuses the node %s", async (name, hint) => {
    await expect(run({}, { node: [name] })).rejects.toMatchObject({ code: "usage", hint });
  });
});
