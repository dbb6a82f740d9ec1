import type * as z from "zod";

export interface Setting {
  /** One sentence for docs/configuration.md. */
  readonly description: string;
  readonly default?: string;
  /** When it must be set, in words. */
  readonly required?: string;
  /** Shows a wrong value in a message without revealing a secret. */
  readonly show?: (value: string) => string;
  /** Parses the text; the message completes the sentence "… it must be …". */
  readonly parse: z.ZodType<unknown, string>;
}
