import { PlinthError, type SqlDriver } from "@plinth/core";
import type { Engine } from "../kernel/engine.ts";
import { authOf } from "./auth.ts";
import { clientAddress } from "./client-address.ts";
import type { PoolRequest } from "./incoming-request.ts";
import { askerOf, countMessage } from "./limits/message-limits.ts";

/**
 * Sends a code, with or without an account. Undefined: no more codes are made for the address now. Each has few tries, so this bounds
 * the guesses of an account. A request counts once it has passed the limit of its sender and a challenge: one that is refused
 * uses up nobody's codes, and stores nothing.
 */
export async function sendEmailCode(
  engine: Engine,
  driver: SqlDriver,
  request: Request,
  incoming: PoolRequest & { readonly email: string },
): Promise<Response | undefined> {
  const { workspaceId, workspaceHost, email } = incoming;
  const address = clientAddress(engine.config, incoming);
  const usedUp = new PlinthError("RATE_LIMITED");
  const admit = async () => {
    const message = { workspaceId, template: "email_code", to: email };
    const source = { address: address ?? null, cookies: incoming.headers.get("cookie") };
    const asker = await askerOf(engine, driver, { ...message, ...source });
    if (!(await countMessage(engine, driver, { ...message, asker })).allowed) throw usedUp;
  };
  return authOf(engine, driver, workspaceId, workspaceHost)
    .handle(request, address, undefined, admit)
    .catch((error: unknown) => {
      if (error === usedUp) return undefined;
      throw error;
    });
}
