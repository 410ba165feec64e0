export const id = 530;
export const ids = [530];
export const modules = {

/***/ 9542:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   J: () => (/* binding */ GitBranches)
/* harmony export */ });
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1455);
/* harmony import */ var node_os__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8161);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(6760);
/* harmony import */ var _domain_state_branch_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(4953);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(9473);
/* harmony import */ var _git_repository_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(9834);






/** Branches at origin, by git's own plumbing. */
class GitBranches {
    directory;
    generated;
    identity;
    repository;
    /**
     * @param directory the provider's folder @param generated the snapshot's folder below it @param token GitHub's, for
     * a clone that was left without one
     */
    constructor(directory, generated, identity, token = null) {
        this.repository = new _git_repository_js__WEBPACK_IMPORTED_MODULE_5__/* .GitRepository */ .xr(directory, token);
        this.directory = directory;
        this.generated = generated;
        this.identity = identity;
    }
    async head() {
        const { code, stdout, stderr } = await this.repository.run([
            "rev-parse",
            "--verify",
            "--quiet",
            "HEAD^{commit}",
        ]);
        if (code === 0)
            return stdout.trim();
        const why = (0,_git_repository_js__WEBPACK_IMPORTED_MODULE_5__/* .firstLine */ .TM)(stderr) || "it has no commit yet";
        const hint = "name the provider's folder with -C DIR; it must be in a repository with a commit";
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_4__/* .HostenvError */ .aY("not-a-repository", `${this.directory} has nothing to commit to: ${why}`, hint);
    }
    async current() {
        const { stdout } = await this.repository.run(["symbolic-ref", "--quiet", "--short", "HEAD"]);
        return stdout.trim() || null;
    }
    async tip(branch) {
        const commit = (await this.repository.tips([refOf(branch)])).get(refOf(branch)) ?? null;
        if (commit !== null)
            await this.repository.fetch([commit], await this.repository.shallowDepth());
        return commit;
    }
    async state(branch) {
        const names = [refOf(branch), (0,_domain_state_branch_js__WEBPACK_IMPORTED_MODULE_3__/* .keeperOf */ .y)(branch)];
        const tips = await this.repository.tips(names);
        const [tip, kept] = [tips.get(names[0]) ?? null, tips.get(names[1]) ?? null];
        if (tip === null)
            return { tip, kept, isWhole: false };
        if (kept === null || kept === tip) {
            await this.repository.fetch([tip], await this.repository.shallowDepth());
            return { tip, kept, isWhole: true };
        }
        // Somebody else moved it. All that leads to it is small: snapshots alone.
        await this.repository.fetch([tip, kept], []);
        const { code } = await this.repository.run(["merge-base", "--is-ancestor", kept, tip]);
        return { tip, kept, isWhole: code === 0 };
    }
    source(commit) {
        return this.repository.sourceOf(commit);
    }
    named(reference) {
        return this.repository.named(reference);
    }
    async folderAt(commit) {
        const listed = await this.must([
            "ls-tree",
            "-r",
            "-z",
            "--name-only",
            commit,
            "--",
            `${this.generated}/`,
        ]);
        return this.texts(listed, (path) => this.must(["cat-file", "blob", `${commit}:./${path}`]));
    }
    async fileAt(commit, path) {
        const listed = await this.must(["ls-tree", "-z", commit, "--", `./${path}`]);
        return listed.startsWith("100") ? this.must(["cat-file", "blob", `${commit}:./${path}`]) : null;
    }
    async folderNow() {
        const known = [
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
            "--",
            `${this.generated}/`,
        ];
        return this.texts(await this.must(known), async (path) => {
            const file = (0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(this.directory, path);
            const found = await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.lstat)(file).catch(() => null);
            return found?.isFile() ? (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.readFile)(file, "utf8") : null;
        });
    }
    async changed(from, to) {
        const listed = await this.must([
            "diff",
            "--name-only",
            "--no-renames",
            "-z",
            "--relative",
            from,
            to,
            "--",
            ".",
        ]);
        return listed.split("\0").filter((path) => path !== "");
    }
    async commit({ tree, parents, files, others = {}, message, ...wish }) {
        const folder = await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.mkdtemp)((0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.realpath)((0,node_os__WEBPACK_IMPORTED_MODULE_1__.tmpdir)()), "hostenv-commit-"));
        try {
            const env = { GIT_INDEX_FILE: (0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(folder, "index") };
            await this.must(["read-tree", tree ?? "--empty"], { env });
            const folderItself = ["--ignore-unmatch", "--", `${this.generated}/`];
            await this.must(["rm", "-r", "--force", "--quiet", "--cached", ...folderItself], { env });
            const below = Object.entries(files).map(([name, text]) => [`${this.generated}/${name}`, text]);
            const all = [...below, ...Object.entries(others)];
            const lines = await Promise.all(all.map(([path, text]) => this.entry(path, text)));
            await this.must(["update-index", "-z", "--index-info"], { env, input: lines.join("") });
            const written = (await this.must(["write-tree"], { env })).trim();
            const [first] = parents;
            const mayBeLeft = !("evenIfSame" in wish);
            if (mayBeLeft && first && written === (await this.must(["rev-parse", `${first}^{tree}`])).trim())
                return null;
            const from = parents.flatMap((parent) => ["-p", parent]);
            return (await this.must(["commit-tree", written, ...from, "-F", "-"], { env: this.author(), input: message })).trim();
        }
        finally {
            await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.rm)(folder, { recursive: true, force: true });
        }
    }
    async push(branch, from, to, keeper) {
        const moves = [{ ref: refOf(branch), from }, ...(keeper ? [{ ref: (0,_domain_state_branch_js__WEBPACK_IMPORTED_MODULE_3__/* .keeperOf */ .y)(branch), ...keeper }] : [])];
        const leases = moves.map(({ ref, from: at }) => `--force-with-lease=${ref}:${at ?? ""}`);
        const refs = moves.map(({ ref }) => `${to}:${ref}`);
        // All references move, or none.
        const atomic = moves.length > 1 ? ["--atomic"] : [];
        const args = ["push", "--porcelain", "--no-verify", ...atomic, ...leases, "origin", ...refs];
        const { code, stdout, stderr } = await this.repository.withOrigin(args);
        if (code === 0)
            return { result: "pushed" };
        const said = [...stdout.matchAll(/^!\t\S+\t(.*)$/gm)].map(([, text = ""]) => text);
        if (said.some((text) => LOST.test(text)))
            return { result: "lost" };
        // Of several, those that only went along say no more than that.
        const [reason = said[0]] = said.filter((text) => !/atomic/.test(text));
        if (reason === undefined)
            throw (0,_git_repository_js__WEBPACK_IMPORTED_MODULE_5__/* .unreachable */ .HB)([refOf(branch)], stderr);
        return { result: "refused", reason };
    }
    async detach(from, to) {
        const { code } = await this.repository.run(["read-tree", "-m", "-u", from, to]);
        if (code !== 0)
            return false;
        await this.must(["update-ref", "--no-deref", "-m", "hostenv-provider: snapshot checkout", "HEAD", to]);
        return true;
    }
    async isAlike(left, right) {
        // As the commit itself has them: a shallow clone's log shows no parents.
        const told = async (commit) => (await this.must(["cat-file", "commit", commit])).match(/^(?:tree|parent) \S+$/gm)?.join();
        return (await told(left)) === (await told(right));
    }
    async remove(branch, from) {
        return this.push(branch, from, "");
    }
    async follow(from, to) {
        const folder = ["--", `${this.generated}/`];
        await this.must(["add", "--all", ...folder]);
        const ours = (await this.must(["write-tree"])).trim();
        if (!(await this.moved(from, to))) {
            // What was put together with somebody else's is neither what was there nor what lies here.
            const { code } = await this.repository.run(["checkout", "--quiet", to, ...folder]);
            if (code !== 0)
                return false;
            if (!(await this.moved(from, to))) {
                await this.must(["checkout", "--quiet", ours, ...folder]);
                return false;
            }
        }
        await this.must(["update-ref", "-m", "hostenv-provider: snapshot", "HEAD", to, from]);
        return true;
    }
    // Nothing is changed where a file that differs between the two has changes of its own.
    async moved(from, to) {
        return (await this.repository.run(["read-tree", "-m", "-u", from, to])).code === 0;
    }
    async entry(path, text) {
        const blob = (await this.must(["hash-object", "-w", "--stdin"], { input: text })).trim();
        const prefix = (await this.must(["rev-parse", "--show-prefix"])).trimEnd();
        return `100644 ${blob}\t${prefix}${path}\0`;
    }
    // Names as in the folder itself; what is no file has no text.
    async texts(listed, read) {
        const paths = listed.split("\0").filter((path) => path !== "");
        const found = await Promise.all(paths.map(async (path) => [path, await read(path)]));
        return Object.fromEntries(found.flatMap(([path, text]) => (text === null ? [] : [[(0,node_path__WEBPACK_IMPORTED_MODULE_2__.relative)(this.generated, path), text]])));
    }
    author() {
        if (this.identity === null)
            return {};
        const { name, email } = this.identity;
        return {
            ...{ GIT_AUTHOR_NAME: name, GIT_AUTHOR_EMAIL: email },
            ...{ GIT_COMMITTER_NAME: name, GIT_COMMITTER_EMAIL: email },
        };
    }
    async must(args, how = {}) {
        const { code, stdout, stderr } = await this.repository.run(args, how);
        if (code === 0)
            return stdout;
        const hint = "run the command yourself; the repository may be damaged, or git may not know who you are";
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_4__/* .HostenvError */ .aY("git-failed", `git ${args.join(" ")} failed: ${(0,_git_repository_js__WEBPACK_IMPORTED_MODULE_5__/* .firstLine */ .TM)(stderr)}`, hint);
    }
}
// What git and servers say where a branch is not where it was looked for any more.
const LOST = /stale info|fetch first|non-fast-forward|cannot lock ref|failed to lock|failed to update ref|incorrect old value|atomic transaction failed/;
function refOf(branch) {
    return `refs/heads/${branch}`;
}


