export const id = 236;
export const ids = [236];
export const modules = {

/***/ 9236:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  composedDrift: () => (/* binding */ composedDrift)
});

// EXTERNAL MODULE: ./build/adapters/disk-snapshot.js + 1 modules
var disk_snapshot = __webpack_require__(5256);
// EXTERNAL MODULE: ./build/adapters/git-trees.js + 7 modules
var git_trees = __webpack_require__(185);
// EXTERNAL MODULE: ./build/adapters/system-clock.js
var system_clock = __webpack_require__(9903);
// EXTERNAL MODULE: ./node_modules/zod/v4/classic/schemas.js + 11 modules
var schemas = __webpack_require__(2857);
;// CONCATENATED MODULE: ./build/domain/deploy/drift.js

/**
 * What is seen of a node, worst first. `unreachable`: it could not be asked; `busy`: a deploy works on it, so that
 * nothing can be said of it now.
 */
const DRIFT = ["unreachable", "drifted", "rolled-back", "reboot-pending", "busy", "ok"];
const drift_link = schemas/* strictObject */.rej({ storePath: schemas/* string */.YjP(), generation: schemas/* int */.Whr().positive() });
const difference = schemas/* strictObject */.rej({
    profile: schemas/* string */.YjP().describe("system, or the environment's user."),
    how: schemas/* enum */.k5n(["other", "earlier", "missing", "rolled-back", "unproved", "not-running"])
        .describe("other: its link leads elsewhere; earlier: to a generation before; missing: there is none; rolled-back: " +
        "brought back by hand; unproved: its activation failed and could not be undone; not-running: the node runs " +
        "another system than its profile leads to."),
    expected: drift_link.describe("What was last deployed."),
    found: drift_link.nullable(),
});
const nodeDrift = schemas/* strictObject */.rej({
    node: schemas/* string */.YjP(),
    status: schemas/* enum */.k5n(DRIFT),
    deployed: schemas/* strictObject */.rej({ planId: schemas/* string */.YjP().nullable(), commit: schemas/* string */.YjP().nullable() })
        .nullable()
        .describe("What was last deployed there; null where nothing was, or where that is not known."),
    behind: schemas/* boolean */.zMY()
        .nullable()
        .describe("Whether the snapshot wants something else of it; null where that is not known."),
    differences: schemas/* array */.YOg(difference),
    rebootPending: schemas/* boolean */.zMY()
        .nullable()
        .describe("Whether another kernel waits for a reboot; null where that is not known."),
    busyWith: schemas/* string */.YjP().nullable().describe("Who deploys it now."),
    problem: schemas/* strictObject */.rej({ code: schemas/* string */.YjP(), message: schemas/* string */.YjP(), hint: schemas/* string */.YjP() })
        .nullable()
        .describe("Why it could not be asked."),
});
/** `drift --json`. */
const driftSchema = schemas/* strictObject */.rej({
    schema: schemas/* literal */.euz(1),
    planId: schemas/* string */.YjP().describe("Of the snapshot."),
    nodes: schemas/* array */.YOg(nodeDrift),
});
/** Judges a node by what it says. */
function driftOf({ node, live, links, running, busyWith, behind }) {
    const differences = live === null ? [] : [...profilesIn(live, links), ...systemIn(live, running)];
    return {
        node,
        status: statusOf(live, differences, running.needsReboot, busyWith),
        deployed: live === null ? null : { planId: live.planId, commit: live.commit },
        behind,
        differences,
        rebootPending: running.needsReboot,
        busyWith,
        problem: null,
    };
}
/** A node that could not be asked. */
function unreachable(node, problem) {
    return {
        ...{ node, status: "unreachable", deployed: null, behind: null, differences: [] },
        ...{ rebootPending: null, busyWith: null, problem },
    };
}
function profilesIn(live, links) {
    return Object.entries(live.profiles).flatMap(([profile, expected]) => {
        const found = links[profile] ?? null;
        const how = howOf(live, profile, expected, found);
        return how === null ? [] : [{ profile, how, expected, found: found && linkOf(found) }];
    });
}
// What comes from a node has more to it than is told.
function linkOf({ storePath, generation }) {
    return { storePath, generation };
}
function howOf(live, profile, expected, found) {
    if (found === null)
        return "missing";
    if (found.storePath !== expected.storePath)
        return found.generation < expected.generation ? "earlier" : "other";
    if (live.rolledBack.includes(profile))
        return "rolled-back";
    return live.unproved.includes(profile) ? "unproved" : null;
}
// What is at another place already runs something else in any case.
function systemIn(live, { isCurrent }) {
    const expected = live.profiles.system;
    return isCurrent === false && expected !== undefined
        ? [{ profile: "system", how: "not-running", expected, found: null }]
        : [];
}
const BACK = ["earlier", "rolled-back"];
function statusOf(live, differences, needsReboot, busyWith) {
    if (busyWith !== null)
        return "busy";
    if (live === null || differences.some(({ how }) => !BACK.includes(how)))
        return "drifted";
    if (differences.length > 0)
        return "rolled-back";
    return needsReboot === true ? "reboot-pending" : "ok";
}
/** What nodes say together: 2 where one is not as it was deployed, else 1 where one could not be asked. */
function driftExit(nodes) {
    const found = new Set(nodes.map(({ status }) => status));
    if (found.has("drifted") || found.has("rolled-back") || found.has("reboot-pending"))
        return 2;
    return found.has("unreachable") ? 1 : 0;
}
/** Whether no node at all could be asked, which is more likely a fault of who asks. */
function isBlind(nodes) {
    return nodes.length > 1 && nodes.every(({ status }) => status === "unreachable");
}

