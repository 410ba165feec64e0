import { z } from "zod";
import { shortened, visible } from "./escape.ts";
import { hiddenWord, label } from "./sticky.ts";

/** What issues of ours are about: the word in their mark and their label. */
export type Topic = "dns" | "drift";

/** Whose issues: one provider of a repository may have several kinds. */
export interface IssueHome {
  readonly topic: Topic;
  /** The provider's folder. */
  readonly provider: string;
}

/** A problem as words. */
export interface IssueDraft {
  /** What is wrong; in every run the same for the same problem. */
  readonly key: string;
  /** Why, in a word of small letters, digits and single dashes. */
  readonly cause: string;
  /** Plain text, of any length and content. */
  readonly title: string;
  /** Markdown: what the issue says. */
  readonly text: string;
  /** What of it is news: an issue is left as it is where this and the title are the same. */
  readonly essence: string;
}

/** What an issue's hidden lines say. */
export interface IssueMark {
  readonly key: string;
  readonly cause: string;
  /** Of what was news. */
  readonly digest: string;
}

const stateSchema = z.strictObject({
  v: z.literal(1),
  cause: z.string().regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/),
  digest: z.string().regex(/^[0-9a-f]{32}$/),
});

/** A hostname has at most 253 characters; more tells nothing apart that anybody wants to tell apart. */
const KEY_LENGTH = 300;

/** GitHub takes titles of 256 characters. */
const TITLE_LENGTH = 250;

/** A key as a mark can hold it, on one line and of a length that fits. */
export function markedKey(key: string): string {
  return shortened(visible(key), KEY_LENGTH);
}

/** An issue's title: no mention or reference is made of a title, so it needs no more than to be one line. */
export function issueTitle({ title }: IssueDraft): string {
  return shortened(visible(title), TITLE_LENGTH);
}

/** The body of an issue: two hidden lines by which it is found again, and what it says. */
export function issueBody(home: IssueHome, digest: string, { key, cause, text }: IssueDraft): string {
  const state = JSON.stringify(stateSchema.parse({ v: 1, cause, digest }));
  const mark = `${beginning(home)}${hiddenWord(markedKey(key))} -->`;
  return `${mark}\n<!-- hostenv-provider:issue:${state} -->\n\n${text}`;
}

function beginning({ topic, provider }: IssueHome): string {
  return `<!-- hostenv-provider:${topic}:${hiddenWord(provider)}:`;
}

/** The mark of an issue's body, null where it has none of this home. Who wrote it, it does not say. */
export function readMark(body: string, home: IssueHome): IssueMark | null {
  // Ours stands in the first two lines; a value further down can't be taken for it.
  const [first = "", second = ""] = body.split("\n", 2).map((line) => line.trimEnd());
  if (!first.startsWith(beginning(home)) || !first.endsWith(" -->")) return null;
  const key = decoded(first.slice(beginning(home).length, -" -->".length));
  if (key === null) return null;
  const found = /^<!-- hostenv-provider:issue:(\{.*\}) -->$/.exec(second)?.[1];
  // Where a person has edited it away, the issue gets it again.
  const { cause, digest } = stateOf(found) ?? { cause: "", digest: "" };
  return { key, cause, digest };
}

function stateOf(text: string | undefined): Omit<IssueMark, "key"> | null {
  try {
    return stateSchema.safeParse(JSON.parse(text ?? "null")).data ?? null;
  } catch {
    return null;
  }
}

function decoded(word: string): string | null {
  try {
    return decodeURIComponent(word);
  } catch {
    return null;
  }
}

/** The label by which a home's issues are found; a comma would part it in a question to GitHub. */
export function issueLabel({ topic, provider }: IssueHome): string {
  return label(topic, provider).replaceAll(",", ";");
}
