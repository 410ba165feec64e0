// npm run screenshot [comment] [report]: docs/comment.png, the example's comment as a reviewer sees it, and
// docs/report-light.png and docs/report-dark.png, the top of its page. The comment's lights need a font of coloured
// emoji, which only a Chromium of the machine's own finds (on Debian: chromium and fonts-noto-color-emoji).
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { micromark } from "micromark";
import { gfm, gfmHtml } from "micromark-extension-gfm";
import { chromium } from "playwright-core";
import { makeExample } from "./example.mjs";
import { cacheFolder } from "./setup/cache.mjs";
import { ensureChromium } from "./setup/chromium.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

// Sizes and colours as GitHub's own style sheet has them.
const STYLE = `
  body { margin: 0; padding: 24px; background: #fff; color: #1f2328; font: 14px/1.5 "DejaVu Sans", sans-serif; width: 1030px }
  h2 { font-size: 19px; border-bottom: 1px solid #d1d9e0; padding-bottom: 6px; margin: 0 0 14px }
  table { border-collapse: collapse; margin: 0 0 14px } td, th { border: 1px solid #d1d9e0; padding: 5px 10px; text-align: left; vertical-align: top }
  tr:nth-child(2n) td { background: #f6f8fa } p { margin: 0 0 12px } details { margin: 0 0 8px }
  code { font: 12px "DejaVu Sans Mono", monospace; background: #818b981f; border-radius: 6px; padding: 2px 5px; overflow-wrap: anywhere }
`;

/** GitHub's Markdown as a page that stands alone. */
function asPage(markdown) {
  const body = micromark(markdown, {
    allowDangerousHtml: true,
    extensions: [gfm()],
    htmlExtensions: [gfmHtml()],
  });
  return `<!doctype html><meta charset="utf-8"><style>${STYLE}</style>${body}`;
}

function planExample(folder) {
  const example = makeExample();
  const [comment, report] = ["comment.md", "report.html"].map((name) => join(folder, name));
  const place = ["-C", example.provider, "--base", "main", "--dry-run"];
  const files = ["--comment-file", comment, "--report-html", report];
  spawnSync(process.execPath, [`${root}dist/cli/index.js`, "plan", ...place, ...files], { env: example.env });
  example.remove();
  writeFileSync(join(folder, "comment.html"), asPage(readFileSync(comment, "utf8")));
}

const pictures = {
  comment: async (browser, folder) => {
    const page = await browser.newPage({ viewport: { width: 1080, height: 900 } });
    await page.goto(pathToFileURL(join(folder, "comment.html")).href);
    await page.screenshot({ path: `${root}docs/comment.png` });
  },
  // From its head to the fourth kind of finding.
  report: async (browser, folder) => {
    for (const colorScheme of ["light", "dark"]) {
      const page = await browser.newPage({ colorScheme, viewport: { width: 1180, height: 1200 } });
      await page.goto(pathToFileURL(join(folder, "report.html")).href);
      const { y, height } = await page.locator("article").nth(3).boundingBox();
      const clip = { x: 0, y: 0, width: 1180, height: Math.ceil(y + height + 8) };
      await page.screenshot({ path: `${root}docs/report-${colorScheme}.png`, clip });
    }
  },
};

const wanted = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(pictures);
const { path, reason } = await ensureChromium({ cache: cacheFolder(), log: console.error });
if (!path) throw new Error(reason);
const folder = mkdtempSync(join(tmpdir(), "hostenv-screenshot-"));
const browser = await chromium.launch({ executablePath: path });
try {
  planExample(folder);
  for (const name of wanted) await pictures[name](browser, folder);
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}
