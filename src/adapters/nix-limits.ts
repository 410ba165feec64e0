import { HostenvError, UsageError } from "../errors.ts";

/** Caps on one evaluation. Base and head are evaluated at the same time and get each its own. */
export interface EvaluationLimits {
  /** Seconds from the start of Nix to the end of its output. */
  readonly seconds: number;
  /** MiB of resident memory, summed over Nix and everything it started. */
  readonly memoryMib: number;
  /** MiB of JSON on stdout; at most 511, the longest string of V8. */
  readonly outputMib: number;
}

/**
 * Ten minutes, because the first run fetches every input. 4 GiB, because base and head together
 * must fit a runner of 16 GB. 64 MiB of output are the plan of 20,000 environments; parsed, the worst
 * JSON of that size (`[{},{},…]`) takes 1.4 GB, and our own heap ends at 2 GB on a machine of 8 GB.
 */
export const DEFAULT_LIMITS: EvaluationLimits = { seconds: 600, memoryMib: 4096, outputMib: 64 };

// A timer of more than 2^31 ms fires at once.
const HIGHEST: EvaluationLimits = { seconds: 2_000_000, memoryMib: 2 ** 30, outputMib: 511 };

/** Seconds for what may take as long as it wants: 23 days. */
export const NO_TIME_CAP = HIGHEST.seconds;

const FLAGS: Readonly<Record<keyof EvaluationLimits, string>> = {
  seconds: "--eval-timeout",
  memoryMib: "--eval-memory",
  outputMib: "--eval-output",
};

/** The given caps, defaults for the rest. Throws UsageError where one is no number, not above 0, or too high. */
export function checkedLimits(given: GivenLimits): EvaluationLimits {
  const checked = (name: keyof EvaluationLimits): number => {
    const value = given[name] ?? DEFAULT_LIMITS[name];
    if (value > 0 && value <= HIGHEST[name]) return value;
    throw new UsageError(
      `${FLAGS[name]} is ${value}`,
      `give a number above 0 and not above ${HIGHEST[name]}`,
    );
  };
  return {
    seconds: checked("seconds"),
    memoryMib: checked("memoryMib"),
    outputMib: checked("outputMib"),
  };
}

/** Some caps; undefined is the same as not given, as flags are read. */
export type GivenLimits = { readonly [Name in keyof EvaluationLimits]?: number | undefined };

/** Nix took too long. */
export function tookTooLong({ seconds }: EvaluationLimits): HostenvError {
  return new HostenvError(
    "evaluation-timeout",
    `the evaluation was not done after ${seconds} s, its cap, and was stopped`,
    "if the flake is right and only slow, raise the cap: --eval-timeout SECONDS",
  );
}

/** Nix took too much memory; `usedMib` is null where Nix stopped itself at the cap. */
export function tookTooMuchMemory({ memoryMib }: EvaluationLimits, usedMib: number | null): HostenvError {
  const used = usedMib === null ? "the memory it may have" : `${Math.round(usedMib)} MiB of memory`;
  return new HostenvError(
    "evaluation-memory",
    `the evaluation took ${used}, its cap is ${memoryMib} MiB, and was stopped`,
    "if the flake is right and only big, raise the cap: --eval-memory MIB",
  );
}

/** Nix printed too much. */
export function printedTooMuch({ outputMib }: EvaluationLimits): HostenvError {
  return new HostenvError(
    "evaluation-output",
    `the evaluation printed more than ${outputMib} MiB, its cap, and was stopped`,
    "if the plan is right and only big, raise the cap: --eval-output MIB",
  );
}
