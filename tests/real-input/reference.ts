import type { Json, JsonObject } from "@plinth/core";

/** Answers worked out from the file itself: nothing in here comes from Plinth but the type of JSON. */

type Order = [name: string, direction: "asc" | "desc"];

/** Rows with their texts in code points and their nulls as the smallest. */
export function sorted(rows: readonly JsonObject[], ...orders: readonly Order[]): JsonObject[] {
  return [...rows].sort((a, b) => {
    for (const [name, direction] of orders) {
      const order = compare(a[name] ?? null, b[name] ?? null);
      if (order !== 0) return direction === "asc" ? order : -order;
    }
    return 0;
  });
}

function compare(a: Json, b: Json): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? -1 : 1;
  if (typeof a === "number" && typeof b === "number") return a - b;
  const [x, y] = [[...String(a)], [...String(b)]];
  const i = x.findIndex((letter, at) => letter !== y[at]);
  if (i < 0) return x.length - y.length;
  return i >= y.length ? 1 : x[i]!.codePointAt(0)! - y[i]!.codePointAt(0)!;
}

/** These columns of the rows, as lists that can be compared. */
export function pick(rows: readonly JsonObject[], ...names: readonly string[]): Json[][] {
  return rows.map((row) => names.map((name) => row[name] ?? null));
}

export const asciiFold = (text: string): string => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

/** RFC 4180, as far as `airports.csv` goes. */
export function parseCsv(text: string): Record<string, string>[] {
  const [header, ...lines] = text.trim().split(/\r?\n/);
  const names = cells(header!);
  return lines.map((line) => {
    const values = cells(line);
    return Object.fromEntries(names.map((name, i) => [name, values[i]!]));
  });
}

function cells(line: string): string[] {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) =>
    quoted === undefined ? plain! : quoted.replaceAll('""', '"'),
  );
}
