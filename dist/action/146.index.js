export const id = 146;
export const ids = [146];
export const modules = {

/***/ 7828:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  $: () => (/* binding */ CloudflareClient)
});

// EXTERNAL MODULE: ./node_modules/zod/v4/classic/schemas.js + 11 modules
var schemas = __webpack_require__(2857);
// EXTERNAL MODULE: ./build/errors.js
var errors = __webpack_require__(9473);
;// CONCATENATED MODULE: ./build/adapters/cloudflare-budget.js
/** So many requests may come at once. */
const BURST = 200;
/** And so many a second after that. */
const PER_SECOND = 3;
/**
 * Keeps requests below Cloudflare's 1,200 in any 5 minutes, after which it answers none for 5 minutes: at most
 * 200 + 3 × 300 = 1,100, which leaves some for people at the dashboard.
 */
class Budget {
    timer;
    tokens = BURST;
    last;
    constructor(timer) {
        this.timer = timer;
        this.last = timer.seconds();
    }
    /** Waits until a request may be sent. */
    async take() {
        const now = this.timer.seconds();
        this.tokens = Math.min(BURST, this.tokens + (now - this.last) * PER_SECOND);
        this.last = now;
        // What others wait for is taken already: each waits for its own.
        this.tokens -= 1;
        if (this.tokens < 0)
            await this.timer.sleep(-this.tokens / PER_SECOND);
    }
}

;// CONCATENATED MODULE: ./build/adapters/cloudflare-client.js



/** A request is given up after so many milliseconds. */
const TIMEOUT_MS = 30_000;
/** An answer of more bytes is none: a page of 1,000 records of the greatest length has a third of it. */
const LARGEST_ANSWER = 16 * 1024 * 1024;
/** A request that may be repeated is sent so many times. */
const ATTEMPTS = 4;
/** No limit of Cloudflare's lasts longer: requests are refused for 5 minutes. Longer waits are not waited. */
const LONGEST_WAIT_SECONDS = 310;
/** Most characters of what the server says that get into a message. */
const LONGEST_MESSAGE = 200;
const envelope = schemas/* looseObject */._H3({
    success: schemas/* boolean */.zMY(),
    errors: schemas/* array */.YOg(schemas/* looseObject */._H3({ code: schemas/* number */.aig(), message: schemas/* string */.YjP() })).default([]),
});
/** Cloudflare's API with the token, patient with its limits and passing faults. */
class CloudflareClient {
    settings;
    budget;
    base;
    /** Throws HostenvError `cloudflare-token` where the token is none, UsageError where the address is none. */
    constructor(settings) {
        refuseUnusable(settings.token);
        this.settings = settings;
        this.base = checkedUrl(settings.url);
        this.budget = new Budget(settings.timer);
    }
    /** The answer to a request that changes nothing, asked for again where it does not come. */
    async read(request, what) {
        for (let attempt = 1;; attempt++) {
            const reply = await this.send({ ...request, method: "GET" });
            const isPassing = reply.kind === "lost" || reply.status === 429 || reply.status >= 500;
            if (!isPassing)
                return reply;
            if (attempt >= ATTEMPTS || !(await this.waited(reply, attempt)))
                throw unreadable(reply, what);
        }
    }
    /** Waits as long as the server says, else longer each time; false where that would be too long. */
    async waited({ retryAfter, status }, attempt) {
        const seconds = retryAfter ?? 2 ** (attempt - 1);
        if (seconds > LONGEST_WAIT_SECONDS)
            return false;
        const why = status === 429 ? "limits our requests" : "does not answer";
        this.settings.note(`Cloudflare ${why}: trying again in ${seconds} s`);
        await this.settings.timer.sleep(seconds);
        return true;
    }
    /** Sends a request once. Never throws. */
    async send(request) {
        await this.budget.take();
        try {
            return await this.exchanged(request);
        }
        catch (error) {
            return lost(reasonOf(error), null, null);
        }
    }
    async exchanged({ method, path, query = {}, body }) {
        const words = new URLSearchParams();
        for (const [key, value] of Object.entries(query))
            words.set(key, String(value));
        const { token, timeoutMs = TIMEOUT_MS } = this.settings;
        const response = await fetch(`${this.base}${path}${words.size > 0 ? `?${words}` : ""}`, {
            method,
            headers: {
                authorization: `Bearer ${token}`,
                ...(body ? { "content-type": "application/json" } : {}),
            },
            ...(body ? { body: JSON.stringify(body) } : {}),
            // The token belongs to this server and to none that it names.
            redirect: "manual",
            signal: AbortSignal.timeout(timeoutMs),
        });
        const text = await textOf(response);
        return this.replyOf(response, text);
    }
    replyOf(response, text) {
        const { status } = response;
        const retryAfter = secondsIn(response.headers.get("retry-after"));
        if (text === null)
            return lost(`an answer of more than ${LARGEST_ANSWER} bytes`, status, retryAfter);
        if (status >= 300 && status < 400)
            return lost(`a redirect, which is not followed`, status, retryAfter);
        const parsed = envelope.safeParse(jsonIn(text));
        if (!parsed.success)
            return lost(`HTTP ${status}, and not in Cloudflare's form`, status, retryAfter);
        const { success, errors } = parsed.data;
        const told = errors.map(({ code, message }) => `${code} ${message}`).join("; ");
        return {
            kind: "answer",
            status,
            ok: status === 200 && success,
            body: parsed.data,
            errors: this.harmless(told),
            retryAfter,
        };
    }
    // Whoever answers can say anything, our token too, which he has.
    harmless(text) {
        const plain = text.replaceAll(this.settings.token, "***").replace(/\s+/g, " ");
        return plain.length > LONGEST_MESSAGE ? `${plain.slice(0, LONGEST_MESSAGE)}…` : plain;
    }
}
function lost(reason, status, retryAfter) {
    return { kind: "lost", reason, status, retryAfter };
}
// A body of which too much comes is not read to its end.
async function textOf(response) {
    const chunks = [];
    let size = 0;
    for await (const chunk of response.body ?? []) {
        size += chunk.byteLength;
        if (size > LARGEST_ANSWER)
            return null;
        chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString("utf8");
}
function jsonIn(text) {
    try {
        return JSON.parse(text);
    }
    catch {
        return null;
    }
}
// In seconds, or a date, which a server with another clock may set.
function secondsIn(header) {
    if (header === null)
        return null;
    if (/^\d+$/.test(header))
        return Number(header);
    const at = Date.parse(header);
    return Number.isNaN(at) ? null : Math.max(0, Math.ceil((at - Date.now()) / 1000));
}
// fetch hides why behind "fetch failed".
function reasonOf(error) {
    const { name, cause } = error;
    if (name === "TimeoutError")
        return "no answer in time";
    return `no connection${typeof cause?.code === "string" ? ` (${cause.code})` : ""}`;
}
function unreadable(reply, what) {
    const said = reply.kind === "lost" ? reply.reason : `HTTP ${reply.status}: ${reply.errors}`;
    if (reply.status === 429) {
        const hint = "run it again in 5 minutes, and check what else uses the token's account";
        return new errors/* HostenvError */.aY("cloudflare-limited", `Cloudflare does not ${what}: ${said}`, hint);
    }
    const hint = "run it again; https://www.cloudflarestatus.com tells of outages. Nothing was written";
    return new errors/* HostenvError */.aY("cloudflare-unreachable", `Cloudflare does not ${what}: ${said}`, hint);
}
// What a token is made of: https://developers.cloudflare.com/fundamentals/api/get-started/token-formats/
function refuseUnusable(token) {
    const hint = "make an API token as docs/cloudflare.md shows, and give it as CF_API_TOKEN";
    if (/^[\da-f]{37}$/.test(token) || token.startsWith("cfk_")) {
        const why = "CF_API_TOKEN holds a Global API Key, which may do everything with every zone of its user";
        throw new errors/* HostenvError */.aY("cloudflare-token", why, hint);
    }
    if (/^[\w-]{20,200}$/.test(token))
        return;
    throw new errors/* HostenvError */.aY("cloudflare-token", "CF_API_TOKEN holds something that is no API token", hint);
}
// A token in clear text is for this machine's own servers alone.
function checkedUrl(given) {
    const url = URL.canParse(given) ? new URL(given) : null;
    const isLocal = url !== null && /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(url.hostname);
    const isSafe = url?.protocol === "https:" || (url?.protocol === "http:" && isLocal);
    if (url && isSafe && url.username === "" && url.password === "" && url.search === "" && url.hash === "")
        return url.href.replace(/\/+$/, "");
    const hint = "give an address such as https://api.cloudflare.com/client/v4; http:// only for this machine";
    throw new errors/* UsageError */.eb("--cf-api-url is no address that a token may be sent to", hint);
}


/***/ }),

