import { spawnSync } from "node:child_process";
import { describe } from "@jest/globals";

export { root } from "./root.ts";

/** A Nix to test with: scripts/test.mjs sets both, the distribution's and a current one. */
export interface Nix {
  readonly label: string;
  readonly program: string | undefined;
}

export const NIXES: readonly Nix[] = [
  { label: "the distribution's Nix", program: process.env.HOSTENV_TEST_NIX },
  { label: "a current Nix", program: process.env.HOSTENV_TEST_NIX_CURRENT },
];

/** Runs a block of tests once per Nix; without one it is reported as skipped. */
export function describeWithNix(name: string, block: (nix: string) => void): void {
  for (const { label, program } of NIXES) {
    const title = `${name} (${label})`;
    if (program) describe(title, () => block(program));
    else describe.skip(title, () => block("nix"));
  }
}

/** Value of a Nix expression, what Nix said against it, and everything it wrote to stderr. */
export function evaluate(nix: string, expression: string): { value: unknown; error: string; stderr: string } {
  const args = [
    "--extra-experimental-features",
    "nix-command",
    "eval",
    "--json",
    "--impure",
    "--expr",
    expression,
  ];
  const { status, stdout, stderr } = spawnSync(nix, args, { encoding: "utf8", maxBuffer: 1 << 28 });
  return { value: status === 0 ? JSON.parse(stdout) : null, error: status === 0 ? "" : stderr, stderr };
}
