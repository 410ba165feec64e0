import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import type { Locator, Page } from "playwright-core";
import { environmentAnchor } from "../../src/render/page/anchors.ts";
import { deployPage } from "../../src/render/page/deploy-page.ts";
import { failurePage } from "../../src/render/page/failure-page.ts";
import { gatePage } from "../../src/render/page/gate-page.ts";
import { planPage } from "../../src/render/page/plan-page.ts";
import { bigReport } from "../support/big-plan.ts";
import { Browser, seriousFaults, type Tab } from "../support/browser.ts";
import { EXAMPLES } from "../support/deploys.ts";
import { Example } from "../support/example.ts";
import { NIGHT } from "../support/gate-story.ts";
import { NIXES } from "../support/nix.ts";
import { failedReport } from "../support/small-report.ts";
import { describeWith, needed } from "../support/tools.ts";
import { until } from "../support/until.ts";

const LONG = 120_000;

const small = bigReport("changed", 8);
const hostile = bigReport("hostile", 60);
const large = planPage(bigReport("changed", 1_000));
const deploy = (name: string) => deployPage((EXAMPLES[name] as (typeof EXAMPLES)[string])());

const PAGES: Record<string, () => string> = {
  "a plan": () => planPage(bigReport("moved", 8)),
  "a plan of hostile names": () => planPage(bigReport("hostile", 8)),
  "a failed plan": () => failurePage(failedReport()),
  "a run of the DNS gate": () => gatePage(NIGHT),
  "a deploy that failed in part": () => deploy("one of 20 failed"),
  "a deploy that waits for DNS": () => deploy("waiting for DNS"),
  "a deploy that nobody reviewed": () => deploy("unreviewed"),
  "what a deploy would do": () => deploy("dry run"),
};

