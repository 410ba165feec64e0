import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { domainToASCII } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { pooled } from "../../src/commands/pooled.ts";
import type { GateAnswer, GateRow } from "../../src/domain/dns/gate-answer.ts";
import type { Memory } from "../../src/domain/dns/memory.ts";
import { MISMATCHES } from "../../src/domain/dns/verdict.ts";
import {
  BEYOND_PEBBLE,
  BEYOND_THE_GATE,
  CASES,
  HOSTS,
  REFUSALS,
  WITHOUT_PEBBLE,
  ZONES,
} from "../support/acme-cases.ts";
import type { Validated } from "../support/acme-client.ts";
import { AcmeWorld } from "../support/acme-world.ts";
import { memory } from "../support/gate-run.ts";
import { root } from "../support/nix.ts";
import { planWith } from "../support/plan-builder.ts";
import { nameservers, withResolvConf } from "../support/resolv-conf.ts";
import { describeWith, ROOT } from "../support/tools.ts";

interface Case {
  readonly says: string;
  readonly node: string;
  readonly hostname: string;
}

/** What Pebble is to agree with. */
const judged: readonly Case[] = Object.entries(CASES).flatMap(([says, nodes]) =>
  Object.entries(nodes).flatMap(([node, hostnames]) =>
    hostnames.map((hostname) => ({ says, node, hostname })),
  ),
);
const all = [...judged, ...BEYOND_PEBBLE, ...BEYOND_THE_GATE];

/** Orders of one hostname: of several addresses, one is taken by chance. */
const ORDERS = 12;
/** Orders that are under way at the same time. */
const AT_ONCE = 6;
const PATIENCE_MS = 300_000;

/** What the command line said in a provider's folder, and what it left there. */
interface Ran {
  readonly status: number | null;
  readonly answer: GateAnswer;
  readonly memory: Memory;
}

describeWith(
  ["KNOTD", "KNOTC", "KEYMGR", "UNBOUND", "PEBBLE", "OPENSSL", ROOT],
  "an ACME server as the judge of the gate",
  () => {
    const folder = mkdtempSync(join(tmpdir(), "hostenv-judge-"));
    const pebble = new Map<string, Validated>();
    let world: AcmeWorld;
    beforeAll(async () => {
      world = await AcmeWorld.start({ hosts: HOSTS, zones: ZONES });
      await pooled(all, AT_ONCE, async ({ hostname, node }) => {
        pebble.set(hostname, await world.validated(domainToASCII(hostname), node, ORDERS));
      });
    }, PATIENCE_MS);
    afterAll(async () => {
      rmSync(folder, { recursive: true, force: true });
      await world?.stop();
    });

    async function gate(name: string, args: readonly string[]): Promise<Ran> {
      const provider = join(folder, name);
      const path = (file: string) => join(provider, "generated", file);
      mkdirSync(path(""), { recursive: true });
      execFileSync("git", ["init", "-q"], { cwd: provider });
      writeFileSync(path("plan.json"), JSON.stringify(plan()));
      // Nobody has a certificate yet.
      writeFileSync(path("dns-gate.json"), JSON.stringify(memory()));
      const command = [process.execPath, `${root}dist/cli/index.js`, "dns-gate", "--json", "--http-check"];
      const ended = await withResolvConf(
        nameservers(world.resolver),
        [...command, ...args] as [string, ...string[]],
        { cwd: provider, env: { NODE_OPTIONS: "" } },
      );
      if (ended.stdout === "") throw new Error(ended.stderr);
      const left = JSON.parse(readFileSync(path("dns-gate.json"), "utf8"));
      return { status: ended.status, answer: JSON.parse(ended.stdout), memory: left };
    }

    const isValid = (hostname: string) => pebble.get(hostname)?.status === "valid";

    describe.each([
      ["the zones' own servers", () => []],
      ["a resolver", () => ["--nameserver", world.resolver]],
    ])("asking %s", (name, args) => {
      let ran: Ran;
      beforeAll(async () => {
        ran = await gate(name, args());
      }, PATIENCE_MS);

      const rowOf = (hostname: string) =>
        ran.answer.verdicts.find((row) => row.hostname === hostname) as GateRow;

      test.each(judged)("$hostname: $says", ({ says, hostname }) => {
        const row = rowOf(hostname);
        const { evidence } = row;
        expect({ says: said(row), evidence }).toEqual({ says, evidence });
        const detail = expect.stringMatching(REFUSALS[says] ?? /^$/);
        const validated = says === "match" ? { status: "valid" } : { status: "invalid", problem: { detail } };
        expect({ validated: pebble.get(hostname), evidence }).toMatchObject({ validated });
      });

      test.each(BEYOND_PEBBLE)("$hostname: $says, which Pebble can't see: $why", ({ says, hostname }) => {
        expect([said(rowOf(hostname)), pebble.get(hostname)]).toEqual([says, { status: "valid" }]);
      });

      test.each(BEYOND_THE_GATE)("$hostname: $says for all the gate can see: $why", ({ says, hostname }) => {
        expect([said(rowOf(hostname)), isValid(hostname)]).toEqual([says, false]);
      });

      test("TLS is turned on exactly where a certificate can be had", () => {
        const seen = judged.map(({ hostname }) => hostname);
        const among = (names: readonly string[]) => names.filter((each) => seen.includes(each)).sort();
        expect(among(ran.answer.enabled)).toEqual(seen.filter(isValid).sort());
        expect(among(ran.memory.off)).toEqual(seen.filter((each) => !isValid(each)).sort());
        expect(ran).toMatchObject({ status: 2, answer: { written: true, breaker: false, disabled: [] } });
      });
    });
  },
);

describe("what an ACME server can judge", () => {
  test("is all that the gate says against a hostname, but for what is listed with a reason", () => {
    const beyond = [...BEYOND_PEBBLE.map(({ says, why }) => `${says}: ${why}`), ...WITHOUT_PEBBLE];
    process.stdout.write(`Not judged by Pebble:\n${beyond.map((line) => `- ${line}\n`).join("")}`);
    const classes = new Set([...judged, ...BEYOND_PEBBLE].map(({ says }) => says));
    expect([...classes].sort()).toEqual([...MISMATCHES, "match", "unknown", "unreachable"].sort());
  });
});

function plan() {
  const nodes = [...new Set(all.map(({ node }) => node))];
  const environments = nodes.map((node, index) => {
    const name = `site-main-${index}`;
    const hostnames = all.filter((each) => each.node === node).map(({ hostname }) => hostname);
    const hosts = Object.fromEntries(hostnames.map((hostname) => [hostname, {}]));
    return { name, node, hosts: { [`${name}.hosting.test`]: { tls: false }, ...hosts } };
  });
  return planWith({ environments });
}

/** A verdict by its reason; `unreachable` where DNS is right and port 80 does not answer. */
function said({ verdict, reason, httpCheck }: GateRow): string {
  if (verdict === "match") return httpCheck === "answers" ? "match" : String(httpCheck);
  return verdict === "mismatch" ? String(reason) : verdict;
}
