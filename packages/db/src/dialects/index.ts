import type { SqlDriver } from "@plinth/core";
import type { SqlDialect } from "../compile/dialect.ts";
import { postgres } from "./postgres/postgres.ts";
import { sqlite } from "./sqlite/sqlite.ts";

/** Every dialect that a driver may speak: a folder each. */
const DIALECTS = new Map<string, SqlDialect>([sqlite, postgres].map((dialect) => [dialect.name, dialect]));

export function dialectOf({ name, dialect }: Pick<SqlDriver, "name" | "dialect">): SqlDialect {
  const found = DIALECTS.get(dialect);
  if (!found) throw new Error(`The driver ${name} speaks ${dialect}; known are ${[...DIALECTS.keys()].join(", ")}.`);
  return found;
}

/** What to call a driver's database before people. */
export function titleOf(driver: SqlDriver): string {
  return dialectOf(driver).title;
}
