export const id = 596;
export const ids = [596];
export const modules = {

/***/ 3747:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   k: () => (/* binding */ WorkerPatterns)
/* harmony export */ });
/* harmony import */ var node_events__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8474);
/* harmony import */ var node_worker_threads__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(5919);


/** A person's pattern over a megabyte takes some milliseconds. */
const MOST_MILLISECONDS = 2_000;
// What grep takes for lines: a line break ends one, and an empty text has none. Given as text, since a
// bundle has no file that a worker could be started from.
const PROGRAM = `
const { parentPort } = require("node:worker_threads");
parentPort.on("message", ({ source, text }) => {
  let found = null;
  try {
    const expression = new RegExp(source, "su");
    const lines = text.split("\\n");
    if (lines.at(-1) === "") lines.pop();
    found = lines.some((line) => expression.test(line));
  } catch {}
  parentPort.postMessage(found);
});
`;
/** Patterns matched on a thread of their own, one at a time, which is ended where one takes too long. */
class WorkerPatterns {
    milliseconds;
    worker = null;
    last = Promise.resolve();
    constructor(milliseconds = MOST_MILLISECONDS) {
        this.milliseconds = milliseconds;
    }
    answer(question) {
        const mine = this.last.then(() => this.ask(question));
        this.last = mine;
        return mine;
    }
    async dispose() {
        await this.last;
        await this.stop();
    }
    async ask(question) {
        const worker = this.worker ?? (await this.start());
        const answer = await this.messageOf(worker, question);
        if (answer !== undefined)
            return answer;
        await this.stop();
        return null;
    }
    // A busy machine may take its time to start a thread, which is not the pattern's fault.
    async start() {
        const worker = new node_worker_threads__WEBPACK_IMPORTED_MODULE_1__.Worker(PROGRAM, { eval: true });
        this.worker = worker;
        await (0,node_events__WEBPACK_IMPORTED_MODULE_0__.once)(worker, "online");
        return worker;
    }
    // Undefined where there is none in time.
    messageOf(worker, question) {
        return new Promise((resolve) => {
            const end = (answer) => {
                clearTimeout(timer);
                worker.off("message", end).off("error", broken);
                resolve(answer);
            };
            const broken = () => end(undefined);
            const timer = setTimeout(broken, this.milliseconds);
            worker.once("message", end).once("error", broken);
            worker.postMessage(question);
        });
    }
    async stop() {
        const { worker } = this;
        this.worker = null;
        await worker?.terminate();
    }
}


/***/ }),

/***/ 5338:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   bj: () => (/* binding */ unanswered),
/* harmony export */   dc: () => (/* binding */ toldOf),
/* harmony export */   f5: () => (/* binding */ isWell),
/* harmony export */   gr: () => (/* binding */ asProblem),
/* harmony export */   sF: () => (/* binding */ untouched),
/* harmony export */   si: () => (/* binding */ isInterruption),
/* harmony export */   t: () => (/* binding */ INTERRUPTED),
/* harmony export */   t8: () => (/* binding */ isAnswering),
/* harmony export */   yd: () => (/* binding */ STOPPED)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(9473);
/* harmony import */ var _deploy_node_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3317);


/** Whether a node carries all that it is to carry, and its sites answer. */
function isWell({ problem, profiles, checks }) {
    return (problem === null && profiles.every(_deploy_node_js__WEBPACK_IMPORTED_MODULE_1__/* .isThere */ .$B) && checks.every(({ passed, enforced }) => passed || !enforced));
}
/** Why a node is left as it is once the run was told to end. */
const STOPPED = {
    code: "stopped",
    message: "the run was told to end before this node's turn came",
    hint: "deploy again: the next run goes on from what the nodes say",
};
/** Why a node is not done: what was prepared for it was ended. */
const INTERRUPTED = {
    code: "stopped",
    message: "the run was told to end while this node was prepared; nothing more was activated on it",
    hint: "deploy again: the next run goes on from what the nodes say",
};
/** Whether an error only says that something was ended because the run was told to end. */
function isInterruption(error) {
    return error instanceof _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .HostenvError */ .aY && ["evaluation-stopped", "node-stopped"].includes(error.code);
}
/** What a report tells of an error. */
function toldOf(error) {
    const { code, message, hint } = (0,_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .explained */ .to)(error);
    return { code, message, hint };
}
/** An error that is told of what was tried; any other is thrown on. */
function asProblem(thrown) {
    if (thrown instanceof _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .HostenvError */ .aY)
        return thrown;
    throw thrown;
}
/** A node to which nothing was done. */
function untouched(node, wave, problem) {
    const nothing = { profiles: [], prepared: [], lastBackups: {}, setAside: {}, checks: [] };
    return { node, wave, problem, ...nothing, seconds: 0 };
}
/** Environments whose enforced checks did not pass. */
function unanswered(checks) {
    const failing = checks.filter(({ passed, enforced }) => !passed && enforced);
    return [...new Set(failing.map(({ environment }) => environment))];
}
/** Whether an environment was brought to a node by this run, and answers there. */
function isAnswering({ profiles, checks }, environment) {
    const run = profiles.find(({ profile }) => profile === environment);
    const asked = checks.filter((check) => check.environment === environment);
    // Without a run of its own nothing was proved of it: its node may not even have been reached.
    return run !== undefined && (0,_deploy_node_js__WEBPACK_IMPORTED_MODULE_1__/* .isThere */ .$B)(run) && asked.every(({ passed, enforced }) => passed || !enforced);
}


/***/ }),

/***/ 3317:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $B: () => (/* binding */ isThere),
/* harmony export */   bN: () => (/* binding */ ownWordsOn),
/* harmony export */   lD: () => (/* binding */ wordsOn),
/* harmony export */   qy: () => (/* binding */ activationOf),
/* harmony export */   sX: () => (/* binding */ exitOf),
/* harmony export */   yI: () => (/* binding */ activateNode)
/* harmony export */ });
/* harmony import */ var _domain_deploy_live_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2239);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(9473);


/**
 * Brings a node's profiles to what was built: the system first, then all others, so that one that fails holds
 * up no other. What a link leads to afterwards is read from the node. Throws HostenvError for what is wrong before
 * anything is activated; afterwards what was done is told beside it.
 */
