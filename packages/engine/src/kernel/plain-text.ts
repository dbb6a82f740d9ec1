import * as z from "zod";

/** One line of text that every database stores in the same way. */
export function plainText(min_length: number, max_length: number) {
  return z
    .string()
    .trim()
    .min(min_length, `must have at least ${min_length} character${min_length === 1 ? "" : "s"}`)
    .max(max_length, `must have at most ${max_length} characters`)
    .refine((text) => !/\p{Cc}/u.test(text) && text.isWellFormed(), "must not contain control characters");
}
