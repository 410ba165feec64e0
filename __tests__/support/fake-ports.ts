import type { PlanPorts } from "../../src/commands/plan.ts";
import type { Evaluation, Tree } from "../../src/ports/flakes.ts";

/** An object whose methods throw unless they are given: a test says all it relies on. */
export function fake<T extends object>(name: string, given: Partial<T>): T {
  return new Proxy(given, {
    get(target, key) {
      if (Reflect.has(target, key)) return Reflect.get(target, key);
      throw new Error(`${name}.${String(key)} was called, and the test did not expect it`);
    },
  }) as T;
}

/** A tree without files on any disk. */
export const tree = (given: Partial<Tree> = {}): Tree => ({
  root: "/copy",
  folder: "",
  files: ["flake.nix"],
  commit: "c".repeat(40),
  source: given.commit ?? "c".repeat(40),
  ...given,
});

/** What a flake says that plans nothing. */
export const emptyEvaluation: Evaluation = {
  plan: { hostenvHostname: "h.test", nodeConnections: {}, environments: {}, nodes: {} },
  state: {},
  flake: null,
  flakeInputs: {},
  sourceFolders: { nodes: "nodes", secrets: "secrets" },
  stateFile: "generated/state.json",
};

/** Ports of `plan` that remember what was written and said. */
export function planPorts(given: {
  evaluator?: Partial<PlanPorts["evaluator"]>;
  trees?: Partial<PlanPorts["trees"]>;
  files?: Partial<PlanPorts["files"]>;
  snapshot?: Partial<PlanPorts["snapshot"]>;
  locker?: Partial<PlanPorts["locker"]>;
  closures?: Partial<PlanPorts["closures"]>;
}) {
  const written: Readonly<Record<string, string>>[] = [];
  const said: string[] = [];
  const locking: string[] = [];
  let disposed = 0;
  const ports: PlanPorts = {
    evaluator: fake("evaluator", {
      version: async () => "2.8.0",
      evaluate: async () => emptyEvaluation,
      dispose: async () => {},
      ...given.evaluator,
    }),
    trees: fake("trees", {
      current: async () => tree(),
      at: async () => tree(),
      edited: async () => [],
      track: async () => [],
      isMerging: async () => false,
      isBesideDefault: async () => null,
      dispose: async () => {
        disposed++;
      },
      ...given.trees,
    }),
    files: fake("files", {
      hashes: async (_, paths) => paths.map(() => "0".repeat(64)),
      readJsonIfThere: async () => null,
      readIfThere: async () => null,
      ...given.files,
    }),
    revisions: { between: async () => null },
    closures: fake("closures", { ...given.closures }),
    locker: fake("locker", { ...given.locker }),
    snapshot: fake("snapshot", {
      lock: async () => {
        locking.push("lock");
      },
      unlock: async () => {
        locking.push("unlock");
      },
      recover: async () => null,
      steadily: (read) => read(),
      read: async () => ({}),
      write: async (files) => {
        locking.push("write");
        written.push(files);
      },
      ...given.snapshot,
    }),
    clock: { now: () => new Date("2026-01-01T00:00:00Z"), seconds: () => 1 },
    progress: { step: () => {}, notice: (text) => said.push(text), done: () => {} },
    toolVersion: "0.0.0",
    directory: "/provider",
    generated: "generated",
  };
  return { ports, written, said, locking, disposals: () => disposed };
}
