import type { Progress } from "../ports.ts";

const CLEAR_LINE = "\r\u001b[2K";

/** Progress on stderr: one line that changes on a terminal; elsewhere notices only. */
export class TerminalProgress implements Progress {
  private readonly stream: NodeJS.WriteStream;
  private current = "";

  constructor(stream: NodeJS.WriteStream) {
    this.stream = stream;
  }

  step(text: string): void {
    if (!this.stream.isTTY) return;
    this.current = text;
    this.stream.write(`${CLEAR_LINE}${text} …`);
  }

  notice(text: string): void {
    const running = this.current;
    this.done();
    this.stream.write(`notice: ${text}\n`);
    if (running !== "") this.step(running);
  }

  done(): void {
    if (this.current !== "") this.stream.write(CLEAR_LINE);
    this.current = "";
  }
}
