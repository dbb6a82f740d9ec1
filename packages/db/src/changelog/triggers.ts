import type { Collection, SqlQuery } from "@plinth/core";
import { quote, type SqlDialect } from "../compile/dialect.ts";

/** Raised when triggers are written differently, so that existing collections get new ones. */
const FORMAT = 2;

/** What `plinth_collections.logged` says where the triggers are up to date: this, and the definition's version. */
export const LOGGED_PREFIX = `${FORMAT}:`;

export function triggerVersion(collection: Collection): string {
  return `${LOGGED_PREFIX}${collection.version}`;
}

/** Triggers that write the log; part of every batch that makes a table or changes its definition. */
export function createTriggers(dialect: SqlDialect, collection: Collection): SqlQuery[] {
  return dialect.triggers.create(dialect, collection, namesOf(collection)).map(statement);
}

/** Goes before changes of columns, which SQLite refuses while a trigger names them. */
export function dropTriggers(dialect: SqlDialect, collection: Collection): SqlQuery[] {
  return dialect.triggers.drop(collection, namesOf(collection)).map(statement);
}

/** Trigger names are one space for all tables on SQLite. */
function namesOf({ id }: Collection): (suffix: string) => string {
  return (suffix) => quote(`plinth_log_${id.replaceAll("-", "")}_${suffix}`);
}

function statement(sql: string): SqlQuery {
  return { sql, params: [] };
}