/***/ 5578:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  H: () => (/* binding */ CloudflareZones)
});

// EXTERNAL MODULE: ./node_modules/zod/v4/classic/schemas.js + 11 modules
var schemas = __webpack_require__(2857);
// EXTERNAL MODULE: ./build/domain/dns/names.js
var names = __webpack_require__(77);
// EXTERNAL MODULE: ./build/domain/json.js
var json = __webpack_require__(7803);
// EXTERNAL MODULE: ./build/errors.js
var errors = __webpack_require__(9473);
;// CONCATENATED MODULE: ./build/adapters/cloudflare-pages.js



/** A list of several pages is read until it was the same twice in a row, at most so many times. */
const PASSES = 6;
/**
 * Everything that a list holds; null where the token may not read it. A page that is missing is an error, never the
 * end of the list. Throws HostenvError `cloudflare-unsteady`, `cloudflare-answer` and what reading throws.
 */
async function allPages(client, listing) {
    let last = null;
    for (let pass = 1; pass <= PASSES; pass++) {
        const found = await onePass(client, listing);
        if (found === null || (found !== "moved" && found.pages === 1))
            return found?.items ?? null;
        const seen = found === "moved" ? null : JSON.stringify(found.items);
        if (found !== "moved" && seen === last)
            return found.items;
        last = seen;
    }
    const hint = "run it again once nobody changes it";
    const why = `Cloudflare's list changed each time it was read: it does not ${listing.what}`;
    throw new errors/* HostenvError */.aY("cloudflare-unsteady", why, hint);
}
// What moves from one page to another between the two is met twice or never. Counts tell of that only where as many
// did not come as went.
async function onePass(client, listing) {
    const found = new Map();
    let expected = null;
    let met = 0;
    for (let page = 1;; page++) {
        const query = { page, per_page: listing.most };
        const answer = await client.read({ path: listing.path, query }, listing.what);
        if (answer.status === 401 || answer.status === 403)
            return null;
        const { result, total } = pageIn(answer, listing);
        if (expected !== null && total !== expected)
            return "moved";
        expected = total;
        met += result.length;
        for (const item of result)
            found.set(item.id, item);
        if (met < total && result.length > 0)
            continue;
        return found.size === total ? { items: [...found.values()], pages: page } : "moved";
    }
}
// How many there are is what Cloudflare says: it may give fewer a page than it is asked for.
function pageIn(answer, { item, what }) {
    if (!answer.ok)
        throw unexpected(what, answer.errors || `HTTP ${answer.status}`);
    const schema = schemas/* looseObject */._H3({
        result: schemas/* array */.YOg(item),
        result_info: schemas/* looseObject */._H3({ total_count: schemas/* int */.Whr().min(0) }),
    });
    const parsed = schema.safeParse(answer.body);
    if (parsed.success)
        return { result: parsed.data.result, total: parsed.data.result_info.total_count };
    const [issue] = parsed.error.issues;
    throw unexpected(what, `at ${(0,json/* pointer */.Wn)((issue?.path ?? []).map(String)) || "/"}: ${issue?.message}`);
}
function unexpected(what, why) {
    const hint = "check --cf-api-url; if it is Cloudflare's, please report this. Nothing was written";
    return new errors/* HostenvError */.aY("cloudflare-answer", `Cloudflare does not ${what}: ${why}`, hint);
}

;// CONCATENATED MODULE: ./build/adapters/cloudflare-token.js


const verified = schemas/* looseObject */._H3({
    result: schemas/* looseObject */._H3({ status: schemas/* enum */.k5n(["active", "disabled", "expired"]) }),
});
/**
 * Whether the token is a user's, and active. A token of an account is known only to that account's own address, so
 * false is no refusal yet. Throws HostenvError `cloudflare-token` where it is expired or disabled.
 */
async function isUsersToken(client) {
    const answer = await client.read({ path: "/user/tokens/verify" }, "look at the token");
    return isActive(answer);
}
/** As `isUsersToken`, for a token of an account, by a zone of which it was found. */
async function isAccountsToken(client, account) {
    const path = `/accounts/${encodeURIComponent(account)}/tokens/verify`;
    return isActive(await client.read({ path }, "look at the token"));
}
function isActive({ ok, body }) {
    const parsed = verified.safeParse(body);
    if (!ok || !parsed.success)
        return false;
    const { status } = parsed.data.result;
    if (status !== "active")
        throw refusedToken(`the token in CF_API_TOKEN is ${status}`);
    return true;
}
/** The token is none that Cloudflare takes. */
function refusedToken(why) {
    const hint = "make a new one as docs/cloudflare.md shows, and give it as CF_API_TOKEN. Nothing was written";
    return new errors/* HostenvError */.aY("cloudflare-token", why, hint);
}

;// CONCATENATED MODULE: ./build/adapters/cloudflare-zones.js




