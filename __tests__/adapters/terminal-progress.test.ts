import { expect, test } from "@jest/globals";
import { TerminalProgress } from "../../src/adapters/terminal-progress.ts";

function stream(isTTY: boolean) {
  const written: string[] = [];
  const fake = { isTTY, write: (text: string) => written.push(text) > 0 } as unknown as NodeJS.WriteStream;
  return { fake, text: () => written.join("") };
}

test("draws one changing line on a terminal and wipes it", () => {
  const { fake, text } = stream(true);
  const progress = new TerminalProgress(fake);
  progress.step("evaluating");
  progress.notice("careful");
  progress.done();
  expect(text().replaceAll("\r\u001b[2K", "|")).toBe("|evaluating …|notice: careful\n|evaluating …|");
});

test("writes notices only where there is no terminal", () => {
  const { fake, text } = stream(false);
  const progress = new TerminalProgress(fake);
  progress.step("evaluating");
  progress.notice("careful");
  progress.done();
  expect(text()).toBe("notice: careful\n");
});