async function activateNode(job, ports) {
    const { target, places, build } = job;
    await ports.nodes.prepare(target, places.filter(isSystem));
    const before = await ports.nodes.profiles(target, places);
    const differing = places.filter(({ profile }) => job.forced.has(profile) || before[profile]?.storePath !== build[profile]);
    if (!job.settings.remoteBuild && differing.length > 0) {
        ports.nodeProgress.at(target.name, `copying what ${differing.length} profiles lack`);
        await ports.store.copy(differing.map(({ profile }) => build[profile]), target);
    }
    if (differing.length > 0 && !ports.isStopped())
        await job.begins(differing.map(({ profile }) => profile));
    const [system, others] = [differing.filter(isSystem), differing.filter((place) => !isSystem(place))];
    const first = await activateAll(system, job, before, ports);
    // Where the system is not what it is to be, users may be missing that its environments need.
    const isReady = first.error === null && first.runs.every(isThere);
    const rest = isReady ? await environmentsOf(others, job, before, ports) : left(others, job, before);
    const done = new Map([...first.runs, ...rest.runs].map((run) => [run.profile, run]));
    return {
        runs: places.map((place) => done.get(place.profile) ?? unchanged(place, before, build)),
        error: first.error ?? rest.error,
    };
}
function left(places, job, before, error = null) {
    return { runs: places.map(untried(job, before)), error };
}
async function environmentsOf(places, job, before, ports) {
    try {
        if (places.length > 0)
            await ports.nodes.prepare(job.target, places);
    }
    catch (error) {
        if (error instanceof _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .HostenvError */ .aY)
            return left(places, job, before, error);
        throw error;
    }
    return await inLanes(places, job, before, ports);
}
/** Environments that are activated on a node at one time: each one waits more than it works. */
const LANES = 4;
// A lane that can't go on ends no other: the node is given back, and its connections end, when all have ended.
async function inLanes(places, job, before, ports) {
    const lanes = lanesOf(places).map((lane) => activateAll(lane, job, before, ports));
    await Promise.allSettled(lanes);
    const ended = await Promise.all(lanes);
    return {
        runs: ended.flatMap(({ runs }) => runs),
        error: ended.find(({ error }) => error !== null)?.error ?? null,
    };
}
function lanesOf(places) {
    const lanes = Array.from({ length: Math.min(LANES, places.length) }, () => []);
    for (const [index, place] of places.entries())
        lanes[index % LANES]?.push(place);
    return lanes;
}
/** Whether a profile is what it was to be: its link leads there, and its activation did not fail. */
function isThere({ after, wanted, exit }) {
    return after?.storePath === wanted && (exit === null || exit === 0);
}
const isSystem = ({ profile }) => profile === "system";
function unchanged({ profile }, before, build) {
    const link = before[profile] ?? null;
    return {
        profile,
        before: link,
        after: link,
        wanted: build[profile],
        exit: null,
        seconds: 0,
        log: [],
    };
}
function untried({ build }, before) {
    return (place) => unchanged(place, before, build);
}
// One after the other. deploy-rs stops at the first profile that fails: it is called again for the others.
async function activateAll(places, job, before, ports) {
    const runs = [];
    let open = places;
    while (open.length > 0 && !ports.isStopped()) {
        const started = ports.clock.seconds();
        ports.nodeProgress.at(job.target.name, `activating ${open.map(({ profile }) => profile).join(", ")}`);
        const ended = await called(open, job, ports);
        if (ended instanceof _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .HostenvError */ .aY)
            return { runs: [...runs, ...(await unended(open, job, before, ports))], error: ended };
        const after = await settled(job, open, ended, ports);
        const tried = triedBy(open, ended);
        const seconds = (ports.clock.seconds() - started) / Math.max(1, tried.length);
        const call = { job, before, after, ended, seconds };
        runs.push(...tried.map((place) => runOf(place, call)));
        open = open.filter((place) => !tried.includes(place));
    }
    return { runs: [...runs, ...open.map(untried(job, before))], error: null };
}
async function called(places, { target, settings, build }, { activator }) {
    try {
        return await activator.activate(target, places.map(activationOf({ build })), settings);
    }
    catch (error) {
        if (error instanceof _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .HostenvError */ .aY)
            return error;
        throw error;
    }
}
// How far a call came that did not end as one is told by the links alone.
async function unended(places, job, before, ports) {
    const links = await readBack(job.target, places, ports);
    return places.map((place) => {
        const { after: _, ...run } = unchanged(place, before, job.build);
        return links === null ? run : { ...run, after: links[place.profile] ?? null };
    });
}
/** So often links are read while one still leads to what failed. */
const READS = 10;
// deploy-rs may end before the node has gone back to the generation before.
async function settled({ target, build }, places, { exit, begun }, ports) {
    const failed = exit === 0 ? undefined : begun.at(-1)?.profile;
    let links = await readBack(target, places, ports);
    const isOpen = () => failed !== undefined && links?.[failed]?.storePath === build[failed];
    for (let read = 1; read < READS && isOpen(); read++)
        links = await readBack(target, places, ports);
    return links;
}
// What was begun must be told also where its end can't be seen, such as after a network that no longer lets us in.
async function readBack(target, places, { nodes }) {
    try {
        return await nodes.profiles(target, places);
    }
    catch (error) {
        if (error instanceof _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .HostenvError */ .aY)
            return null;
        throw error;
    }
}
/** How a place is activated with what was built for it. */
function activationOf({ build }) {
    return (place) => ({
        ...place,
        storePath: build[place.profile],
        tempPath: (0,_domain_deploy_live_js__WEBPACK_IMPORTED_MODULE_0__/* .canaryFolder */ .PZ)(place.profile),
    });
}
// A call that ended well has activated all. Else those that it began are done with; where it began none, none of
// them can be.
function triedBy(places, { exit, begun }) {
    if (exit === 0 || begun.length === 0)
        return places;
    return places.filter(({ profile }) => begun.some((each) => each.profile === profile));
}
function runOf({ profile }, { job, before, after, ended, seconds }) {
    const exit = exitOf(profile, ended);
    return {
        profile,
        before: before[profile] ?? null,
        ...(after === null ? {} : { after: after[profile] ?? null }),
        wanted: job.build[profile],
        exit,
        began: exit === 0 || ended.begun.length > 0,
        seconds,
        log: exit === 0 ? [] : wordsOn(profile, ended),
    };
}
/** How one profile of a call ended: those that were begun before the one that stopped it have not failed. */
function exitOf(profile, { exit, begun }) {
    const isBefore = begun.slice(0, -1).some((each) => each.profile === profile);
    return isBefore ? 0 : exit;
}
/** Lines of the activator's own words that are shown below a profile's. */
const OWN_LINES = 5;
/** What activating a profile said itself. */
function ownWordsOn(profile, { begun }) {
    return begun.find((each) => each.profile === profile)?.log ?? [];
}
/** What is said of one profile: its own words, and the activator's last ones. */
function wordsOn(profile, { begun, log }) {
    if (begun.length === 0)
        return log;
    const own = begun.find((each) => each.profile === profile)?.log;
    return own === undefined ? [] : [...own, ...log.slice(-OWN_LINES)];
}


