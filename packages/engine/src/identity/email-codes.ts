import type { RequestSource } from "@plinth/auth";
import type { SqlDriver } from "@plinth/core";
import type { Engine } from "../kernel/engine.ts";
import { askerOf, countMessage } from "./limits/message-limits.ts";

/**
 * Counts a code by mail before it is made, with or without an account. False: no more codes are made for the address now. Each has few
 * tries, so this bounds the guesses of an account.
 */
export async function countEmailCode(
  engine: Engine,
  driver: SqlDriver,
  code: RequestSource & { readonly workspaceId: string; readonly to: string },
): Promise<boolean> {
  const message = { ...code, template: "email_code" };
  const asker = await askerOf(engine, driver, message);
  return (await countMessage(engine, driver, { ...message, asker })).allowed;
}
