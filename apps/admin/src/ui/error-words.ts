import { i18n, type MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import { adminWords } from "./admin-words.ts";
import { validationWords } from "./validation-words.ts";

/** The codes whose sentence says all that the server's own says, which is English. */
const SENTENCES: Readonly<Record<string, MessageDescriptor>> = {
  UNREACHABLE: msg`There is no connection to the server.`,
  TIMEOUT: msg`The answer took too long.`,
  INVALID_CREDENTIALS: msg`Email or password is wrong.`,
  INVALID_CODE: msg`The code is wrong, has been used, or has expired.`,
  FIELD_FORBIDDEN: msg`You may not use this field.`,
  WORKSPACE_ARCHIVED: msg`This workspace is archived.`,
  COLLECTION_NOT_FOUND: msg`There is no such collection.`,
  ITEM_NOT_FOUND: msg`There is no such item, or you may not see it.`,
  UNIQUE_VIOLATION: msg`Another item already has this value.`,
  REFERENCE_IN_USE: msg`It cannot be deleted while others refer to it.`,
  REFERENCE_NOT_FOUND: msg`The related item does not exist.`,
  PRECONDITION_FAILED: msg`It has changed since you read it.`,
  BODY_TOO_LARGE: msg`It is larger than allowed.`,
  PASSWORD_TOO_COMMON: msg`This password is too common: attackers try it first.`,
  UNKNOWN_FIELD: msg`There is no such field.`,
  RATE_LIMITED: msg`Too many requests; try again later.`,
  MAIL_NOT_CONFIGURED: msg`This server sends no mails: no mail server is set.`,
  OVERLOADED: msg`The server has too many requests at the moment.`,
  INTERNAL: msg`Something went wrong.`,
};

/** What an error says, in the language of the admin where its code has a sentence; else as the server says it. */
export function errorWords(error: unknown): string {
  return advised(error) ?? translated(error) ?? original(error);
}

/** The server's own sentence, where the one in the language of the admin stands beside it. */
export function originalWords(error: unknown): string | undefined {
  return advised(error) !== undefined || translated(error) === undefined ? undefined : original(error);
}

/** In place of advice for programs, in every language. */
function advised(error: unknown): string | undefined {
  const sentence = error instanceof Error ? adminWords(error.message) : undefined;
  return sentence && i18n._(sentence);
}

function translated(error: unknown): string | undefined {
  if (i18n.locale === "en" || !(error instanceof Error)) return undefined;
  const { code, details } = error as { readonly code?: string; readonly details?: { readonly field?: unknown } };
  const at = typeof details?.field === "string" ? `${details.field}: ` : "";
  const sentence = code === undefined ? undefined : SENTENCES[code];
  if (sentence) return at + i18n._(sentence);
  if (code !== "VALIDATION" || !error.message.startsWith(at)) return undefined;
  const found = validationWords(error.message.slice(at.length));
  return found && at + i18n._({ ...found.sentence, values: found.values });
}

function original(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
