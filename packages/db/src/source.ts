import { type DataSource, DOCUMENT_COLUMN, type SchemaEditor, type SqlDriver, type TableChange } from "@plinth/core";
import { changeLog, type Definitions } from "./changelog/reader.ts";
import { createTriggers, dropTriggers } from "./changelog/triggers.ts";
import { quoted } from "./compile/columns.ts";
import { quote, type SqlDialect } from "./compile/dialect.ts";
import { dialectOf } from "./dialects/index.ts";
import { addColumn, changeIndexes, createTable, dropColumn, dropTable } from "./schema/ddl.ts";
import { type StoreOptions, sqlStore } from "./store.ts";

export interface SqlSourceOptions extends StoreOptions {
  readonly name: string;
  /** The collections that the log covers. */
  readonly definitions: Definitions;
}

/** A data source over any `SqlDriver` whose database holds Plinth's tables for the log. */
export function sqlSource(driver: SqlDriver, { name, definitions, ...options }: SqlSourceOptions): DataSource {
  return {
    name,
    store: sqlStore(driver, options),
    schema: schemaEditor(driver),
    log: changeLog(driver, definitions),
  };
}

function schemaEditor(driver: SqlDriver): SchemaEditor {
  const dialect = dialectOf(driver);
  return {
    createTable: (collection, targetOf) => createTable(dialect, collection, targetOf),
    changeTable: (change) => changeTable(dialect, change),
    dropTable,
    replaceTriggers: (collection) => [...dropTriggers(dialect, collection), ...createTriggers(dialect, collection)],
    async hasLongerText({ table }, at, bytes) {
      const text = "type" in at ? quoted(at) : dialect.jsonAs(quote(DOCUMENT_COLUMN), at, "string");
      const sql = `select 1 as found from ${quote(table)} where ${dialect.byteLength(text)} > ${Number(bytes)} limit 1`;
      return (await driver.all({ sql, params: [] })).length > 0;
    },
    async run(statements) {
      await driver.batch(statements);
    },
  };
}

function changeTable(dialect: SqlDialect, { before, after, added, dropped = [] }: TableChange) {
  const indexes = changeIndexes(dialect, before, after);
  return [
    ...indexes.drop,
    ...dropTriggers(dialect, before),
    ...(added?.fields ?? []).flatMap((field) => addColumn(dialect, after, field, added!.targetOf)),
    ...dropped.flatMap((field) => dropColumn(before, field)),
    ...createTriggers(dialect, after),
    ...indexes.create,
  ];
}
