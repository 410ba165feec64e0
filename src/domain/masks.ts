/**
 * Characters of the shortest text that is masked: as long as the shortest password people take for one. Shorter
 * ones, such as a line `}` or the last of a key's lines, are everywhere in a log, which would be spoiled, and
 * every hole would tell where they stand.
 */
export const SHORTEST_MASK = 8;

/** Columns at which base64 is broken into lines: by coreutils and MIME, and by PEM. */
const WRAPS = [76, 64];

// Says only what kind of key it is, in many a log.
const ARMOUR = /^-----(?:BEGIN|END) [A-Z0-9 ]+-----$/;

/**
 * Texts that show a secret, the longest first: its lines without blanks around them, and it as a whole in base64
 * (at each of the three places a byte can have in it, also in lines), base64url, URL encoding and JSON. A text of
 * several lines is not among them: a log is searched line by line, and GitHub's runner would mask its short lines.
 */
export function maskedForms(secret: string): string[] {
  const whole = secret.trim();
  const lines = whole.split(/[\r\n]+/).map((line) => line.trim());
  const shown = lines.filter((line) => !ARMOUR.test(line));
  const base64 = inBase64(whole);
  const others = [...shown, whole].flatMap((text) => [inUrl(text), inJson(text)]);
  const all = [...shown, ...base64, ...base64.map(urlSafe), ...others];
  const forms = all.filter((form) => form.length >= SHORTEST_MASK);
  return [...new Set(forms)].sort((left, right) => right.length - left.length);
}

/** A function that takes every form of the secrets out of a text. */
export function redaction(secrets: readonly string[]): (text: string) => string {
  const forms = [...new Set(secrets.flatMap(maskedForms))].sort((left, right) => right.length - left.length);
  return (text) => forms.reduce((rest, form) => rest.replaceAll(form, "«redacted»"), text);
}

function inBase64(text: string): string[] {
  const bytes = Buffer.from(text);
  const whole = bytes.toString("base64");
  const unpadded = whole.replace(/=+$/, "");
  const places = [0, 1, 2].map((place) => inner(bytes, place));
  return [whole, unpadded, ...places, ...WRAPS.flatMap((columns) => inLines(unpadded, columns))];
}

// Only letters that no neighbour has a part in: what stands around a secret is not known.
function inner(bytes: Buffer, place: number): string {
  const text = Buffer.concat([Buffer.alloc(place), bytes]).toString("base64");
  return text.slice(Math.ceil((place * 8) / 6), Math.floor(((place + bytes.length) * 8) / 6));
}

function inLines(text: string, columns: number): string[] {
  return text.length > columns ? (text.match(new RegExp(`.{1,${columns}}`, "g")) ?? []) : [];
}

function urlSafe(base64: string): string {
  return base64.replaceAll("+", "-").replaceAll("/", "_");
}

// By way of bytes, since half of a surrogate pair has no form.
function inUrl(text: string): string {
  return encodeURIComponent(Buffer.from(text).toString());
}

function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
