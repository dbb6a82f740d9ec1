import { isSystemField, type Json } from "@plinth/core";

/** An item as the API answers it. */
export type Item = Readonly<Record<string, Json>> & { readonly id: string; readonly version: number };

/** What somebody has written of an item, without what Plinth keeps of it. A document declares no fields. */
export function ownValues(item: Item): Record<string, Json> {
  return Object.fromEntries(Object.entries(item).filter(([name]) => !isSystemField(name)));
}
