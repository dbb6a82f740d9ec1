/**
 * What every `SqlDriver` must do. An adapter's test opens, runs this and closes.
 *
 * @example
 * sqlDriverSuite({ test, open: () => bunSqlite({ path }) });
 */
import type { SqlDriver } from "@plinth/core";
import { type Case, registerCases, type Test, withSkips } from "./case.ts";
import { atomicityCases } from "./sql/atomicity.ts";
import { connectionCases } from "./sql/connection.ts";
import { type DialectName, databaseOf } from "./sql/database.ts";
import { errorCases } from "./sql/errors.ts";
import type { SqlCase } from "./sql/sql-case.ts";
import { statementCases } from "./sql/statements.ts";
import { valueCases } from "./sql/values.ts";

export interface SqlDriverOptions {
  /** A driver on the database under test: called for each case, and may return the same one each time. */
  open(): SqlDriver | Promise<SqlDriver>;
  /** After each case; the default closes the driver. */
  close?(driver: SqlDriver): void | Promise<void>;
  /** A second, independent handle on the same database; it is closed after its case. */
  openAnother?(): SqlDriver | Promise<SqlDriver>;
  /** A driver of its own for the case that closes it. */
  openToClose?(): SqlDriver | Promise<SqlDriver>;
  /** Cuts every connection of the driver. */
  breakConnection?(): Promise<void>;
  /** Names of cases with the reason why they do not apply here. */
  skip?: Readonly<Record<string, string>>;
  /** The driver's declared dialect; known before it is opened. */
  dialect: DialectName;
}

export interface SqlDriverSuiteOptions extends SqlDriverOptions {
  test: Test;
}

const CASES = [...atomicityCases, ...valueCases, ...errorCases, ...statementCases, ...connectionCases];

export function sqlDriverSuite(options: SqlDriverSuiteOptions): void {
  registerCases(options.test, sqlDriverCases(options));
}

export function sqlDriverCases(options: SqlDriverOptions): Case[] {
  const cases = CASES.map((one): Case => {
    const skipped = whyNot(one, options);
    return { name: one.name, run: () => runCase(one, options), ...(skipped !== undefined && { skipped }) };
  });
  return withSkips(cases, options.skip);
}

function whyNot(one: SqlCase, options: SqlDriverOptions): string | undefined {
  if (one.another && !options.openAnother) return "there is only one handle on this database";
  if (one.breaks && !options.breakConnection) return "there is no connection to lose";
  if (one.closes && !options.openToClose) return "there is nothing to close";
  if (one.dialect && one.dialect !== options.dialect) return `only for ${one.dialect}`;
  return undefined;
}

async function runCase(one: SqlCase, options: SqlDriverOptions): Promise<void> {
  if (one.closes) return void (await one.run(databaseOf(await options.openToClose!(), options.dialect)));
  const driver = await options.open();
  if (driver.dialect !== options.dialect) throw new Error("the driver announces something else than its test");
  const another = one.another ? await options.openAnother!() : undefined;
  const db = databaseOf(driver, options.dialect);
  try {
    await one.run(db, another && databaseOf(another, options.dialect), options.breakConnection);
  } finally {
    await db.clean();
    await another?.close?.();
    await (options.close ? options.close(driver) : driver.close?.());
  }
}
