import { describe, expect, test } from "@jest/globals";
import { type Check, doctorExit, faulty, resultOf } from "../../../src/domain/doctor/check.ts";
import { cloudflareChecks } from "../../../src/domain/doctor/cloudflare.ts";
import { checkoutCheck, flakeCheck } from "../../../src/domain/doctor/folder.ts";
import {
  environmentCheck,
  protectionCheck,
  pushCheck,
  tokenCheck,
} from "../../../src/domain/doctor/github.ts";
import { resolverCheck, zoneCheck } from "../../../src/domain/doctor/names.ts";
import { nodeChecks } from "../../../src/domain/doctor/nodes.ts";
import { nixCheck, nodeCheck, PROGRAMS, programCheck } from "../../../src/domain/doctor/programs.ts";
import { needs } from "../../../src/domain/doctor/purpose.ts";
import { accessTokensCheck, ageKeyCheck, secretCheck } from "../../../src/domain/doctor/secrets.ts";

const ends = ({ state, code }: Check) => [state, code];
const fault = { code: "some-code", message: "what", hint: "do this" };

describe("what checks come to", () => {
  const check = (state: Check["state"]): Check => ({
    ...{ area: "programs", name: "x", state, found: "", code: null, next: null },
  });

  test.each([
    [[], "works", 0],
    [["works", "unused"], "works", 0],
    [["works", "unknown"], "unknown", 0],
    [["unknown", "broken", "works"], "broken", 2],
  ] as const)("%j is %s", (states, result, exit) => {
    const checks = states.map(check);
    expect([resultOf(checks), doctorExit(checks)]).toEqual([result, exit]);
  });

  test("a fault is a broken thing, or only kept us from looking", () => {
    const subject = { area: "nodes", name: "a" } as const;
    expect(faulty(subject, fault)).toEqual({
      ...{ area: "nodes", name: "a", state: "broken", found: "what", code: "some-code", next: "do this" },
    });
    expect(faulty(subject, { ...fault, code: "doctor-timeout" }).state).toBe("unknown");
    expect(faulty(subject, { ...fault, code: "github-forbidden" }).state).toBe("unknown");
  });
});

describe("programs", () => {
  const { sops, git } = PROGRAMS;

  test.each([
    ["sops 3.9.0 (latest)", ["works", null]],
    ["sops 3.10.2", ["works", null]],
    ["sops 4.0", ["works", null]],
    ["sops 3.8.9", ["broken", "sops-missing"]],
    ["no number", ["broken", "sops-missing"]],
    [null, ["broken", "sops-missing"]],
  ])("sops that says %j", (text, expected) => {
    expect(ends(programCheck(sops, { value: text }))).toEqual(expected);
  });

  test("what may be missing is not wanted, and what tells no version is there", () => {
    expect(programCheck({ ...sops, spared: "no sops-file" }, { value: null })).toMatchObject({
      ...{ state: "unused", found: "no sops-file", next: null },
    });
    expect(ends(programCheck(git, { value: "git from elsewhere" }))).toEqual(["works", null]);
    expect(ends(programCheck(git, { fault }))).toEqual(["broken", "some-code"]);
  });

  test.each([
    ["v20.19.0", "works"],
    ["v20.18.9", "broken"],
    ["v24.1.0", "works"],
    ["v18.20.0", "broken"],
  ])("Node %s %s", (version, state) => expect(nodeCheck(version).state).toBe(state));

  test("Nix needs to be new enough and to evaluate", () => {
    const found = (version: string, why: string | null) => nixCheck({ value: { version, fault: why } });
    expect(ends(found("nix (Nix) 2.8.0", null))).toEqual(["works", null]);
    expect(ends(found("nix (Nix) 2.7.9", null))).toEqual(["broken", "nix-old"]);
    expect(found("nix (Nix) 2.30.1", "error: cannot connect to socket")).toMatchObject({
      ...{ state: "broken", code: "nix-unusable" },
      found: expect.stringContaining("error: cannot connect to socket"),
    });
    expect(found("nix (Lix, like Nix) 2.91.1", null).found).toBe("2.91.1");
  });
});

