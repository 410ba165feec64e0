export const id = 597;
export const ids = [597];
export const modules = {

/***/ 5597:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   GithubCache: () => (/* binding */ GithubCache)
/* harmony export */ });
/* harmony import */ var node_timers_promises__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8500);
/* harmony import */ var _actions_cache__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(1691);


/** The client tries for some half a minute where the service is down: longer than a plan takes. */
const PATIENCE_MS = 10_000;
/** A cache of GitHub Actions. Nothing here ever fails: without it a run is only slower. */
class GithubCache {
    note;
    isGivenUp = false;
    /** @param note is told what went wrong */
    constructor(note) {
        this.note = note;
    }
    /** Whether a request is still under way that nobody waits for. */
    get isAbandoned() {
        return this.isGivenUp;
    }
    /** Whether exactly this key was found and its paths restored; a key with one of the prefixes is restored too. */
    async restore(paths, key, prefixes) {
        return this.trying("restored", async () => {
            // Looked up first: a lookup may be given up, unpacking may not.
            const lookUp = _actions_cache__WEBPACK_IMPORTED_MODULE_1__/* .restoreCache */ .P3([...paths], key, [...prefixes], { lookupOnly: true });
            const found = await Promise.race([lookUp, (0,node_timers_promises__WEBPACK_IMPORTED_MODULE_0__.setTimeout)(PATIENCE_MS, null, { ref: false })]);
            if (found === null)
                this.giveUp();
            if (!found)
                return false;
            return (await _actions_cache__WEBPACK_IMPORTED_MODULE_1__/* .restoreCache */ .P3([...paths], key, [...prefixes])) === key;
        });
    }
    /** Whether the paths were saved. */
    async save(paths, key) {
        return this.trying("saved", async () => (await _actions_cache__WEBPACK_IMPORTED_MODULE_1__/* .saveCache */ .Io([...paths], key)) > 0);
    }
    giveUp() {
        this.isGivenUp = true;
        this.note(`the cache service does not answer within ${PATIENCE_MS / 1000} s`);
    }
    async trying(what, attempt) {
        try {
            return !this.isGivenUp && _actions_cache__WEBPACK_IMPORTED_MODULE_1__/* .isFeatureAvailable */ .w3() && (await attempt());
        }
        catch (error) {
            this.note(`the cache is not ${what}: ${error instanceof Error ? error.message : String(error)}`);
            return false;
        }
    }
}


/***/ })

};
