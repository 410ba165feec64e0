import { once } from "node:events";
import { cpSync, existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { Checkout } from "../support/checkout.ts";

// Half a minute on two idle cores; a machine that does much else may need ten times that.
const PATIENCE_MS = 300_000;

let checkout: Checkout;
let kept: string;
beforeEach(() => {
  checkout = new Checkout();
  kept = `${checkout.folder}-kept`;
});
afterEach(() => {
  checkout.remove();
  rmSync(kept, { recursive: true, force: true });
});

// Seen by a run that reads, and swept by one that writes.
async function afterNextStart(): Promise<string> {
  await checkout.open().recover();
  expect(existsSync(checkout.swap)).toBe(false);
  const found = checkout.whole();
  const next = checkout.open();
  await next.lock();
  await next.unlock();
  expect(checkout.leftovers()).toEqual([]);
  return found;
}

function state(): string {
  const names = [checkout.generated, `${checkout.swap}/old`, `${checkout.swap}/new`];
  return names.map((path, index) => (existsSync(path) ? ["set", "old", "new"][index] : "-")).join(" ");
}

const copy = (from: string, to: string) =>
  cpSync(from, to, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });

test(
  "killed at any call that changes the disk, or while it recovers from that, it loses nothing",
  async () => {
    const found: string[] = [];
    const states: Record<string, number> = {};
    for (let killAt = 1; ; killAt++) {
      const { signal, status, stderr } = checkout.run(["write", "B"], { killAt });
      expect(stderr).toBe("");
      expect(checkout.strangersInStatus()).toEqual([]);
      const isNew = existsSync(checkout.swap) && states[state()] === undefined;
      if (isNew) states[state()] = await killRecovery();
      found.push(await afterNextStart());
      if (signal === null) {
        expect(status).toBe(0);
        break;
      }
      await checkout.write("A");
    }
    // First the old one at every point, then the new one at every point.
    expect(found.join("")).toMatch(/^A{30,}B{15,}$/);
    expect(Object.keys(states)).toEqual(["set - -", "set - new", "- old new", "set old -"]);
    expect(Object.values(states).every((kills) => kills > 5)).toBe(true);
  },
  PATIENCE_MS,
);

// Leaves the folder as it was before.
async function killRecovery(): Promise<number> {
  copy(checkout.folder, kept);
  for (let killAt = 1; ; killAt++) {
    const { signal, stderr } = checkout.run(["recover"], { killAt });
    expect(stderr).toBe("");
    expect(await afterNextStart()).toMatch(/^[AB]$/);
    rmSync(checkout.folder, { recursive: true });
    copy(kept, checkout.folder);
    if (signal === null) {
      rmSync(kept, { recursive: true });
      return killAt - 1;
    }
  }
}

test(
  "killed at any time while it writes again and again",
  async () => {
    for (let kill = 0; kill < 30; kill++) {
      const child = checkout.start(["loop"]);
      await once(child.stdout, "data");
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 40));
      child.kill("SIGKILL");
      await once(child, "close");
      expect(await afterNextStart()).toMatch(/^[AB]$/);
    }
  },
  PATIENCE_MS,
);

test(
  "a first snapshot is there or not, and nothing else",
  async () => {
    const results = new Set<string>();
    // Coprime with the pairs and triples of calls that a file takes.
    for (let killAt = 1; ; killAt += 5) {
      rmSync(checkout.generated, { recursive: true, force: true });
      const { signal } = checkout.run(["write", "B"], { killAt });
      await checkout.open().recover();
      expect(existsSync(checkout.swap)).toBe(false);
      results.add(Object.keys(await checkout.open().read()).join());
      if (signal === null) break;
    }
    expect([...results]).toEqual(["", "plan.json,state.json,flake.lock,manifest.json"]);
  },
  PATIENCE_MS,
);

test(
  "killed while it replaces the gate's file, that is the old one or the new one, and all else as it was",
  async () => {
    const before = checkout.read("dns-gate.json");
    const after = JSON.stringify({ memory: "b".repeat(1_000) });
    const found: string[] = [];
    for (let killAt = 1; ; killAt++) {
      const { signal, stderr } = checkout.run(["gate", after], { killAt });
      expect([stderr, checkout.strangersInStatus()]).toEqual(["", []]);
      const text = checkout.read("dns-gate.json");
      expect([before, after]).toContain(text);
      await checkout.open().recover();
      expect(existsSync(checkout.swap)).toBe(false);
      expect(checkout.read("dns-gate.json")).toBe(text);
      writeFileSync(join(checkout.generated, "dns-gate.json"), before);
      expect(await afterNextStart()).toBe("A");
      found.push(text === before ? "old" : "new");
      if (signal === null) break;
    }
    expect(found.join(" ")).toMatch(/^(?:old ){8,}(?:new ?){5,}$/);
  },
  PATIENCE_MS,
);
