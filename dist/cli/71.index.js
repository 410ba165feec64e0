export const id = 71;
export const ids = [71];
export const modules = {

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

/***/ 2071:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  composedDoctor: () => (/* binding */ composedDoctor)
});

// EXTERNAL MODULE: ./node_modules/zod/v4/classic/schemas.js + 11 modules
var schemas = __webpack_require__(2857);
// EXTERNAL MODULE: ./build/adapters/cloudflare-client.js + 1 modules
var cloudflare_client = __webpack_require__(7828);
// EXTERNAL MODULE: ./build/adapters/cloudflare-zones.js + 2 modules
var cloudflare_zones = __webpack_require__(5578);
// EXTERNAL MODULE: ./build/adapters/disk-snapshot.js + 1 modules
var disk_snapshot = __webpack_require__(5256);
// EXTERNAL MODULE: ./build/adapters/dns-nameservers.js + 7 modules
var dns_nameservers = __webpack_require__(6528);
// EXTERNAL MODULE: external "node:child_process"
var external_node_child_process_ = __webpack_require__(1421);
// EXTERNAL MODULE: ./build/domain/environment.js
var environment = __webpack_require__(8788);
// EXTERNAL MODULE: ./build/errors.js
var errors = __webpack_require__(9473);
;// CONCATENATED MODULE: ./build/adapters/git-checkout.js



const MOST_MILLISECONDS = 30_000;
const MOST_BYTES = 2 ** 24;
/** The repository around a folder. */
class GitCheckout {
    directory;
    constructor(directory) {
        this.directory = directory;
    }
    async look(paths) {
        if ((await this.git(["rev-parse", "--is-inside-work-tree"]))?.trim() !== "true")
            throw noRepository(this.directory);
        const [branch, commit, known] = await Promise.all([
            this.git(["symbolic-ref", "--quiet", "--short", "HEAD"]),
            this.git(["rev-parse", "--verify", "--quiet", "HEAD"]),
            this.git(["ls-files", "-z", "--cached", "--", ...paths.map((path) => `:(literal)${path}`)]),
        ]);
        const tracked = new Set((known ?? "").split("\0"));
        return {
            branch: branch?.trim() || null,
            commit: commit?.trim() || null,
            untracked: paths.filter((path) => !tracked.has(path)),
        };
    }
    // Null where it fails: what it says then is no answer.
    git(args) {
        const options = {
            cwd: this.directory,
            env: { ...(0,environment/* withoutSecrets */.c)(process.env), LC_ALL: "C" },
            timeout: MOST_MILLISECONDS,
            maxBuffer: MOST_BYTES,
        };
        return new Promise((resolve, reject) => {
            (0,external_node_child_process_.execFile)("git", args, options, (error, stdout) => {
                if (error?.code === "ENOENT")
                    reject(missing(error));
                else
                    resolve(error ? null : stdout);
            });
        });
    }
}
function missing(cause) {
    const hint = "install git, on Debian and Ubuntu with: apt-get install git";
    return new errors/* HostenvError */.aY("git-missing", "the program 'git' can't be started", hint, cause);
}
function noRepository(directory) {
    return new errors/* HostenvError */.aY("not-a-repository", `${directory} is in no git repository that git would work in`, "clone the provider's repository, or git init; where another user owns it: git config --global --add safe.directory");
}

// EXTERNAL MODULE: ./build/adapters/git-trees.js + 7 modules
var git_trees = __webpack_require__(185);
// EXTERNAL MODULE: ./build/adapters/nix-runner.js + 4 modules
var nix_runner = __webpack_require__(3194);
;// CONCATENATED MODULE: ./build/adapters/nix-health.js

/** Evaluates as we do, and needs the store as we do, with nothing of anybody in it. */
const PROBE = 'builtins.stringLength (builtins.toFile "hostenv-doctor" "") > 0 && builtins ? getFlake';
/** More of what Nix says is not shown. */
const MOST_CHARACTERS = 300;
/** Nix on PATH. */
class NixOnPath {
    nix;
    constructor(nix) {
        this.nix = nix;
    }
    async version() {
        const { stdout } = await this.nix.run(["--version"]);
        return stdout.toString("utf8").trim();
    }
    async fault() {
        const { exit, stdout, stderr } = await this.nix.run(["eval", "--json", ...nix_runner/* SAFE */.A9, "--expr", PROBE]);
        if (exit === 0 && stdout.toString("utf8").trim() === "true")
            return null;
        const said = stderr.split("\n").findLast((line) => /\berror:/.test(line)) ?? stderr.trim();
        return said.trim().slice(0, MOST_CHARACTERS) || `it ends with ${exit}`;
    }
}

// EXTERNAL MODULE: ./build/adapters/nix-tokens.js
var nix_tokens = __webpack_require__(4801);
// EXTERNAL MODULE: ./build/adapters/sops-secrets.js + 1 modules
var sops_secrets = __webpack_require__(3064);
// EXTERNAL MODULE: ./build/adapters/system-clock.js
var system_clock = __webpack_require__(9903);
;// CONCATENATED MODULE: ./build/adapters/system-patience.js
/** The machine's own timers, of which none is left when the promise settles. */
const systemPatience = {
    within: (seconds, run, late) => new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(late()), seconds * 1000);
        run()
            .then(resolve, reject)
            .finally(() => clearTimeout(timer));
    }),
};

;// CONCATENATED MODULE: ./build/adapters/system-programs.js



/** Seconds until a program must have told its version. */
const SECONDS = 20;
const system_programs_MOST_BYTES = 2 ** 16;
// ssh alone wants it so, and tells it on stderr.
const FLAGS = { ssh: "-V" };
/** Programs on PATH, started without any secret. */
class SystemPrograms {
    version(program) {
        const options = { env: (0,environment/* withoutSecrets */.c)(process.env), timeout: SECONDS * 1000, maxBuffer: system_programs_MOST_BYTES };
        return new Promise((resolve, reject) => {
            const args = [FLAGS[program] ?? "--version"];
            const child = (0,external_node_child_process_.execFile)(program, args, options, (error, stdout, stderr) => {
                if (error?.code === "ENOENT")
                    resolve(null);
                else if (error)
                    reject(failed(program, error));
                else
                    resolve(firstLine(`${stdout}\n${stderr}`));
            });
            child.stdin?.end();
        });
    }
}
function firstLine(text) {
    return text.trim().split("\n", 1)[0];
}
// Its message quotes the command line and what was printed: a program's own words, of which one line is enough.
function failed(program, { code, signal }) {
    const how = signal ? `was ended after ${SECONDS} s` : `ends with ${code}`;
    return new errors/* HostenvError */.aY("program-failed", `'${program}' does not tell its version: it ${how}`, `run it yourself: ${program} ${FLAGS[program] ?? "--version"}`);
}

// EXTERNAL MODULE: ./build/adapters/system-timer.js
var system_timer = __webpack_require__(5396);
// EXTERNAL MODULE: ./build/domain/deploy/signing-key.js
var signing_key = __webpack_require__(4104);
;// CONCATENATED MODULE: ./build/domain/doctor/check.js

/**
 * How a check ends, worst first. `unknown`: it could not be found out now; `unused`: nothing needs it as things are,
 * so nothing is wrong.
 */
