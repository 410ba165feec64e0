// Deploys as their reports tell them, for what is rendered from them.
import { changeId } from "../../src/domain/changes.ts";
import type { DeployedEnvironment, DeployReport } from "../../src/domain/deploy/report.ts";
import type { ProfileRun } from "../../src/domain/deploy/results.ts";
import { stepsOn } from "../../src/domain/deploy/steps.ts";
import { type DeployStory, deployReport, type NodeRun } from "../../src/domain/deploy/story.ts";
import type { CheckRun } from "../../src/domain/deploy/verification.ts";
import type { JsonValue } from "../../src/domain/json.ts";

const store = (name: string, version: string) => `/nix/store/${version.padEnd(32, "0")}-${name}`;
const link = (name: string, version: string, generation: number) => ({
  storePath: store(name, version),
  generation,
  activatable: generation > 1,
});

/** A profile that was brought from an old generation to a new one. */
export function deployed(profile: string, more: Partial<ProfileRun> = {}): ProfileRun {
  return {
    profile,
    before: link(profile, "old", 41),
    after: link(profile, "new", 42),
    wanted: store(profile, "new"),
    exit: 0,
    seconds: 12.4,
    log: [],
    ...more,
  };
}

/** One that was right already. */
export const unchanged = (profile: string): ProfileRun =>
  deployed(profile, { before: link(profile, "new", 42), exit: null, seconds: 0 });

/** One whose activation failed and was rolled back. */
export const rolledBack = (profile: string, log: readonly string[] = []): ProfileRun =>
  deployed(profile, { after: link(profile, "old", 41), exit: 1, seconds: 33, log });

/** One that never had a generation before this. */
export const first = (profile: string): ProfileRun =>
  deployed(profile, { before: null, after: link(profile, "new", 1) });

/** One that was not tried. */
export const untried = (profile: string): ProfileRun =>
  deployed(profile, { after: link(profile, "old", 41), exit: null, seconds: 0 });

/** A check that passed at once. */
export function passed(environment: string, more: Partial<CheckRun> = {}): CheckRun {
  return {
    environment,
    check: "front",
    passed: true,
    status: 200,
    failures: [],
    remark: null,
    enforced: true,
    seconds: 0.3,
    attempts: 1,
    ...more,
  };
}

/** A node whose profiles all were tried. */
export function node(
  name: string,
  wave: number,
  profiles: readonly ProfileRun[],
  more: Partial<NodeRun> = {},
): NodeRun {
  return {
    node: name,
    wave,
    problem: null,
    profiles,
    checks: [],
    lastBackups: {},
    setAside: {},
    seconds: 64,
    ...more,
  };
}

/** An environment of a project that visitors find at its own name. */
export function environment(
  name: string,
  host: string,
  more: Partial<DeployedEnvironment> = {},
): DeployedEnvironment {
  const [project = name] = name.split("-");
  return {
    name,
    project: `acme__${project}`,
    environment: "main",
    type: "production",
    host,
    url: `https://www.${project}.example/`,
    changed: true,
    ...more,
  };
}

/** The command that a door gives for the nodes that are left. */
export const resume = (nodes: readonly string[]) =>
  `hostenv-provider deploy ${nodes.map((name) => `--node ${name}`).join(" ")} --plan-id ${"7".repeat(64)}`;

/** A report of a deploy in the waves in which its nodes stand. */
export function reportOf(nodes: readonly NodeRun[], more: Partial<DeployStory> = {}): DeployReport {
  const waves: string[][] = [];
  for (const { node: name, wave } of nodes) waves[wave - 1] = [...(waves[wave - 1] ?? []), name];
  const story: DeployStory = {
    provider: ".",
    planId: "7".repeat(64),
    commit: "c0ffee0".padEnd(40, "0"),
    toolVersion: "0.1.0",
    seconds: 187,
    told: "deployed",
    waves,
    nodes,
    ...more,
  };
  return deployReport(story, resume);
}

const numbered = <T>(count: number, make: (index: number) => T) =>
  Array.from({ length: count }, (_, index) => make(index));
const name = (index: number) => `site${index}-main-${(index * 7919 + 4096).toString(16).padStart(7, "0")}`;

