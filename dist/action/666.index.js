export const id = 666;
export const ids = [666];
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


/***/ })

};
