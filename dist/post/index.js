import { createRequire as __WEBPACK_EXTERNAL_createRequire } from "module";
/******/ var __webpack_modules__ = ({

/***/ 146:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  l: () => (/* binding */ DiskPrivate)
});

;// CONCATENATED MODULE: external "node:fs"
const external_node_fs_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:fs");
;// CONCATENATED MODULE: external "node:fs/promises"
const promises_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:fs/promises");
;// CONCATENATED MODULE: external "node:os"
const external_node_os_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:os");
;// CONCATENATED MODULE: external "node:path"
const external_node_path_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:path");
// EXTERNAL MODULE: ./build/errors.js
var errors = __nccwpck_require__(473);
;// CONCATENATED MODULE: ./build/adapters/disk-errors.js

/** Whether a call failed since there is no such file. */
function isMissing(cause) {
    return ["ENOENT", "ENOTDIR"].includes(codeOf(cause) ?? "");
}
/** The system's name of what went wrong, such as `ENOSPC`. */
function codeOf(cause) {
    return cause.code;
}
/** A path that can't be read or written; an error that already explains itself is kept. */
function unusable(path, verb, cause) {
    if (cause instanceof errors/* HostenvError */.aY)
        return cause;
    const code = codeOf(cause) ?? "unknown error";
    const hint = FULL.includes(code)
        ? "free some space, or raise the limit: what was there before is unchanged"
        : "check the path and its permissions";
    return new errors/* HostenvError */.aY("file-unusable", `${path} can't be ${verb}: ${code}`, hint, cause);
}
const FULL = ["ENOSPC", "EDQUOT", "EFBIG"];

;// CONCATENATED MODULE: ./build/adapters/disk-owner.js



/** An owner as a file name. */
function nameOf({ pid, started, since, host }) {
    return `${pid}.${started}.${since}.${encodeURIComponent(host)}`;
}
/** The owner of such a name, null for another name. */
function ownerOf(name) {
    const [, pid, started, since, host] = /^(\d{1,10})\.(\d{1,20})\.(\d{1,15})\.([\w%.~-]+)$/.exec(name) ?? [];
    if (!pid || !started || !since || !host)
        return null;
    return { pid: Number(pid), started, since: Number(since), host: decoded(host) };
}
function decoded(text) {
    try {
        return decodeURIComponent(text);
    }
    catch {
        return text;
    }
}
/** This process, from now on. */
async function thisRun() {
    const started = (await startOf(process.pid)) ?? "0";
    return { pid: process.pid, started, since: Date.now(), host: await thisHost() };
}
// Two containers may share a host's name, and each has process numbers of its own.
async function thisHost() {
    const namespace = await (0,promises_namespaceObject.readlink)("/proc/self/ns/pid").catch(() => "");
    return [(0,external_node_os_namespaceObject.hostname)(), namespace.replace(/\D/g, "")].join("/");
}
/** Whether the owner still runs; null where that can't be seen from here. */
async function isRunning({ pid, started, host }) {
    if (host !== (await thisHost()))
        return null;
    if (!isThere(pid))
        return false;
    // A number is given again: the same process has the same start.
    return started === ((await startOf(pid)) ?? "0");
}
function isThere(pid) {
    try {
        return process.kill(pid, 0);
    }
    catch (cause) {
        // It is somebody else's, but it is there.
        return codeOf(cause) === "EPERM";
    }
}
/** Clock ticks from the machine's start to the process's: field 22 of Linux' proc(5) stat. */
async function startOf(pid) {
    const text = await (0,promises_namespaceObject.readFile)(`/proc/${pid}/stat`, "utf8").catch(() => null);
    // The second field is the program's name in parentheses, which may hold anything.
    const [state, ...fields] = text?.slice(text.lastIndexOf(")") + 2).split(" ") ?? [];
    // A zombie is dead, only nobody has asked yet how it died.
    return state === "Z" ? null : (fields[18] ?? null);
}

;// CONCATENATED MODULE: ./build/adapters/system-undo.js
const pending = new Set();
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"];
/**
 * Has `undo` called should this process end first, by a signal or otherwise; it must be synchronous. The returned
 * function takes it back. What we start has a process group of its own, so the terminal's Ctrl-C reaches only us.
 * Whoever else listens to a signal decides what it means, and may need until the end what would be undone.
 */
