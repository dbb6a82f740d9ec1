import * as z from "../../kernel/zod.ts";
import { defineSection } from "./section.ts";
import { wholeNumberSetting } from "./whole-number-setting.ts";

const MAX_AN_HOUR = 100_000;
const MAX_A_DAY = 10_000_000;
const MAX_DAYS = 3650;

/** Users without an account, who can make one later and stay the same user. */
export const anonymousSection = defineSection({
  schema: z.strictObject({
    sign_in: z
      .boolean("must be true or false")
      .describe("Whether anybody gets a user without an account. New users must be welcome by `sign_up` too"),
    max_per_hour: wholeNumberSetting(1, MAX_AN_HOUR).describe(
      "How many anonymous users one address may create within an hour",
    ),
    max_per_day: wholeNumberSetting(1, MAX_A_DAY).describe(
      "How many anonymous users the workspace accepts within a day, from all addresses",
    ),
    keep_days: wholeNumberSetting(1, MAX_DAYS).describe(
      "Days without activity after which an anonymous user is deleted. `own_account.deletion` says what becomes of its items",
    ),
  }),
  defaults: () => ({ sign_in: false, max_per_hour: 30, max_per_day: 10_000, keep_days: 30 }),
});
