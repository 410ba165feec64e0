import { describe, expect, test } from "@jest/globals";
import { TerminalProgress } from "../../src/adapters/terminal-progress.ts";

/** What a person sees on a terminal after all was written: lines that scrolled away first. */
function screen(text: string): string[] {
  const lines = [""];
  let at = 0;
  for (const part of text.replaceAll("\u001b", "⎋").split(/(⎋\[\d+A|⎋\[0J|\r|\n)/)) {
    const moved = /⎋\[(\d+)A/.exec(part)?.[1];
    if (moved !== undefined) at -= Number(moved);
    else if (part === "⎋[0J") lines.splice(at, lines.length, "");
    else if (part === "\n") lines[++at] ??= "";
    else if (part !== "\r") lines[at] += part;
  }
  expect(at).toBeGreaterThanOrEqual(0);
  return lines.filter((line) => line !== "");
}

function terminal(more: Partial<NodeJS.WriteStream> = {}) {
  const written: string[] = [];
  const stream = { isTTY: true, columns: 60, rows: 10, write: (text: string) => written.push(text), ...more };
  return {
    progress: new TerminalProgress(stream as never),
    seen: () => screen(written.join("")),
    written,
  };
}

describe("on a terminal", () => {
  test("what goes on has one line that changes, below notices, and is wiped at last", () => {
    const { progress, seen } = terminal();
    progress.step("evaluating");
    progress.notice("careful");
    progress.step("building");
    expect(seen()).toEqual(["notice: careful", "building …"]);
    progress.done();
    progress.done();
    expect(seen()).toEqual(["notice: careful"]);
  });

  test("each node has one, below what is over", () => {
    const { progress, seen } = terminal();
    progress.step("building");
    progress.at("node-a", "copying");
    progress.at("node-bb", "copying");
    progress.at("node-a", "activating the system");
    expect(seen()).toEqual(["node-a   activating the system …", "node-bb  copying …", "building …"]);
    progress.ended("node-bb", "ok in 12 s");
    progress.notice("careful");
    expect(seen()).toEqual([
      "node-bb: ok in 12 s",
      "notice: careful",
      "node-a  activating the system …",
      "building …",
    ]);
    progress.done();
    expect(seen()).toEqual(["node-bb: ok in 12 s", "notice: careful"]);
  });

  test("no line wraps, and no more are drawn than fit", () => {
    const { progress, seen } = terminal({ columns: 20, rows: 7 });
    progress.step("a very long step besides");
    for (let count = 1; count <= 9; count++) progress.at(`node-${count}`, "a very long step of a deploy");
    const lines = seen();
    expect(lines).toHaveLength(5);
    expect(lines[3]).toBe("and 6 more nodes");
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(20);
  });

  test("one that does not tell its size is taken for a small one", () => {
    const { progress, seen } = terminal({ columns: undefined as never, rows: undefined as never });
    for (let count = 1; count <= 40; count++) progress.at(`node-${count}`, "x".repeat(200));
    expect(seen()).toHaveLength(21);
    expect(seen()[0]).toHaveLength(79);
  });
});

test("elsewhere notices and what happens to nodes are lines, without any control character", () => {
  const { progress, written } = terminal({ isTTY: false });
  progress.step("evaluating");
  progress.notice("careful");
  progress.at("node-a", "copying");
  progress.at("node-a", "activating");
  progress.ended("node-a", "ok");
  progress.done();
  expect(written).toEqual(["notice: careful\n", "node-a: copying\n", "node-a: activating\n", "node-a: ok\n"]);
});
