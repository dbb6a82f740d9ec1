import { invalid, type PlinthError } from "../errors.ts";
import { excerpt } from "../excerpt.ts";
import { isObject, type Json, type JsonObject } from "../json.ts";
import { nearest } from "../nearest.ts";
import type { VariableName } from "../principal.ts";

/**
 * Plain values where a variable may stand. A text that looks like a variable, Plinth's or another product's, is refused:
 * taken as plain text, it would make a rule that silently does nothing. `{"$literal": …}` is the value itself.
 */

export const VARIABLES: Readonly<Record<string, VariableName>> = {
  "$user.id": "user.id",
  "$user.email": "user.email",
  "$user.verified_email": "user.verified_email",
  "$user.roles": "user.roles",
  "$user.orgs": "user.orgs",
  "$org.id": "org.id",
  "$org.role": "org.role",
  "$workspace.id": "workspace.id",
  $now: "now",
};
const NAMES = Object.keys(VARIABLES);

/** Whether a filter takes the text for a variable. */
export function isVariableName(text: string): boolean {
  return Object.hasOwn(VARIABLES, text) || text.startsWith("$user.claims.");
}

const ESCAPE = "$literal";

export function isLiteral(value: Json): value is JsonObject {
  return isObject(value) && Object.hasOwn(value, ESCAPE) && Object.keys(value).length === 1;
}

/** The value that an escaped one stands for; any other as it is. */
export function plainValue(value: Json): Json {
  return isLiteral(value) ? value[ESCAPE]! : value;
}

/** Forms are short, and longer texts are not read. */
const MAX_FORM_CHARS = 100;

/** Variables of other products, whole texts only. Each is linear: no two parts of it match the same character. */
const FOREIGN: readonly RegExp[] = [
  // PocketBase: @request.auth.id, @collection.users.id, @now, @todayStart
  /^@(?:(?:request|collection)\.[\w.:]+|now|yesterday|tomorrow|(?:today|month|year)(?:Start|End))$/i,
  // Templates: {{user.id}}, {{ $user.id }}, {user.id}, #{user.id}, <%= user.id %>
  /^(?:[#%]?\{{1,2}|<%[=-]?) ?[$@]?(?:user|current_?user|auth|me|session|request|jwt|workspace|now)(?:[._][\w.]+)?(?:\(\))? ?(?:\}{1,2}|%>)$/i,
  // The caller by a name of its own: @me, @current_user, @auth.id
  /^@(?:me|current_?user|auth)(?:\.[\w.]+)?$/i,
  // Supabase and SQL: auth.uid(), auth.uid, (select auth.uid()), auth.jwt() ->> 'email', now(), current_user
  /^(?:\(select )?auth\.(?:uid|jwt|role|email)(?:\(\))?(?: ?->>? ?'\w+')?\)?$/i,
  /^(?:now\(\)|current_timestamp|current_user|current_user_id\(\))$/i,
  // Firebase and others: request.auth.uid, request.time, resource.data.owner, req.user.id, auth.user.id
  /^(?:req|request|ctx|context|auth|session)\.(?:auth|user|session|time)(?:\.[\w.]+)?$/i,
  /^(?:request\.)?resource\.data\.[\w.]+$/i,
  // Placeholders: :user_id, @userId, %CURRENT_USER% (but not %user%, which is a pattern)
  /^[:@](?:current_?)?(?:user|auth|owner|tenant|org|workspace)_?(?:id|email|roles?)$/i,
  /^%(?:current_?user(?:_?id)?|user_id)%$/i,
  // Hasura: X-Hasura-User-Id
  /^x-hasura-[\w-]+$/i,
  // Plinth's own with another sign or none: user.id, @user.id, :user.id, %user.id%
  /^[@:%#&]?(?:user\.(?:id|email|verified_email|roles|orgs)|org\.(?:id|role)|workspace\.id)%?$/i,
];

/** Throws for a text that looks like a variable and is none. */
export function requirePlain(text: string, path: string, names: readonly string[] = NAMES): void {
  if (text.charCodeAt(0) === 36 /* $ */) throw notAVariable(text, path, names);
  if (text.length <= MAX_FORM_CHARS && FOREIGN.some((form) => form.test(text))) throw notAVariable(text, path, names);
}

/** The same for every text in a value; `{"$literal": …}` is left alone. */
export function requirePlainDeep(value: Json, path: string, names: readonly string[] = NAMES): void {
  if (typeof value === "string") {
    if (names.includes(value))
      throw invalid(path, `${value} must be the whole value; for the text itself write ${escaped(value)}`);
    requirePlain(value, path, names);
  } else if (Array.isArray(value)) {
    for (const [i, item] of value.entries()) requirePlainDeep(item, `${path}.${i}`, names);
  } else if (isObject(value) && !isLiteral(value)) {
    for (const [key, item] of Object.entries<Json>(value)) requirePlainDeep(item, `${path}.${key}`, names);
  }
}

function notAVariable(text: string, path: string, names: readonly string[]): PlinthError {
  const near = meant(text, names);
  const known = names.length === 0 ? "no variable can stand here" : `variables are ${names.join(", ")}`;
  const hint = near === undefined ? known : `did you mean ${near}? (${known})`;
  return invalid(path, `there is no variable ${excerpt(text)}; ${hint}; for the text itself write ${escaped(text)}`);
}

function escaped(text: string): string {
  return JSON.stringify({ [ESCAPE]: excerpt(text) });
}

/** By the words in the names that other products use. */
const WORDS: readonly (readonly [RegExp, string])[] = [
  [/mail/i, "$user.email"],
  [/role/i, "$user.roles"],
  [/workspace|tenant|org/i, "$workspace.id"],
  [/now|time|today|yesterday|tomorrow|(?:month|year)(?:start|end)|date/i, "$now"],
  [/user|auth|uid|owner|session|^[$@](?:me|id)\b/i, "$user.id"],
  [/uuid|guid|random/i, "$uuid"],
];

function meant(text: string, names: readonly string[]): string | undefined {
  if (text.length > MAX_FORM_CHARS) return undefined;
  const own = nearest(text, names);
  if (own !== undefined) return own;
  return WORDS.find(([word, name]) => word.test(text) && names.includes(name))?.[1];
}