const STATES = ["broken", "unknown", "works", "unused"];
/** What checks are about, in the order they are told: what comes first is often the reason of what follows. */
const AREAS = ["programs", "folder", "secrets", "nodes", "dns", "github", "cloudflare"];
const check = schemas/* strictObject */.rej({
    area: schemas/* enum */.k5n(AREAS),
    name: schemas/* string */.YjP().describe("What was looked at: a program, a secret's name, a node, a zone."),
    state: schemas/* enum */.k5n(STATES)
        .describe("broken: to be mended; unknown: it could not be found out; unused: nothing needs it as things are."),
    found: schemas/* string */.YjP().describe("What was found, or why nothing could be."),
    code: schemas/* string */.YjP().nullable().describe("As errors have it; null where nothing is wrong."),
    next: schemas/* string */.YjP().nullable().describe("What to do; null where nothing is to be done."),
});
/** `doctor --json`. */
const doctorSchema = schemas/* strictObject */.rej({
    schema: schemas/* literal */.euz(1),
    result: schemas/* enum */.k5n(["works", "broken", "unknown"]).describe("The worst of all states, without unused."),
    checks: schemas/* array */.YOg(check),
});
function works(subject, found) {
    return { ...subject, state: "works", found, code: null, next: null };
}
function unused(subject, found) {
    return { ...subject, state: "unused", found, code: null, next: null };
}
function broken(subject, { code, message, hint }) {
    return { ...subject, state: "broken", found: message, code, next: hint };
}
function unknown(subject, { code, message, hint }) {
    return { ...subject, state: "unknown", found: message, code, next: hint };
}
// What says that somebody was busy, slow or not asked, and nothing of what was to be looked at.
const PASSING = new Set([
    ...["doctor-timeout", "doctor-unasked", "node-stopped", "node-locked", "snapshot-locked", "sops-timeout"],
    ...["evaluation-timeout", "evaluation-stopped", "evaluation-memory"],
    ...[
        "github-unreachable",
        "github-limited",
        "github-forbidden",
        "cloudflare-unreachable",
        "cloudflare-limited",
    ],
]);
/** A fault as a check: broken, or unknown where it only kept us from looking. */
function faulty(subject, fault) {
    return PASSING.has(fault.code) ? unknown(subject, fault) : broken(subject, fault);
}
/** What a fact comes to: a fault speaks for itself, a value is judged. */
function judged(subject, fact, judge) {
    return "fault" in fact ? faulty(subject, fact.fault) : judge(fact.value);
}
/** Something that was not looked at since something else has to be right first. */
function unasked(subject, first) {
    return unknown(subject, {
        code: "doctor-unasked",
        message: `not looked at: it needs ${first}`,
        hint: `mend ${first} first, then run doctor again`,
    });
}
/** The worst of all states. */
function resultOf(checks) {
    const states = new Set(checks.map(({ state }) => state));
    if (states.has("broken"))
        return "broken";
    return states.has("unknown") ? "unknown" : "works";
}
/** 2 where something is to be mended. */
function doctorExit(checks) {
    return resultOf(checks) === "broken" ? 2 : 0;
}

;// CONCATENATED MODULE: ./build/domain/doctor/folder.js

const FLAKE = { area: "folder", name: "flake" };
const GIT = { area: "folder", name: "git" };
const SNAPSHOT = { area: "folder", name: "snapshot" };
/** Whether there is a flake with its lock. */
function flakeCheck(fact) {
    return judged(FLAKE, fact, ({ flake, lock }) => {
        if (!flake)
            return broken(FLAKE, {
                code: "flake-missing",
                message: "there is no flake.nix here",
                hint: "name the provider's folder: working-directory, or -C; in a workflow a checkout comes first",
            });
        if (lock)
            return works(FLAKE, "flake.nix and flake.lock");
        return broken(FLAKE, {
            code: "lock-missing",
            message: "flake.nix has no flake.lock beside it",
            hint: "make it and commit it: nix flake lock",
        });
    });
}
/** Whether git knows what is deployed. */
function checkoutCheck(fact) {
    return judged(GIT, fact, ({ branch, commit, untracked }) => {
        const where = branch === null ? "no branch, a commit alone" : `branch ${branch}`;
        if (untracked.length > 0)
            return broken(GIT, {
                code: "snapshot-untracked",
                message: `git does not know ${untracked.join(", ")}: Nix does not see what git does not know`,
                hint: `add and commit it: git add ${untracked.join(" ")}`,
            });
        return works(GIT, commit === null ? `${where}, nothing is committed yet` : `${where} at ${commit.slice(0, 12)}`);
    });
}
/** Whether the snapshot is as one plan wrote it, from what is here; its plan id. */
function snapshotCheck(fact) {
    return judged(SNAPSHOT, fact, ({ planId, nodes }) => works(SNAPSHOT, `plan ${planId.slice(0, 12)}, ${nodes} node${nodes === 1 ? "" : "s"}`));
}

;// CONCATENATED MODULE: ./build/domain/doctor/programs.js

const FROM_LOCK = "in a step before: nix profile install --inputs-from DIR nixpkgs#";
/** Programs besides Node and Nix, as this run needs them. */
const PROGRAMS = {
    git: {
        ...{ name: "git", oldest: null, code: "git-missing", spared: null },
        install: "install git, on Debian and Ubuntu with: apt-get install git",
    },
    ssh: {
        ...{ name: "ssh", oldest: null, code: "ssh-missing", spared: null },
        install: "install OpenSSH's client, on Debian and Ubuntu with: apt-get install openssh-client",
    },
    "deploy-rs": {
        ...{ name: "deploy-rs", oldest: null, code: "deploy-rs-missing", spared: null },
        install: `put deploy-rs 1.0 or newer on PATH, ${FROM_LOCK}deploy-rs`,
    },
    sops: {
        ...{ name: "sops", oldest: [3, 9, 0], code: "sops-missing", spared: null },
        install: `put sops 3.9 or newer on PATH, ${FROM_LOCK}sops`,
    },
};
/** Node's oldest version that runs us, as package.json has it. */
const OLDEST_NODE = [20, 19, 0];
const OLDEST_NIX = [2, 8, 0];
/** Whether the program is there and new enough; `text` is what it says of its version, null where it is not there. */
function programCheck(wanted, fact) {
    const subject = { area: "programs", name: wanted.name };
    return judged(subject, fact, (text) => {
        if (text === null && wanted.spared !== null)
            return unused(subject, wanted.spared);
        const [code, hint] = [wanted.code, wanted.install];
        if (text === null)
            return broken(subject, { code, message: `${wanted.name} is not on PATH`, hint });
        return versionCheck(subject, text, wanted);
    });
}
/** Whether this Node is new enough. */
function nodeCheck(version) {
    const subject = { area: "programs", name: "Node" };
    const install = "use Node 20.19 or newer; an action brings its own";
    return versionCheck(subject, version, { oldest: OLDEST_NODE, code: "node-old", install });
}
/** Whether Nix is new enough and evaluates with flakes. */
function nixCheck(fact) {
    const subject = { area: "programs", name: "Nix" };
    return judged(subject, fact, ({ version, fault }) => {
        const install = "install Nix 2.8 or newer (see https://nixos.org/download)";
        const found = versionCheck(subject, version, { oldest: OLDEST_NIX, code: "nix-old", install });
        if (found.state !== "works" || fault === null)
            return found;
        return broken(subject, {
            code: "nix-unusable",
            message: `${found.found} is there, and can't evaluate with flakes: ${fault}`,
            hint: "see what `nix eval --expr 1` says: mostly its daemon does not run, or this user may not use its store",
        });
    });
}
function versionCheck(subject, text, { oldest, code, install }) {
    const found = /(\d+)\.(\d+)(?:\.(\d+))?/.exec(text);
    // What tells no version is there all the same: only where one is wanted is that too little.
    if (found === null)
        return oldest === null
            ? works(subject, "found")
            : broken(subject, { code, message: `${subject.name} does not tell its version`, hint: install });
    const version = found.slice(1).map((part) => Number(part ?? 0));
    if (oldest === null || !isOlder(version, oldest))
        return works(subject, found[0]);
    const least = oldest.slice(0, 2).join(".");
    return broken(subject, { code, message: `it is ${found[0]}, and ${least} is needed`, hint: install });
}
function isOlder(version, oldest) {
    const at = oldest.findIndex((part, index) => version[index] !== part);
    return at >= 0 && version[at] < oldest[at];
}

