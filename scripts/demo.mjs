// npm run demo: the main job on the bundled example. Needs Node and git; brings Nix if it may.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { makeExample } from "./example.mjs";
import { ensureNix } from "./setup/nix.mjs";
import { nodeTools } from "./setup/node-tools.mjs";

const cli = fileURLToPath(new URL("../dist/cli/index.js", import.meta.url));
const demoDeploy = fileURLToPath(new URL("demo-deploy.mjs", import.meta.url));
const nameServer = fileURLToPath(new URL("name-server.mjs", import.meta.url));

// What a made-up internet says of the example's hostnames: one was taken elsewhere, and one is gone.
const NAMES = [
  "node-a.hosting.example A 192.0.2.10",
  "node-b.hosting.example A 192.0.2.20",
  "blog.acme.example CNAME node-a.hosting.example",
  "intranet.globex.example A 192.0.2.10",
  "legacy.acme.example A 198.51.100.77",
  "shop.acme.example CNAME node-a.hosting.example",
  "www.shop.acme.example CNAME shop.acme.example",
  "staging.acme.example CNAME node-b.hosting.example",
];
const say = (text) => process.stdout.write(`${text}\n`);
const title = (text) => say(`\n━━ ${text} ${"━".repeat(Math.max(0, 76 - text.length))}\n`);

const log = (text) => process.stderr.write(`${text}\n`);

const nix = await ensureNix({ log });
if (nix.path === null) {
  process.stderr.write(`The demo evaluates a real flake and needs Nix: ${nix.reason}\n`);
  process.exit(1);
}

// Each environment has a hostname of the provider's, too.
function ownNames() {
  const { environments } = JSON.parse(readFileSync(join(example.provider, "generated/plan.json"), "utf8"));
  return Object.entries(environments).map(
    ([name, { node }]) => `${name}.hosting.example CNAME ${node}.hosting.example`,
  );
}

async function showGate() {
  // What is on main: the change is not merged.
  spawnSync("git", ["checkout", "--quiet", "--force", "main"], { cwd: example.provider });
  const args = [nameServer, ...NAMES, ...ownNames()];
  const names = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  try {
    const [port] = await once(names.stdout, "data");
    const server = `127.0.0.1:${String(port).trim()}`;
    title("hostenv-provider dns-gate: what is deployed on main, against what DNS says");
    say(
      "Some of the example's hostnames lead elsewhere on purpose, so that there is something to see. TLS of them goes",
    );
    say(
      "off at once, since this is the gate's first look: a site that was live keeps it until three runs find the same.\n",
    );
    const args = [cli, "dns-gate", "--nameserver", server];
    const options = { cwd: example.provider, stdio: "inherit", env: example.env };
    const { status } = spawnSync(process.execPath, args, options);
    if (status !== 2) throw new Error(`the gate ended with ${status}, expected 2`);
  } finally {
    names.kill();
  }
}

async function showDeploy() {
  title("hostenv-provider deploy --dry-run: two nodes that nothing was deployed to yet");
  const tools = await nodeTools({ log });
  if (tools === null) {
    say("Not shown here: it needs nodes and deploy-rs. `npm test` brings what makes both on this machine.");
    return;
  }
  // What the tests unpacked is used where the machine has no ssh of its own.
  const ssh = tools.env.HOSTENV_TEST_SSH;
  const path = [process.env.PATH, ...(ssh ? [dirname(ssh)] : [])].join(delimiter);
  const { status } = spawnSync(tools.node, [demoDeploy, nix.path], {
    stdio: "inherit",
    env: { ...process.env, ...tools.env, PATH: path },
  });
  if (status !== 0) throw new Error(`the deploy's rehearsal ended with ${status}, expected 0`);
}

const example = makeExample({ nix: nix.path });
try {
  title("The change of a pull request");
  const patch = spawnSync("git", ["diff", "main", "change", "--", "flake.nix"], {
    cwd: example.provider,
    encoding: "utf8",
  });
  say(
    patch.stdout
      .split("\n")
      .filter((line) => /^[+-] /.test(line))
      .join("\n"),
  );
  say("… and acme__shop moved to a revision with a new user, one environment more and a hostname less.");

  title("hostenv-provider plan --base main --comment-file comment.md");
  const comment = join(example.provider, "..", "comment.md");
  const args = [cli, "plan", "-C", example.provider, "--base", "main", "--comment-file", comment];
  const { status } = spawnSync(process.execPath, args, { stdio: "inherit", env: example.env });
  // 2 is the answer this change deserves: it takes a production hostname away.
  if (status !== 2) throw new Error(`the plan ended with ${status}, expected 2`);

  title("comment.md: what the reviewer reads on the pull request");
  say(readFileSync(comment, "utf8"));

  title("hostenv-provider golden-check: the new plan against the one somebody signed off");
  say("The pull request has not taken its plan over yet, so it differs: that is what the check is for.\n");
  const golden = [cli, "golden-check"];
  const checked = spawnSync(process.execPath, golden, {
    cwd: example.provider,
    stdio: "inherit",
    env: example.env,
  });
  if (checked.status !== 2) throw new Error(`the golden check ended with ${checked.status}, expected 2`);

  await showGate();
  await showDeploy();
} finally {
  example.remove();
}