const LOG = [
  "Nov 25 22:01:07 node-a systemd[4242]: Starting PHP application...",
  "Nov 25 22:01:08 node-a drush[4251]: SQLSTATE[HY000] [2002] No such file or directory",
  "Nov 25 22:01:08 node-a systemd[4242]: php-app.service: Main process exited, code=exited, status=1/FAILURE",
  "Nov 25 22:01:08 node-a systemd[4242]: Failed to start PHP application.",
];

const change = (subject: string, path: string, before: JsonValue, after: JsonValue) => ({
  id: changeId("unit", subject, path, after),
  kind: "unit" as const,
  subject,
  path,
  before,
  after,
});

/** Deploys that people meet, by what is special about them. */
export const EXAMPLES: Readonly<Record<string, () => DeployReport>> = {
  "all good": () =>
    reportOf(
      [
        node(
          "node-b",
          1,
          [deployed("system"), deployed("shop-main-4155301"), unchanged("wiki-main-77ab310")],
          {
            checks: [passed("shop-main-4155301", { attempts: 3, seconds: 4.2 })],
          },
        ),
        node("node-a", 2, [deployed("system"), unchanged("blog-main-a81d04e")], {
          checks: [passed("blog-main-a81d04e")],
          lastBackups: { "legacy-main-0c4e2b9": { files: "4be1c07d" } },
          setAside: { "shop-main-4155301": ["/home/shop-main-4155301/.local/share.before-20260101T000000Z"] },
        }),
      ],
      {
        environments: [
          environment("shop-main-4155301", "node-b"),
          environment("wiki-main-77ab310", "node-b", { changed: false }),
          environment("blog-main-a81d04e", "node-a", { changed: false }),
        ],
      },
    ),
  "one of 20 failed": () => {
    const names = numbered(20, name);
    return reportOf(
      [
        node(
          "node-a",
          1,
          [
            deployed("system"),
            ...names.map((each, at) => (at === 2 ? rolledBack(each, LOG) : deployed(each))),
          ],
          {
            checks: names.filter((_, at) => at !== 2).map((each) => passed(each)),
            seconds: 301,
          },
        ),
      ],
      {
        told: "failed",
        waves: [["node-a"], ["node-c"]],
        environments: names.map((each) => environment(each, "node-a")),
      },
    );
  },
  "a node is down": () =>
    reportOf(
      [
        ...numbered(9, (index) =>
          node(`node-${index + 1}`, 1, [deployed("system"), deployed(name(index))], {
            checks: [passed(name(index))],
          }),
        ),
        node("node-10", 1, [], {
          problem: {
            code: "node-unreachable",
            message:
              "node-10 (203.0.113.20) does not answer: connect to host 203.0.113.20 port 22: Connection timed out",
            hint: "check that it runs and that its port is open for this machine",
          },
          seconds: 15,
        }),
      ],
      { told: "failed" },
    ),
  "waiting for DNS": () =>
    reportOf(
      [
        node("node-b", 1, [deployed("system"), deployed("blog-main-a81d04e")], {
          checks: [
            passed("blog-main-a81d04e", {
              status: 301,
              remark:
                "it redirects to https://www.blog.example/, and TLS of that name is off: what comes after is not checked",
            }),
          ],
        }),
        node("node-a", 2, [deployed("system")]),
      ],
      {
        environments: [environment("blog-main-a81d04e", "node-b", { url: "http://www.blog.example/" })],
        waitingForDns: [
          {
            environment: "blog-main-a81d04e",
            hostname: "www.blog.example",
            from: "node-a",
            to: "node-b",
            record: "www.blog.example. 300 IN A 203.0.113.20",
            why: "elsewhere",
          },
        ],
      },
    ),
  unreviewed: () =>
    reportOf([], {
      told: "unreviewed",
      waves: [["node-a"]],
      unreviewed: {
        changes: [
          change("shop-main-4155301", "/virtualHosts/www.shop.example/enableLetsEncrypt", true, false),
          change("shop-main-4155301", "/authorizedKeys", [], ["ssh-ed25519 AAAA mallory"]),
          { ...change("nodes/node-a/extra.nix", "/sha256", "1".repeat(64), "2".repeat(64)), kind: "file" },
        ],
        pinMoves: [
          {
            name: "acme__blog",
            before: { name: "acme__blog", url: "github:acme/blog", rev: "1".repeat(40), narHash: "sha256-1" },
            after: { name: "acme__blog", url: "github:acme/blog", rev: "2".repeat(40), narHash: "sha256-2" },
          },
        ],
      },
    }),
  "first deploy": () =>
    reportOf(
      [
        node(
          "node-a",
          1,
          [first("system"), first("shop-main-4155301"), { ...first("wiki-main-77ab310"), exit: 1, log: LOG }],
          {
            checks: [passed("shop-main-4155301")],
          },
        ),
      ],
      {
        told: "failed",
        environments: [
          environment("shop-main-4155301", "node-a"),
          environment("wiki-main-77ab310", "node-a"),
        ],
        notices: ["node-a has no earlier generation: what fails there can't be rolled back"],
      },
    ),
  "not answering": () =>
    reportOf(
      [
        node(
          "node-a",
          1,
          [deployed("system"), deployed("shop-main-4155301"), deployed("wiki-main-77ab310")],
          {
            checks: [
              passed("shop-main-4155301", {
                passed: false,
                status: 502,
                failures: ["HTTP 502 is above 399"],
                attempts: 10,
                seconds: 55,
              }),
              passed("wiki-main-77ab310", {
                passed: false,
                enforced: false,
                status: null,
                failures: ["SSL certificate problem: certificate has expired"],
                attempts: 10,
                seconds: 55,
              }),
            ],
          },
        ),
      ],
      {
        told: "failed",
        waves: [["node-a"], ["node-c", "node-d"]],
        environments: [
          environment("shop-main-4155301", "node-a"),
          environment("wiki-main-77ab310", "node-a"),
        ],
      },
    ),
  "dry run": () => {
    const wishes = [
      {
        host: "node-b",
        wave: 1,
        profiles: [
          { profile: "system", from: 41, canGoBack: true },
          { profile: "shop-main-4155301", from: 7, canGoBack: true },
          { profile: "blog-main-a81d04e", from: null, canGoBack: false },
        ],
        arriving: [{ environment: "blog-main-a81d04e", from: "node-a", restores: true }],
        leaving: [],
        removed: [],
        checked: 2,
      },
      {
        host: "node-a",
        wave: 2,
        profiles: [{ profile: "system", from: null, canGoBack: false }],
        arriving: [],
        leaving: [
          { environment: "blog-main-a81d04e", to: "node-b", isHeld: true },
          { environment: "wiki-main-77ab310", to: "node-c", isHeld: false },
        ],
        removed: ["legacy-main-0c4e2b9"],
        checked: 0,
      },
    ];
    const steps = wishes.map((wish) => ({
      host: wish.host,
      wave: wish.wave,
      steps: stepsOn(wish).map((step) => [...step]),
    }));
    const before = (profile: string) => untried(profile);
    const system = {
      ...before("system"),
      exit: 0,
      log: [
        "would restart the following units: nginx.service",
        "would reload the following units: dbus.service",
      ],
    };
    return reportOf(
      [node("node-b", 1, [system, before("shop-main-4155301")]), node("node-a", 2, [before("system")])],
      {
        told: "dry-run",
        steps,
      },
    );
  },
  "300 nodes": () => {
    const nodes = numbered(300, (index) => {
      const names = numbered(4, (at) => name(index * 4 + at));
      const profiles = [
        deployed("system"),
        ...names.map((each) => (each === name(802) ? rolledBack(each, LOG) : deployed(each))),
      ];
      return node(`node-${index + 1}`, Math.floor(index / 75) + 1, profiles, {
        checks: names.filter((each) => each !== name(802)).map((each) => passed(each)),
      });
    });
    const environments = nodes.flatMap(({ node: host, profiles }) =>
      profiles.slice(1).map(({ profile }) => environment(profile, host)),
    );
    return reportOf(nodes, { told: "failed", environments, seconds: 3671 });
  },
};
