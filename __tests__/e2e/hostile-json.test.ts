import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { DiskFiles } from "../../src/adapters/disk-files.ts";
import { DiskSnapshot } from "../../src/adapters/disk-snapshot.ts";
import { diff, diffInputs } from "../../src/commands/diff.ts";
import { goldenCheck, goldenCheckInputs } from "../../src/commands/golden-check.ts";
import { stateList, stateListInputs } from "../../src/commands/state-list.ts";
import { statePrune, statePruneInputs } from "../../src/commands/state-prune.ts";
import { HostenvError } from "../../src/errors.ts";
import { goldenAnswer } from "../../src/render/golden-answer.ts";
import { planAnswer } from "../../src/render/plan-answer.ts";
import { stateListAnswer, statePruneAnswer } from "../../src/render/state-answer.ts";
import { fixtureJson } from "../fleets/fixtures.ts";
import { root } from "../support/nix.ts";

const plan = JSON.stringify(fixtureJson("carried-state/expected/plan.json"), null, 2);
const state = JSON.stringify(fixtureJson("carried-state/expected/state.json"), null, 2);

let folder: string;
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "hostenv-hostile-")));
  mkdirSync(join(folder, "generated"));
  put("plan.json", plan);
  put("state.json", state);
  put("generated/plan.json", plan);
  put("generated/state.json", state);
});
afterAll(() => rmSync(folder, { recursive: true }));

function put(name: string, content: string | Buffer): void {
  writeFileSync(join(folder, name), content);
}

/** What reads which file; each reads the hostile one in another role. */
const RUNS: Record<string, { args: string[]; reads: "plan" | "state" }> = {
  diff: { args: ["diff", "--base", "bad.json", "--head", "plan.json"], reads: "plan" },
  "golden-check": { args: ["golden-check", "--golden", "plan.json", "--plan", "bad.json"], reads: "plan" },
  "state list": { args: ["state", "list", "--state", "bad.json"], reads: "state" },
};

function run(args: string[]) {
  // A plan needs a fraction of this heap; a hostile file that needed more would end without a word of ours.
  const env = { ...process.env, NODE_OPTIONS: "--max-old-space-size=192" };
  return spawnSync(process.execPath, [`${root}dist/cli/index.js`, ...args], {
    cwd: folder,
    encoding: "utf8",
    env,
  });
}

/** Where the hostile text goes: into the text of a sound file, after its first brace. */
const within = (text: string) => (sound: string) => sound.replace("{", () => `{${text}`);
const MIB = 1024 * 1024;

