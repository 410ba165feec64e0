/** Which of the sessions that match a fault is for, counted from 1; all of them unless it says otherwise. */
export interface Which {
  readonly from?: number;
  readonly to?: number;
}

let made = 0;

// What is looked for is an extended regular expression; quoting is not what these tests are about.
function fault(pattern: string, { from = 1, to = 1_000_000 }: Which, action: string): string {
  if (pattern.includes("'")) throw new Error(`a fault's pattern can't hold a quote: ${pattern}`);
  return `if hit ${++made} '${pattern}' ${from} ${to}; then ${action}\nfi`;
}

/** The connection breaks instead of the command. */
export function drops(pattern: string, which: Which = {}): string {
  return fault(pattern, which, "hang_up; sleep 60");
}

/** The command is run, and the connection breaks some seconds later. */
export function dropsAfter(pattern: string, seconds: number, which: Which = {}): string {
  return fault(pattern, which, `(sleep ${seconds}; hang_up) </dev/null >/dev/null 2>&1 &`);
}

/** The command takes some seconds longer. */
export function lags(pattern: string, seconds: number, which: Which = {}): string {
  return fault(pattern, which, `sleep ${seconds}`);
}

/** Something else is done first. */
export function precedes(pattern: string, command: string, which: Which = {}): string {
  return fault(pattern, which, command);
}

/** Another command is run in its place. */
export function becomes(pattern: string, command: string, which: Which = {}): string {
  return fault(pattern, which, `command=${quoted(command)}`);
}

/** One of the product's scripts arrives whole, and of its data no more than some bytes. */
export function cutsAfter(name: string, bytes: number, which: Which = {}): string {
  const length = `$(echo "$SSH_ORIGINAL_COMMAND" | sed "s/.* ${name} \\([0-9]*\\).*/\\1/")`;
  return becomes(name, `head -c $((${length} + ${bytes})) | eval "$SSH_ORIGINAL_COMMAND"`, which);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
