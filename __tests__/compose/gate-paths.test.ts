import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { gatePaths } from "../../src/compose/gate-paths.ts";

let folder: string;
const at = (path: string | undefined) => (path === undefined ? undefined : join(folder, path));
const paths = (output?: string, memory?: string, plan?: string) =>
  gatePaths({ output: at(output), memory: at(memory), plan: at(plan) }, join(folder, "generated"));

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "hostenv-gate-paths-"));
  mkdirSync(join(folder, "generated"));
  symlinkSync("generated", join(folder, "link"));
  writeFileSync(join(folder, "generated/plan.json"), "{}");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each<[string, string, { memory?: string; plan?: string }]>([
  ["the plan itself", "generated/plan.json", {}],
  ["the plan itself", "link/plan.json", {}],
  ["the plan itself", "generated/plan.json", { plan: "other.json" }],
  ["the plan itself", "other.json", { plan: "other.json" }],
  ["the memory", "generated/dns-gate.json", {}],
  ["the memory", "link/dns-gate.json", { memory: "m.json" }],
  ["the memory", "m.json", { memory: "m.json" }],
])("the output is not %s: %s %j", (what, output, { memory, plan }) => {
  const refused = expect.objectContaining({ code: "usage", message: expect.stringContaining(`is ${what}`) });
  expect(() => paths(output, memory, plan)).toThrow(refused);
});

test("the snapshot's own memory counts as not given, so that its lock is taken", () => {
  expect(paths("out.json", "link/dns-gate.json")).toEqual({
    ...{ plan: undefined, memory: undefined, output: at("out.json") },
  });
  expect(paths(undefined, "m.json").memory).toBe(at("m.json"));
});
