import { readFileSync } from "node:fs";
import type { HostenvSide } from "../../src/fleets/hostenv/facts.ts";
import { parsePlan } from "../../src/fleets/hostenv/schema.ts";

/** What the existing generator made of each case; `__tests__/fixtures/hostenv/<case>`. */
export const FIXTURES = ["basic", "carried-state", "headers", "odd-shapes", "ssh-and-rollback"];

/** A file of a fixture, read as JSON. */
export function fixtureJson(path: string) {
  return JSON.parse(readFileSync(new URL(`../fixtures/hostenv/${path}`, import.meta.url), "utf8"));
}

/** A side whose plan is a fixture's. */
export function fixtureSide(name: string): HostenvSide {
  const plan = parsePlan(fixtureJson(`${name}/expected/plan.json`), name);
  return { plan, pins: [], sources: [], nodesFolder: "nodes" };
}
