import {
  type DataSource,
  DOCUMENT_COLUMN,
  type Field,
  type SchemaEditor,
  type SqlDriver,
  type SqlQuery,
  type TableChange,
} from "@plinth/core";
import { changeLog, type Definitions } from "./changelog/reader.ts";
import { createTriggers, dropTriggers } from "./changelog/triggers.ts";
import { quoted } from "./compile/columns.ts";
import { quote, type SqlDialect } from "./compile/dialect.ts";
import { schemaTimeLimit } from "./compile/isolation.ts";
import { dialectOf } from "./dialects/index.ts";
import { addColumn, changeIndexes, createTable, dropColumn, dropTable } from "./schema/ddl.ts";
import { createTargetTriggers, deletingFields, dropTargetTriggers } from "./schema/target-triggers.ts";
import { type StoreOptions, sqlStore } from "./store.ts";

export interface SqlSourceOptions extends StoreOptions {
  readonly name: string;
  /** The collections that the log covers. */
  readonly definitions: Definitions;
  /** The time limit of a statement that changes tables; by default 10 minutes. */
  readonly schemaTimeoutMs?: number | undefined;
}

/** A data source over any `SqlDriver` whose database holds Plinth's tables for the log. */
export function sqlSource(
  driver: SqlDriver,
  { name, definitions, schemaTimeoutMs, ...options }: SqlSourceOptions,
): DataSource {
  return {
    name,
    store: sqlStore(driver, options),
    schema: schemaEditor(driver, schemaTimeoutMs),
    log: changeLog(driver, definitions),
  };
}

function schemaEditor(driver: SqlDriver, timeoutMs?: number): SchemaEditor {
  const dialect = dialectOf(driver);
  const slow = (statements: readonly SqlQuery[]) => [...schemaTimeLimit(dialect, timeoutMs), ...statements];
  return {
    createTable: (collection, targetOf) => slow(createTable(dialect, collection, targetOf)),
    changeTable: (change) => slow(changeTable(dialect, change)),
    dropTable: (collection) => slow(dropTable(collection)),
    replaceTriggers: (collection) =>
      slow([...dropTriggers(dialect, collection), ...createTriggers(dialect, collection)]),
    async hasLongerText({ table }, at, bytes) {
      const text = "type" in at ? quoted(at) : dialect.jsonAs(quote(DOCUMENT_COLUMN), at, "string");
      const sql = `select 1 as found from ${quote(table)} where ${dialect.byteLength(text)} > ${Number(bytes)} limit 1`;
      const results = await driver.batch(slow([{ sql, params: [] }]));
      return results.at(-1)!.rows.length > 0;
    },
    async run(statements) {
      await driver.batch(statements);
    },
  };
}

function changeTable(dialect: SqlDialect, { before, after, added, dropped = [] }: TableChange) {
  const indexes = changeIndexes(dialect, before, after);
  const deleting = { before: deletingFields(before), after: deletingFields(after) };
  const without = (fields: Field[], others: Field[]) =>
    fields.filter(({ name }) => !others.some((other) => other.name === name));
  return [
    ...indexes.drop,
    ...dropTargetTriggers(dialect, before, without(deleting.before, deleting.after)),
    ...dropTriggers(dialect, before),
    ...(added?.fields ?? []).flatMap((field) => addColumn(dialect, after, field, added!.targetOf)),
    ...dropped.flatMap((field) => dropColumn(before, field)),
    ...(added ? createTargetTriggers(dialect, after, without(deleting.after, deleting.before), added.targetOf) : []),
    ...createTriggers(dialect, after),
    ...indexes.create,
  ];
}
