import { createHash } from "node:crypto";
import { inflateRawSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { handlers } from "./github/routes.mjs";
import { routeNames } from "./github/schema.mjs";
import { type GithubApi, startGithubApi } from "./github-api.mjs";

let api: GithubApi;

beforeEach(async () => {
  api = await startGithubApi();
  api.now = "2026-03-01T12:00:00.750Z";
});
afterEach(() => api.close());

interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: answers differ, and the schema checks them.
  body: any;
}

async function call(method: string, path: string, body?: unknown, token = api.token): Promise<Answer> {
  const url = path.startsWith("http") ? path : `${api.url}/repos/acme/provider${path}`;
  const headers = token === "" ? {} : { authorization: `Bearer ${token}` };
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  const response = await fetch(url, { method, headers, redirect: "manual", ...sent });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text && JSON.parse(text) };
}

const get = (path: string) => call("GET", path);

function linkOf({ headers }: Answer, rel: string): string | undefined {
  return new RegExp(`<([^>]+)>; rel="${rel}"`).exec(headers.get("link") ?? "")?.[1];
}

test("answers every route as GitHub's schema says", async () => {
  api.addUser({ login: "alice", permission: "admin" });
  const { head } = api.addPull({ head: { repo: "mallory/provider" }, labels: ["seen"] });
  api.merge(api.addPull().number, { by: "alice" });
  const comment = api.addComment(1, { by: "alice", body: "hello" });
  api.addReview(1, { by: "alice" });
  api.unlabel(1, "seen", { by: "alice" });
  api.label(1, "seen", { by: "alice" });
  api.addStatus(head.sha, { by: "alice", state: "success" });
  const { id, workflow_run } = api.addArtifact({ name: "plan", workflow_run: { head_sha: head.sha } });
  api.addIssue({ by: "alice", labels: ["dns"] });
  api.addWorkflowRun();
  api.setBranch("main", { isProtected: true, rules: [{ type: "deletion", ruleset_id: 7 }] });
  api.rulesets.set(7, "never");
  api.environments.set("production", { limitsBranches: true, reviewers: 2 });
  api.addToken("alices", "alice");
  expect((await call("GET", `${api.url}/user`, undefined, "alices")).body).toMatchObject({ login: "alice" });
  expect(await get(`${api.url}/user`)).toMatchObject({ status: 403 });
  const paths = [
    ...["/issues?state=all", "/actions/workflows/dns.yml/runs", `${api.url}/user/41898282`],
    ...["", "/pulls?state=all", "/pulls/1", "/pulls/2", "/pulls/1/reviews", `/commits/${head.sha}/pulls`],
    ...["/issues/1/comments", `/issues/comments/${comment.id}`, "/issues/1/events", "/issues/1/labels"],
    ...["/branches/main", "/rules/branches/main", "/rulesets/7", "/environments/production"],
    ...["/collaborators/alice/permission", `/commits/${head.sha}/statuses`, "/actions/artifacts"],
    ...[`/actions/runs/${workflow_run.id}/artifacts`, `/actions/artifacts/${id}/zip`],
  ];
  for (const path of paths)
    expect(await get(path)).toMatchObject({ status: path.endsWith("/zip") ? 302 : 200 });
  const writes = [
    await call("POST", "/issues/1/comments", { body: "hi" }),
    await call("PATCH", `/issues/comments/${comment.id}`, { body: "changed" }),
    await call("DELETE", `/issues/comments/${comment.id}`),
    await call("POST", "/issues", { title: "wrong", body: "b", labels: ["dns"] }),
    await call("PATCH", "/issues/4", { state: "closed", state_reason: "duplicate", duplicate_issue_id: 1 }),
    await call("PATCH", "/issues/4", { state: "closed", state_reason: "not_planned" }),
    await call("POST", "/issues/1/labels", { labels: ["new"] }),
    await call("DELETE", "/issues/1/labels/new"),
    await call("POST", `/statuses/${head.sha}`, { state: "failure", context: "plan" }),
    await call("PATCH", "/pulls/1", { title: "other", body: "text", state: "closed" }),
    await call("POST", "/actions/workflows/plan.yml/dispatches", {
      ref: "b",
      inputs: { "pull-request": "1" },
    }),
    await call("POST", "/dispatches", { event_type: "pushed", client_payload: { ref: "b" } }),
  ];
  expect(writes.map(({ status }) => status)).toEqual([
    201, 200, 204, 201, 422, 200, 200, 200, 201, 200, 204, 204,
  ]);
  expect(api.workflowStarts).toEqual([
    { workflow: "plan.yml", ref: "b", inputs: { "pull-request": "1" }, by: "github-actions[bot]" },
  ]);
  expect(api.dispatches).toEqual([
    { event_type: "pushed", client_payload: { ref: "b" }, by: "github-actions[bot]" },
  ]);
  const crowd = Object.fromEntries([..."abcdefghijk"].map((name) => [name, 1]));
  const refused = await call("POST", "/dispatches", { event_type: "pushed", client_payload: crowd });
  expect([refused.status, api.dispatches.length]).toEqual([422, 1]);
  expect(api.violations).toEqual([]);
});

