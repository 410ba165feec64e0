// npm run screenshot: docs/comment.png, the example's comment as a reviewer sees it. Needs `chromium`
// on PATH (on Debian: apt-get install chromium fonts-noto-color-emoji).
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { micromark } from "micromark";
import { gfm, gfmHtml } from "micromark-extension-gfm";
import { makeExample } from "./example.mjs";

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
function page(markdown) {
  const body = micromark(markdown, {
    allowDangerousHtml: true,
    extensions: [gfm()],
    htmlExtensions: [gfmHtml()],
  });
  return `<!doctype html><meta charset="utf-8"><style>${STYLE}</style>${body}`;
}

const folder = mkdtempSync(join(tmpdir(), "hostenv-screenshot-"));
const example = makeExample();
try {
  const comment = join(folder, "comment.md");
  const args = [
    `${root}dist/cli/index.js`,
    "plan",
    "-C",
    example.provider,
    "--base",
    "main",
    "--dry-run",
    "--comment-file",
    comment,
  ];
  spawnSync(process.execPath, args, { env: example.env });
  writeFileSync(join(folder, "comment.html"), page(readFileSync(comment, "utf8")));
  const { status, error } = spawnSync("chromium", [
    ...["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--force-device-scale-factor=1"],
    ...["--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
    ...[
      `--user-data-dir=${folder}/profile`,
      "--window-size=1080,900",
      `--screenshot=${root}docs/comment.png`,
    ],
    `file://${folder}/comment.html`,
  ]);
  if (error || status !== 0)
    throw new Error("chromium could not be run; on Debian: apt-get install chromium");
} finally {
  example.remove();
  rmSync(folder, { recursive: true, force: true });
}