function undoneAtExit(undo) {
    if (pending.size === 0)
        listen();
    pending.add(undo);
    return () => {
        if (pending.delete(undo) && pending.size === 0)
            unlisten();
    };
}
function listen() {
    process.on("exit", undoAll);
    for (const signal of SIGNALS)
        process.on(signal, undoAndDie);
}
function unlisten() {
    process.off("exit", undoAll);
    for (const signal of SIGNALS)
        process.off(signal, undoAndDie);
}
function undoAll() {
    for (const undo of pending)
        undo();
    pending.clear();
}
function undoAndDie(signal) {
    if (process.listenerCount(signal) > 1)
        return;
    undoAll();
    unlisten();
    process.kill(process.pid, signal);
}

;// CONCATENATED MODULE: ./build/adapters/disk-private.js







const PREFIX = "hostenv-private-";
const NAME = new RegExp(`^${PREFIX}(.+)-\\w{6}$`);
/** How long a run may take whose process can't be seen: GitHub ends a job of a self-hosted runner after 5 days. */
const LONGEST_RUN_MS = 5 * 24 * 60 * 60 * 1000;
/** Folders below a runner's temporary folder, else below the system's, which carry their process in their name. */
class DiskPrivate {
    parent;
    /** @param parent where they are made; the folder is there */
    constructor(parent = process.env.RUNNER_TEMP || (0,external_node_os_namespaceObject.tmpdir)()) {
        this.parent = parent;
    }
    async make() {
        // ssh takes a percent sign in a path for the start of a word.
        const prefix = (0,external_node_path_namespaceObject.join)(this.parent, `${PREFIX}${nameOf(await thisRun()).replaceAll("%", "~")}-`);
        const path = await (0,promises_namespaceObject.mkdtemp)(prefix).catch((cause) => {
            throw unusable(this.parent, "written", cause);
        });
        const release = undoneAtExit(() => (0,external_node_fs_namespaceObject.rmSync)(path, { recursive: true, force: true }));
        return {
            path,
            write: (name, text) => writeNew((0,external_node_path_namespaceObject.join)(path, name), text),
            remove: async () => {
                await removeFolder(path);
                release();
            },
        };
    }
    async sweep() {
        for (const name of await (0,promises_namespaceObject.readdir)(this.parent).catch(() => [])) {
            const owner = ownerOf(NAME.exec(name)?.[1]?.replaceAll("~", "%") ?? "");
            const path = (0,external_node_path_namespaceObject.join)(this.parent, name);
            if (owner && !(await mayRun(owner)) && (await isOurs(path)))
                await removeFolder(path);
        }
    }
}
async function mayRun(owner) {
    return (await isRunning(owner)) ?? Date.now() - owner.since < LONGEST_RUN_MS;
}
// A link would lead elsewhere, and what is another user's is not for us to remove.
async function isOurs(path) {
    const found = await (0,promises_namespaceObject.lstat)(path).catch(() => null);
    return found?.isDirectory() === true && found.uid === process.getuid?.();
}
async function removeFolder(path) {
    await (0,promises_namespaceObject.rm)(path, { recursive: true, force: true }).catch((cause) => {
        throw unusable(path, "removed", cause);
    });
}
async function writeNew(path, text) {
    await (0,promises_namespaceObject.writeFile)(path, text, { flag: "wx", mode: 0o600 }).catch((cause) => {
        throw unusable(path, "written", cause);
    });
    return path;
}


/***/ }),

/***/ 473:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   aY: () => (/* binding */ HostenvError),
/* harmony export */   to: () => (/* binding */ explained)
/* harmony export */ });
/* unused harmony exports UsageError, CommandError, BuildError, InputError */
/**
 * An error a user can cause or must hear of. `message` says what is wrong, with
 * which value and where; `hint` says what to do next.
 */