test("handles every route that it holds", () => {
  expect(Object.keys(handlers).sort()).toEqual([...routeNames].sort());
});

describe("the schema", () => {
  beforeEach(() => {
    api.addPull();
  });

  test("refuses a request with a wrong, a missing and an unknown key", async () => {
    const { status } = await call("POST", "/issues/1/comments", { body: 1, bdy: "hi" });
    expect(status).toBe(422);
    await call("POST", "/issues/1/comments", {});
    await call("POST", "/issues/1/comments");
    expect(api.violations).toEqual([
      "request POST /repos/acme/provider/issues/1/comments: body must NOT have additional properties: bdy",
      "request POST /repos/acme/provider/issues/1/comments: body /body must be string",
      "request POST /repos/acme/provider/issues/1/comments: body must have required property 'body'",
      "request POST /repos/acme/provider/issues/1/comments: body is missing",
    ]);
    expect(api.comments).toEqual([]);
  });

  test("refuses an unknown word and an unknown value in the query", async () => {
    expect((await get("/pulls?state=opn&pages=2")).status).toBe(422);
    expect(api.violations.join("\n")).toMatch(
      /additional properties: pages\n.*\/state must be .*: open, closed, all/,
    );
  });

  test("reports an answer that lacks a key", async () => {
    const comment = api.addComment(1, { by: "alice", body: "hello" });
    Object.assign(comment, { created_at: undefined });
    await get("/issues/1/comments");
    expect(api.violations).toEqual([
      "answer 200 to GET /repos/acme/provider/issues/1/comments: /0 must have required property 'created_at'",
    ]);
  });

  test("reports an answer with a value of another type, deep inside", async () => {
    Object.assign(api.pulls.get(1)?.head as object, { sha: 7 });
    await get("/pulls/1");
    expect(api.violations).toEqual([expect.stringMatching(/pulls\/1: \/head\/sha must be string$/)]);
  });

  test("reports a route that it does not hold, and a method of one that it does", async () => {
    expect((await get("/branches")).status).toBe(501);
    expect((await call("PUT", "/issues/1/labels", { labels: [] })).status).toBe(501);
    expect(api.violations).toHaveLength(2);
  });

  test("checks a request that meets a fault, and not the fault's answer", async () => {
    api.fault({ times: 2, status: 500, body: { oops: true } });
    await call("POST", "/issues/1/comments", { body: "fine" });
    expect(api.violations).toEqual([]);
    await call("POST", "/issues/1/comments", {});
    expect(api.violations).toHaveLength(1);
  });
});

