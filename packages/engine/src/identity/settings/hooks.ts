import { invalid, isProfileField, isSystemField, outgoingProblem } from "@plinth/core";
import type { Engine } from "../../kernel/engine.ts";
import { hookFunctionIn, hookFunctionProblem } from "../../kernel/hook-function.ts";
import { functionNameProblem } from "../../kernel/names-in-use.ts";
import * as z from "../../kernel/zod.ts";
import { defineSection } from "./section.ts";

const MAX_URL = 2000;
const FIELD = /^[a-z][a-z0-9_]{0,62}$/;
const MAX_FIELDS = 50;
/** What a hook may set of the account itself. */
const OF_ACCOUNT: readonly string[] = ["name", "image"];
const ID = /^[A-Za-z0-9-]{1,64}$/;

const addressOf = (what: string) =>
  z
    .string()
    .max(MAX_URL)
    .nullable()
    .describe(`The https address or the function (function:NAME) that ${what}; null: none`);

const addresses = {
  before_sign_up: addressOf("is asked before an account is made"),
  after_sign_in: addressOf("hears of each sign-in"),
  password_check: addressOf("is asked about each attempt with a password"),
  token_claims: addressOf("is asked for claims of an access token that is about to be made"),
  file_scan: z
    .string()
    .max(MAX_URL)
    .nullable()
    .describe("The https address that is asked before a new file can be read, in buckets with `scan`; null: none"),
};

export type HookName = keyof typeof addresses;

/** A scanner gets an address from which it reads the file: that is for a program with more memory. */
const NO_FUNCTIONS: readonly HookName[] = ["file_scan"];

function functionProblem(engine: Engine, name: HookName, setting: string): string | undefined {
  if (NO_FUNCTIONS.includes(name)) return "must be an https address: a function cannot scan files";
  return hookFunctionProblem(engine, setting);
}

const NAMES = Object.keys(addresses) as HookName[];

/** Programs of the workspace's own that are asked, or hear of what has happened. */
export const hooksSection = defineSection({
  schema: z.strictObject({
    ...addresses,
    sign_up_fields: z
      .array(z.string().regex(FIELD, "must be names of fields"))
      .max(MAX_FIELDS)
      .describe(
        "What the answer of before_sign_up may store of a new account: `name`, `image`, and fields added to `users`",
      ),
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
    sign_up_fields: [],
    secret_ids: [],
  }),
  check(engine, settings) {
    const kept = settings.sign_up_fields.find(
      (name) => isSystemField(name) || (isProfileField(name) && !OF_ACCOUNT.includes(name)),
    );
    if (kept !== undefined)
      throw invalid("hooks.sign_up_fields", `no hook may set ${kept}; write name, image or fields of your own`);
    for (const name of NAMES) {
      const url = settings[name];
      if (url === null) continue;
      const isFunction = hookFunctionIn(url) !== undefined;
      const wrong = isFunction
        ? functionProblem(engine, name, url)
        : outgoingProblem(url, engine.config.privateAddresses);
      if (wrong) throw invalid(`hooks.${name}`, wrong);
      if (isFunction) continue;
      if (settings.secret_ids.length > 0) continue;
      throw invalid(`hooks.${name}`, "needs a secret: make one by POST /api/auth-settings/hook-secret");
    }
  },
  async checkChange(ctx, change) {
    for (const name of NAMES) {
      const setting = change[name];
      const asked = typeof setting === "string" ? hookFunctionIn(setting) : undefined;
      const problem = asked === undefined ? undefined : await functionNameProblem(ctx, asked);
      if (problem !== undefined) throw invalid(`hooks.${name}`, problem);
    }
  },
});
