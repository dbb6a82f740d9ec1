import { CAPTCHA_ACTIONS, CAPTCHA_PROVIDERS, invalid } from "@plinth/core";
import * as z from "../../kernel/zod.ts";
import { defineSection } from "./section.ts";

const MAX_HOSTNAMES = 100;

/** Whether strangers must solve a challenge first. */
export const captchaSection = defineSection({
  schema: z.strictObject({
    provider: z
      .enum(CAPTCHA_PROVIDERS, { error: `must be ${CAPTCHA_PROVIDERS.join(" or ")}` })
      .nullable()
      .describe("Whose challenges are shown; null: none"),
    site_key: z
      .string()
      .regex(/^[\w-]{1,100}$/, "must be a site key of the provider")
      .nullable()
      .describe("The provider's key for pages, which everybody sees"),
    secret: z
      .string()
      .min(1)
      .max(2000)
      .nullable()
      .describe("The provider's secret key. It is stored encrypted, and shown as `***`, which leaves it as it is"),
    required_for: z
      .array(z.enum(CAPTCHA_ACTIONS, { error: `must be some of ${CAPTCHA_ACTIONS.join(", ")}` }))
      .max(CAPTCHA_ACTIONS.length)
      .describe(
        "What a solved challenge is asked for; `codes` are links and codes in messages, and `sign_up` includes those that make accounts",
      ),
    hostnames: z
      .array(z.string().min(1).max(253))
      .max(MAX_HOSTNAMES)
      .describe("The host names of pages that may show the challenge; none: those that the provider allows"),
  }),
  secrets: ["secret"],
  defaults: () => ({ provider: null, site_key: null, secret: null, required_for: ["sign_up" as const], hostnames: [] }),
  check(_, { provider, site_key, secret }) {
    if (provider === null) return;
    for (const [name, value] of Object.entries({ site_key, secret })) {
      if (value === null) throw invalid(`captcha.${name}`, `is needed by the provider ${provider}`);
    }
  },
});