// EXTERNAL MODULE: ./build/domain/nearest.js
var nearest = __webpack_require__(9099);
// EXTERNAL MODULE: ./build/errors.js
var errors = __webpack_require__(9473);
// EXTERNAL MODULE: ./build/fleets/hostenv/deploy-targets.js
var deploy_targets = __webpack_require__(1464);
// EXTERNAL MODULE: ./build/domain/review.js
var review = __webpack_require__(9893);
// EXTERNAL MODULE: ./build/fleets/hostenv/kind.js + 3 modules
var kind = __webpack_require__(9482);
// EXTERNAL MODULE: ./build/fleets/hostenv/live.js
var hostenv_live = __webpack_require__(1562);
;// CONCATENATED MODULE: ./build/fleets/hostenv/drift.js




/** Where the links of all that was deployed to a node lie, also of what nobody plans there any more. */
function deployedPlaces(live, node) {
    const carried = (0,deploy_targets/* placesOf */.ek)((0,hostenv_live/* partOf */.BU)((0,hostenv_live/* sideFrom */.sI)(live.facts, node), node));
    return carried.filter(({ profile }) => Object.hasOwn(live.profiles, profile));
}
/** Whether another thing is wanted of a node than what was last deployed there. */
function isBehind(live, wanted, node) {
    if (live === null)
        return true;
    const sides = { base: (0,hostenv_live/* sideFrom */.sI)(live.facts, node), head: (0,hostenv_live/* partOf */.BU)(wanted, node) };
    return (0,review/* review */.NQ)(kind/* hostenv */.c, sides, [], new Date(0)).affectedHosts.includes(node);
}

// EXTERNAL MODULE: ./build/fleets/hostenv/facts.js
var facts = __webpack_require__(9325);
// EXTERNAL MODULE: ./build/commands/deploy-look.js
var deploy_look = __webpack_require__(1222);
// EXTERNAL MODULE: ./build/commands/deploy-snapshot.js
var deploy_snapshot = __webpack_require__(3125);
// EXTERNAL MODULE: ./build/commands/pooled.js
var pooled = __webpack_require__(704);
;// CONCATENATED MODULE: ./build/commands/drift.js










/** Inputs of `drift`. */
const driftInputs = schemas/* strictObject */.rej({
    node: schemas/* array */.YOg(schemas/* string */.YjP()).default([]),
    failOn: schemas/* enum */.k5n(["drift", "never"]).default("drift"),
});
/**
 * What the nodes run against what was last deployed to them; changes nothing anywhere. Throws HostenvError as
 * `deployable` does, and for a node that the plan does not have.
 */
