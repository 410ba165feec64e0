import type { Report } from "../domain/report.ts";
import { code } from "./escape.ts";
import { environmentAnchor, nodeAnchor } from "./page/anchors.ts";
import { viewOf } from "./page/plan-view.ts";
import { pageName } from "./sticky.ts";

/** Where readers of a comment find the whole report. */
export interface ReportPlaces {
  /** Where the report's page opens. */
  readonly reportUrl?: string;
  /** Where the page's file can be fetched, if it opens nowhere. */
  readonly artifactsUrl?: string;
}

/** Leads to the whole report, in these words; null where its place is not known. */
export function fullReport(
  words: string,
  { reportUrl, artifactsUrl }: ReportPlaces,
  provider: string,
): string | null {
  if (reportUrl) return `[${words}](${destination(reportUrl)})`;
  if (artifactsUrl) return `[${words}](${destination(artifactsUrl)}): ${code(pageName(provider), "text")}`;
  return null;
}

/** How names are shown in Markdown: each as it is given or, where the page opens, as a link to its place there. */
export interface NameLinks {
  environment(name: string, shown: string): string;
  node(name: string, shown: string): string;
}

/** Links to places that the report's page has. */
export function nameLinks(report: Report, { reportUrl }: ReportPlaces): NameLinks {
  if (!reportUrl) return { environment: (_, shown) => shown, node: (_, shown) => shown };
  const { environments, nodes } = viewOf(report);
  const page = destination(reportUrl).replace(/#.*$/, "");
  const link = (shown: string, anchor: string) => `[${shown}](${page}#${anchor})`;
  return {
    environment: (name, shown) => (environments.has(name) ? link(shown, environmentAnchor(name)) : shown),
    node: (name, shown) => (nodes.has(name) ? link(shown, nodeAnchor(name)) : shown),
  };
}

// What would end a link or a table's cell.
function destination(url: string): string {
  return new URL(url).href.replace(
    /[()<>|\\\s]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
  );
}
