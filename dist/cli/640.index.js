export const id = 640;
export const ids = [640,666];
export const modules = {

/***/ 3064:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  t: () => (/* binding */ SopsSecrets)
});

// EXTERNAL MODULE: external "node:child_process"
var external_node_child_process_ = __webpack_require__(1421);
// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(1455);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: ./build/domain/json.js
var json = __webpack_require__(7803);
// EXTERNAL MODULE: ./build/domain/sops-file.js
var sops_file = __webpack_require__(8009);
// EXTERNAL MODULE: ./build/errors.js
var errors = __webpack_require__(9473);
;// CONCATENATED MODULE: ./build/adapters/sops-errors.js


// Exit codes of sops, as its package cmd/sops/codes names them.
const [NO_DATA_KEY, TREE, MAC_MISMATCH, MAC_MISSING] = [128, 25, 51, 52];
/**
 * The error behind a failed run. Nothing of what sops printed is passed on: it quotes values that stand in the file
 * unencrypted, and prints the hash of all values where the MAC is another one.
 */
function sopsFailure(failure) {
    const { path, exit, text, stderr } = failure;
    if (exit === NO_DATA_KEY)
        return wrongKey(failure);
    if (exit === TREE)
        return tampered(path, "a value is not the one that was encrypted at its place");
    if (exit === MAC_MISMATCH || exit === MAC_MISSING)
        return tampered(path, "its values, or the MAC over them, are not those that were encrypted");
    if (!stderr.includes("metadata not found"))
        return unreadable(path, exit);
    return (0,sops_file/* holdsEncrypted */.j_)(text)
        ? tampered(path, "what sops wrote below `sops` is gone")
        : (0,sops_file/* notEncrypted */.sE)(path, "it");
}
function wrongKey({ path, text, keys }) {
    const recipients = (0,sops_file/* recipientsOf */.wX)(text);
    const given = keys.flatMap(({ recipient }) => recipient ?? []);
    const named = given.find((recipient) => recipients.includes(recipient));
    // Of a key of another kind we can't tell whether this sops knows it; where not, it takes none of them.
    const isStrange = given.length < keys.length;
    if (named && !isStrange && !(0,sops_file/* needsSeveralKeys */.oS)(text))
        return tampered(path, `it names ${named}, whose key was given, and that key does not open it`);
    const several = (0,sops_file/* needsSeveralKeys */.oS)(text) ? " by keys of several groups" : "";
    return new errors/* HostenvError */.aY("sops-key", `${path} is encrypted for ${listed(recipients)}${several}, and the age key that was given is that of ${givenAs(keys)}`, isStrange
        ? "post-quantum keys need sops 3.12 or newer, keys of a plugin its program on PATH; else give the key of one of these"
        : "give the secret key of one of these; or add the recipient to .sops.yaml and run sops updatekeys on the file");
}
/** More recipients than these are not listed. */
const MOST = 10;
/** Characters of the longest that is shown whole: age's own have 62, post-quantum ones about 2,000. */
const LONGEST = 100;
function listed(recipients) {
    if (recipients.length === 0)
        return "no age key at all";
    const more = recipients.length > MOST ? [`${recipients.length - MOST} more`] : [];
    return [...recipients.slice(0, MOST).map(shown), ...more].join(", ");
}
function shown(recipient) {
    return recipient.length > LONGEST ? `${recipient.slice(0, 24)}…${recipient.slice(-8)}` : recipient;
}
function givenAs(keys) {
    return keys.map(({ recipient }) => recipient ?? "a plugin or post-quantum recipient").join(", ");
}
function tampered(path, why) {
    return new errors/* HostenvError */.aY("sops-tampered", `${path} was changed after it was encrypted, and not by sops: ${why}`, "restore it from git, look at who changed it, and make changes with: sops edit FILE");
}
function unreadable(path, exit) {
    return new errors/* HostenvError */.aY("sops-failed", `sops can't read ${path} (exit code ${exit}); what it says is kept back, since it may quote secrets`, "see it on your own machine: sops decrypt FILE; the file's suffix must be its type: .yaml .json .env .ini");
}

;// CONCATENATED MODULE: ./build/adapters/sops-secrets.js







/** Bytes of the biggest file, and of the biggest answer: a thousand SSH keys. */
const MOST_BYTES = 4 * 2 ** 20;
/** The first version with the command `decrypt`, and with a MAC that tells which values it is about. */
const OLDEST = [3, 9, 0];
/** Decrypts files with the program sops, which gets the given age keys and finds no others. */
class SopsSecrets {
    program;
    seconds;
    constructor({ program = "sops", seconds = 30 } = {}) {
        this.program = program;
        this.seconds = seconds;
    }
    async decrypted(path, keys) {
        const text = await fileText(path);
        await this.checkVersion();
        // The whole path, which never begins with a dash; its suffix tells sops the type.
        const args = ["decrypt", "--output-type", "json", (0,external_node_path_.resolve)(path)];
        const { exit, stdout, stderr } = await this.run(args, path, {
            SOPS_AGE_KEY: keys.map((key) => key.text).join("\n"),
        });
        if (exit !== 0)
            throw sopsFailure({ path, text, keys, exit, stderr });
        return { tree: treeOf(stdout, path), text };
    }
    async recipients(path) {
        return (0,sops_file/* recipientsOf */.wX)(await fileText(path));
    }
    async checkVersion() {
        const { stdout } = await this.run(["--version"], "its version", {});
        const found = /\b(\d+)\.(\d+)\.(\d+)\b/.exec(stdout)?.slice(1).map(Number);
        if (found && !isOlder(found))
            return;
        throw new errors/* HostenvError */.aY("sops-old", `the program '${this.program}' is ${found ? `sops ${found.join(".")}` : "no sops that tells its version"}`, `install sops ${OLDEST.join(".")} or newer, ${SOURCES}`);
    }
    run(args, about, variables) {
        const options = {
            env: { ...environment(), ...variables },
            // It looks for its settings here and above: those of a branch are not for us.
            cwd: "/",
            timeout: this.seconds * 1000,
            killSignal: "SIGKILL",
            maxBuffer: MOST_BYTES,
        };
        return new Promise((done, reject) => {
            const child = (0,external_node_child_process_.execFile)(this.program, args, options, (error, stdout, stderr) => {
                const failure = error && this.failure(error, about);
                if (failure)
                    reject(failure);
                else
                    done({ exit: Number(error?.code ?? 0), stdout, stderr });
            });
            child.stdin?.end();
        });
    }
    // Null where it ended by itself. An error of execFile quotes what sops printed: it is never passed on.
    failure({ code, killed, signal }, about) {
        if (String(code) === "ERR_CHILD_PROCESS_STDIO_MAXBUFFER")
            return new errors/* HostenvError */.aY("sops-failed", `sops printed more than 4 MiB of ${about}`, "keep big files elsewhere");
        if (killed)
            return new errors/* HostenvError */.aY("sops-timeout", `sops was not done with ${about} within ${this.seconds} s`, "look whether the machine is overloaded, or a key's plugin waits for somebody");
        if (typeof code === "number")
            return null;
        if (signal)
            return new errors/* HostenvError */.aY("sops-failed", `sops was ended by ${signal}`, "see the kernel's log: memory may be short");
        return new errors/* HostenvError */.aY("sops-missing", `the program '${this.program}' can't be started: ${code}`, `put it on PATH before this step, ${SOURCES}`);
    }
}
const SOURCES = "with Nix: nix profile install nixpkgs#sops; else see https://getsops.io";
// Nothing by which sops finds a key of its own: no home with age, SSH or GnuPG keys, no variable of a cloud, and no
// way to the services that give a machine its keys. PATH stays for plugins of age, whose keys are given as others are.
function environment() {
    return {
        PATH: process.env.PATH,
        ...{ HOME: NOWHERE, XDG_CONFIG_HOME: NOWHERE, GNUPGHOME: NOWHERE, SOPS_GPG_EXEC: `${NOWHERE}/gpg` },
        ...{
            HTTP_PROXY: NOBODY,
            HTTPS_PROXY: NOBODY,
            AWS_EC2_METADATA_DISABLED: "true",
            GCE_METADATA_HOST: "127.0.0.1:9",
        },
        SOPS_DISABLE_VERSION_CHECK: "1",
    };
}
/** A folder that is not there; a port on which nobody listens (RFC 863's). */
const [NOWHERE, NOBODY] = ["/nonexistent", "http://127.0.0.1:9"];
function isOlder(version) {
    const at = OLDEST.findIndex((part, index) => version[index] !== part);
    return at >= 0 && version[at] < OLDEST[at];
}
async function fileText(path) {
    try {
        const { size } = await (0,promises_.stat)(path);
        if (size > MOST_BYTES)
            throw new errors/* HostenvError */.aY("sops-file", `${path} is bigger than 4 MiB`, "keep big files elsewhere");
        return await (0,promises_.readFile)(path, "utf8");
    }
    catch (cause) {
        if (cause instanceof errors/* HostenvError */.aY)
            throw cause;
        const hint = "check sops-file, which is looked for from where the step runs; is there a checkout before it?";
        const code = cause.code;
        const what = code === "ENOENT" ? `there is no file ${path}` : `${path} can't be read: ${code}`;
        throw new errors/* HostenvError */.aY("sops-file", what, hint, cause);
    }
}
function treeOf(stdout, path) {
    const tree = parsed(stdout);
    if (tree !== null && (0,json/* isObject */.Gv)(tree))
        return tree;
    throw new errors/* HostenvError */.aY("sops-failed", `${path} holds no group of keys`, "write NAME: value, one a line");
}
// An error of JSON.parse quotes the text.
function parsed(text) {
    try {
        return JSON.parse(text);
    }
    catch {
        return null;
    }
}


/***/ }),

/***/ 1222:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   B0: () => (/* binding */ lookAtOne),
/* harmony export */   QM: () => (/* binding */ NODES_AT_ONCE),
/* harmony export */   dT: () => (/* binding */ refuseChanged),
/* harmony export */   t5: () => (/* binding */ lookAt)
/* harmony export */ });
/* harmony import */ var _domain_deploy_live_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2239);
/* harmony import */ var _domain_json_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(7803);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(9473);
/* harmony import */ var _fleets_hostenv_deploy_targets_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(1464);
/* harmony import */ var _fleets_hostenv_live_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(1562);
/* harmony import */ var _pooled_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(704);






/** So many nodes are spoken to at the same time: more make a runner of two cores wait for its own handshakes. */
const NODES_AT_ONCE = 8;
/** Looks at nodes; nothing on them is changed. One that can't be asked is no reason not to ask the others. */
async function lookAt(targets, side, { nodes, progress }) {
    let asked = 0;
    const looked = await (0,_pooled_js__WEBPACK_IMPORTED_MODULE_3__/* .pooled */ .I)(targets, NODES_AT_ONCE, async (target) => {
        const found = await lookAtOne(target, side, [], nodes);
        progress.step(`looked at ${++asked} of ${targets.length} nodes`);
        return found;
    });
    return new Map(looked.map((each) => [each.target.name, each]));
}
/** As `lookAt`, for one node, and tries the logins of users that are there already. */
async function lookAtOne(target, side, users, nodes) {
    try {
        const part = (0,_fleets_hostenv_live_js__WEBPACK_IMPORTED_MODULE_2__/* .partOf */ .BU)(side, target.name);
        const look = await nodes.look(target, { profiles: (0,_fleets_hostenv_deploy_targets_js__WEBPACK_IMPORTED_MODULE_4__/* .placesOf */ .ek)(part), users, uids: (0,_fleets_hostenv_deploy_targets_js__WEBPACK_IMPORTED_MODULE_4__/* .uidsOf */ .Xi)(part) });
        return { target, look, live: look.live === null ? null : (0,_domain_deploy_live_js__WEBPACK_IMPORTED_MODULE_0__/* .parseLive */ .ad)(look.live, target.name) };
    }
    catch (error) {
        if (error instanceof _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .HostenvError */ .aY)
            return { target, error };
        throw error;
    }
}
/**
 * Makes sure that a node says of itself what was read before: what is to be done was decided before its lock was ours,
 * and another run may have done it, or else, since. Throws HostenvError `node-changed`, with `hint`, and as `Nodes` do.
 */
async function refuseChanged(target, before, nodes, hint) {
    const now = await nodes.live(target);
    if ((0,_domain_json_js__WEBPACK_IMPORTED_MODULE_5__/* .equal */ .LC)(now === null ? null : (0,_domain_deploy_live_js__WEBPACK_IMPORTED_MODULE_0__/* .parseLive */ .ad)(now, target.name), before))
        return;
    const message = `${target.name} was deployed by somebody else since this run looked at it`;
    throw new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .HostenvError */ .aY("node-changed", message, hint);
}


/***/ }),

/***/ 3125:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   G: () => (/* binding */ deployable),
/* harmony export */   b: () => (/* binding */ memoryIn)
/* harmony export */ });
/* harmony import */ var _domain_dns_memory_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(6773);
/* harmony import */ var _domain_manifest_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6632);
/* harmony import */ var _domain_review_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(9893);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(9473);
/* harmony import */ var _fleets_hostenv_kind_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(9482);
/* harmony import */ var _fleets_hostenv_locks_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(5294);
/* harmony import */ var _fleets_hostenv_pins_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(9984);
/* harmony import */ var _fleets_hostenv_schema_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(6051);
/* harmony import */ var _fleets_hostenv_sources_js__WEBPACK_IMPORTED_MODULE_9__ = __webpack_require__(6020);
/* harmony import */ var _plan_state_js__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(4080);










/**
 * Reads the snapshot of the working tree and checks that it is whole. Throws HostenvError `snapshot-missing`,
 * `snapshot-torn` where it is not as one plan wrote it, `plan-stale` where what it was planned from has changed
 * since, `plan-changed` where it is not the plan asked for.
 */
async function deployable(asked, ports) {
    const [tree, texts] = await ports.snapshot.steadily(async () => Promise.all([ports.trees.current(null), ports.snapshot.read()]));
    const manifest = (0,_domain_manifest_js__WEBPACK_IMPORTED_MODULE_1__/* .manifestIn */ .tn)(texts) ?? refuseTorn(texts, ports.generated);
    const side = await sideOf(tree, manifest, ports);
    const id = (0,_domain_review_js__WEBPACK_IMPORTED_MODULE_2__/* .planId */ .rY)(_fleets_hostenv_kind_js__WEBPACK_IMPORTED_MODULE_4__/* .hostenv */ .c, side);
    if (id !== manifest.planId)
        throw stale(manifest.planId, id);
    if (asked !== undefined && asked !== id)
        throw changed(asked, id);
    const memory = await ports.files.readIfThere(`${(0,_plan_state_js__WEBPACK_IMPORTED_MODULE_8__/* .folderOf */ .yS)(tree)}/${ports.generated}/dns-gate.json`);
    return { tree, side, planId: id, state: stateIn(texts, ports.generated), memory };
}
/** What the DNS gate remembers, by the snapshot. Throws HostenvError as `parseMemory` does. */
function memoryIn({ memory }, generated) {
    return memory === null ? _domain_dns_memory_js__WEBPACK_IMPORTED_MODULE_0__/* .NOTHING */ .K$ : (0,_domain_dns_memory_js__WEBPACK_IMPORTED_MODULE_0__/* .parseMemory */ .Pw)(JSON.parse(memory), `${generated}/dns-gate.json`);
}
function stateIn({ "state.json": text = "{}" }, generated) {
    return (0,_fleets_hostenv_schema_js__WEBPACK_IMPORTED_MODULE_7__/* .parseState */ .Bu)(JSON.parse(text), `${generated}/state.json`);
}
function refuseTorn(texts, generated) {
    const found = (0,_domain_manifest_js__WEBPACK_IMPORTED_MODULE_1__/* .discrepanciesIn */ .lZ)(texts);
    const hint = "restore it from git, or write it again and commit it: hostenv-provider plan";
    if (found === null) {
        const message = `${generated}/${_domain_manifest_js__WEBPACK_IMPORTED_MODULE_1__/* .MANIFEST */ .e0} is not there: nothing says that the snapshot is whole`;
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_3__/* .HostenvError */ .aY("snapshot-missing", message, hint);
    }
    const names = found.map(({ file, how }) => `${generated}/${file} (${how})`).join(", ");
    throw new _errors_js__WEBPACK_IMPORTED_MODULE_3__/* .HostenvError */ .aY("snapshot-torn", `the snapshot is not as one plan wrote it: ${names}`, hint);
}
// What the plan was made from: the files and pins that its id was made from.
async function sideOf(tree, { sourceFolders = { nodes: "nodes", secrets: "secrets" } }, { files, generated }) {
    const json = (name) => files.readJsonIfThere(`${(0,_plan_state_js__WEBPACK_IMPORTED_MODULE_8__/* .folderOf */ .yS)(tree)}/${name}`, name);
    const plan = (0,_fleets_hostenv_schema_js__WEBPACK_IMPORTED_MODULE_7__/* .parsePlan */ .vS)(await json(`${generated}/plan.json`), `${generated}/plan.json`);
    const paths = (0,_fleets_hostenv_sources_js__WEBPACK_IMPORTED_MODULE_9__/* .sourcesAmong */ .n)(tree.files, sourceFolders, generated);
    const hashes = await files.hashes((0,_plan_state_js__WEBPACK_IMPORTED_MODULE_8__/* .folderOf */ .yS)(tree), paths);
    const [own, made] = await Promise.all(["flake.lock", `${generated}/flake.lock`].map(json));
    const root = (0,_fleets_hostenv_schema_js__WEBPACK_IMPORTED_MODULE_7__/* .parseLock */ .PG)(own ?? { nodes: {} }, "flake.lock");
    const lock = made == null ? null : (0,_fleets_hostenv_schema_js__WEBPACK_IMPORTED_MODULE_7__/* .parseLock */ .PG)(made, `${generated}/flake.lock`);
    return {
        plan,
        pins: [...(0,_fleets_hostenv_pins_js__WEBPACK_IMPORTED_MODULE_6__/* .pinsOf */ .cz)(root), ...(0,_fleets_hostenv_locks_js__WEBPACK_IMPORTED_MODULE_5__/* .pinsNamed */ .uL)(lock, addedInputs(root, lock))],
        sources: paths.map((path, index) => ({ path, sha256: hashes[index] })),
        nodesFolder: sourceFolders.nodes,
    };
}
// Environments, and what else only the generated flake names.
function addedInputs(root, lock) {
    const own = (0,_fleets_hostenv_pins_js__WEBPACK_IMPORTED_MODULE_6__/* .directInputs */ .NM)(root);
    return Object.keys(lock ? (0,_fleets_hostenv_pins_js__WEBPACK_IMPORTED_MODULE_6__/* .directInputs */ .NM)(lock) : {}).filter((name) => !Object.hasOwn(own, name));
}
function stale(planned, found) {
    return new _errors_js__WEBPACK_IMPORTED_MODULE_3__/* .HostenvError */ .aY("plan-stale", `files or pins changed since the snapshot was planned: it says ${planned.slice(0, 12)}, they give ${found.slice(0, 12)}`, "write the snapshot again and commit it: hostenv-provider plan");
}
function changed(asked, found) {
    return new _errors_js__WEBPACK_IMPORTED_MODULE_3__/* .HostenvError */ .aY("plan-changed", `the snapshot holds the plan ${found.slice(0, 12)}, not ${asked.slice(0, 12)}`, "check out the commit whose snapshot that plan is, or leave out --plan-id");
}


