import { z } from "zod";
import type { Shown } from "../domain/decisions.ts";
import type { RuleName } from "../domain/rules.ts";
import { shortened, visible } from "./escape.ts";

/** What a comment remembers from run to run, in a line that GitHub does not show. */
export interface StickyState {
  /** The head the comment is about. */
  readonly head: string;
  /** The head it was about before that; null for a first one. */
  readonly previous: string | null;
  /** The run that wrote it: later runs have a higher id, or the same id and a higher attempt. */
  readonly run: Run | null;
  /** The decisions it asked for. */
  readonly shown: readonly Shown[];
}

/** A run of a workflow. */
export interface Run {
  readonly id: number;
  readonly attempt: number;
}

/** The hidden line by which our comment for one provider is found again. */
export function marker(provider: string): string {
  return `<!-- hostenv-provider:plan:${hiddenWord(provider)} -->`;
}

/** A value as a word of a hidden line: without a blank, a colon or two dashes, which would end an HTML comment. */
export function hiddenWord(value: string): string {
  return encodeURIComponent(visible(value)).replaceAll("--", "%2D%2D");
}

/** Whether a comment begins with the marker. */
export function isMarked(body: string, provider: string): boolean {
  return body.split("\n", 1)[0]?.trimEnd() === marker(provider);
}

const hex = z.string().regex(/^[0-9a-f]{7,64}$/);
const time = z.iso.datetime();
const count = z.int().nonnegative();

// Nothing in it can hold two dashes in a row, which would end the comment.
const stateSchema = z.strictObject({
  v: z.literal(1),
  head: hex,
  previous: hex.nullable(),
  run: z.tuple([count, count]).nullable(),
  shown: z.array(z.tuple([hex, time.nullable()])),
});

const STATE = /^<!-- hostenv-provider:state:(\{.*\}) -->$/m;

/** The state as a line of the comment. */
export function stateLine({ head, previous, run, shown }: StickyState): string {
  const state = stateSchema.parse({
    v: 1,
    head,
    previous,
    run: run && [run.id, run.attempt],
    shown: shown.map(({ key, since }) => [key, since]),
  });
  return `<!-- hostenv-provider:state:${JSON.stringify(state)} -->`;
}

/**
 * The state of a comment, null where it has none that can be read. What it showed for the first time
 * has been shown since `writtenAt`, the time the comment has its text from.
 */
export function readState(body: string, writtenAt: string): StickyState | null {
  // Ours stands in the first two lines; a value further down can't be taken for it.
  const found = STATE.exec(body.split("\n", 2).join("\n"))?.[1];
  const { data } = stateSchema.safeParse(found === undefined ? null : parsed(found));
  if (!data) return null;
  return {
    head: data.head,
    previous: data.previous,
    run: data.run && { id: data.run[0], attempt: data.run[1] },
    shown: data.shown.map(([key, since]) => ({ key, since: since ?? writtenAt })),
  };
}

/** Whether two texts of our comment show the same and remember the same, but for when it was shown. */
export function saysTheSame(body: string, other: string): boolean {
  const remembered = (text: string) => {
    const state = readState(text, EPOCH);
    return JSON.stringify([state?.head, state?.previous, state?.shown.map(({ key }) => key)]);
  };
  return body.replace(STATE, "") === other.replace(STATE, "") && remembered(body) === remembered(other);
}

const EPOCH = "1970-01-01T00:00:00Z";

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Whether the first run came before the second. */
export function isOlder(run: Run | null, other: Run | null): boolean {
  if (run === null || other === null) return false;
  return run.id < other.id || (run.id === other.id && run.attempt < other.attempt);
}

/** The word for a provider's folder where no slash may stand: `root` for the repository's root. */
export function folderWord(provider: string): string {
  return provider.replace(/^\.\/?$/, "root").replaceAll("/", "-");
}

/** The folder of the patch that repairs a provider's golden file. */
export function goldenFolder(provider: string): string {
  return `hostenv-golden-${folderWord(provider)}`;
}

/** The folder of the DNS gate's report on a provider. */
export function gateFolder(provider: string): string {
  return `hostenv-dns-gate-${folderWord(provider)}`;
}

/** Where a deploy's report is left: a folder of its own, or it would replace the plan's. */
export function deployFolder(provider: string): string {
  return `hostenv-deploy-${folderWord(provider)}`;
}

/** The folder of what became of a rollback. */
export function rollbackFolder(provider: string): string {
  return `hostenv-rollback-${folderWord(provider)}`;
}

/** The folder of a report on what the nodes run. */
export function driftFolder(provider: string): string {
  return `hostenv-drift-${folderWord(provider)}`;
}

/** The folder of what the doctor found. */
export function doctorFolder(provider: string): string {
  return `hostenv-doctor-${folderWord(provider)}`;
}

/** Where what a project's push is to change is left for the job that proposes it. */
export function projectFolder(provider: string): string {
  return `hostenv-project-${folderWord(provider)}`;
}

/** The name of the artifact that holds a provider's report. */
export function artifactName(provider: string): string {
  return `hostenv-plan-${folderWord(provider)}`;
}

/** The file of a plan's report as a page: downloads of several providers and runs lie beside each other. */
export function pageName(provider: string): string {
  return `${artifactName(provider)}.html`;
}

/** The label by which somebody with write access allows a rule's findings. */
export function allowLabel(rule: RuleName): string {
  return `hostenv:allow-${rule}`;
}

/** The rule a label allows, null for every other label. */
export function allowedRule(label: string): string | null {
  return /^hostenv:allow-([a-z-]+)$/.exec(label)?.[1] ?? null;
}

/** How a plan ended, as labels say it. */
export type OutcomeWord = "no-change" | "change" | "blocked" | "failed";

const OUTCOMES: readonly OutcomeWord[] = ["no-change", "change", "blocked", "failed"];

/** GitHub takes no longer names of labels. */
const LABEL_LENGTH = 50;

/** The label of an outcome; in a folder of its own a provider has labels of its own. */
export function outcomeLabel(outcome: OutcomeWord, provider: string): string {
  return label(outcome, provider);
}

/** `hostenv:<word>`, and the provider's folder where it is not the repository's root; cut to what GitHub takes. */
export function label(word: string, provider: string): string {
  const suffix = provider === "." ? "" : `:${visible(provider)}`;
  return shortened(`hostenv:${word}${suffix}`, LABEL_LENGTH);
}

/** The labels of every outcome but one. */
export function otherOutcomeLabels(outcome: OutcomeWord, provider: string): string[] {
  return OUTCOMES.filter((other) => other !== outcome).map((other) => outcomeLabel(other, provider));
}

/** The name under which a commit's status shows the plan. */
export function statusContext(provider: string): string {
  return provider === "." ? "hostenv/plan" : `hostenv/plan (${visible(provider)})`;
}
