export const id = 481;
export const ids = [481];
export const modules = {

/***/ 5396:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   t: () => (/* binding */ systemTimer)
/* harmony export */ });
/* harmony import */ var node_perf_hooks__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(643);
/* harmony import */ var node_timers_promises__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8500);


/** The machine's timer. */
const systemTimer = {
    seconds: () => node_perf_hooks__WEBPACK_IMPORTED_MODULE_0__.performance.now() / 1000,
    sleep: async (seconds) => {
        await (0,node_timers_promises__WEBPACK_IMPORTED_MODULE_1__.setTimeout)(seconds * 1000);
    },
};


/***/ }),

/***/ 4330:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  composedRollback: () => (/* binding */ composedRollback)
});

// EXTERNAL MODULE: ./node_modules/zod/v4/classic/schemas.js + 11 modules
var schemas = __webpack_require__(2857);
// EXTERNAL MODULE: ./build/adapters/disk-snapshot.js + 1 modules
var disk_snapshot = __webpack_require__(5256);
// EXTERNAL MODULE: ./build/adapters/git-trees.js
var git_trees = __webpack_require__(3065);
// EXTERNAL MODULE: ./build/adapters/system-clock.js
var system_clock = __webpack_require__(9903);
// EXTERNAL MODULE: ./build/adapters/worker-patterns.js
var worker_patterns = __webpack_require__(3747);
// EXTERNAL MODULE: ./build/domain/deploy/preflight.js
var preflight = __webpack_require__(9146);
// EXTERNAL MODULE: ./build/errors.js
var errors = __webpack_require__(9473);
// EXTERNAL MODULE: ./build/domain/deploy/report.js
var report = __webpack_require__(6751);
;// CONCATENATED MODULE: ./build/domain/deploy/rollback.js



/** The fewest digits by which a plan may be named. */
const LEAST_DIGITS = 8;
/**
 * The generations that a wish means, by what the node remembers. Throws HostenvError `rollback-unknown` for a
 * plan that it does not, naming those it does.
 */
function rollbackTarget({ node, environment, to }, live) {
    if (to !== null && /^\d{1,6}$/.test(to))
        return { planId: null, generations: { [environment ?? "system"]: Number(to) }, profiles: null };
    const entry = to === null ? previous(live) : found(to, live);
    if (!entry)
        throw unknown(node, to, live);
    const { planId, generations } = entry;
    const target = { planId, profiles: Object.keys(generations) };
    if (environment === null)
        return { ...target, generations };
    const generation = Object.hasOwn(generations, environment) ? generations[environment] : undefined;
    if (generation !== undefined)
        return { ...target, generations: { [environment]: generation } };
    throw new errors/* HostenvError */.aY("rollback-unknown", `${environment} was not on ${node} with the plan ${entry.planId.slice(0, 12)}`, "choose a later plan, or a generation by its number");
}
// A plan that was not brought as a whole is not in the history, and one whose deploy was killed says nothing of itself:
// what stands last there is the one before it. Who rolls back once more means the same plan.
function previous(live) {
    if (live === null)
        return undefined;
    const { history, rolledBack, rolledBackFrom, rolledBackTo, wantedSha256, planId, unproved } = live;
    if (rolledBack.length > 0 && rolledBackFrom === wantedSha256)
        return rolledBackTo === null ? history.at(-2) : history.findLast((each) => each.planId === rolledBackTo);
    const isPresent = planId !== null && planId === history.at(-1)?.planId && unproved.length === 0;
    return history.at(isPresent ? -2 : -1);
}
function found(to, live) {
    const isId = new RegExp(`^[0-9a-f]{${LEAST_DIGITS},64}$`).test(to);
    return isId ? live?.history.findLast(({ planId }) => planId.startsWith(to)) : undefined;
}
function unknown(node, to, live) {
    const known = (live?.history ?? []).map(({ planId, at }) => `${planId.slice(0, 12)} (${at.slice(0, 16)})`);
    const what = to === null ? "a plan before the present one" : `the plan '${to}'`;
    const carried = `it carried, oldest first: ${known.join(", ")}; or give a generation's number`;
    const hint = known.length > 0 ? carried : "it was not deployed as a whole yet: give a generation's number";
    return new errors/* HostenvError */.aY("rollback-unknown", `${node} does not remember ${what}`, `${hint}${before(live)}`);
}
// What a node ran before the oldest plan that it remembers, such as before its first one, no plan tells of.
function before(live) {
    const first = live?.history[0]?.generations;
    const system = first && Object.hasOwn(first, "system") ? first.system : 1;
    return system > 1
        ? `; --to ${system - 1} brings the system, and that alone, back to what it was before the oldest of them`
        : "";
}
/** `rollback --json`. */
const rollbackSchema = schemas/* strictObject */.rej({
    schema: schemas/* literal */.euz(1),
    node: schemas/* string */.YjP(),
    profiles: schemas/* array */.YOg(schemas/* strictObject */.rej({
        profile: schemas/* string */.YjP().describe("system, or the environment's user."),
        generation: schemas/* int */.Whr().positive().describe("The generation that was asked for."),
        result: schemas/* enum */.k5n(["rolled-back", "unchanged", "failed", "unknown", "dry-run"])
            .describe("unknown: it was begun, and the node could not be asked what came of it."),
        storePath: schemas/* string */.YjP().nullable().describe("What it runs now; null where that is nothing or not known."),
        problem: schemas/* strictObject */.rej({ code: schemas/* string */.YjP(), message: schemas/* string */.YjP(), hint: schemas/* string */.YjP() }).nullable(),
    })),
    notBroughtBack: schemas/* array */.YOg(schemas/* string */.YjP())
        .describe("Environments that the node had with that plan, and that are not planned there any more."),
    notThereThen: schemas/* array */.YOg(schemas/* string */.YjP()).describe("Environments of the present plan that the node did not have."),
    problem: schemas/* strictObject */.rej({ code: schemas/* string */.YjP(), message: schemas/* string */.YjP(), hint: schemas/* string */.YjP() })
        .nullable()
        .describe("Why what came of it could not be written down on the node."),
    verification: schemas/* array */.YOg(report/* checkSchema */._U)
        .describe("Checks, as the present plan has them, of environments that run something else now."),
});

