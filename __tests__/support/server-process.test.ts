import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { ServerProcess } from "./server-process.ts";

const SERVER = "sleep 600 & echo child $!; wait";

/** The number after a word in a log. */
function pidIn(log: string, word: string): number {
  return Number(new RegExp(`${word} (\\d+)`).exec(log)?.[1]);
}

// A process that nobody has reaped yet does nothing any more.
function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

async function gone(pid: number): Promise<void> {
  while (isAlive(pid)) await new Promise((done) => setTimeout(done, 50));
}

test("stop() ends a server and what it started", async () => {
  const server = await ServerProcess.start("sh", ["-c", SERVER], ({ log }) => /child \d/.test(log));
  const child = pidIn(server.log, "child");
  expect([isAlive(server.pid), isAlive(child)]).toEqual([true, true]);
  await server.stop();
  await gone(child);
  expect(isAlive(server.pid)).toBe(false);
  await server.stop();
});

test("a server that ends before it is ready, or does not exist, is told with its log", async () => {
  const never = () => false;
  const start = (program: string, args: string[]) => ServerProcess.start(program, args, never);
  await expect(start("sh", ["-c", "echo port taken; exit 3"])).rejects.toThrow(/port taken\s+ended with 3/);
  await expect(start("/no/such/server", [])).rejects.toThrow("No such file");
});

test("a server dies with the process that started it, even by SIGKILL", async () => {
  const module = new URL("./server-process.ts", import.meta.url);
  const code = `
    import { ServerProcess } from "${module}";
    const server = await ServerProcess.start("sleep", ["600"], () => true);
    process.stdout.write("server " + server.pid + " ");`;
  const starter = spawn(process.execPath, ["--input-type=module", "-e", code], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const said = await new Promise<string>((done) => starter.stdout.once("data", (text) => done(String(text))));
  const server = pidIn(said, "server");
  expect(isAlive(server)).toBe(true);
  starter.kill("SIGKILL");
  await gone(server);
});
