import { DataError, PlinthError, type SqlQuery } from "@plinth/core";
import type { Requirement } from "../../commit/requirement.ts";
import type { RequestContext } from "../../kernel/engine.ts";
import type { GrowRoom } from "./body.ts";
import { addLooseRow, addUsage, findUsage, growLoose, mustBeWithin } from "./repository.ts";
import type { ContentId } from "./reserved-contents.ts";
import { findUnfinished } from "./unfinished/repository.ts";

/** What the files of one workspace may take together. What was deleted counts until its bytes are removed. */

export const QUOTA = "file quota";
/** The bytes of an upload are still its own: the sweeper has not taken them. */
export const SENT = "sent bytes";
/** As much of a body whose length nobody has said may arrive before it is counted. */
const STEP_BYTES = 8 * 1024 ** 2;

type Quota = Pick<RequestContext["engine"]["config"], "filesMaxBytes" | "filesMaxCount">;

/** What is to be stored. */
export interface Growth {
  readonly bytes: number;
  /** Files that do not count yet, neither as stored nor as an upload. */
  readonly contents: number;
}

/** What an upload has taken of the workspace's room before it is a file. */
export interface UploadRoom {
  /** Bytes. */
  taken(): number;
  readonly grow: GrowRoom;
}

/**
 * Before a body is read: notes that bytes will be in the store, and takes room for them. Of a length that is not known, room is taken while
 * the bytes arrive. So many uploads at once never store much more than the limit. Throws where there is no room.
 */
export async function openRoom(
  ctx: RequestContext,
  { id: content, isReserved }: Pick<ContentId, "id" | "isReserved">,
  size: number | undefined,
): Promise<UploadRoom> {
  const { driver, now, principal } = ctx;
  const isBounded = ctx.engine.config.filesMaxBytes !== undefined;
  await requireRoom(ctx, { bytes: size ?? 0, contents: 1 });
  let taken = isBounded ? (size ?? 0) : 0;
  const row = { id: content, workspaceId: principal.workspaceId, remove: false, since: now, bytes: taken };
  if (!isReserved) await take(ctx, taken, [addLooseRow(driver, row)]);
  const takeUpTo = async (received: number): Promise<void> => {
    await take(ctx, received - taken, growLoose(driver, content, received - taken, SENT));
    taken = received;
  };
  return {
    taken: () => taken,
    grow: (received) => (isBounded && received - taken >= STEP_BYTES ? takeUpTo(received) : undefined),
  };
}

/** Before a body is read: throws where it does not fit. Others may take the room meanwhile. */
export async function requireRoom(ctx: RequestContext, more: Growth): Promise<void> {
  const { config } = ctx.engine;
  const { workspaceId } = ctx.principal;
  if (config.filesMaxBytes === undefined && config.filesMaxCount === undefined) return;
  const [used, unfinished] = await Promise.all([
    findUsage(ctx.driver, workspaceId),
    findUnfinished(ctx.driver, { workspaceId }),
  ]);
  const bytes = (used?.bytes ?? 0) + unfinished.bytes + more.bytes;
  const contents = (used?.contents ?? 0) + unfinished.contents + more.contents;
  if (bytes > (config.filesMaxBytes ?? Infinity) || contents > (config.filesMaxCount ?? Infinity))
    throw quotaSpent(config);
}

async function take(ctx: RequestContext, bytes: number, beside: readonly SqlQuery[]): Promise<void> {
  const room = bytes === 0 ? [] : within(ctx, { bytes, contents: 0 });
  try {
    const queries = [...room, ...beside];
    await (queries.length === 1 ? ctx.driver.run(queries[0]!) : ctx.driver.batch(queries));
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    if (error.guard === QUOTA) throw quotaSpent(ctx.engine.config);
    throw error.guard === SENT ? tookTooLong() : error;
  }
}

/** Counts a content that is stored, and fails the batch under the label `QUOTA` where it does not fit. */
export function takeRoom(ctx: RequestContext, size: number, room?: UploadRoom): SqlQuery[] {
  return within(ctx, { bytes: size - (room?.taken() ?? 0), contents: 1 });
}

/** Of a batch that begins an upload or lets one grow: there is room for what it will store. Until the commit, others wait. */
export function roomRequirement(ctx: RequestContext): Requirement {
  return {
    guard: (label) => within(ctx, { bytes: 0, contents: 0 }, label),
    refusal: () => quotaSpent(ctx.engine.config),
  };
}

function within({ driver, engine, principal }: RequestContext, more: Growth, label = QUOTA): SqlQuery[] {
  const { filesMaxBytes, filesMaxCount } = engine.config;
  const { workspaceId } = principal;
  const most = { bytes: filesMaxBytes, contents: filesMaxCount };
  return [addUsage(driver, workspaceId, more), ...mustBeWithin(driver, workspaceId, most, label)];
}

export const tookTooLong = () =>
  new PlinthError("CONFLICT", "The upload took too long and was removed; send the file again.");

export function quotaSpent({ filesMaxBytes, filesMaxCount }: Quota): PlinthError {
  const limits = [
    ...(filesMaxBytes === undefined ? [] : [`${filesMaxBytes} bytes (FILES_MAX_BYTES)`]),
    ...(filesMaxCount === undefined ? [] : [`${filesMaxCount} files (FILES_MAX_COUNT)`]),
  ];
  const message = `The files of this workspace may take at most ${limits.join(" and ")}; what was deleted or replaced counts until its bytes are removed.`;
  return new PlinthError("LIMIT_EXCEEDED", message, {
    ...(filesMaxBytes !== undefined && { max_bytes: filesMaxBytes }),
    ...(filesMaxCount !== undefined && { max_count: filesMaxCount }),
  });
}
