import type { SqlDriver } from "@plinth/core";
import type { Engine } from "../kernel/engine.ts";
import { authOf, authOver } from "./auth.ts";
import { clientAddress } from "./client-address.ts";
import { admitSignUp, claimOperator, type IncomingRequest } from "./setup.ts";

/**
 * Answers a sign-up request. The very first makes the operator, and only for who holds the setup link or sits at this
 * machine; while there is none, everyone else is refused and nothing is written.
 */
export async function signUp(
  engine: Engine,
  driver: SqlDriver,
  request: Request,
  incoming: IncomingRequest & { token: string | undefined },
): Promise<Response> {
  const admission = await admitSignUp(engine, driver, incoming);
  const auth = admission === "open" ? authOf(engine, driver) : authOver(engine, driver, claimOperator(engine, driver));
  return auth.handle(request, clientAddress(engine.config, incoming));
}
