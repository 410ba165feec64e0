import { expect, test } from "@jest/globals";
import { compare, planInputs } from "../../src/commands/plan.ts";
import type { JsonValue } from "../../src/domain/json.ts";
import { emptyEvaluation, planPorts } from "../support/fake-ports.ts";

const inputs = (given: object = {}) => planInputs.parse(given);
const theirs = { ...(emptyEvaluation.plan as object), _description: "text" } as JsonValue;

function portsWith(file: JsonValue) {
  return planPorts({ files: { readJson: async () => file } });
}

test("compares what the inputs give with the file, and writes nothing", async () => {
  const { ports, written, locking } = portsWith(theirs);
  const verdict = await compare("/their/plan.json", inputs(), ports);
  expect(verdict).toEqual({ exitCode: 0, moving: { schema: 1, result: "same", differences: [] } });
  expect(written).toEqual([]);
  expect(locking).toEqual([]);
});

test("says no where anything differs that is not on purpose", async () => {
  const policy = await compare(
    "/p",
    inputs(),
    portsWith({ ...(theirs as object), policy: {} } as JsonValue).ports,
  );
  expect(policy).toMatchObject({ exitCode: 0, moving: { result: "expected" } });
  const other = await compare(
    "/p",
    inputs(),
    portsWith({ ...(theirs as object), deployUser: "x" } as JsonValue).ports,
  );
  expect(other).toMatchObject({ exitCode: 2, moving: { result: "differs" } });
});

test("refuses a file that is no plan, by its name", async () => {
  await expect(
    compare("/their/plan.json", inputs(), portsWith({ environments: 1 }).ports),
  ).rejects.toMatchObject({
    code: "plan-schema",
    message: expect.stringContaining("/their/plan.json"),
  });
});

test.each([{ base: "main" }, { basePlan: "f" }, { update: "x" }, { allow: ["uid-changed"] }])(
  "takes no %j",
  async (given) => {
    await expect(compare("/p", inputs(given), portsWith(theirs).ports)).rejects.toMatchObject({
      message: "--compare-with takes no base, update or allowance",
    });
  },
);
