// Compares tables in the pages with tables in the code: every entry is documented, and no removed one is.
import type { Problem } from "./problem.ts";

export type Errors = Record<string, { status: number }>;
export type Settings = Record<string, { description: string; default?: string }>;

interface Row {
  cells: string[];
  line: number;
}

export function checkErrorPage(file: string, page: string, errors: Errors): Problem[] {
  return compare(file, page, Object.keys(errors), "error code", (code, row) => {
    const { status } = errors[code]!;
    return row.cells.includes(String(status)) ? undefined : `${code} has status ${status}, which its row does not say`;
  });
}

export function checkSettingsPage(file: string, page: string, settings: Settings): Problem[] {
  return compare(file, page, Object.keys(settings), "setting", (name, row) => {
    const value = settings[name]!.default;
    return value === undefined || row.cells.some((cell) => cell.includes(`\`${value}\``))
      ? undefined
      : `${name} is \`${value}\` by default, which its row does not say`;
  });
}

/** The rows of the table whose first column has that heading, and names written as code. */
export function checkNamesTable(
  file: string,
  page: string,
  { heading, what }: { heading: string; what: string },
  names: readonly string[],
): Problem[] {
  const [before, table] = page.split(new RegExp(`^(?=\\| ${heading} \\|)`, "m"));
  if (table === undefined) return [{ file, message: `has no table with the column ${heading}` }];
  const above = before!.split("\n").length - 1;
  const rows = rowsByName(table.split("\n\n")[0]!, /^\|\s*`([a-z_-]+)`\s*\|/, above);
  return compare(file, page, names, what, undefined, rows);
}

function compare(
  file: string,
  page: string,
  names: readonly string[],
  what: string,
  checkRow: (name: string, row: Row) => string | undefined = () => undefined,
  rows = rowsByName(page),
): Problem[] {
  const missing = names
    .filter((name) => !rows.has(name))
    .map((name) => ({ file, message: `${what} ${name} has no row` }));
  const present = [...rows].flatMap(([name, row]) => {
    const message = names.includes(name) ? checkRow(name, row) : `${what} ${name} is documented but does not exist`;
    return message ? [{ file, line: row.line, message }] : [];
  });
  return [...missing, ...present];
}

/** Table rows whose first cell is a name in capitals, written as code: `| `NAME` | … |`. */
function rowsByName(page: string, first = /^\|\s*`([A-Z][A-Z0-9_]*)`\s*\|/, above = 0): Map<string, Row> {
  const rows = new Map<string, Row>();
  page.split("\n").forEach((text, i) => {
    const name = text.match(first)?.[1];
    if (name) rows.set(name, { cells: text.split(/(?<!\\)\|/).map((cell) => cell.trim()), line: above + i + 1 });
  });
  return rows;
}
