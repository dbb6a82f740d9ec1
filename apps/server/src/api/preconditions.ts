import { invalid, type Json } from "@plinth/core";
import type { Context } from "hono";
import type { AppEnv } from "../context.ts";

const TAGS = /^\s*(?:W\/)?"[^"]*"\s*(?:,\s*(?:W\/)?"[^"]*"\s*)*$/;
const TAG = /(W\/)?"([^"]*)"/g;

/** The versions that `If-Match` allows; undefined where any will do. A weak tag never matches (RFC 9110, 13.1.1). */
export function ifMatch(c: Context<AppEnv>): number[] | undefined {
  const header = c.req.raw.headers.get("if-match");
  if (header === null || header.trim() === "*") return undefined;
  const strong = tagsOf(header, "if-match").filter(({ weak }) => !weak);
  return strong.flatMap(({ tag }) => (/^\d{1,15}$/.test(tag) ? [Number(tag)] : []));
}

/** Whether the caller has this very version already. */
export function isKnown(c: Context<AppEnv>, tag: string | undefined): boolean {
  const header = c.req.raw.headers.get("if-none-match");
  if (header === null || tag === undefined) return false;
  if (header.trim() === "*") return true;
  return tagsOf(header, "if-none-match").some((one) => `"${one.tag}"` === tag);
}

function tagsOf(header: string, field: string): { weak: boolean; tag: string }[] {
  if (!TAGS.test(header)) throw invalid(field, 'expected a version in quotes, such as "3", or *');
  return [...header.matchAll(TAG)].map(([, weak, tag]) => ({ weak: weak !== undefined, tag: tag! }));
}

/** The tag of one item's answer, where its version is part of it. */
export function etagOf(row: Json): string | undefined {
  const version = typeof row === "object" && row !== null && !Array.isArray(row) ? row.version : undefined;
  return typeof version === "number" ? `"${version}"` : undefined;
}
