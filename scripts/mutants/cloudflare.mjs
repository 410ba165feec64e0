// Mistakes in what is read from, planned for and written to zones at Cloudflare.

/** Each `from` stands exactly once in its file; `why` says what goes wrong with `to` in its place. */
export const cloudflare = [
  {
    file: "src/domain/dns/zones.ts",
    from: 'return (comment ?? "").split("|").some((part) => part.trim() === MARK);',
    to: 'return (comment ?? "").includes(MARK);',
    why: "a record whose comment says that it is not managed by us is changed",
  },
  {
    file: "src/domain/dns/zones.ts",
    from: "return [...marked].length <= commentLength ? marked : null;",
    to: "return marked.slice(0, commentLength);",
    why: "what a human wrote into a comment loses its end",
  },
  {
    file: "src/domain/dns/zone-plan.ts",
    from: 'if (name === zone.name) return "apex";',
    to: "",
    why: "the apex of a zone is changed",
  },
  {
    file: "src/domain/dns/zone-plan.ts",
    from: 'type === "NS" && at !== zone.name && isWithin(name, at)',
    to: 'type === "NS" && at !== zone.name && name === at',
    why: "records are set below a delegation, where nobody asks for them",
  },
  {
    file: "src/domain/dns/zone-plan.ts",
    from: "  if (isWithin(policy.provider, zone.name) || isWithin(name, policy.provider)) return false;\n",
    to: "",
    why: "a client gets another name in the provider's own zone by adopting it",
  },
  {
    file: "src/domain/dns/zone-plan.ts",
    from: "if (operations.length > 0 && !facts.isDeployed(candidate))",
    to: "if (operations.length > 200 && !facts.isDeployed(candidate))",
    why: "visitors are led to a node on which nothing answers yet",
  },
  {
    file: "src/domain/dns/zone-plan.ts",
    from: "parts.length === 0 || size > room",
    to: "parts.length === 0 || room <= 0",
    why: "a transaction holds more than Cloudflare takes",
  },
  {
    file: "src/domain/dns/zone-changes.ts",
    from: 'const record = { type: "CNAME", name, content: expected, ttl: 1, proxied: false, comment: MARK, tags: [] };',
    to: 'const record = { type: "CNAME", name, content: expected, ttl: 1, proxied: false, comment: null, tags: [] };',
    why: "a record that we made is not known to be ours afterwards",
  },
  {
    file: "src/domain/dns/zone-changes.ts",
    from: "record: { type, name, content, ttl, proxied, comment: MARK, tags: [] },",
    to: "record: { type, name, content, ttl, proxied: false, comment: MARK, tags: [] },",
    why: "a second address shows the origin that the proxy hides",
  },
  {
    file: "src/domain/dns/zone-proof.ts",
    from: "return sameSet(records.map(identity), recordsOf(candidate.name, now).map(identity));",
    to: "return now.length > 0 && identity !== null;",
    why: "what a human changed since it was read is overwritten",
  },
  {
    file: "src/domain/deploy/outcome.ts",
    from: "checks.every(({ passed, enforced }) => passed || !enforced)",
    to: "checks.some(({ passed, enforced }) => passed || !enforced)",
    why: "one check that passes stands for those that fail",
  },
  {
    file: "src/commands/zone-writer.ts",
    from: 'if (answer.kind === "rejected" && changes.length > 1) return this.halves(zone, changes);',
    to: "",
    why: "one name that Cloudflare refuses keeps 199 others from being written",
  },
  {
    file: "src/commands/zone-writer.ts",
    from: "if (wasNotDone && time < ATTEMPTS) return this.attempt(zone, changes, time + 1);",
    to: "if (time < ATTEMPTS) return this.sent(zone, changes, time + 1);",
    why: "a transaction whose answer was lost is sent again without looking",
  },
  {
    file: "src/commands/zone-writer.ts",
    from: 'if (proof === "wanted") return outcome(change, "written");',
    to: 'if (proof !== "before") return outcome(change, "written");',
    why: "records that are neither old nor wanted count as written",
  },
  {
    file: "src/adapters/cloudflare-pages.ts",
    from: 'if (found !== "moved" && seen === last) return found.items;',
    to: 'if (found !== "moved") return found.items;',
    why: "a record that moved from one page to another is missed",
  },
  {
    file: "src/adapters/cloudflare-client.ts",
    from: 'redirect: "manual",',
    to: 'redirect: "follow",',
    why: "the token goes where an answer sends it",
  },
  {
    file: "src/adapters/cloudflare-client.ts",
    from: 'const plain = text.replaceAll(this.settings.token, "***").replace(/\\s+/g, " ");',
    to: "const plain = text;",
    why: "a server that repeats the token has it printed",
  },
  {
    file: "src/adapters/cloudflare-budget.ts",
    from: "const PER_SECOND = 3;",
    to: "const PER_SECOND = 4;",
    why: "a long run meets Cloudflare's limit, and everybody of the account is blocked",
  },
];
