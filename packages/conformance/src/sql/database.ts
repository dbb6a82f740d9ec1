/** The cases' view of a driver, without the differences of the two dialects. */
import type { SqlDriver, SqlQuery, SqlResult, SqlRow, SqlValue } from "@plinth/core";

export type ColumnType = "int" | "float" | "text" | "bool" | "bytes" | "json" | "decimal" | "time" | "date" | "uuid";

const TYPES = {
  sqlite: {
    int: "integer",
    float: "real",
    text: "text",
    bool: "integer",
    bytes: "blob",
    json: "text",
    decimal: "text",
    time: "text",
    date: "text",
    uuid: "text",
  },
  postgres: {
    int: "bigint",
    float: "double precision",
    text: "text",
    bool: "boolean",
    bytes: "bytea",
    json: "jsonb",
    decimal: "numeric",
    time: "timestamptz",
    date: "date",
    uuid: "uuid",
  },
} as const satisfies Record<string, Record<ColumnType, string>>;

export type DialectName = keyof typeof TYPES;

export type SqlStatement = readonly [sql: string, ...params: SqlValue[]];

export interface TestDatabase {
  readonly driver: SqlDriver;
  all(...statement: SqlStatement): Promise<SqlRow[]>;
  run(...statement: SqlStatement): Promise<SqlResult>;
  batch(statements: readonly SqlStatement[]): Promise<SqlResult[]>;
  /** The statement in the driver's dialect. */
  query(...statement: SqlStatement): SqlQuery;
  type(name: ColumnType): string;
  /** A parameter of a column's type: JSON needs a cast on Postgres, as the compiler writes it. */
  parameter(name: ColumnType): string;
  /** Creates a table and returns its name; `$` in the columns is replaced by the name. */
  table(columns: string): Promise<string>;
  /** A name that no other case uses. */
  name(stem: string): string;
}

let count = 0;

export function databaseOf(driver: SqlDriver, dialect: DialectName): TestDatabase & { clean(): Promise<void> } {
  const tables: string[] = [];
  const query = (sql: string, ...params: SqlValue[]): SqlQuery => {
    let position = 0;
    const text = dialect === "postgres" ? sql.replace(/\?/g, () => `$${++position}`) : sql;
    return { sql: text, params };
  };
  // Random, since several runs may share one server.
  const name = (stem: string) => `${stem}_${++count}_${Math.random().toString(36).slice(2, 8)}`;
  return {
    driver,
    query,
    name,
    all: async (...statement) => driver.all(query(...statement)),
    run: (...statement) => driver.run(query(...statement)),
    batch: (statements) => driver.batch(statements.map((statement) => query(...statement))),
    type: (type) => TYPES[dialect][type],
    parameter: (type) => (type === "json" && dialect === "postgres" ? "?::text::jsonb" : "?"),
    async table(columns) {
      const made = name("t");
      await driver.run({ sql: `create table ${made} (${columns.replaceAll("$", made)})`, params: [] });
      tables.push(made);
      return made;
    },
    async clean() {
      for (const table of tables.reverse()) {
        await driver.run({ sql: `drop table if exists ${table}`, params: [] }).catch(() => {});
      }
    },
  };
}
