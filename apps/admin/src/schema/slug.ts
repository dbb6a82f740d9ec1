const MAX_SLUG = 40;

/** `Order lines` → `order_lines`: what somebody types as a collection's name, as its name in URLs. */
export function toSlug(name: string): string {
  return name
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^[_0-9]+|_+$/g, "")
    .slice(0, MAX_SLUG);
}