const CORPUS: Record<string, { make: (sound: string) => string | Buffer; code: string; where: RegExp }> = {
  "a key twice": {
    make: (sound) => sound.replace(/^( {2}"[^"]+": )/m, '$1{}, "x": 1,\n$1'),
    code: "file-duplicate-key",
    where: /at \/\S+, line \d+/,
  },
  "the key __proto__": {
    make: within('"__proto__": {"uid": 5},'),
    code: "file-prototype-key",
    where: /at \/__proto__, line 1/,
  },
  NaN: { make: within('"x": NaN,'), code: "file-not-json", where: /line 1, column \d+/ },
  "a number beyond every other": {
    make: within('"x": 1e999,'),
    code: "file-not-json",
    where: /at \/x, line 1/,
  },
  "trailing data": { make: (sound) => `${sound}\n{}`, code: "file-not-json", where: /line \d+, column 1/ },
  "a cut file": {
    make: (sound) => sound.slice(0, -10),
    code: "file-not-json",
    where: /line \d+, column \d+/,
  },
  "a byte order mark": {
    make: (sound) => `\ufeff${sound}`,
    code: "file-not-json",
    where: /line 1, column 1/,
  },
  "bytes that are no UTF-8": {
    make: (sound) => Buffer.from(within('"x":\n"\xff",')(sound), "latin1"),
    code: "file-not-utf8",
    where: /line 2/,
  },
  "conflict markers": {
    make: within("\n<<<<<<< HEAD\n=======\n>>>>>>> topic\n"),
    code: "file-not-json",
    where: /line 2, column 1/,
  },
  depth: {
    make: within(`"x": ${"[".repeat(200)}${"]".repeat(200)},`),
    code: "file-too-deep",
    where: /line 1, column \d+/,
  },
  "no text at all": { make: () => "", code: "file-not-json", where: /line 1, column 1/ },
  "100 MB of garbage": { make: () => Buffer.alloc(100 * MIB, "}{"), code: "file-too-large", where: /64 MiB/ },
  "60 MB of garbage": {
    make: () => Buffer.alloc(60 * MIB, "x y\n"),
    code: "file-not-json",
    where: /line 1, column 1/,
  },
  "100 MB of depth": { make: () => Buffer.alloc(100 * MIB, "["), code: "file-too-large", where: /64 MiB/ },
  "60 MB of depth": { make: () => Buffer.alloc(60 * MIB, "["), code: "file-too-deep", where: /column 101/ },
  "60 MB of small values": {
    make: () => Buffer.alloc(60 * MIB, "[],"),
    code: "file-too-large",
    where: /values/,
  },
  "60 MB of one string": { make: () => Buffer.alloc(60 * MIB, '"a'), code: "file-not-json", where: /line 1/ },
};

describe.each(Object.entries(RUNS))("%s", (_, { args, reads }) => {
  test.each(Object.entries(CORPUS))(
    "ends with one error and one hint at %s",
    (name, { make, code, where }) => {
      put("bad.json", make(reads === "plan" ? plan : state));
      const { status, stdout, stderr } = run(args);
      expect({ name, status, stdout }).toEqual({ name, status: 1, stdout: "" });
      expect(stderr).toMatch(new RegExp(`^error: bad\\.json .*\\[${code}\\]\nhint: [^\n]+\n$`));
      expect(stderr).toMatch(where);
    },
  );
});

/** One small damage to a text, mostly one that JSON survives. */
const damages: fc.Arbitrary<(text: string) => string> = fc.oneof(
  fc.tuple(fc.nat(), fc.nat({ max: 40 })).map(([at, length]) => (text: string) => {
    const place = at % text.length;
    return text.slice(0, place) + text.slice(place + length);
  }),
  fc
    .tuple(fc.nat(), fc.constantFrom("{", "}", '"', ",", ":", "[", "]", "\\", "\u0000", "0", "é"))
    .map(([at, inserted]) => (text: string) => {
      const place = at % text.length;
      return text.slice(0, place) + inserted + text.slice(place);
    }),
  fc
    .tuple(
      fc.nat(),
      fc.constantFrom(
        "null",
        "[]",
        "{}",
        "-1",
        "1e400",
        '"x"',
        "[null]",
        '{"constructor":{}}',
        "true",
        '"\\ud800"',
      ),
    )
    .map(([at, value]) => (text: string) => {
      const members = [...text.matchAll(/: (?=["\d{[tfn])("[^"\n]*"|[\d.]+|\[\]|\{\}|true|false|null)/g)];
      const found = members[at % members.length] as RegExpMatchArray;
      const place = found.index as number;
      return `${text.slice(0, place)}: ${value}${text.slice(place + found[0].length)}`;
    }),
  fc
    .tuple(fc.nat(), fc.constantFrom("__proto__", "constructor", "toString", "", "a/b", "\\u0000"))
    .map(([at, key]) => (text: string) => {
      const keys = [...text.matchAll(/"[^"\n]*":/g)];
      const found = keys[at % keys.length] as RegExpMatchArray;
      const place = found.index as number;
      return `${text.slice(0, place)}"${key}":${text.slice(place + found[0].length)}`;
    }),
);

describe("whatever happens to a sound file", () => {
  const limit = { codePoints: 60_000, bytes: 250_000 };
  const files = new DiskFiles();
  const history = {
    edited: async () => false,
    committed: async () => null,
    firstAdded: async () => new Map(),
  };
  const patches = { replacing: async () => "" };
  const clock = { now: () => new Date(0), seconds: () => 0 };
  const at = (name: string) => join(folder, name);

  /** Every verb as both doors use it: run, and said in every form. */
  const verbs: Record<string, () => Promise<unknown>> = {
    diff: async () => {
      const ports = { files, clock, toolVersion: "0" };
      for (const [base, head] of [
        ["bad.json", "plan.json"],
        ["plan.json", "bad.json"],
      ] as const) {
        const verdict = await diff(diffInputs.parse({ base: at(base), head: at(head) }), ports);
        said(planAnswer(verdict.report, verdict.exitCode));
      }
    },
    "golden-check": async () => {
      const inputs = { golden: at("plan.json"), plan: at("bad.json"), patch: "x" };
      const ports = { files, patches, directory: folder, generated: "generated" };
      const found = await goldenCheck(goldenCheckInputs.parse(inputs), ports);
      said(goldenAnswer(found, { repair: "r", patchPath: "", placeOf: () => ({ kind: "k", name: "n" }) }));
    },
    "state list": async () => {
      const ports = { files, history, directory: folder, generated: "generated" };
      said(stateListAnswer(await stateList(stateListInputs.parse({ state: at("bad.json") }), ports)));
    },
    "state prune": async () => {
      const snapshot = new DiskSnapshot(folder, "generated");
      const ports = { files, history, snapshot, directory: folder, generated: "generated" };
      const inputs = statePruneInputs.parse({ state: at("bad.json"), yes: true });
      said(statePruneAnswer(await statePrune(inputs, ports)));
    },
  };

  function said(answer: ReturnType<typeof stateListAnswer>): void {
    expect([0, 2]).toContain(answer.exitCode);
    JSON.stringify(answer.document);
    answer.terminal(true);
    answer.summary(limit);
  }

  test.each(Object.keys(verbs))(
    "%s answers, or says what is wrong in our words",
    async (name) => {
      const sound = name.startsWith("state") ? state : plan;
      let answered = 0;
      let refused = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(damages, { minLength: 1, maxLength: 2 }), async (all) => {
          put(
            "bad.json",
            all.reduce((text, damage) => damage(text), sound),
          );
          try {
            await (verbs[name] as () => Promise<unknown>)();
            answered++;
          } catch (error) {
            // Anything else would be told as a mistake of ours.
            expect(error).toBeInstanceOf(HostenvError);
            refused++;
          }
        }),
        { numRuns: 300 },
      );
      expect(Math.min(answered, refused)).toBeGreaterThan(10);
    },
    120_000,
  );
});
