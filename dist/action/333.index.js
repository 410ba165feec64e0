export const id = 333;
export const ids = [333];
export const modules = {

/***/ 6400:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   V: () => (/* binding */ HttpChallenges)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);
/* harmony import */ var node_dns_promises__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(1553);
/* harmony import */ var node_http__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(7067);
/* harmony import */ var node_https__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(4708);
/* harmony import */ var node_net__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(7030);





/** Where challenges are answered, and milliseconds that one request may take (Let's Encrypt: about 10 s). */
const DEFAULTS = { port: 80, timeoutMs: 10_000 };
/** Let's Encrypt follows no more redirects. */
const MOST_REDIRECTS = 10;
/** Answers that lead elsewhere, where they say where to. */
const REDIRECTS = [301, 302, 303, 307, 308];
/** No way to addresses of this kind: what that says of the node is nothing. */
const NO_WAY = ["ENETUNREACH", "EADDRNOTAVAIL", "EAFNOSUPPORT", "EPERM", "EACCES", "EAI_AGAIN"];
/** Asks for a challenge's file as Let's Encrypt would. Of a body nothing is read. */
class HttpChallenges {
    settings;
    constructor(settings = {}) {
        this.settings = { ...DEFAULTS, ...settings };
    }
    async ask(name, addresses) {
        const path = `/.well-known/acme-challenge/${(0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.randomBytes)(16).toString("hex")}`;
        const first = new URL(`http://${name}:${this.settings.port}${path}`);
        return await Promise.all(addresses.map(async (address) => {
            try {
                return { address, result: "answers", detail: await this.follow(first, address) };
            }
            catch (error) {
                const result = NO_WAY.includes(codeOf(error)) ? "untried" : "unreachable";
                return { address, result, detail: wordsOf(error) };
            }
        }));
    }
    // What is not the name itself is looked up as anybody would.
    async follow(first, address) {
        let url = first;
        let redirects = 0;
        for (;;) {
            const at = url.hostname === first.hostname ? address : await publicAddressOf(url);
            const { statusCode = 0, headers } = await this.get(url, at);
            if (!REDIRECTS.includes(statusCode) || !headers.location)
                return `HTTP ${statusCode}`;
            if (++redirects > MOST_REDIRECTS)
                throw new Refused(`more than ${MOST_REDIRECTS} redirects`);
            url = this.allowed(headers.location, url);
        }
    }
    allowed(location, from) {
        const url = URL.canParse(location, from.href) ? new URL(location, from.href) : null;
        const ports = [80, 443, this.settings.port];
        if (!url || !/^https?:$/.test(url.protocol) || !(url.port === "" || ports.includes(Number(url.port))))
            throw new Refused("redirects to another port than 80 or 443");
        if ((0,node_net__WEBPACK_IMPORTED_MODULE_4__.isIP)(url.hostname.replace(/^\[|\]$/g, "")))
            throw new Refused("redirects to an address instead of a name");
        return url;
    }
    get(url, address) {
        const isSecure = url.protocol === "https:";
        const { hostname, host, pathname, search } = url;
        const options = {
            host: address,
            port: url.port === "" ? (isSecure ? 443 : 80) : Number(url.port),
            path: `${pathname}${search}`,
            headers: { host, "user-agent": "hostenv-provider" },
            agent: false,
            // As for Let's Encrypt, who is still without a certificate may redirect to itself.
            ...(isSecure ? { servername: hostname, rejectUnauthorized: false } : {}),
        };
        return new Promise((resolve, reject) => {
            const sent = (isSecure ? node_https__WEBPACK_IMPORTED_MODULE_3__.request : node_http__WEBPACK_IMPORTED_MODULE_2__.request)(options);
            const timer = setTimeout(() => sent.destroy(new Refused("no answer in time")), this.settings.timeoutMs);
            sent.once("response", (answer) => {
                resolve(answer);
                answer.destroy();
            });
            sent.on("error", reject);
            sent.once("close", () => clearTimeout(timer));
            sent.end();
        });
    }
}
/** What a server answered that an authority does not follow. */
class Refused extends Error {
}
// A client's server must not lead us to what only this machine can reach.
const OWN = new node_net__WEBPACK_IMPORTED_MODULE_4__.BlockList();
for (const [net, prefix] of [
    ["0.0.0.0", 8],
    ["10.0.0.0", 8],
    ["100.64.0.0", 10],
    ["127.0.0.0", 8],
    ["169.254.0.0", 16],
    ["172.16.0.0", 12],
    ["192.168.0.0", 16],
])
    OWN.addSubnet(net, prefix, "ipv4");
for (const [net, prefix] of [
    ["::", 127],
    ["fc00::", 7],
    ["fe80::", 10],
])
    OWN.addSubnet(net, prefix, "ipv6");
async function publicAddressOf({ hostname }) {
    const { address, family } = await (0,node_dns_promises__WEBPACK_IMPORTED_MODULE_1__.lookup)(hostname);
    if (!OWN.check(address, family === 6 ? "ipv6" : "ipv4"))
        return address;
    throw new Refused(`redirects to ${hostname}, an address that is not public`);
}
function codeOf(error) {
    return typeof error === "object" && error !== null && "code" in error ? String(error.code) : "";
}
function wordsOf(error) {
    return error instanceof Refused ? error.message : codeOf(error) || String(error);
}


/***/ }),

/***/ 3305:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   m: () => (/* binding */ TlsCertificates)
/* harmony export */ });
/* harmony import */ var node_tls__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1692);

/** Where sites are served with TLS, and milliseconds that one handshake may take. */
const DEFAULTS = { port: 443, timeoutMs: 5_000 };
/**
 * Looks at certificates by a handshake that ends as soon as it is done. Trusted is what Node trusts: its own
 * authorities, and those of the file that the environment variable NODE_EXTRA_CA_CERTS names.
 */
class TlsCertificates {
    settings;
    constructor(settings = {}) {
        this.settings = { ...DEFAULTS, ...settings };
    }
    async shown(name, addresses) {
        const found = [];
        for (const address of addresses) {
            const here = await this.shownBy(address, name);
            if (here === "valid")
                return here;
            found.push(here);
        }
        return found.length === 0 || found.includes("unseen") ? "unseen" : "none";
    }
    shownBy(address, name) {
        const { port, timeoutMs } = this.settings;
        return new Promise((resolve) => {
            // Chain, name and dates are all checked before the connection counts as made.
            const socket = (0,node_tls__WEBPACK_IMPORTED_MODULE_0__.connect)({ host: address, port, servername: name, rejectUnauthorized: true });
            const end = (shown) => {
                clearTimeout(timer);
                socket.destroy();
                resolve(shown);
            };
            const timer = setTimeout(() => end("unseen"), timeoutMs);
            socket.once("secureConnect", () => end(socket.authorized ? "valid" : "none"));
            // A server may break off after we have done so.
            socket.on("error", (error) => end(isSure(error) ? "none" : "unseen"));
            socket.once("close", () => end("unseen"));
        });
    }
}
// A connection that is refused or cut may be the work of a firewall on the way; what the other side said is an answer.
function isSure({ code, syscall }) {
    return syscall === undefined && code !== undefined && code !== "ECONNRESET";
}


/***/ }),

/***/ 8636:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  t: () => (/* binding */ lookAt)
});

// EXTERNAL MODULE: ./build/domain/dns/addresses.js
var dns_addresses = __webpack_require__(3761);
// EXTERNAL MODULE: ./build/domain/dns/names.js
var names = __webpack_require__(77);
// EXTERNAL MODULE: ./build/domain/dns/owners.js
var owners = __webpack_require__(8753);
;// CONCATENATED MODULE: ./build/domain/dns/remedy.js

/** Reasons that no address record of the hostname's own mends. */
const OTHERWISE = ["caa", "dnssec", "wildcard"];
/**
 * The records that make a mismatch a match, as a zone file has them, in place of all A, AAAA and CNAME records of
 * the name; a CAA record goes beside those there are. Empty where no record would. `addresses` are the node's;
 * the name of a zone itself can be no alias.
 */
function recordsToSet(wrong, addresses, isZone) {
    const { hostname, expected, verdict, reason } = wrong;
    if (verdict !== "mismatch")
        return [];
    const name = (0,names/* normalised */.Z7)(hostname) ?? hostname;
    if (reason === "caa")
        return [`${name}. CAA 0 issue "letsencrypt.org"`];
    if (OTHERWISE.includes(reason ?? ""))
        return [];
    if (!isZone)
        return [`${name}. CNAME ${(0,names/* normalised */.Z7)(expected) ?? expected}.`];
    return addresses.map((address) => `${name}. ${address.includes(":") ? "AAAA" : "A"} ${address}`);
}
/** Whether a name is most likely a zone's own: two labels, as nobody has told better. */
function isLikelyZone(hostname) {
    return ((0,names/* normalised */.Z7)(hostname) ?? hostname).split(".").length <= 2;
}

;// CONCATENATED MODULE: ./build/domain/dns/site.js
/** Reasons that say nothing of where visitors are led: only a certificate is not to be had. */
const LEADING_NOBODY = ["caa", "wildcard"];
/** The names of sites as they are asked for; `skipReason` says why a name of its own can't be. */
function wantedOf(sites, skipReason) {
    return sites.flatMap((site) => {
        const { environment, node, expected, redirectsTo } = site;
        // Of a site that is left alone, its own name says so.
        const names = site.skipped === null ? site.names : site.names.slice(0, 1);
        return names.map((hostname, index) => ({
            environment,
            node,
            hostname,
            expected,
            skipped: site.skipped ?? skipReason(hostname),
            redirectsTo: index === 0 ? redirectsTo : null,
        }));
    });
}
/**
 * What the verdicts of its names mean for a site, null where it is not looked at. A certificate has all names
 * or is not given, but an alias that leads elsewhere leads no visitor of the site away.
 */
function rulingOf(site, verdictOf, unreachable) {
    const [own, ...aliases] = site.names.map(verdictOf);
    if (!own || own.verdict === "skipped")
        return null;
    const plain = { site, verdict: own.verdict, reason: own.reason, evidence: own.evidence };
    if (own.verdict === "mismatch")
        return { ...plain, verdict: "mismatch", counts: !LEADING_NOBODY.includes(own.reason ?? "") };
    if (own.verdict === "unknown")
        return { ...plain, verdict: "unknown", counts: false };
    const wrong = aliases.find((each) => each?.verdict === "mismatch");
    const hidden = aliases.find((each) => each?.verdict === "unknown");
    const because = (verdict, reason, evidence) => ({ site, verdict, reason, evidence, counts: false });
    if (wrong)
        return because("mismatch", "alias", [`${wrong.hostname}: ${wrong.reason}`, ...wrong.evidence]);
    const closed = site.names.find((name) => unreachable.has(name));
    if (closed !== undefined)
        return because("mismatch", "unreachable", [`${closed} does not answer on port 80`]);
    if (hidden)
        return because("unknown", "alias", [`${hidden.hostname}: ${hidden.reason}`, ...hidden.evidence]);
    return { ...plain, verdict: own.verdict, counts: false };
}

// EXTERNAL MODULE: ./build/domain/dns/writes.js
var writes = __webpack_require__(8337);
// EXTERNAL MODULE: ./build/domain/dns/zone-plan.js
var zone_plan = __webpack_require__(343);
// EXTERNAL MODULE: ./build/domain/dns/agreement.js
var agreement = __webpack_require__(7189);
// EXTERNAL MODULE: ./build/domain/dns/walk.js
var walk = __webpack_require__(6244);
// EXTERNAL MODULE: ./build/domain/dns/zone-cut.js
var zone_cut = __webpack_require__(5710);
;// CONCATENATED MODULE: ./build/domain/dns/chain.js



/**
 * Most aliases in a row: with one more, unbound gives up (max-query-restarts), and with unbound Let's Encrypt
 * looks names up.
 */
const MOST_ALIASES = 11;
/** Follows a name's aliases to records of a type, each asked for where it is defined. */
function* followed(name, type, sources) {
    const aliases = [];
    let evidence = [];
    let refused = false;
    for (let at = name;; at = aliases.at(-1)) {
        const found = yield* saidOf(at, type, sources);
        const { statement, seen } = found.said;
        refused ||= found.refused;
        evidence = aliases.length === 0 ? found.said.evidence : [...evidence, ...found.said.evidence];
        if (statement.kind !== "alias")
            return { aliases, end: statement, evidence, seen, refused };
        const isLoop = statement.target === name || aliases.includes(statement.target);
        aliases.push(statement.target);
        if (isLoop || aliases.length > MOST_ALIASES)
            return { aliases, end: { kind: "loop" }, evidence, seen: [], refused };
    }
}
function* saidOf(name, type, sources) {
    if (sources.nameservers.length > 0)
        return yield* saidByResolvers(name, type, sources.nameservers);
    const zone = sources.zones.get(name) ?? (yield* (0,zone_cut/* zoneOf */.k)(name, sources));
    if (zone.kind === "failure") {
        const { reason, evidence } = zone;
        return { said: { statement: { kind: "failure", reason }, evidence, seen: [] }, refused: false };
    }
    const asked = { name, type, apex: zone.apex, checkingDisabled: false };
    const said = yield* askedOf(zone.servers, asked);
    if (said.statement.kind !== "failure" || zone.doubts.length === 0)
        return { said, refused: zone.refused };
    return { said: { ...said, evidence: [...zone.doubts, ...said.evidence] }, refused: zone.refused };
}
// A resolver that follows a loop, or finds a signature wrong, only says that it failed. What it knows all the
// same tells which of them it is.
function* saidByResolvers(name, type, nameservers) {
    const servers = (0,agreement/* distinct */.dM)(nameservers).map((address) => ({ address, label: (0,zone_cut/* labelOf */.W)(address) }));
    const asked = { name, type, apex: null, checkingDisabled: false };
    const plain = yield* askedOf(servers, asked);
    const { statement } = plain;
    if (statement.kind !== "failure" || statement.reason !== "servfail")
        return { said: plain, refused: false };
    const [unchecked, alias] = (yield* (0,walk/* together */.b)([
        askedOf(servers, { ...asked, checkingDisabled: true }),
        askedOf(servers, { ...asked, type: "CNAME", checkingDisabled: true }),
    ]));
    const isKnown = unchecked.statement.kind !== "failure";
    if (!isKnown && alias.statement.kind !== "alias")
        return { said: plain, refused: false };
    const known = isKnown ? unchecked : alias;
    return { said: { ...known, evidence: [...plain.evidence, ...known.evidence] }, refused: true };
}
function* askedOf(servers, asked) {
    const { name, type, apex, checkingDisabled } = asked;
    const questions = servers.map(({ address: server }) => ({
        server,
        name,
        type,
        recursive: apex === null,
        checkingDisabled,
    }));
    const replies = yield questions;
    return (0,agreement/* agreementOf */.ge)(asked, servers, replies);
}

;// CONCATENATED MODULE: ./build/domain/dns/address-set.js




/** What is said of a name that resolvers refuse. */
const REFUSED = { verdict: "unknown", reason: "servfail" };
/** Finds both kinds of addresses of a name: where one of them is not known, the set is not. */
function* addressSetOf(name, sources) {
    // Both kinds need the zone: it is looked for once.
    if (sources.nameservers.length === 0)
        yield* (0,zone_cut/* zoneOf */.k)(name, sources);
    const chains = yield* (0,walk/* together */.b)([followed(name, "A", sources), followed(name, "AAAA", sources)]);
    const [first, second] = chains;
    const addresses = (0,agreement/* distinct */.dM)([...textsIn(first), ...textsIn(second)]);
    const problem = problemOf(chains, addresses.length > 0);
    const refused = first.refused || second.refused;
    const evidence = [...first.evidence, ...second.evidence];
    if (problem === null)
        return { addresses, problem, refused, seen: addresses, evidence };
    const given = [...first.seen, ...second.seen];
    const seen = (0,agreement/* distinct */.dM)(given.length > 0 ? given : [...first.aliases, ...second.aliases]);
    // What is said of the zone is said for both.
    return { addresses: [], problem, refused, seen, evidence: [...new Set(evidence)] };
}
function textsIn({ end }) {
    return end.kind === "records" ? end.texts : [];
}
function problemOf(chains, isSome) {
    const reasons = chains.flatMap(({ end }) => (end.kind === "failure" ? [end.reason] : []));
    if (reasons.includes("disagreement"))
        return { verdict: "unknown", reason: "disagreement" };
    const failures = reasons.filter((reason) => reason !== "disagreement");
    if (failures.length > 0)
        return { verdict: "unknown", reason: (0,agreement/* mostTelling */.Ft)(failures) };
    if (chains.some(({ end }) => end.kind === "loop"))
        return { verdict: "mismatch", reason: "loop" };
    if (isSome)
        return null;
    if (chains.some(({ refused }) => refused))
        return REFUSED;
    return { verdict: "mismatch", reason: nothingFound(chains) };
}
function nothingFound(chains) {
    if (chains.some(({ aliases }) => aliases.length > 0))
        return "target-unresolvable";
    return chains.every(({ end }) => end.kind === "nxdomain") ? "nxdomain" : "nodata";
}

;// CONCATENATED MODULE: ./build/domain/dns/caa.js


/** The name by which CAA records call Let's Encrypt; it compares letter by letter. */
const ISSUER = "letsencrypt.org";
/** The challenge that nodes answer. */
const METHOD = "http-01";
/** Tags that Let's Encrypt knows (boulder, va/caa.go): `issuewild` is about other names, `iodef` about reports. */
const KNOWN_TAGS = ["issue", "issuewild", "iodef", "issuemail"];
/**
 * Climbs from the name up to its top-level domain to the first that has CAA records (RFC 8659): an alias
 * counts as what it leads to, whose own parents do not. What can't be asked may forbid.
 */
function* caaOf(name, sources) {
    for (let at = name; at !== null && at !== ""; at = (0,names/* parentOf */.gN)(at)) {
        const { end, evidence } = yield* followed(at, "CAA", sources);
        if (end.kind === "failure" || end.kind === "loop")
            return { result: "unknown", evidence };
        if (end.kind !== "records")
            continue;
        const properties = end.records.flatMap((record) => (record.type === "CAA" ? [record.data] : []));
        return judged(properties, evidence);
    }
    return { result: "allowed", evidence: [] };
}
function judged(properties, evidence) {
    if (properties.some(({ critical, tag }) => critical && !KNOWN_TAGS.includes(tag)))
        return { result: "forbidden", evidence };
    const issuing = properties.filter(({ tag }) => tag === "issue").map(({ value }) => value);
    if (issuing.length === 0)
        return { result: "allowed", evidence };
    const allowing = issuing.map(allowance).filter((found) => found !== null);
    if (allowing.length === 0)
        return { result: "forbidden", evidence };
    const isFree = allowing.some(({ account }) => account === null);
    const bound = isFree ? [] : allowing.map(({ account }) => `only the account ${account} may; not compared`);
    return { result: "allowed", evidence: [...evidence, ...bound] };
}
// RFC 8659, 4.2, and RFC 8657; what breaks the grammar allows nothing.
function allowance(value) {
    const [issuer = "", ...rest] = value.split(";").map((part) => part.replace(/^[\t ]+|[\t ]+$/g, ""));
    if (issuer !== ISSUER)
        return null;
    const given = rest.length === 1 && rest[0] === "" ? [] : rest;
    const parameters = given.map((text) => /^([a-z\d]+)[\t ]*=[\t ]*([!-:<-~]*)$/i.exec(text));
    if (parameters.some((parameter) => parameter === null))
        return null;
    const byTag = new Map(parameters.map((parameter) => [parameter?.[1], parameter?.[2] ?? ""]));
    const methods = byTag.get("validationmethods")?.split(",");
    if (methods && !(methods.every((method) => /^[a-z\d-]+$/i.test(method)) && methods.includes(METHOD)))
        return null;
    return { account: byTag.get("accounturi") ?? null };
}

;// CONCATENATED MODULE: ./build/domain/dns/dnssec.js


