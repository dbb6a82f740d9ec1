/**
 * The database, and the library that signs users in, want an email address of every account. The row of a user who has
 * none holds a placeholder in its place: the user's id at a domain that never exists (RFC 2606). This file alone makes,
 * recognises and hides them; to everybody else, such a user's address is null.
 */
const DOMAIN = "no-email.invalid";

/** How each placeholder ends, for conditions in SQL. */
export const PLACEHOLDER_ENDING = `@${DOMAIN}`;

export function placeholderAddress(userId: string): string {
  return userId + PLACEHOLDER_ENDING;
}

/** Whether an address is a placeholder, or would be taken for one. */
export function isPlaceholderAddress(address: string): boolean {
  return address.trimEnd().toLowerCase().endsWith(PLACEHOLDER_ENDING);
}

/** The address that a row holds. */
export function addressIn(stored: string): string | null {
  return stored.endsWith(PLACEHOLDER_ENDING) ? null : stored;
}

const LENGTH = "00000000-0000-7000-8000-000000000000".length + PLACEHOLDER_ENDING.length;

/** A value for callers: a placeholder is null, and one within a longer text the id of its user. */
export function withoutPlaceholders(text: string): string | null {
  return text.length === LENGTH && text.endsWith(PLACEHOLDER_ENDING) ? null : withIdsForPlaceholders(text);
}

/** A text that must stay one, such as a URI or a name: the ids of users in place of placeholders. */
export function withIdsForPlaceholders(text: string): string {
  return text.replaceAll(PLACEHOLDER_ENDING, "").replaceAll(encodeURIComponent(PLACEHOLDER_ENDING), "");
}
