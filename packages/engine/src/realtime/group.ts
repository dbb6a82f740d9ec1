import type { Change, LogPosition } from "@plinth/core";
import { hash32 } from "../kernel/hash32.ts";
import { signedPosition } from "../kernel/position.ts";
import { batchOf, EncodedBatch, messagesOf, positionedMessageOf } from "./encoded-batch.ts";
import { UP_TO } from "./event-mapper.ts";
import { GroupClock } from "./group-clock.ts";
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
  /**
   * `next`: where the page ends. A `reset` covers everything up to its own position. `time`: of a timed mapper's group.
   */
  map(changes: readonly Change[], next: LogPosition, time?: number): PositionedEvent[] | Promise<PositionedEvent[]>;
  /** Absent where the events do not depend on rights. */
  readonly signature?: PositionSignature;
  /** Present where time alone changes what the members see. They know a position's state at one time. */
  readonly timed?: TimedMapper | undefined;
}

/** What the passage of time changes for a group that stays at one position of the log. Times are in milliseconds. */
export interface TimedMapper {
  /** Whether these changes have other events at `to` than at `from`. */
  differs(changes: readonly Change[], from: number, to: number): boolean;
  /** All events have this position, except a `reset`. */
  pass(position: LogPosition, from: number, to: number): Promise<PositionedEvent[]>;
}

export interface GroupMember extends Subscriber {
  /** False while it receives what it missed. */
  live: boolean;
  /** The position that it resumed from. Undefined once the group is past it. */
  after: LogPosition | undefined;
}

/** All subscribers who receive the same events, computed and encoded once. */
export class SubscriberGroup implements TailListener {
  readonly members = new Set<GroupMember>();
  /** Everything up to this position has been sent. */
  position: LogPosition;
  readonly token: string;
  /** What time alone changes has been sent up to here. Only of timed mappers. */
  time: number | undefined;
  /** A `reset` covers everything up to here. */
  #reset: LogPosition | undefined;
  readonly #clock: GroupClock | undefined;

  constructor(
    readonly subscribers: WorkspaceSubscribers,
    readonly tail: LogTail,
    readonly key: string,
    readonly mapper: EventMapper,
  ) {
    this.position = tail.position;
    this.token = hash32(key);
    if (!mapper.timed) return;
    const { clock, log } = subscribers.options.engine;
    this.time = clock.now();
    this.#clock = new GroupClock(() => this.#pass(clock.now()), log);
  }

  /** Sent with its position. */
  get signature(): string | undefined {
    return this.mapper.signature?.text(this.time);
  }

  get busy(): boolean {
    return this.#clock?.busy ?? false;
  }

  stop(): void {
    this.#clock?.stop();
  }

  take(page: TailPage): void | Promise<void> {
    if (this.#clock) return this.#clock.next(() => this.#takeTimed(page));
    const changes = this.#unsent(this.mapper.pick(page));
    const events = changes.length > 0 ? this.mapper.map(changes, page.next) : [];
    if (events instanceof Promise) return events.then((known) => this.#deliver(known, page.next));
    this.#deliver(events, page.next);
  }

  /** The time passes first, where it matters: nothing is sent that a read would no longer return. */
  async #takeTimed(page: TailPage): Promise<void> {
    const changes = this.#unsent(this.mapper.pick(page));
    const now = this.subscribers.options.engine.clock.now();
    if (changes.length > 0 && this.mapper.timed!.differs(changes, this.time!, now)) await this.#pass(now);
    // That may have been a `reset` which covers the changes too.
    const rest = this.#unsent(changes);
    this.#deliver(rest.length > 0 ? await this.mapper.map(rest, page.next, this.time) : [], page.next);
  }

  async #pass(now: number): Promise<void> {
    const { position, time, mapper } = this;
    if (now === time) return;
    const events = await mapper.timed!.pass(position, time!, now);
    // The log was trimmed meanwhile, and a `reset` was sent.
    if (this.position !== position) return;
    this.time = now;
    if (events.length === 0) return;
    mapper.signature?.renew();
    this.#reset = resetIn(events) ?? this.#reset;
    const batch = new EncodedBatch(messagesOf(events));
    for (const member of this.members) {
      if (!member.live) continue;
      const { after } = member;
      const ahead = after !== undefined && this.subscribers.options.comparePositions(after, position) > 0;
      this.#send(member, ahead ? batchAt({ event: "reset" }, after, this.signature) : batch);
    }
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
    member: GroupMember,
    after: LogPosition,
    events: readonly PositionedEvent[],
    messages: EncodedBatch["messages"],
  ): void {
    const { comparePositions } = this.subscribers.options;
    const rest = messages.filter((_, i) => comparePositions(events[i]![UP_TO] ?? events[i]!.position, after) > 0);
    if (comparePositions(this.position, after) >= 0) member.after = undefined;
    if (rest.length > 0) this.#send(member, new EncodedBatch(rest));
  }

  #send(member: GroupMember, batch: EncodedBatch): void {
    if (!member.connection.send(batch)) this.subscribers.remove(member);
  }

  reset(position: LogPosition): void {
    this.position = position;
    const batch = batchAt({ event: "reset" }, position, this.signature);
    for (const member of this.members) {
      if (!member.live) continue;
      member.after = undefined;
      this.#send(member, batch);
    }
  }
}

const groups = new GroupRegistry<GroupMember, SubscriberGroup>();

export function leaveGroup(group: SubscriberGroup, member: GroupMember): void {
  groups.leave(group, member);
}

/** The group for a key. Equal keys must mean equal events. */
export function groupOf(
  subscribers: WorkspaceSubscribers,
  tail: LogTail,
  key: string,
  mapper: () => EventMapper,
): SubscriberGroup {
  return groups.groupFor(subscribers, key, () => new SubscriberGroup(subscribers, tail, key, mapper()));
}

/** Visibility as a whole has changed. */
export function resetBatch({ position, signature, token }: SubscriberGroup): EncodedBatch {
  return batchAt({ event: "reset" }, position, signature, token);
}

export function batchAt(
  event: object,
  position: LogPosition,
  signature: string | undefined,
  token?: string,
): EncodedBatch {
  const shown = { ...event, position: signedPosition(position, signature) };
  return new EncodedBatch([positionedMessageOf(shown, position, token)]);
}

export function resetIn(events: readonly PositionedEvent[]): LogPosition | undefined {
  return events.find(({ event }) => event === "reset")?.position;
}
