import { isObject, type Json } from "@plinth/core";

/** Evaluates an expression. */
export type Evaluate = (expression: string) => Json;

type TemplatePart = { readonly text: string } | { readonly expression: string };

/**
 * Values with expressions in them, between double braces. A text that is one expression becomes its value; otherwise its values
 * are put into the text.
 */
export function renderTemplate(template: Json, evaluate: Evaluate): Json {
  if (typeof template === "string") return renderText(template, evaluate);
  if (Array.isArray(template)) return template.map((part) => renderTemplate(part, evaluate));
  if (!isObject(template)) return template;
  return Object.fromEntries(Object.entries(template).map(([key, part]) => [key, renderTemplate(part, evaluate)]));
}

/** The expressions of a template, with the path of each. Throws for a text with braces that are not closed. */
export function expressionsIn(template: Json, path: string): { readonly path: string; readonly expression: string }[] {
  if (typeof template === "string")
    return partsOf(template).flatMap((part) => ("expression" in part ? [{ path, expression: part.expression }] : []));
  if (!Array.isArray(template) && !isObject(template)) return [];
  return Object.entries(template).flatMap(([key, part]) => expressionsIn(part as Json, `${path}.${key}`));
}

function renderText(text: string, evaluate: Evaluate): Json {
  const parts = partsOf(text);
  const [only] = parts;
  if (parts.length === 1 && "expression" in only!) return evaluate(only.expression);
  return parts.map((part) => ("text" in part ? part.text : asText(evaluate(part.expression)))).join("");
}

function asText(value: Json): string {
  if (value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function partsOf(text: string): TemplatePart[] {
  const parts: TemplatePart[] = [];
  for (let at = 0; ; ) {
    const begin = text.indexOf("{{", at);
    const before = text.slice(at, begin < 0 ? undefined : begin);
    if (before !== "") parts.push({ text: before });
    if (begin < 0) return parts;
    const end = endOfExpression(text, begin + 2);
    if (end === undefined) throw new SyntaxError("{{ is not closed");
    parts.push({ expression: text.slice(begin + 2, end).trim() });
    at = end + 2;
  }
}

/** Braces and texts of the expression itself do not close it. */
function endOfExpression(text: string, from: number): number | undefined {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const char = text[at]!;
    if (char === '"' || char === "'") {
      at = endOfQuote(text, at);
    } else if (char === "{") {
      depth++;
    } else if (char === "}") {
      if (depth === 0) return text[at + 1] === "}" ? at : undefined;
      depth--;
    }
  }
  return undefined;
}

function endOfQuote(text: string, from: number): number {
  const quote = text[from];
  for (let at = from + 1; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === quote) return at;
  }
  return text.length;
}
