/** Longer patterns are refused: one that a person wrote has some dozens of characters. */
const LONGEST = 2_000;

/** What may be repeated at most so often: V8 writes a repetition out. */
const MOST_REPEATS = 1_000;

// As glibc has them in a UTF-8 locale, but for marks beyond ASCII, which `punct` leaves out.
const CLASSES: Readonly<Record<string, string>> = {
  alnum: "\\p{L}\\p{Nd}",
  alpha: "\\p{L}",
  blank: " \\t",
  cntrl: "\\x00-\\x1f\\x7f",
  digit: "0-9",
  graph: "!-~\\u00a1-\\u{10ffff}",
  lower: "\\p{Ll}",
  print: " -~\\u00a0-\\u{10ffff}",
  punct: "!-\\/:-@\\[-`\\{-~",
  space: "\\s",
  upper: "\\p{Lu}",
  xdigit: "0-9A-Fa-f",
};

// What GNU adds to POSIX. JavaScript's own mean ASCII only.
const WORD = "\\p{L}\\p{Nd}_";
const [AFTER, NOT_AFTER, BEFORE, NOT_BEFORE] = ["?<=", "?<!", "?=", "?!"].map((look) => `(${look}[${WORD}])`);
const GNU_ESCAPES: Readonly<Record<string, string>> = {
  w: `[${WORD}]`,
  W: `[^${WORD}]`,
  s: "\\s",
  S: "\\S",
  b: `(?:${AFTER}${NOT_BEFORE}|${NOT_AFTER}${BEFORE})`,
  B: `(?:${AFTER}${BEFORE}|${NOT_AFTER}${NOT_BEFORE})`,
  "<": `${NOT_AFTER}${BEFORE}`,
  ">": `${AFTER}${NOT_BEFORE}`,
};

// Match a place, and no character.
const PLACES = new Set(["^", "$", ...["b", "B", "<", ">"].map((letter) => GNU_ESCAPES[letter])]);

const INSTEAD: Readonly<Record<string, string>> = {
  d: "write [0-9]",
  D: "write [^0-9]",
  n: "a pattern is matched line by line",
  t: "write [[:blank:]]",
  "`": "write ^",
  "'": "write $",
};

/** Why a pattern can't be taken, and where in it, counted from 1. */
export class PatternError extends Error {}

/**
 * The source of a JavaScript expression, for the flags `su`, that matches what `grep -E` matches in a
 * line. Back references, collating symbols and what POSIX leaves undefined are refused with PatternError.
 */
export function javascriptSource(pattern: string): string {
  if (pattern.length > LONGEST) throw new PatternError(`it has more than ${LONGEST} characters`);
  const reader = new Reader(pattern);
  const source = reader.alternatives(0);
  reader.expectEnd();
  return source;
}

class Reader {
  private readonly points: readonly string[];
  private at = 0;

  constructor(pattern: string) {
    this.points = [...pattern];
  }

  alternatives(depth: number): string {
    // The engine that reads the result is recursive, too.
    if (depth > 50) throw this.wrong("groups are nested more than 50 deep");
    const branches = [this.branch(depth)];
    while (this.takes("|")) branches.push(this.branch(depth));
    return branches.join("|");
  }

  expectEnd(): void {
    if (this.at < this.points.length) throw this.wrong("there is no ( for this )");
  }

  private branch(depth: number): string {
    let source = "";
    for (let next = this.points[this.at]; next !== undefined; next = this.points[this.at]) {
      if (next === "|" || next === ")") return source;
      source += this.repeated(this.atom(next, depth));
    }
    return source;
  }

  private atom(first: string, depth: number): string {
    if ("*+?".includes(first)) throw this.wrong(`there is nothing that ${first} could repeat`);
    this.at++;
    if (first === "(") return this.group(depth);
    if (first === "[") return this.brackets();
    if (first === "\\") return this.escape();
    // What begins no repetition stands for itself, as it begins a JSON text.
    return "^$.".includes(first) ? first : literal(first);
  }

