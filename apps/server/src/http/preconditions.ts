import { invalid } from "@plinth/core";
import type { Context } from "hono";
import type { AppEnv } from "../context.ts";

const TAGS = /^\s*(?:W\/)?"[^"]*"\s*(?:,\s*(?:W\/)?"[^"]*"\s*)*$/;
const TAG = /(W\/)?"([^"]*)"/g;
/** A version, or the tag of an answer: a client that changes an item need not know how it looks to others. */
const VERSION = /^(\d{1,15})(?:-[0-9a-f]{8})?$/;

/** The versions that `If-Match` allows; undefined if any is allowed. A weak tag never matches (RFC 9110, 13.1.1). */
export function ifMatch(c: Context<AppEnv>): number[] | undefined {
  const header = c.req.raw.headers.get("if-match");
  if (header === null || header.trim() === "*") return undefined;
  const tags = tagsOf(header, "if-match");
  const strong = tags.filter(({ weak }) => !weak);
  const versions = strong.flatMap(({ tag }) => VERSION.exec(tag)?.[1] ?? []).map(Number);
  // It could never match: more likely the caller's mistake than a conflicting change.
  if (versions.length === 0 && strong.length > 0) throw invalid("if-match", `If-Match ${EXPECTED}`);
  return versions;
}

/** Whether the caller already has this answer. */
export function isKnown(c: Context<AppEnv>, tag: string | undefined): boolean {
  const header = c.req.raw.headers.get("if-none-match");
  if (header === null || tag === undefined) return false;
  if (header.trim() === "*") return true;
  return tagsOf(header, "if-none-match").some((one) => `"${one.tag}"` === tag);
}

const EXPECTED = 'expects a version or an ETag in quotes, such as "3", or *';

export function tagsOf(header: string, field: string): { weak: boolean; tag: string }[] {
  if (!TAGS.test(header)) throw invalid(field, EXPECTED);
  return [...header.matchAll(TAG)].map(([, weak, tag]) => ({ weak: weak !== undefined, tag: tag! }));
}
