import * as z from "../../kernel/zod.ts";
import { pageLink } from "./page-link.ts";
import { defineSection } from "./section.ts";

/** The terms of use, to which users agree. */
export const termsSection = defineSection({
  schema: z.strictObject({
    url: pageLink.nullable().describe("The page with the terms; null: there are none"),
    version: z
      .string()
      .regex(/^[\w.-]{1,40}$/, "must have 1 to 40 letters, digits and . _ -")
      .describe("Their version, such as a date. When it changes, users are asked again"),
  }),
  defaults: () => ({ url: null, version: "1" }),
});
