// Mistakes in what the DNS gate decides (src/domain/dns), writes (src/commands) and builds (nix/plan/gate.nix), that
// __tests__/domain/dns, __tests__/commands/dns-gate and __tests__/nix/dns-gate must notice.

/** Each `from` stands exactly once in its file; `why` says what goes wrong with `to` in its place. */
export const dns = [
  {
    file: "src/domain/dns/step.ts",
    from: "const [TRIES, HOUR_MS] = [2,",
    to: "const [TRIES, HOUR_MS] = [3,",
    why: "dns: a hostname is switched on three times within an hour",
  },
  {
    file: "src/domain/dns/step.ts",
    from: '(ruling.verdict === "unknown") return count;',
    to: '(ruling.verdict === "unknown") return 0;',
    why: "dns: an outage of name servers forgets that a hostname was found wrong",
  },
  {
    file: "src/domain/dns/step.ts",
    from: "Math.min(count + (isDue(before.entry, now) ? 1 : 0), confirmations)",
    to: "count + (isDue(before.entry, now) ? 1 : 0)",
    why: "dns: more is counted than the confirmations that are asked for",
  },
  {
    file: "src/domain/dns/step.ts",
    from: "if (!ruling.counts) return 0;",
    to: "",
    why: "dns: a CAA record takes TLS from a live hostname",
  },
  {
    file: "src/domain/dns/step.ts",
    from: 'return verdict === "mismatch" && countAfter',
    to: "return countAfter",
    why: "dns: fewer confirmations than before turn a hostname off that is only unknown",
  },
  {
    file: "src/domain/dns/step.ts",
    from: "return memory === null ||",
    to: "return memory !== null &&",
    why: "dns: a first run takes every hostname for new, and turns TLS off where DNS has a bad minute",
  },
  {
    file: "src/domain/dns/step.ts",
    from: "entry?.environment === environment && entry.node === node ? entry : null;\n}\n\n// While",
    to: "entry?.environment === environment ? entry : null;\n}\n\n// While",
    why: "dns: a moved hostname counts as live on a node that has no certificate for it",
  },
  {
    file: "src/domain/dns/step.ts",
    from: 'return verdict === "mismatch" || before.entry === null;',
    to: "return true;",
    why: "dns: unknown turns off what waits for its certificate",
  },
  {
    file: "src/domain/dns/step.ts",
    from: "entry && !switchesOn && saysTheSame(entry, next) ? entry : next;",
    to: "next;",
    why: "dns: an address that changes with every answer writes, and commits, at every run",
  },
  {
    file: "src/domain/dns/breaker.ts",
    from: "flips.length * OF > judged.length * MOST",
    to: "flips.length * OF > judged.length * OF",
    why: "dns: the breaker lets every hostname but one lose TLS at once",
  },
  {
    file: "src/domain/dns/breaker.ts",
    from: "count > 1 && count === onNode.get(node)",
    to: "count > 99 && count === onNode.get(node)",
    why: "dns: a node loses TLS for all its hostnames at once",
  },
  {
    file: "src/domain/dns/step.ts",
    from: "entry?.count === 0 && count > 0 ? null : entry",
    to: "entry",
    why: "dns: what CAA forbade since long ago loses TLS by three pushes",
  },
  {
    file: "src/domain/dns/step.ts",
    from: ">= entry.count * APART_MS",
    to: ">= 0",
    why: "dns: three pushes within a minute take TLS from a live hostname",
  },
  {
    file: "src/domain/dns/memory-merge.ts",
    from: " || mine.entry.count - present.entry.count",
    to: "",
    why: "dns: of two runs at the same time the one with fewer mismatches in a row counts",
  },
  {
    file: "src/domain/dns/memory-merge.ts",
    from: "other ?? one",
    to: "other",
    why: "dns: a hold is lost where another run of the gate came first, and a site with it",
  },
  {
    file: "src/domain/dns/gate.ts",
    from: "isBlind ? before : memoryAfter(run, steps)",
    to: "memoryAfter(run, steps)",
    why: "dns: with dead resolvers new hostnames are written to be off",
  },
  {
    file: "src/domain/dns/gate.ts",
    from: "off && wasLive",
    to: "off",
    why: "dns: new hostnames whose DNS is not set yet trip the breaker",
  },
  {
    file: "src/domain/dns/gate.ts",
    from: "planned.has(hostname) || (run.nodes.length > 0",
    to: "planned.has(hostname) && (run.nodes.length > 0",
    why: "dns: a run for one node forgets what is known of all others",
  },
  {
    file: "src/domain/dns/gate.ts",
    from: "[...presumed(run), ...others, ...decided]",
    to: "[...others, ...decided]",
    why: "dns: after a first run for one node, all other nodes' hostnames count as never live",
  },
  {
    file: "src/domain/dns/site.ts",
    from: 'LEADING_NOBODY = ["caa", "wildcard"]',
    to: 'LEADING_NOBODY = ["wildcard"]',
    why: "dns: a CAA record is counted like a hostname that leads elsewhere",
  },
  {
    file: "src/domain/dns/site.ts",
    from: 'aliases.find((each) => each?.verdict === "mismatch")',
    to: "aliases.find(() => false)",
    why: "dns: a certificate is asked for again and again with an alias that leads elsewhere",
  },
  {
    file: "src/domain/dns/owners.ts",
    from: "owners.get(sameName(name));",
    to: "owners.get(name);",
    why: "dns: two environments may want one name in two spellings",
  },
  {
    file: "src/domain/dns/gate-answer.ts",
    from: 'if (failOn === "breaker") return 0;\n  if (isBlind)',
    to: 'if (failOn === "breaker") return 2;\n  if (isBlind)',
    why: "dns: one abandoned domain stops every deploy",
  },
  {
    file: "src/commands/dns-gate-files.ts",
    from: "output: merged === there ? null : merged",
    to: "output: merged",
    why: "dns: a merged plan in which nothing changed is written at every run",
  },
  {
    file: "src/domain/dns/step.ts",
    from: "maybeLive: unseen.has(site.hostname) && entry !== null && !isOff",
    to: "maybeLive: false",
    why: "dns: what can't be seen loses TLS at the first mismatch",
  },
  {
    file: "nix/plan/gate.nix",
    from: 'ofNode = switchedOff [ "enableACME" "forceSSL" ];',
    to: 'ofNode = switchedOff [ "enableACME" ];',
    why: "dns: visitors of a hostname without certificate are sent to TLS",
  },
  {
    file: "nix/plan/gate.nix",
    from: "&& !(entry.live or false)",
    to: "&& (entry.live or false)",
    why: "dns: the old node of a move loses TLS while it serves",
  },
  {
    file: "nix/plan/gate.nix",
    from: "if path == [ ] then more // set",
    to: "if path == [ ] then set // more",
    why: "dns: a held environment takes a hostname from who has it on the old node by now",
  },
];
