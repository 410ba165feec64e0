// What steers a workflow or is a secret with one rightful reader, which is not an evaluation.
const DROPPED = new Set([
  ...["GITHUB_TOKEN", "GH_TOKEN", "SSH_KEY", "NIX_SIGNING_KEY", "CF_API_TOKEN", "SOPS_AGE_KEY"],
  ...["GITHUB_OUTPUT", "GITHUB_ENV", "GITHUB_PATH", "GITHUB_STATE", "GITHUB_STEP_SUMMARY"],
]);
const DROPPED_PREFIX = /^(?:INPUT|ACTIONS)_/;

/** The environment of an evaluation: ours without secrets, with Nix's heap held below its cap. */
export function nixEnvironment(ours: NodeJS.ProcessEnv, memoryMib: number): NodeJS.ProcessEnv {
  const kept = Object.entries(ours).filter(([name]) => !DROPPED.has(name) && !DROPPED_PREFIX.test(name));
  // The collector refuses to grow beyond it, so nothing can be taken between two looks at the memory;
  // strings and children of Nix are outside of its heap, so we look all the same.
  return { ...Object.fromEntries(kept), GC_MAXIMUM_HEAP_SIZE: String(Math.floor(memoryMib * 2 ** 20)) };
}
