import { type Json, type Place, PlinthError } from "@plinth/core";
import { requireChannelAccess } from "../access/channel-access.ts";
import type { Scope } from "../kernel/engine.ts";
import { requirePlace } from "../kernel/place.ts";
import { service } from "../kernel/services.ts";
import { Chunk, type Outlet } from "./chunk.ts";
import { Feed } from "./feed.ts";
import type { Grant } from "./grant.ts";
import { type Group, groupOf, join } from "./group.ts";
import { messageReader, publish } from "./messages.ts";
import type { Room } from "./room.ts";

/** Application channels: messages between callers, under rules of their own. */

const MAX_DATA_CHARS = 16 * 1024;
/** Where no bus reaches other processes, this is how late their messages come. */
const POLL_MS = 250;

export interface ChannelRequest {
  readonly name: string;
  readonly after?: Place | undefined;
}

export function checkChannel(scope: Scope, { name, after }: ChannelRequest): void {
  requirePlace(after);
  requireChannelAccess(scope, name, "read");
}

/** The room's messages, read once for all channels. */
const feedOf = service("messages", (room: Room): Feed => {
  const { driver, engine } = room.options;
  const reader = messageReader(driver, () => engine.clock.now());
  const feed = new Feed(room.workspaceId, { ...room.options, reader, pollMs: POLL_MS, log: engine.log });
  room.follow(feed);
  return feed;
});

async function messagesOf(room: Room, from: Place | undefined): Promise<Feed> {
  const feed = feedOf(room);
  await feed.start(from);
  return feed;
}

export async function subscribeChannel(
  room: Room,
  scope: Scope,
  grant: Grant,
  request: ChannelRequest,
  outlet: Outlet,
): Promise<void> {
  const { name, after } = request;
  const feed = await messagesOf(room, outlet.resume?.place);
  let group: Group | undefined;
  await join(room, {
    scope,
    grant,
    outlet,
    after,
    group(now) {
      requireChannelAccess(now, name, "read");
      group = groupOf(room, feed, `channel|${name}`, () => ({
        pick: (page) => page.byCollection.get(name) ?? [],
        judge: (changes) =>
          changes.map(({ after: message, actor, at, place }) => ({
            event: "message",
            name: message!.event as string,
            data: message!.data as Json,
            from: actor,
            at,
            place,
          })),
      }));
      return group;
    },
  });
  const place = group!.served;
  // Messages of other channels may come to be old and go: who polls a quiet one must not stand before them.
  if (after === undefined || outlet.resume || room.options.comparePlaces(place, after) <= 0) return;
  outlet.send(new Chunk([{ json: "", place }]));
}

export async function publishMessage(scope: Scope, name: string, event: string, data: Json) {
  requireChannelAccess(scope, name, "create");
  if (JSON.stringify(data).length > MAX_DATA_CHARS) {
    throw new PlinthError("LIMIT_EXCEEDED", `data: at most ${MAX_DATA_CHARS} characters of JSON.`, { field: "data" });
  }
  const answer = await publish(scope, name, { event, data });
  await scope.engine.announcer?.announce(scope.principal.workspaceId);
  return answer;
}