/***/ }),

/***/ 534:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   M: () => (/* binding */ preflight),
/* harmony export */   l: () => (/* binding */ preflightOf)
/* harmony export */ });
/* harmony import */ var _domain_deploy_preflight_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(9146);
/* harmony import */ var _fleets_hostenv_deploy_targets_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(1464);
/* harmony import */ var _deploy_look_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1222);
/* harmony import */ var _pooled_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(704);




/** Looks once more at the nodes that are to be deployed, and tries every login. Changes nothing on them. */
async function preflight(affected, looked, { plan, side }, wishes, ports) {
    ports.progress.step(`checking ${affected.length} nodes`);
    const found = await (0,_pooled_js__WEBPACK_IMPORTED_MODULE_1__/* .pooled */ .I)(affected, _deploy_look_js__WEBPACK_IMPORTED_MODULE_0__/* .NODES_AT_ONCE */ .QM, async (node) => {
        const before = looked.get(node);
        if ("error" in before)
            return unreachable(node, before.error);
        const users = Object.keys(plan.situations.get(node)?.before.plan.environments ?? {});
        const again = await (0,_deploy_look_js__WEBPACK_IMPORTED_MODULE_0__/* .lookAtOne */ .B0)(before.target, side, users, ports.nodes);
        return "error" in again ? unreachable(node, again.error) : preflightOf(again, side, wishes);
    });
    return new Map(found.map((each) => [each.node, each]));
}
function unreachable(node, { code, message, hint }) {
    return { node, problems: [{ code, message, hint }], irreversible: null };
}
/** What a look at a node says of deploying it. */
function preflightOf({ target, look, live }, side, { remoteBuild, ...wishes }) {
    const node = target.name;
    const { system } = look.profiles;
    const found = {
        ...look,
        canGoBack: system ? system.activatable : null,
        isOurs: live !== null && Object.keys(live.profiles).length > 0,
    };
    const copies = !remoteBuild && !(0,_fleets_hostenv_deploy_targets_js__WEBPACK_IMPORTED_MODULE_2__/* .buildsItself */ .FD)(side.plan, node);
    return {
        node,
        problems: (0,_domain_deploy_preflight_js__WEBPACK_IMPORTED_MODULE_3__/* .problemsOf */ .GW)(found, { ...wishes, node, copies }),
        irreversible: (0,_domain_deploy_preflight_js__WEBPACK_IMPORTED_MODULE_3__/* .irreversible */ .N_)(found, node),
    };
}


/***/ }),

/***/ 512:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  eC: () => (/* binding */ owner),
  fX: () => (/* binding */ stopping),
  MP: () => (/* binding */ verifying)
});

// EXTERNAL MODULE: external "node:os"
var external_node_os_ = __webpack_require__(8161);
// EXTERNAL MODULE: external "node:http"
var external_node_http_ = __webpack_require__(7067);
// EXTERNAL MODULE: external "node:https"
var external_node_https_ = __webpack_require__(4708);
;// CONCATENATED MODULE: ./build/adapters/http-faults.js
// Exit codes and words are curl's, since clients wrote their patterns for them.
const RESOLVING = ["ENOTFOUND", "EAI_AGAIN", "EAI_NODATA", "EAI_FAIL"];
const CONNECTING = {
    ECONNREFUSED: "Connection refused",
    EHOSTUNREACH: "No route to host",
    ENETUNREACH: "Network is unreachable",
    EADDRNOTAVAIL: "Cannot assign requested address",
    ETIMEDOUT: "Connection timed out",
};
/** What OpenSSL and Node call certificates that prove nothing, in OpenSSL's words. */
const CERTIFICATES = {
    CERT_HAS_EXPIRED: "certificate has expired",
    CERT_NOT_YET_VALID: "certificate is not yet valid",
    CERT_REVOKED: "certificate revoked",
    DEPTH_ZERO_SELF_SIGNED_CERT: "self-signed certificate",
    SELF_SIGNED_CERT_IN_CHAIN: "self-signed certificate in certificate chain",
    UNABLE_TO_GET_ISSUER_CERT: "unable to get issuer certificate",
    UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "unable to get local issuer certificate",
    UNABLE_TO_VERIFY_LEAF_SIGNATURE: "unable to get local issuer certificate",
    CERT_SIGNATURE_FAILURE: "certificate signature failure",
    CERT_UNTRUSTED: "certificate not trusted",
    INVALID_CA: "invalid CA certificate",
    INVALID_PURPOSE: "unsuitable certificate purpose",
};
/** What an error of Node's client means; `hasAnswer`: the answer had begun. */
function faultOf(error, asked, hasAnswer) {
    const { code = "" } = leaf(error);
    const port = asked.url.protocol === "https:" ? 443 : 80;
    if (RESOLVING.includes(code))
        return { exit: 6, words: `Could not resolve host: ${asked.host}` };
    const connecting = own(CONNECTING, code);
    if (connecting !== undefined && !hasAnswer)
        return { exit: 7, words: `Failed to connect to ${asked.host} port ${port}: ${connecting}` };
    if (code === "ERR_TLS_CERT_ALTNAME_INVALID")
        return { exit: 60, words: `${ALTNAME} '${asked.url.hostname}'` };
    const certificate = own(CERTIFICATES, code);
    if (certificate !== undefined)
        return { exit: 60, words: `SSL certificate problem: ${certificate}` };
    if (code === "EPROTO" || code.startsWith("ERR_SSL") || /secure TLS/.test(error.message))
        return { exit: 35, words: `TLS connect error: ${http_faults_alert(error)}` };
    if (code.startsWith("HPE_"))
        return { exit: 8, words: `Weird server reply: ${error.message}` };
    if (hasAnswer)
        return { exit: 18, words: "transfer closed with outstanding read data remaining" };
    if (code === "ECONNRESET" && !/hang up/.test(error.message))
        return { exit: 56, words: "Recv failure: Connection reset by peer" };
    return code === "ECONNRESET"
        ? { exit: 52, words: "Empty reply from server" }
        : { exit: 56, words: `Recv failure: ${error.message}` };
}
const ALTNAME = "SSL: no alternative certificate subject name matches target host name";
/** The check's whole time is over. */
function deadlineFault({ seconds }) {
    return { exit: 28, words: `Operation timed out after ${seconds * 1000} milliseconds` };
}
/** No connection came about. */
function connectFault(milliseconds) {
    return { exit: 28, words: `Connection timed out after ${milliseconds} milliseconds` };
}
/** One more redirect than may be followed. */
function tooManyRedirects(followed) {
    return { exit: 47, words: `Maximum (${followed}) redirects followed` };
}
// Where a name has several addresses, each has an error of its own.
function leaf(error) {
    const [first] = error.errors ?? [];
    return (first ?? error);
}
function own(record, key) {
    return Object.hasOwn(record, key) ? record[key] : undefined;
}
// OpenSSL's message ends with what it is about: "…:ssl3_read_bytes:tlsv1 alert internal error:…".
function http_faults_alert(error) {
    return (/:((?:tls|ssl)[^:\n]*|wrong version number|unsupported protocol[^:\n]*):/i.exec(error.message)?.[1] ??
        "the handshake failed");
}

