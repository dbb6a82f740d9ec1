import { plural, t } from "@lingui/core/macro";

/** What is lost with a collection of so many items. */
export function lossWords(items: number | undefined): string {
  if (items === undefined) return t`All of its items are lost for good.`;
  if (items === 0) return t`It has no items.`;
  return plural(items, { one: "Its only item is lost for good.", other: "Its # items are lost for good." });
}
