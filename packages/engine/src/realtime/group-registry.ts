import { service } from "../kernel/services.ts";
import type { LogTail, TailListener } from "./log-tail.ts";
import type { WorkspaceSubscribers } from "./workspace-subscribers.ts";

/** The subscribers of a workspace who receive the same messages. */
interface SharedGroup<Member> extends TailListener {
  readonly subscribers: WorkspaceSubscribers;
  readonly tail: LogTail;
  /** Equal keys: the same messages are sent. */
  readonly key: string;
  readonly members: Set<Member>;
  /** Called when the last member has left. */
  stop?(): void;
}

/** Each workspace's groups, while they have members. */
export class GroupRegistry<Member, G extends SharedGroup<Member>> {
  readonly #groups = service("groups", (_: WorkspaceSubscribers) => new Map<string, G>());

  groupFor(subscribers: WorkspaceSubscribers, key: string, make: () => G): G {
    const groups = this.#groups(subscribers);
    let group = groups.get(key);
    if (!group) {
      group = make();
      groups.set(key, group);
      group.tail.add(group);
    }
    return group;
  }

  /** Costs the same for any number of groups: many members may leave at once. */
  leave(group: G, member: Member): void {
    group.members.delete(member);
    if (group.members.size > 0) return;
    group.stop?.();
    group.tail.remove(group);
    const groups = this.#groups(group.subscribers);
    if (groups.get(group.key) === group) groups.delete(group.key);
  }
}