;// CONCATENATED MODULE: ./build/adapters/http-checks.js



/** A connection that is not made by then is not made: what curl was told by the tool before this one. */
const CONNECT_MILLISECONDS = 5_000;
/** So many bytes of a body are looked at. */
const MOST_BYTES = 1024 * 1024;
/** Checks by HTTP/1.1, a new connection for each request. The first goes to port 80, as a visitor's does. */
class HttpHostChecks {
    options;
    userAgent;
    constructor(version, options = {}) {
        this.options = options;
        this.userAgent = `hostenv-provider/${version}`;
    }
    async ask(request, node) {
        const start = performance.now();
        const deadline = AbortSignal.timeout(request.timeoutSeconds * 1000);
        const path = request.path.startsWith("/") ? request.path : `/${request.path}`;
        let url = new URL(`http://${request.virtualHost}${path}`);
        for (let followed = 0;; followed++) {
            const { location, ...answer } = await this.hop(url, request, node, deadline);
            const reply = { ...answer, redirect: null, seconds: (performance.now() - start) / 1000 };
            const next = location === null || answer.fault ? null : nextOf(url, location, request, node);
            if (next === null)
                return reply;
            if ("why" in next)
                return { ...reply, redirect: next };
            if (followed === request.maxRedirects)
                return { ...reply, fault: tooManyRedirects(followed) };
            url = next;
        }
    }
    hop(url, request, node, deadline) {
        const asked = { url, host: node.host, seconds: request.timeoutSeconds };
        const isTls = url.protocol === "https:";
        const { ports, ca, lookup } = this.options;
        const options = {
            agent: false,
            host: node.host,
            port: isTls ? (ports?.https ?? 443) : (ports?.http ?? 80),
            path: `${url.pathname}${url.search}`,
            method: request.method,
            headers: { host: url.hostname, "user-agent": this.userAgent, accept: "*/*" },
            ...(lookup ? { lookup } : {}),
            ...(isTls ? { servername: url.hostname, rejectUnauthorized: request.tlsMode === "strict" } : {}),
            ...(isTls && ca !== undefined ? { ca } : {}),
        };
        const sent = (isTls ? external_node_https_.request : external_node_http_.request)(options);
        return new Exchange(sent, asked, this.options).run(deadline);
    }
}
// One request and its answer, whatever ends it.
class Exchange {
    sent;
    asked;
    options;
    chunks = [];
    size = 0;
    response = null;
    /** Why we ended it: Node then tells of a connection that was reset. */
    reason = null;
    constructor(sent, asked, options) {
        this.sent = sent;
        this.asked = asked;
        this.options = options;
    }
    async run(deadline) {
        const end = () => this.end(deadlineFault(this.asked));
        const milliseconds = this.options.connectMilliseconds ?? CONNECT_MILLISECONDS;
        const connecting = setTimeout(() => this.end(connectFault(milliseconds)), milliseconds);
        this.sent.once("socket", (socket) => socket.once(this.asked.url.protocol === "https:" ? "secureConnect" : "connect", () => clearTimeout(connecting)));
        if (deadline.aborted)
            end();
        else
            deadline.addEventListener("abort", end);
        try {
            return this.answer(await this.completed());
        }
        finally {
            clearTimeout(connecting);
            deadline.removeEventListener("abort", end);
            this.sent.destroy();
        }
    }
    end(reason) {
        this.reason = reason;
        this.sent.destroy(new Error(reason.words));
    }
    completed() {
        return new Promise((resolve) => {
            const failed = (error) => resolve(this.reason ?? faultOf(error, this.asked, this.response !== null));
            this.sent.on("error", failed);
            this.sent.once("response", (response) => {
                this.response = response;
                response.on("error", failed);
                response.on("data", (chunk) => {
                    if (this.take(chunk))
                        resolve(null);
                });
                response.once("end", () => resolve(null));
            });
            this.sent.end();
        });
    }
    // Whether there is more than is wanted.
    take(chunk) {
        this.chunks.push(chunk);
        this.size += chunk.length;
        return this.size > this.most();
    }
    most() {
        return this.options.mostBytes ?? MOST_BYTES;
    }
    answer(fault) {
        const status = this.response?.statusCode ?? null;
        const body = Buffer.concat(this.chunks).subarray(0, this.most()).toString("utf8");
        const isRedirect = status !== null && [301, 302, 303, 307, 308].includes(status);
        const location = isRedirect ? (this.response?.headers.location ?? null) : null;
        return { status, body, isCut: this.size > this.most(), fault, location };
    }
}
// A name of the same environment leads to the same node, since DNS may still lead elsewhere; any other would
// be asked of whoever answers for it.
function nextOf(from, location, request, node) {
    if (!URL.canParse(location, from.href))
        return { to: location, why: "malformed" };
    const to = new URL(location, from.href);
    if (!request.followRedirects)
        return { to: to.href, why: "unasked" };
    const isOwn = (names) => names.some((name) => sameHost(name, to.hostname));
    const isPlain = /^https?:$/.test(to.protocol) && to.port === "";
    if (!isPlain || !(isOwn(node.hostnames) || to.hostname === from.hostname))
        return { to: to.href, why: "elsewhere" };
    if (to.protocol === "https:" && isOwn(node.withoutTls))
        return { to: to.href, why: "without-tls" };
    return to;
}
function sameHost(name, host) {
    return URL.canParse(`http://${name}`) && new URL(`http://${name}`).hostname === host;
}

