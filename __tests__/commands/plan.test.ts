import { expect, test } from "@jest/globals";
import { plan, planInputs } from "../../src/commands/plan.ts";
import { discrepanciesIn } from "../../src/domain/manifest.ts";
import { HostenvError } from "../../src/errors.ts";
import { emptyEvaluation, planPorts, tree } from "../support/fake-ports.ts";

const inputs = (given: object = {}) => planInputs.parse(given);

test("writes plan, state and their manifest together, once, and holds the lock until then", async () => {
  const { ports, written, locking } = planPorts({});
  const { exitCode, finish, report } = await plan(inputs(), ports);
  expect(exitCode).toBe(0);
  // Only when the answer has been given: a report that can't be written must stop it.
  expect(locking).toEqual(["lock"]);
  await finish?.();
  expect(locking).toEqual(["lock", "write", "unlock"]);
  expect(Object.keys(written[0] ?? {})).toEqual(["plan.json", "state.json", "manifest.json"]);
  expect(discrepanciesIn(written[0] ?? {})).toEqual([]);
  expect(JSON.parse(written[0]?.["manifest.json"] as string)).toMatchObject({
    planId: report.planId,
    tool: "0.0.0",
  });
});

test("keeps and signs what it does not make anew", async () => {
  const there = { "flake.nix": "{ }", "plan.json": "old", "manifest.json": "<<<<<<<" };
  const { ports, written, said } = planPorts({ snapshot: { read: async () => there } });
  await (await plan(inputs(), ports)).finish?.();
  expect(said[0]).toMatch(/^not as the last plan wrote it: generated\/manifest\.json \(unreadable\); /);
  expect(written[0]).toMatchObject({ "flake.nix": "{ }", "plan.json": expect.stringMatching(/^\{/) });
  expect(discrepanciesIn(written[0] ?? {})).toEqual([]);
});

test("recovers first, also in a dry run, and says so", async () => {
  const order: string[] = [];
  const { ports, said } = planPorts({
    snapshot: {
      recover: async () => {
        order.push("recover");
        return "a run was stopped";
      },
      read: async () => {
        order.push("read");
        return {};
      },
    },
    trees: {
      current: async () => {
        order.push("copy");
        return tree();
      },
    },
  });
  await plan(inputs({ dryRun: true }), ports);
  expect(order).toEqual(["recover", "read", "copy"]);
  expect(said).toEqual(["a run was stopped"]);
});

test("copies the tree while nobody replaces the snapshot", async () => {
  for (const given of [{}, { base: "main" }, { basePlan: "p.json" }]) {
    let steady = 0;
    const { ports } = planPorts({
      snapshot: {
        steadily: (read) => {
          steady++;
          return read();
        },
      },
      trees: { contains: async () => true },
      files: { readIfThere: async () => "{}", readJson: async () => emptyEvaluation.plan },
    });
    await plan(inputs({ dryRun: true, ...given }), ports);
    expect(steady).toBe(1);
  }
});

test("lets others plan when writing fails", async () => {
  const failure = new HostenvError("file-unusable", "m", "h");
  const { ports, locking } = planPorts({ snapshot: { write: () => Promise.reject(failure) } });
  const { finish } = await plan(inputs(), ports);
  await expect(finish?.()).rejects.toBe(failure);
  expect(locking).toEqual(["lock", "unlock"]);
});

test("writes nothing in a dry run, and needs no lock", async () => {
  const { ports, written, locking } = planPorts({});
  const { finish } = await plan(inputs({ dryRun: true }), ports);
  expect(finish).toBeUndefined();
  expect([...written, ...locking]).toEqual([]);
});

test("writes nothing and removes its copies when the evaluation fails", async () => {
  const failure = new HostenvError("no-node", "m", "h");
  const evaluator = { evaluate: () => Promise.reject(failure) };
  const { ports, locking, disposals } = planPorts({ evaluator });
  await expect(plan(inputs(), ports)).rejects.toBe(failure);
  expect(locking).toEqual(["lock", "unlock"]);
  expect(disposals()).toBe(1);
});

test("refuses a plan of another shape before anything is written", async () => {
  const broken = { ...emptyEvaluation, plan: { hostenvHostname: "h" } };
  const { ports, written } = planPorts({ evaluator: { evaluate: async () => broken } });
  await expect(plan(inputs(), ports)).rejects.toMatchObject({ code: "plan-schema" });
  expect(written).toEqual([]);
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
          if (path === "/provider/flake.nix" || /\/generated\/(?:flake\.|manifest)/.test(path)) return null;
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
    "git add --intent-to-add generated/plan.json generated/state.json generated/manifest.json: a flake sees only files git knows",
  ]);
});

test("says what not to commit on a branch, and nothing where it is not known to be one", async () => {
  for (const [beside, notices] of [
    [true, 1],
    [false, 0],
    [null, 0],
  ] as const) {
    const { ports, said } = planPorts({ trees: { isBesideDefault: async () => beside } });
    await (await plan(inputs(), ports)).finish?.();
    expect(said.filter((text) => text.includes("commit nothing of the snapshot"))).toHaveLength(notices);
  }
});

test("refuses a flake that reads its state from elsewhere", async () => {
  const elsewhere = { ...emptyEvaluation, stateFile: "st/state.json" };
  const { ports, written } = planPorts({ evaluator: { evaluate: async () => elsewhere } });
  await expect(plan(inputs(), ports)).rejects.toMatchObject({ code: "state-path" });
  expect(written).toEqual([]);
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
