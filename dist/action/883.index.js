export const id = 883;
export const ids = [883];
export const modules = {

/***/ 2096:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  GithubForge: () => (/* binding */ GithubForge)
});

// EXTERNAL MODULE: ./build/errors.js
var errors = __webpack_require__(9473);
// EXTERNAL MODULE: ./node_modules/yauzl/index.js
var yauzl = __webpack_require__(663);
;// CONCATENATED MODULE: ./build/adapters/github-artifact.js


/** A report unpacked may have so many bytes; an archive says less than it holds if it wants to do harm. */
const LARGEST = 64 * 1024 * 1024;
/**
 * A schema takes some 3 µs and 800 bytes over each value that is wrong, so a stranger's small archive could
 * take all there is. 1,000 new environments give 300,000.
 */
const MOST_VALUES = 400_000;
/** The JSON of the file report.json in a zip archive. Throws HostenvError `artifact-unusable`. */
async function reportIn(archive, name) {
    try {
        const text = (await unpacked(archive)).toString("utf8");
        if (commasIn(text) > MOST_VALUES)
            throw new Error("it holds too many values");
        return JSON.parse(text);
    }
    catch (cause) {
        const hint = "run the plan of that commit again";
        const why = cause instanceof Error ? cause.message : String(cause);
        throw new errors/* HostenvError */.aY("artifact-unusable", `${name} holds no report.json: ${why}`, hint, cause);
    }
}
// Between any two values there is one.
function commasIn(text) {
    let count = 0;
    for (let at = text.indexOf(","); at >= 0; at = text.indexOf(",", at + 1))
        count++;
    return count;
}
function unpacked(archive) {
    return new Promise((resolve, reject) => {
        // The library ends with an error where an entry has more bytes than the archive says.
        (0,yauzl/* fromBuffer */.vY)(archive, { lazyEntries: true }, (error, zip) => {
            if (error)
                return reject(error);
            zip.on("error", reject);
            zip.on("end", () => reject(new Error("there is no such file in it")));
            zip.on("entry", (entry) => {
                if (entry.fileName !== "report.json")
                    return zip.readEntry();
                if (entry.uncompressedSize > LARGEST)
                    return reject(new Error(`${entry.uncompressedSize} bytes`));
                zip.openReadStream(entry, (failure, stream) => {
                    if (failure)
                        return reject(failure);
                    const chunks = [];
                    stream.on("data", (chunk) => chunks.push(chunk));
                    stream.on("error", reject);
                    stream.on("end", () => resolve(Buffer.concat(chunks)));
                });
            });
            zip.readEntry();
        });
    });
}

// EXTERNAL MODULE: ./build/adapters/github-client.js
var github_client = __webpack_require__(5932);
// EXTERNAL MODULE: ./build/adapters/github-requests.js
var github_requests = __webpack_require__(3185);
;// CONCATENATED MODULE: ./build/adapters/github-forge.js




/** Events of a pull request are read from the last page back, and no further. */
const EVENT_PAGES = 5;
/** Larger artifacts are no reports: one of 5,000 new environments has about a tenth of it. */
const LARGEST_ARCHIVE = 16 * 1024 * 1024;
/** Pull requests of one repository on GitHub, through its REST API. */
class GithubForge {
    client;
    place;
    constructor(client, owner, repo) {
        this.client = client;
        this.place = { owner, repo };
    }
    async pullRequest(number) {
        try {
            const { data } = await this.client.rest.pulls.get({ ...this.place, pull_number: number });
            return pullRequest(data);
        }
        catch (cause) {
            const { owner, repo } = this.place;
            if ((0,github_requests/* isGone */.ST)(cause))
                throw notFound(number, `${owner}/${repo}`, cause);
            throw (0,github_client/* failureOf */.g)(cause, `give pull request #${number}`);
        }
    }
    async pullRequestOf({ owner, name }) {
        const wanted = { ...this.place, state: "open", head: `${owner}:${name}` };
        const { data } = await (0,github_requests/* asking */.os)("list pull requests", this.client.rest.pulls.list(wanted));
        if (data.length > 1)
            throw ambiguous(`${owner}:${name}`, data.length);
        return data[0] ? pullRequest(data[0]) : null;
    }
    async openPullRequests() {
        const wanted = { state: "open", sort: "updated", direction: "desc", per_page: github_requests/* PAGE */.KL };
        const { data } = await (0,github_requests/* asking */.os)("list pull requests", this.client.rest.pulls.list({ ...this.place, ...wanted }));
        return data.map(pullRequest);
    }
    comments(number) {
        const wanted = { ...this.place, issue_number: number, per_page: github_requests/* PAGE */.KL };
        return (0,github_requests/* pages */.Bd)(async (page) => {
            const listed = this.client.rest.issues.listComments({ ...wanted, page });
            return (await (0,github_requests/* asking */.os)("list comments", listed)).data.map(postedComment);
        });
    }
    createComment(number, body, find) {
        return (0,github_requests/* writtenOnce */.L9)(() => this.createOnce(number, body), find);
    }
    async createOnce(number, body) {
        const wanted = { ...this.place, issue_number: number, body, ...github_requests/* ONCE */.ET };
        const { data } = await (0,github_requests/* asking */.os)("take the comment", this.client.rest.issues.createComment(wanted));
        return postedComment(data);
    }
    async editComment(id, body) {
        const wanted = { ...this.place, comment_id: id, body };
        const { data } = await (0,github_requests/* asking */.os)("take the comment", this.client.rest.issues.updateComment(wanted));
        return postedComment(data);
    }
    async deleteComment(id) {
        try {
            await this.client.rest.issues.deleteComment({ ...this.place, comment_id: id });
        }
        catch (cause) {
            if (!(0,github_requests/* isGone */.ST)(cause))
                throw (0,github_client/* failureOf */.g)(cause, "delete a copy of the comment");
        }
    }
    async addLabel(number, label) {
        const wanted = { ...this.place, issue_number: number, labels: [label] };
        await (0,github_requests/* asking */.os)(`take the label ${label}`, this.client.rest.issues.addLabels(wanted));
    }
    async removeLabel(number, label) {
        try {
            await this.client.rest.issues.removeLabel({ ...this.place, issue_number: number, name: label });
        }
        catch (cause) {
            if (!(0,github_requests/* isGone */.ST)(cause))
                throw (0,github_client/* failureOf */.g)(cause, `remove the label ${label}`);
        }
    }
    async givenLabels(number, labels) {
        const open = new Set(labels);
        const given = [];
        for await (const events of this.eventsFromLast(number)) {
            // One by one: an earlier giving of a label may stand on the same page.
            for (const found of events)
                if (open.delete(found.label))
                    given.push(found);
            if (open.size === 0)
                break;
        }
        return given;
    }
    // The first page tells how many there are; events come oldest first.
    async *eventsFromLast(number) {
        const wanted = { ...this.place, issue_number: number, per_page: github_requests/* PAGE */.KL };
        const read = (page) => (0,github_requests/* asking */.os)("list events", this.client.rest.issues.listEvents({ ...wanted, page }));
        const first = await read(1);
        const last = Number(/[?&]page=(\d+)>; rel="last"/.exec(first.headers.link ?? "")?.[1] ?? 1);
        for (let page = last; page > Math.max(1, last - EVENT_PAGES); page--)
            yield labelEvents((await read(page)).data);
        // Behind pages that were not read, it may tell of an earlier giving by somebody else.
        if (last <= EVENT_PAGES + 1)
            yield labelEvents(first.data);
    }
    async mayWrite({ id, login }) {
        // Whoever it was is gone.
        if (login === "")
            return false;
        try {
            const wanted = { ...this.place, username: login };
            const { data } = await this.client.rest.repos.getCollaboratorPermissionLevel(wanted);
            // A name may have gone to somebody else since.
            return ["admin", "write"].includes(data.permission) && data.user?.id === id;
        }
        catch (cause) {
            if ((0,github_requests/* isGone */.ST)(cause))
                return false;
            throw (0,github_client/* failureOf */.g)(cause, `tell what ${login} may do`);
        }
    }
    async approvals(number) {
        const wanted = { ...this.place, pull_number: number, per_page: github_requests/* PAGE */.KL };
        const reviews = await (0,github_requests/* asking */.os)("list reviews", this.client.paginate(this.client.rest.pulls.listReviews, wanted));
        return reviews
            .flatMap(({ state, commit_id: head, user }) => state === "APPROVED" && head && user ? [{ head, by: { id: user.id, login: user.login } }] : [])
            .reverse();
    }
    async setStatus(commit, { context, state, description, url }) {
        const status = { context, state, description, ...(url === null ? {} : { target_url: url }) };
        await (0,github_requests/* asking */.os)("take the commit status", this.client.rest.repos.createCommitStatus({ ...this.place, sha: commit, ...status }));
    }
    async reports(name) {
        const wanted = { ...this.place, name, per_page: github_requests/* PAGE */.KL };
        const { data } = await (0,github_requests/* asking */.os)("list artifacts", this.client.rest.actions.listArtifactsForRepo(wanted));
        return data.artifacts.flatMap(({ id, expired, size_in_bytes: size, workflow_run: run }) => expired || size > LARGEST_ARCHIVE || !run?.head_sha ? [] : [{ id, head: run.head_sha }]);
    }
    async report(id) {
        const wanted = { ...this.place, artifact_id: id, archive_format: "zip" };
        const { data } = await (0,github_requests/* asking */.os)(`give artifact ${id}`, this.client.rest.actions.downloadArtifact(wanted));
        return reportIn(Buffer.from(data), `artifact ${id}`);
    }
}
// One of them would be told what the other does.
function ambiguous(branch, count) {
    const hint = "close all but one, or give the input pull-request";
    return new errors/* HostenvError */.aY("pull-request-ambiguous", `${branch} is the branch of ${count} open pull requests`, hint);
}
function notFound(number, repository, cause) {
    const hint = "check the number and the repository, and that the token may read pull requests";
    return new errors/* HostenvError */.aY("pull-request-not-found", `there is no pull request #${number} in ${repository}`, hint, cause);
}
function pullRequest(data) {
    const labels = data.labels.flatMap(({ name }) => name ?? []);
    return { number: data.number, head: data.head.sha, labels };
}
function postedComment(data) {
    const { id, body = "", user, updated_at: updatedAt, html_url: url } = data;
    return { id, body, authorId: user?.id ?? 0, updatedAt, url };
}
// Latest first; a label that was taken away and given again counts from the last time.
function labelEvents(events) {
    return events
        .flatMap(({ event, actor, label, created_at: at }) => {
        const name = label?.name;
        if (event !== "labeled" || name === undefined)
            return [];
        return [{ label: name, at, by: { id: actor?.id ?? 0, login: actor?.login ?? "" } }];
    })
        .reverse();
}


/***/ }),

/***/ 8883:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  composedDeploy: () => (/* binding */ composedDeploy)
});

// EXTERNAL MODULE: ./node_modules/zod/v4/classic/coerce.js
var coerce = __webpack_require__(9567);
// EXTERNAL MODULE: ./node_modules/zod/v4/classic/schemas.js + 11 modules
var schemas = __webpack_require__(2857);
// EXTERNAL MODULE: external "node:child_process"
var external_node_child_process_ = __webpack_require__(1421);
// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(1455);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: ./build/errors.js
var errors = __webpack_require__(9473);
;// CONCATENATED MODULE: ./build/adapters/deploy-rs-folder.js


/** Bytes of a text's end that are read, and lines that are kept. */
const [LOG_BYTES, LOG_LINES] = [64 * 1024, 40];
// Everything is evaluated: where deploy-rs asks Nix something that we do not answer, it finds the same in a flake.
const FLAKE = `{
  outputs = _: { deploy = builtins.fromJSON (builtins.readFile ./deploy.json); };
}
`;
// What deploy-rs asks Nix before it activates has been done for all profiles at once: evaluated, built, brought to
// the node. The answers are known, and the same for all versions of Nix. It asks for the derivation of each path
// and then has that built: the name that is given here leads back to the path.
const NIX = `#!/bin/sh
here=\${0%/*}
verb= skip= last=
for word; do
  last=$word
  if [ -n "$verb" ]; then continue; fi
  case $skip$word in
    --*experimental-features) skip=skip ;;
    skip*) skip= ;;
    -*) ;;
    *) verb=$word ;;
  esac
done
case $verb in
  eval) case " $* " in *" --json "*) cat "$here/../deploy.json" ;; esac ;;
  show-derivation) printf '{"%s.drv":{}}\\n' "$last" ;;
  path-info) printf '%s\\n' "$last" ;;
  build)
    for word; do
      word=\${word%^out}
      case $word in *.drv) printf '%s\\n' "\${word%.drv}" ;; esac
    done ;;
  copy) ;;
  *)
    PATH=\${PATH#*:}
    exec nix "$@" ;;
esac
`;
// Which profile deploy-rs is at is seen by what it has run on the node, in the last of ssh's arguments. What comes
// from there is written by the profile's owner: each command's words are kept apart, and 32 MiB of them are enough.
// An environment's commands share a connection, where our ssh lets them: it is waited for, and done without in the end.
const SSH = `#!/bin/sh
here=\${0%/*}
for command; do :; done
printf '%s %s\\n' "$$" "$command" >>"$here/../commands"
user=\${1%%@*}
if [ -n "\${HOSTENV_SSH_SHARED-}" ] && [ -d "$here/../shared/$user" ]; then
  HOSTENV_SSH_CONTROL=$HOSTENV_SSH_SHARED-$user
  export HOSTENV_SSH_CONTROL
  tries=0
  while [ ! -S "$HOSTENV_SSH_CONTROL" ] && [ "$tries" -lt 100 ]; do
    tries=$((tries + 1))
    sleep 0.05
  done
fi
ulimit -f 65536
PATH=\${PATH#*:}
exec ssh "$@" >>"$here/../said-$$" 2>&1
`;
/**
 * Writes them, once and before anything is deployed: a process that is just being started elsewhere may still have a
 * file open that was written a moment ago, and Linux starts no program that somebody may write (ETXTBSY). Throws
 * HostenvError `file-unusable`.
 */
