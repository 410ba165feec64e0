export const id = 779;
export const ids = [779,932];
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


/***/ }),

/***/ 2878:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  T: () => (/* binding */ reportProblems)
});

// EXTERNAL MODULE: ./build/domain/changes.js
var changes = __webpack_require__(9204);
;// CONCATENATED MODULE: ./build/domain/issues.js

/** 128 bits: a text that has another's digest can't be made. */
const DIGEST_DIGITS = 32;
/** What a problem's digest is made of. */
function digestOf(text) {
    return (0,changes/* sha256 */.sc)(text).slice(0, DIGEST_DIGITS);
}
/**
 * What makes of the issues there are one open issue per problem and none besides, what is most urgent first.
 * A key that is neither a problem nor settled keeps its issue as it is; of two open issues of one key the
 * older stays. Nothing where that is so already. Runs that meet may make two issues of one problem: the next
 * run puts it right.
 */
function issueActions(problems, known, isSettled) {
    const wanted = new Map(problems.map((problem) => [problem.key, problem]));
    const issues = byKey(known);
    const keys = [...new Set([...wanted.keys(), ...issues.keys()])];
    const actions = keys.flatMap((key) => actionsFor(wanted.get(key), issues.get(key) ?? [], isSettled(key)));
    return actions.sort((left, right) => URGENCY.indexOf(left.kind) - URGENCY.indexOf(right.kind));
}
const URGENCY = ["open", "reopen", "duplicate", "close", "edit"];
function byKey(known) {
    const found = new Map();
    // A page may have been read twice while others wrote.
    const once = new Map(known.map((issue) => [issue.number, issue])).values();
    for (const issue of [...once].sort((left, right) => left.number - right.number))
        found.set(issue.key, [...(found.get(issue.key) ?? []), issue]);
    return found;
}
function actionsFor(problem, issues, isSettled) {
    const [first, ...later] = issues.filter(({ state }) => state === "open");
    const duplicates = first ? later.map((issue) => ({ kind: "duplicate", issue, of: first })) : [];
    if (!problem)
        return first && isSettled ? [...duplicates, { kind: "close", issue: first }] : duplicates;
    if (!first)
        return brought(problem, issues);
    return says(first, problem) ? duplicates : [...duplicates, { kind: "edit", issue: first, problem }];
}
function says(issue, { cause, digest }) {
    return issue.cause === cause && issue.digest === digest;
}
function brought(problem, closed) {
    const last = lastOf(closed);
    if (!last)
        return [{ kind: "open", problem }];
    return isDeclined(problem, last) ? [] : [{ kind: "reopen", issue: last, problem }];
}
// What was closed as a duplicate points elsewhere.
function lastOf(closed) {
    return closed.findLast(({ closedAs }) => closedAs !== "duplicate") ?? closed.at(-1);
}
// We never close as not planned: a person has decided to live with it.
function isDeclined({ cause }, last) {
    return last.closedAs === "not-planned" && last.cause === cause;
}
/**
 * The problems that get an issue of their own in this run, and those that have to wait since `most` are opened
 * or opened again already. In the order given.
 */
function admitted(problems, known, most) {
    const issues = byKey(known);
    const [own, waiting] = [[], []];
    let opened = 0;
    for (const problem of problems) {
        const actions = actionsFor(problem, issues.get(problem.key) ?? [], false);
        const isNew = actions.some(({ kind }) => kind === "open" || kind === "reopen");
        if (isNew)
            opened++;
        (isNew && opened > most ? waiting : own).push(problem);
    }
    return { own, waiting };
}
/** A closed issue gets a comment, too. */
const WRITES = { open: 1, reopen: 1, edit: 1, close: 2, duplicate: 2 };
/** The first of the actions, as far as they take at most so many writes. */
function withinWrites(actions, most) {
    let writes = 0;
    return actions.filter(({ kind }) => {
        writes += WRITES[kind];
        return writes <= most;
    });
}

// EXTERNAL MODULE: ./build/render/issue-mark.js
var issue_mark = __webpack_require__(3082);
// EXTERNAL MODULE: ./build/render/words.js
var words = __webpack_require__(8712);
// EXTERNAL MODULE: ./build/errors.js
var errors = __webpack_require__(9473);
;// CONCATENATED MODULE: ./build/commands/issue-writer.js


