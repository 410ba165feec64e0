/**
 * What a node shows on port 443: a certificate that is valid now, surely none, or `unseen` where this machine
 * could not look.
 */
export type Shown = "valid" | "none" | "unseen";

/** Looks at port 443 of nodes. */
export interface Certificates {
  /**
   * What the addresses show for the name, in lower case and A-labels: one that shows a valid certificate is enough,
   * and none is sure only where every address could be asked. Never throws.
   */
  shown(name: string, addresses: readonly string[]): Promise<Shown>;
}

/** How an authority that checks a challenge fares at an address. */
export interface Reached {
  readonly address: string;
  /** `untried`: this machine has no way to such addresses. */
  readonly result: "answers" | "unreachable" | "untried";
  /** What came or went wrong, in words. */
  readonly detail: string;
}

/** What a name answers on port 80. */
export interface Challenges {
  /**
   * Asks each address for a file that no challenge has, as an authority would, redirects included; any answer of
   * an HTTP server will do. `name` is in lower case and A-labels. Never throws.
   */
  ask(name: string, addresses: readonly string[]): Promise<Reached[]>;
}
