import * as z from "../../kernel/zod.ts";
import { defineSection } from "./section.ts";
import { wholeNumberSetting } from "./whole-number-setting.ts";

const MAX_HOURS = 87_600;
const MAX_MINUTES = 1440;

/** How long sessions last, and a proof of who the user is. */
export const sessionsSection = defineSection({
  schema: z.strictObject({
    idle_hours: wholeNumberSetting(1, MAX_HOURS).describe("Hours after its last use at which a session ends"),
    max_hours: wholeNumberSetting(1, MAX_HOURS).describe(
      "Hours after sign-in at which a session ends, even if it is in use",
    ),
    step_up_minutes: wholeNumberSetting(1, MAX_MINUTES).describe(
      "Minutes after a sign-in, or a repeated proof, in which a user may do what needs a fresh proof",
    ),
  }),
  defaults: ({ sessionIdleHours, sessionMaxHours, stepUpMinutes }) => ({
    idle_hours: sessionIdleHours,
    max_hours: sessionMaxHours,
    step_up_minutes: stepUpMinutes,
  }),
});
