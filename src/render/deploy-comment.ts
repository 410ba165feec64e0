import { z } from "zod";
import type { DeployReport } from "../domain/deploy/report.ts";
import type { Limit } from "./answer.ts";
import {
  type DeployContext,
  environmentTable,
  heading,
  nodeTable,
  resumeLine,
  troubleTable,
  waitingTable,
} from "./deploy-markdown.ts";
import { unreviewedMarkdown } from "./deploy-unreviewed.ts";
import { firstThatFits } from "./fit.ts";
import type { Run } from "./sticky.ts";

/** The most GitHub takes; a plan's comment leaves room for the head of its deploy. */
const GITHUB_LIMIT: Limit = { codePoints: 65_536, bytes: 262_144 };

const count = z.int().nonnegative();
const markSchema = z.strictObject({ v: z.literal(1), run: z.tuple([count, count]).nullable() });

const DEPLOYED = /^<!-- hostenv-provider:deployed:(\{.*\}) -->$/;
const PLAN = "<!-- hostenv-provider:plan-below -->";
const FOLD = "<details><summary>The plan that was reviewed</summary>";
const UNFOLD = "</details>";

/** The run whose deploy a comment tells of; undefined where it tells of none, null where the run is not known. */
export function deployOf(body: string): Run | null | undefined {
  // Ours stands in the first three lines, before anything that a client wrote.
  const found = body.split("\n", 3).map((line) => DEPLOYED.exec(line.trimEnd())?.[1]);
  const text = found.find((each) => each !== undefined);
  if (text === undefined) return undefined;
  const { data } = markSchema.safeParse(parsed(text));
  return data?.run ? { id: data.run[0], attempt: data.run[1] } : null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/**
 * A comment with a deploy in its head and its plan folded below; an earlier deploy's head is replaced. What the
 * comment remembers stays.
 */
export function withDeploy(
  body: string,
  report: DeployReport,
  context: DeployContext,
  run: Run | null,
): string {
  const { hidden, plan } = taken(body);
  const mark = markSchema.parse({ v: 1, run: run && [run.id, run.attempt] });
  const top = [...hidden, `<!-- hostenv-provider:deployed:${JSON.stringify(mark)} -->`].join("\n");
  const bottom = [PLAN, FOLD, "", plan, "", UNFOLD].join("\n");
  const head = deployHead(report, context, roomBeside(`${top}\n\n\n${bottom}`));
  return `${top}\n${head}\n\n${bottom}`;
}

// Hidden lines come first; the rest is the plan, or an earlier deploy with the plan below.
function taken(body: string): { hidden: string[]; plan: string } {
  const lines = body.replaceAll("\r\n", "\n").split("\n");
  const first = lines.findIndex((line) => !line.startsWith("<!-- hostenv-provider:"));
  const end = first < 0 ? lines.length : first;
  const hidden = lines.slice(0, end).filter((line) => !DEPLOYED.test(line));
  const rest = lines.slice(end);
  if (deployOf(body) === undefined) return { hidden, plan: rest.join("\n").trim() };
  const begin = rest.indexOf(PLAN);
  const below = begin < 0 ? [] : rest.slice(begin + 1);
  return {
    hidden,
    plan: below
      .join("\n")
      .replace(FOLD, "")
      .replace(/<\/details>\s*$/, "")
      .trim(),
  };
}

function roomBeside(text: string): Limit {
  return {
    codePoints: GITHUB_LIMIT.codePoints - [...text].length,
    bytes: GITHUB_LIMIT.bytes - new TextEncoder().encode(text).length,
  };
}

const LEVELS = [
  { troubles: 15, subjects: 10, waiting: 15, nodes: 12, environments: 25 },
  { troubles: 5, subjects: 3, waiting: 5, nodes: 5, environments: 5 },
  { troubles: 0, subjects: 0, waiting: 0, nodes: 0, environments: 0 },
] as const;

/** What a pull request is told of the deploy that brought it: what is its own comes first. */
export function deployHead(report: DeployReport, context: DeployContext, limit: Limit): string {
  return firstThatFits(
    LEVELS.map((level) => () => {
      const environments = environmentTable(report, context, level.environments);
      const parts = [
        heading(report, context),
        troubleTable(report, context, level.troubles),
        level.subjects > 0 ? unreviewedMarkdown(report.unreviewed, report.planId, level.subjects) : null,
        waitingTable(report, level.waiting),
        environments,
        level.troubles > 0 ? resumeLine(report) : null,
        nodeTable(report, level.nodes),
      ];
      return parts.filter((part) => part !== null).join("\n\n");
    }),
    limit,
  );
}