describe("refusals", () => {
  test("name what is not there as GitHub does", async () => {
    expect((await get("/pulls/7")).body).toEqual({
      message: "Not Found",
      documentation_url: "https://docs.github.com/rest/pulls/pulls#get-a-pull-request",
      status: "404",
    });
    expect((await get(`${api.url}/repos/acme/other`)).status).toBe(404);
    expect((await get("/collaborators/nobody/permission")).body.message).toBe("nobody is not a user");
    expect((await get("/actions/runs/5/artifacts")).status).toBe(404);
    expect((await get(`/commits/${"a".repeat(40)}/pulls`)).body.message).toMatch(/^No commit found for SHA/);
    expect(api.violations).toEqual([]);
  });

  test("ask for a token that somebody has", async () => {
    expect((await call("GET", "", undefined, "")).body.message).toBe("Requires authentication");
    expect((await call("GET", "", undefined, "guess")).body.message).toBe("Bad credentials");
    expect(api.requests.map(({ status }) => status)).toEqual([401, 401]);
  });

  test("keep a comment at 65,536 characters, however many bytes they have", async () => {
    api.addPull();
    expect((await call("POST", "/issues/1/comments", { body: "🔴".repeat(65_536) })).status).toBe(201);
    const { status, body } = await call("POST", "/issues/1/comments", { body: "x".repeat(65_537) });
    expect(status).toBe(422);
    expect(body.errors[0].message).toBe("Body is too long (maximum is 65536 characters)");
    expect(api.comments).toHaveLength(1);
    expect(api.violations).toEqual([]);
  });

  test("keep labels at 50 and a status at 140 characters", async () => {
    const { head } = api.addPull();
    expect((await call("POST", "/issues/1/labels", { labels: ["x".repeat(51)] })).status).toBe(422);
    const status = { state: "success", description: "x".repeat(141) };
    expect((await call("POST", `/statuses/${head.sha}`, status)).status).toBe(422);
    expect(api.violations).toEqual([]);
  });
});

describe("comments", () => {
  test("are the token's user's and take the clock's time in whole seconds", async () => {
    api.addPull();
    const { body: made } = await call("POST", "/issues/1/comments", { body: "first" });
    expect(made).toMatchObject({
      user: { login: "github-actions[bot]", id: 41_898_282, type: "Bot" },
      created_at: "2026-03-01T12:00:00Z",
    });
    api.now = "2026-03-01T12:05:00Z";
    const { body: changed } = await call("PATCH", `/issues/comments/${made.id}`, { body: "second" });
    expect(changed).toMatchObject({ created_at: made.created_at, updated_at: "2026-03-01T12:05:00Z" });
    api.addToken("of-alice", "alice");
    const { body: hers } = await call("POST", "/issues/1/comments", { body: "third" }, "of-alice");
    expect(hers.user.login).toBe("alice");
    expect((await get("/issues/1/comments?since=2026-03-01T12:05:00Z")).body).toHaveLength(2);
  });

  test("come in pages that link to each other", async () => {
    api.addPull();
    for (let count = 1; count <= 250; count++) api.addComment(1, { by: "alice", body: `${count}` });
    expect((await get("/issues/1/comments")).body).toHaveLength(30);
    let answer = await get("/issues/1/comments?per_page=300");
    expect(linkOf(answer, "prev")).toBeUndefined();
    const found = [...answer.body];
    for (let next = linkOf(answer, "next"); next; next = linkOf(answer, "next")) {
      answer = await get(next);
      found.push(...answer.body);
    }
    expect(found.map(({ body }) => Number(body))).toEqual(Array.from({ length: 250 }, (_, at) => at + 1));
    expect(linkOf(answer, "prev")).toMatch(/\/repositories\/\d+\/issues\/1\/comments\?.*page=2$/);
    expect(api.requests.map(({ path }) => path)).toEqual(
      Array(4).fill("/repos/acme/provider/issues/1/comments"),
    );
    expect(api.violations).toEqual([]);
  });
});