/** Cloudflare gives at most so many zones a page. */
const ZONES_A_PAGE = 50;
/** And would give any number of records: https://developers.cloudflare.com/api/resources/dns/subresources/records/ */
const RECORDS_A_PAGE = 1000;
/** Characters of a comment, by what is paid for the zone. */
const COMMENT_LENGTH = { free: 100, paid: 500 };
/** A transaction that is refused for the rate of requests is sent so many times more. */
const LIMIT_RETRIES = 3;
const zoneSchema = schemas/* looseObject */._H3({
    id: schemas/* string */.YjP(),
    name: schemas/* string */.YjP(),
    status: schemas/* string */.YjP(),
    type: schemas/* string */.YjP(),
    account: schemas/* looseObject */._H3({ id: schemas/* string */.YjP() }),
    plan: schemas/* looseObject */._H3({ legacy_id: schemas/* string */.YjP().optional() }).optional(),
});
const recordSchema = schemas/* looseObject */._H3({
    id: schemas/* string */.YjP(),
    type: schemas/* string */.YjP(),
    name: schemas/* string */.YjP(),
    content: schemas/* string */.YjP(),
    ttl: schemas/* number */.aig(),
    proxied: schemas/* boolean */.zMY().default(false),
    comment: schemas/* string */.YjP().nullable().default(null),
    tags: schemas/* array */.YOg(schemas/* string */.YjP()).default([]),
    modified_on: schemas/* string */.YjP(),
});
/** Zones at Cloudflare. */
class CloudflareZones {
    client;
    constructor(client) {
        this.client = client;
    }
    async zones() {
        const isUsers = await isUsersToken(this.client);
        const list = { path: "/zones", most: ZONES_A_PAGE, what: "list zones", item: zoneSchema };
        const found = await allPages(this.client, list);
        const [first] = found ?? [];
        const isOfSomebody = isUsers || (first && (await isAccountsToken(this.client, first.account.id)));
        if (found === null || !isOfSomebody)
            throw refusedToken("Cloudflare does not take the token in CF_API_TOKEN");
        return found.map(zoneOf);
    }
    async records({ id, name }) {
        const what = `list the records of ${name}`;
        const path = `/zones/${encodeURIComponent(id)}/dns_records`;
        const found = await allPages(this.client, { path, most: RECORDS_A_PAGE, what, item: recordSchema });
        return found?.map(recordOf) ?? null;
    }
    call({ id }, operations) {
        return {
            method: "POST",
            path: `/zones/${encodeURIComponent(id)}/dns_records/batch`,
            body: batchOf(operations),
        };
    }
    async write(zone, operations) {
        const { path, body } = this.call(zone, operations);
        for (let attempt = 1;; attempt++) {
            const reply = await this.client.send({ method: "POST", path, body });
            if (reply.status !== 429)
                return reply.kind === "lost" ? unsure(reply.reason) : answered(reply);
            // Whatever the form of this answer: a request that is too many is not looked at.
            if (attempt > LIMIT_RETRIES || !(await this.client.waited(reply, attempt)))
                return { kind: "limited", detail: "too many requests" };
        }
    }
}
function unsure(detail) {
    return { kind: "unsure", detail };
}
function answered({ ok, status, errors }) {
    if (ok)
        return { kind: "applied" };
    const detail = errors === "" ? `HTTP ${status}` : errors;
    if (status === 401 || status === 403)
        return { kind: "forbidden", detail };
    return status >= 400 && status < 500 ? { kind: "rejected", detail } : unsure(detail);
}
// Cloudflare runs the lists in this order, whatever the order of the keys.
function batchOf(operations) {
    const deletes = operations.flatMap((each) => (each.method === "DELETE" ? [{ id: each.record.id }] : []));
    const patches = operations.flatMap((each) => each.method === "PATCH" ? [{ id: each.record.id, ...each.change }] : []);
    const posts = operations.flatMap((each) => {
        if (each.method !== "POST")
            return [];
        const { type, name, content, ttl, proxied, comment } = each.record;
        return [{ type, name, content, ttl, proxied, comment }];
    });
    const lists = { deletes, patches, posts };
    return Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0));
}
// Others are not delegated to Cloudflare, not yet or no more, or are copies of another server's.
function zoneOf({ id, name, status, type, plan }) {
    const isServed = status === "active" && type === "full";
    const isPaid = plan?.legacy_id !== undefined && plan.legacy_id !== "free";
    return { id, name: nameIn(name), isServed, commentLength: COMMENT_LENGTH[isPaid ? "paid" : "free"] };
}
function recordOf(found) {
    const { id, type, name, content, ttl, proxied, comment, tags, modified_on: modifiedOn } = found;
    return { id, type, name: nameIn(name), content, ttl, proxied, comment, tags, modifiedOn };
}
function nameIn(text) {
    return (0,names/* normalised */.Z7)(text) ?? text.toLowerCase();
}


/***/ }),

/***/ 6528:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  j: () => (/* binding */ DnsNameservers)
});

// UNUSED EXPORTS: systemResolvers

// EXTERNAL MODULE: external "node:dns"
var external_node_dns_ = __webpack_require__(610);
// EXTERNAL MODULE: ./build/domain/dns/addresses.js
var addresses = __webpack_require__(3761);
;// CONCATENATED MODULE: ./build/adapters/dns-reader.js
/** RFC 1035, 2.3.4. */
const LONGEST_NAME = 255;
/** Where the question's name stands in every packet, as the pointer that answers begin with. */
const QUESTION = 0xc00c;
const IN = 1;
const NONE = [];
/**
 * Reads the records of a packet one after the other. Throws RangeError for whatever is not as it must be: a
 * length that leads out of the packet or the record, a pointer that does not lead back, and names that could
 * not be asked for as they are written here.
 */
class Reader {
    /** Of the last OPT record: upper bits of the packet's code. */
    extendedCode = 0;
    packet;
    asked;
    at;
    end;
    constructor(packet, start, asked) {
        this.packet = packet;
        this.at = start;
        this.end = packet.length;
        this.asked = asked;
    }
    /** So many records; those of types that nobody asks for are left out. */
    records(count) {
        if (count === 0)
            return NONE;
        const found = [];
        for (let index = 0; index < count; index++) {
            const record = this.record();
            if (record !== null)
                found.push(record);
        }
        return found.length === 0 ? NONE : found;
    }
    record() {
        const name = this.name();
        const type = this.number(2);
        const group = this.number(2);
        const life = this.number(4);
        const length = this.number(2);
        if (type === OPT)
            this.extendedCode = life >>> 24;
        const end = this.at + length;
        if (end > this.packet.length)
            throw new RangeError("a record is cut off");
        this.end = end;
        const record = group === IN ? this.recordOf(name, type, length) : null;
        this.at = end;
        this.end = this.packet.length;
        return record;
    }
    recordOf(name, type, length) {
        switch (type) {
            case 1:
                return { name, type: "A", data: this.exactly(length, 4).ipv4() };
            case 28:
                return { name, type: "AAAA", data: this.exactly(length, 16).ipv6() };
            case 2:
                return { name, type: "NS", data: this.name() };
            case 5:
                return { name, type: "CNAME", data: this.name() };
            case 6:
                return { name, type: "SOA", data: null };
            case 15:
                this.number(2);
                return { name, type: "MX", data: this.name() };
            case 257:
                return { name, type: "CAA", data: this.property() };
            default:
                return null;
        }
    }
    exactly(length, wanted) {
        if (length !== wanted)
            throw new RangeError("an address of another length");
        return this;
    }
    number(bytes) {
        if (this.at + bytes > this.end)
            throw new RangeError("a number is cut off");
        let value = 0;
        for (let index = 0; index < bytes; index++)
            value = value * 256 + this.packet[this.at++];
        return value;
    }
    ipv4() {
        return `${this.number(1)}.${this.number(1)}.${this.number(1)}.${this.number(1)}`;
    }
    ipv6() {
        const groups = [];
        for (let index = 0; index < 8; index++)
            groups.push(this.number(2));
        return ipv6Text(groups);
    }
    // Bit 1 is often set where bit 128 is meant, and Let's Encrypt takes it for that (boulder, va/caa.go).
    property() {
        const critical = (this.number(1) & 0x81) !== 0;
        const tag = this.text(this.number(1)).toLowerCase();
        return { critical, tag, value: this.text(this.end - this.at) };
    }
    text(length) {
        if (this.at + length > this.end)
            throw new RangeError("a text is cut off");
        this.at += length;
        return this.packet.toString("latin1", this.at - length, this.at);
    }
    name() {
        // Nearly every record begins so; and the same string serves them all.
        const isAsked = this.packet[this.at] === QUESTION >> 8 && this.packet[this.at + 1] === (QUESTION & 0xff);
        if (isAsked && this.at + 2 <= this.end) {
            this.at += 2;
            return this.asked;
        }
        const labels = [];
        const after = this.labels(labels);
        if (after > this.end)
            throw new RangeError("a name is cut off");
        this.at = after;
        return labels.join(".").toLowerCase();
    }
    // Where what follows the name begins. A pointer ends a name, and leads to one that stands before it.
    labels(labels) {
        let [at, limit, after, bytes] = [this.at, this.at, 0, 1];
        for (;;) {
            const length = this.packet[at];
            if (length === undefined)
                throw new RangeError("a name is cut off");
            if (length === 0)
                return after || at + 1;
            if (length >= 0xc0) {
                const target = ((length & 0x3f) << 8) | (this.packet[at + 1] ?? 0xff);
                if (target >= limit)
                    throw new RangeError("a pointer does not lead back");
                after ||= at + 2;
                [at, limit] = [target, target];
                continue;
            }
            bytes += length + 1;
            if (length >= 0x40 || bytes > LONGEST_NAME)
                throw new RangeError("a label or a name is too long");
            labels.push(this.label(at + 1, length));
            at += length + 1;
        }
    }
    // What is not printed, or has a dot in it, would be another name once it is written here.
    label(start, length) {
        if (start + length > this.packet.length)
            throw new RangeError("a label is cut off");
        for (let at = start; at < start + length; at++) {
            const byte = this.packet[at];
            if (byte < 0x21 || byte > 0x7e || byte === DOT)
                throw new RangeError("a label can't be written");
        }
        return this.packet.toString("latin1", start, start + length);
    }
}
const DOT = 0x2e;
const OPT = 41;
/** RFC 5952: without leading zeros, and the first of the longest runs of zeros as `::`. */
function ipv6Text(groups) {
    let [first, longest] = [-1, 1];
    for (let start = 0; start < 8; start++) {
        let end = start;
        while (end < 8 && groups[end] === 0)
            end++;
        if (end - start > longest)
            [first, longest] = [start, end - start];
        start = Math.max(start, end);
    }
    const hex = (from, to) => groups
        .slice(from, to)
        .map((group) => group.toString(16))
        .join(":");
    return first < 0 ? hex(0, 8) : `${hex(0, first)}::${hex(first + longest, 8)}`;
}