describeWith(["CHROMIUM"], "in a browser", () => {
  let browser: Browser;
  let tab: Tab;
  let page: Page;

  beforeAll(async () => {
    browser = await Browser.start(needed("CHROMIUM"));
  }, LONG);
  afterAll(() => browser.close(), LONG);
  // Whatever was done with it: nothing failed in it, and it asked for nothing but itself.
  afterEach(async () => {
    expect(tab.problems).toEqual([]);
    expect(tab.foreign).toEqual([]);
    await page.context().close();
  }, LONG);

  async function open(...[text, options]: Parameters<Browser["open"]>): Promise<void> {
    tab = await browser.open(text, options);
    page = tab.page;
    page.setDefaultTimeout(LONG / 2);
  }

  const seen = (selector: string): Locator => page.locator(selector).filter({ visible: true });
  const told = (text: string | RegExp) => page.locator("#shown").filter({ hasText: text }).waitFor();
  const unfold = () =>
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })");
  const width = () => page.evaluate<number>("document.documentElement.scrollWidth");
  const nameOfFocus = () =>
    page.evaluate("document.activeElement.name || document.activeElement.textContent.trim()");

  async function expectToBeReadable(): Promise<void> {
    await unfold();
    expect(await seriousFaults(page)).toEqual([]);
    await page.emulateMedia({ colorScheme: "dark" });
    await page.setViewportSize({ width: 360, height: 700 });
    expect(await width()).toBeLessThanOrEqual(360);
    expect(await seriousFaults(page)).toEqual([]);
  }

  test.each(Object.entries(PAGES))(
    "%s, with all unfolded, has no serious fault, in light nor in dark on a phone, where nothing scrolls sideways",
    async (_, make) => {
      await open(make());
      await expectToBeReadable();
    },
    LONG,
  );

  test.each(Object.entries(PAGES))(
    "%s is printed with what is folded and without what can't be used on paper",
    async (_, make) => {
      await open(make(), { viewport: { width: 794, height: 1123 } });
      await page.emulateMedia({ media: "print" });
      expect(await width()).toBeLessThanOrEqual(794);
      const folded = "[...document.querySelectorAll('details > :not(summary)')]";
      expect(await page.evaluate(`${folded}.filter((each) => each.offsetHeight === 0).length`)).toBe(0);
      expect(await seen("button, form, nav").count()).toBe(0);
    },
    LONG,
  );

  describe("a plan's page", () => {
    const [first = "", second = ""] = small.units.changed;
    const [anchor, other] = [environmentAnchor(first), environmentAnchor(second)];

    test(
      "is searched by keyboard alone, also in what is folded",
      async () => {
        await open(planPage(small));
        await page.keyboard.press("Tab");
        expect(await nameOfFocus()).toBe("Skip to the report");
        await page.locator("nav a").last().focus();
        await page.keyboard.press("Tab");
        expect(await nameOfFocus()).toBe("words");
        await page.keyboard.type("SITE3 bob");
        await told(/^1 of \d+ findings · 0 of 3 nodes · 1 of 8 environments$/);
        expect(await seen("[data-kind=environment]").count()).toBe(1);
      },
      LONG,
    );

    test(
      "is filtered by node and by severity, and cleared by a click",
      async () => {
        await open(planPage(small));
        const all = (await page.locator("#shown").textContent()) as string;
        await page.locator("select[name=node]").focus();
        await page.keyboard.press("ArrowDown");
        await told("3 of 8 environments");
        expect(await seen("[data-kind=environment]").count()).toBe(3);
        await page.locator("select[name=attention]").selectOption({ index: 1 });
        const findings = "[...document.querySelectorAll('[data-kind=finding]:not([hidden])')]";
        const levels = () => page.evaluate<string[]>(`${findings}.map((each) => each.dataset.attention)`);
        await until("only decisions are shown", async () => (await levels()).every((level) => level === "3"));
        expect(await levels()).not.toEqual([]);
        await page.locator("button[type=reset]").click();
        await told(all);
        expect(await seen("[data-kind=environment]").count()).toBe(8);
      },
      LONG,
    );

    test(
      "unfolds what a link leads to: by click, by key and from outside",
      async () => {
        await open(planPage(small));
        expect(await seen(`[id="${anchor}"]`).count()).toBe(0);
        await page.locator(`#findings a[href="#${anchor}"]`).first().click();
        await seen(`[id="${anchor}"]`).waitFor();
        await page.locator(`#findings a[href="#${other}"]`).first().focus();
        await page.keyboard.press("Enter");
        await seen(`[id="${other}"]`).waitFor();
        await page.locator("svg a").first().focus();
        await page.keyboard.press("Enter");
        await seen("#nodes .inside").waitFor();
        await page.context().close();
        await open(planPage(small), { hash: `#${anchor}` });
        await seen(`[id="${anchor}"]`).waitFor();
      },
      LONG,
    );

    test(
      "unfolds an environment by key, and its raw JSON",
      async () => {
        await open(planPage(small));
        await page.locator("#environments summary").first().focus();
        await page.keyboard.press("Enter");
        await seen("#environments .inside").waitFor();
        await page.keyboard.press("Tab");
        while ((await nameOfFocus()) !== "Raw JSON") await page.keyboard.press("Tab");
        await page.keyboard.press("Space");
        await seen("#environments pre").waitFor();
      },
      LONG,
    );

    test(
      "takes filters back where a link leads to what they hide",
      async () => {
        await open(planPage(small));
        await page.locator("input[name=words]").fill("nothing-has-this");
        await told("0 of 8 environments");
        expect(await seen("[data-kind]").count()).toBe(0);
        await page.evaluate(`location.hash = ${JSON.stringify(anchor)}; undefined`);
        await seen(`[id="${anchor}"]`).waitFor();
        expect(await seen("[data-kind=environment]").count()).toBe(8);
      },
      LONG,
    );

    test(
      "leads to every hostile name's place, and no name becomes a part of it",
      async () => {
        await open(planPage(hostile));
        const { added, changed, removed, moved } = hostile.units;
        const names = [...added, ...changed, ...removed, ...moved.map(({ name }) => name)];
        expect(names).toHaveLength(60);
        for (const name of names) {
          await page.evaluate(`location.hash = ${JSON.stringify(environmentAnchor(name))}; undefined`);
          await seen(".inside:target").waitFor();
        }
        expect(await page.locator("script, img, iframe, object, embed, base, link").count()).toBe(1);
      },
      LONG,
    );

    test(
      "can be read without scripts: nothing dead is shown, and all unfolds",
      async () => {
        await open(planPage(small), { javaScriptEnabled: false });
        expect(await seen("form, button, input, select, output").count()).toBe(0);
        expect(await seen(`[id="${anchor}"]`).count()).toBe(0);
        await page.locator("#environments summary").first().click();
        expect(await seen("#environments .of-facts").count()).toBeGreaterThan(0);
        await page.locator(`#findings a[href="#${anchor}"]`).first().click();
        await seen(`[id="${anchor}"]`).waitFor();
      },
      LONG,
    );
  });

  describe("the page of a plan of 1,000 environments", () => {
    // Of so many, asking each whether it can be seen takes a browser minutes.
    const left = "[data-kind=environment]:not([hidden])";
    const unfolded = "#environments details[open]";

    test(
      "is searched like any other, also in what the browser has not read yet, and unfolds",
      async () => {
        await open(large);
        await told("1,000 environments");
        await page.locator("input[name=words]").fill("site777- bob");
        await told("1 of 1,000 environments");
        expect(await page.locator(left).count()).toBe(1);
        await page.locator(`${left} > summary`).click();
        await seen(`${left} .of-facts`).first().waitFor();
        // What is hidden has no faults, and the checker would still walk through all of it.
        await page.evaluate("document.querySelectorAll('[hidden]').forEach((each) => each.remove())");
        expect(await seriousFaults(page)).toEqual([]);
        await page.setViewportSize({ width: 360, height: 700 });
        expect(await width()).toBeLessThanOrEqual(360);
      },
      LONG,
    );

    test(
      "is read by the browser as a whole in the end, and at once for paper",
      async () => {
        await open(large);
        await page.locator("noscript").nth(1_900).waitFor({ state: "detached" });
        await page.evaluate("dispatchEvent(new Event('beforeprint')); undefined");
        expect(await page.locator("noscript").count()).toBe(0);
        expect(await page.locator("#environments .of-facts").count()).toBeGreaterThanOrEqual(1_000);
      },
      LONG,
    );

    test(
      "can be read without scripts",
      async () => {
        await open(large, { javaScriptEnabled: false });
        await page.locator("#environments summary").first().click();
        await seen(`${unfolded} .of-facts`).first().waitFor();
        expect(await seen(`${unfolded} .told`).count()).toBe(1);
      },
      LONG,
    );
  });

  test(
    "a button copies the exact record, by click and by key",
    async () => {
      await open(gatePage(NIGHT), { permissions: ["clipboard-read", "clipboard-write"] });
      const button = (host: string) => page.locator(`[id="host-${host}"] [data-copy]`).first();
      await button("www.acme.test").click();
      await button("www.acme.test").filter({ hasText: "Copied" }).waitFor();
      expect(await page.evaluate("navigator.clipboard.readText()")).toBe(
        "www.acme.test. CNAME node-a.hosting.test.",
      );
      await button("old-blog.test").focus();
      await page.keyboard.press("Enter");
      await button("old-blog.test").filter({ hasText: "Copied" }).waitFor();
      expect(await page.evaluate("navigator.clipboard.readText()")).toBe("old-blog.test. A 192.0.2.2");
    },
    LONG,
  );

  test(
    "what a page is not allowed, it can't do: nothing else runs or is loaded",
    async () => {
      const evil = '<img src="https://evil.example/x.png"><script>document.title = "evil"</script>';
      await open(planPage(small).replace("</main>", () => `${evil}</main>`));
      expect(await page.title()).not.toBe("evil");
      expect(tab.foreign.splice(0)).toEqual(["https://evil.example/x.png"]);
      const refused = tab.problems.splice(0).filter((each) => each.includes("Content Security Policy"));
      expect(refused).toHaveLength(2);
    },
    LONG,
  );

  const nix = NIXES[0]?.program;
  (nix ? describe : describe.skip)("the example's page (needs Nix)", () => {
    test(
      "is what plan leaves for --report-html, and can be read by anybody",
      async () => {
        const example = new Example(nix ?? "nix");
        const path = join(example.folder, "report.html");
        const { status } = example.run(["plan", "--base", "main", "--dry-run", "--report-html", path]);
        const text = readFileSync(path, "utf8");
        example.remove();
        expect(status).toBe(2);
        await open(text);
        expect(await page.locator("h1").textContent()).toBe("1 decision 5 to review 3 nodes 4 environments");
        expect(await seen("svg .way").count()).toBe(1);
        await expectToBeReadable();
      },
      LONG,
    );
  });
});
