import type { Finding } from "../../domain/findings.ts";
import type { RuleName } from "../../domain/rules.ts";
import { type HostenvSide, projectOf } from "./facts.ts";
import { normalisedProject } from "./pins.ts";

/** The setting that mostly brings about what a rule finds. */
const SETTINGS: Partial<Record<RuleName, string>> = {
  "acme-account": "letsEncrypt",
  "deploy-key-changed": "deployPublicKeys",
  "environment-moved": "nodeFor",
  "firewall-changed": "nodeFirewallPorts",
  frozen: "freeze",
  "limits-changed": "limits",
  "mass-move": "nodeFor",
  "move-without-backup": "nodeFor",
  "move-without-dns-control": "nodeFor",
  "signing-key-changed": "nixSigning",
  "tls-disabled": "letsEncrypt",
};

/**
 * Lines of flake.nix, counted from 1, at which to look for the cause of a finding: the setting it
 * comes from, the input of the project it is about, or its node. No line where none is known.
 */
export function linesIn(flake: string, sides: readonly HostenvSide[]): (found: Finding) => number | null {
  const lines = flake.split("\n").map((line) => line.replace(/^\s*#.*$/, ""));
  const inputs = inputNames(sides);
  return (found) => {
    const values = found.parts.filter((_, index) => index % 2 === 1);
    const words = [
      SETTINGS[found.rule],
      ...[found.subject, ...values].map((value) => inputs.get(value)),
      found.host,
    ];
    for (const word of words) {
      const line = word ? lineWith(lines, word) : null;
      if (line !== null) return line;
    }
    return null;
  };
}

// The flake's input that a value speaks of: an environment's project, or the input itself.
function inputNames(sides: readonly HostenvSide[]): Map<string, string> {
  const inputs = sides.flatMap(({ pins }) => pins.map(({ name }) => name.split("/", 1)[0] as string));
  const byProject = new Map(inputs.map((name) => [normalisedProject(name), name]));
  const environments = sides.flatMap(({ plan }) => Object.entries(plan.environments));
  return new Map([
    ...inputs.map((name) => [name, name] as const),
    ...environments.flatMap(([name, environment]) => {
      const input = byProject.get(projectOf(environment));
      return input === undefined ? [] : [[name, input] as const];
    }),
  ]);
}

// As a word of its own: node-1 is not in node-10.
function lineWith(lines: readonly string[], word: string): number | null {
  const literal = word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const pattern = new RegExp(`(?<![\\w-])${literal}(?![\\w-])`);
  const index = lines.findIndex((line) => pattern.test(line));
  return index < 0 ? null : index + 1;
}