;// CONCATENATED MODULE: ./build/adapters/dns-message.js

/** How much of an answer may come in one datagram: what no network splits (DNS flag day 2020). */
const UDP_BYTES = 1232;
const HEADER_BYTES = 12;
/** Type and class. */
const QUESTION_BYTES = 4;
/** An OPT record without options (RFC 6891). */
const OPT_BYTES = 11;
/** RFC 1035, 2.3.4: what a name may take at most. */
const dns_message_LONGEST_NAME = 255;
const LONGEST_LABEL = 63;
const dns_message_IN = 1;
const dns_message_OPT = 41;
/** Numbers of the types that are asked for. */
const TYPES = {
    A: 1,
    NS: 2,
    CNAME: 5,
    SOA: 6,
    MX: 15,
    AAAA: 28,
    CAA: 257,
};
const FLAG = {
    response: 0x8000,
    opcode: 0x7800,
    authoritative: 0x400,
    truncated: 0x200,
    recursive: 0x100,
    unchecked: 0x10,
};
const CODE = { noError: 0, formErr: 1, nxDomain: 3, notImp: 4, refused: 5, notAuth: 9 };
/** A question as a packet, `edns` with room for larger answers; null where its name fits into none. */
function encoded(question, id, edns) {
    const { name } = question;
    const end = HEADER_BYTES + nameBytes(name) + QUESTION_BYTES;
    // From the pool that all share: memory of its own for each packet takes longer than the rest of it.
    const packet = Buffer.allocUnsafe(end + (edns ? OPT_BYTES : 0)).fill(0);
    const flags = (question.recursive ? FLAG.recursive : 0) | (question.checkingDisabled ? FLAG.unchecked : 0);
    packet.writeUInt16BE(id, 0);
    packet.writeUInt16BE(flags, 2);
    packet[5] = 1;
    if (!writeName(packet, HEADER_BYTES, name))
        return null;
    packet.writeUInt16BE(TYPES[question.type], end - QUESTION_BYTES);
    packet[end - 1] = dns_message_IN;
    if (edns) {
        packet[11] = 1;
        packet[end + 2] = dns_message_OPT;
        packet.writeUInt16BE(UDP_BYTES, end + 3);
    }
    return packet;
}
// Each label takes a byte for its length, and so does the root.
function nameBytes(name) {
    return name === "" ? 1 : name.length + 2;
}
function writeName(packet, start, name) {
    if (nameBytes(name) > dns_message_LONGEST_NAME)
        return false;
    if (name === "")
        return true;
    let lengthAt = start;
    for (let index = 0; index <= name.length; index++) {
        const at = start + 1 + index;
        const isEnd = index === name.length;
        const code = isEnd ? dns_message_DOT : name.charCodeAt(index);
        if (code > 0x7e || code < 0x21)
            return false;
        if (code !== dns_message_DOT) {
            packet[at] = code;
            continue;
        }
        const length = at - lengthAt - 1;
        if (length === 0 || length > LONGEST_LABEL)
            return false;
        packet[lengthAt] = length;
        lengthAt = at;
    }
    return true;
}
const dns_message_DOT = 0x2e;
/** The id of a packet; null where it is too short to be one. */
function idOf(received) {
    return received.length < HEADER_BYTES ? null : received.readUInt16BE(0);
}
/**
 * Reads what came from the server that was asked, under the question's id. Null where it is not about the
 * question: it may be forged, and the answer may still come.
 */
function heardIn(received, sent, question) {
    const flags = received.readUInt16BE(2);
    if ((flags & (FLAG.response | FLAG.opcode)) !== FLAG.response)
        return null;
    const code = flags & 0xf;
    const isAnswer = code === CODE.noError || code === CODE.nxDomain;
    const end = HEADER_BYTES + nameBytes(question.name) + QUESTION_BYTES;
    if (!repeats(received, sent, end)) {
        // Servers that can't make sense of a packet may leave the question out; nothing is believed of them.
        return received.readUInt16BE(4) === 0 && !isAnswer ? failureHeard(code) : null;
    }
    if ((flags & FLAG.truncated) !== 0)
        return { kind: "truncated" };
    return isAnswer ? answerHeard(received, end, question.name) : failureHeard(code);
}
// The question comes back as it was sent, but for upper and lower case.
function repeats(received, sent, end) {
    if (received.length < end || received.readUInt16BE(4) !== 1)
        return false;
    for (let at = HEADER_BYTES; at < end; at++) {
        const theirs = received[at];
        const isUpper = theirs >= 0x41 && theirs <= 0x5a;
        if ((isUpper ? theirs + 0x20 : theirs) !== sent[at])
            return false;
    }
    return true;
}
function failureHeard(code) {
    if (code === CODE.formErr || code === CODE.notImp)
        return NO_EDNS;
    return failed(code === CODE.refused || code === CODE.notAuth ? "refused" : "servfail");
}
const NO_EDNS = { kind: "no-edns" };
function failed(reason) {
    return { kind: "reply", reply: { kind: "failure", reason } };
}
function answerHeard(received, start, name) {
    const flags = received.readUInt16BE(2);
    try {
        const reader = new Reader(received, start, name);
        const answers = reader.records(received.readUInt16BE(6));
        const authorities = reader.records(received.readUInt16BE(8));
        reader.records(received.readUInt16BE(10));
        // The upper bits of the code: this version of EDNS is not known.
        if (reader.extendedCode !== 0)
            return NO_EDNS;
        const code = (flags & 0xf) === CODE.nxDomain ? "NXDOMAIN" : "NOERROR";
        const authoritative = (flags & FLAG.authoritative) !== 0;
        return { kind: "reply", reply: { kind: "answer", code, authoritative, answers, authorities } };
    }
    catch (error) {
        if (error instanceof RangeError)
            return failed("malformed");
        throw error;
    }
}

;// CONCATENATED MODULE: ./build/adapters/dns-asked.js

/** How often a question is sent. */
const TRIES = 2;
/** A question to one server until it has its reply. */
class Asked {
    question;
    /** When its run ends, in the clock's milliseconds. */
    until;
    resolve;
    /** When it is to be looked at again. */
    due = 0;
    packet = EMPTY;
    socket = null;
    /** Gives up what goes on over TCP. */
    endTcp = null;
    asker;
    tries = 0;
    hasEdns = false;
    /** What the server said, where that is no answer. */
    told = null;
    constructor(asker, question, until, resolve) {
        this.asker = asker;
        this.question = question;
        this.until = until;
        this.resolve = resolve;
    }
    /** The packet for the next try, null where there is none. Networks that drop EDNS get the second one without. */
    prepared() {
        const { knowsEdns, hasAnswered } = this.asker;
        this.hasEdns = knowsEdns && (this.tries === 0 || hasAnswered);
        this.tries++;
        return encoded(this.question, 0, this.hasEdns);
    }
    receive(packet) {
        const heard = heardIn(packet, this.packet, this.question);
        if (heard === null)
            return;
        this.asker.heard();
        this.socket?.forget(this);
        this.take(heard);
    }
    take(heard) {
        if (heard.kind === "truncated")
            this.asker.sendOverTcp(this);
        else if (heard.kind === "reply")
            this.conclude(heard.reply);
        else if (this.hasEdns) {
            this.asker.knowsEdns = false;
            this.tries--;
            this.asker.send(this);
        }
        else
            this.conclude({ kind: "failure", reason: "malformed" });
    }
    // A server that is overtaxed, or one that is just starting, may answer a moment later.
    conclude(reply) {
        const isFailure = reply.kind === "failure";
        if (isFailure)
            this.told = reply.reason;
        if (isFailure && reply.reason !== "refused" && this.tries < TRIES)
            this.asker.sendLater(this);
        else
            this.asker.finish(this, reply);
    }
    fail(isLocal) {
        this.asker.missed("unreachable");
        if (!isLocal && this.tries < TRIES && this.asker.isWorthIt())
            this.asker.sendLater(this);
        else
            this.giveUp("unreachable");
    }
    /** It is due: what was to be sent later is sent, what has no answer is sent again or given up. */
    fallDue() {
        if (this.socket === null) {
            this.asker.send(this);
            return;
        }
        this.asker.missed("timeout");
        if (this.tries < TRIES && this.asker.isWorthIt())
            this.asker.send(this);
        else
            this.giveUp("timeout");
    }
    giveUp(reason) {
        this.asker.finish(this, { kind: "failure", reason: this.told ?? reason });
    }
}
const EMPTY = Buffer.alloc(0);