describe("the folder", () => {
  test.each([
    [true, true, ["works", null]],
    [true, false, ["broken", "lock-missing"]],
    [false, true, ["broken", "flake-missing"]],
  ])("with a flake %s and a lock %s", (flake, lock, expected) => {
    expect(ends(flakeCheck({ value: { flake, lock } }))).toEqual(expected);
  });

  test("says what git does not know, and what is checked out", () => {
    const look = { branch: "main", commit: "a".repeat(40), untracked: [] };
    expect(checkoutCheck({ value: look }).found).toBe("branch main at aaaaaaaaaaaa");
    expect(checkoutCheck({ value: { ...look, branch: null } }).found).toBe(
      "no branch, a commit alone at aaaaaaaaaaaa",
    );
    expect(checkoutCheck({ value: { ...look, untracked: ["generated/plan.json"] } })).toMatchObject({
      ...{
        state: "broken",
        code: "snapshot-untracked",
        next: "add and commit it: git add generated/plan.json",
      },
    });
  });
});

describe("secrets", () => {
  const situation = { isAction: true, writesZones: true, signsNothing: false, trustedKeys: ["cache-1:AAAA"] };
  const given = (known: string | null) => ({ value: { source: "ci-secrets.yaml", known } });

  test("that are given are told by what everybody may know", () => {
    expect(secretCheck("SSH_KEY", given("ssh-ed25519 SHA256:x"), situation)).toMatchObject({
      ...{ state: "works", found: "given by ci-secrets.yaml, ssh-ed25519 SHA256:x" },
    });
    expect(secretCheck("CF_API_TOKEN", given(null), situation).found).toBe("given by ci-secrets.yaml");
  });

  test("that are empty are broken where somebody needs them", () => {
    const empty = { value: null };
    expect(ends(secretCheck("SSH_KEY", empty, situation))).toEqual(["broken", "secret-missing"]);
    expect(ends(secretCheck("NIX_SIGNING_KEY", empty, situation))).toEqual(["broken", "signing-key-missing"]);
    expect(ends(secretCheck("CF_API_TOKEN", empty, situation))).toEqual(["broken", "secret-missing"]);
    const laptop = { ...situation, isAction: false };
    for (const name of ["SSH_KEY", "NIX_SIGNING_KEY", "CF_API_TOKEN"] as const)
      expect(ends(secretCheck(name, empty, laptop))).toEqual(["unused", null]);
    expect(ends(secretCheck("CF_API_TOKEN", empty, { ...situation, writesZones: false }))).toEqual([
      "unused",
      null,
    ]);
    expect(ends(secretCheck("NIX_SIGNING_KEY", empty, { ...situation, signsNothing: true }))).toEqual([
      "unused",
      null,
    ]);
  });

  test("a signing key that the plan lets no node trust is broken; where it names none, nothing is said", () => {
    const check = (known: string, change = {}) =>
      ends(secretCheck("NIX_SIGNING_KEY", given(known), { ...situation, ...change }));
    expect(check("cache-1:AAAA")).toEqual(["works", null]);
    expect(check("cache-2:BBBB")).toEqual(["broken", "signature-refused"]);
    expect(check("cache-2:BBBB", { trustedKeys: [] })).toEqual(["works", null]);
    expect(check("cache-2:BBBB", { signsNothing: true })).toEqual(["works", null]);
  });

  test("of a file that can't be opened are not known", () => {
    expect(secretCheck("SSH_KEY", "file-closed", situation)).toMatchObject({
      ...{ state: "unknown", code: "doctor-unasked", next: "mend SOPS_AGE_KEY first, then run doctor again" },
    });
    expect(ends(ageKeyCheck({ fault: { ...fault, code: "sops-key" } }))).toEqual(["broken", "sops-key"]);
    expect(ends(ageKeyCheck({ value: null }))).toEqual(["unused", null]);
    expect(accessTokensCheck({ value: ["github.com", "gitlab.test"] }).found).toBe(
      "given for github.com, gitlab.test",
    );
    expect(ends(accessTokensCheck({ value: [] }))).toEqual(["unused", null]);
  });
});

