// npm run bench:page [SIZE …]: the page of a plan in which every environment changes. How large it is, and how soon
// it can be used in a headless browser: from opening it to the frame in which a word that was typed is searched for.
// Against an empty page with a field that says that something was typed, in turns.
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { cacheFolder } from "../scripts/setup/cache.mjs";
import { ensureChromium } from "../scripts/setup/chromium.mjs";
import { median } from "./measure.mjs";
import { makeProvider } from "./provider.mjs";

const cli = fileURLToPath(new URL("../dist/cli/index.js", import.meta.url));
const sizes = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [100, 1000];
const nix = process.env.HOSTENV_BENCH_NIX ?? "nix";
const ROUNDS = 15;
const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIbench bob@desk";
const EMPTY = `<!doctype html><title>empty</title><input><output></output><script>
document.querySelector("input").oninput = () => { document.querySelector("output").textContent = "1 of 1"; };
</script>`;

// Another uid, a key more, TLS off: several facts and several findings of each.
function changed(plan) {
  for (const environment of Object.values(plan.environments)) {
    environment.uid += 100_000;
    environment.users.bob = { email: "bob@bench.example", publicKeys: [KEY] };
    environment.authorizedKeys.push(KEY);
    for (const host of Object.values(environment.virtualHosts)) host.enableLetsEncrypt = false;
  }
  return plan;
}

function makePages(size) {
  const made = makeProvider(size, nix);
  execFileSync(process.execPath, [cli, "plan", "-C", made.provider], { env: made.env, stdio: "pipe" });
  const base = join(made.provider, "generated/plan.json");
  const [head, page, empty] = ["head.json", "page.html", "empty.html"].map((name) => join(made.folder, name));
  const plan = JSON.parse(readFileSync(base, "utf8"));
  writeFileSync(head, JSON.stringify(changed(plan)));
  writeFileSync(empty, EMPTY);
  const { status, stderr } = spawnSync(
    process.execPath,
    [cli, "diff", "--base", base, "--head", head, "--report-html", page],
    { encoding: "utf8", maxBuffer: 2 ** 28 },
  );
  if (status !== 2) throw new Error(`diff ended with ${status}: ${stderr}`);
  const [word] = Object.keys(plan.environments).slice(size / 2);
  return { page, empty, word, remove: made.remove };
}

// A tab of its own each time: what the browser read before is gone.
async function untilUsed(browser, file, word) {
  const context = await browser.newContext();
  const page = await context.newPage();
  const started = performance.now();
  await page.goto(pathToFileURL(file).href, { waitUntil: "commit" });
  const field = page.locator("input");
  await field.waitFor();
  await field.focus();
  await page.keyboard.insertText(word);
  await page.locator("output", { hasText: " of " }).waitFor();
  await page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
  const seconds = (performance.now() - started) / 1000;
  await context.close();
  return seconds;
}

async function pairsOf(browser, { page, empty, word }) {
  // What is loaded once for all pages is no part of the first.
  await untilUsed(browser, page, word);
  const pairs = [];
  for (let round = 0; round < ROUNDS; round++) {
    const bare = await untilUsed(browser, empty, word);
    pairs.push({ bare, used: await untilUsed(browser, page, word) });
  }
  return pairs;
}

const { path, reason } = await ensureChromium({ cache: cacheFolder(), log: console.error });
if (!path) throw new Error(reason);
const browser = await chromium.launch({ executablePath: path });
process.stdout.write(
  "environments  size      empty page  the page    difference  ratio (medians of pairs)\n",
);
for (const size of sizes) {
  const made = makePages(size);
  const pairs = await pairsOf(browser, made);
  const middle = (of) => median(pairs.map(of)).toFixed(2);
  const cells = [
    String(size).padEnd(12),
    `${(statSync(made.page).size / 1e6).toFixed(2)} MB`.padEnd(8),
    `${middle(({ bare }) => bare)} s`.padEnd(10),
    `${middle(({ used }) => used)} s`.padEnd(10),
    `${middle(({ bare, used }) => used - bare)} s`.padEnd(11),
    `${middle(({ bare, used }) => used / bare)}×`,
  ];
  process.stdout.write(`${cells.join("  ")}\n`);
  made.remove();
}
await browser.close();
