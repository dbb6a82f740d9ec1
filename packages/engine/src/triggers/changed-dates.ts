import { type Change, type Collection, PlinthError } from "@plinth/core";
import type { JobTriggerRow } from "@plinth/db";
import type { Catalog } from "../kernel/catalog.ts";
import { fitsFilters } from "./change-filter.ts";
import { CATCH_UP_MS, dueItem } from "./date.ts";
import { type DateTimes, dateTimesOf } from "./date-times.ts";
import { isAfter, numbersOf } from "./log-start.ts";
import type { DateWhen } from "./trigger.ts";
import type { ChangeOccasion } from "./triggered-job.ts";

export interface ChangedDates {
  /** Items whose new date has passed already. */
  readonly occasions: readonly ChangeOccasion[];
  /** The first of the dates that come. */
  readonly dueAt: number | undefined;
}

/**
 * What changes mean for a trigger of dates. Time finds dates that come; one that has passed when it is stored, it does not look for any
 * more. Both store the same job for an item and a date.
 */
export function datesIn(
  row: JobTriggerRow,
  when: DateWhen,
  changes: readonly Change[],
  catalog: Catalog,
  now: number,
): ChangedDates {
  const collection = catalog.collections.get(when.collection);
  if (!collection) throw new PlinthError("COLLECTION_NOT_FOUND", `collection ${when.collection} is gone.`);
  const times = dateTimesOf(collection, when);
  const occasions: ChangeOccasion[] = [];
  let dueAt: number | undefined;
  for (const change of changes) {
    if (change.collectionId !== collection.id || !isAfter(numbersOf(change.position), row)) continue;
    const at = newDateIn(when, { collection, change }, catalog, times);
    if (at === null) continue;
    if (at > Math.max(now, row.doneAt!)) dueAt = Math.min(at, dueAt ?? at);
    else if (at > now - CATCH_UP_MS) occasions.push({ ...dueItem(when, collection, change.after!, at), change });
  }
  return { occasions, dueAt };
}

/** The date that an item has since a change, or that counts since it; null: there is none. */
function newDateIn(
  { field, filter }: DateWhen,
  { collection, change }: { readonly collection: Collection; readonly change: Change },
  catalog: Catalog,
  { instantOf }: DateTimes,
): number | null {
  const { before, after } = change;
  if (after === null) return null;
  const at = instantOf(after[field]);
  const counts = (row: Change["after"]) =>
    fitsFilters(catalog, collection, { filter, filter_before: null }, { ...change, before: null, after: row });
  if (at === null || !counts(after)) return null;
  const wasSo = before !== null && instantOf(before[field]) === at && counts(before);
  return wasSo ? null : at;
}