;// CONCATENATED MODULE: ./build/adapters/dns-queue.js
/** First in, first out; a list would move all its members for each that leaves. */
class Queue {
    members = [];
    first = 0;
    add(member) {
        this.members.push(member);
    }
    next() {
        const member = this.members[this.first];
        if (this.first < this.members.length)
            this.members[this.first++] = undefined;
        if (this.first > 1024 && this.first * 2 > this.members.length) {
            this.members = this.members.slice(this.first);
            this.first = 0;
        }
        return member;
    }
    drained() {
        const rest = this.members.slice(this.first);
        this.members = [];
        this.first = 0;
        return rest;
    }
}

// EXTERNAL MODULE: external "node:net"
var external_node_net_ = __webpack_require__(7030);
;// CONCATENATED MODULE: ./build/adapters/dns-tcp.js


/**
 * Asks over TCP, on a connection of its own; `onReply` is called once. What keeps the answer away is
 * `truncated`: a part of it has come before. Returns what gives up.
 */
function askOverTcp({ endpoint, question, packet }, milliseconds, onReply) {
    const socket = (0,external_node_net_.connect)({ host: endpoint.host, port: endpoint.port });
    let isDone = false;
    const done = (reply) => {
        if (isDone)
            return;
        isDone = true;
        clearTimeout(timer);
        socket.destroy();
        onReply(reply);
    };
    const gone = () => done(TRUNCATED);
    // In all, not between two bytes: a server may send one a second.
    const timer = setTimeout(gone, milliseconds);
    socket
        .on("error", gone)
        .on("close", gone)
        .on("connect", () => socket.write(framed(packet)));
    onMessage(socket, (message) => done(replyIn(message, packet, question)));
    return gone;
}
const TRUNCATED = { kind: "failure", reason: "truncated" };
function framed(packet) {
    const length = Buffer.alloc(2);
    length.writeUInt16BE(packet.length);
    return Buffer.concat([length, packet]);
}
// The first message only; its length, of two bytes, limits what is kept.
function onMessage(socket, take) {
    const chunks = [];
    let bytes = 0;
    let end = Number.POSITIVE_INFINITY;
    socket.on("data", (chunk) => {
        chunks.push(chunk);
        bytes += chunk.length;
        if (bytes < 2 || (bytes < end && end < Number.POSITIVE_INFINITY))
            return;
        const received = Buffer.concat(chunks);
        end = 2 + received.readUInt16BE(0);
        if (bytes >= end)
            take(received.subarray(2, end));
    });
}
function replyIn(message, packet, question) {
    const heard = idOf(message) === packet.readUInt16BE(0) ? heardIn(message, packet, question) : null;
    return heard?.kind === "reply" ? heard.reply : TRUNCATED;
}

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: external "node:dgram"
var external_node_dgram_ = __webpack_require__(1314);
;// CONCATENATED MODULE: ./build/adapters/dns-udp.js



/** Sockets to one server at most, each on a random port: what guesses one of them has to guess an id besides. */
const MOST_SOCKETS = 16;
/** Questions under way through one socket before another one is opened. */
const COMFORTABLE = 4;
/** Sends packets to one server from random ports under random ids. */
class UdpSockets {
    endpoint;
    sockets = [];
    turn = 0;
    constructor(endpoint) {
        this.endpoint = endpoint;
    }
    send(waiting) {
        this.socket().send(waiting);
    }
    close() {
        for (const socket of this.sockets.splice(0))
            socket.close();
    }
    socket() {
        const used = this.sockets[this.turn++ % this.sockets.length];
        if (used && (used.load < COMFORTABLE || this.sockets.length >= MOST_SOCKETS))
            return used;
        const opened = new UdpSocket(this.endpoint, () => {
            const place = this.sockets.indexOf(opened);
            if (place >= 0)
                this.sockets.splice(place, 1);
        });
        this.sockets.push(opened);
        return opened;
    }
}
/** A socket that is connected: it hears one server alone, and that nobody listens there. */
class UdpSocket {
    socket;
    onGone;
    open = new Map();
    unsent = [];
    isClosed = false;
    constructor({ host, port }, onGone) {
        this.onGone = onGone;
        this.socket = (0,external_node_dgram_.createSocket)(host.includes(":") ? "udp6" : "udp4");
        this.socket.on("message", (packet) => this.take(packet));
        this.socket.on("error", (error) => this.fail(error));
        this.socket.on("connect", () => this.flush());
        this.socket.connect(port, host);
        this.socket.unref();
    }
    /** How many wait for an answer. */
    get load() {
        return this.open.size;
    }
    send(waiting) {
        let id = randomId();
        while (this.open.has(id))
            id = randomId();
        waiting.socket = this;
        waiting.packet.writeUInt16BE(id, 0);
        this.open.set(id, waiting);
        this.transmit(waiting);
    }
    /** Sends another packet under the same id: whichever is answered first counts. */
    resend(waiting, packet) {
        waiting.packet.copy(packet, 0, 0, 2);
        waiting.packet = packet;
        this.transmit(waiting);
    }
    forget(waiting) {
        waiting.socket = null;
        this.open.delete(waiting.packet.readUInt16BE(0));
    }
    close() {
        if (this.isClosed)
            return;
        this.isClosed = true;
        this.open.clear();
        this.socket.close();
    }
    transmit(waiting) {
        if (this.unsent)
            this.unsent.push(waiting);
        else
            this.socket.send(waiting.packet, this.onSent);
    }
    onSent = (error) => {
        if (error)
            this.fail(error);
    };
    flush() {
        const waiting = this.unsent ?? [];
        this.unsent = null;
        for (const each of waiting)
            this.transmit(each);
    }
    take(packet) {
        const id = idOf(packet);
        const waiting = id === null ? undefined : this.open.get(id);
        waiting?.receive(packet);
    }
    fail(error) {
        if (this.isClosed)
            return;
        const waiting = [...this.open.values()];
        this.onGone();
        this.close();
        for (const each of waiting) {
            each.socket = null;
            each.fail(error.code !== "ECONNREFUSED");
        }
    }
}
const pool = new Uint16Array(4096);
let unused = 0;
/** A number below 65,536 that nobody can guess. */
function randomId() {
    if (unused === 0) {
        (0,external_node_crypto_.randomFillSync)(pool);
        unused = pool.length;
    }
    unused--;
    return pool[unused];
}

;// CONCATENATED MODULE: ./build/adapters/dns-server.js





