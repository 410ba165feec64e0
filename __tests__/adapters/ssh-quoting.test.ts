import { spawnSync } from "node:child_process";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { commandOf, quoted } from "../../src/adapters/ssh-quoting.ts";
import { script } from "../../src/adapters/ssh-scripts.ts";

// A login shell is given the command as sshd gives it: as one argument.
const shells = ["sh", "bash"].filter((shell) => spawnSync(shell, ["-c", "true"]).status === 0);
const run = (shell: string, command: string, input = "") =>
  spawnSync(shell, ["-c", command], { input, encoding: "utf8" });

const text = fc
  .oneof(
    fc.string({ unit: "binary", maxLength: 30 }),
    fc.string({ maxLength: 30 }),
    fc.constantFrom(
      "'",
      "\\",
      "$(id)",
      "`id`",
      "a'b'c",
      "\n",
      "-n",
      "",
      "*",
      "~",
      "!x",
      '"',
      "a\\'b",
      "\\n",
      "#",
    ),
  )
  // What comes back is read as UTF-8, and no shell word holds a NUL.
  .filter((word) => !word.includes("\0") && Buffer.from(word).toString("utf8") === word);

describe("quoting", () => {
  test.each(shells)("any text is one word for %s, and the same text", (shell) => {
    fc.assert(
      fc.property(fc.array(text, { maxLength: 5 }), (words) => {
        const command = ["printf", "%s\\0", "", ...words].map(quoted).join(" ");
        expect(run(shell, command).stdout).toBe(["", ...words].map((word) => `${word}\0`).join(""));
      }),
      { numRuns: 150 },
    );
  });

  test("a NUL is no part of any word", () => {
    expect(() => quoted("a\0b")).toThrow("NUL");
  });
});

describe("a script's command", () => {
  const echo = script("echo", 'for word in "$@"; do say "arg $word"; done\nsay "data $(cat)"\n');

  test.each(shells)("hands a script its arguments and its data through %s, whatever they are", (shell) => {
    const line = text.filter((word) => !/[\n\r]/.test(word));
    fc.assert(
      fc.property(fc.array(line, { maxLength: 4 }), line, (args, data) => {
        const { stdout } = run(shell, commandOf(echo, args, false), echo.text + data);
        const expected = [...args.map((word) => `arg ${word}`), `data ${data}`];
        expect(stdout).toBe(["hostenv-provider", ...expected, "end", ""].join("\n"));
      }),
      { numRuns: 100 },
    );
  });

  test("a script that a broken connection cut short does nothing at all", () => {
    const touchy = script("touchy", "say first\nsay second\n");
    for (let length = 0; length < touchy.text.trimEnd().length; length += 3) {
      expect(run("sh", commandOf(touchy, [], false), touchy.text.slice(0, length)).stdout).toBe("");
    }
    expect(run("sh", commandOf(touchy, [], false), touchy.text).stdout).toMatch(/first\nsecond\nend/);
  });

  test("root's asks sudo for no password", () => {
    expect(commandOf({ name: "x", text: "" }, ["a b"], true)).toMatch(/^sudo -n -- sh -c .* x 0 'a b'$/);
  });
});
