/** A cell by its place. */
export interface Cell {
  readonly row: number;
  readonly column: number;
}

/** The cells between two corners, both included. */
export interface Block {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

export const blockOf = (anchor: Cell, head: Cell): Block => ({
  top: Math.min(anchor.row, head.row),
  bottom: Math.max(anchor.row, head.row),
  left: Math.min(anchor.column, head.column),
  right: Math.max(anchor.column, head.column),
});

export const isWithin = ({ top, bottom, left, right }: Block, { row, column }: Cell): boolean =>
  row >= top && row <= bottom && column >= left && column <= right;

export interface GridSize {
  readonly rows: number;
  readonly columns: number;
  /** Rows of a screen. */
  readonly page: number;
}

export interface Key {
  readonly key: string;
  readonly shift: boolean;
  readonly mod: boolean;
}

/** Where a key leads, as in a spreadsheet; `undefined`: it moves nothing. */
export function moveCell({ row, column }: Cell, { key, shift, mod }: Key, size: GridSize): Cell | undefined {
  const [lastRow, lastColumn] = [size.rows - 1, size.columns - 1];
  const target = ((): Cell | undefined => {
    switch (key) {
      case "ArrowDown":
        return { row: mod ? lastRow : row + 1, column };
      case "ArrowUp":
        return { row: mod ? 0 : row - 1, column };
      case "ArrowRight":
        return { row, column: mod ? lastColumn : column + 1 };
      case "ArrowLeft":
        return { row, column: mod ? 0 : column - 1 };
      case "PageDown":
        return { row: row + size.page, column };
      case "PageUp":
        return { row: row - size.page, column };
      case "Home":
        return { row: mod ? 0 : row, column: 0 };
      case "End":
        return { row: mod ? lastRow : row, column: lastColumn };
      case "Tab":
        return wrapped({ row, column: column + (shift ? -1 : 1) }, size);
      default:
        return undefined;
    }
  })();
  return target && { row: clamp(target.row, lastRow), column: clamp(target.column, lastColumn) };
}

/** Tab goes on in the next row; at both ends of the grid it leaves it. */
function wrapped({ row, column }: Cell, { rows, columns }: GridSize): Cell | undefined {
  if (column < 0) return row > 0 ? { row: row - 1, column: columns - 1 } : undefined;
  if (column >= columns) return row < rows - 1 ? { row: row + 1, column: 0 } : undefined;
  return { row, column };
}

const clamp = (value: number, last: number): number => Math.max(0, Math.min(last, value));

/** Tabs between cells, lines between rows; quotes where a cell has either, as spreadsheets copy it. */
export function writeTsv(rows: readonly (readonly string[])[]): string {
  const cell = (text: string) => (/[\t\n\r"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return rows.map((row) => row.map(cell).join("\t")).join("\n");
}

export function readTsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let at = 0;
  const end = text.replace(/\r?\n$/, "").length;
  while (at <= end) {
    const { cell, next } = text[at] === '"' ? quotedCell(text, at, end) : plainCell(text, at, end);
    row.push(cell);
    if (text[next] === "\t" && next < end) {
      at = next + 1;
      continue;
    }
    rows.push(row);
    row = [];
    at = (text[next] === "\r" && text[next + 1] === "\n" ? next + 1 : next) + 1;
    if (next >= end) break;
  }
  return rows;
}

function plainCell(text: string, from: number, end: number): { cell: string; next: number } {
  let next = from;
  while (next < end && text[next] !== "\t" && text[next] !== "\n" && text[next] !== "\r") next++;
  return { cell: text.slice(from, next), next };
}

/** A quote within a cell is doubled. A cell that only begins with a quote is taken as it is. */
function quotedCell(text: string, from: number, end: number): { cell: string; next: number } {
  let cell = "";
  let at = from + 1;
  while (at < end) {
    if (text[at] !== '"') cell += text[at];
    else if (text[at + 1] === '"' && at + 1 < end) {
      cell += '"';
      at++;
    } else {
      const next = at + 1;
      return next >= end || /[\t\r\n]/.test(text[next]!) ? { cell, next } : plainCell(text, from, end);
    }
    at++;
  }
  return plainCell(text, from, end);
}
