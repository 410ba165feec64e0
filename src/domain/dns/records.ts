/** Kinds of records that are asked for. */
export type RecordType = "A" | "AAAA" | "CNAME" | "NS" | "SOA" | "CAA" | "MX";

/** A question to one server. */
export interface DnsQuestion {
  /** `192.0.2.1:53` or `[2001:db8::1]:53`. */
  readonly server: string;
  /** Lower case, A-labels, without a dot at the end; "" is the root. */
  readonly name: string;
  readonly type: RecordType;
  /** Whether the server shall ask others: a resolver, not a zone's own server. */
  readonly recursive: boolean;
  /** Whether a resolver shall answer although DNSSEC says that the answer is false. */
  readonly checkingDisabled: boolean;
  /** It was asked before, and what was said then is not taken for it. */
  readonly again?: true;
}

/** A record of an answer. Names are as in a question, addresses as `canonicalAddress` spells them. */
export type DnsRecord =
  | { readonly name: string; readonly type: "A" | "AAAA" | "CNAME" | "NS" | "MX"; readonly data: string }
  | { readonly name: string; readonly type: "SOA"; readonly data: null }
  | { readonly name: string; readonly type: "CAA"; readonly data: CaaProperty };

/** One property of RFC 8659: `issue "letsencrypt.org"`. */
export interface CaaProperty {
  /** Whether an issuer that does not know the tag must refuse. */
  readonly critical: boolean;
  /** Lower case. */
  readonly tag: string;
  readonly value: string;
}

/** What came back: a definite answer, or why there is none. */
export type DnsReply = DnsAnswer | DnsFailure;

/** A definite answer. */
export interface DnsAnswer {
  readonly kind: "answer";
  readonly code: "NOERROR" | "NXDOMAIN";
  readonly authoritative: boolean;
  readonly answers: readonly DnsRecord[];
  readonly authorities: readonly DnsRecord[];
}

/** No answer. `truncated`: TCP, which the whole answer needs, was refused. */
export interface DnsFailure {
  readonly kind: "failure";
  readonly reason:
    | "timeout"
    | "unreachable"
    | "refused"
    | "servfail"
    | "malformed"
    | "truncated"
    | "deadline"
    | "budget";
}
