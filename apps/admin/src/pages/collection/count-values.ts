import { plural, t } from "@lingui/core/macro";
import type { View } from "@plinth/client";
import type { Field } from "@plinth/core";

export interface BoundedCount {
  readonly count: number;
  /** There are more, which nobody has counted. */
  readonly more: boolean;
}

/** Counting all of a million values would take as long as reading them. */
const MOST = 1000;

/** How many items have a value for the field. */
export async function countValues(client: View, slug: string, { name }: Field): Promise<BoundedCount> {
  const filter = { [name]: { _null: false } };
  const { data, has_more } = await client.from(slug).list({ filter, fields: ["id"], limit: MOST });
  return { count: data.length, more: has_more };
}

export function countWords({ count, more }: BoundedCount): string {
  if (count === 0) return t`No item has a value for it.`;
  if (more)
    return t`More than ${MOST} items have a value for it. These values are lost for good when you apply the draft.`;
  return plural(count, {
    one: "# item has a value for it, which is lost for good when you apply the draft.",
    other: "# items have a value for it. These values are lost for good when you apply the draft.",
  });
}
