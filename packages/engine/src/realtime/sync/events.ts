import { ALWAYS, type Change, isAlways, type JsonObject, type Variables, variablesOf } from "@plinth/core";
import type { RequestContext } from "../../kernel/engine.ts";
import type { ItemEvent } from "../event-mapper.ts";
import { project } from "../live/query.ts";
import type { NetPage } from "../net-changes.ts";
import { visibleRow } from "../visibility.ts";
import type { SyncShape } from "./shape.ts";
import type { SyncState } from "./token.ts";

export interface SyncChange {
  readonly shape: string;
  readonly event: "enter" | "update" | "leave";
  readonly id: string;
  readonly data?: JsonObject;
  /** Why an item left, where the caller may know it. */
  readonly cause?: "delete" | "filter";
}

/** An event with its place in the page: what time alone has changed comes first. */
export interface PlacedChange {
  readonly at: number;
  readonly change: SyncChange;
}

/** What a page of the log changes in a shape, and what time has changed until `now`. Null: too much. */
export async function shapeChanges(
  ctx: RequestContext,
  shape: SyncShape,
  state: SyncState,
  page: NetPage,
  now: number,
): Promise<PlacedChange[] | null> {
  const { mapper, visibility, select, name } = shape;
  const { position, time = now } = state;
  const passed = ((await mapper.timed?.pass(position, time, now)) ?? []) as ItemEvent[];
  const picked = mapper.pick({
    changes: page.changes,
    byCollection: Map.groupBy(page.changes, ({ collectionId }) => collectionId),
  });
  const mapped = picked.length > 0 ? await mapper.map(picked, page.next, now) : [];
  const places = new Map(page.changes.map((change, at) => [change.position, { change, at }]));
  const variables = { ...variablesOf(ctx.principal, now) };
  const placed: PlacedChange[] = [];
  for (const [events, timed] of [
    [passed, true],
    [mapped, false],
  ] as const) {
    for (const { event, id, data, position: of } of events) {
      if (event === "reset") return null;
      const place = timed ? undefined : places.get(of);
      const cause = event === "leave" ? causeOf(shape, place?.change, variables) : undefined;
      const row = data && project(visibility.collection, data, select);
      const change = { shape: name, event, id: id!, ...(row && { data: row }), ...(cause && { cause }) };
      placed.push({ at: place?.at ?? -1, change });
    }
  }
  return placed;
}

/** `delete` only for callers from whom no rule hides any item. */
function causeOf({ visibility }: SyncShape, change: Change | undefined, variables: Variables): SyncChange["cause"] {
  if (!change || visibility.dependsOn.size > 0) return undefined;
  if (!change.after) return isAlways(visibility.policy.where) ? "delete" : undefined;
  return visibleRow({ ...visibility, filter: ALWAYS }, change.after, variables) ? "filter" : undefined;
}