/***/ }),

/***/ 9602:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   y: () => (/* binding */ secretsFrom)
/* harmony export */ });
/* harmony import */ var _domain_age_keys_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3014);
/* harmony import */ var _domain_secrets_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7488);
/* harmony import */ var _domain_sops_file_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(8009);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(9473);




/**
 * The secrets that there are, of those wanted, each in the form its reader takes; all are hidden. Throws UsageError for a file without keys or the
 * other way round, and HostenvError as `ageKeysOf`, `secretPlacesOf`, `SecretFiles`, `secretsAt` and `usableSecret`.
 */
async function secretsFrom(sources, ports, wanted = _domain_secrets_js__WEBPACK_IMPORTED_MODULE_1__/* .SECRET_NAMES */ .AS) {
    const found = { ...sources.environment, ...(await fromFile(sources, ports)) };
    const known = _domain_secrets_js__WEBPACK_IMPORTED_MODULE_1__/* .SECRET_NAMES */ .AS.flatMap((name) => found[name] === undefined ? [] : [[name, found[name]]]);
    for (const [, value] of known)
        ports.hide(value);
    const used = known.filter(([name]) => wanted.includes(name));
    return Object.fromEntries(used.map(([name, value]) => [name, (0,_domain_secrets_js__WEBPACK_IMPORTED_MODULE_1__/* .usableSecret */ .hW)(name, value)]));
}
async function fromFile({ key, file, places = [] }, { secretFiles, hide }) {
    if (key === undefined && file === undefined && places.length === 0)
        return {};
    if (key === undefined)
        throw await noKey(file, secretFiles);
    if (file === undefined) {
        const hint = "name the file that is encrypted for it: sops-file: ci-secrets.yaml";
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_3__/* .UsageError */ .eb("the input sops-age-key is given, and sops-file is not", hint);
    }
    const [keys, wanted] = [(0,_domain_age_keys_js__WEBPACK_IMPORTED_MODULE_0__/* .ageKeysOf */ .dS)(key), (0,_domain_secrets_js__WEBPACK_IMPORTED_MODULE_1__/* .secretPlacesOf */ .aM)(places)];
    const { tree, text } = await secretFiles.decrypted(file, keys);
    const secrets = (0,_domain_secrets_js__WEBPACK_IMPORTED_MODULE_1__/* .secretsAt */ .lD)(wanted, tree, file);
    for (const value of Object.values(secrets))
        hide(value);
    const plain = (0,_domain_secrets_js__WEBPACK_IMPORTED_MODULE_1__/* .plainAmong */ .zL)(secrets, text);
    if (plain.length > 0)
        throw (0,_domain_sops_file_js__WEBPACK_IMPORTED_MODULE_2__/* .notEncrypted */ .sE)(file, plain.join(" and "));
    return secrets;
}
/** More keys than these are not named. */
const MOST_NAMED = 10;
// Whoever is to give a key must know whose.
async function noKey(file, secretFiles) {
    const recipients = file === undefined ? [] : await secretFiles.recipients(file);
    const named = recipients.slice(0, MOST_NAMED).join(", ");
    const whose = named === "" ? "" : `: ${file} is encrypted for ${named}`;
    return new _errors_js__WEBPACK_IMPORTED_MODULE_3__/* .HostenvError */ .aY("age-key", `a sops file is wanted, and there is no age key${whose}`, _domain_age_keys_js__WEBPACK_IMPORTED_MODULE_0__/* .NO_KEY_HINT */ .MK);
}


/***/ }),

/***/ 8416:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  N: () => (/* binding */ nodesOf)
});

// UNUSED EXPORTS: KNOWN_HOSTS

// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: ./build/adapters/disk-json.js
var disk_json = __webpack_require__(6483);
// EXTERNAL MODULE: ./build/domain/deploy/host-keys.js
var host_keys = __webpack_require__(5752);
// EXTERNAL MODULE: ./build/domain/deploy/live.js
var live = __webpack_require__(2239);
// EXTERNAL MODULE: ./build/errors.js
var errors = __webpack_require__(9473);
;// CONCATENATED MODULE: ./build/domain/deploy/node-paths.js

const PROFILES = "/nix/var/nix/profiles/";
const RUN = "/run/";
/** Whether a path is absolute, of plain characters, and goes nowhere but down. */
function isPlain(path) {
    return /^(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9._+-]+)+$/.test(path);
}
/** The path of a profile's link. Throws HostenvError `node-path` for one that is not below Nix's profiles. */
function checkedProfilePath(path) {
    if (isPlain(path) && path.startsWith(PROFILES))
        return path;
    throw notThere("the profile", path, `a profile is below ${PROFILES}`);
}
/**
 * An environment's folder for what runs, which root makes. A project may set its root (`runtimeRoot`), so
 * it is only taken below /run, as a folder of its own user's name. Throws HostenvError `node-path`.
 */
function checkedRuntimeDir(path, user) {
    if (isPlain(path) && path.startsWith(RUN) && path.endsWith(`/user/${user}`))
        return path;
    throw notThere(`the runtimeDir of '${user}'`, path, `it is ${RUN}<root>/user/${user}: let runtimeRoot be as it was`);
}
/** A folder of an environment's data, which is in its user's home. Throws HostenvError `node-path`. */
function checkedHomeFolder(path, user) {
    if (isPlain(path) && path.startsWith(`/home/${user}/`))
        return path;
    throw notThere(`a folder for data of '${user}'`, path, `it is below /home/${user}/: let it be as it was`);
}
function notThere(what, path, hint) {
    return new errors/* HostenvError */.aY("node-path", `${what} can't be '${path}'`, hint);
}

// EXTERNAL MODULE: ./build/domain/deploy/preflight.js
var preflight = __webpack_require__(9146);
;// CONCATENATED MODULE: ./build/domain/deploy/ssh-options.js

const DEFAULT_PORT = 22;
const number = /^[0-9]{1,4}$/;
const answer = /^(?:yes|no)$/;
const always = /^yes$/;
// A list of names, one of ssh's signs before it to add to, take from or lead its own list.
const algorithms = /^[+^-]?[A-Za-z0-9@.*_-]+(?:,[A-Za-z0-9@.*_-]+)*$/;
// What can only change how fast, through which family and with which ciphers the same node is reached.
// Everything else runs programs, reads files, forwards something or takes another host's key.
const ALLOWED = {
    Port: /^[0-9]{1,5}$/,
    AddressFamily: /^(?:any|inet|inet6)$/,
    BatchMode: always,
    CASignatureAlgorithms: algorithms,
    Ciphers: algorithms,
    Compression: answer,
    ConnectTimeout: number,
    ConnectionAttempts: /^[0-9]{1,2}$/,
    HostKeyAlgorithms: algorithms,
    IPQoS: /^[a-z0-9]+$/,
    IdentitiesOnly: always,
    KexAlgorithms: algorithms,
    MACs: algorithms,
    PubkeyAcceptedAlgorithms: algorithms,
    PubkeyAcceptedKeyTypes: algorithms,
    ServerAliveCountMax: number,
    ServerAliveInterval: number,
    TCPKeepAlive: answer,
};
const FLAGS = {
    "-4": "AddressFamily=inet",
    "-6": "AddressFamily=inet6",
    "-C": "Compression=yes",
};
const NAMES = new Map(Object.keys(ALLOWED).map((name) => [name.toLowerCase(), name]));
/** Why an option that people may well ask for is refused, and what they can do. */
const REFUSED = {
    hostkeyalias: "name the node in known_hosts by its SSH address instead",
    identityfile: "the key comes from SSH_KEY alone",
    proxycommand: "it would run a program here: reach the node itself, or run deploy where it can be reached",
    proxyjump: "the jump host's own key would not be pinned: reach the node itself, or run deploy where it can be reached",
    stricthostkeychecking: "host keys are pinned in known_hosts, always",
    user: "the user is provider.deployUser, or the environment's own",
    userknownhostsfile: "host keys are pinned in the provider's known_hosts, or the file of --known-hosts",
};
// ssh's short forms of what is refused.
const SHORT = { i: "IdentityFile", J: "ProxyJump", l: "User" };
/**
 * How to reach a node by the address and SSH options of its plan. Throws HostenvError `ssh-host` or
 * `ssh-option`, which names the node, the option and the remedy.
 */
function connectionOf(node, host, sshOptions) {
    const pairs = pairsOf(node, sshOptions).map((pair) => allowedPair(node, pair));
    const port = pairs.find(({ name }) => name === "Port")?.value;
    return {
        host: checkedHost(node, host),
        options: pairs.map(({ name, value }) => `-o${name}=${value}`),
        port: port === undefined ? DEFAULT_PORT : Number(port),
    };
}
function pairsOf(node, options) {
    const pairs = [];
    for (let index = 0; index < options.length; index++) {
        const option = options[index];
        const flag = FLAGS[option];
        const [, letter, attached] = /^-([A-Za-z])(.*)$/s.exec(option) ?? [];
        if (flag)
            pairs.push(pairOf(flag, option));
        else if (letter === undefined)
            throw refused(node, option, "", "it is none of ssh's");
        else if (attached !== "" || !TAKES_VALUE.has(letter))
            pairs.push(lettered(letter, attached, option));
        else {
            const value = options[++index];
            if (value === undefined)
                throw refused(node, option, "", "its value is missing");
            pairs.push(lettered(letter, value, `${option} ${value}`));
        }
    }
    return pairs;
}
const TAKES_VALUE = new Set("BbcDEeFIiJLlmOoPpQRSWw");
function lettered(letter, value, given) {
    if (letter === "o")
        return pairOf(value, given);
    return { name: letter === "p" ? "Port" : (SHORT[letter] ?? `-${letter}`), value: value.trim(), given };
}
// As ssh reads it: blanks around, and between name and value either an equals sign or blanks.
function pairOf(text, given) {
    const [, name, value] = /^\s*([A-Za-z0-9]+)(?:\s*=\s*|\s+)(.*?)\s*$/s.exec(text) ?? [];
    return name === undefined ? { name: "", value: "", given } : { name, value: value, given };
}
function allowedPair(node, { name, value, given }) {
    const known = NAMES.get(name.toLowerCase());
    if (known === undefined)
        throw refused(node, given, name, "only what changes no more than the way to it is");
    const isFit = ALLOWED[known]?.test(value) && (known !== "Port" || isPort(Number(value)));
    if (!isFit)
        throw refused(node, given, name, `'${value}' is no value for ${known}`);
    return { name: known, value, given };
}
function isPort(port) {
    return port >= 1 && port <= 65535;
}
function refused(node, given, name, why) {
    const hint = REFUSED[name.toLowerCase()] ?? `allowed are -p, -4, -6, -C and -o with ${list()}`;
    return new errors/* HostenvError */.aY("ssh-option", `node '${node}' has the SSH option '${given}', which is not allowed: ${REFUSED[name.toLowerCase()] ?? why}`, `take it out of provider.nodeSshOpts.${node}; ${hint}`);
}
function list() {
    return Object.keys(ALLOWED).join(", ");
}
const HOST_NAME = /^(?!-)[A-Za-z0-9_-]+(?<!-)(?:\.(?!-)[A-Za-z0-9_-]+(?<!-))*\.?$/;
const IPV6 = /^[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?:(?<=:)[0-9]{1,3}(?:\.[0-9]{1,3}){3})?$/;
function checkedHost(node, host) {
    if (host.length <= 253 && (HOST_NAME.test(host) || IPV6.test(host)))
        return host;
    throw new errors/* HostenvError */.aY("ssh-host", `node '${node}' has the SSH address '${host}', which is neither a host name nor an IP address`, `write provider.nodeAddresses.${node} without user, port or blanks: the port goes to nodeSshPorts`);
}
/** A name that ssh, sudo and chown take for a user's and nothing else. Throws HostenvError `user-name`. */
function checkedUser(user) {
    if (/^[A-Za-z0-9_][A-Za-z0-9_-]{0,63}$/.test(user) && !/^[0-9]+$/.test(user))
        return user;
    throw new errors/* HostenvError */.aY("user-name", `'${user}' is no name of a user`, "use letters, digits, dashes and underscores, at least one no digit, and do not begin with a dash");
}

;// CONCATENATED MODULE: ./build/adapters/ssh-failures.js

const HOST_KEY = /Host key verification failed|HOST IDENTIFICATION HAS CHANGED|host key is known|REVOKED HOST KEY/;
const ssh_failures_REFUSED = /Permission denied|Too many authentication failures/;
// A server with many logins at once turns some away before they begin (sshd_config's MaxStartups).
const TURNED_AWAY = /kex_exchange_identification|Connection (?:reset|closed) by .* port/;
function failureIn(log) {
    if (HOST_KEY.test(log))
        return "host-key";
    if (ssh_failures_REFUSED.test(log))
        return "refused";
    return TURNED_AWAY.test(log) ? "turned-away" : "unreachable";
}
function refusedLogin({ node, user }, identity) {
    const which = identity ? `the key of SSH_KEY, ${identity.publicKey}` : "any of your keys";
    return new errors/* HostenvError */.aY("login-refused", `node '${node}' does not let '${user}' in with ${which}`, identity
        ? `add that key to provider.deployPublicKeys; as long as the node's system lacks it, to /etc/ssh/authorized_keys.d/${user} on the node`
        : "give the key of provider.deployPublicKeys in SSH_KEY, or load it into your agent: ssh-add FILE");
}
/** Our ssh is a program in a private folder, and some machines start none below their temporary one. */
function notStarted(cause) {
    return new errors/* HostenvError */.aY("ssh-missing", `ssh can't be started: ${cause.message}`, "name a folder whose file system allows programs (no noexec) in RUNNER_TEMP", cause);
}
function unreachable({ node, purpose }, log) {
    return new errors/* HostenvError */.aY("node-unreachable", `node '${node}' can't be reached to ${purpose}: ${lastLines(log) || "the connection broke"}`, "check that it is up, and its address and port in provider.nodeAddresses and nodeSshPorts; then run again");
}
/** The failure of a run that we ended ourselves. */
function endedByUs({ node, purpose, seconds, mostBytes }, by) {
    if (by === "output") {
        const most = `${Math.ceil(mostBytes / 2 ** 20)} MiB`;
        return noAnswer(node, purpose, `it is longer than ${most}`);
    }
    if (by === "stop") {
        const message = `the connection to node '${node}' was ended: what it was for is not needed any more`;
        return new errors/* HostenvError */.aY("node-stopped", message, "the error or the signal before this one is the reason");
    }
    return new errors/* HostenvError */.aY("node-unreachable", `node '${node}' took more than ${seconds} s to ${purpose}, and was given up`, "see what keeps it busy; what it had begun may still come to its end there");
}
/** An answer that can't be one. */
function noAnswer(node, purpose, why) {
    return new errors/* HostenvError */.aY("node-answer", `the answer of node '${node}', asked to ${purpose}, can't be used: ${why}`, "see what its login shell or a forced command prints, and that it is a NixOS node");
}
/** A script that failed on the node. */
function failedThere({ node, user, purpose }, { exit, stderr }) {
    const said = lastLines(stderr);
    const hint = /^sudo: /m.test(stderr)
        ? `let '${user}' use sudo without a password on the node (security.sudo.wheelNeedsPassword = false)`
        : "log in as the same user and see what is in the way; then run again";
    const message = `node '${node}' failed to ${purpose} (exit code ${exit}): ${said || "it does not say why"}`;
    return new errors/* HostenvError */.aY("node-command", message, hint);
}
const MOST_LINES = 5;
const MOST_CHARACTERS = 600;
/** What was said last, in one line. */
function lastLines(text) {
    const lines = text
        .split(/[\r\n]+/)
        .map((line) => line.trim())
        .filter((line) => line !== "");
    return lines.slice(-MOST_LINES).join(" | ").slice(-MOST_CHARACTERS);
}

