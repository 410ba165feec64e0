import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { deploy, deployInputs } from "../../src/commands/deploy.ts";
import { parseLive } from "../../src/domain/deploy/live.ts";
import { World, type WorldNode } from "../support/deploy-world.ts";
import { type ProviderSpec, sideWith } from "../support/plan-builder.ts";

const NODES = ["node-a", "node-b", "node-c"] as const;
type Name = (typeof NODES)[number];

const sideAt = (node: Name) => {
  const shop: ProviderSpec = {
    environments: [
      { name: "shop", type: "production", node, hosts: { "shop.test": {} }, migrations: ["db"] },
      ...NODES.map((each, index) => ({ name: `own-${each.at(-1)}`, node: each, uid: 2001 + index })),
    ],
    spareNodes: NODES,
  };
  return sideWith(shop);
};

/** One deploy of a story, and what stands in its way. */
interface Chapter {
  readonly node: Name;
  readonly down: readonly Name[];
  /** Profiles that can't be activated. */
  readonly failing: readonly string[];
  readonly backups: readonly string[];
  /** Whether all hostnames lead to where the plan has them, once its node answers. */
  readonly isLed: boolean;
}

const node = fc.constantFrom(...NODES);
const few = <T>(some: fc.Arbitrary<T>, most = 1) => fc.array(some, { maxLength: most });
const chapter: fc.Arbitrary<Chapter> = fc.record({
  node,
  down: few(node),
  failing: few(
    fc.tuple(node, fc.constantFrom("system", "shop")).map((parts) => parts.join(".")),
    2,
  ),
  backups: few(node.map((each) => `${each}.shop`)),
  isLed: fc.boolean(),
});

/** Plays deploys on nodes in memory, and knows what they can't: where visitors write, and what lies on which node. */
class Story {
  readonly world = new World(sideAt("node-a"), NODES);
  /** Where all visitors are led. */
  home: Name = "node-a";
  /** How many chapters' writes each node's data has. */
  readonly data = new Map<string, number>();
  readonly wrongs: string[] = [];
  /** How many chapters had been written when visitors were led there. */
  private homeAt = 0;
  private written = 0;
  private readonly snapshots = new Map<string, number>();
  /** Nodes on which nothing is but what was restored there. */
  private readonly copies = new Set<string>();
  private seconds = 0;

  async play({ node: planned, down, failing, backups, isLed }: Chapter): Promise<number> {
    const { world } = this;
    this.written += 1;
    this.data.set(this.home, this.written);
    world.commit(sideAt(planned));
    for (const name of NODES) (world.nodes[name] as { isDown: boolean }).isDown = down.includes(name);
    reset(world.faults.failing, failing);
    reset(world.faults.backups, backups);
    reset(world.led, isLed ? ["shop"] : []);
    const { exitCode } = await deploy(
      deployInputs.parse({ maxFailures: 9, remoteBuild: true, adopt: true }),
      this.ports(),
    );
    return exitCode;
  }

  private ports() {
    const { world } = this;
    const ports = world.ports({
      clock: { now: () => new Date(Date.UTC(2026, 0, 1) + 1000 * this.seconds++), seconds: () => 1 },
    });
    const { activator, nodes, lead } = ports;
    return {
      ...ports,
      activator: {
        activate: async (...given: Parameters<typeof activator.activate>) => {
          const before = this.carriers();
          const name = given[0].name;
          const restored = world.nodes[name]?.restored.length ?? 0;
          const done = await activator.activate(...given);
          for (const [, plan] of world.nodes[name]?.restored.slice(restored) ?? []) this.restored(name, plan);
          this.look(before);
          return done;
        },
      },
      nodes: {
        ...nodes,
        backup: async (...given: Parameters<typeof nodes.backup>) => {
          const made = await nodes.backup(...given);
          this.snapshots.set(given[0].name, this.data.get(given[0].name) ?? 0);
          return made;
        },
        setAside: async (...given: Parameters<typeof nodes.setAside>) => {
          const [{ name }, , as] = given;
          const aside = await nodes.setAside(...given);
          if (aside.length > 0 && name === this.home)
            this.wrongs.push(`${name} has nothing any more, where visitors are`);
          if (aside.length > 0 && as === "copy" && !this.copies.has(name))
            this.wrongs.push(`what ${name} has nobody else may have, and it goes as a copy`);
          return aside;
        },
      },
      lead: async (...given: Parameters<typeof lead>) => {
        const led = await lead(...given);
        if (led.switched.includes("shop")) this.led(given[0][0]?.move.to as Name);
        return led;
      },
    };
  }

  private restored(node: string, plan: unknown): void {
    const { sourceNode } = plan as { sourceNode: string };
    if (node === this.home) this.wrongs.push(`what is on ${node} is overwritten, where visitors are`);
    if (sourceNode !== this.home) this.wrongs.push(`${node} gets data of ${sourceNode}, not of ${this.home}`);
    this.data.set(node, this.snapshots.get(sourceNode) ?? 0);
    this.copies.add(node);
  }

  private led(to: Name): void {
    if (to === this.home) return;
    // What visitors write while they are waited for stays behind; what they wrote before must be there.
    if ((this.data.get(to) ?? 0) < this.homeAt)
      this.wrongs.push(`visitors are led to ${to}, where data is of an earlier stay`);
    [this.home, this.homeAt] = [to, this.written];
    this.data.set(to, this.written);
    this.copies.delete(to);
  }