/***/ }),

/***/ 5396:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   t: () => (/* binding */ systemTimer)
/* harmony export */ });
/* harmony import */ var node_perf_hooks__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(643);
/* harmony import */ var node_timers_promises__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8500);


/** The machine's timer. */
const systemTimer = {
    seconds: () => node_perf_hooks__WEBPACK_IMPORTED_MODULE_0__.performance.now() / 1000,
    sleep: async (seconds) => {
        await (0,node_timers_promises__WEBPACK_IMPORTED_MODULE_1__.setTimeout)(seconds * 1000);
    },
};


/***/ }),

/***/ 5530:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  committer: () => (/* binding */ committer),
  composedSnapshotCheckout: () => (/* binding */ composedSnapshotCheckout),
  composedSnapshotCommit: () => (/* binding */ composedSnapshotCommit)
});

// EXTERNAL MODULE: ./build/adapters/git-branches.js
var git_branches = __webpack_require__(9542);
// EXTERNAL MODULE: ./build/adapters/git-trees.js
var git_trees = __webpack_require__(3065);
// EXTERNAL MODULE: ./build/adapters/system-timer.js
var system_timer = __webpack_require__(5396);
// EXTERNAL MODULE: ./node_modules/zod/v4/classic/schemas.js + 11 modules
var schemas = __webpack_require__(2857);
// EXTERNAL MODULE: ./build/domain/manifest.js
var domain_manifest = __webpack_require__(6632);
// EXTERNAL MODULE: ./build/domain/state-branch.js
var state_branch = __webpack_require__(4953);
// EXTERNAL MODULE: ./build/errors.js
var errors = __webpack_require__(9473);
// EXTERNAL MODULE: ./build/fleets/hostenv/reservations.js
var reservations = __webpack_require__(5287);
// EXTERNAL MODULE: ./build/fleets/hostenv/schema.js
var schema = __webpack_require__(6051);
// EXTERNAL MODULE: ./build/domain/source-commit.js
var source_commit = __webpack_require__(7112);
;// CONCATENATED MODULE: ./build/commands/snapshot-overlay.js


