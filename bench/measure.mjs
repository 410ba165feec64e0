// Time and peak memory of a command with all its children.
import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

const SAMPLE_MS = 15;

/** Runs a command to its end: `{ seconds, peakMiB }`. Output goes to nowhere; a wrong exit code throws. */
export async function measure(program, args, { env = process.env, cwd, expected = [0] } = {}) {
  const started = performance.now();
  const child = spawn(program, args, { env, cwd, stdio: ["ignore", "ignore", "pipe"] });
  let stderr = "";
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  const peaks = new Map();
  const timer = setInterval(() => sample(child.pid, peaks), SAMPLE_MS);
  const code = await new Promise((resolve, reject) => child.once("error", reject).once("close", resolve));
  clearInterval(timer);
  if (!expected.includes(code)) throw new Error(`${program} ${args.join(" ")} ended with ${code}: ${stderr}`);
  const peakKiB = [...peaks.values()].reduce((sum, peak) => sum + peak, 0);
  return { seconds: (performance.now() - started) / 1000, peakMiB: peakKiB / 1024 };
}

// The kernel keeps each process's high-water mark; their sum is at least what was needed at once.
function sample(pid, peaks) {
  for (const each of withDescendants(pid)) {
    const mark = /VmHWM:\s+(\d+)/.exec(read(`/proc/${each}/status`))?.[1];
    if (mark) peaks.set(each, Math.max(Number(mark), peaks.get(each) ?? 0));
  }
}

function withDescendants(pid) {
  const children = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => read(`/proc/${name}/stat`).split(") ")[1]?.split(" ")[1] === String(pid));
  return [pid, ...children.flatMap((child) => withDescendants(Number(child)))];
}

function read(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

/** The middle value. */
export function median(values) {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Runs several commands in turns, so that noise meets all of them: medians by name. */
export async function compare(commands, rounds) {
  const runs = Object.fromEntries(Object.keys(commands).map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, command] of Object.entries(commands)) runs[name].push(await command());
  }
  return Object.fromEntries(
    Object.entries(runs).map(([name, list]) => [
      name,
      {
        seconds: median(list.map(({ seconds }) => seconds)),
        peakMiB: median(list.map(({ peakMiB }) => peakMiB)),
      },
    ]),
  );
}
