import { DOCUMENT_FIELD, type Field, fieldPolicyOf, isJson, isReference, isVirtual } from "@plinth/core";
import { type RequestContext, readPolicy } from "@plinth/engine";

/** The field at the end of a dotted path, if there is one and the caller may see it. */
export type KnownField = (path: string) => Field | undefined;

/** The fields that a filter of this collection may name. Below JSON, and in a document, every name is a field. */
export function knownFields({ catalog, principal }: RequestContext, slug: string): KnownField {
  return (path) => {
    let at = catalog.collections.get(slug);
    const names = path.split(".");
    for (const [i, name] of names.entries()) {
      const policy = at && readPolicy(catalog, principal, at);
      if (!at || !policy || fieldPolicyOf(policy, name) === undefined) return undefined;
      const field = at.byName.get(name);
      if (field === undefined) return at.kind === "document" ? DOCUMENT_FIELD : undefined;
      if (i === names.length - 1 || isJson(field)) return field;
      if (!isReference(field) && !isVirtual(field)) return undefined;
      at = catalog.collections.get(field.to!);
    }
    return undefined;
  };
}
