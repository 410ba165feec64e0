// npm run bench:deploy [ENVIRONMENTS [ROUNDS]]: a deploy of all profiles of one node, in turns with the existing tool's way:
//   ours: the whole command, with its looks at the node, lock, preflight, read-back and journal, without HTTP checks
//   once per profile: `nix eval`, `nix build`, `nix store sign` and a deploy-rs of its own for each of them
// The node is a real sshd with a Nix store of its own on this machine; closures are small, and what is evaluated needs no
// nixpkgs: on a real fleet evaluations, closures and round trips all weigh more. Needs root and what the tests bring; run
// `npm run build` before.
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { toolchain } from "../scripts/setup/toolchain.mjs";
import { median } from "./measure.mjs";
import { makeProvider } from "./provider.mjs";

const count = Number(process.argv[2] ?? 20);
const ROUNDS = Number(process.argv[3] ?? 3);
const TARGETS = { evaluations: 5, seconds: 3 };
const NODE = "node-a";
const cli = fileURLToPath(new URL("../dist/cli/index.js", import.meta.url));

const { tools, missing } = await toolchain();
for (const { tool, reason } of missing) process.stderr.write(`${tool} is missing: ${reason}\n`);
// Test nodes are written in TypeScript.
if (!process.features.typescript) {
  const again = [fileURLToPath(import.meta.url), ...process.argv.slice(2)];
  process.exit(
    spawnSync(tools.node24, ["--disable-warning=ExperimentalWarning", ...again], { stdio: "inherit" })
      .status ?? 1,
  );
}
for (const [tool, path] of Object.entries(tools))
  process.env[`HOSTENV_TEST_${tool.replace(/(?<=[a-z])(?=[A-Z])/g, "_").toUpperCase()}`] = path;
const support = (name) => import(new URL(`../__tests__/support/${name}`, import.meta.url).href);
const [{ BUILDERS }, { RUNNER_NIX_CONFIG, signingKey }, { keyPair }, { startNode }] = await Promise.all(
  ["activatable.ts", "node/closures.ts", "node/keys.ts", "node.ts"].map(support),
);

const nix = tools.nixCurrent;
const [key, signing] = [keyPair(), signingKey()];
const node = await startNode({
  ...{ name: NODE, deployKeys: [key.publicKey], trustedKeys: [signing.publicKey], storeMib: 1024 },
});
const made = makeProvider(count, nix);
const at = (...parts) => join(made.folder, ...parts);
const git = (...args) =>
  execFileSync("git", ["-c", "user.name=B", "-c", "user.email=b@bench.example", ...args], {
    cwd: made.provider,
    stdio: "pipe",
  });

// All environments on one node, and closures that the node can activate.
function settle() {
  const path = join(made.provider, "flake.nix");
  const settings = `root = ./.;
      ${BUILDERS}
      provider = (`;
  const own = `) // {
        nodeFor = builtins.mapAttrs (_: _: "${NODE}") { production = 1; testing = 1; development = 1; };
        deployPublicKeys = [ "${key.publicKey.trim()}" ];
        nodeAddresses.${NODE} = "${node.address}";
        nixSigning.trustedPublicKeys = [ "${signing.publicKey}" ];
      };`;
  const text = readFileSync(path, "utf8");
  writeFileSync(
    path,
    text.replace(/provider = (\{[\s\S]*?\n\});/, (_, given) => `${settings}${given}${own}`),
  );
  mkdirSync(join(made.provider, "nodes", NODE), { recursive: true });
  mkdirSync(join(made.provider, "hooks"));
  writeFileSync(join(made.provider, "known_hosts"), node.knownHosts);
}

// The existing tool has `nix run` start deploy-rs; here it is there already, and need not be built.
function deployRsFlake() {
  mkdirSync(at("deploy-rs"));
  writeFileSync(
    at("deploy-rs/flake.nix"),
    `{ outputs = _: { apps.x86_64-linux.deploy-rs = { type = "app"; program = toString (derivation {
      name = "deploy-rs"; system = "x86_64-linux"; builder = "/bin/sh";
      args = [ "-c" "/bin/ln -s ${join(tools.deployRs, "deploy")} $out" ];
    }); }; }; }\n`,
  );
  const env = { cwd: at("deploy-rs"), stdio: "pipe" };
  for (const args of [
    ["init", "--quiet"],
    ["add", "--all"],
    ["-c", "user.name=B", "-c", "user.email=b@bench.example", "commit", "--quiet", "--message", "deploy-rs"],
  ])
    execFileSync("git", args, env);
}

const names = () =>
  Object.keys(JSON.parse(readFileSync(join(made.provider, "generated/plan.json"), "utf8")).environments);