;// CONCATENATED MODULE: ./build/adapters/ssh-answers.js

/** The answers of a script, line by line, each `word rest`. Everything in them is the node's. */
class Answer {
    node;
    purpose;
    lines;
    constructor(node, purpose, lines) {
        this.node = node;
        this.purpose = purpose;
        this.lines = lines.map((line) => {
            const at = line.indexOf(" ");
            return at < 0 ? [line, ""] : [line.slice(0, at), line.slice(at + 1)];
        });
    }
    /** What stands after a word, null where the word does not come. */
    one(word) {
        return this.lines.find(([first]) => first === word)?.[1] ?? null;
    }
    all(word) {
        return this.lines.filter(([first]) => first === word).map(([, rest]) => rest);
    }
    /** As `one`, decoded from base64. */
    bytes(word) {
        const text = this.one(word);
        return text === null ? null : Buffer.from(text, "base64");
    }
    /** Throws HostenvError `node-answer`. */
    refuse(why) {
        throw noAnswer(this.node, this.purpose, why);
    }
}
/** What a look found. Throws HostenvError `node-answer`, and what `parse` throws. */
function lookedAt(answer, { profiles: places, uids }, mostBytes, parse) {
    return {
        os: (answer.one("os") ?? "").replace(/^["']|["']$/g, ""),
        freeBytes: freeBytes(answer),
        trustedKeys: answer
            .one("keys")
            ?.split(" ")
            .filter((key) => key !== "") ?? null,
        live: liveIn(answer, mostBytes, parse),
        lock: lockIn(answer),
        profiles: linksIn(answer, places),
        takenUids: takenIn(answer, uids),
        there: new Set(answer.all("user").flatMap((line) => /^(\S+) yes$/.exec(line)?.[1] ?? [])),
    };
}
function takenIn(answer, uids) {
    const owners = new Map(answer.all("uid").map((line) => [Number(line.split(" ")[0]), line.slice(line.indexOf(" ") + 1)]));
    const taken = Object.entries(uids).map(([user, uid]) => [user, owners.get(uid) ?? user]);
    return Object.fromEntries(taken.filter(([user, owner]) => owner !== user));
}
/** What deployed.json holds, null where there is none. Throws as `lookedAt`. */
function liveIn(answer, mostBytes, parse) {
    const large = answer.one("large");
    if (large !== null)
        answer.refuse(`its deployed.json has ${Number(large)} bytes, and ${mostBytes} are read at most`);
    const live = answer.bytes("live");
    return live === null ? null : parse(live, `deployed.json on node '${answer.node}'`);
}
function freeBytes(answer) {
    const [, blocks, size] = /^(\d{1,15}) (\d{1,8})$/.exec(answer.one("free") ?? "") ?? [];
    if (blocks === undefined)
        answer.refuse("the free space of its store is no number");
    return Number(blocks) * Number(size);
}
/** Who holds the lock, null where nobody does. */
function lockIn(answer) {
    const line = answer.one("lock");
    if (line === null)
        return null;
    const [, since, expires, owner] = /^(\d{1,11}) (\d{1,11}) ([A-Za-z0-9+/=]*)$/.exec(line) ?? [];
    if (since === undefined)
        answer.refuse("its lock is none");
    const [ownerText] = Buffer.from(owner, "base64")
        .toString("utf8")
        .slice(0, 500)
        .split("\n");
    return { owner: ownerText, since: instant(since), expires: instant(expires) };
}
function instant(seconds) {
    return new Date(Number(seconds) * 1000).toISOString();
}
/** Where the links of these places lead, by the profile's name. */
function linksIn(answer, places) {
    const byPath = new Map(answer.all("profile").map((line) => [line.slice(0, line.indexOf(" ")), line]));
    return Object.fromEntries(places.map(({ profile, path }) => {
        const line = byPath.get(path);
        if (line === undefined)
            answer.refuse(`it says nothing of the profile ${path}`);
        return [profile, linkIn(answer, line)];
    }));
}
const LINK = /^\S+ (\d{1,9}) (\/nix\/store\/[0-9a-z]{32}-[A-Za-z0-9+._?=-]+) (yes|no) (yes|no)$/;
function linkIn(answer, line) {
    if (line.endsWith(" none"))
        return null;
    const [, generation, storePath, activatable, canRollBack] = LINK.exec(line) ?? [];
    if (storePath === undefined)
        answer.refuse("a profile's link is none of Nix's");
    return {
        storePath,
        generation: Number(generation),
        activatable: activatable === "yes",
        canRollBack: canRollBack === "yes",
    };
}

// EXTERNAL MODULE: ./node_modules/zod/v4/classic/schemas.js + 11 modules
var schemas = __webpack_require__(2857);
;// CONCATENATED MODULE: ./build/adapters/ssh-backup.js



// Of restic's list of snapshots, what counts here.
const snapshotsSchema = schemas/* array */.YOg(schemas/* looseObject */._H3({ id: schemas/* string */.YjP().regex(/^[0-9a-f]{64}$/), time: schemas/* string */.YjP() }));
/**
 * The snapshot that a run of a backup made. Throws HostenvError `backup-missing`, `backup-failed`, and
 * `backup-snapshot` where none is known to be of this run.
 */
function backupIn(answer, user, asked, parse) {
    if (answer.one("missing") !== null)
        throw missing(answer.node, user, asked);
    const unit = answer.one("unit") ?? answer.refuse("it names no unit");
    const journal = answer.bytes("journal")?.toString("utf8") ?? "";
    if (answer.one("failed") !== null)
        throw failed(answer.node, user, unit, journal);
    const started = Number(answer.one("started")) * 1000;
    const snapshot = newest(answer, started, parse) ?? savedIn(journal);
    if (snapshot === null)
        throw unknownSnapshot(answer.node, user, unit);
    return { name: unit, snapshot };
}
// Made by this run: not there before, and begun after it. One without the backup's own tag counts only
// where the backup sets none.
function newest(answer, started, parse) {
    const before = new Set(snapshotsIn(answer, "before", parse).map(({ id }) => id));
    for (const word of ["after", "untagged"]) {
        const made = snapshotsIn(answer, word, parse).filter(({ id, time }) => !before.has(id) && Date.parse(time) >= started);
        const [last] = made.sort((left, right) => Date.parse(right.time) - Date.parse(left.time));
        if (last)
            return last.id;
    }
    return null;
}
// The wrapper may be missing, or fail: its list is empty then, and the journal is asked.
function snapshotsIn(answer, word, parse) {
    const bytes = answer.bytes(word);
    if (bytes === null || bytes.length === 0)
        return [];
    return snapshotsSchema.safeParse(parse(bytes, `the list of snapshots on node '${answer.node}'`)).data ?? [];
}
// What restic says at the end of a backup; the run's own words, so it needs no comparing.
function savedIn(journal) {
    return [...journal.matchAll(/^snapshot ([0-9a-f]{8,64}) saved$/gm)].at(-1)?.[1] ?? null;
}
function missing(node, user, name) {
    return new errors/* HostenvError */.aY("backup-missing", `'${user}' on node '${node}' has no unit restic-backups-${name}.service, nor one without -migrate`, "deploy the environment where it is first, so that it has its backups; or move it without data: --skip-migrations");
}
function failed(node, user, name, journal) {
    return new errors/* HostenvError */.aY("backup-failed", `the backup '${name}' of '${user}' on node '${node}' failed: ${lastLines(journal) || "it does not say why"}`, `nothing was moved; on the node, as that user: journalctl --user -u restic-backups-${name}.service`);
}
function unknownSnapshot(node, user, name) {
    return new errors/* HostenvError */.aY("backup-snapshot", `the backup '${name}' of '${user}' on node '${node}' ran, and which snapshot it made is unknown`, `nothing was moved; on the node, as that user: ~/.local/bin/restic-${name} snapshots`);
}

// EXTERNAL MODULE: external "node:events"
var external_node_events_ = __webpack_require__(8474);
// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(1455);
// EXTERNAL MODULE: external "node:timers/promises"
var external_node_timers_promises_ = __webpack_require__(8500);
// EXTERNAL MODULE: external "node:child_process"
var external_node_child_process_ = __webpack_require__(1421);
// EXTERNAL MODULE: ./build/adapters/system-undo.js
var system_undo = __webpack_require__(4011);
;// CONCATENATED MODULE: ./build/adapters/ssh-process.js


const TAIL = 64 * 1024;
// Somebody whom it left behind may hold the other ends of its pipes open.
const GRACE_MS = 1000;
/** Runs a program in a process group of its own, of which nobody is left when the promise settles. Rejects where it can't be started. */
function runProcess(program, args, options) {
    const child = (0,external_node_child_process_.spawn)(program, args, { detached: true, env: options.env });
    return new Run(child, options).ended();
}
class Run {
    child;
    options;
    by = "exit";
    constructor(child, options) {
        this.child = child;
        this.options = options;
    }
    ended() {
        const { child, options } = this;
        const stdout = whole(child.stdout, options.mostBytes, () => this.end("output"));
        const stderr = tail(child.stderr);
        const release = [(0,system_undo/* undoneAtExit */.X)(() => this.kill()), ...this.limited()];
        return new Promise((resolve, reject) => {
            child.once("error", reject);
            child.once("exit", () => this.onExit());
            child.once("close", (code, signal) => {
                resolve({ by: this.by, exit: signal ?? code ?? 1, stdout: stdout(), stderr: stderr() });
            });
            // It may end without having read everything.
            child.stdin.once("error", () => { });
            child.stdin.end(options.input ?? "");
        }).finally(() => {
            for (const undo of release)
                undo();
        });
    }
    limited() {
        const { seconds, stop } = this.options;
        const timer = setTimeout(() => this.end("timeout"), seconds * 1000);
        const onStop = () => this.end("stop");
        stop.addEventListener("abort", onStop);
        if (stop.aborted)
            onStop();
        return [() => clearTimeout(timer), () => stop.removeEventListener("abort", onStop)];
    }
    end(by) {
        if (this.by === "exit")
            this.by = by;
        this.kill();
    }
    onExit() {
        this.kill();
        setTimeout(() => {
            this.child.stdout.destroy();
            this.child.stderr.destroy();
        }, GRACE_MS).unref();
    }
    kill() {
        if (this.child.pid === undefined)
            return;
        try {
            process.kill(-this.child.pid, "SIGKILL");
        }
        catch {
            // Nobody is left.
        }
    }
}
function whole(stream, most, onMore) {
    const chunks = [];
    let size = 0;
    stream.on("data", (chunk) => {
        size += chunk.length;
        if (size > most)
            onMore();
        else
            chunks.push(chunk);
    });
    return () => Buffer.concat(chunks);
}
function tail(stream) {
    let kept = Buffer.alloc(0);
    stream.on("data", (chunk) => {
        kept = Buffer.concat([kept, chunk]).subarray(-TAIL);
    });
    return () => kept.toString("utf8");
}

;// CONCATENATED MODULE: ./build/adapters/ssh-quoting.js
/** A word for a POSIX shell that stands for exactly this text. Throws Error for a NUL, which no word can hold. */
function quoted(word) {
    if (word.includes("\0"))
        throw new Error("a word for a shell can't hold a NUL");
    if (/^[A-Za-z0-9_./:@%+,-]+$/.test(word))
        return word;
    return `'${word.replaceAll("'", "'\\''")}'`;
}
// What is on stdin: first the script, then its data. A shell that reads a script from stdin may take
// more of it than the script, so its length is said, and head takes no more than that.
const LOADER = 'n=$1; shift; eval "$(head -c "$n")"';
/** The command that runs a script on a node; root's needs sudo without a password. */
function commandOf({ name, text }, args, asRoot) {
    const words = ["sh", "-c", LOADER, name, String(Buffer.byteLength(text)), ...args];
    return [...(asRoot ? ["sudo", "-n", "--"] : []), ...words].map(quoted).join(" ");
}

;// CONCATENATED MODULE: ./build/adapters/ssh-client.js








const MARKER = "hostenv-provider";
const PAUSES_MS = [500, 2000, 5000];
/** Runs scripts on nodes; those of the deploy user may share a connection. */
class SshClient {
    wrapper;
    keys;
    source;
    stop = new AbortController();
    running = new Set();
    calls = 0;
    /** @param source what messages call the file of the host keys */
    constructor(wrapper, keys, source) {
        this.wrapper = wrapper;
        this.keys = keys;
        this.source = source;
        // Every call listens, and a look at a fleet makes many at once: no leak to warn of.
        (0,external_node_events_.setMaxListeners)(0, this.stop.signal);
    }
    /** The lines of a script's answer. Throws HostenvError as the port Nodes says. */
    async call(node, call) {
        const run = this.attempts(node, call);
        this.running.add(run);
        try {
            return await run;
        }
        finally {
            this.running.delete(run);
        }
    }
    /** Ends what runs, and lets nothing else start. */
    async dispose() {
        this.stop.abort();
        await Promise.allSettled(this.running);
    }
    // Who was turned away at the door has done nothing yet: it may knock again.
    async attempts(node, call) {
        const asked = { node: node.name, seconds: 60, mostBytes: 2 ** 20, ...call };
        for (const pause of [...PAUSES_MS, null]) {
            const { ended, log } = await this.connect(node, asked);
            if (ended.by !== "exit")
                throw endedByUs(asked, ended.by);
            if (isAnswered(ended))
                return answerOf(asked, ended);
            const failure = failureIn(log);
            if (failure !== "turned-away" || pause === null)
                throw await this.why(node, asked, failure, log);
            await (0,external_node_timers_promises_.setTimeout)(pause, undefined, { signal: this.stop.signal }).catch(() => { });
        }
        throw new Error("unreachable: the last attempt has no pause");
    }
    async connect(node, call, level = "ERROR") {
        const { options, host } = connectionOf(node.name, node.host, node.sshOptions);
        const log = this.wrapper.fileFor(`log-${++this.calls}`);
        const { text } = call.script;
        const command = commandOf(call.script, call.args ?? [], call.asRoot ?? false);
        const target = `${checkedUser(call.user)}@${host}`;
        const args = ["-E", log, `-oLogLevel=${level}`, ...options, "--", target, command];
        const stop = call.stop ? AbortSignal.any([this.stop.signal, call.stop]) : this.stop.signal;
        const limits = { seconds: call.seconds, mostBytes: call.mostBytes, stop };
        const input = text + (call.input ?? "");
        const isShared = call.isShared ?? call.user === node.deployUser;
        const shared = isShared ? this.wrapper.shared?.forCommand(node.name, call.user) : {};
        const env = { ...this.wrapper.environment(), ...shared };
        const ended = await runProcess(this.wrapper.program, args, { ...limits, env, input }).catch((cause) => {
            throw notStarted(cause);
        });
        const said = await (0,promises_.readFile)(log, "utf8").catch(() => "");
        await (0,promises_.rm)(log, { force: true });
        return { ended, log: said };
    }
    async why(node, asked, failure, log) {
        if (failure === "refused")
            return refusedLogin(asked, this.wrapper.identity);
        if (failure !== "host-key")
            return unreachable(asked, log);
        const { port } = connectionOf(node.name, node.host, node.sshOptions);
        const shown = shownIn((await this.connect(node, asked, "DEBUG1")).log);
        return (0,host_keys/* untrusted */.bp)({ name: node.name, host: node.host, port }, this.keys, shown, this.source);
    }
}
// What ssh reports of its own failures has this exit code, and none of our scripts uses it.
function isAnswered({ exit }) {
    return exit !== 255 && typeof exit === "number";
}
function answerOf(asked, ended) {
    if (ended.exit !== 0)
        throw failedThere(asked, ended);
    // A login shell may greet before it does what it is told.
    const lines = ended.stdout.toString("utf8").split("\n");
    const start = lines.indexOf(MARKER);
    const end = lines.indexOf("end", start);
    if (start < 0 || end < 0)
        throw noAnswer(asked.node, asked.purpose, "it is not our script's");
    return lines.slice(start + 1, end);
}
// The only way to see a key that ssh refuses without asking for it in another way.
function shownIn(log) {
    const found = /^debug1: Server host key: ([\w@.-]+) (SHA256:[A-Za-z0-9+/]{43})\s*$/m.exec(log);
    return found ? { type: found[1], fingerprint: found[2] } : null;
}

;// CONCATENATED MODULE: ./build/adapters/ssh-scripts.js
// What nodes run: constants, for any POSIX shell. All that differs comes as arguments or on stdin.
// Everything they call is part of a NixOS system: GNU's programs, util-linux, sudo and Nix.
const PRELUDE = `
LC_ALL=C
export LC_ALL
umask 022
# In the first of them NixOS has sudo, and a login that reads no profile may lack both.
PATH="$PATH:/run/wrappers/bin:/run/current-system/sw/bin"
say() { printf '%s\\n' "$*"; }
fail() { say "$*" >&2; exit 70; }
encoded() { head -c "$1" | base64 -w 0; echo; }
say hostenv-provider
`;
// What a broken connection cut short does not end with the brace, and no shell starts to run it.
/** A script of this body: what every one of them may call is before it. */
function script(name, body) {
    return { name, text: `{${PRELUDE}${body}say end\n}\n` };
}
// A link of Nix, \`name\` -> \`name-7-link\` -> store. What else there is was made by somebody else, and
// is as good as none; its owner must not be able to write lines of the answer.
const PROFILE = `
is_number() { case $1 in '' | *[!0-9]* | ??????????*) return 1 ;; esac; }
number_in() {
  number=\${1#"$2-"} number=\${number%-link}
  is_number "$number" && [ "$1" = "$2-$number-link" ]
}
activatable() { [ -f "$1/deploy-rs-activate" ] && [ -x "$1/deploy-rs-activate" ] && echo yes || echo no; }
profile() {
  folder=\${1%/*} base=\${1##*/}
  link=$(readlink "$1") && number_in "$link" "$base" || { say "profile $1 none"; return; }
  now=$number store=$(readlink "$folder/$link")
  name=\${store#/nix/store/}
  case $name in '' | "$store" | *[!A-Za-z0-9+._?=-]*) say "profile $1 none"; return ;; esac
  before=0
  for entry in "$folder/$base"-*-link; do
    number_in "\${entry##*/}" "$base" || continue
    if [ "$number" -lt "$now" ] && [ "$number" -gt "$before" ]; then before=$number; fi
  done
  say "profile $1 $now $store $(activatable "$folder/$link") $(activatable "$folder/$base-$before-link")"
}
`;
// Whoever holds the lock: \`since\`, \`expires\` and \`holder\`, of which the file is always a whole one.
const HOLDER = `
holder_of() {
  since= expires= holder=
  [ -f "$1/holder" ] || return 1
  { read -r since expires; IFS= read -r holder; } <"$1/holder"
  case $since$expires in '' | *[!0-9]*) since= expires= holder=; return 1 ;; esac
  [ "$expires" -gt "$(date +%s)" ]
}
say_holder() { say "lock $since $expires $(printf %s "$holder" | base64 -w 0)"; }
`;
// What the last deploy wrote down: `$live`, of at most `$most` bytes.
const WRITTEN = `
say_live() {
  [ -f "$live" ] || return 0
  size=$(wc -c <"$live")
  if [ "$size" -gt "$most" ]; then say "large $size"; else printf 'live '; encoded "$most" <"$live"; fi
}
`;
/** Arguments: deployed.json, the most bytes of it. */
const LIVE = script("hostenv-live", `${WRITTEN}\nlive=$1 most=$2\nsay_live\n`);
/**
 * Arguments: deployed.json, the most bytes of it, the lock's folder. Stdin: lines \`profile PATH\`, \`user NAME\`,
 * \`uid NUMBER\`.
 */
const LOOK = script("hostenv-look", `${PROFILE}${HOLDER}${WRITTEN}
live=$1 most=$2 lock=$3
# Which settings the daemon has is not for the user's own nix.conf to say.
NIX_USER_CONF_FILES=/dev/null
export NIX_USER_CONF_FILES
nix_settings() {
  nix --extra-experimental-features nix-command config show </dev/null 2>/dev/null ||
    nix --extra-experimental-features nix-command show-config </dev/null 2>/dev/null
}
say "os $(sed -n 's/^ID=//p' /etc/os-release | head -n 1)"
say "free $(stat -f -c '%a %S' /nix/store 2>/dev/null || stat -f -c '%a %S' /nix)"
nix_settings | sed -n 's/^trusted-public-keys =/keys/p'
say_live
if holder_of "$lock"; then say_holder; fi
while read -r kind value; do
  case $kind in
    profile) profile "$value" ;;
    uid)
      if entry=$(getent passwd "$value"); then say "uid $value \${entry%%:*}"; fi
      ;;
    user) if id -u "$value" >/dev/null 2>&1; then say "user $value yes"; else say "user $value no"; fi ;;
  esac
done
`);
/** Stdin: lines \`profile PATH\`. */
const ssh_scripts_PROFILES = script("hostenv-profiles", `${PROFILE}
while read -r kind value; do
  if [ "$kind" = profile ]; then profile "$value"; fi
done
`);
const LOGIN = script("hostenv-login", 'say "user $(id -un)"\n');
// All of a node's runs take turns at the lock; the kernel ends a turn when its process is gone, however.
const TURN = `
exec 9>"$folder/lock/guard" || fail "$folder/lock can't be written"
flock -w 60 9 || fail "another run has been busy with the lock for a minute"
`;
/** Arguments: our folder, for how many seconds. Stdin: the owner. */
const LOCK = script("hostenv-lock", `${HOLDER}
folder=$1 seconds=$2
IFS= read -r owner
if [ ! -d "$folder" ] || [ ! -O "$folder" ]; then
  sudo -n install -d -m 755 -o "$(id -u)" "$folder" </dev/null || fail "$folder can't be made"
fi
mkdir -p "$folder/lock" || fail "$folder/lock can't be made"
${TURN}
now=$(date +%s)
if holder_of "$folder/lock" && [ "$holder" != "$owner" ]; then
  say_holder
else
  [ "$holder" = "$owner" ] || since=$now
  printf '%s %s\\n%s\\n' "\${since:-$now}" $((now + seconds)) "$owner" >"$folder/lock/holder.new" &&
    sync "$folder/lock/holder.new" && mv -f "$folder/lock/holder.new" "$folder/lock/holder" ||
    fail "$folder/lock can't be written"
fi
`);
/** Arguments: our folder. Stdin: the owner. */
const UNLOCK = script("hostenv-unlock", `${HOLDER}
folder=$1
IFS= read -r owner
if [ -d "$folder/lock" ]; then
  ${TURN}
  holder_of "$folder/lock"
  if [ "$holder" = "$owner" ]; then rm -f "$folder/lock/holder"; fi
fi
`);
// Root goes only where nobody else could have led it: every folder on the way is root's own.
const SAFE = `
# Leaves 'problem' empty where it is so.
safe() {
  problem= at=$1
  while [ -n "$at" ]; do
    if [ -L "$at" ]; then problem="$at is a link"; return; fi
    if [ -e "$at" ]; then
      set -- $(stat -c '%u %a' "$at")
      if [ "$1" != 0 ] || [ $((0$2 & 022)) != 0 ]; then problem="$at can be written by others than root"; return; fi
    fi
    at=\${at%/*}
  done
}
made_by_root() {
  safe "$1"
  [ -z "$problem" ] || fail "$problem"
  mkdir -p "$1" || fail "$1 can't be made"
}
`;
/** As root. Arguments: our folder, who owns it, the canaries' folder. Stdin: lines \`NAME USER PATH\` of profiles. */
const PREPARE = script("hostenv-prepare", `${SAFE}
folder=$1 owner=$2 canary=$3
made_by_root "\${folder%/*}"
[ ! -L "$folder" ] || fail "$folder is a link"
install -d -m 755 -o "$owner" "$folder" || fail "$folder can't be made"
[ ! -L "$canary" ] || fail "$canary is a link"
install -d -m 755 -o root -g root "$canary" || fail "$canary can't be made"
while read -r name user path; do
  group=$(id -g "$user" 2>/dev/null) || fail "there is no user $user"
  made_by_root "\${path%/*/*}"
  parent=\${path%/*}
  [ ! -L "$parent" ] || fail "$parent is a link"
  if [ "$user" = root ]; then made_by_root "$parent"
  else install -d -m 755 -o "$user" -g "$group" "$parent" || fail "$parent can't be made"; fi
  [ ! -L "$canary/$name" ] || fail "$canary/$name is a link"
  install -d -m 700 -o "$user" -g "$group" "$canary/$name" || fail "$canary/$name can't be made"
  rm -f "$canary/$name"/deploy-rs-canary-*
done
`);
/**
 * Arguments: our folder, the file's name, the number of its bytes. Stdin: who writes, and its text. Nothing is written
 * while the lock is somebody else's, who is told instead.
 */
const WRITE = script("hostenv-write", `${HOLDER}
folder=$1 name=$2 size=$3
IFS= read -r owner
if [ -d "$folder/lock" ]; then
  ${TURN}
  if holder_of "$folder/lock" && [ "$holder" != "$owner" ]; then
    say_holder
    say end
    exit
  fi
fi
new=$folder/$name.new
rm -f "$new"
head -c "$size" >"$new" || { rm -f "$new"; fail "$new can't be written"; }
[ "$(wc -c <"$new")" = "$size" ] || { rm -f "$new"; fail "the connection broke before all of it was there"; }
chmod 640 "$new" && sync "$new" && mv -fT "$new" "$folder/$name" && sync "$folder" ||
  fail "$folder/$name can't be replaced"
`);

;// CONCATENATED MODULE: ./build/adapters/ssh-logins.js


// An sshd lets no more than ten log in at once (MaxStartups), and others may be at it, too.
const AT_ONCE = 4;
/** Where more users than these log in, no connection waits for what comes later: each one costs the node memory. */
const MOST_SHARED = 50;
/** Logins of a node's environments: tried, and opened for what comes later to share. */
class SshLogins {
    shared;
    ask;
    constructor(shared, ask) {
        this.shared = shared;
        this.ask = ask;
    }
    /** Why each of these can't log in, null where it can. Throws HostenvError `node-stopped` where the run is to end. */
    async tried(node, users, most = AT_ONCE) {
        const waiting = [...users];
        const found = [];
        const isShared = users.length <= MOST_SHARED;
        const next = async () => {
            for (let user = waiting.shift(); user !== undefined; user = waiting.shift())
                found.push([user, await this.login(node, user, isShared)]);
        };
        await Promise.all(Array.from({ length: most }, next));
        return Object.fromEntries(found);
    }
    /**
     * Opens connections for what comes later, which does not wait for them; more than may stay open are left to it. Who
     * can't log in is told by the activation itself.
     */
    openAhead(node, users, most = AT_ONCE) {
        if (users.length > MOST_SHARED)
            return;
        const wanted = users.filter((user) => user !== node.deployUser && this.shared?.begin(node.name, user));
        if (wanted.length > 0)
            this.tried(node, wanted, most).catch(() => { });
    }
    // That one user can't log in is no reason not to say what else was found.
    async login(node, user, isShared) {
        try {
            const answer = await this.ask(node, `log in as '${user}'`, { script: LOGIN, user, isShared });
            const name = answer.one("user");
            return name === user ? null : `it is somebody else there: '${name}'`;
        }
        catch (error) {
            if (!(error instanceof errors/* HostenvError */.aY) || error.code === "node-stopped")
                throw error;
            return `${error.message}; ${error.hint}`;
        }
    }
}

;// CONCATENATED MODULE: ./build/adapters/ssh-renewals.js
/** Locks that are taken again and again for as long as this process works under them. */
class Renewals {
    kept = new Map();
    /** Takes a lock again three times before it would expire, until `end`, or until it is somebody else's. */
    keep(key, seconds, take) {
        const before = this.kept.get(key);
        clearInterval(before?.timer);
        // One that is being taken still counts: it is waited for at the end.
        const last = before?.last ?? Promise.resolve();
        const kept = { timer: setInterval(() => renew(), (seconds * 1000) / 3), last };
        kept.timer.unref();
        this.kept.set(key, kept);
        const renew = () => {
            // A node that can't be reached for a while is tried again: the lock has not expired by then.
            const taken = take().then((isOurs) => (isOurs ? undefined : clearInterval(kept.timer)), () => { });
            kept.last = Promise.all([kept.last, taken]).then(() => { });
        };
    }
    /** Takes a lock no more; one that is being taken is waited for, or it would outlive us. */
    async end(key) {
        const kept = this.kept.get(key);
        this.kept.delete(key);
        clearInterval(kept?.timer);
        await kept?.last;
    }
    async endAll() {
        await Promise.all([...this.kept.keys()].map((key) => this.end(key)));
    }
}

// EXTERNAL MODULE: ./build/domain/json.js
var json = __webpack_require__(7803);
;// CONCATENATED MODULE: ./build/adapters/ssh-restore-scripts.js

// What nodes run about data that is to be restored; see ssh-scripts.ts.
// An environment's folders are its owner's, who may be no user of the node yet.
const OWNER = `
as_owner() { setpriv --reuid "$owner" --regid "$owner" --clear-groups --no-new-privs -- sh -c "$@"; }
`;
// The folder is the environment's: its owner may put links there, and change them while we look. So root
// makes no more than the folder itself, in one of its own, and what is inside is done with the rights of
// the owner, who may be no user yet.
const LEAVE = `
cd "$1" || exit
[ ! -L restore ] || rm -f restore
if [ "$2" = remove ]; then rm -f restore/plan.json; exit; fi
mkdir -p restore && chmod 700 restore && cd restore || exit
[ ! -d plan.json ] || [ -L plan.json ] || rm -rf plan.json
rm -f plan.json.new
umask 077
set -C
head -c "$2" >plan.json.new || exit
[ "$(wc -c <plan.json.new)" = "$2" ] && mv -fT plan.json.new plan.json
`;
/** As root. Arguments: the runtimeDir, its owner's number, the plan's number of bytes or \`remove\`. Stdin: the plan. */
const RESTORE = script("hostenv-restore", `${SAFE}${OWNER}
folder=$1 owner=$2 size=$3
if [ "$size" != remove ] || [ -e "$folder" ]; then
  made_by_root "\${folder%/*}"
  # As the system's own rules for temporary files make it.
  group=$(getent group users | cut -d : -f 3)
  if [ -L "$folder" ]; then fail "$folder is a link"; fi
  if [ ! -e "$folder" ]; then
    mkdir -m 700 "$folder" && chown "$owner:\${group:-$owner}" "$folder" && chmod 2700 "$folder" ||
      fail "$folder can't be made"
  fi
  [ -d "$folder" ] && [ "$(stat -c %u "$folder")" = "$owner" ] || fail "$folder belongs to somebody else than $owner"
  as_owner '${LEAVE}' sh "$folder" "$size" ||
    fail "$folder/restore/plan.json can't be written"
fi
`);
/**
 * As root. Arguments: the runtimeDir, its owner's number, the most bytes. Answers \`left none\`, \`left plan\` with the plan in
 * base64, or \`left unreadable\`: what can't be looked at is not known to be done with.
 */
const LEFT = script("hostenv-restore-left", `${OWNER}
folder=$1 owner=$2 most=$3
exec </dev/null
plan=$folder/restore/plan.json
if [ ! -d "$folder" ]; then say "left unreadable"
elif [ ! -e "$plan" ] && [ ! -L "$plan" ]; then say "left none"
elif as_owner '[ ! -L "$1/restore" ] && [ ! -L "$2" ] && [ -f "$2" ] && [ -r "$2" ]' sh "$folder" "$plan"; then
  printf 'left plan '
  as_owner 'exec cat "$1"' sh "$plan" | encoded "$most"
else say "left unreadable"
fi
`);
// Folders of a home are renamed where they are: nothing is copied, and nobody else's disk fills up.
const RENAME = `
suffix=$1
shift
for folder; do
  [ -e "$folder" ] || [ -L "$folder" ] || continue
  # A link of an earlier generation may lead to what the garbage collector took.
  if [ -e "$folder" ]; then held=$(ls -A "$folder/") || exit; else held=link; fi
  [ -n "$held" ] || continue
  if [ "$suffix" = look ]; then echo found; exit; fi
  if [ "$suffix" = copy ]; then rm -rf "$folder.$suffix" || exit; fi
  mv -T "$folder" "$folder.$suffix" || exit
  echo "$folder.$suffix"
done
`;
/**
 * As root. Arguments: the owner's number, \`before\` or \`copy\`, the folders. Its service manager is ended meanwhile:
 * what has a file open would go on with it under its other name. Answers with their new paths, a line each, in base64.
 */
const SET_ASIDE = script("hostenv-set-aside", `${OWNER}
owner=$1 suffix=$2
shift 2
exec </dev/null
found=$(as_owner '${RENAME}' sh look "$@") || fail "what is in $* can't be looked at by its owner"
if [ "$found" = found ]; then
  manager=user@$owner.service ended=
  case $(systemctl show -p ActiveState --value "$manager") in
    inactive | failed) ;;
    *)
      systemctl stop "$manager" || fail "$manager can't be stopped"
      ended=yes
      ;;
  esac
  [ "$suffix" = copy ] || suffix=before-$(date -u +%Y%m%dT%H%M%SZ)
  moved=$(as_owner '${RENAME}' sh "$suffix" "$@") ||
    problem="what is in $* can't be renamed, but for: \${moved:-nothing}"
  [ -z "$ended" ] || systemctl start "$manager" || true
  [ -z "\${problem-}" ] || fail "$problem"
  # What a process of the owner's might say in its place are no lines of ours.
  printf 'aside '
  printf %s "$moved" | encoded 4096
fi
`);

;// CONCATENATED MODULE: ./build/adapters/ssh-restores.js





/** More than a plan of some thousand backups has. */
const MOST_PLAN_BYTES = 2 ** 20;
/** Ending what an environment runs, and removing a copy of its data. */
const ASIDE_SECONDS = 15 * 60;
const leftSchema = schemas/* object */.Ikc({ snapshots: schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* unknown */.L5J()) });
/** Leaves a plan; null removes it. Throws HostenvError `node-path`, `user-name`. */
function leavingPlan(place, plan) {
    const input = plan === null ? "" : `${(0,json/* canonical */.$N)(plan)}\n`;
    const size = plan === null ? "remove" : String(Buffer.byteLength(input));
    return { script: RESTORE, args: [folderOf(place), String(place.uid), size], input, asRoot: true };
}
/** Looks what is left of a plan. Throws as `leavingPlan`. */
function lookingWhatIsLeft(place) {
    return { script: LEFT, args: [folderOf(place), String(place.uid), String(MOST_PLAN_BYTES)], asRoot: true };
}
/** The backups that a plan still names; one that can't be read is still there. Throws HostenvError `node-answer`. */
function leftIn(answer, parse) {
    const said = answer.one("left");
    if (said === "none")
        return [];
    const [, text] = /^plan ([A-Za-z0-9+/=]*)$/.exec(said ?? "") ?? [];
    if (text === undefined)
        return ["plan.json"];
    const bytes = Buffer.from(text, "base64");
    const parsed = leftSchema.safeParse(parse(bytes, `what is to be restored on node '${answer.node}'`));
    return parsed.success ? Object.keys(parsed.data.snapshots) : ["plan.json"];
}
/** Renames what is in the way. Throws as `leavingPlan`. */
function settingAside(place, as) {
    const args = [String(place.uid), as, ...foldersOf(place)];
    return { script: SET_ASIDE, args, asRoot: true, seconds: ASIDE_SECONDS };
}
/** Where it is now. */
function asideIn(answer, place) {
    const lines = answer.bytes("aside")?.toString("utf8").split("\n") ?? [];
    const isOurs = (line) => foldersOf(place).some((folder) => line.startsWith(`${folder}.`) && /^(?:copy|before-\d{8}T\d{6}Z)$/.test(line.slice(folder.length + 1)));
    return lines.filter(isOurs);
}
function folderOf({ user, runtimeDir }) {
    return checkedRuntimeDir(runtimeDir, checkedUser(user));
}
function foldersOf({ user, folders }) {
    return folders.map((folder) => checkedHomeFolder(folder, checkedUser(user)));
}

;// CONCATENATED MODULE: ./build/adapters/ssh-unit-scripts.js

// What nodes run about units and activations; see ssh-scripts.ts.
const UNITS = `
XDG_RUNTIME_DIR=/run/user/$(id -u)
export XDG_RUNTIME_DIR
`;
/**
 * As the environment's user. Argument: the backup's name. Answers with the unit that was run, when, the
 * snapshots before and after as restic lists them (JSON in base64) and what the unit said.
 */
const BACKUP = script("hostenv-backup", `${UNITS}
most=4000000
name=$1
exec </dev/null
property() { systemctl --user show -p "$1" --value "restic-backups-$name.service"; }
state=$(property LoadState) || fail "the user's service manager can't be asked"
if [ "$state" != loaded ]; then
  name=\${name%-migrate}
  [ "$name" = "$1" ] || state=$(property LoadState)
fi
unit=restic-backups-$name.service restic=$HOME/.local/bin/restic-$name
listed() { "$restic" snapshots --latest 1 --json "$@" 2>/dev/null | encoded "$most"; }
journal() {
  run=$(property InvocationID)
  if [ -n "$run" ]; then set -- "_SYSTEMD_INVOCATION_ID=$run"; else set -- -u "$unit" -n 200; fi
  journalctl --user "$@" -o cat --no-pager | tail -n 200
}
if [ "$state" != loaded ]; then say missing
else
  say "unit $name"
  if [ -x "$restic" ]; then printf 'before '; listed --tag "$name"; fi
  # One that runs already began with older data.
  if [ "$(property ActiveState)" = activating ]; then systemctl --user start --wait "$unit" || true; fi
  say "started $(date +%s)"
  if systemctl --user start --wait "$unit"; then say succeeded; else say failed; fi
  if [ -x "$restic" ]; then
    printf 'after '; listed --tag "$name"
    printf 'untagged '; listed
  fi
  printf 'journal '; journal 2>&1 | encoded "$most"
fi
`);
/** As the profile's user. Arguments: the profile's path, the generation. */
const ROLL_BACK = script("hostenv-rollback", `${PROFILE}
profile=$1 wanted=$2
folder=\${profile%/*} base=\${profile##*/}
exec </dev/null
link=$(readlink "$profile") && number_in "$link" "$base" || fail "$profile has no generations"
was=$number
[ "$(activatable "$folder/$base-$wanted-link")" = yes ] ||
  fail "generation $wanted of $profile is not there, or was not made for deploy-rs"
log=$(mktemp) || fail "no temporary file can be made"
# Once begun it must come to its end, whoever listens.
trap '' HUP PIPE
activate() {
  nix-env -p "$profile" --switch-generation "$1" >"$log" 2>&1 &&
    (cd "$profile" && PROFILE=$profile DRY_ACTIVATE=0 BOOT=0 "$profile/deploy-rs-activate") >>"$log" 2>&1
}
if activate "$wanted"; then say activated
else
  printf 'failed '; tail -n 20 "$log" | encoded 20000
  if activate "$was"; then say "restored $was"; else say "lost $was"; fi
fi
rm -f "$log"
`);
/** Arguments: \`--user\` as an environment's user, \`--system\` as root. */
const LAST_LINES = script("hostenv-last-lines", `${UNITS}
exec </dev/null
unit=$(systemctl "$1" list-units --state=failed --plain --no-legend --full 2>/dev/null | sed -n '1s/[[:space:]].*//p')
if [ -n "$unit" ]; then
  printf 'lines '
  { say "$unit has failed"; journalctl "$1" -u "$unit" -n 30 -o cat --no-pager; } 2>&1 | encoded 20000
fi
`);
// A profile for deploy-rs is a folder of links to the parts of the system, so parts are compared.
/** Says what runs, of what can be told: `current yes|no`, `reboot yes|no`. */
const RUNNING = script("hostenv-running", `
profile=/nix/var/nix/profiles/system current=/run/current-system booted=/run/booted-system
part() { if [ -e "$1" ]; then readlink -f "$1"; else echo none; fi; }
same() { if [ "$(part "$1")" = "$(part "$2")" ]; then echo yes; else echo no; fi; }
if [ -e "$profile/activate" ] && [ -e "$current/activate" ]; then
  say "current $(same "$profile/activate" "$current/activate")"
fi
if [ -e "$booted" ] && [ -e "$current" ]; then
  reboot=no
  for name in kernel initrd kernel-modules; do
    if [ "$(same "$booted/$name" "$current/$name")" = no ]; then reboot=yes; fi
  done
  say "reboot $reboot"
fi
`);

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(3024);
// EXTERNAL MODULE: ./build/domain/environment.js
var environment = __webpack_require__(8788);
// EXTERNAL MODULE: external "node:os"
var external_node_os_ = __webpack_require__(8161);
;// CONCATENATED MODULE: ./build/adapters/ssh-shared.js




/** What our ssh reads: the path of the socket of a connection that it may share, or make for others to share. */
const CONTROL = "HOSTENV_SSH_CONTROL";
/** For programs that start our ssh: how such a path begins; a dash and the user's name are to follow. */
const PREFIX = "HOSTENV_SSH_SHARED";
// Arguments: our ssh, the folder of the sockets.
const END = `
for ${CONTROL} in "$2"/*; do
  export ${CONTROL}
  "$1" -O exit none &
done
wait
`;
// A socket's path has at most 107 bytes, of which ssh adds 17 while it makes one.
const LONGEST = 90;
/** Seconds that a connection waits for somebody else to need it: until the last of some environments has its turn. */
const IDLE_SECONDS = 120;
/** The start of a program that is ssh: sets `control` to the socket, or to nothing where none is to be shared. */
const CHOOSE_CONTROL = `control=\${${CONTROL}-}
[ "\${#control}" -le ${LONGEST} ] || control=
`;
/** Connections of one run that several commands of one user share, in a folder that only we can read. */
class SharedConnections {
    folder;
    prefixes = new Map();
    epochs = new Map();
    /** When connections were begun that somebody opens ahead, in milliseconds. */
    begun = new Map();
    constructor(folder) {
        this.folder = folder;
    }
    // The runner's own temporary folder often has too long a name.
    static async make() {
        return new SharedConnections(await (0,promises_.mkdtemp)((0,external_node_path_.join)((0,external_node_os_.tmpdir)(), "hostenv-ssh-")));
    }
    /** Variables for programs whose commands may share a node's connections, of those users that they choose. */
    forPrograms(node) {
        return { [PREFIX]: this.prefix(node) };
    }
    /** Variables for a command to a node that shares the connection of a user. */
    forCommand(node, user) {
        return { [CONTROL]: `${this.prefix(node)}-${user}` };
    }
    /** From now on a node is connected to anew: who logs in may have become somebody else there. */
    renew(node) {
        this.epochs.set(node, (this.epochs.get(node) ?? 0) + 1);
    }
    /** Whether a user's connection is to be opened ahead, which is the asker's task from now on: one of long ago may end. */
    begin(node, user) {
        const path = `${this.prefix(node)}-${user}`;
        const [before, now] = [this.begun.get(path), performance.now()];
        if (before !== undefined && now - before < (IDLE_SECONDS * 1000) / 2)
            return false;
        this.begun.set(path, now);
        return true;
    }
    prefix(node) {
        const key = `${this.epochs.get(node) ?? 0} ${node}`;
        const prefix = this.prefixes.get(key) ?? (0,external_node_path_.join)(this.folder, String(this.prefixes.size));
        this.prefixes.set(key, prefix);
        return prefix;
    }
    /** Ends them all, by one shell: a deploy of many environments ends as many connections. */
    async end(ssh) {
        const limits = { seconds: 30, mostBytes: 65536, stop: new AbortController().signal };
        await runProcess("/bin/sh", ["-c", END, "sh", ssh, this.folder], { ...limits, env: process.env }).catch(() => { });
        await (0,promises_.rm)(this.folder, { recursive: true, force: true });
    }
}
/** Variables without those that say what is shared. */
function withoutShared(env) {
    const { [CONTROL]: _, [PREFIX]: __, ...rest } = env;
    return rest;
}

;// CONCATENATED MODULE: ./build/adapters/ssh-wrapper.js








// The first value that ssh meets for an option counts, so these stand before whatever Nix, deploy-rs
// and the plan have to say. PermitLocalCommand is none of them: Nix since 2.14 lets ssh say by a local
// command that it has connected, and waits for that.
const PINNED = [
    ...["IgnoreUnknown=KnownHostsCommand", "StrictHostKeyChecking=yes", "GlobalKnownHostsFile=/dev/null"],
    ...["KnownHostsCommand=none", "UpdateHostKeys=no", "VerifyHostKeyDNS=no", "CheckHostIP=no"],
    ...["NoHostAuthenticationForLocalhost=no", "CanonicalizeHostname=no"],
    ...["BatchMode=yes", "PreferredAuthentications=publickey"],
    ...["ForwardAgent=no", "ForwardX11=no", "Tunnel=no", "ClearAllForwardings=yes"],
    // deploy-rs proves by a new connection that a node can still be reached: who is not told to shares none.
    ...["ControlMaster=no", "ControlPath=none", "RemoteCommand=none", "RequestTTY=no", "EscapeChar=none"],
];
// What the plan's options, or a user's, may change: how long a silent node is waited for.
const DEFAULTS = ["ConnectTimeout 20", "ServerAliveInterval 15", "ServerAliveCountMax 4"];
/**
 * The ssh that this run uses, as a program of that name in a folder that only we can read: it puts our
 * options before all others, so that Nix and deploy-rs connect no other way than we do.
 */
class SshWrapper {
    identity;
    /** The wrapper's path. */
    program;
    /** Connections that commands share; null where each has its own. */
    shared;
    folder;
    constructor(folder, program, identity, shared) {
        this.folder = folder;
        this.program = program;
        this.identity = identity;
        this.shared = shared;
    }
    /** Throws HostenvError `ssh-missing`, `ssh-key-unusable` for a key that is none, `file-unusable`. */
    static async make(settings) {
        const ssh = onPath("ssh");
        const folder = await settings.folders.make();
        try {
            const key = settings.key === undefined ? null : await folder.write("key", asKeyFile(settings.key));
            const identity = key === null ? null : await identityIn(key);
            const knownHosts = await folder.write("known_hosts", settings.knownHosts.replaceAll("\r\n", "\n"));
            const config = await folder.write("config", configOf(settings.userConfig));
            const options = optionsOf(knownHosts, key).flatMap((option) => ["-o", option]);
            const program = await folder.write("ssh", programOf([ssh, "-F", config], options));
            await (0,promises_.chmod)(program, 0o700);
            return new SshWrapper(folder, program, identity, settings.shares ? await SharedConnections.make() : null);
        }
        catch (error) {
            await folder.remove();
            throw error;
        }
    }
    /** Where a log of ssh's own words may be written. */
    fileFor(name) {
        return (0,external_node_path_.join)(this.folder.path, name);
    }
    /** For programs that start ssh by its name: they start the wrapper. */
    environment() {
        const env = (0,environment/* withoutSecrets */.c)(withoutShared(process.env));
        const path = `${this.folder.path}${external_node_path_.delimiter}${env.PATH ?? ""}`;
        return { ...env, PATH: path, LC_ALL: "C" };
    }
    async remove() {
        await this.shared?.end(this.program);
        await this.folder.remove();
    }
}
// What is shared must be named first: of an option that is given twice ssh takes the first.
function programOf(ssh, options) {
    const [start, rest] = [ssh, options].map((words) => words.map(quoted).join(" "));
    const sharing = `-oControlMaster=auto -oControlPersist=${IDLE_SECONDS} "-oControlPath=$control"`;
    return `#!/bin/sh
${CHOOSE_CONTROL}if [ -n "$control" ]; then exec ${start} ${sharing} ${rest} "$@"; fi
exec ${start} ${rest} "$@"
`;
}
function optionsOf(knownHosts, key) {
    const own = [...PINNED, `UserKnownHostsFile=${inOption(knownHosts)}`];
    return key === null
        ? own
        : [...own, "IdentitiesOnly=yes", "IdentityAgent=none", `IdentityFile=${inOption(key)}`];
}
// ssh splits such a value at blanks, and replaces what follows a percent sign.
function inOption(path) {
    return `"${path.replaceAll("%", "%%")}"`;
}
function configOf(userConfig) {
    const included = userConfig ? ["Include ~/.ssh/config", "Include /etc/ssh/ssh_config"] : [];
    return `${[...included, "Host *", ...DEFAULTS].join("\n")}\n`;
}
// ssh takes no key without a last line end, and none with Windows' line ends.
function asKeyFile(key) {
    return `${key.replaceAll("\r\n", "\n").trim()}\n`;
}
async function identityIn(file) {
    const limits = { seconds: 30, mostBytes: 65536, stop: new AbortController().signal };
    const env = { ...(0,environment/* withoutSecrets */.c)(process.env), LC_ALL: "C" };
    const args = ["-y", "-P", "", "-f", file];
    const { exit, stdout, stderr } = await runProcess(onPath("ssh-keygen"), args, { ...limits, env });
    const [type, key] = stdout.toString("utf8").split(" ");
    if (exit === 0 && type && key)
        return { publicKey: `${type} ${key.trim()}` };
    const isLocked = /passphrase/.test(stderr);
    throw new errors/* HostenvError */.aY("ssh-key-unusable", isLocked
        ? "the key in SSH_KEY is locked with a passphrase"
        : "SSH_KEY holds no private key that ssh can read", isLocked
        ? "make a key of its own for deploys, without one: ssh-keygen -t ed25519 -N '' -f deploy-key"
        : "it is the whole private file, from -----BEGIN to -----END, with its line ends");
}
function onPath(program) {
    for (const folder of (process.env.PATH ?? "").split(external_node_path_.delimiter)) {
        const path = (0,external_node_path_.join)(folder, program);
        if ((0,external_node_path_.isAbsolute)(path) && isExecutable(path))
            return path;
    }
    const hint = "install OpenSSH's client, on Debian and Ubuntu with: apt-get install openssh-client";
    throw new errors/* HostenvError */.aY("ssh-missing", `the program '${program}' is not on PATH`, hint);
}
function isExecutable(path) {
    try {
        (0,external_node_fs_.accessSync)(path, external_node_fs_.constants.X_OK);
        return true;
    }
    catch {
        return false;
    }
}

;// CONCATENATED MODULE: ./build/adapters/ssh-nodes.js
















/** More of deployed.json is not read: a node of 1,000 environments has about 5 MiB of it. */
const MOST_LIVE_BYTES = 32 * 2 ** 20;
// In base64, with the lines of some thousand profiles.
const MOST_LOOK_BYTES = 48 * 2 ** 20;
const MOST_BACKUP_BYTES = 24 * 2 ** 20;
const BACKUP_SECONDS = 6 * 60 * 60;
const ACTIVATION_SECONDS = 15 * 60;
/** Nodes by SSH, every script a constant. */
class SshNodes {
    settings;
    wrapper;
    client;
    logins;
    renewals = new Renewals();
    /** Who holds each lock that is ours. */
    owners = new Map();
    abandoned = new AbortController();
    constructor(settings, wrapper, client) {
        this.settings = settings;
        this.wrapper = wrapper;
        this.client = client;
        this.logins = new SshLogins(wrapper.shared, (node, purpose, call) => this.ask(node, purpose, call));
    }
    /** Throws HostenvError `known-hosts`, `ssh-missing`, `ssh-key-unusable`, `file-unusable`. */
    static async open(settings) {
        const keys = (0,host_keys/* hostKeysIn */.Wc)(settings.knownHosts, settings.knownHostsFile);
        const wrapper = await SshWrapper.make(settings);
        return new SshNodes(settings, wrapper, new SshClient(wrapper, keys, settings.knownHostsFile));
    }
    /** The public half of the key that was given, as authorized_keys has it; null without one. */
    get publicKey() {
        return this.wrapper.identity?.publicKey ?? null;
    }
    /**
     * The environment in which Nix and deploy-rs reach this node as we do: our ssh comes first on PATH, and
     * Nix is given the node's options. Throws HostenvError `ssh-host`, `ssh-option`.
     */
    environment(node) {
        const { options } = connectionOf(node.name, node.host, node.sshOptions);
        return { ...this.wrapper.environment(), NIX_SSHOPTS: options.join(" ") };
    }
    /**
     * The environment for a program that activates profiles of these users. Connections of environments are opened
     * meanwhile, for its commands to share. What the deploy user changes may concern logins: no connection of before
     * is shared afterwards. Throws as `environment`.
     */
    activating(node, users) {
        const environment = this.environment(node);
        const { shared } = this.wrapper;
        if (shared === null)
            return environment;
        if (users.includes(node.deployUser))
            shared.renew(node.name);
        // One after the other, as they are activated.
        this.logins.openAhead(node, users, 1);
        return { ...environment, ...shared.forPrograms(node.name) };
    }
    async look(node, at) {
        const input = [
            ...at.profiles.map(({ path }) => `profile ${checkedProfilePath(path)}\n`),
            ...at.users.map((user) => `user ${checkedUser(user)}\n`),
            ...Object.values(at.uids).map((uid) => `uid ${Number(uid)}\n`),
        ].join("");
        const args = [live/* LIVE_FILE */.y$, String(MOST_LIVE_BYTES), `${live/* LIVE_FOLDER */.m}/lock`];
        const answer = await this.ask(node, "look at it", {
            ...{ script: LOOK, args, input, seconds: 120, mostBytes: MOST_LOOK_BYTES },
        });
        const { there, ...looked } = lookedAt(answer, at, MOST_LIVE_BYTES, this.settings.parse);
        const users = at.users.filter((user) => there.has(user));
        const missingUsers = at.users.filter((user) => !there.has(user));
        return { ...looked, missingUsers, logins: await this.logins.tried(node, users) };
    }
    async live(node) {
        const call = {
            script: LIVE,
            args: [live/* LIVE_FILE */.y$, String(MOST_LIVE_BYTES)],
            mostBytes: MOST_LOOK_BYTES,
        };
        const answer = await this.ask(node, "read deployed.json", call);
        return liveIn(answer, MOST_LIVE_BYTES, this.settings.parse);
    }
    async lock(node, owner, seconds) {
        const args = [live/* LIVE_FOLDER */.m, String(seconds)];
        const input = `${checkedOwner(owner)}\n`;
        const call = { script: LOCK, args, input, seconds: 90 };
        const take = async () => lockIn(await this.ask(node, "take its lock", call));
        const holder = await take();
        if (holder !== null)
            return holder;
        this.owners.set(node.name, owner);
        this.renewals.keep(`${node.name} ${owner}`, seconds, async () => (await take()) === null);
        return null;
    }
    async unlock(node, owner) {
        await this.renewals.end(`${node.name} ${owner}`);
        const input = `${checkedOwner(owner)}\n`;
        const call = { script: UNLOCK, args: [live/* LIVE_FOLDER */.m], input, seconds: 90 };
        await this.ask(node, "give its lock back", call);
        this.owners.delete(node.name);
    }
    async prepare(node, profiles) {
        const input = profiles
            .map(({ profile, user, path }) => `${checkedUser(profile)} ${checkedUser(user)} ${checkedProfilePath(path)}\n`)
            .join("");
        const args = [live/* LIVE_FOLDER */.m, node.deployUser, live/* CANARY_FOLDER */.yz];
        // Their activation comes next.
        const users = profiles.map(({ user }) => user).filter((user) => user !== "root");
        this.logins.openAhead(node, users);
        await this.ask(node, "make its folders", { script: PREPARE, args, input, asRoot: true });
    }
    async profiles(node, places) {
        const input = places.map(({ path }) => `profile ${checkedProfilePath(path)}\n`).join("");
        return linksIn(await this.ask(node, "read its profiles", { script: ssh_scripts_PROFILES, input }), places);
    }
    async writeLive(node, text) {
        const args = [live/* LIVE_FOLDER */.m, live/* LIVE_FILE */.y$.slice(live/* LIVE_FOLDER */.m.length + 1), String(Buffer.byteLength(text))];
        const owner = this.owners.get(node.name) ?? "";
        const call = { script: WRITE, args, input: `${owner}\n${text}`, seconds: 300 };
        const holder = lockIn(await this.ask(node, "write deployed.json", call));
        if (holder)
            throw errors/* HostenvError */.aY.of((0,preflight/* lockedBy */.KH)(node.name, holder));
    }
    async backup(node, user, name) {
        const seconds = this.settings.backupSeconds ?? BACKUP_SECONDS;
        const stop = this.abandoned.signal;
        const call = { script: BACKUP, user, args: [checkedBackup(name)], seconds, stop };
        const answer = await this.ask(node, `back up '${user}'`, { ...call, mostBytes: MOST_BACKUP_BYTES });
        return backupIn(answer, user, name, this.settings.parse);
    }
    async restorePlan(node, place, plan) {
        await this.ask(node, `leave a restore plan for '${place.user}'`, leavingPlan(place, plan));
    }
    async restoreLeft(node, place) {
        const answer = await this.ask(node, `look what '${place.user}' restored`, lookingWhatIsLeft(place));
        return leftIn(answer, this.settings.parse);
    }
    async setAside(node, place, as) {
        const purpose = `set aside what '${place.user}' has there`;
        return asideIn(await this.ask(node, purpose, settingAside(place, as)), place);
    }
    async rollBack(node, place, generation) {
        const purpose = `bring '${place.profile}' back to generation ${generation}`;
        const args = [checkedProfilePath(place.path), String(generation)];
        const call = { script: ROLL_BACK, args, ...whose(place), seconds: ACTIVATION_SECONDS };
        const answer = await this.ask(node, purpose, call);
        if (answer.one("activated") === null)
            throw notRolledBack(answer, place, generation);
    }
    async running(node) {
        const answer = await this.ask(node, "look what it runs", { script: RUNNING });
        const told = (word) => {
            const said = answer.one(word);
            return said === null ? null : said === "yes";
        };
        return { isCurrent: told("current"), needsReboot: told("reboot") };
    }
    async lastLines(node, user) {
        const whom = user === null ? { asRoot: true, args: ["--system"] } : { user, args: ["--user"] };
        const answer = await this.ask(node, "read its journal", { script: LAST_LINES, ...whom });
        const lines = answer.bytes("lines")?.toString("utf8").split("\n") ?? [];
        return lines.filter((line) => line !== "");
    }
    /** Waits for no backup any more: what nobody restores yet may end, or fail, without us. */
    abandon() {
        this.abandoned.abort();
    }
    async dispose() {
        await this.renewals.endAll();
        await this.client.dispose();
        await this.wrapper.remove();
    }
    async ask(node, purpose, call) {
        const lines = await this.client.call(node, { user: node.deployUser, ...call, purpose });
        return new Answer(node.name, purpose, lines);
    }
}
function whose({ user }) {
    return user === "root" ? { asRoot: true } : { user };
}
// It stands in one line of a file.
function checkedOwner(owner) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    if (owner !== "" && owner.length <= 500 && !/[\u0000-\u001f\u007f]/.test(owner))
        return owner;
    throw new Error("the owner of a lock is one line of at most 500 characters");
}
// A part of the names of a unit and of a program.
function checkedBackup(name) {
    if (/^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/.test(name))
        return name;
    throw new errors/* HostenvError */.aY("backup-name", `'${name}' is no name of a backup`, "use letters, digits, dots, dashes and underscores in the names of services.restic.backups");
}
function notRolledBack(answer, { profile }, generation) {
    const said = lastLines(answer.bytes("failed")?.toString("utf8") ?? "") || "it does not say why";
    const restored = answer.one("restored");
    const now = restored === null
        ? `generation ${answer.one("lost")} was made current again, and activating it failed, too`
        : `generation ${restored} is current and active again`;
    return new errors/* HostenvError */.aY("rollback-failed", `generation ${generation} of '${profile}' on node '${answer.node}' can't be activated: ${said}; ${now}`, "see the lines above; another generation may do, or deploy a repaired one");
}

