import { invalid, outgoingProblem, WEBHOOK_FORMS } from "@plinth/core";
import type { RequestContext } from "../../kernel/engine.ts";
import { plainText } from "../../kernel/plain-text.ts";
import { serverSet } from "../../kernel/server-set.ts";
import * as z from "../../kernel/zod.ts";
import { type ChangeSettings, changeSettings, checkChangeSettings, wholeItem } from "../../triggers/change-input.ts";
import { checkTemplate, type TemplateSettings, templateSchema } from "./template/template-input.ts";

const MAX_URL = 2000;
const MAX_HEADERS = 20;

/** RFC 9110, section 5.6.2. */
const HEADER_NAME = /^[a-z0-9!#$%&'*+.^_`|~-]{1,100}$/i;
const HEADER_VALUE = /^[\x21-\x7e](?:[\x20-\x7e]{0,998}[\x21-\x7e])?$/;
/** Those that say what is sent and where, and those that sign it. */
const SET_BY_SENDER =
  /^(?:host|connection|keep-alive|te|trailer|transfer-encoding|upgrade|expect|content-.*|accept-encoding|webhook-.*|user-agent|proxy-.*)$/i;

const settable = {
  name: plainText(1, 100),
  url: z.string().max(MAX_URL).describe("An https address, which is public unless PRIVATE_ADDRESSES names its host"),
  ...changeSettings,
  headers: z
    .record(
      z
        .string()
        .regex(HEADER_NAME, "must be the name of a header")
        .refine((name) => !SET_BY_SENDER.test(name), "is a header that the server sets"),
      z.string().regex(HEADER_VALUE, "must have up to 1000 visible ASCII characters, and no space at its ends"),
    )
    .refine((all) => Object.keys(all).length <= MAX_HEADERS, `may have ${MAX_HEADERS} headers`)
    .describe("Own headers of each request. Answers have only their names, as header_names"),
  template: templateSchema,
  body_signature: z
    .strictObject({
      header: z
        .string()
        .regex(HEADER_NAME, "must be the name of a header")
        .refine((name) => !SET_BY_SENDER.test(name), "is a header that the server sets"),
      prefix: z
        .string()
        .regex(/^[\x21-\x7e]{0,50}$/, "must have up to 50 visible ASCII characters")
        .default("")
        .describe("What stands before the signature, such as `sha256=`"),
    })
    .nullable()
    .describe(
      "A further header: HMAC-SHA-256 of the body alone, in hex, with the text of the newest secret as its key",
    ),
  ordered: z.boolean().describe("Whether a change waits until those before it of the same item have arrived"),
  enabled: z.boolean(),
};

const SET_BY_SERVER = [
  "id",
  "header_names",
  "disabled_reason",
  "failing_since",
  "paused_until",
  "secrets",
  "public_key",
  "created_at",
  "updated_at",
] as const;

const form = z.enum(WEBHOOK_FORMS).describe("How messages are signed: v1 by a shared secret, v1a by a key pair");

export const createWebhookSchema = z.strictObject({
  ...serverSet(...SET_BY_SERVER, "secret"),
  ...settable,
  form: form.default("v1"),
  filter: settable.filter.default(null),
  filter_before: settable.filter_before.default(null),
  payload: settable.payload.default(wholeItem),
  headers: settable.headers.default({}),
  template: settable.template.default(null),
  body_signature: settable.body_signature.default(null),
  ordered: settable.ordered.default(false),
  enabled: settable.enabled.default(true),
});

export const updateWebhookSchema = z.strictObject({
  ...serverSet(...SET_BY_SERVER, "secret"),
  ...z.object(settable).partial().shape,
  form: form.optional().describe("As it is: a webhook keeps its form"),
});

/** What of a webhook a preview needs. */
export const previewParts = {
  events: settable.events,
  filter: settable.filter.default(null),
  filter_before: settable.filter_before.default(null),
  payload: settable.payload.default(wholeItem),
  headers: settable.headers.default({}),
  template: settable.template.default(null),
};

/** Throws `VALIDATION` for what could not be sent. */
export async function checkWebhook(
  ctx: RequestContext,
  { url, ...settings }: ChangeSettings & TemplateSettings & { readonly url?: string },
): Promise<void> {
  const wrong = url === undefined ? undefined : outgoingProblem(url, ctx.engine.config.privateAddresses);
  if (wrong) throw invalid("url", wrong);
  checkChangeSettings(ctx, settings);
  await checkTemplate(ctx.engine, settings);
}