// EXTERNAL MODULE: ./build/adapters/system-timer.js
var system_timer = __webpack_require__(5396);
// EXTERNAL MODULE: ./build/domain/deploy/posix-pattern.js
var posix_pattern = __webpack_require__(8713);
;// CONCATENATED MODULE: ./build/domain/deploy/verification.js

/** The error as curl prints it with `--silent --show-error`: empty where there was none. */
function errorText({ fault }) {
    return fault === null ? "" : `curl: (${fault.exit}) ${fault.words}`;
}
/** What must be asked of the answer's texts before it can be judged. */
function questions({ constraints }, reply) {
    return patternsOf(constraints, reply).map(({ rule, value }) => ({
        source: (0,posix_pattern/* javascriptSource */.t)(value),
        text: rule === "stdoutRegexMustMatch" ? reply.body : errorText(reply),
    }));
}
/** Judges an answer; `answers` are those to its `questions`, in their order. */
function judged({ constraints }, reply, answers) {
    if (reply.fault === null && reply.redirect?.why === "without-tls") {
        const remark = `it redirects to ${reply.redirect.to}, and TLS of that name is off: what comes after is not checked`;
        return { passed: true, failures: [], remark };
    }
    const isFaultAllowed = lastOf(constraints, "allowNonZeroExitStatus") === true;
    const failures = [
        ...(reply.fault && !isFaultAllowed ? [reply.fault.words] : []),
        // Where there was no answer at all, that has been said.
        ...(reply.status === null && !isFaultAllowed ? [] : statusFailures(constraints, reply)),
        ...patternsOf(constraints, reply).flatMap((constraint, index) => patternFailures(constraint, answers[index] ?? null, reply)),
    ];
    return { passed: failures.length === 0, failures, remark: null };
}
/** A check that can't be made is one that failed. */
function malformedJudgement({ pointer, message }) {
    return { passed: false, failures: [`${pointer} in plan.json: ${message}`], remark: null };
}
function patternsOf(constraints, { status }) {
    const isRedirect = status !== null && status >= 300 && status <= 399;
    const skipsBody = isRedirect && lastOf(constraints, "skipStdoutRegexOnRedirect") === true;
    return constraints.filter((each) => each.rule === "stderrRegexMustNotMatch" || (each.rule === "stdoutRegexMustMatch" && !skipsBody));
}
// Where a rule stands twice, the last one counts.
function lastOf(constraints, rule) {
    return constraints.findLast((each) => each.rule === rule)?.value;
}
function statusFailures(constraints, reply) {
    const { status } = reply;
    return constraints.flatMap(({ rule, value }) => {
        if (rule !== "minHttpStatus" && rule !== "maxHttpStatus")
            return [];
        if (status === null)
            return [`there is no HTTP status to compare with ${value}`];
        if (rule === "minHttpStatus" ? status >= value : status <= value)
            return [];
        return [`HTTP ${status} is ${rule === "minHttpStatus" ? "below" : "above"} ${value}${redirected(reply)}`];
    });
}
const WHY_NOT = {
    unasked: "the check follows no redirect",
    elsewhere: "the environment does not answer there",
    "without-tls": "TLS of that name is off",
    malformed: "that is no address",
};
function redirected({ redirect }) {
    return redirect ? `: it redirects to ${redirect.to}, which is not followed: ${WHY_NOT[redirect.why]}` : "";
}
function patternFailures({ rule, value }, answer, reply) {
    const where = rule === "stdoutRegexMustMatch" ? "the answer" : "the error";
    if (answer === null)
        return [`whether ${where} matches ${value} could not be found out in time`];
    if (rule === "stderrRegexMustNotMatch")
        return answer ? [`the error matches ${value}: ${errorText(reply)}`] : [];
    const part = reply.isCut ? "the part of the answer that was read" : where;
    return answer ? [] : [`no line of ${part} matches ${value}${redirected(reply)}`];
}

// EXTERNAL MODULE: ./build/commands/pooled.js
var pooled = __webpack_require__(704);
;// CONCATENATED MODULE: ./build/commands/deploy-verify.js


/** A service that was just activated may need so many seconds until it answers. */
const PATIENCE_SECONDS = 60;
/** After a failure the next attempt comes so many seconds later, then twice as many, and so on up to the last. */
const PAUSES = [1, 2, 4, 8];
/** So many environments of a node are asked at a time: it has just been deployed and has other work, too. */
const AT_ONCE = 8;
/**
 * Runs the checks of environments, each again until it passes or the patience is at its end. One that never got
 * its turn by then is still tried once. Results come in the order of the targets; an environment whose
 * verification is disabled, or that has no checks, has none.
 */
async function verify(targets, ports, { patience = PATIENCE_SECONDS, isStopped = () => false } = {}) {
    const until = ports.timer.seconds() + patience;
    const runs = await (0,pooled/* pooled */.I)(targets, AT_ONCE, (target) => verifyOne(target, ports, { until, isStopped }));
    return runs.flat();
}
async function verifyOne(target, ports, limits) {
    const { environment, verification } = target;
    const { enable, enforce: enforced, malformed } = verification;
    // To be disabled is to be read first, and that failed.
    if (!enable && malformed.length === 0)
        return [];
    const refused = malformed.map((each) => {
        const none = { status: null, seconds: 0, attempts: 0 };
        return { environment, check: each.name, enforced, ...none, ...malformedJudgement(each) };
    });
    const asked = await Promise.all((enable ? verification.checks : []).map(async (check) => {
        const found = await untilPassed(check, target.node, ports, limits);
        return { environment, check: check.name, enforced, ...found };
    }));
    return [...refused, ...asked];
}
async function untilPassed(check, node, ports, limits) {
    const { timer } = ports;
    const start = timer.seconds();
    for (let attempts = 1;; attempts++) {
        const reply = await ports.checks.ask(check.request, node);
        const judged = await judgement(check, reply, ports.patterns);
        const found = { ...judged, status: reply.status, seconds: timer.seconds() - start, attempts };
        const next = timer.seconds() + PAUSES[Math.min(attempts, PAUSES.length) - 1];
        if (judged.passed || next > limits.until)
            return found;
        // By the second, so that somebody who ends the run need not wait.
        while (timer.seconds() < next && !limits.isStopped())
            await timer.sleep(1);
        if (limits.isStopped())
            return found;
    }
}
async function judgement(check, reply, patterns) {
    const answers = await Promise.all(questions(check, reply).map((each) => patterns.answer(each)));
    return judged(check, reply, answers);
}