// EXTERNAL MODULE: ./build/compose/call.js + 3 modules
var call = __webpack_require__(1082);
;// CONCATENATED MODULE: ./build/compose/nodes.js





/** In the provider's folder, the file of the host keys that are trusted. */
const KNOWN_HOSTS = "known_hosts";
/**
 * The nodes as this call may reach them: trusted by the provider's known_hosts or the file of --known-hosts, with the
 * key in SSH_KEY; without one, on a laptop, with the user's own keys, agent and ssh_config. The caller disposes of
 * them. Throws HostenvError `file-not-found`, and as `SshNodes.open` does.
 */
async function nodesOf({ options, directory }, { SSH_KEY: key }) {
    const named = typeof options.knownHosts === "string" ? options.knownHosts : null;
    const path = named ?? (0,external_node_path_.join)(directory, KNOWN_HOSTS);
    const text = await call/* files */.aq.readIfThere(path);
    if (text === null && named !== null)
        throw notFound(named);
    return await SshNodes.open({
        key,
        // Without the file no node is trusted, and each one says what would have to be in it.
        knownHosts: text ?? "",
        knownHostsFile: named ?? KNOWN_HOSTS,
        userConfig: key === undefined,
        shares: true,
        folders: call/* privateFolders */.v9,
        parse: disk_json/* jsonIn */.Yf,
    });
}
function notFound(path) {
    const hint = "check the path; without --known-hosts the provider's own known_hosts is taken";
    return new errors/* HostenvError */.aY("file-not-found", `there is no file ${path}`, hint);
}


