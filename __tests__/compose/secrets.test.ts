import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Call } from "../../src/compose/call.ts";
import { takeSecrets } from "../../src/compose/environment.ts";
import { secretsOf } from "../../src/compose/secrets.ts";
import { describeWith, needed } from "../support/tools.ts";

describeWith(["SOPS", "AGE_KEYGEN"], "the secrets of a call", () => {
  const token = randomBytes(20).toString("hex");
  let folder: string;
  let path: string | undefined;
  let key: string;
  beforeAll(() => {
    path = process.env.PATH;
    process.env.PATH = `${dirname(needed("SOPS"))}:${path}`;
    folder = mkdtempSync(join(tmpdir(), "hostenv-compose-secrets-"));
    execFileSync(needed("AGE_KEYGEN"), ["-o", join(folder, "key")], { stdio: "ignore" });
    key = readFileSync(join(folder, "key"), "utf8");
    const recipient = /public key: (\S+)/.exec(key)?.[1] as string;
    writeFileSync(join(folder, "ci.yaml"), JSON.stringify({ deploy: { token } }));
    execFileSync(needed("SOPS"), ["encrypt", "--in-place", "--age", recipient, "ci.yaml"], { cwd: folder });
  });
  afterAll(() => {
    process.env.PATH = path;
    rmSync(folder, { recursive: true, force: true });
  });

  const call = (given: Partial<Call>, hidden: string[] = []): Call => ({
    options: {},
    secrets: {},
    place: {},
    directory: folder,
    hide: (text) => void hidden.push(text),
    ...given,
  });

  test("come from the file that the inputs name, with sops from PATH", async () => {
    const hidden: string[] = [];
    const options = { sopsFile: join(folder, "ci.yaml"), sopsSecrets: ["CF_API_TOKEN=deploy/token"] };
    const secrets = { sopsAgeKey: key, environment: { CF_API_TOKEN: "of the environment" } };
    expect(await secretsOf(call({ options, secrets }, hidden))).toEqual({ CF_API_TOKEN: token });
    expect(hidden).toContain(token);
  });

  test("else from the environment", async () => {
    const environment = { CF_API_TOKEN: token };
    expect(await secretsOf(call({ secrets: { environment } }))).toEqual({ CF_API_TOKEN: token });
    expect(await secretsOf(call({}))).toEqual({});
  });

  test("are refused where sops was told to leave them readable", async () => {
    const file = join(folder, "partly.yaml");
    writeFileSync(file, JSON.stringify({ CF_API_TOKEN: token, other: "a".repeat(20) }));
    const recipient = /public key: (\S+)/.exec(key)?.[1] as string;
    const rules = ["--encrypted-regex", "^other$"];
    execFileSync(needed("SOPS"), ["encrypt", "--in-place", "--age", recipient, ...rules, file], {
      cwd: folder,
    });
    const hidden: string[] = [];
    const run = secretsOf(call({ options: { sopsFile: file }, secrets: { sopsAgeKey: key } }, hidden));
    await expect(run).rejects.toMatchObject({
      code: "sops-plain",
      message: `${file} is not encrypted: whoever sees the repository can read CF_API_TOKEN`,
    });
    expect(hidden).toContain(token);
  });

  test("an input that is given alone says what lacks", async () => {
    const lone = { sopsFile: join(folder, "ci.yaml") };
    const recipient = /public key: (\S+)/.exec(key)?.[1] as string;
    await expect(secretsOf(call({ options: lone }))).rejects.toMatchObject({
      code: "age-key",
      message: expect.stringContaining(`is encrypted for ${recipient}`),
    });
    const absent = { sopsFile: join(folder, "absent.yaml") };
    await expect(secretsOf(call({ options: absent }))).rejects.toMatchObject({ code: "sops-file" });
    await expect(secretsOf(call({ secrets: { sopsAgeKey: key } }))).rejects.toMatchObject({ code: "usage" });
  });
});

test("a door takes secrets and inputs out of the environment, and leaves the rest", () => {
  const env = {
    ...{ SSH_KEY: "canary-1", CF_API_TOKEN: "", "INPUT_SOPS-AGE-KEY": "canary-2", INPUT_COMMAND: "deploy" },
    ...{ PATH: "/bin", GITHUB_TOKEN: "canary-3", ACTIONS_RUNTIME_TOKEN: "canary-4" },
  };
  expect(takeSecrets(env)).toEqual({ SSH_KEY: "canary-1" });
  // The cache asks for the last one, git for the one before.
  expect(Object.keys(env)).toEqual(["PATH", "GITHUB_TOKEN", "ACTIONS_RUNTIME_TOKEN"]);
});
