import { anonymous, type Collection, type JsonObject, PlinthError, type SqlDriver, type SqlQuery } from "@plinth/core";
import type { JobRow, JobTriggerRow } from "@plinth/db";
import { collectionOf } from "../kernel/catalog.ts";
import type { Engine, RequestContext } from "../kernel/engine.ts";
import { contextOf } from "../kernel/request-context.ts";
import { listItems } from "../read/read.ts";
import { fitsMessage } from "./change-message.ts";
import { type DateTimes, dateTimesOf } from "./date-times.ts";
import { failedFiring } from "./firing-runs.ts";
import { storeFirings } from "./store-firings.ts";
import { DATE, type DateWhen, firingAt, withFirings } from "./trigger.ts";
import { type Occasion, triggeredJob } from "./triggered-job.ts";

/** Dates that have passed longer ago, while no server ran or before the item had them, are left out. */
export const CATCH_UP_MS = 2 * 86_400_000;
/** How long it is not looked at. */
const LOOK_MS = 3_600_000;
/** Items of one look. */
const PAGE = 200;

/** Where a look goes on that has not seen all that was due. */
interface Resume {
  readonly until: number;
  readonly cursor: string;
}

/** Stores the jobs of items whose date has come since the last look. Returns when to look again. */
export async function fireDate(
  engine: Engine,
  driver: SqlDriver,
  row: JobTriggerRow,
  when: DateWhen,
  now: number,
): Promise<number> {
  const { workspaceId } = row;
  const catalog = await engine.catalogs.get(driver, workspaceId);
  const ctx = contextOf(engine, driver, { ...anonymous(workspaceId), bypass: true }, catalog);
  const collection = collectionOf(ctx, when.collection);
  const times = dateTimesOf(collection, when);
  const resumed = row.resume === null ? null : (JSON.parse(row.resume) as Resume);
  const until = resumed?.until ?? now;
  const since = Math.max(row.doneAt!, until - CATCH_UP_MS);
  const range = { _gte: times.boundAt(since), _lt: times.boundAt(until) };
  const { data, next_cursor } = await itemsOf(ctx, when, range, { limit: PAGE, cursor: resumed?.cursor ?? null });
  const jobs: JobRow[] = [];
  for (const item of data) {
    const at = times.instantOf(item[when.field])!;
    jobs.push(await triggeredJob({ engine, driver }, row, dueItem(when, collection, item, at)));
  }
  const fired = jobs.map(({ id, runAt }) => firingAt(runAt, now, id));
  const events: SqlQuery[] = [];
  if (row.doneAt! < since && !resumed) {
    const error = `Dates up to ${new Date(since).toISOString()} were left out: no server ran for too long.`;
    fired.unshift(firingAt(row.doneAt!, now, null, error));
    events.push(...failedFiring(engine, driver, row, error));
    engine.log.warn("dates of items are left out", { workspaceId, owner: row.owner, name: row.name });
  }
  const firings = withFirings(row, fired);
  if (next_cursor !== null) {
    const resume = JSON.stringify({ until, cursor: next_cursor } satisfies Resume);
    await storeFirings(engine, driver, row, { jobs, progress: { dueAt: until, resume, firings }, events });
    return now;
  }
  const next = await nextDate(ctx, when, times, until);
  // Its changes have it looked at earlier, but for those of another database.
  const dueAt = Math.min(next ?? Infinity, now + LOOK_MS);
  await storeFirings(engine, driver, row, { jobs, progress: { dueAt, doneAt: until, resume: null, firings }, events });
  return dueAt;
}

async function nextDate(ctx: RequestContext, when: DateWhen, times: DateTimes, after: number): Promise<number | null> {
  const { data } = await itemsOf(ctx, when, { _gte: times.boundAt(after) }, { limit: 1, cursor: null });
  return data.length === 0 ? null : times.instantOf(data[0]![when.field]);
}

interface ItemPage {
  readonly data: readonly JsonObject[];
  readonly next_cursor: string | null;
}

async function itemsOf(
  ctx: RequestContext,
  { collection, field, filter }: DateWhen,
  range: JsonObject,
  page: { readonly limit: number; readonly cursor: string | null },
): Promise<ItemPage> {
  const due = { [field]: range };
  const query = {
    filter: filter === null ? due : { _and: [due, filter] },
    sort: [{ path: field, direction: "asc" as const }],
    cursor: page.cursor,
  };
  for (let { limit } = page; ; limit = Math.ceil(limit / 2)) {
    try {
      return (await listItems(ctx, collection, { ...query, limit })) as unknown as ItemPage;
    } catch (error) {
      // Items may be so large that an answer does not hold as many.
      if (!(error instanceof PlinthError) || error.code !== "LIMIT_EXCEEDED" || limit === 1) throw error;
    }
  }
}

/** What a job is stored for, once for an item and an instant. An item that is too large for a message comes without its fields. */
export function dueItem({ field }: DateWhen, { slug, columns }: Collection, item: JsonObject, at: number): Occasion {
  const { [columns.id]: id, version = null } = item;
  const sent = fitsMessage(JSON.stringify(item)) ? item : { [columns.id]: id!, version, truncated: true };
  const trigger = { type: DATE, at: new Date(at).toISOString(), collection: slug, field, item: sent };
  return { at, key: `${String(id)}/${at}`, trigger };
}
