import type { SqlDriver } from "@plinth/core";
import type { Engine } from "@plinth/engine";
import type { Context, MiddlewareHandler } from "hono";
import type { AppEnv } from "../context.ts";
import type { Database } from "../database.ts";

/** The request's connection to the built-in data source. */
export function databaseConnection(database: Database): MiddlewareHandler<AppEnv> {
  return (c, next) => {
    const { current } = database;
    if (!current) return connect(c, database, next);
    c.set("driver", current);
    return next();
  };
}

async function connect(c: Context<AppEnv>, database: Database, next: () => Promise<void>): Promise<void> {
  const driver = await database.open();
  c.set("driver", driver);
  await next();
  if (driver.lifetime === "request" && driver.close) c.env.defer(closeAfter(c.get("engine"), driver, c.var.streaming));
}

async function closeAfter(engine: Engine, driver: SqlDriver, streaming: Promise<unknown> | undefined): Promise<void> {
  if (streaming) await streaming;
  await engine.scheduler.currentTick(driver);
  await driver.close?.();
}
