import { blocks, type Finding } from "../../domain/findings.ts";
import { RULES } from "../../domain/rules.ts";
import { visible } from "../escape.ts";
import { allowLabel } from "../sticky.ts";
import { grouped as digits } from "../words.ts";
import { environmentAnchor, linked } from "./anchors.ts";
import { copyable } from "./copyable.ts";
import { filterable } from "./filters.ts";
import { type Html, html } from "./html.ts";
import { attentionTo, type PlanView } from "./plan-view.ts";

/** Findings by rule, most dangerous first; why and what to do stand once for all of a rule. */
export function findingsBody(view: PlanView): Html {
  const { findings } = view.report;
  if (findings.length === 0) return html`<p class="none">Nothing that a rule looks for.</p>\n`;
  return html`${grouped(findings).map((group) => ruleCard(group, view))}`;
}

// Those of one rule and severity stand together already.
function grouped(findings: readonly Finding[]): Finding[][] {
  const groups = new Map<string, Finding[]>();
  for (const found of findings) {
    const key = `${found.rule} ${found.severity} ${found.allowed}`;
    groups.set(key, [...(groups.get(key) ?? []), found]);
  }
  return [...groups.values()];
}

function ruleCard(group: readonly Finding[], view: PlanView): Html {
  const [first] = group as [Finding];
  const { title, why, advice } = RULES[first.rule];
  const [word, look] = badgeOf(first);
  const items = group.map((found) => html`<li ${attributes(found, view)}>${sentence(found, view)}</li>\n`);
  return html`<article class="card ${look}" data-group>
<h3><span class="badge ${look}">${word}</span> ${title} <span class="count">${digits(group.length)}</span></h3>
<p><b>Why:</b> ${why}. ${advice === "none" ? null : html`<b>What to do:</b> ${advice}.`}</p>
<ul class="told">
${items}</ul>
${blocks(first) ? howToAllow(first) : null}</article>
`;
}

function badgeOf(found: Finding): readonly [word: string, look: string] {
  if (found.allowed) return ["allowed", "good"];
  if (found.severity === "block") return ["decision", "bad"];
  return found.severity === "warn" ? ["review", "wait"] : ["info", "info"];
}

function attributes(found: Finding, { numbers, environments }: PlanView): Html {
  const named = found.parts.flatMap((part, index) => {
    const environment = index % 2 === 1 ? environments.get(part) : undefined;
    return environment ? [environment.host, environment.from] : [];
  });
  return filterable("finding", attentionTo(found), [found.host, ...named], numbers);
}

/** A finding in words, with links to what the page tells of the environments it names. */
export function sentence({ parts }: Finding, { environments }: Pick<PlanView, "environments">): Html {
  const shown = parts.map((part, index) => {
    if (index % 2 === 0) return part;
    return environments.has(part) ? linked(environmentAnchor(part), part) : html`<code>${part}</code>`;
  });
  return html`${shown}`;
}

// A name with characters that had to be made visible can't be copied from here.
function howToAllow({ rule, subject }: Finding): Html {
  const word = `${rule}:${subject}`.replaceAll("'", "'\\''");
  const flag = visible(subject) === subject ? html`, or ${copyable(`--allow '${word}'`)}` : null;
  return html`<p class="allow">To allow it: label ${copyable(allowLabel(rule))} by somebody with write access${flag}</p>
`;
}
