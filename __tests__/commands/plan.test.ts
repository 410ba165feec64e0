import { expect, test } from "@jest/globals";
import { plan, planInputs } from "../../src/commands/plan.ts";
import { HostenvError } from "../../src/errors.ts";
import { emptyEvaluation, planPorts, tree } from "../support/fake-ports.ts";

const inputs = (given: object = {}) => planInputs.parse(given);

test("writes plan and state together, once, into the snapshot's folder", async () => {
  const { ports, written } = planPorts({});
  const { exitCode, finish } = await plan(inputs(), ports);
  expect(exitCode).toBe(0);
  // Only when the answer has been given: a report that can't be written must stop it.
  expect(written).toEqual({});
  await finish?.();
  expect(Object.keys(written)).toEqual(["/provider/generated"]);
  expect(Object.keys(written["/provider/generated"] ?? {})).toEqual(["state.json", "plan.json"]);
});

test("writes nothing in a dry run", async () => {
  const { ports, written } = planPorts({});
  const { finish } = await plan(inputs({ dryRun: true }), ports);
  expect(finish).toBeUndefined();
  expect(written).toEqual({});
});

test("writes nothing and removes its copies when the evaluation fails", async () => {
  const failure = new HostenvError("no-node", "m", "h");
  const { ports, written, disposals } = planPorts({ evaluator: { evaluate: () => Promise.reject(failure) } });
  await expect(plan(inputs(), ports)).rejects.toBe(failure);
  expect(written).toEqual({});
  expect(disposals()).toBe(1);
});

test("refuses a plan of another shape before anything is written", async () => {
  const broken = { ...emptyEvaluation, plan: { hostenvHostname: "h" } };
  const { ports, written } = planPorts({ evaluator: { evaluate: async () => broken } });
  await expect(plan(inputs(), ports)).rejects.toMatchObject({ code: "plan-schema" });
  expect(written).toEqual({});
});

test("hands the base's state to the head, and an empty one where the base has none", async () => {
  for (const committed of ['{"a":{"uid":1002}}', null]) {
    const handed: (string | null)[] = [];
    const { ports } = planPorts({
      trees: {
        at: async () => tree({ root: "/base" }),
        contains: async () => true,
        current: async (state) => {
          handed.push(state);
          return tree();
        },
      },
      files: {
        readIfThere: async (path) => {
          expect(path).toBe("/base/generated/state.json");
          return committed;
        },
      },
    });
    await plan(inputs({ base: "main" }), ports);
    expect(handed).toEqual([committed ?? "{}"]);
  }
});

test("says which new files git was made to know of", async () => {
  const { ports, said } = planPorts({ trees: { track: async (paths) => [...paths] } });
  await (await plan(inputs(), ports)).finish?.();
  expect(said).toEqual([
    "git add --intent-to-add generated/state.json generated/plan.json: a flake sees only files git knows",
  ]);
});

test("refuses a flake that reads its state from elsewhere", async () => {
  const elsewhere = { ...emptyEvaluation, stateFile: "st/state.json" };
  const { ports, written } = planPorts({ evaluator: { evaluate: async () => elsewhere } });
  await expect(plan(inputs(), ports)).rejects.toMatchObject({ code: "state-path" });
  expect(written).toEqual({});
});

test("evaluates base and head at the same time", async () => {
  let running = 0;
  let most = 0;
  const evaluate = async () => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setTimeout(resolve, 5));
    running--;
    return emptyEvaluation;
  };
  const { ports } = planPorts({
    evaluator: { evaluate },
    trees: { at: async () => tree(), contains: async () => true },
    files: { readIfThere: async () => "{}" },
  });
  await plan(inputs({ base: "main" }), ports);
  expect(most).toBe(2);
});

test("ends the other evaluation when one fails, before its copy is removed", async () => {
  const failure = new HostenvError("no-node", "m", "h");
  const done: string[] = [];
  let end = () => {};
  const other = new Promise<never>((_, reject) => {
    end = () => reject(new HostenvError("evaluation-stopped", "m", "h"));
  });
  const { ports } = planPorts({
    evaluator: {
      evaluate: ({ root }) => (root === "/base" ? other : Promise.reject(failure)),
      dispose: async () => {
        done.push("evaluator");
        end();
      },
    },
    trees: {
      at: async () => tree({ root: "/base" }),
      contains: async () => true,
      dispose: async () => {
        done.push("trees");
      },
    },
    files: { readIfThere: async () => "{}" },
  });
  await expect(plan(inputs({ base: "main" }), ports)).rejects.toBe(failure);
  expect(done).toEqual(["evaluator", "trees"]);
});

test("tells a branch that lacks its base, and keeps quiet where a shallow clone can't tell", async () => {
  for (const [contained, notices] of [
    [false, 1],
    [null, 0],
    [true, 0],
  ] as const) {
    const { ports, said } = planPorts({
      trees: { at: async () => tree(), contains: async () => contained },
      files: { readIfThere: async () => "{}" },
    });
    await plan(inputs({ base: "main" }), ports);
    expect(said).toHaveLength(notices);
  }
});
