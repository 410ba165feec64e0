// Starts programs of Debian packages that are unpacked into a folder and not installed: by the
// loader and with the libraries unpacked beside them, so that the machine's own do not matter.

import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Where unpacked packages keep loader and libraries, relative to their `root`: `{ loader, folders }`. */
export async function findLibraries(root) {
  const folders = await libraryFolders(root);
  for (const folder of folders) {
    // The loader's name also depends on the processor.
    const name = (await readdir(join(root, folder))).find((file) => /^ld-linux.*\.so/.test(file));
    if (name) return { loader: join(folder, name), folders };
  }
  throw new Error("the unpacked packages hold no ld-linux loader");
}

/** Folders that hold libraries: <triplet>/ of usr/lib or, in suites before the merge of both, of lib. */
export async function libraryFolders(root) {
  const found = [];
  for (const parent of ["usr/lib", "lib"]) {
    const entries = await readdir(join(root, parent), { withFileTypes: true }).catch(() => []);
    const triplets = entries.filter((entry) => entry.isDirectory() && /^[\w]+-linux-gnu/.test(entry.name));
    found.push(...triplets.map((entry) => join(parent, entry.name)));
  }
  const files = await Promise.all(found.map((folder) => readdir(join(root, folder))));
  return found.filter((_, index) => files[index].some((file) => /\.so\b/.test(file)));
}

/**
 * The command line that starts `program` of the packages below `root`. LD_LIBRARY_PATH would go on
 * to what the program starts, which is the machine's own and needs the machine's libc.
 */
export function launch(root, { loader, folders }, program) {
  const path = folders.map((folder) => join(root, folder)).join(":");
  return [join(root, loader), "--library-path", path, join(root, program)];
}

/**
 * Writes a script that starts such a command line. It holds absolute paths: it then needs no other
 * program, so it works with an empty PATH and through symbolic links. `env` is set for the program.
 */
export async function writeWrapper(path, [loader, option, libraries, program], { env = {}, args = [] } = {}) {
  const settings = Object.entries(env).map(([name, value]) => `export ${name}=${quoted(value)}`);
  const start = [
    quoted(loader),
    option,
    quoted(libraries),
    '--argv0 "$0"',
    quoted(program),
    ...args.map(quoted),
  ];
  const script = ["#!/bin/sh", ...settings, `exec ${start.join(" ")} "$@"`];
  await writeFile(path, `${script.join("\n")}\n`, { mode: 0o755 });
}

/** A text as one word for a shell. */
export function quoted(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
