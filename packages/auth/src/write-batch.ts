import { PlinthError, type SqlDriver, type SqlQuery } from "@plinth/core";

/** What is needed of a drizzle database to record an insert instead of sending it. */
interface Inserts {
  insert(table: object): { values(row: object): { toSQL(): { sql: string; params: unknown[] } } };
}

/**
 * A drizzle database whose `transaction` collects the inserts made in it and sends them as one batch at the end: the
 * driver's only atomic form. Reads inside see what was there before. A sign-up makes a user, an account and a session
 * this way, and hashes its password without holding anything open.
 */
export function batchingDatabase(
  driver: SqlDriver,
  database: object,
  onInsert: (table: object, row: Record<string, unknown>) => SqlQuery[],
): object {
  return extend(database, {
    async transaction<T>(work: (database: object) => Promise<T>): Promise<T> {
      const inserts: SqlQuery[] = [];
      const joined: SqlQuery[] = [];
      const insert = (table: object) => ({
        values: (row: Record<string, unknown>) => ({
          async returning() {
            inserts.push((database as Inserts).insert(table).values(row).toSQL() as SqlQuery);
            joined.push(...onInsert(table, row));
            return [complete(table, row)];
          },
        }),
      });
      const result = await work(extend(database, { insert, update: refuse("update"), delete: refuse("delete") }));
      if (inserts.length > 0) await driver.batch([...inserts, ...joined]);
      return result;
    },
  });
}

function extend(database: object, methods: Record<string, unknown>): object {
  return Object.assign(Object.create(database), methods);
}

/** The row as the database will hold it: columns that were left out are null. */
function complete(table: object, row: Record<string, unknown>): Record<string, unknown> {
  return { ...Object.fromEntries(Object.keys(table).map((column) => [column, null])), ...row };
}

function refuse(verb: string) {
  return () => {
    throw new PlinthError("UNSUPPORTED_BY_ADAPTER", `A sign-up cannot ${verb} rows within its transaction.`);
  };
}
