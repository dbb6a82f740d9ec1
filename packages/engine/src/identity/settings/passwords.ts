import * as z from "../../kernel/zod.ts";
import { defineSection } from "./section.ts";
import { wholeNumberSetting } from "./whole-number-setting.ts";

const MIN = 8;
const MAX = 64;

/** What is asked of new passwords. Those that are stored already stay as they are. */
export const passwordsSection = defineSection({
  schema: z.strictObject({
    min_length: wholeNumberSetting(MIN, MAX).describe("The minimum number of characters"),
    refuse_common: z
      .boolean("must be true or false")
      .describe("Whether the commonest passwords are refused, and the address of the account as its password"),
  }),
  defaults: ({ passwordMinLength, refuseCommonPasswords }) => ({
    min_length: passwordMinLength,
    refuse_common: refuseCommonPasswords,
  }),
});