/** Questions under way to one server at most: with more, buffers overflow and answers get lost. */
const MOST_OPEN = 128;
/** Connections to one server at most: some take a hundred in all, from everybody. */
const MOST_CONNECTIONS = 8;
/** Milliseconds before what failed at once is sent again. */
const PAUSE_MS = 250;
/** Packets without any answer, for as long as one may take, after which a server is left alone: new ones, others. */
const MOST_SILENT = { before: 4, after: 10 };
/** Milliseconds for which it is left alone, before one question tries it again. */
const REST_MS = 30_000;
/** Milliseconds after which a server that is not asked anything gives its sockets back. */
const IDLE_MS = 1_000;
/** One name server: what is asked of it, and what it is known to be like. */
class DnsServer {
    knowsEdns = true;
    hasAnswered = false;
    endpoint;
    limits;
    sockets;
    open = new Set();
    queue = new Queue();
    tcpQueue = new Queue();
    connections = 0;
    /** Packets without an answer since the last one that had one. */
    silent = 0;
    isHeard = false;
    /** When it was heard last, as far as that was looked at. */
    heardAt = Number.NEGATIVE_INFINITY;
    restsUntil = 0;
    lastFailure = "timeout";
    isUsed = false;
    willProceed = false;
    usedAt = 0;
    constructor(endpoint, limits) {
        this.endpoint = endpoint;
        this.limits = limits;
        this.sockets = new UdpSockets(endpoint);
    }
    ask(question, until, resolve) {
        this.isUsed = true;
        this.queue.add(new Asked(this, question, until, resolve));
        this.proceedSoon();
    }
    /** Looks at what is due at a time. False where there is nothing to come back for. */
    look(now) {
        if (this.isHeard)
            this.heardAt = now;
        this.isHeard = false;
        const due = [];
        for (const asked of this.open)
            if (asked.due <= now || asked.until <= now)
                due.push(asked);
        // What has arrived meanwhile is read first: this process may have been busy for longer than the timeout.
        if (due.length > 0)
            setImmediate(() => this.lookAt(due, now));
        this.proceed();
        if (this.isUsed || this.open.size > 0)
            this.usedAt = now;
        this.isUsed = false;
        const isIdle = now - this.usedAt > IDLE_MS;
        if (isIdle)
            this.sockets.close();
        return !isIdle;
    }
    /** Replies to everything with `deadline`. */
    end() {
        for (const asked of this.queue.drained())
            asked.resolve(DEADLINE);
        for (const asked of this.open)
            this.finish(asked, DEADLINE);
        this.sockets.close();
    }
    send(asked) {
        if (!this.isWithinBudget()) {
            this.finish(asked, BUDGET);
            return;
        }
        const packet = asked.prepared();
        if (packet === null) {
            this.finish(asked, MALFORMED);
            return;
        }
        asked.due = performance.now() + this.limits.timeout;
        if (asked.socket)
            asked.socket.resend(asked, packet);
        else {
            asked.packet = packet;
            this.sockets.send(asked);
        }
    }
    sendLater(asked) {
        asked.due = performance.now() + PAUSE_MS;
    }
    sendOverTcp(asked) {
        asked.due = Number.POSITIVE_INFINITY;
        this.tcpQueue.add(asked);
        this.connectNext();
    }
    heard() {
        this.hasAnswered = true;
        this.isHeard = true;
        this.silent = 0;
    }
    missed(reason) {
        this.silent++;
        this.lastFailure = reason;
        if (this.isSilent())
            this.restsUntil = performance.now() + REST_MS;
    }
    isWorthIt() {
        return !this.isSilent();
    }
    finish(asked, reply) {
        if (!this.open.delete(asked))
            return;
        asked.socket?.forget(asked);
        asked.endTcp?.();
        asked.resolve(reply);
        this.proceedSoon();
    }
    // Packets leave together, once all that has arrived is read: a server that is woken for each of them alone
    // takes twice the time.
    proceedSoon() {
        if (this.willProceed)
            return;
        this.willProceed = true;
        setImmediate(() => {
            this.willProceed = false;
            this.proceed();
        });
    }
    proceed() {
        while (this.open.size < MOST_OPEN) {
            const asked = this.queue.next();
            if (asked === undefined)
                return;
            if (asked.until <= performance.now())
                asked.resolve(DEADLINE);
            else if (this.isResting())
                asked.resolve({ kind: "failure", reason: this.lastFailure });
            else {
                this.open.add(asked);
                this.send(asked);
            }
        }
    }
    lookAt(due, now) {
        for (const asked of due) {
            if (!this.open.has(asked))
                continue;
            if (asked.until <= now)
                this.finish(asked, DEADLINE);
            else if (asked.due <= now)
                asked.fallDue();
        }
    }
    // Questions that nobody can answer may fall due in one moment: one that answers others is not silent.
    isSilent() {
        if (this.silent < (this.hasAnswered ? MOST_SILENT.after : MOST_SILENT.before))
            return false;
        return !this.isHeard && performance.now() - this.heardAt > this.limits.timeout;
    }
    // Once it has rested, one question goes through and decides for the others.
    isResting() {
        if (!this.isSilent())
            return false;
        const now = performance.now();
        if (now < this.restsUntil)
            return true;
        this.restsUntil = now + REST_MS;
        return false;
    }
    isWithinBudget() {
        if (this.limits.packets <= 0)
            return false;
        this.limits.packets--;
        return true;
    }
    connectNext() {
        while (this.connections < MOST_CONNECTIONS) {
            const asked = this.tcpQueue.next();
            if (asked === undefined)
                return;
            if (!this.open.has(asked))
                continue;
            if (this.isWithinBudget())
                this.connect(asked);
            else
                this.finish(asked, BUDGET);
        }
    }
    connect(asked) {
        const packet = encoded(asked.question, randomId(), this.knowsEdns) ?? asked.packet;
        this.connections++;
        const asking = { endpoint: this.endpoint, question: asked.question, packet };
        asked.endTcp = askOverTcp(asking, this.limits.timeout, (reply) => {
            this.connections--;
            asked.endTcp = null;
            this.finish(asked, reply);
            this.connectNext();
        });
    }
}
const DEADLINE = { kind: "failure", reason: "deadline" };
const MALFORMED = { kind: "failure", reason: "malformed" };
const BUDGET = { kind: "failure", reason: "budget" };

;// CONCATENATED MODULE: ./build/adapters/dns-nameservers.js



/** Milliseconds to wait for an answer, twice: servers that need three seconds exist. */
const TIMEOUT_MS = 5_000;
/** Packets of one run at most: a hundred for each of ten thousand hostnames. */
const MOST_PACKETS = 1_000_000;
/** Milliseconds between looks at what has waited too long. */
const LOOK_MS = 50;
/** The resolvers of this machine, as questions name servers. */
function systemResolvers() {
    return (0,external_node_dns_.getServers)().flatMap((server) => (0,addresses/* endpointIn */.BT)(server) ?? []);
}
/** Name servers, over UDP and, where an answer is too long for it, TCP. */
class DnsNameservers {
    system;
    limits;
    mostPackets;
    servers = new Map();
    busy = new Set();
    timer = null;
    isDisposed = false;
    constructor({ system, timeout = TIMEOUT_MS, packets = MOST_PACKETS } = {}) {
        this.system = system ?? systemResolvers();
        this.mostPackets = packets;
        this.limits = { timeout, packets };
    }
    /** Packets that were sent. */
    get sent() {
        return this.mostPackets - this.limits.packets;
    }
    ask(question, seconds = Number.POSITIVE_INFINITY) {
        const server = this.isDisposed ? null : this.server(question.server);
        if (server === null)
            return Promise.resolve(this.isDisposed ? dns_nameservers_DEADLINE : UNREACHABLE);
        this.busy.add(server);
        this.timer ??= setInterval(() => this.look(), LOOK_MS);
        const until = performance.now() + seconds * 1000;
        return new Promise((resolve) => server.ask(question, until, resolve));
    }
    dispose() {
        this.isDisposed = true;
        for (const server of this.busy)
            server.end();
        this.busy.clear();
        this.rest();
    }
    server(address) {
        const known = this.servers.get(address);
        if (known)
            return known;
        const endpoint = endpointOf(address);
        if (endpoint === null)
            return null;
        const server = new DnsServer(endpoint, this.limits);
        this.servers.set(address, server);
        return server;
    }
    look() {
        const now = performance.now();
        for (const server of this.busy)
            if (!server.look(now))
                this.busy.delete(server);
        if (this.busy.size === 0)
            this.rest();
    }
    rest() {
        if (this.timer)
            clearInterval(this.timer);
        this.timer = null;
    }
}
const dns_nameservers_DEADLINE = { kind: "failure", reason: "deadline" };
const UNREACHABLE = { kind: "failure", reason: "unreachable" };
function endpointOf(address) {
    const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:]+)):(\d+)$/.exec(address) ?? [];
    const host = bracketed ?? plain;
    return host === undefined ? null : { host, port: Number(port) };
}


