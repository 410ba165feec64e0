import { type HostnameProblem, problemKey } from "../domain/dns/problems.ts";
import { code, shortened } from "./escape.ts";
import { firstThatFits } from "./fit.ts";
import type { IssueDraft } from "./issue-mark.ts";

/** What DNS says of one name of a virtual host, and what to set. */
export interface NameSeen {
  readonly virtualHost: string;
  readonly hostname: string;
  readonly verdict: string;
  readonly reason: string | null;
  readonly seen: readonly string[];
  readonly records: readonly string[];
}

/** Names and lines have no length of their own, and an issue has. */
const [LENGTH, LINES, NAMES] = [300, 20, 10];

/** Why a hostname is wrong, after "because": our words only. */
const WHY: Record<string, string> = {
  elsewhere: "it leads somewhere else",
  partial: "one of its addresses is the node's and another is not",
  ipv6: "its IPv6 addresses lead somewhere else, and Let's Encrypt tries those first",
  nxdomain: "the name does not exist in DNS",
  nodata: "the name has no address in DNS",
  "target-unresolvable": "the name it is an alias of has no address",
  loop: "it is an alias that leads back to itself",
  wildcard: "a certificate for a wildcard can't be had over HTTP",
  caa: "a CAA record forbids Let's Encrypt to issue a certificate",
  dnssec: "its DNSSEC signatures are wrong, so that resolvers which check them give no answer",
  alias: "one of its other names does not lead to the node, and a certificate needs all of them",
  unreachable: "the node does not answer on port 80, where Let's Encrypt asks",
};

/** Why a hostname is wrong, as the end of a sentence. */
export function whyWrong(reason: string | null): string {
  return WHY[reason ?? ""] ?? "DNS says something else";
}

/** Reasons for which DNS leads visitors to the node all the same. */
const LEADS = ["caa", "dnssec", "wildcard", "alias", "unreachable"];

/** A value of somebody else's in a line of an issue. */
export const inText = (value: string) => code(shortened(value, LENGTH), "text");
/** The same in a cell of a table. */
export const inTable = (value: string) => code(shortened(value, LENGTH), "table");

/** The issue of a hostname. `names` are those of every virtual host of the run. */
export function hostnameDraft(problem: HostnameProblem, names: readonly NameSeen[]): IssueDraft {
  const { site, reason } = problem.ruling;
  const { hostname, node } = site;
  const wrong = names
    .filter(({ virtualHost, verdict }) => virtualHost === hostname && verdict === "mismatch")
    .slice(0, NAMES);
  return {
    key: problemKey(problem),
    cause: WHY[reason ?? ""] === undefined ? "other" : (reason as string),
    title: LEADS.includes(reason ?? "")
      ? `DNS: no certificate can be had for ${hostname}`
      : `DNS: ${hostname} does not lead to ${node}`,
    text: hostnameText(problem, wrong),
    essence: essence(problem, wrong),
  };
}

// A name of one kind of character alone can take twenty times its length.
function hostnameText(problem: HostnameProblem, wrong: readonly NameSeen[]): string {
  const evidence = folded("What was asked and answered", problem.ruling.evidence);
  const parts = [sentence(problem), facts(problem, wrong), remedy(wrong), ENDING, evidence];
  return firstThatFits([
    () => joined(parts),
    () => joined(parts.slice(0, -1)),
    () => joined(parts.slice(0, 1)),
  ]);
}

function joined(parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join("\n\n");
}

function sentence({ ruling: { site, reason } }: HostnameProblem): string {
  const { hostname, environment, node, expected } = site;
  return (
    `${inText(hostname)} belongs to ${inText(environment)} and should lead to **${inText(node)}** ` +
    `(${inText(expected)}), but ${whyWrong(reason)}.`
  );
}

function facts(problem: HostnameProblem, wrong: readonly NameSeen[]): string {
  const { site } = problem.ruling;
  const seen = wrong.map(({ hostname, reason, seen: found }) => {
    const what = found.length === 0 ? "nothing" : found.slice(0, LINES).map(inTable).join(" ");
    return [
      hostname === site.hostname ? "Seen" : `Seen for ${inTable(hostname)} (${whyWrong(reason)})`,
      what,
    ];
  });
  const rows = [
    ...seen,
    ["Expected", `the addresses of ${inTable(site.expected)}, and no other`],
    ...(problem.since === null ? [] : [["Since", inTable(problem.since)]]),
    ["Meanwhile", meanwhile(problem)],
  ];
  return ["| | |", "|--|--|", ...rows.map(([name, value]) => `| ${name} | ${value} |`)].join("\n");
}

function meanwhile({ isOff, heldBy, ruling: { counts } }: HostnameProblem): string {
  if (heldBy !== null)
    return `**${inTable(heldBy)}** goes on serving it until DNS leads to the new node; what visitors write there meanwhile does not come along`;
  if (isOff)
    return "TLS is off: it answers over HTTP only, and gets its certificate by itself once DNS is right";
  return counts
    ? "TLS is still on"
    : "TLS stays on with the certificate it has, which can't be renewed until this is mended";
}

function remedy(wrong: readonly NameSeen[]): string {
  const records = wrong.flatMap((name) => name.records).slice(0, LINES);
  if (records.length === 0) return "";
  const isBeside = records.every((record) => / CAA /.test(record));
  const where = isBeside
    ? "Add this record beside those there are:"
    : "Set this in place of all A, AAAA and CNAME records of the name:";
  return [where, "", ...records.map((record) => `- ${inText(record)}`)].join("\n");
}

/** How the issue of a hostname ends, one way or the other. */
const ENDING =
  "This issue closes itself when DNS is right. Close it as *not planned* to be left alone until the reason is another one.";

function folded(title: string, lines: readonly string[]): string {
  if (lines.length === 0) return "";
  const shown = lines.slice(0, LINES).map((line) => `- ${inText(line)}`);
  return ["<details>", `<summary>${title}</summary>`, "", ...shown, "", "</details>"].join("\n");
}

// A name with several addresses often answers with others the next time. One that moved is news.
function essence({ ruling, since, isOff, heldBy }: HostnameProblem, wrong: readonly NameSeen[]): string {
  const { site, reason } = ruling;
  const told = wrong.map(({ hostname, reason: each, seen, records }) => [
    ...[hostname, each, seen.length === 1 ? seen : [], records],
  ]);
  return JSON.stringify([site.environment, site.node, site.expected, reason, since, isOff, heldBy, told]);
}
