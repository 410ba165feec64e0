import { CommandError, HostenvError } from "../errors.ts";

// Written by nix/plan/fail.nix.
const OURS = /hostenv-provider\[([a-z-]+)\]: (.*?) \[hint\]: (.*?) \[end\]/s;

/** The error behind a failed `nix eval`, from what Nix wrote to stderr. */
export function nixFailure(stderr: string, exitCode: number, attribute: string): HostenvError {
  const ours = [...stderr.matchAll(new RegExp(OURS, "gs"))].at(-1);
  if (ours?.[1] && ours[2] && ours[3])
    return new HostenvError(ours[1], unwrapped(ours[2]), unwrapped(ours[3]));
  return (
    known(stderr, attribute) ?? new CommandError("nix eval", exitCode, reason(stderr), seeTrace(attribute))
  );
}

function unwrapped(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

function known(stderr: string, attribute: string): HostenvError | null {
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
  return null;
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
