import type { Change, JsonObject, LogPosition, Row, Variables } from "@plinth/core";
import { bind } from "../kernel/bindings.ts";
import type { RequestContext } from "../kernel/engine.ts";
import { affectedIds, MAX_AFFECTED } from "./affected.ts";
import { inIds, RelatedRows, readByIds } from "./related-rows.ts";
import { RowHistory } from "./row-history.ts";
import type { Tristate } from "./tristate.ts";
import { type Visibility, visibleRow } from "./visibility.ts";

/**
 * One change as a subscriber sees it. `reset`: the server cannot say what changed, so the subscriber must read again.
 */
export interface ItemEvent {
  readonly event: "enter" | "update" | "leave" | "reset";
  readonly id?: string;
  readonly data?: JsonObject;
  /** A subscriber that received everything up to this event resumes from here. */
  readonly position: LogPosition;
  /** The newest change that the event covers, if it is not the one at `position`. Not part of the message. */
  readonly [UP_TO]?: LogPosition;
}

export const UP_TO = Symbol("up to");

/**
 * What committed after a position in the relevant collections. Null `changes`: too many, only the next position is
 * known.
 */
export type LookAhead = (after: LogPosition) => Promise<{ changes: readonly Change[] | null; next: LogPosition }>;

/** Events of whole rows are equal for all who see them, so they are created and encoded once. */
const shared = new WeakMap<Change, Partial<Record<"enter" | "update" | "leave", ItemEvent | undefined>>>();

/** Maps changes to events where one row decides visibility, as it is at one time. */
export function eventsOfRows(visibility: Visibility, changes: readonly Change[], variables: Variables): ItemEvent[] {
  const events: ItemEvent[] = [];
  for (const change of changes) {
    const before = change.before && visibleRow(visibility, change.before, variables);
    const after = change.after && visibleRow(visibility, change.after, variables);
    const event = sharedEvent(change, before, after);
    if (event) events.push(event);
  }
  return events;
}

function sharedEvent(change: Change, before: JsonObject | null, after: JsonObject | null): ItemEvent | undefined {
  const { item, position } = change;
  if (!before && !after) return undefined;
  if ((before && before !== change.before) || (after && after !== change.after)) {
    return eventOf(item, before, after, position);
  }
  let known = shared.get(change);
  if (!known) {
    known = {};
    shared.set(change, known);
  }
  const kind = !after ? "leave" : before ? "update" : "enter";
  known[kind] ??= eventOf(item, before, after, position);
  return known[kind];
}

export function eventOf(
  id: string,
  before: JsonObject | null,
  after: JsonObject | null,
  position: LogPosition,
): ItemEvent | undefined {
  if (after) {
    if (!before) return { event: "enter", id, data: after, position };
    // If only hidden fields changed, this subscriber gets no event, and must not learn when it happened.
    return before.version === after.version && JSON.stringify(before) === JSON.stringify(after)
      ? undefined
      : { event: "update", id, data: after, position };
  }
  return before ? { event: "leave", id, position } : undefined;
}

/** The log grows while a page is mapped. The page is mapped again with the new changes at most this often. */
const ATTEMPTS = 3;

/**
 * Maps changes to events where visibility depends on other collections. Events show rows as a read returns them now: an
 * old row is never combined with current related items. All later changes (the page, and what committed after it)
 * decide what the subscriber saw before.
 */
export async function eventsAcrossRelations(
  ctx: RequestContext,
  visibility: Visibility,
  changes: readonly Change[],
  next: LogPosition,
  lookAhead: LookAhead,
): Promise<ItemEvent[]> {
  if (changes.length === 0) return [];
  const ahead: Change[] = [];
  let more = await lookAhead(next);
  for (let attempt = 1; more.changes; attempt++) {
    ahead.push(...more.changes);
    const events = await eventsAt(ctx, visibility, changes, new RowHistory([...changes, ...ahead]));
    if (!events) break;
    more = await lookAhead(more.next);
    if (more.changes?.length === 0 || attempt === ATTEMPTS) return events;
  }
  return [{ event: "reset", position: more.next }];
}