;// CONCATENATED MODULE: ./build/domain/doctor/purpose.js
/** Verbs whose needs may be looked at alone. */
const PURPOSES = ["plan", "dns-gate", "deploy", "drift"];
const NEEDS = {
    plan: new Set(["nix", "NIX_ACCESS_TOKENS"]),
    "dns-gate": new Set([
        ...["sops", "snapshot", "dns", "cloudflare", "branch", "SOPS_AGE_KEY", "CF_API_TOKEN"],
    ]),
    drift: new Set(["sops", "ssh", "snapshot", "nodes", "SOPS_AGE_KEY", "SSH_KEY"]),
};
/** Whether a verb needs something; a deploy needs everything, and so does whoever names no verb. */
function needs(purpose, need) {
    return purpose === undefined || purpose === "deploy" || NEEDS[purpose].has(need);
}

// EXTERNAL MODULE: ./build/domain/manifest.js
var manifest = __webpack_require__(6632);
// EXTERNAL MODULE: ./build/domain/nearest.js
var nearest = __webpack_require__(9099);
// EXTERNAL MODULE: ./build/fleets/hostenv/deploy-targets.js
var deploy_targets = __webpack_require__(1464);
// EXTERNAL MODULE: ./build/fleets/hostenv/facts.js
var hostenv_facts = __webpack_require__(9325);
// EXTERNAL MODULE: ./build/fleets/hostenv/schema.js
var schema = __webpack_require__(6051);
// EXTERNAL MODULE: ./build/commands/deploy-snapshot.js
var deploy_snapshot = __webpack_require__(3125);
// EXTERNAL MODULE: ./build/domain/dns/names.js
var dns_names = __webpack_require__(77);
;// CONCATENATED MODULE: ./build/domain/doctor/cloudflare.js


/** Zones that the token can see and the plan names, and what the plan names and it can't see. */
function plannedAmong(zones, { named, provider }) {
    const isNamed = (zone, name) => zone.name === name || zone.id === name;
    const own = zones.filter((zone) => provider !== null && (0,dns_names/* isWithin */.UO)(provider, zone.name));
    const found = zones.filter((zone) => own.includes(zone) || named.some((name) => isNamed(zone, name)));
    const unseen = named.filter((name) => !zones.some((zone) => isNamed(zone, name)));
    const isAlone = provider !== null && own.length === 0 && named.length === 0;
    return { found, unseen: isAlone ? [provider] : unseen };
}
/** The token, and each zone of the plan. */
function cloudflareChecks(fact, planned) {
    const token = { area: "cloudflare", name: "token" };
    if ("fault" in fact)
        return [faulty(token, fact.fault)];
    const { zones, readable } = fact.value;
    const { found, unseen } = plannedAmong(zones, planned);
    const count = `${zones.length} zone${zones.length === 1 ? "" : "s"}`;
    return [
        works(token, `active, sees ${count}`),
        ...found.map((zone) => zoneCheck(zone, readable[zone.id])),
        ...unseen.map((name) => broken({ area: "cloudflare", name }, {
            code: "cloudflare-no-zone",
            message: "the token does not see this zone, which the plan says is ours",
            hint: "give the token this zone (Zone / DNS / Edit), or take it out of provider.cloudflare: docs/cloudflare.md",
        })),
    ];
}
function zoneCheck({ name, isServed }, fact) {
    const subject = { area: "cloudflare", name };
    if ("fault" in fact)
        return faulty(subject, fact.fault);
    if (!fact.value)
        return broken(subject, {
            code: "cloudflare-no-records",
            message: "the token may not read its records",
            hint: "make a token with Zone / DNS / Edit for it: docs/cloudflare.md",
        });
    if (isServed)
        return works(subject, "its records can be read");
    return broken(subject, {
        code: "cloudflare-unserved",
        message: "the world is not answered from this zone: it is not active at Cloudflare",
        hint: "delegate it to the name servers that Cloudflare names, or take it out of provider.cloudflare",
    });
}

;// CONCATENATED MODULE: ./build/domain/doctor/github.js

const subjectOf = (name) => ({ area: "github", name });
/** The token; `login` is whose it is, null for a job's own, of which GitHub does not tell. */
function tokenCheck(fact) {
    const subject = subjectOf("token");
    return judged(subject, fact, (found) => {
        if (found === null)
            return unused(subject, "not looked at: give --repository OWNER/NAME and GITHUB_TOKEN to have it checked");
        return works(subject, `${found.login ?? "the job's own"}, reads ${found.repository}`);
    });
}
/** Whether not just anybody's push is deployed. */
function protectionCheck(fact) {
    const subject = subjectOf("protection");
    return judged(subject, fact, ({ name, isProtected, rules }) => {
        if (isProtected || rules.length > 0)
            return works(subject, `branch ${name} is protected`);
        return broken(subject, {
            code: "branch-unprotected",
            message: `branch ${name} is not protected: whoever may push can deploy anything`,
            hint: "make a ruleset for it (Settings, Rules) that asks for a pull request, and let the bot that commits the snapshot bypass it",
        });
    });
}
/** Rules that refuse a push of the snapshot's commit. */
const FORBIDDING = new Set([
    ...["pull_request", "update", "merge_queue", "required_status_checks", "required_signatures"],
    ...["required_deployments", "workflows", "code_scanning"],
]);
/** Whether the snapshot's commit may be pushed to the branch by this token. */
function pushCheck(fact, isAction) {
    const subject = subjectOf("snapshot push");
    return judged(subject, fact, ({ name, isProtected, rules }) => {
        const forbidding = rules.filter(({ type, mayBypass }) => FORBIDDING.has(type) && mayBypass !== true);
        if (forbidding.length === 0 && isProtected && rules.length === 0)
            return unknown(subject, github_hidden(`branch ${name} has a classic protection, of which this token is not told`));
        if (forbidding.length === 0)
            return works(subject, `no rule of branch ${name} forbids it`);
        const types = [...new Set(forbidding.map(({ type }) => type))].join(", ");
        if (!isAction || forbidding.some(({ mayBypass }) => mayBypass === null))
            return unknown(subject, github_hidden(`rules of branch ${name} may forbid it to the bot: ${types}`));
        return broken(subject, {
            code: "branch-refuses",
            message: `rules of branch ${name} forbid it to this token: ${types}; each snapshot becomes a pull request`,
            hint: "put the bot on the ruleset's list of who may bypass it, or merge those pull requests: docs/workflows.md, the snapshot's commit",
        });
    });
}
function github_hidden(message) {
    const hint = "see in Settings, Rules whether GitHub Actions, or the app whose token commits, may bypass them";
    return { code: "branch-hidden", message, hint };
}
/** The environment that has the secrets; null where there is none of that name. */
function environmentCheck(name, fact) {
    const subject = subjectOf(`environment ${name ?? ""}`.trim());
    if (name === null)
        return unused(subject, "none is named: --github-environment NAME");
    return judged(subject, fact, (found) => {
        if (found === null)
            return broken(subject, {
                code: "environment-missing",
                message: `the repository has no environment '${name}', so its secrets are empty`,
                hint: "make it (Settings, Environments), or name the one there is in the workflow's input environment",
            });
        const reviewed = found.reviewers === 0
            ? "no reviewers"
            : `${found.reviewers} reviewer${found.reviewers === 1 ? "" : "s"}`;
        if (found.limitsBranches)
            return works(subject, `only some branches may use it, ${reviewed}`);
        return broken(subject, {
            code: "environment-open",
            message: `every branch may use environment '${name}', and with it its secrets`,
            hint: "limit it to the protected branch: Settings, Environments, Deployment branches and tags",
        });
    });
}

// EXTERNAL MODULE: ./build/fleets/hostenv/zone-policy.js
var zone_policy = __webpack_require__(6657);
;// CONCATENATED MODULE: ./build/commands/doctor-accounts.js



