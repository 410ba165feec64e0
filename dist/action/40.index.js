export const id = 40;
export const ids = [40];
export const modules = {

/***/ 3040:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   restoreFetched: () => (/* binding */ restoreFetched)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3024);
/* harmony import */ var node_os__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(8161);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(6760);
/* harmony import */ var _actions_core__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(3838);
/* harmony import */ var _adapters_nix_evaluator_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(6065);
/* harmony import */ var _compose_call_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(1082);







/**
 * Brings back what Nix fetched in earlier runs; the answer keeps what it has fetched since. Only sources
 * are kept, which locks name by their hash: results of evaluations are never taken from a cache, and
 * deploys use none.
 */
async function restoreFetched(directory) {
    // Loaded here: it is the largest library of the bundle.
    const { GithubCache } = await Promise.all(/* import() */[__webpack_require__.e(691), __webpack_require__.e(597)]).then(__webpack_require__.bind(__webpack_require__, 5597));
    const store = new GithubCache((text) => _actions_core__WEBPACK_IMPORTED_MODULE_4__/* .debug */ .Yz(text));
    const paths = fetcherPaths();
    const { key, prefix } = await keyOf(directory);
    const isCurrent = await store.restore(paths, key, [prefix]);
    const save = async () => {
        if (!isCurrent && (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.existsSync)(fetcherFolder()))
            await store.save(paths, key);
        // What nobody waits for would hold the job.
        if (store.isAbandoned)
            process.exit();
    };
    return { save };
}
function fetcherFolder() {
    return (0,node_path__WEBPACK_IMPORTED_MODULE_3__.join)(process.env.XDG_CACHE_HOME || (0,node_path__WEBPACK_IMPORTED_MODULE_3__.join)((0,node_os__WEBPACK_IMPORTED_MODULE_2__.homedir)(), ".cache"), "nix");
}
// Not eval-cache-v*: who could write it could make a plan say anything.
function fetcherPaths() {
    return ["fetcher-cache-v*.sqlite", "gitv*", "tarball-cache*"].map((name) => (0,node_path__WEBPACK_IMPORTED_MODULE_3__.join)(fetcherFolder(), name));
}
async function keyOf(directory) {
    const version = (await new _adapters_nix_evaluator_js__WEBPACK_IMPORTED_MODULE_5__/* .NixEvaluator */ .d().version()) ?? "none";
    const prefix = `hostenv-nix-${process.platform}-${_compose_call_js__WEBPACK_IMPORTED_MODULE_6__/* .PROGRAM */ .RX.version}-${version}-`;
    const hash = (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHash)("sha256");
    for (const lock of ["flake.lock", "generated/flake.lock"]) {
        const path = (0,node_path__WEBPACK_IMPORTED_MODULE_3__.join)(directory, lock);
        hash.update((0,node_fs__WEBPACK_IMPORTED_MODULE_1__.existsSync)(path) ? (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.readFileSync)(path) : "");
    }
    return { key: prefix + hash.digest("hex").slice(0, 16), prefix };
}


/***/ })

};
