import * as z from "../../kernel/zod.ts";

/** A setting that is a whole number, both bounds included. */
export function wholeNumberSetting(min: number, max: number) {
  const message = `must be a whole number from ${min} to ${max}`;
  return z.int(message).min(min, message).max(max, message);
}