class HostenvError extends Error {
    code;
    hint;
    constructor(code, message, hint, cause) {
        super(message, cause === undefined ? undefined : { cause });
        this.name = "HostenvError";
        this.code = code;
        this.hint = hint;
    }
    /** What was found out without being thrown, as an error. */
    static of(problem) {
        return new HostenvError(problem.code, problem.message, problem.hint);
    }
}
/** The command line was used wrongly: an unknown flag, command, node or rule. */
class UsageError extends HostenvError {
    constructor(message, hint) {
        super("usage", message, hint);
        this.name = "UsageError";
    }
}
/** A program we called failed. Carries its exit code and the last line it wrote to stderr. */
class CommandError extends HostenvError {
    exitCode;
    constructor(command, exitCode, lastLine, hint) {
        super("command-failed", `${command} failed with exit code ${exitCode}: ${lastLine}`, hint);
        this.name = "CommandError";
        this.exitCode = exitCode;
    }
}
/** A builder failed. Carries the last lines of its log, as it wrote them. */
class BuildError extends HostenvError {
    log;
    constructor(what, why, log, hint) {
        super("build-failed", `${what} can't be built: ${why}`, hint);
        this.name = "BuildError";
        this.log = log;
    }
}
/** An input of the generated flake can't be locked. */
class InputError extends HostenvError {
    input;
    /** Whether its repository was read and has no such branch. */
    isGone;
    constructor(input, why, isGone = false) {
        const hint = "check the network, the branch, and that this machine may read the input's repository";
        super("input-unlockable", `input '${input}' of the generated flake can't be locked: ${why}`, hint);
        this.name = "InputError";
        this.input = input;
        this.isGone = isGone;
    }
}
/** The error as people are told of it; anything else than a HostenvError is a mistake of ours. */
function explained(error) {
    if (error instanceof HostenvError)
        return error;
    const message = error instanceof Error ? error.message : String(error);
    const hint = "this is a mistake in hostenv-provider: please report it with what DEBUG=1 prints";
    return new HostenvError("internal", message, hint, error);
}


/***/ }),

/***/ 756:
/***/ ((__webpack_module__, __unused_webpack___webpack_exports__, __nccwpck_require__) => {

__nccwpck_require__.a(__webpack_module__, async (__webpack_handle_async_dependencies__, __webpack_async_result__) => { try {
/* harmony import */ var _adapters_disk_private_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(146);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(473);


// After an action's step, however it ended: its process is gone, so what secrets it left in files goes too.
try {
    await new _adapters_disk_private_js__WEBPACK_IMPORTED_MODULE_0__/* .DiskPrivate */ .l().sweep();
}
catch (error) {
    const { message, code, hint } = (0,_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .explained */ .to)(error);
    process.stdout.write(`::error::a file of secrets is left on this machine: ${message} [${code}] hint: ${hint}\n`);
    process.exitCode = 1;
}

__webpack_async_result__();
} catch(e) { __webpack_async_result__(e); } }, 1);

/***/ })

