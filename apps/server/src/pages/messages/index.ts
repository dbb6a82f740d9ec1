import { preferredLanguages } from "@plinth/engine";
import { de } from "./de/index.ts";
import { en, type Messages } from "./en/index.ts";
import { es } from "./es/index.ts";
import { fr } from "./fr/index.ts";

export type { Messages } from "./en/index.ts";

/** A language in which the pages speak. */
export interface PageLanguage {
  /** As in `accept-language` and `?lang=`. */
  readonly code: string;
  /** In the language itself. */
  readonly name: string;
  readonly direction: "ltr" | "rtl";
  readonly messages: Messages;
}

export const ENGLISH: PageLanguage = { code: "en", name: "English", direction: "ltr", messages: en };

/** Every language. A new one is a folder beside these, and a line here. */
export const LANGUAGES: readonly PageLanguage[] = [
  ENGLISH,
  { code: "de", name: "Deutsch", direction: "ltr", messages: de },
  { code: "fr", name: "Français", direction: "ltr", messages: fr },
  { code: "es", name: "Español", direction: "ltr", messages: es },
];

/** The language that the address asks for, or else the browser; English where there is none of these. */
export function languageFor(asked: string | null, accepted: string | null): PageLanguage {
  for (const code of [asked?.toLowerCase(), ...preferredLanguages(accepted ?? "")]) {
    const found = LANGUAGES.find((language) => language.code === code);
    if (found) return found;
  }
  return ENGLISH;
}

/** The text with values in place of `{names}`. */
export function withValues(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
}