// EXTERNAL MODULE: ./build/domain/deploy/checks.js
var checks = __webpack_require__(1104);
// EXTERNAL MODULE: ./build/domain/json.js
var json = __webpack_require__(7803);
// EXTERNAL MODULE: ./build/fleets/hostenv/facts.js
var facts = __webpack_require__(9325);
// EXTERNAL MODULE: ./build/fleets/hostenv/hostnames.js
var hostenv_hostnames = __webpack_require__(9628);
;// CONCATENATED MODULE: ./build/fleets/hostenv/deploy-checks.js




/** The enabled environments of a node, with what must hold of their sites and which of these have no TLS yet. */
function checkedSites(plan, node, memory) {
    const off = new Set(memory.off);
    const plain = new Set((0,hostenv_hostnames/* sitesOf */.Yc)(plan)
        .filter(({ hostname, skipped }) => skipped !== null || off.has(hostname))
        .map(({ environment, hostname }) => JSON.stringify([environment, hostname])));
    return Object.keys(plan.environments)
        .sort(json/* byBytes */.bg)
        .filter((name) => isThere(plan.environments[name], node))
        .map((environment) => {
        const planned = plan.environments[environment];
        const hostnames = [...new Set([planned.hostenv.hostname, ...(0,facts/* hostnamesOf */.qG)(planned)])].sort(json/* byBytes */.bg);
        const withoutTls = hostnames.filter((hostname) => plain.has(JSON.stringify([environment, hostname])));
        const { deploymentVerification } = planned;
        return {
            environment,
            verification: (0,checks/* verificationOf */.z)(environment, deploymentVerification),
            node: { host: (0,hostenv_hostnames/* nodeNameOf */.RZ)(plan, node), hostnames, withoutTls },
        };
    });
}
function isThere({ node, enable }, wanted) {
    return enable && node === wanted;
}

// EXTERNAL MODULE: ./build/compose/call.js + 3 modules
var call = __webpack_require__(1082);
;// CONCATENATED MODULE: ./build/compose/node-run.js






/** Asks sites over HTTP, until they answer or the run is told to end. */
function verifying(patterns, isStopped) {
    const checks = new HttpHostChecks(call/* PROGRAM */.RX.version);
    return (node, memory, { plan }, environments) => {
        const sites = checkedSites(plan, node, memory).filter(({ environment }) => environments?.has(environment) ?? true);
        return verify(sites, { checks, patterns, timer: system_timer/* systemTimer */.t }, { isStopped });
    };
}
/** Who this run is: different for each, so that no run takes another's lock for its own. */
function owner() {
    const { GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run, GITHUB_RUN_ATTEMPT: attempt, GITHUB_JOB: job, } = process.env;
    if (run)
        return `run ${run}, attempt ${attempt ?? 1}, job ${job ?? "?"} of ${repository ?? "?"} (${process.pid})`;
    return `${(0,external_node_os_.userInfo)().username} on ${(0,external_node_os_.hostname)()} (${process.pid})`;
}
/**
 * Whether the run was told to end, from now on; `interrupt` ends what only prepares something. A runner that cancels
 * sends SIGINT, 7.5 seconds later SIGTERM, and kills 2.5 seconds after that. What has begun on a node is confirmed or
 * rolled back there by itself, and nothing else is begun.
 */
function stopping(interrupt) {
    let isStopped = false;
    const stop = () => {
        if (isStopped)
            return;
        isStopped = true;
        call/* progress */.qB.notice("told to end: what has begun on a node is finished, and nothing else is begun");
        interrupt();
    };
    process.once("SIGINT", stop);
    process.once("SIGTERM", stop);
    return () => isStopped;
}


/***/ }),

/***/ 1104:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   z: () => (/* binding */ verificationOf)
/* harmony export */ });
/* harmony import */ var zod__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2857);
/* harmony import */ var _json_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(7803);
/* harmony import */ var _posix_pattern_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8713);