/** The token, the branch and the environment; without a repository, that nothing was asked. */
async function lookAtGithub(repository, { branch, environment, isAction, wantsBranch }, facts) {
    if ("fault" in repository)
        return [tokenCheck(repository)];
    const settings = repository.value;
    if (settings === null)
        return [tokenCheck({ value: null })];
    const start = await facts.of("ask GitHub for the repository", async () => {
        const [defaultBranch, login] = await Promise.all([settings.defaultBranch(), settings.login()]);
        return { defaultBranch, login, repository: settings.name };
    });
    // Without it no other question has an answer that says more.
    if ("fault" in start)
        return [tokenCheck(start)];
    const name = branch ?? start.value.defaultBranch;
    const [found, place] = await Promise.all([
        facts.of("ask GitHub for the branch", () => settings.branch(name)),
        environment === null
            ? { value: null }
            : facts.of("ask GitHub for the environment", () => settings.environment(environment)),
    ]);
    return [
        tokenCheck(start),
        ...(wantsBranch ? branchChecks(found, isAction) : []),
        ...(environment === null ? [] : [environmentCheck(environment, place)]),
    ];
}
// What can't be had of the branch is said once.
function branchChecks(found, isAction) {
    return "fault" in found ? [protectionCheck(found)] : [protectionCheck(found), pushCheck(found, isAction)];
}
/** The token of Cloudflare, and whether each zone of the plan can be read with it. */
async function lookAtZones(plan, zones, facts) {
    const planned = plannedIn(plan);
    const fact = await facts.of("ask Cloudflare for its zones", async () => {
        const port = await zones();
        const seen = await port.zones();
        const { found } = plannedAmong(seen, planned);
        const read = await Promise.all(found.map((zone) => facts.of(`read the records of ${zone.name}`, async () => (await port.records(zone)) !== null)));
        return {
            zones: seen,
            readable: Object.fromEntries(found.map(({ id }, index) => [id, read[index]])),
        };
    });
    return cloudflareChecks(fact, planned);
}
// Where the plan says that none is ours, the token may still be to see through the proxy.
function plannedIn(plan) {
    if (plan.cloudflare?.enable !== true)
        return { named: [], provider: null };
    const { zones, provider } = (0,zone_policy/* zonePolicyOf */.a)(plan, []);
    return { named: zones, provider };
}

;// CONCATENATED MODULE: ./build/commands/doctor-fact.js

/** Seconds until a check is given up: a node that swallows packets is known to be down after 20. */
const MOST_SECONDS = 60;
/** What can be asked for one fact after the other without one hiding another. */
class Facts {
    patience;
    constructor(patience) {
        this.patience = patience;
    }
    /** What `run` gives, or why it gave nothing; never rejects. `what` completes "it took too long to …". */
    async of(what, run) {
        try {
            // A rejection at once must not pass by us, nor what is thrown before there is a promise.
            return {
                value: await this.patience.within(MOST_SECONDS, async () => run(), () => late(what)),
            };
        }
        catch (error) {
            const { code, message, hint } = (0,errors/* explained */.to)(error);
            return { fault: { code, message, hint } };
        }
    }
}
function late(what) {
    return new errors/* HostenvError */.aY("doctor-timeout", `it took more than ${MOST_SECONDS} s to ${what}`, "run doctor again; see what keeps it, such as a firewall that swallows packets");
}
/** The value of a fact, null where there is none. */
function hadOf(fact) {
    return "fault" in fact ? null : fact.value;
}

// EXTERNAL MODULE: ./build/domain/dns/zone-cut.js
var zone_cut = __webpack_require__(5710);
;// CONCATENATED MODULE: ./build/domain/doctor/names.js

/** So many servers and hostnames are named. */
const NAMED = 3;
/** Whether this machine can look up names at all. */
function resolverCheck(servers) {
    const subject = { area: "dns", name: "resolver" };
    const answering = servers.filter(({ reason }) => reason === null);
    if (answering.length > 0)
        return works(subject, told(servers));
    const message = servers.length === 0
        ? "this machine has no resolver"
        : `no resolver of this machine answers: ${told(servers)}`;
    return broken(subject, {
        code: "dns-no-resolver",
        message,
        hint: "see /etc/resolv.conf, and whether a firewall lets port 53 out, UDP and TCP",
    });
}
/** Whether a zone's own servers can be asked. */
function names_zoneCheck({ name, servers, evidence }) {
    const subject = { area: "dns", name };
    if (servers?.some(({ reason }) => reason === null))
        return works(subject, told(servers));
    if (servers === null)
        return broken(subject, {
            code: "dns-no-zone",
            message: `its zone's name servers can't be found: ${evidence.slice(0, NAMED).join("; ")}`,
            hint: `see that the name is registered and delegated: dig +trace ${name}`,
        });
    return broken(subject, {
        code: "dns-no-server",
        message: `none of its own name servers answers here: ${told(servers)}`,
        hint: "see whether a firewall lets port 53 out to anybody, UDP and TCP; else ask who runs them",
    });
}
/** Zones, where no name can be looked up. */
function zonesUnasked() {
    return unasked({ area: "dns", name: "zones" }, "a resolver");
}
function told(servers) {
    const answering = servers.filter(({ reason }) => reason === null).map(({ label }) => label);
    const silent = servers.flatMap(({ label, reason }) => (reason === null ? [] : [`${label} ${reason}`]));
    return [
        ...(answering.length > 0
            ? [`${listed(answering)} ${answering.length === 1 ? "answers" : "answer"}`]
            : []),
        ...(silent.length > 0 ? [listed(silent)] : []),
    ].join("; ");
}
function listed(words) {
    const more = words.length > NAMED ? [`${words.length - NAMED} more`] : [];
    return [...words.slice(0, NAMED), ...more].join(", ");
}

// EXTERNAL MODULE: ./build/fleets/hostenv/hostnames.js
var hostnames = __webpack_require__(9628);
// EXTERNAL MODULE: ./build/commands/pooled.js
var pooled = __webpack_require__(704);
;// CONCATENATED MODULE: ./build/commands/doctor-names.js





/** Seconds for one question. */
const doctor_names_SECONDS = 12;
/** Names are looked at side by side. */
const AT_ONCE = 8;
/** More names than these are not looked at: thousands of them share a few zones. */
const MOST_NAMES = 200;
/** Whether this machine can ask DNS, and the zones of the plan's names; without a plan, the first alone. */
async function lookAtNames(plan, nameservers) {
    const resolvers = await Promise.all(nameservers.system.map((server) => askedResolver(server, nameservers)));
    const found = resolverCheck(resolvers);
    if (plan === null)
        return [found];
    if (found.state !== "works")
        return [found, zonesUnasked()];
    return [found, ...(await zonesOf(plan, nameservers)).map(names_zoneCheck)];
}
// The root's name servers: every resolver knows them.
async function askedResolver(server, nameservers) {
    const question = { server, name: "", type: "NS", recursive: true, checkingDisabled: false };
    return { label: (0,zone_cut/* labelOf */.W)(server), reason: reasonIn(await nameservers.ask(question, doctor_names_SECONDS)) };
}
function reasonIn(reply) {
    return reply.kind === "failure" ? reply.reason : null;
}
async function zonesOf(plan, nameservers) {
    const sources = { system: nameservers.system, zones: new Map() };
    const found = await (0,pooled/* pooled */.I)(namesOf(plan), AT_ONCE, async (name) => {
        const zone = await ended((0,zone_cut/* zoneOf */.k)(name, sources), nameservers);
        return zone.kind === "zone"
            ? { name: zone.apex, addresses: zone.servers, evidence: [] }
            : { name, addresses: null, evidence: zone.evidence };
    });
    const each = [...new Map(found.map((zone) => [zone.name, zone])).values()];
    return await (0,pooled/* pooled */.I)(each, AT_ONCE, async ({ name, addresses, evidence }) => ({
        name: name === "" ? "." : name,
        evidence,
        servers: addresses && (await Promise.all(addresses.map((server) => askedServer(name, server, nameservers)))),
    }));
}
async function askedServer(apex, { address, label }, nameservers) {
    const question = {
        server: address,
        name: apex,
        type: "SOA",
        recursive: false,
        checkingDisabled: false,
    };
    return { label, reason: reasonIn(await nameservers.ask(question, doctor_names_SECONDS)) };
}
async function ended(walk, nameservers) {
    let step = walk.next();
    while (!step.done) {
        const replies = await Promise.all(step.value.map((question) => nameservers.ask(question, doctor_names_SECONDS)));
        step = walk.next(replies);
    }
    return step.value;
}
function namesOf(plan) {
    const sites = (0,hostnames/* sitesOf */.Yc)(plan).flatMap(({ names, skipped }) => (skipped === null ? names : []));
    const names = [plan.hostenvHostname, ...sites].flatMap((name) => (0,dns_names/* normalised */.Z7)(name)?.replace(/^\*\./, "") ?? []);
    return [...new Set(names)].slice(0, MOST_NAMES);
}

