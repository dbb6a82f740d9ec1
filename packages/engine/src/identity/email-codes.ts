import type { LimitPolicy, SqlDriver } from "@plinth/core";
import type { Engine } from "../kernel/engine.ts";
import { sharedLimiter } from "./limits/index.ts";

/** As many as are sent: see `MOST_AN_HOUR` of the outbox. Each has few tries, so this bounds the guesses of an account. */
const CODES: LimitPolicy = { name: "email-code", max: 5, windowMs: 3_600_000 };

/** Counts a request for a code by its address, with or without an account. False: no more codes are made for it now. */
export async function mayHaveEmailCode(
  engine: Engine,
  driver: SqlDriver,
  pool: string,
  address: string,
): Promise<boolean> {
  return (await sharedLimiter(engine).take(driver, CODES, `${pool} ${address.toLowerCase()}`)).allowed;
}
