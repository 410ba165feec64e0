// A current Nix beside the machine's own: Debian's newest nix-bin, unpacked into the cache
// folder and never installed, with all its libraries, so that an older libc does not matter.

import { chmod, mkdir, mkdtemp, readdir, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hasApt, keyringOf, machineApt, openSuite, unpackWithDependencies, versionIn } from "./apt.mjs";
import { makeFolder } from "./cache.mjs";
import { findLibraries, launch, writeWrapper } from "./launcher.mjs";
import { errorLine, run } from "./run.mjs";

// From the steadiest on: of two suites with the same version the first one is taken.
const SUITES = ["trixie", "forky", "sid"];

// A machine's own Nix of this version or later is current enough: nothing is unpacked then.
const CURRENT = "2.30";

const BY_HAND = `run this on Debian with its mirror in reach, or put Nix ${CURRENT} or later on PATH`;

// Perl's modules, manual pages and the like: the dependencies bring them, Nix never reads them.
const NOT_NEEDED = ["etc", "var", "usr/sbin", "usr/share"];

// Other names of nix, which looks at the name that it was called by.
const OTHER_NAMES = ["nix-build", "nix-instantiate", "nix-store"];

/** Finds or unpacks a current Nix: `{ path }`, or `{ path: null, reason }`. */
export async function ensureNixCurrent({ cache, nix, log }) {
  if (nix && atLeast(await versionOf([nix]), CURRENT)) return { path: nix };
  const folder = (await keptFolder(cache)) ?? (await unpackNewest(cache, log));
  const path = join(folder, "bin/nix");
  if (await versionOf([path])) return { path };
  return { path: null, reason: `${path} does not run here; delete ${folder} and try again.` };
}

async function versionOf([command, ...args]) {
  const { code, stdout } = await run(command, [...args, "--version"]);
  return code === 0 ? (/\d+(\.\d+)+/.exec(stdout)?.[0] ?? null) : null;
}

// Which version is the newest is asked of the mirror only while none is in the cache: tests
// start without a network then, and do not change under one's hands.
async function keptFolder(cache) {
  const names = await readdir(cache).catch(() => []);
  const kept = names.filter((name) => /^nix-\d+(\.\d+)*$/.test(name));
  const newest = kept.sort((a, b) => compare(b.slice(4), a.slice(4)))[0];
  return newest ? join(cache, newest) : null;
}

async function unpackNewest(cache, log) {
  if (!hasApt()) throw new Error(`there is no apt to get Debian's nix-bin with; ${BY_HAND}.`);
  const work = await mkdtemp(join(tmpdir(), "hostenv-nix-"));
  try {
    // apt downloads as its own user, who has to get at the lists in here.
    await chmod(work, 0o755);
    const found = await newestSuite(work, log);
    const folder = join(cache, `nix-${upstream(found.version)}`);
    log(`nixCurrent: unpacking nix-bin ${found.version} from Debian ${found.suite}`);
    await makeFolder(folder, (draft) => unpack(found, draft, folder));
    return folder;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function newestSuite(work, log) {
  const machine = await machineApt();
  const problems = [];
  for (const [index, mirror] of machine.mirrors.entries()) {
    const place = { ...machine, work: join(work, `mirror-${index}`), mirror };
    const found = await suitesWithNix(place, problems, log);
    if (found.length > 0) return found.reduce((best, next) => (isNewer(next, best) ? next : best));
  }
  const why = problems[0] ?? "the machine's apt sources name no Debian mirror";
  throw new Error(`no suite of ${SUITES.join(", ")} offers nix-bin (${why}); ${BY_HAND}.`);
}

function isNewer(next, best) {
  return compare(upstream(next.version), upstream(best.version)) > 0;
}

async function suitesWithNix(place, problems, log) {
  const found = [];
  for (const suite of SUITES) {
    log(`nixCurrent: reading the package list of Debian ${suite}`);
    const opened = await openTrusted(place, suite);
    if (opened.problem) problems.push(`${suite}: ${opened.problem}`);
    const version = opened.problem ? null : await versionIn(opened, "nix-bin");
    if (version) found.push({ ...opened, version });
  }
  return found;
}

// Each suite is signed with keys that its predecessor's keyring package holds. So where the
// keyring at hand is too old, the last suite that it does verify hands over a newer one.
async function openTrusted(place, suite) {
  const opened = await openSuite(place, suite);
  if (!opened.problem) {
    place.trusted = opened;
    return opened;
  }
  if (!/not signed|NO_PUBKEY|signature|verif/i.test(opened.problem)) return opened;
  place.trusted ??= await openSuite(place, place.codename);
  if (place.trusted.problem) return opened;
  place.keyring = await keyringOf(place.trusted);
  return await openSuite(place, suite);
}

async function unpack(suite, draft, folder) {
  const root = join(draft, "root");
  await mkdir(root);
  await unpackWithDependencies(suite, ["nix-bin"], root);
  for (const part of NOT_NEEDED) await rm(join(root, part), { recursive: true, force: true });
  const libraries = await findLibraries(root);
  const start = (top) => launch(join(top, "root"), libraries, "usr/bin/nix");
  const tried = await run(start(draft)[0], [...start(draft).slice(1), "--version"]);
  if (tried.code !== 0) throw new Error(`the unpacked Nix does not run (${errorLine(tried)}); ${BY_HAND}.`);
  await writeWrappers(join(draft, "bin"), folder, start(folder));
}

/*
 * Two things are not plain here:
 *
 * - NIX_BIN_DIR: Nix starts itself again for its build hook, by /proc/self/exe, which is the
 *   loader here ("__build-remote: cannot open shared object file"). With NIX_BIN_DIR it
 *   starts this wrapper instead.
 * - There is no store of its own. Checked with 2.34.8 and 2.8.0 in turn and at once on one
 *   /nix, whichever came first: the schema is number 10 for both, and all that the new one
 *   adds is an empty table SchemaMigrations, which the old one overlooks. Their caches of
 *   evaluations and fetches are separate files anyway. One store keeps store paths the same,
 *   which a `--store` root elsewhere would not do for what is built without a sandbox.
 */
async function writeWrappers(bin, folder, start) {
  await mkdir(bin);
  await writeWrapper(join(bin, "nix"), start, { env: { NIX_BIN_DIR: join(folder, "bin") } });
  for (const name of OTHER_NAMES) await symlink("nix", join(bin, name));
}

// "2.34.8+dfsg-1+b1" -> "2.34.8"
function upstream(version) {
  return /^[\d.]+\d/.exec(version)?.[0] ?? "0";
}

function atLeast(version, least) {
  return version !== null && compare(version, least) >= 0;
}

function compare(a, b) {
  return a.localeCompare(b, "en", { numeric: true });
}
