import { describe, expect, test } from "@jest/globals";
import { untakenOn } from "../../src/commands/deploy-restores.ts";
import type { JsonValue } from "../../src/domain/json.ts";
import { HostenvError } from "../../src/errors.ts";
import { targetOf } from "../../src/fleets/hostenv/deploy-targets.ts";
import type { Nodes } from "../../src/ports/nodes.ts";
import { fake } from "../support/fake-ports.ts";
import { sideWith } from "../support/plan-builder.ts";

const side = sideWith({ environments: [{ name: "shop-main", type: "production", node: "node-a" }] });
const prepared = [{ environment: "shop-main", snapshots: { db: "5f3c" }, setAside: [], error: null }];

/** Asks of an activation after which these folders are left on the node. */
async function asked(left: readonly string[], ignoreErrors: boolean, given: Partial<Nodes> = {}) {
  const taken: JsonValue[] = [];
  const notices: string[] = [];
  const nodes = fake<Nodes>("nodes", {
    restoreLeft: async () => left,
    restorePlan: async (_, __, plan) => {
      taken.push(plan);
    },
    ...given,
  });
  const problems = await untakenOn(
    targetOf(side.plan, "node-a"),
    prepared,
    new Set(["shop-main"]),
    { side, wishes: { ignoreErrors } },
    { nodes, progress: { notice: (text) => notices.push(text) } },
  );
  return { problems: [...problems].map(([name, { code }]) => [name, code]), taken, notices };
}

describe("what an activation leaves of what it was to restore", () => {
  test("is a problem of that environment, and stays for the next", async () => {
    expect(await asked(["db"], false)).toEqual({
      problems: [["shop-main", "restore-left"]],
      taken: [],
      notices: [],
    });
    expect(await asked([], false)).toEqual({ problems: [], taken: [], notices: [] });
  });

  test("is taken back where the user does without, so that nothing restores it over what is written from now on", async () => {
    expect(await asked(["db"], true)).toEqual({
      problems: [],
      taken: [null],
      notices: [expect.stringContaining("has not restored db; it goes on without")],
    });
  });

  test("is a problem where it can't be taken back, whatever the user does without", async () => {
    const unreachable = async () => {
      throw new HostenvError("node-unreachable", "node-a does not answer", "look at it");
    };
    expect(await asked(["db"], true, { restorePlan: unreachable })).toMatchObject({
      problems: [["shop-main", "node-unreachable"]],
      notices: [expect.stringContaining("goes on without")],
    });
    expect((await asked(["db"], false, { restoreLeft: unreachable })).problems).toEqual([
      ["shop-main", "node-unreachable"],
    ]);
  });
});
