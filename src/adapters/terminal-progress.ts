import type { NodeProgress, Progress } from "../ports/people.ts";

const CLEAR_BELOW = "\u001b[0J";
const up = (lines: number) => `\r\u001b[${lines}A`;

/** A terminal that does not tell its size has this one. */
const [COLUMNS, ROWS] = [80, 24];

/**
 * Progress on stderr. On a terminal: a line for each node where something goes on, and one for what goes on besides,
 * which change in place below what stays. Elsewhere: a line for each notice, and for each thing that happens to a node.
 */
export class TerminalProgress implements Progress, NodeProgress {
  private readonly stream: NodeJS.WriteStream;
  private readonly nodes = new Map<string, string>();
  private current = "";
  private drawn = 0;

  constructor(stream: NodeJS.WriteStream) {
    this.stream = stream;
  }

  step(text: string): void {
    this.current = text;
    this.draw();
  }

  notice(text: string): void {
    this.draw(`notice: ${text}\n`);
  }

  at(node: string, text: string): void {
    this.nodes.set(node, text);
    this.draw(this.stream.isTTY ? "" : `${node}: ${text}\n`);
  }

  ended(node: string, text: string): void {
    this.nodes.delete(node);
    this.draw(`${node}: ${text}\n`);
  }

  done(): void {
    this.nodes.clear();
    this.current = "";
    this.draw();
  }

  // One write, or what changes would flicker.
  private draw(above = ""): void {
    const lines = this.stream.isTTY ? this.lines() : [];
    const begin = this.drawn > 0 ? up(this.drawn) + CLEAR_BELOW : "";
    const text = begin + above + lines.map((line) => `${line}\n`).join("");
    this.drawn = lines.length;
    if (text !== "") this.stream.write(text);
  }

  // A line that wraps, or a block higher than the screen, could not be drawn over.
  private lines(): string[] {
    const { columns = COLUMNS, rows = ROWS } = this.stream;
    const width = Math.max(0, ...[...this.nodes.keys()].map((node) => node.length));
    const nodes = [...this.nodes].map(([node, text]) => `${node.padEnd(width)}  ${text} …`);
    const most = Math.max(1, rows - 3);
    const shown = nodes.length <= most ? nodes : [...nodes.slice(0, most - 1), more(nodes.length - most + 1)];
    const all = this.current === "" ? shown : [...shown, `${this.current} …`];
    return all.map((line) => [...line].slice(0, columns - 1).join(""));
  }
}

function more(count: number): string {
  return `and ${count} more nodes`;
}
