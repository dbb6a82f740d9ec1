import { type Collection, isReference } from "@plinth/core";
import type { PreparedInverse } from "./undo-plan.ts";

/** Items of one collection in an order in which each comes after those of them that it refers to. */
export function parentsFirst(collection: Collection, items: readonly PreparedInverse[]): PreparedInverse[] {
  const own = collection.fields.filter((field) => isReference(field) && field.to === collection.slug);
  if (own.length === 0) return [...items];
  const byId = new Map(items.map((item) => [item.id, item]));
  const ordered = new Set<PreparedInverse>();
  for (const item of items) {
    // Without recursion, as a chain may be as long as the list.
    const path = [item];
    const entered = new Set<PreparedInverse>();
    while (path.length > 0) {
      const last = path.at(-1)!;
      const parents = own.flatMap(({ name }) => byId.get(last.row[name] as string) ?? []);
      const next = entered.has(last) ? undefined : parents.filter((one) => !ordered.has(one) && !entered.has(one));
      entered.add(last);
      if (next && next.length > 0) path.push(...next);
      else {
        path.pop();
        ordered.add(last);
      }
    }
  }
  return [...ordered];
}
