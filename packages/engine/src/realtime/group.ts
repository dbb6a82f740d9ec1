import { type Change, type LogPosition, PlinthError } from "@plinth/core";
import type { RequestContext } from "../kernel/engine.ts";
import { hash32 } from "../kernel/hash32.ts";
import { signedPosition, splitSignedPosition } from "../kernel/position.ts";
import { batchOf, type Connection, EncodedBatch, messageOf, messagesOf, parseToken } from "./encoded-batch.ts";
import { UP_TO } from "./event-mapper.ts";
import type { Grant } from "./grant.ts";
import { GroupRegistry } from "./group-registry.ts";
import type { LogTail, TailListener, TailPage } from "./log-tail.ts";
import type { PositionSignature } from "./position-signature.ts";
import type { Subscriber, WorkspaceSubscribers } from "./workspace-subscribers.ts";

/** Ordered, resumable streams: events of a log, the same for all members of a group. */

export interface PositionedEvent {
  readonly event: string;
  readonly position: LogPosition;
  readonly [UP_TO]?: LogPosition;
}

/** How a group maps the log's changes to events. */
export interface EventMapper {
  /** The changes of a page that concern the group. `map` receives only these. */
  pick(page: Pick<TailPage, "changes" | "byCollection">): readonly Change[];
  /** `next`: where the page ends. A `reset` covers everything up to its own position. */
  map(changes: readonly Change[], next: LogPosition): PositionedEvent[] | Promise<PositionedEvent[]>;
  /** Absent where the events do not depend on rights. */
  readonly signature?: PositionSignature;
}

interface Member extends Subscriber {
  /** False while it receives what it missed. */
  live: boolean;
  /** The position that it resumed from. Undefined once the group is past it. */
  after: LogPosition | undefined;
}

/** All subscribers who receive the same events, computed and encoded once. */
export class SubscriberGroup implements TailListener {
  readonly members = new Set<Member>();
  /** Everything up to this position has been sent. */
  position: LogPosition;
  readonly token: string;
  /** A `reset` covers everything up to here. */
  #reset: LogPosition | undefined;

  constructor(
    readonly subscribers: WorkspaceSubscribers,
    readonly tail: LogTail,
    readonly key: string,
    readonly mapper: EventMapper,
  ) {
    this.position = tail.position;
    this.token = hash32(key);
  }

  take(page: TailPage): void | Promise<void> {
    const changes = this.#unsent(this.mapper.pick(page));
    const events = changes.length > 0 ? this.mapper.map(changes, page.next) : [];
    if (events instanceof Promise) return events.then((known) => this.#deliver(known, page.next));
    this.#deliver(events, page.next);
  }

  #unsent(changes: readonly Change[]): readonly Change[] {
    const reset = this.#reset;
    if (reset === undefined || changes.length === 0) return changes;
    const rest = changes.filter(({ position }) => this.subscribers.options.comparePositions(position, reset) > 0);
    if (rest.length > 0) this.#reset = undefined;
    return rest;
  }

  #deliver(events: readonly PositionedEvent[], next: LogPosition): void {
    this.position = next;
    if (events.length === 0) return;
    this.mapper.signature?.renew();
    this.#reset = resetIn(events) ?? this.#reset;
    const whole = batchOf(events);
    for (const member of this.members) {
      if (!member.live) continue;
      if (member.after === undefined) this.#send(member, whole);
      else this.#sendAfter(member, member.after, events, whole.messages);
    }
  }

  #sendAfter(
    member: Member,
    after: LogPosition,
    events: readonly PositionedEvent[],
    messages: EncodedBatch["messages"],
  ): void {
    const { comparePositions } = this.subscribers.options;
    const rest = messages.filter((_, i) => comparePositions(events[i]![UP_TO] ?? events[i]!.position, after) > 0);
    if (comparePositions(this.position, after) >= 0) member.after = undefined;
    if (rest.length > 0) this.#send(member, new EncodedBatch(rest));
  }

  #send(member: Member, batch: EncodedBatch): void {
    if (!member.connection.send(batch)) this.subscribers.remove(member);
  }

  reset(position: LogPosition): void {
    this.position = position;
    const batch = batchAt({ event: "reset" }, position, this.mapper.signature?.text);
    for (const member of this.members) {
      if (!member.live) continue;
      member.after = undefined;
      this.#send(member, batch);
    }
  }
}

const groups = new GroupRegistry<Member, SubscriberGroup>();

/** The group for a key. Equal keys must mean equal events. */
export function groupOf(
  subscribers: WorkspaceSubscribers,
  tail: LogTail,
  key: string,
  mapper: () => EventMapper,
): SubscriberGroup {
  return groups.groupFor(subscribers, key, () => new SubscriberGroup(subscribers, tail, key, mapper()));
}

