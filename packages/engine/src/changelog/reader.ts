import type { ChangeLog, SqlDriver } from "@plinth/core";
import type { Engine } from "../kernel/engine.ts";
import { builtInSource } from "../kernel/sources.ts";

/** The change log of the built-in database, with the collections of the engine's catalogs. */
export function logReader(engine: Engine, driver: SqlDriver): ChangeLog {
  return builtInSource(engine, driver).log;
}
