import type { SqlDialectName, SqlDriver } from "@plinth/core";
import type { SqlDialect } from "../compile/dialect.ts";
import { postgres } from "./postgres/postgres.ts";
import { sqlite } from "./sqlite/sqlite.ts";

/** Every dialect that a driver may speak: a folder each. */
const DIALECTS: Record<SqlDialectName, SqlDialect> = { sqlite, postgres };

export function dialectOf({ dialect }: Pick<SqlDriver, "dialect">): SqlDialect {
  return DIALECTS[dialect];
}
