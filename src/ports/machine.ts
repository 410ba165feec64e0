/** Programs of this machine. */
export interface Programs {
  /** What a program on PATH says of its version, null where it is not there. Throws HostenvError `program-failed`. */
  version(program: string): Promise<string | null>;
}

/** Nix, as far as it can be said to work. */
export interface NixHealth {
  /** What it says of its version. Throws HostenvError `nix-missing`, and for its caps as evaluations do. */
  version(): Promise<string>;
  /** Why it can't evaluate with flakes, in its own words; null where it can. Throws as `version`. */
  fault(): Promise<string | null>;
}

/** Waits for something, but not for ever. */
export interface Patience {
  /** What `run` gives; throws what `late` gives where that takes longer. What was begun is not ended. */
  within<T>(seconds: number, run: () => Promise<T>, late: () => Error): Promise<T>;
}