;// CONCATENATED MODULE: ./build/domain/doctor/nodes.js

/** What is said elsewhere already, once for all nodes. */
const SAID = new Set(["signing-key-missing"]);
/** A node: each thing that is wrong with it, or one line that all is well. */
function nodeChecks(name, fact) {
    const subject = { area: "nodes", name };
    if ("fault" in fact)
        return [faulty(subject, fact.fault)];
    const { problems, sudo, user, host, freeBytes } = fact.value;
    const faults = [...(sudo ? [sudo] : []), ...problems.filter(({ code }) => !SAID.has(code))];
    if (faults.length > 0)
        return faults.map((fault) => faulty(subject, fault));
    const free = `${Math.floor(freeBytes / 2 ** 30)} GiB free`;
    return [works(subject, `its key is the pinned one, '${user}' logs in at ${host} and has sudo, ${free}`)];
}
/** Nodes where nothing can be asked, since keys or host keys can't be read. */
function nodesUnasked(names, first) {
    return names.map((name) => unasked({ area: "nodes", name }, first));
}
/** The file of pinned host keys; how many it pins. */
function hostKeysCheck(fact) {
    const subject = { area: "nodes", name: "known_hosts" };
    return judged(subject, fact, (count) => works(subject, `${count} host key${count === 1 ? "" : "s"} pinned`));
}

// EXTERNAL MODULE: ./build/commands/deploy-look.js
var deploy_look = __webpack_require__(1222);
// EXTERNAL MODULE: ./build/commands/deploy-preflight.js
var deploy_preflight = __webpack_require__(534);
;// CONCATENATED MODULE: ./build/commands/doctor-nodes.js







/** Looks at every node that is wanted, as a deploy would. */
async function lookAtNodes(plan, opened, about, facts) {
    const names = (0,hostenv_facts/* hostsOf */.PP)(plan).filter((name) => about.only.length === 0 || about.only.includes(name));
    if ("fault" in opened) {
        const { code } = opened.fault;
        const isKey = code === "ssh-key-unusable" || code === "secret-missing";
        const first = isKey ? "SSH_KEY" : code === "ssh-missing" ? "ssh" : "known_hosts";
        return [...(first === "known_hosts" ? [hostKeysCheck(opened)] : []), ...nodesUnasked(names, first)];
    }
    const { nodes } = opened.value;
    const found = await (0,pooled/* pooled */.I)(names, deploy_look/* NODES_AT_ONCE */.QM, async (name) => nodeChecks(name, await facts.of(`look at ${name}`, () => foundAt(name, plan, nodes, about))));
    return found.flat();
}
async function foundAt(name, plan, nodes, { signingKey: publicKey, ...rest }) {
    const target = (0,deploy_targets/* targetOf */.$r)(plan, name);
    const side = { ...hostenv_facts/* emptySide */.Bk, plan };
    const looked = await (0,deploy_look/* lookAtOne */.B0)(target, side, [], nodes);
    if ("error" in looked)
        throw looked.error;
    const wishes = { ...rest, publicKey, owner: "" };
    return {
        problems: (0,deploy_preflight/* preflightOf */.l)(looked, side, wishes).problems,
        sudo: await sudoFault(target, nodes),
        user: target.deployUser,
        host: target.host,
        freeBytes: looked.look.freeBytes,
    };
}
// Reading the journal is the one thing that we do as root and that changes nothing.
async function sudoFault(target, nodes) {
    try {
        await nodes.lastLines(target, null);
        return null;
    }
    catch (error) {
        if (!(error instanceof errors/* HostenvError */.aY))
            throw error;
        const { code, message, hint } = error;
        return { code, message, hint };
    }
}

// EXTERNAL MODULE: ./build/domain/age-keys.js + 1 modules
var age_keys = __webpack_require__(3014);
// EXTERNAL MODULE: ./build/domain/deploy/host-keys.js
var host_keys = __webpack_require__(5752);
;// CONCATENATED MODULE: ./build/domain/doctor/secrets.js

const secrets_subjectOf = (name) => ({ area: "secrets", name });
/** The file of secrets and the key that opens it. */
function ageKeyCheck(fact) {
    const subject = secrets_subjectOf("SOPS_AGE_KEY");
    return judged(subject, fact, (found) => found === null
        ? unused(subject, "no sops-file is named: secrets are taken from variables of their names")
        : works(subject, `opens ${found.file} as ${found.recipient}`));
}
/** The tokens of project repositories; `hosts` are those they are for. */
function accessTokensCheck(fact) {
    const subject = secrets_subjectOf("NIX_ACCESS_TOKENS");
    return judged(subject, fact, (hosts) => hosts.length === 0
        ? unused(subject, "not given: only private project repositories need it")
        : works(subject, `given for ${hosts.join(", ")}`));
}
/** One secret by its name; null where it is not given. Where the file can't be opened nothing can be said. */
function secretCheck(name, fact, situation) {
    const subject = secrets_subjectOf(name);
    if (fact === "file-closed")
        return unasked(subject, "SOPS_AGE_KEY");
    return judged(subject, fact, (found) => {
        if (found === null)
            return secrets_missing(name, subject, situation);
        if (name === "NIX_SIGNING_KEY" && isDistrusted(found, situation))
            return distrusted(subject, found);
        return works(subject, [`given by ${found.source}`, ...(found.known ? [found.known] : [])].join(", "));
    });
}
function isDistrusted({ known }, { trustedKeys, signsNothing }) {
    return known !== null && !signsNothing && trustedKeys.length > 0 && !trustedKeys.includes(known);
}
function distrusted(subject, { known }) {
    return broken(subject, {
        code: "signature-refused",
        message: `the plan lets no node trust its public half, ${known}`,
        hint: "add it to provider.nixSigning.trustedPublicKeys and deploy that with a key that nodes trust, or give that key",
    });
}
const GIVE = "put it into the file of secrets (sops edit FILE) and give sops-file and sops-age-key, or set the variable of its name; " +
    "in a workflow a secret is empty where the caller does not name it, or the job not the environment that has it";
function secrets_missing(name, subject, situation) {
    const spared = sparedBy(name, situation);
    if (spared !== null)
        return unused(subject, `not given: ${spared}`);
    const code = name === "NIX_SIGNING_KEY" ? "signing-key-missing" : "secret-missing";
    return broken(subject, { code, message: `it is empty or not given: ${WHY[name]}`, hint: GIVE });
}
const WHY = {
    SSH_KEY: "nothing lets us in at the nodes",
    NIX_SIGNING_KEY: "nothing signs what nodes are sent",
    CF_API_TOKEN: "zones at Cloudflare are ours by the plan, and each record of a move waits for somebody",
};
function sparedBy(name, { isAction, writesZones, signsNothing }) {
    if (name === "CF_API_TOKEN")
        return writesZones && isAction
            ? null
            : "hostnames behind Cloudflare's proxy stay unknown, no record is written";
    if (name === "NIX_SIGNING_KEY" && signsNothing)
        return "every node builds for itself";
    if (isAction)
        return null;
    return name === "SSH_KEY" ? "your own keys and agent are used" : "a deploy needs it, or --signing-key-file";
}

