/** A JSON document as files and stdout get it. */
export function document(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