/** Writes issues one after the other. What GitHub refuses is told, and the rest is left where it would refuse it, too. */
class IssueWriter {
    /** What was done, by kind. */
    done = {
        open: [],
        reopen: [],
        edit: [],
        close: [],
        duplicate: [],
    };
    notices = [];
    issues;
    options;
    mayOpen = true;
    isUnlabelledTold = false;
    constructor(issues, options) {
        this.issues = issues;
        this.options = options;
    }
    async perform(actions) {
        for (const [index, action] of actions.entries()) {
            try {
                await this.act(action);
            }
            catch (error) {
                this.notices.push(reasonOf(error));
                // Then it is this one alone that GitHub does not take.
                if (error.code === "github-rejected")
                    continue;
                this.notices.push(leftForLater(actions.length - index));
                return;
            }
        }
    }
    async act(action) {
        const { kind } = action;
        if (kind === "open" && !this.mayOpen)
            return;
        const done = this.options.dryRun ? planned(action) : await this.written(action);
        // Somebody deleted it meanwhile.
        if (done)
            this.done[kind].push(done);
    }
    async written(action) {
        if (action.kind === "open")
            return this.opened(action.problem);
        const { key, number, posted } = action.issue;
        const isThere = await this.changed(action);
        if (!isThere)
            return null;
        if (action.kind === "close")
            await this.say(number, this.options.farewell(key));
        if (action.kind === "duplicate")
            await this.say(number, `Duplicate of #${action.of.number}`);
        return issueOf(key, posted);
    }
    changed(action) {
        const { number } = action.issue;
        if (action.kind === "close")
            return this.issues.closeIssue(number, "completed");
        if (action.kind === "duplicate")
            return this.issues.closeIssue(number, { duplicateOf: action.of.posted });
        return this.issues.editIssue(number, action.problem.text, action.kind === "reopen");
    }
    async opened({ key, text }) {
        const { label, authorId } = this.options;
        const isIt = ({ body, state }) => state === "open" && body.trim() === text.body.trim();
        const posted = await this.issues.createIssue(text, [label], isIt);
        if (posted.authorId !== authorId)
            this.stopOpening(posted);
        const carried = posted.labels.map((name) => name.toLowerCase());
        if (!carried.includes(label.toLowerCase()))
            this.tellUnlabelled(posted);
        return issueOf(key, posted);
    }
    // The next run would not know it again, and open another one.
    stopOpening(posted) {
        this.mayOpen = false;
        this.notices.push(foreignAuthor(posted, this.options.authorId));
    }
    // Once: it is so with all of them.
    tellUnlabelled(posted) {
        if (!this.isUnlabelledTold)
            this.notices.push(unlabelled(posted, this.options.label));
        this.isUnlabelledTold = true;
    }
    // The issue is as it should be without these words.
    async say(number, text) {
        try {
            await this.issues.commentOn(number, text);
        }
        catch (error) {
            this.notices.push(reasonOf(error));
        }
    }
}
function planned(action) {
    return action.kind === "open"
        ? { key: action.problem.key, number: null, url: null }
        : issueOf(action.issue.key, action.issue.posted);
}
/** An issue as it is told of. */
function issueOf(key, { number, url }) {
    return { key, number, url };
}
/** What stands against writing, for a notice; a mistake of ours is thrown on. */
function reasonOf(error) {
    if (!(error instanceof errors/* HostenvError */.aY))
        throw error;
    const right = error.code === "github-forbidden" ? ": the token needs `issues: write`" : "";
    return `${error.message}${right}`;
}
/** That changes are left for the next run. */
function leftForLater(count) {
    return `${(0,words/* counted */.hS)(count, "change")} of issues ${count === 1 ? "is" : "are"} left for the next run`;
}
/** That an issue is not taken for ours although it has our mark, and what to do. */
function foreignAuthor({ number, authorId }, ours) {
    return (`issue #${number} has our mark and was written by the user ${authorId}, and issues of ${ours} are taken ` +
        `for ours: set comment-author-id to ${authorId} if it is the token's, else close the issue and take its label away`);
}
function unlabelled({ number }, label) {
    return (`issue #${number} did not get the label ${label}, which takes the right to write to the repository: ` +
        "issues are found by their author, which takes more requests");
}

;// CONCATENATED MODULE: ./build/commands/known-issues.js

