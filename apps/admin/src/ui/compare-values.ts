export type SortValue = string | number | bigint | boolean | Date | null | undefined;

/** Numbers within texts by their value: "item 9" before "item 10". The language of the browser decides about letters. */
const collator = new Intl.Collator(undefined, { numeric: true });

/** Ascending; nothing and NaN last. Texts by language, everything else by size. */
export function compareValues(one: SortValue, other: SortValue): number {
  const [a, b] = [comparable(one), comparable(other)];
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  if (typeof a === "string" || typeof b === "string") return collator.compare(String(a), String(b));
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Whether it stands last in both directions. */
export const isNothing = (value: SortValue): boolean => comparable(value) === undefined;

function comparable(value: SortValue): string | number | bigint | undefined {
  if (value === null || value === undefined) return undefined;
  const plain = typeof value === "boolean" || value instanceof Date ? Number(value) : value;
  return Number.isNaN(plain) ? undefined : plain;
}
