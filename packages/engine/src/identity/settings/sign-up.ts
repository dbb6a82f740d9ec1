import * as z from "../../kernel/zod.ts";
import { defineSection } from "./section.ts";

const MODES = ["open", "invite", "closed"] as const;
const MAX_DOMAINS = 100;
const DOMAIN = /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/;

const domain = z
  .string()
  .max(253)
  .transform((text) => text.toLowerCase())
  .refine((text) => DOMAIN.test(text), "must be a domain, such as example.com");

/** Who may make an account. */
export const signUpSection = defineSection({
  schema: z.strictObject({
    mode: z.enum(MODES).describe("`open`: everyone. `invite`: people with an invitation. `closed`: nobody"),
    domains: z
      .array(domain)
      .max(MAX_DOMAINS)
      .describe("Domains whose addresses may sign up without an invitation; none: those of every domain"),
  }),
  defaults: ({ signUp, signUpDomains }) => ({ mode: signUp, domains: [...signUpDomains] }),
});
