/** The time of day. */
export interface Clock {
  now(): Date;
  /** Seconds since an arbitrary start; never jumps. */
  seconds(): number;
}

/** Tells a person what is going on. */
export interface Progress {
  /** A step begins; it replaces the one before. */
  step(text: string): void;
  /** Something the user should know, which stops nothing. */
  notice(text: string): void;
  /** Nothing is going on any more. */
  done(): void;
}

/** Tells a person how far each of several nodes is. What it is given is shown as it is. */
export interface NodeProgress {
  /** What goes on at a node now; it replaces what went on before. */
  at(node: string, text: string): void;
  /** It is over at a node. */
  ended(node: string, text: string): void;
  /** It is over at all. */
  done(): void;
}
