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
