import type { MailDelivery } from "../../app/mail-delivery.tsx";

/** The texts of one kind of message in one language. */
export interface Template {
  readonly name: string;
  readonly channel: "mail" | "sms";
  readonly language: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string | null;
  /** Whether nobody has written texts of the workspace's own. */
  readonly built_in: boolean;
  readonly delivery: MailDelivery;
  /** What `{{name}}` may stand for. */
  readonly variables: readonly string[];
  readonly updated_at: string | null;
}

/** A template in a language in which the workspace may have written nothing yet: then it has the texts that are sent instead. */
export interface TranslatableTemplate extends Template {
  readonly isMissing: boolean;
}

/** Every template in one language. The API lists those that are written, and all of them in English. */
export function inLanguage(templates: readonly Template[], language: string): TranslatableTemplate[] {
  return templates
    .filter((one) => one.language === FALLBACK)
    .map((english) => {
      const written = templates.find((one) => one.name === english.name && one.language === language);
      return { ...(written ?? { ...english, language }), isMissing: written === undefined };
    });
}

const FALLBACK = "en";

export type TemplateTexts = Pick<Template, "subject" | "text" | "html">;

/** A language tag that texts may have, such as `de` or `pt-br`. */
export const LANGUAGE_TAG = /^[a-z]{2,3}(-[a-z0-9]{2,8}){0,3}$/;

/** What the list of languages offers; an address may name any other. */
export const COMMON_LANGUAGES =
  "ar bg ca cs da de el en es et fa fi fr he hi hr hu id it ja ko lt lv nb nl pl pt pt-br ro ru sk sl sr sv th tr uk vi zh".split(
    " ",
  );

/** A language by its own name. */
export function languageName(code: string): string {
  return new Intl.DisplayNames([code], { type: "language" }).of(code) ?? code;
}

/** `verify_email` as people read it. */
export function titleOf(name: string): string {
  const words = name.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
