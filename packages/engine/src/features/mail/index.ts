import type { Feature } from "../../kernel/feature.ts";
import { OUTBOX_SCHEDULE } from "../../kernel/outbox.ts";
import { MAIL_CHECKS } from "./checks.ts";
import { mailMigrations } from "./migrations.ts";
import { deliversMessages, nextMails, sendMails, trimMails } from "./send.ts";
import { mails, templates } from "./tables.ts";

export { keepsContent, listMails, mailOutbox, type StoredMail, showMail } from "./outbox.ts";
export { preferredLanguages } from "./render.ts";
export type { MailState } from "./repository.ts";
export {
  deleteTemplate,
  listTemplates,
  previewTemplate,
  previewTemplateSchema,
  putTemplate,
  putTemplateSchema,
  showTemplate,
  type Template,
  testTemplate,
} from "./template-service.ts";
export type { MailTexts } from "./templates.ts";

/** Mails that a request here has queued are sent at once; this is for what is tried again. */
const SEND_EVERY_MS = 30_000;
const TRIM_EVERY_MS = 10 * 60_000;

/** Sends the mails of the outbox, and deletes those that are done after some days. */
export const mail: Feature = {
  name: "mail",
  sends: true,
  tables: [mails, templates],
  migrations: mailMigrations,
  checks: MAIL_CHECKS,
  schedules: [
    { name: OUTBOX_SCHEDULE, everyMs: SEND_EVERY_MS, run: sendMails, next: nextMails, tells: deliversMessages },
    { name: "mail-retention", everyMs: TRIM_EVERY_MS, run: trimMails },
  ],
};
