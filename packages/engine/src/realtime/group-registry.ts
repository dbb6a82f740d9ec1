import { service } from "../kernel/services.ts";
import type { Feed, FeedListener } from "./feed.ts";
import type { Room } from "./room.ts";

/** Those of a room who are told the same. */
interface Shared<Member> extends FeedListener {
  readonly room: Room;
  readonly feed: Feed;
  /** Equal keys mean that the same is told. */
  readonly key: string;
  readonly members: Set<Member>;
  /** The last member has left. */
  stop?(): void;
}

/** Each room's groups, for as long as they have members. */
export class GroupRegistry<Member, G extends Shared<Member>> {
  readonly #groups = service("groups", (_: Room) => new Map<string, G>());

  /** The room's group for a key. */
  groupFor(room: Room, key: string, make: () => G): G {
    const groups = this.#groups(room);
    let group = groups.get(key);
    if (!group) {
      group = make();
      groups.set(key, group);
      group.feed.add(group);
    }
    return group;
  }

  /** With many groups many leave at once: none of the others is looked at. */
  leave(group: G, member: Member): void {
    group.members.delete(member);
    if (group.members.size > 0) return;
    group.stop?.();
    group.feed.remove(group);
    const groups = this.#groups(group.room);
    if (groups.get(group.key) === group) groups.delete(group.key);
  }
}