describe("pull requests", () => {
  const numbersIn = async (path: string) =>
    (await get(path)).body.map(({ number }: { number: number }) => number);

  beforeEach(() => {
    api.addPull({ head: { ref: "topic" }, created_at: "2026-02-01T00:00:00Z" });
    api.addPull({ head: { ref: "topic", repo: "mallory/provider" }, created_at: "2026-02-02T00:00:00Z" });
    api.addPull({ state: "closed", base: { ref: "next" }, created_at: "2026-02-03T00:00:00Z" });
  });

  test("are listed by state, head, base and order", async () => {
    expect(await numbersIn("/pulls")).toEqual([2, 1]);
    expect(await numbersIn("/pulls?state=all&sort=created&direction=asc")).toEqual([1, 2, 3]);
    expect(await numbersIn("/pulls?head=mallory:topic")).toEqual([2]);
    expect(await numbersIn("/pulls?head=topic")).toEqual([2, 1]);
    expect(await numbersIn("/pulls?state=closed&base=next")).toEqual([3]);
    api.push(1);
    expect(await numbersIn("/pulls?sort=updated&direction=desc&per_page=1")).toEqual([1]);
    expect(api.violations).toEqual([]);
  });

  test("belong to every commit that they had and to the one of their merge", async () => {
    const first = api.pulls.get(1)?.head.sha as string;
    const second = api.push(1).head.sha;
    const merged = api.merge(1, { by: "alice" }).merge_commit_sha;
    for (const sha of [first, second, merged]) expect(await numbersIn(`/commits/${sha}/pulls`)).toEqual([1]);
    const { body } = await get("/pulls/1");
    expect(body).toMatchObject({ merged: true, merged_by: { login: "alice" }, head: { sha: second } });
  });

  test("have reviews of a commit", async () => {
    const old = api.pulls.get(1)?.head.sha as string;
    api.addReview(1, { by: "alice" });
    api.push(1);
    api.addReview(1, { by: "bob", state: "CHANGES_REQUESTED" });
    const { body } = await get("/pulls/1/reviews");
    expect(body).toMatchObject([
      { user: { login: "alice" }, state: "APPROVED", commit_id: old },
      { user: { login: "bob" }, state: "CHANGES_REQUESTED", commit_id: api.pulls.get(1)?.head.sha },
    ]);
  });
});

describe("labels", () => {
  test("leave events with who and when", async () => {
    api.addPull();
    api.label(1, "hostenv:allow-uid-changed", { by: "alice", at: "2026-02-01T08:00:00Z" });
    await call("POST", "/issues/1/labels", { labels: ["HOSTENV:allow-uid-changed", "hostenv:change"] });
    const { body: left } = await call("DELETE", "/issues/1/labels/hostenv%3Aallow-uid-changed");
    expect(left).toMatchObject([{ name: "hostenv:change" }]);
    const { body } = await get("/issues/1/events");
    const shown = body.map((each: Record<string, Record<string, string>>) => [
      ...[each.event, each.label?.name, each.actor?.login, each.created_at],
    ]);
    expect(shown).toEqual([
      ["labeled", "hostenv:allow-uid-changed", "alice", "2026-02-01T08:00:00Z"],
      ["labeled", "hostenv:change", "github-actions[bot]", "2026-03-01T12:00:00Z"],
      ["unlabeled", "hostenv:allow-uid-changed", "github-actions[bot]", "2026-03-01T12:00:00Z"],
    ]);
    expect((await call("DELETE", "/issues/1/labels/never")).status).toBe(404);
    expect(api.violations).toEqual([]);
  });

  test.each([
    ["admin", "admin"],
    ["maintain", "write"],
    ["write", "write"],
    ["triage", "read"],
    [undefined, "none"],
  ] as const)("a user with the role %s has the permission %s", async (role, permission) => {
    api.addUser({ login: "alice", ...(role ? { permission: role } : {}) });
    const { body } = await get("/collaborators/alice/permission");
    expect(body).toMatchObject({ permission, role_name: role ?? "none" });
    expect(api.violations).toEqual([]);
  });
});

