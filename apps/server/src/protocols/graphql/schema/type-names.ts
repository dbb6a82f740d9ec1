import { madeOnce } from "./made-once.ts";
import { Names } from "./names.ts";
import type { VisibleCollections } from "./visible.ts";

/** The names of the types of a collection, beside its own: `posts_filter`, `posts_sort` … Shared types begin with a capital. */
export type TypeNames = (slug: string, part: string) => string;

export function typeNames(collections: VisibleCollections): TypeNames {
  const names = new Names(collections.keys());
  const known = new Map<string, string>();
  return (slug, part) => madeOnce(known, `${slug} ${part}`, () => names.derived(`${slug}_${part}`));
}
