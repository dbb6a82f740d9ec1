import { type Change, callerKey, type Json, variablesOf } from "@plinth/core";
import { roleKey } from "../kernel/catalog.ts";
import type { RequestContext } from "../kernel/engine.ts";
import { requirePosition } from "../kernel/position.ts";
import type { Connection } from "./encoded-batch.ts";
import { eventsAcrossRelations, eventsOfRows, type LookAhead } from "./event-mapper.ts";
import type { Grant } from "./grant.ts";
import { type EventMapper, groupOf, type SubscriberGroup } from "./group.ts";
import { join } from "./join.ts";
import type { TailPage } from "./log-tail.ts";
import { signatureOf } from "./position-signature.ts";
import { timedMapper } from "./time-events.ts";
import { type Visibility, visibilityOf } from "./visibility.ts";
import type { WorkspaceSubscribers } from "./workspace-subscribers.ts";

/** The item channel: one collection's changes as each subscriber sees them. */

export interface ItemsRequest {
  readonly slug: string;
  readonly filter?: Json | undefined;
  /** Resume after this position. */
  readonly after?: string | undefined;
}

/** Throws what a read would throw. After this check, a refusal is sent on the connection, and the connection ends. */
export function checkItems(ctx: RequestContext, request: ItemsRequest): void {
  requirePosition(request.after);
  visibilityOf(ctx, request.slug, request.filter);
}

export function subscribeItems(
  subscribers: WorkspaceSubscribers,
  ctx: RequestContext,
  grant: Grant,
  request: ItemsRequest,
  connection: Connection,
): Promise<void> {
  const { slug, filter, after } = request;
  return join(subscribers, { ctx, grant, connection, after, group: (now) => groupFor(subscribers, now, slug, filter) });
}

function groupFor(
  subscribers: WorkspaceSubscribers,
  ctx: RequestContext,
  slug: string,
  filter: Json | undefined,
): SubscriberGroup {
  const visibility = visibilityOf(ctx, slug, filter);
  const { principal } = ctx;
  const who = visibility.personal ? callerKey(principal) : "";
  const key = JSON.stringify([
    "items",
    roleKey(principal),
    who,
    visibility.fingerprint,
    visibility.collection.id,
    filter ?? null,
  ]);
  return groupOf(subscribers, subscribers.tail, key, () => itemMapper(subscribers, ctx, visibility));
}

const NOTHING: readonly Change[] = [];

/** Maximum number of changes read beyond a page. Above it, subscribers must read again. */
const MAX_AHEAD = 500;

function itemMapper(subscribers: WorkspaceSubscribers, opened: RequestContext, visibility: Visibility): EventMapper {
  // A stream outlives the budget of the request that opened it.
  const ctx = { ...opened, budget: undefined };
  const { id } = visibility.collection;
  const own = (page: Pick<TailPage, "byCollection">): readonly Change[] => page.byCollection.get(id) ?? NOTHING;
  const signature = signatureOf(subscribers, visibility.fingerprint);
  const collectionIds = [...new Set([id, ...visibility.dependsOn])];
  const matters = ({ collectionId }: Change): boolean => collectionIds.includes(collectionId);
  const lookAhead: LookAhead = async (after) => {
    const { reader } = subscribers.options;
    const ahead: Change[] = [];
    let next = after;
    for (let more = true; more; ) {
      const page = await reader.read(subscribers.workspaceId, next, { limit: MAX_AHEAD, collectionIds });
      ahead.push(...page.changes.filter(matters));
      if (ahead.length > MAX_AHEAD) return { changes: null, next: await reader.head(subscribers.workspaceId) };
      ({ next, more } = page);
    }
    return { changes: ahead, next };
  };
  const timed = timedMapper(ctx, visibility, lookAhead);
  const variablesAt = (time = ctx.engine.clock.now()) => variablesOf(ctx.principal, time);
  if (visibility.dependsOn.size === 0) {
    const variables = variablesAt();
    return {
      signature,
      timed,
      pick: own,
      map: (changes, _, time) => eventsOfRows(visibility, changes, timed ? { ...variablesAt(time) } : variables),
    };
  }
  return {
    signature,
    timed,
    pick: ({ changes }) => changes.filter(matters),
    map: (changes, next, time) =>
      eventsAcrossRelations({ ...ctx, variables: variablesAt(time) }, visibility, changes, next, lookAhead),
  };
}
