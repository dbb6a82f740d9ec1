import { isObject, type Json, type JsonObject } from "@plinth/core";
import { ExpressionFailure, type ExpressionVariables, expressionsOf } from "../../../expressions/environment.ts";
import { expressionValue } from "../../../expressions/expression-value.ts";
import { expressionBudget } from "../../../expressions/meter.ts";
import { renderTemplate } from "../../../expressions/template.ts";
import { expressionTurns } from "../../../expressions/turns.ts";
import type { Engine } from "../../../kernel/engine.ts";
import { fitsMessage, MAX_MESSAGE_BYTES } from "../../../triggers/change-message.ts";
import { messageId, type OwnHeaders } from "../signing.ts";

/** Visible ASCII, as own headers that are stored. */
const HEADER_TEXT = /^[\x20-\x7e]{0,1000}$/;

/** Why a message cannot be made by its template: the same at each attempt. */
export class TemplateFailure extends Error {
  override readonly name = "TemplateFailure";
}

/** A message as it is stored, before a template. */
export interface PlainMessage {
  /** Of the delivery. */
  readonly id: string;
  readonly type: string;
  readonly body: string;
}

/** What a message is sent with. */
export interface RenderedMessage {
  readonly body: string;
  readonly headers: OwnHeaders;
}

/** Such as `posts.create`: about an item. Others tell of the webhook itself, and have no template. */
const ABOUT_ITEM = /^(.+)\.(create|update|delete)$/;

export async function renderMessage(
  engine: Engine,
  { template, headers }: { readonly template: Json; readonly headers: OwnHeaders },
  message: PlainMessage,
): Promise<RenderedMessage> {
  const [, collection, action] = ABOUT_ITEM.exec(message.type) ?? [];
  if (template === null || collection === undefined) return { body: message.body, headers };
  const about = { id: messageId(message.id), event: message.type, collection, action: action! };
  const { timestamp, data } = JSON.parse(message.body) as { timestamp: string; data: JsonObject };
  const whole = { before: null, after: null, truncated: false, ...data };
  const variables = expressionValue({ ...about, timestamp, data: whole }) as ExpressionVariables;
  const body = JSON.stringify(await rendered(engine, template, variables, "template"));
  if (!fitsMessage(body)) throw tooLarge("template");
  const values = (await rendered(engine, headers as Json, about, "headers")) as JsonObject;
  return {
    body,
    headers: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, headerOf(name, value)])),
  };
}

async function rendered(engine: Engine, template: Json, variables: ExpressionVariables, path: string): Promise<Json> {
  const expressions = await expressionsOf(engine);
  const budget = expressionBudget();
  let left = MAX_MESSAGE_BYTES;
  const evaluate = (expression: string): Json => {
    const value = expressions.evaluate(expression, variables, budget);
    // As a text each value is copied: the sum is asked before all of them are put together.
    left -= typeof value === "string" ? value.length : JSON.stringify(value).length;
    if (left < 0) throw tooLarge(path);
    return value;
  };
  try {
    return await expressionTurns(engine)(() => renderTemplate(template, evaluate));
  } catch (error) {
    // Of headers without the expression: they hold credentials.
    if (error instanceof ExpressionFailure)
      throw new TemplateFailure(
        path === "headers" ? "headers: an expression has no value" : `${path}: ${error.message}`,
      );
    // Stored before the webhook had a template, so never checked.
    if (error instanceof SyntaxError) throw new TemplateFailure(`${path}: ${error.message}`);
    throw error;
  }
}

const tooLarge = (path: string) => new TemplateFailure(`${path}: makes more than 256 KB`);

function headerOf(name: string, value: Json): string {
  const text = isObject(value) || Array.isArray(value) || value === null ? undefined : String(value);
  if (text !== undefined && HEADER_TEXT.test(text)) return text;
  throw new TemplateFailure(`headers.${name}: is no text of up to 1000 visible ASCII characters`);
}
