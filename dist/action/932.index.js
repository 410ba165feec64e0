export const id = 932;
export const ids = [932];
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


/***/ })

};
