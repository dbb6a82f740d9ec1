import type { SqlDriver } from "@plinth/core";
import type { Engine } from "../kernel/engine.ts";
import { authOf, authOver } from "./auth.ts";
import { clientAddress } from "./client-address.ts";
import { admitSignUp, claimOperator, hasOperator, type IncomingRequest } from "./setup.ts";

/**
 * Answers a sign-up request. The first user becomes the operator, and needs the setup link or must be on this machine.
 * Until then, all others are refused and nothing is written.
 */
export async function signUp(
  engine: Engine,
  driver: SqlDriver,
  request: Request,
  incoming: IncomingRequest & { token: string | undefined; redirect?: string | undefined },
): Promise<Response> {
  const admission = await admitSignUp(engine, driver, incoming);
  const address = clientAddress(engine.config, incoming);
  if (admission === "open") return authOf(engine, driver).handle(request, address, incoming.redirect);
  const claim = authOver(engine, driver, { onUserCreated: claimOperator(engine, driver), ...firstAccount(engine) });
  const answer = await claim.handle(request, address, incoming.redirect);
  // Remembers it outside of the database too.
  if (answer.ok) await hasOperator(engine, driver);
  return answer;
}

/**
 * Where addresses must be confirmed, the setup link vouches for the operator's: mail may not work yet, and nobody else
 * could mend it.
 */
function firstAccount({ config }: Engine) {
  return config.emailVerification === "required" ? ({ emailVerification: "optional", mails: undefined } as const) : {};
}
