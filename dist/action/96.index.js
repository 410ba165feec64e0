export const id = 96;
export const ids = [96,932];
export const modules = {

/***/ 5932:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   client: () => (/* binding */ client),
/* harmony export */   g: () => (/* binding */ failureOf)
/* harmony export */ });
/* harmony import */ var _actions_github__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1758);
/* harmony import */ var _octokit_plugin_retry__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(9735);
/* harmony import */ var _octokit_plugin_throttling__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(6856);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(9473);




/** Longer waits for a rate limit are not waited: a job costs money, and a later run does the same. */
const LONGEST_WAIT_SECONDS = 90;
/** A limit is met by so many attempts more. */
const LIMIT_RETRIES = 2;
/** Makes a client; `note` is told when it has to wait. */
function client(token, note) {
    const onLimit = (kind) => (seconds, _, __, attempt) => {
        if (attempt >= LIMIT_RETRIES || seconds > LONGEST_WAIT_SECONDS)
            return false;
        note(`GitHub's ${kind} is reached: trying again in ${seconds} s`);
        return true;
    };
    const quiet = () => { };
    return (0,_actions_github__WEBPACK_IMPORTED_MODULE_0__/* .getOctokit */ .Q)(token, {
        log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
        // What a rate limit forbids is the other plugin's affair.
        retry: { doNotRetry: [400, 401, 403, 404, 409, 410, 422, 429, 451] },
        throttle: { onRateLimit: onLimit("rate limit"), onSecondaryRateLimit: onLimit("secondary rate limit") },
    }, _octokit_plugin_retry__WEBPACK_IMPORTED_MODULE_2__/* .retry */ .L, _octokit_plugin_throttling__WEBPACK_IMPORTED_MODULE_3__/* .throttling */ .A);
}
/** What went wrong with a request, in our words. `what` completes "GitHub can't …". */
function failureOf(cause, what) {
    const { status, message = "no answer", response } = cause;
    if (status === undefined)
        throw cause;
    const told = `GitHub does not ${what}: ${firstLine(message)}`;
    if (isLimit(cause, response)) {
        const hint = "run it again later, and check what else uses the token";
        return new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .HostenvError */ .aY("github-limited", told, hint, cause);
    }
    if ([401, 403, 404].includes(status)) {
        const hint = "check the workflow's `permissions`, and that the token is of this repository";
        return new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .HostenvError */ .aY("github-forbidden", told, hint, cause);
    }
    if (status >= 500) {
        const hint = "run it again; https://www.githubstatus.com tells of outages";
        return new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .HostenvError */ .aY("github-unreachable", told, hint, cause);
    }
    return new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .HostenvError */ .aY("github-rejected", told, "please report it with the log of the run", cause);
}
function isLimit({ status, message = "" }, response) {
    if (status === 429)
        return true;
    return (status === 403 && (/rate limit/i.test(message) || response?.headers?.["x-ratelimit-remaining"] === "0"));
}
function firstLine(text) {
    return text.split("\n", 1)[0];
}


/***/ }),

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

/***/ 3185:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Bd: () => (/* binding */ pages),
/* harmony export */   ET: () => (/* binding */ ONCE),
/* harmony export */   KL: () => (/* binding */ PAGE),
/* harmony export */   L9: () => (/* binding */ writtenOnce),
/* harmony export */   ST: () => (/* binding */ isGone),
/* harmony export */   c2: () => (/* binding */ statusOf),
/* harmony export */   os: () => (/* binding */ asking)
/* harmony export */ });
/* harmony import */ var node_timers_promises__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8500);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(9473);
/* harmony import */ var _github_client_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(5932);



/** GitHub gives at most so many things a page. */
const PAGE = 100;
/** What may or may not have been written is looked for after so many milliseconds. */
const SETTLE_MS = 2_000;
/** A write whose answer may be lost is not sent again by itself. */
const ONCE = { request: { retries: 0 } };
/** The answer of a request; what went wrong is told in our words, with `what` as in `failureOf`. */
async function asking(what, request) {
    try {
        return await request;
    }
    catch (cause) {
        throw (0,_github_client_js__WEBPACK_IMPORTED_MODULE_2__/* .failureOf */ .g)(cause, what);
    }
}
/** Page by page, until one is not full; a page is read when it is asked for. */
async function* pages(read) {
    for (let page = 1;; page++) {
        const found = await read(page);
        yield found;
        if (found.length < PAGE)
            return;
    }
}
/** What `write` made, at most once: where its answer is lost, `find` looks whether it is there all the same. */
async function writtenOnce(write, find) {
    try {
        return await write();
    }
    catch (error) {
        if (!(error instanceof _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .HostenvError */ .aY) || error.code !== "github-unreachable")
            throw error;
    }
    await (0,node_timers_promises__WEBPACK_IMPORTED_MODULE_0__.setTimeout)(SETTLE_MS);
    return (await find()) ?? (await write());
}
/** Whether it is not there, or not any more: somebody was faster. */
function isGone(cause) {
    return statusOf(cause) === 404;
}
/** The status of a refused request. */
function statusOf(cause) {
    return cause.status;
}


/***/ })

};
