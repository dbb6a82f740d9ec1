import { excerpt, hasAccount, invalid, PlinthError, suggest } from "@plinth/core";
import { commit } from "../../commit/commit.ts";
import { mustCountMessage } from "../../identity/limits/message-limits.ts";
import { recordOf } from "../../identity/security-events.ts";
import type { Engine, RequestContext } from "../../kernel/engine.ts";
import { type MessageChannel, outboxOf, wakeOutbox } from "../../kernel/outbox.ts";
import * as z from "../../kernel/zod.ts";
import { sampleVariables } from "./compose.ts";
import { keepsContent } from "./outbox.ts";
import { LANGUAGE, render, requireVariables } from "./render.ts";
import {
  deleteTemplateRow,
  listTemplateRows,
  mustHaveFewLanguages,
  type TemplateRow,
  upsertTemplate,
} from "./repository.ts";
import {
  channelOf,
  DEFAULT_LANGUAGE,
  isTemplateName,
  type MailTexts,
  TEMPLATE_NAMES,
  TEMPLATES,
  type TemplateName,
  variablesOfTemplate,
} from "./templates.ts";

const MAX_LANGUAGES = 50;
const SAMPLE_ADDRESS = "ada@example.com";
const SAMPLE_NUMBER = "+15005550006";
/** Four parts, each of which costs. */
const MAX_SMS_CHARS = 612;
const TEST_LASTS_MS = 3_600_000;

const storable = (most: number) =>
  z
    .string()
    .min(1, "must not be empty")
    .max(most, `must have at most ${most} characters`)
    .refine(
      (text) => !text.includes("\0") && text.isWellFormed(),
      "must not contain null characters or half characters",
    );

/** A subject is one line. */
const subject = storable(200).refine((text) => !/\p{Cc}/u.test(text), "must not contain control characters");

export const putTemplateSchema = z.strictObject({
  subject: subject.optional().describe("Needed for a mail; a text message has none"),
  text: storable(20_000),
  html: storable(100_000).nullish().describe("Null: the mail is plain text"),
});
export const previewTemplateSchema = putTemplateSchema.partial();

export interface Template extends MailTexts {
  name: TemplateName;
  channel: MessageChannel;
  language: string;
  /** The texts are Plinth's own. */
  built_in: boolean;
  delivery: Delivery;
  /** What the texts may contain in double braces. */
  variables: string[];
  updated_at: string | null;
}

/** What becomes of messages on this server: `kept` for developers to read, `none`: what needs one is refused. */
export type Delivery = "sent" | "kept" | "none";

interface TemplateKey {
  readonly name: string;
  readonly language: string;
}

/** Each template in English, and what the workspace has written itself. */
export async function listTemplates({ driver, principal, engine }: RequestContext): Promise<Template[]> {
  const rows = await listTemplateRows(driver, principal.workspaceId);
  return TEMPLATE_NAMES.flatMap((name) => {
    const own = rows.filter((row) => row.name === name).map((row) => describe(engine, row));
    return own.some(({ language }) => language === DEFAULT_LANGUAGE) ? own : [builtIn(engine, name), ...own];
  });
}

export async function showTemplate(ctx: RequestContext, at: TemplateKey): Promise<Template> {
  const { name, language } = addressOf(at);
  const rows = await listTemplateRows(ctx.driver, ctx.principal.workspaceId, name);
  const own = rows.find((row) => row.language === language);
  if (own) return describe(ctx.engine, own);
  if (language === DEFAULT_LANGUAGE) return builtIn(ctx.engine, name);
  throw new PlinthError("NOT_FOUND", `The workspace has no ${name} in ${language}.`, { field: "language" });
}

export async function putTemplate(
  ctx: RequestContext,
  at: TemplateKey,
  input: z.infer<typeof putTemplateSchema>,
): Promise<Template> {
  const { driver, principal, now } = ctx;
  const { name, language } = addressOf(at);
  const texts = { subject: input.subject ?? "", text: input.text, html: input.html ?? null };
  requireForm(name, texts);
  requireVariables(texts, variablesOfTemplate(name), TEMPLATES[name].needs);
  const others = (await listTemplateRows(driver, principal.workspaceId, name)).filter(
    (row) => row.language !== language,
  );
  const tooMany = () => {
    const message = `A template can have at most ${MAX_LANGUAGES} languages.`;
    return new PlinthError("LIMIT_EXCEEDED", message, { field: "language" });
  };
  if (others.length >= MAX_LANGUAGES) throw tooMany();
  const { workspaceId } = principal;
  const few = (label: string) => mustHaveFewLanguages(driver, { workspaceId, name, most: MAX_LANGUAGES }, label);
  const row = { workspaceId, name, language, ...texts, updatedAt: now };
  const changed = recordOf(ctx, { type: "mail_template_change", target: `mail_template:${name}/${language}` });
  return commit(ctx, {
    queries: [upsertTemplate(driver, row), changed],
    requires: [{ guard: few, refusal: tooMany }],
    data: describe(ctx.engine, row),
  });
}

