import { invalid, outgoingProblem } from "@plinth/core";
import * as z from "zod";
import { defineSection } from "./section.ts";

const MAX_URL = 2000;
const ID = /^[A-Za-z0-9-]{1,64}$/;

const addressOf = (what: string) =>
  z.string().max(MAX_URL).nullable().describe(`The https address that ${what}; null: none`);

const addresses = {
  before_sign_up: addressOf("is asked before an account is made"),
  after_sign_in: addressOf("hears of each sign-in"),
  password_check: addressOf("is asked about each attempt with a password"),
  token_claims: addressOf("is asked for claims of an access token that is about to be made"),
  file_scan: addressOf("is asked before a new file can be read, in buckets with `scan`"),
};

export type HookName = keyof typeof addresses;

const NAMES = Object.keys(addresses) as HookName[];

/** Programs of the workspace's own that are asked, or hear of what has happened. */
export const hooksSection = defineSection({
  schema: z.strictObject({
    ...addresses,
    secret_ids: z
      .array(z.string().regex(ID, "must be the ids of secrets"))
      .max(2)
      .describe("The secrets that sign the requests, the newest first; leave the older out to end it"),
  }),
  defaults: () => ({
    before_sign_up: null,
    after_sign_in: null,
    password_check: null,
    token_claims: null,
    file_scan: null,
    secret_ids: [],
  }),
  check({ config }, settings) {
    for (const name of NAMES) {
      const url = settings[name];
      if (url === null) continue;
      const wrong = outgoingProblem(url, config.privateAddresses);
      if (wrong) throw invalid(`hooks.${name}`, wrong);
      if (settings.secret_ids.length > 0) continue;
      throw invalid(`hooks.${name}`, "needs a secret: make one by POST /api/auth-settings/hook-secret");
    }
  },
});
