/** Rows as lines of equally wide columns, two spaces apart. */
export function aligned(rows: readonly (readonly string[])[]): string[] {
  const columns = rows[0]?.length ?? 0;
  const widths = Array.from({ length: columns }, (_, column) => widest(rows, column));
  return rows.map((row) => {
    let line = "";
    for (let column = 0; column < columns - 1; column++)
      line += `${(row[column] ?? "").padEnd(widths[column] as number)}  `;
    return (line + (row[columns - 1] ?? "")).trimEnd();
  });
}

function widest(rows: readonly (readonly string[])[], column: number): number {
  let width = 0;
  for (const row of rows) width = Math.max(width, row[column]?.length ?? 0);
  return width;
}
