import { rightsKey } from "../catalog.ts";
import type { Scope } from "../engine.ts";
import type { Outlet } from "../realtime/chunk.ts";
import type { Grant } from "../realtime/grant.ts";
import type { Room } from "../realtime/room.ts";
import { hash32 } from "./diff.ts";
import { LiveGroup, type LiveMember } from "./group.ts";
import { type LiveQueryInput, liveQuery } from "./query.ts";

const groups = new WeakMap<Room, Map<string, LiveGroup>>();

function groupFor(room: Room, scope: Scope, input: LiveQueryInput): LiveGroup {
  const known = groups.get(room) ?? new Map<string, LiveGroup>();
  groups.set(room, known);
  const query = liveQuery(scope, input, room.options.spareRows);
  const { principal } = scope;
  // Expanded collections have rules of their own, so whoever they could concern is told apart as well.
  const who = query.lens.personal || query.reached.size > 0 ? `${principal.id}|${principal.email}` : "";
  const key = JSON.stringify([rightsKey(principal), who, query.fingerprint, input]);
  let group = known.get(key);
  if (!group) {
    group = new LiveGroup(room, scope, query, hash32(key));
    known.set(key, group);
    room.feed.add(group);
  }
  return group;
}

function leave(room: Room, group: LiveGroup, member: LiveMember): void {
  group.members.delete(member);
  if (group.members.size > 0) return;
  group.stop();
  room.feed.remove(group);
  for (const [key, other] of groups.get(room) ?? []) if (other === group) groups.get(room)!.delete(key);
}

export interface LiveRequest {
  readonly input: LiveQueryInput;
  /** The checksum of what the client holds from an earlier connection. */
  readonly known?: string | undefined;
}

/** Sends the result, unless a resumed caller holds it, and from then on what changes in it. Throws what a read would throw. */
export function subscribeLive(room: Room, scope: Scope, grant: Grant, request: LiveRequest, outlet: Outlet): void {
  const { input, known } = request;
  let group = groupFor(room, scope, input);
  const member: LiveMember = {
    outlet,
    grant,
    known,
    live: false,
    resume: outlet.resume,
    renew(now) {
      const next = groupFor(room, now, input);
      if (next === group) return;
      leave(room, group, member);
      group = next;
      member.live = false;
      member.known = undefined;
      member.resume = undefined;
      group.join(member);
    },
    mark: () => group.markOf(member),
    leave: () => leave(room, group, member),
  };
  room.add(member, scope.catalog.revision);
  group.join(member);
}
