import { invalid, isObject, type Json, PlinthError, sha256Hex } from "@plinth/core";
import type { GraphqlSettings, RequestContext } from "@plinth/engine";

/** What a request asks for, as it came. Texts in an address are JSON. */
export type RequestParts = { readonly query?: Json; readonly extensions?: Json };

/**
 * The document that a request names by its hash, in place of sending it. Undefined: it sends one, or none. Throws where only
 * trusted documents may be run, and this is none.
 */
export async function persistedDocument(
  { principal }: RequestContext,
  { documents, trusted }: GraphqlSettings,
  { query, extensions }: RequestParts,
): Promise<string | undefined> {
  const hash = query === undefined ? hashIn(extensions) : undefined;
  if (hash !== undefined) {
    const found = trusted.get(hash);
    if (found === undefined)
      throw new PlinthError("NOT_FOUND", "PersistedQueryNotFound: no document of this hash is trusted.", {
        field: "extensions.persistedQuery.sha256Hash",
      });
    return found;
  }
  if (documents === "any" || principal.bypass || typeof query !== "string") return undefined;
  if (!trusted.has(await sha256Hex(new TextEncoder().encode(query))))
    throw invalid("query", "only trusted documents are run here", "FORBIDDEN");
  return undefined;
}

function hashIn(extensions: Json | undefined): string | undefined {
  const given = isObject(extensions ?? null) ? (extensions as { persistedQuery?: Json }).persistedQuery : undefined;
  const hash = given !== undefined && isObject(given) ? given.sha256Hash : undefined;
  return typeof hash === "string" ? hash.toLowerCase() : undefined;
}
