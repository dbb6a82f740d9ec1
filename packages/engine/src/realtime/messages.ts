import {
  type Change,
  type ChangePage,
  type ChangeReader,
  type Json,
  type LogPosition,
  PlinthError,
  type SqlDriver,
} from "@plinth/core";
import { type ChannelMessage, findNewestMessage, insertMessage, listMessagesFrom, trimMessages } from "@plinth/db";
import { commit } from "../commit/commit.ts";
import { nameOfCaller } from "../commit/mutate.ts";
import type { RequestContext } from "../kernel/engine.ts";

/**
 * Messages of application channels are kept this long, so that a subscriber can resume on any replica without a gap.
 */
const KEEP_MS = 3_600_000;
/** They are deleted a little later, so that replicas with different clocks agree on what has expired. */
const TRIM_MS = KEEP_MS + 300_000;
/** The position of a workspace without messages. */
const START: LogPosition = "1.0.0";

export interface PublishedMessage {
  readonly event: string;
  readonly data: Json;
}

/** One statement, and sometimes one more that deletes expired messages. */
export async function publish(ctx: RequestContext, channel: string, { event, data }: PublishedMessage) {
  const { driver, principal, now } = ctx;
  const sender = nameOfCaller(principal);
  const insert = insertMessage(driver, principal.workspaceId, { channel, event, data, sender, at: now });
  const answer = await commit(ctx, { queries: [insert], data: { channel, event }, lasting: false });
  if (Math.random() < 0.01) await trimMessages(driver, now - TRIM_MS);
  return answer;
}

/** A workspace's messages as a log, in commit order. */
export function messageReader(driver: SqlDriver, now: () => number): ChangeReader {
  return {
    head: async (workspaceId) => (await findNewestMessage(driver, workspaceId)) ?? START,
    async read(workspaceId, after, { limit }): Promise<ChangePage> {
      const found = await listMessagesFrom(driver, workspaceId, after, limit + 1);
      const page = found.filter(({ position }) => position !== after).slice(0, limit);
      requireRetained(found, page, after, now() - KEEP_MS);
      const changes = page.map((message) => changeOf(workspaceId, message));
      return { changes, next: changes.at(-1)?.position ?? after, more: page.length === limit };
    },
  };
}

/**
 * Messages after a position must not be so old that some may have been deleted. A workspace's newest message is never
 * deleted, so a position with no message at it and none after it belongs to another database.
 */
function requireRetained(
  found: readonly ChannelMessage[],
  page: readonly ChannelMessage[],
  after: LogPosition,
  since: number,
): void {
  const old = page.some(({ at }) => at < since);
  const beyond = found.length === 0 && after !== START;
  if (!old && !beyond) return;
  const what = old ? "is older than the stored messages" : "does not belong to these messages";
  throw new PlinthError("GONE", `This position ${what}; continue from the newest position.`, { field: "after" });
}

function changeOf(workspaceId: string, { position, channel, event, data, sender, at }: ChannelMessage): Change {
  return {
    position,
    workspaceId,
    collectionId: channel,
    item: position,
    operation: "insert",
    before: null,
    after: { event, data },
    actor: sender,
    requestId: null,
    at: new Date(at).toISOString(),
  };
}
