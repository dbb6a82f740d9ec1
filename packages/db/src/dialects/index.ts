import type { SqlDriver } from "@plinth/core";
import type { SqlDialect } from "../compile/dialect.ts";
import { postgres } from "./postgres/postgres.ts";
import { sqlite } from "./sqlite/sqlite.ts";

/** Every dialect that a driver may use: a folder each. */
const DIALECTS = new Map<string, SqlDialect>([sqlite, postgres].map((dialect) => [dialect.name, dialect]));

export function dialectOf({ name, dialect }: Pick<SqlDriver, "name" | "dialect">): SqlDialect {
  const found = DIALECTS.get(dialect);
  if (!found) throw new Error(`The driver ${name} speaks ${dialect}; known are ${[...DIALECTS.keys()].join(", ")}.`);
  return found;
}

/** The name of a driver's database for people. */
export function titleOf(driver: SqlDriver): string {
  return dialectOf(driver).title;
}
