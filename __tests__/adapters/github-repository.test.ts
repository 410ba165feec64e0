import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { GithubRepository } from "../../src/adapters/github-repository.ts";
import { type GithubApi, startGithubApi } from "../support/github-api.mjs";
import { hastyClient } from "../support/issue-world.ts";

let api: GithubApi;
beforeEach(async () => {
  api = await startGithubApi();
});
afterEach(async () => {
  await api.close();
  expect(api.violations).toEqual([]);
});

const repository = (token = api.token) => new GithubRepository(hastyClient(api, token), "acme", "provider");

describe("a repository's settings", () => {
  test("tell whose the token is, and nothing of a job's own", async () => {
    api.addUser({ login: "alice", permission: "admin" });
    api.addToken("alices", "alice");
    expect(await repository("alices").login()).toBe("alice");
    expect(await repository().login()).toBeNull();
    expect([await repository().defaultBranch(), repository().name]).toEqual(["main", "acme/provider"]);
  });

  test("tell a token that is none from one that may too little", async () => {
    await expect(repository("nobodys").defaultBranch()).rejects.toMatchObject({ code: "github-token" });
    const stranger = new GithubRepository(hastyClient(api), "acme", "other");
    await expect(stranger.defaultBranch()).rejects.toMatchObject({ code: "github-forbidden" });
  });

  test("tell a branch's rules, and which of them the asker may bypass", async () => {
    const rule = (type: string, ruleset_id: number) => ({ type, ruleset_id });
    const rules = [rule("deletion", 1), rule("required_signatures", 2), rule("non_fast_forward", 3)];
    api.setBranch("release/1", { isProtected: true, rules: [...rules, rule("required_signatures", 4)] });
    api.rulesets.set(1, "always").set(2, "never").set(3, "pull_requests_only");
    expect(await repository().branch("release/1")).toEqual({
      name: "release/1",
      isProtected: true,
      rules: [
        { type: "deletion", mayBypass: true },
        { type: "required_signatures", mayBypass: false },
        { type: "non_fast_forward", mayBypass: false },
        { type: "required_signatures", mayBypass: null },
      ],
    });
    expect(await repository().branch("main")).toEqual({ name: "main", isProtected: false, rules: [] });
    await expect(repository().branch("gone")).rejects.toMatchObject({ code: "branch-missing" });
  });

  test("tell who may use an environment", async () => {
    api.environments.set("production", { limitsBranches: true, reviewers: 2 });
    api.environments.set("the open one", { limitsBranches: false, reviewers: 0 });
    expect(await repository().environment("production")).toEqual({ limitsBranches: true, reviewers: 2 });
    expect(await repository().environment("the open one")).toEqual({ limitsBranches: false, reviewers: 0 });
    expect(await repository().environment("none")).toBeNull();
  });
});
