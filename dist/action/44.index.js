export const id = 44;
export const ids = [44,932];
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

/***/ 4044:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   GithubProposals: () => (/* binding */ GithubProposals)
/* harmony export */ });
/* harmony import */ var _github_requests_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3185);

/** Pull requests of one repository on GitHub, as we open them. */
class GithubProposals {
    client;
    place;
    constructor(client, owner, repo) {
        this.client = client;
        this.place = { owner, repo };
    }
    async propose(from, onto, text) {
        return ((await this.opened(from, onto)) ?? (await this.open(from, onto, text))).url;
    }
    async opened(from, onto) {
        const head = `${this.place.owner}:${from}`;
        const wanted = { ...this.place, head, base: onto, state: "open", per_page: _github_requests_js__WEBPACK_IMPORTED_MODULE_0__/* .PAGE */ .KL };
        const { data } = await (0,_github_requests_js__WEBPACK_IMPORTED_MODULE_0__/* .asking */ .os)("list pull requests", this.client.rest.pulls.list(wanted));
        return data[0] ? openPull(data[0]) : null;
    }
    open(from, onto, { title, body }) {
        const wanted = { ...this.place, head: from, base: onto, title, body, ..._github_requests_js__WEBPACK_IMPORTED_MODULE_0__/* .ONCE */ .ET };
        const made = async () => openPull((await (0,_github_requests_js__WEBPACK_IMPORTED_MODULE_0__/* .asking */ .os)("open the pull request", this.client.rest.pulls.create(wanted))).data);
        return (0,_github_requests_js__WEBPACK_IMPORTED_MODULE_0__/* .writtenOnce */ .L9)(made, () => this.opened(from, onto));
    }
    async edit(pull, { title, body }) {
        const wanted = { ...this.place, pull_number: pull, title, body };
        await (0,_github_requests_js__WEBPACK_IMPORTED_MODULE_0__/* .asking */ .os)(`take the text of #${pull}`, this.client.rest.pulls.update(wanted));
    }
    async close(pull, body) {
        const wanted = { ...this.place, pull_number: pull, body, state: "closed" };
        await (0,_github_requests_js__WEBPACK_IMPORTED_MODULE_0__/* .asking */ .os)(`close #${pull}`, this.client.rest.pulls.update(wanted));
    }
    async start(workflow, branch, inputs) {
        const wanted = { ...this.place, workflow_id: workflow, ref: branch, inputs };
        await (0,_github_requests_js__WEBPACK_IMPORTED_MODULE_0__/* .asking */ .os)(`start ${workflow}`, this.client.rest.actions.createWorkflowDispatch(wanted));
    }
}
function openPull(data) {
    const { number, html_url: url, title, body } = data;
    return { number, url, title, body: body ?? "" };
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
