import {
  deleteTemplate,
  listMails,
  listTemplates,
  previewTemplate,
  previewTemplateSchema,
  putTemplate,
  putTemplateSchema,
  showMail,
  showTemplate,
  testTemplate,
} from "@plinth/engine";
import * as z from "@plinth/engine/zod";
import { defineRoute } from "../../http/define-route.ts";
import {
  COUNT,
  FLAG,
  INSTANT,
  type JsonSchema,
  listOf,
  nullable,
  object,
  TEXT,
  UUID,
} from "../../http/openapi/json-schema.ts";
import type { Route } from "../../http/route.ts";

const shared = { tag: "Mail", access: "admin", scope: "mail" } as const;
const texts = { subject: TEXT, text: TEXT, html: nullable(TEXT) };
const channel = z.enum(["mail", "sms"], { error: "must be mail or sms" });
const CHANNEL: JsonSchema = { type: "string", enum: channel.options };
const DELIVERY =
  "What becomes of such messages on this server: kept for developers to read, or none: requests that need one are refused";
const template = (): JsonSchema =>
  object({
    name: TEXT,
    channel: CHANNEL,
    language: TEXT,
    ...texts,
    built_in: FLAG,
    delivery: { type: "string", enum: ["sent", "kept", "none"], description: DELIVERY },
    variables: listOf(TEXT),
    updated_at: nullable(INSTANT),
  });
const state = z.enum(["queued", "sent", "failed"]);
const mail = (more: Record<string, JsonSchema> = {}): JsonSchema =>
  object({
    id: UUID,
    channel: CHANNEL,
    template: TEXT,
    to: TEXT,
    state: { type: "string", enum: state.options },
    attempts: COUNT,
    last_error: nullable(TEXT),
    created_at: INSTANT,
    next_attempt_at: nullable(INSTANT),
    finished_at: nullable(INSTANT),
    ...more,
  });

/** `/api/mail`: the texts of a workspace's mails and text messages, and what became of them. */
export const mailRoutes: readonly Route[] = [
  defineRoute("GET /api/mail/templates", {
    ...shared,
    id: "listMailTemplates",
    summary: "The texts of the workspace's mails and text messages",
    response: () => listOf(template()),
    read: listTemplates,
  }),
  defineRoute("GET /api/mail/templates/:name/:language", {
    ...shared,
    id: "getMailTemplate",
    summary: "One template in one language",
    response: template,
    errors: ["NOT_FOUND", "VALIDATION"],
    read: (ctx, { params }) => showTemplate(ctx, params),
  }),
  defineRoute("PUT /api/mail/templates/:name/:language", {
    ...shared,
    id: "putMailTemplate",
    summary: "Write the workspace's own texts; operators alone, as the mails carry secrets of other users",
    access: "member_admin",
    // A text can lead a user who follows a link for a new password elsewhere.
    fresh: true,
    body: putTemplateSchema,
    response: template,
    errors: ["NOT_FOUND", "LIMIT_EXCEEDED"],
    write: (ctx, { params, body }) => putTemplate(ctx, params, body),
  }),
  defineRoute("DELETE /api/mail/templates/:name/:language", {
    ...shared,
    id: "deleteMailTemplate",
    summary: "Go back to the built-in texts",
    access: "member_admin",
    response: () => object({ name: TEXT, language: TEXT }),
    errors: ["NOT_FOUND", "VALIDATION"],
    write: (ctx, { params }) => deleteTemplate(ctx, params),
  }),
  defineRoute("POST /api/mail/templates/:name/:language/preview", {
    ...shared,
    id: "previewMailTemplate",
    summary: "The mail with sample values; with a body, of texts that are not stored yet",
    body: previewTemplateSchema,
    bodyOptional: true,
    response: () => object(texts),
    errors: ["NOT_FOUND"],
    read: (ctx, { params, body }) => previewTemplate(ctx, params, body),
  }),
  defineRoute("POST /api/mail/templates/:name/:language/test", {
    ...shared,
    id: "testMailTemplate",
    summary: "Send the mail with sample values to yourself",
    body: z.strictObject({}),
    bodyOptional: true,
    status: 202,
    response: () => object({ to: TEXT }),
    errors: ["NOT_FOUND", "MAIL_NOT_CONFIGURED", "RATE_LIMITED"],
    write: (ctx, { params }) => testTemplate(ctx, params),
  }),
  defineRoute("GET /api/mail/outbox", {
    ...shared,
    id: "listMails",
    summary: "Mails and text messages that wait, and those of the last days, newest first",
    query: z.strictObject({
      state: state.optional(),
      channel: channel.optional(),
      to: z.string().max(254).optional(),
    }),
    response: () => mail(),
    page: (ctx, { query }) => listMails(ctx, query),
  }),
  defineRoute("GET /api/mail/outbox/:id", {
    ...shared,
    id: "getMail",
    summary: "One mail; with its content where mails are not delivered",
    access: "server_owner",
    response: () => mail({ content: nullable(object(texts)) }),
    errors: ["NOT_FOUND"],
    read: (ctx, { params }) => showMail(ctx, params.id),
  }),
];
