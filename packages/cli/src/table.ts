/** Rows of texts in columns. Nothing is cut: the end of a reason, a link or a key is often what helps. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows].map((row) => row.map(printable));
  const widths = head.map((_, i) => Math.max(...all.map((row) => row[i]!.length)));
  const lines = all.map((row) =>
    row
      .map((text, i) => (i === row.length - 1 ? text : text.padEnd(widths[i]!)))
      .join("  ")
      .trimEnd(),
  );
  return `${lines.join("\n")}\n`;
}

/** Text from a file or a server must not control the terminal. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}+/gu, " ");
}

/** The same for a text of several lines. */
export function printableLines(text: string): string {
  return text.split("\n").map(printable).join("\n");
}

/** Objects as rows, of which these keys are shown. */
export function objectTable(columns: readonly string[], rows: readonly Readonly<Record<string, unknown>>[]): string {
  const texts = rows.map((row) => columns.map((column) => cellText(row[column])));
  return table(columns, texts);
}

export function cellText(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (Array.isArray(value)) return value.map((one) => cellText(one)).join(",");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
