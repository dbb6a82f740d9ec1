import {
  type Change,
  type ChangePage,
  type ChangeReader,
  type Json,
  type LogPosition,
  PlinthError,
  type SqlDriver,
} from "@plinth/core";
import { findNewestMessage, insertMessage, listMessagesFrom, type Message, trimMessages } from "@plinth/db";
import { commit } from "../commit/commit.ts";
import type { RequestContext } from "../kernel/engine.ts";

/** Messages of application channels, kept for a while so that who resumes misses none, on any replica. */
const KEEP_MS = 3_600_000;
/** They are taken away a little later, so that replicas whose clocks differ agree on what is gone. */
const TRIM_MS = KEEP_MS + 300_000;
/** Where a workspace without any messages stands. */
const START: LogPosition = "1.0.0";

export interface PublishedMessage {
  readonly event: string;
  readonly data: Json;
}

/** One statement, and now and then one that takes away what is old. */
export async function publish(ctx: RequestContext, channel: string, { event, data }: PublishedMessage) {
  const { driver, principal, now } = ctx;
  const sender = principal.kind === "anonymous" ? null : `${principal.kind}:${principal.id}`;
  const insert = insertMessage(driver, principal.workspaceId, { channel, event, data, sender, at: now });
  const answer = await commit(ctx, { queries: [insert], data: { channel, event } });
  if (Math.random() < 0.01) await trimMessages(driver, now - TRIM_MS);
  return answer;
}

/** The messages of a workspace as a log, in the order in which they were committed. */
export function messageReader(driver: SqlDriver, now: () => number): ChangeReader {
  return {
    head: async (workspaceId) => (await findNewestMessage(driver, workspaceId)) ?? START,
    async read(workspaceId, after, { limit }): Promise<ChangePage> {
      const found = await listMessagesFrom(driver, workspaceId, after, limit + 1);
      const page = found.filter(({ place }) => place !== after).slice(0, limit);
      requireRetained(found, page, after, now() - KEEP_MS);
      const changes = page.map((message) => changeOf(workspaceId, message));
      return { changes, next: changes.at(-1)?.place ?? after, more: page.length === limit };
    },
  };
}

/**
 * Of what came after a position, nothing may be so old that some of it may have been taken away. A workspace's newest
 * message is always there, so that a position after which and at which there is none is not this database's.
 */
function requireRetained(found: readonly Message[], page: readonly Message[], after: LogPosition, since: number): void {
  const old = page.some(({ at }) => at < since);
  const beyond = found.length === 0 && after !== START;
  if (!old && !beyond) return;
  const what = old ? "is older than the stored messages" : "does not belong to these messages";
  throw new PlinthError("GONE", `This position ${what}; continue from the newest position.`, { field: "after" });
}

function changeOf(workspaceId: string, { place, channel, event, data, sender, at }: Message): Change {
  return {
    place,
    workspaceId,
    collectionId: channel,
    item: place,
    operation: "insert",
    before: null,
    after: { event, data },
    actor: sender,
    requestId: null,
    at: new Date(at).toISOString(),
  };
}