/**
 * Asks one resolver, the first that does answer, as Let's Encrypt's would ask: where it fails twice, and answers
 * in between as it need not validate, signatures are wrong. One kind of address is enough.
 */
function* dnssecOf(name, types, { nameservers, system }) {
    const resolvers = nameservers.length > 0 ? nameservers : system;
    const findings = [];
    for (const type of types) {
        const finding = yield* validated(name, type, resolvers);
        if (finding.result === "given")
            return finding;
        findings.push(finding);
    }
    const unknown = findings.find(({ result }) => result !== "bogus");
    return unknown ?? { result: "bogus", evidence: findings.flatMap(({ evidence }) => evidence) };
}
function* validated(name, type, resolvers) {
    const failures = [];
    const evidence = [];
    for (const server of resolvers) {
        const question = { server, name, type, recursive: true, checkingDisabled: false };
        const said = yield* failureOf(question);
        if (said === null)
            return { result: "given", evidence: [] };
        failures.push(said);
        evidence.push(`${name} ${type}: ${said} (${(0,zone_cut/* labelOf */.W)(server)})`);
        if (said !== "servfail")
            continue;
        const [unchecked] = yield [{ ...question, checkingDisabled: true }];
        if (unchecked?.kind !== "answer")
            continue;
        // A resolver that was busy says the same as one that was lied to, but does not say it twice.
        const still = yield* failureOf({ ...question, again: true });
        if (still === null)
            return { result: "given", evidence: [] };
        const line = `${name} ${type} unvalidated: answered (${(0,zone_cut/* labelOf */.W)(server)})`;
        if (still === "servfail")
            return { result: "bogus", evidence: [evidence.at(-1) ?? "", line] };
        failures.push(still);
        evidence.push(line, `${name} ${type} again: ${still} (${(0,zone_cut/* labelOf */.W)(server)})`);
    }
    return { result: (0,agreement/* mostTelling */.Ft)(failures), evidence };
}
function* failureOf(question) {
    const [reply] = yield [question];
    if (reply?.kind === "answer")
        return null;
    return reply?.reason ?? "unreachable";
}

;// CONCATENATED MODULE: ./build/domain/dns/cloudflare-ranges.js
/**
 * Addresses of Cloudflare's edges as https://www.cloudflare.com/ips/ lists them; the same from September 2023
 * to October 2026. A range that is missing here makes a proxied hostname `elsewhere`.
 */
const CLOUDFLARE_RANGES = [
    "173.245.48.0/20",
    "103.21.244.0/22",
    "103.22.200.0/22",
    "103.31.4.0/22",
    "141.101.64.0/18",
    "108.162.192.0/18",
    "190.93.240.0/20",
    "188.114.96.0/20",
    "197.234.240.0/22",
    "198.41.128.0/17",
    "162.158.0.0/15",
    "104.16.0.0/13",
    "104.24.0.0/14",
    "172.64.0.0/13",
    "131.0.72.0/22",
    "2400:cb00::/32",
    "2606:4700::/32",
    "2803:f800::/32",
    "2405:b500::/32",
    "2405:8100::/32",
    "2a06:98c0::/29",
    "2c0f:f248::/32",
];

;// CONCATENATED MODULE: ./build/domain/dns/match.js




/** Compares two sets of canonical addresses. */
function comparison(addresses, node) {
    const foreign = addresses.filter((address) => !node.includes(address));
    if (foreign.length === 0)
        return "match";
    if (foreign.length === addresses.length)
        return "elsewhere";
    const isIPv6 = (address) => address.includes(":");
    const hasRightIPv6 = addresses.some((address) => isIPv6(address) && !foreign.includes(address));
    return foreign.every(isIPv6) && !hasRightIPv6 ? "ipv6" : "partial";
}
/** Whether all of these addresses, of which there is one at least, are Cloudflare's edges. */
function isProxied(addresses) {
    return addresses.every((address) => (0,dns_addresses/* isInRanges */.op)(address, CLOUDFLARE_RANGES));
}
/** How the origins of a proxied hostname stand to its node; null where there is nothing to compare. */
function originComparison(origins, node) {
    if (origins.some((origin) => isUnfollowed(origin, node)))
        return null;
    const addresses = origins.flatMap(({ type, content }) => {
        if (type === "CNAME")
            return (0,names/* normalised */.Z7)(content) === node.name ? node.addresses : [content];
        return type === "A" || type === "AAAA" ? [(0,dns_addresses/* canonicalAddress */.Z5)(content) ?? content] : [];
    });
    return addresses.length === 0 ? null : comparison((0,agreement/* distinct */.dM)(addresses), node.addresses);
}
// Another name may lead to the node all the same, and is not asked for. What we wrote ourselves is a node's own name.
function isUnfollowed({ type, content, isOurs }, node) {
    return type === "CNAME" && isOurs !== true && (0,names/* normalised */.Z7)(content) !== node.name;
}

;// CONCATENATED MODULE: ./build/domain/dns/resolve.js







/** The verdict that needs no question: where a hostname is skipped or a wildcard; null where one is needed. */
function verdictUnasked(wanted) {
    const nothing = { seen: [], evidence: [] };
    if (wanted.skipped !== null)
        return { ...about(wanted), verdict: "skipped", reason: wanted.skipped, ...nothing };
    const name = (0,names/* normalised */.Z7)(wanted.hostname);
    if (name === null)
        return { ...about(wanted), verdict: "skipped", reason: "malformed", ...nothing };
    if (!name.startsWith("*."))
        return null;
    const evidence = ["HTTP-01 can't prove control of a wildcard name"];
    return { ...about(wanted), verdict: "mismatch", reason: "wildcard", seen: [], evidence };
}
/** The verdict of a hostname that was not looked at to the end. */
function verdictCutShort(wanted, reason) {
    return { ...about(wanted), verdict: "unknown", reason, seen: [], evidence: [] };
}
/** Finds the addresses of a node; its name is `Wanted.expected`. */
function* nodeOf(expected, sources) {
    const name = (0,names/* normalised */.Z7)(expected);
    if (name === null || name.startsWith("*."))
        return { name: expected, isKnown: false, addresses: [], evidence: [`${expected}: is no name of a host`] };
    const { addresses, problem, evidence } = yield* addressSetOf(name, sources);
    if (problem !== null)
        return { name, isKnown: false, addresses: [], evidence };
    return { name, isKnown: true, addresses, evidence: [`expected ${name}: ${addresses.join(", ")}`] };
}
/** Finds out what DNS says of a hostname that `verdictUnasked` has no verdict of. */
function* verdictOf(wanted, node, origins, sources) {
    const { environment, node: place, hostname, expected } = wanted;
    const judged = yield* judgementOf(hostname, node, origins, sources);
    const { verdict, reason, seen, evidence } = judged;
    return { environment, node: place, hostname, expected, verdict, reason, seen, evidence };
}
function about({ environment, node, hostname, expected }) {
    return { environment, node, hostname, expected };
}
function* judgementOf(hostname, node, origins, sources) {
    if (!node.isKnown)
        return { verdict: "unknown", reason: "node-unresolvable", seen: [], evidence: [...node.evidence] };
    const name = (0,names/* normalised */.Z7)(hostname);
    const set = yield* addressSetOf(name, sources);
    const judged = judgedByAddress(set, node, () => origins(hostname));
    if (judged.verdict !== "match" && judged.verdict !== "proxied")
        return judged;
    const types = ["A", "AAAA"].filter((type) => set.addresses.some((address) => address.includes(":") === (type === "AAAA")));
    const [dnssec, caa] = (yield* (0,walk/* together */.b)([
        dnssecOf(name, types, sources),
        caaOf(name, sources),
    ]));
    return judgedByIssuer(judged, dnssec, caa);
}
function judgedByAddress(set, node, origins) {
    const { addresses, problem } = set;
    const found = { seen: [...set.seen], evidence: [...set.evidence, ...node.evidence] };
    if (problem !== null)
        return { ...problem, ...found };
    const compared = comparison(addresses, node.addresses);
    if (compared === "match")
        return { verdict: "match", reason: null, ...found };
    if (set.refused)
        return { ...REFUSED, ...found };
    if (!isProxied(addresses))
        return { verdict: "mismatch", reason: compared, ...found };
    const records = origins();
    const origin = records === null ? null : originComparison(records, node);
    // Without the zone's own record nothing is proved, for or against.
    if (records === null || origin === null)
        return { verdict: "unknown", reason: "proxied", ...found };
    const lines = records.map(({ type, content }) => `origin ${type}: ${content}`);
    const evidence = [...found.evidence, ...(0,agreement/* distinct */.dM)(lines)];
    if (origin === "match")
        return { verdict: "proxied", reason: null, seen: found.seen, evidence };
    return { verdict: "mismatch", reason: origin, seen: found.seen, evidence };
}
function judgedByIssuer(judged, dnssec, caa) {
    const evidence = [...judged.evidence, ...dnssec.evidence, ...caa.evidence];
    if (dnssec.result === "bogus")
        return { ...judged, verdict: "mismatch", reason: "dnssec", evidence };
    if (caa.result === "forbidden")
        return { ...judged, verdict: "mismatch", reason: "caa", evidence };
    if (dnssec.result !== "given")
        return { ...judged, verdict: "unknown", reason: dnssec.result, evidence };
    if (caa.result === "unknown")
        return { ...judged, verdict: "unknown", reason: "caa", evidence };
    return { ...judged, evidence };
}

;// CONCATENATED MODULE: ./build/commands/dns-lookups.js


/** A hostname is given up after so many questions: the longest chain of aliases needs a third of them. */
const MOST_QUESTIONS = 600;
/** The verdict of each virtual host, in the same order. Asks nothing twice that several of them share. */
async function verdictsOf(wanted, options, ports) {
    const run = new Run(options, ports);
    const unasked = wanted.map(verdictUnasked);
    const asked = wanted.filter((_, index) => unasked[index] === null);
    const names = [...new Set(asked.map(({ expected }) => expected))];
    const nodes = new Map();
    await run.each(names, async (expected) => {
        nodes.set(expected, await run.ended(nodeOf(expected, run.sources), null));
    });
    let count = wanted.length - asked.length;
    const verdicts = new Map();
    await run.each(asked, async (each) => {
        verdicts.set(each, await run.verdict(each, nodes.get(each.expected) ?? null));
        ports.progress.step(`${++count} of ${wanted.length} hostnames`);
    });
    ports.progress.done();
    return wanted.map((each, index) => unasked[index] ?? verdicts.get(each));
}
/** One run: what was asked and answered in it. */
class Run {
    sources;
    options;
    ports;
    endsAt;
    replies = new Map();
    constructor(options, ports) {
        this.options = options;
        this.ports = ports;
        const { system } = ports.nameservers;
        this.sources = { system, nameservers: options.nameservers, zones: new Map() };
        this.endsAt = ports.clock.seconds() + options.deadlineSeconds;
    }
    /** Does something with each, so many at a time. */
    async each(values, act) {
        let next = 0;
        const worker = async () => {
            while (next < values.length)
                await act(values[next++]);
        };
        const workers = Math.max(1, Math.min(this.options.concurrency, values.length));
        await Promise.all(Array.from({ length: workers }, worker));
    }
    async verdict(wanted, node) {
        const walk = node && verdictOf(wanted, node, this.options.origins, this.sources);
        const found = walk && (await this.ended(walk, (0,names/* normalised */.Z7)(wanted.hostname)));
        return found ?? verdictCutShort(wanted, this.isOver() ? "deadline" : "budget");
    }
    /** What a walk about a name ends with; null where the deadline came first, or it asks for too much. */
    async ended(walk, name) {
        const own = [];
        let questions = 0;
        let step = walk.next();
        while (!step.done) {
            questions += step.value.length;
            if (questions > MOST_QUESTIONS || this.isOver())
                return null;
            const found = [];
            for (const question of step.value)
                found.push(this.found(question, name, own));
            // Most of what a hostname needs was asked for another one: then nothing is waited for.
            const replies = found.every(isThere) ? found : await allOf(found);
            if (replies.some(isCutShort) && this.isOver())
                return null;
            step = walk.next(replies);
        }
        return step.value;
    }
    isOver() {
        return this.ports.clock.seconds() >= this.endsAt;
    }
    // What is said of the hostname itself is kept as long as it is looked at: hardly another one needs it, and
    // there are thousands.
    found(question, name, own) {
        if (question.name !== name)
            return this.shared(question);
        const before = own.find((each) => isSame(each.question, question));
        if (before)
            return before.reply;
        const reply = this.ask(question);
        own.push({ question, reply });
        return reply;
    }
    shared(question) {
        const key = keyOf(question);
        const known = this.replies.get(key);
        if (known)
            return known;
        const asking = this.ask(question);
        this.replies.set(key, asking);
        void asking.then((reply) => this.replies.set(key, reply));
        return asking;
    }
    ask(question) {
        return this.ports.nameservers.ask(question, this.endsAt - this.ports.clock.seconds());
    }
}
function isSame(left, right) {
    const isAsked = left.type === right.type && left.server === right.server && left.again === right.again;
    return isAsked && left.recursive === right.recursive && left.checkingDisabled === right.checkingDisabled;
}
function isThere(found) {
    return !(found instanceof Promise);
}
// As Promise.all, which makes promises of what is there already.
function allOf(found) {
    return new Promise((resolve) => {
        const replies = [...found];
        let open = 0;
        for (let index = 0; index < found.length; index++) {
            const each = found[index];
            if (isThere(each))
                continue;
            open++;
            void each.then((reply) => {
                replies[index] = reply;
                open--;
                if (open === 0)
                    resolve(replies);
            });
        }
    });
}
function isCutShort(reply) {
    return reply.kind === "failure" && reply.reason === "deadline";
}
function keyOf({ server, name, type, recursive, checkingDisabled, again }) {
    return `${type}${recursive ? "r" : ""}${checkingDisabled ? "c" : ""}${again ? "2" : ""} ${name} ${server}`;
}

// EXTERNAL MODULE: ./build/commands/pooled.js
var pooled = __webpack_require__(704);
;// CONCATENATED MODULE: ./build/commands/dns-gate-look.js









/** Connections to nodes that are open at the same time. */
const CONNECTIONS = 16;
/** Looks at sites as visitors and a certificate's issuer would. */
async function lookAt(sites, inputs, ports) {
    const verdicts = await asked([...wantedOf(sites, names/* skipReasonOf */.PY), ...nodesOf(sites)], inputs, ports);
    const verdictOf = ({ environment, node }, name) => verdicts.get(dns_gate_look_keyOf({ environment, node, hostname: name }));
    const addressesOf = ({ node, expected }) => addressesIn(verdicts.get(dns_gate_look_keyOf({ environment: NOBODY, node, hostname: expected })));
    const told = sites.flatMap((site) => site.names.flatMap((name) => {
        const verdict = verdictOf(site, name);
        return verdict ? [{ site, verdict, addresses: addressesOf(site) }] : [];
    }));
    const rows = await (0,pooled/* pooled */.I)(told, inputs.concurrency, (each) => rowOf(each, inputs, ports));
    const closed = rows.filter(({ httpCheck }) => httpCheck === "unreachable").map(({ hostname }) => hostname);
    return {
        rows,
        rulings: sites.flatMap((site) => rulingOf(site, (name) => verdictOf(site, name), new Set(closed)) ?? []),
        addressesOf: (expected) => {
            const site = sites.find((each) => each.expected === expected);
            return site ? addressesOf(site) : [];
        },
        port443: (probed) => port443Of(probed, addressesOf, ports),
    };
}
/** Whose nodes' own names are: they are asked for beside everything else, to know where nodes are. */
const NOBODY = "";
function nodesOf(sites) {
    const looked = sites.filter(({ skipped }) => skipped === null);
    const nodes = new Map(looked.map(({ node, expected }) => [node, expected]));
    return [...nodes].map(([node, expected]) => ({
        environment: NOBODY,
        node,
        hostname: expected,
        expected,
        skipped: null,
        redirectsTo: null,
    }));
}
async function asked(wanted, inputs, ports) {
    const once = [...new Map(wanted.map((each) => [dns_gate_look_keyOf(each), each])).values()];
    const { origins = () => null, pending = new Set() } = inputs.zones ?? {};
    const settings = {
        nameservers: inputs.nameserver,
        concurrency: inputs.concurrency,
        deadlineSeconds: Math.min(inputs.deadline, inputs.within ?? inputs.deadline),
        origins,
    };
    const verdicts = await verdictsOf(once, settings, ports);
    const isPending = (verdict) => pending.has((0,owners/* sameName */.Z)(verdict.hostname)) && (0,zone_plan/* isCurable */.fN)(verdict);
    return new Map(verdicts.map((verdict) => [dns_gate_look_keyOf(verdict), isPending(verdict) ? (0,writes/* asPending */.wP)(verdict) : verdict]));
}
function dns_gate_look_keyOf({ environment, node, hostname }) {
    return JSON.stringify([environment, node, hostname]);
}
// Unknown with addresses is a node of which only the issuer's side can't be told: without its addresses it has none.
function addressesIn(verdict) {
    return (verdict?.seen ?? []).filter((seen) => (0,dns_addresses/* canonicalAddress */.Z5)(seen) !== null);
}
async function rowOf({ site, verdict, addresses }, { httpCheck, nameserver }, { challenges, nameservers }) {
    const { hostname } = verdict;
    const isRight = verdict.verdict === "match" || verdict.verdict === "proxied";
    const name = (0,names/* normalised */.Z7)(hostname);
    const reached = httpCheck && isRight && name ? await challenges.ask(name, addressesIn(verdict)) : null;
    const isZone = verdict.verdict === "mismatch" && (await isZoneOf(hostname, nameserver, nameservers));
    return {
        ...verdict,
        evidence: [...verdict.evidence, ...(reached ?? []).map(lineOf)],
        virtualHost: site.hostname,
        records: recordsToSet(verdict, addresses, isZone),
        httpCheck: reached && httpCheckOf(reached),
    };
}
const lineOf = ({ address, detail }) => `port 80 of ${address}: ${detail}`;
// An authority may take any of the addresses, so one that does not answer is enough.
function httpCheckOf(reached) {
    if (reached.some(({ result }) => result === "unreachable"))
        return "unreachable";
    return reached.some(({ result }) => result === "answers") ? "answers" : "untried";
}
// A zone has a start of authority of its own name.
async function isZoneOf(hostname, named, nameservers) {
    const [server] = [...named, ...nameservers.system];
    const name = (0,names/* normalised */.Z7)(hostname);
    if (server === undefined || name === null)
        return isLikelyZone(hostname);
    const question = { server, name, type: "SOA", recursive: true, checkingDisabled: true };
    const reply = await nameservers.ask(question);
    if (reply.kind === "failure")
        return isLikelyZone(hostname);
    return reply.answers.some((record) => record.type === "SOA" && record.name === name);
}
async function port443Of(sites, addressesOf, { certificates, progress }) {
    if (sites.length > 0)
        progress.step(`looking at certificates of ${sites.length} hostnames`);
    const shown = await (0,pooled/* pooled */.I)(sites, CONNECTIONS, async (site) => {
        const name = (0,names/* normalised */.Z7)(site.names[0]);
        return name === null ? "none" : certificates.shown(name, addressesOf(site));
    });
    const those = (what) => new Set(sites.filter((_, index) => shown[index] === what).map(({ hostname }) => hostname));
    return { certified: those("valid"), unseen: those("unseen") };
}


/***/ }),

/***/ 2164:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  mJ: () => (/* binding */ orderOf),
  VA: () => (/* binding */ refuseUnseen),
  kI: () => (/* binding */ zoneInputs)
});

// EXTERNAL MODULE: ./node_modules/zod/v4/classic/schemas.js + 11 modules
var schemas = __webpack_require__(2857);
;// CONCATENATED MODULE: ./build/domain/deploy/outcome.js

