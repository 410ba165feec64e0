import {
  type DnsProblem,
  type DnsRun,
  hostnameOf,
  MORE,
  type NodeProblem,
  problemKey,
} from "../domain/dns/problems.ts";
import type { Ruling } from "../domain/dns/site.ts";
import { hostnameDraft, inText, type NameSeen } from "./dns-issue.ts";
import { firstThatFits } from "./fit.ts";
import type { IssueDraft } from "./issue-mark.ts";
import { counted } from "./words.ts";

/** So many names are listed, and fewer where they are long. */
const LISTED = [200, 20, 0];

/** The issue of each problem. `names` are those of every virtual host of the run. */
export function dnsDrafts(problems: readonly DnsProblem[], names: readonly NameSeen[]): IssueDraft[] {
  return problems.map((problem) => {
    if (problem.kind === "hostname") return hostnameDraft(problem, names);
    if (problem.kind === "node") return nodeDraft(problem);
    return problem.kind === "blind" ? blindDraft() : breakerDraft(problem);
  });
}

function nodeDraft(problem: NodeProblem): IssueDraft {
  const { node, expected, hostnames } = problem;
  return {
    key: problemKey(problem),
    cause: "node-unresolvable",
    title: `DNS: the name of ${node} can't be resolved`,
    text: listing(
      `The node **${inText(node)}** is called ${inText(expected)}, and DNS gives no address for that name. What ` +
        "its hostnames should lead to is not known, so nothing is changed for them: certificates are neither given " +
        "up nor asked for.\n\nAdd the node's A and AAAA records to its zone. This issue closes itself.",
      hostnames,
      inText,
    ),
    essence: JSON.stringify([expected, hostnames]),
  };
}

function blindDraft(): IssueDraft {
  return {
    key: "blind",
    cause: "blind",
    title: "DNS could not be asked",
    text:
      "No hostname of the plan has a definite answer, which is no hostname's fault. Nothing was changed, and nothing " +
      "will be until DNS answers again; issues of hostnames stay as they are.\n\nIf this does not pass by itself, see " +
      "whether the runner may send DNS questions, and whether the name servers it was given (`nameserver`) answer. " +
      "This issue closes itself.",
    essence: "",
  };
}

function breakerDraft(problem: DnsProblem & { kind: "breaker" }): IssueDraft {
  const { why, disabled, enabled } = problem;
  const changes = [...disabled.map((name) => [name, "off"]), ...enabled.map((name) => [name, "on"])];
  return {
    key: problemKey(problem),
    cause: "breaker",
    title: "DNS: too much would change at once",
    text: listing(
      `${inText(why)}: nothing was changed, and issues of hostnames stay as they are.\n\nSee whether ` +
        "this is so. If it is, run the gate once by hand with `--force`; if it is not, somebody's DNS, or who tells " +
        "of it, has gone wrong. This issue closes itself when fewer hostnames are concerned.",
      changes,
      ([name = "", to = ""]) => `${inText(name)}: TLS ${to}`,
    ),
    essence: JSON.stringify(changes),
  };
}

/** The one issue of problems that have to wait for an issue of their own. */
export function collectedDraft(waiting: readonly IssueDraft[]): IssueDraft {
  const titles = waiting.map(({ title }) => title);
  return {
    key: MORE,
    cause: "more",
    title: "DNS: more hostnames are wrong",
    text: listing(
      `${counted(waiting.length, "more problem")} of DNS. Each gets an issue of its own in one of the next runs, and ` +
        "this one closes itself.",
      titles,
      inText,
    ),
    essence: JSON.stringify(titles),
  };
}

function listing<T>(text: string, items: readonly T[], line: (item: T) => string): string {
  return firstThatFits(LISTED.map((most) => () => listed(text, items, line, most)));
}

function listed<T>(text: string, items: readonly T[], line: (item: T) => string, most: number): string {
  const rest = items.length - Math.min(most, items.length);
  const lines = items.slice(0, most).map((item) => `- ${line(item)}`);
  return [text, "", ...lines, ...(rest > 0 ? [`- and ${rest} more`] : [])].join("\n").trimEnd();
}

/** What is said when the issue of a key is closed: what is seen now. */
export function dnsFarewell(key: string, { rulings }: DnsRun, names: readonly NameSeen[]): string {
  const hostname = hostnameOf(key);
  if (hostname === null)
    return FAREWELLS[key] ?? "The node's name has an address again, or no hostname is left there.";
  const ruling = rulings.find(({ site }) => site.hostname === hostname);
  return ruling ? rightAgain(ruling, names) : "The plan wants no certificate for this hostname any more.";
}

const FAREWELLS: Record<string, string> = {
  blind: "DNS answers again.",
  breaker: "Not so much would change at once any more.",
  [MORE]: "Every problem has an issue of its own now, or is gone.",
};

function rightAgain({ site, verdict }: Ruling, names: readonly NameSeen[]): string {
  const { hostname, node } = site;
  if (verdict === "proxied")
    return `${inText(hostname)} leads to **${inText(node)}** again, through Cloudflare.`;
  const seen = names.find((name) => name.hostname === hostname)?.seen ?? [];
  const addresses = seen.length === 0 ? "" : `: ${seen.slice(0, 20).map(inText).join(" ")}`;
  return `${inText(hostname)} leads to **${inText(node)}** again${addresses}`;
}