// EXTERNAL MODULE: ./build/domain/json.js
var json = __webpack_require__(7803);
// EXTERNAL MODULE: ./build/domain/nearest.js
var nearest = __webpack_require__(9099);
// EXTERNAL MODULE: ./build/fleets/hostenv/deploy-targets.js
var deploy_targets = __webpack_require__(1464);
// EXTERNAL MODULE: ./build/fleets/hostenv/facts.js
var facts = __webpack_require__(9325);
// EXTERNAL MODULE: ./build/fleets/hostenv/live.js
var live = __webpack_require__(1562);
// EXTERNAL MODULE: ./build/commands/deploy-look.js
var deploy_look = __webpack_require__(1222);
// EXTERNAL MODULE: ./build/commands/deploy-preflight.js
var deploy_preflight = __webpack_require__(534);
// EXTERNAL MODULE: ./build/commands/deploy-snapshot.js
var deploy_snapshot = __webpack_require__(3125);
// EXTERNAL MODULE: ./build/render/json.js
var render_json = __webpack_require__(7199);
// EXTERNAL MODULE: ./build/commands/deploy-judge.js
var deploy_judge = __webpack_require__(5338);
;// CONCATENATED MODULE: ./build/commands/rollback-switch.js



const STOPPED = {
    code: "stopped",
    message: "the run was told to end before its turn came",
    hint: "roll back again: what is there already stays",
};
/**
 * Makes generations the current ones, the system first, and writes down what came of it: before the first one that
 * profiles are rolled back, so that no deploy undoes it should the node, or this run, be lost on the way. Throws
 * HostenvError, as `Nodes` do, only as long as nothing was changed.
 */
