/**
 * Statements whose rows have taken too many bytes before. Their size is asked for first: a refusal then costs a small
 * answer, instead of the rows.
 */
import type { SqlQuery, SqlRow } from "@plinth/core";
import { PG_OID } from "./pg-values.ts";
import type { PgColumn } from "./postgres-pipeline.ts";

const MAX_STATEMENTS = 1000;
/** Of one character in UTF-8. */
const MOST_BYTES = 4;

export interface RowSizes {
  /** After the rows of the statement took more than its `maxBytes`. */
  remember(query: SqlQuery, columns: readonly PgColumn[]): void;
  /** Whether the rows are known to take more than `maxBytes`; `read` runs a statement that tells their size. */
  areTooLarge(query: SqlQuery, read: (size: SqlQuery) => Promise<SqlRow[]>): Promise<boolean>;
}

export function rowSizes(): RowSizes {
  const statements = new Map<string, readonly PgColumn[]>();
  return {
    remember({ sql }, columns) {
      if (statements.size >= MAX_STATEMENTS) statements.clear();
      statements.set(sql, columns);
    },
    async areTooLarge({ sql, params, maxBytes, caller }, read) {
      const columns = maxBytes === undefined ? undefined : statements.get(sql);
      if (columns === undefined) return false;
      const sizeBy = async (length: Length): Promise<number> => {
        const [row] = await read({ sql: sizeOf(sql, columns, length), params, caller });
        return Number(row!.size);
      };
      // The bytes of a text are known without reading it, where it is stored out of line; its characters are not.
      const bytes = await sizeBy("octet_length");
      if (bytes <= maxBytes! || bytes > maxBytes! * MOST_BYTES) return bytes > maxBytes!;
      return (await sizeBy("length")) > maxBytes!;
    },
  };
}

type Length = "octet_length" | "length";

const TEXTS: ReadonlySet<number> = new Set([PG_OID.text, PG_OID.varchar, PG_OID.bytea]);

/** Values of other types count as they are stored, which is less where they are compressed. */
function sizeOf(sql: string, columns: readonly PgColumn[], length: Length): string {
  const sizes = columns.map(({ name, type }) => {
    const column = `r."${name.replaceAll('"', '""')}"`;
    return `coalesce(${TEXTS.has(type) ? length : "pg_column_size"}(${column}), 0)::bigint`;
  });
  return `select coalesce(sum(${sizes.join(" + ")}), 0)::text as size from (${sql}) r`;
}
