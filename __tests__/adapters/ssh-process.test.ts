import { spawnSync } from "node:child_process";
import { describe, expect, test } from "@jest/globals";
import { type Ended, runProcess } from "../../src/adapters/ssh-process.ts";
import { until } from "../support/until.ts";

const LIMITS = { env: process.env, seconds: 60, mostBytes: 1000, stop: new AbortController().signal };
const run = (script: string, limits: Partial<Parameters<typeof runProcess>[2]> = {}): Promise<Ended> =>
  runProcess("sh", ["-c", script], { ...LIMITS, ...limits });

// A number that only the processes of one test have in their arguments.
let mark = 7_000_000 + (process.pid % 1_000_000) * 10;
const isRunning = (text: string) => spawnSync("pgrep", ["-f", text]).status === 0;

describe("a program that is started", () => {
  test("says what it says, reads what it is given, and ends as it ends", async () => {
    const { by, exit, stdout, stderr } = await run("cat; echo bad >&2; exit 3", { input: "data" });
    expect({ by, exit, stdout: stdout.toString(), stderr }).toEqual({
      ...{ by: "exit", exit: 3, stdout: "data", stderr: "bad\n" },
    });
    expect((await run("kill -9 $$")).exit).toBe("SIGKILL");
  });

  test("need not read what it is given", async () => {
    expect(await run("exec <&-; exit 0", { input: "x".repeat(2_000_000) })).toMatchObject({
      by: "exit",
      exit: 0,
    });
  });

  test("is ended with all it started when it takes too long", async () => {
    const sleep = `sleep ${++mark}`;
    expect(await run(`${sleep} & ${sleep}`, { seconds: 0.2 })).toMatchObject({ by: "timeout" });
    await until("nobody is left", () => !isRunning(sleep));
  });

  test("is ended when it says too much, and of its complaints the last are kept", async () => {
    expect(await run("yes")).toMatchObject({ by: "output" });
    const { stderr } = await run(
      "i=0; while [ $i -lt 3000 ]; do echo line $i of a long complaint >&2; i=$((i+1)); done",
    );
    expect(stderr.endsWith("line 2999 of a long complaint\n")).toBe(true);
    expect(stderr.length).toBeLessThanOrEqual(65536);
  });

  test("is ended on request, and not started after one", async () => {
    const stop = new AbortController();
    const sleep = `sleep ${++mark}`;
    const ended = run(sleep, { stop: stop.signal });
    await until("it runs", () => isRunning(sleep));
    stop.abort();
    expect(await ended).toMatchObject({ by: "stop" });
    expect(await run(sleep, { stop: stop.signal })).toMatchObject({ by: "stop" });
    expect(isRunning(sleep)).toBe(false);
  });

  test("takes with it who keeps its pipes open, as deploy-rs' waiting ssh does", async () => {
    const sleep = `sleep ${++mark}`;
    expect(await run(`${sleep} & echo done`)).toMatchObject({ by: "exit", exit: 0 });
    await until("nobody is left", () => !isRunning(sleep));
  });

  test("is not waited for through somebody who left its group with its pipes", async () => {
    const sleep = `sleep ${++mark}`;
    const { by, stdout } = await run(`setsid ${sleep} & echo done`);
    expect({ by, stdout: stdout.toString() }).toEqual({ by: "exit", stdout: "done\n" });
    spawnSync("pkill", ["-f", sleep]);
  });

  test("that is not there is an error", async () => {
    await expect(runProcess("/nowhere/ssh", [], LIMITS)).rejects.toThrow(/ENOENT/);
  });
});