/***/ }),

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

/***/ 7189:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Ft: () => (/* binding */ mostTelling),
/* harmony export */   dM: () => (/* binding */ distinct),
/* harmony export */   ge: () => (/* binding */ agreementOf)
/* harmony export */ });
/* harmony import */ var _json_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7803);

// The first of those that happened is the one to tell: a server that says no says more than a silent one.
const MOST_TELLING = [
    "servfail",
    "refused",
    "truncated",
    "malformed",
    "deadline",
    "budget",
    "timeout",
    "unreachable",
];
/** The reason to give where nobody answered; `unreachable` where nobody was asked. */
function mostTelling(reasons) {
    return MOST_TELLING.find((reason) => reasons.includes(reason)) ?? "unreachable";
}
/**
 * One statement of several servers: those that fail count only where all do, and those that contradict each
 * other are not believed.
 */
function agreementOf(asked, servers, replies) {
    const heard = replies.map((reply) => heardFrom(reply, asked));
    const definite = heard.filter(isDefinite);
    const evidence = evidenceOf(asked, servers, heard, definite.length > 0);
    const seen = seenIn(definite);
    const [first] = definite;
    if (first && evidence.length === 1)
        return { statement: first.statement, evidence, seen };
    const reason = first ? "disagreement" : mostTelling(heard.map(reasonOf));
    return { statement: { kind: "failure", reason }, evidence, seen };
}
function isDefinite({ statement }) {
    return statement.kind !== "failure";
}
function reasonOf({ statement }) {
    return statement.reason;
}
function seenIn(heard) {
    let seen = [];
    for (const { statement } of heard) {
        if (statement.kind === "records")
            seen = seen.length === 0 ? statement.texts : [...seen, ...statement.texts];
    }
    return seen;
}
/** Each once, by bytes. */
function distinct(texts) {
    const once = [...new Set(texts)];
    // Most are in order already, and sorting takes more than looking.
    const isSorted = once.every((text, index) => index === 0 || (0,_json_js__WEBPACK_IMPORTED_MODULE_0__/* .byBytes */ .bg)(once[index - 1], text) < 0);
    return isSorted ? once : once.sort(_json_js__WEBPACK_IMPORTED_MODULE_0__/* .byBytes */ .bg);
}
// A line for each thing that was said, with those who said it.
function evidenceOf({ name, type, checkingDisabled }, servers, heard, definite) {
    const way = checkingDisabled ? " unvalidated: " : ": ";
    // Joined, since thousands are kept: a template's parts would be kept with it.
    const line = (text, labels) => [name, " ", type, way, text, " (", labels, ")"].join("");
    const [first] = heard;
    // Most agree.
    if (first && heard.every((each) => each.text === first.text && isDefinite(each) === definite))
        return [line(first.text, servers.map(({ label }) => label).join(", "))];
    const who = new Map();
    for (let index = 0; index < heard.length; index++) {
        const each = heard[index];
        if (isDefinite(each) !== definite)
            continue;
        const others = who.get(each.text);
        const label = servers[index]?.label ?? "";
        who.set(each.text, others === undefined ? label : `${others}, ${label}`);
    }
    const lines = [...who].map(([text, labels]) => line(text, labels));
    return lines.length > 1 ? lines.sort(_json_js__WEBPACK_IMPORTED_MODULE_0__/* .byBytes */ .bg) : lines;
}
function heardFrom(reply, asked) {
    if (reply.kind === "failure")
        return failed(reply.reason, reply.reason);
    if (asked.apex !== null && !reply.authoritative)
        return failed("servfail", "not authoritative");
    const records = [];
    let target = null;
    for (const record of reply.answers) {
        if (record.name !== asked.name)
            continue;
        if (record.type === "CNAME") {
            if (target !== null && target !== record.data)
                return TWO_THINGS;
            target = record.data;
        }
        else if (record.type === asked.type)
            records.push(record);
    }
    if (target !== null)
        return records.length > 0 ? TWO_THINGS : alias(target);
    if (records.length > 0)
        return recordsHeard(records);
    if (reply.answers.length > 0)
        return failed("malformed", "an answer to something else");
    if (reply.code === "NXDOMAIN")
        return NO_NAME;
    return isReferral(reply, asked) ? failed("servfail", "refers to other servers") : NO_RECORD;
}
const TWO_THINGS = failed("malformed", "an alias beside something else");
const NO_NAME = { statement: { kind: "nxdomain" }, text: "no such name" };
const NO_RECORD = { statement: { kind: "nodata" }, text: "no such record" };
// An answer without records says that there are none, unless it points to who would know. Some servers set
// the bit of authority all the same.
function isReferral({ authorities }, { apex }) {
    const has = (wanted) => authorities.some(({ type, name }) => type === wanted && name !== apex);
    return has("NS") && !authorities.some(({ type }) => type === "SOA");
}
function failed(reason, text) {
    return { statement: { kind: "failure", reason }, text };
}
function alias(target) {
    return { statement: { kind: "alias", target }, text: `CNAME ${target}` };
}
function recordsHeard(records) {
    if (records.length === 1) {
        const text = textOf(records[0]);
        return { statement: { kind: "records", records, texts: [text] }, text };
    }
    const byText = new Map();
    for (const record of records)
        byText.set(textOf(record), record);
    const texts = [...byText.keys()].sort(_json_js__WEBPACK_IMPORTED_MODULE_0__/* .byBytes */ .bg);
    const sorted = texts.map((text) => byText.get(text));
    return { statement: { kind: "records", records: sorted, texts }, text: texts.join(", ") };
}
function textOf({ type, data }) {
    if (type === "SOA")
        return type;
    return type === "CAA"
        ? `${data.critical ? "critical " : ""}${data.tag} ${JSON.stringify(data.value)}`
        : data;
}


/***/ }),

/***/ 6244:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   b: () => (/* binding */ together)
/* harmony export */ });
/** Several walks side by side: what they have to ask is asked at once. */
function* together(walks) {
    const steps = walks.map((walk) => walk.next());
    for (;;) {
        const questions = [];
        for (const step of steps)
            if (!step.done)
                questions.push(...step.value);
        if (questions.length === 0 && steps.every(({ done }) => done))
            return steps.map(({ value }) => value);
        const replies = yield questions;
        let taken = 0;
        for (let index = 0; index < steps.length; index++) {
            const step = steps[index];
            if (step.done)
                continue;
            const end = taken + step.value.length;
            steps[index] = walks[index].next(replies.slice(taken, end));
            taken = end;
        }
    }
}


/***/ }),

/***/ 5710:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   W: () => (/* binding */ labelOf),
/* harmony export */   k: () => (/* binding */ zoneOf)
/* harmony export */ });
/* harmony import */ var _addresses_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(3761);
/* harmony import */ var _agreement_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7189);
/* harmony import */ var _names_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(77);
/* harmony import */ var _walk_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(6244);