/** What `deploy --json` prints. */
const deployOutcomeSchema = schemas/* looseObject */._H3({
    schema: schemas/* literal */.euz(1),
    planId: schemas/* string */.YjP(),
    hosts: schemas/* array */.YOg(schemas/* looseObject */._H3({
        host: schemas/* string */.YjP().describe("A node's name."),
        wave: schemas/* int */.Whr(),
        result: schemas/* string */.YjP(),
        profiles: schemas/* array */.YOg(schemas/* looseObject */._H3({
            profile: schemas/* string */.YjP().describe("system, or the environment's user."),
            result: schemas/* enum */.k5n([
                "deployed",
                "unchanged",
                "rolled-back",
                "failed",
                "skipped",
                "deployed-unverified",
            ]),
            storePath: schemas/* string */.YjP().nullable(),
            seconds: schemas/* number */.aig(),
        })),
        verification: schemas/* array */.YOg(schemas/* looseObject */._H3({
            environment: schemas/* string */.YjP(),
            check: schemas/* string */.YjP(),
            passed: schemas/* boolean */.zMY(),
            status: schemas/* int */.Whr().nullable().describe("Of HTTP; null without an answer."),
            failures: schemas/* array */.YOg(schemas/* string */.YjP()),
            enforced: schemas/* boolean */.zMY().default(true).describe("Whether a failure counts; false only warns."),
        })),
    })),
    waitingForDns: schemas/* array */.YOg(schemas/* unknown */.L5J()),
    standing: schemas/* array */.YOg(schemas/* string */.YjP())
        .default([])
        .describe("Nodes at which nothing was to be done: they carry all that is wanted, and answered."),
});
/**
 * Whether an environment is known to run, and to answer as it should, on a node. A host that stands twice must be
 * right each time. Of one at which nothing was to be done, that was so before.
 */
function isConfirmed({ hosts, standing }, environment, node) {
    if (standing.includes(node))
        return true;
    const there = hosts.filter(({ host }) => host === node);
    const profiles = there.flatMap((host) => host.profiles).filter(({ profile }) => profile === environment);
    const checks = there
        .flatMap((host) => host.verification)
        .filter((each) => each.environment === environment);
    return (profiles.length > 0 &&
        profiles.every(({ result }) => result === "deployed" || result === "unchanged") &&
        checks.every(({ passed, enforced }) => passed || !enforced));
}

// EXTERNAL MODULE: ./build/domain/dns/owners.js
var owners = __webpack_require__(8753);
// EXTERNAL MODULE: ./build/domain/nearest.js
var nearest = __webpack_require__(9099);
// EXTERNAL MODULE: ./build/errors.js
var errors = __webpack_require__(9473);
// EXTERNAL MODULE: ./build/fleets/hostenv/zone-policy.js
var zone_policy = __webpack_require__(6657);
// EXTERNAL MODULE: ./build/domain/json.js
var json = __webpack_require__(7803);
// EXTERNAL MODULE: ./build/domain/manifest.js
var domain_manifest = __webpack_require__(6632);
;// CONCATENATED MODULE: ./build/commands/deploy-outcome.js




/**
 * The outcome of a deploy that a file holds. Throws HostenvError `deployed-schema`, and `deployed-other-plan` where
 * it is of another plan than the snapshot's, which `isOwnPlan` says to be the one that counts.
 */
async function readOutcome(path, isOwnPlan, { files, directory, generated }) {
    const parsed = deployOutcomeSchema.safeParse(await files.readJson(path));
    if (!parsed.success)
        throw misshapen(path, parsed.error.issues[0]);
    const name = `${generated}/${domain_manifest/* MANIFEST */.e0}`;
    const manifest = domain_manifest/* manifestSchema */.rc.safeParse(await files.readJsonIfThere(`${directory}/${name}`, name));
    if (!isOwnPlan || !manifest.success || manifest.data.planId === parsed.data.planId)
        return parsed.data;
    const hint = "deploy the snapshot, and give what that deploy prints with --json. No record was changed";
    throw new errors/* HostenvError */.aY("deployed-other-plan", `${path} is the outcome of another plan's deploy`, hint);
}
function misshapen(path, issue) {
    const place = (0,json/* pointer */.Wn)((issue?.path ?? []).map(String)) || "/";
    const hint = "give the file that hostenv-provider deploy --json wrote";
    return new errors/* HostenvError */.aY("deployed-schema", `${path} is no outcome of a deploy: at ${place}: ${issue?.message}`, hint);
}

;// CONCATENATED MODULE: ./build/commands/dns-gate-order.js







/** Inputs that are about zones. */
const zoneInputs = {
    withDnsUpdate: schemas/* boolean */.zMY().default(false),
    adopt: schemas/* array */.YOg(schemas/* string */.YjP()).default([]),
    deployed: schemas/* string */.YjP().optional(),
    cfZone: schemas/* array */.YOg(schemas/* string */.YjP()).default([]),
};
/**
 * What is asked for, null where no record is to be changed. Throws before anything is asked or done: UsageError for
 * flags that go nowhere, and what reading the outcome and the plan's zones throws.
 */
async function orderOf(inputs, plan, sites, ports) {
    if (!inputs.withDnsUpdate) {
        refuseIdle(inputs);
        return null;
    }
    if (ports.zones === null)
        throw tokenless();
    return {
        zones: ports.zones,
        policy: (0,zone_policy/* zonePolicyOf */.a)(plan, inputs.cfZone),
        named: inputs.cfZone,
        adopted: adoptedIn(inputs.adopt, sites),
        isDeployed: await deployedBy(inputs, ports),
        dryRun: inputs.dryRun,
    };
}
// A flag that does nothing looks as if it had.
function refuseIdle({ adopt, deployed, cfZone }) {
    const given = {
        "--adopt": adopt.length > 0,
        "--deployed": deployed !== undefined,
        "--cf-zone": cfZone.length > 0,
    };
    const [idle] = Object.entries(given).find(([, isGiven]) => isGiven) ?? [];
    if (idle === undefined)
        return;
    throw new errors/* UsageError */.eb(`${idle} is given without --with-dns-update`, "add it, or leave this out");
}
function tokenless() {
    const hint = "set the environment variable CF_API_TOKEN, or the action's sops inputs; see docs/cloudflare.md";
    return new errors/* UsageError */.eb("--with-dns-update is given, and there is no token for Cloudflare", hint);
}
function adoptedIn(given, sites) {
    const known = new Set(sites.flatMap(({ names }) => names).map(owners/* sameName */.Z));
    for (const hostname of given.filter((each) => !known.has((0,owners/* sameName */.Z)(each)))) {
        const near = (0,nearest/* nearest */.p)(hostname, [...known]);
        const hint = near ? `did you mean '${near}'?` : "give a hostname that dns-gate looks at";
        throw new errors/* UsageError */.eb(`--adopt '${hostname}': the plan has no such hostname`, hint);
    }
    return new Set(given.map(owners/* sameName */.Z));
}
async function deployedBy({ deployed, plan, dryRun }, ports) {
    if (deployed !== undefined) {
        const outcome = await readOutcome(deployed, plan === undefined, ports);
        return ({ environment, node }) => isConfirmed(outcome, environment, node);
    }
    ports.progress.notice(dryRun
        ? "without --deployed FILE every environment is taken to run on its node"
        : "no record is changed without --deployed FILE, which says which environments run on their nodes");
    return () => dryRun;
}
/** Throws UsageError for a zone that the user named and the token can't see. */
function refuseUnseen(named, seen) {
    for (const zone of named) {
        if (seen.some(({ id, name }) => id === zone || name === (0,owners/* sameName */.Z)(zone)))
            continue;
        const near = (0,nearest/* nearest */.p)(zone, seen.map(({ name }) => name));
        const hint = near ? `did you mean '${near}'?` : "give the token this zone under Zone Resources";
        throw new errors/* UsageError */.eb(`--cf-zone '${zone}': the token can see no such zone`, hint);
    }
}


/***/ }),

/***/ 2185:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  s: () => (/* binding */ throughProxies),
  C: () => (/* binding */ updated)
});

// EXTERNAL MODULE: ./build/domain/dns/names.js
var names = __webpack_require__(77);
// EXTERNAL MODULE: ./build/domain/dns/owners.js
var owners = __webpack_require__(8753);
// EXTERNAL MODULE: ./build/domain/dns/zone-plan.js
var zone_plan = __webpack_require__(343);
// EXTERNAL MODULE: ./build/domain/dns/zones.js
var dns_zones = __webpack_require__(4226);
// EXTERNAL MODULE: ./build/errors.js
var errors = __webpack_require__(9473);
// EXTERNAL MODULE: ./build/commands/dns-gate-order.js + 2 modules
var dns_gate_order = __webpack_require__(2164);
// EXTERNAL MODULE: ./build/domain/dns/writes.js
var writes = __webpack_require__(8337);
// EXTERNAL MODULE: ./build/domain/json.js
var json = __webpack_require__(7803);
;// CONCATENATED MODULE: ./build/commands/dns-visible.js
/** What was written is waited for so many seconds. */
const LONGEST_WAIT = 600;
/** Between two looks at most so many seconds pass. */
const LONGEST_PAUSE = 30;
/** A look is given so many seconds though the time is over: what became visible at last is to be seen. */
const LAST_LOOK = 10;
/**
 * Waits until the world is given what was written, and returns the hostnames of which it is not. Looks after 1, 2,
 * 4, … 30 seconds.
 */
async function notYetVisible(hostnames, unseen, timer) {
    const end = timer.seconds() + LONGEST_WAIT;
    let waiting = hostnames;
    for (let pause = 1; waiting.length > 0; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
        const left = end - timer.seconds();
        if (left <= 0)
            break;
        await timer.sleep(Math.min(pause, left));
        waiting = await unseen(waiting, Math.max(end - timer.seconds(), LAST_LOOK));
    }
    return waiting;
}

// EXTERNAL MODULE: ./build/domain/dns/zone-changes.js
var zone_changes = __webpack_require__(3399);
;// CONCATENATED MODULE: ./build/domain/dns/zone-proof.js



/** Whether nobody touched a name since its change was planned: any record of it counts, not only those that lead. */
function isUntouched({ candidate, records }, now) {
    const identity = (record) => `${record.id} ${record.modifiedOn} ${shapeKey(record)}`;
    return sameSet(records.map(identity), (0,dns_zones/* recordsOf */.tO)(candidate.name, now).map(identity));
}
/** What became of a change. Records of the name that lead nowhere are not ours to look after. */
function proofOf({ candidate, records, operations }, now) {
    const keys = (shapes) => shapes.filter(dns_zones/* leadsSomewhere */.Rt).map(shapeKey);
    const found = keys((0,dns_zones/* recordsOf */.tO)(candidate.name, now));
    if (sameSet(found, keys((0,zone_changes/* shapesAfter */.zk)(records, operations))))
        return "wanted";
    return sameSet(found, keys(records)) ? "before" : "neither";
}
function shapeKey(shape) {
    const { type, name, ttl, proxied, comment, tags } = shape;
    const said = { type, name, content: (0,dns_zones/* plainContent */.cD)(shape), ttl, proxied, comment: comment ?? "" };
    return (0,json/* canonical */.$N)({ ...said, tags: [...tags].sort() });
}
function sameSet(left, right) {
    const sorted = [...right].sort();
    return left.length === right.length && [...left].sort().every((key, index) => key === sorted[index]);
}

;// CONCATENATED MODULE: ./build/commands/zone-writer.js




/** A transaction of which no answer came is sent so many times at most, each time after looking. */
const ATTEMPTS = 3;
/** What may still be on its way is given so many seconds before one looks. */
const SETTLE_SECONDS = 2;
/** Writes changes, and proves by reading that each name's records are what they were or what was wanted. */
class ZoneWriter {
    ports;
    /** Why nothing more is written: a zone that can't be read can't be written safely. */
    stopped = null;
    /** What was sent, whatever became of it. */
    tried = new Set();
    constructor(ports) {
        this.ports = ports;
    }
    /** What became of each change, all of which are in one zone. Never throws a HostenvError. */
    async write(zone, changes) {
        const writes = [];
        for (const part of (0,zone_plan/* transactions */.gN)(changes))
            writes.push(...(await this.guarded(zone, part)));
        return writes;
    }
    async guarded(zone, changes) {
        const { stopped } = this;
        if (stopped)
            return changes.map((change) => outcome(change, "failed", "stopped", stopped.message));
        try {
            return await this.attempt(zone, changes, 1);
        }
        catch (error) {
            if (!(error instanceof errors/* HostenvError */.aY))
                throw error;
            this.stopped = error;
            const reason = (change) => (this.tried.has(change) ? "unproven" : "stopped");
            return changes.map((change) => outcome(change, "failed", reason(change), error.message));
        }
    }
    // Looked at just before: whoever changed a name since it was planned knows better.
    async attempt(zone, changes, time) {
        const now = await this.read(zone);
        const ready = changes.filter((change) => isUntouched(change, now));
        const writes = changes
            .filter((change) => !ready.includes(change))
            .map((change) => this.overtaken(change, now));
        return ready.length === 0 ? writes : [...writes, ...(await this.sent(zone, ready, time))];
    }
    // By somebody else, who may have done the same, or by a transaction of ours that was slow.
    overtaken(change, now) {
        if (proofOf(change, now) !== "wanted")
            return outcome(change, "left", "changed-meanwhile");
        return outcome(change, this.tried.has(change) ? "written" : "unchanged");
    }
    async sent(zone, changes, time) {
        const { zones, timer } = this.ports;
        for (const change of changes)
            this.tried.add(change);
        const answer = await zones.write(zone, changes.flatMap(({ operations }) => operations));
        if (answer.kind === "applied")
            return this.proven(zone, changes, "not-applied", "");
        if (answer.kind === "unsure") {
            await timer.sleep(SETTLE_SECONDS);
            return this.afterSilence(zone, changes, time, answer.detail);
        }
        if (answer.kind === "rejected" && changes.length > 1)
            return this.halves(zone, changes);
        return this.proven(zone, changes, answer.kind, answer.detail);
    }
    // One name that can't be had keeps the others of its transaction from being written.
    async halves(zone, changes) {
        const middle = Math.ceil(changes.length / 2);
        const first = await this.guarded(zone, changes.slice(0, middle));
        return [...first, ...(await this.guarded(zone, changes.slice(middle)))];
    }
    // Sent again is only what certainly was not done.
    async afterSilence(zone, changes, time, detail) {
        const now = await this.read(zone);
        const wasNotDone = changes.every((change) => isUntouched(change, now));
        if (wasNotDone && time < ATTEMPTS)
            return this.attempt(zone, changes, time + 1);
        return changes.map((change) => judged(change, now, "no-answer", detail));
    }
    async proven(zone, changes, reason, detail) {
        const now = await this.read(zone);
        return changes.map((change) => judged(change, now, reason, detail));
    }
    async read(zone) {
        const records = await this.ports.zones.records(zone);
        if (records !== null)
            return records;
        const hint = "check that nobody revoked it, and run it again";
        throw new errors/* HostenvError */.aY("cloudflare-token", `the token may not read ${zone.name} any more`, hint);
    }
}
// The answer to a request is no proof; what is there afterwards is.
function judged(change, now, reason, detail) {
    const proof = proofOf(change, now);
    if (proof === "wanted")
        return outcome(change, "written");
    return proof === "before"
        ? outcome(change, "failed", reason, detail)
        : outcome(change, "failed", "neither-old-nor-new", detail);
}
function outcome({ candidate: { hostname }, zone, operations }, result, reason = null, detail = "") {
    const said = detail === "" ? null : detail;
    return { hostname, zone: zone.name, operations: (0,writes/* described */.WY)(operations), result, reason, detail: said };
}

;// CONCATENATED MODULE: ./build/commands/dns-writes.js





/**
 * Leads hostnames to their nodes where their zones are ours, and waits until DNS says so. What fails is told by
 * hostname. Nobody else may want one of these names, on this node or another.
 */
async function dnsWrites(inputs, ports) {
    const { changes, others } = (0,zone_plan/* zonePlan */._A)(inputs.candidates, inputs);
    const told = others.map(unplanned);
    const zones = [...new Set(changes.map(({ zone }) => zone))];
    const of = (zone) => changes.filter((change) => change.zone === zone);
    if (inputs.dryRun) {
        const calls = zones.flatMap((zone) => callsFor(zone, of(zone), ports));
        return { writes: sorted([...told, ...changes.map(dry)]), pending: [], calls };
    }
    const writer = new ZoneWriter(ports);
    const written = [];
    for (const zone of zones)
        written.push(...(await writer.write(zone, of(zone))));
    const writes = sorted([...told, ...written]);
    return { writes, pending: await waitedFor(writes, inputs.candidates, ports), calls: [] };
}
// Only what is new is waited for. What an earlier run wrote is looked at once.
async function waitedFor(writes, candidates, { unseen, timer }) {
    const curable = new Set(candidates.filter(zone_plan/* isCurable */.fN).map(({ hostname }) => hostname));
    const of = (wanted) => writes.flatMap(({ result, hostname }) => (result === wanted && curable.has(hostname) ? [hostname] : []));
    const old = of("unchanged");
    const late = await notYetVisible(of("written"), unseen, timer);
    return [...late, ...(old.length > 0 ? await unseen(old, LONGEST_WAIT) : [])].sort(json/* byBytes */.bg);
}
function callsFor(zone, changes, { zones }) {
    return (0,zone_plan/* transactions */.gN)(changes).map((part) => zones.call(zone, part.flatMap(({ operations }) => operations)));
}
function unplanned({ candidate: { hostname }, zone, refusal }) {
    const result = refusal === null ? "unchanged" : "refused";
    return { hostname, zone: zone?.name ?? null, operations: [], result, reason: refusal, detail: null };
}
function dry({ candidate: { hostname }, zone, operations }) {
    const shown = (0,writes/* described */.WY)(operations);
    return { hostname, zone: zone.name, operations: shown, result: "dry-run", reason: null, detail: null };
}
function sorted(writes) {
    return [...writes].sort((left, right) => (0,json/* byBytes */.bg)(left.hostname, right.hostname));
}

// EXTERNAL MODULE: ./build/commands/pooled.js
var pooled = __webpack_require__(704);
;// CONCATENATED MODULE: ./build/commands/zone-views.js


/** Zones are read so many at a time. */
const AT_ONCE = 4;
/**
 * Reads the zones that answer for these names, each once. Throws what reading throws: a zone that can't be read is
 * not taken for an empty one.
 */
async function zoneViews(names, port) {
    const zones = await port.zones();
    const needed = [...new Set(names.flatMap((name) => (0,dns_zones/* zoneFor */.wy)(name, zones) ?? []))];
    const records = await (0,pooled/* pooled */.I)(needed, AT_ONCE, (zone) => port.records(zone));
    const views = new Map(needed.map((zone, index) => [zone, { zone, records: records[index] ?? null }]));
    const viewFor = (name) => {
        const zone = (0,dns_zones/* zoneFor */.wy)(name, zones);
        return zone && (views.get(zone) ?? null);
    };
    return { zones, viewFor };
}
/** Where a proxy passes requests for a name on to; null where no zone tells. */
function originsOf(name, views) {
    const view = views(name);
    // A zone that is not served may hold what nobody is answered from.
    if (!view?.records || !view.zone.isServed)
        return null;
    return (0,dns_zones/* recordsOf */.tO)(name, view.records)
        .filter(dns_zones/* leadsSomewhere */.Rt)
        .map((record) => ({ type: record.type, content: record.content, isOurs: (0,dns_zones/* isOurs */.MU)(record) }));
}

;// CONCATENATED MODULE: ./build/commands/dns-gate-zones.js








/**
 * Sees through Cloudflare's proxy where a zone can be read. Where it can't, that stays unknown; only where records
 * are to be changed it is an error.
 */
