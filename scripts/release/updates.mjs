// Which dependencies an update moves, and what it may change. Pure: scripts/update-dependencies.mjs asks npm and git.

const VERSION = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/;
const KINDS = ["dependencies", "devDependencies"];

const majorOf = (version) => Number(version.split(".")[0]);
// Below 1.0.0 the second number is the one that breaks things.
const rankOf = (version) =>
  majorOf(version) > 0 ? `${majorOf(version)}` : version.split(".").slice(0, 2).join(".");

/** `{ moved, held }` from what `npm outdated --json` says: `{ name, from, to }` each; `held` breaks things by its number. */
export function updatesFrom(outdated) {
  const all = Object.entries(outdated)
    .filter(
      ([, { current, latest }]) =>
        VERSION.test(current ?? "") && VERSION.test(latest ?? "") && current !== latest,
    )
    .map(([name, { current, latest }]) => ({ name, from: current, to: latest }))
    .sort((left, right) => (left.name < right.name ? -1 : 1));
  return {
    moved: all.filter(({ from, to }) => rankOf(from) === rankOf(to)),
    held: all.filter(({ from, to }) => rankOf(from) !== rankOf(to)),
  };
}

/** What two texts of package.json differ in: the versions that moved. Throws where they differ in anything else. */
export function movedBetween(before, after) {
  const [was, is] = [JSON.parse(before), JSON.parse(after)];
  const moved = [];
  for (const kind of KINDS) {
    for (const [name, to] of Object.entries(is[kind] ?? {})) {
      const from = was[kind]?.[name];
      if (from === to) continue;
      if (from === undefined || typeof to !== "string" || !VERSION.test(to))
        throw new Error(
          `package.json: ${kind} has ${JSON.stringify(name)} as ${JSON.stringify(to)}, which is no update`,
        );
      moved.push({ name, from, to });
      is[kind][name] = from;
    }
  }
  if (JSON.stringify(is) !== JSON.stringify(was))
    throw new Error("package.json differs in more than versions of dependencies");
  return moved;
}

/** What an update may not touch, a line each, of `{ path, mode }` as it is to be; a mode of zeros is a file that goes. */
export function strayIn(changed) {
  return changed.flatMap(({ path, mode }) => {
    if (path !== "package.json" && path !== "package-lock.json" && !path.startsWith("dist/")) return [path];
    return mode === "100644" || mode === "000000" ? [] : [`${path} with mode ${mode}`];
  });
}

/** The pull request's text. */
export function textOf(moved) {
  const rows = moved.map(({ name, from, to }) => `| \`${name}\` | ${from} | ${to} |`);
  return [
    "Within their present major versions, with `dist/` built from them by a job that may write nothing.",
    "",
    "| Package | From | To |",
    "|--|--|--|",
    ...rows,
    "",
    "GitHub starts no checks for a pull request of a job's own token: close and reopen it.",
    "",
  ].join("\n");
}
