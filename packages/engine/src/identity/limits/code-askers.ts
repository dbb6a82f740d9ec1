import type { CodeAskers, RequestSource } from "@plinth/auth";
import type { LimitPolicy, SqlDriver } from "@plinth/core";
import type { Engine } from "../../kernel/engine.ts";
import { sharedLimiter } from "./index.ts";
import { askerOf, countMessage } from "./message-limits.ts";

/** Tries of codes to one address or number by those who have asked for none. Documented in docs/sign-in-by-mail.md. */
const ELSEWHERE: LimitPolicy = { name: "codes-elsewhere", max: 5, windowMs: 3_600_000 };

/** Whose code is whose: the asker of a message is the asker of its code. */
export function codeAskers(engine: Engine, driver: SqlDriver, pool: string): CodeAskers {
  return {
    askerOf: async (to, source) => (await askerOf(engine, driver, { ...source, workspaceId: pool, to })).id,
    countTry: async (to) =>
      (await sharedLimiter(engine).take(driver, ELSEWHERE, JSON.stringify([pool, to.toLowerCase()]))).allowed,
  };
}

/**
 * Counts a code by mail before it is made, with or without an account; returns its asker. Undefined: no more codes are made for the
 * address now. Each has few tries, so this bounds the guesses of an account.
 */
export async function countEmailCode(
  engine: Engine,
  driver: SqlDriver,
  code: RequestSource & { readonly workspaceId: string; readonly to: string },
): Promise<string | undefined> {
  const message = { ...code, template: "email_code" };
  const asker = await askerOf(engine, driver, message);
  return (await countMessage(engine, driver, { ...message, asker })).allowed ? asker.id : undefined;
}