  private group(depth: number): string {
    const inner = this.alternatives(depth + 1);
    if (!this.takes(")")) throw this.wrong("a ( is not closed");
    return `(?:${inner})`;
  }

  private escape(): string {
    const next = this.points[this.at];
    if (next === undefined) throw this.wrong("it ends with a backslash");
    const known = Object.hasOwn(GNU_ESCAPES, next) ? GNU_ESCAPES[next] : undefined;
    if (known === undefined && (/[\p{L}\p{N}\s]/u.test(next) || "`'".includes(next)))
      throw this.wrong(`\\${next} is not known: ${INSTEAD[next] ?? "it has no meaning in POSIX"}`);
    this.at++;
    return known ?? literal(next);
  }

  // More than one in a row repeat what stands before all of them.
  private repeated(atom: string): string {
    let source = atom;
    for (let count = this.repetition(); count !== null; count = this.repetition()) {
      if (PLACES.has(atom)) throw this.wrong("a place can't be repeated");
      source = `(?:${source})${count}`;
    }
    return source;
  }

  private repetition(): string | null {
    const next = this.points[this.at];
    if (next !== undefined && "*+?".includes(next)) {
      this.at++;
      return next;
    }
    const found =
      next === "{" ? /^\{(\d*)(,?)(\d*)\}/.exec(this.points.slice(this.at, this.at + 16).join("")) : null;
    if (!found || (found[1] === "" && found[2] === "")) return null;
    const [whole, low = "", comma = "", high = ""] = found;
    const [least, most] = [Number(low || 0), Number(high || low || 0)];
    if (Math.max(least, most) > MOST_REPEATS) throw this.wrong(`it repeats more than ${MOST_REPEATS} times`);
    if (high !== "" && most < least) throw this.wrong(`${whole} has its limits the wrong way round`);
    this.at += whole.length;
    return `{${least}${comma}${high}}`;
  }

  private brackets(): string {
    const begin = this.takes("^") ? "[^" : "[";
    let source = "";
    for (let isFirst = true; ; isFirst = false) {
      const next = this.points[this.at];
      if (next === undefined) throw this.wrong("a [ is not closed");
      if (next === "]" && !isFirst) break;
      source += next === "[" && ":.=".includes(this.points[this.at + 1] ?? "") ? this.named() : this.range();
    }
    this.at++;
    return `${begin}${source}]`;
  }

  private named(): string {
    const [name] = /^\[:[a-z]+:\]/.exec(this.points.slice(this.at, this.at + 12).join("")) ?? [];
    const known = name && Object.hasOwn(CLASSES, name.slice(2, -2)) ? CLASSES[name.slice(2, -2)] : undefined;
    if (name === undefined || known === undefined) throw this.wrong("this class of characters is not known");
    this.at += name.length;
    if (this.points[this.at] === "-" && this.points[this.at + 1] !== "]")
      throw this.wrong("a class of characters begins no range");
    return known;
  }

  private range(): string {
    const low = this.points[this.at++] as string;
    const high = this.points[this.at + 1];
    if (this.points[this.at] !== "-" || high === undefined || high === "]") return literal(low);
    if (high === "[" && ":.=".includes(this.points[this.at + 2] ?? ""))
      throw this.wrong("a range ends with a class");
    if ((high.codePointAt(0) as number) < (low.codePointAt(0) as number))
      throw this.wrong(`the range ${low}-${high} has its ends the wrong way round`);
    this.at += 2;
    return `${literal(low)}-${literal(high)}`;
  }

  private takes(wanted: string): boolean {
    if (this.points[this.at] !== wanted) return false;
    this.at++;
    return true;
  }

  private wrong(why: string): PatternError {
    return new PatternError(`${why} (at character ${Math.min(this.at + 1, this.points.length)})`);
  }
}

// Every character in a form that is none of syntax, inside of brackets and outside.
function literal(character: string): string {
  return /^[\p{L}\p{N} ]$/u.test(character)
    ? character
    : `\\u{${(character.codePointAt(0) as number).toString(16)}}`;
}
