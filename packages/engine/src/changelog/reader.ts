import type { ChangeLog, SqlDriver } from "@plinth/core";
import type { Engine } from "../kernel/engine.ts";
import { builtInSource } from "../kernel/sources.ts";

/** The change log of the built-in database, with collections as the engine's catalogs know them. */
export function logReader(engine: Engine, driver: SqlDriver): ChangeLog {
  return builtInSource(engine, driver).log;
}
