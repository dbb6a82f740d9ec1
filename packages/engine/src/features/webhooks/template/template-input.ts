import { invalid, type Json, type WebhookForm } from "@plinth/core";
import { expressionsOf } from "../../../expressions/environment.ts";
import { expressionsIn } from "../../../expressions/template.ts";
import type { Engine } from "../../../kernel/engine.ts";
import * as z from "../../../kernel/zod.ts";
import type { BodySignature } from "../settings.ts";
import type { OwnHeaders } from "../signing.ts";

const MAX_TEMPLATE_CHARS = 16_384;
const MAX_EXPRESSIONS = 200;
const DEEPEST = 20;

/** What expressions of the body may name, and those of headers, which know no item. In the language `type` is a function. */
export const BODY_NAMES = ["id", "event", "collection", "action", "timestamp", "data"] as const;
export const HEADER_NAMES = ["id", "event", "collection", "action"] as const;

export const templateSchema = z
  .json()
  .nullable()
  .refine(
    (value) => JSON.stringify(value).length <= MAX_TEMPLATE_CHARS,
    `may have ${MAX_TEMPLATE_CHARS} characters as JSON`,
  )
  .refine((value) => depthOf(value) <= DEEPEST, `may have ${DEEPEST} levels`)
  .describe("What is sent in place of the message: JSON with expressions between {{ and }}. Null: the message itself");

/** What of a webhook holds expressions, or goes with them. */
export interface TemplateSettings {
  readonly template: Json;
  readonly body_signature: BodySignature | null;
  readonly form: WebhookForm;
  readonly headers: OwnHeaders;
  /** Whether the headers are those that are stored. They were checked beside another template, and an answer says nothing of what is in them. */
  readonly hasStoredHeaders?: boolean;
}

/** Throws `VALIDATION` for expressions that could have no value, whatever changes. */
export async function checkTemplate(
  engine: Engine,
  { template, body_signature, form, headers, hasStoredHeaders = false }: TemplateSettings,
): Promise<void> {
  if (body_signature && form !== "v1") throw invalid("body_signature", "needs the form v1, which has a shared secret");
  const signing = body_signature?.header.toLowerCase();
  if (Object.keys(headers).some((name) => name.toLowerCase() === signing)) {
    throw invalid("body_signature.header", "is also one of the headers");
  }
  if (template === null) return;
  const parts = [
    ...found(template, "template").map((one) => ({ ...one, names: BODY_NAMES, isStored: false })),
    ...found(headers as Json, "headers").map((one) => ({ ...one, names: HEADER_NAMES, isStored: hasStoredHeaders })),
  ];
  if (parts.length > MAX_EXPRESSIONS) throw invalid("template", `may have ${MAX_EXPRESSIONS} expressions`);
  const expressions = parts.length > 0 ? await expressionsOf(engine) : undefined;
  for (const { path, expression, names, isStored } of parts) {
    const problem = expressions!.problemIn(expression, names);
    if (problem !== undefined) throw invalid(path, isStored ? STORED_PROBLEM : problem);
  }
}

const STORED_PROBLEM = "is stored with an expression that could have no value; send all headers with the template";

function found(template: Json, path: string) {
  try {
    return expressionsIn(template, path);
  } catch (error) {
    if (error instanceof SyntaxError) throw invalid(path, error.message);
    throw error;
  }
}

function depthOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}
