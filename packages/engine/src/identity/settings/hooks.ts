import { invalid, outgoingProblem } from "@plinth/core";
import * as z from "zod";
import { defineSection } from "./section.ts";

const MAX_URL = 2000;
const ID = /^[A-Za-z0-9-]{1,64}$/;

/** Programs of the workspace's own that are asked. */
export const hooksSection = defineSection({
  schema: z.strictObject({
    before_sign_up: z
      .string()
      .max(MAX_URL)
      .nullable()
      .describe("The https address that is asked before an account is made; null: none"),
    secret_ids: z
      .array(z.string().regex(ID, "must be the ids of secrets"))
      .max(2)
      .describe("The secrets that sign the requests, the newest first; leave the older out to end it"),
  }),
  defaults: () => ({ before_sign_up: null, secret_ids: [] }),
  check({ config }, { before_sign_up: url, secret_ids: ids }) {
    if (url === null) return;
    const wrong = outgoingProblem(url, config.privateAddresses);
    if (wrong) throw invalid("hooks.before_sign_up", wrong);
    if (ids.length > 0) return;
    throw invalid("hooks.before_sign_up", "needs a secret: make one by POST /api/auth-settings/hook-secret");
  },
});
