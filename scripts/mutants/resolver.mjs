// Mistakes in what is asked of name servers and made of their answers (src/domain/dns), which
// __tests__/domain/dns must notice.

/** Each `from` stands exactly once in its file; `why` says what goes wrong with `to` in its place. */
export const resolver = [
  {
    file: "src/domain/dns/match.ts",
    from: "if (foreign.length === 0) return",
    to: "if (foreign.length < addresses.length) return",
    why: "one right address is enough",
  },
  {
    file: "src/domain/dns/match.ts",
    from: "return addresses.every((address) => isInRanges",
    to: "return addresses.some((address) => isInRanges",
    why: "a foreign address beside an edge passes for proxied",
  },
  {
    file: "src/domain/dns/agreement.ts",
    from: "if (asked.apex !== null && !reply.authoritative)",
    to: "if (false)",
    why: "a server that is not a zone's own speaks for it",
  },
  {
    file: "src/domain/dns/agreement.ts",
    from: "if (first && evidence.length === 1)",
    to: "if (first)",
    why: "one of two servers that contradict each other is believed",
  },
  {
    file: "src/domain/dns/agreement.ts",
    from: "if (record.name !== asked.name) continue;",
    to: "",
    why: "records of another name count",
  },
  {
    file: "src/domain/dns/agreement.ts",
    from: 'isReferral(reply, asked) ? failed("servfail", "refers to other servers") : NO_RECORD',
    to: "NO_RECORD",
    why: "a server that points to others says that there is nothing",
  },
  {
    file: "src/domain/dns/address-set.ts",
    from: 'if (failures.length > 0) return { verdict: "unknown", reason: mostTelling(failures) };',
    to: "",
    why: "what can't be asked is taken for nothing",
  },
  {
    file: "src/domain/dns/address-set.ts",
    from: "if (chains.some(({ refused }) => refused)) return REFUSED;",
    to: "",
    why: "data that resolvers refuse say that a hostname does not exist",
  },
  {
    file: "src/domain/dns/resolve.ts",
    from: "if (set.refused) return { ...REFUSED, ...found };",
    to: "",
    why: "data that resolvers refuse say that a hostname leads elsewhere",
  },
  {
    file: "src/domain/dns/resolve.ts",
    from: 'if (!node.isKnown)\n    return { verdict: "unknown"',
    to: 'if (!node.isKnown)\n    return { verdict: "mismatch"',
    why: "a node's outage turns TLS off for its hostnames",
  },
  {
    file: "src/domain/dns/resolve.ts",
    from: 'if (caa.result === "unknown") return { ...judged, verdict: "unknown", reason: "caa", evidence };',
    to: "",
    why: "a CAA question that fails is taken for leave",
  },
  {
    file: "src/domain/dns/chain.ts",
    from: "statement.target === name || aliases.includes(statement.target)",
    to: "false",
    why: "a loop is followed as far as a chain may be",
  },
  {
    file: "src/domain/dns/chain.ts",
    from: "const MOST_ALIASES = 11;",
    to: "const MOST_ALIASES = 12;",
    why: "a chain that Let's Encrypt gives up is a match",
  },
  {
    file: "src/domain/dns/zone-cut.ts",
    from: 'if (answers.some((record) => record.name === name && record.type === "CNAME")) return null;',
    to: "",
    why: "an alias is asked for at the zone of its target",
  },
  {
    file: "src/domain/dns/zone-cut.ts",
    from: "record.name === name && record.type === type;",
    to: "record.type === type;",
    why: "the target of an alias is taken for a name server",
  },
  {
    file: "src/domain/dns/zone-cut.ts",
    from: 'if (reply.kind === "failure" && reply.reason !== "servfail") return failure as ZoneFailure;',
    to: 'if (reply.kind === "failure") return failure as ZoneFailure;',
    why: "a loop is unknown, since a resolver fails on it",
  },
  {
    file: "src/domain/dns/caa.ts",
    from: "critical && !KNOWN_TAGS.includes(tag)",
    to: "critical && tag === KNOWN_TAGS[0]",
    why: "a critical tag that Let's Encrypt does not know is overlooked",
  },
  {
    file: "src/domain/dns/caa.ts",
    from: 'tag === "issue").map',
    to: 'tag === "issue" || tag === "issuewild").map',
    why: "a set about wildcards decides for other names",
  },
  {
    file: "src/domain/dns/dnssec.ts",
    from: 'if (said !== "servfail") continue;',
    to: 'if (said === "refused") continue;',
    why: "a resolver that is silent once makes signatures wrong",
  },
  {
    file: "src/domain/dns/dnssec.ts",
    from: 'if (still === null) return { result: "given", evidence: [] };',
    to: "",
    why: "a resolver that was busy once makes signatures wrong",
  },
  {
    file: "src/domain/dns/dnssec.ts",
    from: 'if (finding.result === "given") return finding;',
    to: "",
    why: "one kind of address with a wrong signature spoils the other",
  },
  {
    file: "src/domain/dns/names.ts",
    from: "if (/[^\\w.*\\u0080-\\uffff-]/.test(text)) return null;",
    to: "",
    why: "percent signs, ports and paths of a hostname are made into another one",
  },
  {
    file: "src/domain/dns/addresses.ts",
    from: 'if (first.includes(":") !== address.includes(":")) return false;',
    to: "",
    why: "an IPv6 address is in a range of IPv4",
  },
];
