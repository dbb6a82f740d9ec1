import { type Principal, variablesOf } from "@plinth/core";
import { clientNetwork, grantOf, redeemTicket } from "@plinth/engine";
import type { Context } from "hono";
import type { AppEnv } from "../../context.ts";
import { incomingRequestOf } from "../../incoming-request.ts";
import type { StreamCaller } from "./subscription.ts";

/** The subscriber: by ticket if there is one, otherwise like any caller. */
export async function streamCallerOf(c: Context<AppEnv>, ticket: string | undefined): Promise<StreamCaller> {
  const { ctx, engine, driver } = c.env;
  if (ticket === undefined) return { ctx, grant: await grantOf(ctx) };
  const grant = await redeemTicket(engine, driver, ticket, c.env.clientAddress);
  const { principal } = grant;
  const catalog = await engine.catalogs.get(driver, principal.workspaceId);
  // Also where the request is refused: it is this catalog that may not be the current one.
  c.env.ctx = { ...ctx, principal, catalog, variables: variablesOf(principal, ctx.now) };
  return { ctx: c.env.ctx, grant };
}

/** Where a caller without credentials is, if the host knows it. */
export function addressOf(c: Context<AppEnv>, { kind }: Principal): string | undefined {
  return kind === "anonymous" ? clientNetwork(c.env.platform.config, incomingRequestOf(c)) : undefined;
}
