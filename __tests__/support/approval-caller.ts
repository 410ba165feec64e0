import { readFileSync } from "node:fs";
import { parse, parseDocument, type YAMLMap } from "yaml";
import { root } from "./root.ts";
import { type WorkflowFile, type WorkflowJob, workflowOf } from "./workflows.ts";

const PAGE = "docs/workflows.md";

/** The caller deploy.yml with what the docs have users change in it for an approval by type. */
export function approvalCaller(): WorkflowFile {
  const [, told] =
    /### Approval by type[\s\S]*?```yaml\n([\s\S]*?)```/.exec(readFileSync(`${root}${PAGE}`, "utf8")) ?? [];
  if (told === undefined) throw new Error(`${PAGE} tells of no approval by type`);
  const caller = parseDocument(readFileSync(`${root}workflows/deploy.yml`, "utf8"));
  // With its comments, which say to linters what is meant.
  caller.setIn(["jobs", "approved"], (caller.getIn(["jobs", "deploy"]) as YAMLMap).clone());
  const { jobs } = parse(told) as { jobs: Record<string, WorkflowJob> };
  for (const [job, { with: inputs = {}, ...lines }] of Object.entries(jobs)) {
    for (const [name, value] of Object.entries(lines)) caller.setIn(["jobs", job, name], value);
    for (const [name, value] of Object.entries(inputs)) caller.setIn(["jobs", job, "with", name], value);
  }
  return workflowOf("workflows/deploy.yml", caller.toString({ lineWidth: 0 }));
}
