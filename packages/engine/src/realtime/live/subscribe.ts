import { rightsKey } from "../../kernel/catalog.ts";
import type { Scope } from "../../kernel/engine.ts";
import type { Outlet } from "../chunk.ts";
import type { Grant } from "../grant.ts";
import { GroupRegistry } from "../group-registry.ts";
import type { Room } from "../room.ts";
import { LiveGroup, type LiveMember } from "./group.ts";
import { type LiveQueryInput, liveQuery } from "./query.ts";

const groups = new GroupRegistry<LiveMember, LiveGroup>();

function groupFor(room: Room, scope: Scope, input: LiveQueryInput): LiveGroup {
  const query = liveQuery(scope, input, room.options.spareRows);
  const { principal } = scope;
  // Only what no rule, mask or condition on any of its ways makes personal is one result for all with these roles.
  const who = query.personal ? [principal.kind, principal.id, principal.email, principal.roles] : "";
  const key = JSON.stringify([rightsKey(principal), who, query.fingerprint, input]);
  return groups.groupFor(room, key, () => new LiveGroup(room, key, scope, query));
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
      groups.leave(group, member);
      group = next;
      member.live = false;
      member.known = undefined;
      member.resume = undefined;
      group.join(member);
    },
    mark: () => group.markOf(member),
    leave: () => groups.leave(group, member),
  };
  room.add(member, scope.catalog.revision);
  group.join(member);
}
