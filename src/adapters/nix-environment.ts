import { withoutSecrets } from "../domain/environment.ts";

/** The environment of an evaluation: ours without secrets, with Nix's heap held below its cap. */
export function nixEnvironment(ours: NodeJS.ProcessEnv, memoryMib: number): NodeJS.ProcessEnv {
  // The collector refuses to grow beyond it, so nothing can be taken between two looks at the memory;
  // strings and children of Nix are outside of its heap, so we look all the same.
  return { ...withoutSecrets(ours), GC_MAXIMUM_HEAP_SIZE: String(Math.floor(memoryMib * 2 ** 20)) };
}
