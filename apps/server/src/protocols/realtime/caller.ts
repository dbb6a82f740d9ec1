import { variablesOf } from "@plinth/core";
import { grantOf, redeemTicket } from "@plinth/engine";
import type { Context } from "hono";
import type { AppEnv } from "../../context.ts";
import type { Caller } from "./listening.ts";

/** Who listens: by ticket where one is given, otherwise like any caller. */
export async function callerOf(c: Context<AppEnv>, ticket: string | undefined): Promise<Caller> {
  const { scope, engine, driver } = c.var;
  if (ticket === undefined) {
    const credentials = c.get("protocol").credentials(c.req.raw.headers, engine);
    return { scope, grant: await grantOf(scope, credentials) };
  }
  const grant = await redeemTicket(engine, driver, ticket);
  const { principal } = grant;
  const catalog = await engine.catalogs.get(driver, principal.workspaceId);
  return { scope: { ...scope, principal, catalog, variables: variablesOf(principal, scope.now) }, grant };
}
