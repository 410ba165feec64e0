// What a page's script needs of a browser. The library of types for browsers would be known everywhere.
interface Item {
  hidden: boolean;
  open?: boolean;
  outerHTML: string;
  textContent: string | null;
  readonly dataset: Record<string, string | undefined>;
  readonly parentElement: Item | null;
  querySelector(selector: string): Item | null;
  querySelectorAll(selector: string): Iterable<Item>;
  closest(selector: string): Item | null;
  scrollIntoView(): void;
  addEventListener(name: string, listener: (event: { preventDefault(): void }) => void): void;
}

interface Filter extends Item {
  readonly elements: Record<"words" | "node" | "attention", { value: string }>;
  reset(): void;
}

interface Browser {
  readonly document: {
    getElementById(id: string): Item | null;
    querySelectorAll(selector: string): Iterable<Item>;
    createRange(): { selectNodeContents(item: Item): void };
    execCommand(name: "copy"): boolean;
    addEventListener(name: "toggle", listener: (event: { target: Item }) => void, isEarly: true): void;
  };
  readonly location: { readonly hash: string };
  readonly performance: { now(): number };
  readonly navigator: { readonly clipboard?: { writeText(text: string): Promise<void> } };
  addEventListener(name: string, listener: () => void): void;
  getSelection(): { removeAllRanges(): void; addRange(range: object): void } | null;
  setTimeout(step: () => void, milliseconds: number): number;
  clearTimeout(timer: number): void;
}

/**
 * The script of every page: filters, links to what is folded or filtered away, and buttons that copy. Its text is
 * the page's, so it uses nothing from outside of itself.
 */
function client(browser: Browser): void {
  const { document } = browser;
  const items = [...document.querySelectorAll("[data-kind]")];
  const groups = [...document.querySelectorAll("[data-group]")];
  const form = document.getElementById("filter") as Filter | null;
  const shown = document.getElementById("shown");
  let sieve: string[] | null = null;
  const texts: string[] = [];
  let waiting = 0;
  let asked = Number.NEGATIVE_INFINITY;

  // Where scripts run, this is text to the browser, which opens a large page the sooner for it.
  const unread = [...document.querySelectorAll("noscript")];
  const read = (item: Item): void => {
    item.outerHTML = item.textContent ?? "";
  };

  // Little by little, so that the browser's own search finds all of it and nobody waits for it.
  const readOn = (): void => {
    const end = browser.performance.now() + 8;
    while (unread.length > 0 && browser.performance.now() < end) read(unread.shift() as Item);
    if (unread.length > 0) browser.setTimeout(readOn, 50);
  };

  const plain = (markup: string): string =>
    markup
      .replace(/<[^>]*>/g, " ")
      .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));

  // What an item shares with others is an item of its own.
  const ownText = (item: Item): string => {
    const shared = item.querySelector("[data-shared]")?.textContent ?? "";
    const markup = item.querySelector("noscript:not([data-shared])")?.textContent ?? "";
    const text = item.textContent ?? "";
    return text.replace(shared, () => "").replace(markup, () => plain(markup));
  };

  // Words may stand anywhere in an item, also in what is folded; nobody searches in most pages. What is not in
  // markup is not in its text, but for what stands there as a number.
  const hasWord = (index: number, word: string): boolean => {
    sieve ??= items.map((item) => (item.textContent ?? "").toLowerCase());
    if (!/[&<>"'`]/.test(word) && !sieve[index]?.includes(word)) return false;
    texts[index] ??= ownText(items[index] as Item).toLowerCase();
    return texts[index].includes(word);
  };

  const apply = (): void => {
    if (!form) return;
    const { words, node, attention } = form.elements;
    const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    const counts = new Map<string, [seen: number, all: number]>();
    items.forEach((item, index) => {
      const { kind = "", nodes = "", attention: level = "0" } = item.dataset;
      const isShown =
        (node.value === "" || nodes.split(" ").includes(node.value)) &&
        Number(level) >= Number(attention.value) &&
        wanted.every((word) => hasWord(index, word));
      if (item.hidden === isShown) item.hidden = !isShown;
      const [seen, all] = counts.get(kind) ?? [0, 0];
      counts.set(kind, [seen + (isShown ? 1 : 0), all + 1]);
    });
    for (const group of groups) group.hidden = group.querySelector("[data-kind]:not([hidden])") === null;
    tell(counts);
  };

  const grouped = (count: number): string => String(count).replace(/\B(?=(?:\d{3})+$)/g, ",");

  const tell = (counts: Map<string, [number, number]>): void => {
    const kinds = (form?.dataset.kinds ?? "").split(",").map((pair) => pair.split("=") as [string, string]);
    const told = kinds.flatMap(([kind, plural]) => {
      const [seen, all] = counts.get(kind) ?? [0, 0];
      return all > 0
        ? [`${seen === all ? "" : `${grouped(seen)} of `}${grouped(all)} ${all === 1 ? kind : plural}`]
        : [];
    });
    if (shown) shown.textContent = told.join(" · ");
  };

  // Of a word that is being typed, only what it comes to is worth looking for.
  const soon = (): void => {
    const now = browser.performance.now();
    browser.clearTimeout(waiting);
    waiting = browser.setTimeout(apply, now - asked < 300 ? 100 : 0);
    asked = now;
  };

  // A link may lead to what is folded, or filtered away.
  const follow = (): void => {
    const id = browser.location.hash.slice(1);
    const target = id === "" ? null : document.getElementById(id);
    if (!target) return;
    if (target.closest("[hidden]")) {
      form?.reset();
      apply();
    }
    for (let at: Item | null = target; at; at = at.parentElement) if (at.open === false) at.open = true;
    target.scrollIntoView();
  };

  const copy = async (button: Item): Promise<void> => {
    const source = button.parentElement?.querySelector("[data-text]");
    if (!source) return;
    const selection = browser.getSelection();
    const range = document.createRange();
    range.selectNodeContents(source);
    selection?.removeAllRanges();
    selection?.addRange(range);
    const text = source.textContent ?? "";
    // Where the browser gives no clipboard to a file, what is selected can be copied.
    const isDone = await (browser.navigator.clipboard?.writeText(text) ?? Promise.reject()).then(
      () => true,
      () => document.execCommand("copy"),
    );
    const before = button.textContent;
    button.textContent = isDone ? "Copied" : "Selected";
    browser.setTimeout(() => {
      button.textContent = before;
    }, 2000);
  };

  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", () => void copy(button));
  }
  if (form) {
    form.hidden = false;
    form.addEventListener("input", soon);
    form.addEventListener("reset", () => void browser.setTimeout(apply, 0));
    form.addEventListener("submit", (event) => event.preventDefault());
    apply();
  }
  document.addEventListener(
    "toggle",
    ({ target }) => [...target.querySelectorAll("noscript")].forEach(read),
    true,
  );
  browser.addEventListener("beforeprint", () => unread.splice(0).forEach(read));
  browser.addEventListener("hashchange", follow);
  follow();
  browser.setTimeout(readOn, 1000);
}

/** The script as a page has it. */
export const SCRIPT = `(${client})(window);`;
