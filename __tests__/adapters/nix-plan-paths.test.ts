import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { NixEvaluator } from "../../src/adapters/nix-evaluator.ts";
import type { JsonValue } from "../../src/domain/json.ts";
import type { Tree } from "../../src/ports/flakes.ts";
import { Attack, failureOf, SYSTEM } from "../support/attack.ts";
import { describeWithNix } from "../support/nix.ts";

let attack: Attack;
beforeEach(() => {
  attack = new Attack();
});
afterEach(() => attack.remove());

const readBuilt = async (path: string) => JSON.parse(readFileSync(path, "utf8")) as JsonValue;

/** A flake that gives its plan as the existing tool's module does. */
function withPaths(plan: string, provider = `planPaths.${SYSTEM} = { plan = file; state = file; };`): Tree {
  const text = `{ outputs = _: {
    lib.provider = let
      file = derivation { name = "plan.json"; system = "${SYSTEM}"; builder = "/bin/sh"; args = [ "-c" "${plan} > $out" ]; };
    in { ${provider} };
  }; }`;
  writeFileSync(join(attack.tree.root, "flake.nix"), text);
  return attack.tree;
}

const PLAN = 'echo \'{\\"_description\\":\\"text\\",\\"hostenvHostname\\":\\"h.test\\"}\'';

describeWithNix("a provider's flake of the existing tool", (nix) => {
  // Tests may run where no sandbox can be made: what we asked for is written down, and taken back.
  const program = () =>
    attack.program(
      nix,
      `echo "$*" >> '${attack.folder}/asked'; set -- "$@" --option sandbox false --option build-users-group '' --option substituters ''`,
    );
  const evaluator = (read: typeof readBuilt | null) =>
    new NixEvaluator({ program: program(), limits: { seconds: 20 } }, read);

  test("is planned from its files, built in the sandbox and without anything built while evaluating", async () => {
    const found = await evaluator(readBuilt).evaluate(withPaths(PLAN), SYSTEM);
    expect(found).toMatchObject({
      plan: { hostenvHostname: "h.test" },
      state: { hostenvHostname: "h.test" },
      flake: null,
    });
    expect(found.plan).not.toHaveProperty("_description");
    const builds = readFileSync(join(attack.folder, "asked"), "utf8")
      .split("\n")
      .filter((line) => line.startsWith("build "));
    expect(builds).toHaveLength(2);
    for (const asked of builds) {
      expect(asked).toContain("--option sandbox true --option sandbox-fallback false");
      expect(asked).toContain("--option allow-import-from-derivation false");
      expect(asked).toContain("--option accept-flake-config false");
    }
  });

  test("is refused where nothing of it may be built, and nothing is", async () => {
    const error = await failureOf(evaluator(null).evaluate(withPaths(PLAN), SYSTEM));
    expect(error).toMatchObject({ code: "plan-built", message: expect.stringContaining("from a fork") });
    expect(readFileSync(join(attack.folder, "asked"), "utf8")).not.toMatch(/^build /m);
  });

  test("is no provider's flake where it has neither, or its file holds something else", async () => {
    const none = await failureOf(evaluator(readBuilt).evaluate(withPaths(PLAN, "other = 1;"), SYSTEM));
    expect(none).toMatchObject({ code: "not-a-provider", message: expect.stringContaining("planJson") });
    const list = await failureOf(evaluator(readBuilt).evaluate(withPaths("echo '[]'"), SYSTEM));
    expect(list).toMatchObject({ code: "not-a-provider", message: expect.stringContaining("planPaths") });
  });

  test("says what its builder says", async () => {
    const error = await failureOf(evaluator(readBuilt).evaluate(withPaths("echo so >&2; exit 3; :"), SYSTEM));
    expect(error.code).toBe("build-failed");
  });
});