/******/ });
/************************************************************************/
/******/ // The module cache
/******/ var __webpack_module_cache__ = {};
/******/ 
/******/ // The require function
/******/ function __nccwpck_require__(moduleId) {
/******/ 	// Check if module is in cache
/******/ 	var cachedModule = __webpack_module_cache__[moduleId];
/******/ 	if (cachedModule !== undefined) {
/******/ 		return cachedModule.exports;
/******/ 	}
/******/ 	// Create a new module (and put it into the cache)
/******/ 	var module = __webpack_module_cache__[moduleId] = {
/******/ 		// no module.id needed
/******/ 		// no module.loaded needed
/******/ 		exports: {}
/******/ 	};
/******/ 
/******/ 	// Execute the module function
/******/ 	var threw = true;
/******/ 	try {
/******/ 		__webpack_modules__[moduleId](module, module.exports, __nccwpck_require__);
/******/ 		threw = false;
/******/ 	} finally {
/******/ 		if(threw) delete __webpack_module_cache__[moduleId];
/******/ 	}
/******/ 
/******/ 	// Return the exports of the module
/******/ 	return module.exports;
/******/ }
/******/ 
/************************************************************************/
/******/ /* webpack/runtime/asset-relocator-loader */
/******/ if (typeof __nccwpck_require__ !== 'undefined') __nccwpck_require__.ab = decodeURIComponent(new URL('.', import.meta.url).pathname).slice(import.meta.url.match(/^file:\/\/\/\w:/) ? 1 : 0, -1) + "/";
/******/ 
/******/ /* webpack/runtime/async module */
/******/ (() => {
/******/ 	var webpackQueues = typeof Symbol === "function" ? Symbol("webpack queues") : "__webpack_queues__";
/******/ 	var webpackExports = typeof Symbol === "function" ? Symbol("webpack exports") : "__webpack_exports__";
/******/ 	var webpackError = typeof Symbol === "function" ? Symbol("webpack error") : "__webpack_error__";
/******/ 	var resolveQueue = (queue) => {
/******/ 		if(queue && queue.d < 1) {
/******/ 			queue.d = 1;
/******/ 			queue.forEach((fn) => (fn.r--));
/******/ 			queue.forEach((fn) => (fn.r-- ? fn.r++ : fn()));
/******/ 		}
/******/ 	}
/******/ 	var wrapDeps = (deps) => (deps.map((dep) => {
/******/ 		if(dep !== null && typeof dep === "object") {
/******/ 			if(dep[webpackQueues]) return dep;
/******/ 			if(dep.then) {
/******/ 				var queue = [];
/******/ 				queue.d = 0;
/******/ 				dep.then((r) => {
/******/ 					obj[webpackExports] = r;
/******/ 					resolveQueue(queue);
/******/ 				}, (e) => {
/******/ 					obj[webpackError] = e;
/******/ 					resolveQueue(queue);
/******/ 				});
/******/ 				var obj = {};
/******/ 				obj[webpackQueues] = (fn) => (fn(queue));
/******/ 				return obj;
/******/ 			}
/******/ 		}
/******/ 		var ret = {};
/******/ 		ret[webpackQueues] = x => {};
/******/ 		ret[webpackExports] = dep;
/******/ 		return ret;
/******/ 	}));
/******/ 	__nccwpck_require__.a = (module, body, hasAwait) => {
/******/ 		var queue;
/******/ 		hasAwait && ((queue = []).d = -1);
/******/ 		var depQueues = new Set();
/******/ 		var exports = module.exports;
/******/ 		var currentDeps;
/******/ 		var outerResolve;
/******/ 		var reject;
/******/ 		var promise = new Promise((resolve, rej) => {
/******/ 			reject = rej;
/******/ 			outerResolve = resolve;
/******/ 		});
/******/ 		promise[webpackExports] = exports;
/******/ 		promise[webpackQueues] = (fn) => (queue && fn(queue), depQueues.forEach(fn), promise["catch"](x => {}));
/******/ 		module.exports = promise;
/******/ 		body((deps) => {
/******/ 			currentDeps = wrapDeps(deps);
/******/ 			var fn;
/******/ 			var getResult = () => (currentDeps.map((d) => {
/******/ 				if(d[webpackError]) throw d[webpackError];
/******/ 				return d[webpackExports];
/******/ 			}))
/******/ 			var promise = new Promise((resolve) => {
/******/ 				fn = () => (resolve(getResult));
/******/ 				fn.r = 0;
/******/ 				var fnQueue = (q) => (q !== queue && !depQueues.has(q) && (depQueues.add(q), q && !q.d && (fn.r++, q.push(fn))));
/******/ 				currentDeps.map((dep) => (dep[webpackQueues](fnQueue)));
/******/ 			});
/******/ 			return fn.r ? promise : getResult();
/******/ 		}, (err) => ((err ? reject(promise[webpackError] = err) : outerResolve(exports)), resolveQueue(queue)));
/******/ 		queue && queue.d < 0 && (queue.d = 0);
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/define property getters */
/******/ (() => {
/******/ 	// define getter functions for harmony exports
/******/ 	__nccwpck_require__.d = (exports, definition) => {
/******/ 		for(var key in definition) {
/******/ 			if(__nccwpck_require__.o(definition, key) && !__nccwpck_require__.o(exports, key)) {
/******/ 				Object.defineProperty(exports, key, { enumerable: true, get: definition[key] });
/******/ 			}
/******/ 		}
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/hasOwnProperty shorthand */
/******/ (() => {
/******/ 	__nccwpck_require__.o = (obj, prop) => (Object.prototype.hasOwnProperty.call(obj, prop))
/******/ })();
/******/ 
/************************************************************************/
/******/ 
/******/ // startup
/******/ // Load entry module and return exports
/******/ // This entry module used 'module' so it can't be inlined
/******/ var __webpack_exports__ = __nccwpck_require__(756);
/******/ __webpack_exports__ = await __webpack_exports__;
/******/ 
