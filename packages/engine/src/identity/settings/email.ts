import { PlinthError } from "@plinth/core";
import { outboxOf } from "../../kernel/outbox.ts";
import * as z from "../../kernel/zod.ts";
import { defineSection } from "./section.ts";

/** What is asked of the addresses of accounts. */
export const emailSection = defineSection({
  schema: z.strictObject({
    verification: z
      .enum(["optional", "required"])
      .describe("Whether an address must be confirmed before its account can sign in"),
  }),
  defaults: ({ emailVerification }) => ({ verification: emailVerification }),
  check(engine, { verification }) {
    if (verification !== "required" || outboxOf(engine)) return;
    throw new PlinthError("MAIL_NOT_CONFIGURED", undefined, { field: "email.verification" });
  },
});