/** A host's name as it stands in a URL. */
function urlHost(name) {
    try {
        const { hostname, host, pathname } = new URL(`http://${name}/`);
        return hostname !== "" && host === hostname && pathname === "/" && !/[@?#\\]/.test(name)
            ? hostname
            : null;
    }
    catch {
        return null;
    }
}
/** No check may take longer: the nodes that come later wait for it. */
const LONGEST_SECONDS = 300;
const request = zod__WEBPACK_IMPORTED_MODULE_1__/* .strictObject */ .rej({
    virtualHost: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP().refine((name) => urlHost(name) !== null, { error: "this is no host's name" }),
    path: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP().default("/"),
    method: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP()
        .transform((method) => method.toUpperCase())
        .pipe(zod__WEBPACK_IMPORTED_MODULE_1__/* ["enum"] */ .k5n(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]))
        .default("GET"),
    targetHostSource: zod__WEBPACK_IMPORTED_MODULE_1__/* .literal */ .euz("nodeConnectionHost").default("nodeConnectionHost"),
    followRedirects: zod__WEBPACK_IMPORTED_MODULE_1__/* .boolean */ .zMY().default(false),
    maxRedirects: zod__WEBPACK_IMPORTED_MODULE_1__/* .int */ .Whr().min(0).max(50).default(5),
    timeoutSeconds: zod__WEBPACK_IMPORTED_MODULE_1__/* .int */ .Whr().min(1).max(LONGEST_SECONDS).default(15),
    tlsMode: zod__WEBPACK_IMPORTED_MODULE_1__/* ["enum"] */ .k5n(["strict", "insecure"]).default("strict"),
});
const pattern = zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP().refine((text) => patternProblem(text) === null, {
    error: ({ input }) => patternProblem(String(input)) ?? "",
});
const constraint = zod__WEBPACK_IMPORTED_MODULE_1__/* .discriminatedUnion */ .gMt("rule", [
    zod__WEBPACK_IMPORTED_MODULE_1__/* .strictObject */ .rej({ rule: zod__WEBPACK_IMPORTED_MODULE_1__/* .literal */ .euz("allowNonZeroExitStatus"), value: zod__WEBPACK_IMPORTED_MODULE_1__/* .boolean */ .zMY() }),
    zod__WEBPACK_IMPORTED_MODULE_1__/* .strictObject */ .rej({ rule: zod__WEBPACK_IMPORTED_MODULE_1__/* .literal */ .euz("skipStdoutRegexOnRedirect"), value: zod__WEBPACK_IMPORTED_MODULE_1__/* .boolean */ .zMY() }),
    zod__WEBPACK_IMPORTED_MODULE_1__/* .strictObject */ .rej({ rule: zod__WEBPACK_IMPORTED_MODULE_1__/* .literal */ .euz("stdoutRegexMustMatch"), value: pattern }),
    zod__WEBPACK_IMPORTED_MODULE_1__/* .strictObject */ .rej({ rule: zod__WEBPACK_IMPORTED_MODULE_1__/* .literal */ .euz("stderrRegexMustNotMatch"), value: pattern }),
    zod__WEBPACK_IMPORTED_MODULE_1__/* .strictObject */ .rej({ rule: zod__WEBPACK_IMPORTED_MODULE_1__/* .literal */ .euz("minHttpStatus"), value: zod__WEBPACK_IMPORTED_MODULE_1__/* .int */ .Whr() }),
    zod__WEBPACK_IMPORTED_MODULE_1__/* .strictObject */ .rej({ rule: zod__WEBPACK_IMPORTED_MODULE_1__/* .literal */ .euz("maxHttpStatus"), value: zod__WEBPACK_IMPORTED_MODULE_1__/* .int */ .Whr() }),
]);
const NAME = "verification-check";
const check = zod__WEBPACK_IMPORTED_MODULE_1__/* .strictObject */ .rej({
    name: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP().default(NAME),
    type: zod__WEBPACK_IMPORTED_MODULE_1__/* .literal */ .euz("httpHostHeaderCurl").default("httpHostHeaderCurl"),
    request,
    constraints: zod__WEBPACK_IMPORTED_MODULE_1__/* .array */ .YOg(constraint).default([]),
});
function patternProblem(text) {
    try {
        new RegExp((0,_posix_pattern_js__WEBPACK_IMPORTED_MODULE_0__/* .javascriptSource */ .t)(text), "su");
        return null;
    }
    catch (error) {
        if (error instanceof _posix_pattern_js__WEBPACK_IMPORTED_MODULE_0__/* .PatternError */ .J)
            return `the pattern can't be used: ${error.message}`;
        return "the pattern can't be used: it is no regular expression";
    }
}
/** An environment that says nothing of verification has no checks. */
const NONE = { enable: true, enforce: true, checks: [], malformed: [] };
const KEYS = ["enable", "enforce", "checks"];
/**
 * Reads `deploymentVerification` of an environment, with the defaults of the hostenv modules. It never
 * throws: what can't be read is told in `malformed`, and is neither ignored nor disabled by it.
 */
function verificationOf(environment, value) {
    const root = ["environments", environment, "deploymentVerification"];
    if (value === undefined || value === null)
        return NONE;
    if (!(0,_json_js__WEBPACK_IMPORTED_MODULE_2__/* .isObject */ .Gv)(value))
        return { ...NONE, malformed: [broken(root, "it is no object")] };
    const { enable, enforce, checks = [] } = value;
    const flags = [flagProblem(root, "enable", enable), flagProblem(root, "enforce", enforce)];
    const list = Array.isArray(checks) ? checks : [];
    const read = list.map((each, index) => checkOf([...root, "checks", String(index)], each));
    return {
        enable: enable !== false,
        enforce: enforce !== false,
        checks: read.flatMap((each) => ("request" in each ? [each] : [])),
        malformed: [
            ...flags.filter((problem) => problem !== null),
            ...unknownKeys(root, value),
            ...(Array.isArray(checks) ? [] : [broken([...root, "checks"], "it is no list")]),
            ...read.flatMap((each) => ("request" in each ? [] : [each])),
        ],
    };
}
function broken(path, message, name = "deploymentVerification") {
    return { name, pointer: (0,_json_js__WEBPACK_IMPORTED_MODULE_2__/* .pointer */ .Wn)(path), message };
}
function flagProblem(root, key, value) {
    return value === undefined || typeof value === "boolean"
        ? null
        : broken([...root, key], "it is neither true nor false");
}
// A key that nobody reads may be what the check was about.
function unknownKeys(root, value) {
    return Object.keys(value)
        .filter((key) => !KEYS.includes(key))
        .map((key) => broken([...root, key], "this version knows no such setting"));
}
function checkOf(path, value) {
    const { data, error } = check.safeParse(value);
    if (data)
        return data;
    const name = (0,_json_js__WEBPACK_IMPORTED_MODULE_2__/* .isObject */ .Gv)(value) && typeof value.name === "string" ? value.name : NAME;
    const [issue] = error.issues;
    const message = issue?.code === "unrecognized_keys" ? "this version knows no such setting" : issue?.message;
    const below = issue?.code === "unrecognized_keys" ? issue.keys.slice(0, 1) : [];
    return broken([...path, ...(issue?.path ?? []).map(String), ...below], message ?? "unknown shape", name);
}


/***/ }),

/***/ 8713:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   J: () => (/* binding */ PatternError),
/* harmony export */   t: () => (/* binding */ javascriptSource)
/* harmony export */ });
/** Longer patterns are refused: one that a person wrote has some dozens of characters. */
const LONGEST = 2_000;
/** What may be repeated at most so often: V8 writes a repetition out. */
const MOST_REPEATS = 1_000;
// As glibc has them in a UTF-8 locale, but for marks beyond ASCII, which `punct` leaves out.
const CLASSES = {
    alnum: "\\p{L}\\p{Nd}",
    alpha: "\\p{L}",
    blank: " \\t",
    cntrl: "\\x00-\\x1f\\x7f",
    digit: "0-9",
    graph: "!-~\\u00a1-\\u{10ffff}",
    lower: "\\p{Ll}",
    print: " -~\\u00a0-\\u{10ffff}",
    punct: "!-\\/:-@\\[-`\\{-~",
    space: "\\s",
    upper: "\\p{Lu}",
    xdigit: "0-9A-Fa-f",
};
// What GNU adds to POSIX. JavaScript's own mean ASCII only.
const WORD = "\\p{L}\\p{Nd}_";
const [AFTER, NOT_AFTER, BEFORE, NOT_BEFORE] = ["?<=", "?<!", "?=", "?!"].map((look) => `(${look}[${WORD}])`);
const GNU_ESCAPES = {
    w: `[${WORD}]`,
    W: `[^${WORD}]`,
    s: "\\s",
    S: "\\S",
    b: `(?:${AFTER}${NOT_BEFORE}|${NOT_AFTER}${BEFORE})`,
    B: `(?:${AFTER}${BEFORE}|${NOT_AFTER}${NOT_BEFORE})`,
    "<": `${NOT_AFTER}${BEFORE}`,
    ">": `${AFTER}${NOT_BEFORE}`,
};
// Match a place, and no character.
const PLACES = new Set(["^", "$", ...["b", "B", "<", ">"].map((letter) => GNU_ESCAPES[letter])]);
const INSTEAD = {
    d: "write [0-9]",
    D: "write [^0-9]",
    n: "a pattern is matched line by line",
    t: "write [[:blank:]]",
    "`": "write ^",
    "'": "write $",
};
/** Why a pattern can't be taken, and where in it, counted from 1. */
class PatternError extends Error {
}
/**
 * The source of a JavaScript expression, for the flags `su`, that matches what `grep -E` matches in a
 * line. Back references, collating symbols and what POSIX leaves undefined are refused with PatternError.
 */
