// Documentation that can be wrong by itself: made documents, links, error codes, commands.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (path) => readFileSync(join(root, path), "utf8");
const tracked = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
  cwd: root,
  encoding: "utf8",
}).split("\n");
const complaints = [];

function withoutCode(text) {
  return text.replace(/```[\s\S]*?```/g, "").replace(/`[^`\n]*`/g, "");
}

function checkLinks(path) {
  for (const [, target] of withoutCode(read(path)).matchAll(/\]\(([^)\s]+)\)/g)) {
    if (/^(?:https?:|#|mailto:)/.test(target)) continue;
    const file = join(dirname(path), target.split("#")[0]);
    if (!existsSync(join(root, file))) complaints.push(`${path}: the link ${target} leads nowhere`);
  }
}

function codesInSource() {
  const sources = tracked
    .filter((path) => /^(?:src\/.*\.ts|nix\/.*\.nix)$/.test(path))
    .map(read)
    .join("\n");
  const patterns = [
    /HostenvError\(\s*"([a-z-]+)"/g,
    /\bfail\s+"([a-z-]+)"/g,
    /super\("([a-z-]+)"/g,
    /code: "([a-z-]+)"/g,
  ];
  const found = patterns.flatMap((pattern) => [...sources.matchAll(pattern)].map(([, code]) => code));
  // Made from a prefix: see parsePlan and its siblings.
  return new Set([...found, "plan-schema", "state-schema", "lock-schema"]);
}

function checkCodes() {
  const documented = new Set(
    [...read("docs/troubleshooting.md").matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, code]) => code),
  );
  const used = codesInSource();
  for (const code of used)
    if (!documented.has(code)) complaints.push(`docs/troubleshooting.md lacks the error code ${code}`);
  for (const code of documented)
    if (!used.has(code)) complaints.push(`docs/troubleshooting.md names ${code}, which no source uses`);
}

function checkCommands(path) {
  const { scripts } = JSON.parse(read("package.json"));
  for (const [, name] of read(path).matchAll(
    /\bnpm (?:run )?(demo|test(?!:)|(?<=run )[a-z]+(?::[a-z-]+)?)/g,
  )) {
    if (!scripts[name]) complaints.push(`${path} names npm run ${name}, which package.json has not`);
  }
}

const documents = tracked.filter((path) => path.endsWith(".md") && !path.startsWith("__tests__/"));
for (const path of documents) {
  checkLinks(path);
  checkCommands(path);
}
checkCodes();
if (
  spawnSync(process.execPath, ["scripts/generate.mjs", "--check"], { cwd: root, stdio: "inherit" }).status !==
  0
) {
  complaints.push("made documents are out of date");
}
for (const complaint of complaints) process.stderr.write(`${complaint}\n`);
process.exit(complaints.length === 0 ? 0 : 1);
