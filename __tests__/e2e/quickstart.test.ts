import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { Example } from "../support/example.ts";
import { NIXES, root } from "../support/nix.ts";
import { describeWith, needed } from "../support/tools.ts";

const PAGE = readFileSync(`${root}docs/quickstart.md`, "utf8");

/** The page's commands in their order, a block each. */
const blocks = [...PAGE.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, text]) =>
  (text as string).trim().split("\n"),
);

// What needs GitHub or a node; both have tests of their own, with servers that stand for them.
const ELSEWHERE = /^(?:gh |git push |SOPS_AGE_KEY_FILE=)/;

// 2 is an answer: something needs a decision.
const ANSWERS = /^nix run \.#plan -- --base /;

// What starts an app of a flake; the distribution's plans as well, and can't do that.
const nix = NIXES[1]?.program;

const block = () => {
  let example: Example;
  let folder: string;

  beforeAll(() => {
    example = new Example(nix as string);
    folder = example.folder;
    const tool = join(folder, "tool/hostenv/provider-actions");
    // What `nix run` starts is in the tool's repository, too.
    cpSync(`${root}dist`, join(tool, "dist"), { recursive: true });
    for (const file of ["package.json", "LICENSE"]) cpSync(`${root}${file}`, join(tool, file));
    example.git(["add", "--all"], tool);
    example.git(["commit", "--quiet", "--message", "Bundles"], tool);
    const bin = join(folder, "bin");
    mkdirSync(bin);
    // As a user has it who switched both on.
    const shim = `#!/bin/sh\nexec ${nix} --extra-experimental-features 'nix-command flakes' "$@"\n`;
    writeFileSync(join(bin, "nix"), shim);
    chmodSync(join(bin, "nix"), 0o755);
    const more = [dirname(process.execPath), dirname(needed("SOPS")), dirname(needed("AGE_KEYGEN"))];
    Object.assign(example.env, { PATH: [bin, ...more, example.env.PATH].join(delimiter), HOME: folder });
  }, 240_000);
  afterAll(() => example?.remove());

  const run = (command: string) => {
    // The folder is the one thing that a shell would remember from one line to the next.
    const cwd = existsSync(join(folder, "hosting")) ? join(folder, "hosting") : folder;
    const { status, stdout, stderr } = spawnSync("bash", ["-eo", "pipefail", "-c", command], {
      cwd,
      env: example.env,
      encoding: "utf8",
    });
    return { command, status, said: `${stdout}${stderr}` };
  };

  // Nothing of this size is fetched here: a plan asks none of them for anything.
  function withoutNixpkgs(): void {
    const empty = join(folder, "empty");
    mkdirSync(empty);
    writeFileSync(join(empty, "flake.nix"), "{ outputs = _: { }; }");
    const path = join(folder, "hosting/flake.nix");
    const text = readFileSync(path, "utf8")
      .replace(/github:(?:NixOS|Mic92|serokell)\/[\w./-]+/g, `path:${empty}`)
      .replace(/^ *\S+\.inputs\.nixpkgs\.follows = .*\n/gm, "");
    writeFileSync(path, text);
  }

  test("end as the page says", () => {
    const ran: string[] = [];
    for (const command of blocks.flat().filter((line) => !ELSEWHERE.test(line))) {
      const { status, said } = run(command);
      const isFine = status === 0 || (status === 2 && ANSWERS.test(command));
      expect({ command, status: isFine ? "fine" : status, said: isFine ? "" : said }).toEqual({
        command,
        status: "fine",
        said: "",
      });
      ran.push(command);
      if (command.startsWith("nix flake init")) withoutNixpkgs();
      if (command.includes("--comment-file"))
        expect(readFileSync(join(folder, "hosting/comment.md"), "utf8")).toContain("hostenv plan: ");
    }
    expect(ran.length).toBeGreaterThan(15);
    const secrets = readFileSync(join(folder, "hosting/ci-secrets.yaml"), "utf8");
    expect(secrets).toMatch(/SSH_KEY: ENC\[/);
    expect(readFileSync(join(folder, "hosting/flake.nix"), "utf8")).not.toContain("REPLACE-WITH-YOUR-OWN");
    // No secret is left where `git add --all` would take it.
    const tracked = example.git(
      ["ls-files", "--others", "--cached", "--exclude-standard"],
      join(folder, "hosting"),
    );
    expect(tracked.split("\n").filter((name) => /^(?:deploy|key\.txt|signing-key)/.test(name))).toEqual([]);
  }, 300_000);
};

const TITLE = "the quickstart's commands";
if (nix === undefined) describe.skip(`${TITLE} (needs a current Nix)`, block);
else describeWith(["SOPS", "AGE_KEYGEN"], TITLE, block);
