import { type Change, type ChangeReader, variablesOf } from "@plinth/core";
import type { RequestContext } from "../kernel/engine.ts";
import { eventsAcrossRelations, eventsOfRows, type ItemEvent, type LookAhead } from "./event-mapper.ts";
import type { EventMapper } from "./group.ts";
import type { TailPage } from "./log-tail.ts";
import { timedMapper } from "./time-events.ts";
import type { Visibility } from "./visibility.ts";

export interface ItemMapper extends EventMapper {
  map(...of: Parameters<EventMapper["map"]>): ItemEvent[] | Promise<ItemEvent[]>;
}

const NOTHING: readonly Change[] = [];

/** Maximum number of changes read beyond a page. Above it, subscribers must read again. */
const MAX_AHEAD = 500;

/** Maps a collection's changes to what a caller sees of them. `reader` reads each write as a whole. */
export function itemMapper(opened: RequestContext, visibility: Visibility, reader: ChangeReader): ItemMapper {
  // A stream outlives the budget of the request that opened it.
  const ctx = { ...opened, budget: undefined };
  const { id } = visibility.collection;
  const own = (page: Pick<TailPage, "byCollection">): readonly Change[] => page.byCollection.get(id) ?? NOTHING;
  const { workspaceId } = ctx.principal;
  const collectionIds = [...new Set([id, ...visibility.dependsOn])];
  const matters = ({ collectionId }: Change): boolean => collectionIds.includes(collectionId);
  const lookAhead: LookAhead = async (after) => {
    const ahead: Change[] = [];
    let next = after;
    for (let more = true; more; ) {
      const page = await reader.read(workspaceId, next, { limit: MAX_AHEAD, collectionIds });
      ahead.push(...page.changes.filter(matters));
      if (ahead.length > MAX_AHEAD) return { changes: null, next: await reader.head(workspaceId) };
      ({ next, more } = page);
    }
    return { changes: ahead, next };
  };
  const timed = timedMapper(ctx, visibility, lookAhead);
  const variablesAt = (time = ctx.engine.clock.now()) => variablesOf(ctx.principal, time);
  if (visibility.dependsOn.size === 0) {
    const variables = variablesAt();
    return {
      timed,
      pick: own,
      map: (changes, _, time) => eventsOfRows(visibility, changes, timed ? { ...variablesAt(time) } : variables),
    };
  }
  return {
    timed,
    pick: ({ changes }) => changes.filter(matters),
    map: (changes, next, time) =>
      eventsAcrossRelations({ ...ctx, variables: variablesAt(time) }, visibility, changes, next, lookAhead),
  };
}