async function throughProxies(looked, context) {
    const { ports, order, look } = context;
    const hidden = looked.rows.filter(({ verdict, reason }) => verdict === "unknown" && reason === "proxied");
    if (ports.zones === null || hidden.length === 0)
        return looked;
    try {
        const { viewFor } = await zoneViews(namesOf(hidden), ports.zones);
        const again = await look(sitesOf(hidden, context), { origins: originsIn(viewFor), pending: new Set() });
        return merged(looked, again);
    }
    catch (error) {
        if (!(error instanceof errors/* HostenvError */.aY) || order !== null)
            throw error;
        ports.progress.notice(`hostnames behind Cloudflare's proxy stay unknown: ${error.message}`);
        return looked;
    }
}
/**
 * Changes records where that is ordered and nothing stands against it, waits until DNS shows them, and looks again.
 * Throws what reading zones throws, before anything is written.
 */
async function updated(looked, obstacle, context) {
    const { order, ports } = context;
    const nothing = { looked, writes: [], calls: [], pending: [] };
    if (order === null)
        return nothing;
    if (obstacle !== null) {
        ports.progress.notice(`no record is changed: ${obstacle}`);
        return nothing;
    }
    const candidates = looked.rows.flatMap(candidateOf);
    const names = (0,zone_plan/* concerned */.kk)(candidates, order.adopted).map(({ name }) => name);
    if (names.length === 0)
        return nothing;
    const { viewFor, zones } = await zoneViews(names, order.zones);
    (0,dns_gate_order/* refuseUnseen */.VA)(order.named, zones);
    const origins = freshOrigins(names.filter(isProxiedIn(viewFor)), order.zones);
    const unseen = unseenBy(looked, origins, context);
    const facts = { ...order, candidates, viewFor, addressesOf: looked.addressesOf };
    const { writes, pending, calls } = await dnsWrites(facts, {
        zones: order.zones,
        timer: ports.timer,
        unseen,
    });
    // Whatever happens to what is said at the end.
    const changed = writes.filter(({ result }) => result === "written").map(({ hostname }) => hostname);
    if (changed.length > 0)
        ports.progress.notice(`DNS records changed: ${changed.join(", ")}`);
    const rows = rowsOf(writes.filter(isSet), looked);
    if (order.dryRun || rows.length === 0)
        return { ...nothing, writes, calls };
    const late = new Set(pending.map(owners/* sameName */.Z));
    const again = await context.look(sitesOf(rows, context), {
        origins: await origins().catch(() => () => null),
        pending: late,
    });
    const waiting = again.rows
        .filter(({ reason }) => reason === "pending")
        .map(({ virtualHost }) => virtualHost);
    return { looked: merged(looked, again), writes, calls, pending: waiting };
}
const isSet = ({ result }) => result === "written" || result === "unchanged";
function rowsOf(writes, { rows }) {
    const names = new Set(writes.map(({ hostname }) => (0,owners/* sameName */.Z)(hostname)));
    return rows.filter(({ hostname }) => names.has((0,owners/* sameName */.Z)(hostname)));
}
function candidateOf(row) {
    const [name, expected] = [(0,names/* normalised */.Z7)(row.hostname), (0,names/* normalised */.Z7)(row.expected)];
    if (name === null || expected === null)
        return [];
    const { hostname, environment, node, verdict, reason } = row;
    return [{ hostname, name, environment, node, expected, verdict, reason }];
}
function isProxiedIn(viewFor) {
    return (name) => (0,dns_zones/* recordsOf */.tO)(name, viewFor(name)?.records ?? []).some(({ proxied }) => proxied);
}
// A proxied record tells of its change only to those who read it anew; once is enough, for it was proved.
function freshOrigins(names, zones) {
    let reading = null;
    const read = async () => names.length === 0 ? () => null : originsIn((await zoneViews(names, zones)).viewFor);
    return () => {
        reading ??= read();
        return reading;
    };
}
function unseenBy(looked, origins, context) {
    return async (hostnames, within) => {
        try {
            const asked = looked.rows.filter(({ hostname }) => hostnames.includes(hostname));
            const known = { origins: await origins(), pending: new Set() };
            const { rows } = await context.look(sitesOf(asked, context), known, { httpCheck: false, within });
            const seen = new Set(rows.filter(isSeen).map(({ hostname }) => hostname));
            return hostnames.filter((hostname) => !seen.has(hostname));
        }
        catch (error) {
            // That nobody can tell is not that it is there.
            if (error instanceof errors/* HostenvError */.aY)
                return hostnames;
            throw error;
        }
    };
}
// Where it leads is right; whether a certificate can be had is another matter.
function isSeen(row) {
    return row.verdict !== "unknown" && row.verdict !== "skipped" && !(0,zone_plan/* isCurable */.fN)(row);
}
function namesOf(rows) {
    return rows.map(({ hostname }) => (0,owners/* sameName */.Z)(hostname));
}
function originsIn(views) {
    return (hostname) => originsOf((0,owners/* sameName */.Z)(hostname), views);
}
function sitesOf(rows, { sites }) {
    const keys = new Set(rows.map(({ environment, virtualHost }) => JSON.stringify([environment, virtualHost])));
    return sites.filter(({ environment, hostname }) => keys.has(JSON.stringify([environment, hostname])));
}
// What was seen later counts.
function merged(looked, again) {
    const keyOf = ({ environment, virtualHost, hostname }) => JSON.stringify([environment, virtualHost, hostname]);
    const rows = new Map(again.rows.map((row) => [keyOf(row), row]));
    const rulings = new Map(again.rulings.map((ruling) => [ruling.site, ruling]));
    return {
        ...looked,
        rows: looked.rows.map((row) => rows.get(keyOf(row)) ?? row),
        rulings: looked.rulings.map((ruling) => rulings.get(ruling.site) ?? ruling),
    };
}


/***/ }),

/***/ 3595:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  v3: () => (/* binding */ CONFIRMATIONS),
  ZD: () => (/* binding */ dnsGate),
  go: () => (/* binding */ dnsGateInputs),
  xb: () => (/* binding */ resolversIn)
});

// EXTERNAL MODULE: ./node_modules/zod/v4/classic/coerce.js
var coerce = __webpack_require__(9567);
// EXTERNAL MODULE: ./node_modules/zod/v4/classic/schemas.js + 11 modules
var schemas = __webpack_require__(2857);
// EXTERNAL MODULE: ./build/domain/dns/addresses.js
var addresses = __webpack_require__(3761);
// EXTERNAL MODULE: ./build/domain/dns/gate.js + 2 modules
var gate = __webpack_require__(2852);
;// CONCATENATED MODULE: ./build/domain/dns/verdict.js

/** Why a definite answer says that the hostname does not lead to its node, or that no certificate can be had. */
const MISMATCHES = (/* unused pure expression or super */ null && ([
    "elsewhere",
    "partial",
    "ipv6",
    "nxdomain",
    "nodata",
    "target-unresolvable",
    "loop",
    "wildcard",
    "caa",
    "dnssec",
]));
/** Why it can't be said. */
const UNKNOWNS = (/* unused pure expression or super */ null && ([
    "servfail",
    "timeout",
    "refused",
    "unreachable",
    "malformed",
    "truncated",
    "disagreement",
    "caa",
    "node-unresolvable",
    "proxied",
    "deadline",
    "budget",
    "pending",
]));
/** One verdict of `dns-gate --json`. */
const verdictSchema = schemas/* strictObject */.rej({
    environment: schemas/* string */.YjP(),
    node: schemas/* string */.YjP(),
    hostname: schemas/* string */.YjP().describe("As plan.json spells it."),
    expected: schemas/* string */.YjP().describe("The node's own name, whose addresses the hostname must have."),
    verdict: schemas/* enum */.k5n(["match", "mismatch", "proxied", "unknown", "skipped"]),
    reason: schemas/* string */.YjP().nullable().describe("Null for match and proxied."),
    seen: schemas/* array */.YOg(schemas/* string */.YjP()).describe("Addresses and names that DNS gives for the hostname, by bytes."),
    evidence: schemas/* array */.YOg(schemas/* string */.YjP()).describe("The answers that led to the verdict, a line each."),
});

// EXTERNAL MODULE: ./build/domain/dns/writes.js
var writes = __webpack_require__(8337);
;// CONCATENATED MODULE: ./build/domain/dns/gate-answer.js



const row = verdictSchema.extend({
    virtualHost: schemas/* string */.YjP()
        .describe("The virtual host whose name it is, or whose alias, as plan.json spells it."),
    records: schemas/* array */.YOg(schemas/* string */.YjP())
        .describe("What to set, as a zone file has it, in place of A, AAAA and CNAME records; a CAA record beside others."),
    httpCheck: schemas/* enum */.k5n(["answers", "unreachable", "untried"])
        .nullable()
        .describe("Whether every address answers on port 80; null where it was not asked."),
});
const names = schemas/* array */.YOg(schemas/* string */.YjP());
/** `dns-gate --json`. Virtual hosts are named as plan.json spells them, by bytes. */
const gateSchema = schemas/* strictObject */.rej({
    schema: schemas/* literal */.euz(1),
    verdicts: schemas/* array */.YOg(row),
    disabled: names.describe("Put on the off-list: from now on built without certificate and forced TLS."),
    withheld: names.describe("Put on the off-list where they are new, or new on their node."),
    enabled: names.describe("Given TLS that they did not have."),
    pending: names.describe("TLS waits: DNS is right and it was switched on twice within this hour, or records are set and DNS does not show them yet."),
    kept: schemas/* array */.YOg(schemas/* strictObject */.rej({
        hostname: schemas/* string */.YjP(),
        count: schemas/* int */.Whr().nonnegative().describe("Mismatches in a row; 0 where no number of them turns it off."),
    }))
        .describe("Live with TLS although something is wrong."),
    confirmations: schemas/* int */.Whr().positive().describe("So many mismatches in a row turn a live hostname off."),
    redirects: schemas/* array */.YOg(schemas/* strictObject */.rej({ target: schemas/* string */.YjP(), from: names }))
        .describe("Virtual hosts without TLS, and those that send visitors to them over TLS."),
    off: names.describe("The off-list after this run."),
    breaker: schemas/* boolean */.zMY()
        .describe("Too much would change at once: nothing was written, the lists say what would be."),
    written: schemas/* boolean */.zMY().describe("Whether a file was changed."),
    writes: schemas/* array */.YOg(writes/* writeSchema */.ZB)
        .describe("Hostnames of which records were to be changed, and what became of it."),
});
/** What makes a run fail: every problem, only the breaker, or nothing. */
const FAIL_ON = ["mismatch", "breaker", "never"];
/**
 * 2 with a mismatch, the breaker or a record that could not be written, else 1 with an unknown verdict, else 0;
 * `failOn` lets mismatches and unknown verdicts pass, or all. `isBlind`: nothing is known of any virtual host, so that
 * a mismatch of an alias is no finding either.
 */
function gateExitCode({ verdicts, breaker, writes }, failOn, isBlind = false) {
    if (failOn === "never")
        return 0;
    if (breaker || writes.some(({ result }) => result === "failed"))
        return 2;
    if (failOn === "breaker")
        return 0;
    if (isBlind)
        return 1;
    if (verdicts.some(({ verdict }) => verdict === "mismatch"))
        return 2;
    return verdicts.some(({ verdict }) => verdict === "unknown") ? 1 : 0;
}

// EXTERNAL MODULE: ./build/domain/dns/owners.js
var owners = __webpack_require__(8753);
// EXTERNAL MODULE: ./build/domain/json.js
var json = __webpack_require__(7803);
// EXTERNAL MODULE: ./build/domain/nearest.js
var nearest = __webpack_require__(9099);
// EXTERNAL MODULE: ./build/errors.js
var errors = __webpack_require__(9473);
// EXTERNAL MODULE: ./build/fleets/hostenv/facts.js
var facts = __webpack_require__(9325);
// EXTERNAL MODULE: ./build/fleets/hostenv/hostnames.js
var hostnames = __webpack_require__(9628);
// EXTERNAL MODULE: ./build/domain/dns/memory.js
var memory = __webpack_require__(9154);
// EXTERNAL MODULE: ./build/fleets/hostenv/schema.js
var schema = __webpack_require__(6051);
// EXTERNAL MODULE: ./build/render/json.js
var render_json = __webpack_require__(7199);
;// CONCATENATED MODULE: ./build/commands/dns-gate-files.js





/**
 * Reads the desired plan and the memory. Throws HostenvError `file-not-found` without a plan, `gate-memory`, and
 * those of `readJson` and `parsePlan`.
 */
async function readGateFiles(inputs, ports) {
    const { files, directory, generated } = ports;
    const planName = inputs.plan ?? `${generated}/plan.json`;
    const path = inputs.plan ?? `${directory}/${planName}`;
    const json = await files.readJsonIfThere(path, planName);
    if (json === null) {
        const hint = "write it with: hostenv-provider plan; or name another one: --plan FILE";
        throw new errors/* HostenvError */.aY("file-not-found", `there is no file ${planName}`, hint);
    }
    const name = inputs.memory ?? `${generated}/${memory/* MEMORY */.Qy}`;
    return {
        plan: (0,schema/* parsePlan */.vS)(json, planName),
        text: inputs.output === undefined ? null : await files.readIfThere(path),
        memory: await readMemory(inputs.memory ?? `${directory}/${name}`, name, files),
        name,
    };
}
// A file of nothing but `null` is there, and no memory.
async function readMemory(path, name, files) {
    const json = await files.readJsonIfThere(path, name);
    const isMissing = json === null && (await files.readIfThere(path)) === null;
    return isMissing ? null : (0,memory/* parseMemory */.Pw)(json, name);
}
/** What a decision leaves to be written. `off`: the sites of the off-list. */
async function textsOf({ plan, text }, memory, off, inputs, { files }) {
    const merged = text === null ? null : files.withFalse(text, (0,hostnames/* switchesOf */.IT)(plan, off));
    const there = inputs.output === undefined ? null : await files.readIfThere(inputs.output);
    return { memory: memory && (0,render_json/* document */.A)(memory), output: merged === there ? null : merged };
}
/**
 * Writes what is to be written, each file whole or not at all. The merged plan goes first: where it can't be
 * written, the memory is as it was. Returns new files that git was told of.
 */
async function writeGateFiles(texts, inputs, ports) {
    const { files, snapshot, generated } = ports;
    if (texts.output !== null && inputs.output !== undefined)
        await files.write(inputs.output, texts.output);
    if (texts.memory === null)
        return [];
    if (inputs.memory !== undefined) {
        await files.write(inputs.memory, texts.memory);
        return [];
    }
    await snapshot.replace(memory/* MEMORY */.Qy, texts.memory);
    return await ports.track([`${generated}/${memory/* MEMORY */.Qy}`]);
}

// EXTERNAL MODULE: ./build/commands/dns-gate-look.js + 10 modules
var dns_gate_look = __webpack_require__(8636);
// EXTERNAL MODULE: ./build/commands/dns-gate-order.js + 2 modules
var dns_gate_order = __webpack_require__(2164);
// EXTERNAL MODULE: ./build/commands/dns-gate-zones.js + 5 modules
var dns_gate_zones = __webpack_require__(2185);
;// CONCATENATED MODULE: ./build/commands/dns-gate.js














const count = coerce/* number */.ai().int().min(1);
/** Inputs of `dns-gate`. */
const dnsGateInputs = schemas/* strictObject */.rej({
    plan: schemas/* string */.YjP().optional(),
    memory: schemas/* string */.YjP().optional(),
    output: schemas/* string */.YjP().optional(),
    node: schemas/* array */.YOg(schemas/* string */.YjP()).default([]),
    nameserver: schemas/* array */.YOg(schemas/* string */.YjP()).default([]),
    deadline: coerce/* number */.ai().positive().default(300),
    concurrency: count.max(1_000).default(64),
    confirmations: count.optional(),
    force: schemas/* boolean */.zMY().default(false),
    httpCheck: schemas/* boolean */.zMY().default(false),
    failOn: schemas/* enum */.k5n(FAIL_ON).default("mismatch"),
    dryRun: schemas/* boolean */.zMY().default(false),
    ...dns_gate_order/* zoneInputs */.kI,
});
/** Resolvers as questions name servers. Throws UsageError for what is no address. */
function resolversIn(given) {
    return given.map((text) => {
        const found = (0,addresses/* endpointIn */.BT)(text);
        if (found !== null)
            return found;
        const hint = "give an address, with a port where it is not 53: 192.0.2.1, 192.0.2.1:5353 or [2001:db8::1]:53";
        throw new errors/* UsageError */.eb(`--nameserver '${text}' is no address`, hint);
    });
}
/** So many mismatches in a row turn a live hostname off: without memory there is no row. */
const CONFIRMATIONS = 3;
const WITHOUT_MEMORY = 1;
/**
 * Asks DNS whether hostnames lead to their nodes, and decides which are built with TLS. `finish` writes it.
 * Nobody else writes the snapshot from the moment it is read.
 */
async function dnsGate(inputs, ports) {
    const { snapshot, progress } = ports;
    if (inputs.dryRun || inputs.memory !== undefined)
        return await gated(inputs, ports);
    await snapshot.lock();
    try {
        const recovered = await snapshot.recover();
        if (recovered !== null)
            progress.notice(recovered);
        const gate = await gated(inputs, ports);
        if (!gate.finish)
            await snapshot.unlock();
        return gate;
    }
    catch (error) {
        await snapshot.unlock();
        throw error;
    }
}
async function gated(inputs, ports) {
    const start = await ports.snapshot.steadily(() => readGateFiles(inputs, ports));
    const sites = (0,hostnames/* sitesOf */.Yc)(start.plan);
    (0,owners/* refuseSharedNames */.q)(sites);
    refuseUnknownNodes(inputs.node, start.plan);
    const isMeant = ({ node }) => inputs.node.length === 0 || inputs.node.includes(node);
    const meant = sites.filter(isMeant);
    const look = (some, zones, quick) => (0,dns_gate_look/* lookAt */.t)(some, { ...inputs, ...quick, zones }, ports);
    const order = await (0,dns_gate_order/* orderOf */.mJ)(inputs, start.plan, sites, ports);
    const asked = { sites: meant, order, ports, look };
    const looked = await (0,dns_gate_zones/* throughProxies */.s)(await look(meant), asked);
    const confirmations = inputs.confirmations ?? (start.memory === null ? WITHOUT_MEMORY : CONFIRMATIONS);
    const wanted = sites.filter(({ skipped }) => skipped === null);
    const decide = async ({ rulings, port443 }) => (0,gate/* decision */.x)({
        sites: wanted,
        rulings,
        memory: start.memory,
        nodes: inputs.node,
        now: ports.clock.now(),
        confirmations,
        force: inputs.force,
        ...(await port443((0,gate/* toProbe */.m)(rulings, start.memory))),
    });
    const first = await decide(looked);
    const update = await (0,dns_gate_zones/* updated */.C)(looked, obstacleIn(first), asked);
    const decided = update.looked === looked ? first : await decide(update.looked);
    ports.progress.done();
    const answer = answerOf(update, decided, confirmations);
    const told = {
        rulings: update.looked.rulings,
        decision: decided,
        confirmations,
        isWhole: inputs.node.length === 0,
    };
    const left = await leaving(answer, decided, { start, wanted }, inputs, ports);
    return { ...left, name: start.name, calls: update.calls, run: told };
}
// What makes DNS itself doubtful.
function obstacleIn({ breaker, isBlind }) {
    return breaker ?? (isBlind ? "no name server gives an answer that can be relied on" : null);
}
function refuseUnknownNodes(named, plan) {
    const known = (0,facts/* hostsOf */.PP)(plan);
    for (const node of named.filter((each) => !known.includes(each))) {
        const near = (0,nearest/* nearest */.p)(node, known);
        const hint = near ? `did you mean '${near}'?` : `the plan's nodes are ${known.join(", ")}`;
        throw new errors/* UsageError */.eb(`--node '${node}': the plan has no such node`, hint);
    }
}
function answerOf({ looked: { rows }, writes, pending: unseen }, decided, confirmations) {
    const { disabled, withheld, enabled, pending, kept, redirects, memory, breaker } = decided;
    return {
        schema: 1,
        verdicts: [...rows],
        disabled: [...disabled],
        withheld: [...withheld],
        enabled: [...enabled],
        pending: [...new Set([...pending, ...unseen])].sort(json/* byBytes */.bg),
        kept: [...kept],
        confirmations,
        redirects: redirects.map(({ target, from }) => ({ target, from: [...from] })),
        off: [...memory.off],
        breaker: breaker !== null,
        written: false,
        writes: [...writes],
    };
}
async function leaving(answer, decided, { start, wanted }, inputs, ports) {
    const { changed, memory } = decided;
    const obstacle = obstacleIn(decided);
    const exitCode = gateExitCode(answer, inputs.failOn, decided.isBlind);
    const isDry = inputs.dryRun;
    if (obstacle !== null)
        return { exitCode, answer, obstacle, isDry };
    const off = wanted.filter(({ hostname }) => memory.off.includes(hostname));
    const texts = await textsOf(start, changed ? memory : null, off, inputs, ports);
    const written = !isDry && (texts.memory !== null || texts.output !== null);
    const common = { exitCode, answer: { ...answer, written }, obstacle, isDry };
    if (!written)
        return common;
    const finish = async () => {
        try {
            const fresh = await writeGateFiles(texts, inputs, ports);
            if (fresh.length > 0)
                ports.progress.notice(`git add --intent-to-add ${fresh.join(" ")}: a flake sees only files git knows`);
        }
        finally {
            await ports.snapshot.unlock();
        }
    };
    return { ...common, finish };
}


