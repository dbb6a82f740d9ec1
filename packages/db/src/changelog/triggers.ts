import type { Collection, SqlQuery } from "@plinth/core";
import { quote, type SqlDialect } from "../compile/dialect.ts";

/** Raise this when the triggers' SQL changes, so that existing collections get new triggers. */
const FORMAT = 2;

/** The prefix of `plinth_collections.logged` where the triggers are up to date; the definition's version follows. */
export const TRIGGER_VERSION_PREFIX = `${FORMAT}:`;

export function triggerVersion(collection: Collection): string {
  return `${TRIGGER_VERSION_PREFIX}${collection.version}`;
}

/** Triggers that write the log; part of every batch that creates a table or changes its definition. */
export function createTriggers(dialect: SqlDialect, collection: Collection): SqlQuery[] {
  return dialect.triggers.create(dialect, collection, namesOf(collection)).map(statement);
}

/** Must run before changes of columns, which SQLite refuses while a trigger names them. */
export function dropTriggers(dialect: SqlDialect, collection: Collection): SqlQuery[] {
  return dialect.triggers.drop(collection, namesOf(collection)).map(statement);
}

/** On SQLite, trigger names are unique across all tables. */
function namesOf({ id }: Collection): (suffix: string) => string {
  return (suffix) => quote(`plinth_log_${id.replaceAll("-", "")}_${suffix}`);
}

function statement(sql: string): SqlQuery {
  return { sql, params: [] };
}
