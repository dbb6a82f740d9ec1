import { ALWAYS, type Condition, fieldsOf } from "@plinth/core";

/** What would make a read that is refused for its cost cheaper. */
export interface Hint {
  /** The fields that an index would be on, where one would help. */
  readonly index?: string;
  readonly text: string;
}

export function hintFor(where: Condition): Hint {
  const index = indexFor(where);
  return index
    ? { index, text: `an index on ${index} and a narrower filter would help` }
    : { text: "filter by an indexed field" };
}

function indexFor(where: Condition): string | null {
  if (where === ALWAYS) return null;
  return [...fieldsOf(where)].join(", ") || null;
}