// Every profile becomes another one, and what is to be deployed is committed.
let changes = 0;
function change() {
  const script = JSON.stringify(`# ${made.folder} ${++changes}`);
  writeFileSync(join(made.provider, "nodes", NODE, "note.nix"), script);
  for (const name of changes === 1 ? [] : names())
    writeFileSync(join(made.provider, `hooks/${name}.nix`), script);
  git("add", "--all");
  execFileSync(process.execPath, [cli, "plan", "-C", made.provider], {
    env: environment("ours"),
    stdio: "pipe",
  });
  git("add", "--all");
  git("commit", "--quiet", "--message", "Change");
}

// Programs that note each call and then are what they are called.
function counted(side, ssh) {
  const folder = at("counted", side);
  mkdirSync(folder, { recursive: true });
  const programs = { nix, "nix-store": join(dirname(nix), "nix-store"), ssh: `${tools.ssh}${ssh}` };
  for (const [name, command] of Object.entries(programs)) {
    const file = join(folder, name);
    writeFileSync(file, `#!/bin/sh\nprintf '%s\\n' "${name} $*" >>'${folder}/calls'\nexec ${command} "$@"\n`);
    chmodSync(file, 0o755);
  }
}

function environment(side) {
  return {
    ...made.env,
    NIX_CONFIG: RUNNER_NIX_CONFIG,
    SSH_KEY: key.privateKey,
    NIX_SIGNING_KEY: readFileSync(signing.file, "utf8"),
    PATH: [at("counted", side), dirname(nix), tools.deployRs, process.env.PATH].join(delimiter),
  };
}

function ours(env) {
  execFileSync(process.execPath, [cli, "deploy", "-C", made.provider, "--skip-verification"], {
    env,
    stdio: "pipe",
  });
}

function oncePerProfile(env) {
  const run = (program, ...args) =>
    execFileSync(program, args, { env, cwd: made.provider, stdio: ["ignore", "pipe", "pipe"] })
      .toString()
      .trim();
  for (const profile of ["system", ...names()]) {
    const installable = `generated/.#deploy.nodes.${NODE}.profiles.${profile}.path`;
    const path = run(nixOf(env), "eval", "--raw", installable);
    run(nixOf(env), "build", "--no-link", "--print-build-logs", "--print-out-paths", installable);
    run(nixOf(env), "store", "sign", "--recursive", "--key-file", signing.file, path);
    run(
      nixOf(env),
      "run",
      `${at("deploy-rs")}#deploy-rs`,
      "--",
      "--skip-checks",
      "--checksigs",
      `generated/.#${NODE}.${profile}`,
    );
  }
}

const nixOf = (env) => join(env.PATH.split(delimiter)[0], "nix");

// As the node counts them: some of ssh's commands share one.
const loginsSoFar = () => node.log().match(/Accepted publickey/g)?.length ?? 0;

function timed(side, run) {
  writeFileSync(at("counted", side, "calls"), "");
  const logins = loginsSoFar();
  const started = performance.now();
  run(environment(side));
  const seconds = (performance.now() - started) / 1000;
  const calls = readFileSync(at("counted", side, "calls"), "utf8").split("\n");
  const having = (pattern) => calls.filter((call) => pattern.test(call)).length;
  return {
    // A flake's attribute has a #; deploy-rs asks first whether there are flakes at all.
    evaluations: having(/^nix (.* )?eval |^nix (.* )?(build|run) .*#/),
    builds: having(/^nix .*\bbuild\b|^nix-store .*--realise/),
    connections: loginsSoFar() - logins,
    programs: having(/^nix/),
    seconds,
  };
}

try {
  writeFileSync(at("key"), key.privateKey, { mode: 0o600 });
  writeFileSync(at("known_hosts"), node.knownHosts);
  writeFileSync(at("ssh_config"), `IdentityFile ${at("key")}\nUserKnownHostsFile ${at("known_hosts")}\n`);
  counted("ours", "");
  counted("theirs", ` -F '${at("ssh_config")}'`);
  deployRsFlake();
  settle();
  change();
  ours(environment("ours"));
  const runs = { ours: [], theirs: [] };
  for (let round = 0; round < ROUNDS; round++) {
    change();
    runs.ours.push(timed("ours", ours));
    change();
    runs.theirs.push(timed("theirs", oncePerProfile));
  }
  const middle = (side, what) => median(runs[side].map((each) => each[what]));
  process.stdout.write(`1 node, ${count} environments, ${ROUNDS} rounds\n`);
  for (const what of ["evaluations", "builds", "connections", "programs", "seconds"]) {
    const [own, other] = [middle("ours", what), middle("theirs", what)];
    const target = TARGETS[what] ? ` (target ${TARGETS[what]}×)` : "";
    process.stdout.write(
      `${what}: ours ${own.toFixed(1)}, once per profile ${other.toFixed(1)}: ${(other / own).toFixed(1)}× less${target}\n`,
    );
  }
} finally {
  await node.dispose();
  signing.remove();
  made.remove();
}