/** An author's issues are looked through so many pages deep, 100 a page. */
const AUTHOR_PAGES = 20;
/**
 * Our open issues, and for keys that have none the closed ones. By label as long as that finds them, which is
 * one request in a run like the last; else by author, too: who may not write to the repository gives no labels,
 * and a label may be taken away.
 */
async function findIssues(issues, ownership, keys) {
    return new Finding(issues, ownership).found(new Set(keys));
}
class Finding {
    issues;
    ownership;
    ours = [];
    foreign = new Map();
    constructor(issues, ownership) {
        this.issues = issues;
        this.ownership = ownership;
    }
    async found(keys) {
        const { authorId } = this.ownership;
        const label = (0,issue_mark/* issueLabel */.cC)(this.ownership);
        const { issues } = this;
        for await (const page of issues.labelled(label, "open"))
            this.take(page, true);
        const isAnyLabelled = this.ours.length > 0;
        const isComplete = () => this.hasAll(keys);
        if (!isComplete())
            await this.look(issues.labelled(label, "closed"), isComplete);
        if (!isComplete())
            await this.look(issues.writtenBy(authorId, "all"), isComplete, AUTHOR_PAGES);
        else if (!isAnyLabelled)
            await this.look(issues.writtenBy(authorId, "open"), () => false, AUTHOR_PAGES);
        return { ours: this.ours, foreign: this.foreign };
    }
    // A duplicate points to another one, which may stand further back.
    hasAll(keys) {
        const found = new Set(this.ours.filter(({ closedAs }) => closedAs !== "duplicate").map(({ key }) => key));
        return [...keys].every((key) => found.has(key));
    }
    async look(pages, isEnough, most = Number.POSITIVE_INFINITY) {
        let read = 0;
        for await (const page of pages) {
            this.take(page, false);
            if (isEnough() || ++read >= most)
                return;
        }
    }
    take(page, isLabelled) {
        for (const posted of page) {
            const mark = (0,issue_mark/* readMark */.Mp)(posted.body, this.ownership);
            if (!mark)
                continue;
            const { number, state, closedAs } = posted;
            if (posted.authorId === this.ownership.authorId)
                this.ours.push({ ...mark, number, state, closedAs, posted });
            else if (isLabelled)
                this.foreign.set(mark.key, posted);
        }
    }
}

;// CONCATENATED MODULE: ./build/commands/report-problems.js





/**
 * So many issues are opened or opened again in one run: each is a mail to everybody who watches. The rest
 * stands in one issue until its turn comes.
 */
const OPENED_PER_RUN = 20;
/** GitHub takes 80 writes of content a minute and 500 an hour; four runs an hour stay below. */
const WRITES_PER_RUN = 100;
/**
 * Makes one open issue per problem, closes those of problems that are gone, and joins copies that come from
 * runs which met. Whatever GitHub refuses is a notice: the next run goes on from what there is.
 */