/***/ }),

/***/ 5666:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   F: () => (/* binding */ secretsOf),
/* harmony export */   u: () => (/* binding */ sourcesOf)
/* harmony export */ });
/* harmony import */ var _adapters_sops_secrets_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3064);
/* harmony import */ var _commands_secrets_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(9602);


/**
 * The secrets a call was given, of those wanted, or all: from the file of the inputs sops-*, else from the environment variables of their
 * names. They are hidden in the log when the promise settles. Throws as `secretsFrom` does.
 */
function secretsOf(call, wanted) {
    return (0,_commands_secrets_js__WEBPACK_IMPORTED_MODULE_1__/* .secretsFrom */ .y)(sourcesOf(call), { secretFiles: new _adapters_sops_secrets_js__WEBPACK_IMPORTED_MODULE_0__/* .SopsSecrets */ .t(), hide: call.hide }, wanted);
}
/** Where a call's secrets come from. */
function sourcesOf({ options, secrets }) {
    const { sopsFile, sopsSecrets } = options;
    return {
        key: secrets.sopsAgeKey,
        file: typeof sopsFile === "string" ? sopsFile : undefined,
        places: Array.isArray(sopsSecrets) ? sopsSecrets.map(String) : undefined,
        environment: secrets.environment ?? {},
    };
}