describe("nodes", () => {
  const found = { problems: [], sudo: null, user: "deploy", host: "192.0.2.1", freeBytes: 12.7 * 2 ** 30 };

  test("one line where all is well, else one for each thing that is not", () => {
    expect(nodeChecks("node-a", { value: found })).toEqual([
      {
        ...{ area: "nodes", name: "node-a", state: "works", code: null, next: null },
        found: "its key is the pinned one, 'deploy' logs in at 192.0.2.1 and has sudo, 12 GiB free",
      },
    ]);
    const problem = (code: string) => ({ code, message: code, hint: "do" });
    const problems = [problem("signing-key-missing"), problem("node-disk-full"), problem("node-locked")];
    const told = nodeChecks("node-a", { value: { ...found, problems, sudo: problem("node-command") } });
    expect(told.map(ends)).toEqual([
      ["broken", "node-command"],
      ["broken", "node-disk-full"],
      ["unknown", "node-locked"],
    ]);
    expect(nodeChecks("node-a", { fault }).map(ends)).toEqual([["broken", "some-code"]]);
  });
});

describe("DNS", () => {
  const server = (label: string, reason: string | null = null) => ({ label, reason });

  test("one resolver that answers is enough, and silent ones are told", () => {
    expect(resolverCheck([server("a", "timeout"), server("b")])).toMatchObject({
      ...{ state: "works", found: "b answers; a timeout" },
    });
    expect(resolverCheck([server("a", "timeout"), server("b", "refused")])).toMatchObject({
      ...{ code: "dns-no-resolver", found: "no resolver of this machine answers: a timeout, b refused" },
    });
    expect(resolverCheck([]).found).toBe("this machine has no resolver");
  });

  test("a zone works as long as one of its servers answers", () => {
    const zone = { name: "a.test", evidence: [] };
    expect(ends(zoneCheck({ ...zone, servers: [server("x", "timeout"), server("y")] }))).toEqual([
      "works",
      null,
    ]);
    expect(ends(zoneCheck({ ...zone, servers: [server("x", "timeout")] }))).toEqual([
      "broken",
      "dns-no-server",
    ]);
    expect(ends(zoneCheck({ ...zone, servers: [] }))).toEqual(["broken", "dns-no-server"]);
    expect(zoneCheck({ ...zone, servers: null, evidence: ["a.test SOA: servfail"] })).toMatchObject({
      ...{ code: "dns-no-zone", found: "its zone's name servers can't be found: a.test SOA: servfail" },
    });
  });

  test("more than three servers are counted", () => {
    const many = ["a", "b", "c", "d", "e"].map((label) => server(label));
    expect(resolverCheck(many).found).toBe("a, b, c, 2 more answer");
  });
});

