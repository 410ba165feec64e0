import { z } from "zod";
import { HostenvError } from "../errors.ts";
import type { BackupDone } from "../ports/nodes.ts";
import type { Answer, ParseJson } from "./ssh-answers.ts";
import { lastLines } from "./ssh-failures.ts";

// Of restic's list of snapshots, what counts here.
const snapshotsSchema = z.array(z.looseObject({ id: z.string().regex(/^[0-9a-f]{64}$/), time: z.string() }));

type Snapshots = z.infer<typeof snapshotsSchema>;

/**
 * The snapshot that a run of a backup made. Throws HostenvError `backup-missing`, `backup-failed`, and
 * `backup-snapshot` where none is known to be of this run.
 */
export function backupIn(answer: Answer, user: string, asked: string, parse: ParseJson): BackupDone {
  if (answer.one("missing") !== null) throw missing(answer.node, user, asked);
  const unit = answer.one("unit") ?? answer.refuse("it names no unit");
  const journal = answer.bytes("journal")?.toString("utf8") ?? "";
  if (answer.one("failed") !== null) throw failed(answer.node, user, unit, journal);
  const started = Number(answer.one("started")) * 1000;
  const snapshot = newest(answer, started, parse) ?? savedIn(journal);
  if (snapshot === null) throw unknownSnapshot(answer.node, user, unit);
  return { name: unit, snapshot };
}

// Made by this run: not there before, and begun after it. One without the backup's own tag counts only
// where the backup sets none.
function newest(answer: Answer, started: number, parse: ParseJson): string | null {
  const before = new Set(snapshotsIn(answer, "before", parse).map(({ id }) => id));
  for (const word of ["after", "untagged"]) {
    const made = snapshotsIn(answer, word, parse).filter(
      ({ id, time }) => !before.has(id) && Date.parse(time) >= started,
    );
    const [last] = made.sort((left, right) => Date.parse(right.time) - Date.parse(left.time));
    if (last) return last.id;
  }
  return null;
}

// The wrapper may be missing, or fail: its list is empty then, and the journal is asked.
function snapshotsIn(answer: Answer, word: string, parse: ParseJson): Snapshots {
  const bytes = answer.bytes(word);
  if (bytes === null || bytes.length === 0) return [];
  return snapshotsSchema.safeParse(parse(bytes, `the list of snapshots on node '${answer.node}'`)).data ?? [];
}

// What restic says at the end of a backup; the run's own words, so it needs no comparing.
function savedIn(journal: string): string | null {
  return [...journal.matchAll(/^snapshot ([0-9a-f]{8,64}) saved$/gm)].at(-1)?.[1] ?? null;
}

function missing(node: string, user: string, name: string): HostenvError {
  return new HostenvError(
    "backup-missing",
    `'${user}' on node '${node}' has no unit restic-backups-${name}.service, nor one without -migrate`,
    "deploy the environment where it is first, so that it has its backups; or move it without data: --skip-migrations",
  );
}

function failed(node: string, user: string, name: string, journal: string): HostenvError {
  return new HostenvError(
    "backup-failed",
    `the backup '${name}' of '${user}' on node '${node}' failed: ${lastLines(journal) || "it does not say why"}`,
    `nothing was moved; on the node, as that user: journalctl --user -u restic-backups-${name}.service`,
  );
}

function unknownSnapshot(node: string, user: string, name: string): HostenvError {
  return new HostenvError(
    "backup-snapshot",
    `the backup '${name}' of '${user}' on node '${node}' ran, and which snapshot it made is unknown`,
    `nothing was moved; on the node, as that user: ~/.local/bin/restic-${name} snapshots`,
  );
}