// EXTERNAL MODULE: ./build/domain/secrets.js
var secrets = __webpack_require__(7488);
// EXTERNAL MODULE: ./build/commands/secrets.js
var commands_secrets = __webpack_require__(9602);
;// CONCATENATED MODULE: ./build/commands/doctor-secrets.js







/** Reads every secret by itself: one that is unusable says nothing of the others. */
async function lookAtSecrets(facts, ports) {
    const file = await facts.of("open the file of secrets", () => opened(ports));
    const had = await Promise.all(secrets/* SECRET_NAMES */.AS.map((name) => facts.of(`read ${name}`, () => hadSecret(name, ports))));
    return {
        file,
        byName: Object.fromEntries(secrets/* SECRET_NAMES */.AS.map((name, index) => [name, had[index]])),
    };
}
async function opened(ports) {
    const { key, file } = ports.sources;
    await (0,commands_secrets/* secretsFrom */.y)({ ...ports.sources, environment: {} }, ports, []);
    if (key === undefined || file === undefined)
        return null;
    const recipients = await ports.secretFiles.recipients(file);
    const ours = (0,age_keys/* ageKeysOf */.dS)(key).flatMap(({ recipient }) => recipient ?? []);
    const recipient = ours.find((each) => recipients.includes(each)) ?? "a key of a plugin";
    return { file, recipient };
}
// The file goes before, so what it has is looked for without the environment.
async function hadSecret(name, ports) {
    const { file } = ports.sources;
    const inFile = (await (0,commands_secrets/* secretsFrom */.y)({ ...ports.sources, environment: {} }, ports, [name]))[name];
    if (inFile !== undefined)
        return { value: inFile, source: file ?? "the file of secrets" };
    const value = (await (0,commands_secrets/* secretsFrom */.y)({ environment: ports.sources.environment }, ports, [name]))[name];
    return value === undefined ? null : { value, source: `the variable ${name}` };
}
/** What is said of them. `sshKey` is the public half of SSH_KEY as ssh reads it, or why ssh can't read it. */
function secretChecks(found, sshKey, situation, { tokenHosts, wants }) {
    const isClosed = "fault" in found.file;
    const known = {
        SSH_KEY: () => "fault" in sshKey ? sshKey : { value: sshKey.value === null ? null : identityOf(sshKey.value) },
        NIX_SIGNING_KEY: ({ value }) => ({ value: (0,signing_key/* publicKeyOf */.k)(value) }),
        CF_API_TOKEN: () => ({ value: null }),
    };
    const byName = secrets/* SECRET_NAMES */.AS.filter(wants).map((name) => secretCheck(name, isClosed ? "file-closed" : doctor_secrets_told(found.byName[name], known[name]), situation));
    return [
        ...(wants("SOPS_AGE_KEY") ? [ageKeyCheck(found.file)] : []),
        ...byName,
        ...(wants("NIX_ACCESS_TOKENS") ? [accessTokensCheck(hostsOf(tokenHosts))] : []),
    ];
}
function doctor_secrets_told(had, known) {
    if ("fault" in had)
        return had;
    if (had.value === null)
        return { value: null };
    const fact = known(had.value);
    return "fault" in fact ? fact : { value: { source: had.value.source, known: fact.value } };
}
// `ssh-ed25519 AAAA…`, by which nobody knows a key again.
function identityOf(publicKey) {
    const [type = "", key = ""] = publicKey.split(" ");
    return `${type} ${(0,host_keys/* fingerprintOf */.ax)(key)}`;
}
function hostsOf(tokenHosts) {
    try {
        return { value: tokenHosts() };
    }
    catch (error) {
        const { code, message, hint } = error;
        return { fault: { code, message, hint } };
    }
}
/** The value of a secret for its rightful reader, null where there is none. */
function valueIn({ file, byName }, name) {
    return "fault" in file ? null : (hadOf(byName[name])?.value ?? null);
}

;// CONCATENATED MODULE: ./build/commands/doctor.js


















