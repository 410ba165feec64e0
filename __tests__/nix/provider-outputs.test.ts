import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { Buildable } from "../support/buildable.ts";
import { deploySchema } from "../support/deploy-schema.ts";
import { describeWithNix, evaluate, root } from "../support/nix.ts";

const FEATURES = ["--extra-experimental-features", "nix-command flakes"];
const SYSTEM = "x86_64-linux";
const VERBS = ["deploy", "dns-gate", "golden-check", "plan"];

describeWithNix("what mkProvider adds to a provider's flake", (nix) => {
  let example: Buildable;
  beforeAll(() => {
    example = new Buildable(nix);
  }, 120_000);
  afterAll(() => example.remove());
  afterEach(() => example.reset());

  const target = (attribute: string) => `git+file://${example.provider}#${attribute}`;
  function run(args: string[], env: NodeJS.ProcessEnv = {}) {
    return spawnSync(nix, [...args.slice(0, 1), ...FEATURES, ...args.slice(1)], {
      env: { ...example.env, ...env },
      encoding: "utf8",
    });
  }
  function value(attribute: string, apply = "x: x"): unknown {
    const { stdout, stderr, status } = run(["eval", "--json", target(attribute), "--apply", apply]);
    expect({ status, stderr: status === 0 ? "" : stderr }).toEqual({ status: 0, stderr: "" });
    return JSON.parse(stdout);
  }

  test("the command as a package and as apps", () => {
    expect(value(`packages.${SYSTEM}`, "builtins.attrNames")).toEqual(["hostenv-provider"]);
    expect(value(`apps.${SYSTEM}`, "builtins.mapAttrs (_: app: app.type)")).toEqual(
      Object.fromEntries(["hostenv-provider", ...VERBS].map((name) => [name, "app"])),
    );
  });

  test("deploy.nodes of the committed snapshot, each environment from its pin", () => {
    const nodes = value("deploy.nodes", "builtins.mapAttrs (_: node: node.profilesOrder)");
    expect(nodes).toMatchObject({ "node-a": expect.arrayContaining(["system", "shop-main-4f7240c"]) });
    const lock = JSON.parse(readFileSync(join(example.provider, "generated/flake.lock"), "utf8"));
    const pin = lock.nodes["shop-main-4f7240c"].locked.rev as string;
    const path = value("deploy.nodes.node-a.profiles.shop-main-4f7240c.path", "path: path.name");
    expect(path).toBe(`shop-main-4f7240c-at-${pin}`);
    const { error } = deploySchema.safeParse(value("deploy"));
    expect(error?.issues).toBeUndefined();
  });

  test("no deploy.nodes and no link folders where no snapshot is committed", () => {
    example.git(["rm", "--quiet", "generated/flake.nix"]);
    example.git(["commit", "--quiet", "--message", "No snapshot"]);
    expect(value("deploy")).toEqual({});
    expect(value(`packages.${SYSTEM}`, "builtins.attrNames")).toEqual(["hostenv-provider"]);
  });
});

describeWithNix("the command without nixpkgs", (nix) => {
  const tools = `(import ${root}nix/tools.nix { nixpkgs = { }; })`;
  // Tests may run as root, without build users and without a way to a cache.
  const env = { ...process.env, NIX_CONFIG: "build-users-group =\nsubstituters =\nsandbox = false" };
  const version = JSON.parse(readFileSync(`${root}package.json`, "utf8")).version as string;
  const run = (program: string, args: string[], path = `${dirname(process.execPath)}:${process.env.PATH}`) =>
    spawnSync(program, args, { env: { PATH: path }, encoding: "utf8" });

  test("is run by the Node on PATH, and says so where there is none", () => {
    const args = [
      "--impure",
      "--no-link",
      "--json",
      "--expr",
      `${tools}.packages "${SYSTEM}"`,
      "hostenv-provider",
    ];
    const { stdout, stderr, status } = spawnSync(nix, ["build", ...FEATURES, ...args], {
      env,
      encoding: "utf8",
    });
    expect({ status, stderr: status === 0 ? "" : stderr }).toEqual({ status: 0, stderr: "" });
    const program = `${JSON.parse(stdout)[0].outputs.out}/bin/hostenv-provider`;
    expect(run(program, ["--version"]).stdout.trim()).toBe(version);
    const alone = mkdtempSync(join(tmpdir(), "hostenv-path-"));
    for (const name of ["sh", "dirname", "basename", "readlink"]) symlinkSync(which(name), join(alone, name));
    const without = run(program, [], alone);
    rmSync(alone, { recursive: true });
    expect(without).toMatchObject({ status: 1, stderr: expect.stringContaining("no node on PATH\nhint: ") });
  });

  test.each(VERBS)("runs %s under its name", (verb) => {
    const { value } = evaluate(nix, `(${tools}.apps "${SYSTEM}").${verb}.program`);
    expect(run(value as string, ["--help"]).stdout).toContain(`Usage: hostenv-provider ${verb} `);
  });
});

function which(name: string): string {
  return ["/bin", "/usr/bin", "/run/current-system/sw/bin"]
    .map((folder) => `${folder}/${name}`)
    .find(existsSync) as string;
}

describeWithNix("what mkProvider makes with nixpkgs", (nix) => {
  test("links to every closure of a system, and the command with its Node", () => {
    // As nixpkgs' own functions, as far as they are called.
    const pkgs = `{
      nodejs = "/nix/store/nodejs";
      writeShellScript = name: text: "/nix/store/\${name}: \${builtins.unsafeDiscardStringContext text}";
      writeShellScriptBin = name: text: "/nix/store/\${name}: \${builtins.unsafeDiscardStringContext text}";
      linkFarm = name: entries: { inherit name entries; };
    }`;
    const tools = `import ${root}nix/tools.nix { nixpkgs.legacyPackages.${SYSTEM} = ${pkgs}; }`;
    const { value, error } = evaluate(
      nix,
      `let tools = ${tools}; in {
         plan = tools.apps "${SYSTEM}";
         package = tools.packages "${SYSTEM}";
         links = tools.links "${SYSTEM}" "deploy-nodes" [ { name = "node-a"; value = "/nix/store/a"; } ];
         none = tools.links "aarch64-linux" "deploy-nodes" [ ];
       }`,
    );
    expect(error).toBe("");
    expect(value).toMatchObject({
      plan: {
        plan: {
          type: "app",
          program: expect.stringMatching(/nodejs\/bin\/node .*dist\/cli\/index\.js plan "\$@"$/),
        },
      },
      package: {
        "hostenv-provider": expect.stringMatching(/exec \/nix\/store\/nodejs\/bin\/node .*index\.js "\$@"$/),
      },
      links: {
        "deploy-nodes": { name: "deploy-nodes", entries: [{ name: "node-a", path: "/nix/store/a" }] },
      },
      none: {},
    });
  });
});