/***/ }),

/***/ 3014:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  MK: () => (/* binding */ NO_KEY_HINT),
  dS: () => (/* binding */ ageKeysOf)
});

// UNUSED EXPORTS: hiddenInAgeKeys

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: ./build/errors.js
var errors = __webpack_require__(9473);
;// CONCATENATED MODULE: ./build/domain/bech32.js
const LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
const GENERATOR = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
/** Letters of the checksum. */
const CHECKSUM = 6;
/** Takes a Bech32 text of any length apart; null where it is none, as after a slip of one letter. */
function fromBech32(text) {
    if (text !== text.toLowerCase() && text !== text.toUpperCase())
        return null;
    const at = text.lastIndexOf("1");
    const prefix = text.slice(0, at).toLowerCase();
    const values = [...text.slice(at + 1).toLowerCase()].map((letter) => LETTERS.indexOf(letter));
    if (at < 1 || values.length < CHECKSUM || values.includes(-1))
        return null;
    if (checksum([...expanded(prefix), ...values]) !== 1)
        return null;
    const { groups, rest, held } = regrouped(values.slice(0, -CHECKSUM), 5, 8);
    return held < 5 && rest === 0 ? { prefix, bytes: Uint8Array.from(groups) } : null;
}
/** The Bech32 text, in lower case, of a prefix and bytes. */
function toBech32({ prefix, bytes }) {
    const { groups, rest, held } = regrouped([...bytes], 8, 5);
    const data = held === 0 ? groups : [...groups, rest << (5 - held)];
    const sum = checksum([...expanded(prefix), ...data, 0, 0, 0, 0, 0, 0]) ^ 1;
    const check = Array.from({ length: CHECKSUM }, (_, index) => (sum >>> (5 * (5 - index))) & 31);
    return `${prefix}1${[...data, ...check].map((value) => LETTERS[value]).join("")}`;
}
function checksum(values) {
    let sum = 1;
    for (const value of values) {
        const top = sum >>> 25;
        sum = ((sum & 0x1ffffff) << 5) ^ value;
        for (const [bit, term] of GENERATOR.entries())
            if ((top >>> bit) & 1)
                sum ^= term;
    }
    return sum;
}
function expanded(prefix) {
    const codes = [...prefix].map((letter) => letter.charCodeAt(0));
    return [...codes.map((code) => code >>> 5), 0, ...codes.map((code) => code & 31)];
}
// `rest`: the last bits, which fill no group, and how many they are.
function regrouped(values, from, to) {
    const groups = [];
    let [rest, held] = [0, 0];
    for (const value of values) {
        rest = (rest << from) | value;
        held += from;
        while (held >= to) {
            held -= to;
            groups.push(rest >>> held);
            rest &= 2 ** held - 1;
        }
    }
    return { groups, rest, held };
}

