// What repo-dependencies.yml starts, in two jobs:
//   node scripts/update-dependencies.mjs update         sets package.json to the newest versions that break nothing
//   node scripts/update-dependencies.mjs take PATCH     looks what a patch changes, stages it, and prints the pull
//                                                       request's text; ends with 1 where it is more than an update
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { movedBetween, strayIn, textOf, updatesFrom } from "./release/updates.mjs";

const say = (text) => process.stderr.write(`${text}\n`);
const git = (...args) => execFileSync("git", args, { encoding: "utf8", maxBuffer: 2 ** 28 });

// It ends with 1 where anything is outdated.
function outdated() {
  try {
    return execFileSync("npm", ["outdated", "--json"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "inherit"],
    });
  } catch (error) {
    if (error.status === 1 && error.stdout) return error.stdout;
    throw error;
  }
}

function update() {
  const { moved, held } = updatesFrom(JSON.parse(outdated() || "{}"));
  const content = JSON.parse(readFileSync("package.json", "utf8"));
  for (const { name, from, to } of moved) {
    const kind = content.dependencies[name] === undefined ? "devDependencies" : "dependencies";
    content[kind][name] = to;
    say(`${name}: ${from} to ${to}`);
  }
  for (const { name, from, to } of held) say(`${name}: stays at ${from}, since ${to} may break things`);
  writeFileSync("package.json", `${JSON.stringify(content, null, 2)}\n`);
}

// Into the index alone: what is checked out stays what main has, also where it is refused.
function take(patch) {
  git("apply", "--cached", patch);
  const stray = strayIn(staged());
  if (stray.length > 0) throw new Error(`an update may not change this:\n${stray.join("\n")}`);
  process.stdout.write(textOf(movedBetween(git("show", "HEAD:package.json"), git("show", ":package.json"))));
}

function staged() {
  const fields = git("diff", "--cached", "--raw", "-z", "--no-renames", "HEAD").split("\0");
  const paths = fields.filter((_, index) => index % 2 === 1);
  return paths.map((path, index) => ({ path, mode: fields[2 * index].split(" ")[1] }));
}

const [what, patch] = process.argv.slice(2);
try {
  if (what === "update") update();
  else if (what === "take" && patch) take(patch);
  else throw new Error("say update, or take and the file of a patch");
} catch (error) {
  say(`::error::${error.message}`);
  process.exitCode = 1;
}