async function broughtBack(ground, ports) {
    const { target, places, wish, live } = ground;
    const before = await ports.nodes.profiles(target, places);
    const isThere = ({ profile }) => before[profile]?.generation === wish.generations[profile];
    const moving = places.filter((place) => !isThere(place)).map(({ profile }) => profile);
    if (moving.length > 0 && live !== null && !ports.isStopped())
        await ports.nodes.writeLive(target, (0,render_json/* document */.A)(marked(live, moving, ground)));
    const profiles = [];
    for (const place of places) {
        const { profile } = place;
        const from = before[profile] ?? null;
        const one = { profile, from, generation: wish.generations[profile] };
        const obstacle = isThere(place) ? null : obstacleTo(place, profiles, ports);
        if (isThere(place))
            profiles.push({ ...one, after: from, result: "unchanged", problem: null });
        else if (obstacle)
            profiles.push({ ...one, after: from, result: "failed", problem: obstacle });
        else
            profiles.push({ ...one, ...(await switched(place, one.generation, target, ports)) });
    }
    const problem = moving.length > 0 ? await written(profiles, ground, ports) : null;
    return { profiles, problem };
}
// What an environment needs may be in the system that it was deployed with.
function obstacleTo({ profile }, done, { isStopped }) {
    if (isStopped())
        return STOPPED;
    const system = done.find((each) => each.profile === "system");
    if (profile === "system" || system === undefined || system.problem === null)
        return null;
    return {
        code: "rollback-failed",
        message: `${profile} stays as it is, since the system was not brought back`,
        hint: "roll back again once the system can be; or this environment alone, with --environment",
    };
}
async function switched(place, generation, target, { nodes, progress }) {
    progress.step(`bringing ${place.profile} on ${target.name} back to generation ${generation}`);
    const problem = await tried(() => nodes.rollBack(target, place, generation));
    let after;
    try {
        after = (await nodes.profiles(target, [place]))[place.profile] ?? null;
    }
    catch (error) {
        return { after: null, result: "unknown", problem: problem ?? (0,deploy_judge/* toldOf */.dc)(error) };
    }
    const reached = after?.generation === generation;
    const result = reached && problem === null ? "rolled-back" : "failed";
    return { after, result, problem: problem ?? unreached(reached, place) };
}
async function tried(work) {
    try {
        await work();
        return null;
    }
    catch (error) {
        if (!(error instanceof errors/* HostenvError */.aY))
            throw error;
        return (0,deploy_judge/* toldOf */.dc)(error);
    }
}
function unreached(reached, { profile }) {
    if (reached)
        return null;
    return {
        code: "rollback-failed",
        message: `${profile} is not at the generation that was asked for`,
        hint: "look at the node: the generation may have been collected as garbage",
    };
}
// The next deploy must know that what the node carries is not what it says.
function marked(live, profiles, { wish, wantedSha256 }) {
    return {
        ...live,
        planId: null,
        rolledBack: [...new Set([...live.rolledBack, ...profiles])],
        // What lies here may be older, or newer, than what the node was deployed from.
        rolledBackFrom: live.wantedSha256 ?? wantedSha256,
        rolledBackTo: wish.planId,
        wantedSha256: live.wantedSha256 ?? wantedSha256,
    };
}
// What could not be seen counts as brought back: a deploy that took it for drift would undo it.
async function written(profiles, ground, { nodes }) {
    const { live, target } = ground;
    if (live === null)
        return null;
    const changed = profiles.filter(({ from, after, result }) => result === "unknown" || (after !== null && after.generation !== from?.generation));
    const links = changed.flatMap(({ profile, after }) => after === null ? [] : [[profile, { storePath: after.storePath, generation: after.generation }]]);
    const names = changed.map(({ profile }) => profile);
    const next = names.length === 0 ? live : marked(live, names, ground);
    const text = (0,render_json/* document */.A)({ ...next, profiles: { ...live.profiles, ...Object.fromEntries(links) } });
    return await nodes.writeLive(target, text).then(() => null, (error) => (0,deploy_judge/* toldOf */.dc)(error));
}

;// CONCATENATED MODULE: ./build/commands/rollback.js













/** Inputs of `rollback`. */
const rollbackInputs = schemas/* strictObject */.rej({
    node: schemas/* string */.YjP().optional(),
    environment: schemas/* string */.YjP().optional(),
    to: schemas/* string */.YjP().optional(),
    skipVerification: schemas/* boolean */.zMY().default(false),
    dryRun: schemas/* boolean */.zMY().default(false),
});
/** Outlives an activation of ours, which goes on for a quarter of an hour at most also where this run is killed. */
const LOCK_SECONDS = 1200;
/**
 * Makes earlier generations of a node's profiles the current ones, the system first, and asks the sites of what was
 * brought back. Data is not brought back. Deploys leave the node so until it is to carry something else, or is named.
 * Throws HostenvError `rollback-unknown`, what a look at the node does, and the first thing that forbids touching it.
 */
