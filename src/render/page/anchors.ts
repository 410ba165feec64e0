import { type Html, html } from "./html.ts";

/** The id of an environment's place in a page: the same in every page, fit for an address as it is. */
export function environmentAnchor(name: string): string {
  return `env-${addressed(name)}`;
}

/** The id of a node's place in a page. */
export function nodeAnchor(name: string): string {
  return `node-${addressed(name)}`;
}

/** A name as a part of an id and of an address. Different names stay different. */
export function addressed(name: string): string {
  // A tilde does nothing but enclose a number.
  return name.replace(
    /[^A-Za-z0-9._-]/gu,
    (character) => `~${(character.codePointAt(0) as number).toString(16)}~`,
  );
}

/** A name as a link to its place in the page. */
export function linked(anchor: string, name: string): Html {
  return html`<a href="#${anchor}"><code>${name}</code></a>`;
}