async function drift(inputs, ports) {
    try {
        const { side, planId } = await (0,deploy_snapshot/* deployable */.G)(undefined, ports);
        const planned = (0,facts/* hostsOf */.PP)(side.plan);
        for (const node of inputs.node)
            refuseUnknown(node, planned);
        const wanted = planned.filter((node) => inputs.node.length === 0 || inputs.node.includes(node));
        let asked = 0;
        const nodes = await (0,pooled/* pooled */.I)(wanted, deploy_look/* NODES_AT_ONCE */.QM, async (node) => {
            const found = await judged((0,deploy_targets/* targetOf */.$r)(side.plan, node), side, ports);
            ports.progress.step(`looked at ${++asked} of ${wanted.length} nodes`);
            return found;
        });
        return { exitCode: inputs.failOn === "never" ? 0 : driftExit(nodes), planId, nodes, planned };
    }
    finally {
        ports.progress.done();
        await ports.nodes.dispose();
        await ports.trees.dispose();
    }
}
function refuseUnknown(name, known) {
    if (known.includes(name))
        return;
    const near = (0,nearest/* nearest */.p)(name, known);
    const hint = near ? `did you mean '${near}'?` : `nodes: ${known.join(", ")}`;
    throw new errors/* UsageError */.eb(`there is no node '${name}'`, hint);
}
// That one node can't be asked is said of it, and is no reason not to ask the others.
async function judged(target, side, { nodes, clock }) {
    const looked = await (0,deploy_look/* lookAtOne */.B0)(target, side, [], nodes);
    if ("error" in looked)
        return unasked(target, looked.error);
    try {
        const { look, live } = looked;
        return driftOf({
            node: target.name,
            live,
            links: await linksOf(target, look, live, nodes),
            running: await nodes.running(target),
            busyWith: holder(look, clock),
            behind: isBehind(live, side, target.name),
        });
    }
    catch (error) {
        if (error instanceof errors/* HostenvError */.aY)
            return unasked(target, error);
        throw error;
    }
}
function unasked({ name }, { code, message, hint }) {
    return unreachable(name, { code, message, hint });
}
// The look was at what is planned there; what was deployed may be more.
async function linksOf(target, look, live, nodes) {
    const places = live === null ? [] : deployedPlaces(live, target.name);
    const missing = places.filter(({ profile }) => !Object.hasOwn(look.profiles, profile));
    if (missing.length === 0)
        return look.profiles;
    return { ...look.profiles, ...(await nodes.profiles(target, missing)) };
}
function holder({ lock }, clock) {
    return lock !== null && Date.parse(lock.expires) > clock.now().getTime() ? lock.owner : null;
}

// EXTERNAL MODULE: ./node_modules/picocolors/picocolors.js
var picocolors = __webpack_require__(7336);
;// CONCATENATED MODULE: ./build/render/drift-words.js
/** What each status means, as people read it. */
const STATUS_WORDS = {
    unreachable: "could not be asked",
    drifted: "runs something else than was deployed",
    "rolled-back": "was brought back to something earlier",
    "reboot-pending": "must be rebooted to run what was deployed",
    busy: "is being deployed",
    ok: "runs what was deployed",
};
/** What a reader does about each; empty where there is nothing to do. */
const ADVICE = {
    unreachable: "Bring it back, or see whether the address, the host key and the deploy key still hold.",
    drifted: "Find out who changed it. The next deploy brings it to the snapshot: `hostenv-provider deploy -n NODE`.",
    "rolled-back": "Mend what it was brought back for: a plan that is another one for this node brings it forward. With the same plan, `hostenv-provider deploy -n NODE` does.",
    "reboot-pending": "Reboot it when its environments can spare it: another kernel runs only then.",
    busy: "",
    ok: "",
};
const HOW = {
    other: "somebody else deployed it",
    earlier: "it is at an earlier generation",
    missing: "its link is gone",
    "rolled-back": "it was brought back by hand",
    unproved: "its activation failed and could not be undone",
    "not-running": "the node runs another system than the one it leads to",
};
/** Why one profile is not as it was deployed. */
function howWords({ how }) {
    return HOW[how];
}
/** `generation 7 → 5`; where a link is gone `generation 7 → none`. */
function generations({ expected, found, how }) {
    if (how === "not-running")
        return `generation ${expected.generation}`;
    return `generation ${expected.generation} → ${found?.generation ?? "none"}`;
}
/** Why a node is drifted although all its profiles are as they were deployed. */
function isUndeployed({ status, deployed }) {
    return status === "drifted" && deployed === null;
}
/** Said of a node that this tool never deployed. */
const UNDEPLOYED = "nothing was deployed there by hostenv-provider yet";