/** A branch that git takes, of plain characters. */
const branchName = schemas/* string */.YjP()
    .regex(/^(?![-/.])(?!.*(?:\.\.|\/\/|@\{|\.lock$|[/.]$))[\w./-]{1,200}$/, "is no name of a branch");
/** A commit that lays a snapshot over another commit's other files; no branch leads to it. */
async function overlayOf(source, files, branches) {
    const { commit: tree } = source;
    const message = (0,source_commit/* overlayMessage */.i)(source);
    return await branches.commit({ tree, parents: [tree], files, message, evenIfSame: true });
}

;// CONCATENATED MODULE: ./build/commands/snapshot-checkout.js







/** Inputs of `snapshot checkout`. */
const snapshotCheckoutInputs = schemas/* strictObject */.rej({
    branch: branchName.optional(),
    base: schemas/* string */.YjP().min(1).optional(),
    dryRun: schemas/* boolean */.zMY().default(false),
});
/**
 * Lays the snapshot of a branch at origin over the commit that is checked out, as a commit without a branch: to all that
 * reads HEAD the snapshot is committed there. Throws HostenvError `state-branch-lost` and `reservation-changed` where the
 * branch lost what it had, `snapshot-torn`, `snapshot-in-the-way`, and `git-remote` where origin can't be reached.
 */
async function snapshotCheckout(inputs, ports) {
    const { branches, progress, generated } = ports;
    try {
        const [head, current] = [await branches.head(), await branches.current()];
        const before = await branches.source(head);
        const branch = inputs.branch ?? before?.branch;
        if (branch === undefined)
            throw unnamed();
        if (branch === current)
            throw checkedOut(branch);
        progress.step(`asking origin for ${branch}`);
        const source = before?.commit ?? head;
        const found = await snapshotOf(branch, ports);
        const over = (commit) => overlaid(commit, { branch, ...found }, branches);
        const base = inputs.base === undefined ? null : await over(await branches.named(inputs.base));
        const made = await over(source);
        for (const notice of await noticesOf(source, { branch, ...found }, ports))
            progress.notice(notice);
        if (!inputs.dryRun && !(await branches.detach(head, made)))
            throw inTheWay(branch, generated);
        return { schema: 1, branch, snapshot: found.tip, source, head: made, base };
    }
    finally {
        progress.done();
    }
}
async function snapshotOf(branch, { branches, generated }) {
    const found = await branches.state(branch);
    const tip = (0,state_branch/* stateTip */.D)(branch, found);
    if (tip === null)
        return { tip, files: null };
    const files = await branches.folderAt(tip);
    const where = `${generated}/state.json on ${branch}`;
    // What somebody else put there must hold what ours held.
    if (found.kept !== null && found.kept !== tip)
        (0,reservations/* refuseChanged */.dT)(stateIn(await branches.folderAt(found.kept), where), stateIn(files, where), where, branch);
    if (Object.keys(files).length === 0)
        return { tip, files: null };
    refuseTorn(files, branch, generated);
    return { tip, files };
}
function stateIn(files, where) {
    const text = files["state.json"];
    if (text === undefined)
        return {};
    try {
        return (0,schema/* parseState */.Bu)(JSON.parse(text), where);
    }
    catch (error) {
        if (error instanceof errors/* HostenvError */.aY)
            throw error;
        throw new errors/* HostenvError */.aY("file-not-json", `${where} is no JSON`, "bring back the commit before: git revert");
    }
}
function refuseTorn(files, branch, generated) {
    const found = (0,domain_manifest/* discrepanciesIn */.lZ)(files) ?? [{ file: domain_manifest/* MANIFEST */.e0, how: "missing" }];
    if (found.length === 0)
        return;
    const names = found.map(({ file, how }) => `${generated}/${file} (${how})`).join(", ");
    throw new errors/* HostenvError */.aY("snapshot-torn", `the snapshot on ${branch} is not as one plan wrote it: ${names}`, `bring back the commit before: git revert, on ${branch}`);
}
async function overlaid(commit, { branch, tip, files }, branches) {
    return await overlayOf({ commit, branch, snapshot: tip }, files ?? (await branches.folderAt(commit)), branches);
}
async function noticesOf(source, { branch, tip, files }, { branches, generated }) {
    if (tip === null)
        return [`there is no branch ${branch} yet: the first deploy makes it`];
    const own = Object.keys(await branches.folderAt(source));
    if (files === null || own.length === 0)
        return [];
    return [`${generated}/ of this commit is not read, ${branch} has the snapshot: git rm -r ${generated}`];
}
function unnamed() {
    return new errors/* UsageError */.eb("no branch for snapshots is named", "name it: --branch NAME");
}
function checkedOut(branch) {
    const hint = "check out the branch that has the provider's files, such as main";
    return new errors/* UsageError */.eb(`${branch} is checked out itself: its snapshot lies there already`, hint);
}
function inTheWay(branch, generated) {
    return new errors/* HostenvError */.aY("snapshot-in-the-way", `the snapshot of ${branch} can't be checked out: ${generated}/ has changes that are not committed`, `put them away first: git stash --include-untracked -- ${generated}`);
}

// EXTERNAL MODULE: ./build/domain/dns/memory.js
var dns_memory = __webpack_require__(9154);
// EXTERNAL MODULE: ./build/domain/json.js
var json = __webpack_require__(7803);
;// CONCATENATED MODULE: ./build/domain/dns/memory-merge.js


/**
 * Puts together what two runs of the gate made of one memory, null for none, hostname by hostname. What one of them
 * alone changed is as that one has it; of what both changed, the later observation counts, and of two of the same time
 * the one with more mismatches in a row, else the branch's (`theirs`). A hold or copy that one of them has is kept.
 */
function mergedMemory(base, ours, theirs) {
    const before = base ?? dns_memory/* NOTHING */.K$;
    const sides = [before, ours, theirs];
    const names = new Set(sides.flatMap(({ hostnames, off }) => [...Object.keys(hostnames), ...off]));
    const known = [...names].map((name) => {
        const [was, mine, present] = sides.map((side) => knownOf(side, name));
        return [name, merged(was, mine, present, later)];
    });
    return (0,dns_memory/* inOrder */.al)({
        schema: 1,
        hostnames: Object.fromEntries(known.flatMap(([name, { entry }]) => (entry ? [[name, entry]] : []))),
        off: known.flatMap(([name, { off }]) => (off ? [name] : [])),
        holds: mergedHolds(before.holds, ours.holds, theirs.holds),
        copies: mergedHolds(before.copies ?? {}, ours.copies ?? {}, theirs.copies ?? {}),
    });
}
function knownOf(memory, hostname) {
    return { entry: (0,dns_memory/* entryOf */.Ms)(memory, hostname), off: memory.off.includes(hostname) };
}
// Three versions of one value to one: two that are equal leave no question.
function merged(was, mine, present, both) {
    if ((0,json/* equal */.LC)(mine, was) || (0,json/* equal */.LC)(mine, present))
        return present;
    return (0,json/* equal */.LC)(present, was) ? mine : both(mine, present);
}
function later(mine, present) {
    if (mine.entry === null || present.entry === null)
        return mine.entry === null ? present : mine;
    const difference = timeOf(mine.entry) - timeOf(present.entry) || mine.entry.count - present.entry.count;
    return difference > 0 ? mine : present;
}
/** When something of it last changed, in milliseconds since 1970. */
function timeOf({ since, switchedOn }) {
    return Math.max(...[since, ...switchedOn].map((time) => Date.parse(time)));
}
// To go on serving what nobody visits any more does no harm; to drop what is visited does.
function mergedHolds(...sides) {
    const names = new Set(sides.flatMap((side) => Object.keys(side)));
    return Object.fromEntries([...names].flatMap((name) => {
        const of = (side) => Object.hasOwn(side, name) ? side[name] : null;
        const [was, mine, present] = sides;
        const held = merged(of(was), of(mine), of(present), (one, other) => other ?? one);
        return held === null ? [] : [[name, held]];
    }));
}

;// CONCATENATED MODULE: ./build/domain/snapshot-merge.js



/**
 * Brings our snapshot to a branch that has moved. What a plan writes is one whole: all of it is ours, or all of
 * it theirs; every other file, as the gate's memory, is by itself. Where both sides wrote the same part and it can't be
 * put together, or the plan would not be that of the branch any more, who came first stays: a later run begins from
 * there.
 */
function mergedSnapshot({ base, ours, theirs, sourcesMoved, together = {} }) {
    const files = {};
    for (const part of partsOf(base, ours, theirs)) {
        const [before, mine, present] = [base, ours, theirs].map((side) => only(side, part));
        const isMine = !same(mine, before);
        if (isMine && part === domain_manifest/* OURS */.o6 && sourcesMoved)
            return { superseded: "the branch has changes that this snapshot was not planned from" };
        const both = isMine && !same(mine, present) && !same(present, before);
        const merged = both ? putTogether(part, { before, mine, present }, together) : isMine ? mine : present;
        if (merged === null)
            return { superseded: `another run has written ${part === domain_manifest/* OURS */.o6 ? "another plan" : part[0]}` };
        Object.assign(files, merged);
    }
    return { files };
}
function putTogether([name = ""], { before, mine, present }, together) {
    const [ours, theirs] = [mine[name], present[name]];
    if (!Object.hasOwn(together, name) || ours === undefined || theirs === undefined)
        return null;
    const text = together[name]?.(before[name] ?? null, ours, theirs) ?? null;
    return text === null ? null : { [name]: text };
}
function partsOf(...sides) {
    const others = new Set(sides.flatMap((side) => Object.keys(side)).filter((name) => !domain_manifest/* OURS */.o6.includes(name)));
    return [domain_manifest/* OURS */.o6, ...[...others].sort(json/* byBytes */.bg).map((name) => [name])];
}
function only(side, names) {
    return Object.fromEntries(names.flatMap((name) => (Object.hasOwn(side, name) ? [[name, side[name]]] : [])));
}
function same(left, right) {
    const names = Object.keys(left);
    return names.length === Object.keys(right).length && names.every((name) => left[name] === right[name]);
}
/** `snapshot commit --json`. */
const snapshotCommitSchema = schemas/* strictObject */.rej({
    schema: schemas/* literal */.euz(1),
    result: schemas/* enum */.k5n(["committed", "unchanged", "superseded", "proposed", "dry-run"])
        .describe("committed: it is on the branch; unchanged: the branch has it already; superseded: another run, or another change, came " +
        "first; proposed: the branch takes no push, and a pull request has it."),
    branch: schemas/* string */.YjP(),
    commit: schemas/* string */.YjP()
        .nullable()
        .describe("The branch's commit that has the snapshot; of a proposal, its own."),
    planId: schemas/* string */.YjP(),
    pullRequest: schemas/* string */.YjP()
        .nullable()
        .describe("Its address; null where there is none, or where it could not be opened."),
    reason: schemas/* string */.YjP().nullable().describe("Why it is not on the branch."),
});

// EXTERNAL MODULE: ./build/fleets/hostenv/sources.js
var sources = __webpack_require__(6020);
// EXTERNAL MODULE: ./build/render/escape.js
var render_escape = __webpack_require__(6082);
// EXTERNAL MODULE: ./build/render/json.js
var render_json = __webpack_require__(7199);
// EXTERNAL MODULE: ./build/render/sticky.js
var sticky = __webpack_require__(3518);
;// CONCATENATED MODULE: ./build/commands/snapshot-commit.js












/** Inputs of `snapshot commit`. */
const snapshotCommitInputs = schemas/* strictObject */.rej({
    branch: branchName.optional(),
    dryRun: schemas/* boolean */.zMY().default(false),
});
/** A push that came too late is made again so often, from the branch as it is then. */
const ATTEMPTS = 5;
/** Waited before the next attempt, in seconds, at most; twice as long each time. */
const FIRST_WAIT = 1;
/**
 * Commits the snapshot of the work tree to a branch at origin, which may have moved meanwhile: that is looked at
 * afresh before each attempt. Where the branch takes no push, or too many came first, a pull request has it. After
 * `snapshot checkout` the branch is that one's, and holds snapshots alone.
 * Throws HostenvError `snapshot-torn`, `push-refused`, `state-branch-lost`, and `git-remote` where origin can't be reached.
 */
async function snapshotCommit(inputs, ports) {
    try {
        const { planId } = await whole(ports);
        const [head, current] = [await ports.branches.head(), await ports.branches.current()];
        const source = await ports.branches.source(head);
        const branch = branchFor(inputs.branch, source, current);
        const wanted = { branch, head, planId, dryRun: inputs.dryRun, source };
        return await new Committing(wanted, ports).run();
    }
    finally {
        ports.progress.done();
    }
}
// Another branch than the one whose snapshot a plan began from has other reservations.
function branchFor(given, source, current) {
    const branch = given ?? source?.branch ?? current;
    if (branch === null)
        throw new errors/* UsageError */.eb("no branch is checked out", "name the one that the snapshot goes to: --branch NAME");
    const began = source?.branch ?? current ?? branch;
    if (branch === began)
        return branch;
    throw new errors/* UsageError */.eb(`--branch '${branch}': the plan began from the snapshot of ${began}`, `check out the snapshot of that branch and plan again: hostenv-provider snapshot checkout --branch ${branch}`);
}
// What is torn would be no snapshot to anybody who reads it there.
async function whole({ branches, generated }) {
    const manifest = (0,domain_manifest/* manifestIn */.tn)(await branches.folderNow());
    if (manifest)
        return manifest;
    throw new errors/* HostenvError */.aY("snapshot-torn", `${generated} is not as one plan wrote it, or was never written`, "write it again: hostenv-provider plan");
}
class Committing {
    wanted;
    ports;
    constructor(wanted, ports) {
        this.wanted = wanted;
        this.ports = ports;
    }
    async run() {
        for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
            const look = await this.look();
            if (typeof look === "string")
                return this.ended("superseded", null, look);
            const commit = await this.commitOn(look);
            if (commit === null)
                return this.unchanged(look);
            if (this.wanted.dryRun)
                return this.ended("dry-run", null, null);
            const pushed = await this.pushed(look, commit);
            if (pushed.result === "pushed")
                return this.committed(commit);
            if (pushed.result === "refused")
                return this.proposed(look, pushed.reason);
            await this.wait(attempt);
        }
        const look = await this.look();
        if (typeof look === "string")
            return this.ended("superseded", null, look);
        return this.proposed(look, `${ATTEMPTS} times somebody else's push came first`);
    }
    async wait(attempt) {
        const { progress, timer, chance } = this.ports;
        progress.step(`somebody else pushed to ${this.wanted.branch}: looking again`);
        await timer.sleep(FIRST_WAIT * 2 ** attempt * chance());
    }
    // Why ours must not come there is a text.
    async look() {
        const { branches } = this.ports;
        const { branch, head } = this.wanted;
        const { tip, ...more } = await this.tip(branch);
        const ours = await branches.folderNow();
        if (tip === null)
            return { tip, files: ours, sourcesMoved: false, ...more };
        const base = await branches.folderAt(head);
        const found = await branches.folderAt(tip);
        // Where it has nothing of this provider yet, the plan began from what the files' own commit has.
        const theirs = this.wanted.source !== null && Object.keys(found).length === 0 ? base : found;
        const sourcesMoved = this.wanted.source === null && this.reaches(ours, await branches.changed(head, tip));
        const merged = mergedSnapshot({ base, ours, theirs, sourcesMoved, together: TOGETHER });
        if ("superseded" in merged)
            return merged.superseded;
        return { tip, files: merged.files, sourcesMoved, ...more };
    }
    async tip(branch) {
        const { branches } = this.ports;
        if (this.wanted.source === null)
            return { tip: await branches.tip(branch) };
        const found = await branches.state(branch);
        return { tip: (0,state_branch/* stateTip */.D)(branch, found), keeper: { from: found.kept } };
    }
    reaches(ours, moved) {
        const { sourceFolders = { nodes: "nodes", secrets: "secrets" } } = (0,domain_manifest/* manifestIn */.tn)(ours) ?? {};
        return (0,sources/* sourcesAmong */.n)(moved, sourceFolders, this.ports.generated).length > 0;
    }
    // A branch for snapshots alone has no other file: GitHub takes no workflow's file from a job's token.
    commitOn({ tip, files }) {
        const { head, source } = this.wanted;
        const [tree, parents] = source === null ? [tip ?? head, [tip ?? head]] : [tip, tip === null ? [] : [tip]];
        return this.ports.branches.commit({ tree, parents, files, message: this.message() });
    }
    message() {
        const { head, source, planId } = this.wanted;
        return `${this.title()}\n\nPlan ${planId}\nMade from ${source?.commit ?? head}\n`;
    }
    title() {
        const { provider } = this.ports;
        return `Snapshot ${this.wanted.planId.slice(0, 12)}${provider === "." ? "" : ` of ${provider}`}`;
    }
    pushed({ tip, keeper }, commit) {
        this.ports.progress.step(`pushing to ${this.wanted.branch}`);
        return this.ports.branches.push(this.wanted.branch, tip, commit, keeper);
    }
    async committed(commit) {
        await this.followed(commit);
        return this.ended("committed", commit, null);
    }
    // What the branch has is what is deployed, also where an earlier run put it there and ended.
    async unchanged({ tip, sourcesMoved }) {
        if (tip !== null && !sourcesMoved && !this.wanted.dryRun)
            await this.followed(tip);
        return this.ended("unchanged", tip, null);
    }
    async followed(commit) {
        const { branches, progress } = this.ports;
        const { head, branch, source } = this.wanted;
        const to = source === null ? commit : await this.over(source, commit);
        if (to === head || (await branches.follow(head, to)))
            return;
        const how = source === null ? "git pull" : "put them away, and hostenv-provider snapshot checkout";
        progress.notice(`${branch} is ahead of the work tree, whose own changes are in the way: ${how}`);
    }
    // The work tree keeps its other files.
    async over(source, snapshot) {
        const { branches } = this.ports;
        return await overlayOf({ ...source, snapshot }, await branches.folderAt(snapshot), branches);
    }
    async proposed(look, reason) {
        const { branches, proposals, progress, provider } = this.ports;
        const from = proposalBranch(provider);
        const commit = await this.commitOn(look);
        if (commit === null)
            return this.unchanged(look);
        const pushed = await branches.push(from, await branches.tip(from), commit);
        if (pushed.result !== "pushed")
            throw notPushed(this.wanted.branch, reason, from, pushed);
        const url = await this.opened(proposals, from).catch((error) => {
            if (!(error instanceof errors/* HostenvError */.aY))
                throw error;
            progress.notice(`open the pull request of ${from} yourself: ${error.message}; ${error.hint}`);
            return null;
        });
        return { ...this.ended("proposed", commit, reason), pullRequest: url };
    }
    async opened(proposals, from) {
        const body = `The plan ${(0,render_escape/* code */.aY)(this.wanted.planId, "text")}, made from ${this.wanted.head}. It could not be pushed; nothing is ` +
            "deployed before it is merged.";
        return proposals === null
            ? null
            : proposals.propose(from, this.wanted.branch, { title: this.title(), body });
    }
    ended(result, commit, reason) {
        const { branch, planId } = this.wanted;
        return { schema: 1, result, branch, commit, planId, pullRequest: null, reason };
    }
}
/** The gate's memory is about one hostname at a time: two runs that looked at the same time are no contradiction. */
const TOGETHER = {
    [dns_memory/* MEMORY */.Qy]: (base, ours, theirs) => {
        const [before, mine, present] = [base, ours, theirs].map(memoryIn);
        return mine && present ? (0,render_json/* document */.A)(mergedMemory(before ?? null, mine, present)) : null;
    },
};
// What is no memory is not put together: who came first stays.
function memoryIn(text) {
    try {
        return text === null ? null : (0,dns_memory/* parseMemory */.Pw)(JSON.parse(text), dns_memory/* MEMORY */.Qy);
    }
    catch {
        return null;
    }
}
/** The branch of a provider's proposal: the next one takes its place. */
function proposalBranch(provider) {
    return `hostenv/snapshot-${(0,sticky/* folderWord */.Xn)(provider).replace(/[^\w.-]/g, "-")}`;
}
function notPushed(branch, reason, from, pushed) {
    const why = "reason" in pushed ? pushed.reason : "somebody else pushed it";
    return new errors/* HostenvError */.aY("push-refused", `the snapshot can't be pushed: ${branch}: ${reason}; ${from}: ${why}`, "the token needs the right to write contents; see which rules of the repository forbid it");
}

