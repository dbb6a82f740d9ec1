import type { SqlDriver } from "@plinth/core";
import type { MiddlewareHandler } from "hono";
import type { AppEnv } from "../context.ts";
import type { Database } from "../database.ts";

/** The request's connection to the built-in data source. */
export function connection(database: Database): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const driver = database.current ?? (await database.open());
    c.set("driver", driver);
    await next();
    if (driver.lifetime === "request" && driver.close) c.env.defer(closeAfter(driver, c.var.streaming));
  };
}

async function closeAfter(driver: SqlDriver, streaming: Promise<unknown> | undefined): Promise<void> {
  if (streaming) await streaming;
  await driver.close?.();
}
