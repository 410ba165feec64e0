import { visible } from "../escape.ts";

/** Characters from here on are mostly twice as wide as Latin ones. */
const WIDE_FROM = 0x1100;

/** A name in at most so many letters of equal width, for a picture. */
export function fitted(name: string, letters: number): string {
  let room = letters;
  const points = [...visible(name)];
  const over = points.findIndex((point) => {
    room -= (point.codePointAt(0) as number) >= WIDE_FROM ? 2 : 1;
    return room < 0;
  });
  return over < 0 ? points.join("") : `${points.slice(0, Math.max(0, over - 1)).join("")}…`;
}