;// CONCATENATED MODULE: ./build/render/snapshot-checkout-answer.js

/** The answer of `snapshot checkout`. A job's summary is left to what reads the snapshot. */
function snapshotCheckoutAnswer(ended) {
    const { branch, snapshot, source, head, base } = ended;
    const what = snapshot === null ? `${branch} does not exist yet` : `${branch} is at ${snapshot.slice(0, 12)}`;
    const text = `${what}; its snapshot lies over ${source.slice(0, 12)}, as ${head.slice(0, 12)}.`;
    return {
        exitCode: 0,
        document: ended,
        terminal: () => (0,render_escape/* harmless */.Is)(`${(0,render_escape/* visible */.RK)(text)}\n`),
        summary: () => "",
        files: {},
        outputs: { snapshot: snapshot ?? "", base: base ?? "" },
        annotations: [],
        notices: [],
    };
}

;// CONCATENATED MODULE: ./build/render/snapshot-commit-answer.js

/** The answer of `snapshot commit`: 2 where the snapshot waits for a pull request. */
function snapshotCommitAnswer(ended) {
    const { result, commit, pullRequest } = ended;
    const waits = result === "proposed";
    return {
        exitCode: waits ? 2 : 0,
        document: ended,
        terminal: () => (0,render_escape/* harmless */.Is)(`${(0,render_escape/* visible */.RK)(sentence(ended, (value) => value))}\n`),
        summary: () => `## hostenv snapshot\n\n${sentence(ended, (value) => (0,render_escape/* code */.aY)(value, "text"))}`,
        files: {},
        outputs: { result, commit: commit ?? "", "pull-request-url": pullRequest ?? "" },
        annotations: [],
        notices: [],
        ...(waits ? { refusal: "the snapshot waits for its pull request" } : {}),
    };
}
function sentence({ result, branch, commit, reason, pullRequest }, say) {
    const [where, short] = [say(branch), say((commit ?? "none").slice(0, 12))];
    const sentences = {
        committed: `The snapshot is on ${where} as ${short}.`,
        unchanged: `${where} has this snapshot already.`,
        superseded: `The snapshot was left: ${say(reason ?? "")}. What came first stays on ${where}.`,
        proposed: `The snapshot could not be pushed to ${where} (${say(reason ?? "")}): ` +
            (pullRequest === null ? `it is in ${short}, for a pull request.` : `it waits in ${pullRequest}`),
        "dry-run": `The snapshot would be committed to ${where}.`,
    };
    return sentences[result];
}

