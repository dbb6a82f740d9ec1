import { invalid } from "../errors.ts";
import type { Field } from "./field.ts";
import { FIELD_TYPES } from "./table.ts";

/**
 * The texts of one index entry, in bytes of UTF-8. Engines differ in what an entry may hold, the least being 2,700 bytes
 * with all that belongs to it. One limit for all keeps a text that one engine takes valid on the others.
 */
export const MAX_INDEX_BYTES = 2400;

/** What of a collection says which fields share an index. */
interface Indexed {
  readonly fields: readonly Field[];
  readonly unique_together?: readonly (readonly string[])[] | undefined;
  readonly indexes?: readonly (readonly string[])[] | undefined;
}

/** How many bytes the texts that are indexed may have, by field. The texts of a set share its index's entry. */
export function indexedTexts({ fields, unique_together = [], indexes = [] }: Indexed): Map<string, number> {
  const texts = new Map(
    fields.filter(({ type }) => FIELD_TYPES[type].kind === "text").map((field) => [field.name, field]),
  );
  const limits = new Map<string, number>();
  const share = (names: readonly string[]): void => {
    const bytes = Math.floor(MAX_INDEX_BYTES / names.length);
    for (const name of names) limits.set(name, Math.min(bytes, limits.get(name) ?? bytes));
  };
  for (const { name, indexed, unique } of texts.values()) if (indexed || unique) share([name]);
  for (const set of [...unique_together, ...indexes]) share(set.filter((name) => texts.has(name)));
  return limits;
}

export function checkIndexedText(
  { index_bytes }: { index_bytes?: number | undefined },
  text: string,
  path: string,
): void {
  // Most texts are short enough whatever their characters are.
  if (index_bytes === undefined || text.length * 3 <= index_bytes) return;
  const bytes = new TextEncoder().encode(text).length;
  if (bytes > index_bytes)
    throw invalid(path, `is indexed, so it may have at most ${index_bytes} bytes, not ${bytes}`, "LIMIT_EXCEEDED");
}