/** At most so many of a zone's servers are asked, the first by name: .com has 13 that say the same. */
const MOST_SERVERS = 4;
/** Finds the zone that a name is in, and its servers, with the help of the system's resolvers. */
function* zoneOf(name, { system, zones }) {
    const known = zones.get(name);
    if (known)
        return known;
    const found = yield* apexOf(name, system);
    if (found.kind === "failure")
        return found;
    const zone = zones.get(found.apex) ?? (yield* zoneAt(found.apex, system));
    if (zone.kind === "failure")
        return zone;
    zones.set(zone.apex, zone);
    const { refused, doubts } = found;
    const own = refused || doubts.length > 0 ? { ...zone, refused: refused || zone.refused, doubts } : zone;
    zones.set(name, own);
    return own;
}
function* zoneAt(apex, system) {
    const reply = yield* fromSystem(apex, "NS", system);
    if (reply.kind === "failure")
        return reply;
    const names = namesOf(reply.answer, apex, "NS");
    const { servers, failure, refused } = yield* addressed(names, system);
    if (servers.length > 0)
        return { kind: "zone", apex, servers, refused: reply.refused || refused, doubts: [] };
    const none = `${shown(apex)} NS: ${names.length === 0 ? "no such record" : "no name server has an address"}`;
    return failure ?? { kind: "failure", reason: "unreachable", evidence: [none] };
}
// A resolver tells the zone of a name that is no apex beside its answer. Some leave that out, and where the
// name is an alias it is the target's, or the target makes the resolver fail: so it is looked for one label
// up. An alias is never an apex, and servers of a zone too high up only point to others.
function* apexOf(name, system) {
    let failure = null;
    for (let tried = name; tried !== null; tried = (0,_names_js__WEBPACK_IMPORTED_MODULE_1__/* .parentOf */ .gN)(tried)) {
        const reply = yield* fromSystem(tried, "SOA", system);
        if (reply.kind === "failure")
            failure ??= reply;
        if (reply.kind === "failure" && reply.reason !== "servfail")
            return failure;
        if (reply.kind === "failure")
            continue;
        const apex = apexIn(reply.answer, tried);
        if (apex !== null)
            return { kind: "apex", apex, refused: reply.refused, doubts: failure?.evidence ?? [] };
    }
    const evidence = [`${shown(name)} SOA: no resolver tells its zone`];
    return failure ?? { kind: "failure", reason: "malformed", evidence };
}
function apexIn({ answers, authorities }, name) {
    if (answers.some((record) => record.name === name && record.type === "CNAME"))
        return null;
    if (answers.some((record) => record.name === name && record.type === "SOA"))
        return name;
    const soa = authorities.find((record) => record.type === "SOA" && (0,_names_js__WEBPACK_IMPORTED_MODULE_1__/* .isWithin */ .UO)(name, record.name));
    return soa?.name ?? null;
}
// Where one has no address, the next one by name takes its place.
function* addressed(names, system) {
    const servers = new Map();
    let failure = null;
    for (let next = 0; next < names.length && servers.size < MOST_SERVERS;) {
        const batch = names.slice(next, next + MOST_SERVERS - servers.size);
        next += batch.length;
        for (const found of yield* (0,_walk_js__WEBPACK_IMPORTED_MODULE_2__/* .together */ .b)(batch.map((name) => serverOf(name, system)))) {
            if (found?.kind === "failure")
                failure ??= found;
            else if (found && !servers.has(found.address))
                servers.set(found.address, found);
        }
    }
    const list = [...servers.values()];
    return { servers: list, failure, refused: list.some(({ refused }) => refused) };
}
// One address is enough: IPv6 only where there is no other, since many machines have none.
function* serverOf(name, system) {
    let failure = null;
    for (const type of ["A", "AAAA"]) {
        const reply = yield* fromSystem(name, type, system);
        if (reply.kind === "failure")
            failure ??= reply;
        else {
            const [address] = namesOf(reply.answer, name, type).flatMap((text) => (0,_addresses_js__WEBPACK_IMPORTED_MODULE_3__/* .endpointIn */ .BT)(text) ?? []);
            if (address !== undefined)
                return { kind: "server", address, label: name, refused: reply.refused };
        }
    }
    return failure;
}
// Only what stands at the name itself: what an alias leads to is no name server.
function namesOf({ answers }, name, type) {
    const own = (record) => record.name === name && record.type === type;
    return (0,_agreement_js__WEBPACK_IMPORTED_MODULE_0__/* .distinct */ .dM)(answers.filter(own).map(({ data }) => String(data)));
}
/**
 * Asks the system's resolvers one after the other until one answers. One that finds a signature wrong is
 * asked again without validating: what it says is a hint only, by which nothing is decided.
 */
function* fromSystem(name, type, system) {
    const failures = [];
    for (const server of system) {
        const question = { server, name, type, recursive: true, checkingDisabled: false };
        const [reply] = yield [question];
        if (reply?.kind === "answer")
            return { kind: "told", answer: reply, refused: false };
        failures.push(reply?.reason ?? "unreachable");
        if (reply?.reason !== "servfail")
            continue;
        const [unchecked] = yield [{ ...question, checkingDisabled: true }];
        if (unchecked?.kind === "answer")
            return { kind: "told", answer: unchecked, refused: true };
    }
    const lines = failures.map((reason, index) => `${shown(name)} ${type}: ${reason} (${labelOf(system[index] ?? "")})`);
    const evidence = lines.length > 0 ? lines : [`${shown(name)} ${type}: this machine has no resolver`];
    return { kind: "failure", reason: (0,_agreement_js__WEBPACK_IMPORTED_MODULE_0__/* .mostTelling */ .Ft)(failures), evidence };
}
/** What people call a server that is given by its address: without the usual port. */
function labelOf(address) {
    return address.replace(/^\[?([^\]]*?)\]?:53$/, "$1");
}
function shown(name) {
    return name === "" ? "." : name;
}


/***/ }),

/***/ 6657:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   a: () => (/* binding */ zonePolicyOf)
/* harmony export */ });
/* harmony import */ var _domain_dns_names_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(77);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(9473);
/* harmony import */ var _hostnames_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(9628);



/**
 * Which zones may be changed, and who may have what there. Zones that the user names by name or id count instead of
 * the plan's. Throws HostenvError `cloudflare-disabled` where neither names any.
 */
function zonePolicyOf(plan, named) {
    const { cloudflare, hostenvHostname, policy } = plan;
    if (named.length === 0 && cloudflare?.enable !== true)
        throw disabled();
    const { zoneId } = cloudflare ?? {};
    const planned = [...(zoneId ? [zoneId] : []), ...(policy?.zones ?? [])];
    const environments = Object.entries(plan.environments);
    return {
        zones: (named.length > 0 ? named : planned).map(plain),
        ownZone: named.length === 0,
        provider: plain(hostenvHostname),
        nodes: Object.keys(plan.nodeConnections).map((node) => plain((0,_hostnames_js__WEBPACK_IMPORTED_MODULE_1__/* .nodeNameOf */ .RZ)(plan, node))),
        ownHostnames: byName(environments.map(([name, { hostenv }]) => [name, plain(hostenv.hostname)])),
        allowedSuffixes: byName(Object.entries(policy?.allowedSuffixes ?? {}).map(([name, suffixes]) => [name, suffixesIn(suffixes)])),
    };
}
// A map of an object's own keys alone, "__proto__" too.
function byName(entries) {
    return Object.fromEntries(entries);
}
// What is no name is kept, and matches none.
function plain(text) {
    return (0,_domain_dns_names_js__WEBPACK_IMPORTED_MODULE_2__/* .normalised */ .Z7)(text) ?? text;
}
// `.example.com`, `*.example.com` and `example.com` mean the same to most people. Nothing is no suffix: every name
// ends in it.
function suffixesIn(given) {
    return given.map((text) => plain(text.replace(/^\*?\./, ""))).filter((text) => text !== "");
}
function disabled() {
    const hint = "set provider.cloudflare.enable and plan again, or name zones: --cf-zone ZONE";
    return new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .HostenvError */ .aY("cloudflare-disabled", "the plan says that no zone at Cloudflare is ours", hint);
}


/***/ })

};
