/**
 * An error a user can cause or must hear of. `message` says what is wrong, with
 * which value and where; `hint` says what to do next.
 */
export class HostenvError extends Error {
  readonly code: string;
  readonly hint: string;

  constructor(code: string, message: string, hint: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "HostenvError";
    this.code = code;
    this.hint = hint;
  }

  /** What was found out without being thrown, as an error. */
  static of(problem: Pick<HostenvError, "code" | "message" | "hint">): HostenvError {
    return new HostenvError(problem.code, problem.message, problem.hint);
  }
}

/** The command line was used wrongly: an unknown flag, command, node or rule. */
export class UsageError extends HostenvError {
  constructor(message: string, hint: string) {
    super("usage", message, hint);
    this.name = "UsageError";
  }
}

/** A program we called failed. Carries its exit code and the last line it wrote to stderr. */
export class CommandError extends HostenvError {
  readonly exitCode: number;

  constructor(command: string, exitCode: number, lastLine: string, hint: string) {
    super("command-failed", `${command} failed with exit code ${exitCode}: ${lastLine}`, hint);
    this.name = "CommandError";
    this.exitCode = exitCode;
  }
}

/** A builder failed. Carries the last lines of its log, as it wrote them. */
export class BuildError extends HostenvError {
  readonly log: readonly string[];

  constructor(what: string, why: string, log: readonly string[], hint: string) {
    super("build-failed", `${what} can't be built: ${why}`, hint);
    this.name = "BuildError";
    this.log = log;
  }
}

/** An input of the generated flake can't be locked. */
export class InputError extends HostenvError {
  readonly input: string;
  /** Whether its repository was read and has no such branch. */
  readonly isGone: boolean;

  constructor(input: string, why: string, isGone = false) {
    const hint = "check the network, the branch, and that this machine may read the input's repository";
    super("input-unlockable", `input '${input}' of the generated flake can't be locked: ${why}`, hint);
    this.name = "InputError";
    this.input = input;
    this.isGone = isGone;
  }
}

/** The error as people are told of it; anything else than a HostenvError is a mistake of ours. */
export function explained(error: unknown): HostenvError {
  if (error instanceof HostenvError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const hint = "this is a mistake in hostenv-provider: please report it with what DEBUG=1 prints";
  return new HostenvError("internal", message, hint, error);
}
