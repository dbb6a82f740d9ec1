import { i18n, type Messages } from "@lingui/core";
import { compileMessageOrThrow } from "@lingui/message-utils/compileMessage";

/** The languages of the admin, each by its own name. */
export const LANGUAGES = { en: "English", de: "Deutsch" } as const;

export type Language = keyof typeof LANGUAGES;

const STORED = "plinth.language";

/** The texts of English stand in the code. */
const CATALOGS: Record<Language, () => Promise<{ messages: Messages }>> = {
  en: async () => ({ messages: {} }),
  de: () => import("../locales/de.po"),
};

i18n.setMessagesCompiler(compileMessageOrThrow);

/** The chosen language, else the first of the browser's that there is. */
export function preferredLanguage(): Language {
  const wanted = [localStorage.getItem(STORED), ...navigator.languages];
  for (const tag of wanted) {
    const code = tag?.toLowerCase().split("-")[0];
    if (code !== undefined && Object.hasOwn(LANGUAGES, code)) return code as Language;
  }
  return "en";
}

export async function loadLanguage(language: Language): Promise<void> {
  const { messages } = await CATALOGS[language]();
  i18n.loadAndActivate({ locale: language, messages });
  document.documentElement.lang = language;
}

export async function chooseLanguage(language: Language): Promise<void> {
  localStorage.setItem(STORED, language);
  await loadLanguage(language);
}
