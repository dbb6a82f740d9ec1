import { isUuid, PlinthError } from "@plinth/core";
import { decodeCursor, encodeCursor } from "../read/cursor.ts";

/** The requested page of a list. */
export interface PageQuery {
  readonly limit: number;
  /** The `next_cursor` of the page before; absent or empty: the first page. */
  readonly cursor?: string | undefined;
}

/** A page of a list that is read by cursor. */
export interface CursorPage<T> {
  data: T[];
  has_more: boolean;
  /** For the page after this one. */
  next_cursor: string | null;
}

/** The id after which a page begins. Undefined: it is the first one. */
export function idInCursor(cursor: string | undefined, sort: string): string | undefined {
  if (!cursor) return undefined;
  const [id] = decodeCursor(cursor, sort);
  if (!isUuid(id)) throw new PlinthError("INVALID_CURSOR", undefined, { field: "cursor" });
  return id;
}

/** The page of a list in the order of ids, of which one row more than the limit was read. */
export function pageById<Row extends { readonly id: string }, T>(
  found: readonly Row[],
  limit: number,
  sort: string,
  describe: (row: Row) => T,
): CursorPage<T> {
  const rows = found.slice(0, limit);
  const last = found.length > limit ? rows.at(-1) : undefined;
  return {
    data: rows.map(describe),
    has_more: last !== undefined,
    next_cursor: last ? encodeCursor(sort, [last.id]) : null,
  };
}
