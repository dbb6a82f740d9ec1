import type { SqlDriver, SqlQuery } from "@plinth/core";

type Row = Record<string, unknown>;

interface Recorded {
  toSQL(): { sql: string; params: unknown[] };
}

/** The part of a drizzle database that is needed to record a write instead of sending it, and to know its result. */
interface Writes {
  insert(table: object): { values(row: object): Recorded };
  update(table: object): { set(values: object): { where(condition: unknown): Recorded } };
  delete(table: object): { where(condition: unknown): Recorded };
  select(): { from(table: object): { where(condition: unknown): Promise<Row[]> } };
}

/**
 * A drizzle database whose `transaction` collects its writes and sends them as one batch at the end: the driver's only
 * atomic form. Reads inside see the state before it. A sign-up creates a user, an account and a session this way, and
 * hashes its password without an open transaction.
 */
export function batchingDatabase(
  driver: SqlDriver,
  database: object,
  onInsert: (table: object, row: Row) => Promise<SqlQuery[]>,
): object {
  return extend(database, {
    async transaction<T>(work: (database: object) => Promise<T>): Promise<T> {
      const queries: SqlQuery[] = [];
      const joined: Promise<SqlQuery[]>[] = [];
      const result = await work(
        extend(
          database,
          recordingWrites(
            database as Writes,
            (write) => queries.push(write.toSQL() as SqlQuery),
            (table, row) => joined.push(onInsert(table, row)),
          ),
        ),
      );
      if (queries.length > 0) await driver.batch([...queries, ...(await Promise.all(joined)).flat()]);
      return result;
    },
  });
}

/** The writing methods of a drizzle database, as far as better-auth's adapter uses them. */
function recordingWrites(
  database: Writes,
  record: (write: Recorded) => void,
  onInsert: (table: object, row: Row) => void,
) {
  const affected = (table: object, condition: unknown) => database.select().from(table).where(condition);
  return {
    insert: (table: object) => ({
      values: (row: Row) => ({
        async returning() {
          record(database.insert(table).values(row));
          onInsert(table, row);
          return [complete(table, row)];
        },
      }),
    }),
    update: (table: object) => ({
      set: (values: Row) => ({
        where: (condition: unknown) =>
          recorded(async () => {
            const rows = await affected(table, condition);
            record(database.update(table).set(values).where(condition));
            return rows.map((row) => ({ ...row, ...values }));
          }),
      }),
    }),
    delete: (table: object) => ({
      where: (condition: unknown) =>
        recorded(async () => {
          const rows = await affected(table, condition);
          record(database.delete(table).where(condition));
          return rows;
        }),
    }),
  };
}

/** Like a drizzle statement: awaited it returns its result, with `returning` the rows. */
function recorded(write: () => Promise<Row[]>) {
  return {
    returning: write,
    // biome-ignore lint/suspicious/noThenProperty: a drizzle statement is a thenable too
    then: <T>(done: (result: { rowsAffected: number }) => T, failed: (error: unknown) => T) =>
      write()
        .then((rows) => ({ rowsAffected: rows.length }))
        .then(done, failed),
  };
}

function extend(database: object, methods: Record<string, unknown>): object {
  return Object.assign(Object.create(database), methods);
}

/** The row as the database will store it: omitted columns are null. */
function complete(table: object, row: Row): Row {
  return { ...Object.fromEntries(Object.keys(table).map((column) => [column, null])), ...row };
}