  private look(before: readonly Name[]): void {
    const now = this.carriers();
    for (const name of before.filter((each) => !now.includes(each))) {
      if (name === this.home) this.wrongs.push(`${name} lets go of it, where visitors are`);
      this.data.delete(name);
    }
    for (const name of now.filter((each) => !before.includes(each)))
      if (!this.data.has(name)) this.wrongs.push(`it starts empty on ${name}`);
  }

  carriers(): Name[] {
    return NODES.filter((name) => this.world.carriedBy(name).includes("shop"));
  }
}

function reset(set: Set<string>, names: readonly string[]): void {
  set.clear();
  for (const name of names) set.add(name);
}

const well = { down: [], failing: [], backups: [], isLed: true };

async function told(chapters: readonly Chapter[]): Promise<Story> {
  const story = new Story();
  await story.play({ ...well, node: "node-a" });
  for (const each of chapters) await story.play(each);
  return story;
}

const waits = { ...well, isLed: false };

describe("the data of an environment", () => {
  const of = async (...chapters: readonly Chapter[]) => {
    const story = await told(chapters);
    return [story.wrongs, story.carriers(), story.home];
  };
  const stepsOn = ({ world }: Story, name: Name) => {
    const { live } = world.nodes[name] as WorldNode;
    return parseLive(live, name).steps.map(({ step, from, to }) => `${step} ${from} ${to}`);
  };

  test("is brought anew where it was brought once, and dropped, while its node can't be asked", async () => {
    const [home, copy] = [{ node: "node-a" }, { node: "node-c" }] as const;
    const back = { ...waits, ...home, down: ["node-c"] } as const;
    expect(
      await of({ ...waits, ...copy }, { ...well, ...home }, { ...waits, ...copy, down: ["node-a"] }, back),
    ).toEqual([[], ["node-a"], "node-a"]);
  });

  test("is known to be on a node that is down by the one that it left", async () => {
    const down = { ...waits, node: "node-a", down: ["node-c"] } as const;
    const left = [
      { ...waits, node: "node-b" },
      { ...well, node: "node-c", down: ["node-b"] },
    ] as const;
    expect(await of(...left, down, { ...waits, node: "node-a" })).toEqual([
      [],
      ["node-a", "node-b", "node-c"],
      "node-c",
    ]);
    // That node still has a copy by then, and the first one knows where the data went.
    expect(stepsOn(await told(left), "node-a")).toEqual(["dns node-a node-c"]);
  });

  test("is not declared to have stayed while nobody knows whether visitors were led away", async () => {
    const [unseen, turned] = [
      { ...well, node: "node-b", down: ["node-a"] },
      { ...waits, node: "node-a", down: ["node-b"] },
    ] as const;
    const [wrongs, , home] = await of({ ...waits, node: "node-b" }, unseen, turned, {
      ...waits,
      node: "node-c",
    });
    expect([wrongs, home]).toEqual([[], "node-b"]);
  });

  test("is known to be elsewhere by the node that visitors were led away from, where that could not let go", async () => {
    const led = { ...well, node: "node-b", failing: ["node-a.system"] } as const;
    const turned = { ...waits, node: "node-a", down: ["node-b"] } as const;
    const story = await told([led, turned]);
    expect([story.wrongs, story.home]).toEqual([[], "node-b"]);
    expect(stepsOn(story, "node-a")).toContain("dns node-a node-b");
    expect(stepsOn(story, "node-a")).not.toContain("stay node-b node-a");
  });

  test("comes back to where it stayed while the other node was down: that one lets go of its copy", async () => {
    const turned = { ...waits, node: "node-a", down: ["node-b"] } as const;
    const story = await told([{ ...waits, node: "node-b" }, turned]);
    expect(stepsOn(story, "node-a")).toEqual(["backup node-a node-b"]);
    await story.play({ ...well, node: "node-a" });
    expect([story.wrongs, story.carriers(), story.home]).toEqual([[], ["node-a"], "node-a"]);
  });
});

describe("however plans change while moves wait, nodes are down, and parts of deploys fail", () => {
  const chapters = fc.array(chapter, { minLength: 1, maxLength: 7 });

  test("data is only ever taken from where visitors are, and nothing there is overwritten or let go of", async () => {
    await fc.assert(
      fc.asyncProperty(chapters, async (some) => {
        const { wrongs } = await told(some);
        expect(wrongs).toEqual([]);
      }),
      { numRuns: Number(process.env.HOMES_RUNS ?? 30) },
    );
  });

  test("all is where the plan has it once nothing stands in the way", async () => {
    await fc.assert(
      fc.asyncProperty(chapters, async (some) => {
        const story = await told(some);
        const last = { ...well, node: some.at(-1)?.node as Name };
        for (let run = 0; run < 3; run += 1) await story.play(last);
        expect(await story.play(last)).toBe(0);
        expect([story.wrongs, story.carriers(), story.home]).toEqual([[], [last.node], last.node]);
      }),
      { numRuns: Number(process.env.HOMES_RUNS ?? 30) },
    );
  });
});
