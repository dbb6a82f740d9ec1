import type { SqlDriver, SqlQuery } from "@plinth/core";

type ModelRow = Record<string, unknown>;

interface Recorded {
  toSQL(): { sql: string; params: unknown[] };
}

/** The part of a drizzle database that is needed to record a write instead of sending it, and to know its result. */
interface Writes {
  insert(table: object): { values(row: object): Recorded };
  update(table: object): { set(values: object): { where(condition: unknown): Recorded } };
  delete(table: object): { where(condition: unknown): Recorded };
  select(): { from(table: object): { where(condition: unknown): Promise<ModelRow[]> } };
}

/** A write, and the rows as they were before it; of an insert, the new row. */
export interface RowChange {
  readonly kind: "insert" | "update" | "delete";
  readonly table: object;
  readonly rows: readonly ModelRow[];
  /** Of an update. */
  readonly values?: ModelRow;
}

/** Statements that are stored together with a write, or not at all. */
export interface JoinedStatements {
  /** Whether there may be any. */
  concerns(kind: RowChange["kind"], table: object): boolean;
  for(change: RowChange): Promise<SqlQuery[]>;
  /** Those that come before the write. */
  first(change: RowChange): readonly SqlQuery[];
  /**
   * The table whose rows are deleted at once, also in a transaction: anyone who deletes one may do what it stands for, and of
   * two at the same time one alone has deleted it.
   */
  readonly usedOnce: object;
  /** Both are stored. */
  stored(change: RowChange): void;
}

type Perform = (write: Recorded, change: RowChange) => unknown;

/**
 * A drizzle database whose `transaction` collects its writes and sends them as one batch at the end: the driver's only
 * atomic form. Reads inside see the state before it. A sign-up creates a user, an account and a session this way, and
 * hashes its password without an open transaction. A single write with joined statements is a batch too.
 */
export function batchingDatabase(driver: SqlDriver, database: object, joined: JoinedStatements): object {
  const plain = database as Writes;
  const joinedTo = async (change: RowChange) => (joined.concerns(change.kind, change.table) ? joined.for(change) : []);
  const withFirst = (write: Recorded, change: RowChange) => [...joined.first(change), write.toSQL() as SqlQuery];
  const alone = interceptedWrites(plain, async (write, change) => {
    await driver.batch([...withFirst(write, change), ...(await joinedTo(change))]);
    joined.stored(change);
  });
  return extend(database, {
    insert: (table: object) => (joined.concerns("insert", table) ? alone : plain).insert(table),
    update: (table: object) => (joined.concerns("update", table) ? alone : plain).update(table),
    delete: (table: object) => (joined.concerns("delete", table) ? alone : plain).delete(table),
    async transaction<T>(work: (database: object) => Promise<T>): Promise<T> {
      const queries: SqlQuery[] = [];
      const last: Promise<SqlQuery[]>[] = [];
      const changes: RowChange[] = [];
      const collected = interceptedWrites(plain, (write, change) => {
        queries.push(...withFirst(write, change));
        const statements = joinedTo(change);
        // Its failure is awaited below, where the transaction has come to its end.
        statements.catch(() => {});
        last.push(statements);
        changes.push(change);
      });
      const remove = (table: object) => (table === joined.usedOnce ? plain : collected).delete(table);
      const result = await work(extend(database, { ...collected, delete: remove }));
      if (queries.length > 0) await driver.batch([...queries, ...(await Promise.all(last)).flat()]);
      for (const change of changes) joined.stored(change);
      return result;
    },
  });
}

/** The writing methods of a drizzle database, as far as better-auth's adapter uses them. */
function interceptedWrites(database: Writes, perform: Perform) {
  const affected = (table: object, condition: unknown) => database.select().from(table).where(condition);
  return {
    insert: (table: object) => ({
      values: (row: ModelRow) => ({
        async returning() {
          await perform(database.insert(table).values(row), { kind: "insert", table, rows: [row] });
          return [complete(table, row)];
        },
      }),
    }),
    update: (table: object) => ({
      set: (values: ModelRow) => ({
        where: (condition: unknown) =>
          recorded(async () => {
            const rows = await affected(table, condition);
            const write = database.update(table).set(values).where(condition);
            await perform(write, { kind: "update", table, rows, values });
            return rows.map((row) => ({ ...row, ...values }));
          }),
      }),
    }),
    delete: (table: object) => ({
      where: (condition: unknown) =>
        recorded(async () => {
          const rows = await affected(table, condition);
          await perform(database.delete(table).where(condition), { kind: "delete", table, rows });
          return rows;
        }),
    }),
  };
}

/** Like a drizzle statement: awaited it returns its result, with `returning` the rows. */
function recorded(write: () => Promise<ModelRow[]>) {
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
function complete(table: object, row: ModelRow): ModelRow {
  return { ...Object.fromEntries(Object.keys(table).map((column) => [column, null])), ...row };
}