async function reportProblems(drafts, options, ports) {
    return new Reporting(options, ports).run(drafts);
}
class Reporting {
    options;
    ports;
    writer;
    notices = [];
    open = new Map();
    constructor(options, ports) {
        this.options = options;
        this.ports = ports;
        this.writer = new IssueWriter(ports.issues, { ...options, label: (0,issue_mark/* issueLabel */.cC)(options) });
    }
    async run(drafts) {
        this.ports.progress.step("looking at issues");
        try {
            await this.writer.perform(await this.compared(drafts));
        }
        catch (error) {
            this.notices.push(`issues are left as they are: ${reasonOf(error)}`);
        }
        const { open: opened, reopen: reopened, edit: edited, close: closed, duplicate } = this.writer.done;
        const notices = [...this.notices, ...this.writer.notices];
        return { opened, reopened, edited, closed, duplicates: duplicate, open: this.openNow(), notices };
    }
    async compared(drafts) {
        const problems = drafts.map((draft) => this.told(draft));
        const first = await this.found(problems);
        const { own, waiting } = admitted(problems, first.ours, OPENED_PER_RUN);
        const rest = waiting.length > 0 ? [this.collected(drafts, waiting)] : [];
        const { ours, foreign } = rest.length > 0 ? await this.found([...problems, ...rest]) : first;
        this.remember(ours);
        const actions = issueActions([...rest, ...own], ours, this.options.isSettled);
        const free = this.withoutTaken(actions, foreign);
        const possible = withinWrites(free, WRITES_PER_RUN);
        if (possible.length < free.length)
            this.notices.push(leftForLater(free.length - possible.length));
        return possible;
    }
    found(problems) {
        const keys = problems.map(({ key }) => key);
        return findIssues(this.ports.issues, this.options, keys);
    }
    told(draft) {
        const title = (0,issue_mark/* issueTitle */.al)(draft);
        const digest = digestOf(`${title}\n${draft.essence}`);
        const text = { title, body: (0,issue_mark/* issueBody */.y6)(this.options, digest, draft) };
        return { key: (0,issue_mark/* markedKey */.MZ)(draft.key), cause: draft.cause, digest, text };
    }
    collected(drafts, waiting) {
        const keys = new Set(waiting.map(({ key }) => key));
        const many = `${(0,words/* counted */.hS)(waiting.length, "problem")} ${waiting.length === 1 ? "stands" : "stand"}`;
        this.notices.push(`${many} in one issue: a run opens ${OPENED_PER_RUN} issues at most`);
        return this.told(this.options.collected(drafts.filter(({ key }) => keys.has((0,issue_mark/* markedKey */.MZ)(key)))));
    }
    // Opened all the same, every run would add one: what the token writes is not taken for ours.
    withoutTaken(actions, foreign) {
        const taken = actions.flatMap((action) => action.kind === "open" ? (foreign.get(action.problem.key) ?? []) : []);
        if (taken[0])
            this.notices.push(foreignAuthor(taken[0], this.options.authorId));
        return actions.filter((action) => action.kind !== "open" || !foreign.has(action.problem.key));
    }
    // Of two, the older is the one that stays.
    remember(ours) {
        const open = ours.filter(({ state }) => state === "open");
        for (const { key, posted } of open.toSorted((left, right) => left.number - right.number))
            if (!this.open.has(key))
                this.open.set(key, issueOf(key, posted));
    }
    openNow() {
        const { open, reopen, close } = this.writer.done;
        for (const issue of [...open, ...reopen])
            this.open.set(issue.key, issue);
        for (const { key } of close)
            this.open.delete(key);
        return this.open;
    }
}


/***/ }),

/***/ 3342:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  z: () => (/* binding */ issuesAfter)
});

// EXTERNAL MODULE: ./node_modules/zod/v4/classic/schemas.js + 11 modules
var schemas = __webpack_require__(2857);
// EXTERNAL MODULE: ./node_modules/zod/v4/classic/coerce.js
var coerce = __webpack_require__(9567);
// EXTERNAL MODULE: ./build/adapters/git-trees.js + 7 modules
var git_trees = __webpack_require__(185);
// EXTERNAL MODULE: ./build/errors.js
var errors = __webpack_require__(9473);
// EXTERNAL MODULE: ./build/adapters/github-client.js
var github_client = __webpack_require__(5932);
// EXTERNAL MODULE: ./build/adapters/github-requests.js
var github_requests = __webpack_require__(3185);
;// CONCATENATED MODULE: ./build/adapters/github-issues.js



