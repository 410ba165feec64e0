import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type BrowserContextOptions, chromium, type Browser as Driven, type Page } from "playwright-core";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** A page of ours in a tab of its own, with all that went wrong in it since it was opened. */
export interface Tab {
  readonly page: Page;
  /** What the console, scripts that threw, and the page's policy complained of. */
  readonly problems: string[];
  /** Addresses that were asked for, but for the page's own. */
  readonly foreign: string[];
}

/** A headless browser without a network, and a folder for pages. */
export class Browser {
  private readonly folder = mkdtempSync(join(tmpdir(), "hostenv-pages-"));
  private readonly driven: Driven;

  private constructor(driven: Driven) {
    this.driven = driven;
  }

  static async start(program: string): Promise<Browser> {
    return new Browser(await chromium.launch({ executablePath: program }));
  }

  /** Opens a page as a file; `hash` is what follows its address. */
  async open(
    text: string,
    { hash = "", ...options }: BrowserContextOptions & { hash?: string } = {},
  ): Promise<Tab> {
    const file = join(this.folder, "report.html");
    writeFileSync(file, text);
    const context = await this.driven.newContext({ offline: true, ...options });
    const page = await context.newPage();
    const tab: Tab = { page, problems: [], foreign: [] };
    const own = pathToFileURL(file).href;
    page.on("console", (message) => tab.problems.push(`${message.type()}: ${message.text()}`));
    page.on("pageerror", (error) => tab.problems.push(String(error)));
    context.on("request", (request) => {
      if (request.url().split("#")[0] !== own) tab.foreign.push(request.url());
    });
    await page.goto(own + hash);
    return tab;
  }

  async close(): Promise<void> {
    await this.driven.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** What axe finds serious or critical in a page as it is now, with the elements. */
export async function seriousFaults(page: Page): Promise<string[]> {
  await page.evaluate(`${AXE}; undefined`);
  return page.evaluate(
    `axe.run({ resultTypes: ["violations"] }).then(({ violations }) => violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .flatMap(({ id, nodes }) => nodes.slice(0, 3).map(({ html, failureSummary }) => [id, html, failureSummary].join(" "))))`,
  );
}
