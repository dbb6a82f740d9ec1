import { plural } from "@plinth/core";
import * as z from "./zod.ts";

/** One line of text that every database stores in the same way. */
export function plainText(min_length: number, max_length: number) {
  return z
    .string()
    .trim()
    .min(min_length, `must have at least ${min_length} ${plural(min_length, "character")}`)
    .max(max_length, `must have at most ${max_length} ${plural(max_length, "character")}`)
    .refine((text) => !/\p{Cc}/u.test(text) && text.isWellFormed(), "must not contain control characters");
}
