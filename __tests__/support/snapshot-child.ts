// A process that works on a snapshot and may be killed: FOLDER and then
//   write LETTER  once, as a run does     loop  A and B in turn, for ever
//   recover       as a run that reads     race LETTER  line by line from stdin: lock, then write
//   drop LETTER   as `write`, without the rights of root
//   gate TEXT     as the DNS gate does: one file, which no plan writes
import { createInterface } from "node:readline";
import { DiskSnapshot } from "../../src/adapters/disk-snapshot.ts";
import { explained } from "../../src/errors.ts";
import { setOf } from "./snapshot-sets.ts";

const [directory, what, letter = ""] = process.argv.slice(2) as [string, string, string?];
const snapshot = new DiskSnapshot(directory, "generated");

async function write(which: string): Promise<void> {
  await snapshot.lock();
  try {
    await snapshot.recover();
    await snapshot.write(setOf(which));
  } finally {
    await snapshot.unlock();
  }
}

async function race(): Promise<void> {
  const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
  process.stdout.write("ready\n");
  await lines.next();
  await snapshot.lock();
  process.stdout.write("locked\n");
  await lines.next();
  await snapshot.write(setOf(letter));
  await snapshot.unlock();
  process.exit(0);
}

async function loop(): Promise<never> {
  process.stdout.write("ready\n");
  for (;;) for (const each of ["A", "B"]) await write(each);
}

async function gate(): Promise<void> {
  await snapshot.lock();
  try {
    await snapshot.recover();
    await snapshot.replace("dns-gate.json", letter);
  } finally {
    await snapshot.unlock();
  }
}

const works: Record<string, () => Promise<unknown>> = {
  write: () => write(letter),
  recover: () => snapshot.recover(),
  gate,
  loop,
  race,
  drop: () => {
    if (process.getuid?.() === 0) process.seteuid?.(65_534);
    return write(letter);
  },
};

try {
  await works[what]?.();
} catch (error) {
  const { code, message, hint } = explained(error);
  process.stderr.write(`${code}: ${message}\n${hint}\n`);
  process.exit(3);
}
