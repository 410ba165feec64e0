import { describe, expect, test } from "@jest/globals";
import { compareDerivations } from "../../src/commands/plan-derivations.ts";
import { HostenvError } from "../../src/errors.ts";
import { parsePlan } from "../../src/fleets/hostenv/schema.ts";
import { emptyEvaluation, fake, planPorts, tree } from "../support/fake-ports.ts";

const HOSTS = Array.from({ length: 20 }, (_, index) => `node-${index}`);
const PLAN = {
  hostenvHostname: "h.test",
  nodeConnections: Object.fromEntries(
    HOSTS.map((name) => [name, { hostname: `${name}.h.test`, sshOpts: [] }]),
  ),
  environments: {},
  nodes: {},
};
const GENERATED = { flake: "", lock: "", pins: [], unknown: [] as string[] };

type Derivations = Parameters<typeof planPorts>[0]["closures"];

async function compared(closures: NonNullable<Derivations>, concurrency: number, unknown: string[] = []) {
  const { ports } = planPorts({
    closures: { size: async () => null, ...closures },
    trees: { snapshotOf: async ({ root }) => tree({ root, folder: "generated" }) },
    files: { readJsonIfThere: async () => PLAN },
  });
  const trees = { base: tree({ root: "/base" }), head: tree({ root: "/head" }) };
  const head = fake<Parameters<typeof compareDerivations>[0]["head"]>("side", {
    plan: parsePlan(PLAN, "plan"),
  });
  const generated = { ...GENERATED, unknown };
  return await compareDerivations(
    { trees, head, generated, evaluation: emptyEvaluation },
    concurrency,
    ports,
  );
}

const made = (names: readonly string[], hash: string) =>
  Object.fromEntries(names.map((name) => [name, { drvPath: `/${hash}.drv`, outPath: `/${hash}` }]));

describe("comparing derivations", () => {
  test.each([1, 2, 5])("evaluates at most %i at a time, each node once on either side", async (most) => {
    let [running, highest] = [0, 0];
    const asked: string[] = [];
    const derivations = async ({ root }: { root: string }, names: readonly string[]) => {
      asked.push(`${root} ${names}`);
      highest = Math.max(highest, ++running);
      await new Promise((resolve) => setTimeout(resolve, 1));
      running--;
      return made(names, names[0] === "node-node-3" ? root : "same");
    };
    expect(await compared({ derivations }, most)).toEqual({
      method: "derivations",
      nodes: [{ host: "node-3", changed: ["system"] }],
    });
    expect(highest).toBe(most);
    const wanted = HOSTS.flatMap((host) => [`/base node-${host}`, `/head node-${host}`]);
    expect(asked.sort()).toEqual(wanted.sort());
  });

  test("a node's error is its own", async () => {
    const derivations = async ({ root }: { root: string }, names: readonly string[]) => {
      if (root === "/base" && names[0] === "node-node-3")
        throw new HostenvError("evaluation-memory", "big", "");
      return made(names, "same");
    };
    expect(await compared({ derivations }, 2)).toEqual({
      method: "derivations",
      nodes: [{ host: "node-3", changed: [], error: "at the base: big [evaluation-memory]" }],
    });
  });

  test("what holds for a whole side ends the comparison, and starts no more", async () => {
    let started = 0;
    const derivations = async () => {
      started++;
      throw new HostenvError("builders-missing", "there are no builders", "");
    };
    expect(await compared({ derivations }, 2)).toEqual({
      method: "rules",
      reason: "there are no builders",
      nodes: [],
    });
    expect(started).toBe(2);
  });

  test("nothing is evaluated where a pin of the head is not known", async () => {
    expect(await compared({}, 2, ["x-main"])).toMatchObject({
      method: "rules",
      reason: "the revision of x-main is not known here",
    });
  });

  test("a mistake of ours is none of a node", async () => {
    const derivations = async () => {
      throw new TypeError("oops");
    };
    await expect(compared({ derivations }, 2)).rejects.toThrow("oops");
  });
});
