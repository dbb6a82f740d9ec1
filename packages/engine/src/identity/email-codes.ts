import { type LimitPolicy, PlinthError, type SqlDriver } from "@plinth/core";
import type { Engine } from "../kernel/engine.ts";
import { authOf } from "./auth.ts";
import { clientAddress } from "./client-address.ts";
import type { PoolRequest } from "./incoming-request.ts";
import { sharedLimiter } from "./limits/index.ts";

/** As many as are sent: see `MOST_AN_HOUR` of the outbox. Each has few tries, so this bounds the guesses of an account. */
const CODES: LimitPolicy = { name: "email-code", max: 5, windowMs: 3_600_000 };

/**
 * Sends a code, with or without an account. Undefined: no more codes are made for the address now. A request counts once it
 * has passed the limit of its sender and a challenge: one that is refused uses up nobody's codes, and stores nothing.
 */
export async function sendEmailCode(
  engine: Engine,
  driver: SqlDriver,
  request: Request,
  incoming: PoolRequest & { readonly email: string },
): Promise<Response | undefined> {
  const { workspaceId, workspaceHost, email } = incoming;
  const usedUp = new PlinthError("RATE_LIMITED");
  const admit = async () => {
    const { allowed } = await sharedLimiter(engine).take(driver, CODES, `${workspaceId} ${email.toLowerCase()}`);
    if (!allowed) throw usedUp;
  };
  return authOf(engine, driver, workspaceId, workspaceHost)
    .handle(request, clientAddress(engine.config, incoming), undefined, admit)
    .catch((error: unknown) => {
      if (error === usedUp) return undefined;
      throw error;
    });
}