/** Inputs of `doctor`. */
const doctorInputs = schemas/* strictObject */.rej({
    for: schemas/* enum */.k5n(PURPOSES).optional(),
    node: schemas/* array */.YOg(schemas/* string */.YjP()).default([]),
    githubEnvironment: schemas/* string */.YjP().optional(),
    remoteBuild: schemas/* boolean */.zMY().default(false),
    adopt: schemas/* boolean */.zMY().default(false),
});
/** Looks at everything that a run needs, each by itself: what one check finds hides no other. Changes nothing. */
async function doctor(inputs, ports) {
    try {
        return await new Examination(inputs, ports).checks();
    }
    finally {
        ports.progress.done();
        await ports.trees.dispose();
    }
}
class Examination {
    inputs;
    ports;
    facts;
    wants;
    constructor(inputs, ports) {
        this.inputs = inputs;
        this.ports = ports;
        this.facts = new Facts(ports.patience);
        this.wants = (need) => needs(inputs.for, need);
    }
    async checks() {
        this.ports.progress.step("looking at programs, the folder and secrets");
        const plan = await this.facts.of("read the plan", () => this.plan());
        this.refuseUnknown(hadOf(plan));
        const checkout = this.facts.of("ask git", () => this.checkout());
        const secrets = lookAtSecrets(this.facts, this.ports.secrets);
        const opened = secrets.then((found) => this.facts.of("prepare ssh", () => this.opened(found)));
        const areas = [
            this.programs(),
            checkout.then((found) => this.folder(found)),
            Promise.all([secrets, opened]).then(([found, nodes]) => this.secrets(found, nodes, hadOf(plan))),
            Promise.all([secrets, opened]).then(([found, nodes]) => this.nodes(found, nodes, hadOf(plan))),
            this.wants("dns") ? lookAtNames(hadOf(plan), this.ports.nameservers) : [],
            checkout.then((found) => this.github(hadOf(found)?.branch ?? null)),
            secrets.then((found) => this.cloudflare(found, hadOf(plan))),
        ];
        return (await Promise.all(areas)).flat();
    }
    // As it is on disk: that the snapshot is torn is told by itself, and nodes can be asked all the same.
    async plan() {
        const { directory, generated, files } = this.ports;
        const name = `${generated}/plan.json`;
        const value = await files.readJsonIfThere(`${directory}/${name}`, name);
        return value === null ? null : (0,schema/* parsePlan */.vS)(value, name);
    }
    refuseUnknown(plan) {
        if (plan === null)
            return;
        const known = (0,hostenv_facts/* hostsOf */.PP)(plan);
        const wrong = this.inputs.node.find((node) => !known.includes(node));
        if (wrong === undefined)
            return;
        const near = (0,nearest/* nearest */.p)(wrong, known);
        throw new errors/* UsageError */.eb(`there is no node '${wrong}'`, near ? `did you mean '${near}'?` : `nodes: ${known.join(", ")}`);
    }
    async programs() {
        const { programs, nix, nodeVersion } = this.ports;
        const version = (name) => this.facts.of(`start ${name}`, () => programs.version(name));
        const health = () => this.facts.of("start Nix", async () => ({ version: await nix.version(), fault: await nix.fault() }));
        const [git, found, ssh, deployRs, sops] = await Promise.all([
            version("git"),
            this.wants("nix") ? health() : null,
            this.wants("ssh") ? version("ssh") : null,
            this.wants("deploy-rs") ? version("deploy") : null,
            this.wants("sops") ? version("sops") : null,
        ]);
        const spared = this.ports.secrets.sources.file === undefined ? "not on PATH, and no sops-file is named" : null;
        return [
            nodeCheck(nodeVersion),
            programCheck(PROGRAMS.git, git),
            ...(found ? [nixCheck(found)] : []),
            ...(ssh ? [programCheck(PROGRAMS.ssh, ssh)] : []),
            ...(deployRs ? [programCheck(PROGRAMS["deploy-rs"], deployRs)] : []),
            ...(sops ? [programCheck({ ...PROGRAMS.sops, spared }, sops)] : []),
        ];
    }
    async checkout() {
        const { files, directory, generated, checkout } = this.ports;
        const paths = manifest/* OURS */.o6.map((name) => `${generated}/${name}`);
        const there = await Promise.all(paths.map(async (path) => (await files.readIfThere(`${directory}/${path}`)) !== null));
        return await checkout.look(paths.filter((_, index) => there[index]));
    }
    async folder(checkout) {
        const { files, directory } = this.ports;
        const isThere = async (name) => (await files.readIfThere(`${directory}/${name}`)) !== null;
        const flake = await this.facts.of("read the folder", async () => ({
            flake: await isThere("flake.nix"),
            lock: await isThere("flake.lock"),
        }));
        const snapshot = await this.facts.of("read the snapshot", async () => {
            const { planId, side } = await (0,deploy_snapshot/* deployable */.G)(undefined, this.ports);
            return { planId, nodes: (0,hostenv_facts/* hostsOf */.PP)(side.plan).length };
        });
        return [
            flakeCheck(flake),
            checkoutCheck(checkout),
            ...(this.wants("snapshot") ? [snapshotCheck(snapshot)] : []),
        ];
    }
    async opened(found) {
        if (!this.wants("nodes"))
            return null;
        const key = valueIn(found, "SSH_KEY");
        const isHeld = "fault" in found.file || "fault" in found.byName.SSH_KEY || this.ports.isAction;
        // Its own check says more.
        if (key === null && isHeld)
            throw new errors/* HostenvError */.aY("secret-missing", "there is no key for the nodes", "give SSH_KEY");
        return await this.ports.openNodes(key ?? undefined);
    }
    secrets(found, opened, plan) {
        const isUnusable = "fault" in opened && opened.fault.code === "ssh-key-unusable";
        const sshKey = isUnusable ? opened : { value: hadOf(opened)?.publicKey ?? null };
        const { tokenHosts } = this.ports.secrets;
        return secretChecks(found, sshKey, this.situation(plan), { tokenHosts, wants: this.wants });
    }
    situation(plan) {
        const nodes = plan === null ? [] : (0,hostenv_facts/* hostsOf */.PP)(plan);
        const trusted = nodes.map((node) => plan?.nodes[node]?.provider?.nixSigning?.trustedPublicKeys ?? []);
        return {
            isAction: this.ports.isAction,
            writesZones: plan?.cloudflare?.enable === true && this.inputs.for !== "dns-gate",
            signsNothing: this.inputs.remoteBuild ||
                (nodes.length > 0 && nodes.every((node) => plan !== null && (0,deploy_targets/* buildsItself */.FD)(plan, node))),
            trustedKeys: [...new Set(trusted.flat())],
        };
    }
    async nodes(found, opened, plan) {
        if (!this.wants("nodes"))
            return [];
        const nodes = hadOf(opened)?.nodes;
        try {
            if (plan === null)
                return [unasked({ area: "nodes", name: "nodes" }, "the snapshot")];
            const secret = valueIn(found, "NIX_SIGNING_KEY");
            const signingKey = secret === null ? null : (0,signing_key/* publicKeyOf */.k)(secret);
            const { node: only, remoteBuild, adopt } = this.inputs;
            const about = { signingKey, now: this.ports.clock.now(), only, remoteBuild, adopt };
            return await lookAtNodes(plan, opened, about, this.facts);
        }
        finally {
            await nodes?.dispose();
        }
    }
    async github(checkedOut) {
        const repository = await this.facts.of("find the repository", () => this.ports.repository());
        const questions = {
            branch: checkedOut,
            environment: this.inputs.githubEnvironment ?? null,
            isAction: this.ports.isAction,
            wantsBranch: this.wants("branch"),
        };
        return await lookAtGithub(repository, questions, this.facts);
    }
    async cloudflare(found, plan) {
        const token = valueIn(found, "CF_API_TOKEN");
        if (!this.wants("cloudflare") || token === null || plan === null)
            return [];
        return await lookAtZones(plan, () => this.ports.zones(token), this.facts);
    }
}

// EXTERNAL MODULE: ./node_modules/picocolors/picocolors.js
var picocolors = __webpack_require__(7336);
// EXTERNAL MODULE: ./build/render/escape.js
var render_escape = __webpack_require__(6082);
// EXTERNAL MODULE: ./build/render/fit.js
var fit = __webpack_require__(3302);
// EXTERNAL MODULE: ./build/render/json.js
var json = __webpack_require__(7199);
// EXTERNAL MODULE: ./build/render/table.js
var table = __webpack_require__(9341);
;// CONCATENATED MODULE: ./build/render/doctor-answer.js