describe("issues", () => {
  const numbersIn = async (path: string) =>
    (await get(path)).body.map(({ number }: { number: number }) => number);

  test("share their numbers and lists with pull requests", async () => {
    api.addPull();
    const { body } = await call("POST", "/issues", { title: "first", labels: ["dns"] });
    expect(body).toMatchObject({ number: 2, user: { id: 41_898_282 }, labels: [{ name: "dns" }] });
    api.addPull();
    expect(await numbersIn("/issues")).toEqual([3, 2, 1]);
    const [pull] = (await get("/issues?direction=asc")).body;
    expect([pull.number, typeof pull.pull_request.url]).toEqual([1, "string"]);
    await call("POST", "/issues/2/comments", { body: "hello" });
    expect((await get("/issues/2/comments")).body[0].html_url).toMatch(/\/issues\/2#issuecomment-/);
    expect((await call("POST", "/issues/9/comments", { body: "hello" })).status).toBe(404);
    expect(api.violations).toEqual([]);
  });

  test("are listed by label, author, state and order", async () => {
    api.addIssue({ by: "alice", labels: ["dns", "bug"], created_at: "2026-02-01T00:00:00Z" });
    api.addIssue({ by: "bob", labels: ["DNS"], created_at: "2026-02-02T00:00:00Z" });
    api.addIssue({ by: "bob", created_at: "2026-02-03T00:00:00Z" });
    expect(await numbersIn("/issues?labels=dns")).toEqual([2, 1]);
    expect(await numbersIn("/issues?labels=dns,bug")).toEqual([1]);
    expect(await numbersIn("/issues?creator=bob&direction=asc")).toEqual([2, 3]);
    await call("PATCH", "/issues/1", { state: "closed" });
    expect(await numbersIn("/issues?state=closed")).toEqual([1]);
    expect(await numbersIn("/issues?state=all&sort=updated&per_page=1")).toEqual([1]);
    expect((await get("/issues?assignee=bob")).status).toBe(501);
    expect(api.violations).toEqual([]);
  });

  test("are closed for a reason, opened again, deleted and switched off", async () => {
    const { id } = api.addIssue({ by: "alice" });
    api.addIssue({ by: "alice" });
    const closed = { state: "closed", state_reason: "duplicate", duplicate_issue_id: id };
    const { body } = await call("PATCH", "/issues/2", closed);
    expect(body).toMatchObject({ state: "closed", state_reason: "duplicate", closed_by: { type: "Bot" } });
    // A reason counts only where the state changes.
    await call("PATCH", "/issues/2", { state: "closed", state_reason: "completed" });
    expect(api.issues.get(2)?.state_reason).toBe("duplicate");
    const { body: open } = await call("PATCH", "/issues/2", { state: "open", title: "again" });
    expect(open).toMatchObject({ state_reason: "reopened", closed_at: null, title: "again" });
    api.issues.delete(2);
    expect((await call("PATCH", "/issues/2", { title: "x" })).status).toBe(410);
    api.repository.has_issues = false;
    expect((await call("POST", "/issues", { title: "x" })).body.message).toMatch(/disabled/);
    expect(await numbersIn("/issues?state=all")).toEqual([]);
    expect(api.violations).toEqual([]);
  });

  test("have titles of 256 and texts of 65,536 characters, and labels only of who may write", async () => {
    expect((await call("POST", "/issues", { title: "x".repeat(257) })).status).toBe(422);
    expect((await call("POST", "/issues", { title: "x", body: "x".repeat(65_537) })).status).toBe(422);
    api.addUser({ login: "helper", permission: "triage" });
    api.addToken("of-helper", "helper");
    const { body } = await call("POST", "/issues", { title: "x", labels: ["dns"] }, "of-helper");
    expect(body).toMatchObject({ number: 1, labels: [] });
    expect(api.violations).toEqual([]);
  });
});

test("runs of a workflow are listed newest first, by event and by how they ended", async () => {
  api.addWorkflowRun({ id: 1, created_at: "2026-02-01T00:00:00Z" });
  api.addWorkflowRun({ id: 2, conclusion: "failure", created_at: "2026-02-02T00:00:00Z" });
  api.addWorkflowRun({ id: 3, event: "push", created_at: "2026-02-03T00:00:00Z" });
  api.addWorkflowRun({ id: 4, workflow: "other.yml" });
  const idsIn = async (path: string) =>
    (await get(`/actions/workflows/${path}`)).body.workflow_runs.map(({ id }: { id: number }) => id);
  expect(await idsIn("dns.yml/runs")).toEqual([3, 2, 1]);
  expect(await idsIn("9000/runs?event=schedule&status=completed&per_page=1")).toEqual([2]);
  expect(await idsIn("dns.yml/runs?status=success")).toEqual([3, 1]);
  expect((await get("/actions/workflows/none.yml/runs")).status).toBe(404);
  expect(api.violations).toEqual([]);
});

test("statuses are listed newest first", async () => {
  const { head } = api.addPull();
  await call("POST", `/statuses/${head.sha}`, { state: "pending", context: "plan" });
  await call("POST", `/statuses/${head.sha}`, { state: "success", context: "plan" });
  const { body } = await get(`/commits/${head.sha}/statuses`);
  expect(body.map(({ state }: { state: string }) => state)).toEqual(["success", "pending"]);
});

describe("artifacts", () => {
  /** Reads as a zip is meant to be read: from the directory at its end. */
  function filesIn(zip: Buffer): Record<string, string> {
    const end = zip.lastIndexOf(Buffer.from("PK\x05\x06", "latin1"));
    const found: Record<string, string> = {};
    let at = zip.readUInt32LE(end + 16);
    for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
      const [size, nameSize, start] = [
        zip.readUInt32LE(at + 20),
        zip.readUInt16LE(at + 28),
        zip.readUInt32LE(at + 42),
      ];
      const data = start + 30 + zip.readUInt16LE(start + 26);
      const name = zip.toString("utf8", at + 46, at + 46 + nameSize);
      found[name] = inflateRawSync(zip.subarray(data, data + size)).toString("utf8");
      at += 46 + nameSize;
    }
    return found;
  }

  const authorized = () => ({ headers: { authorization: `Bearer ${api.token}` } });

  test("are listed newest first, by name, by run and in pages", async () => {
    const old = api.addArtifact({ name: "plan", created_at: "2026-02-01T00:00:00Z" });
    api.addArtifact({ name: "other", created_at: "2026-02-02T00:00:00Z" });
    const young = api.addArtifact({ name: "plan", workflow_run: { id: 77, head_branch: "topic" } });
    const { body, headers } = await get("/actions/artifacts?name=plan&per_page=1");
    expect(body).toMatchObject({
      total_count: 2,
      artifacts: [{ id: young.id, workflow_run: { head_branch: "topic" } }],
    });
    const next = await get(linkOf({ status: 200, headers, body }, "next") as string);
    expect(next.body.artifacts).toMatchObject([{ id: old.id, expires_at: "2026-05-02T00:00:00Z" }]);
    expect((await get("/actions/runs/77/artifacts")).body).toMatchObject({ total_count: 1 });
    expect(api.violations).toEqual([]);
  });

  test("are downloaded as a zip from an address that refuses the token", async () => {
    const files = { "report.json": '{"name":"ä"}'.repeat(500), "empty/file": "" };
    const { id } = api.addArtifact({ name: "plan", content: files });
    const path = `${api.url}/repos/acme/provider/actions/artifacts/${id}/zip`;
    const { status, headers } = await get(path);
    expect(status).toBe(302);
    const location = headers.get("location") as string;
    expect((await fetch(location, authorized())).status).toBe(401);
    expect((await fetch(location.replace(/sig=.*/, "sig=guess"))).status).toBe(403);
    const zip = Buffer.from(await (await fetch(path, authorized())).arrayBuffer());
    expect(filesIn(zip)).toEqual(files);
    const [listed] = (await get("/actions/artifacts")).body.artifacts;
    expect(listed.digest).toBe(`sha256:${createHash("sha256").update(zip).digest("hex")}`);
    expect(api.violations).toEqual([]);
  });

  test("can be broken or gone", async () => {
    const broken = api.addArtifact({ name: "plan", content: Buffer.from("no zip") });
    const path = `${api.url}/repos/acme/provider/actions/artifacts`;
    expect(await (await fetch(`${path}/${broken.id}/zip`, authorized())).text()).toBe("no zip");
    const gone = api.addArtifact({ name: "plan", expired: true });
    expect((await get(`${path}/${gone.id}/zip`)).status).toBe(410);
    api.fault({ path: /^\/artifacts\//, status: 503 });
    expect((await fetch(`${path}/${broken.id}/zip`, authorized())).status).toBe(503);
    expect(api.violations).toEqual([]);
  });
});

describe("faults", () => {
  const comments = "/issues/1/comments";

  beforeEach(() => {
    api.addPull();
  });

  test("come as often as they were asked for, to the requests that they are for", async () => {
    const fault = api.fault({ method: "GET", path: /\/comments$/, times: 2, status: 503, body: "busy" });
    const statuses = [];
    for (const path of ["/pulls/1", comments, comments, comments]) {
      const headers = { authorization: `Bearer ${api.token}` };
      statuses.push((await fetch(`${api.url}/repos/acme/provider${path}`, { headers })).status);
    }
    expect(statuses).toEqual([200, 503, 503, 200]);
    expect(fault.times).toBe(0);
  });

  test("leave a comment behind when they apply, and none otherwise", async () => {
    api.fault({ method: "POST", status: 502 });
    expect((await call("POST", comments, { body: "lost" })).status).toBe(502);
    api.fault({ method: "POST", status: 502, apply: true });
    expect((await call("POST", comments, { body: "made" })).status).toBe(502);
    expect(api.comments.map(({ body }) => body)).toEqual(["made"]);
  });

  test("can close the connection, before or after the effect", async () => {
    api.fault({ drop: true });
    await expect(call("POST", comments, { body: "lost" })).rejects.toThrow("fetch failed");
    api.fault({ drop: true, apply: true });
    await expect(call("POST", comments, { body: "made" })).rejects.toThrow("fetch failed");
    expect(api.comments.map(({ body }) => body)).toEqual(["made"]);
    expect(api.requests.map(({ status }) => status)).toEqual([null, null]);
  });

  test("know GitHub's own: a token that cannot write, and both limits", async () => {
    api.readOnly();
    expect((await get(comments)).status).toBe(200);
    const refused = await call("POST", comments, { body: "x" });
    expect(refused).toMatchObject({
      status: 403,
      body: { message: "Resource not accessible by integration" },
    });
    api.clearFaults();

    api.secondaryRateLimit({ retryAfter: 3, method: "POST" });
    api.secondaryRateLimit({ method: "POST" });
    const limited = [
      await call("POST", comments, { body: "x" }),
      await call("POST", comments, { body: "x" }),
    ];
    expect(limited.map(({ headers }) => headers.get("retry-after"))).toEqual(["3", null]);
    for (const { status, body } of limited) {
      expect([status, body.message]).toEqual([
        403,
        expect.stringContaining("exceeded a secondary rate limit"),
      ]);
    }

    api.primaryRateLimit({ resetIn: 2 });
    const { status, headers } = await get(comments);
    expect([status, headers.get("x-ratelimit-remaining")]).toEqual([403, "0"]);
    expect(Number(headers.get("x-ratelimit-reset"))).toBeLessThanOrEqual(Date.now() / 1000 + 2);
    expect(api.comments).toEqual([]);
    expect(api.violations).toEqual([]);
  });
});

test("the world can change when a request arrives", async () => {
  const { head } = api.addPull();
  const stop = api.before("GET", /\/comments$/, async ({ path }) => {
    api.push(1);
    api.addComment(1, { by: "alice", body: path });
  });
  const { body } = await get("/issues/1/comments");
  expect(body).toMatchObject([{ body: "/repos/acme/provider/issues/1/comments" }]);
  expect((await get("/pulls/1")).body.head.sha).not.toBe(head.sha);
  stop();
  expect((await get("/issues/1/comments")).body).toHaveLength(1);
});
