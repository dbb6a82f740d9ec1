import { type Change, type JsonObject, type LogPosition, type Row, type Variables, variablesOf } from "@plinth/core";
import type { RequestContext } from "../kernel/engine.ts";
import { affectedIds, MAX_AFFECTED } from "./affected.ts";
import { eventOf, type ItemEvent, type LookAhead, visibleNow } from "./event-mapper.ts";
import type { TimedMapper } from "./group.ts";
import { RelatedRows, readByIds } from "./related-rows.ts";
import { RowHistory } from "./row-history.ts";
import { timeCandidatesOf } from "./time-candidates.ts";
import type { Tristate } from "./tristate.ts";
import { type Visibility, visibleRow } from "./visibility.ts";

/** How a subscription follows what time alone changes. Undefined: nothing. */
export function timedMapper(
  ctx: RequestContext,
  visibility: Visibility,
  lookAhead: LookAhead,
): TimedMapper | undefined {
  const candidates = timeCandidatesOf(visibility);
  if (!candidates) return undefined;
  const at = (time: number): Variables => ({ ...variablesOf(ctx.principal, time) });
  const oneRow = visibility.dependsOn.size === 0;
  return {
    differs(changes, from, to) {
      if (!oneRow) return changes.length > 0;
      const [was, is] = [at(from), at(to)];
      const differs = (row: JsonObject | null): boolean =>
        row !== null && eventBetween(visibility, row, was, is, "") !== undefined;
      return changes.some(({ before, after }) => differs(before) || differs(after));
    },
    async pass(position, from, to) {
      const [was, is] = [at(from), at(to)];
      const found = await candidates.read(ctx, was.now, is.now, MAX_AFFECTED + 1);
      // What committed after `position` is in the rows that were read, and is sent later.
      const ahead = await lookAhead(position);
      if (!ahead.changes || found.length > MAX_AFFECTED) return [{ event: "reset", position: ahead.next }];
      if (!oneRow) return eventsOfRelated(ctx, visibility, found, ahead.changes, position, was, is);
      const rows = rowsAtStart(found, ahead.changes, visibility.collection.id);
      return rows.flatMap((row) => eventBetween(visibility, row, was, is, position) ?? []);
    },
  };
}

/** The rows as they were before the changes. */
function rowsAtStart(rows: readonly Row[], changes: readonly Change[], collectionId: string): JsonObject[] {
  const then = new Map<string, JsonObject | null>();
  for (const change of changes) {
    if (change.collectionId === collectionId && !then.has(change.item)) then.set(change.item, change.before);
  }
  const unchanged = rows.filter(({ id }) => !then.has(id as string));
  return [...unchanged, ...[...then.values()].filter((row) => row !== null)];
}

/** What a subscriber is sent of a row that nobody changed between two times. */
function eventBetween(
  visibility: Visibility,
  row: JsonObject,
  was: Variables,
  is: Variables,
  position: LogPosition,
): ItemEvent | undefined {
  return eventOf(row.id as string, visibleRow(visibility, row, was), visibleRow(visibility, row, is), position);
}

/** The same where visibility depends on other collections: see `eventsAcrossRelations`. */
async function eventsOfRelated(
  ctx: RequestContext,
  visibility: Visibility,
  found: readonly Row[],
  ahead: readonly Change[],
  position: LogPosition,
  was: Variables,
  is: Variables,
): Promise<ItemEvent[]> {
  const { collection, policy, filter, values } = visibility;
  const history = new RowHistory(ahead);
  const now = { ...ctx, variables: is };
  const affected = await affectedIds(now, visibility, ahead, history);
  const changed = ahead.filter(({ collectionId }) => collectionId === collection.id).map(({ item }) => item);
  const ids = [...new Set([...found.map(({ id }) => id as string), ...(affected ?? []), ...changed])];
  if (ids.length === 0) return [];
  if (!affected || ids.length > MAX_AFFECTED) return [{ event: "reset", position: ahead.at(-1)?.position ?? position }];
  const rows = new Map((await readByIds(now, collection, ids)).map((row) => [row.id as string, row]));
  const shown = new Map((await visibleNow(now, visibility, ids)).map((row) => [row.id as string, row]));
  const imagesOf = (id: string): JsonObject[] => {
    const row = rows.get(id);
    return [...(history.of(collection.id, id)?.rows ?? []), ...(row ? [row] : [])];
  };
  const sights = await Promise.all(
    [was, is].map(async (variables) => {
      const related = new RelatedRows({ ...ctx, variables }, history);
      const bindings = { values, variables };
      await related.load(collection, policy, filter, ids.flatMap(imagesOf), bindings);
      return (row: JsonObject): { readonly seen: Tristate; readonly text: string } => {
        const rule = related.rule(policy.where, row);
        const seen = Math.min(rule, related.matches(filter, row, policy, bindings)) as Tristate;
        return { seen, text: JSON.stringify([seen, seen > 0 ? related.shown(row, policy) : null]) };
      };
    }),
  );
  const [before, after] = sights as [(typeof sights)[number], (typeof sights)[number]];
  return ids.flatMap((id): ItemEvent[] => {
    const images = imagesOf(id);
    if (images.every((row) => before(row).text === after(row).text)) return [];
    const data = shown.get(id);
    const seen = images.map((row) => before(row).seen);
    if (!data) return seen.some((sight) => sight > 0) ? [{ event: "leave", id, position }] : [];
    return [{ event: seen[0] === 2 ? "update" : "enter", id, data, position }];
  });
}