async function deployRsPrograms(folder) {
    const [nix, ssh] = [await folder.write("deploy-rs-nix", NIX), await folder.write("deploy-rs-ssh", SSH)];
    for (const program of [nix, ssh])
        await (0,promises_.chmod)(program, 0o700);
    return { folder, nix, ssh };
}
/** A folder that only we can read, with what one call of deploy-rs reads, runs and says. */
class DeployRsFolder {
    path;
    constructor(path) {
        this.path = path;
    }
    /**
     * @param deployment what the flake's output `deploy` holds
     * @param sharing users whose commands may share a connection
     */
    static async make(deployment, sharing, { folder: own, nix, ssh }) {
        const folder = new DeployRsFolder(await (0,promises_.mkdtemp)((0,external_node_path_.join)(own.path, "deploy-")));
        try {
            await (0,promises_.mkdir)(folder.programs);
            for (const user of sharing)
                await (0,promises_.mkdir)((0,external_node_path_.join)(folder.path, "shared", user), { recursive: true });
            await (0,promises_.writeFile)((0,external_node_path_.join)(folder.path, "flake.nix"), FLAKE);
            await (0,promises_.writeFile)((0,external_node_path_.join)(folder.path, "deploy.json"), JSON.stringify(deployment));
            // A script is told the name by which it was started: it finds what belongs to this call beside that.
            await (0,promises_.symlink)(nix, (0,external_node_path_.join)(folder.programs, "nix"));
            await (0,promises_.symlink)(ssh, (0,external_node_path_.join)(folder.programs, "ssh"));
            return folder;
        }
        catch (error) {
            await folder.remove();
            throw error;
        }
    }
    /** Must stand first on deploy-rs' PATH, the programs that it stands for behind it. */
    get programs() {
        return (0,external_node_path_.join)(this.path, "bin");
    }
    /** Where deploy-rs' own words go. */
    get log() {
        return (0,external_node_path_.join)(this.path, "log");
    }
    /** The last lines of its own words. */
    ownWords() {
        return lastLines(this.log);
    }
    /** What it ran on the node, in the order in which it began. */
    async ran() {
        const names = await (0,promises_.readdir)(this.path);
        if (!names.includes("commands"))
            return [];
        const lines = (await (0,promises_.readFile)((0,external_node_path_.join)(this.path, "commands"), "utf8")).split("\n").slice(0, -1);
        return await Promise.all(lines.map(async (line) => {
            const [id, command] = [line.slice(0, line.indexOf(" ")), line.slice(line.indexOf(" ") + 1)];
            const said = names.includes(`said-${id}`) ? await lastLines((0,external_node_path_.join)(this.path, `said-${id}`)) : [];
            return { command, said };
        }));
    }
    async remove() {
        await (0,promises_.rm)(this.path, { recursive: true, force: true });
    }
}
async function lastLines(path) {
    const file = await (0,promises_.open)(path, "r");
    try {
        const { size } = await file.stat();
        const length = Math.min(size, LOG_BYTES);
        const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length);
        const lines = buffer.toString("utf8").split(/\r?\n/);
        return lines
            .map((line) => line.replace(COLOUR, ""))
            .filter((line) => line.trim() !== "")
            .slice(-LOG_LINES);
    }
    finally {
        await file.close();
    }
}
// biome-ignore lint/suspicious/noControlCharactersInRegex: a colour is one
const COLOUR = /\u001b\[[0-9;]*m/g;

;// CONCATENATED MODULE: ./build/adapters/deploy-rs-activator.js





/** What deploy-rs itself waits at most for one profile: 240 s of activation and 30 s of confirmation, and some for SSH. */
const SECONDS_PER_PROFILE = 330;
// What a node is called in the flake: deploy-rs takes only some names as they are, and a node's may have dots.
const NODE = "node";
/** Activates profiles by deploy-rs 1.x, which rolls back what fails or can't be confirmed. */
class DeployRsActivator {
    options;
    constructor(options) {
        this.options = options;
    }
    async activate(node, profiles, settings) {
        // That a node can still be reached is proved by its system's commands: each of them connects anew.
        const sharing = profiles.flatMap(({ user }) => (user === "root" ? [] : [user]));
        const users = profiles.map(({ user }) => loginOf(user, node));
        const folder = await DeployRsFolder.make(deployment(node, profiles, settings), sharing, this.options.programs);
        try {
            const env = environmentOf(this.options.environment(node, users), folder);
            const exit = await this.run(argumentsFor(folder, settings), {
                env,
                log: folder.log,
                profiles: profiles.length,
            });
            return { exit, begun: begunBy(await folder.ran(), profiles), log: await folder.ownWords() };
        }
        finally {
            await folder.remove();
        }
    }
    // Its ssh children may outlive it and keep a pipe open: its output goes to a file. In a group of its own no
    // signal that is meant for us reaches it: what has begun is confirmed or rolled back.
    async run(args, { env, log, profiles }) {
        const file = await (0,promises_.open)(log, "wx", 0o600);
        try {
            const child = (0,external_node_child_process_.spawn)(this.options.program, args, {
                env,
                detached: true,
                stdio: ["ignore", file.fd, file.fd],
            });
            const stop = () => killGroup(child.pid);
            const timer = setTimeout(stop, profiles * SECONDS_PER_PROFILE * 1000);
            return await new Promise((resolve, reject) => {
                child.once("error", (cause) => reject(missing(this.options.program, cause)));
                child.once("exit", (code, signal) => resolve(code ?? signal ?? 1));
            }).finally(() => {
                clearTimeout(timer);
                stop();
            });
        }
        finally {
            await file.close();
        }
    }
}
// It asks Nix for flakes without saying so.
function environmentOf(environment, { programs }) {
    const own = environment.NIX_CONFIG ? `${environment.NIX_CONFIG}\n` : "";
    return {
        ...environment,
        PATH: `${programs}${external_node_path_.delimiter}${environment.PATH ?? ""}`,
        NIX_CONFIG: `${own}extra-experimental-features = nix-command flakes\naccept-flake-config = false\n`,
    };
}
function argumentsFor({ path }, { dry }) {
    return [
        "--skip-checks",
        "--checksigs",
        ...["--rollback-succeeded", "false"],
        ...(dry ? ["--dry-activate"] : []),
        `path:${encodeURI(path)}#${NODE}`,
    ];
}
function loginOf(user, { deployUser }) {
    return user === "root" ? deployUser : user;
}
/** What deploy-rs reads, by its published interface. */
function deployment(node, profiles, { magicRollback, autoRollback, remoteBuild }) {
    const described = profiles.map(({ profile, path, user, storePath, tempPath }) => [
        profile,
        {
            user,
            sshUser: loginOf(user, node),
            path: storePath,
            profilePath: path,
            tempPath,
        },
    ]);
    return {
        nodes: {
            [NODE]: {
                hostname: node.host,
                sshOpts: node.sshOptions,
                fastConnection: true,
                magicRollback,
                autoRollback,
                remoteBuild,
                profilesOrder: profiles.map(({ profile }) => profile),
                profiles: Object.fromEntries(described),
            },
        },
    };
}
// A profile's commands name the folder that is its alone. They are deploy-rs' own: nothing that an environment says
// can make one of them another's.
function begunBy(ran, profiles) {
    const log = new Map();
    for (const { command, said } of ran) {
        const words = command.split(/[\s']+/);
        const named = profiles.find(({ tempPath }) => words.some((word) => word === tempPath || word.startsWith(`${tempPath}/`)));
        if (named)
            log.set(named.profile, [...(log.get(named.profile) ?? []), ...said]);
    }
    return [...log].map(([profile, lines]) => ({ profile, log: lines }));
}
function killGroup(pid) {
    try {
        if (pid !== undefined)
            process.kill(-pid, "SIGKILL");
    }
    catch {
        // It is gone already.
    }
}
function missing(program, cause) {
    return new errors/* HostenvError */.aY("deploy-rs-missing", `deploy-rs can't be started: ${program}: ${cause instanceof Error ? cause.message : cause}`, "add deploy-rs to the inputs of the provider's flake, or put its `deploy` on PATH", cause);
}

// EXTERNAL MODULE: ./build/adapters/disk-snapshot.js + 1 modules
var disk_snapshot = __webpack_require__(5256);
// EXTERNAL MODULE: ./build/adapters/dns-nameservers.js + 7 modules
var dns_nameservers = __webpack_require__(6528);
// EXTERNAL MODULE: ./build/adapters/git-trees.js
var git_trees = __webpack_require__(3065);
// EXTERNAL MODULE: ./build/adapters/http-challenges.js
var http_challenges = __webpack_require__(6400);
// EXTERNAL MODULE: ./build/adapters/nix-closures.js
var nix_closures = __webpack_require__(1105);
// EXTERNAL MODULE: ./build/adapters/nix-limits.js
var nix_limits = __webpack_require__(2859);
// EXTERNAL MODULE: ./build/adapters/nix-runner.js + 4 modules
var nix_runner = __webpack_require__(3194);
// EXTERNAL MODULE: ./build/adapters/nix-errors.js
var nix_errors = __webpack_require__(8792);
;// CONCATENATED MODULE: ./build/adapters/nix-store.js



/** Lines of a failed builder's log that are kept. */
const nix_store_LOG_LINES = "25";
/** A command line may hold about 2 MiB; store paths have some 100 bytes. */
const PATHS_PER_CALL = 2000;
/** The local Nix store. */
class NixStore {
    runners;
    others = [];
    constructor(runners) {
        this.runners = runners;
    }
    async build(drvPaths) {
        for (const part of portions(drvPaths)) {
            const args = ["--realise", "--no-build-output", "--option", "log-lines", nix_store_LOG_LINES, ...part];
            const { exit, stderr } = await this.runners.nixStore.run(args);
            if (exit !== 0)
                throw (0,nix_errors/* buildFailure */.He)(stderr, exit, "what is deployed");
        }
    }
    async sign(paths, keyFile) {
        for (const part of portions(paths)) {
            const args = ["store", "sign", ...nix_runner/* SAFE_BUILD */.FV, "--recursive", "--key-file", keyFile, ...part];
            const { exit, stderr } = await this.runners.nix.run(args);
            if (exit !== 0)
                throw signingFailed(stderr);
        }
    }
    async copy(paths, node) {
        await this.bring(["--substitute-on-destination", "--to", `ssh://${addressOf(node)}`], paths, node);
    }
    async buildOn(drvPaths, node) {
        // Derivations and their sources are named by their content: they need no signature.
        const to = `ssh-ng://${addressOf(node)}`;
        await this.bring(["--derivation", "--to", to], drvPaths, node);
        const { nixStore } = this.towards(node);
        const options = ["--no-build-output", "--option", "log-lines", nix_store_LOG_LINES];
        for (const part of portions(drvPaths)) {
            const finished = await nixStore.run(["--store", to, "--realise", ...options, ...part]);
            if (finished.exit !== 0)
                throw remoteBuildFailure(finished, node.name);
        }
    }
    async dispose() {
        const { nix, nixStore } = this.runners;
        await Promise.all([nix, nixStore, ...this.others].map((runner) => runner.dispose()));
    }
    async bring(how, paths, node) {
        const { nix } = this.towards(node);
        for (const part of portions(paths)) {
            const finished = await nix.run(["copy", ...nix_runner/* SAFE_BUILD */.FV, ...how, ...part]);
            if (finished.exit !== 0)
                throw copyFailure(finished, node.name);
        }
    }
    towards(node) {
        const runners = this.runners.towards(node);
        this.others.push(runners.nix, runners.nixStore);
        return runners;
    }
}
function addressOf({ deployUser, host }) {
    return `${deployUser}@${host.includes(":") ? `[${host}]` : host}`;
}
function portions(items) {
    const count = Math.ceil(items.length / PATHS_PER_CALL);
    return Array.from({ length: count }, (_, index) => items.slice(index * PATHS_PER_CALL, (index + 1) * PATHS_PER_CALL));
}
// What Nix says of a key may quote it.
function signingFailed(stderr) {
    const why = /secret key|key.*(?:corrupt|invalid)|base-64/i.test(stderr)
        ? "the key is none that Nix made"
        : "Nix could not sign";
    const hint = "give the whole line that `nix key generate-secret` printed: NAME:BASE64";
    return new errors/* HostenvError */.aY("signing-failed", `what is deployed can't be signed: ${why}`, hint);
}
function copyFailure({ exit, stderr }, node) {
    const last = stderr.trim().split("\n").at(-1)?.slice(0, 300) ?? "";
    if (/lacks a (?:valid )?signature|lacks a signature by a trusted key/.test(stderr)) {
        const hint = "add its public key to provider.nixSigning.trustedPublicKeys, and deploy that first with the old key";
        return new errors/* HostenvError */.aY("signature-refused", `${node} does not trust the key that signed: ${last}`, hint);
    }
    if (isFull(stderr))
        return diskFull(node);
    const hint = "check the network and the node's Nix; what was copied stays and is not copied again";
    return new errors/* HostenvError */.aY("copy-failed", `nothing could be copied to ${node} (${exit}): ${last}`, hint);
}
function remoteBuildFailure({ exit, stderr }, node) {
    if (isFull(stderr))
        return diskFull(node);
    const failure = (0,nix_errors/* buildFailure */.He)(stderr, exit, `what is deployed to ${node}`, `on ${node}: nix log`);
    if (failure instanceof errors/* BuildError */.zS)
        return failure;
    const last = stderr.trim().split("\n").at(-1)?.slice(0, 300) ?? "";
    const hint = "check the node's Nix and its log, or have it built here: leave remote builds out";
    return new errors/* HostenvError */.aY("remote-build-failed", `${node} can't build (${exit}): ${last}`, hint);
}
function isFull(stderr) {
    return /No space left on device/i.test(stderr);
}
function diskFull(node) {
    const hint = `free space on ${node}: nix-collect-garbage --delete-older-than 14d`;
    return new errors/* HostenvError */.aY("node-disk-full", `the store of ${node} has no space left`, hint);
}

// EXTERNAL MODULE: ./build/adapters/system-clock.js
var system_clock = __webpack_require__(9903);
// EXTERNAL MODULE: ./build/adapters/system-timer.js
var system_timer = __webpack_require__(5396);
// EXTERNAL MODULE: ./build/adapters/tls-certificates.js
var tls_certificates = __webpack_require__(3305);
// EXTERNAL MODULE: ./build/adapters/worker-patterns.js
var worker_patterns = __webpack_require__(3747);
// EXTERNAL MODULE: ./build/command-line.js
var command_line = __webpack_require__(3092);
// EXTERNAL MODULE: ./build/commands/comment.js + 5 modules
var comment = __webpack_require__(506);
// EXTERNAL MODULE: ./build/domain/deploy/signing-key.js
var signing_key = __webpack_require__(4104);
// EXTERNAL MODULE: ./build/domain/nearest.js
var nearest = __webpack_require__(9099);
// EXTERNAL MODULE: ./build/domain/changes.js
var changes = __webpack_require__(9204);
;// CONCATENATED MODULE: ./build/domain/deploy/moves.js
/**
 * The stage of a move: of its journal only what was written for the same source and destination counts, and of a unit
 * that the destination does not carry nothing is there, whatever was once.
 */
function stageOf(found, live) {
    const { move, returns, since } = found;
    const mine = (live?.steps ?? []).filter(({ environment, from, to, at }) => environment === move.name && from === move.from && to === move.to && at >= since);
    const isThere = Object.hasOwn((live?.facts.plan.environments ?? {}), move.name);
    const done = (step) => isThere && mine.some((each) => each.step === step);
    const counts = !returns || done("stay");
    return {
        ...found,
        snapshots: mine.findLast(({ step }) => step === "backup")?.snapshots ?? null,
        // Visitors are led only to what has its data, and of a move that is over nothing else stays written.
        restored: returns || done("restore") || done("dns"),
        switched: counts && done("dns"),
        secured: counts && done("tls"),
    };
}
/** The first step of a move that is not done. */
function nextStep({ snapshots, restored, switched, secured }) {
    if (!restored)
        return snapshots === null ? "backup" : "restore";
    if (!switched)
        return "dns";
    return secured ? "drop" : "tls";
}
/** Whether the source must go on serving: until the world is led to the destination, and is served well there. */
function mustHold(stage) {
    return nextStep(stage) !== "drop";
}
/** Nodes that a move's unit leaves. */
function leftBy({ move, copies }) {
    return [move.from, ...copies];
}
/** The pairs of nodes between which it matters who is deployed first. */
function pairsOf(moves) {
    return moves.flatMap((found) => leftBy(found).map((from) => ({ ...found.move, from })));
}
/**
 * A journal with one more step; what an earlier run wrote of the same step is replaced. A backup begins a move anew,
 * and so does `stay`; of another move to the same node nothing counts any more.
 */
function withStep(steps, step) {
    const isOver = (each) => each.environment === step.environment &&
        each.to === step.to &&
        (each.step === step.step || each.from !== step.from || ["backup", "stay"].includes(step.step));
    return [...steps.filter((each) => !isOver(each)), step];
}
/**
 * A node's journal without what is over. Of a unit whose move is open (`open`: where to, by unit) all is kept where it
 * is to come or is carried still. Of any other that visitors were led here is kept where it is carried, and else where
 * they were led away to, for as long as it is `known` at all: on the day when that node can't be asked it tells whose
 * data is the newer.
 */
function openSteps(steps, node, { open, carried, known }) {
    return steps.filter((each) => {
        const { environment } = each;
        const isOpen = open.get(environment) === node || (open.has(environment) && carried.has(environment));
        if (isOpen)
            return true;
        const isHere = carried.has(environment);
        const isLed = (step) => isLedTo(step) && (step.to === node) === isHere;
        const isLater = (other) => other.environment === environment && isLed(other) && other.at > each.at;
        return (isHere || known.has(environment)) && isLed(each) && !steps.some(isLater);
    });
}
/** Whether a step says that the data of a unit was at the step's destination from then on. */
function isLedTo({ step }) {
    return step === "dns" || step === "stay";
}

// EXTERNAL MODULE: ./build/domain/dns/memory.js
var dns_memory = __webpack_require__(9154);
// EXTERNAL MODULE: ./build/domain/json.js
var json = __webpack_require__(7803);
// EXTERNAL MODULE: ./build/fleets/hostenv/hostnames.js
var hostnames = __webpack_require__(9628);
;// CONCATENATED MODULE: ./build/fleets/hostenv/deploy-gate.js





/**
 * Hex SHA-256 of what of the gate's memory is built into a node: which of its virtual hosts have no TLS, and
 * which environments stay there for now.
 */
function gateConcerning(memory, plan, node) {
    const isServed = (environment) => (0,dns_memory/* isHeldOn */.Tm)(memory, environment, node);
    const here = new Set((0,hostnames/* sitesOf */.Yc)(plan)
        .filter((site) => site.node === node || isServed(site.environment))
        .map(({ hostname }) => hostname));
    const off = memory.off.filter((hostname) => here.has(hostname)).sort(json/* byBytes */.bg);
    const known = [...Object.keys(memory.holds), ...Object.keys(memory.copies ?? {})];
    const holds = [...new Set(known)].filter(isServed).sort(json/* byBytes */.bg);
    const copies = holds.flatMap((name) => {
        const tls = (0,dns_memory/* copyOn */.lk)(memory, name, node);
        return tls === null ? [] : [[name, [...tls]]];
    });
    return (0,changes/* sha256 */.sc)((0,json/* canonical */.$N)({ off, holds, copies: Object.fromEntries(copies) }));
}
/**
 * The memory with which a deploy builds: an environment on its way stays on its old node until the world is led
 * to the new one, and has no TLS there before. What goes on being served keeps the TLS that it has, on copies, too, and
 * where a node that served it for now is to have it again. Holds of moves that are over go.
 */
function withMovesHeld(memory, stages, plan) {
    const open = stages.filter(mustHold);
    const arriving = new Set(open.filter(({ returns }) => !returns).map(({ move }) => move.name));
    const sites = (0,hostnames/* sitesOf */.Yc)(plan).filter(({ skipped }) => skipped === null);
    const isElsewhere = ({ hostname, node }) => (0,dns_memory/* entryOf */.Ms)(memory, hostname)?.node !== node;
    const regained = sites.filter((site) => (0,dns_memory/* keepsTls */.qN)(memory, site, site.node));
    const isEarly = (site) => arriving.has(site.environment) && isElsewhere(site);
    const early = sites.filter((site) => isEarly(site) && !regained.includes(site));
    const names = (some) => some.map(({ hostname }) => hostname);
    const kept = new Set(names(regained));
    return (0,dns_memory/* inOrder */.al)({
        ...memory,
        off: [...memory.off.filter((hostname) => !kept.has(hostname)), ...names(early)],
        holds: Object.fromEntries(open.filter(({ returns }) => !returns).map(({ move }) => [move.name, move.from])),
        copies: Object.fromEntries(open.flatMap((stage) => copiesOf(stage, memory, sites))),
    });
}
function copiesOf(stage, memory, sites) {
    const { name } = stage.move;
    const nodes = stage.returns ? leftBy(stage) : stage.copies;
    const mine = sites.filter(({ environment }) => environment === name);
    const tlsOn = (node) => mine.filter((site) => hasTls(memory, site, node)).map(({ hostname }) => hostname);
    const copies = nodes.map((node) => [node, tlsOn(node).sort(json/* byBytes */.bg)]);
    return copies.length === 0 ? [] : [[name, Object.fromEntries(copies)]];
}
// Before it became a copy it was held, or visitors of some hostnames were led there already.
function hasTls(memory, site, node) {
    if ((0,dns_memory/* isHeldOn */.Tm)(memory, site.environment, node))
        return (0,dns_memory/* keepsTls */.qN)(memory, site, node);
    const entry = (0,dns_memory/* entryOf */.Ms)(memory, site.hostname);
    return entry !== null && entry.environment === site.environment && entry.node === node && entry.live;
}
/**
 * The memory once environments are served with valid certificates by the nodes that they are planned on: nothing but
 * confirmed mismatches takes their TLS away from now on, not even the next move.
 */
function withCertified(memory, environments, plan) {
    const certified = (0,hostnames/* sitesOf */.Yc)(plan).flatMap((site) => {
        const entry = environments.has(site.environment) ? (0,dns_memory/* entryOf */.Ms)(memory, site.hostname) : null;
        const isHere = entry?.node === site.node && entry.environment === site.environment;
        return isHere && site.skipped === null ? [[site.hostname, { ...entry, live: true }]] : [];
    });
    return (0,dns_memory/* inOrder */.al)({ ...memory, hostnames: { ...memory.hostnames, ...Object.fromEntries(certified) } });
}

// EXTERNAL MODULE: ./build/fleets/hostenv/live.js
var hostenv_live = __webpack_require__(1562);
;// CONCATENATED MODULE: ./build/fleets/hostenv/deploy-held-back.js



/**
 * Nodes of a deploy that it must leave as they are: those that carry, or are to carry, an environment of a type that is
 * held, since a node's system is every environment's, and those that exchange environments with them; and those that were
 * rolled back and are to be what they were rolled back from, with those that environments come there from. Of several
 * freezes the one that ends last is told. By name.
 */
function heldBackNodes({ waves, situations, moves }, { policy }, { now, types: left, forward }) {
    const asked = left.length > 0 ? [{ types: left, until: null, reason: "", rolledBack: [] }] : [];
    const open = [...(now === null ? [] : openAt(policy, now)), ...asked];
    const found = new Map();
    for (const node of waves.flat()) {
        const situation = situations.get(node);
        const types = [situation.before, situation.wanted].flatMap((side) => typesIn(side.plan));
        const window = open.find((each) => each.types.some((type) => types.includes(type)));
        const mayGoForward = forward === null || forward.includes(node);
        const why = window ?? (mayGoForward ? null : rollbackOf(situation));
        if (why)
            found.set(node, { node, ...told(why), through: null });
    }
    const own = [...found.values()];
    const of = (isRollback) => own.filter(({ rolledBack }) => rolledBack.length > 0 === isRollback).map(({ node }) => node);
    // What was rolled back may not have what came there any more: where that came from must not let go of it. The other
    // way round nothing is lost, since a node that is left as it is goes on serving.
    const back = pairsOf(moves).map(({ from, to }) => [to, from]);
    const both = back.flatMap(([left, right]) => [[left, right], [right, left]]);
    for (const [node, through] of [...reachedFrom(of(true), back), ...reachedFrom(of(false), both)]) {
        if (waves.flat().includes(node) && !own.some((each) => each.node === node))
            found.set(node, { node, ...told(found.get(through)), through });
    }
    return [...found.values()].sort((left, right) => (0,json/* byBytes */.bg)(left.node, right.node));
}
/** The types of all environments that nodes carry or are to carry. */
function typesOf({ situations }) {
    const sides = [...situations.values()].flatMap(({ before, wanted }) => [before, wanted]);
    return [...new Set(sides.flatMap((side) => typesIn(side.plan)))].sort(json/* byBytes */.bg);
}
// Who rolled it back did not want what it is to carry: it stays so until that is something else.
function rollbackOf({ node, live, wanted }) {
    const rolledBack = live?.rolledBack ?? [];
    // Not by what it carries: where parts of a plan failed, that is not what it was to carry.
    if (rolledBack.length === 0 || live?.rolledBackFrom !== (0,hostenv_live/* carriedHash */.to)(wanted, node))
        return null;
    return { rolledBack, types: [], until: null, reason: "" };
}
function openAt(policy, now) {
    return (policy?.freeze ?? [])
        .map((window) => ({ ...window, rolledBack: [] }))
        .filter(({ from, until }) => Date.parse(from) <= now.getTime() && now.getTime() < Date.parse(until))
        .sort((left, right) => Date.parse(right.until) - Date.parse(left.until));
}
function told({ until, reason, types, rolledBack }) {
    return { until, reason, types, rolledBack };
}
function typesIn(plan) {
    return Object.values(plan?.environments ?? {}).map(({ type }) => type);
}
/** Nodes to which one of `from` leads by pairs, over any number of them, with that one. */
function reachedFrom(from, pairs) {
    const reached = new Map(from.map((node) => [node, node]));
    const queue = [...from];
    for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
        const neighbours = pairs.flatMap(([left, right]) => (left === at ? [right] : []));
        for (const node of neighbours.filter((each) => !reached.has(each))) {
            reached.set(node, reached.get(at));
            queue.push(node);
        }
    }
    for (const node of from)
        reached.delete(node);
    return reached;
}

;// CONCATENATED MODULE: ./build/domain/deploy/homes.js


/** How a unit came to a node by its latest move there; null where the node says nothing of that. */
function arrivalOf(unit, node, lives) {
    const steps = stepsOf(unit, new Map([[node, lives.get(node) ?? null]])).filter(({ to }) => to === node);
    const last = latest(steps);
    if (last === null)
        return null;
    const led = steps.filter((each) => each.from === last.from && isLedTo(each));
    return { from: last.from, led: latest(led)?.at ?? null, at: last.at };
}
/**
 * Where the data of a unit is, of nodes that carry it or can't be asked: where the latest of all journals has it, else
 * where it has always been. A node to which visitors were led has it from then on, and one from which it was taken had
 * it until then: what was restored on a node is a copy until they are led there, since the node that it came from goes
 * on taking what they write. Null where nothing tells the carriers apart.
 */
function homeOf(unit, carriers, silent, lives) {
    const places = stepsOf(unit, lives)
        .filter(({ step }) => step !== "tls")
        .map((each) => ({ node: isLedTo(each) ? each.to : each.from, at: each.at }));
    const newest = latest(places.filter(({ node }) => carriers.includes(node) || silent.has(node)));
    if (newest !== null)
        return newest.node;
    const own = carriers.filter((node) => arrivalOf(unit, node, lives) === null);
    return own.length === 1 ? own[0] : null;
}
/**
 * When anything was last written of a unit's coming to another node than this one; "" for never. What was written of
 * its coming here before that is of an earlier move.
 */
function lastElsewhere(unit, node, lives) {
    return latest(stepsOf(unit, lives).filter(({ to }) => to !== node))?.at ?? "";
}
/** Whether the data of a unit was declared to have stayed on `to` when a move from there to `from` was turned back. */
function hasStayed(unit, from, to, lives) {
    return stepsOf(unit, lives).some((each) => each.step === "stay" && each.from === from && each.to === to);
}
/**
 * Nodes that can't be asked and may carry a unit still, by what others say: a move from there, or to there, of which
 * no end is written.
 */
function mayCarry(unit, silent, lives) {
    const steps = stepsOf(unit, lives);
    return [...silent].filter((node) => {
        const about = steps.filter(({ from, to }) => from === node || to === node);
        // Of a move that is over, that visitors were led is all that stays written.
        const isOpen = about.some(({ step }) => step === "backup" || step === "restore" || step === "stay");
        return isOpen && latest(about)?.step !== "tls";
    });
}
function stepsOf(unit, lives) {
    return [...lives.values()].flatMap((live) => (live?.steps ?? []).filter(({ environment }) => environment === unit));
}
function latest(some) {
    return [...some].sort((left, right) => (0,json/* byBytes */.bg)(left.at, right.at)).at(-1) ?? null;
}

// EXTERNAL MODULE: ./build/domain/review.js
var review = __webpack_require__(9893);
// EXTERNAL MODULE: ./build/domain/waves.js
var waves = __webpack_require__(9223);
// EXTERNAL MODULE: ./build/fleets/hostenv/deploy-targets.js
var deploy_targets = __webpack_require__(1464);
// EXTERNAL MODULE: ./build/fleets/hostenv/facts.js
var facts = __webpack_require__(9325);
// EXTERNAL MODULE: ./build/fleets/hostenv/kind.js + 3 modules
var kind = __webpack_require__(9482);
;// CONCATENATED MODULE: ./build/fleets/hostenv/deploy-plan.js









/** Compares what is wanted with what the nodes carry. */
function deployPlan(ground) {
    const known = (0,facts/* hostsOf */.PP)(ground.wanted.plan).filter((node) => ground.lives.has(node));
    const carried = new Map(known.map((node) => [node, carriedBy(node, ground)]));
    const guessed = movesIn(carried, ground);
    const moves = guessed.map(({ found }) => stageOf(found, ground.lives.get(found.move.to) ?? null));
    const touched = new Set(moves.flatMap((found) => [...leftBy(found), found.move.to]));
    const situations = new Map(known.map((node) => [node, situation(node, carried.get(node) ?? facts/* emptySide */.Bk, ground, touched)]));
    const affected = known.filter((node) => situations.get(node)?.reasons.length);
    const isStanding = (node) => !affected.includes(node) && !ground.unasked?.has(node);
    const [base, head] = [(0,facts/* fleetOf */.aP)((0,hostenv_live/* mergedSides */.TI)(carried, ground.wanted)), (0,facts/* fleetOf */.aP)(ground.wanted)];
    const canaries = kind/* hostenv */.c.canaries(ground.wanted);
    return {
        situations,
        moves,
        waves: (0,waves/* wavesOf */.gt)(affected, pairsOf(moves), (0,waves/* emptiedHosts */.KH)(base, head), canaries),
        standing: known.filter(isStanding),
        changes: changesFor(carried, [...situations.values()], ground),
        pinMoves: pinMovesFor(carried, [...situations.values()], ground),
        removed: removedIn(carried, ground),
        uncertain: [...uncertainIn(carried, moves, ground), ...ambiguousIn(guessed, ground)],
    };
}
function carriedBy(node, { lives, unasked, wanted }) {
    if (unasked?.has(node))
        return (0,hostenv_live/* partOf */.BU)(wanted, node);
    const live = lives.get(node);
    return live ? (0,hostenv_live/* sideFrom */.sI)(live.facts, node) : facts/* emptySide */.Bk;
}
function situation(node, before, ground, touched) {
    const live = ground.lives.get(node) ?? null;
    const wanted = (0,hostenv_live/* partOf */.BU)(ground.wanted, node);
    const found = (0,review/* review */.NQ)(kind/* hostenv */.c, { base: before, head: wanted }, [], new Date(0));
    const reasons = [
        ...(live === null ? ["first"] : []),
        ...(live !== null && found.affectedHosts.includes(node) ? ["changed"] : []),
        ...(live !== null && live.gateSha256 !== ground.gates.get(node) ? ["gate"] : []),
        ...(live !== null && isDrifted(live, ground.links.get(node)) ? ["drifted"] : []),
        ...(live !== null && isUnfinished(live) ? ["unfinished"] : []),
        ...(live !== null && live.rolledBack.length > 0 ? ["rolled-back"] : []),
        ...(live !== null && live.unproved.length > 0 ? ["unproved"] : []),
        ...(live !== null && live.unanswered.length > 0 ? ["unanswered"] : []),
        ...(touched.has(node) ? ["moves"] : []),
    ];
    return { node, live, before, wanted, changes: found.changes, pinMoves: found.pinMoves, reasons };
}
// Its system may be of a plan that is wanted no more, and what failed of that may be all that told them apart.
function isUnfinished({ planId, profiles }) {
    return planId === null && Object.keys(profiles).length > 0;
}
function isDrifted({ profiles }, links) {
    return Object.entries(profiles).some(([name, { storePath }]) => (links?.[name] ?? null) !== storePath);
}
function movesIn(carried, ground) {
    const { environments } = ground.wanted.plan;
    return Object.keys(environments)
        .sort(json/* byBytes */.bg)
        .flatMap((name) => {
        const found = moveOf(name, environments[name], carried, ground);
        return found === null ? [] : [found];
    });
}
// Whoever carries it besides may be where visitors are led, at least some of them, and is let go of last.
function moveOf(name, planned, carried, ground) {
    const { lives, sources } = ground;
    const unasked = ground.unasked ?? new Set();
    const to = planned.node;
    const isCarried = (node) => Object.hasOwn(carried.get(node)?.plan.environments ?? {}, name);
    const carriers = [...carried.keys()].filter((node) => !unasked.has(node) && isCarried(node));
    const known = [...new Set([...carriers, ...mayCarry(name, unasked, lives)])];
    const others = known.filter((each) => each !== to);
    const home = sources.get(name) ?? homeOf(name, carriers, unasked, lives);
    const found = (from, returns = false) => ({
        move: { name, from, to },
        copies: others.filter((each) => each !== from),
        returns,
        isUnheard: unasked.has(from) && !sources.has(name),
        since: lastElsewhere(name, to, lives),
    });
    if (home !== null && home !== to)
        return { found: found(home), isGuess: false };
    if (home === null && !carriers.includes(to)) {
        const from = others.length > 0 ? others : previous(name, planned, ground);
        return from[0] === undefined ? null : { found: found(from[0]), isGuess: from.length > 1 };
    }
    const back = stayingMove(name, to, others, ground) ?? leftBehind(name, to, ground);
    return back && { found: found(back.from, back.returns), isGuess: false };
}
// That data was there once counts where that node does not say what it carries. The plan says it but once; what could
// not be brought by the deploy of that one is written down where it was to come.
function previous(name, { node, previousNode }, { lives, unasked }) {
    if (unasked?.has(node))
        return [];
    // One that was to get it, and never did, knows where it was to come from.
    const awaitedFrom = (to) => {
        const arrival = arrivalOf(name, to, lives);
        return arrival?.led === null ? [arrival.from] : [];
    };
    const told = typeof previousNode === "string" ? [previousNode, ...awaitedFrom(previousNode)] : [];
    return [...told, ...awaitedFrom(node)].filter((from) => from !== node && !lives.get(from)).slice(0, 1);
}
// The data is where it is to be, and others carry the environment, too: the one that it came from, or copies.
function stayingMove(name, to, others, { lives, sources, unasked }) {
    const arrival = arrivalOf(name, to, lives);
    const from = arrival && others.includes(arrival.from) ? arrival.from : others[0];
    if (from === undefined)
        return null;
    // What it says of itself is not known: until it does, all that serve it go on.
    if (unasked?.has(to))
        return { from, returns: false };
    const isLed = arrival?.from === from && arrival.led !== null && arrival.led >= lastElsewhere(name, to, lives);
    const isArriving = isLed && !sources.has(name) && !hasStayed(name, from, to, lives);
    // Where it stayed, what is elsewhere is a copy: nothing is ever brought from there, whatever that node says of it.
    return { from, returns: !isArriving };
}
// The node that it came from was taken out of the provider while visitors were led there. Nobody holds it any more, or
// lets it go, but where they are to be led must be said, and what was not brought yet must not be forgotten.
function leftBehind(name, to, { lives, sources, wanted }) {
    const arrival = arrivalOf(name, to, lives);
    if (arrival?.led !== null || (0,facts/* hostsOf */.PP)(wanted.plan).includes(arrival.from))
        return null;
    return { from: arrival.from, returns: sources.has(name) };
}
// One without data to bring may start anywhere.
function uncertainIn(carried, moves, { wanted, unasked, sources }) {
    if (!unasked?.size)
        return [];
    const moving = new Set(moves.map(({ move }) => move.name));
    return Object.entries(wanted.plan.environments).flatMap(([environment, { node }]) => {
        const isKnown = moving.has(environment) ||
            sources.has(environment) ||
            Object.hasOwn(carried.get(node)?.plan.environments ?? {}, environment);
        return isKnown || (0,deploy_targets/* migrationsOf */.T9)(wanted.plan, environment).length === 0
            ? []
            : [{ environment, node, carriers: [] }];
    });
}
function ambiguousIn(guessed, { wanted }) {
    return guessed
        .filter(({ found, isGuess }) => isGuess && (0,deploy_targets/* migrationsOf */.T9)(wanted.plan, found.move.name).length > 0)
        .map(({ found }) => ({
        environment: found.move.name,
        node: found.move.to,
        carriers: [...leftBy(found)].sort(json/* byBytes */.bg),
    }));
}
function removedIn(carried, { wanted }) {
    return [...carried].flatMap(([node, { plan }]) => Object.keys(plan.environments)
        .filter((name) => !Object.hasOwn(wanted.plan.environments, name))
        .map((environment) => ({ environment, node })));
}
// What is said of environments compares all nodes at once: one that moves is moved, not removed and added.
// Nodes, files and the provider as a whole are compared node by node: each may have been deployed at another time.
function changesFor(carried, situations, { wanted }) {
    const everywhere = (0,hostenv_live/* mergedSides */.TI)(carried, wanted);
    const together = (0,review/* review */.NQ)(kind/* hostenv */.c, { base: everywhere, head: wanted }, [], new Date(0)).changes;
    const apart = situations.flatMap(({ changes }) => changes);
    const units = together.filter(({ kind }) => kind === "unit");
    return distinct([...units, ...apart.filter(({ kind }) => kind !== "unit")], ({ id }) => id);
}
// A pin that comes to a node, or leaves it, with an environment that moves is none: the move is what is reviewed.
function pinMovesFor(carried, situations, { wanted }) {
    const there = new Set([...carried.values()].flatMap(({ pins }) => pins.map((pin) => pinKey({ name: pin.name, after: pin }))));
    const names = new Set(wanted.pins.map(({ name }) => name));
    const goesAlong = (move) => move.after === null ? names.has(move.name) : move.before === null && there.has(pinKey(move));
    const moves = situations.flatMap(({ pinMoves }) => pinMoves).filter((move) => !goesAlong(move));
    return distinct(moves, pinKey);
}
const pinKey = ({ name, after }) => JSON.stringify([name, after?.url, after?.rev, after?.narHash]);
function distinct(items, key) {
    return [...new Map(items.map((item) => [key(item), item])).values()];
}

// EXTERNAL MODULE: ./build/fleets/hostenv/reservations.js
var reservations = __webpack_require__(5287);
// EXTERNAL MODULE: ./build/commands/deploy-look.js
var deploy_look = __webpack_require__(1222);
// EXTERNAL MODULE: ./build/render/json.js
var render_json = __webpack_require__(7199);
// EXTERNAL MODULE: ./build/commands/nodes-build.js
var nodes_build = __webpack_require__(7443);
// EXTERNAL MODULE: ./build/commands/pooled.js
var pooled = __webpack_require__(704);
;// CONCATENATED MODULE: ./build/commands/deploy-builds.js




/** What was built for nodes in one deploy; what is built once more, such as after a move, replaces it. */
class Builds {
    ports;
    builds = new Map();
    problems = new Map();
    constructor(ports) {
        this.ports = ports;
    }
    /** What a node is to carry. */
    of(node) {
        return this.builds.get(node) ?? deploy_builds_missing(`node-${node}`);
    }
    /** Why a node that builds itself could not, such as that it is not reached any more; null where it could. */
    problemOf(node) {
        return this.problems.get(node) ?? null;
    }
    /**
     * Evaluates all profiles of all nodes at once, builds them here or on their node, and signs what was built here.
     * No link on any node is changed by it. Throws HostenvError `package-missing`, BuildError, and what `Closures`
     * and `Store` do here.
     */
    async make(wishes, { tree, memory, keyFile }) {
        if (wishes.length === 0)
            return;
        const { closures, trees, progress } = this.ports;
        progress.step("evaluating what is deployed");
        const snapshot = await trees.snapshotOf(tree, { "dns-gate.json": memory });
        const names = wishes.flatMap((wish) => packagesOf(wish).map(([, name]) => name));
        const found = await closures.derivations(snapshot, names);
        progress.step(`building ${names.length} closures`);
        try {
            await this.here(wishes, found, keyFile);
            await this.there(wishes, found);
        }
        catch (error) {
            (0,nodes_build/* tellBuilderLog */.Vc)(error, progress);
            throw error;
        }
        for (const wish of wishes)
            this.builds.set(wish.node, buildOf(wish, found));
    }
    async here(wishes, found, keyFile) {
        const local = wishes.filter(({ builder }) => builder === null);
        if (local.length === 0)
            return;
        const derivations = derivationsOf(local, found);
        await this.ports.store.build(derivations.map(({ drvPath }) => drvPath));
        const outPaths = derivations.map(({ outPath }) => outPath);
        if (keyFile !== null)
            await this.ports.store.sign(outPaths, keyFile);
    }
    // A node that can't be reached keeps no other from being deployed; what no builder can build does.
    async there(wishes, found) {
        const remote = wishes.flatMap((wish) => (wish.builder ? [{ wish, builder: wish.builder }] : []));
        await (0,pooled/* pooled */.I)(remote, deploy_look/* NODES_AT_ONCE */.QM, async ({ wish, builder }) => {
            const drvPaths = derivationsOf([wish], found).map(({ drvPath }) => drvPath);
            try {
                await this.ports.store.buildOn(drvPaths, builder);
                this.problems.delete(wish.node);
            }
            catch (error) {
                if (!(error instanceof errors/* HostenvError */.aY) || error instanceof errors/* BuildError */.zS)
                    throw error;
                const { code, message, hint } = error;
                this.problems.set(wish.node, { code, message, hint });
            }
        });
    }
}
function packagesOf({ node, environments }) {
    return [["system", `node-${node}`], ...environments.map((name) => [name, `env-${name}`])];
}
// Several names may lead to one derivation.
function derivationsOf(wishes, found) {
    const all = wishes.flatMap(packagesOf).map(([, name]) => found[name] ?? deploy_builds_missing(name));
    return [...new Map(all.map((each) => [each.drvPath, each])).values()];
}
function buildOf(wish, found) {
    return Object.fromEntries(packagesOf(wish).map(([profile, name]) => [profile, (found[name] ?? deploy_builds_missing(name)).outPath]));
}
function deploy_builds_missing(name) {
    throw new errors/* HostenvError */.aY("package-missing", `the snapshot's flake has no package ${name}`, "plan with a newer hostenv-provider: nix flake lock --update-input hostenv-provider");
}

// EXTERNAL MODULE: ./build/domain/deploy/live.js
var live = __webpack_require__(2239);
;// CONCATENATED MODULE: ./build/commands/deploy-journal.js







/** What nodes say of themselves, kept up to date while they are deployed. */
class Journal {
    lives;
    nodes;
    clock;
    turns = new Map();
    constructor(lives, ports) {
        this.lives = new Map(lives);
        this.nodes = ports.nodes;
        this.clock = ports.clock;
    }
    /** What a node says; null before the first deploy. */
    of(node) {
        return this.lives.get(node) ?? null;
    }
    /** Makes sure that a node says what it said when this run last read or wrote it. Throws as `refuseChanged` does. */
    async unchanged(target) {
        const hint = "deploy again: the next run goes by what the node says now";
        await this.inTurn(target, () => (0,deploy_look/* refuseChanged */.dT)(target, this.of(target.name), this.nodes, hint));
    }
    /** Writes down one step of a move on a node: its destination, or the one that is to know that it was left. */
    async step(target, move, step, snapshots = {}) {
        const { name: environment, from, to } = move;
        const at = this.clock.now().toISOString();
        const entry = { environment, from, to, step, snapshots: { ...snapshots }, at };
        await this.change(target, (before) => ({ ...before, steps: withStep(before.steps, entry) }));
    }
    /** Writes down that profiles are about to be activated: as long as nothing else is said of them, none is proved. */
    async begins(target, profiles, { side }) {
        await this.change(target, (before) => ({
            ...before,
            wantedSha256: (0,hostenv_live/* carriedHash */.to)(side, target.name),
            unproved: [...new Set([...before.unproved, ...profiles])],
        }));
    }
    /** Writes down what a node carries after a deploy; `open` is where those are to be that move. */
    async brought(target, wanted, brought, open) {
        const known = new Set(Object.keys(wanted.side.plan.environments));
        await this.change(target, (before) => {
            const after = liveAfter(before, target.name, wanted, brought, this.clock.now());
            const carried = new Set(Object.keys((0,hostenv_live/* sideFrom */.sI)(after.facts, target.name).plan.environments));
            return { ...after, steps: openSteps(before.steps, target.name, { open, carried, known }) };
        });
    }
    /** Writes down which environments do not answer, so that the next deploy asks them again. */
    async verified(target, unanswered) {
        const before = this.of(target.name);
        if (before && !(0,json/* equal */.LC)(before.unanswered, [...unanswered]))
            await this.change(target, (now) => ({ ...now, unanswered: [...unanswered] }));
    }
    async change(target, changed) {
        await this.inTurn(target, async () => {
            const live = changed(this.of(target.name) ?? this.fresh());
            await this.nodes.writeLive(target, (0,render_json/* document */.A)(live));
            this.lives.set(target.name, live);
        });
    }
    // A node may be told of a move away from it while it is deployed itself: one must not undo what the other wrote.
    async inTurn({ name }, act) {
        const turn = (this.turns.get(name) ?? Promise.resolve()).then(act);
        this.turns.set(name, turn.catch(() => { }));
        await turn;
    }
    // A move is written down before its destination was deployed for the first time.
    fresh() {
        return {
            schema: 1,
            planId: null,
            commit: null,
            gateSha256: "0".repeat(64),
            facts: (0,hostenv_live/* factsFrom */.KO)(facts/* emptySide */.Bk),
            profiles: {},
            steps: [],
            rolledBack: [],
            rolledBackFrom: null,
            rolledBackTo: null,
            wantedSha256: null,
            unproved: [],
            unanswered: [],
            history: [],
        };
    }
}
/** What a node says of itself after a deploy. */
function liveAfter(before, node, { planId, commit, side }, { before: old, reached, links, gateSha256, unproved, held }, now) {
    const wanted = (0,hostenv_live/* partOf */.BU)(side, node);
    const after = (0,hostenv_live/* sideAfter */.ig)(old, wanted, reached);
    const isWhole = after === wanted;
    const profiles = linked(links);
    const generations = Object.fromEntries(Object.entries(profiles).map(([name, { generation }]) => [name, generation]));
    const entry = { planId, commit, at: now.toISOString(), generations };
    const isForward = (profile) => isWhole || (profile === "system" ? reached.system : reached.environments.has(profile));
    const rolledBack = before.rolledBack.filter((profile) => !isForward(profile));
    return {
        ...before,
        planId: isWhole ? planId : null,
        commit: isWhole ? commit : before.commit,
        gateSha256: reached.system ? gateSha256 : before.gateSha256,
        facts: (0,hostenv_live/* factsFrom */.KO)((0,hostenv_live/* withHeld */.iP)(after, old, held, side)),
        profiles,
        wantedSha256: (0,hostenv_live/* carriedHash */.to)(side, node),
        unproved: [...unproved],
        rolledBack,
        ...(rolledBack.length === 0 ? { rolledBackFrom: null, rolledBackTo: null } : {}),
        history: isWhole ? [...earlier(before.history, planId), entry].slice(-live/* HISTORY */.Vv) : before.history,
    };
}
// A plan that is brought once more, such as after a move, is no plan before itself.
function earlier(history, planId) {
    return history.at(-1)?.planId === planId ? history.slice(0, -1) : history;
}
function linked(links) {
    return Object.fromEntries(Object.entries(links).flatMap(([name, link]) => link === null ? [] : [[name, { storePath: link.storePath, generation: link.generation }]]));
}

// EXTERNAL MODULE: ./build/commands/deploy-judge.js
var deploy_judge = __webpack_require__(5338);
// EXTERNAL MODULE: ./build/domain/deploy/preflight.js
var preflight = __webpack_require__(9146);
;// CONCATENATED MODULE: ./build/commands/deploy-locks.js


/**
 * A run takes its lock again while it lives. That of a killed one outlives what deploy-rs may have begun: 240 s of an
 * activation and 30 s of its confirmation, after which the node goes back by itself.
 */
const LOCK_SECONDS = 600;
/**
 * Locks of nodes that one run holds. Several of its parts may need one node, such as its own deploy and a backup for
 * a move away from it: it is given back by the last of them.
 */
class NodeLocks {
    owner;
    nodes;
    /** How many parts of this run need a node. */
    counts = new Map();
    turns = new Map();
    constructor(owner, nodes) {
        this.owner = owner;
        this.nodes = nodes;
    }
    /** Does something while a node is this run's. Throws HostenvError `node-locked`. */
    async during(target, act) {
        await this.inTurn(target, (count) => this.taken(target, count + 1));
        try {
            return await act();
        }
        finally {
            await this.inTurn(target, (count) => this.released(target, count - 1));
        }
    }
    /** Takes a lock again that is held, and may have been lost meanwhile. Throws HostenvError `node-locked`. */
    async renew(target) {
        await this.inTurn(target, (count) => this.taken(target, count));
    }
    async taken(target, count) {
        const holder = await this.nodes.lock(target, this.owner, LOCK_SECONDS);
        if (holder)
            throw errors/* HostenvError */.aY.of((0,preflight/* lockedBy */.KH)(target.name, holder));
        return count;
    }
    async released(target, count) {
        // What went wrong first is what the user must hear of; the lock expires.
        if (count === 0)
            await this.nodes.unlock(target, this.owner).catch(() => { });
        return count;
    }
    // One part must not give back what another is just taking.
    async inTurn({ name }, change) {
        const before = this.turns.get(name) ?? Promise.resolve();
        const turn = before.then(async () => {
            this.counts.set(name, await change(this.counts.get(name) ?? 0));
        });
        this.turns.set(name, turn.catch(() => { }));
        await turn;
    }
}

// EXTERNAL MODULE: ./build/commands/deploy-node.js
var deploy_node = __webpack_require__(3317);
;// CONCATENATED MODULE: ./build/commands/deploy-rehearsal.js

/**
 * Brings closures to a node and lets deploy-rs show there what activating them would do. Environments whose user
 * only the new system brings can't be asked before it is there.
 */
async function rehearsal({ target, before, places, build, settings }, { store, activator, clock, nodeProgress }) {
    const started = clock.seconds();
    const differing = places.filter(({ profile }) => before[profile]?.storePath !== build[profile]);
    const askable = differing.filter(({ profile }) => profile === "system" || before[profile] != null);
    const activations = askable.map((0,deploy_node/* activationOf */.qy)({ build }));
    nodeProgress.at(target.name, "rehearsing");
    if (!settings.remoteBuild && activations.length > 0)
        await store.copy(activations.map(({ storePath }) => storePath), target);
    const ended = activations.length === 0
        ? { exit: 0, begun: [], log: [] }
        : await activator.activate(target, activations, settings);
    const profiles = differing.map(({ profile }) => {
        const link = before[profile] ?? null;
        const wanted = build[profile];
        const exit = (0,deploy_node/* exitOf */.sX)(profile, ended);
        // What deploy-rs itself says of copying and building says nothing of what would be done.
        const log = exit === 0 ? (0,deploy_node/* ownWordsOn */.bN)(profile, ended) : (0,deploy_node/* wordsOn */.lD)(profile, ended);
        const said = { exit, log };
        return { profile, before: link, after: link, wanted, seconds: 0, ...said };
    });
    const nothing = { problem: null, prepared: [], lastBackups: {}, setAside: {}, checks: [] };
    return { node: target.name, profiles, ...nothing, seconds: clock.seconds() - started };
}

;// CONCATENATED MODULE: ./build/commands/deploy-migrate.js





/**
 * Backs up, on its source, each environment that moves to a node, and leaves there what is to be restored. A
 * move whose data could not be brought is told, and its environment is not activated: it would start empty.
 */
async function prepareMoves(target, stages, wishes, side, ports) {
    const prepared = [];
    for (const stage of stages) {
        const step = nextStep(stage);
        if (stage.move.to === target.name && step === "dns")
            await turnedBack(target, stage, side, ports);
        if (stage.move.to !== target.name || (step !== "backup" && step !== "restore"))
            continue;
        prepared.push(await prepareOne(target, stage, wishes, side, ports));
    }
    return prepared;
}
// Before the other node lets go of its copy it must be known that this one's is the newer.
async function turnedBack(target, { move, returns, isUnheard }, { plan }, { journal, nodes }) {
    if (!returns || isUnheard)
        return;
    // What was brought once and never restored must not come over what is there now.
    await nodes.restorePlan(target, (0,deploy_targets/* dataPlaceOf */.nV)(plan, move.name), null);
    await journal.step(target, move, "stay");
}
async function prepareOne(target, stage, wishes, side, ports) {
    const { name: environment, from } = stage.move;
    const place = (0,deploy_targets/* dataPlaceOf */.nV)(side.plan, environment);
    const setAside = [];
    try {
        const isSkipped = wishes.skipped.has(environment);
        // Always a new backup: the source went on serving since an earlier run made one.
        const snapshots = isSkipped ? {} : await backedUp(stage, side, ports);
        const isBrought = !isEmpty(snapshots);
        // Once an earlier attempt has brought something there is nothing but its copy: all else was set aside then.
        const as = isEmpty(stage.snapshots) ? "before" : "copy";
        if (isBrought && as === "before")
            refuseHome(target, stage, wishes, ports.journal);
        if (isBrought)
            setAside.push(...(await ports.nodes.setAside(target, place, as)));
        await ports.journal.step(target, stage.move, "backup", snapshots);
        await toldSource(stage.move, "backup", side, ports);
        // One that an earlier run left must not be restored once somebody said that there is none.
        const plan = isBrought ? { sourceNode: from, snapshots } : null;
        await ports.nodes.restorePlan(target, place, plan);
        return { environment, snapshots: plan && snapshots, setAside, error: null };
    }
    catch (error) {
        if (!(error instanceof errors/* HostenvError */.aY) || (0,deploy_judge/* isInterruption */.si)(error))
            throw error;
        // Where the data is the plan says but once: of the next one nobody could tell that there is any.
        const isThere = Object.hasOwn((ports.journal.of(target.name)?.facts.plan.environments ?? {}), environment);
        if (stage.snapshots === null && !isThere)
            await ports.journal.step(target, stage.move, "backup");
        const nothing = { environment, snapshots: null, setAside };
        // That another run is at work there is not for good: its data need not be done without.
        if (!wishes.ignoreErrors || error.code === "node-locked")
            return { ...nothing, error };
        ports.progress.notice(`${environment} is deployed without its data, as was asked: ${error.message}`);
        return { ...nothing, error: null };
    }
}
// What lies where an environment has always been, or where its visitors were led, is no copy. Only that they were led
// away from there since says that it is old.
function refuseHome({ name: node }, { move }, { sourced }, journal) {
    const there = journal.of(node);
    const isCarried = Object.hasOwn((there?.facts.plan.environments ?? {}), move.name);
    if (there === null || !isCarried || sourced.has(move.name))
        return;
    const steps = [there, journal.of(move.from)].flatMap((live) => live?.steps ?? []);
    const mine = steps.filter(({ environment }) => environment === move.name);
    const isLeft = mine.some(({ step, from }) => step === "dns" && from === node);
    const lives = new Map([[node, there]]);
    const arrival = arrivalOf(move.name, node, lives);
    if (isLeft || (arrival !== null && arrival.led === null))
        return;
    throw new errors/* HostenvError */.aY("data-unknown", `${node} has ${move.name}, too, and nothing says that visitors were led from there to ${move.from}`, `say which node's data counts: --migration-source ${move.name}=${node} keeps what is there, ${move.name}=${move.from} brings it anew`);
}
function isEmpty(snapshots) {
    return Object.keys(snapshots ?? {}).length === 0;
}
/**
 * Writes a step of a move down on the node that it leaves, too: should the move be turned back while its destination
 * can't be asked, nobody else knows of it. Where it can't be written down the move goes on all the same.
 */
async function toldSource(move, step, { plan }, { journal, locks }) {
    if (journal.of(move.from) === null)
        return;
    const source = (0,deploy_targets/* targetOf */.$r)(plan, move.from);
    try {
        await locks.during(source, async () => {
            await journal.unchanged(source);
            await journal.step(source, move, step);
        });
    }
    catch (error) {
        // What is wrong with that node its own turn tells.
        if (!(error instanceof errors/* HostenvError */.aY) || (0,deploy_judge/* isInterruption */.si)(error))
            throw error;
    }
}
// While it is backed up nobody else may deploy the source: that would change, or take away, what is backed up.
async function backedUp({ move }, { plan }, { nodes, nodeProgress, locks }) {
    const source = (0,deploy_targets/* targetOf */.$r)(plan, move.from);
    const names = (0,deploy_targets/* migrationsOf */.T9)(plan, move.name);
    const snapshots = {};
    if (names.length === 0)
        return snapshots;
    await locks
        .during(source, async () => {
        for (const name of names) {
            nodeProgress.at(move.to, `backing up ${move.name} on ${move.from}: ${name}`);
            snapshots[name] = (await nodes.backup(source, move.name, name)).snapshot;
        }
    })
        .catch((error) => {
        throw isAway(error) ? dataAway(move, error) : error;
    });
    return snapshots;
}
/** What keeps a node from being spoken to at all. */
const AWAY = ["node-unreachable", "login-refused", "host-key-changed"];
function isAway(error) {
    return error instanceof errors/* HostenvError */.aY && AWAY.includes(error.code) && !(0,deploy_judge/* isInterruption */.si)(error);
}
function dataAway({ name, from }, { message, hint }) {
    return new errors/* HostenvError */.aY("data-unknown", `the data of ${name} is on ${from}, which can't be asked: ${message}`, `bring ${from} back (${hint}); or, to give up what only that node has, --migration-source ${name}=NODE for data that lies elsewhere, --skip-migrations ${name} to start with what its new node has of it, mostly nothing`);
}
/**
 * The last backups of environments that a node is about to lose for good, by environment. One that can't be made
 * keeps the node as it is, unless the user says that the data may be lost.
 */
async function lastBackups(target, removed, { skipped, ignoreErrors }, before, { nodes, nodeProgress, progress }) {
    const made = {};
    for (const environment of removed.filter((name) => !skipped.has(name))) {
        for (const name of (0,deploy_targets/* migrationsOf */.T9)(before.plan, environment)) {
            nodeProgress.at(target.name, `backing up ${environment} for the last time: ${name}`);
            try {
                const { snapshot } = await nodes.backup(target, environment, name);
                made[environment] = { ...made[environment], [name]: snapshot };
            }
            catch (error) {
                if (!(error instanceof errors/* HostenvError */.aY) || (0,deploy_judge/* isInterruption */.si)(error) || !ignoreErrors)
                    throw error;
                progress.notice(`${environment} is removed without a last backup, as was asked: ${error.message}`);
            }
        }
    }
    return made;
}

;// CONCATENATED MODULE: ./build/commands/deploy-visitors.js





/** Leads visitors of environments that have arrived: those of whose moves that is the next step. */
async function leadVisitors(arrived, memory, ground) {
    const stages = arrived.filter((stage) => nextStep(stage) === "dns");
    const led = await looked(() => ground.ports.lead(stages, memory, ground.side));
    if ("trouble" in led)
        return { memory, waiting: [], troubles: [led.trouble], unwritten: new Map() };
    const switched = stages.filter(({ move }) => led.switched.includes(move.name));
    const unwritten = await writtenDown(switched, "dns", ground);
    return { memory: led.memory, waiting: led.waiting, troubles: led.troubles, unwritten };
}
/** Looks whether environments to which visitors were led are served with valid certificates by now. */
async function secureVisitors(open, memory, ground) {
    const found = await looked(() => ground.ports.secured(open, memory, ground.side));
    if ("trouble" in found)
        return { memory, waiting: [], troubles: [found.trouble], unwritten: new Map() };
    const secured = open.filter(({ move }) => found.secured.has(move.name));
    const unwritten = await writtenDown(secured, "tls", ground);
    return {
        memory: withCertified(memory, found.secured, ground.side.plan),
        waiting: [],
        troubles: open.flatMap((stage) => unsecured(stage, found)),
        unwritten,
    };
}
// DNS or a zone that can't be asked is no reason to leave other nodes undone: the old ones go on serving, and the
// next run asks again.
async function looked(look) {
    try {
        return await look();
    }
    catch (error) {
        if (!(error instanceof errors/* HostenvError */.aY))
            throw error;
        return { trouble: (0,deploy_judge/* toldOf */.dc)(error) };
    }
}
async function writtenDown(stages, step, ground) {
    const unwritten = new Map();
    for (const { move } of stages) {
        try {
            await written(move, step, ground);
        }
        catch (error) {
            unwritten.set(move.to, (0,deploy_judge/* toldOf */.dc)(error));
        }
    }
    return unwritten;
}
// The node is not being deployed at the moment.
async function written(move, step, { side, journal, locks, targetOf }) {
    const target = targetOf(move.to);
    await locks.during(target, async () => {
        await journal.unchanged(target);
        await journal.step(target, move, step);
    });
    if (step === "dns")
        await toldSource(move, step, side, { journal, locks });
}
// Its visitors are there already: somebody has to know.
function unsecured({ move: { name, from, to } }, { lacking }) {
    const mine = lacking.filter(({ environment }) => environment === name);
    if (mine.length === 0)
        return [];
    const hosts = mine.map(({ hostname, why }) => (why === null ? hostname : `${hostname} (${why})`));
    return [
        {
            code: "move-unsecured",
            message: `${name} was led to ${to}, which shows no valid certificate for ${hosts.join(", ")}`,
            hint: `look at what DNS says of them (dns-gate), and at ACME's log on ${to}; until it does, ${from} is kept`,
        },
    ];
}

;// CONCATENATED MODULE: ./build/commands/deploy-restores.js



/**
 * What was prepared, with an error where a node has lost meanwhile what it was to restore: one that was started anew,
 * and an activation that finds none says that all is well. Its owner may have removed it, too: that holds up nobody
 * else.
 */
async function stillLeft(target, prepared, side, nodes) {
    const looked = [];
    for (const each of prepared) {
        const error = each.snapshots === null ? each.error : await goneFrom(target, each.environment, side, nodes);
        looked.push({ ...each, error });
    }
    return looked;
}
async function goneFrom(target, environment, side, nodes) {
    const left = await nodes.restoreLeft(target, (0,deploy_targets/* dataPlaceOf */.nV)(side.plan, environment)).catch(deploy_judge/* asProblem */.gr);
    if (left instanceof errors/* HostenvError */.aY && (0,deploy_judge/* isInterruption */.si)(left))
        throw left;
    if (left instanceof errors/* HostenvError */.aY)
        return left;
    if (left.length > 0)
        return null;
    return new errors/* HostenvError */.aY("restore-gone", `what was left on ${target.name} for ${environment} to restore is gone: the node was started anew, or somebody removed it`, "it was not activated, and its old node goes on serving; deploy again");
}
/**
 * Why environments that were activated have not restored what was brought for them, by environment: what began empty
 * must not be where visitors are led, however well it answers.
 */
async function untakenOn(target, prepared, activated, { side, wishes }, { nodes, progress }) {
    const brought = prepared.filter((each) => each.snapshots !== null && activated.has(each.environment));
    const problems = new Map();
    for (const { environment } of brought) {
        const place = (0,deploy_targets/* dataPlaceOf */.nV)(side.plan, environment);
        const problem = await nodes
            .restoreLeft(target, place)
            .then((left) => (left.length > 0 ? notRestored(target.name, environment, left) : null), deploy_judge/* toldOf */.dc);
        if (problem === null)
            continue;
        if (!wishes.ignoreErrors) {
            problems.set(environment, problem);
            continue;
        }
        // A later activation must not restore it over what visitors write from now on.
        const kept = await nodes.restorePlan(target, place, null).then(() => null, deploy_judge/* toldOf */.dc);
        progress.notice(`${problem.message}; it goes on without, as was asked`);
        if (kept !== null)
            problems.set(environment, kept);
    }
    return problems;
}
function notRestored(node, environment, left) {
    return {
        code: "restore-left",
        message: `${environment} was activated on ${node} and has not restored ${left.join(", ")}`,
        hint: "its old node goes on serving; see in its project why the activation leaves restore/plan.json there, and deploy " +
            `again; or, where it needs none of that data: --skip-migrations ${environment}`,
    };
}

;// CONCATENATED MODULE: ./build/commands/deploy-wave.js







/** Deploys one node. Never throws for what can be told of it: other nodes go on. */
async function deployNode(target, wave, run, ports) {
    const started = ports.clock.seconds();
    const result = await underLock(target, run, ports).catch((error) => ports.isStopped() && (0,deploy_judge/* isInterruption */.si)(error) ? { ...NOTHING, problem: deploy_judge/* INTERRUPTED */.t } : failed(error));
    return { node: target.name, wave, ...result, seconds: ports.clock.seconds() - started };
}
const NOTHING = { profiles: [], prepared: [], lastBackups: {}, setAside: {}, checks: [] };
function failed(error) {
    return { ...NOTHING, problem: (0,deploy_judge/* toldOf */.dc)(error) };
}
async function underLock(target, run, ports) {
    return await run.locks.during(target, async () => {
        await run.journal.unchanged(target);
        const done = await bringForward(target, run, ports);
        return done.profiles.length === 0 ? done : await verified(done, target, run);
    });
}
// What is on the node by now must be told also where its sites can't be asked.
async function verified(done, target, run) {
    try {
        return { ...done, checks: await run.verify(target) };
    }
    catch (error) {
        return { ...done, problem: done.problem ?? (0,deploy_judge/* toldOf */.dc)(error) };
    }
}
async function bringForward(target, run, ports) {
    const situation = run.plan.situations.get(target.name);
    const { side } = run.wanted;
    const { nodes, progress, nodeProgress } = ports;
    const migrating = { nodes, progress, nodeProgress, journal: run.journal, locks: run.locks };
    const brought = await prepareMoves(target, run.stages(), run.wishes, side, migrating);
    const live = run.journal.of(target.name);
    const carried = live === null ? {} : (0,hostenv_live/* sideFrom */.sI)(live.facts, target.name).plan.environments;
    const given = lastOn(target.name, run).filter((name) => Object.hasOwn(carried, name));
    const backups = await lastBackups(target, given, run.wishes, situation.before, ports);
    // Backups may have taken hours, and the network may have failed meanwhile.
    await run.locks.renew(target);
    const prepared = await stillLeft(target, brought, side, nodes);
    const blocked = new Set(prepared.filter(({ error }) => error !== null).map(({ environment }) => environment));
    const places = (0,deploy_targets/* placesOf */.ek)(situation.wanted).filter(({ profile }) => !blocked.has(profile));
    const setAside = Object.fromEntries(prepared.map((each) => [each.environment, each.setAside]));
    const { runs: profiles, error } = await (0,deploy_node/* activateNode */.yI)({
        target,
        places,
        build: run.builds.of(target.name),
        settings: {
            dry: false,
            magicRollback: run.rollbackOf(target.name).magic,
            autoRollback: run.rollbackOf(target.name).auto,
            remoteBuild: run.remoteBuild || (0,deploy_targets/* buildsItself */.FD)(side.plan, target.name),
        },
        forced: new Set([
            ...(run.journal.of(target.name)?.unproved ?? []),
            ...prepared.filter(({ error }) => error === null).map(({ environment }) => environment),
        ]),
        begins: async (begun) => {
            // Copying takes its time, and a machine that slept may have lost the lock to another run.
            await run.locks.renew(target);
            await run.journal.unchanged(target);
            await run.journal.begins(target, begun, run.wanted);
        },
    }, ports).catch((thrown) => ({ runs: null, error: (0,deploy_judge/* asProblem */.gr)(thrown) }));
    // Nothing was activated. Where data lies now nobody else says.
    if (profiles === null)
        return { ...NOTHING, problem: deploy_wave_told(error, ports), prepared, lastBackups: backups, setAside };
    const activated = activatedIn(profiles);
    const untaken = await untakenOn(target, prepared, activated, { side, wishes: run.wishes }, ports);
    // What was done must be told also where it can't be written down, such as on a node that lets nobody in any more.
    const unwritten = await deploy_wave_written(target, { situation, prepared, profiles, untaken }, run).then(() => null, deploy_judge/* toldOf */.dc);
    const ended = error && deploy_wave_told(error, ports);
    const [first] = prepared.flatMap((each) => (each.error === null ? [] : [(0,deploy_judge/* toldOf */.dc)(each.error)]));
    const [left] = untaken.values();
    const problem = ended ?? unwritten ?? first ?? left ?? null;
    return { ...NOTHING, problem, profiles, prepared, lastBackups: backups, setAside };
}
function deploy_wave_told(error, { isStopped }) {
    return isStopped() && (0,deploy_judge/* isInterruption */.si)(error) ? deploy_judge/* INTERRUPTED */.t : (0,deploy_judge/* toldOf */.dc)(error);
}
// What is let go of, and may hold what is nowhere else: of an environment that is removed, and of one whose visitors
// wrote on this node after its data was brought to another by an earlier deploy.
function lastOn(node, { plan, stages }) {
    const removed = plan.removed.filter((each) => each.node === node);
    const waited = new Set(plan.moves.flatMap(({ move, restored }) => (restored ? [move.name] : [])));
    const now = stages();
    const left = now.filter((stage) => isLeft(stage, node, waited));
    const held = heldOn(node, now);
    const names = [...removed.map(({ environment }) => environment), ...left.map(({ move }) => move.name)];
    return names.filter((name) => !held.includes(name));
}
function isLeft(stage, node, waited) {
    return stage.copies.includes(node) || (stage.move.from === node && waited.has(stage.move.name));
}
function heldOn(node, stages) {
    const held = stages.filter((stage) => leftBy(stage).includes(node) && mustHold(stage));
    return held.map(({ move }) => move.name);
}
function activatedIn(profiles) {
    return new Set(profiles.filter(({ exit }) => exit === 0).map(({ profile }) => profile));
}
async function deploy_wave_written(target, { situation, prepared, profiles, untaken }, run) {
    const open = new Set(run.journal.of(target.name)?.unproved ?? []);
    const unproved = profiles.filter((each) => isUnproved(each, open)).map(({ profile }) => profile);
    const reached = new Set(profiles
        .filter((each) => (0,deploy_node/* isThere */.$B)(each) && !unproved.includes(each.profile))
        .map(({ profile }) => profile));
    // A link that was right before proves nothing: only an activation takes up what is to be restored.
    const activated = activatedIn(profiles);
    const restored = new Set([...reached].filter((profile) => activated.has(profile) && !untaken.has(profile)));
    for (const { move } of run.stages().filter((stage) => isRestored(stage, target, prepared, restored)))
        await run.journal.step(target, move, "restore");
    const stages = run.stages();
    const held = heldOn(target.name, stages);
    await run.journal.brought(target, run.wanted, {
        before: situation.before,
        reached: { system: reached.has("system"), environments: reached },
        links: Object.fromEntries(profiles.map(({ profile, after }) => [profile, after ?? null])),
        gateSha256: run.gateOf(target.name),
        unproved,
        held,
    }, new Map(stages.map(({ move }) => [move.name, move.to])));
}
// Its link is right, or can't be seen, and either its activation failed, or one that was begun before was not made
// up for.
function isUnproved(run, open) {
    if (run.after === undefined)
        return open.has(run.profile);
    if (run.after?.storePath !== run.wanted)
        return false;
    return !(0,deploy_node/* isThere */.$B)(run) || (run.exit === null && open.has(run.profile));
}
function isRestored({ move }, target, prepared, restored) {
    const mine = prepared.find(({ environment }) => environment === move.name);
    return move.to === target.name && mine?.error === null && restored.has(move.name);
}

;// CONCATENATED MODULE: ./build/commands/deploy-loop.js















/** One deploy from its first wave to its last. */
class DeployLoop {
    ground;
    ports;
    journal;
    locks;
    memory;
    builds;
    rollbacks = {};
    results = new Map();
    waiting = [];
    troubles = [];
    /** What lies beside the snapshot; nothing is as good as a memory of nothing. */
    kept;
    constructor(ground, ports) {
        this.ground = ground;
        this.ports = ports;
        this.journal = new Journal(ground.lives, ports);
        this.locks = new NodeLocks(ground.owner, ports.nodes);
        this.builds = new Builds(ports);
        this.kept = (0,render_json/* document */.A)(ground.memory);
        this.memory = withMovesHeld(ground.memory, this.stages(), ground.snapshot.side.plan);
    }
    /** Deploys wave by wave; a wave with more failures than allowed is the last. */
    async run() {
        try {
            return await this.wavesRun();
        }
        catch (error) {
            if (this.ports.isStopped() && (0,deploy_judge/* isInterruption */.si)(error))
                return this.ended("stopped");
            // What was done by then must be told: nodes were changed, and others wait for how it ended.
            if (this.results.size === 0 || !(error instanceof errors/* HostenvError */.aY))
                throw error;
            this.troubles.push((0,deploy_judge/* toldOf */.dc)(error));
            return this.ended("failed");
        }
    }
    async wavesRun() {
        await this.prepare();
        await this.keepMemory();
        for (const [index, wave] of this.ground.waves.entries()) {
            if (this.ports.isStopped())
                return this.ended("stopped");
            if (await this.ports.isSuperseded())
                return this.ended("superseded");
            await this.deployAll(wave, index + 1);
            await this.leadOn(wave, index + 1);
            if (this.ports.isStopped())
                return this.ended("stopped");
            if (this.failures() > this.ground.inputs.maxFailures)
                return this.ended("failed");
        }
        return this.ended(this.failures() > 0 ? "failed" : "deployed");
    }
    /** Builds everything, and lets deploy-rs say what it would do. Closures are copied, and nothing is activated. */
    async rehearse() {
        await this.prepare();
        for (const [index, wave] of this.ground.waves.entries())
            for (const node of wave.filter((each) => this.mayDeploy(each)))
                this.results.set(node, { wave: index + 1, ...(await rehearsal(this.rehearsed(node), this.ports)) });
        const isFine = [...this.results.values()].every(({ profiles }) => profiles.every(({ exit }) => exit === 0));
        const isReady = this.ground.waves.flat().every((node) => this.mayDeploy(node));
        return { ...this.ended("dry-run"), exitCode: isFine && isReady ? 0 : 2 };
    }
    async prepare() {
        await this.build(this.ground.waves.flat());
        const memory = { "dns-gate.json": (0,render_json/* document */.A)(this.memory) };
        const tree = await this.ports.trees.snapshotOf(this.ground.snapshot.tree, memory);
        this.rollbacks = await this.ports.closures.rollbacks(tree);
    }
    rehearsed(node) {
        const { looked } = this.ground;
        const { magic, auto } = this.deployRun().rollbackOf(node);
        const found = looked.get(node);
        return {
            target: found.target,
            before: found.look.profiles,
            places: (0,deploy_targets/* placesOf */.ek)((0,hostenv_live/* partOf */.BU)(this.side, node)),
            build: this.builds.of(node),
            settings: {
                dry: true,
                magicRollback: magic,
                autoRollback: auto,
                remoteBuild: this.buildsThere(node),
            },
        };
    }
    get side() {
        return this.ground.snapshot.side;
    }
    stages() {
        return this.ground.plan.moves.map((found) => stageOf(found, this.journal.of(found.move.to)));
    }
    mayDeploy(node) {
        return this.problemOf(node) === null;
    }
    problemOf(node) {
        const found = this.ground.preflight.get(node);
        return this.builds.problemOf(node) ?? found?.problems[0] ?? null;
    }
    async build(nodes) {
        const wishes = nodes
            .filter((node) => this.mayDeploy(node))
            .map((node) => ({
            node,
            environments: (0,deploy_targets/* placesOf */.ek)((0,hostenv_live/* partOf */.BU)(this.side, node)).flatMap(({ profile }) => profile === "system" ? [] : [profile]),
            builder: this.buildsThere(node) ? this.targetOf(node) : null,
        }));
        const { snapshot, keyFile } = this.ground;
        await this.builds.make(wishes, { tree: snapshot.tree, memory: (0,render_json/* document */.A)(this.memory), keyFile });
    }
    buildsThere(node) {
        return this.ground.inputs.remoteBuild || (0,deploy_targets/* buildsItself */.FD)(this.side.plan, node);
    }
    async deployAll(nodes, wave) {
        const results = await (0,pooled/* pooled */.I)(nodes, deploy_look/* NODES_AT_ONCE */.QM, (node) => this.deployOne(node, wave));
        for (const result of results) {
            const earlier = this.results.get(result.node);
            const lastBackups = { ...earlier?.lastBackups, ...result.lastBackups };
            const setAside = { ...earlier?.setAside, ...result.setAside };
            this.results.set(result.node, { ...result, lastBackups, setAside });
        }
    }
    async deployOne(node, wave) {
        const problem = this.problemOf(node);
        if (problem)
            return (0,deploy_judge/* untouched */.sF)(node, wave, problem);
        if (this.ports.isStopped())
            return (0,deploy_judge/* untouched */.sF)(node, wave, deploy_judge/* STOPPED */.yd);
        const result = await deployNode(this.targetOf(node), wave, this.deployRun(), this.ports);
        const seconds = Math.round(result.seconds);
        this.ports.nodeProgress.ended(node, (0,deploy_judge/* isWell */.f5)(result) ? `done in ${seconds} s` : `not as wanted after ${seconds} s`);
        return result;
    }
    async verified(target) {
        if (this.ground.inputs.skipVerification)
            return [];
        this.ports.nodeProgress.at(target.name, "asking its sites");
        const checks = await this.ports.verify(target.name, this.memory, this.side);
        await this.journal.verified(target, (0,deploy_judge/* unanswered */.bj)(checks));
        return checks;
    }
    deployRun() {
        const { snapshot, plan, inputs } = this.ground;
        const { planId, side, tree } = snapshot;
        return {
            wanted: { planId, side, commit: tree.source },
            plan,
            builds: this.builds,
            journal: this.journal,
            stages: () => this.stages(),
            gateOf: (node) => gateConcerning(this.memory, side.plan, node),
            locks: this.locks,
            verify: (target) => this.verified(target),
            wishes: {
                skipped: new Set(inputs.skipMigrations),
                sourced: new Set(inputs.migrationSource.map((given) => given.split("=")[0])),
                ignoreErrors: inputs.ignoreMigrationErrors,
            },
            remoteBuild: inputs.remoteBuild,
            rollbackOf: (node) => this.rollbacks[node] ?? { magic: true, auto: true },
        };
    }
    // Visitors follow only where a site has proved that it answers; its old node goes on until they do.
    async leadOn(nodes, wave) {
        const arrived = this.stages().filter((stage) => nodes.includes(stage.move.to) && this.isArrived(stage));
        if (arrived.length === 0 || this.ports.isStopped())
            return;
        const { side, journal, locks, ports } = this;
        const ground = { side, journal, locks, ports, targetOf: (node) => this.targetOf(node) };
        this.take(await leadVisitors(arrived, this.memory, ground));
        await this.follow(wave);
        const names = new Set(arrived.map(({ move }) => move.name));
        const open = this.stages().filter((stage) => names.has(stage.move.name) && nextStep(stage) === "tls");
        this.take(await secureVisitors(open, this.memory, ground));
        this.memory = withMovesHeld(this.memory, this.stages(), side.plan);
        await this.follow(wave);
    }
    take({ memory, waiting, troubles, unwritten }) {
        this.memory = memory;
        this.waiting = [...this.waiting, ...waiting];
        this.troubles.push(...troubles);
        for (const [node, problem] of unwritten) {
            const result = this.results.get(node);
            this.results.set(node, { ...result, problem: result.problem ?? problem });
        }
    }
    isArrived(stage) {
        const result = this.results.get(stage.move.to);
        const isAtWork = ["dns", "tls"].includes(nextStep(stage));
        return isAtWork && result !== undefined && (0,deploy_judge/* isAnswering */.t8)(result, stage.move.name);
    }
    // Nodes that are done and are now to be built otherwise, such as with a certificate more.
    async follow(wave) {
        await this.keepMemory();
        if (this.ports.isStopped())
            return;
        const { plan } = this.side;
        const later = [...this.results.values()].filter(({ node, problem }) => problem === null && this.journal.of(node)?.gateSha256 !== gateConcerning(this.memory, plan, node));
        const nodes = later.map(({ node }) => node);
        const ahead = this.ground.waves.slice(wave).flat();
        await this.build([...nodes, ...ahead]);
        await this.deployAll(nodes, wave);
    }
    async keepMemory() {
        const text = (0,render_json/* document */.A)(this.memory);
        if (text === this.kept)
            return;
        await this.ports.remember(text);
        this.kept = text;
    }
    failures() {
        return [...this.results.values()].filter((result) => !(0,deploy_judge/* isWell */.f5)(result)).length;
    }
    ended(reached) {
        const isTroubled = this.troubles.length > 0;
        const result = isTroubled && reached === "deployed" ? "failed" : reached;
        const isGood = result === "deployed" || result === "superseded";
        return {
            exitCode: isGood && !isTroubled && this.failures() === 0 ? 0 : 2,
            memory: this.memory,
            troubles: this.troubles,
            result,
            nodes: [...this.results.values()],
            waiting: this.waiting,
        };
    }
    targetOf(node) {
        return this.ground.looked.get(node).target;
    }
}

// EXTERNAL MODULE: ./build/commands/deploy-preflight.js
var deploy_preflight = __webpack_require__(534);
// EXTERNAL MODULE: ./build/commands/deploy-snapshot.js
var deploy_snapshot = __webpack_require__(3125);
;// CONCATENATED MODULE: ./build/commands/deploy.js















/** Inputs of `deploy`. */
const deployInputs = schemas/* strictObject */.rej({
    node: schemas/* array */.YOg(schemas/* string */.YjP()).default([]),
    planId: schemas/* string */.YjP()
        .regex(/^[0-9a-f]{64}$/, "is no plan id: 64 hex digits")
        .optional(),
    remoteBuild: schemas/* boolean */.zMY().default(false),
    skipVerification: schemas/* boolean */.zMY().default(false),
    skipMigrations: schemas/* array */.YOg(schemas/* string */.YjP()).default([]),
    migrationSource: schemas/* array */.YOg(schemas/* string */.YjP()).default([]),
    ignoreMigrationErrors: schemas/* boolean */.zMY().default(false),
    holdTypes: schemas/* array */.YOg(schemas/* string */.YjP().min(1)).default([]),
    maxFailures: coerce/* number */.ai().int().min(0).default(0),
    requireReview: schemas/* boolean */.zMY().default(false),
    adopt: schemas/* boolean */.zMY().default(false),
    dryRun: schemas/* boolean */.zMY().default(false),
});
/**
 * Brings the nodes to what the committed snapshot wants of them. Throws HostenvError for what keeps it from
 * knowing what to do; what fails on a node is in the outcome, and the exit code says so.
 */
async function deploy(inputs, ports) {
    const started = ports.clock.seconds();
    try {
        const found = await grounded(inputs, ports);
        const outcome = await carriedOut(inputs, found, ports);
        return { ...outcome, seconds: ports.clock.seconds() - started };
    }
    finally {
        ports.progress.done();
        await Promise.allSettled([ports.nodes.dispose(), ports.store.dispose(), ports.closures.dispose()]);
        await ports.trees.dispose();
    }
}
async function grounded(inputs, ports) {
    const snapshot = await (0,deploy_snapshot/* deployable */.G)(inputs.planId, ports);
    const { side } = snapshot;
    const known = (0,facts/* hostsOf */.PP)(side.plan);
    if (known.length === 0)
        throw new errors/* UsageError */.eb("the plan has no node to deploy to", "add one below nodes/, and plan again");
    for (const node of inputs.node)
        refuseUnknown("node", node, known);
    const targets = known.map((node) => (0,deploy_targets/* targetOf */.$r)(side.plan, node));
    const looked = await (0,deploy_look/* lookAt */.t5)(targets, side, ports);
    if (!inputs.adopt)
        (0,reservations/* refuseUnreserved */.gs)(snapshot.state, deploy_carriedBy(looked), `${ports.generated}/state.json`);
    const sources = sourcesIn(inputs, side, carriedIn(looked));
    const memory = (0,deploy_snapshot/* memoryIn */.b)(snapshot, ports.generated);
    const plan = planWith(looked, { side, memory, sources });
    refuseMistyped(inputs.holdTypes, plan);
    const isMeant = (node) => inputs.node.length === 0 || inputs.node.includes(node);
    // A plan id that somebody typed is a decision of its own.
    const isDecided = inputs.planId !== undefined;
    const holding = {
        now: isDecided ? null : ports.clock.now(),
        types: inputs.holdTypes,
        forward: isDecided ? null : inputs.node,
    };
    const heldBack = heldBackNodes(plan, side.plan, holding).filter(({ node }) => isMeant(node));
    const held = new Set(heldBack.map(({ node }) => node));
    const waves = plan.waves
        .map((wave) => wave.filter((node) => isMeant(node) && !held.has(node)))
        .filter((wave) => wave.length > 0);
    return { snapshot, memory, looked, lives: livesIn(looked), plan, waves, heldBack };
}
function livesIn(looked) {
    return new Map([...looked].flatMap(([node, found]) => ("error" in found ? [] : [[node, found.live]])));
}
// A node that can't be asked stays in the plan: its preflight says why it is left out.
function planWith(looked, { side, memory, sources }) {
    const lives = new Map([...looked].map(([node, found]) => [node, "error" in found ? null : found.live]));
    const links = new Map([...looked].flatMap(([node, found]) => "error" in found ? [] : [[node, pathsOf(found.look.profiles)]]));
    const unasked = new Set([...looked].flatMap(([node, found]) => ("error" in found ? [node] : [])));
    const ground = { wanted: side, lives, links, sources, unasked };
    const first = deployPlan({ ...ground, gates: new Map() });
    const held = withMovesHeld(memory, first.moves, side.plan);
    const gates = new Map([...looked.keys()].map((node) => [node, gateConcerning(held, side.plan, node)]));
    return deployPlan({ ...ground, gates });
}
function pathsOf(links) {
    return Object.fromEntries(Object.entries(links).map(([name, link]) => [name, link?.storePath ?? null]));
}
function carriedIn(looked) {
    return [...livesIn(looked).values()].flatMap((live) => Object.keys(live?.facts.plan.environments ?? {}));
}
function deploy_carriedBy(looked) {
    const lives = [...livesIn(looked)].flatMap(([node, live]) => (live ? [[node, live]] : []));
    return new Map(lives.map(([node, { facts }]) => [node, (0,hostenv_live/* sideFrom */.sI)(facts, node).plan.environments]));
}
// A removed environment's last backup may be skipped, too.
function sourcesIn({ migrationSource, skipMigrations }, { plan }, carried) {
    const environments = Object.keys(plan.environments);
    for (const name of skipMigrations)
        refuseUnknown("environment", name, [...environments, ...carried]);
    const sources = new Map();
    for (const given of migrationSource) {
        const [, name, node] = /^([^=]+)=([^=]+)$/.exec(given) ?? [];
        if (!name || !node)
            throw new errors/* UsageError */.eb(`--migration-source '${given}'`, "write it as ENVIRONMENT=NODE");
        refuseUnknown("environment", name, environments);
        refuseUnknown("node", node, (0,facts/* hostsOf */.PP)(plan));
        if (sources.has(name))
            throw new errors/* UsageError */.eb(`--migration-source names ${name} twice`, "name it once");
        sources.set(name, node);
    }
    return sources;
}
// A type of which there is nothing is left to nobody: only what is nearly a type's name is taken for a slip.
function refuseMistyped(types, plan) {
    const known = typesOf(plan);
    for (const type of types.filter((each) => !known.includes(each))) {
        const near = (0,nearest/* nearest */.p)(type, known);
        if (near === null)
            continue;
        throw new errors/* UsageError */.eb(`no environment is of the type '${type}' that is to be held`, `did you mean '${near}'? With '${type}' nothing would be held, and all be deployed`);
    }
}
function refuseUnknown(kind, name, known) {
    if (known.includes(name))
        return;
    const near = (0,nearest/* nearest */.p)(name, known);
    const hint = near ? `did you mean '${near}'?` : `${kind}s: ${known.join(", ")}`;
    throw new errors/* UsageError */.eb(`there is no ${kind} '${name}'`, hint);
}
const NONE = { changes: [], pinMoves: [] };
async function carriedOut(inputs, ground, ports) {
    const { snapshot, plan, lives, waves, heldBack } = ground;
    const told = {
        planId: snapshot.planId,
        commit: snapshot.tree.source,
        plan,
        wanted: snapshot.side,
        memory: ground.memory,
        waves,
        preflight: new Map(),
        nodes: [],
        waiting: [],
        troubles: [],
        heldBack,
        unreviewed: NONE,
    };
    const rests = heldBack.length > 0;
    if (waves.length === 0)
        return { ...told, exitCode: 0, result: rests ? "held-back" : "nothing" };
    // A plan id that somebody typed is a decision of its own.
    const isBound = inputs.requireReview && inputs.planId === undefined;
    const unreviewed = isBound ? await ports.unreviewed(plan, lives) : NONE;
    if (unreviewed.changes.length + unreviewed.pinMoves.length > 0)
        return { ...told, unreviewed, exitCode: 2, result: "unreviewed" };
    const checked = await checkedNodes(inputs, ground, ports);
    const loop = new DeployLoop({ ...ground, preflight: checked, inputs, owner: ports.owner, keyFile: ports.signing?.file ?? null }, ports);
    if (inputs.dryRun)
        return { ...told, ...(await loop.rehearse()), preflight: checked };
    ports.begun(told);
    const ended = await loop.run();
    const result = rests && ended.result === "deployed" ? "held-back" : ended.result;
    return { ...told, ...ended, result, preflight: checked };
}
async function checkedNodes(inputs, { waves, looked, plan, snapshot }, ports) {
    const wishes = {
        adopt: inputs.adopt,
        remoteBuild: inputs.remoteBuild,
        publicKey: ports.signing ? (0,signing_key/* publicKeyOf */.k)(ports.signing.secret) : null,
        owner: ports.owner,
        now: ports.clock.now(),
    };
    const found = await (0,deploy_preflight/* preflight */.M)(waves.flat(), looked, { plan, side: snapshot.side }, wishes, ports);
    const uncertain = plan.uncertain.filter(({ environment }) => !inputs.skipMigrations.includes(environment));
    return new Map([...found].map(([node, each]) => [node, withUncertain(each, uncertain)]));
}
// To start it empty while its data lies on a node that is down could not be made good.
function withUncertain(found, uncertain) {
    const problems = uncertain
        .filter(({ node }) => node === found.node)
        .map(({ environment, carriers }) => ({
        code: "data-unknown",
        ...(carriers.length === 0
            ? {
                message: `the data of ${environment} may lie on a node that can't be asked`,
                hint: `bring that node back; or --migration-source ${environment}=NODE, or --skip-migrations ${environment} where it starts empty`,
            }
            : {
                message: `${carriers.join(" and ")} carry ${environment}, and nothing says which has its newest data`,
                hint: `look there, and name it: --migration-source ${environment}=NODE`,
            }),
    }));
    return { ...found, problems: [...found.problems, ...problems] };
}

// EXTERNAL MODULE: ./build/domain/dns/gate.js + 2 modules
var gate = __webpack_require__(2852);
// EXTERNAL MODULE: ./build/fleets/hostenv/zone-policy.js
var zone_policy = __webpack_require__(6657);
// EXTERNAL MODULE: ./build/commands/dns-gate.js + 3 modules
var dns_gate = __webpack_require__(3595);
// EXTERNAL MODULE: ./build/commands/dns-gate-look.js + 10 modules
var dns_gate_look = __webpack_require__(8636);
// EXTERNAL MODULE: ./build/commands/dns-gate-zones.js + 5 modules
var dns_gate_zones = __webpack_require__(2185);
;// CONCATENATED MODULE: ./build/commands/deploy-lead.js








/** How DNS is asked during a deploy: as `dns-gate` does. */
const LOOK = { nameserver: [], concurrency: 64, deadline: 300, httpCheck: false };
/** A certificate is ordered within seconds of an activation, or it is not: what comes later, the next run sees. */
const [CERTIFICATE_SECONDS, PAUSE_SECONDS] = [180, 5];
/**
 * Leads visitors of environments that have arrived to their new node: by records where their zones are ours, else
 * by saying which their owners must set. Where all lead there, TLS may be had.
 */
async function leadMoves(moves, memory, side, ports) {
    const moving = new Map(moves.map(({ move }) => [move.name, move]));
    const sites = (0,hostnames/* sitesOf */.Yc)(side.plan).filter(({ environment }) => moving.has(environment));
    const { looked, writes } = await lookedAndWritten(sites, side, ports);
    const away = looked.rows.filter(leadsAway);
    const left = new Set(away.map(({ environment }) => environment));
    const withTls = new Set(sites.filter(({ skipped }) => skipped === null).map(({ hostname }) => hostname));
    const rulings = looked.rulings.filter(({ site }) => withTls.has(site.hostname));
    const decided = (0,gate/* decision */.x)({
        sites: (0,hostnames/* sitesOf */.Yc)(side.plan).filter(({ skipped }) => skipped === null),
        rulings,
        memory,
        nodes: [...new Set(moves.map(({ move }) => move.to))],
        now: ports.clock.now(),
        confirmations: dns_gate/* CONFIRMATIONS */.v3,
        // It is known why so much changes at once.
        force: true,
        ...(await looked.port443((0,gate/* toProbe */.m)(rulings, memory))),
    });
    return {
        memory: decided.memory,
        switched: [...moving.keys()].filter((name) => !left.has(name)).sort(json/* byBytes */.bg),
        waiting: away.map((row) => waitingFor(row, moving.get(row.environment)?.from ?? "")),
        troubles: failedRecords(writes),
    };
}
// Nobody else sets what is ours: the record that a waiting name wants is no owner's to set then.
function failedRecords(writes) {
    const failed = writes.filter(({ result }) => result === "failed");
    if (failed.length === 0)
        return [];
    const said = [...new Set(failed.map(({ detail, reason }) => detail ?? reason ?? "no reason"))];
    return [
        {
            code: "record-failed",
            message: `the records of ${failed.map(({ hostname }) => hostname).join(", ")} could not be written: ${said.join("; ")}`,
            hint: "their old nodes go on serving; if the next run says the same, look at the token and the zone",
        },
    ];
}
// Who may issue a certificate is asked of names that lead to the node: to wait for that would hold the old node for
// good.
function leadsAway({ verdict, reason }) {
    return (verdict === "mismatch" || verdict === "unknown") && reason !== "caa";
}
// A hostname without TLS leads visitors, too. What is asked here has proved that it runs where it is to be led.
async function lookedAndWritten(sites, { plan }, ports) {
    const asked = sites.map((site) => (site.skipped === "no-tls" ? { ...site, skipped: null } : site));
    const look = (some, zones, quick) => (0,dns_gate_look/* lookAt */.t)(some, { ...LOOK, ...quick, zones }, ports);
    // A token alone is no wish that records are written.
    const isOurs = plan.cloudflare?.enable === true;
    const order = isOurs && ports.zones ? orderIn(plan, ports.zones) : null;
    const context = { sites: asked, order, ports, look };
    const first = await (0,dns_gate_zones/* throughProxies */.s)(await look(asked), context);
    return await (0,dns_gate_zones/* updated */.C)(first, null, context);
}
function orderIn(plan, zones) {
    const policy = (0,zone_policy/* zonePolicyOf */.a)(plan, []);
    return { zones, policy, named: [], adopted: new Set(), isDeployed: () => true, dryRun: false };
}
function waitingFor({ environment, hostname, node, records, verdict, reason }, from) {
    return { environment, hostname, from, to: node, record: records.join("\n"), why: reason ?? verdict };
}
/** Which environments are served with valid certificates by their new node for all that want one, and what lacks one. */
async function securedMoves(moves, memory, side, ports) {
    const moving = new Map(moves.map((stage) => [stage.move.name, stage]));
    const sites = (0,hostnames/* sitesOf */.Yc)(side.plan).filter(({ environment, skipped }) => moving.has(environment) && skipped === null);
    const end = ports.timer.seconds() + CERTIFICATE_SECONDS;
    // Of one that is still on the off-list no certificate comes.
    let open = sites.filter(({ hostname }) => !memory.off.includes(hostname));
    const looked = await (0,dns_gate_look/* lookAt */.t)(open, LOOK, ports);
    for (;;) {
        const { certified } = await looked.port443(open);
        open = open.filter(({ hostname }) => !certified.has(hostname));
        if (open.length === 0 || ports.timer.seconds() + PAUSE_SECONDS > end)
            break;
        await ports.timer.sleep(PAUSE_SECONDS);
    }
    const lost = sites.filter((site) => memory.off.includes(site.hostname) && hadTls(site, memory, moving.get(site.environment)));
    const lacking = [...open, ...lost];
    const unsafe = new Set(lacking.map(({ environment }) => environment));
    return {
        secured: new Set([...moving.keys()].filter((name) => !unsafe.has(name))),
        lacking: lacking.map(({ environment, hostname }) => ({
            environment,
            hostname,
            why: (0,dns_memory/* entryOf */.Ms)(memory, hostname)?.reason ?? null,
        })),
    };
}
// What had none on its old node either waits for none on the new one; what comes back to a node that kept its own was
// off there already.
function hadTls(site, memory, stage) {
    return stage !== undefined && !stage.returns && (0,dns_memory/* keepsTls */.qN)(memory, site, stage.move.from);
}

// EXTERNAL MODULE: ./build/domain/deploy/results.js
var results = __webpack_require__(9071);
;// CONCATENATED MODULE: ./build/domain/deploy/story.js

/** The report of a deploy; `resume` gives what to run for the nodes that are left. */
function deployReport(story, resume) {
    const { told, waves, nodes, unreviewed, ...rest } = story;
    const runs = new Map(nodes.map((run) => [run.node, run]));
    const hosts = waves.flatMap((names, index) => names.map((name) => hostReport(name, index + 1, runs.get(name) ?? null, told === "dry-run")));
    return settled({
        schema: 1,
        environments: [],
        waitingForDns: [],
        heldBack: [],
        awaited: [],
        standing: [],
        unreviewed: {
            changes: (unreviewed?.changes ?? []).map((change) => ({ ...change })),
            pins: (unreviewed?.pinMoves ?? []).map((move) => ({ ...move })),
        },
        notices: [],
        ...rest,
        result: told,
        hosts,
        resume: null,
    }, resume);
}
function settled(report, resume) {
    const { hosts, waitingForDns } = report;
    const result = (0,results/* wholeResult */.tU)(report.result, hosts, waitingForDns.length);
    const left = (0,results/* nodesLeft */.B$)(hosts);
    const isOver = (0,results/* exitCodeOf */.FO)(result) === 0 || result === "unreviewed" || left.length === 0;
    return { ...report, result, resume: isOver ? null : resume(left) };
}
function hostReport(host, wave, run, isDry) {
    if (run === null)
        return {
            host,
            wave,
            result: "skipped",
            problem: null,
            seconds: 0,
            profiles: [],
            verification: [],
            lastBackups: [],
            setAside: [],
        };
    const judge = isDry ? results/* rehearsedProfile */.rf : results/* judgedProfile */.v3;
    const profiles = run.profiles.map((each) => mutable((0,results/* withChecks */.cX)(judge(each), run.checks)));
    const lastBackups = Object.entries(run.lastBackups).flatMap(([name, snapshots]) => Object.entries(snapshots).map(([backup, snapshot]) => ({ environment: name, backup, snapshot })));
    const setAside = Object.entries(run.setAside).flatMap(([name, paths]) => paths.map((path) => ({ environment: name, path })));
    return {
        host,
        wave,
        result: isDry ? rehearsedHost(profiles, run.problem) : (0,results/* hostResult */.YW)(profiles, run.problem),
        problem: run.problem && { ...run.problem },
        seconds: run.seconds,
        profiles,
        verification: run.checks.map((each) => ({ ...each, failures: [...each.failures] })),
        lastBackups,
        setAside,
    };
}
// Of what was only rehearsed nothing is as wanted, and nothing wrong.
function rehearsedHost(profiles, problem) {
    if (problem)
        return (0,results/* hostResult */.YW)([], problem);
    return profiles.some(({ result }) => result === "failed") ? "failed" : "ok";
}
function mutable(judged) {
    return { ...judged, log: [...judged.log] };
}

// EXTERNAL MODULE: ./build/domain/deploy/checks.js
var deploy_checks = __webpack_require__(1104);
// EXTERNAL MODULE: ./build/domain/findings.js
var findings = __webpack_require__(1351);
;// CONCATENATED MODULE: ./build/domain/deploy/steps.js

/** What would be done on a node, in this order. */
function stepsOn(wish) {
    const { profiles, arriving, leaving, removed, checked } = wish;
    const system = profiles.find(({ profile }) => profile === "system");
    const others = profiles.filter(({ profile }) => profile !== "system");
    const held = leaving.filter(({ isHeld }) => isHeld);
    const dropped = leaving.filter(({ isHeld }) => !isHeld);
    return [
        ...arriving
            .filter(({ restores }) => restores)
            .map(({ environment, from }) => (0,findings/* say */.cv) `back up ${environment} on ${from}, to be restored here`),
        ...removed.map((environment) => (0,findings/* say */.cv) `take a last backup of ${environment}, which is removed, where it has backups`),
        ...(profiles.length > 0 ? [(0,findings/* say */.cv) `copy ${counted(profiles.length, "closure")}`] : []),
        ...(system ? [activation(system)] : []),
        ...environments(others),
        ...held.map(({ environment, to }) => (0,findings/* say */.cv) `go on serving ${environment} until visitors are led to ${to}`),
        ...dropped.map(({ environment, to }) => (0,findings/* say */.cv) `cease to serve ${environment}, which is at ${to} now`),
        ...(checked > 0 ? [(0,findings/* say */.cv) `ask the sites of ${counted(checked, "environment")}`] : []),
        ...arriving.map(({ environment, from }) => (0,findings/* say */.cv) `lead visitors of ${environment} here, and let ${from} go of it once they are`),
    ];
}
function activation({ from, canGoBack }) {
    if (from === null)
        return (0,findings/* say */.cv) `activate the system for the first time, with no way back`;
    return canGoBack
        ? (0,findings/* say */.cv) `activate the system, with generation ${from} to go back to`
        : (0,findings/* say */.cv) `activate the system, with no way back: generation ${from} was not made for it`;
}
function environments(others) {
    const [known, fresh] = [
        others.filter(({ from }) => from !== null),
        others.filter(({ from }) => from === null),
    ];
    const named = (some) => (0,findings/* listed */.KE)(some.map(({ profile }) => profile));
    return [
        ...(known.length > 0
            ? [(0,findings/* join */.fj)([(0,findings/* say */.cv) `activate ${counted(known.length, "environment")}: `, named(known)], "")]
            : []),
        ...(fresh.length > 0
            ? [(0,findings/* join */.fj)([(0,findings/* say */.cv) `activate ${counted(fresh.length, "environment")} for the first time: `, named(fresh)], "")]
            : []),
    ];
}
function counted(count, noun) {
    return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

;// CONCATENATED MODULE: ./build/commands/deploy-steps.js



/** What a deploy that was only rehearsed would do, node by node in the order of its waves. */
function rehearsedSteps(end) {
    return end.waves.flatMap((hosts, index) => hosts.map((host) => ({ host, wave: index + 1, steps: stepsAt(host, end).map((step) => [...step]) })));
}
function stepsAt(host, { nodes, plan, wanted }) {
    const run = nodes.find(({ node }) => node === host);
    const differing = (run?.profiles ?? []).filter(({ before, wanted: path }) => before?.storePath !== path);
    return stepsOn({
        profiles: differing.map(({ profile, before }) => ({
            profile,
            from: before?.generation ?? null,
            canGoBack: before?.activatable ?? false,
        })),
        arriving: plan.moves
            .filter((stage) => stage.move.to === host && nextStep(stage) !== "drop")
            .map(({ move, restored }) => ({ environment: move.name, from: move.from, restores: !restored })),
        leaving: plan.moves
            .filter((stage) => leftBy(stage).includes(host))
            .map((stage) => ({ environment: stage.move.name, to: stage.move.to, isHeld: mustHold(stage) })),
        removed: plan.removed.filter(({ node }) => node === host).map(({ environment }) => environment),
        checked: checkedOn(host, wanted),
    });
}
function checkedOn(host, { plan }) {
    const here = Object.entries(plan.environments).filter(([, { node, enable }]) => node === host && enable);
    return here.filter(([name, environment]) => {
        const { deploymentVerification: given } = environment;
        const { enable, checks, malformed } = (0,deploy_checks/* verificationOf */.z)(name, given);
        return (enable && checks.length > 0) || malformed.length > 0;
    }).length;
}

;// CONCATENATED MODULE: ./build/commands/deploy-report.js





/** The report of a deploy that has ended. */
function reportOfDeploy(end, { provider, toolVersion, notices, resume }) {
    const { planId, commit, seconds, result, waves, nodes, waiting, unreviewed } = end;
    const irreversible = [...end.preflight.values()].flatMap((found) => found.irreversible ?? []);
    return deployReport({
        ...{ provider, planId, commit, toolVersion, seconds, unreviewed, waves, nodes },
        told: result,
        heldBack: end.heldBack.map(({ node }) => node),
        awaited: end.heldBack.filter(isAwaited).map(({ node }) => node),
        standing: [...end.plan.standing],
        environments: environmentsOf(end),
        ...(result === "dry-run" ? { steps: rehearsedSteps(end) } : {}),
        waitingForDns: waiting.map((each) => ({ ...each })),
        notices: [
            ...end.troubles.map(troubleNotice),
            ...irreversible,
            ...end.heldBack.map(heldBackNotice),
            ...notices,
        ],
    }, resume);
}
function troubleNotice({ code, message, hint }) {
    return `[${code}] ${message}: ${hint}. What is deployed stays, and the next run goes on from there`;
}
// A freeze ends by itself, and no reviewer brings back forward what somebody rolled back.
function isAwaited({ until, types }) {
    return until === null && types.length > 0;
}
function heldBackNotice(held) {
    const by = held.through === null ? "" : `, since data moves between it and ${held.through}`;
    return `${held.node} is left as it is${by}: ${whyHeldBack(held)}`;
}
function whyHeldBack({ node, until, reason, types, rolledBack, through }) {
    const named = types.join(", ");
    if (until !== null)
        return `deploys of ${named} are frozen until ${until}: ${reason}. The first deploy after that brings it; one that names the plan's id does now`;
    if (rolledBack.length === 0)
        return `deploys of ${named} are left to a run that was agreed to`;
    const whose = through === null ? "" : ` on ${through}`;
    return `somebody rolled back ${rolledBack.join(", ")}${whose}, and what it is to carry is what was rolled back from. A repaired plan brings it forward; with this one, -n ${through ?? node} does`;
}
/** The environments of the nodes that a deploy reaches, as it is told of them. */
function environmentsOf({ wanted, plan, waves, memory, }) {
    const reached = new Set(waves.flat());
    const touched = new Set([
        ...plan.changes.filter(({ kind }) => kind === "unit").map(({ subject }) => subject),
        ...plan.pinMoves.map(({ name }) => name.split("/")[0]),
    ]);
    return Object.keys(wanted.plan.environments)
        .sort(json/* byBytes */.bg)
        .filter((name) => reached.has(wanted.plan.environments[name].node))
        .map((name) => {
        const environment = wanted.plan.environments[name];
        const { environmentName } = environment.hostenv;
        return {
            name,
            project: (0,facts/* projectOf */.v8)(environment),
            environment: typeof environmentName === "string" ? environmentName : name,
            type: environment.type,
            host: environment.node,
            url: urlOf(wanted.plan, name, memory),
            changed: touched.has(name),
        };
    });
}
// A project's own name for its site is the one that its visitors know.
function urlOf(plan, name, memory) {
    const own = plan.environments[name]?.hostenv.hostname;
    const sites = (0,hostnames/* sitesOf */.Yc)(plan).filter((site) => site.environment === name && site.skipped !== "disabled");
    const serving = sites.filter(({ redirectsTo }) => redirectsTo === null);
    const site = serving.find(({ hostname }) => hostname !== own) ?? serving[0];
    if (!site)
        return null;
    const isPlain = site.skipped !== null || memory.off.includes(site.hostname);
    return `${isPlain ? "http" : "https"}://${site.hostname}`;
}

// EXTERNAL MODULE: ./build/domain/deploy/report.js
var deploy_report = __webpack_require__(6751);
// EXTERNAL MODULE: ./build/render/deploy-markdown.js
var deploy_markdown = __webpack_require__(6058);
// EXTERNAL MODULE: ./build/render/escape.js
var render_escape = __webpack_require__(6082);
;// CONCATENATED MODULE: ./build/render/deploy-steps.js

/** What a deploy would do, node by node in order, for a terminal; "" where it is not told. */
function stepsText(steps) {
    return inWaves(steps)
        .map(([wave, nodes]) => {
        const lines = nodes.flatMap((node) => [
            `  ${(0,render_escape/* visible */.RK)(node.host)}`,
            ...node.steps.map((parts, index) => `    ${index + 1}. ${parts.map(render_escape/* visible */.RK).join("")}`),
        ]);
        return [`wave ${wave}`, ...lines].join("\n");
    })
        .join("\n");
}
/** The same in Markdown, of at most so many nodes; null where it is not told. */
function stepsMarkdown(steps, most) {
    if (!steps || steps.length === 0 || most === 0)
        return null;
    const waves = inWaves(steps.slice(0, most)).map(([wave, nodes]) => {
        const parts = nodes.map((node) => {
            const list = node.steps.map((step, index) => `${index + 1}. ${step.map(marked).join("")}`);
            return [`**${(0,render_escape/* code */.aY)(node.host, "text")}**`, "", ...list].join("\n");
        });
        return [`**Wave ${wave}**`, ...parts].join("\n\n");
    });
    const rest = steps.length - most;
    return [...waves, ...(rest > 0 ? [`And ${rest} more nodes.`] : [])].join("\n\n");
}
// Values stand at odd places.
function marked(part, index) {
    return index % 2 === 1 ? (0,render_escape/* code */.aY)(part, "text") : part;
}
function inWaves(steps = []) {
    const waves = [...new Set(steps.map(({ wave }) => wave))].sort((left, right) => left - right);
    return waves.map((wave) => [wave, steps.filter((node) => node.wave === wave)]);
}

// EXTERNAL MODULE: ./build/render/deploy-unreviewed.js
var deploy_unreviewed = __webpack_require__(9957);
// EXTERNAL MODULE: ./build/render/fit.js
var fit = __webpack_require__(3302);
;// CONCATENATED MODULE: ./build/render/deploy-summary.js




/** How much of each part is shown, from all that a person may read to next to nothing. */
const LEVELS = [
    { troubles: 200, logs: 20, nodes: 40, waiting: 200, subjects: 200, environments: 1000, names: 100 },
    { troubles: 50, logs: 5, nodes: 40, waiting: 50, subjects: 50, environments: 0, names: 10 },
    { troubles: 15, logs: 0, nodes: 20, waiting: 15, subjects: 15, environments: 0, names: 5 },
    { troubles: 3, logs: 0, nodes: 0, waiting: 3, subjects: 3, environments: 0, names: 0 },
];
/** A deploy as a job's summary: as detailed as fits, what failed first. */
function deploySummary(report, context, limit) {
    return (0,fit/* firstThatFits */.eO)(LEVELS.map((level) => () => parts(report, context, level).join("\n\n")), limit);
}
function parts(report, context, level) {
    const environments = (0,deploy_markdown/* environmentTable */._5)(report, context, level.environments);
    const found = [
        (0,deploy_markdown/* heading */.R_)(report, context),
        (0,deploy_markdown/* troubleTable */._i)(report, context, level.troubles),
        (0,deploy_unreviewed/* unreviewedMarkdown */.W)(report.unreviewed, report.planId, level.subjects),
        (0,deploy_markdown/* waitingTable */.Er)(report, level.waiting),
        stepsMarkdown(report.steps, level.nodes),
        (0,deploy_markdown/* resumeLine */.GC)(report),
        (0,deploy_markdown/* nodeTable */.fO)(report, level.nodes),
        (0,deploy_markdown/* remarks */.IW)(report, level.names),
        (0,deploy_markdown/* logs */.K9)(report, level.logs),
        environments === null ? null : (0,deploy_markdown/* folded */.TM)("Environments", environments),
    ];
    return found.filter((part) => part !== null);
}

// EXTERNAL MODULE: ./node_modules/picocolors/picocolors.js
var picocolors = __webpack_require__(7336);
// EXTERNAL MODULE: ./build/render/deploy-words.js
var deploy_words = __webpack_require__(1162);
// EXTERNAL MODULE: ./build/render/table.js
var table = __webpack_require__(9341);
// EXTERNAL MODULE: ./build/render/words.js
var words = __webpack_require__(8712);
;// CONCATENATED MODULE: ./build/render/deploy-terminal.js








/** Up to so many nodes all are listed; of more, those that are not as wanted. */
const ALL_NODES = 40;
/** So many troubles are told one by one. */
const MOST_TROUBLES = 30;
/** Servers and units may say more in a line than anybody reads. */
const LINE_LENGTH = 300;
/**
 * A deploy for people at a terminal: what is to be done now stands last, where the prompt is. Ends with a line
 * break.
 */
function deployTerminal(report, color) {
    const paint = picocolors.createColors(color);
    const sections = [
        title(report, paint),
        ...(report.steps ? [stepsText(report.steps)] : [nodes(report.hosts, paint), unchecked(report)]),
        rehearsed((0,deploy_words/* rehearsals */.rH)(report), paint),
        backups(report.hosts),
        (0,deploy_unreviewed/* unreviewedText */.y)(report.unreviewed, report.planId),
        trouble((0,deploy_words/* troubles */.d4)(report), paint),
        waiting(report),
        next(report),
    ];
    return (0,render_escape/* harmless */.Is)(`${sections.filter((section) => section !== "").join("\n\n")}\n`);
}
function title(report, paint) {
    const parts = [
        paint.bold(`deploy ${report.planId.slice(0, 8)}`),
        painted(report, paint)(deploy_words/* ENDINGS */.Jx[report.result]),
        (0,deploy_words/* sizeLine */.Od)(report),
        (0,deploy_words/* duration */.p0)(report.seconds),
    ];
    return parts.filter((part) => part !== "").join(" · ");
}
function painted({ result }, paint) {
    if (result === "deployed")
        return paint.green;
    if (["waiting-for-dns", "held-back", "superseded", "nothing", "dry-run"].includes(result))
        return paint.yellow;
    return paint.red;
}
const HEAD = ["node", "wave", "", "system", "environments", "took", "over HTTP"];
function nodes(hosts, paint) {
    if (hosts.every(({ result }) => result === "skipped"))
        return "";
    const shown = hosts.length <= ALL_NODES ? hosts : hosts.filter(({ result }) => result !== "ok");
    const rows = shown.map((host) => [
        (0,render_escape/* visible */.RK)(host.host),
        `${host.wave}`,
        (0,deploy_words/* hostWord */.Vh)(host),
        (0,deploy_words/* systemWord */.aI)(host),
        (0,deploy_words/* environmentsLine */.Bm)(host),
        host.seconds > 0 ? (0,deploy_words/* duration */.p0)(host.seconds) : "",
        (0,deploy_words/* checksLine */.iZ)(host),
    ]);
    const [head = "", ...lines] = (0,table/* aligned */.b)([HEAD, ...rows]);
    const coloured = lines.map((line, index) => mark(shown[index], paint)(line));
    const rest = hosts.length - shown.length;
    return [
        paint.dim(head),
        ...coloured,
        ...(rest > 0 ? [paint.dim(`${(0,words/* counted */.hS)(rest, "more node")} as wanted`)] : []),
    ].join("\n");
}
function mark({ result }, paint) {
    if (result === "ok")
        return (text) => text;
    return result === "skipped" ? paint.dim : paint.red;
}
// What nobody asked may be down.
function unchecked({ hosts }) {
    const names = hosts.flatMap((host) => (0,deploy_report/* unchecked */.VJ)(host).map((name) => `${(0,render_escape/* visible */.RK)(name)} on ${(0,render_escape/* visible */.RK)(host.host)}`));
    if (names.length === 0)
        return "";
    const shown = names.length > MOST_NAMES ? [...names.slice(0, MOST_NAMES), `${names.length - MOST_NAMES} more`] : names;
    return `Not checked over HTTP, since they have no checks: ${shown.join(", ")}`;
}
const MOST_NAMES = 10;
function backups(hosts) {
    const lines = hosts.flatMap(({ host, lastBackups, setAside }) => [
        ...lastBackups.map(({ environment, backup, snapshot }) => `Last backup of ${(0,render_escape/* visible */.RK)(environment)}, removed from ${(0,render_escape/* visible */.RK)(host)}: ${(0,render_escape/* visible */.RK)(backup)} ${(0,render_escape/* visible */.RK)(snapshot)}`),
        ...setAside.map(({ environment, path }) => `What ${(0,render_escape/* visible */.RK)(environment)} had on ${(0,render_escape/* visible */.RK)(host)} before is now in ${(0,render_escape/* visible */.RK)(path)}: remove it when nobody needs it`),
    ]);
    return lines.join("\n");
}
function rehearsed(all, paint) {
    const parts = all.slice(0, MOST_TROUBLES).map(({ host, profile, log }) => {
        const lines = log.map((line) => paint.dim(`    ${(0,render_escape/* shortened */.vI)((0,render_escape/* visible */.RK)(line), LINE_LENGTH)}`));
        return [`${(0,render_escape/* visible */.RK)(host)} ${(0,render_escape/* visible */.RK)(profile)} would, by its dry activation:`, ...lines].join("\n");
    });
    const rest = all.length - parts.length;
    return [...parts, ...(rest > 0 ? [`and ${rest} more: see the report`] : [])].join("\n");
}
function trouble(all, paint) {
    const lines = all.slice(0, MOST_TROUBLES).map((each) => {
        const where = [each.host, ...(each.profile === null ? [] : [each.profile])].map(render_escape/* visible */.RK).join(" ");
        const sign = each.isGrave ? paint.red("✖") : paint.yellow("▲");
        const why = each.why === "" ? "" : `: ${(0,render_escape/* shortened */.vI)((0,render_escape/* visible */.RK)(each.why), LINE_LENGTH)}`;
        const hint = each.hint === "" ? [] : [`  ${(0,render_escape/* shortened */.vI)((0,render_escape/* visible */.RK)(each.hint), LINE_LENGTH)}`];
        const log = each.log.map((line) => paint.dim(`    ${(0,render_escape/* shortened */.vI)((0,render_escape/* visible */.RK)(line), LINE_LENGTH)}`));
        return [`${sign} ${where} ${each.what}${why}`, ...hint, ...log].join("\n");
    });
    const rest = all.length - lines.length;
    return [...lines, ...(rest > 0 ? [`and ${rest} more: see the report`] : [])].join("\n");
}
function waiting({ waitingForDns }) {
    const lines = waitingForDns.map(({ hostname, from, to, record }) => [
        `${(0,render_escape/* visible */.RK)(hostname)} still leads to ${(0,render_escape/* visible */.RK)(from)}, which goes on serving it. Its owner must set, for ${(0,render_escape/* visible */.RK)(to)}:`,
        ...record.split("\n").map((line) => `    ${(0,render_escape/* visible */.RK)(line)}`),
    ].join("\n"));
    return [...lines, ...(lines.length > 0 ? [deploy_words/* LEFT_BEHIND */.Vg] : [])].join("\n");
}
function next({ resume, result }) {
    if (result === "waiting-for-dns")
        return "The next scheduled run goes on as soon as DNS has changed.";
    return resume === null ? "" : `What is deployed stays. To go on with the rest:\n    ${(0,render_escape/* visible */.RK)(resume)}`;
}

// EXTERNAL MODULE: ./build/render/page/anchors.js
var page_anchors = __webpack_require__(9115);
// EXTERNAL MODULE: ./build/render/page/copyable.js
var copyable = __webpack_require__(8540);
;// CONCATENATED MODULE: ./build/render/page/deploy-looks.js
const LOOKS = {
    deployed: "good",
    ok: "good",
    unchanged: "info",
    skipped: "info",
    nothing: "info",
    superseded: "info",
    "dry-run": "info",
    locked: "wait",
    "waiting-for-dns": "wait",
    "held-back": "wait",
};
/** How a result of a deploy, a node or a profile looks. */
function lookOf(result) {
    return LOOKS[result] ?? "bad";
}
/** How a check looks; one that only warns fails no deploy. */
function lookOfCheck({ passed, enforced }) {
    return passed ? "good" : enforced ? "bad" : "wait";
}
/** How much attention a look asks for. */
function attentionOf(look) {
    return look === "bad" ? 3 : look === "wait" ? 2 : 0;
}

// EXTERNAL MODULE: ./build/render/page/facts.js
var page_facts = __webpack_require__(1478);
// EXTERNAL MODULE: ./build/render/page/filters.js
var filters = __webpack_require__(3130);
// EXTERNAL MODULE: ./build/render/page/html.js
var html = __webpack_require__(9960);
;// CONCATENATED MODULE: ./build/render/page/deploy-lists.js





/** All that went otherwise than wanted, worst first, with the last lines of what failed. */
function troublesBody(troubles, numbers, hasLogs) {
    return (0,html/* html */.qy) `${troubles.map((trouble) => troubleCard(trouble, numbers, hasLogs))}`;
}
function troubleCard(trouble, numbers, hasLogs) {
    const { isGrave, host, profile, what, why, hint, log } = trouble;
    const look = isGrave ? "bad" : "wait";
    const about = profile === null ? null : (0,html/* html */.qy) `<code>${profile}</code> on `;
    return (0,html/* html */.qy) `<article class="card ${look}" ${(0,filters/* filterable */.v2)("trouble", attentionOf(look), [host], numbers)}>
<h3>${about}<code>${host}</code> <span class="badge ${look}">${what}</span></h3>
<p>${why}</p>${hint === "" ? null : (0,html/* html */.qy) `<p><b>What to do:</b> ${hint}</p>`}${hasLogs && log.length > 0 ? (0,html/* html */.qy) `<pre tabindex="0">${(0,html/* lined */.Tn)(log)}</pre>` : null}</article>
`;
}
/** What a deploy would do, node by node in the order of its waves, with what its rehearsal said. */
function stepsBody(steps, said, hasLogs) {
    const items = steps.map(({ host, wave, steps: own }) => {
        const lines = own.map((parts) => {
            const shown = parts.map((part, index) => (index % 2 === 1 ? (0,html/* html */.qy) `<code>${part}</code>` : part));
            return (0,html/* html */.qy) `<li>${shown}</li>
`;
        });
        const logs = said
            .filter((each) => hasLogs && each.host === host)
            .map(({ profile, log }) => (0,html/* html */.qy) `<p><code>${profile}</code> would, by its dry activation:</p><pre tabindex="0">${(0,html/* lined */.Tn)(log)}</pre>
`);
        return (0,html/* html */.qy) `<h3>wave ${wave}: <code>${host}</code></h3>
<ol class="waves">
${lines}</ol>
${logs}`;
    });
    return (0,html/* html */.qy) `${items}`;
}
/** Moved environments whose visitors still go to the old node, with the records to set. */
function waitingBody(waiting) {
    const cards = waiting.map(({ environment, hostname, from, to, record, why }) => (0,html/* html */.qy) `<article class="card wait"><h3><code>${hostname}</code></h3>
<p>Of <code>${environment}</code>, from <code>${from}</code> to <code>${to}</code>: ${why}.</p>
${record.split("\n").map((line) => (0,html/* html */.qy) `<p>Set: ${(0,copyable/* copyable */.k)(line)}</p>\n`)}</article>
`);
    return (0,html/* html */.qy) `${cards}`;
}
/** What the deploy would have done and no reviewer saw. */
function unreviewedBody({ unreviewed }) {
    const { changes, pins } = unreviewed;
    const subjects = [...new Set(changes.map(({ subject }) => subject))];
    const items = subjects.map((subject) => {
        const own = changes.filter((each) => each.subject === subject);
        return (0,html/* html */.qy) `<details class="item" open><summary><code>${subject}</code></summary>
<div class="inside">
${(0,page_facts/* factsTable */.wd)(own, `What nobody saw of ${subject}`)}${(0,page_facts/* rawJson */.TG)(own)}</div>
</details>
`;
    });
    const moved = pins.map(({ name, before, after }) => (0,html/* html */.qy) `<li class="bad">input <code>${name}</code>: <code>${before?.rev ?? before?.narHash ?? "none"}</code> → <code>${after?.rev ?? after?.narHash ?? "none"}</code></li>
`);
    return (0,html/* html */.qy) `${items}${moved.length > 0 ? (0,html/* html */.qy) `<ul class="told">\n${moved}</ul>\n` : null}`;
}

// EXTERNAL MODULE: ./build/render/page/fitted.js
var fitted = __webpack_require__(2597);
;// CONCATENATED MODULE: ./build/render/page/deploy-timeline.js





const [LEFT, WIDTH, ROW, TOP] = [230, 820, 30, 30];
/** More nodes than these are told by the tables alone. */
const DRAWN = 150;
/** Letters of a node's name that fit beside its bar. */
const LETTERS = 26;
/** When each wave began and how long each profile took, as a picture. */
function timeline(hosts) {
    const came = hosts.filter(({ result }) => result !== "skipped");
    if (came.length === 0 || hosts.length > DRAWN)
        return null;
    const starts = startsOf(hosts);
    const total = Math.max(...hosts.map((host) => (starts.get(host.wave) ?? 0) + host.seconds), 1);
    const at = (seconds) => LEFT + (seconds / total) * WIDTH;
    const height = TOP + hosts.length * ROW + 8;
    const rows = hosts.map((host, index) => bar(host, starts.get(host.wave) ?? 0, TOP + index * ROW, at));
    const label = `${(0,words/* counted */.hS)(hosts.length, "node")} in ${(0,words/* counted */.hS)(starts.size, "wave")}, ${(0,deploy_words/* duration */.p0)(total)} in all`;
    return (0,html/* html */.qy) `<figure class="map">
<div class="wide" tabindex="0" role="region" aria-label="Timeline">
<svg viewBox="0 0 ${LEFT + WIDTH + 20} ${height}" width="${LEFT + WIDTH + 20}" height="${height}" role="img" aria-label="${label}">
${[...starts].filter(([wave]) => came.some((host) => host.wave === wave)).map(([wave, start]) => waveMark(wave, at(start), height))}
${rows}</svg>
</div>
<figcaption>Each bar is a node, each piece a profile or, last, the checks; waves come one after the other.</figcaption>
</figure>
`;
}
// A wave begins when the slowest node of the one before it has ended.
function startsOf(hosts) {
    const waves = [...new Set(hosts.map(({ wave }) => wave))].sort((left, right) => left - right);
    let start = 0;
    return new Map(waves.map((wave) => {
        const began = start;
        start += Math.max(...hosts.filter((host) => host.wave === wave).map(({ seconds }) => seconds));
        return [wave, began];
    }));
}
function waveMark(wave, x, height) {
    return (0,html/* html */.qy) `<line class="rule" x1="${x}" y1="22" x2="${x}" y2="${height}"/><text class="wave" x="${x + 4}" y="18">wave ${wave}</text>
`;
}
function bar(host, start, y, at) {
    let begun = start;
    const pieces = host.profiles
        .filter(({ seconds }) => seconds > 0)
        .map(({ profile, result, seconds }) => {
        const [from, to] = [at(begun), at(begun + seconds)];
        begun += seconds;
        return piece(from, to, y, lookOf(result), `${profile}: ${(0,deploy_words/* profileWord */.oW)(result)}, ${(0,deploy_words/* duration */.p0)(seconds)}`);
    });
    const rest = start + host.seconds - begun;
    const checks = rest > 0 ? piece(at(begun), at(begun + rest), y, "rest", `checks and all else: ${(0,deploy_words/* duration */.p0)(rest)}`) : null;
    return (0,html/* html */.qy) `<text class="name" x="12" y="${y + 17}">${(0,fitted/* fitted */.$)(host.host, LETTERS)}</text>${pieces}${checks}
`;
}
function piece(from, to, y, look, title) {
    const width = Math.max(1, to - from - 1);
    return (0,html/* html */.qy) `<rect class="piece ${look}" x="${from.toFixed(1)}" y="${y + 4}" width="${width.toFixed(1)}" height="18" rx="2"><title>${title}</title></rect>`;
}

// EXTERNAL MODULE: ./build/render/page/plan-page.js + 7 modules
var plan_page = __webpack_require__(3914);
// EXTERNAL MODULE: ./build/render/page/shell.js + 3 modules
var shell = __webpack_require__(6666);
// EXTERNAL MODULE: ./build/render/page/table.js
var page_table = __webpack_require__(7949);
;// CONCATENATED MODULE: ./build/render/page/deploy-page.js












/** The report of a deploy as one HTML file; of a very large one without the last lines of what failed. */
function deployPage(report, limit = plan_page/* PAGE_LIMIT */.W) {
    return (0,fit/* firstThatFits */.eO)([true, false].map((hasLogs) => () => pageOf(report, hasLogs)), limit);
}
function pageOf(report, hasLogs) {
    const { provider, planId, result, hosts } = report;
    const nodes = hosts.map(({ host }) => host);
    const title = `hostenv deploy ${planId.slice(0, 8)}: ${deploy_words/* ENDINGS */.Jx[result]}`;
    const parts = [...(0,deploy_words/* sizeLine */.Od)(report).split(" · "), (0,deploy_words/* duration */.p0)(report.seconds)].filter((part) => part !== "");
    return (0,shell/* rendered */.g)({
        title,
        kicker: (0,html/* html */.qy) `hostenv deploy${provider === "." ? null : (0,html/* html */.qy) ` for <code>${provider}</code>`}`,
        headline: (0,html/* html */.qy) `<span class="verdict ${lookOf(result)}">${deploy_words/* ENDINGS */.Jx[result]}</span>${parts.map((part) => (0,html/* html */.qy) ` <span class="part">${part}</span>`)}`,
        facts: deploy_page_facts(report),
        choices: {
            search: "environment, site …",
            nodes,
            attention: [
                [3, "what failed"],
                [2, "what warns or waits, too"],
            ],
            kinds: [
                ["trouble", "troubles"],
                ["node", "nodes"],
                ["environment", "environments"],
                ["check", "checks"],
            ],
        },
        sections: sectionsOf(report, (0,filters/* numbersOf */.cZ)(nodes), hasLogs),
    });
}
function deploy_page_facts({ planId, commit, toolVersion, resume, notices }) {
    return [
        ["Plan", (0,copyable/* copyable */.k)(planId)],
        ...(commit ? [["Commit", (0,html/* html */.qy) `<code title="${commit}">${commit.slice(0, 12)}</code>`]] : []),
        ["Made by", (0,html/* html */.qy) `hostenv-provider ${toolVersion}`],
        ...(resume ? [["For what is left", (0,copyable/* copyable */.k)(resume)]] : []),
        ...notices.map((notice) => ["Notice", (0,html/* html */.qy) `${notice}`]),
    ];
}
function sectionsOf(report, numbers, hasLogs) {
    const { hosts, environments, waitingForDns, unreviewed, steps = [] } = report;
    const trouble = (0,deploy_words/* troubles */.d4)(report);
    const unseen = unreviewed.changes.length + unreviewed.pins.length;
    const checks = hosts.flatMap(({ host, verification }) => verification.map((check) => ({ host, check })));
    const optional = (id, title, count, body) => count > 0 ? [{ id, title, count, body: body() }] : [];
    return [
        ...optional("trouble", "What went otherwise", trouble.length, () => troublesBody(trouble, numbers, hasLogs)),
        ...optional("unreviewed", "Not reviewed", unseen, () => unreviewedBody(report)),
        {
            id: "nodes",
            title: "Waves and nodes",
            count: hosts.length,
            body: (0,html/* html */.qy) `${timeline(hosts)}${hosts.map((host) => nodeItem(host, numbers))}`,
        },
        ...optional("steps", "What would be done", steps.length, () => stepsBody(steps, (0,deploy_words/* rehearsals */.rH)(report), hasLogs)),
        ...optional("checks", "Verification", checks.length, () => checksBody(checks, numbers)),
        ...optional("dns", "Waiting for DNS", waitingForDns.length, () => waitingBody(waitingForDns)),
        ...optional("environments", "Environments", environments.length, () => environmentsBody(report, numbers)),
    ];
}
function nodeItem(host, numbers) {
    const look = lookOf(host.result);
    const { problem, profiles, lastBackups, setAside } = host;
    const backups = lastBackups.map(({ environment, backup, snapshot }) => (0,html/* html */.qy) `<li><code>${environment}</code>: last backup <code>${backup}</code>, snapshot <code>${snapshot}</code></li>\n`);
    const aside = setAside.map(({ environment, path }) => (0,html/* html */.qy) `<li><code>${environment}</code>: what it had here before is now in <code>${path}</code></li>\n`);
    const data = [...backups, ...aside];
    const told = problem
        ? (0,html/* html */.qy) `<p><code>${problem.code}</code>: ${problem.message}</p><p><b>What to do:</b> ${problem.hint}</p>\n`
        : null;
    return (0,html/* html */.qy) `<details class="item" ${(0,filters/* filterable */.v2)("node", attentionOf(look), [host.host], numbers)}>
<summary><code>${host.host}</code> <span class="muted">wave ${host.wave}</span><span class="badge ${look}">${(0,deploy_words/* hostWord */.Vh)(host)}</span><span class="aspects">${(0,deploy_words/* duration */.p0)(host.seconds)}</span></summary>
<div id="${(0,page_anchors/* nodeAnchor */.sJ)(host.host)}" class="inside">
${told}${profilesTable(profiles)}${data.length > 0 ? (0,html/* html */.qy) `<ul class="told">\n${data}</ul>\n` : null}</div>
</details>
`;
}
function profilesTable(profiles) {
    if (profiles.length === 0)
        return null;
    const rows = profiles.map(({ profile, result, seconds, storePath, reason }) => {
        return (0,html/* html */.qy) `<tr><th scope="row"><code>${profile}</code></th><td><span class="badge ${lookOf(result)}">${(0,deploy_words/* profileWord */.oW)(result)}</span></td><td>${(0,deploy_words/* duration */.p0)(seconds)}</td><td>${reason === null ? null : (0,html/* html */.qy) `<p>${reason}</p>`}${storePath === null ? null : (0,html/* html */.qy) `<code class="path">${storePath}</code>`}</td></tr>
`;
    });
    return (0,page_table/* table */.t)("Profiles", ["Profile", "Result", "Took", "Runs now"], rows);
}
// What failed stands first; the sort keeps the order of the rest.
function checksBody(checks, numbers) {
    const rank = ({ check }) => attentionOf(lookOfCheck(check));
    const rows = checks
        .toSorted((one, other) => rank(other) - rank(one))
        .map((each) => checkRow(each, numbers));
    return (0,page_table/* table */.t)("Verification", ["Environment", "Check", "Result", "HTTP", "Attempts", "What it found"], rows);
}
function checkRow({ host, check }, numbers) {
    const { environment, check: name, passed, enforced, status, failures, remark, seconds, attempts } = check;
    const look = lookOfCheck(check);
    const word = passed ? "passed" : enforced ? "failed" : "failed, only warns";
    const found = [...failures, ...(remark === null ? [] : [remark])];
    return (0,html/* html */.qy) `<tr ${(0,filters/* filterable */.v2)("check", attentionOf(look), [host], numbers)}><th scope="row"><code>${environment}</code></th><td>${name}</td><td><span class="badge ${look}">${word}</span></td><td>${status === null ? "no answer" : status}</td><td>${attempts > 1 ? `${attempts} in ${(0,deploy_words/* duration */.p0)(seconds)}` : attempts}</td><td>${found.map((line) => (0,html/* html */.qy) `<p>${line}</p>`)}</td></tr>
`;
}
function environmentsBody({ environments, hosts }, numbers) {
    const results = new Map(hosts.flatMap(({ profiles }) => profiles.map(({ profile, result }) => [profile, result])));
    const rows = environments.map(({ name, project, environment, type, host, url, changed }) => {
        const result = results.get(name);
        const look = result ? lookOf(result) : "info";
        return (0,html/* html */.qy) `<tr id="${(0,page_anchors/* environmentAnchor */.vY)(name)}" ${(0,filters/* filterable */.v2)("environment", attentionOf(look), [host], numbers)}><th scope="row"><code>${name}</code></th><td>${project} · ${environment} · ${type}</td><td><code>${host}</code></td><td>${result ? (0,html/* html */.qy) `<span class="badge ${look}">${(0,deploy_words/* profileWord */.oW)(result)}</span>` : "not deployed"}${changed ? null : (0,html/* html */.qy) ` <span class="muted">as before</span>`}</td><td>${url === null ? null : site(url)}</td></tr>
`;
    });
    return (0,page_table/* table */.t)("Environments", ["Environment", "Of", "Node", "Result", "Site"], rows);
}
// An address that is none of a site would be followed by a click, too.
function site(url) {
    if (!/^https?:\/\/[^\s"'<>]+$/.test(url))
        return (0,html/* html */.qy) `<code>${url}</code>`;
    return (0,html/* html */.qy) `<a href="${url}" rel="noreferrer noopener">${url}</a>`;
}

;// CONCATENATED MODULE: ./build/render/deploy-answer.js








/** GitHub shows so many annotations of a step, and of each kind. */
const MOST_ANNOTATIONS = 10;
const MESSAGE_LENGTH = 500;
/** The answer of `deploy`; `exitCode` is given where the report alone does not tell, as of a dry run. */
function deployAnswer(report, { runUrl = null, exitCode } = {}) {
    return {
        exitCode: exitCode ?? (0,results/* exitCodeOf */.FO)(report.result),
        document: (0,deploy_report/* outcomeOf */.sG)(report),
        terminal: (color) => deployTerminal(report, color),
        summary: (limit) => deploySummary(report, { runUrl }, limit),
        files: { report: () => (0,render_json/* document */.A)(report), reportHtml: () => deployPage(report) },
        outputs: {
            result: report.result,
            "plan-id": report.planId,
            "waiting-for-dns": JSON.stringify(report.waitingForDns),
            "held-back": JSON.stringify(report.awaited),
        },
        annotations: annotations(report),
        notices: [...report.notices],
        refusal: refusal(report),
    };
}
function refusal(report) {
    const size = (0,deploy_words/* sizeLine */.Od)(report);
    return `${deploy_words/* ENDINGS */.Jx[report.result]}${size === "" ? "" : `: ${size}`}: see the job summary`;
}
// They have no line: what went wrong is on a node, and the provider's flake is where it is described.
function annotations(report) {
    const file = report.provider === "." ? "flake.nix" : `${report.provider}/flake.nix`;
    return (0,deploy_words/* troubles */.d4)(report)
        .slice(0, MOST_ANNOTATIONS)
        .map(({ isGrave, host, profile, what, why }) => ({
        severity: isGrave ? "error" : "warning",
        title: (0,render_escape/* visible */.RK)(`${profile === null ? host : `${profile} on ${host}`}: ${what}`),
        message: (0,render_escape/* shortened */.vI)((0,render_escape/* visible */.RK)(why === "" ? what : why), MESSAGE_LENGTH),
        file,
    }));
}

// EXTERNAL MODULE: ./build/verbs.js + 11 modules
var verbs = __webpack_require__(3650);
// EXTERNAL MODULE: ./build/compose/call.js + 3 modules
var compose_call = __webpack_require__(1082);
// EXTERNAL MODULE: ./build/adapters/git-repository.js
var git_repository = __webpack_require__(9834);
;// CONCATENATED MODULE: ./build/adapters/git-commits.js

/** The commits of the repository around a folder. */
class GitCommits {
    repository;
    constructor(directory) {
        this.repository = new git_repository/* GitRepository */.xr(directory);
    }
    async since(bases, most) {
        const head = await this.head();
        const known = await this.known(bases, head, most);
        const common = await this.common(known);
        const listed = await this.git([
            "rev-list",
            "--first-parent",
            `--max-count=${most + 1}`,
            head ?? "HEAD",
            ...(common ? [`^${common}`] : []),
        ]);
        const commits = (listed ?? "").split("\n").filter((line) => line !== "");
        // What no base leads to goes back to the first commit, which a shallow clone does not have.
        const isReached = common !== null || (bases.length === 0 && !(await this.repository.isShallow()));
        const isWhole = listed !== null && known.length === bases.length && isReached && commits.length <= most;
        return { commits: commits.slice(0, most), isWhole };
    }
    async differing(branch, commit) {
        const reference = `refs/heads/${branch}`;
        const tips = await this.repository.tips([reference]).catch(() => null);
        const tip = tips?.get(reference);
        if (tip === undefined || tip === commit)
            return [];
        await this.repository.fetch([tip], await this.repository.shallowDepth()).catch(() => { });
        const names = await this.git([
            "diff",
            "--name-only",
            "--no-renames",
            "--no-relative",
            "-z",
            commit,
            tip,
            "--",
        ]);
        return names === null ? null : names.split("\0").filter((name) => name !== "");
    }
    // The bases that HEAD's history holds. One that lies deeper than so many commits would not be reached anyway.
    async known(bases, head, most) {
        const found = await this.ancestors(bases);
        const isEnough = found.length === bases.length && bases.length > 0;
        if (isEnough || head === null || !(await this.repository.isShallow()))
            return found;
        await this.repository.fetch([head], [`--deepen=${most}`]).catch(() => { });
        return this.ancestors(bases);
    }
    // Of what lies over a commit nobody but us knows, and no pull request brought it.
    async head() {
        const head = await this.repository.commitOf("HEAD");
        return (head && (await this.repository.sourceOf(head))?.commit) ?? head;
    }
    async ancestors(bases) {
        const found = [];
        // Nodes tell what they were deployed from: what is no commit's name may be an option of git's.
        for (const base of new Set(bases.filter((name) => /^[0-9a-f]{40,64}$/.test(name))))
            if ((await this.git(["merge-base", "--is-ancestor", `${base}^{commit}`, "HEAD"])) !== null)
                found.push(base);
        return bases.filter((base) => found.includes(base));
    }
    async common(bases) {
        if (bases.length === 0)
            return null;
        return (await this.git(["merge-base", "--octopus", ...bases]))?.trim() ?? null;
    }
    // Its output; null where it ends otherwise than well, or is not there.
    async git(args) {
        const { code, stdout } = await this.repository.run(args);
        return code === 0 ? stdout : null;
    }
}

// EXTERNAL MODULE: ./build/adapters/github-requests.js
var github_requests = __webpack_require__(3185);
;// CONCATENATED MODULE: ./build/adapters/github-deployments.js


/** Ours are told by it from those that workflows make for their jobs. */
const TASK = "deploy:hostenv";
/** A request that is not answered by then never is: a deploy is not kept waiting for what only tells of it. */
const MOST_MILLISECONDS = 30_000;
/** Deployments of one repository on GitHub, through its REST API. */
class GithubDeployments {
    client;
    place;
    constructor(client, owner, repo) {
        this.client = client;
        this.place = { owner, repo };
    }
    async isPublic() {
        const { data } = await (0,github_requests/* asking */.os)("tell of the repository", this.client.rest.repos.get({ ...this.place, ...inTime() }));
        return !data.private;
    }
    async create({ environment, commit, description, isProduction, isTransient, }) {
        const wanted = {
            ...{ ref: commit, task: TASK, environment, description },
            // What is deployed is what was merged: nothing is to be merged into it, and its checks are over.
            auto_merge: false,
            required_contexts: [],
            production_environment: isProduction,
            transient_environment: isTransient,
        };
        const { data } = await (0,github_requests/* asking */.os)("take the deployment", this.client.rest.repos.createDeployment({ ...this.place, ...wanted, ...inTime(github_requests/* ONCE */.ET.request) }));
        if ("id" in data)
            return data.id;
        const hint = "check whether something else deploys this repository by GitHub's API";
        throw new errors/* HostenvError */.aY("github-rejected", `GitHub made no deployment: ${data.message}`, hint);
    }
    async setState(id, { state, description, url, logUrl }) {
        const wanted = {
            ...{ deployment_id: id, state, description },
            ...(url === null ? {} : { environment_url: url }),
            ...(logUrl === null ? {} : { log_url: logUrl }),
        };
        await (0,github_requests/* asking */.os)("take the deployment's state", this.client.rest.repos.createDeploymentStatus({ ...this.place, ...wanted, ...inTime() }));
    }
    // GitHub does so by itself only for environments that are neither production's nor transient.
    async supersede(id, environment) {
        const { repos } = this.client.rest;
        const wanted = { ...this.place, environment, task: TASK, per_page: 2 };
        const { data } = await (0,github_requests/* asking */.os)("list deployments", repos.listDeployments({ ...wanted, ...inTime() }));
        const before = data.find((each) => each.id < id);
        if (!before)
            return;
        const place = { ...this.place, deployment_id: before.id };
        const { data: statuses } = await (0,github_requests/* asking */.os)("list a deployment's states", repos.listDeploymentStatuses({ ...place, per_page: 1, ...inTime() }));
        if (statuses[0]?.state !== "success")
            return;
        await (0,github_requests/* asking */.os)("take the deployment's state", repos.createDeploymentStatus({ ...place, state: "inactive", ...inTime() }));
    }
}
function inTime(more = {}) {
    return { request: { ...more, signal: AbortSignal.timeout(MOST_MILLISECONDS) } };
}

// EXTERNAL MODULE: ./build/adapters/github-forge.js + 1 modules
var github_forge = __webpack_require__(2096);
;// CONCATENATED MODULE: ./build/adapters/github-merges.js

/** So many pages of artifacts are looked through. */
const MOST_PAGES = 10;
/** Larger artifacts are no reports: one of 5,000 new environments has about a tenth of it. */
const LARGEST_ARCHIVE = 16 * 1024 * 1024;
/** So many artifacts of one commit are looked at: each is a request, and anybody who pushes can leave them. */
const MOST_OF_A_HEAD = 5;
/** By what a plan is made for review. What is pushed, or started by hand, nobody reviews. */
const PROPOSALS = ["pull_request", "merge_group"];
/** Whoever acts with a job's own token: so `project propose` starts the plan of what it proposes. */
const JOB = "github-actions[bot]";
/** Merged pull requests of one repository on GitHub, and the reports of their plans. */
class GithubMerges {
    client;
    place;
    workflow;
    /** `workflow`: the file of the workflow that plans pull requests; what another one's runs leave is no report. */
    constructor(client, owner, repo, workflow) {
        this.client = client;
        this.place = { owner, repo };
        this.workflow = workflow;
    }
    async of(commit) {
        const wanted = { ...this.place, commit_sha: commit, per_page: github_requests/* PAGE */.KL };
        const { repos } = this.client.rest;
        const found = repos.listPullRequestsAssociatedWithCommit(wanted).catch((cause) => {
            // A commit that was not pushed is no pull request's.
            if ((0,github_requests/* statusOf */.c2)(cause) === 422)
                return { data: [] };
            throw cause;
        });
        const { data } = await (0,github_requests/* asking */.os)("tell where a commit comes from", found);
        return data.flatMap(({ number, head, base, merged_at: mergedAt }) => mergedAt ? [{ number, head: head.sha, branch: base.ref, mergedAt }] : []);
    }
    async reports(name, heads) {
        const found = new Map();
        const tries = new Map(heads.map((head) => [head, MOST_OF_A_HEAD]));
        let left = MOST_PAGES;
        if (tries.size === 0)
            return [];
        for await (const artifacts of (0,github_requests/* pages */.Bd)((page) => this.artifacts(name, page))) {
            // The latest come first.
            for (const { id, head, run } of artifacts) {
                const more = found.has(head) ? 0 : (tries.get(head) ?? 0);
                if (more === 0)
                    continue;
                tries.set(head, more - 1);
                if (await this.isOfPlan(run, head))
                    found.set(head, { id, head });
            }
            left -= 1;
            if (found.size === tries.size || left === 0)
                break;
        }
        return [...found.values()];
    }
    // Whoever may push can have a workflow of any branch leave an artifact of that name on any commit.
    async isOfPlan(run, head) {
        const wanted = this.client.rest.actions.getWorkflowRun({ ...this.place, run_id: run });
        const found = wanted.catch((cause) => {
            // A run that was deleted can't say what it was.
            if ((0,github_requests/* statusOf */.c2)(cause) === 404)
                return null;
            throw cause;
        });
        const answer = await (0,github_requests/* asking */.os)("tell which workflow left a report", found);
        if (answer === null)
            return false;
        const { event, path, head_sha: sha, triggering_actor: by } = answer.data;
        const isForReview = PROPOSALS.includes(event) || (event === "workflow_dispatch" && by?.login === JOB);
        return isForReview && sha === head && path.split("@")[0] === `.github/workflows/${this.workflow}`;
    }
    // As many as GitHub gave, so that a page that is not full is seen to be the last.
    async artifacts(name, page) {
        const { data } = await (0,github_requests/* asking */.os)("list artifacts", this.client.rest.actions.listArtifactsForRepo({ ...this.place, name, per_page: github_requests/* PAGE */.KL, page }));
        return data.artifacts.map(({ id, expired, size_in_bytes: size, workflow_run: run }) => ({
            id,
            head: expired || size > LARGEST_ARCHIVE ? "" : (run?.head_sha ?? ""),
            run: run?.id ?? 0,
        }));
    }
}

// EXTERNAL MODULE: external "node:http"
var external_node_http_ = __webpack_require__(7067);
// EXTERNAL MODULE: external "node:https"
var external_node_https_ = __webpack_require__(4708);
;// CONCATENATED MODULE: ./build/adapters/http-webhook.js



/** Each attempt may take so long. */
const http_webhook_MOST_MILLISECONDS = 10_000;
/** What a service refuses, it refuses again; a fault that passes is met by so many attempts more. */
const RETRIES = 2;
/** Hosts that lead nowhere but to this machine. */
const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];
/** POSTs JSON. Redirects are not followed: they would take it to where nobody wanted it. */
class HttpWebhook {
    options;
    userAgent;
    constructor(version, options = {}) {
        this.options = options;
        this.userAgent = `hostenv-provider/${version}`;
    }
    async send(address, document) {
        const url = checked(address);
        const body = JSON.stringify(document);
        for (let attempt = 0;; attempt++) {
            const status = await this.post(url, body).catch((error) => error);
            if (typeof status === "number" && status >= 200 && status < 300)
                return;
            const mayPass = typeof status !== "number" || status === 429 || status >= 500;
            if (!mayPass || attempt === RETRIES)
                throw refused(url, status);
            await this.pause(2 ** attempt);
        }
    }
    post(url, body) {
        const isTls = url.protocol === "https:";
        const milliseconds = this.options.milliseconds ?? http_webhook_MOST_MILLISECONDS;
        const headers = {
            "content-type": "application/json",
            "content-length": Buffer.byteLength(body),
            "user-agent": this.userAgent,
        };
        const { ca } = this.options;
        const options = { method: "POST", headers, agent: false, signal: AbortSignal.timeout(milliseconds) };
        return new Promise((resolve, reject) => {
            const sent = (isTls ? external_node_https_.request : external_node_http_.request)(url, {
                ...options,
                ...(ca === undefined ? {} : { ca }),
            });
            sent.once("error", reject);
            sent.once("response", (response) => {
                // What it answers besides is nobody's business here.
                response.destroy();
                resolve(response.statusCode ?? 0);
            });
            sent.end(body);
        });
    }
    pause(seconds) {
        const milliseconds = this.options.pauseMilliseconds ?? 1_000;
        return new Promise((resolve) => setTimeout(resolve, seconds * milliseconds));
    }
}
function checked(address) {
    const url = URL.canParse(address) ? new URL(address) : null;
    if (url?.protocol === "https:" || (url?.protocol === "http:" && LOOPBACK.includes(url.hostname)))
        return url;
    const what = url === null ? "is no address" : `begins with ${url.protocol}//`;
    throw new errors/* HostenvError */.aY("webhook-address", `the webhook's address ${what}`, "give an address that begins with https://; http:// is taken for this machine alone");
}
function refused(url, answer) {
    const why = typeof answer === "number"
        ? `answers with HTTP ${answer}${answer >= 300 && answer < 400 ? ", a redirect, which is not followed" : ""}`
        : `does not answer: ${reason(answer)}`;
    return new errors/* HostenvError */.aY("webhook-failed", `the webhook at ${url.host} ${why}`, "check the address, and whether the service is up", answer instanceof Error ? answer : undefined);
}
// Node's messages may hold the whole address.
function reason(error) {
    if (error.name === "AbortError" || error.name === "TimeoutError")
        return "it takes too long";
    return error.code ?? error.name;
}

;// CONCATENATED MODULE: ./build/domain/deploy/announcements.js

/**
 * More deployments than this would use up what a token may write in an hour (500 times), at three to four times
 * each: then one stands for a node, and after that one for all.
 */
const MOST_DEPLOYMENTS = 100;
/** GitHub takes no longer names of environments, and no longer descriptions, in characters. */
const LONGEST_NAME = 255;
const LONGEST_DESCRIPTION = 140;
/**
 * What is announced of the environments that a deploy changes. `provider` is its folder, which keeps several
 * providers of one repository apart.
 */
function announcements(environments, provider) {
    const changed = environments.filter((each) => each.changed);
    if (changed.length <= MOST_DEPLOYMENTS)
        return ofEnvironments(changed, provider);
    const hosts = [...new Set(changed.map(({ host }) => host))].sort(json/* byBytes */.bg);
    const ofHost = (host) => changed.filter((each) => each.host === host);
    if (hosts.length <= MOST_DEPLOYMENTS)
        return hosts.map((host) => together(`node/${host}`, `environments of ${host}`, ofHost(host), provider));
    return [together("all nodes", `environments of ${hosts.length} nodes`, changed, provider)];
}
function ofEnvironments(environments, provider) {
    const named = environments.map((each) => ({ each, name: `${each.project}/${each.environment}` }));
    // GitHub does not tell names apart by the case of their letters.
    const taken = named.map(({ name }) => name.toLowerCase());
    return named.map(({ each, name }) => {
        const isOdd = !/^[\w./-]+$/.test(name) || name.length > LONGEST_NAME - provider.length - 3;
        const isShared = taken.filter((other) => other === name.toLowerCase()).length > 1;
        return {
            environment: inFolder(isOdd || isShared ? each.name : name, provider),
            covers: [each.name],
            description: cut(`${each.name} on ${each.host}`),
            url: each.url,
            isProduction: each.type === "production",
            isTransient: each.type === "development",
        };
    });
}
function together(name, what, environments, provider) {
    return {
        environment: inFolder(name, provider),
        covers: environments.map((each) => each.name),
        description: cut(`${environments.length} ${what}`),
        url: null,
        isProduction: environments.some(({ type }) => type === "production"),
        isTransient: false,
    };
}
function inFolder(name, provider) {
    return provider === "." ? name : `${name} (${provider})`;
}
/**
 * How an announced deployment ended, by the report; null where nothing was tried. What was rolled back has failed,
 * whatever else went well with it.
 */
function endOf({ covers }, report) {
    const mine = new Set(covers);
    const found = report.hosts.flatMap((host) => host.profiles.filter(({ profile }) => mine.has(profile)).map((profile) => ({ host, profile })));
    const tried = found.filter(({ profile }) => profile.result !== "skipped");
    if (tried.length === 0)
        return null;
    const bad = found.filter(({ profile }) => !["deployed", "unchanged"].includes(profile.result));
    const [first] = bad;
    if (!first)
        return { state: "success", description: cut(praise(covers, report.hosts)) };
    const { profile, host } = first;
    const why = unanswered(host, profile.profile) ?? profile.reason ?? "its turn never came";
    const rest = bad.length > 1 ? ` (and ${bad.length - 1} more)` : "";
    const who = covers.length > 1 ? `${profile.profile}${rest} ` : "";
    return { state: "failure", description: cut(`${who}${profile.result}: ${why}`) };
}
function unanswered({ verification }, environment) {
    const failed = verification.find((check) => check.environment === environment && check.enforced && !check.passed);
    return failed ? `${failed.check}: ${failed.failures.join("; ")}` : null;
}
function praise(covers, hosts) {
    const mine = new Set(covers);
    const checks = hosts.flatMap(({ verification }) => verification.filter(({ environment }) => mine.has(environment)));
    const passed = checks.filter((check) => check.passed).length;
    const what = covers.length > 1 ? `${covers.length} environments deployed` : "deployed";
    if (checks.length === 0)
        return `${what}, not checked over HTTP`;
    return `${what}, ${passed} of ${checks.length} HTTP checks passed`;
}
function cut(text) {
    const points = [...text.replace(/\s+/g, " ")];
    return points.length > LONGEST_DESCRIPTION
        ? `${points.slice(0, LONGEST_DESCRIPTION - 1).join("")}…`
        : points.join("");
}

;// CONCATENATED MODULE: ./build/commands/deploy-announce.js


/**
 * Tells of deployments while they happen, beside the deploy and in order. What goes wrong with it is one notice:
 * it never holds up a deploy, and is not tried again.
 */
class Announcer {
    deployments;
    settings;
    ids = new Map();
    isOff;
    last = Promise.resolve();
    trouble = null;
    constructor(deployments, settings) {
        this.deployments = deployments;
        this.settings = settings;
        this.isOff = settings.announcing === "auto" ? (settings.isPublic ?? null) : settings.announcing === "off";
    }
    /** Says that these begin. Returns at once. */
    begin(announced) {
        this.enqueue(async () => {
            for (const each of announced)
                await this.begun(each);
        });
    }
    /** Says how these ended, those that never began too where they were tried; gives what went wrong with it. */
    async end(announced, report) {
        this.enqueue(async () => {
            for (const each of announced)
                await this.ended(each, report);
        });
        await this.last;
        if (this.trouble === null)
            return [];
        return [`deployments are not shown on GitHub: ${this.trouble.message} (${this.trouble.hint})`];
    }
    /** Says of all that began that the deploy ended without a report, and why. Never throws. */
    async abandon(why) {
        const { logUrl } = this.settings;
        this.enqueue(async () => {
            for (const id of this.ids.values())
                await this.deployments.setState(id, { state: "failure", description: why, url: null, logUrl });
        });
        await this.last.catch(() => { });
    }
    enqueue(work) {
        this.last = this.last.then(async () => {
            if (this.trouble)
                return;
            try {
                this.isOff ??= await this.deployments.isPublic();
                if (!this.isOff)
                    await work();
            }
            catch (error) {
                if (!(error instanceof errors/* HostenvError */.aY))
                    throw error;
                this.trouble = error;
            }
        });
        // Whoever asks for the end hears of it.
        this.last.catch(() => { });
    }
    async begun(announced) {
        const { environment, description, isProduction, isTransient } = announced;
        const known = this.ids.get(environment);
        if (known !== undefined)
            return known;
        const { commit, logUrl } = this.settings;
        const id = await this.deployments.create({ environment, commit, description, isProduction, isTransient });
        this.ids.set(environment, id);
        await this.deployments.setState(id, { state: "in_progress", description, url: null, logUrl });
        return id;
    }
    async ended(announced, report) {
        const end = endOf(announced, report);
        const { environment, url, isProduction, isTransient } = announced;
        if (end === null && !this.ids.has(environment))
            return;
        const id = await this.begun(announced);
        const { state, description } = end ?? { state: "failure", description: "its turn never came" };
        await this.deployments.setState(id, { state, description, url, logUrl: this.settings.logUrl });
        if (state === "success" && (isProduction || isTransient))
            await this.deployments.supersede(id, environment);
    }
}

;// CONCATENATED MODULE: ./build/domain/deploy/reviewed.js

/**
 * What of a deploy is in none of the reports of merged pull requests, which come in the order they were merged
 * in. Ids are made again from what the reports say: theirs count for nothing. A change counts by what comes after
 * it, so it is not asked where each pull request began; of several that touch one fact the last one counts, or a
 * push could bring back what a later one took away. What only several of them give together was seen in none.
 */
function unreviewed(wanted, reports) {
    const changes = reports.flatMap((report) => report.changes);
    const pins = reports.flatMap(({ pins: { base, head } }) => lockedBy(base, head));
    const seen = new Map(changes.map((fact) => [factKey(fact), idOf(fact)]));
    const locked = new Map(pins.map(([name, pin]) => [name, pinId(pin)]));
    return {
        changes: wanted.changes.filter((change) => seen.get(factKey(change)) !== idOf(change)),
        pinMoves: wanted.pinMoves.filter(({ name, after }) => locked.get(name) !== pinId(after)),
    };
}
/** Whether nothing of a deploy went unseen. */
function isReviewed({ changes, pinMoves }) {
    return changes.length + pinMoves.length === 0;
}
function factKey({ kind, subject, path }) {
    return JSON.stringify([kind, subject, path]);
}
function idOf({ kind, subject, path, after }) {
    return (0,changes/* changeId */.Ux)(kind, subject, path, after);
}
// A report holds the pins that moved: one that stands only before the change was removed.
function lockedBy(base, head) {
    const names = new Set(head.map(({ name }) => name));
    const removed = base.filter(({ name }) => !names.has(name));
    return [
        ...removed.map(({ name }) => [name, null]),
        ...head.map((pin) => [pin.name, pin]),
    ];
}
// What is fetched is told by its hash, from wherever it comes. Where there is neither hash nor revision, an
// address is all there is.
function pinId(pin) {
    if (pin === null)
        return "removed";
    const { url, rev, narHash } = pin;
    return JSON.stringify([rev, narHash, ...(rev === null && narHash === null ? [url] : [])]);
}

// EXTERNAL MODULE: ./build/domain/report.js
var domain_report = __webpack_require__(2663);
// EXTERNAL MODULE: ./build/render/sticky.js
var sticky = __webpack_require__(3518);
;// CONCATENATED MODULE: ./build/commands/deploy-review.js






/** So many commits are asked for their pull requests: each is a request to GitHub. */
const MOST_COMMITS = 50;
/** So many reports are read, the latest merges first: each is one or two requests. */
const MOST_REPORTS = 30;
/** So many requests are under way at a time. */
const AT_ONCE = 5;
/**
 * What of a deploy no merged pull request showed, by the reports that plans left on the pull requests' last
 * commits. What can't be read is as if it were not there: it makes a deploy stop, never go on. Throws HostenvError
 * as `Forge` and `Files` do.
 */
async function reviewOf(wish, ports) {
    const given = await fromFiles(wish, ports.files);
    if (ports.forge === null)
        return { unreviewed: unreviewed(wish.wanted, given), pulls: [], notices: [] };
    const { commits, isWhole } = await ports.commits.since(wish.live, MOST_COMMITS);
    const { merges, reports } = ports.forge;
    const merged = await mergedInto(wish.branch, commits, merges);
    const latest = merged.slice(-MOST_REPORTS);
    const stored = await merges.reports((0,sticky/* artifactName */.Cs)(wish.provider), latest.map(({ head }) => head));
    const ids = new Map(stored.map(({ head, id }) => [head, id]));
    const pulls = [];
    // One after the other: each may be large, and a stranger's.
    for (const { number, head } of latest) {
        const id = ids.get(head);
        pulls.push({ number, report: id === undefined ? null : await readReport(id, wish.provider, reports) });
    }
    const seen = [...pulls.flatMap(({ report }) => report ?? []), ...given];
    return {
        unreviewed: unreviewed(wish.wanted, seen),
        pulls,
        notices: [...shortened(isWhole, commits.length), ...skipped(merged.length), ...mute(pulls)],
    };
}
// Oldest merge first; of several commits of one pull request the latest counts.
async function mergedInto(branch, commits, merges) {
    const found = await (0,pooled/* pooled */.I)(commits.toReversed(), AT_ONCE, (commit) => merges.of(commit));
    const byNumber = new Map();
    for (const pull of found.flat().filter((each) => each.branch === branch)) {
        byNumber.delete(pull.number);
        byNumber.set(pull.number, pull);
    }
    return [...byNumber.values()];
}
async function readReport(id, provider, reports) {
    try {
        const report = (0,domain_report/* parseReport */.MM)(await reports.report(id), `artifact ${id}`);
        return (0,domain_report/* isFailure */.N6)(report) || report.provider !== provider ? null : report;
    }
    catch (error) {
        const code = error instanceof errors/* HostenvError */.aY ? error.code : "";
        if (["artifact-unusable", "report-schema", "report-changed"].includes(code))
            return null;
        throw error;
    }
}
async function fromFiles({ files: paths, provider }, files) {
    const found = [];
    for (const path of paths) {
        const report = (0,domain_report/* parseReport */.MM)(await files.readJson(path, comment/* REPORT_LIMIT */.dh), path);
        if ((0,domain_report/* isFailure */.N6)(report))
            throw deploy_review_failed(path);
        if (report.provider !== provider)
            throw foreign(path, report.provider, provider);
        found.push(report);
    }
    return found;
}
function deploy_review_failed(path) {
    const hint = "give the report of a plan that was made";
    return new errors/* HostenvError */.aY("report-failed", `${path} is the report of a plan that failed: it shows nothing`, hint);
}
function foreign(path, is, wanted) {
    const message = `${path} is about the provider in '${is}', and '${wanted}' is deployed`;
    return new errors/* HostenvError */.aY("report-foreign", message, "give the report of this provider");
}
function shortened(isWhole, count) {
    if (isWhole)
        return [];
    return [
        `reviews are looked for in the ${count} latest commits only: what the nodes run lies further back, or is not ` +
            "in this branch's history (a checkout with fetch-depth: 0 has all of it)",
    ];
}
function skipped(count) {
    if (count <= MOST_REPORTS)
        return [];
    return [
        `${count} pull requests are deployed at once, and the reports of the ${MOST_REPORTS} latest are read`,
    ];
}
function mute(pulls) {
    const numbers = pulls.filter(({ report }) => report === null).map(({ number }) => `#${number}`);
    if (numbers.length === 0)
        return [];
    return [
        `there is no plan report on the last commit of ${numbers.join(", ")}: it has expired, or never was`,
    ];
}

// EXTERNAL MODULE: ./build/render/deploy-comment.js
var deploy_comment = __webpack_require__(9654);
// EXTERNAL MODULE: ./build/commands/sticky-comment.js
var sticky_comment = __webpack_require__(5248);
;// CONCATENATED MODULE: ./build/commands/deploy-comment.js





/** Ends that no pull request is told of: nothing became of it, or a later run tells. */
const UNTOLD = ["nothing", "superseded", "dry-run"];
/**
 * Says in the comment of each merged pull request how it was deployed. One without a comment gets none: whoever
 * wants none is not told by one. Gives what went wrong with it, which is no part of the deploy.
 */
async function tellPulls(pulls, report, settings, forge) {
    if (UNTOLD.includes(report.result))
        return [];
    // What changes nothing says so, and is not deployed either.
    for (const pull of pulls.filter(({ report: plan }) => plan === null || !(0,words/* isQuiet */.rM)(plan))) {
        try {
            await tellOne(pull, report, settings, forge);
        }
        catch (error) {
            if (!(error instanceof errors/* HostenvError */.aY))
                throw error;
            const right = error.code === "github-forbidden" ? ": the token needs `pull-requests: write`" : "";
            return [`pull requests are not told how they were deployed: ${error.message}${right}`];
        }
    }
    return [];
}
async function tellOne({ number, report: plan }, report, { authorId, run, runUrl }, forge) {
    const ownership = { pullRequest: number, provider: report.provider, authorId };
    const { ours } = await (0,sticky_comment/* findSticky */.$)(forge, ownership);
    if (!ours || (0,sticky/* isOlder */.tW)(run, (0,deploy_comment/* deployOf */.F9)(ours.body) ?? null))
        return;
    const own = plan ? { own: touchedBy(plan) } : {};
    const body = (0,deploy_comment/* withDeploy */.iv)(ours.body, report, { runUrl, ...own }, run);
    if (body !== ours.body)
        await forge.editComment(ours.id, body);
}
function touchedBy({ units }) {
    return new Set([
        ...units.added,
        ...units.changed,
        ...units.removed,
        ...units.moved.map(({ name }) => name),
    ]);
}

;// CONCATENATED MODULE: ./build/commands/deploy-tell.js


/**
 * Tells whoever is to know how a deploy ended, each whatever became of the others. A deploy that is over can't be
 * undone by what goes wrong here: that is given back, to be noticed.
 */
async function tellOfDeploy(report, listeners) {
    const { announcements, pulls, webhook } = listeners;
    const tellings = [
        ...(announcements ? [() => announcements.announcer.end(announcements.announced, report)] : []),
        ...(pulls ? [() => tellPulls(pulls.pulls, report, pulls.settings, pulls.forge)] : []),
        ...(webhook ? [() => posted(report, webhook)] : []),
    ];
    const notices = [];
    for (const tell of tellings)
        notices.push(...(await tell().catch(noticed)));
    return notices;
}
async function posted(report, { address, webhook }) {
    await webhook.send(address, JSON.parse(JSON.stringify(report)));
    return [];
}
function noticed(error) {
    const { message, hint } = (0,errors/* explained */.to)(error);
    return [`${message} (${hint})`];
}

// EXTERNAL MODULE: ./build/domain/manifest.js
var manifest = __webpack_require__(6632);
;// CONCATENATED MODULE: ./build/domain/deploy/superseded.js


/** What our own runs commit into a snapshot's folder. */
const COMMITTED = [...manifest/* OURS */.o6, dns_memory/* MEMORY */.Qy];
/**
 * Whether a branch that has gone on asks for another deploy than the one under way: `paths` are files that differ there,
 * and `folder` is the snapshot's, both from the repository's top. The gate's memory alone does not, nor do other
 * providers' snapshots: a run of ours that commits them starts no other, and would leave this deploy to nobody.
 */
function isSuperseding(paths, folder) {
    return paths.some((path) => !isByTheWay(path, folder));
}
function isByTheWay(path, folder) {
    const at = path.lastIndexOf("/");
    const [place, name] = [path.slice(0, Math.max(at, 0)), path.slice(at + 1)];
    if (place === folder)
        return name === dns_memory/* MEMORY */.Qy;
    return nameOf(place) === nameOf(folder) && COMMITTED.includes(name);
}
const nameOf = (folder) => folder.slice(folder.lastIndexOf("/") + 1);

;// CONCATENATED MODULE: ./build/compose/deploy-github.js














/** What a deploy asks of GitHub and tells it; without a token there, files alone say what was reviewed. */
class DeployTelling {
    place;
    github;
    commits;
    announcer;
    announced = [];
    found = null;
    constructor(place, github, directory) {
        this.place = place;
        this.github = github;
        this.commits = new GitCommits(directory);
        this.announcer = github && place.commit ? announcerOf(place, place.commit, github) : null;
    }
    /** Throws UsageError for a repository that is none. */
    static async of(call, place) {
        const isThere = call.secrets.githubToken !== undefined && process.env.GITHUB_REPOSITORY !== undefined;
        const github = isThere ? await (0,compose_call/* onGithub */.xb)(call.options.repository, call.secrets) : null;
        return new DeployTelling(place, github, call.directory);
    }
    /** What no merged pull request showed. */
    unreviewed = async ({ changes, pinMoves }, lives) => {
        const live = [...lives.values()].flatMap((each) => each?.commit ?? []);
        const { provider, branch, reviewed, planWorkflow } = this.place;
        const { github } = this;
        const forge = github && branch !== null
            ? {
                merges: new GithubMerges(github.client, github.owner, github.repo, planWorkflow),
                reports: new github_forge.GithubForge(github.client, github.owner, github.repo),
            }
            : null;
        const wish = { wanted: { changes, pinMoves }, live, provider, branch: branch ?? "", files: reviewed };
        this.found = await reviewOf(wish, { files: compose_call/* files */.aq, commits: this.commits, forge });
        return this.found.unreviewed;
    };
    /** Says on GitHub that environments are being deployed. */
    begun = (begun) => {
        const changed = environmentsOf(begun).filter(({ changed: isChanged }) => isChanged);
        this.announced = announcements(changed, this.place.provider);
        this.announcer?.begin(this.announced);
    };
    /** Whether the branch has gone on to what another run deploys. */
    isSuperseded = async () => {
        const { branch, commit, isFollowed, provider, generated } = this.place;
        if (!isFollowed || branch === null || commit === null)
            return false;
        const differing = await this.commits.differing(branch, commit);
        if (differing === null)
            throw unknown(branch);
        return isSuperseding(differing, external_node_path_.posix.join(provider, generated));
    };
    /** What is to be noticed of reviews. */
    notices() {
        return this.found?.notices ?? [];
    }
    /** Says where a deploy was announced that it ended by an error, and which. */
    async abandoned(error) {
        await this.announcer?.abandon(`ended by an error before it could be told: ${(0,errors/* explained */.to)(error).code}`);
    }
    /** Tells everybody how it ended; gives what went wrong with that. */
    async end(report) {
        const { github, announcer, announced, found } = this;
        const { run, runUrl, webhook, authorId } = this.place;
        const settings = { authorId, run, runUrl };
        return await tellOfDeploy(report, {
            ...(announcer ? { announcements: { announcer, announced } } : {}),
            ...(github && found
                ? {
                    pulls: {
                        pulls: found.pulls,
                        settings,
                        forge: new github_forge.GithubForge(github.client, github.owner, github.repo),
                    },
                }
                : {}),
            ...(webhook === null
                ? {}
                : { webhook: { address: webhook, webhook: new HttpWebhook(compose_call/* PROGRAM */.RX.version) } }),
        });
    }
}
// To take it for superseded would end well what deployed nothing.
function unknown(branch) {
    return new errors/* HostenvError */.aY("branch-unreadable", `${branch} has gone on, and what it has become can't be fetched: whether a later deploy follows is not known`, "run the workflow again; if it happens again, see whether the checkout's token may still read the repository");
}
function announcerOf({ announcing, isPublic, runUrl }, commit, github) {
    return new Announcer(new GithubDeployments(github.client, github.owner, github.repo), {
        announcing,
        ...(isPublic === null ? {} : { isPublic }),
        commit,
        logUrl: runUrl,
    });
}

// EXTERNAL MODULE: ./build/compose/dns-gate.js + 11 modules
var compose_dns_gate = __webpack_require__(4333);
// EXTERNAL MODULE: ./build/compose/node-run.js + 5 modules
var node_run = __webpack_require__(512);
// EXTERNAL MODULE: ./build/compose/nodes.js + 17 modules
var compose_nodes = __webpack_require__(8416);
// EXTERNAL MODULE: ./build/compose/secrets.js
var compose_secrets = __webpack_require__(5666);
;// CONCATENATED MODULE: ./build/compose/deploy.js






























const memory = coerce/* number */.ai().positive().optional();
// How something is reached, and who is told, is no part of what is decided.
const flags = deployInputs.extend({
    signingKeyFile: schemas/* string */.YjP().optional(),
    knownHosts: schemas/* string */.YjP().optional(),
    evalMemory: memory,
    reviewed: schemas/* array */.YOg(schemas/* string */.YjP()).default([]),
    deployments: schemas/* enum */.k5n(["auto", "on", "off"]).default("auto"),
    planWorkflow: schemas/* string */.YjP()
        .regex(/^[\w.-]+\.ya?ml$/, "is no name of a workflow's file, such as hostenv-plan.yml")
        .default("hostenv-plan.yml"),
    webhookUrl: schemas/* string */.YjP().optional(),
});
/** Runs `deploy`. */
async function composedDeploy(call) {
    const given = (0,compose_call/* checked */.KD)("deploy", flags, call.options);
    const { signingKeyFile, knownHosts: _, evalMemory, ...rest } = given;
    const { reviewed, planWorkflow, deployments, webhookUrl, ...inputs } = rest;
    const trees = new git_trees/* GitTrees */.y(call.directory, (0,compose_call/* snapshotFolder */.H1)());
    const wishes = {
        reviewed,
        planWorkflow,
        planId: inputs.planId,
        announcing: deployments,
        webhook: webhookUrl ?? null,
        authorId: call.place.commentAuthorId ?? comment/* GITHUB_ACTIONS_BOT */.iU,
    };
    const place = await placeOf(trees, wishes);
    if (webhookUrl !== undefined)
        call.hide(webhookUrl);
    const telling = await DeployTelling.of(call, place);
    const { ports, close } = await opened(call, { signingKeyFile, evalMemory }, telling);
    try {
        const end = await deploy(inputs, ports).catch(async (error) => {
            await telling.abandoned(error);
            throw error;
        });
        const around = {
            provider: place.provider,
            toolVersion: compose_call/* PROGRAM */.RX.version,
            notices: telling.notices(),
            resume: resuming(call.options),
        };
        const report = reportOfDeploy(end, around);
        const notices = await telling.end(report);
        const told = { ...report, notices: [...report.notices, ...notices] };
        return deployAnswer(told, { runUrl: place.runUrl, exitCode: end.exitCode });
    }
    finally {
        await close();
    }
}
// The DNS gate starts a deploy as somebody does by hand. Who names a plan may mean an older one on purpose.
function isFollowed(event, planId) {
    return (["push", "schedule"].includes(event ?? "") || (event === "workflow_dispatch" && planId === undefined));
}
async function placeOf(trees, { planId, ...wishes }) {
    const { env } = process;
    const [id, attempt] = [Number(env.GITHUB_RUN_ID), Number(env.GITHUB_RUN_ATTEMPT)];
    const isRun = id > 0 && attempt > 0;
    const url = `${env.GITHUB_SERVER_URL}/${env.GITHUB_REPOSITORY}/actions/runs/${id}`;
    return {
        ...wishes,
        provider: await trees.folder(),
        generated: (0,compose_call/* snapshotFolder */.H1)(),
        branch: env.GITHUB_REF_TYPE === "branch" ? (env.GITHUB_REF_NAME ?? null) : null,
        isFollowed: isFollowed(env.GITHUB_EVENT_NAME, planId),
        commit: await trees.head(),
        run: isRun ? { id, attempt } : null,
        runUrl: isRun && env.GITHUB_SERVER_URL ? url : null,
        isPublic: null,
    };
}
// The same flags again, for the nodes that are left.
function resuming(options) {
    const verb = verbs/* VERBS */.h.find(({ name }) => name === "deploy");
    return (nodes) => (0,command_line/* commandLine */.a)(verb, { ...options, node: nodes }, ["report", "report-html", "dry-run"]);
}
async function opened(call, given, telling) {
    const { directory } = call;
    const generated = (0,compose_call/* snapshotFolder */.H1)();
    const secrets = await (0,compose_secrets/* secretsOf */.F)(call);
    const folder = await compose_call/* privateFolders */.v9.make();
    const nodes = await (0,compose_nodes/* nodesOf */.N)(call, secrets);
    const limits = { memoryMib: given.evalMemory, seconds: nix_limits/* NO_TIME_CAP */.JS };
    const patterns = new worker_patterns/* WorkerPatterns */.k();
    const nameservers = new dns_nameservers/* DnsNameservers */.j({});
    const snapshot = new disk_snapshot/* DiskSnapshot */.K(directory, generated);
    const trees = new git_trees/* GitTrees */.y(directory, generated);
    const lead = {
        nameservers,
        certificates: new tls_certificates/* TlsCertificates */.m(),
        challenges: new http_challenges/* HttpChallenges */.V(),
        zones: await (0,compose_dns_gate.zonesOf)(call, CLOUDFLARE_API, false),
        clock: system_clock/* systemClock */.m,
        timer: system_timer/* systemTimer */.t,
        progress: compose_call/* progress */.qB,
        files: compose_call/* files */.aq,
        directory,
        generated,
    };
    const tokens = call.secrets.nixAccessTokens;
    const access = tokens ? { tokens, folders: compose_call/* privateFolders */.v9 } : undefined;
    const nix = nixPorts(nodes, await deployRsPrograms(folder), { limits, access });
    const isStopped = (0,node_run/* stopping */.fX)(() => {
        nodes.abandon();
        void Promise.all([nix.store.dispose(), nix.closures.dispose()]);
    });
    const ports = {
        nodes,
        ...nix,
        trees,
        snapshot,
        files: compose_call/* files */.aq,
        generated,
        clock: system_clock/* systemClock */.m,
        progress: compose_call/* progress */.qB,
        nodeProgress: compose_call/* nodeProgress */.MM,
        signing: await signingIn(given.signingKeyFile, secrets, folder),
        owner: (0,node_run/* owner */.eC)(),
        isStopped,
        isSuperseded: telling.isSuperseded,
        unreviewed: telling.unreviewed,
        begun: telling.begun,
        verify: (0,node_run/* verifying */.MP)(patterns, isStopped),
        lead: (moves, gate, side) => leadMoves(moves, gate, side, lead),
        secured: (moves, gate, side) => securedMoves(moves, gate, side, lead),
        remember: async (text) => {
            await snapshot.lock();
            await snapshot.replace(dns_memory/* MEMORY */.Qy, text).finally(() => snapshot.unlock());
            await (0,compose_dns_gate.tracking)(trees)([`${generated}/${dns_memory/* MEMORY */.Qy}`]);
        },
    };
    const close = async () => {
        nameservers.dispose();
        await patterns.dispose();
        await folder.remove();
    };
    return { ports, close };
}
const CLOUDFLARE_API = "https://api.cloudflare.com/client/v4";
function nixPorts(nodes, programs, { limits, access }) {
    // What is evaluated here is fetched first, private projects too; what nodes are sent needs no token.
    const nix = new nix_runner/* NixRunner */.k2({ limits, access });
    return {
        closures: new nix_closures/* NixClosures */.Q(nix),
        store: new NixStore({
            nix,
            nixStore: new nix_runner/* NixRunner */.k2({ program: "nix-store", limits }),
            towards: (node) => {
                const given = { limits, variables: nodes.environment(node) };
                return { nix: new nix_runner/* NixRunner */.k2(given), nixStore: new nix_runner/* NixRunner */.k2({ program: "nix-store", ...given }) };
            },
        }),
        activator: new DeployRsActivator({
            program: "deploy",
            programs,
            environment: (node, users) => nodes.activating(node, users),
        }),
    };
}
// A key that is only in a variable is given to Nix as a file that only we can read.
async function signingIn(path, { NIX_SIGNING_KEY: key }, folder) {
    if (path !== undefined) {
        const secret = await compose_call/* files */.aq.readIfThere(path);
        if (secret !== null)
            return { file: path, secret };
        throw new errors/* HostenvError */.aY("file-not-found", `there is no file ${path}`, "name the file of the signing key");
    }
    return key === undefined ? null : { file: await folder.write("signing-key", key), secret: key };
}


/***/ }),

/***/ 4104:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   k: () => (/* binding */ publicKeyOf)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(9473);

/** Bytes of an ed25519 secret key as Nix keeps it: seed, then public key. */
const [SECRET_BYTES, PUBLIC_BYTES] = [64, 32];
/**
 * The public half of a key that `nix key generate-secret` made, as trusted-public-keys lists it. Throws
 * HostenvError `signing-key` for anything else, and never quotes it.
 */
function publicKeyOf(secret) {
    const [, name, encoded] = /^\s*([^\s:]+):([A-Za-z0-9+/]+={0,2})\s*$/.exec(secret) ?? [];
    const bytes = encoded === undefined ? "" : decoded(encoded);
    if (name !== undefined && bytes.length === SECRET_BYTES)
        return `${name}:${btoa(bytes.slice(-PUBLIC_BYTES))}`;
    const isPublic = name !== undefined && bytes.length === PUBLIC_BYTES;
    throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .HostenvError */ .aY("signing-key", isPublic ? "the signing key is a public key" : "the signing key is none that Nix made", "give the whole line that `nix key generate-secret --key-name NAME` printed");
}
function decoded(text) {
    try {
        return atob(text);
    }
    catch {
        return "";
    }
}


/***/ })

};
