// Small helpers to start programs. Nothing here throws: what is absent or fails is a value.

import { spawn } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";

const TEN_MINUTES = 10 * 60 * 1000;

/** Runs a program to its end: `{ code, stdout, stderr }`, code 127 when it cannot be started. */
export function run(command, args, options = {}) {
  return new Promise((done) => {
    const child = spawn(command, args, {
      timeout: TEN_MINUTES,
      ...options,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text) => {
      stderr += text;
    });
    child.on("error", (error) => done({ code: 127, stdout, stderr: stderr + error.message }));
    child.on("close", (code) => done({ code: code ?? 1, stdout, stderr }));
  });
}

/** The first executable file of that name on PATH, or null. */
export function onPath(name) {
  const folders = (process.env.PATH ?? "").split(delimiter).filter(Boolean);
  return folders.map((folder) => join(folder, name)).find(isExecutable) ?? null;
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** The line of a failed run that says most: its first error line, else its last line. */
export function errorLine({ code, stdout, stderr }) {
  const lines = `${stdout}\n${stderr}`.split("\n").map((line) => line.trim());
  const line = lines.find((text) => /^(E:|error:|npm error)/.test(text)) ?? lines.filter(Boolean).at(-1);
  return line?.replace(/\.$/, "") ?? `exit code ${code}`;
}
