/** One term of an order: a field, or a path such as `author.name` or `address.city`. */
export interface SortInput {
  readonly path: string;
  readonly direction: "asc" | "desc";
}

/** `-created_at,title` as in a collection's setting and a query string; the reverse of `sortText`. */
export function parseSortText(text: string): SortInput[] {
  return text.split(",").map((part) => {
    const term = part.trim();
    return { path: term.replace(/^[-+]/, ""), direction: term.startsWith("-") ? "desc" : "asc" };
  });
}

/** The canonical spelling of an order. */
export function sortText(terms: readonly SortInput[]): string {
  return terms.map(({ path, direction }) => (direction === "desc" ? `-${path}` : path)).join(",");
}