function javascriptSource(pattern) {
    if (pattern.length > LONGEST)
        throw new PatternError(`it has more than ${LONGEST} characters`);
    const reader = new Reader(pattern);
    const source = reader.alternatives(0);
    reader.expectEnd();
    return source;
}
class Reader {
    points;
    at = 0;
    constructor(pattern) {
        this.points = [...pattern];
    }
    alternatives(depth) {
        // The engine that reads the result is recursive, too.
        if (depth > 50)
            throw this.wrong("groups are nested more than 50 deep");
        const branches = [this.branch(depth)];
        while (this.takes("|"))
            branches.push(this.branch(depth));
        return branches.join("|");
    }
    expectEnd() {
        if (this.at < this.points.length)
            throw this.wrong("there is no ( for this )");
    }
    branch(depth) {
        let source = "";
        for (let next = this.points[this.at]; next !== undefined; next = this.points[this.at]) {
            if (next === "|" || next === ")")
                return source;
            source += this.repeated(this.atom(next, depth));
        }
        return source;
    }
    atom(first, depth) {
        if ("*+?".includes(first))
            throw this.wrong(`there is nothing that ${first} could repeat`);
        this.at++;
        if (first === "(")
            return this.group(depth);
        if (first === "[")
            return this.brackets();
        if (first === "\\")
            return this.escape();
        // What begins no repetition stands for itself, as it begins a JSON text.
        return "^$.".includes(first) ? first : literal(first);
    }
    group(depth) {
        const inner = this.alternatives(depth + 1);
        if (!this.takes(")"))
            throw this.wrong("a ( is not closed");
        return `(?:${inner})`;
    }
    escape() {
        const next = this.points[this.at];
        if (next === undefined)
            throw this.wrong("it ends with a backslash");
        const known = Object.hasOwn(GNU_ESCAPES, next) ? GNU_ESCAPES[next] : undefined;
        if (known === undefined && (/[\p{L}\p{N}\s]/u.test(next) || "`'".includes(next)))
            throw this.wrong(`\\${next} is not known: ${INSTEAD[next] ?? "it has no meaning in POSIX"}`);
        this.at++;
        return known ?? literal(next);
    }
    // More than one in a row repeat what stands before all of them.
    repeated(atom) {
        let source = atom;
        for (let count = this.repetition(); count !== null; count = this.repetition()) {
            if (PLACES.has(atom))
                throw this.wrong("a place can't be repeated");
            source = `(?:${source})${count}`;
        }
        return source;
    }
    repetition() {
        const next = this.points[this.at];
        if (next !== undefined && "*+?".includes(next)) {
            this.at++;
            return next;
        }
        const found = next === "{" ? /^\{(\d*)(,?)(\d*)\}/.exec(this.points.slice(this.at, this.at + 16).join("")) : null;
        if (!found || (found[1] === "" && found[2] === ""))
            return null;
        const [whole, low = "", comma = "", high = ""] = found;
        const [least, most] = [Number(low || 0), Number(high || low || 0)];
        if (Math.max(least, most) > MOST_REPEATS)
            throw this.wrong(`it repeats more than ${MOST_REPEATS} times`);
        if (high !== "" && most < least)
            throw this.wrong(`${whole} has its limits the wrong way round`);
        this.at += whole.length;
        return `{${least}${comma}${high}}`;
    }
    brackets() {
        const begin = this.takes("^") ? "[^" : "[";
        let source = "";
        for (let isFirst = true;; isFirst = false) {
            const next = this.points[this.at];
            if (next === undefined)
                throw this.wrong("a [ is not closed");
            if (next === "]" && !isFirst)
                break;
            source += next === "[" && ":.=".includes(this.points[this.at + 1] ?? "") ? this.named() : this.range();
        }
        this.at++;
        return `${begin}${source}]`;
    }
    named() {
        const [name] = /^\[:[a-z]+:\]/.exec(this.points.slice(this.at, this.at + 12).join("")) ?? [];
        const known = name && Object.hasOwn(CLASSES, name.slice(2, -2)) ? CLASSES[name.slice(2, -2)] : undefined;
        if (name === undefined || known === undefined)
            throw this.wrong("this class of characters is not known");
        this.at += name.length;
        if (this.points[this.at] === "-" && this.points[this.at + 1] !== "]")
            throw this.wrong("a class of characters begins no range");
        return known;
    }
    range() {
        const low = this.points[this.at++];
        const high = this.points[this.at + 1];
        if (this.points[this.at] !== "-" || high === undefined || high === "]")
            return literal(low);
        if (high === "[" && ":.=".includes(this.points[this.at + 2] ?? ""))
            throw this.wrong("a range ends with a class");
        if (high.codePointAt(0) < low.codePointAt(0))
            throw this.wrong(`the range ${low}-${high} has its ends the wrong way round`);
        this.at += 2;
        return `${literal(low)}-${literal(high)}`;
    }
    takes(wanted) {
        if (this.points[this.at] !== wanted)
            return false;
        this.at++;
        return true;
    }
    wrong(why) {
        return new PatternError(`${why} (at character ${Math.min(this.at + 1, this.points.length)})`);
    }
}
// Every character in a form that is none of syntax, inside of brackets and outside.
function literal(character) {
    return /^[\p{L}\p{N} ]$/u.test(character)
        ? character
        : `\\u{${character.codePointAt(0).toString(16)}}`;
}


/***/ })

};
