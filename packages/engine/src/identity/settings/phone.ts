import { PlinthError } from "@plinth/core";
import { outboxOf } from "../../kernel/outbox.ts";
import * as z from "../../kernel/zod.ts";
import { defineSection } from "./section.ts";
import { wholeNumberSetting } from "./whole-number-setting.ts";

const MAX_COUNTRIES = 250;
const MAX_A_DAY = 1_000_000;

/** Codes in text messages, each of which costs. */
export const phoneSection = defineSection({
  schema: z.strictObject({
    sign_in: z
      .boolean("must be true or false")
      .describe("Whether users may add the number of their phone, and sign in by codes that are sent to it"),
    sign_up: z
      .boolean("must be true or false")
      .describe(
        "Whether a code to a number that nobody has makes an account. New users must be welcome by the section `sign_up` too",
      ),
    countries: z
      .array(z.string().regex(/^\+[1-9]\d{0,3}$/, "must be a country's prefix, such as +49"))
      .max(MAX_COUNTRIES)
      .describe("The prefixes of the countries to whose numbers codes are sent; none: those of every country"),
    max_per_day: wholeNumberSetting(1, MAX_A_DAY).describe(
      "The maximum number of text messages of the workspace within 24 hours",
    ),
  }),
  defaults: () => ({ sign_in: false, sign_up: false, countries: [], max_per_day: 100 }),
  check(engine, { sign_in }) {
    if (!sign_in || outboxOf(engine, "sms")) return;
    throw new PlinthError("SMS_NOT_CONFIGURED", "This server sends no text messages. Its operator can set SMS_URL.", {
      field: "phone.sign_in",
    });
  },
});
