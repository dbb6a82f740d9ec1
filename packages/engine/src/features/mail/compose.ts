import type { SqlDriver } from "@plinth/core";
import { appNameOf } from "../../identity/names-in-mails.ts";
import { addressVariables } from "../../identity/public-address.ts";
import { authSettingsOf } from "../../identity/settings/auth-settings.ts";
import type { Engine, RequestContext } from "../../kernel/engine.ts";
import type { MessageChannel } from "../../kernel/outbox.ts";
import { textCipher } from "../../kernel/text-cipher.ts";
import { type MailVariables, preferredLanguages, render } from "./render.ts";
import { listTemplateRows, type MailRow } from "./repository.ts";
import { DEFAULT_LANGUAGE, isTemplateName, type MailTexts, TEMPLATES, type TemplateName } from "./templates.ts";

/** A waiting mail's variables, encrypted under its id. */
const stored = textCipher("waiting mails");

export function encryptVariables(engine: Engine, id: string, variables: MailVariables): Promise<string> {
  return stored.encrypt(engine, id, JSON.stringify(variables));
}

/** The texts of a stored mail, in its workspace's words now. Undefined: its variables are gone, or cannot be read. */
export async function compose(engine: Engine, driver: SqlDriver, mail: MailRow): Promise<MailTexts | undefined> {
  const { id, workspaceId, template, recipient, languages, variables: encrypted } = mail;
  if (encrypted === null || !isTemplateName(template)) return undefined;
  let variables: MailVariables;
  try {
    variables = JSON.parse(await stored.decrypt(engine, id, encrypted)) as MailVariables;
  } catch {
    return undefined;
  }
  const texts = await textsFor(driver, { workspaceId, name: template, languages });
  const common = await commonVariables(engine, driver, {
    workspaceId,
    channel: TEMPLATES[template].channel,
    recipient,
  });
  return render(texts, { ...common, ...variables });
}

interface Addressed {
  readonly workspaceId: string;
  readonly channel: MessageChannel;
  readonly recipient: string;
}

/** What every template of a channel may say, for one recipient. */
async function commonVariables(
  engine: Engine,
  driver: SqlDriver,
  { workspaceId, channel, recipient }: Addressed,
): Promise<MailVariables> {
  const settings = await authSettingsOf(engine, driver, workspaceId);
  const name = channel === "sms" ? "phone" : "email";
  return { app_name: appNameOf(engine.config, settings), app_url: engine.config.appUrl, [name]: recipient };
}

/** A template's sample values, for previews and tests. */
export async function sampleVariables(
  { engine, driver, principal, client }: Pick<RequestContext, "engine" | "driver" | "principal" | "client">,
  name: TemplateName,
  recipient: string,
): Promise<MailVariables> {
  const { workspaceId } = principal;
  const common = {
    ...(await commonVariables(engine, driver, { workspaceId, channel: TEMPLATES[name].channel, recipient })),
    ...addressVariables(engine, workspaceId, client?.workspaceHost?.name),
  };
  const samples = Object.entries(TEMPLATES[name].samples);
  const filled = samples.map(([key, subject]) => [key, render({ subject, text: "", html: null }, common).subject]);
  return { ...Object.fromEntries(filled), ...common };
}

/** The workspace's text in the first language that it has, then in English, then the built-in one. */
async function textsFor(
  driver: SqlDriver,
  { workspaceId, name, languages }: { workspaceId: string; name: TemplateName; languages: string },
): Promise<MailTexts> {
  const own = new Map((await listTemplateRows(driver, workspaceId, name)).map((row) => [row.language, row]));
  for (const language of [...preferredLanguages(languages), DEFAULT_LANGUAGE]) {
    const found = own.get(language);
    if (found) return found;
    // The built-in texts are in this language: no other that comes later in the list is preferred to them.
    if (language === DEFAULT_LANGUAGE) break;
  }
  return TEMPLATES[name];
}
