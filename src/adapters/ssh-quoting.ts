/** A word for a POSIX shell that stands for exactly this text. Throws Error for a NUL, which no word can hold. */
export function quoted(word: string): string {
  if (word.includes("\0")) throw new Error("a word for a shell can't hold a NUL");
  if (/^[A-Za-z0-9_./:@%+,-]+$/.test(word)) return word;
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/** One of our scripts for a node, a constant. */
export interface Script {
  /** What logs of the node know it by. */
  readonly name: string;
  readonly text: string;
}

// What is on stdin: first the script, then its data. A shell that reads a script from stdin may take
// more of it than the script, so its length is said, and head takes no more than that.
const LOADER = 'n=$1; shift; eval "$(head -c "$n")"';

/** The command that runs a script on a node; root's needs sudo without a password. */
export function commandOf({ name, text }: Script, args: readonly string[], asRoot: boolean): string {
  const words = ["sh", "-c", LOADER, name, String(Buffer.byteLength(text)), ...args];
  return [...(asRoot ? ["sudo", "-n", "--"] : []), ...words].map(quoted).join(" ");
}
