import { isObject, type Json } from "@plinth/core";

/** Shorter values occur in texts that have nothing to do with them. */
const LEAST = 8;
const HIDDEN = "…";

/** A value without those of secrets, which others may echo or name in their errors. */
export function hideSecrets(value: Json, secrets: readonly string[]): Json {
  const hidden = secrets.filter(({ length }) => length >= LEAST);
  return hidden.length === 0 ? value : hide(value, hidden);
}

function hide(value: Json, hidden: readonly string[]): Json {
  if (typeof value === "string") return hidden.reduce((text, secret) => text.replaceAll(secret, HIDDEN), value);
  if (Array.isArray(value)) return value.map((part) => hide(part, hidden));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [hide(key, hidden) as string, hide(part, hidden)]),
  );
}