;// CONCATENATED MODULE: ./build/domain/age-keys.js



/** Prefixes that sops knows in SOPS_AGE_KEY; with X25519's come 32 bytes. */
const X25519 = "age-secret-key-";
const OTHERS = /^age-(?:secret-key-pq|plugin-[a-z0-9+._-]+)-$/;
/**
 * The keys of a text as age-keygen writes it: separated by blanks or lines of any system, with lines that begin
 * with `#`. Throws HostenvError `age-key`, which names an entry by its number and says nothing of what it is.
 */
function ageKeysOf(text) {
    const words = wordsOf(text);
    if (words.length === 0)
        throw refused(text.trim() === "" ? "is empty" : "holds only comments", NO_KEY_HINT);
    const whole = WHOLE.find(({ form }) => form.test(text));
    if (whole)
        throw refused(whole.why, whole.hint);
    return words.map((word, index) => ageKey(word, index + 1));
}
/** What of such a text must be shown to nobody, keys or not. */
function hiddenInAgeKeys(text) {
    // Also a key in a line that was a comment before its line ends were lost.
    return [...wordsOf(text), ...(text.match(/AGE-[A-Z0-9+._-]+/gi) ?? [])];
}
function wordsOf(text) {
    const lines = text.split(/[\r\n]+/).filter((line) => !line.trim().startsWith("#"));
    return lines.flatMap((line) => line.split(/\s+/)).filter((word) => word !== "");
}
function ageKey(text, number) {
    const found = text === text.toUpperCase() ? fromBech32(text) : null;
    if (found?.prefix === X25519 && found.bytes.length === 32)
        return { text, recipient: recipientOf(found.bytes) };
    if (found && OTHERS.test(found.prefix))
        return { text, recipient: null };
    const { why, hint } = WORDS.find(({ form }) => form.test(text)) ?? {
        why: "is no secret key of age",
        hint: GENERAL,
    };
    throw refused(`${why} (entry ${number})`, hint);
}
function refused(why, hint) {
    return new errors/* HostenvError */.aY("age-key", `the age key ${why}`, hint);
}
const GENERAL = "give what age-keygen wrote, with its line AGE-SECRET-KEY-1…, whole and without quotes";
/** What to do where no key arrived. */
const NO_KEY_HINT = "give what age-keygen wrote as sops-age-key; in a workflow a secret is empty where it is not passed on by its name, " +
    "where the job does not name the environment that has it, and for pull requests from forks";
const WHOLE = [
    {
        form: /-----BEGIN AGE ENCRYPTED FILE-----/,
        why: "is protected by a passphrase, which nobody can type here",
        hint: "give the key that age -d gives for it",
    },
    {
        form: /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
        why: "is an SSH or PEM key, which sops does not take in SOPS_AGE_KEY",
        hint: "make a key with age-keygen, and add its recipient to the file with sops updatekeys",
    },
];
const WORDS = [
    {
        form: /^age1[0-9a-z]+$/i,
        why: "is a public one: what is encrypted for it can't be read with it",
        hint: "give the secret key that belongs to it, AGE-SECRET-KEY-1…; age-keygen wrote both",
    },
    { form: /^["'`]|["'`]$/, why: "stands in quotes", hint: "give it without quotes" },
    {
        form: /^AGE-(?:SECRET-KEY|PLUGIN)-/i,
        why: "is mistyped or cut: its checksum does not fit",
        hint: "copy the line AGE-SECRET-KEY-1… once more, whole and in capital letters",
    },
];
// RFC 8410's frame of a private key in DER, before its 32 bytes; the public key ends its own frame.
const PKCS8 = Buffer.from("302e020100300506032b656e04220420", "hex");
function recipientOf(secret) {
    const key = (0,external_node_crypto_.createPrivateKey)({ key: Buffer.concat([PKCS8, secret]), format: "der", type: "pkcs8" });
    const bytes = (0,external_node_crypto_.createPublicKey)(key).export({ format: "der", type: "spki" }).subarray(-32);
    return toBech32({ prefix: "age", bytes });
}


/***/ }),

/***/ 5752:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Wc: () => (/* binding */ hostKeysIn),
/* harmony export */   ax: () => (/* binding */ fingerprintOf),
/* harmony export */   bp: () => (/* binding */ untrusted)
/* harmony export */ });
/* unused harmony exports keysOf, hostEntry */
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(9473);


const ROLES = { "@cert-authority": "authority", "@revoked": "revoked" };
/**
 * The keys of a known_hosts file; `source` is what messages call it. ssh passes over a line that it does
 * not understand, and then says that it knows no key. Throws HostenvError `known-hosts` naming the line.
 */
function hostKeysIn(text, source) {
    return text.split(/\r?\n/).flatMap((content, index) => {
        if (/^\s*(?:#|$)/.test(content))
            return [];
        return [hostKeyIn(content.trim().split(/\s+/), index + 1, source)];
    });
}
function hostKeyIn(fields, line, source) {
    const marker = fields[0]?.startsWith("@") ? fields[0] : null;
    const role = marker === null ? "pinned" : ROLES[marker];
    if (role === undefined)
        throw unreadable(source, line, `'${marker}' is no marker`);
    const [hosts, type, key] = marker === null ? fields : fields.slice(1);
    if (key === undefined) {
        const isKeyAlone = type !== undefined && isKeyOf(hosts, type);
        throw unreadable(source, line, isKeyAlone ? "the host is missing before the key" : "it is cut short");
    }
    if (!isKeyOf(type, key))
        throw unreadable(source, line, `its key is none of type '${type}'`);
    return { role, hosts: hosts, type: type, fingerprint: fingerprintOf(key), line };
}
// A key's bytes begin with the length and name of its type.
function isKeyOf(type, key) {
    if (!/^[A-Za-z0-9+/]{16,}={0,2}$/.test(key) || key.length % 4 !== 0)
        return false;
    const bytes = Buffer.from(key, "base64");
    const length = bytes.readUInt32BE(0);
    return length < bytes.length - 4 && bytes.toString("latin1", 4, 4 + length) === type;
}
/** The fingerprint of a public key that is given as in its file: base64. */
function fingerprintOf(key) {
    const digest = (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHash)("sha256").update(Buffer.from(key, "base64")).digest("base64");
    return `SHA256:${digest.replace(/=+$/, "")}`;
}
/** Those of the keys that speak of a host; another port than 22 has names of its own, and falls back to the host's. */
function keysOf(keys, host, port) {
    const name = host.toLowerCase();
    const own = port === 22 ? [] : keys.filter(({ hosts }) => isNamed(hosts, `[${name}]:${port}`));
    return [...own, ...keys.filter((key) => !own.includes(key) && isNamed(key.hosts, name))];
}
function isNamed(hosts, name) {
    if (hosts.startsWith("|"))
        return isHashOf(hosts, name);
    const patterns = hosts.toLowerCase().split(",");
    if (patterns.some((pattern) => pattern.startsWith("!") && isLike(pattern.slice(1), name)))
        return false;
    return patterns.some((pattern) => isLike(pattern, name));
}
function isLike(pattern, name) {
    const literal = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&");
    return new RegExp(`^${literal.replaceAll("*", ".*").replaceAll("?", ".")}$`, "s").test(name);
}
function isHashOf(hashed, name) {
    const [, version, salt, hash] = hashed.split("|");
    if (version !== "1" || !salt || !hash)
        return false;
    return (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHmac)("sha1", Buffer.from(salt, "base64")).update(name).digest("base64") === hash;
}
function unreadable(source, line, why) {
    return new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .HostenvError */ .aY("known-hosts", `line ${line} of ${source} can't be used: ${why}`, "write one line for each host: its SSH address, a blank, and the node's /etc/ssh/ssh_host_ed25519_key.pub");
}
/** A host as known_hosts writes it. */
function hostEntry(host, port) {
    return port === 22 ? host : `[${host}]:${port}`;
}
/** Why a node is not trusted. */
function untrusted(node, keys, shown, source) {
    const about = keysOf(keys, node.host, node.port);
    const entry = hostEntry(node.host, node.port);
    if (!about.some(({ role }) => role !== "revoked"))
        return unknown(node.name, entry, shown, source);
    const revoked = shown && about.find((key) => key.role === "revoked" && key.fingerprint === shown.fingerprint);
    if (revoked)
        return isRevoked(node.name, entry, shown, `line ${revoked.line} of ${source}`);
    return changed(node.name, entry, about, shown, source);
}
function unknown(node, entry, shown, source) {
    const said = shown ? `; it shows ${inWords(shown)}, which anybody between could` : "";
    return new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .HostenvError */ .aY("host-key-unknown", `no host key of node '${node}' is pinned: ${source} has none for ${entry}${said}; nothing was copied or run`, `read /etc/ssh/ssh_host_ed25519_key.pub on the node itself, compare, and add '${entry} ' and it to ${source}`);
}
function changed(node, entry, about, shown, source) {
    const pinned = about.filter(({ role }) => role !== "revoked");
    const lines = pinned.map((key) => `${inWords(key)} (line ${key.line})`).join(", ");
    return new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .HostenvError */ .aY("host-key-changed", `node '${node}' at ${entry} shows ${shown ? inWords(shown) : "another key"}, and ${source} pins ${lines}; nothing was copied or run`, `somebody may stand between: only if the node was set up again, or its key was exchanged, add its new key to ${source} beside the old one`);
}
function isRevoked(node, entry, shown, where) {
    return new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .HostenvError */ .aY("host-key-changed", `node '${node}' at ${entry} shows ${inWords(shown)}, which ${where} revokes; nothing was copied or run`, "whoever has that key can pretend to be the node: give the node a new one, and pin that");
}
function inWords({ type, fingerprint }) {
    return `${type} ${fingerprint}`;
}


/***/ }),

/***/ 2239:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   PZ: () => (/* binding */ canaryFolder),
/* harmony export */   Vv: () => (/* binding */ HISTORY),
/* harmony export */   ad: () => (/* binding */ parseLive),
/* harmony export */   m: () => (/* binding */ LIVE_FOLDER),
/* harmony export */   y$: () => (/* binding */ LIVE_FILE),
/* harmony export */   yz: () => (/* binding */ CANARY_FOLDER)
/* harmony export */ });
/* unused harmony export liveSchema */
/* harmony import */ var zod__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2857);
/* harmony import */ var zod__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(4377);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(9473);
/* harmony import */ var _json_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(7803);



/** Where a node keeps what it says of itself: owned by the deploy user, written by deploy alone. */
const LIVE_FOLDER = "/var/lib/hostenv-provider";
/** The file in it. */
const LIVE_FILE = `${LIVE_FOLDER}/deployed.json`;
/** Where deploy-rs waits for its confirmations, with a folder for each profile: no two users write in one. */
const CANARY_FOLDER = `${LIVE_FOLDER}/canary`;
/** The `tempPath` of a profile: `prepare` makes it, only its user may write there. */
function canaryFolder(profile) {
    return `${CANARY_FOLDER}/${profile}`;
}
const hash = zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP().regex(/^[0-9a-f]{64}$/);
const pin = zod__WEBPACK_IMPORTED_MODULE_1__/* .strictObject */ .rej({
    name: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(),
    url: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(),
    rev: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP().nullable(),
    narHash: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP().nullable(),
});
const step = zod__WEBPACK_IMPORTED_MODULE_1__/* .strictObject */ .rej({
    environment: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(),
    from: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(),
    to: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(),
    step: zod__WEBPACK_IMPORTED_MODULE_1__/* ["enum"] */ .k5n(["backup", "restore", "dns", "tls", "stay"])
        .describe("`stay`: the move from here was turned back before visitors were led away, and the data never left."),
    snapshots: zod__WEBPACK_IMPORTED_MODULE_1__/* .record */ .g1P(zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(), zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP()).describe("Snapshot ids by the name of the backup."),
    at: zod__WEBPACK_IMPORTED_MODULE_2__/* .datetime */ .w$(),
});
const file = zod__WEBPACK_IMPORTED_MODULE_1__/* .strictObject */ .rej({ path: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(), sha256: hash });
const facts = zod__WEBPACK_IMPORTED_MODULE_1__/* .strictObject */ .rej({
    plan: zod__WEBPACK_IMPORTED_MODULE_1__/* .record */ .g1P(zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(), zod__WEBPACK_IMPORTED_MODULE_1__/* .json */ .Pq9()),
    pins: zod__WEBPACK_IMPORTED_MODULE_1__/* .array */ .YOg(pin),
    sources: zod__WEBPACK_IMPORTED_MODULE_1__/* .array */ .YOg(file),
    nodesFolder: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(),
});
const deployed = zod__WEBPACK_IMPORTED_MODULE_1__/* .strictObject */ .rej({
    planId: hash,
    commit: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP().nullable(),
    at: zod__WEBPACK_IMPORTED_MODULE_2__/* .datetime */ .w$(),
    generations: zod__WEBPACK_IMPORTED_MODULE_1__/* .record */ .g1P(zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(), zod__WEBPACK_IMPORTED_MODULE_1__/* .int */ .Whr().positive()),
});
/** So many plans are remembered: as many generations as a node is likely to keep. */
const HISTORY = 20;
/** deployed.json: what a node says it runs, and how far the moves that concern it have come. */
const liveSchema = zod__WEBPACK_IMPORTED_MODULE_1__/* .strictObject */ .rej({
    schema: zod__WEBPACK_IMPORTED_MODULE_1__/* .literal */ .euz(1),
    planId: hash.nullable().describe("The plan it carries as a whole; null while it carries parts of several."),
    commit: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP().nullable().describe("The commit it was deployed from, null outside of git."),
    gateSha256: hash.describe("Of what the DNS gate's memory says of this node."),
    facts: facts.describe("What of a plan, and of what that was made from, the node carries."),
    profiles: zod__WEBPACK_IMPORTED_MODULE_1__/* .record */ .g1P(zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(), zod__WEBPACK_IMPORTED_MODULE_1__/* .strictObject */ .rej({ storePath: zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP(), generation: zod__WEBPACK_IMPORTED_MODULE_1__/* .int */ .Whr().positive() })),
    steps: zod__WEBPACK_IMPORTED_MODULE_1__/* .array */ .YOg(step),
    rolledBack: zod__WEBPACK_IMPORTED_MODULE_1__/* .array */ .YOg(zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP())
        .describe("Profiles that were brought back by hand: they stay so until the node is to carry something else, or is named."),
    rolledBackFrom: hash
        .nullable()
        .default(null)
        .describe("Of what the node was to carry when it was brought back; null where it was not."),
    rolledBackTo: hash
        .nullable()
        .default(null)
        .describe("The plan that it was brought back to; null where that was none, or a generation by its number."),
    wantedSha256: hash
        .nullable()
        .default(null)
        .describe("Of what a deploy last wanted it to carry, whether all of that came there or not."),
    unproved: zod__WEBPACK_IMPORTED_MODULE_1__/* .array */ .YOg(zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP())
        .describe("Profiles whose activation failed and could not be undone: the next deploy activates them again."),
    unanswered: zod__WEBPACK_IMPORTED_MODULE_1__/* .array */ .YOg(zod__WEBPACK_IMPORTED_MODULE_1__/* .string */ .YjP())
        .describe("Environments whose sites did not answer as they should: the next deploy asks again."),
    history: zod__WEBPACK_IMPORTED_MODULE_1__/* .array */ .YOg(deployed).describe("The latest plans it carried as a whole, oldest first."),
});
/** Reads a node's deployed.json. Throws HostenvError `live-schema` naming the node and the place. */
function parseLive(value, node) {
    const { data: live, error } = liveSchema.safeParse(value);
    if (live)
        return live;
    const [issue] = error.issues;
    throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .HostenvError */ .aY("live-schema", `${LIVE_FILE} on ${node} is none of this version: at ${(0,_json_js__WEBPACK_IMPORTED_MODULE_3__/* .pointer */ .Wn)((issue?.path ?? []).map(String)) || "its root"}: ${issue?.message}`, "deploy with the version that wrote it, or move the file away on the node and deploy with --adopt");
}


/***/ }),