async function eventsAt(
  ctx: RequestContext,
  visibility: Visibility,
  changes: readonly Change[],
  history: RowHistory,
): Promise<ItemEvent[] | null> {
  const { collection, policy, filter } = visibility;
  const affected = await affectedIds(ctx, visibility, changes, history);
  if (!affected) return null;
  const spans = spansOf(visibility, changes, affected);
  const ids = [...spans.keys()];
  if (ids.length > MAX_AFFECTED) return null;
  const shown = new Map((await visibleNow(ctx, visibility, ids)).map((row) => [row.id as string, row]));
  const rows = new Map((await readByIds(ctx, collection, ids)).map((row) => [row.id as string, row]));
  const bindings = bind(ctx, visibility.values);
  const imagesOf = (id: string): JsonObject[] => {
    const row = rows.get(id);
    return [...(history.of(collection.id, id)?.rows ?? []), ...(row ? [row] : [])];
  };
  const related = new RelatedRows(ctx, history);
  await related.load(collection, policy, filter, ids.flatMap(imagesOf), bindings);
  const sight = (row: JsonObject): Tristate => {
    const rule = related.rule(policy.where, row);
    return rule === 0 ? 0 : (Math.min(rule, related.matches(filter, row, policy, bindings)) as Tristate);
  };
  const events = ids.flatMap((id): ItemEvent[] => {
    const images = imagesOf(id);
    const seen = images.map(sight);
    const data = shown.get(id);
    const span = spans.get(id)!;
    if (!data) return seen.some((result) => result > 0) ? [{ event: "leave", id, ...span }] : [];
    const { made, gap } = history.of(collection.id, id) ?? { made: false, gap: false };
    const steady = seen.every((result) => result === 2) && !gap;
    if (steady && sameShown(images.map((row) => related.shown(row, policy)))) return [];
    return [{ event: seen[0] === 2 && !made ? "update" : "enter", id, data, ...span }];
  });
  return events.sort((a, b) => order(changes, a.position) - order(changes, b.position));
}

/** Items that the changes affect, each with its first and last change. */
function spansOf(visibility: Visibility, changes: readonly Change[], affected: ReadonlySet<string>) {
  const spans = new Map<string, { position: LogPosition; [UP_TO]: LogPosition }>();
  const others = changes.filter(({ collectionId }) => visibility.dependsOn.has(collectionId));
  for (const id of affected) spans.set(id, { position: others[0]!.position, [UP_TO]: others.at(-1)!.position });
  for (const { collectionId, item, position } of changes) {
    if (collectionId !== visibility.collection.id) continue;
    const known = spans.get(item);
    const first = known && order(changes, known.position) < order(changes, position) ? known.position : position;
    const last = known && order(changes, known[UP_TO]) > order(changes, position) ? known[UP_TO] : position;
    spans.set(item, { position: first, [UP_TO]: last });
  }
  return spans;
}

/** The items as a read returns them. */
export async function visibleNow(ctx: RequestContext, visibility: Visibility, ids: readonly string[]): Promise<Row[]> {
  if (ids.length === 0) return [];
  const { collection, policy, filter, values } = visibility;
  const where = { kind: "and" as const, of: [inIds(collection, ids), filter] };
  const tree = { collection, policy, where, select: null, sort: [], limit: { value: ids.length } };
  return (await ctx.source(tree.collection).store.find(tree, bind(ctx, values))).rows;
}

function sameShown(rows: readonly (JsonObject | undefined)[]): boolean {
  const [first, ...rest] = rows.map((row) => row && JSON.stringify(Object.entries(row).sort(byName)));
  return first !== undefined && rest.every((row) => row === first);
}

function byName([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : 1;
}

function order(changes: readonly Change[], position: LogPosition): number {
  return changes.findIndex((change) => change.position === position);
}
