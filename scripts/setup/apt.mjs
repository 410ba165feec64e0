// Downloads packages of a Debian or Ubuntu suite without touching the machine's own apt: every
// suite gets a private folder with its own sources, lists, status and archives.

import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { errorLine, onPath, run } from "./run.mjs";

const KEYRINGS = ["debian-archive-keyring.pgp", "debian-archive-keyring.gpg"];
const ENGLISH = { env: { ...process.env, LC_ALL: "C", DEBIAN_FRONTEND: "noninteractive" } };

export function hasApt() {
  return ["apt-get", "apt-cache", "dpkg", "dpkg-deb"].every(onPath);
}

/** Where this machine gets its own packages: `{ mirrors, codename, components, arch, keyring }`. */
export async function machineApt() {
  const release = await ownRelease();
  const arch = (await run("dpkg", ["--print-architecture"])).stdout.trim();
  return { ...release, arch, mirrors: await ownMirrors(release.codename) };
}

// Ubuntu keeps in `universe` most of what Debian has in `main`, and its keys where apt finds them.
async function ownRelease() {
  const release = await readFile("/etc/os-release", "utf8").catch(() => "");
  const ubuntu = /^UBUNTU_CODENAME="?([\w-]+)/m.exec(release)?.[1];
  if (ubuntu) return { codename: ubuntu, components: "main universe", keyring: null };
  const debian = /^VERSION_CODENAME="?([\w-]+)/m.exec(release)?.[1];
  return { codename: debian ?? "stable", components: "main", keyring: keyringBelow("/") };
}

// apt reads both of its sources formats itself; --no-release-info makes it do so before the
// first update, too. Which entry is Debian's own is settled later, by the archive's keyring.
async function ownMirrors(codename) {
  const format = "$(REPO_URI)\t$(RELEASE)\t$(COMPONENT)";
  const args = ["indextargets", "--no-release-info", "--format", format, "Created-By: Packages"];
  const rows = (await run("apt-get", args, ENGLISH)).stdout.split("\n").map((line) => line.split("\t"));
  const own = new Set([codename, "stable", "testing", "unstable", "sid"]);
  const fitting = rows.filter(([, suite, component]) => own.has(suite) && component === "main");
  return [...new Set(fitting.map(([mirror]) => mirror))];
}

function keyringBelow(root) {
  const paths = KEYRINGS.map((name) => join(root, "usr/share/keyrings", name));
  return paths.find((path) => existsSync(path)) ?? null;
}

/** Reads one suite's package list: `{ suite, dir, options }`, or `{ suite, problem }`. */
export async function openSuite({ work, arch, mirror, components, keyring }, suite) {
  const dir = join(work, suite);
  for (const part of ["state/lists/partial", "cache/archives/partial"]) {
    await mkdir(join(dir, part), { recursive: true });
  }
  const signedBy = keyring ? ` signed-by=${keyring}` : "";
  await writeFile(
    join(dir, "sources.list"),
    `deb [arch=${arch}${signedBy}] ${mirror} ${suite} ${components}\n`,
  );
  // With nothing installed, apt lists all dependencies, down to libc.
  await writeFile(join(dir, "status"), "");
  const options = privateOptions(dir);
  const update = await run("apt-get", [...options, "update"], ENGLISH);
  return update.code === 0 ? { suite, dir, options } : { suite, problem: errorLine(update) };
}

function privateOptions(dir) {
  const settings = {
    "Dir::State": join(dir, "state"),
    "Dir::State::status": join(dir, "status"),
    "Dir::Cache": join(dir, "cache"),
    "Dir::Etc::sourcelist": join(dir, "sources.list"),
    "Dir::Etc::sourceparts": "/dev/null",
    "Dir::Etc::preferences": "/dev/null",
    "Dir::Etc::preferencesparts": "/dev/null",
    // Without this an unreachable mirror is a warning only, and the suite looks empty.
    "APT::Update::Error-Mode": "any",
    "APT::Install-Recommends": "false",
    "Acquire::Languages": "none",
    "Acquire::IndexTargets::deb::DEP-11::DefaultEnabled": "false",
    "Acquire::Retries": "1",
    "Acquire::http::Timeout": "20",
    "Acquire::https::Timeout": "20",
    // Images for containers delete downloaded packages in these hooks, or run others.
    "APT::Keep-Downloaded-Packages": "true",
    "Debug::NoLocking": "true",
  };
  return Object.entries(settings).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
}

/** The version of a package in an opened suite, or null. */
export async function versionIn({ options }, name) {
  const shown = await run("apt-cache", [...options, "show", "--no-all-versions", name], ENGLISH);
  return /^Version: (\S+)/m.exec(shown.stdout)?.[1] ?? null;
}

/** Unpacks packages with all that they depend on, but for those named `without`, below `root`; installs nothing. */
export async function unpackWithDependencies(suite, names, root, { without = [] } = {}) {
  await must("apt-get", [...suite.options, "install", "-y", "--download-only", ...names]);
  await unpackArchives(suite, root, without);
}

async function unpackArchives({ dir }, root, without) {
  const archives = join(dir, "cache/archives");
  const files = (await readdir(archives)).filter((file) => file.endsWith(".deb"));
  const wanted = files.filter((file) => !without.includes(file.split("_")[0]));
  for (const file of wanted) await must("dpkg-deb", ["-x", join(archives, file), root]);
}

/** The suite of this machine's own release, opened below `work`; throws where none of its mirrors answers. */
export async function openOwnSuite(work, machine, log) {
  let problem = "the machine's apt sources name no mirror of its release";
  for (const [index, mirror] of machine.mirrors.entries()) {
    log(`tools: reading the package list of ${machine.codename}`);
    const place = { ...machine, work: join(work, `mirror-${index}`), mirror };
    const suite = await openSuite(place, machine.codename);
    if (!suite.problem) return suite;
    problem = suite.problem;
  }
  throw new Error(`cannot read the packages of ${machine.codename} (${problem}); put the programs on PATH.`);
}

/**
 * The archive keyring as an opened, hence verified, suite ships it: an older machine gets the
 * keys of newer suites this way and never has to switch the verification off.
 */
export async function keyringOf(suite) {
  const root = join(suite.dir, "keyring");
  await mkdir(root, { recursive: true });
  await unpackWithDependencies(suite, ["debian-archive-keyring"], root);
  return keyringBelow(root);
}

async function must(command, args) {
  const result = await run(command, args, ENGLISH);
  if (result.code !== 0) throw new Error(`${command} failed (${errorLine(result)})`);
}