/** The one author whose name is known without asking: github-actions[bot] of github.com. */
const WORKFLOW_BOT = { id: 41_898_282, login: "github-actions[bot]" };
/** Issues of one repository on GitHub, through its REST API. */
class GithubIssues {
    client;
    place;
    constructor(client, owner, repo) {
        this.client = client;
        this.place = { owner, repo };
    }
    labelled(label, state) {
        const order = state === "open"
            ? { sort: "created", direction: "asc" }
            : { sort: "updated", direction: "desc" };
        return this.listed({ labels: label, state, ...order });
    }
    async *writtenBy(authorId, state) {
        const creator = await this.loginOf(authorId);
        yield* this.listed({ creator, state, sort: "created", direction: "desc" });
    }
    // GitHub filters by a name that can be given anew; whose issue it is, is told by the id.
    async loginOf(id) {
        if (id === WORKFLOW_BOT.id)
            return WORKFLOW_BOT.login;
        const { data } = await (0,github_requests/* asking */.os)(`tell who user ${id} is`, this.client.rest.users.getById({ account_id: id }));
        return data.login;
    }
    async *listed(wanted) {
        const read = async (page) => (await this.page(wanted, page)).data;
        for await (const found of (0,github_requests/* pages */.Bd)(read))
            yield found.filter((each) => !each.pull_request).map(postedIssue);
    }
    page(wanted, page = 1) {
        const asked = { ...this.place, ...wanted, per_page: github_requests/* PAGE */.KL, page };
        return this.enabled("list issues", this.client.rest.issues.listForRepo(asked));
    }
    createIssue(text, labels, isIt) {
        // Not by label: whether GitHub took it is not known yet.
        const latest = { state: "all", sort: "created", direction: "desc" };
        const find = async () => {
            const { data } = await this.page(latest);
            return data.map(postedIssue).find(isIt) ?? null;
        };
        return (0,github_requests/* writtenOnce */.L9)(() => this.createOnce(text, labels), find);
    }
    async createOnce({ title, body }, labels) {
        const wanted = { ...this.place, title, body, labels: [...labels], ...github_requests/* ONCE */.ET };
        const { data } = await this.enabled("take the issue", this.client.rest.issues.create(wanted));
        return postedIssue(data);
    }
    editIssue(number, { title, body }, reopened) {
        return this.changed(number, { title, body, ...(reopened ? { state: "open" } : {}) });
    }
    closeIssue(number, as) {
        const reason = as === "completed"
            ? { state_reason: "completed" }
            : { state_reason: "duplicate", duplicate_issue_id: as.duplicateOf.id };
        return this.changed(number, { state: "closed", ...reason });
    }
    async changed(number, change) {
        try {
            await this.client.rest.issues.update({ ...this.place, issue_number: number, ...change });
            return true;
        }
        catch (cause) {
            if ((0,github_requests/* statusOf */.c2)(cause) === 410)
                return false;
            throw (0,github_client/* failureOf */.g)(cause, `change issue #${number}`);
        }
    }
    async commentOn(number, body) {
        const wanted = { ...this.place, issue_number: number, body, ...github_requests/* ONCE */.ET };
        await (0,github_requests/* asking */.os)(`take a comment on issue #${number}`, this.client.rest.issues.createComment(wanted));
    }
    async enabled(what, request) {
        try {
            return await request;
        }
        catch (cause) {
            throw (0,github_requests/* statusOf */.c2)(cause) === 410 ? disabled(this.place, cause) : (0,github_client/* failureOf */.g)(cause, what);
        }
    }
}
function disabled({ owner, repo }, cause) {
    const hint = "switch issues on in the repository's settings, or give the action the input issues: false";
    return new errors/* HostenvError */.aY("issues-disabled", `issues are disabled in ${owner}/${repo}`, hint, cause);
}
const CLOSED_AS = {
    not_planned: "not-planned",
    duplicate: "duplicate",
};
function postedIssue(data) {
    const isOpen = data.state === "open";
    return {
        number: data.number,
        id: data.id,
        authorId: data.user?.id ?? 0,
        state: isOpen ? "open" : "closed",
        // An issue that was closed before there were reasons was done.
        closedAs: isOpen ? null : (CLOSED_AS[data.state_reason ?? ""] ?? "completed"),
        body: data.body ?? "",
        labels: data.labels.flatMap((label) => (typeof label === "string" ? label : (label.name ?? []))),
        url: data.html_url,
    };
}

;// CONCATENATED MODULE: ./build/adapters/github-runs.js

/** How runs end that looked at nothing. */
const IDLE = ["cancelled", "skipped", "action_required", "stale", "startup_failure"];
/** So many of the latest runs are looked through. */
const LATEST = 30;
/** Runs of one repository's workflows on GitHub. */
class GithubRuns {
    client;
    place;
    constructor(client, owner, repo) {
        this.client = client;
        this.place = { owner, repo };
    }
    async lastScheduled(workflow) {
        const wanted = {
            workflow_id: workflow,
            event: "schedule",
            status: "completed",
            per_page: LATEST,
        };
        const { data } = await (0,github_requests/* asking */.os)(`list runs of the workflow ${workflow}`, this.client.rest.actions.listWorkflowRuns({ ...this.place, ...wanted }));
        const run = data.workflow_runs.find(({ conclusion }) => !IDLE.includes(conclusion ?? ""));
        return run ? { startedAt: new Date(run.created_at), url: run.html_url } : null;
    }
}

// EXTERNAL MODULE: ./build/adapters/system-clock.js
var system_clock = __webpack_require__(9903);
// EXTERNAL MODULE: ./build/commands/comment.js + 5 modules
var comment = __webpack_require__(506);
;// CONCATENATED MODULE: ./build/commands/schedule-age.js