describe("GitHub", () => {
  const branch = (isProtected: boolean, ...rules: [string, boolean | null][]) => ({
    value: { name: "main", isProtected, rules: rules.map(([type, mayBypass]) => ({ type, mayBypass })) },
  });

  test("an unprotected branch is broken", () => {
    expect(ends(protectionCheck(branch(false)))).toEqual(["broken", "branch-unprotected"]);
    expect(ends(protectionCheck(branch(true)))).toEqual(["works", null]);
    expect(ends(protectionCheck(branch(false, ["deletion", false])))).toEqual(["works", null]);
  });

  test.each([
    ["no rule", branch(false), ["works", null]],
    ["a rule that forbids no push", branch(true, ["deletion", false]), ["works", null]],
    ["a rule that may be bypassed", branch(true, ["pull_request", true]), ["works", null]],
    ["a rule that may not", branch(true, ["pull_request", false]), ["broken", "branch-refuses"]],
    ["a rule of which that is not told", branch(true, ["update", null]), ["unknown", "branch-hidden"]],
    ["a classic protection", branch(true), ["unknown", "branch-hidden"]],
  ])("a push under %s", (_, fact, expected) => expect(ends(pushCheck(fact, true))).toEqual(expected));

  test("what somebody at a laptop may not do says nothing of the bot", () => {
    expect(ends(pushCheck(branch(true, ["pull_request", false]), false))).toEqual([
      "unknown",
      "branch-hidden",
    ]);
  });

  test("an environment that every branch may use is broken, and one that is not there", () => {
    const fact = (limitsBranches: boolean, reviewers = 0) => ({ value: { limitsBranches, reviewers } });
    expect(environmentCheck("production", fact(true, 1)).found).toBe(
      "only some branches may use it, 1 reviewer",
    );
    expect(ends(environmentCheck("production", fact(false, 1)))).toEqual(["broken", "environment-open"]);
    expect(ends(environmentCheck("production", fact(false, 0)))).toEqual(["broken", "environment-open"]);
    expect(ends(environmentCheck("production", { value: null }))).toEqual(["broken", "environment-missing"]);
    expect(ends(environmentCheck(null, { value: null }))).toEqual(["unused", null]);
  });

  test("a token is told by whose it is", () => {
    expect(tokenCheck({ value: { repository: "a/b", login: "alice" } }).found).toBe("alice, reads a/b");
    expect(tokenCheck({ value: { repository: "a/b", login: null } }).found).toBe("the job's own, reads a/b");
    expect(ends(tokenCheck({ value: null }))).toEqual(["unused", null]);
  });
});

describe("Cloudflare", () => {
  const zone = (id: string, name: string, isServed = true) => ({ id, name, isServed, commentLength: 100 });
  const readable = { value: true } as const;

  test("each zone of the plan is seen and read, by its name or id", () => {
    const zones = [
      zone("1", "h.test"),
      zone("2", "acme.test", false),
      zone("3", "other.test"),
      zone("4", "x.test"),
    ];
    const found = { zones, readable: { "1": readable, "2": readable, "4": { value: false } } };
    const planned = { named: ["2", "x.test", "gone.test"], provider: "a.h.test" };
    expect(
      cloudflareChecks({ value: found }, planned).map(({ name, ...rest }) => [name, ...ends(rest as Check)]),
    ).toEqual([
      ["token", "works", null],
      ["h.test", "works", null],
      ["acme.test", "broken", "cloudflare-unserved"],
      ["x.test", "broken", "cloudflare-no-records"],
      ["gone.test", "broken", "cloudflare-no-zone"],
    ]);
  });

  test("a look-alike is not the provider's zone, and where no zone is ours the token is all", () => {
    const found = { zones: [zone("1", "evilh.test")], readable: {} };
    const names = (provider: string | null) =>
      cloudflareChecks({ value: found }, { named: [], provider }).map(({ name, state }) => [name, state]);
    expect(names("h.test")).toEqual([
      ["token", "works"],
      ["h.test", "broken"],
    ]);
    expect(names(null)).toEqual([["token", "works"]]);
    expect(cloudflareChecks({ fault }, { named: [], provider: null }).map(ends)).toEqual([
      ["broken", "some-code"],
    ]);
  });
});

test("a verb's needs are looked at alone; a deploy needs everything", () => {
  for (const need of ["nix", "deploy-rs", "nodes", "cloudflare", "NIX_SIGNING_KEY"] as const)
    expect([needs(undefined, need), needs("deploy", need)]).toEqual([true, true]);
  expect([needs("drift", "nodes"), needs("drift", "deploy-rs"), needs("plan", "nodes")]).toEqual([
    true,
    false,
    false,
  ]);
  expect([needs("dns-gate", "CF_API_TOKEN"), needs("drift", "CF_API_TOKEN")]).toEqual([true, false]);
});
