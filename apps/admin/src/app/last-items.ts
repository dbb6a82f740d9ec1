import { isObject, type Json } from "@plinth/core";

const STORED = "plinth.items";

/** The list of items that this browser showed last. */
export interface LastItems {
  readonly workspace: string;
  readonly collection: string;
  /** How they were shown, as the address has it. Conditions and searched words are not kept: they are data. */
  readonly search: Readonly<Record<string, Json>>;
}

export function lastItems(): LastItems | undefined {
  try {
    const kept = JSON.parse(localStorage.getItem(STORED) ?? "null") as Json;
    if (!isObject(kept) || !isObject(kept.search)) return undefined;
    const { workspace, collection, search } = kept;
    return typeof workspace === "string" && typeof collection === "string"
      ? { workspace, collection, search }
      : undefined;
  } catch {
    return undefined;
  }
}

export function rememberItems(items: LastItems): void {
  try {
    localStorage.setItem(STORED, JSON.stringify(items));
  } catch {
    // Without storage, the admin opens with the overview.
  }
}
