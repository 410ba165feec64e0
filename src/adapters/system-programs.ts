import { execFile } from "node:child_process";
import { withoutSecrets } from "../domain/environment.ts";
import { HostenvError } from "../errors.ts";
import type { Programs } from "../ports/machine.ts";

/** Seconds until a program must have told its version. */
const SECONDS = 20;
const MOST_BYTES = 2 ** 16;

// ssh alone wants it so, and tells it on stderr.
const FLAGS: Readonly<Record<string, string>> = { ssh: "-V" };

/** Programs on PATH, started without any secret. */
export class SystemPrograms implements Programs {
  version(program: string): Promise<string | null> {
    const options = { env: withoutSecrets(process.env), timeout: SECONDS * 1000, maxBuffer: MOST_BYTES };
    return new Promise((resolve, reject) => {
      const args = [FLAGS[program] ?? "--version"];
      const child = execFile(program, args, options, (error, stdout, stderr) => {
        if (error?.code === "ENOENT") resolve(null);
        else if (error) reject(failed(program, error));
        else resolve(firstLine(`${stdout}\n${stderr}`));
      });
      child.stdin?.end();
    });
  }
}

function firstLine(text: string): string {
  return text.trim().split("\n", 1)[0] as string;
}

// Its message quotes the command line and what was printed: a program's own words, of which one line is enough.
function failed(program: string, { code, signal }: { code?: unknown; signal?: unknown }): HostenvError {
  const how = signal ? `was ended after ${SECONDS} s` : `ends with ${code}`;
  return new HostenvError(
    "program-failed",
    `'${program}' does not tell its version: it ${how}`,
    `run it yourself: ${program} ${FLAGS[program] ?? "--version"}`,
  );
}
