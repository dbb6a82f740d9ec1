import type { JsonObject, SqlDriver } from "@plinth/core";
import { type CursorPage, idInCursor, type PageQuery, pageById } from "../../identity/paging.ts";
import type { Engine, RequestContext } from "../../kernel/engine.ts";
import { timeOf } from "./deploy.ts";
import { listRunRows, type RunRow, timeOfRunBehind, trimRuns } from "./repository.ts";

const CURSOR_SORT = "-id";
const KEPT_MS = 7 * 86_400_000;
/** Of all workspaces: whoever may call a function must not fill the disk with its runs. */
const MOST_KEPT = 20_000;
/** Every database accepts this many in one statement. */
const SLICE = 500;

export const RUN_STATES = ["succeeded", "failed"] as const;

/** The newest first; also of functions that are deleted. */
export async function listFunctionRuns(
  ctx: RequestContext,
  name: string,
  { status, limit, cursor }: PageQuery & { readonly status?: (typeof RUN_STATES)[number] | undefined },
): Promise<CursorPage<unknown>> {
  const wanted = { name, status, limit: limit + 1, before: idInCursor(cursor, CURSOR_SORT) };
  const rows = await listRunRows(ctx.driver, ctx.principal.workspaceId, wanted);
  return pageById(rows, limit, CURSOR_SORT, describe);
}

function describe({ id, version, trigger, status, error, logs, ms, calls, actor, requestId, createdAt }: RunRow) {
  const { lines, left_out } = JSON.parse(logs) as { lines: JsonObject[]; left_out: number };
  return {
    ...{ id, version, trigger, status, ms, calls, actor },
    request_id: requestId,
    error: error === null ? null : (JSON.parse(error) as JsonObject),
    logs: lines,
    logs_left_out: left_out,
    created_at: timeOf(createdAt),
  };
}

export async function trimOldRuns({ clock }: Engine, driver: SqlDriver): Promise<boolean> {
  const behind = (await timeOfRunBehind(driver, MOST_KEPT)) ?? 0;
  return trimRuns(driver, Math.max(clock.now() - KEPT_MS, behind), SLICE);
}
