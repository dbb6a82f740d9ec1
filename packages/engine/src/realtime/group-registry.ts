import { service } from "../kernel/services.ts";
import type { LogTail, TailListener } from "./log-tail.ts";
import type { WorkspaceSubscribers } from "./workspace-subscribers.ts";

/** Those of a workspace's subscribers who are sent the same. */
interface SharedGroup<Member> extends TailListener {
  readonly subscribers: WorkspaceSubscribers;
  readonly tail: LogTail;
  /** Equal keys mean that the same is sent. */
  readonly key: string;
  readonly members: Set<Member>;
  /** The last member has left. */
  stop?(): void;
}

/** Each workspace's groups, for as long as they have members. */
export class GroupRegistry<Member, G extends SharedGroup<Member>> {
  readonly #groups = service("groups", (_: WorkspaceSubscribers) => new Map<string, G>());

  /** The group for a key. */
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

  /** With many groups many leave at once: none of the others is looked at. */
  leave(group: G, member: Member): void {
    group.members.delete(member);
    if (group.members.size > 0) return;
    group.stop?.();
    group.tail.remove(group);
    const groups = this.#groups(group.subscribers);
    if (groups.get(group.key) === group) groups.delete(group.key);
  }
}
