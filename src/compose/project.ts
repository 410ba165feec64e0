import { GitBranches } from "../adapters/git-branches.ts";
import { GitTrees } from "../adapters/git-trees.ts";
import { projectPropose, projectProposeInputs } from "../commands/project-propose.ts";
import type { Answer } from "../render/answer.ts";
import { projectProposeAnswer } from "../render/project-answer.ts";
import { type Call, checked, files, onGithub, progress, snapshotFolder } from "./call.ts";
import { committer } from "./snapshot.ts";

/** Runs `project propose`. */
export async function composedProjectPropose(call: Call): Promise<Answer> {
  const inputs = checked("project propose", projectProposeInputs, call.options);
  const generated = snapshotFolder();
  const { client, owner, repo } = await onGithub(undefined, call.secrets);
  const { GithubProposals } = await import("../adapters/github-proposals.ts");
  const ended = await projectPropose(inputs, {
    branches: new GitBranches(call.directory, generated, committer()),
    proposals: new GithubProposals(client, owner, repo),
    files,
    progress,
    generated,
    provider: await new GitTrees(call.directory, generated).folder(),
  });
  return projectProposeAnswer(ended);
}
