// Looks at the arguments and variables of every process that starts, until its input ends; see canary.ts.
// A process of a few milliseconds may be missed: a test that needs it seen lets it wait.
import { readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { createInterface } from "node:readline";

const INTERVAL_MS = 5;

const input = createInterface({ input: process.stdin });
const forms = JSON.parse((await input[Symbol.asyncIterator]().next()).value);

const read = (pid, file) => {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "latin1");
  } catch {
    return "";
  }
};
// A number is given again: with when it began it is one process.
const idOf = (pid) => {
  const stat = read(pid, "stat");
  return `${pid} ${stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]}`;
};
const pids = () => readdirSync("/proc").filter((name) => /^\d+$/.test(name));

const before = new Set(pids().map(idOf));
const leaks = new Map();
const programs = new Set();
const seen = new Set();

function look() {
  for (const pid of pids()) {
    const id = idOf(pid);
    if (Number(pid) === process.pid || before.has(id)) continue;
    const words = read(pid, "cmdline");
    const [argument0, ...rest] = words.split("\0");
    // What a process is changes with what it runs alone.
    if (!argument0 || seen.has(`${id} ${words}`)) continue;
    const variables = read(pid, "environ").split("\0");
    // Between the two looks it may have become the program that it was started for: it is looked at again then.
    const later = read(pid, "cmdline");
    if (later !== "" && later !== words) continue;
    seen.add(`${id} ${words}`);
    const program = basename(argument0);
    programs.add(program);
    note(program, null, [argument0, ...rest].join(" "));
    for (const entry of variables) {
      const at = entry.indexOf("=");
      note(program, entry.slice(0, at), entry.slice(at + 1));
    }
  }
}

function note(program, variable, text) {
  for (const { secret, form, text: wanted } of forms) {
    if (!text.includes(wanted)) continue;
    const leak = { secret, form, program, variable };
    leaks.set(JSON.stringify(leak), leak);
  }
}

const timer = setInterval(look, INTERVAL_MS);
process.stdout.write("\n");
input.on("close", () => {
  clearInterval(timer);
  look();
  process.stdout.write(JSON.stringify({ leaks: [...leaks.values()], programs: [...programs] }));
});
process.stdin.resume();