/***/ }),

/***/ 4333:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  composedDnsGate: () => (/* binding */ composedDnsGate),
  tracking: () => (/* binding */ tracking),
  zonesOf: () => (/* binding */ zonesOf)
});

// EXTERNAL MODULE: ./node_modules/zod/v4/classic/coerce.js
var coerce = __webpack_require__(9567);
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
// EXTERNAL MODULE: ./build/adapters/git-trees.js
var git_trees = __webpack_require__(3065);
// EXTERNAL MODULE: ./build/adapters/http-challenges.js
var http_challenges = __webpack_require__(6400);
// EXTERNAL MODULE: ./build/adapters/system-clock.js
var system_clock = __webpack_require__(9903);
// EXTERNAL MODULE: ./build/adapters/system-timer.js
var system_timer = __webpack_require__(5396);
// EXTERNAL MODULE: ./build/adapters/tls-certificates.js
var tls_certificates = __webpack_require__(3305);
// EXTERNAL MODULE: ./build/commands/dns-gate.js + 3 modules
var dns_gate = __webpack_require__(3595);
// EXTERNAL MODULE: ./build/domain/json.js
var json = __webpack_require__(7803);
// EXTERNAL MODULE: ./build/domain/dns/memory.js
var dns_memory = __webpack_require__(9154);
;// CONCATENATED MODULE: ./build/domain/dns/problems.js


/** The problem of those that have to wait for an issue of their own. */
const MORE = "more";
/** What a problem is about: the same in every run. */
function problemKey(problem) {
    if (problem.kind === "hostname")
        return hostnameKey(problem.ruling.site.hostname);
    return problem.kind === "node" ? nodeKey(problem.node) : problem.kind;
}
const hostnameKey = (hostname) => `hostname:${hostname}`;
const nodeKey = (node) => `node:${node}`;
/** The hostname a key is about, null where it is about none. */
function hostnameOf(key) {
    return key.startsWith("hostname:") ? key.slice("hostname:".length) : null;
}
/** What is wrong, hostnames by bytes. Where the run as a whole is not believed, that alone is. */
function dnsProblems(run) {
    const { rulings, decision } = run;
    if (decision.isBlind)
        return [{ kind: "blind" }];
    const { breaker: why, disabled, enabled } = decision;
    if (why !== null)
        return [{ kind: "breaker", why, disabled, enabled }];
    const hostnames = rulings
        .filter((ruling) => isTold(ruling, run))
        .map((ruling) => hostnameProblem(ruling, run))
        .sort((left, right) => (0,json/* byBytes */.bg)(left.ruling.site.hostname, right.ruling.site.hostname));
    return [...nodeProblems(rulings), ...hostnames];
}
/** Whether what a key is about is known to be right, or nobody's affair any more. */
function isSettled(key, run) {
    const { rulings, decision, isWhole } = run;
    if (key === "blind")
        return isWhole;
    if (decision.isBlind)
        return false;
    if (key === "breaker")
        return isWhole;
    if (decision.breaker !== null)
        return false;
    const about = rulings.filter(({ site }) => [hostnameKey(site.hostname), nodeKey(site.node)].includes(key));
    if (about.length === 0)
        return isWhole;
    return key.startsWith("node:") ? !about.every(isNodeless) : about.every(isRight);
}
const isRight = ({ verdict }) => verdict === "match" || verdict === "proxied";
// What the gate does not act on yet may be over before anybody has read of it.
function isTold({ site, verdict, counts }, { decision: { memory }, confirmations }) {
    if (verdict !== "mismatch")
        return false;
    const entry = (0,dns_memory/* entryOf */.Ms)(memory, site.hostname);
    const isLive = entry?.live === true && entry.node === site.node;
    return !isLive || !counts || entry.count >= confirmations;
}
function hostnameProblem(ruling, { decision: { memory } }) {
    const { hostname, node, environment } = ruling.site;
    const entry = (0,dns_memory/* entryOf */.Ms)(memory, hostname);
    const old = Object.hasOwn(memory.holds, environment) ? memory.holds[environment] : null;
    return {
        kind: "hostname",
        ruling,
        since: entry?.node === node && entry.verdict === "mismatch" ? entry.since : null,
        isOff: memory.off.includes(hostname),
        heldBy: old === node ? null : old,
    };
}
function nodeProblems(rulings) {
    const nodes = [...new Set(rulings.filter(isNodeless).map(({ site }) => site.node))].sort(json/* byBytes */.bg);
    return nodes.flatMap((node) => {
        const there = rulings.filter(({ site }) => site.node === node);
        const hostnames = there.map(({ site }) => site.hostname).sort(json/* byBytes */.bg);
        const [first] = there;
        if (!first?.site || !there.every(isNodeless))
            return [];
        return [{ kind: "node", node, expected: first.site.expected, hostnames }];
    });
}
function isNodeless({ verdict, reason }) {
    return verdict === "unknown" && reason === "node-unresolvable";
}

// EXTERNAL MODULE: ./build/render/escape.js
var render_escape = __webpack_require__(6082);
// EXTERNAL MODULE: ./build/render/fit.js
var fit = __webpack_require__(3302);
;// CONCATENATED MODULE: ./build/render/dns-issue.js



/** Names and lines have no length of their own, and an issue has. */
const [LENGTH, LINES, NAMES] = [300, 20, 10];
/** Why a hostname is wrong, after "because": our words only. */
const WHY = {
    elsewhere: "it leads somewhere else",
    partial: "one of its addresses is the node's and another is not",
    ipv6: "its IPv6 addresses lead somewhere else, and Let's Encrypt tries those first",
    nxdomain: "the name does not exist in DNS",
    nodata: "the name has no address in DNS",
    "target-unresolvable": "the name it is an alias of has no address",
    loop: "it is an alias that leads back to itself",
    wildcard: "a certificate for a wildcard can't be had over HTTP",
    caa: "a CAA record forbids Let's Encrypt to issue a certificate",
    dnssec: "its DNSSEC signatures are wrong, so that resolvers which check them give no answer",
    alias: "one of its other names does not lead to the node, and a certificate needs all of them",
    unreachable: "the node does not answer on port 80, where Let's Encrypt asks",
};
/** Why a hostname is wrong, as the end of a sentence. */
function whyWrong(reason) {
    return WHY[reason ?? ""] ?? "DNS says something else";
}
/** Reasons for which DNS leads visitors to the node all the same. */
const LEADS = ["caa", "dnssec", "wildcard", "alias", "unreachable"];
/** A value of somebody else's in a line of an issue. */
const inText = (value) => (0,render_escape/* code */.aY)((0,render_escape/* shortened */.vI)(value, LENGTH), "text");
/** The same in a cell of a table. */
const inTable = (value) => (0,render_escape/* code */.aY)((0,render_escape/* shortened */.vI)(value, LENGTH), "table");
/** The issue of a hostname. `names` are those of every virtual host of the run. */
function hostnameDraft(problem, names) {
    const { site, reason } = problem.ruling;
    const { hostname, node } = site;
    const wrong = names
        .filter(({ virtualHost, verdict }) => virtualHost === hostname && verdict === "mismatch")
        .slice(0, NAMES);
    return {
        key: problemKey(problem),
        cause: WHY[reason ?? ""] === undefined ? "other" : reason,
        title: LEADS.includes(reason ?? "")
            ? `DNS: no certificate can be had for ${hostname}`
            : `DNS: ${hostname} does not lead to ${node}`,
        text: hostnameText(problem, wrong),
        essence: essence(problem, wrong),
    };
}
// A name of one kind of character alone can take twenty times its length.
function hostnameText(problem, wrong) {
    const evidence = folded("What was asked and answered", problem.ruling.evidence);
    const parts = [sentence(problem), facts(problem, wrong), remedy(wrong), ENDING, evidence];
    return (0,fit/* firstThatFits */.eO)([
        () => joined(parts),
        () => joined(parts.slice(0, -1)),
        () => joined(parts.slice(0, 1)),
    ]);
}
function joined(parts) {
    return parts.filter((part) => part !== "").join("\n\n");
}
function sentence({ ruling: { site, reason } }) {
    const { hostname, environment, node, expected } = site;
    return (`${inText(hostname)} belongs to ${inText(environment)} and should lead to **${inText(node)}** ` +
        `(${inText(expected)}), but ${whyWrong(reason)}.`);
}
function facts(problem, wrong) {
    const { site } = problem.ruling;
    const seen = wrong.map(({ hostname, reason, seen: found }) => {
        const what = found.length === 0 ? "nothing" : found.slice(0, LINES).map(inTable).join(" ");
        return [
            hostname === site.hostname ? "Seen" : `Seen for ${inTable(hostname)} (${whyWrong(reason)})`,
            what,
        ];
    });
    const rows = [
        ...seen,
        ["Expected", `the addresses of ${inTable(site.expected)}, and no other`],
        ...(problem.since === null ? [] : [["Since", inTable(problem.since)]]),
        ["Meanwhile", meanwhile(problem)],
    ];
    return ["| | |", "|--|--|", ...rows.map(([name, value]) => `| ${name} | ${value} |`)].join("\n");
}
function meanwhile({ isOff, heldBy, ruling: { counts } }) {
    if (heldBy !== null)
        return `**${inTable(heldBy)}** goes on serving it until DNS leads to the new node; what visitors write there meanwhile does not come along`;
    if (isOff)
        return "TLS is off: it answers over HTTP only, and gets its certificate by itself once DNS is right";
    return counts
        ? "TLS is still on"
        : "TLS stays on with the certificate it has, which can't be renewed until this is mended";
}
function remedy(wrong) {
    const records = wrong.flatMap((name) => name.records).slice(0, LINES);
    if (records.length === 0)
        return "";
    const isBeside = records.every((record) => / CAA /.test(record));
    const where = isBeside
        ? "Add this record beside those there are:"
        : "Set this in place of all A, AAAA and CNAME records of the name:";
    return [where, "", ...records.map((record) => `- ${inText(record)}`)].join("\n");
}
/** How the issue of a hostname ends, one way or the other. */
const ENDING = "This issue closes itself when DNS is right. Close it as *not planned* to be left alone until the reason is another one.";
function folded(title, lines) {
    if (lines.length === 0)
        return "";
    const shown = lines.slice(0, LINES).map((line) => `- ${inText(line)}`);
    return ["<details>", `<summary>${title}</summary>`, "", ...shown, "", "</details>"].join("\n");
}
// A name with several addresses often answers with others the next time. One that moved is news.
function essence({ ruling, since, isOff, heldBy }, wrong) {
    const { site, reason } = ruling;
    const told = wrong.map(({ hostname, reason: each, seen, records }) => [
        ...[hostname, each, seen.length === 1 ? seen : [], records],
    ]);
    return JSON.stringify([site.environment, site.node, site.expected, reason, since, isOff, heldBy, told]);
}

// EXTERNAL MODULE: ./build/render/words.js
var words = __webpack_require__(8712);
;// CONCATENATED MODULE: ./build/render/dns-issues.js




/** So many names are listed, and fewer where they are long. */
const LISTED = [200, 20, 0];
/** The issue of each problem. `names` are those of every virtual host of the run. */
function dnsDrafts(problems, names) {
    return problems.map((problem) => {
        if (problem.kind === "hostname")
            return hostnameDraft(problem, names);
        if (problem.kind === "node")
            return nodeDraft(problem);
        return problem.kind === "blind" ? blindDraft() : breakerDraft(problem);
    });
}
function nodeDraft(problem) {
    const { node, expected, hostnames } = problem;
    return {
        key: problemKey(problem),
        cause: "node-unresolvable",
        title: `DNS: the name of ${node} can't be resolved`,
        text: listing(`The node **${inText(node)}** is called ${inText(expected)}, and DNS gives no address for that name. What ` +
            "its hostnames should lead to is not known, so nothing is changed for them: certificates are neither given " +
            "up nor asked for.\n\nAdd the node's A and AAAA records to its zone. This issue closes itself.", hostnames, inText),
        essence: JSON.stringify([expected, hostnames]),
    };
}
function blindDraft() {
    return {
        key: "blind",
        cause: "blind",
        title: "DNS could not be asked",
        text: "No hostname of the plan has a definite answer, which is no hostname's fault. Nothing was changed, and nothing " +
            "will be until DNS answers again; issues of hostnames stay as they are.\n\nIf this does not pass by itself, see " +
            "whether the runner may send DNS questions, and whether the name servers it was given (`nameserver`) answer. " +
            "This issue closes itself.",
        essence: "",
    };
}
function breakerDraft(problem) {
    const { why, disabled, enabled } = problem;
    const changes = [...disabled.map((name) => [name, "off"]), ...enabled.map((name) => [name, "on"])];
    return {
        key: problemKey(problem),
        cause: "breaker",
        title: "DNS: too much would change at once",
        text: listing(`${inText(why)}: nothing was changed, and issues of hostnames stay as they are.\n\nSee whether ` +
            "this is so. If it is, run the gate once by hand with `--force`; if it is not, somebody's DNS, or who tells " +
            "of it, has gone wrong. This issue closes itself when fewer hostnames are concerned.", changes, ([name = "", to = ""]) => `${inText(name)}: TLS ${to}`),
        essence: JSON.stringify(changes),
    };
}
/** The one issue of problems that have to wait for an issue of their own. */
function collectedDraft(waiting) {
    const titles = waiting.map(({ title }) => title);
    return {
        key: MORE,
        cause: "more",
        title: "DNS: more hostnames are wrong",
        text: listing(`${(0,words/* counted */.hS)(waiting.length, "more problem")} of DNS. Each gets an issue of its own in one of the next runs, and ` +
            "this one closes itself.", titles, inText),
        essence: JSON.stringify(titles),
    };
}
function listing(text, items, line) {
    return (0,fit/* firstThatFits */.eO)(LISTED.map((most) => () => listed(text, items, line, most)));
}
function listed(text, items, line, most) {
    const rest = items.length - Math.min(most, items.length);
    const lines = items.slice(0, most).map((item) => `- ${line(item)}`);
    return [text, "", ...lines, ...(rest > 0 ? [`- and ${rest} more`] : [])].join("\n").trimEnd();
}
/** What is said when the issue of a key is closed: what is seen now. */
function dnsFarewell(key, { rulings }, names) {
    const hostname = hostnameOf(key);
    if (hostname === null)
        return FAREWELLS[key] ?? "The node's name has an address again, or no hostname is left there.";
    const ruling = rulings.find(({ site }) => site.hostname === hostname);
    return ruling ? rightAgain(ruling, names) : "The plan wants no certificate for this hostname any more.";
}
const FAREWELLS = {
    blind: "DNS answers again.",
    breaker: "Not so much would change at once any more.",
    [MORE]: "Every problem has an issue of its own now, or is gone.",
};
function rightAgain({ site, verdict }, names) {
    const { hostname, node } = site;
    if (verdict === "proxied")
        return `${inText(hostname)} leads to **${inText(node)}** again, through Cloudflare.`;
    const seen = names.find((name) => name.hostname === hostname)?.seen ?? [];
    const addresses = seen.length === 0 ? "" : `: ${seen.slice(0, 20).map(inText).join(" ")}`;
    return `${inText(hostname)} leads to **${inText(node)}** again${addresses}`;
}

// EXTERNAL MODULE: ./build/commands/report-problems.js + 3 modules
var report_problems = __webpack_require__(2878);
;// CONCATENATED MODULE: ./build/commands/dns-issues.js



/** Keeps one issue per problem that a run of the gate has found. `names` are all that it looked at. */
async function dnsIssues(run, names, options, ports) {
    const drafts = dnsDrafts(dnsProblems(run), names);
    return (0,report_problems/* reportProblems */.T)(drafts, {
        ...options,
        topic: "dns",
        isSettled: (key) => isSettled(key, run),
        collected: collectedDraft,
        farewell: (key) => dnsFarewell(key, run, names),
    }, ports);
}

// EXTERNAL MODULE: ./build/errors.js
var errors = __webpack_require__(9473);
// EXTERNAL MODULE: ./node_modules/picocolors/picocolors.js
var picocolors = __webpack_require__(7336);
;// CONCATENATED MODULE: ./build/render/dns-gate-sections.js
/** The names of a run by what is to be said of them: what needs a person stands first, each name stands once. */
function sectionsOf({ answer, obstacle, isDry }) {
    const { verdicts, disabled, enabled, pending, kept, confirmations, off } = answer;
    const goes = obstacle !== null || isDry ? "would go" : "goes";
    const counts = new Map(kept.map(({ hostname, count }) => [hostname, count]));
    const isWrong = ({ verdict }) => verdict === "mismatch";
    const isClosed = ({ httpCheck }) => httpCheck === "unreachable";
    const isIn = (list) => {
        const names = new Set(list);
        return ({ virtualHost }) => names.has(virtualHost);
    };
    const [wasDisabled, isOff, isPending] = [isIn(disabled), isIn(off), isIn(pending)];
    return parted(verdicts, [
        ["bad", `TLS ${goes} off with the next deploy`, (row) => isWrong(row) && wasDisabled(row)],
        ...[...new Set(counts.values())]
            .sort((left, right) => right - left)
            .map((count) => {
            const title = count === 0 ? UNRENEWED : keptTitle(confirmations - count);
            return ["bad", title, (row) => isWrong(row) && counts.get(row.virtualHost) === count];
        }),
        [
            "bad",
            "Port 80 does not answer, so no new certificate can be had",
            (row) => isClosed(row) && !isOff(row),
        ],
        ["wait", "Without TLS until DNS is right", isWrong],
        ["wait", "Without TLS until port 80 answers", isClosed],
        ["wait", "Set, and not yet seen in DNS", ({ reason }) => reason === "pending"],
        ["wait", "Not known, and left as it is", ({ verdict }) => verdict === "unknown"],
        ["wait", "Right, and TLS waits: it was turned on twice within this hour", isPending],
        ["good", `TLS ${goes} on with the next deploy`, isIn(enabled)],
        ["good", "Right, and without TLS for another name of the same certificate", isOff],
        ["good", "Right", ({ verdict }) => verdict !== "skipped"],
        ["good", "Not looked at", () => true],
    ]);
}
const UNRENEWED = "TLS stays on, but no new certificate can be had";
function keptTitle(more) {
    return `TLS stays on for now, and goes off when ${more === 1 ? "one more run finds" : `${more} more runs find`} the same`;
}
function parted(all, rules) {
    const left = new Set(all);
    return rules.flatMap(([kind, title, which]) => {
        const rows = [...left].filter(which);
        for (const row of rows)
            left.delete(row);
        return rows.length > 0 ? [{ kind, title, rows }] : [];
    });
}
/** `3 wrong · 1 unknown · 8 right · 2 skipped`. */
function verdictLine({ verdicts }) {
    const words = {
        mismatch: "wrong",
        unknown: "unknown",
        match: "right",
        proxied: "proxied",
        skipped: "skipped",
    };
    const told = Object.entries(words).flatMap(([kind, word]) => {
        const count = verdicts.filter(({ verdict }) => verdict === kind).length;
        return count > 0 ? [`${count} ${word}`] : [];
    });
    return told.length > 0 ? told.join(" · ") : "no hostnames";
}
/** What became of the files; `shown` makes a name fit to be shown. */
function endingOf({ answer, obstacle, name, isDry }, shown) {
    if (obstacle !== null) {
        const hint = answer.breaker ? "; look at why first, and if it is meant: --force" : "";
        return `nothing was written: ${obstacle}${hint}`;
    }
    if (isDry)
        return "nothing was written: --dry-run";
    return answer.written
        ? `${shown(name)} is written: the next deploy builds from it`
        : `nothing changed in ${shown(name)}`;
}
/** What a reason means. */
const REASONS = {
    elsewhere: "leads elsewhere",
    partial: "leads here, and elsewhere as well",
    ipv6: "its IPv6 address leads elsewhere",
    nxdomain: "does not exist",
    nodata: "has no address",
    "target-unresolvable": "is an alias of a name without address",
    loop: "is an alias of itself",
    wildcard: "no wildcard can be proved over HTTP: list the names one by one",
    caa: "a CAA record forbids Let's Encrypt",
    dnssec: "the zone's signatures are broken: its operator must mend them, or take the DS record out",
};
/** Lines of evidence that are shown where there is no record to set. */
const EVIDENCE_SHOWN = 4;
/** What is to be said of a name besides where it leads. */
function remarksOf(row) {
    const { verdict, reason, virtualHost, hostname, records, evidence, httpCheck } = row;
    const closed = httpCheck === "unreachable" ? evidence.filter((line) => line.startsWith("port 80 ")) : [];
    const isUntold = verdict === "unknown" || (verdict === "mismatch" && records.length === 0);
    return {
        aliasOf: virtualHost === hostname ? null : virtualHost,
        meaning: verdict === "mismatch" ? (REASONS[reason ?? ""] ?? "") : "",
        verb: reason === "caa" ? "add" : "set",
        records,
        evidence: isUntold ? evidence.slice(0, EVIDENCE_SHOWN) : closed,
    };
}