async function rollback(inputs, ports) {
    try {
        const snapshot = await (0,deploy_snapshot/* deployable */.G)(undefined, ports);
        const { side } = snapshot;
        const node = nodeOf(inputs, side);
        const target = (0,deploy_targets/* targetOf */.$r)(side.plan, node);
        const looked = await (0,deploy_look/* lookAtOne */.B0)(target, side, [], ports.nodes);
        if ("error" in looked)
            throw looked.error;
        const { environment = null, to = null } = inputs;
        const wish = rollbackTarget({ node, environment, to }, looked.live);
        const here = (0,deploy_targets/* placesOf */.ek)((0,live/* partOf */.BU)(side, node));
        const places = here.filter(({ profile }) => Object.hasOwn(wish.generations, profile));
        const others = othersThan(wish, here, environment);
        if (inputs.dryRun)
            return { ...rehearsed(node, places, wish, looked.look.profiles), ...others };
        refuseUnfit(looked, side, ports);
        const ground = { target, places, wish, live: looked.live, wantedSha256: (0,live/* carriedHash */.to)(side, node) };
        const { profiles, problem } = await underLock(target, ports, async () => {
            const hint = "look at what it runs now, and roll back again if that is still meant";
            await (0,deploy_look/* refuseChanged */.dT)(target, looked.live, ports.nodes, hint);
            return await broughtBack(ground, ports);
        });
        const there = here.filter(({ profile }) => !others.notThereThen.includes(profile));
        const asked = inputs.skipVerification ? new Set() : changedBy(profiles, there);
        const memory = (0,deploy_snapshot/* memoryIn */.b)(snapshot, ports.generated);
        const checks = asked.size === 0 ? [] : await ports.verify(node, memory, side, asked);
        const isWell = problem === null && profiles.every((each) => each.problem === null) && checks.every(isPassed);
        return { exitCode: isWell ? 0 : 2, node, profiles, problem, ...others, checks };
    }
    finally {
        ports.progress.done();
        await ports.nodes.dispose();
        await ports.trees.dispose();
    }
}
function nodeOf({ node, environment }, { plan }) {
    if (environment !== undefined) {
        refuseUnknown("environment", environment, Object.keys(plan.environments));
        const own = plan.environments[environment]?.node;
        if (node === undefined || node === own)
            return own;
        throw new errors/* UsageError */.eb(`${environment} is on ${own}, not on ${node}`, "leave out --node, or --environment");
    }
    if (node === undefined)
        throw new errors/* UsageError */.eb("nothing is named to roll back", "give --node or --environment");
    refuseUnknown("node", node, (0,facts/* hostsOf */.PP)(plan));
    return node;
}
function refuseUnknown(kind, name, known) {
    if (known.includes(name))
        return;
    const near = (0,nearest/* nearest */.p)(name, known);
    throw new errors/* UsageError */.eb(`there is no ${kind} '${name}'`, near ? `did you mean '${near}'?` : `${kind}s: ${known.join(", ")}`);
}
// A signature, an adoption or room is nothing that a rollback needs.
function refuseUnfit(looked, side, { owner, clock }) {
    const wishes = { adopt: true, remoteBuild: true, publicKey: null, owner, now: clock.now() };
    const problem = (0,deploy_preflight/* preflightOf */.l)(looked, side, wishes).problems.find(({ code }) => code !== "node-disk-full");
    if (problem)
        throw errors/* HostenvError */.aY.of(problem);
}
async function underLock(target, { nodes, owner }, work) {
    const holder = await nodes.lock(target, owner, LOCK_SECONDS);
    if (holder)
        throw errors/* HostenvError */.aY.of((0,preflight/* lockedBy */.KH)(target.name, holder));
    try {
        return await work();
    }
    finally {
        await nodes.unlock(target, owner).catch(() => { });
    }
}
// A generation of the system brings users and sites of its own time; of profiles only those are brought back that the
// present plan knows the places of.
function othersThan({ profiles }, here, environment) {
    if (profiles === null || environment !== null)
        return { notBroughtBack: [], notThereThen: [] };
    const planned = here.map(({ profile }) => profile);
    return {
        notBroughtBack: profiles.filter((profile) => !planned.includes(profile)).sort(json/* byBytes */.bg),
        notThereThen: planned.filter((profile) => !profiles.includes(profile)).sort(json/* byBytes */.bg),
    };
}
// What serves all of them may be what keeps one from answering.
function changedBy(profiles, here) {
    const changed = profiles.filter(({ result }) => result === "rolled-back").map(({ profile }) => profile);
    return new Set(changed.includes("system") ? here.map(({ profile }) => profile) : changed);
}
function isPassed({ passed, enforced }) {
    return passed || !enforced;
}
function rehearsed(node, places, { generations }, before) {
    const profiles = places.map(({ profile }) => {
        const from = before[profile] ?? null;
        const generation = generations[profile];
        return { profile, from, generation, after: from, result: "dry-run", problem: null };
    });
    return { exitCode: 0, node, profiles, problem: null, checks: [] };
}

