import { HostenvError } from "../errors.ts";

/** Whether a call failed since there is no such file. */
export function isMissing(cause: unknown): boolean {
  return ["ENOENT", "ENOTDIR"].includes(codeOf(cause) ?? "");
}

/** The system's name of what went wrong, such as `ENOSPC`. */
export function codeOf(cause: unknown): string | undefined {
  return (cause as NodeJS.ErrnoException).code;
}

/** A path that can't be read or written; an error that already explains itself is kept. */
export function unusable(path: string, verb: string, cause: unknown): HostenvError {
  if (cause instanceof HostenvError) return cause;
  const code = codeOf(cause) ?? "unknown error";
  const hint = FULL.includes(code)
    ? "free some space, or raise the limit: what was there before is unchanged"
    : "check the path and its permissions";
  return new HostenvError("file-unusable", `${path} can't be ${verb}: ${code}`, hint, cause);
}

const FULL = ["ENOSPC", "EDQUOT", "EFBIG"];