const HOUR_MS = 3_600_000;
/** Tells a schedule that GitHub dropped, delays or switched off. What can't be known is a notice. */
async function scheduleAge({ workflow, expectedEvery }, { runs, clock }) {
    const name = workflow.slice(workflow.lastIndexOf("/") + 1);
    try {
        const run = await runs.lastScheduled(name);
        if (!run)
            return { late: null, notices: [] };
        const hours = (clock.now().getTime() - run.startedAt.getTime()) / HOUR_MS;
        return { late: hours > expectedEvery ? late(name, hours, expectedEvery) : null, notices: [] };
    }
    catch (error) {
        if (!(error instanceof errors/* HostenvError */.aY))
            throw error;
        const right = error.code === "github-forbidden" ? ": the token needs `actions: read`" : "";
        return { late: null, notices: [`the schedule's last run is not known: ${error.message}${right}`] };
    }
}
function late(name, hours, expected) {
    return (`the schedule of ${name} last started a run ${Math.floor(hours)} hours ago, and one is expected every ${expected} ` +
        "hours: GitHub drops runs when it is busy, and switches schedules of public repositories off after 60 days " +
        "without a commit");
}

;// CONCATENATED MODULE: ./build/render/issues-answer.js
/** What is told of issues and of the schedule. Null for what was not looked at. */
function issuesAftermath(reported, age) {
    const annotation = age?.late == null
        ? []
        : [
            { severity: "warning", title: "The schedule is late", message: age.late, file: age.workflow },
        ];
    return {
        notices: [...(reported?.notices ?? []), ...(age?.notices ?? [])],
        annotations: annotation,
        summary: reported ? summary(reported) : "",
    };
}
/** So many issues of a kind are named. */
const NAMED = 30;
function summary({ opened, reopened, edited, closed, duplicates, open }) {
    const parts = Object.entries({ opened, reopened, edited, closed, "joined as copies": duplicates }).flatMap(([word, issues]) => (issues.length > 0 ? [`${word} ${links(issues)}`] : []));
    const done = parts.length > 0 ? parts.join(", ") : "nothing changed";
    return `Issues: ${done}; ${open.size} open.`;
}
function links(issues) {
    const named = issues.slice(0, NAMED).map(({ number, url }) => (url ? `[#${number}](${url})` : "a new one"));
    return [...named, ...(issues.length > NAMED ? [`and ${issues.length - NAMED} more`] : [])].join(" ");
}

// EXTERNAL MODULE: ./build/compose/call.js + 3 modules
var compose_call = __webpack_require__(1082);
;// CONCATENATED MODULE: ./build/compose/issues.js










/** What an action is given besides the verb's flags. */
const inputs = schemas/* strictObject */.rej({
    issues: schemas/* boolean */.zMY().default(false),
    /** Hours. */
    expectedEvery: coerce/* number */.ai().positive().optional(),
    commentAuthorId: coerce/* number */.ai().int().positive().default(comment/* GITHUB_ACTIONS_BOT */.iU),
    /** The workflow's file below the repository's root. */
    workflow: schemas/* string */.YjP().optional(),
    dryRun: schemas/* boolean */.zMY().default(false),
});
/**
 * What an action does once a verb's answer stands: writes issues, and looks when the schedule ran last. Null
 * where neither is wanted. Throws UsageError for a wrong input.
 */
function issuesAfter(verb, call, telling) {
    const given = (0,compose_call/* checked */.KD)(verb, inputs, call.options);
    const { issues, expectedEvery, commentAuthorId: authorId, dryRun } = given;
    if (!issues && expectedEvery === undefined)
        return null;
    return async (found) => {
        try {
            const github = await (0,compose_call/* onGithub */.xb)(call.options.repository, call.secrets);
            const provider = await new git_trees/* GitTrees */.y(call.directory, "").folder();
            const { client, owner, repo } = github;
            const ports = { issues: new GithubIssues(client, owner, repo), progress: compose_call/* progress */.qB };
            const reported = issues ? await telling(found, { provider, authorId, dryRun }, ports) : null;
            return issuesAftermath(reported, await age(given, github));
        }
        catch (error) {
            if (!(error instanceof errors/* HostenvError */.aY))
                throw error;
            const notice = `issues are left as they are: ${error.message}; ${error.hint}`;
            return { notices: [notice], annotations: [], summary: "" };
        }
    };
}
async function age({ expectedEvery, workflow }, { client, owner, repo }) {
    if (expectedEvery === undefined || workflow === undefined)
        return null;
    const ports = { runs: new GithubRuns(client, owner, repo), clock: system_clock/* systemClock */.m };
    return { ...(await scheduleAge({ workflow, expectedEvery }, ports)), workflow };
}


