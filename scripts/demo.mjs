// npm run demo: the main job on the bundled example. Needs Node and git; brings Nix if it may.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { makeExample } from "./example.mjs";
import { ensureNix } from "./setup/nix.mjs";

const cli = fileURLToPath(new URL("../dist/cli/index.js", import.meta.url));
const say = (text) => process.stdout.write(`${text}\n`);
const title = (text) => say(`\n━━ ${text} ${"━".repeat(Math.max(0, 76 - text.length))}\n`);

const nix = await ensureNix({ log: (text) => process.stderr.write(`${text}\n`) });
if (nix.path === null) {
  process.stderr.write(`The demo evaluates a real flake and needs Nix: ${nix.reason}\n`);
  process.exit(1);
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
  const golden = [cli, "golden-check"];
  const checked = spawnSync(process.execPath, golden, {
    cwd: example.provider,
    stdio: "inherit",
    env: example.env,
  });
  if (checked.status !== 2) throw new Error(`the golden check ended with ${checked.status}, expected 2`);
} finally {
  example.remove();
}
