import { PlinthError, type SqlQuery } from "@plinth/core";
import type { RequestContext } from "../../kernel/engine.ts";
import { addUsage, findUsage, mustBeWithin } from "./repository.ts";

/** What the files of one workspace may take together. What was deleted counts until its bytes are removed. */

export const QUOTA = "file quota";

type Quota = Pick<RequestContext["engine"]["config"], "filesMaxBytes" | "filesMaxCount">;

/** Before a body is read: throws where it does not fit. Others may take the room meanwhile, so the commit asks again. */
export async function requireRoom(ctx: RequestContext, size: number): Promise<void> {
  const { config } = ctx.engine;
  if (config.filesMaxBytes === undefined && config.filesMaxCount === undefined) return;
  const used = await findUsage(ctx.driver, ctx.principal.workspaceId);
  const bytes = (used?.bytes ?? 0) + size;
  const contents = (used?.contents ?? 0) + 1;
  if (bytes > (config.filesMaxBytes ?? Infinity) || contents > (config.filesMaxCount ?? Infinity))
    throw quotaSpent(config);
}

/** Counts a content that is stored, and fails the batch under the label `QUOTA` where it does not fit. */
export function takeRoom({ driver, engine, principal }: RequestContext, size: number): SqlQuery[] {
  const { filesMaxBytes, filesMaxCount } = engine.config;
  const { workspaceId } = principal;
  const most = { bytes: filesMaxBytes, contents: filesMaxCount };
  return [
    addUsage(driver, workspaceId, { bytes: size, contents: 1 }),
    ...mustBeWithin(driver, workspaceId, most, QUOTA),
  ];
}

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
