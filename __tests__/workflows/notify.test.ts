import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { branchOf } from "../../src/domain/project-push.ts";
import { pushDefaults } from "../../src/github-event.ts";
import { describeWith, needed } from "../support/tools.ts";
import { callers, forProjects, type WorkflowStep } from "../support/workflows.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "hostenv-notify-"));
  // GitHub's own program, as far as it is asked: it keeps what it would send.
  writeFileSync(join(folder, "gh"), `#!/bin/sh\necho "$@" > "${folder}/args"\ncat > "${folder}/body"\n`);
  chmodSync(join(folder, "gh"), 0o755);
});
afterAll(() => rmSync(folder, { recursive: true }));

describeWith(["JQ"], "the step that tells the provider", () => {
  test.each([
    ["main", false],
    ["feature/basket-2", true],
    [`x'"; touch "$HOME/pwned" #\${{ }}\n::set-output`, false],
  ])("sends of a project's branch what the provider reads: %j", (branch, deleted) => {
    const steps = forProjects().flatMap(({ workflow }) =>
      Object.values(workflow.jobs).flatMap((job) => job.steps ?? []),
    );
    const [{ run = "", env = {} }] = steps as [WorkflowStep];
    const given = {
      ...{ GH_TOKEN: "t", PROVIDER: "acme/provider", PROJECT: "https://github.com/acme/shop" },
      ...{ REF: `refs/heads/${branch}`, SHA: "a".repeat(40), BEFORE: "", DELETED: String(deleted) },
    };
    expect(Object.keys(given).sort()).toEqual(Object.keys(env).sort());
    const { status, stderr } = spawnSync("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", run], {
      env: {
        PATH: `${folder}${delimiter}${dirname(needed("JQ"))}${delimiter}${process.env.PATH}`,
        HOME: folder,
        ...given,
      },
      encoding: "utf8",
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(readFileSync(join(folder, "args"), "utf8")).toBe("api repos/acme/provider/dispatches --input -\n");
    const { event_type, client_payload } = JSON.parse(readFileSync(join(folder, "body"), "utf8"));
    const caller = callers().find(({ path }) => path.endsWith("/project-updated.yml"));
    expect(caller?.workflow.on.repository_dispatch).toEqual({ types: [event_type] });
    expect(pushDefaults({ client_payload })).toEqual({
      project: "https://github.com/acme/shop",
      ref: `refs/heads/${branch}`,
      sha: "a".repeat(40),
      ...(deleted ? { deleted: true } : {}),
    });
    expect(branchOf(`refs/heads/${branch}`)).toBe(/^[\w/-]+$/.test(branch) ? branch : null);
  });
});
