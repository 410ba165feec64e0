// Chromium, the machine's own or unpacked from its Debian's package: a browser that is installed takes over
// the desktop's settings.

import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hasApt, machineApt, openOwnSuite, unpackWithDependencies } from "./apt.mjs";
import { makeFolder } from "./cache.mjs";
import { libraryFolders, quoted } from "./launcher.mjs";
import { onPath, run } from "./run.mjs";

const BY_HAND = "put chromium on PATH";

// Another layout makes another folder.
const LAYOUT = "1";

// Libraries that others find by a path of their own, which is the machine's.
const BESIDE_LIBRARIES = ["pulseaudio", "nss"];

// Only the fonts of usr/share are looked at; all else there is for a desktop.
const NOT_NEEDED = ["bin", "sbin", "etc", "var", "usr/bin", "usr/sbin"];

/** Finds or unpacks Chromium: `{ path }`, or `{ path: null, reason }`. */
export async function ensureChromium({ cache, log }) {
  const own = ["chromium", "chromium-browser", "google-chrome"].map(onPath).find(Boolean);
  if (own && (await runs(own))) return { path: own };
  if (!hasApt()) throw new Error(`there is no apt to get a browser with; ${BY_HAND}.`);
  const machine = await machineApt();
  const folder = join(cache, `chromium-${machine.codename}-${LAYOUT}`);
  await makeFolder(folder, (draft) => fill(draft, folder, machine, log));
  const path = join(folder, "chromium");
  if (await runs(path)) return { path };
  return { path: null, reason: `${path} does not run here; delete ${folder} and try again, or ${BY_HAND}.` };
}

async function runs(path) {
  const { code, stdout } = await run(path, ["--version"]);
  return code === 0 && /^(?:Chromium|Google Chrome) \d/.test(stdout);
}

async function fill(draft, folder, machine, log) {
  const work = await mkdtemp(join(tmpdir(), "hostenv-chromium-"));
  try {
    // apt downloads as its own user, who has to get at the lists in here.
    await chmod(work, 0o755);
    const suite = await openOwnSuite(work, machine, log);
    log(`chromium: unpacking it from ${suite.suite}`);
    const root = join(draft, "root");
    await mkdir(root);
    // It starts itself by the file it was started from, so the loader has to be the machine's, whose libc it is.
    await unpackWithDependencies(suite, ["chromium"], root, { without: ["libc6"] });
    await drop(root);
    await writeFile(join(draft, "fonts.conf"), fonts(folder));
    await writeFile(join(draft, "chromium"), await starter(root, folder), { mode: 0o755 });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function drop(root) {
  const shared = await readdir(join(root, "usr/share"));
  const desktop = shared.filter((name) => name !== "fonts").map((name) => join("usr/share", name));
  for (const part of [...NOT_NEEDED, ...desktop])
    await rm(join(root, part), { recursive: true, force: true });
}

// The fonts unpacked with it, so that text is as wide on every machine.
function fonts(folder) {
  const doctype = '<!DOCTYPE fontconfig SYSTEM "fonts.dtd">';
  return `${doctype}\n<fontconfig><dir>${join(folder, "root/usr/share/fonts")}</dir><cachedir prefix="xdg">fontconfig</cachedir></fontconfig>\n`;
}

async function starter(root, folder) {
  const folders = await libraryFolders(root);
  const all = folders.flatMap((name) => [name, ...BESIDE_LIBRARIES.map((beside) => join(name, beside))]);
  const libraries = all.map((name) => join(folder, "root", name)).join(":");
  return [
    "#!/bin/sh",
    `export LD_LIBRARY_PATH=${quoted(libraries)}`,
    `export FONTCONFIG_FILE=${quoted(join(folder, "fonts.conf"))}`,
    `exec ${quoted(join(folder, "root/usr/lib/chromium/chromium"))} "$@"`,
    "",
  ].join("\n");
}