// EXTERNAL MODULE: ./node_modules/picocolors/picocolors.js
var picocolors = __webpack_require__(7336);
// EXTERNAL MODULE: ./build/render/escape.js
var render_escape = __webpack_require__(6082);
// EXTERNAL MODULE: ./build/render/fit.js
var fit = __webpack_require__(3302);
// EXTERNAL MODULE: ./build/render/table.js
var table = __webpack_require__(9341);
;// CONCATENATED MODULE: ./build/render/rollback-answer.js





/** What programs and sites say has no length of its own. */
const LENGTH = 700;
/** The answer of `rollback`. */
function rollbackAnswer(told) {
    const { exitCode, node, profiles } = told;
    const answer = documentOf(told);
    const rows = profiles.map(({ profile, from, generation, after, result }) => [
        profile,
        `${from?.generation ?? "none"} → ${generation}`,
        result,
        result === "unknown" ? "what it runs can't be seen" : `runs ${after?.generation ?? "nothing"}`,
    ]);
    const [troubles, closing] = [troublesIn(told), closingOf(told)];
    return {
        exitCode,
        document: answer,
        terminal: (color) => {
            const title = picocolors.createColors(color).bold(`rollback of ${(0,render_escape/* visible */.RK)(node)}`);
            const lines = [
                ...(0,table/* aligned */.b)(rows.map((cells) => cells.map(render_escape/* visible */.RK))),
                ...troubles.map(render_escape/* visible */.RK),
                ...closing,
            ];
            return (0,render_escape/* harmless */.Is)(`${[title, ...lines].join("\n")}\n`);
        },
        summary: (limit) => (0,fit/* firstThatFits */.eO)([
            () => [
                `## hostenv rollback of ${(0,render_escape/* code */.aY)(node, "text")}`,
                "",
                "| profile | generation | result | now |",
                "|--|--|--|--|",
                ...rows.map((cells) => `| ${cells.map((cell) => (0,render_escape/* code */.aY)(cell)).join(" | ")} |`),
                ...troubles.map((line) => `\n${(0,render_escape/* code */.aY)(line.trim(), "text")}`),
                "",
                ...closing,
            ].join("\n"),
            () => `## hostenv rollback\n\n${closing.join("\n")}`,
        ], limit),
        files: { report: () => (0,render_json/* document */.A)(answer) },
        outputs: { result: resultOf(told) },
        annotations: [],
        notices: [],
        ...(exitCode === 0 ? {} : { refusal: troubles[0] ?? "the rollback failed" }),
    };
}
function documentOf({ node, profiles, checks, problem, notBroughtBack, notThereThen }) {
    return {
        schema: 1,
        node,
        profiles: profiles.map(({ profile, generation, result, after, problem: found }) => ({
            ...{ profile, generation, result },
            storePath: after?.storePath ?? null,
            problem: found,
        })),
        notBroughtBack: [...notBroughtBack],
        notThereThen: [...notThereThen],
        problem,
        verification: checks.map((each) => ({ ...each, failures: [...each.failures] })),
    };
}
function resultOf({ exitCode, profiles, problem }) {
    if (problem !== null || profiles.some((each) => each.problem !== null))
        return "failed";
    if (profiles.some(({ result }) => result === "dry-run"))
        return "dry-run";
    if (profiles.every(({ result }) => result === "unchanged"))
        return "unchanged";
    return exitCode === 0 ? "rolled-back" : "unverified";
}
function troublesIn({ profiles, checks, problem, notBroughtBack, notThereThen }) {
    const failed = profiles.flatMap(({ profile, problem: found }) => found ? [`${profile}: ${found.message}`, `  hint: ${found.hint}`] : []);
    const unwritten = problem
        ? [`what came of it could not be written down on the node: ${problem.message}`, `  hint: ${problem.hint}`]
        : [];
    const mute = checks
        .filter(({ passed }) => !passed)
        .map(({ environment, check, failures, enforced }) => {
        const what = enforced ? "does not answer" : "does not answer, which only warns";
        return `${environment} ${what}: ${check}: ${failures.join("; ")}`;
    });
    const partly = checks.flatMap(({ environment, check, remark }) => remark === null ? [] : [`${environment} was checked in part: ${check}: ${remark}`]);
    const others = [
        ...notBroughtBack.map((name) => `${name} was there with that plan, is not planned there now, and is left alone`),
        ...notThereThen.map((name) => `${name} was not there with that plan, and is not asked`),
    ];
    return [...failed, ...unwritten, ...mute, ...partly, ...others].map((line) => (0,render_escape/* shortened */.vI)(line, LENGTH));
}
const STAYING = "Data is not brought back. Deploys leave the node so until it is to carry something else, or -n names it.";
function closingOf(told) {
    const { checks, profiles } = told;
    const passed = checks.filter(({ passed: isPassed }) => isPassed).length;
    const asked = checks.length > 0 ? [`${passed} of ${checks.length} checks passed.`] : [];
    const isChanged = profiles.some(({ from, after, result }) => result === "unknown" || after?.generation !== from?.generation);
    const closing = {
        failed: isChanged
            ? `It was not brought back as a whole: look at the node before anything else. ${STAYING}`
            : "Nothing was brought back; look at the node before anything else.",
        unverified: `It was brought back, and not everything answers: look at the node. ${STAYING}`,
        unchanged: "It runs that already: nothing was changed.",
        "dry-run": "Nothing was changed.",
    };
    return [...asked, closing[resultOf(told)] ?? STAYING];
}

