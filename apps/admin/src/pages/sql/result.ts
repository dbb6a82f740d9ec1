/** What `POST /api/sql` answers. */
export interface SqlResult {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly SqlCell[])[];
  readonly truncated: boolean;
  readonly changes: number;
  readonly ms: number;
}

export type SqlCell = string | number | boolean | null;

/** A file that spreadsheets open (RFC 4180). */
export function csvOf({ columns, rows }: Pick<SqlResult, "columns" | "rows">): string {
  return [columns, ...rows].map((row) => `${row.map(csvCell).join(",")}\r\n`).join("");
}

function csvCell(value: SqlCell): string {
  if (value === null) return "";
  const text = String(value);
  // A spreadsheet would compute it. Exact decimals are texts, and numbers all the same.
  const isFormula = typeof value === "string" && /^[=+\-@\t\r]/.test(text) && !/^[+-]?\d+(\.\d+)?$/.test(text);
  const safe = isFormula ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** The lines of a plan: those of Postgres as they are, those of SQLite indented below what they belong to. */
export function planLines({ columns, rows }: Pick<SqlResult, "columns" | "rows">): string[] {
  const detail = columns.indexOf("detail");
  if (detail < 0) return rows.map((row) => String(row[0] ?? ""));
  const [id, parent] = [columns.indexOf("id"), columns.indexOf("parent")];
  const depths = new Map<SqlCell, number>();
  return rows.map((row) => {
    const depth = (depths.get(row[parent] ?? null) ?? -1) + 1;
    depths.set(row[id] ?? null, depth);
    return `${"  ".repeat(depth)}${row[detail]}`;
  });
}

export interface SqlPlace {
  readonly line: number;
  readonly column: number;
  /** The line of the statement. */
  readonly text: string;
}

/** Where a database found an error; `position` counts characters from 1. */
export function placeIn(sql: string, position: number): SqlPlace {
  const before = sql.slice(0, Math.max(0, position - 1));
  const line = before.split("\n").length;
  return { line, column: before.length - before.lastIndexOf("\n"), text: sql.split("\n")[line - 1] ?? "" };
}

/** The table that a database does not know, by the words of SQLite and of Postgres. */
export function missingTable(message: string): string | undefined {
  return /no such table: (?:main\.)?"?(\w+)"?|relation "(?:\w+\.)?(\w+)" does not exist/
    .exec(message)
    ?.slice(1)
    .find(Boolean);
}

/** A statement with the name of a table at its end; without one, a statement that lists the table. */
export function withName(sql: string, table: string): string {
  return sql.trim() === "" ? `select * from ${table} limit 50` : `${sql.trimEnd()} ${table}`;
}
