/** The address of a collection's items. */
export function itemsPath(slug: string): string {
  return `api/items/${segment(slug, "slug")}`;
}

/** The address of one of them. */
export function itemPath(slug: string, id: string): string {
  return `${itemsPath(slug)}/${segment(id, "id")}`;
}

/** A part of an address that leads nowhere else: `..` would, and nothing at all would be the whole collection. */
function segment(text: unknown, name: string): string {
  if (typeof text === "string" && text !== "" && !/^\.\.?$/.test(text)) return encodeURIComponent(text);
  throw new TypeError(`${name} must be a text that is not empty, got ${String(text).slice(0, 100)}`);
}
