import { expect, test } from "@jest/globals";
import { goldenCheck, goldenCheckInputs } from "../../src/commands/golden-check.ts";
import type { JsonValue } from "../../src/domain/json.ts";
import { HostenvError } from "../../src/errors.ts";
import { fake } from "../support/fake-ports.ts";
import { planWith } from "../support/plan-builder.ts";

const plan = (backup: string) =>
  planWith({ environments: [{ name: "shop-main", migrations: [backup] }] }) as unknown as JsonValue;

/** Ports over files in memory; a file that holds an error can't be read. */
function portsWith(contents: Record<string, JsonValue | HostenvError>) {
  const written: Record<string, string> = {};
  const readIfThere = async (path: string) => {
    const found = contents[path];
    if (found instanceof HostenvError) throw found;
    return found ?? null;
  };
  const files = fake("files", {
    readJsonIfThere: readIfThere,
    readJson: async (path: string) => (await readIfThere(path)) as JsonValue,
    readIfThere: async (path: string) => JSON.stringify(contents[path]),
    write: async (path: string, text: string) => {
      written[path] = text;
    },
  });
  const patches = { replacing: async (path: string) => `patch of ${path}` };
  return { ports: { files, patches, directory: "/p", generated: "generated" }, written } as never as {
    ports: Parameters<typeof goldenCheck>[1];
    written: Record<string, string>;
  };
}

const run = async (given: object, contents: Record<string, JsonValue | HostenvError>) => {
  const { ports, written } = portsWith(contents);
  const found = await goldenCheck(goldenCheckInputs.parse(given), ports);
  await found.finish?.();
  return { ...found, written };
};

const [PLAN, GOLDEN] = ["/p/generated/plan.json", "/p/tests/golden/plan.json"];

test("looks at the snapshot's plan and the golden file below the provider", async () => {
  const contents = { [PLAN]: plan("new"), [GOLDEN]: plan("new") };
  expect(await run({}, contents)).toMatchObject({ exitCode: 0, result: "match", written: {} });
  const differing = await run({}, { ...contents, [GOLDEN]: plan("old") });
  expect(differing).toMatchObject({ exitCode: 2, result: "mismatch", patch: null, written: {} });
  expect(differing.differences.map(({ path }) => path)).toEqual(["/environments/shop-main/migrations/0"]);
});

test("is skipped where there is no golden file, whatever the plan is", async () => {
  expect(await run({}, {})).toMatchObject({ exitCode: 0, result: "skipped" });
  expect(await run({ golden: "g" }, { [GOLDEN]: plan("new") })).toMatchObject({
    result: "skipped",
    golden: "g",
  });
});

test("says how to get a plan where there is none", async () => {
  await expect(run({}, { [GOLDEN]: plan("new") })).rejects.toMatchObject({
    code: "file-not-found",
    hint: expect.stringContaining("hostenv-provider plan"),
  });
});

test("update writes the plan where they differ, and only there", async () => {
  const contents = { [PLAN]: plan("new"), [GOLDEN]: plan("old") };
  const updated = await run({ update: true }, contents);
  expect(updated).toMatchObject({ exitCode: 0, result: "match", update: "changed" });
  expect(updated.written).toEqual({ [GOLDEN]: `${JSON.stringify(plan("new"), null, 2)}\n` });
  expect((await run({ update: true }, { ...contents, [GOLDEN]: plan("new") })).written).toEqual({});
  const ignoring = { update: true, ignore: ["/environments/*/migrations"] };
  expect((await run(ignoring, contents)).written).toEqual({});
});

test("update writes a golden file that is new or can't be understood, and none in a dry run", async () => {
  const unreadable = new HostenvError("file-not-json", "m", "h");
  for (const golden of [undefined, unreadable, { no: "plan" }] as const) {
    const contents = { [PLAN]: plan("new"), ...(golden === undefined ? {} : { [GOLDEN]: golden }) };
    expect(Object.keys((await run({ update: true }, contents)).written)).toEqual([GOLDEN]);
    if (golden !== undefined) await expect(run({}, contents)).rejects.toBeInstanceOf(HostenvError);
  }
  const dry = await run({ update: true, dryRun: true }, { [PLAN]: plan("new"), [GOLDEN]: plan("old") });
  expect(dry).toMatchObject({ exitCode: 2, result: "mismatch", written: {} });
  await expect(
    run({ update: true }, { [PLAN]: plan("new"), [GOLDEN]: new HostenvError("file-unusable", "m", "h") }),
  ).rejects.toMatchObject({ code: "file-unusable" });
});

test("makes a patch where one is wanted and needed", async () => {
  const contents = { [PLAN]: plan("new"), [GOLDEN]: plan("old") };
  expect((await run({ patch: "x" }, contents)).patch).toBe(`patch of ${GOLDEN}`);
  expect((await run({ patch: "x" }, { ...contents, [GOLDEN]: plan("new") })).patch).toBeNull();
});

test("tells of a pattern that leads nowhere, and of none that is always there", async () => {
  const contents = { [PLAN]: plan("new"), [GOLDEN]: plan("new") };
  const { nowhere } = await run(
    { ignore: ["/enviroments/*/migrations", "/environments/*/migrations"] },
    contents,
  );
  expect(nowhere.map(({ pattern }) => pattern)).toEqual(["/enviroments/*/migrations"]);
});