// EXTERNAL MODULE: ./build/compose/call.js + 3 modules
var compose_call = __webpack_require__(1082);
// EXTERNAL MODULE: ./build/compose/node-run.js + 5 modules
var node_run = __webpack_require__(512);
// EXTERNAL MODULE: ./build/compose/nodes.js + 17 modules
var compose_nodes = __webpack_require__(8416);
// EXTERNAL MODULE: ./build/compose/secrets.js
var secrets = __webpack_require__(5666);
;// CONCATENATED MODULE: ./build/compose/rollback.js











const flags = rollbackInputs.extend({ knownHosts: schemas/* string */.YjP().optional() });
/** Runs `rollback`. */
async function composedRollback(call) {
    const { knownHosts: _, ...inputs } = (0,compose_call/* checked */.KD)("rollback", flags, call.options);
    const generated = (0,compose_call/* snapshotFolder */.H1)();
    const nodes = await (0,compose_nodes/* nodesOf */.N)(call, await (0,secrets/* secretsOf */.F)(call));
    const patterns = new worker_patterns/* WorkerPatterns */.k();
    const isStopped = (0,node_run/* stopping */.fX)(() => nodes.abandon());
    try {
        const done = await rollback(inputs, {
            ...{ nodes, files: compose_call/* files */.aq, generated, progress: compose_call/* progress */.qB, isStopped, clock: system_clock/* systemClock */.m, owner: (0,node_run/* owner */.eC)() },
            snapshot: new disk_snapshot/* DiskSnapshot */.K(call.directory, generated),
            trees: new git_trees/* GitTrees */.y(call.directory, generated),
            verify: (0,node_run/* verifying */.MP)(patterns, isStopped),
        });
        return rollbackAnswer(done);
    }
    finally {
        await patterns.dispose();
    }
}


/***/ })

};
