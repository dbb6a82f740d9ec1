import { type Json, type LogPosition, PlinthError } from "@plinth/core";
import { requireChannelAccess } from "../access/channel-access.ts";
import { announceWrite } from "../commit/announce-write.ts";
import type { RequestContext } from "../kernel/engine.ts";
import { service } from "../kernel/services.ts";
import { type Connection, EncodedBatch } from "./encoded-batch.ts";
import type { Grant } from "./grant.ts";
import { groupOf, type SubscriberGroup } from "./group.ts";
import { join } from "./join.ts";
import { LogTail } from "./log-tail.ts";
import { messageReader, publish } from "./messages.ts";
import { requirePosition, resumedPosition, sealOf } from "./sealed-positions.ts";
import type { WorkspaceSubscribers } from "./workspace-subscribers.ts";

/** Application channels: messages between callers, with their own access rules. */

const MAX_DATA_CHARS = 16 * 1024;
/** Without a bus between processes, messages from other processes arrive up to this late. */
const POLL_MS = 250;

export interface ChannelRequest {
  readonly name: string;
  readonly after?: LogPosition | undefined;
}

export function checkChannel(ctx: RequestContext, { name, after }: ChannelRequest): void {
  requirePosition(ctx, after);
  requireChannelAccess(ctx, name, "read");
}

/** The workspace's message log, read once for all channels. */
const tailOf = service("messages", (subscribers: WorkspaceSubscribers): LogTail => {
  const { driver, engine } = subscribers.options;
  const reader = messageReader(driver, () => engine.clock.now());
  const tail = new LogTail(subscribers.workspaceId, {
    ...subscribers.options,
    reader,
    pollMs: POLL_MS,
    log: engine.log,
  });
  subscribers.follow(tail);
  return tail;
});

async function messageTail(subscribers: WorkspaceSubscribers, from: LogPosition | undefined): Promise<LogTail> {
  const tail = tailOf(subscribers);
  await tail.start(from);
  return tail;
}

export async function subscribeChannel(
  subscribers: WorkspaceSubscribers,
  ctx: RequestContext,
  grant: Grant,
  request: ChannelRequest,
  connection: Connection,
): Promise<void> {
  const { name, after } = request;
  const positionIn = (text: string) => resumedPosition(sealOf(subscribers), grant.principal, text).position;
  const { resume } = connection;
  const tail = await messageTail(subscribers, resume?.position === undefined ? undefined : positionIn(resume.position));
  let group: SubscriberGroup | undefined;
  const sealed = await join(subscribers, {
    topic: { kind: "channel", name },
    ctx,
    grant,
    connection,
    after,
    group(now) {
      requireChannelAccess(now, name, "read");
      group = groupOf(subscribers, tail, `channel|${name}`, () => ({
        pick: (page) => page.byCollection.get(name) ?? [],
        map: (changes) =>
          changes.map(({ after: message, actor, at, position }) => ({
            event: "message",
            name: message!.event as string,
            data: message!.data as Json,
            from: actor,
            at,
            position,
          })),
      }));
      return group;
    },
  });
  const position = group!.position;
  // Other channels' messages expire. A position in a quiet channel must not stay behind them.
  if (after === undefined || resume || subscribers.options.comparePositions(position, positionIn(after)) <= 0) return;
  sealed.send(new EncodedBatch([{ json: "", position }]));
}

export async function publishMessage(ctx: RequestContext, name: string, event: string, data: Json) {
  requireChannelAccess(ctx, name, "create");
  if (JSON.stringify(data).length > MAX_DATA_CHARS) {
    throw new PlinthError("LIMIT_EXCEEDED", `data: at most ${MAX_DATA_CHARS} characters of JSON.`, { field: "data" });
  }
  const answer = await publish(ctx, name, { event, data });
  await announceWrite(ctx);
  return answer;
}
