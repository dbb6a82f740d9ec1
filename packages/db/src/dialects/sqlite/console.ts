import type { ConsoleRows, ConsoleStatement, SqlDriver } from "@plinth/core";
import { consoleFailure, noConsole, sqlError, tableRefused } from "../../compile/console-error.ts";
import { firstWord, singleStatement } from "../../compile/console-text.ts";

const READS = new Set(["select", "values", "with"]);
const WRITES = new Set([...READS, "insert", "update", "delete", "replace"]);

/**
 * What a statement cannot reach without its name in the text: SQLite has one spelling of a name, and makes none of a value. These are
 * Plinth's own tables, SQLite's, and functions that read or write files and settings.
 */
const OUT_OF_REACH = /plinth_\w*|sqlite_\w*|pragma_\w*|dbstat|load_extension|readfile|writefile|fts3_tokenizer/i;

/**
 * The driver opens a connection of its own that cannot write. What is left to refuse is what no connection refuses: other files, other
 * kinds of statements, and the tables with secrets.
 */
export async function sqliteConsole(driver: SqlDriver, statement: ConsoleStatement): Promise<ConsoleRows> {
  if (!driver.console) throw noConsole(driver.name, "no statement of the console can be stopped here");
  const sql = singleStatement(statement.sql);
  if (sql === undefined) throw sqlError("One statement at a time.");
  const word = firstWord(sql);
  const allowed = statement.writes ? WRITES : READS;
  if (!allowed.has(word)) {
    const more = WRITES.has(word) ? 'send "mode": "write"' : `a statement begins with ${[...allowed].join(", ")}`;
    throw sqlError(`${word ? word.toUpperCase() : "This"} is not allowed here: ${more}.`);
  }
  const name = OUT_OF_REACH.exec(sql)?.[0];
  if (name !== undefined) throw tableRefused(name);
  const run = statement.explain ? `explain query plan ${sql}` : sql;
  return driver.console({ ...statement, sql: run }).catch((error: unknown) => {
    throw consoleFailure(error, statement);
  });
}
