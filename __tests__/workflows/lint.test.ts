import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { approvalCaller } from "../support/approval-caller.ts";
import { root } from "../support/nix.ts";
import { describeWith, needed } from "../support/tools.ts";
import { callers, forProjects, own, reusable } from "../support/workflows.ts";

const paths = () => [
  ...[...callers(), ...forProjects(), ...reusable(), ...own()].map(({ path }) => path),
  approval(),
];

/** The file that the docs have users make of a caller. */
function approval(): string {
  const path = join(folder, "approval.yml");
  writeFileSync(path, approvalCaller().text);
  return path;
}

/** What this version does not know yet; each is a whole sentence, so that nothing else is passed over. */
const NOT_KNOWN_YET = [
  // Since May 2026; our own rule looks at its value.
  '^unexpected key "queue" for "concurrency" section\\. expected one of "cancel-in-progress", "group"$',
  // Since July 2026: an action of the repository that the workflow itself came from, at the same commit.
  '^specifying action "\\$/[a-z-]+" in invalid format because ref is missing\\.',
];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "hostenv-lint-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function badWorkflow(): string {
  const path = join(folder, "bad.yml");
  const steps = `- uses: actions/checkout@v5\n      - run: echo \${{ github.head_ref }}\n      - run: echo \${{ nothing.here }}`;
  writeFileSync(
    path,
    `on: pull_request_target\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      ${steps}\n`,
  );
  return path;
}

describeWith(["ZIZMOR"], "zizmor", () => {
  const zizmor = (...files: string[]) => {
    // Without a network, and without settings of whoever runs it.
    const args = [
      "--offline",
      "--no-progress",
      "--no-config",
      "--color=never",
      "--persona=pedantic",
      ...files,
    ];
    const { status, stdout, stderr } = spawnSync(needed("ZIZMOR"), args, {
      cwd: root,
      encoding: "utf8",
      env: {},
    });
    return { status, text: `${stdout}${stderr}` };
  };

  test("finds nothing, not even what only the pedantic do", () => {
    const { status, text } = zizmor(...paths());
    expect(text).toContain("No findings to report.");
    expect(status).toBe(0);
    for (const path of paths()) expect(text).toContain(`completed ${path}`);
  });

  test("finds what is wrong", () => {
    const { status, text } = zizmor(badWorkflow());
    expect(status).not.toBe(0);
    for (const audit of [
      "dangerous-triggers",
      "template-injection",
      "unpinned-uses",
      "excessive-permissions",
    ])
      expect(text).toContain(`[${audit}]`);
  });

  test("every finding that is passed over has its reason beside it", () => {
    const passedOver = [...callers(), ...forProjects(), ...reusable(), ...own()].flatMap(
      ({ text }) => text.match(/zizmor: ignore.*/g) ?? [],
    );
    expect(passedOver.length).toBeGreaterThan(0);
    for (const line of passedOver) expect(line).toMatch(/^zizmor: ignore\[[a-z-]+\] \S+ \S+/);
  });
});

describeWith(["ACTIONLINT"], "actionlint", () => {
  const actionlint = (...files: string[]) => {
    // Other programs would find more on some machines than on others.
    const alone = ["-no-color", "-shellcheck=", "-pyflakes="];
    const ignored = NOT_KNOWN_YET.flatMap((pattern) => ["-ignore", pattern]);
    const args = [...alone, ...ignored, ...files];
    const { status, stdout, stderr } = spawnSync(needed("ACTIONLINT"), args, {
      cwd: root,
      encoding: "utf8",
      env: {},
    });
    return { status, text: `${stdout}${stderr}` };
  };

  test("finds nothing", () => {
    expect(actionlint(...paths())).toEqual({ status: 0, text: "" });
  });

  test("finds what is wrong", () => {
    const { status, text } = actionlint(badWorkflow());
    expect(status).not.toBe(0);
    expect(text).toContain('undefined variable "nothing"');
  });
});