;// CONCATENATED MODULE: ./build/render/dns-writes.js


/** What a reason means, as docs/cloudflare.md has it. */
const dns_writes_REASONS = {
    "no-zone": "no zone that the token can see holds it",
    "zone-not-ours": "its zone is none that the plan or --cf-zone names",
    "zone-not-served": "Cloudflare is not the one who answers for its zone",
    "zone-unreadable": "the token may not read the records of its zone",
    "node-name": "it is a node's own name",
    apex: "it is the zone itself: a person must set its records",
    mail: "it has an MX record",
    delegated: "it is delegated to other name servers",
    "not-allowed": "its environment is not known to own it: see provider.allowedSuffixes",
    "not-ours": "its records are not marked as ours: --adopt takes them over",
    "other-records": "no alias may stand beside the records it has",
    "comment-full": "the comment of its record has no room for our mark: shorten it",
    "no-addresses": "the addresses of its node are not known",
    "not-deployed": "that its environment runs there is not confirmed: give --deployed",
    "too-many": "it has too many records",
    "changed-meanwhile": "somebody changed it after it was read",
    rejected: "Cloudflare rejects it",
    forbidden: "the token may not edit its zone",
    limited: "Cloudflare takes no more requests",
    "no-answer": "Cloudflare did not answer, and its records are as before",
    "not-applied": "Cloudflare took it, and its records are as before",
    "neither-old-nor-new": "its records are neither as before nor as wanted: look at them",
    unproven: "it was sent, and what became of it can't be read: look at its records",
    stopped: "nothing more is written, since a zone can't be read",
};
/** More than this of what a server says is not shown. */
const DETAIL_LENGTH = 200;
/** Records that were changed or left alone, for people at a terminal; empty where there are none. */
function writesText(writes, calls, paint) {
    if (writes.length === 0)
        return "";
    const marks = { bad: paint.red("✖"), wait: paint.yellow("▲"), good: paint.green("✔") };
    const lines = writeLines(writes).flatMap(({ kind, hostname, text, changes }) => [
        `  ${marks[kind]} ${(0,render_escape/* visible */.RK)(hostname)}: ${(0,render_escape/* visible */.RK)(text)}`,
        ...changes.map((change) => `      ${paint.cyan((0,render_escape/* visible */.RK)(change))}`),
    ]);
    const sent = calls.map(({ method, path, body }) => `  would be sent: ${method} ${(0,render_escape/* visible */.RK)(path)}\n  ${(0,render_escape/* visible */.RK)(JSON.stringify(body))}`);
    return [paint.bold("DNS records"), ...lines, ...sent].join("\n");
}
/** The same as Markdown, with at most so many hostnames. */
function writesTable(writes, most) {
    if (writes.length === 0)
        return "";
    if (most === 0)
        return `DNS records: ${(0,words/* counted */.hS)(writes.length, "hostname")}`;
    const marks = { bad: "🔴", wait: "🟡", good: "🟢" };
    const rows = writeLines(writes)
        .slice(0, most)
        .map(({ kind, hostname, text, changes }) => {
        const shown = changes.map((change) => (0,render_escape/* code */.aY)(change)).join("<br>");
        return `| ${marks[kind]} ${(0,render_escape/* code */.aY)(hostname)} | ${(0,render_escape/* code */.aY)(text)} | ${shown} |`;
    });
    const more = writes.length > most ? [`\nand ${writes.length - most} more`] : [];
    return [
        `### DNS records (${writes.length})\n`,
        "| hostname | result | records |",
        "|--|--|--|",
        ...rows,
        ...more,
    ].join("\n");
}
/** What became of records, a line for each hostname. Nothing in them is escaped. What needs a person comes first. */
function writeLines(writes) {
    const rank = { bad: 0, wait: 1, good: 2 };
    return writes.map(lineOf).sort((left, right) => rank[left.kind] - rank[right.kind]);
}
function lineOf({ hostname, result, reason, detail, operations }) {
    const why = reason === null ? "" : `: ${dns_writes_REASONS[reason]}`;
    const said = detail === null ? "" : ` (${(0,render_escape/* shortened */.vI)(detail, DETAIL_LENGTH)})`;
    return {
        kind: result === "failed" ? "bad" : result === "refused" || result === "left" ? "wait" : "good",
        hostname,
        text: `${result === "dry-run" ? "would be written" : result}${why}${said}`,
        changes: operations.map(changeOf),
    };
}
function changeOf({ type, before, after }) {
    if (before === null)
        return `${type} new → ${after?.content}`;
    if (after === null)
        return `${type} ${before.content} → deleted`;
    const proxied = after.proxied ? ", proxied as before" : "";
    if (before.content === after.content)
        return `${type} ${before.content}: marked as ours`;
    return `${type} ${before.content} → ${after.content}${proxied}`;
}

// EXTERNAL MODULE: ./build/render/table.js
var table = __webpack_require__(9341);
;// CONCATENATED MODULE: ./build/render/dns-gate.js







/** More names that are right are counted instead of listed. */
const MOST_RIGHT = 20;
const SEEN_LENGTH = 60;
/** A run for people at a terminal. Ends with a line break. */
function gateTerminal(story, color) {
    const paint = picocolors.createColors(color);
    const ending = endingOf(story, render_escape/* visible */.RK);
    const [todo, good] = byNeed(sectionsOf(story));
    const parts = [
        paint.bold(`dns-gate: ${verdictLine(story.answer)}`),
        ...(story.obstacle === null ? [] : [paint.red(ending)]),
        ...todo.map((section) => sectionText(section, paint)),
        redirectLines(story.answer, render_escape/* visible */.RK).join("\n"),
        writesText(story.answer.writes, story.calls, paint),
        ...good.map((section) => sectionText(section, paint)),
        ...(story.obstacle === null ? [ending] : []),
    ];
    return (0,render_escape/* harmless */.Is)(`${parts.filter((part) => part !== "").join("\n\n")}\n`);
}
// What needs nobody stands behind all that does.
function byNeed(sections) {
    return [sections.filter(({ kind }) => kind !== "good"), sections.filter(({ kind }) => kind === "good")];
}
function sectionText({ kind, title, rows }, paint) {
    const head = paint.bold(`${mark(kind, paint)} ${title}`);
    if (kind === "good" && rows.length > MOST_RIGHT)
        return `${head}: ${(0,words/* counted */.hS)(rows.length, "hostname")}`;
    const lines = (0,table/* aligned */.b)(rows.map(cellsOf));
    const told = rows.flatMap((row, index) => [`  ${lines[index]}`, ...remarkLines(row, paint)]);
    return [head, ...told].join("\n");
}
function mark(kind, paint) {
    if (kind === "bad")
        return paint.red("✖");
    return kind === "wait" ? paint.yellow("▲") : paint.green("✔");
}
function cellsOf({ hostname, node, seen, expected, verdict, reason }) {
    const said = [verdict, ...(reason === null ? [] : [reason])].join(" ");
    const cells = [(0,render_escape/* visible */.RK)(hostname), (0,render_escape/* visible */.RK)(node), (0,render_escape/* visible */.RK)(said)];
    if (verdict === "skipped")
        return [...cells, ""];
    return [...cells, `${seenText(seen)}, expected ${(0,render_escape/* visible */.RK)(expected)}`];
}
function seenText(seen) {
    return seen.length === 0 ? "seen nothing" : `seen ${(0,render_escape/* visible */.RK)((0,render_escape/* shortened */.vI)(seen.join(" "), SEEN_LENGTH))}`;
}
function remarkLines(row, paint) {
    const { aliasOf, meaning, verb, records, evidence } = remarksOf(row);
    const about = [aliasOf === null ? "" : `alias of ${(0,render_escape/* visible */.RK)(aliasOf)}`, meaning].filter((part) => part !== "");
    return [
        ...(about.length > 0 ? [`    ${about.join(": ")}`] : []),
        ...records.map((record) => `    ${verb}: ${paint.cyan((0,render_escape/* visible */.RK)(record))}`),
        ...evidence.map((line) => paint.dim(`    ${(0,render_escape/* visible */.RK)(line)}`)),
    ];
}
/** A run as Markdown for a job summary. */
function gateSummary(story, limit) {
    const { answer, obstacle } = story;
    const inText = (value) => (0,render_escape/* code */.aY)(value, "text");
    const [todo, good] = byNeed(sectionsOf(story));
    const isBad = obstacle !== null || answer.verdicts.some(({ verdict }) => verdict === "mismatch");
    const level = (most, isGoodTold) => () => [
        `## ${isBad ? "🔴" : "⚪"} hostenv dns-gate: ${verdictLine(answer)}`,
        endingOf(story, inText),
        ...todo.map((section) => sectionTable(section, most, isGoodTold)),
        ...redirectLines(answer, inText).slice(0, most),
        writesTable(answer.writes, most),
        ...good.map((section) => sectionTable(section, most, isGoodTold)),
    ]
        .filter((part) => part !== "")
        .join("\n\n");
    return (0,fit/* firstThatFits */.eO)([level(500, true), level(500, false), level(50, false), level(0, false)], limit);
}
function sectionTable({ kind, title, rows }, most, isGoodTold) {
    const number = (0,words/* counted */.hS)(rows.length, "hostname");
    if (most === 0 || (kind === "good" && !isGoodTold))
        return `${title}: ${number}`;
    const head = kind === "good" ? `${title}: ${number}` : `### ${title} (${rows.length})`;
    const lines = rows.slice(0, most).map((row) => `| ${tableCells(row).join(" | ")} |`);
    const more = rows.length > most ? [`\nand ${rows.length - most} more`] : [];
    const table = [
        "| hostname | node | verdict | seen | what to do |",
        "|--|--|--|--|--|",
        ...lines,
        ...more,
    ].join("\n");
    return kind === "good"
        ? `<details><summary>${head}</summary>\n\n${table}\n\n</details>`
        : `${head}\n\n${table}`;
}
function tableCells(row) {
    const { hostname, node, verdict, reason, seen } = row;
    const { aliasOf, meaning, verb, records, evidence } = remarksOf(row);
    const alias = aliasOf === null ? "" : `<br>alias of ${(0,render_escape/* code */.aY)(aliasOf)}`;
    const said = [verdict, reason].filter((part) => part !== null).join(" ");
    const why = [meaning, ...evidence.map((line) => (0,render_escape/* code */.aY)((0,render_escape/* shortened */.vI)(line, 200)))].filter((part) => part !== "");
    return [
        `${(0,render_escape/* code */.aY)(hostname)}${alias}`,
        (0,render_escape/* code */.aY)(node),
        [(0,render_escape/* code */.aY)(said), ...why].join("<br>"),
        seen.length === 0 ? "nothing" : (0,render_escape/* code */.aY)((0,render_escape/* shortened */.vI)(seen.join(" "), SEEN_LENGTH)),
        records.map((record) => `${verb} ${(0,render_escape/* code */.aY)(record)}`).join("<br>"),
    ];
}
function redirectLines({ redirects }, shown) {
    return redirects.map(({ target, from }) => `${shown(target)} has no TLS, and these send their visitors there over TLS: ${from.map(shown).join(", ")}`);
}

// EXTERNAL MODULE: ./build/render/json.js
var render_json = __webpack_require__(7199);
// EXTERNAL MODULE: ./build/render/page/anchors.js
var page_anchors = __webpack_require__(9115);
// EXTERNAL MODULE: ./build/render/page/copyable.js
var copyable = __webpack_require__(8540);
// EXTERNAL MODULE: ./build/render/page/filters.js
var filters = __webpack_require__(3130);
;// CONCATENATED MODULE: ./build/render/page/gate-tasks.js

const OWNER = "the owner of the domain";
const wrongBy = (...reasons) => ({ row }) => row.verdict === "mismatch" && reasons.includes(row.reason ?? "");
const unknownBy = (...reasons) => ({ row }) => row.verdict === "unknown" && reasons.includes(row.reason ?? "");
// Of these the first that fits.
const RULES = [
    { what: "Let Let's Encrypt issue certificates", who: OWNER, which: wrongBy("caa") },
    {
        what: "Mend the zone's DNSSEC signatures",
        who: "whoever runs the zone's name servers",
        which: wrongBy("dnssec"),
    },
    { what: "List the names one by one", who: "the owner of the project", which: wrongBy("wildcard") },
    {
        what: "Set these records",
        who: OWNER,
        which: ({ row }) => row.verdict === "mismatch" && row.records.length > 0,
    },
    { what: "Look at the records", who: OWNER, which: ({ row }) => row.verdict === "mismatch" },
    {
        what: "Let port 80 of the node answer",
        who: "you, who run the node",
        which: ({ row }) => row.httpCheck === "unreachable",
    },
    {
        what: "Give the node's own name an address",
        who: "you, who run the node",
        which: unknownBy("node-unresolvable"),
    },
    { what: "Give a token that may read the zone", who: "you, who run the gate", which: unknownBy("proxied") },
    { what: "Wait for name servers to show what was set", who: null, which: unknownBy("pending") },
    {
        what: "Wait for an answer that can be relied on",
        who: null,
        which: ({ row }) => row.verdict === "unknown",
    },
    { what: "Wait: TLS was turned on twice within this hour", who: null, which: ({ kind }) => kind === "wait" },
    { what: "Nothing to do", who: null, which: ({ row }) => row.verdict !== "skipped" },
    { what: "Not looked at", who: null, which: () => true },
];
/** The names of a run by what must be done and by whom; each stands once. */
function tasksOf(story) {
    const names = sectionsOf(story).flatMap(({ kind, title, rows }) => rows.map((row) => ({ row, kind, outcome: title })));
    const left = new Set(names);
    const tasks = RULES.flatMap(({ what, who, which }) => {
        const found = [...left].filter(which);
        for (const name of found)
            left.delete(name);
        return found.length > 0 ? [{ what, who, names: found }] : [];
    });
    return tasks.sort((one, other) => Number(isUrgent(other)) - Number(isUrgent(one)));
}
/** Whether somebody must do something. */
function isOpen({ who }) {
    return who !== null;
}
/** Whether visitors or certificates suffer already. */
function isUrgent({ names }) {
    return names.some(({ kind }) => kind === "bad");
}

// EXTERNAL MODULE: ./build/render/page/html.js
var html = __webpack_require__(9960);
// EXTERNAL MODULE: ./build/render/page/shell.js + 3 modules
var shell = __webpack_require__(6666);
// EXTERNAL MODULE: ./build/render/page/table.js
var page_table = __webpack_require__(7949);
;// CONCATENATED MODULE: ./build/render/page/gate-page.js