// EXTERNAL MODULE: ./build/compose/call.js + 3 modules
var compose_call = __webpack_require__(1082);
;// CONCATENATED MODULE: ./build/compose/snapshot.js








/** Who commits in a job; on a laptop it is who sits there. */
const BOT = {
    name: "github-actions[bot]",
    email: "41898282+github-actions[bot]@users.noreply.github.com",
};
/** Who commits here; null for whoever git says. */
function committer() {
    return process.env.GITHUB_ACTIONS === "true" ? BOT : null;
}
/** Runs `snapshot commit`. */
async function composedSnapshotCommit(call) {
    const inputs = (0,compose_call/* checked */.KD)("snapshot commit", snapshotCommitInputs, call.options);
    const generated = (0,compose_call/* snapshotFolder */.H1)();
    const ended = await snapshotCommit(inputs, {
        branches: branchesOf(call, generated),
        proposals: await proposalsOf(call),
        generated,
        timer: system_timer/* systemTimer */.t,
        progress: compose_call/* progress */.qB,
        chance: Math.random,
        provider: await new git_trees/* GitTrees */.y(call.directory, generated).folder(),
    });
    return snapshotCommitAnswer(ended);
}
/** Runs `snapshot checkout`. */
async function composedSnapshotCheckout(call) {
    const inputs = (0,compose_call/* checked */.KD)("snapshot checkout", snapshotCheckoutInputs, call.options);
    const generated = (0,compose_call/* snapshotFolder */.H1)();
    const branches = branchesOf(call, generated);
    return snapshotCheckoutAnswer(await snapshotCheckout(inputs, { branches, generated, progress: compose_call/* progress */.qB }));
}
// A job that runs a proposal leaves no token in its clone.
function branchesOf({ directory, secrets }, generated) {
    const isJob = process.env.GITHUB_ACTIONS === "true";
    const token = isJob ? (secrets.githubToken ?? null) : null;
    return new git_branches/* GitBranches */.J(directory, generated, isJob ? BOT : null, token);
}
// On a laptop without a token the branch is pushed all the same.
async function proposalsOf(call) {
    if (!call.secrets.githubToken || !process.env.GITHUB_REPOSITORY)
        return null;
    const { client, owner, repo } = await (0,compose_call/* onGithub */.xb)(undefined, call.secrets);
    const { GithubProposals } = await Promise.all(/* import() */[__webpack_require__.e(239), __webpack_require__.e(44)]).then(__webpack_require__.bind(__webpack_require__, 4044));
    return new GithubProposals(client, owner, repo);
}


