import { invalid, suggest, withEllipsis } from "@plinth/core";
import { problemInHtml, problemInText } from "./placement.ts";
import type { MailTexts } from "./templates.ts";

export type MailVariables = Readonly<Record<string, string>>;

/** Characters: mail programs show fewer, and some servers take no longer line. Names in it may be longer. */
const MOST_OF_SUBJECT = 250;
const PLACEHOLDER = /\{\{([^{}]*)\}\}/g;
const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** The mail's texts with values in place of variables. In HTML, values are escaped. */
export function render({ subject, text, html }: MailTexts, variables: MailVariables): MailTexts {
  return {
    // One line: a line break would begin a header of its own.
    subject: withEllipsis(
      fill(subject, variables)
        .replaceAll(/[\p{Cc}\s]+/gu, " ")
        .trim(),
      MOST_OF_SUBJECT,
    ),
    text: fill(text, variables),
    html: html === null ? null : fill(html, variables, escapeHtml),
  };
}

function fill(template: string, variables: MailVariables, show = (value: string) => value): string {
  return template.replaceAll(PLACEHOLDER, (_, name: string) => show(variables[name.trim()] ?? ""));
}

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character]!);
}

/** Throws for texts with unknown variables, with braces that are none, or without what the mail is sent for. */
export function requireVariables(texts: MailTexts, known: readonly string[], needs: string): void {
  for (const [field, text] of Object.entries(texts) as [string, string | null][]) {
    if (text === null || (field === "subject" && text === "")) continue;
    const used = [...text.matchAll(PLACEHOLDER)].map(([, name = ""]) => name.trim());
    const unknown = used.find((name) => !known.includes(name));
    if (unknown !== undefined) {
      throw invalid(field, `there is no variable {{${unknown}}}${suggest(unknown, known, "variables are")}`);
    }
    if (/\{\{|\}\}/.test(text.replaceAll(PLACEHOLDER, ""))) {
      throw invalid(field, "has double braces that are no variable; write a variable as {{email}}");
    }
    if (field !== "subject" && !used.includes(needs)) throw invalid(field, `must contain {{${needs}}}`);
    const secret = new RegExp(`\\{\\{\\s*${needs}\\s*\\}\\}`, "g");
    const { form, place } = field === "html" ? problemInHtml(text, secret) : problemInText(text, secret);
    if (form !== undefined) throw invalid(field, form);
    if (place !== undefined) {
      throw invalid(field, `{{${needs}}} must stand ${place}: as a part of another address, it would be sent there`);
    }
  }
}

/** A language tag in lower case: `de`, `pt-br`. */
export const LANGUAGE = /^[a-z]{2,3}(?:-[a-z0-9]{2,8}){0,3}$/;
const MAX_LANGUAGES = 10;

/** The tags of an `accept-language` header (RFC 9110, 12.5.4), the preferred first, each followed by its language alone. */
export function preferredLanguages(header: string): string[] {
  const weighted = header
    .toLowerCase()
    .split(",", MAX_LANGUAGES)
    .map((entry) => {
      const [tag = "", ...parameters] = entry.split(";").map((part) => part.trim());
      const q = parameters.find((parameter) => parameter.startsWith("q="))?.slice(2);
      return { tag, q: q === undefined ? 1 : Number(q) };
    })
    .filter(({ tag, q }) => LANGUAGE.test(tag) && q > 0)
    .sort((a, b) => b.q - a.q);
  return [...new Set(weighted.flatMap(({ tag }) => [tag, tag.split("-")[0]!]))];
}
