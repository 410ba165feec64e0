import type { HostReport } from "../../domain/deploy/report.ts";
import { duration, profileWord } from "../deploy-words.ts";
import { counted } from "../words.ts";
import { lookOf } from "./deploy-looks.ts";
import { fitted } from "./fitted.ts";
import { type Html, html } from "./html.ts";

const [LEFT, WIDTH, ROW, TOP] = [230, 820, 30, 30];

/** More nodes than these are told by the tables alone. */
const DRAWN = 150;

/** Letters of a node's name that fit beside its bar. */
const LETTERS = 26;

/** When each wave began and how long each profile took, as a picture. */
export function timeline(hosts: readonly HostReport[]): Html | null {
  const came = hosts.filter(({ result }) => result !== "skipped");
  if (came.length === 0 || hosts.length > DRAWN) return null;
  const starts = startsOf(hosts);
  const total = Math.max(...hosts.map((host) => (starts.get(host.wave) ?? 0) + host.seconds), 1);
  const at = (seconds: number) => LEFT + (seconds / total) * WIDTH;
  const height = TOP + hosts.length * ROW + 8;
  const rows = hosts.map((host, index) => bar(host, starts.get(host.wave) ?? 0, TOP + index * ROW, at));
  const label = `${counted(hosts.length, "node")} in ${counted(starts.size, "wave")}, ${duration(total)} in all`;
  return html`<figure class="map">
<div class="wide" tabindex="0" role="region" aria-label="Timeline">
<svg viewBox="0 0 ${LEFT + WIDTH + 20} ${height}" width="${LEFT + WIDTH + 20}" height="${height}" role="img" aria-label="${label}">
${[...starts].filter(([wave]) => came.some((host) => host.wave === wave)).map(([wave, start]) => waveMark(wave, at(start), height))}
${rows}</svg>
</div>
<figcaption>Each bar is a node, each piece a profile or, last, the checks; waves come one after the other.</figcaption>
</figure>
`;
}

// A wave begins when the slowest node of the one before it has ended.
function startsOf(hosts: readonly HostReport[]): Map<number, number> {
  const waves = [...new Set(hosts.map(({ wave }) => wave))].sort((left, right) => left - right);
  let start = 0;
  return new Map(
    waves.map((wave) => {
      const began = start;
      start += Math.max(...hosts.filter((host) => host.wave === wave).map(({ seconds }) => seconds));
      return [wave, began];
    }),
  );
}

function waveMark(wave: number, x: number, height: number): Html {
  return html`<line class="rule" x1="${x}" y1="22" x2="${x}" y2="${height}"/><text class="wave" x="${x + 4}" y="18">wave ${wave}</text>
`;
}

function bar(host: HostReport, start: number, y: number, at: (seconds: number) => number): Html {
  let begun = start;
  const pieces = host.profiles
    .filter(({ seconds }) => seconds > 0)
    .map(({ profile, result, seconds }) => {
      const [from, to] = [at(begun), at(begun + seconds)];
      begun += seconds;
      return piece(from, to, y, lookOf(result), `${profile}: ${profileWord(result)}, ${duration(seconds)}`);
    });
  const rest = start + host.seconds - begun;
  const checks =
    rest > 0 ? piece(at(begun), at(begun + rest), y, "rest", `checks and all else: ${duration(rest)}`) : null;
  return html`<text class="name" x="12" y="${y + 17}">${fitted(host.host, LETTERS)}</text>${pieces}${checks}
`;
}

function piece(from: number, to: number, y: number, look: string, title: string): Html {
  const width = Math.max(1, to - from - 1);
  return html`<rect class="piece ${look}" x="${from.toFixed(1)}" y="${y + 4}" width="${width.toFixed(1)}" height="18" rx="2"><title>${title}</title></rect>`;
}
