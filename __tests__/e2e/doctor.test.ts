import { execFileSync } from "node:child_process";
import { appendFileSync, copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { type Check, doctorSchema } from "../../src/domain/doctor/check.ts";
import { ActionRunner } from "../support/action-runner.ts";
import { Canary } from "../support/canary.ts";
import { type CloudflareApi, startCloudflareApi } from "../support/cloudflare-api.mjs";
import { Deployable } from "../support/deployable.ts";
import { type GithubApi, startGithubApi } from "../support/github-api.mjs";
import { LoopbackBlock } from "../support/loopback.ts";
import { keyPair } from "../support/node/keys.ts";
import type { TestNode } from "../support/node.ts";
import { nameservers } from "../support/resolv-conf.ts";
import { SmallInternet } from "../support/small-internet.ts";
import { describeWith, needed, ROOT } from "../support/tools.ts";
import { describeWithNodes } from "../support/with-nodes.ts";

const MINUTE = 60_000;
const RULE = { type: "pull_request", ruleset_id: 7 };

// A provider with all that it needs, and then one thing after the other taken away from it.
describeWithNodes("doctor", () => {
  describeWith(["SOPS", "AGE_KEYGEN", "KNOTD", "UNBOUND", ROOT], "on a real provider", () => {
    let fleet: Deployable;
    let github: GithubApi;
    let cloudflare: CloudflareApi;
    let block: LoopbackBlock;
    let internet: SmallInternet;
    let runner: ActionRunner;
    let resolvConf: string;
    let age: { readonly text: string; readonly recipient: string };
    const secrets = () => ({
      SSH_KEY: fleet.key.privateKey,
      NIX_SIGNING_KEY: fleet.env.NIX_SIGNING_KEY as string,
      CF_API_TOKEN: cloudflare.token,
    });
    const node = (name: string) => fleet.nodes[name] as TestNode;
    const file = (name: string) => join(fleet.provider, name);

    beforeAll(async () => {
      const nix = process.env.HOSTENV_TEST_NIX_CURRENT ?? (process.env.HOSTENV_TEST_NIX as string);
      fleet = await Deployable.start(nix);
      cloudflare = await startCloudflareApi();
      const [own] = ["hosting.example", "acme.example"].map((name) => cloudflare.addZone({ name }));
      fleet.edit(/zoneId = "[^"]*"/, `zoneId = "${own?.id}"`);
      fleet.plan("Zones");
      block = await LoopbackBlock.claim();
      const zones = ["hosting.example", "acme.example", "globex.example", "partner.example"];
      internet = await SmallInternet.start(block, Object.fromEntries(zones.map((zone) => [zone, {}])));
      resolvConf = nameservers((await internet.resolver()).address);
      age = newAgeKey();
      encrypt("ci-secrets.yaml", secrets());
    }, 5 * MINUTE);
    afterAll(async () => {
      await Promise.all([fleet?.stop(), cloudflare?.close(), internet?.stop()]);
      await block?.release();
    });
    beforeEach(async () => {
      runner = new ActionRunner({
        ...fleet.env,
        PATH: `${fleet.env.PATH}${delimiter}${dirname(needed("SOPS"))}`,
      });
      github = await startGithubApi();
      github.setBranch("main", { isProtected: true, rules: [RULE] });
      github.rulesets.set(7, "always");
      github.environments.set("production", { limitsBranches: true, reviewers: 1 });
    });
    afterEach(async () => {
      runner.remove();
      await github.close();
      expect(github.violations).toEqual([]);
    });

    function newAgeKey() {
      const text = execFileSync(needed("AGE_KEYGEN"), {
        encoding: "utf8",
        stdio: ["ignore", "pipe", "ignore"],
      });
      return { text, recipient: /age1[0-9a-z]+/.exec(text)?.[0] as string };
    }

    function encrypt(name: string, values: object): void {
      writeFileSync(file(name), JSON.stringify(values));
      const args = ["encrypt", "--in-place", "--age", age.recipient, file(name)];
      execFileSync(needed("SOPS"), args, {
        cwd: fleet.provider,
        env: { PATH: process.env.PATH, HOME: fleet.provider },
      });
    }

    /** Runs the root action, as a workflow does; the checks that are not fine are told by what they say. */
    async function examine(
      inputs: Record<string, string> = {},
      { env = {}, dns = resolvConf }: { env?: NodeJS.ProcessEnv; dns?: string } = {},
    ) {
      const given = {
        command: "doctor",
        "working-directory": fleet.provider,
        "github-token": github.token,
        "github-environment": "production",
        "cf-api-url": cloudflare.url,
        "sops-age-key": age.text,
        "sops-file": file("ci-secrets.yaml"),
        ...inputs,
      };
      const ended = await runner.run("action", given, {
        env: {
          ...{ SSH_KEY: "", NIX_SIGNING_KEY: "", CF_API_TOKEN: "" },
          ...{ GITHUB_API_URL: github.url, GITHUB_SERVER_URL: "https://github.com" },
          GITHUB_REPOSITORY: github.repository.full_name,
          ...env,
        },
        resolvConf: dns,
      });
      const path = ended.outputs["report-path"];
      if (!path) throw new Error(ended.stdout + ended.stderr);
      const { checks } = doctorSchema.parse(JSON.parse(readFileSync(path, "utf8")));
      return {
        ...ended,
        checks,
        open: checks.filter(({ state }) => state === "broken" || state === "unknown").map(said),
      };
    }

    const said = ({ area, name, state, code }: Check) => `${area}/${name} ${state} ${code}`;
    const nextOf = (checks: readonly Check[], name: string) =>
      checks.find((each) => each.name === name)?.next;

    test("where nothing is wrong everything is fine, and no secret is in what is said", async () => {
      const { status, outputs, open, checks, stdout, stderr, summary } = await examine();
      expect({ open, status }).toEqual({ open: [], status: 0 });
      expect(outputs).toMatchObject({ result: "works", broken: "[]" });
      const fine = checks.filter(({ state }) => state === "works").map(({ area, name }) => `${area}/${name}`);
      expect(fine).toEqual([
        ...[
          "programs/Node",
          "programs/git",
          "programs/Nix",
          "programs/ssh",
          "programs/deploy-rs",
          "programs/sops",
        ],
        ...["folder/flake", "folder/git", "folder/snapshot"],
        ...["secrets/SOPS_AGE_KEY", "secrets/SSH_KEY", "secrets/NIX_SIGNING_KEY", "secrets/CF_API_TOKEN"],
        ...["nodes/node-a", "nodes/node-b", "dns/resolver"],
        ...fine.filter((name) => /^dns\/.*\.example$/.test(name)),
        ...["github/token", "github/protection", "github/snapshot push", "github/environment production"],
        ...["cloudflare/token", "cloudflare/hosting.example", "cloudflare/acme.example"],
      ]);
      expect(fine).toEqual(expect.arrayContaining(["dns/hosting.example", "dns/acme.example"]));
      expect(checks.find(({ name }) => name === "SSH_KEY")?.found).toMatch(
        /ci-secrets\.yaml, ssh-ed25519 SHA256:/,
      );
      const canary = new Canary({ ...secrets(), age: age.text, token: github.token });
      // The runner takes these lines for itself: they are what hides a secret in all others.
      const log = stdout.replace(/^::add-mask::.*$/gm, "");
      const all = [log, stderr, summary, JSON.stringify([outputs, checks])];
      expect(all.flatMap((text) => canary.inText("what is said", text))).toEqual([]);
    });

    test("a wrong age key: told with the recipient that is wanted, and the rest is looked at all the same", async () => {
      const { status, open, checks, stdout } = await examine({ "sops-age-key": newAgeKey().text });
      expect(open).toEqual([
        "secrets/SOPS_AGE_KEY broken sops-key",
        ...["SSH_KEY", "NIX_SIGNING_KEY", "CF_API_TOKEN"].map(
          (name) => `secrets/${name} unknown doctor-unasked`,
        ),
        ...["node-a", "node-b"].map((name) => `nodes/${name} unknown doctor-unasked`),
      ]);
      expect(checks.find(({ name }) => name === "SOPS_AGE_KEY")?.found).toContain(age.recipient);
      expect([status, stdout]).toEqual([
        1,
        expect.stringContaining("::error title=Secrets%3A SOPS_AGE_KEY::"),
      ]);
    });

    test("an empty age key, as of a caller that does not pass it on", async () => {
      const { open, checks } = await examine({ "sops-age-key": "" });
      expect(open[0]).toBe("secrets/SOPS_AGE_KEY broken age-key");
      expect(checks.find(({ name }) => name === "SOPS_AGE_KEY")?.found).toContain(age.recipient);
      expect(nextOf(checks, "SOPS_AGE_KEY")).toContain("passed on by its name");
    });

    test("a secret that the file does not hold, and one that is a public key", async () => {
      const { NIX_SIGNING_KEY: _, ...rest } = secrets();
      encrypt("fewer.yaml", { ...rest, SSH_KEY: fleet.key.publicKey });
      const { open, checks } = await examine({ "sops-file": file("fewer.yaml") });
      expect(open).toEqual([
        "secrets/SSH_KEY broken secret-unusable",
        "secrets/NIX_SIGNING_KEY broken signing-key-missing",
        ...["node-a", "node-b"].map((name) => `nodes/${name} unknown doctor-unasked`),
      ]);
      expect(nextOf(checks, "NIX_SIGNING_KEY")).toContain("sops edit");
    });

    test("a signing key and a login key of somebody else", async () => {
      const [stranger, key] = [fleet.strangersKey(), keyPair()];
      encrypt("strangers.yaml", { ...secrets(), NIX_SIGNING_KEY: stranger, SSH_KEY: key.privateKey });
      const { open, checks } = await examine({ "sops-file": file("strangers.yaml") });
      expect(open).toEqual([
        "secrets/NIX_SIGNING_KEY broken signature-refused",
        ...["node-a", "node-b"].map((name) => `nodes/${name} broken login-refused`),
      ]);
      expect(nextOf(checks, "node-a")).toContain("provider.deployPublicKeys");
    });

    test("a node whose host key nobody pinned, and one that lets nobody in", async () => {
      writeFileSync(file("known_hosts"), node("node-a").knownHosts);
      await node("node-a").close();
      try {
        const { open, checks } = await examine();
        expect(open).toEqual([
          "nodes/node-a broken node-unreachable",
          "nodes/node-b broken host-key-unknown",
        ]);
        expect(nextOf(checks, "node-b")).toContain("/etc/ssh/ssh_host_ed25519_key.pub");
      } finally {
        await node("node-a").open();
        fleet.git(["checkout", "known_hosts"]);
      }
    });

    test("a deploy user without sudo", async () => {
      node("node-a").run("mv", "/etc/sudoers", "/etc/sudoers.off");
      try {
        const { open, checks } = await examine({ for: "drift" });
        expect(open).toEqual(["nodes/node-a broken node-command"]);
        expect(nextOf(checks, "node-a")).toContain("sudo without a password");
      } finally {
        node("node-a").run("mv", "/etc/sudoers.off", "/etc/sudoers");
      }
    });

    test("a torn snapshot: nodes are asked all the same", async () => {
      appendFileSync(file("generated/state.json"), "\n");
      try {
        const { open, checks } = await examine({ for: "drift" });
        expect(open).toEqual(["folder/snapshot broken snapshot-torn"]);
        expect(nextOf(checks, "snapshot")).toContain("restore it from git");
        expect(checks.filter(({ area }) => area === "nodes").map(({ state }) => state)).toEqual([
          "works",
          "works",
        ]);
        expect(checks.some(({ area }) => area === "cloudflare")).toBe(false);
      } finally {
        fleet.git(["checkout", "generated/state.json"]);
      }
    });

    test("no DNS", async () => {
      const { open, checks } = await examine({ for: "dns-gate" }, { dns: nameservers(block.next()) });
      expect(open).toEqual(["dns/resolver broken dns-no-resolver", "dns/zones unknown doctor-unasked"]);
      expect(nextOf(checks, "resolver")).toContain("/etc/resolv.conf");
    });

    test("a branch that takes no push, an environment that everybody may use, and a token that GitHub does not take", async () => {
      github.rulesets.set(7, "never");
      github.environments.set("production", { limitsBranches: false, reviewers: 0 });
      const { open, checks } = await examine({ node: "node-a" });
      expect(open).toEqual([
        "github/snapshot push broken branch-refuses",
        "github/environment production broken environment-open",
      ]);
      expect(nextOf(checks, "snapshot push")).toContain("bypass");
      const refused = await examine({ for: "plan", "github-token": "nobodys-token" });
      expect(refused.open).toEqual(["github/token broken github-token"]);
    });

    test("a token that Cloudflare does not take", async () => {
      encrypt("revoked.yaml", { ...secrets(), CF_API_TOKEN: "a-token-of-nobody-0123456789" });
      const { open } = await examine({ for: "dns-gate", "sops-file": file("revoked.yaml") });
      expect(open).toEqual(["cloudflare/token broken cloudflare-token"]);
    });

    test("another host key than the pinned one", async () => {
      await node("node-b").changeHostKey();
      const { open, checks } = await examine({ for: "drift", node: "node-b" });
      expect(open).toEqual(["nodes/node-b broken host-key-changed"]);
      expect(nextOf(checks, "node-b")).toContain("somebody may stand between");
    });

    test("the command line says the same, and what is to be done first", () => {
      copyFileSync(file("known_hosts"), file("others"));
      const { status, stdout } = fleet.run([
        "doctor",
        "--for",
        "drift",
        "-n",
        "node-b",
        "--known-hosts",
        "others",
      ]);
      expect(status).toBe(2);
      expect(stdout).toMatch(
        /^doctor: 1 broken · [^\n]*\n\n✖ Nodes: node-b \[host-key-changed\]\n {4}node 'node-b' at .*\n {4}to do: somebody/,
      );
      const wrong = fleet.run(["doctor", "-n", "node-x"]);
      expect([wrong.status, wrong.stderr]).toEqual([
        1,
        expect.stringContaining("hint: did you mean 'node-a'?"),
      ]);
    });
  });
});
