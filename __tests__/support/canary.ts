import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join, relative } from "node:path";
import type { Readable, Writable } from "node:stream";
import { gunzipSync } from "node:zlib";
import { root } from "./nix.ts";

/** A place where a secret was found, and in which form. */
export interface Leak {
  readonly where: string;
  readonly secret: string;
  readonly form: string;
}

/** A secret found in what a process shows to everybody (its arguments) or to its user (its variables). */
export interface ProcessLeak extends Leak {
  /** Last part of the program's path. */
  readonly program: string;
  /** Of a variable its name; null for an argument. */
  readonly variable: string | null;
}

/** What was seen of processes while they were watched. */
export interface Watched {
  readonly leaks: readonly ProcessLeak[];
  /** Every program that was seen to start. */
  readonly programs: readonly string[];
}

/** A form of a secret; loose ones are also looked for in a text without blanks and line ends. */
interface Form {
  readonly secret: string;
  readonly form: string;
  readonly text: string;
  readonly isLoose: boolean;
}

/** Shorter parts of a secret may be in a text by chance. */
const SHORTEST = 8;

/** Lines of a PEM file that are the same in all, and the first of a key as OpenSSH writes it, of its type alone. */
const ARMOUR = /^(-----.*-----|b3BlbnNzaC1rZXktdjEA.*)$/;

/**
 * Secrets of a test, to be found wherever they must not be. The forms are made here and not by the code
 * under test, so that what that forgets is found.
 */
export class Canary {
  private readonly forms: readonly Form[];

  /** @param secrets values by what they are called in a leak */
  constructor(secrets: Readonly<Record<string, string>>) {
    const all = Object.entries(secrets).flatMap(([secret, value]) =>
      formsOf(value).map((form) => ({ secret, ...form })),
    );
    this.forms = all.filter(({ text }) => text.length >= SHORTEST);
  }

  /** Every form in a text or file content, one leak for each. */
  inText(where: string, content: string | Uint8Array): Leak[] {
    const text = Buffer.from(content).toString("latin1");
    const [dense, unzipped] = [text.replace(/\s+|\\[nr]/g, ""), gunzipped(content)];
    const found = this.forms.filter(
      (form) => text.includes(form.text) || (form.isLoose && dense.includes(form.text)),
    );
    const here = found.map(({ secret, form }) => ({ where, secret, form }));
    return unzipped ? [...here, ...this.inText(`${where} (gzip)`, unzipped)] : here;
  }

  /** As `inText`, in the names, contents and link targets of all that is below a folder. */
  below(folder: string): Leak[] {
    const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
    return names.flatMap((name) => {
      const path = join(folder, name);
      const where = relative(folder, path);
      return [...this.inText(`name of ${where}`, name), ...this.inText(where, contentOf(path))];
    });
  }

  /** Looks at the arguments and variables of every process that starts from now on, until `stop`. */
  async watch(): Promise<{ stop(): Promise<Watched> }> {
    const child = spawn(process.execPath, [`${root}__tests__/support/canary-sampler.mjs`], {
      env: { PATH: process.env.PATH },
      stdio: ["pipe", "pipe", "inherit"],
    });
    // On its input: there, nobody sees them.
    child.stdin.write(
      `${JSON.stringify(this.forms.map(({ secret, form, text }) => ({ secret, form, text })))}\n`,
    );
    await once(child.stdout, "data");
    return { stop: () => resultOf(child) };
  }
}

async function resultOf(child: ChildProcessByStdio<Writable, Readable, null>): Promise<Watched> {
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
  });
  child.stdin.end();
  await once(child, "close");
  const { leaks, programs } = JSON.parse(text) as { leaks: Omit<ProcessLeak, "where">[]; programs: string[] };
  const where = ({ program, variable }: Omit<ProcessLeak, "where">) =>
    variable === null ? `arguments of ${program}` : `variable ${variable} of ${program}`;
  return { leaks: leaks.map((leak) => ({ where: where(leak), ...leak })), programs };
}

function contentOf(path: string): string | Uint8Array {
  try {
    const found = lstatSync(path);
    if (found.isSymbolicLink()) return readlinkSync(path);
    return found.isFile() ? readFileSync(path) : "";
  } catch (error) {
    // Somebody may be at work there.
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw error;
  }
}

function gunzipped(content: string | Uint8Array): Uint8Array | null {
  if (typeof content === "string" || content[0] !== 0x1f || content[1] !== 0x8b) return null;
  return gunzipSync(content);
}

function formsOf(secret: string): Omit<Form, "secret">[] {
  const lines = secret.split("\n").map((line) => line.trim());
  const shown = lines.filter((line) => line.length >= SHORTEST && !ARMOUR.test(line));
  return [...new Set([secret, secret.trim(), ...shown])].flatMap(encoded);
}

function encoded(piece: string): Omit<Form, "secret">[] {
  const bytes = Buffer.from(piece);
  const [hex, percent] = [bytes.toString("hex"), encodeURIComponent(piece)];
  const all = bytes.toString("hex").replace(/../g, "%$&");
  const json = JSON.stringify(piece).slice(1, -1);
  const exact: Record<string, string> = {
    plain: piece,
    reversed: [...piece].reverse().join(""),
    hex,
    "upper hex": hex.toUpperCase(),
    url: percent,
    "lower url": percent.replace(/%../g, (code) => code.toLowerCase()),
    "every byte as url": all,
    "every byte as upper url": all.toUpperCase(),
    json,
    "json in json": JSON.stringify(json).slice(1, -1),
    html: piece.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;"),
  };
  const loose = Object.fromEntries(
    [0, 1, 2].flatMap((shift) => {
      const text = shifted(bytes, shift);
      return [
        [`base64, shifted by ${shift}`, text.replaceAll("-", "+").replaceAll("_", "/")],
        [`base64url, shifted by ${shift}`, text],
        [`base64 backwards, shifted by ${shift}`, shifted(Buffer.from(bytes).reverse(), shift)],
      ];
    }),
  );
  return [
    { form: "utf-16", text: Buffer.from(piece, "utf16le").toString("latin1"), isLoose: false },
    ...Object.entries(exact).map(([form, text]) => ({ form, text: asBytes(text), isLoose: false })),
    ...Object.entries(loose).map(([form, text]) => ({ form, text, isLoose: true })),
  ];
}

// Content is searched byte by byte, each a letter.
function asBytes(text: string): string {
  return Buffer.from(text).toString("latin1");
}

// What is the same whatever stands around: found by trying two neighbours that have no bit in common.
function shifted(bytes: Buffer, shift: number): string {
  const [left, right] = [0x00, 0xff].map((filling) =>
    Buffer.concat([Buffer.alloc(shift, filling), bytes, Buffer.alloc(3, filling)]).toString("base64url"),
  ) as [string, string];
  const same = [...left].map((letter, index) => letter === right[index]);
  return left.slice(same.indexOf(true), same.lastIndexOf(true) + 1);
}
