import { type LogPosition, PlinthError } from "@plinth/core";
import type { RequestContext } from "../kernel/engine.ts";
import { type Connection, EncodedBatch, messagesOf, parseToken } from "./encoded-batch.ts";
import type { Grant } from "./grant.ts";
import {
  batchAt,
  type EventMapper,
  type GroupMember,
  leaveGroup,
  type PositionedEvent,
  resetBatch,
  resetIn,
  type SubscriberGroup,
} from "./group.ts";
import type { SubscriptionTopic } from "./open-subscription.ts";
import { statementOf } from "./position-signature.ts";
import { type ResumedPosition, resumedPosition, sealOf } from "./sealed-positions.ts";
import type { WorkspaceSubscribers } from "./workspace-subscribers.ts";

/** How a subscriber joins a group: first what it missed, then what is sent to all. */

export interface JoinOptions {
  readonly topic: SubscriptionTopic;
  readonly ctx: RequestContext;
  readonly grant: Grant;
  readonly connection: Connection;
  /** Resume after this position. */
  readonly after?: string | undefined;
  /** The caller's group under these rights. Throws if access is denied. */
  group(ctx: RequestContext): SubscriberGroup;
}

/**
 * Sends what happened since `after`, then continues live. Resolves when live, or when the connection has ended, with the
 * connection that sends positions as the caller may get them.
 */
export async function join(subscribers: WorkspaceSubscribers, options: JoinOptions): Promise<Connection> {
  const { topic, ctx, grant, connection, group: groupFor } = options;
  const { resume } = connection;
  const seal = sealOf(subscribers);
  const after = resumedPosition(seal, grant.principal, resume?.position ?? options.after ?? "");
  const { comparePositions } = subscribers.options;
  let group = groupFor(ctx);
  let position = after.position || group.position;
  const stated = after.signature === undefined ? undefined : statementOf(after.signature);
  /** As that of its group, once it is live. */
  let time = after.position === "" ? group.time : stated?.time;
  /** Until it is live, its positions may be older than its group's signature covers, so it keeps what its own states. */
  let since: LogPosition | undefined;
  let joined = false;
  /** While its rights have changed and the tail may be behind the change. */
  let renewing: Promise<void> | undefined;
  const signature = () => (member.live ? group.signature : group.mapper.signature?.text(time, since));
  const signedConnection = Object.assign(Object.create(connection) as Connection, {
    send(batch: EncodedBatch) {
      const signed = signature();
      // Its rights may have changed since it has joined.
      if (member.grant.principal.bypass) return connection.send(batch, signed);
      return connection.send(batch.sealedBy(seal), signed === undefined ? undefined : seal.signature(signed));
    },
  });
  const member: GroupMember = {
    topic,
    connection: signedConnection,
    grant,
    live: false,
    after: undefined,
    position: () => (member.live ? (member.after ?? group.position) : position),
    token: () => group.token,
    behind: () => !member.live,
    renew(now) {
      const next = groupFor(now);
      if (next === group) return;
      leaveGroup(group, member);
      group = next;
      group.members.add(member);
      member.live = false;
      renewing = beginAnew(next).catch((error: PlinthError) => subscribers.refuse(member, error));
    },
    leave: () => leaveGroup(group, member),
  };
  /** Visibility as a whole has changed: the log has no event for that. What committed before is not read under the new rights. */
  async function beginAnew(next: SubscriberGroup): Promise<void> {
    await next.tail.catchUp();
    if (group !== next || connection.closed) return;
    renewing = undefined;
    member.after = undefined;
    ({ position, time } = group);
    since = undefined;
    signedConnection.send(resetBatch(group));
    member.live = joined;
  }
  group.members.add(member);
  subscribers.add(member, ctx.catalog.revision);
  const known =
    after.position === "" ||
    ((resume ? parseToken(resume.token).token === group.token : mayGoOnFrom(after, group.mapper, grant)) &&
      (group.time === undefined || time !== undefined));
  if (known) since = stated?.since;
  if (after.position === "" || !known) {
    await group.tail.catchUp();
    ({ position, time } = group);
  }
  if (group.time === undefined) time = undefined;
  if (!resume) signedConnection.send(batchAt({ event: "ready" }, position, signature(), group.token));
  // A stream without signatures has nothing that must be read again because rights have changed.
  const isGone = after.foreign && group.mapper.signature === undefined;
  if (!known) signedConnection.send(isGone ? batchAt(GONE, position, undefined) : resetBatch(group));
  subscribers.replaying++;
  try {
    // A position ahead of this process may come from another replica, or may never have existed: ask the log.
    let unknown = comparePositions(position, group.position) > 0;
    const isBehind = () => unknown || time !== group.time || comparePositions(group.position, position) > 0;
    while (!connection.closed && (renewing || isBehind())) {
      if (renewing) {
        await renewing;
        continue;
      }
      const { tail, mapper, time: now } = group;
      const part = time === now ? await eventsAfter(group, position) : await eventsUntil(group, position, time!);
      // Its rights have changed, and a `reset` was sent.
      if (group.mapper !== mapper) continue;
      if (time === now) unknown = false;
      time = now;
      if (part === "gone") {
        ({ position } = tail);
        unknown = false;
        since = undefined;
        signedConnection.send(batchAt(GONE, position, signature()));
        continue;
      }
      const { events, next } = part;
      position = resetIn(events) ?? next;
      if (events.length > 0) signedConnection.send(new EncodedBatch(messagesOf(events)));
      // Do not send faster than a slow reader reads.
      await connection.drained?.();
    }
    if (connection.closed) {
      await subscribers.remove(member);
      return signedConnection;
    }
    // No await between the last read and this line.
    member.after = position;
    joined = true;
    member.live = true;
    return signedConnection;
  } finally {
    subscribers.replaying--;
  }
}

/** With full rights the caller can read the log itself, so positions without a signature are accepted. */
function mayGoOnFrom(after: ResumedPosition, mapper: EventMapper, { principal }: Grant): boolean {
  if (after.foreign) return false;
  if (mapper.signature === undefined) return after.signature === undefined;
  return after.signature === undefined ? principal.bypass : mapper.signature.covers(after.position, after.signature);
}

interface EventBatch {
  readonly events: readonly PositionedEvent[];
  readonly next: LogPosition;
}

/** The events of the next page of the log, at the group's time. */
function eventsAfter({ tail, mapper, time }: SubscriberGroup, position: LogPosition): Promise<EventBatch | "gone"> {
  return unlessGone(async () => {
    const page = await tail.read(position);
    const byCollection = Map.groupBy(page.changes, ({ collectionId }) => collectionId);
    const picked = mapper.pick({ ...page, byCollection });
    return { events: picked.length > 0 ? await mapper.map(picked, page.next, time) : [], next: page.next };
  });
}

/** What time alone changed, up to the group's time. */
function eventsUntil(
  { mapper, time }: SubscriberGroup,
  position: LogPosition,
  from: number,
): Promise<EventBatch | "gone"> {
  return unlessGone(async () => ({ events: await mapper.timed!.pass(position, from, time!), next: position }));
}

async function unlessGone(read: () => Promise<EventBatch>): Promise<EventBatch | "gone"> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof PlinthError && error.code === "GONE") return "gone";
    throw error;
  }
}

const GONE = {
  event: "gone",
  status: 410,
  code: "GONE",
  message: "The changes since this position are no longer kept: read again, and continue from here.",
};