/** What programs and nodes say has no length of its own. */
const LENGTH = 700;
const MARKS = { broken: "✖", unknown: "?", works: "✔", unused: "–" };
/** What people read of each. */
const WORDS = {
    broken: "broken",
    unknown: "not known",
    works: "fine",
    unused: "not needed",
};
/** What each area is called. */
const TITLES = {
    programs: "Programs",
    folder: "Folder",
    secrets: "Secrets",
    nodes: "Nodes",
    dns: "DNS",
    github: "GitHub",
    cloudflare: "Cloudflare",
};
/** The answer of `doctor`. */
function doctorAnswer(checks) {
    const sorted = AREAS.flatMap((area) => checks.filter((each) => each.area === area));
    const answer = { schema: 1, result: resultOf(sorted), checks: sorted };
    const broken = sorted.filter(({ state }) => state === "broken");
    const exitCode = doctorExit(sorted);
    return {
        exitCode,
        document: answer,
        terminal: (color) => terminal(sorted, color),
        summary: (limit) => (0,fit/* firstThatFits */.eO)([() => summary(sorted), () => summary(sorted.filter(isOpen)), () => heading(sorted)], limit),
        files: { report: () => (0,json/* document */.A)(answer) },
        outputs: {
            result: answer.result,
            broken: JSON.stringify(broken.map(({ area, name }) => `${area}/${name}`)),
        },
        annotations: broken.map(annotation),
        notices: [],
        ...(exitCode === 0 ? {} : { refusal: `doctor: ${verdict(sorted)}` }),
    };
}
function isOpen({ state }) {
    return state === "broken" || state === "unknown";
}
function annotation({ area, name, found, next }) {
    return {
        severity: "error",
        title: (0,render_escape/* visible */.RK)(`${TITLES[area]}: ${name}`),
        message: (0,render_escape/* visible */.RK)((0,render_escape/* shortened */.vI)(`${found}${next === null ? "" : `. To do: ${next}`}`, LENGTH)),
    };
}
/** `1 broken · 12 fine · 2 not needed`. */
function verdict(checks) {
    const counts = STATES.map((state) => [checks.filter((each) => each.state === state).length, state]);
    return counts.flatMap(([count, state]) => (count > 0 ? [`${count} ${WORDS[state]}`] : [])).join(" · ");
}
// What is to be done comes first: who reads this is looking for it.
function terminal(checks, color) {
    const { bold } = picocolors.createColors(color);
    const open = STATES.flatMap((state) => checks.filter((each) => isOpen(each) && each.state === state));
    const rest = AREAS.flatMap((area) => block(TITLES[area], checks.filter((each) => each.area === area && !isOpen(each)), bold));
    const lines = [
        bold(`doctor: ${verdict(checks)}`),
        ...open.flatMap((each) => ["", ...toDo(each, bold)]),
        ...rest,
    ];
    return (0,render_escape/* harmless */.Is)(`${lines.join("\n")}\n`);
}
function toDo({ area, name, state, found, code: errorCode, next }, bold) {
    const head = `${MARKS[state]} ${bold((0,render_escape/* visible */.RK)(`${TITLES[area]}: ${name}`))} ${errorCode === null ? "" : `[${(0,render_escape/* visible */.RK)(errorCode)}]`}`;
    return [
        head.trimEnd(),
        `    ${(0,render_escape/* visible */.RK)((0,render_escape/* shortened */.vI)(found, LENGTH))}`,
        ...(next === null ? [] : [`    to do: ${(0,render_escape/* visible */.RK)((0,render_escape/* shortened */.vI)(next, LENGTH))}`]),
    ];
}
function block(title, checks, bold) {
    if (checks.length === 0)
        return [];
    const rows = checks.map(({ name, state, found }) => [
        `${MARKS[state]} ${(0,render_escape/* visible */.RK)(name)}`,
        (0,render_escape/* visible */.RK)((0,render_escape/* shortened */.vI)(found, LENGTH)),
    ]);
    return ["", bold(title), ...(0,table/* aligned */.b)(rows).map((line) => `  ${line}`)];
}
function heading(checks) {
    return `## hostenv doctor: ${verdict(checks)}`;
}
function summary(checks) {
    const open = STATES.flatMap((state) => checks.filter((each) => isOpen(each) && each.state === state));
    const fine = checks.filter((each) => !isOpen(each));
    const toDoTable = ["| Check | | What is wrong | What to do |", "|--|--|--|--|", ...open.map(openRow)];
    const fineTable = ["| Check | | |", "|--|--|--|", ...fine.map(fineRow)];
    return [
        heading(checks),
        "",
        ...(open.length > 0 ? [...toDoTable, ""] : ["Nothing is to be done.", ""]),
        ...(fine.length > 0
            ? ["<details><summary>What is fine</summary>", "", ...fineTable, "", "</details>"]
            : []),
    ]
        .join("\n")
        .trimEnd();
}
function openRow({ area, name, state, found, next }) {
    const said = [found, next ?? ""].map((text) => (0,render_escape/* code */.aY)((0,render_escape/* shortened */.vI)(text, LENGTH)));
    return `| ${TITLES[area]}: ${(0,render_escape/* code */.aY)(name)} | ${MARKS[state]} ${WORDS[state]} | ${said.join(" | ")} |`;
}
function fineRow({ area, name, state, found }) {
    return `| ${TITLES[area]}: ${(0,render_escape/* code */.aY)(name)} | ${MARKS[state]} ${WORDS[state]} | ${(0,render_escape/* code */.aY)((0,render_escape/* shortened */.vI)(found, LENGTH))} |`;
}

// EXTERNAL MODULE: ./build/compose/call.js + 3 modules
var compose_call = __webpack_require__(1082);
// EXTERNAL MODULE: ./build/compose/nodes.js + 17 modules
var compose_nodes = __webpack_require__(8416);
// EXTERNAL MODULE: ./build/compose/secrets.js
var compose_secrets = __webpack_require__(5666);
;// CONCATENATED MODULE: ./build/compose/doctor.js




















// Where APIs are, and which file is trusted, is no part of what is decided.
const flags = doctorInputs.extend({
    knownHosts: schemas/* string */.YjP().optional(),
    repository: schemas/* string */.YjP().optional(),
    cfApiUrl: schemas/* string */.YjP().default("https://api.cloudflare.com/client/v4"),
});
/** Seconds and MiB that a look at Nix may take: it evaluates nothing of anybody. */
const NIX_LIMITS = { seconds: 30, memoryMib: 1024 };
/** Runs `doctor`. */
async function composedDoctor(call) {
    const { knownHosts: _, repository: __, cfApiUrl, ...inputs } = (0,compose_call/* checked */.KD)("doctor", flags, call.options);
    const nameservers = new dns_nameservers/* DnsNameservers */.j({});
    const nix = new nix_runner/* NixRunner */.k2({ limits: NIX_LIMITS });
    try {
        return doctorAnswer(await doctor(inputs, { ...portsOf(call, cfApiUrl), nameservers, nix: new NixOnPath(nix) }));
    }
    finally {
        nameservers.dispose();
        await nix.dispose();
    }
}
function portsOf(call, cfApiUrl) {
    const { directory, secrets } = call;
    const generated = (0,compose_call/* snapshotFolder */.H1)();
    const note = (text) => compose_call/* progress */.qB.notice(text);
    return {
        directory,
        generated,
        files: compose_call/* files */.aq,
        snapshot: new disk_snapshot/* DiskSnapshot */.K(directory, generated),
        trees: new git_trees/* GitTrees */.y(directory, generated),
        nodeVersion: process.version,
        isAction: process.env.GITHUB_ACTIONS === "true",
        programs: new SystemPrograms(),
        checkout: new GitCheckout(directory),
        secrets: {
            sources: (0,compose_secrets/* sourcesOf */.u)(call),
            secretFiles: new sops_secrets/* SopsSecrets */.t(),
            hide: call.hide,
            tokenHosts: () => (0,nix_tokens/* accessTokensOf */.CG)(secrets.nixAccessTokens ?? "").map(({ host }) => host),
        },
        openNodes: async (key) => {
            const nodes = await (0,compose_nodes/* nodesOf */.N)(call, key === undefined ? {} : { SSH_KEY: key });
            return { nodes, publicKey: nodes.publicKey };
        },
        repository: () => repositoryOf(call),
        zones: async (token) => new cloudflare_zones/* CloudflareZones */.H(new cloudflare_client/* CloudflareClient */.$({ token, url: cfApiUrl, timer: system_timer/* systemTimer */.t, note })),
        patience: systemPatience,
        clock: system_clock/* systemClock */.m,
        progress: compose_call/* progress */.qB,
    };
}
// On a laptop mostly neither is there, and nothing is wrong with that.
async function repositoryOf({ options, secrets }) {
    const isNamed = options.repository !== undefined || process.env.GITHUB_REPOSITORY !== undefined;
    if (!isNamed || !secrets.githubToken)
        return null;
    const { client, owner, repo } = await (0,compose_call/* onGithub */.xb)(options.repository, secrets);
    const { GithubRepository } = await Promise.all(/* import() */[__webpack_require__.e(239), __webpack_require__.e(539)]).then(__webpack_require__.bind(__webpack_require__, 4539));
    return new GithubRepository(client, owner, repo);
}


/***/ }),

/***/ 4104:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   k: () => (/* binding */ publicKeyOf)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(9473);

/** Bytes of an ed25519 secret key as Nix keeps it: seed, then public key. */
const [SECRET_BYTES, PUBLIC_BYTES] = [64, 32];
/**
 * The public half of a key that `nix key generate-secret` made, as trusted-public-keys lists it. Throws
 * HostenvError `signing-key` for anything else, and never quotes it.
 */
function publicKeyOf(secret) {
    const [, name, encoded] = /^\s*([^\s:]+):([A-Za-z0-9+/]+={0,2})\s*$/.exec(secret) ?? [];
    const bytes = encoded === undefined ? "" : decoded(encoded);
    if (name !== undefined && bytes.length === SECRET_BYTES)
        return `${name}:${btoa(bytes.slice(-PUBLIC_BYTES))}`;
    const isPublic = name !== undefined && bytes.length === PUBLIC_BYTES;
    throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .HostenvError */ .aY("signing-key", isPublic ? "the signing key is a public key" : "the signing key is none that Nix made", "give the whole line that `nix key generate-secret --key-name NAME` printed");
}
function decoded(text) {
    try {
        return atob(text);
    }
    catch {
        return "";
    }
}


/***/ })

};