/***/ }),

/***/ 3082:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   MZ: () => (/* binding */ markedKey),
/* harmony export */   Mp: () => (/* binding */ readMark),
/* harmony export */   al: () => (/* binding */ issueTitle),
/* harmony export */   cC: () => (/* binding */ issueLabel),
/* harmony export */   y6: () => (/* binding */ issueBody)
/* harmony export */ });
/* harmony import */ var zod__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2857);
/* harmony import */ var _escape_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(6082);
/* harmony import */ var _sticky_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3518);



const stateSchema = zod__WEBPACK_IMPORTED_MODULE_1__/* .strictObject */ .rej({
    v: zod__WEBPACK_IMPORTED_MODULE_1__/* .literal */ .euz(1),
    cause: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP().regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/),
    digest: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP().regex(/^[0-9a-f]{32}$/),
});
/** A hostname has at most 253 characters; more tells nothing apart that anybody wants to tell apart. */
const KEY_LENGTH = 300;
/** GitHub takes titles of 256 characters. */
const TITLE_LENGTH = 250;
/** A key as a mark can hold it, on one line and of a length that fits. */
function markedKey(key) {
    return (0,_escape_js__WEBPACK_IMPORTED_MODULE_2__/* .shortened */ .vI)((0,_escape_js__WEBPACK_IMPORTED_MODULE_2__/* .visible */ .RK)(key), KEY_LENGTH);
}
/** An issue's title: no mention or reference is made of a title, so it needs no more than to be one line. */
function issueTitle({ title }) {
    return (0,_escape_js__WEBPACK_IMPORTED_MODULE_2__/* .shortened */ .vI)((0,_escape_js__WEBPACK_IMPORTED_MODULE_2__/* .visible */ .RK)(title), TITLE_LENGTH);
}
/** The body of an issue: two hidden lines by which it is found again, and what it says. */
function issueBody(home, digest, { key, cause, text }) {
    const state = JSON.stringify(stateSchema.parse({ v: 1, cause, digest }));
    const mark = `${beginning(home)}${(0,_sticky_js__WEBPACK_IMPORTED_MODULE_0__/* .hiddenWord */ .li)(markedKey(key))} -->`;
    return `${mark}\n<!-- hostenv-provider:issue:${state} -->\n\n${text}`;
}
function beginning({ topic, provider }) {
    return `<!-- hostenv-provider:${topic}:${(0,_sticky_js__WEBPACK_IMPORTED_MODULE_0__/* .hiddenWord */ .li)(provider)}:`;
}
/** The mark of an issue's body, null where it has none of this home. Who wrote it, it does not say. */
function readMark(body, home) {
    // Ours stands in the first two lines; a value further down can't be taken for it.
    const [first = "", second = ""] = body.split("\n", 2).map((line) => line.trimEnd());
    if (!first.startsWith(beginning(home)) || !first.endsWith(" -->"))
        return null;
    const key = decoded(first.slice(beginning(home).length, -" -->".length));
    if (key === null)
        return null;
    const found = /^<!-- hostenv-provider:issue:(\{.*\}) -->$/.exec(second)?.[1];
    // Where a person has edited it away, the issue gets it again.
    const { cause, digest } = stateOf(found) ?? { cause: "", digest: "" };
    return { key, cause, digest };
}
function stateOf(text) {
    try {
        return stateSchema.safeParse(JSON.parse(text ?? "null")).data ?? null;
    }
    catch {
        return null;
    }
}
function decoded(word) {
    try {
        return decodeURIComponent(word);
    }
    catch {
        return null;
    }
}
/** The label by which a home's issues are found; a comma would part it in a question to GitHub. */
function issueLabel({ topic, provider }) {
    return (0,_sticky_js__WEBPACK_IMPORTED_MODULE_0__/* .label */ .Pf)(topic, provider).replaceAll(",", ";");
}


/***/ })

};