// EXTERNAL MODULE: ./build/render/escape.js
var render_escape = __webpack_require__(6082);
// EXTERNAL MODULE: ./build/render/fit.js
var fit = __webpack_require__(3302);
// EXTERNAL MODULE: ./build/render/json.js
var json = __webpack_require__(7199);
// EXTERNAL MODULE: ./build/render/table.js
var table = __webpack_require__(9341);
// EXTERNAL MODULE: ./build/render/words.js
var words = __webpack_require__(8712);
;// CONCATENATED MODULE: ./build/render/drift-answer.js








/** What a node says against us has no length of its own. */
const LENGTH = 300;
const MARKS = {
    unreachable: "✖",
    drifted: "✖",
    "rolled-back": "▲",
    "reboot-pending": "▲",
    busy: "…",
    ok: "✔",
};
/** The answer of `drift`. */
function driftAnswer({ exitCode, planId, nodes }) {
    const answer = { schema: 1, planId, nodes };
    const sorted = nodes.toSorted((left, right) => DRIFT.indexOf(left.status) - DRIFT.indexOf(right.status));
    const names = (status) => JSON.stringify(nodes.filter((each) => each.status === status).map(({ node }) => node));
    return {
        exitCode,
        document: answer,
        terminal: (color) => terminal(sorted, color),
        summary: (limit) => (0,fit/* firstThatFits */.eO)([() => summary(sorted), () => heading(sorted)], limit),
        files: { report: () => (0,json/* document */.A)(answer) },
        outputs: {
            drifted: names("drifted"),
            "rolled-back": names("rolled-back"),
            "reboot-pending": names("reboot-pending"),
            unreachable: names("unreachable"),
        },
        annotations: [],
        notices: [],
        ...(exitCode === 0 ? {} : { refusal: verdict(nodes) }),
    };
}
/** `1 drifted · 2 unreachable · 5 ok`. */
function verdict(nodes) {
    const counts = DRIFT.map((status) => [nodes.filter((each) => each.status === status).length, status]);
    const told = counts.filter(([count]) => count > 0).map(([count, status]) => `${count} ${status}`);
    return told.length === 0 ? "no nodes" : told.join(" · ");
}
/** What there is to say of a node besides its status, a line each; nothing is escaped yet. */
function driftLines(found) {
    const { differences, problem, busyWith, behind, status } = found;
    return [
        ...(isUndeployed(found) ? [UNDEPLOYED] : []),
        ...differences.map((each) => `${each.profile}: ${howWords(each)} (${generations(each)})`),
        ...(problem ? [(0,render_escape/* shortened */.vI)(problem.message, LENGTH), `hint: ${(0,render_escape/* shortened */.vI)(problem.hint, LENGTH)}`] : []),
        ...(status === "busy" ? [`${(0,render_escape/* shortened */.vI)(busyWith ?? "", LENGTH)} works on it`] : []),
        ...(behind === true && found.deployed !== null
            ? ["the snapshot wants something newer: the next deploy brings it"]
            : []),
    ];
}
function terminal(nodes, color) {
    const { bold } = picocolors.createColors(color);
    const rows = (0,table/* aligned */.b)(nodes.map(({ node, status }) => [`${MARKS[status]} ${(0,render_escape/* visible */.RK)(node)}`, STATUS_WORDS[status]]));
    const lines = nodes.flatMap((found, index) => [
        rows[index],
        ...driftLines(found).map((line) => `    ${(0,render_escape/* visible */.RK)(line)}`),
    ]);
    return (0,render_escape/* harmless */.Is)(`${[bold(`drift: ${verdict(nodes)}`), "", ...lines].join("\n")}\n`);
}
function heading(nodes) {
    return `## hostenv drift: ${verdict(nodes)}`;
}
function summary(nodes) {
    const rows = nodes.map((found) => {
        const said = driftLines(found).map((line) => (0,render_escape/* code */.aY)(line));
        return `| ${(0,render_escape/* code */.aY)(found.node)} | ${STATUS_WORDS[found.status]} | ${said.join("<br>")} |`;
    });
    const advice = DRIFT.filter((status) => ADVICE[status] !== "" && nodes.some((each) => each.status === status));
    return [
        heading(nodes),
        "",
        ...(nodes.length > 0 ? ["| Node | | |", "|--|--|--|", ...rows, ""] : [`${(0,words/* counted */.hS)(0, "node")}.`, ""]),
        ...advice.map((status) => `- **${status}**: ${ADVICE[status]}`),
    ]
        .join("\n")
        .trimEnd();
}

