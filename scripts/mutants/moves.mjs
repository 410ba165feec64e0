// Mistakes in where the data of an environment is, and in who goes on serving it.
export const moves = [
  {
    file: "src/domain/deploy/homes.ts",
    from: "if (newest !== null) return newest.node;",
    to: "",
    why: "moves: where visitors were led last is not where the data is",
  },
  {
    file: "src/domain/deploy/homes.ts",
    from: `step === "dns" || step === "stay"`,
    to: `step === "restore" || step === "dns" || step === "stay"`,
    why: "moves: a copy that nobody was led to counts as the newer data, and is restored over it",
  },
  {
    file: "src/domain/deploy/moves.ts",
    from: `step === "stay" && at >= returns`,
    to: `step === "stay"`,
    why: "moves: an old way back counts for a new one",
  },
  {
    file: "src/domain/deploy/moves.ts",
    from: "held.includes(environment) ||",
    to: "",
    why: "moves: that a copy on a node is one is forgotten while it is held",
  },
  {
    file: "src/domain/deploy/moves.ts",
    from: "return [move.from, ...copies];",
    to: "return [move.from];",
    why: "moves: a copy that visitors may be led to is dropped",
  },
  {
    file: "src/fleets/hostenv/deploy-gate.ts",
    from: "off: [...memory.off.filter((hostname) => !regained.has(hostname)), ...named(early)],",
    to: "off: [...memory.off, ...named(early)],",
    why: "moves: a site whose move is turned back loses its TLS",
  },
  {
    file: "src/fleets/hostenv/deploy-gate.ts",
    from: "if (memory.holds[environment] !== node) return false;",
    to: "",
    why: "moves: TLS is turned on where none was",
  },
  {
    file: "src/fleets/hostenv/deploy-held-back.ts",
    from: `if (rolledBack.length === 0 || reasons.includes("changed")) return null;`,
    to: "return null;",
    why: "moves: the schedule undoes a rollback within the hour",
  },
  {
    file: "src/commands/deploy-lead.ts",
    from: "plan.cloudflare?.enable === true",
    to: "true",
    why: "moves: a token alone ends a deploy whose plan has no zones",
  },
  {
    file: "src/commands/deploy-wave.ts",
    from: "return names.filter((name) => !held.includes(name));",
    to: "return [];",
    why: "moves: what was written while a move waited goes without a backup",
  },
  {
    file: "src/commands/deploy-migrate.ts",
    from: "if (returns !== null) await journal",
    to: "if (false) await journal",
    why: "moves: that the data stayed is not written down before its copy goes",
  },
  {
    file: "src/fleets/hostenv/live.ts",
    from: "plan: { ...plan, nodes: nodesWith(plan, before.plan, exchanged) },",
    to: "plan,",
    why: "reviewed: what a node does for an environment that failed counts as its own, which no report showed",
  },
  {
    file: "src/fleets/hostenv/live.ts",
    from: "plan: { ...plan, nodes: nodesWith(plan, before.plan, kept) },",
    to: "plan,",
    why: "reviewed: what a node does for an environment that it holds is forgotten, and is new for the next run",
  },
  {
    file: "src/fleets/hostenv/live.ts",
    from: "pins: withMissing(before.pins, wanted.pins),",
    to: "pins: before.pins,",
    why: "reviewed: the pin of an environment that arrived is forgotten where another one failed",
  },
  {
    file: "src/fleets/hostenv/live.ts",
    from: "return old && withoutSites(old, taken);",
    to: "return old;",
    why: "reviewed: a site counts for the environment that failed and for the one that has it now",
  },
];
