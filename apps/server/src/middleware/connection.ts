import { type Platform, type SqlDriver, uuidv7 } from "@plinth/core";
import type { Engine } from "@plinth/engine";
import type { MiddlewareHandler } from "hono";
import type { AppEnv } from "../context.ts";
import type { Database } from "../database.ts";

/** First of all: the request's id, its connection to the built-in data source, and what the app shares. */
export function connection(platform: Platform, engine: Engine, database: Database): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const requestId = uuidv7(platform.clock.now());
    c.set("requestId", requestId);
    c.set("platform", platform);
    c.set("engine", engine);
    const driver = database.current ?? (await database.open());
    c.set("driver", driver);
    await next();
    c.res.headers.set("x-request-id", requestId);
    if (driver.lifetime === "request" && driver.close) c.env.defer(closeAfter(driver, c.var.streaming));
  };
}

async function closeAfter(driver: SqlDriver, streaming: Promise<unknown> | undefined): Promise<void> {
  if (streaming) await streaming;
  await driver.close?.();
}