/***/ 9146:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   GW: () => (/* binding */ problemsOf),
/* harmony export */   KH: () => (/* binding */ lockedBy),
/* harmony export */   N_: () => (/* binding */ irreversible)
/* harmony export */ });
/* unused harmony export LEAST_FREE_BYTES */
/** Less than this, and a system's activation may fail half way: kernels and initrds alone have some 100 MB. */
const LEAST_FREE_BYTES = 512 * 2 ** 20;
/** Everything that forbids deploying a node, worst first; empty where nothing does. */
function problemsOf(found, need) {
    return [osProblem, adoption, locked, uids, disk, signing, logins].flatMap((look) => look(found, need));
}
/** What cannot be undone on a node, in words; null where everything can. */
function irreversible({ canGoBack }, node) {
    if (canGoBack === true)
        return null;
    return canGoBack === null
        ? `${node} has no earlier generation: what fails there can't be rolled back`
        : `the present system of ${node} was not made for deploy-rs: what fails there can't be rolled back`;
}
function osProblem({ os }, { node }) {
    if (os === "nixos")
        return [];
    return [
        {
            code: "node-os",
            message: `${node} runs '${os}', not NixOS`,
            hint: `check nodeAddresses.${node}: it may lead to another machine`,
        },
    ];
}
function adoption({ isOurs, canGoBack }, { node, adopt }) {
    if (isOurs || adopt || canGoBack !== false)
        return [];
    return [
        {
            code: "node-unadopted",
            message: `${node} was set up by hand: its present system can't be rolled back to`,
            hint: `look at what runs there, then deploy it once with --adopt -n ${node}`,
        },
    ];
}
/** What is said of a node that another run holds; times as ISO 8601. */
function lockedBy(node, { owner, since, expires }) {
    return {
        code: "node-locked",
        message: `${owner} deploys ${node} since ${since}`,
        hint: `wait until it has ended; the lock expires at ${expires}`,
    };
}
function locked({ lock }, { node, owner, now }) {
    if (lock === null || lock.owner === owner || Date.parse(lock.expires) <= now.getTime())
        return [];
    return [lockedBy(node, lock)];
}
// NixOS gives a new user the number that is declared, whoever has it: the two would be one to the kernel.
function uids({ takenUids }, { node }) {
    return Object.entries(takenUids).map(([user, owner]) => ({
        code: "uid-taken",
        message: `the uid of ${user} is ${owner}'s on ${node}`,
        hint: `give ${owner} another one, and its files to that, by usermod --uid; an environment's uid is never changed`,
    }));
}
function disk({ freeBytes }, { node }) {
    if (freeBytes >= LEAST_FREE_BYTES)
        return [];
    const [free, least] = [freeBytes, LEAST_FREE_BYTES].map((bytes) => `${Math.floor(bytes / 2 ** 20)} MiB`);
    return [
        {
            code: "node-disk-full",
            message: `the store of ${node} has ${free} left, and a deploy wants ${least}`,
            hint: `free space there: nix-collect-garbage --delete-older-than 14d`,
        },
    ];
}
function signing({ trustedKeys }, { node, publicKey, copies }) {
    if (!copies)
        return [];
    if (publicKey === null) {
        const hint = "give the secret NIX_SIGNING_KEY or --signing-key-file; it is never made here";
        return [{ code: "signing-key-missing", message: `there is no key to sign what ${node} is sent`, hint }];
    }
    if (trustedKeys === null || trustedKeys.includes(publicKey))
        return [];
    return [
        {
            code: "signature-refused",
            message: `${node} does not trust the signing key ${publicKey}`,
            hint: "add it to provider.nixSigning.trustedPublicKeys and deploy that with a key that the node trusts",
        },
    ];
}
function logins({ logins: tried }, { node }) {
    return Object.entries(tried).flatMap(([user, reason]) => reason === null
        ? []
        : [
            {
                code: "login-refused",
                message: `${user} can't log in to ${node}: ${reason}`,
                hint: "the deploy key must be among the environment's authorized keys: add it to provider.deployPublicKeys",
            },
        ]);
}


/***/ }),

/***/ 8009:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   j_: () => (/* binding */ holdsEncrypted),
/* harmony export */   oS: () => (/* binding */ needsSeveralKeys),
/* harmony export */   sE: () => (/* binding */ notEncrypted),
/* harmony export */   wX: () => (/* binding */ recipientsOf)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(9473);

const RECIPIENT = /(?<![a-z])recipient["']?\s*[:=]\s*["']?(age1[0-9a-z]+|ssh-(?:ed25519|rsa) [A-Za-z0-9+/]+=*)/g;
/** Whose age and SSH keys open a file that sops encrypted, whatever its type: sops writes them all alike. */
function recipientsOf(text) {
    return [...new Set([...text.matchAll(RECIPIENT)].map(([, recipient]) => recipient))];
}
/** Whether there is a value in the text that sops encrypted. */
function holdsEncrypted(text) {
    return /ENC\[AES256_GCM,/.test(text);
}
/** Whether keys of several groups are needed to open the file. */
function needsSeveralKeys(text) {
    return /(?<![a-z])shamir_threshold["']?\s*[:=]/.test(text);
}
/** The error for a file, or what is named of it, that everybody can read. */
function notEncrypted(path, what) {
    return new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .HostenvError */ .aY("sops-plain", `${path} is not encrypted: whoever sees the repository can read ${what}`, "these secrets are known: make new ones, and encrypt the file with sops encrypt --in-place FILE");
}


/***/ }),

/***/ 1464:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $r: () => (/* binding */ targetOf),
/* harmony export */   FD: () => (/* binding */ buildsItself),
/* harmony export */   T9: () => (/* binding */ migrationsOf),
/* harmony export */   Xi: () => (/* binding */ uidsOf),
/* harmony export */   ek: () => (/* binding */ placesOf),
/* harmony export */   nV: () => (/* binding */ dataPlaceOf)
/* harmony export */ });
/* harmony import */ var _domain_json_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7803);

/** A node's address, options and deploy user. Throws nothing: what is unfit is refused where it is used. */
function targetOf({ nodeConnections, ...plan }, node) {
    const { hostname, sshOpts } = nodeConnections[node] ?? { hostname: node, sshOpts: [] };
    const { deployUser } = plan;
    return {
        name: node,
        host: hostname,
        sshOptions: sshOpts,
        deployUser: typeof deployUser === "string" ? deployUser : "deploy",
    };
}
/**
 * The profiles a node is to carry: its system, then its environments by name. All lie below /nix/var, where
 * they are roots of the garbage collector and the deploy user can read where they lead.
 */
function placesOf(part) {
    const environments = Object.keys(part.plan.environments).sort(_domain_json_js__WEBPACK_IMPORTED_MODULE_0__/* .byBytes */ .bg);
    return [
        { profile: "system", path: "/nix/var/nix/profiles/system", user: "root" },
        ...environments.map((user) => ({
            profile: user,
            path: `/nix/var/nix/profiles/per-user/${user}/hostenv`,
            user,
        })),
    ];
}
/** Whether a node builds its closures itself. */
function buildsItself({ nodeRemoteBuild }, node) {
    return (nodeRemoteBuild !== undefined && Object.hasOwn(nodeRemoteBuild, node) && nodeRemoteBuild[node] === true);
}
/** Backups of an environment that a move takes along. */
function migrationsOf({ environments }, name) {
    return environments[name]?.migrations ?? [];
}
/** The uids of a node's environments, by user. */
function uidsOf({ plan }) {
    const entries = Object.entries(plan.environments).map(([user, { uid }]) => [user, uid]);
    return Object.fromEntries(entries);
}
/** Where an environment looks for what it is to restore, where it has its data, and whose that is. */
function dataPlaceOf({ environments }, name) {
    const { uid, hostenv } = environments[name];
    const { runtimeDir = `/run/hostenv/user/${name}` } = hostenv;
    const { dataDir = `/home/${name}/.local/share`, stateDir = `/home/${name}/.local/state` } = hostenv;
    // A unit of an earlier generation would begin on the emptied folders, and fill them before anything is restored.
    const units = `/home/${name}/.config/systemd`;
    return { user: name, uid, runtimeDir, folders: [units, dataDir, stateDir] };
}


/***/ }),

/***/ 1562:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   BU: () => (/* binding */ partOf),
/* harmony export */   KO: () => (/* binding */ factsFrom),
/* harmony export */   TI: () => (/* binding */ mergedSides),
/* harmony export */   iP: () => (/* binding */ withHeld),
/* harmony export */   ig: () => (/* binding */ sideAfter),
/* harmony export */   sI: () => (/* binding */ sideFrom),
/* harmony export */   to: () => (/* binding */ carriedHash)
/* harmony export */ });
/* harmony import */ var _domain_changes_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(9204);
/* harmony import */ var _domain_json_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(7803);
/* harmony import */ var _facts_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(9325);
/* harmony import */ var _node_rules_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(6646);
/* harmony import */ var _schema_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(6051);





/** What of a side one node carries: itself, its environments, and the files and pins that reach it. */
function partOf(side, node) {
    const { plan, pins, sources } = side;
    const { file, pin } = (0,_node_rules_js__WEBPACK_IMPORTED_MODULE_2__/* .reachOf */ .xw)(side, side);
    const reaches = (reach) => reach === "all" || reach.includes(node);
    const { reserved: _, edited: __, pruned: ___, held: ____, ...rest } = side;
    return {
        ...rest,
        plan: {
            ...plan,
            environments: only(plan.environments, (environment) => environment.node === node),
            nodes: only(plan.nodes, (_node, name) => name === node),
            nodeConnections: only(plan.nodeConnections, (_connection, name) => name === node),
            ...(plan.nodeRemoteBuild
                ? { nodeRemoteBuild: only(plan.nodeRemoteBuild, (_flag, name) => name === node) }
                : {}),
        },
        pins: pins.filter(({ name }) => reaches(pin(name))),
        sources: sources.filter(({ path }) => reaches(file(path))),
    };
}
/**
 * What a node is to carry, as one hash: another one where anything of it differs, of its environments, or of the files
 * and pins that reach it. What is said of the provider as a whole is no part of it.
 */
function carriedHash(side, node) {
    const { subjects, pins } = (0,_facts_js__WEBPACK_IMPORTED_MODULE_1__/* .fleetOf */ .aP)(partOf(side, node));
    const own = [...subjects.values()].filter(({ kind }) => kind !== "fleet");
    const sorted = own.map((subject) => (0,_domain_json_js__WEBPACK_IMPORTED_MODULE_4__/* .canonical */ .$N)(subject)).sort(_domain_json_js__WEBPACK_IMPORTED_MODULE_4__/* .byBytes */ .bg);
    return (0,_domain_changes_js__WEBPACK_IMPORTED_MODULE_0__/* .sha256 */ .sc)((0,_domain_json_js__WEBPACK_IMPORTED_MODULE_4__/* .canonical */ .$N)([sorted, pins.map((pin) => (0,_domain_json_js__WEBPACK_IMPORTED_MODULE_4__/* .canonical */ .$N)({ ...pin })).sort(_domain_json_js__WEBPACK_IMPORTED_MODULE_4__/* .byBytes */ .bg)]));
}
function only(record, holds) {
    return Object.fromEntries(Object.entries(record).filter(([name, value]) => holds(value, name)));
}
/** A side as deployed.json keeps it. */
function factsFrom({ plan, pins, sources, nodesFolder }) {
    return { plan: plan, pins: [...pins], sources: [...sources], nodesFolder };
}
/** The side that deployed.json keeps. Throws HostenvError `plan-schema` naming the node. */
function sideFrom({ plan, pins, sources, nodesFolder }, node) {
    return { plan: (0,_schema_js__WEBPACK_IMPORTED_MODULE_3__/* .parsePlan */ .vS)(plan, `deployed.json on ${node}`), pins, sources, nodesFolder };
}
/**
 * What all nodes carry together, as one side. An environment that two nodes carry counts where `wanted`
 * places it: its move has come so far. Files and pins are each node's own, so they are left to `partOf`.
 */
function mergedSides(sides, wanted) {
    const plans = [...sides].sort(([left], [right]) => (0,_domain_json_js__WEBPACK_IMPORTED_MODULE_4__/* .byBytes */ .bg)(left, right)).map(([, { plan }]) => plan);
    const environments = {};
    for (const [name, environment] of plans.flatMap((plan) => Object.entries(plan.environments))) {
        const isThere = environment.node === wanted.plan.environments[name]?.node;
        if (!Object.hasOwn(environments, name) || isThere)
            environments[name] = environment;
    }
    const [first = _facts_js__WEBPACK_IMPORTED_MODULE_1__/* .emptySide */ .Bk.plan] = plans;
    const merged = (parts) => Object.assign({}, ...plans.map((plan) => parts(plan) ?? {}));
    return {
        ..._facts_js__WEBPACK_IMPORTED_MODULE_1__/* .emptySide */ .Bk,
        nodesFolder: wanted.nodesFolder,
        plan: {
            ...first,
            environments,
            nodes: merged((plan) => plan.nodes),
            nodeConnections: merged((plan) => plan.nodeConnections),
            ...(plans.some(({ nodeRemoteBuild }) => nodeRemoteBuild)
                ? { nodeRemoteBuild: merged((plan) => plan.nodeRemoteBuild) }
                : {}),
        },
    };
}
/**
 * What a node carries after a deploy of which some parts failed: these stay as they were before, also in what the
 * node does for them, so that the next deploy takes them up. Files and changed pins
 * are the new ones only where everything is.
 */
function sideAfter(before, wanted, reached) {
    const planned = Object.entries(wanted.plan.environments);
    const isThere = (name) => reached.environments.has(name);
    // What the old system does for environments is old, whatever they carry: each counts as it was if it was there.
    if (!reached.system) {
        const arrived = planned.filter(([name]) => isThere(name));
        const environments = { ...Object.fromEntries(arrived), ...before.plan.environments };
        return { ...before, plan: { ...before.plan, environments } };
    }
    const stale = planned.filter(([name]) => !isThere(name));
    if (stale.length === 0)
        return wanted;
    const taken = new Set(planned.filter(([name]) => isThere(name)).flatMap(([, { virtualHosts }]) => Object.keys(virtualHosts)));
    const was = (name) => {
        const old = own(before.plan.environments, name);
        return old && withoutSites(old, taken);
    };
    // What the new system does not have is gone, its user and its sites.
    const environments = planned.flatMap(([name, is]) => {
        const carried = isThere(name) ? is : was(name);
        return carried === null ? [] : [[name, carried]];
    });
    const exchanged = stale.map(([name, is]) => ({ name, is, was: was(name) }));
    const plan = { ...wanted.plan, environments: Object.fromEntries(environments) };
    return {
        ...before,
        plan: { ...plan, nodes: nodesWith(plan, before.plan, exchanged) },
        // What came along with an environment is here; one that changed is not yet, where anything failed.
        pins: withMissing(before.pins, wanted.pins),
    };
}
/**
 * What a node carries where environments stay on it that the plan has elsewhere: their move is not over, and the next
 * deploy must still find them here as they were before, with the pins that `wanted` as a whole still has.
 */
function withHeld(after, before, held, wanted) {
    const kept = held.flatMap((name) => {
        const was = own(before.plan.environments, name);
        return was === null ? [] : [{ name, is: null, was }];
    });
    if (kept.length === 0)
        return after;
    const more = Object.fromEntries(kept.map(({ name, was }) => [name, was]));
    const plan = { ...after.plan, environments: { ...after.plan.environments, ...more } };
    const known = new Set(wanted.pins.map(({ name }) => name));
    return {
        ...after,
        plan: { ...plan, nodes: nodesWith(plan, before.plan, kept) },
        pins: withMissing(after.pins, before.pins.filter(({ name }) => known.has(name))),
    };
}
// A site that another environment has by now is its own no more, whatever became of the rest of it.
function withoutSites(environment, taken) {
    const left = Object.entries(environment.virtualHosts).filter(([hostname]) => !taken.has(hostname));
    return { ...environment, virtualHosts: Object.fromEntries(left) };
}
function withMissing(pins, others) {
    const names = new Set(pins.map(({ name }) => name));
    return [...pins, ...others.filter(({ name }) => !names.has(name))];
}
function nodesWith(plan, before, exchanged) {
    // One that the plan has nothing for may still carry what has not left it.
    const names = [...new Set([...Object.keys(plan.nodes), ...Object.keys(before.nodes)])];
    const nodes = names.map((node) => {
        const [now, old] = [plan.nodes, before.nodes].map((all) => (own(all, node) ?? {}));
        return [node, (0,_facts_js__WEBPACK_IMPORTED_MODULE_1__/* .withPartsOf */ .UX)(now, old, exchanged)];
    });
    const isKnown = ([node, nixos]) => Object.hasOwn(plan.nodes, node) || Object.keys(nixos).length > 0;
    return Object.fromEntries(nodes.filter(isKnown));
}
// Not what every object inherits: an environment may be called "constructor".
function own(record, key) {
    return Object.hasOwn(record, key) ? record[key] : null;
}


/***/ })

};
