import { realpathSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import type { GateFileInputs } from "../commands/dns-gate-files.ts";
import { MEMORY } from "../domain/dns/memory.ts";
import { UsageError } from "../errors.ts";

/**
 * The files that are meant. The snapshot's own memory is no memory of its own, by whatever path: writing it takes the
 * snapshot's lock. Throws UsageError where the output is a file that the gate reads.
 */
export function gatePaths(given: GateFileInputs, snapshot: string): GateFileInputs {
  const { plan, output } = given;
  const [ownPlan, ownMemory] = [join(snapshot, "plan.json"), join(snapshot, MEMORY)];
  const memory = isSame(given.memory, ownMemory) ? undefined : given.memory;
  // With TLS off in the plan itself, nobody would know what was wanted.
  if (isSame(output, plan) || isSame(output, ownPlan))
    refuse(output, "the plan itself", "plan.json says what is wanted, and only plan writes it");
  if (isSame(output, memory) || isSame(output, ownMemory))
    refuse(output, "the memory", "it says what was found, and is no plan");
  return { plan, output, memory };
}

function refuse(output: string | undefined, what: string, why: string): never {
  throw new UsageError(`--output '${output}' is ${what}`, `name another file: ${why}`);
}

function isSame(left: string | undefined, right: string | undefined): boolean {
  return left !== undefined && right !== undefined && real(left) === real(right);
}

// A file that is not there yet may be in a folder that is reached in two ways.
function real(path: string): string {
  const whole = resolve(path);
  try {
    return realpathSync(whole);
  } catch {
    const folder = dirname(whole);
    return folder === whole ? whole : join(real(folder), basename(whole));
  }
}
