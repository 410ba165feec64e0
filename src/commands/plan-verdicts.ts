import { MEMORY, parseMemory } from "../domain/dns/memory.ts";
import type { Report } from "../domain/report.ts";
import { HostenvError } from "../errors.ts";
import type { Files } from "../ports/files.ts";
import type { Progress } from "../ports/people.ts";

interface VerdictPorts {
  readonly files: Files;
  readonly progress: Progress;
  readonly directory: string;
  readonly generated: string;
}

/** The report with what DNS last said of hostnames that come, go, or whose environment changes. */
export async function withVerdicts(report: Report, ports: VerdictPorts): Promise<Report> {
  const { hostnames, placements = [] } = report;
  const told = new Set([...hostnames.added, ...hostnames.removed]);
  const changing = new Set(placements.map(({ unit }) => unit));
  const remembered = Object.entries(await rememberedIn(ports));
  const gate = remembered
    .filter(([hostname, { environment }]) => told.has(hostname) || changing.has(environment))
    .map(([hostname, { verdict, reason, since }]) => ({ hostname, verdict, reason, since }));
  return { ...report, gate };
}

// People only read it here: a plan needs no memory.
async function rememberedIn({ files, progress, directory, generated }: VerdictPorts) {
  const name = `${generated}/${MEMORY}`;
  try {
    const json = await files.readJsonIfThere(`${directory}/${name}`, name);
    return json === null ? {} : parseMemory(json, name).hostnames;
  } catch (error) {
    if (!(error instanceof HostenvError)) throw error;
    progress.notice(`the last DNS verdicts can't be read: ${error.message}`);
    return {};
  }
}