export interface JoinOptions {
  readonly ctx: RequestContext;
  readonly grant: Grant;
  readonly connection: Connection;
  /** Resume after this position. */
  readonly after?: string | undefined;
  /** The caller's group under these rights. Throws if access is denied. */
  group(ctx: RequestContext): SubscriberGroup;
}

/** Sends what happened since `after`, then continues live. Resolves when live, or when the connection has ended. */
export async function join(subscribers: WorkspaceSubscribers, options: JoinOptions): Promise<void> {
  const { ctx, grant, connection, group: groupFor } = options;
  const { resume } = connection;
  const after = splitSignedPosition(resume?.position ?? options.after ?? "");
  const { comparePositions } = subscribers.options;
  let group = groupFor(ctx);
  let position = after.position || group.position;
  /** Until it is live, its positions may be older than its group's signature covers, so it keeps its own signature. */
  let carried: string | undefined;
  const signature = () => carried ?? group.mapper.signature?.text;
  const signedConnection = Object.assign(Object.create(connection) as Connection, {
    send: (batch: EncodedBatch) => connection.send(batch, signature()),
  });
  const member: Member = {
    connection: signedConnection,
    grant,
    live: false,
    after: undefined,
    position: () => (member.live ? (member.after ?? group.position) : position),
    token: () => group.token,
    renew(now) {
      const next = groupFor(now);
      if (next === group) return;
      groups.leave(group, member);
      group = next;
      group.members.add(member);
      // Visibility as a whole has changed: the log has no event for that.
      member.after = undefined;
      position = group.position;
      carried = undefined;
      signedConnection.send(resetBatch(group));
    },
    leave: () => groups.leave(group, member),
  };
  group.members.add(member);
  subscribers.add(member, ctx.catalog.revision);
  const known = resume
    ? parseToken(resume.token).token === group.token
    : after.position === "" || mayGoOnFrom(after, group.mapper, grant);
  if (known) carried = after.signature;
  else position = group.position;
  if (!resume) signedConnection.send(batchAt({ event: "ready" }, position, signature(), group.token));
  if (!known) signedConnection.send(resetBatch(group));
  subscribers.replaying++;
  try {
    // A position ahead of this process may come from another replica, or may never have existed: ask the log.
    let unknown = comparePositions(position, group.position) > 0;
    while (!connection.closed && (unknown || comparePositions(group.position, position) > 0)) {
      unknown = false;
      const { tail, mapper } = group;
      const page = await readPage(tail, position);
      if (page === "gone") {
        position = tail.position;
        carried = undefined;
        signedConnection.send(batchAt(GONE, position, signature()));
        continue;
      }
      const byCollection = Map.groupBy(page.changes, ({ collectionId }) => collectionId);
      const picked = mapper.pick({ ...page, byCollection });
      const events = picked.length > 0 ? await mapper.map(picked, page.next) : [];
      // Its rights have changed, and a `reset` was sent.
      if (group.mapper !== mapper) continue;
      position = resetIn(events) ?? page.next;
      if (events.length > 0) signedConnection.send(new EncodedBatch(messagesOf(events)));
      // Do not send faster than a slow reader reads.
      await connection.drained?.();
    }
    if (connection.closed) return subscribers.remove(member);
    // No await between the last read and this line.
    member.after = position;
    member.live = true;
    carried = undefined;
  } finally {
    subscribers.replaying--;
  }
}

/** With full rights the caller can read the log itself, so positions without a signature are accepted. */
function mayGoOnFrom(
  after: ReturnType<typeof splitSignedPosition>,
  mapper: EventMapper,
  { principal }: Grant,
): boolean {
  if (mapper.signature === undefined) return after.signature === undefined;
  return after.signature === undefined ? principal.bypass : mapper.signature.covers(after.position, after.signature);
}

/** Visibility as a whole has changed. */
function resetBatch({ position, mapper, token }: SubscriberGroup): EncodedBatch {
  return batchAt({ event: "reset" }, position, mapper.signature?.text, token);
}

function batchAt(event: object, position: LogPosition, signature: string | undefined, token?: string): EncodedBatch {
  return new EncodedBatch([messageOf({ ...event, position: signedPosition(position, signature) }, position, token)]);
}

function resetIn(events: readonly PositionedEvent[]): LogPosition | undefined {
  return events.find(({ event }) => event === "reset")?.position;
}

async function readPage(tail: LogTail, position: LogPosition) {
  try {
    return await tail.read(position);
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
