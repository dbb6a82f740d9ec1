import { invalid, suggest } from "@plinth/core";
import type { MailTexts } from "./templates.ts";

type Variables = Readonly<Record<string, string>>;

const PLACEHOLDER = /\{\{([^{}]*)\}\}/g;
const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** The mail's texts with values in place of variables. In HTML, values are escaped. */
export function render({ subject, text, html }: MailTexts, variables: Variables): MailTexts {
  return {
    // One line: a line break would begin a header of its own.
    subject: fill(subject, variables)
      .replaceAll(/[\p{Cc}\s]+/gu, " ")
      .trim(),
    text: fill(text, variables),
    html: html === null ? null : fill(html, variables, escapeHtml),
  };
}

function fill(template: string, variables: Variables, show = (value: string) => value): string {
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
    for (const match of text.matchAll(PLACEHOLDER)) {
      if (match[1]!.trim() !== needs || standsAlone(field, text, match)) continue;
      const place =
        field === "html" ? 'as href="{{url}}" or between elements' : "between spaces or on a line of its own";
      throw invalid(field, `{{${needs}}} must stand ${place}: as a part of another address, it would be sent there`);
    }
  }
}

/** A secret that is a part of another address goes to the server of that address, an image even without a click. */
function standsAlone(field: string, text: string, { index, 0: placeholder }: RegExpExecArray): boolean {
  const before = text.slice(0, index);
  const after = text.slice(index + placeholder.length);
  if (field !== "html") return /(?:^|[\s(<"])$/.test(before.slice(-1)) && /^(?:$|[\s)>".,;])/.test(after.slice(0, 1));
  const inTag = before.lastIndexOf("<") > before.lastIndexOf(">");
  if (inTag) return /\shref=["']$/i.test(before.slice(-7)) && after[0] === before.at(-1);
  return /(?:^|[\s>(])$/.test(before.slice(-1)) && /^(?:$|[\s<).,;])/.test(after.slice(0, 1));
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
