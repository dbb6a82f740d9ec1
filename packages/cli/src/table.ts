/** Rows of texts in columns; the last one is cut to the width. */
export function table(head: readonly string[], rows: readonly (readonly string[])[], width = 120): string {
  const all = [head, ...rows].map((row) => row.map(plain));
  const widths = head.map((_, i) => Math.max(...all.map((row) => row[i]!.length)));
  const lines = all.map((row) => {
    const line = row
      .map((text, i) => (i === row.length - 1 ? text : text.padEnd(widths[i]!)))
      .join("  ")
      .trimEnd();
    return line.length > width ? `${line.slice(0, width - 1)}…` : line;
  });
  return `${lines.join("\n")}\n`;
}

/** Text from a file must not control the terminal. */
function plain(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  return text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, " ");
}

/** Objects as rows, of which these keys are shown. Nothing is cut: part of a link or a key is of no use. */
export function objectTable(columns: readonly string[], rows: readonly Readonly<Record<string, unknown>>[]): string {
  const texts = rows.map((row) => columns.map((column) => cellText(row[column])));
  return table(columns, texts, Number.POSITIVE_INFINITY);
}

export function cellText(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (Array.isArray(value)) return value.map((one) => cellText(one)).join(",");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
