import type { Change, Collection } from "@plinth/core";
import type { Catalog } from "../kernel/catalog.ts";
import type { ConsumerContext } from "../kernel/feature.ts";
import { type ChangeFilters, fitsFilters } from "./change-filter.ts";
import { fitsEvents } from "./events.ts";
import { isAfter, type LogStart, numbersOf } from "./log-start.ts";

export interface WantedChange {
  readonly collection: Collection;
  readonly change: Change;
}

/** Those after the start that fit the events and filters. Throws `VALIDATION` where a filter names a field that is gone. */
export function wantedChanges(
  changes: readonly Change[],
  catalog: Catalog,
  start: LogStart,
  { events, ...filters }: ChangeFilters & { readonly events: readonly string[] },
): WantedChange[] {
  const byId = new Map([...catalog.collections.values()].map((one): [string, Collection] => [one.id, one]));
  return changes.flatMap((change) => {
    const collection = byId.get(change.collectionId);
    if (!collection || !fitsEvents(events, collection, change.operation)) return [];
    // It was made before the start, or while nobody wanted it.
    if (!isAfter(numbersOf(change.position), start)) return [];
    return fitsFilters(catalog, collection, filters, change) ? [{ collection, change }] : [];
  });
}

/** The catalog may be older than a collection that another server has just made. */
export async function catalogFor(
  changes: readonly Change[],
  { engine, driver, workspaceId }: Pick<ConsumerContext, "engine" | "driver" | "workspaceId">,
): Promise<Catalog> {
  const catalog = await engine.catalogs.get(driver, workspaceId);
  const known = new Set([...catalog.collections.values()].map(({ id }) => id));
  const isComplete = changes.every(({ collectionId }) => known.has(collectionId));
  return isComplete ? catalog : ((await engine.catalogs.newer(driver, catalog)) ?? catalog);
}