/***/ }),

/***/ 4953:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   D: () => (/* binding */ stateTip),
/* harmony export */   y: () => (/* binding */ keeperOf)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(9473);

/**
 * The reference at origin that keeps a branch's latest commit. It is no branch: nothing lists it, tidies it up or
 * fetches it, so it still says what was there where the branch is gone.
 */
function keeperOf(branch) {
    return `refs/hostenv/${branch}`;
}
/**
 * The commit of a branch for snapshots; null where none was ever made. Throws HostenvError `state-branch-lost` where
 * there was one and the branch does not lead to it any more: to begin anew would give uids a second time.
 */
function stateTip(branch, { tip, kept, isWhole }) {
    if (kept === null || (tip !== null && isWhole))
        return tip;
    const keeper = keeperOf(branch);
    const what = tip === null ? "is gone" : `was moved to ${tip.slice(0, 12)}, which does not come after it`;
    throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .HostenvError */ .aY("state-branch-lost", `the branch ${branch} ${what}: the last snapshot that was pushed to it is ${kept}, and its reservations count`, `${tip === null ? "" : "whoever may push may have moved either: look at both, who made them and when; then "}` +
        `bring it back: git fetch origin ${keeper} && git push --force origin FETCH_HEAD:refs/heads/${branch}; ` +
        `to go on from what is there now although uids may be given twice: git push origin --delete ${keeper}`);
}


/***/ })

};
