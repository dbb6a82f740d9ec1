import type { SqlDriver } from "@plinth/core";
import { addressVariables } from "../../identity/public-address.ts";
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
  return render(texts, { ...commonVariables(engine, TEMPLATES[template].channel, recipient), ...variables });
}

/** What every template of a channel may say, for one recipient. */
export function commonVariables({ config }: Engine, channel: MessageChannel, recipient: string): MailVariables {
  const { mailFrom, appUrl } = config;
  const name = channel === "sms" ? "phone" : "email";
  return { app_name: mailFrom.name ?? new URL(appUrl).host, app_url: appUrl, [name]: recipient };
}

/** A template's sample values, for previews and tests. */
export function sampleVariables(
  { engine, principal, client }: Pick<RequestContext, "engine" | "principal" | "client">,
  name: TemplateName,
  recipient: string,
): MailVariables {
  const common = {
    ...commonVariables(engine, TEMPLATES[name].channel, recipient),
    ...addressVariables(engine, principal.workspaceId, client?.workspaceHost?.name),
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
