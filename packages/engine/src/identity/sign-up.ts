import type { SqlDriver } from "@plinth/core";
import { refuseOn } from "../commit/commit.ts";
import type { Engine } from "../kernel/engine.ts";
import { authOf, authOver } from "./auth.ts";
import { clientAddress } from "./client-address.ts";
import { acceptance, notOpenAnyMore } from "./open-invitation.ts";
import { admitSignUp, claimOperator, hasOperator, type SignUpAttempt } from "./setup.ts";

/**
 * Answers a sign-up request. The first user becomes the operator, and needs the setup link or must be on this machine.
 * Until then, all others are refused and nothing is written. An invitation is used up in the batch that makes its user.
 */
export async function signUp(
  engine: Engine,
  driver: SqlDriver,
  request: Request,
  attempt: SignUpAttempt,
): Promise<Response> {
  const admission = await admitSignUp(engine, driver, attempt);
  const address = clientAddress(engine.config, attempt);
  if (admission === "open") return authOf(engine, driver).handle(request, address);
  if (admission !== "claim") {
    const now = engine.clock.now();
    const accept = (userId: string) => acceptance(driver, admission, { userId, now, address });
    return authOver(engine, driver, accept).handle(request, address).catch(refuseOn("guard", notOpenAnyMore));
  }
  const answer = await authOver(engine, driver, claimOperator(engine, driver, address)).handle(request, address);
  // Remembers it outside of the database too.
  if (answer.ok) await hasOperator(engine, driver);
  return answer;
}