;// CONCATENATED MODULE: ./build/render/drift-issues.js






/** The key of all nodes together, where none could be asked. */
const BLIND = "blind";
/** The key of what has to wait for an issue of its own. */
const MORE = "more";
const NODE = "node:";
/** The key of a node's issue. */
function nodeKey(node) {
    return `${NODE}${node}`;
}
/** The node that a key is about, null for the others. */
function nodeOf(key) {
    return key.startsWith(NODE) ? key.slice(NODE.length) : null;
}
/** So many lines are shown, and fewer where they are long. */
const LISTED = [50, 10, 0];
/** The issues of what was found: one a node that is not as it was deployed, or one for all where none could be asked. */
function driftDrafts(nodes) {
    if (isBlind(nodes))
        return [blindDraft(nodes)];
    return nodes.filter(({ status }) => status !== "ok" && status !== "busy").map(nodeDraft);
}
function nodeDraft(found) {
    const { node, status, differences, problem } = found;
    const advice = ADVICE[status].replace("NODE", node);
    // What the next deploy would bring is no news of this problem.
    const lines = driftLines({ ...found, behind: null });
    return {
        key: nodeKey(node),
        cause: status,
        title: `${node} ${STATUS_WORDS[status]}`,
        text: (0,fit/* firstThatFits */.eO)(LISTED.map((most) => () => told(`${(0,render_escape/* code */.aY)(node, "text")} ${STATUS_WORDS[status]}.`, lines, most, advice))),
        // Words of a failing connection differ from run to run; its code does not.
        essence: JSON.stringify([status, differences, problem?.code ?? null]),
    };
}
function blindDraft(nodes) {
    const codes = [...new Set(nodes.map(({ problem }) => problem?.code ?? ""))].sort();
    const lines = nodes.map(({ node, problem }) => `${node}: ${problem?.message ?? ""}`);
    const first = `None of ${(0,words/* counted */.hS)(nodes.length, "node")} could be asked, which is more likely the runner's fault than theirs.`;
    const advice = "See whether the runner may reach them by SSH, and whether the deploy key and `known_hosts` still hold.";
    return {
        key: BLIND,
        cause: BLIND,
        title: "no node could be asked",
        text: (0,fit/* firstThatFits */.eO)(LISTED.map((most) => () => told(first, lines, most, advice))),
        essence: JSON.stringify(codes),
    };
}
/** A line of a node's has no length of its own. */
const drift_issues_LENGTH = 300;
function told(first, lines, most, advice) {
    const rest = lines.length - Math.min(most, lines.length);
    const shown = lines.slice(0, most).map((line) => `- ${(0,render_escape/* code */.aY)((0,render_escape/* shortened */.vI)(line, drift_issues_LENGTH), "text")}`);
    const list = [...shown, ...(rest > 0 ? [`- and ${rest} more`] : [])];
    return [first, ...(list.length > 0 ? ["", ...list] : []), "", advice, "", ENDING].join("\n");
}
const ENDING = "This issue closes itself. Close it as *not planned* to be left alone until the reason is another one.";
/** The one issue of problems that have to wait for an issue of their own. */
function collectedDrift(waiting) {
    const titles = waiting.map(({ title }) => title);
    const first = `${(0,words/* counted */.hS)(waiting.length, "more node")} not as deployed. Each gets an issue of its own in one of the next runs.`;
    return {
        key: MORE,
        cause: MORE,
        title: "more nodes are not as they were deployed",
        text: (0,fit/* firstThatFits */.eO)(LISTED.map((most) => () => told(first, titles, most, "Nothing is to be done about this one."))),
        essence: JSON.stringify(titles),
    };
}
/** What is said when the issue of a key is closed. */
function driftFarewell(key, planned) {
    const node = nodeOf(key);
    if (node === null)
        return key === BLIND
            ? "Nodes can be asked again."
            : "Every node has an issue of its own now, or is as it was deployed.";
    return planned.includes(node) ? "It runs what was deployed." : "The plan does not have this node any more.";
}

