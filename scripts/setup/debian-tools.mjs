// Servers and programs that the tests drive, each the machine's own or one of its Debian's (or
// Ubuntu's). Packages of servers start services and take ports when they are installed, so they are
// unpacked into the cache folder, with all their libraries, and run from there.

import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { hasApt, machineApt, openOwnSuite, unpackWithDependencies, versionIn } from "./apt.mjs";
import { attempt } from "./attempt.mjs";
import { makeFolder } from "./cache.mjs";
import { findLibraries, launch, writeWrapper } from "./launcher.mjs";
import { onPath, run } from "./run.mjs";

/** By tool: its package, its file there, how it is asked who it is, and what it answers. */
const PROGRAMS = {
  knotd: { from: "knot", file: "usr/sbin/knotd", ask: "-V", says: /Knot DNS/ },
  knotc: { from: "knot", file: "usr/sbin/knotc", ask: "-V", says: /Knot DNS/ },
  keymgr: { from: "knot", file: "usr/sbin/keymgr", ask: "-V", says: /Knot DNS/ },
  unbound: { from: "unbound", file: "usr/sbin/unbound", ask: "-V", says: /^Version 1\./m },
  pebble: { from: "pebble", file: "usr/bin/pebble", ask: "-h", says: /Pebble config/ },
  dig: { from: "bind9-dnsutils", file: "usr/bin/dig", ask: "-v", says: /^DiG/m },
  dnsperf: { from: "dnsperf", file: "usr/bin/dnsperf", ask: "-h", says: /^Usage: dnsperf/m },
  sshd: { from: "openssh-server", file: "usr/sbin/sshd", ask: "-V", says: /OpenSSH/ },
  ssh: { from: "openssh-client", file: "usr/bin/ssh", ask: "-V", says: /OpenSSH/ },
  sshKeygen: { from: "openssh-client", file: "usr/bin/ssh-keygen", ask: "-?", says: /usage: ssh-keygen/ },
  age: { from: "age", file: "usr/bin/age", ask: "--version", says: /\d/ },
  ageKeygen: { from: "age", file: "usr/bin/age-keygen", ask: "--version", says: /\d/ },
  restic: { from: "restic", file: "usr/bin/restic", ask: "version", says: /^restic/m },
  nginx: { from: "nginx-light", file: "usr/sbin/nginx", ask: "-v", says: /nginx/ },
  cmarkGfm: { from: "cmark-gfm", file: "usr/bin/cmark-gfm", ask: "--version", says: /^cmark-gfm/m },
  jq: { from: "jq", file: "usr/bin/jq", ask: "--version", says: /^jq-/ },
  gh: { from: "gh", file: "usr/bin/gh", ask: "--version", says: /^gh version/m },
  openssl: { from: "openssl", file: "usr/bin/openssl", ask: "version", says: /^OpenSSL [3-9]/m },
};

// What later versions of sshd start for each connection, by the setting that names it.
const PARTS_OF_SSHD = {
  SshdSessionPath: "usr/lib/openssh/sshd-session",
  SshdAuthPath: "usr/lib/openssh/sshd-auth",
};

// An ordinary user's PATH lacks the folders of servers.
const MORE_FOLDERS = ["/usr/local/sbin", "/usr/sbin", "/sbin"];

// Another table makes another folder.
const TABLE_VERSION = createHash("sha256")
  .update(JSON.stringify([PROGRAMS, PARTS_OF_SSHD]))
  .digest("hex")
  .slice(0, 8);

// Manual pages, settings and package scripts: no program reads them.
const NOT_NEEDED = ["etc", "var", "usr/share"];

/** Finds or unpacks them: for each tool `{ path }`, or `{ path: null, reason }`. Throws nothing. */
export async function ensureDebianTools({ cache, log }) {
  const found = await Promise.all(Object.entries(PROGRAMS).map(findOwn));
  const lacking = found.some(([, path]) => !path);
  const unpacked = lacking ? await attempt(() => ensureUnpacked(cache, log)) : null;
  const tools = found.map(async ([name, path]) => [name, path ? { path } : await pick(unpacked, name)]);
  return Object.fromEntries(await Promise.all(tools));
}

async function findOwn([name, { file, ask, says }]) {
  const program = basename(file);
  const places = [onPath(program), ...MORE_FOLDERS.map((folder) => join(folder, program))];
  for (const path of places.filter((place) => place && existsSync(place))) {
    if (await answers(path, ask, says)) return [name, path];
  }
  return [name, null];
}

// Some of them end with an error when they are asked for no more than their version.
async function answers(path, ask, says) {
  const { stdout, stderr } = await run(path, [ask]);
  return says.test(stdout) || says.test(stderr);
}

async function pick({ path: folder, codename, reason }, name) {
  if (!folder) return { path: null, reason };
  const { from, file, ask, says } = PROGRAMS[name];
  const path = join(folder, "bin", basename(file));
  if (!existsSync(path))
    return { path: null, reason: `${codename} has no package ${from}; ${byHand(name)}.` };
  if (await answers(path, ask, says)) return { path };
  const remedy = `delete ${folder} and try again, or ${byHand(name)}`;
  return { path: null, reason: `${path} does not run here; ${remedy}.` };
}

function byHand(name) {
  return `put ${basename(PROGRAMS[name].file)} on PATH`;
}

async function ensureUnpacked(cache, log) {
  if (!hasApt())
    throw new Error("there is no apt to get servers and programs for tests with; put them on PATH.");
  const machine = await machineApt();
  const folder = join(cache, `tools-${machine.codename}-${TABLE_VERSION}`);
  await makeFolder(folder, (draft) => fill(draft, folder, machine, log));
  return { path: folder, codename: machine.codename };
}

async function fill(draft, folder, machine, log) {
  const work = await mkdtemp(join(tmpdir(), "hostenv-tools-"));
  try {
    // apt downloads as its own user, who has to get at the lists in here.
    await chmod(work, 0o755);
    const suite = await openOwnSuite(work, machine, log);
    const packages = await offered(suite);
    log(`tools: unpacking ${packages.join(", ")} from ${suite.suite}`);
    const root = join(draft, "root");
    await mkdir(root);
    await unpackWithDependencies(suite, packages, root);
    for (const part of NOT_NEEDED) await rm(join(root, part), { recursive: true, force: true });
    await writeWrappers(draft, folder);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function offered(suite) {
  const packages = [...new Set(Object.values(PROGRAMS).map(({ from }) => from))];
  const versions = await Promise.all(packages.map((name) => versionIn(suite, name)));
  return packages.filter((_, index) => versions[index]);
}

async function writeWrappers(draft, folder) {
  const root = join(draft, "root");
  const libraries = await findLibraries(root);
  await mkdir(join(draft, "bin"));
  const files = [...Object.values(PROGRAMS).map(({ file }) => file), ...Object.values(PARTS_OF_SSHD)];
  const there = files.filter((file) => existsSync(join(root, file)));
  for (const file of there) {
    const start = launch(join(folder, "root"), libraries, file);
    const args = basename(file) === "sshd" ? partsOfSshd(folder, there) : [];
    await writeWrapper(join(draft, "bin", basename(file)), start, { args });
  }
}

function partsOfSshd(folder, there) {
  const parts = Object.entries(PARTS_OF_SSHD).filter(([, file]) => there.includes(file));
  return parts.flatMap(([setting, file]) => ["-o", `${setting}=${join(folder, "bin", basename(file))}`]);
}