const ATTENTION = { bad: 3, wait: 2, good: 0 };
/** A run of the DNS gate as one HTML file: what must be done, by whom, and why. */
function gatePage(story) {
    const { answer, obstacle } = story;
    const nodes = [...new Set(answer.verdicts.map(({ node }) => node))].sort();
    const line = verdictLine(answer);
    const isBad = obstacle !== null || answer.verdicts.some(({ verdict }) => verdict === "mismatch");
    const [first, ...rest] = line.split(" · ");
    return (0,shell/* rendered */.g)({
        title: `hostenv dns-gate: ${line}`,
        kicker: (0,html/* html */.qy) `hostenv dns-gate`,
        headline: (0,html/* html */.qy) `<span class="verdict ${isBad ? "bad" : "good"}">${first}</span>${rest.map((part) => (0,html/* html */.qy) ` <span class="part">${part}</span>`)}`,
        facts: [["Result", (0,html/* html */.qy) `${endingOf(story, (name) => name)}`]],
        choices: {
            search: "hostname, environment …",
            nodes,
            attention: [
                [3, "what visitors suffer from"],
                [2, "what waits, too"],
            ],
            kinds: [["hostname", "hostnames"]],
        },
        sections: sectionsIn(story, (0,filters/* numbersOf */.cZ)(nodes)),
    });
}
function sectionsIn(story, numbers) {
    const tasks = tasksOf(story);
    const [open, rest] = [tasks.filter(isOpen), tasks.filter((task) => !isOpen(task))];
    const count = (some) => some.reduce((sum, { names }) => sum + names.length, 0);
    const todo = open.length > 0 ? (0,html/* html */.qy) `${open.map((task) => taskCard(task, numbers))}` : NOTHING;
    return [
        {
            id: "todo",
            title: "To do",
            count: count(open),
            body: (0,html/* html */.qy) `${stopped(story)}${todo}${redirects(story)}`,
        },
        ...records(story),
        ...(rest.length > 0
            ? [
                {
                    id: "rest",
                    title: "Nothing to do",
                    count: count(rest),
                    body: (0,html/* html */.qy) `${rest.map((task) => restTable(task, numbers))}`,
                },
            ]
            : []),
    ];
}
const NOTHING = (0,html/* html */.qy) `<p class="none">Nobody has to do anything.</p>\n`;
function stopped(story) {
    if (story.obstacle === null)
        return null;
    return (0,html/* html */.qy) `<article class="card bad"><h3>Nothing is decided</h3>
<p>${endingOf(story, (name) => name)}.</p></article>
`;
}
function taskCard({ what, who, names }, numbers) {
    const look = isUrgent({ names }) ? "bad" : "wait";
    return (0,html/* html */.qy) `<article class="card ${look}" data-group>
<h3>${what} <span class="badge ${look}">${who}</span> <span class="count">${(0,words/* grouped */.zD)(names.length)}</span></h3>
${names.map((name) => entry(name, numbers))}</article>
`;
}
function entry({ row, kind, outcome }, numbers) {
    const { hostname, node, environment, seen, expected, reason, verdict } = row;
    const { aliasOf, verb, records: wanted } = remarksOf(row);
    const alias = aliasOf === null ? null : (0,html/* html */.qy) `, an alias of <code>${aliasOf}</code>`;
    const why = verdict === "unknown" ? `not known, ${reason}` : whyWrong(verdict === "match" ? "unreachable" : reason);
    const shown = seen.length === 0 ? (0,html/* html */.qy) `nothing ` : (0,html/* html */.qy) `${seen.map((value) => (0,html/* html */.qy) `<code>${value}</code> `)}`;
    return (0,html/* html */.qy) `<div class="entry" id="host-${(0,page_anchors/* addressed */.Ue)(hostname)}" ${(0,filters/* filterable */.v2)("hostname", ATTENTION[kind], [node], numbers)}>
<p><code class="strong">${hostname}</code>${alias}: ${why}. <span class="badge ${kind}">${outcome}</span></p>
${wanted.length > 0 ? (0,html/* html */.qy) `<p>${verb === "set" ? "Set" : "Add"}: ${wanted.map((record) => (0,html/* html */.qy) `${(0,copyable/* copyable */.k)(record)} `)}</p>\n` : null}<p class="muted">Seen ${shown}· expected <code>${expected}</code> · environment <code>${environment}</code> on <code>${node}</code></p>
${evidence(row.evidence)}</div>
`;
}
function evidence(lines) {
    if (lines.length === 0)
        return null;
    return (0,html/* html */.qy) `<details class="raw"><summary>${(0,words/* counted */.hS)(lines.length, "line")} of evidence</summary>
<pre tabindex="0">${(0,html/* lined */.Tn)(lines)}</pre>
</details>
`;
}
function redirects({ answer }) {
    if (answer.redirects.length === 0)
        return null;
    const items = answer.redirects.map(({ target, from }) => (0,html/* html */.qy) `<li class="wait"><code>${target}</code> has no TLS, and these send their visitors there over TLS: ${from.map((name) => (0,html/* html */.qy) `<code>${name}</code> `)}</li>
`);
    return (0,html/* html */.qy) `<ul class="told">
${items}</ul>
`;
}
function records({ answer, calls }) {
    if (answer.writes.length === 0)
        return [];
    const rows = writeLines(answer.writes).map(({ kind, hostname, text, changes }) => (0,html/* html */.qy) `<tr><th scope="row"><code>${hostname}</code></th><td><span class="badge ${kind}">${text}</span></td><td>${changes.map((change) => (0,html/* html */.qy) `<code>${change}</code><br>`)}</td></tr>
`);
    const sent = calls.flatMap(({ method, path, body }) => [`${method} ${path}`, JSON.stringify(body)]);
    const dry = (0,html/* html */.qy) `<details class="raw"><summary>What would be sent</summary>
<pre tabindex="0">${(0,html/* lined */.Tn)(sent)}</pre>
</details>
`;
    const body = (0,html/* html */.qy) `${(0,page_table/* table */.t)("DNS records", ["Hostname", "Result", "Records"], rows)}${calls.length > 0 ? dry : null}`;
    return [{ id: "records", title: "DNS records", count: answer.writes.length, body }];
}
// Of what is right, where it leads is enough.
function restTable({ what, names }, numbers) {
    const rows = names.map(({ row, kind, outcome }) => {
        const { hostname, node, environment, seen, reason } = row;
        return (0,html/* html */.qy) `<tr id="host-${(0,page_anchors/* addressed */.Ue)(hostname)}" ${(0,filters/* filterable */.v2)("hostname", ATTENTION[kind], [node], numbers)}><th scope="row"><code>${hostname}</code></th><td><code>${environment}</code> on <code>${node}</code></td><td>${outcome}${reason === null ? null : (0,html/* html */.qy) ` (${reason})`}${kind === "good" ? null : evidence(row.evidence)}</td><td>${seen.map((value) => (0,html/* html */.qy) `<code>${value}</code> `)}</td></tr>
`;
    });
    return (0,html/* html */.qy) `<div data-group><h3>${what} <span class="count">${(0,words/* grouped */.zD)(names.length)}</span></h3>
${(0,page_table/* table */.t)(what, ["Hostname", "Environment", "Verdict", "Seen"], rows)}</div>
`;
}

;// CONCATENATED MODULE: ./build/render/dns-gate-answer.js




/** The answer of `dns-gate`. */
function gateAnswer(gate) {
    const { exitCode, answer, obstacle, finish } = gate;
    const { verdicts, disabled, enabled, pending, breaker } = answer;
    const number = (kind) => String(verdicts.filter(({ verdict }) => verdict === kind).length);
    return {
        exitCode,
        document: answer,
        terminal: (color) => gateTerminal(gate, color),
        summary: (limit) => gateSummary(gate, limit),
        files: { report: () => (0,render_json/* document */.A)(answer), reportHtml: () => gatePage(gate) },
        outputs: {
            mismatches: number("mismatch"),
            unknown: number("unknown"),
            disabled: JSON.stringify(disabled),
            enabled: JSON.stringify(enabled),
            pending: JSON.stringify(pending),
            breaker: String(breaker),
        },
        annotations: [],
        notices: [],
        refusal: obstacle === null ? verdictLine(answer) : `nothing was written: ${obstacle}`,
        ...(finish ? { finish } : {}),
    };
}

// EXTERNAL MODULE: ./build/compose/call.js + 3 modules
var compose_call = __webpack_require__(1082);
// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(3024);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
;// CONCATENATED MODULE: ./build/compose/gate-paths.js




/**
 * The files that are meant. The snapshot's own memory is no memory of its own, by whatever path: writing it takes the
 * snapshot's lock. Throws UsageError where the output is a file that the gate reads.
 */
function gatePaths(given, snapshot) {
    const { plan, output } = given;
    const [ownPlan, ownMemory] = [(0,external_node_path_.join)(snapshot, "plan.json"), (0,external_node_path_.join)(snapshot, dns_memory/* MEMORY */.Qy)];
    const memory = isSame(given.memory, ownMemory) ? undefined : given.memory;
    // With TLS off in the plan itself, nobody would know what was wanted.
    if (isSame(output, plan) || isSame(output, ownPlan))
        refuse(output, "the plan itself", "plan.json says what is wanted, and only plan writes it");
    if (isSame(output, memory) || isSame(output, ownMemory))
        refuse(output, "the memory", "it says what was found, and is no plan");
    return { plan, output, memory };
}
function refuse(output, what, why) {
    throw new errors/* UsageError */.eb(`--output '${output}' is ${what}`, `name another file: ${why}`);
}
function isSame(left, right) {
    return left !== undefined && right !== undefined && real(left) === real(right);
}
// A file that is not there yet may be in a folder that is reached in two ways.
function real(path) {
    const whole = (0,external_node_path_.resolve)(path);
    try {
        return (0,external_node_fs_.realpathSync)(whole);
    }
    catch {
        const folder = (0,external_node_path_.dirname)(whole);
        return folder === whole ? whole : (0,external_node_path_.join)(real(folder), (0,external_node_path_.basename)(whole));
    }
}

// EXTERNAL MODULE: ./build/compose/issues.js + 4 modules
var issues = __webpack_require__(3342);
// EXTERNAL MODULE: ./build/compose/secrets.js
var secrets = __webpack_require__(5666);
;// CONCATENATED MODULE: ./build/compose/dns-gate.js


















// How long one server is waited for is no part of what is decided.
const flags = dns_gate/* dnsGateInputs */.go.extend({
    timeout: coerce/* number */.ai().int().min(1).optional(),
    cfApiUrl: schemas/* string */.YjP().default("https://api.cloudflare.com/client/v4"),
});
/** Runs `dns-gate`. */
async function composedDnsGate(call) {
    const { options, directory } = call;
    const { timeout, cfApiUrl, ...given } = (0,compose_call/* checked */.KD)("dns-gate", flags, options);
    const generated = (0,compose_call/* snapshotFolder */.H1)();
    const inputs = { ...given, ...gatePaths(given, `${directory}/${generated}`) };
    const afterwards = (0,issues/* issuesAfter */.z)("dns-gate", call, ({ run, answer }, whose, ports) => dnsIssues(run, answer.verdicts, whose, ports));
    const nameserver = (0,dns_gate/* resolversIn */.xb)(inputs.nameserver);
    const nameservers = new dns_nameservers/* DnsNameservers */.j({
        ...(nameserver.length > 0 ? { system: nameserver } : {}),
        ...(timeout === undefined ? {} : { timeout }),
    });
    const ports = {
        zones: await zonesOf(call, cfApiUrl, inputs.withDnsUpdate),
        timer: system_timer/* systemTimer */.t,
        files: compose_call/* files */.aq,
        snapshot: new disk_snapshot/* DiskSnapshot */.K(directory, generated),
        track: tracking(new git_trees/* GitTrees */.y(directory, generated)),
        nameservers,
        certificates: new tls_certificates/* TlsCertificates */.m(),
        challenges: new http_challenges/* HttpChallenges */.V(),
        clock: system_clock/* systemClock */.m,
        progress: compose_call/* progress */.qB,
        directory,
        generated,
    };
    try {
        const gate = await (0,dns_gate/* dnsGate */.ZD)({ ...inputs, nameserver }, ports);
        return { ...gateAnswer(gate), ...(afterwards ? { afterwards: () => afterwards(gate) } : {}) };
    }
    finally {
        nameservers.dispose();
    }
}
// To see through the proxy is a help; without it those hostnames are unknown.
/** Zones that the token may edit; null without one. Throws HostenvError `cloudflare-token` where they are needed. */
async function zonesOf(call, url, isNeeded) {
    const { CF_API_TOKEN: token } = await (0,secrets/* secretsOf */.F)(call, ["CF_API_TOKEN"]);
    if (token === undefined)
        return null;
    const note = (text) => compose_call/* progress */.qB.notice(text);
    try {
        return new cloudflare_zones/* CloudflareZones */.H(new cloudflare_client/* CloudflareClient */.$({ token, url, timer: system_timer/* systemTimer */.t, note }));
    }
    catch (error) {
        if (isNeeded || !(error instanceof errors/* HostenvError */.aY) || error.code !== "cloudflare-token")
            throw error;
        compose_call/* progress */.qB.notice(`${error.message}: hostnames behind Cloudflare's proxy stay unknown`);
        return null;
    }
}
// Outside of a repository there is no flake in git that would not see the file.
const WITHOUT_GIT = ["not-a-repository", "git-missing"];
// The file is written by then, so nothing that git says may make a failure of it.
/** Makes git know of files, where it can be told. */
function tracking(trees) {
    return async (paths) => {
        try {
            return await trees.track(paths);
        }
        catch (error) {
            if (!(error instanceof errors/* HostenvError */.aY))
                throw error;
            if (!WITHOUT_GIT.includes(error.code))
                compose_call/* progress */.qB.notice(`git add ${paths.join(" ")} yourself: ${error.message}`);
            return [];
        }
    };
}


/***/ }),

/***/ 2852:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  x: () => (/* binding */ decision),
  m: () => (/* binding */ toProbe)
});

// EXTERNAL MODULE: ./build/domain/json.js
var json = __webpack_require__(7803);
;// CONCATENATED MODULE: ./build/domain/dns/breaker.js
/** A run may flip three of ten hostnames, and always one: more than that is DNS, or who tells of it, gone wrong. */
const [MOST, OF] = [3, 10];
/**
 * Why flips are too many to be believed, null where they are not: more than three of ten of the run's sites and
 * more than one, or all of a node that has more than one. A flip is a change that visitors would notice: a live
 * site loses TLS, or one that was off gets it.
 */
function tripped(flips, judged) {
    if (flips.length > 1 && flips.length * OF > judged.length * MOST)
        return `${flips.length} of ${judged.length} hostnames would change at once`;
    const onNode = countedBy(judged);
    for (const [node, count] of countedBy(flips))
        if (count > 1 && count === onNode.get(node))
            return `all ${count} hostnames of ${node} would change at once`;
    return null;
}
function countedBy(sites) {
    const counts = new Map();
    for (const { node } of sites)
        counts.set(node, (counts.get(node) ?? 0) + 1);
    return counts;
}

// EXTERNAL MODULE: ./build/domain/dns/memory.js
var dns_memory = __webpack_require__(9154);
// EXTERNAL MODULE: ./build/domain/dns/owners.js
var owners = __webpack_require__(8753);
;// CONCATENATED MODULE: ./build/domain/dns/step.js

/** Let's Encrypt takes 5 failed validations per identifier and hour: two tries leave room for its own. */
const [TRIES, HOUR_MS] = [2, 3_600_000];
/** Longer evidence says no more, and the file is committed. */
const [EVIDENCE_LINES, EVIDENCE_LENGTH] = [12, 300];
/** Whether a virtual host is remembered as served with a valid certificate where it is planned. */
function isLive(site, memory) {
    // Before the first run nothing is known, and to take TLS away is what hurts.
    return memory === null || (hereOf(site, memory)?.live ?? false);
}
/** The old node of a virtual host that is on its way to another one, null where it is not. */
function heldBy({ environment, node }, memory) {
    const old = memory && Object.hasOwn(memory.holds, environment) ? memory.holds[environment] : null;
    return old === undefined || old === node ? null : old;
}
/** What a verdict on a virtual host leads to. */
function stepOf(ruling, run) {
    const before = beforeOf(ruling.site, run);
    const { off, switchesOn, waits } = switched(ruling, before, run);
    const kept = keptElsewhere(ruling, run.memory);
    const entry = kept ?? entryAfter(ruling, before, run, { off, switchesOn });
    const was = { wasOff: before.off, wasLive: isHeld(before), isNew: isNew(before) };
    return { ruling, entry, ...was, off, switchesOn, waits };
}
function switched(ruling, before, run) {
    if (!isRight(ruling))
        return { off: isOffAfter(ruling, before, run), switchesOn: false, waits: false };
    const isTry = before.off || isNew(before);
    const switchesOn = isTry && recentOf(before, run).length < TRIES;
    return { off: isTry && !switchesOn, switchesOn, waits: isTry && !switchesOn };
}
// What takes TLS away from it needs confirmations.
const isHeld = ({ live, maybeLive }) => live || maybeLive;
const isNew = ({ entry, live }) => entry === null && !live;
const isRight = ({ verdict }) => verdict === "match" || verdict === "proxied";
function beforeOf(site, { memory, off, certified, unseen }) {
    const entry = hereOf(site, memory);
    // It is off for the node that it was to move to, where one that kept it with TLS is to have it again.
    const isKept = memory !== null && (0,dns_memory/* keepsTls */.qN)(memory, site, site.node);
    const isOff = off.has(site.hostname) && !isKept;
    return {
        entry,
        switchedOn: (0,dns_memory/* entryOf */.Ms)(memory, site.hostname)?.switchedOn ?? [],
        off: isOff,
        live: isLive(site, memory) || isKept || certified.has(site.hostname),
        // It was switched on once.
        maybeLive: unseen.has(site.hostname) && entry !== null && !isOff,
    };
}
// On another node, or in another environment's hands, nothing that was known of it holds.
function hereOf({ environment, node, hostname }, memory) {
    const entry = (0,dns_memory/* entryOf */.Ms)(memory, hostname);
    return entry?.environment === environment && entry.node === node ? entry : null;
}
// While the old node goes on serving it, how it serves it must stay known. Before the move is deployed nothing says that
// it holds it: then that it has no TLS there must not be forgotten, or it would be built with it.
function keptElsewhere(ruling, memory) {
    const { environment, node, hostname } = ruling.site;
    const entry = (0,dns_memory/* entryOf */.Ms)(memory, hostname);
    if (isRight(ruling) || entry === null || entry.environment !== environment)
        return null;
    const old = heldBy(ruling.site, memory) ?? (entry.node === node || entry.live ? null : entry.node);
    return entry.node === old ? entry : null;
}
function recentOf({ switchedOn }, { now }) {
    // A clock that was wrong must not stop a hostname for longer than a right one.
    return switchedOn.filter((time) => Math.abs(now.getTime() - Date.parse(time)) < HOUR_MS);
}
function isOffAfter(ruling, before, run) {
    const { verdict } = ruling;
    if (before.off)
        return true;
    if (isHeld(before))
        return verdict === "mismatch" && countAfter(ruling, before, run) >= run.confirmations;
    // Unknown changes nothing, and what was never on is not turned on by it.
    return verdict === "mismatch" || before.entry === null;
}
/** An owner who changes records needs minutes, and pushes start runs as often as people push. */
const APART_MS = 600_000;
function countAfter(ruling, before, { confirmations, now }) {
    const count = before.entry?.count ?? 0;
    if (ruling.verdict === "unknown")
        return count;
    if (isRight(ruling))
        return 0;
    if (!isHeld(before) || before.off)
        return count;
    if (!ruling.counts)
        return 0;
    return Math.min(count + (isDue(before.entry, now) ? 1 : 0), confirmations);
}
// Each mismatch after the first is one more only as long after the first as that many runs at their least distance.
function isDue(entry, now) {
    if (entry === null || entry.count === 0 || entry.verdict !== "mismatch")
        return true;
    return Math.abs(now.getTime() - Date.parse(entry.since)) >= entry.count * APART_MS;
}
function entryAfter(ruling, before, run, { off, switchesOn }) {
    const { entry } = before;
    const now = run.now.toISOString();
    const { environment, node } = ruling.site;
    const count = countAfter(ruling, before, run);
    // What led nobody away, or was not served, may have been wrong for long: runs are counted from the first that counts.
    const known = entry?.count === 0 && count > 0 ? null : entry;
    const next = {
        environment,
        node,
        ...(entry && ruling.verdict === "unknown" ? told(entry) : toldBy(ruling, known, now)),
        count,
        live: before.live && !off,
        switchedOn: [...recentOf(before, run), ...(switchesOn ? [now] : [])],
    };
    return entry && !switchesOn && saysTheSame(entry, next) ? entry : next;
}
// Addresses that change with every answer, and times that have passed, are no news.
function saysTheSame(entry, next) {
    const { verdict, reason, count, live } = next;
    return entry.verdict === verdict && entry.reason === reason && entry.count === count && entry.live === live;
}
const told = ({ verdict, reason, evidence, since }) => ({ verdict, reason, evidence, since });
// Of what is right, nobody asks why; and of a large fleet it would fill the file.
function toldBy(ruling, entry, now) {
    const { verdict, reason } = ruling;
    const lines = isRight(ruling) ? [] : ruling.evidence.slice(0, EVIDENCE_LINES);
    const evidence = lines.map((line) => line.slice(0, EVIDENCE_LENGTH));
    return { verdict, reason, evidence, since: entry?.verdict === verdict ? entry.since : now };
}

;// CONCATENATED MODULE: ./build/domain/dns/gate.js





/**
 * Virtual hosts of which must be known whether their node shows a valid certificate: those that are not live
 * as far as is remembered, and are on or about to be.
 */