// EXTERNAL MODULE: ./build/render/issue-mark.js
var issue_mark = __webpack_require__(3082);
// EXTERNAL MODULE: ./build/commands/report-problems.js + 3 modules
var report_problems = __webpack_require__(2878);
;// CONCATENATED MODULE: ./build/commands/drift-issues.js




/** Keeps one issue per node that is not as it was deployed. */
async function driftIssues(found, options, ports) {
    return (0,report_problems/* reportProblems */.T)(driftDrafts(found.nodes), {
        ...options,
        topic: "drift",
        isSettled: (key) => isSettled(key, found),
        collected: collectedDrift,
        farewell: (key) => driftFarewell(key, found.planned),
    }, ports);
}
// Of a node that was not asked for, that a deploy works on or that could not be asked, nothing is known to be right.
function isSettled(key, { nodes, planned }) {
    if (nodeOf(key) === null)
        return !isBlind(nodes) && nodes.length > 0;
    const isPlanned = planned.some((node) => (0,issue_mark/* markedKey */.MZ)(nodeKey(node)) === key);
    return !isPlanned || nodes.some(({ node, status }) => (0,issue_mark/* markedKey */.MZ)(nodeKey(node)) === key && status === "ok");
}

// EXTERNAL MODULE: ./build/compose/call.js + 3 modules
var compose_call = __webpack_require__(1082);
// EXTERNAL MODULE: ./build/compose/issues.js + 4 modules
var issues = __webpack_require__(3342);
// EXTERNAL MODULE: ./build/compose/nodes.js + 17 modules
var nodes = __webpack_require__(8416);
// EXTERNAL MODULE: ./build/compose/secrets.js
var secrets = __webpack_require__(5666);
;// CONCATENATED MODULE: ./build/compose/drift.js










/** Runs `drift`. */
async function composedDrift(call) {
    const inputs = (0,compose_call/* checked */.KD)("drift", driftInputs, call.options);
    const afterwards = (0,issues/* issuesAfter */.z)("drift", call, driftIssues);
    const generated = (0,compose_call/* snapshotFolder */.H1)();
    const found = await drift(inputs, {
        nodes: await (0,nodes/* nodesOf */.N)(call, await (0,secrets/* secretsOf */.F)(call, ["SSH_KEY"])),
        trees: new git_trees/* GitTrees */.y(call.directory, generated),
        snapshot: new disk_snapshot/* DiskSnapshot */.K(call.directory, generated),
        files: compose_call/* files */.aq,
        generated,
        clock: system_clock/* systemClock */.m,
        progress: compose_call/* progress */.qB,
    });
    return { ...driftAnswer(found), ...(afterwards ? { afterwards: () => afterwards(found) } : {}) };
}


/***/ })

};