/** The built-in texts count again. */
export async function deleteTemplate(
  ctx: RequestContext,
  at: TemplateKey,
): Promise<{ name: string; language: string }> {
  const template = await showTemplate(ctx, at);
  const { name, language } = template;
  if (template.built_in) throw new PlinthError("NOT_FOUND", "The workspace has no texts of its own for this template.");
  const { workspaceId } = ctx.principal;
  return commit(ctx, {
    queries: [
      deleteTemplateRow(ctx.driver, { workspaceId, name, language }),
      recordOf(ctx, { type: "mail_template_delete", target: `mail_template:${name}/${language}` }),
    ],
    data: { name, language },
  });
}

/** The mail with sample values: of the stored texts, or of texts that are not stored yet. */
export async function previewTemplate(
  ctx: RequestContext,
  at: TemplateKey,
  input: z.infer<typeof previewTemplateSchema>,
): Promise<MailTexts> {
  const { name } = addressOf(at);
  const stored = await showTemplate(ctx, at).catch((error: unknown) => {
    // A new language has no texts yet: those of the request are shown.
    if (error instanceof PlinthError && error.code === "NOT_FOUND") return TEMPLATES[name];
    throw error;
  });
  const texts = {
    subject: input.subject ?? stored.subject,
    text: input.text ?? stored.text,
    html: input.html === undefined ? stored.html : input.html,
  };
  requireForm(name, texts);
  requireVariables(texts, variablesOfTemplate(name), TEMPLATES[name].needs);
  const recipient = TEMPLATES[name].channel === "sms" ? SAMPLE_NUMBER : (ctx.principal.email ?? SAMPLE_ADDRESS);
  return render(texts, await sampleVariables(ctx, name, recipient));
}

/** Sends the mail with sample values to the caller: to any other address, it would be a way to send unwanted mail. */
export async function testTemplate(ctx: RequestContext, at: TemplateKey): Promise<{ to: string }> {
  const { engine, driver, principal, now } = ctx;
  const { name, language, channel } = await showTemplate(ctx, at);
  if (channel === "sms") {
    throw invalid("name", "is a template of text messages; only mails can be sent as a test, so use the preview");
  }
  const outbox = outboxOf(engine);
  if (!outbox) throw new PlinthError("MAIL_NOT_CONFIGURED");
  const to = principal.email;
  if (!hasAccount(principal) || to == null) {
    throw new PlinthError("FORBIDDEN", "A test mail goes to the caller, so this needs a user who has signed in.");
  }
  const mail = { workspaceId: principal.workspaceId, template: name, to };
  const asker = { id: `user:${principal.id}`, isStranger: false };
  await mustCountMessage(
    engine,
    driver,
    { ...mail, asker },
    { message: "Try again later: this mail was tested a few times." },
  );
  const queries = await outbox.queue(engine, driver, {
    ...mail,
    variables: await sampleVariables(ctx, name, to),
    languages: language,
    asker: "counted",
    expiresAt: now + TEST_LASTS_MS,
  });
  const answer = await commit(ctx, { queries, data: { to } });
  wakeOutbox(engine);
  return answer;
}

/** Throws for a mail without a subject, and for a text message with what only mails have. */
function requireForm(name: TemplateName, { subject, text, html }: MailTexts): void {
  if (TEMPLATES[name].channel === "mail") {
    if (subject === "") throw invalid("subject", "is required for a mail");
    return;
  }
  if (subject !== "") throw invalid("subject", "must be left out: a text message has no subject");
  if (html !== null) throw invalid("html", "must be left out: a text message has no HTML");
  if (text.length > MAX_SMS_CHARS) throw invalid("text", `must have at most ${MAX_SMS_CHARS} characters`);
}

function addressOf(at: TemplateKey): { name: TemplateName; language: string } {
  const language = at.language.toLowerCase();
  if (!isTemplateName(at.name)) {
    const hint = suggest(at.name, TEMPLATE_NAMES, "templates are");
    throw new PlinthError("NOT_FOUND", `There is no template ${excerpt(at.name)}${hint}.`, { field: "name" });
  }
  if (!LANGUAGE.test(language)) throw invalid("language", "must be a language tag such as de or pt-br");
  return { name: at.name, language };
}

function builtIn(engine: Engine, name: TemplateName): Template {
  const { channel, subject, text, html } = TEMPLATES[name];
  const variables = variablesOfTemplate(name);
  return {
    name,
    channel,
    language: DEFAULT_LANGUAGE,
    subject,
    text,
    html,
    built_in: true,
    delivery: deliveryOf(engine, channel),
    variables,
    updated_at: null,
  };
}

function deliveryOf(engine: Engine, channel: MessageChannel): Delivery {
  if (!outboxOf(engine, channel)) return "none";
  return keepsContent(engine, channel) ? "kept" : "sent";
}

function describe(engine: Engine, row: TemplateRow): Template {
  const name = row.name as TemplateName;
  return {
    name,
    channel: TEMPLATES[name].channel,
    language: row.language,
    subject: row.subject,
    text: row.text,
    html: row.html,
    built_in: false,
    delivery: deliveryOf(engine, channelOf(name)),
    variables: variablesOfTemplate(name),
    updated_at: new Date(row.updatedAt).toISOString(),
  };
}
