import { spawnSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { document } from "../../src/render/json.ts";
import { describeWithNix, evaluate, root } from "../support/nix.ts";
import { bridge, exampleFolder, exampleNode, MODULES, ours, system } from "./nixos.ts";

const SHOP = "shop-main-4f7240c";
const SETTINGS = `{
  sops.defaultSopsFile = "/etc/secrets.yaml";
  hostenv.backups = { enable = true; repositoryPrefix = "sftp:backup@b.test:/srv"; secretEntries.${SHOP} = "acme_shop"; };
  hostenv.monitoring.enable = true;
}`;
const GOLDEN = `${root}__tests__/fixtures/nixos/node-a.json`;

let folder: string;
beforeAll(() => {
  folder = exampleFolder();
});
afterAll(() => rmSync(dirname(folder), { recursive: true }));

const nodeA = () => bridge(exampleNode(folder, "node-a"));
const all = () => [nodeA(), ...MODULES.map(ours)];

describeWithNix("the NixOS modules", (nix) => {
  const value = (expression: string) => {
    const found = evaluate(nix, expression);
    expect(found.error).toBe("");
    return found.value;
  };
  const failed = (modules: readonly string[], options = {}) =>
    value(
      `map (one: one.message) (builtins.filter (one: !one.assertion) ${system(modules, options)}.config.assertions)`,
    );

  test("give the example's node the users, slices, folders, sites, backups and exporter of the golden file", () => {
    const text = JSON.stringify(
      value(`let config = ${system([...all(), SETTINGS])}.config; in {
        inherit (config) networking security sops systemd users;
        nix = config.nix.settings;
        services = { inherit (config.services) nginx openssh prometheus restic; };
      }`),
    );
    const found = JSON.parse(text.replace(/\/nix\/store\/[0-9a-z]{32}-/g, "/nix/store/…-"));
    if (process.env.HOSTENV_TEST_GOLDEN === "write")
      writeFileSync(GOLDEN, `${JSON.stringify(found, null, 2)}\n`);
    expect(found).toEqual(JSON.parse(readFileSync(GOLDEN, "utf8")));
    expect(failed([...all(), SETTINGS])).toEqual([]);
  });

  test("warn of backups of which nothing gives the password", () => {
    const warnings = (settings: string, options = {}) =>
      value(`${system([nodeA(), ours("backups-hostenv"), settings], options)}.config.warnings`);
    const enabled = `hostenv.backups = { enable = true; repositoryPrefix = "/srv"; };`;
    expect(warnings(`{ ${enabled} }`, { sops: false })).toEqual([
      expect.stringMatching(
        new RegExp(`the backups of blog-main-\\w+, intranet-main-\\w+, ${SHOP}, so they will fail`),
      ),
    ]);
    const entry = `hostenv.backups.secretEntries.${SHOP} = "acme_shop";`;
    expect(warnings(`{ ${enabled} ${entry} }`, { sops: false })).toEqual([expect.not.stringContaining(SHOP)]);
    expect(warnings(`{ ${enabled} }`)).toEqual([]);
  });

  test("and the plan define no option twice", () => {
    const twice = value(`let
      lib = import ${process.env.HOSTENV_TEST_NIXPKGS}/lib;
      evaluated = ${system([...all(), SETTINGS])};
      ours = one: lib.hasPrefix "${root}nix/nixos" one.file || lib.hasPrefix "plan.json" one.file;
      # Down to what is no set; mkDefault and the like are one value.
      leaves = path: value:
        if builtins.isAttrs value && !(value ? _type) && value != { }
        then builtins.concatLists (lib.mapAttrsToList (name: leaves (path ++ [ name ])) value)
        else [ (builtins.concatStringsSep "." path) ];
      pathsOf = option: builtins.concatMap (one: lib.unique (leaves option.loc one.value))
        (builtins.filter ours option.definitionsWithLocations);
      # Lists of what must hold and of what was said are there to be added to.
      options = builtins.filter (option: !(builtins.elem (builtins.head option.loc) [ "assertions" "warnings" "_module" ]))
        (lib.collect lib.isOption evaluated.options);
      paths = builtins.groupBy (path: path) (builtins.concatMap pathsOf options);
    in {
      count = builtins.length (builtins.attrNames paths);
      twice = builtins.attrNames (lib.filterAttrs (_: same: builtins.length same > 1) paths);
    }`) as { count: number; twice: string[] };
    expect(twice.count).toBeGreaterThan(100);
    expect(twice.twice).toEqual([]);
  });

  test("let the deploy keys in as every environment, beside its own keys and nobody else's", () => {
    const users = value(`let config = ${system([nodeA(), ours("users-slices")])}.config; in
      builtins.mapAttrs (_: user: { inherit (user.openssh.authorizedKeys) keys; files = map builtins.readFile user.openssh.authorizedKeys.keyFiles; }) config.users.users`) as Record<
      string,
      { keys: string[]; files: string[] }
    >;
    const { keys, files } = users[SHOP] as { keys: string[]; files: string[] };
    expect(keys).toEqual([expect.stringContaining("alice@laptop")]);
    expect(files).toEqual([expect.stringMatching(/^ssh-ed25519 \S+ deploy@hosting\.example\n$/)]);
  });

  test.each(MODULES)(
    "%s can be used alone, with sops-nix and without, with environments and without",
    (name) => {
      for (const sops of [true, false])
        for (const modules of [[ours(name)], [ours(name), nodeA()]]) {
          const keys = `{ provider.deployPublicKeys = ${modules.length === 1 ? '[ "k" ]' : "[ ]"}; }`;
          const some = modules.length === 1 ? [...modules, keys] : modules;
          expect(
            value(
              `let config = ${system(some, { sops })}.config; in builtins.deepSeq [ config.users config.systemd config.services config.security ] true`,
            ),
          ).toBe(true);
          expect(failed(some, { sops })).toEqual([]);
        }
    },
  );

  test("keep an environment that is switched off from getting folders, backups and a place for sockets", () => {
    const off = exampleNode(folder, "node-a");
    const node = `(let node = ${off}; in node // { environments = node.environments // { ${SHOP} = node.environments.${SHOP} // { enable = false; }; }; })`;
    const text = JSON.stringify(
      value(
        `let config = ${system([bridge(node), ...MODULES.map(ours), SETTINGS])}.config; in [ config.systemd.tmpfiles config.services.restic ]`,
      ),
    );
    expect(text).not.toContain(SHOP);
    expect(text).toContain("blog-main");
  });

  test.each([
    [
      "provider-common",
      "{ }",
      "provider.deployPublicKeys is empty: after this deploy nobody could deploy again.",
    ],
    [
      "provider-common",
      '{ provider = { deployUser = "root"; deployPublicKeys = [ "k" ]; }; }',
      "provider.deployUser is root",
    ],
    [
      "provider-common",
      '{ provider = { deployUser = "a"; deployPublicKeys = [ "k" ]; plan.environments.a = { }; }; }',
      "provider.deployUser is 'a', which is an environment's user, too.",
    ],
    [
      "users-slices",
      `{ provider.plan.environments.a = { enable = true; uid = null; hostenv = { userName = "a"; organisation = "o"; project = "p"; runtimeDir = "/r"; }; }; provider.deployPublicKeys = [ "k" ]; }`,
      "provider.plan.environments.a has no uid, and NixOS would give it any.",
    ],
    [
      "users-slices",
      `{ provider.plan.environments.a = { enable = true; uid = 1002; hostenv = { userName = "b"; organisation = "o"; project = "p"; runtimeDir = "/r"; }; }; provider.deployPublicKeys = [ "k" ]; }`,
      "provider.plan.environments: a must be named as hostenv.userName says.",
    ],
    [
      "users-slices",
      `{ provider.plan.environments.a = { enable = true; uid = 1002; hostenv = { userName = "a"; organisation = "o"; project = "p"; runtimeDir = "/r"; }; }; }`,
      "hostenv.users.acceptDeployKeys is on and provider.deployPublicKeys is empty",
    ],
    [
      "nginx-hostenv",
      `{ provider.plan.environments.a = { enable = false; hostenv = { }; }; provider.plan.hostnames."x.test" = { }; }`,
      "services.nginx.enable is off, and this node answers for 1 hostnames.",
    ],
    [
      "backups-hostenv",
      `{ hostenv.backups.enable = true; provider.plan.environments.a = { enable = true; type = "production"; hostenv = { }; }; }`,
      "hostenv.backups: there is no place for backups of a. Set hostenv.backups.repositoryPrefix",
    ],
    [
      "backups-hostenv",
      "{ hostenv.backups = { enable = true; retention = { daily = 0; weekly = 0; monthly = 0; yearly = 0; }; }; }",
      "hostenv.backups.retention keeps no snapshot at all",
    ],
  ])("%s explains what can't be with %s", (name, settings, message) => {
    expect(failed([ours(name), settings])).toEqual([expect.stringContaining(message)]);
  });

  test.each([
    ["users-slices", "hostenv.users.homeMode", '"rwx"'],
    ["users-slices", "hostenv.users.tasksMax", "0"],
    ["users-slices", "hostenv.users.ioWeight", "20000"],
    ["nginx-hostenv", "hostenv.nginx.clientMaxBodySize", '"2 GB"'],
    ["nginx-hostenv", "hostenv.nginx.proxyTimeout", '"long"'],
    ["backups-hostenv", "hostenv.backups.retention.daily", "-1"],
    ["backups-hostenv", "hostenv.backups.types", '"production"'],
    ["monitoring-hostenv", "hostenv.monitoring.port", "70000"],
    ["monitoring-hostenv", "hostenv.monitoring.textfileDirectory", '"/a b; rm"'],
    ["provider-common", "provider.deployPublicKeys", '[ "a\\nb" ]'],
  ])("%s refuses %s = %s with the option's name and type", (name, option, wrong) => {
    const { error } = evaluate(nix, `${system([ours(name), `{ ${option} = ${wrong}; }`])}.config.${option}`);
    expect(error).toMatch(
      new RegExp(`A definition for option \`${option.replaceAll(".", "\\.")}(?:\\.[^']*)?' is not of type`),
    );
  });

  describe("a switch", () => {
    let place: string;
    beforeAll(() => {
      place = mkdtempSync(join(tmpdir(), "hostenv-passwd-"));
    });
    afterAll(() => rmSync(place, { recursive: true }));

    /** What the check says on a node with these users, some of which a system before declared. */
    function checked(users: Record<string, number>, declared: string) {
      const script = value(
        `${system([nodeA(), ours("users-slices"), ours("provider-common")])}.config.system.preSwitchChecks.hostenv-uids`,
      ) as string;
      const passwd = Object.entries(users).map(
        ([name, uid]) => `${name}:x:${uid}:100::/home/${name}:/bin/sh\n`,
      );
      writeFileSync(join(place, "passwd"), passwd.join(""));
      writeFileSync(join(place, "declarative-users"), declared);
      const here = script
        .replaceAll("/var/lib/nixos/", `${place}/`)
        .replaceAll("/etc/passwd", `${place}/passwd`);
      // As NixOS has it in its script, with nothing on PATH.
      const { status, stderr } = spawnSync("/bin/bash", ["--noprofile", "--norc", "-c", `(\n${here}\n)`], {
        env: { PATH: "" },
        stdio: ["ignore", "pipe", "pipe"],
        encoding: "utf8",
      });
      return { status, stderr };
    }
    const free = { status: 0, stderr: "" };

    test("goes on where nobody else has an environment's number", () => {
      expect(checked({ root: 0, deploy: 1000, alice: 1001, [SHOP]: 1011 }, "root deploy alice")).toEqual(
        free,
      );
      expect(checked({ root: 0 }, "")).toEqual(free);
    });

    test.each([
      ["the deploy user", "deploy", "deploy"],
      ["a person that nobody declared", "alice", "root"],
    ])("stops before %s shares a client's number", (_, name, declared) => {
      expect(checked({ root: 0, [name]: 1011 }, declared)).toEqual({
        status: 1,
        stderr: expect.stringContaining(
          `uid 1011 is reserved for an environment, and on this node ${name} has it`,
        ),
      });
    });

    test("goes on where who has the number goes with it", () => {
      expect(checked({ root: 0, "old-main-1234567": 1011 }, "root old-main-1234567")).toEqual(free);
    });
  });

  describe("the numbers", () => {
    let place: string;
    beforeAll(() => {
      place = mkdtempSync(join(tmpdir(), "hostenv-metrics-"));
      for (const name of ["metrics", "hostenv-provider", "hostenv-backups"]) mkdirSync(join(place, name));
    });
    afterAll(() => rmSync(place, { recursive: true }));

    test("are written whole: what an environment is, what the gate turned off, deploys and backups", () => {
      const off = `(let node = ${exampleNode(folder, "node-a")}; in node // { off = [ "shop.acme.example" ]; })`;
      const script = value(
        `${system([bridge(off), ours("monitoring-hostenv"), ours("backups-hostenv"), `{ hostenv.backups = { enable = true; repositoryPrefix = "/srv"; }; hostenv.monitoring = { enable = true; textfileDirectory = "${place}/metrics"; }; }`])}.config.systemd.services.hostenv-metrics.script`,
      ) as string;
      const run = () =>
        spawnSync("sh", ["-c", script.replaceAll("/var/lib/", `${place}/`)], { encoding: "utf8" });
      const written = () => readFileSync(join(place, "metrics/hostenv.prom"), "utf8");
      expect(run()).toMatchObject({ status: 0, stderr: "" });
      expect(written()).toContain(
        `hostenv_environment_info{enabled="1",environment="${SHOP}",hostname="${SHOP}.hosting.example",organisation="acme",project="shop",type="production"} 1\n`,
      );
      expect(written()).toContain(
        `hostenv_gate_tls_off{environment="${SHOP}",hostname="shop.acme.example"} 1\n`,
      );
      expect(written()).toContain(
        `hostenv_gate_tls_off{environment="${SHOP}",hostname="www.shop.acme.example"} 0\n`,
      );
      // It is to be backed up, and never was: that must be seen.
      expect(written()).not.toContain("hostenv_deploy_timestamp_seconds");
      expect(written()).toContain(`hostenv_backup_timestamp_seconds{environment="${SHOP}"} 0\n`);
      for (const [name, time] of [
        [`hostenv-backups/${SHOP}`, 2000],
        ["hostenv-backups/other", 3000],
      ] as const) {
        writeFileSync(join(place, name), "");
        utimesSync(join(place, name), time, time);
      }
      const live = (...times: string[]) =>
        document({
          steps: [{ at: "2026-02-01T00:00:00.000Z" }],
          history: times.map((at) => ({ planId: "a".repeat(64), at, generations: { system: 1 } })),
        });
      writeFileSync(join(place, "hostenv-provider/deployed.json"), live());
      expect(run()).toMatchObject({ status: 0, stderr: "" });
      expect(written()).not.toContain("hostenv_deploy_timestamp_seconds");
      writeFileSync(
        join(place, "hostenv-provider/deployed.json"),
        live("1970-01-01T00:10:00.000Z", "1970-01-01T00:16:40.123Z"),
      );
      expect(run()).toMatchObject({ status: 0, stderr: "" });
      expect(written()).toContain("hostenv_deploy_timestamp_seconds 1000\n");
      expect(written()).not.toContain('environment="other"');
      expect(written()).toContain(`hostenv_backup_timestamp_seconds{environment="${SHOP}"} 2000\n`);
      expect(written().match(/# TYPE hostenv_backup_timestamp_seconds gauge/g)).toHaveLength(1);
      // No draft stays, and every line is one that Prometheus reads.
      expect(readdirSync(join(place, "metrics"))).toEqual(["hostenv.prom"]);
      for (const line of written().trimEnd().split("\n"))
        expect(line).toMatch(
          /^(?:# (?:HELP|TYPE) hostenv_\w+ .+|hostenv_\w+(?:\{\w+="[^"\n]*"(?:,\w+="[^"\n]*")*\})? \d+)$/,
        );
    });

    test("quote what a client wrote", () => {
      const hostile = `{ enable = true; type = "a\\"} 1\\nb\\\\"; hostenv = { organisation = "o"; project = "$(touch /x)"; hostname = "h"; }; }`;
      const script = value(
        `${system([ours("monitoring-hostenv"), `{ provider.plan.environments.x = ${hostile}; hostenv.monitoring = { enable = true; textfileDirectory = "${place}/metrics"; }; }`])}.config.systemd.services.hostenv-metrics.script`,
      ) as string;
      expect(script).not.toContain("touch");
      spawnSync("sh", ["-c", script.replaceAll("/var/lib/", `${place}/`)]);
      expect(readFileSync(join(place, "metrics/hostenv.prom"), "utf8")).toContain(
        String.raw`project="$(touch /x)",type="a\"} 1\nb\\"} 1`,
      );
    });
  });
});
