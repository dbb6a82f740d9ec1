import { type Change, type JsonObject, type Place, type Variables, variablesOf } from "@plinth/core";
import type { Scope } from "../engine.ts";
import { affectedRows } from "./affected.ts";
import { type Lens, masksOf, view } from "./lens.ts";
import { pastOf, World } from "./world.ts";

/** One change of what a subscriber sees. `reset`: the server cannot say what changed, so the subscriber reads anew. */
export interface ItemEvent {
  readonly event: "enter" | "update" | "leave" | "reset";
  readonly id?: string;
  readonly data?: JsonObject;
  readonly place: Place;
}

/** How far back related items are remembered as they were. */
const MAX_TRAIL = 200;

/** Changes as events of one lens, in order. `trail` is what came shortly before them, newest last. */
export function judge(
  scope: Scope,
  lens: Lens,
  changes: readonly Change[],
  trail: readonly Change[],
): ItemEvent[] | Promise<ItemEvent[]> {
  if (lens.reached.size > 0) return judgeReaching(scope, lens, changes, trail);
  const events: ItemEvent[] = [];
  // The log's time, not this moment's: who resumes is told what would have been told then.
  const variables: Variables = { ...scope.variables };
  for (const change of changes) {
    if (change.collectionId !== lens.collection.id) continue;
    variables.now = change.at;
    const before = change.before && view(lens, change.before, variables);
    const after = change.after && view(lens, change.after, variables);
    const event = sharedEvent(change, before, after);
    if (event) events.push(event);
  }
  return events;
}

/** Events of whole rows are the same for all who see them, and made, written out and encoded once. */
const shared = new WeakMap<Change, Partial<Record<"enter" | "update" | "leave", ItemEvent | undefined>>>();

function sharedEvent(change: Change, before: JsonObject | null, after: JsonObject | null): ItemEvent | undefined {
  const { item, place } = change;
  if (!before && !after) return undefined;
  if ((before && before !== change.before) || (after && after !== change.after)) {
    return eventOf(item, before, after, place);
  }
  let known = shared.get(change);
  if (!known) {
    known = {};
    shared.set(change, known);
  }
  const kind = !after ? "leave" : before ? "update" : "enter";
  known[kind] ??= eventOf(item, before, after, place);
  return known[kind];
}

function eventOf(id: string, before: JsonObject | null, after: JsonObject | null, place: Place): ItemEvent | undefined {
  if (after) {
    if (!before) return { event: "enter", id, data: after, place };
    // A change of hidden fields only is none to this subscriber, and when it happened is not theirs to know.
    return before.version === after.version && JSON.stringify(before) === JSON.stringify(after)
      ? undefined
      : { event: "update", id, data: after, place };
  }
  return before ? { event: "leave", id, place } : undefined;
}

/**
 * A rule or filter that reaches through relations is decided by related items as they are now; what was visible before,
 * also by what they were a moment ago, so that nothing stays in sight for want of a `leave`.
 */
async function judgeReaching(scope: Scope, lens: Lens, changes: readonly Change[], trail: readonly Change[]) {
  const own = changes.filter(({ collectionId }) => collectionId === lens.collection.id);
  const others = changes.filter(({ collectionId }) => lens.reached.has(collectionId));
  if (own.length === 0 && others.length === 0) return [];
  const fresh = { ...scope, variables: variablesOf(scope.principal, scope.engine.clock.now()) };
  const affected = others.length > 0 ? await affectedRows(fresh, lens, others) : [];
  const last = changes.at(-1)!.place;
  if (!affected) return [{ event: "reset" as const, place: last }];
  const now = new World(fresh);
  const pasts = [
    new World(fresh, pastOf(changes)),
    new World(fresh, pastOf([...trail.slice(-MAX_TRAIL), ...changes], true)),
  ];
  const rows = [...own.flatMap(({ before, after }) => [before, after]), ...affected].filter((row) => row !== null);
  for (const world of [now, ...pasts]) await loadAll(world, fresh, lens, rows);
  const { variables } = fresh;
  const events: ItemEvent[] = [];
  for (const { item, before, after, place } of own) {
    const was = before && seenIn([now, ...pasts], lens, before, variables);
    const event = eventOf(item, was, after && view(lens, after, variables, now), place);
    if (event) events.push(event);
  }
  for (const row of affected) {
    const was = seenIn(pasts, lens, row, variables);
    const is = view(lens, row, variables, now);
    const event = eventOf(row.id as string, was, is, others.at(-1)!.place);
    if (event) events.push(event);
  }
  return events.sort((a, b) => order(changes, a.place) - order(changes, b.place));
}

function seenIn(worlds: readonly World[], lens: Lens, row: JsonObject, variables: Variables): JsonObject | null {
  for (const world of worlds) {
    const seen = view(lens, row, variables, world);
    if (seen) return seen;
  }
  return null;
}

async function loadAll(world: World, scope: Scope, lens: Lens, rows: readonly JsonObject[]): Promise<void> {
  const bare = { values: [], variables: scope.variables };
  for (const condition of [lens.access.where, ...masksOf(lens.access)]) await world.load(condition, rows, bare, lens);
  await world.load(lens.filter, rows, { values: lens.values, variables: scope.variables }, lens);
}

function order(changes: readonly Change[], place: Place): number {
  return changes.findIndex((change) => change.place === place);
}
