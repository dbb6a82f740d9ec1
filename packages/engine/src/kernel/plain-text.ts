import * as z from "zod";

/** One line of text that every engine stores alike. */
export function plainText(minLength: number, maxLength: number) {
  return z
    .string()
    .trim()
    .min(minLength, `must have at least ${minLength} character${minLength === 1 ? "" : "s"}`)
    .max(maxLength, `must have at most ${maxLength} characters`)
    .refine((text) => !/\p{Cc}/u.test(text) && text.isWellFormed(), "must not contain control characters");
}
