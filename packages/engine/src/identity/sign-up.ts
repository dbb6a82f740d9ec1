import type { SqlDriver } from "@plinth/core";
import type { Engine } from "../kernel/engine.ts";
import { authOf, authOver } from "./auth.ts";
import { clientAddress } from "./client-address.ts";
import { admitSignUp, claimOperator, type IncomingRequest } from "./setup.ts";

/**
 * Answers a sign-up request. The first user becomes the operator, and needs the setup link or must be on this machine.
 * Until then, all others are refused and nothing is written.
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
