import { BuildError, CommandError, HostenvError, InputError } from "../errors.ts";
import { type EvaluationLimits, tookTooMuchMemory } from "./nix-limits.ts";

// Nix prints what the evaluated flake wants it to print: texts are bounded before anything with a
// memory looks at them, or one line of a MiB keeps a regular expression busy for hours.
const LONGEST_LINE = 1000;

/**
 * The error behind a failed `nix eval`, from what Nix wrote to stderr; `exit` is its exit code, or
 * the name of the signal that killed it.
 */
export function nixFailure(
  stderr: string,
  exit: number | string,
  attribute: string,
  command = "nix eval",
): HostenvError {
  return plannersOwn(stderr) ?? known(bounded(stderr), exit, attribute, command);
}

/** As `nixFailure`, with a run that stopped itself at its cap of memory. */
export function evaluationFailure(
  { exit, stderr }: { readonly exit: number | string; readonly stderr: string },
  limits: EvaluationLimits,
  attribute: string,
): HostenvError {
  return ranOutOfMemory(stderr) ? tookTooMuchMemory(limits, null) : nixFailure(stderr, exit, attribute);
}

/** The error behind a failed `nix build` of an attribute; `log` is what shows a derivation's whole log. */
export function buildFailure(
  said: string,
  exit: number | string,
  attribute: string,
  log = "nix log",
): HostenvError {
  const stderr = bounded(said);
  const builder = BUILDER_FAILED.exec(stderr)?.groups;
  if (!builder) return nixFailure(said, exit, attribute, "nix build");
  const after = stderr.slice(stderr.indexOf(builder.drv as string));
  // Indented below its heading, up to the first line that is none of the log's.
  const last = /last \d+ log lines:\n((?: *>.*\n)*)/i.exec(after)?.[1] ?? "";
  const lines = last.split("\n").filter((line) => line !== "");
  return new BuildError(
    attribute,
    `the builder of ${builder.drv} failed with ${builder.why ?? builder.reason}`,
    lines.map((line) => line.replace(/^ *> ?/, "")),
    `see the whole log: ${log} ${builder.drv}`,
  );
}

// As the 2.8 says it, and as 2.34 does.
const BUILDER_FAILED =
  /(?:builder for|Cannot build) '(?<drv>[^']+\.drv)'(?: failed (?:with|due to) (?<why>[^;\n]+)|\.\n *Reason: builder failed with (?<reason>[^\n]+?)\.?(?=\n))/;

/** Whether Nix says that it had no memory left. */
export function ranOutOfMemory(stderr: string): boolean {
  return /^(?:error: out of memory$|GC Warning: Out of Memory! )/m.test(bounded(stderr));
}

// Written by nix/plan/fail.nix. Each part is searched once: the text may be made to be slow.
function plannersOwn(stderr: string): HostenvError | null {
  for (const part of stderr.split("hostenv-provider[").slice(1).reverse()) {
    const code = /^([a-z-]{1,40})\]: /.exec(part);
    const hint = part.indexOf(" [hint]: ");
    const end = part.indexOf(" [end]", hint);
    if (!code?.[1] || hint < 0 || end < 0) continue;
    const message = part.slice(code[0].length, hint);
    return new HostenvError(
      code[1],
      unwrapped(message),
      unwrapped(part.slice(hint + " [hint]: ".length, end)),
    );
  }
  return null;
}

function bounded(stderr: string): string {
  return stderr
    .split("\n")
    .map((line) => (line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)}…` : line))
    .join("\n");
}

// What git says of a branch that is not there, and GitHub of a commit by a name that it does not have.
const GONE = /couldn't find remote ref|HTTP error 422\b/i;

/** The error behind a failed `nix flake lock` of the generated flake. */
export function lockFailure(said: string, exit: number | string): HostenvError {
  const stderr = bounded(said);
  const input = /while updating the flake input '([^'/]+)/.exec(stderr)?.[1];
  // git says more than Nix does of it.
  const why = /^fatal: (.*)$/m.exec(stderr)?.[1] ?? reason(stderr);
  if (input !== undefined) return new InputError(input, why, GONE.test(why));
  const hint = "run it yourself for the whole message: nix flake lock, in the snapshot's folder";
  if (typeof exit === "string") return killed(exit, "the generated flake");
  return new CommandError("nix flake lock", exit, why, hint);
}

function unwrapped(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

function known(stderr: string, exit: number | string, attribute: string, command: string): HostenvError {
  if (/requires lock file changes|lock file references missing node/.test(stderr)) {
    const hint = "run: nix flake lock, and commit flake.lock";
    return new HostenvError("lock-incomplete", "flake.lock does not match the inputs of flake.nix", hint);
  }
  if (/does not provide attribute/.test(stderr)) {
    return new HostenvError(
      "not-a-provider",
      `the flake has no output ${attribute}`,
      "make its outputs with hostenv-provider's lib.mkProvider, and list this system in `systems`",
    );
  }
  if (
    /does not contain a '?(?:\/?\S*\/)?flake\.nix'?|could not find a flake\.nix|getting status of '.*flake\.nix'/.test(
      stderr,
    )
  ) {
    return new HostenvError(
      "no-flake",
      "there is no flake.nix in the provider's folder",
      "name it with -C DIR",
    );
  }
  if (UNREACHABLE.test(stderr)) {
    const hint = "check the network, the reference, and that this machine may read the input's repository";
    return new HostenvError("input-unreachable", `an input can't be fetched: ${reason(stderr)}`, hint);
  }
  if (/stack overflow|infinite recursion encountered|max-call-depth exceeded/.test(stderr)) {
    const message = `the evaluation of ${attribute} never comes to an end: ${reason(stderr)}`;
    return new HostenvError("evaluation-recursion", message, seeTrace(attribute));
  }
  if (typeof exit === "string") return killed(exit, attribute);
  return new CommandError(command, exit, reason(stderr), seeTrace(attribute));
}

function killed(signal: string, attribute: string): HostenvError {
  const hint =
    signal === "SIGKILL"
      ? "the machine may have run out of memory: see its kernel's log, or lower the cap: --eval-memory MIB"
      : seeTrace(attribute);
  return new HostenvError("evaluation-killed", `nix eval of ${attribute} was killed by ${signal}`, hint);
}

const UNREACHABLE =
  /unable to download|Failed to fetch|program 'git' failed|Could not resolve|Failed to connect|unable to access/i;

function seeTrace(attribute: string): string {
  return `evaluate it yourself for the whole trace: nix eval --json --show-trace .#${attribute}`;
}

// Nix prints the innermost error last, older versions first.
function reason(stderr: string): string {
  const lines = stderr
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const errors = lines.filter((line) => line.startsWith("error:") && line !== "error:");
  return (errors.at(-1) ?? lines.at(-1) ?? "no message").replace(/^error: /, "");
}
