import { callerKey } from "@plinth/core";
import { roleKey } from "../../kernel/catalog.ts";
import type { RequestContext } from "../../kernel/engine.ts";
import type { Connection } from "../encoded-batch.ts";
import type { Grant } from "../grant.ts";
import { GroupRegistry } from "../group-registry.ts";
import type { WorkspaceSubscribers } from "../workspace-subscribers.ts";
import { LiveGroup, type LiveMember } from "./group.ts";
import { type LiveQueryInput, liveQuery } from "./query.ts";

const groups = new GroupRegistry<LiveMember, LiveGroup>();

function groupFor(subscribers: WorkspaceSubscribers, ctx: RequestContext, input: LiveQueryInput): LiveGroup {
  const query = liveQuery(ctx, input, subscribers.options.spareRows);
  const { principal } = ctx;
  // Callers with the same roles share a result only if no rule, field policy or condition makes it personal.
  const who = query.personal ? callerKey(principal) : "";
  const key = JSON.stringify([roleKey(principal), who, query.fingerprint, input]);
  return groups.groupFor(subscribers, key, () => new LiveGroup(subscribers, key, ctx, query));
}

export interface LiveRequest {
  readonly input: LiveQueryInput;
  /** The checksum of the client's result from an earlier connection. */
  readonly known?: string | undefined;
}

/** Sends the result, unless a resumed caller already has it, and then its changes. Throws what a read would throw. */
export function subscribeLive(
  subscribers: WorkspaceSubscribers,
  ctx: RequestContext,
  grant: Grant,
  request: LiveRequest,
  connection: Connection,
): void {
  const { input, known } = request;
  let group = groupFor(subscribers, ctx, input);
  const member: LiveMember = {
    topic: { kind: "live", name: group.query.visibility.collection.slug },
    connection,
    grant,
    known,
    live: false,
    resume: connection.resume,
    renew(now) {
      const next = groupFor(subscribers, now, input);
      if (next === group) return;
      groups.leave(group, member);
      group = next;
      member.live = false;
      member.known = undefined;
      member.resume = undefined;
      group.join(member);
    },
    behind: () => !member.live,
    token: () => group.tokenOf(member),
    leave: () => groups.leave(group, member),
  };
  subscribers.add(member, ctx.catalog.revision);
  group.join(member);
}