function toProbe(rulings, memory) {
    if (areAllUnknown(rulings))
        return [];
    const off = new Set(memory?.off ?? []);
    return rulings
        .filter(({ site }) => !isLive(site, memory))
        .filter(({ site, verdict }) => !off.has(site.hostname) || verdict === "match" || verdict === "proxied")
        .map(({ site }) => site);
}
/** From verdicts and memory to what is built. */
function decision(run) {
    const before = run.memory ?? dns_memory/* NOTHING */.K$;
    const off = new Set(before.off);
    const steps = run.rulings.map((ruling) => stepOf(ruling, { ...run, off }));
    const isBlind = areAllUnknown(run.rulings);
    const memory = isBlind ? before : memoryAfter(run, steps);
    const breaker = tripped(flips(steps, run.memory), steps.map(({ ruling }) => ruling.site));
    const named = (which) => (isBlind ? [] : names(steps.filter(which)));
    return {
        memory,
        changed: !(0,json/* equal */.LC)(memory, before),
        isBlind,
        disabled: named(({ off, wasOff, isNew }) => off && !wasOff && !isNew),
        withheld: named(({ off, wasOff, isNew }) => off && !wasOff && isNew),
        enabled: named(({ switchesOn }) => switchesOn),
        pending: named(({ waits }) => waits),
        kept: kept(steps),
        redirects: redirects(run, memory),
        breaker: run.force ? null : breaker,
    };
}
// Where nothing is known of any, it is the resolvers that are wrong, and nothing is written at all.
function areAllUnknown(rulings) {
    return rulings.length > 0 && rulings.every(({ verdict }) => verdict === "unknown");
}
// What a deploy waits for is no surprise: the old node serves it for as long as it is held.
function flips(steps, memory) {
    return steps
        .filter(({ ruling, off, wasOff, wasLive, switchesOn }) => wasOff ? switchesOn && !(memory && (0,dns_memory/* isOnItsWay */.jx)(memory, ruling.site.environment)) : off && wasLive)
        .map(({ ruling }) => ruling.site);
}
function memoryAfter(run, steps) {
    const before = run.memory ?? dns_memory/* NOTHING */.K$;
    const planned = new Set(run.sites.map(({ hostname }) => hostname));
    const stays = (hostname, node) => planned.has(hostname) || (run.nodes.length > 0 && (node === undefined || !run.nodes.includes(node)));
    const judged = new Set(steps.map(({ ruling }) => ruling.site.hostname));
    const others = Object.entries(before.hostnames).filter(([name, { node }]) => stays(name, node));
    const off = before.off.filter((name) => !judged.has(name) && stays(name, (0,dns_memory/* entryOf */.Ms)(before, name)?.node));
    const decided = steps.map(({ ruling, entry }) => [ruling.site.hostname, entry]);
    return (0,dns_memory/* inOrder */.al)({
        ...before,
        hostnames: Object.fromEntries([...presumed(run), ...others, ...decided]),
        off: [...off, ...names(steps.filter((step) => step.off))],
    });
}
// What the first run does not look at is live as all else is; a later one would take it for new.
function presumed({ memory, sites, nodes, rulings, now }) {
    if (memory !== null || nodes.length === 0 || rulings.length === 0)
        return [];
    return sites
        .filter(({ node }) => !nodes.includes(node))
        .map(({ environment, node, hostname }) => {
        const unseen = { verdict: "unknown", reason: "not-asked", since: now.toISOString() };
        const state = { evidence: [], count: 0, live: true, switchedOn: [] };
        return [hostname, { environment, node, ...unseen, ...state }];
    });
}
function kept(steps) {
    return steps
        .filter(({ ruling, off, wasLive }) => ruling.verdict === "mismatch" && wasLive && !off)
        .map(({ ruling, entry }) => ({ hostname: ruling.site.hostname, count: entry.count }))
        .sort((left, right) => (0,json/* byBytes */.bg)(left.hostname, right.hostname));
}
function redirects({ sites }, { off }) {
    const without = new Set(off);
    const sources = new Map();
    for (const { hostname, redirectsTo } of sites) {
        // One without TLS sends nobody to another's.
        if (redirectsTo === null || without.has(hostname))
            continue;
        const target = (0,owners/* sameName */.Z)(redirectsTo);
        sources.set(target, [...(sources.get(target) ?? []), hostname]);
    }
    return sites
        .filter(({ hostname }) => without.has(hostname))
        .map((target) => ({
        target: target.hostname,
        from: target.names.flatMap((name) => sources.get((0,owners/* sameName */.Z)(name)) ?? []).sort(json/* byBytes */.bg),
    }))
        .filter(({ from }) => from.length > 0)
        .sort((left, right) => (0,json/* byBytes */.bg)(left.target, right.target));
}
function names(steps) {
    return steps.map(({ ruling }) => ruling.site.hostname).sort(json/* byBytes */.bg);
}


/***/ }),

/***/ 8337:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   WY: () => (/* binding */ described),
/* harmony export */   ZB: () => (/* binding */ writeSchema),
/* harmony export */   wP: () => (/* binding */ asPending)
/* harmony export */ });
/* unused harmony export WRITE_REASONS */
/* harmony import */ var zod__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2857);

/** Why a hostname's records were not changed; docs/cloudflare.md explains each. */
const WRITE_REASONS = [
    "no-zone",
    "zone-not-ours",
    "zone-not-served",
    "zone-unreadable",
    "node-name",
    "apex",
    "mail",
    "delegated",
    "not-allowed",
    "not-ours",
    "other-records",
    "comment-full",
    "no-addresses",
    "too-many",
    "not-deployed",
    "changed-meanwhile",
    "rejected",
    "forbidden",
    "limited",
    "no-answer",
    "not-applied",
    "neither-old-nor-new",
    "unproven",
    "stopped",
];
const side = zod__WEBPACK_IMPORTED_MODULE_0__/* .strictObject */ .rej({ content: zod__WEBPACK_IMPORTED_MODULE_0__/* .string */ .YjP(), proxied: zod__WEBPACK_IMPORTED_MODULE_0__/* .boolean */ .zMY(), comment: zod__WEBPACK_IMPORTED_MODULE_0__/* .string */ .YjP().nullable() })
    .nullable();
/** One hostname of `writes` in `dns-gate --json`. */
const writeSchema = zod__WEBPACK_IMPORTED_MODULE_0__/* .strictObject */ .rej({
    hostname: zod__WEBPACK_IMPORTED_MODULE_0__/* .string */ .YjP().describe("As plan.json spells it."),
    zone: zod__WEBPACK_IMPORTED_MODULE_0__/* .string */ .YjP().nullable().describe("Null where no zone that the token can see holds it."),
    operations: zod__WEBPACK_IMPORTED_MODULE_0__/* .array */ .YOg(zod__WEBPACK_IMPORTED_MODULE_0__/* .strictObject */ .rej({
        method: zod__WEBPACK_IMPORTED_MODULE_0__/* ["enum"] */ .k5n(["DELETE", "PATCH", "POST"]),
        type: zod__WEBPACK_IMPORTED_MODULE_0__/* .string */ .YjP(),
        name: zod__WEBPACK_IMPORTED_MODULE_0__/* .string */ .YjP(),
        before: side,
        after: side,
    })),
    result: zod__WEBPACK_IMPORTED_MODULE_0__/* ["enum"] */ .k5n(["written", "unchanged", "refused", "left", "failed", "dry-run"])
        .describe("left: somebody else changed it meanwhile."),
    reason: zod__WEBPACK_IMPORTED_MODULE_0__/* ["enum"] */ .k5n(WRITE_REASONS).nullable(),
    detail: zod__WEBPACK_IMPORTED_MODULE_0__/* .string */ .YjP().nullable().describe("What the server said."),
});
/** Operations as a document has them. */
function described(operations) {
    return operations.map((operation) => {
        const { method, record } = operation;
        const after = operation.method === "PATCH" ? { ...record, ...operation.change } : record;
        return {
            method,
            type: record.type,
            name: record.name,
            before: method === "POST" ? null : sideOf(record),
            after: method === "DELETE" ? null : sideOf(after),
        };
    });
}
function sideOf({ content, proxied, comment }) {
    return { content, proxied, comment };
}
/** A verdict of a hostname whose records were set a moment ago: what DNS still says of it is no mismatch. */
function asPending(verdict) {
    const evidence = [...verdict.evidence, "its records are set, and DNS does not show them yet"];
    return { ...verdict, verdict: "unknown", reason: "pending", evidence };
}


/***/ }),

/***/ 3399:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   o: () => (/* binding */ operationsTo),
/* harmony export */   o5: () => (/* binding */ operationsToAdopt),
/* harmony export */   zk: () => (/* binding */ shapesAfter)
/* harmony export */ });
/* harmony import */ var _zones_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4226);

/** What leads a name to its node; empty where its records do that already. */
function operationsTo(target, named) {
    const leading = named.records.filter(_zones_js__WEBPACK_IMPORTED_MODULE_0__/* .leadsSomewhere */ .Rt);
    if (leading.length === 0)
        return created(target, named);
    if (!named.adopted && !leading.every(_zones_js__WEBPACK_IMPORTED_MODULE_0__/* .isOurs */ .MU))
        return "not-ours";
    if (leading.some(({ type }) => type === "CNAME"))
        return marked(renamed(leading, target), leading, named);
    if (target.addresses.length === 0)
        return "no-addresses";
    const operations = ["A", "AAAA"].flatMap((type) => readdressed(type, leading, target.addresses));
    return marked(operations, leading, named);
}
/** What puts our mark on a name's records, and changes nothing else. */
function operationsToAdopt(named) {
    return marked([], named.records.filter(_zones_js__WEBPACK_IMPORTED_MODULE_0__/* .leadsSomewhere */ .Rt), named);
}
// A CNAME is alone at its name (RFC 1034, 3.6.2).
function created({ expected }, { name, records }) {
    if (records.length > 0)
        return "other-records";
    const record = { type: "CNAME", name, content: expected, ttl: 1, proxied: false, comment: _zones_js__WEBPACK_IMPORTED_MODULE_0__/* .MARK */ .M$, tags: [] };
    return [{ method: "POST", record }];
}
function renamed(leading, { expected }) {
    return leading
        .filter((record) => (0,_zones_js__WEBPACK_IMPORTED_MODULE_0__/* .plainContent */ .cD)(record) !== expected)
        .map((record) => ({ method: "PATCH", record, change: { content: expected } }));
}
// Records that are right stay. Of the others as many as are needed become right; no name is ever without.
function readdressed(type, leading, addresses) {
    const wanted = addresses.filter((address) => address.includes(":") === (type === "AAAA"));
    const own = leading.filter((record) => record.type === type);
    const wrong = own.filter((record) => !wanted.includes((0,_zones_js__WEBPACK_IMPORTED_MODULE_0__/* .plainContent */ .cD)(record)));
    const missing = wanted.filter((address) => !own.some((record) => (0,_zones_js__WEBPACK_IMPORTED_MODULE_0__/* .plainContent */ .cD)(record) === address));
    const { name, ttl, proxied } = leading[0];
    return [
        ...wrong.slice(missing.length).map((record) => ({ method: "DELETE", record })),
        ...wrong.slice(0, missing.length).map((record, index) => ({
            method: "PATCH",
            record,
            change: { content: missing[index] },
        })),
        ...missing.slice(wrong.length).map((content) => ({
            method: "POST",
            record: { type, name, content, ttl, proxied, comment: _zones_js__WEBPACK_IMPORTED_MODULE_0__/* .MARK */ .M$, tags: [] },
        })),
    ];
}
// What an adopted name keeps is ours from now on.
function marked(operations, leading, { zone }) {
    const deleted = operations.flatMap(({ method, record }) => (method === "DELETE" ? [record] : []));
    const foreign = leading.filter((record) => !(0,_zones_js__WEBPACK_IMPORTED_MODULE_0__/* .isOurs */ .MU)(record) && !deleted.includes(record));
    const comments = new Map(foreign.map((record) => [record, (0,_zones_js__WEBPACK_IMPORTED_MODULE_0__/* .markedComment */ .EK)(record.comment, zone)]));
    const patches = new Map();
    for (const operation of operations)
        if (operation.method === "PATCH")
            patches.set(operation.record, operation.change);
    for (const [record, comment] of comments) {
        if (comment === null)
            return "comment-full";
        patches.set(record, { ...patches.get(record), comment });
    }
    return [
        ...operations.filter(({ method }) => method === "DELETE"),
        ...[...patches].map(([record, change]) => ({ method: "PATCH", record, change })),
        ...operations.filter(({ method }) => method === "POST"),
    ];
}
/** What a name's records say once operations are done. */
function shapesAfter(records, operations) {
    const created = operations.flatMap(({ method, record }) => (method === "POST" ? [record] : []));
    const kept = records.flatMap((record) => {
        const operation = operations.find((each) => each.record === record);
        if (operation?.method === "DELETE")
            return [];
        return [operation?.method === "PATCH" ? { ...record, ...operation.change } : record];
    });
    return [...kept, ...created];
}


/***/ }),

/***/ 343:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   _A: () => (/* binding */ zonePlan),
/* harmony export */   fN: () => (/* binding */ isCurable),
/* harmony export */   gN: () => (/* binding */ transactions),
/* harmony export */   kk: () => (/* binding */ concerned)
/* harmony export */ });
/* unused harmony export LARGEST_TRANSACTION */
/* harmony import */ var _names_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(77);
/* harmony import */ var _zone_changes_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3399);
/* harmony import */ var _zones_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4226);



/** Mismatches that another record cures. */
const CURABLE = ["elsewhere", "partial", "ipv6", "nxdomain", "nodata", "target-unresolvable"];
/** Most operations of one transaction: what every plan of Cloudflare's allows. */
const LARGEST_TRANSACTION = 200;
/** Hostnames that another record would cure, and those to be taken over as they are; each name once. */
function concerned(candidates, adopted) {
    const firsts = new Map();
    for (const candidate of candidates)
        if ((isCurable(candidate) || isTakenOver(candidate, adopted)) && !firsts.has(candidate.name))
            firsts.set(candidate.name, candidate);
    return [...firsts.values()];
}
/** Whether a record can cure what is wrong with a hostname: nothing does with a foreign CAA set or DNSSEC. */
function isCurable({ verdict, reason }) {
    return verdict === "mismatch" && CURABLE.includes(reason ?? "");
}
function isTakenOver({ verdict, name }, adopted) {
    return (verdict === "match" || verdict === "proxied") && adopted.has(name);
}
/** Decides for each hostname that is concerned what is done in its zone. */
function zonePlan(candidates, facts) {
    const changes = [];
    const others = [];
    for (const candidate of concerned(candidates, facts.adopted)) {
        const view = facts.viewFor(candidate.name);
        const decided = decision(candidate, view, facts);
        const zone = view?.zone ?? null;
        if (typeof decided === "string")
            others.push({ candidate, zone, refusal: decided });
        else if (decided.operations.length === 0)
            others.push({ candidate, zone, refusal: null });
        else
            changes.push(decided);
    }
    return { changes, others };
}
function decision(candidate, view, facts) {
    if (view === null)
        return "no-zone";
    const { zone, records: all } = view;
    const { name } = candidate;
    if (!mayChange(zone, facts.policy))
        return "zone-not-ours";
    if (!zone.isServed)
        return "zone-not-served";
    if (all === null)
        return "zone-unreadable";
    const records = (0,_zones_js__WEBPACK_IMPORTED_MODULE_0__/* .recordsOf */ .tO)(name, all);
    const refusal = forbidden(name, zone, all, facts.policy) ??
        (isAllowed(candidate, records, zone, facts) ? null : "not-allowed");
    if (refusal !== null)
        return refusal;
    const named = { name, records, zone, adopted: facts.adopted.has(name) };
    const operations = isCurable(candidate)
        ? (0,_zone_changes_js__WEBPACK_IMPORTED_MODULE_1__/* .operationsTo */ .o)({ expected: candidate.expected, addresses: facts.addressesOf(candidate.expected) }, named)
        : (0,_zone_changes_js__WEBPACK_IMPORTED_MODULE_1__/* .operationsToAdopt */ .o5)(named);
    if (typeof operations === "string")
        return operations;
    if (operations.length > LARGEST_TRANSACTION)
        return "too-many";
    // Last, so that a dry run before a deploy shows what else is in the way.
    if (operations.length > 0 && !facts.isDeployed(candidate))
        return "not-deployed";
    return { candidate, zone, records, operations };
}
function mayChange({ id, name }, { zones, ownZone, provider }) {
    return zones.includes(id) || zones.includes(name) || (ownZone && (0,_names_js__WEBPACK_IMPORTED_MODULE_2__/* .isWithin */ .UO)(provider, name));
}
// Names that are more than a way to a web site, whoever wants them.
function forbidden(name, zone, all, { nodes }) {
    if (nodes.includes(name))
        return "node-name";
    if (name === zone.name)
        return "apex";
    if (all.some((record) => record.type === "MX" && record.name === name))
        return "mail";
    const isCut = ({ type, name: at }) => type === "NS" && at !== zone.name && (0,_names_js__WEBPACK_IMPORTED_MODULE_2__/* .isWithin */ .UO)(name, at);
    return all.some(isCut) ? "delegated" : null;
}
// A client must not get a name of the provider's, or of another client whose zone happens to be here.
function isAllowed({ environment, name }, records, zone, { policy, adopted }) {
    const hostname = own(policy.ownHostnames, environment);
    if (hostname !== undefined && (0,_names_js__WEBPACK_IMPORTED_MODULE_2__/* .isWithin */ .UO)(name, hostname))
        return true;
    const suffixes = own(policy.allowedSuffixes, environment);
    if (suffixes)
        return suffixes.some((suffix) => (0,_names_js__WEBPACK_IMPORTED_MODULE_2__/* .isWithin */ .UO)(name, suffix));
    if ((0,_names_js__WEBPACK_IMPORTED_MODULE_2__/* .isWithin */ .UO)(policy.provider, zone.name) || (0,_names_js__WEBPACK_IMPORTED_MODULE_2__/* .isWithin */ .UO)(name, policy.provider))
        return false;
    const leading = records.filter(_zones_js__WEBPACK_IMPORTED_MODULE_0__/* .leadsSomewhere */ .Rt);
    return adopted.has(name) || (leading.length > 0 && leading.every(_zones_js__WEBPACK_IMPORTED_MODULE_0__/* .isOurs */ .MU));
}
// Not what every object inherits: an environment may be called "constructor".
function own(record, key) {
    return Object.hasOwn(record, key) ? record[key] : undefined;
}
/** Changes of one zone in as few transactions as they fit, each hostname whole in one of them. */
function transactions(changes, most = LARGEST_TRANSACTION) {
    const parts = [];
    let room = 0;
    for (const change of changes) {
        const size = change.operations.length;
        if (parts.length === 0 || size > room) {
            parts.push([]);
            room = most;
        }
        parts.at(-1).push(change);
        room -= size;
    }
    return parts;
}


/***/ }),

/***/ 4226:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   EK: () => (/* binding */ markedComment),
/* harmony export */   M$: () => (/* binding */ MARK),
/* harmony export */   MU: () => (/* binding */ isOurs),
/* harmony export */   Rt: () => (/* binding */ leadsSomewhere),
/* harmony export */   cD: () => (/* binding */ plainContent),
/* harmony export */   tO: () => (/* binding */ recordsOf),
/* harmony export */   wy: () => (/* binding */ zoneFor)
/* harmony export */ });
/* harmony import */ var _addresses_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3761);
/* harmony import */ var _names_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(77);


/** What stands in the comment of a record that this program may change. */
const MARK = "managed by hostenv-provider";
/** What parts the mark from what somebody else wrote into the comment. */
const BETWEEN = " | ";
/** The zone that answers for a name: of those above it the lowest, and one that is served before others. */
function zoneFor(name, zones) {
    const above = zones.filter((zone) => (0,_names_js__WEBPACK_IMPORTED_MODULE_0__/* .isWithin */ .UO)(name, zone.name));
    const rank = (zone) => zone.name.length * 2 + Number(zone.isServed);
    return above.reduce((best, zone) => (best && rank(best) >= rank(zone) ? best : zone), null);
}
/** Whether a record carries our mark, as a part of its own: `not managed by …` is none. */
function isOurs({ comment }) {
    return (comment ?? "").split("|").some((part) => part.trim() === MARK);
}
/** A comment with our mark behind what it says, null where both do not fit. */
function markedComment(comment, { commentLength }) {
    const said = comment?.trim() ?? "";
    const marked = said === "" ? MARK : `${said}${BETWEEN}${MARK}`;
    return [...marked].length <= commentLength ? marked : null;
}
/** Whether records of this type say where a hostname leads. */
function leadsSomewhere({ type }) {
    return type === "A" || type === "AAAA" || type === "CNAME";
}
/** The records of a name. */
function recordsOf(name, records) {
    return records.filter((record) => record.name === name);
}
/** Content as it is compared: names in DNS know no case and no last dot, and an address has many spellings. */
function plainContent({ type, content }) {
    if (type === "CNAME")
        return content.toLowerCase().replace(/\.$/, "");
    return leadsSomewhere({ type }) ? ((0,_addresses_js__WEBPACK_IMPORTED_MODULE_1__/* .canonicalAddress */ .Z5)(content) ?? content) : content;
}


/***/ })

};
