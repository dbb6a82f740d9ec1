import type { JsonObject, SqlDriver } from "@plinth/core";
import { listWholeRuns, type RunRow } from "@plinth/db";
import { type CursorPage, idInCursor, type PageQuery, pageById } from "../../identity/paging.ts";
import type { Engine, RequestContext } from "../../kernel/engine.ts";
import { timeOf } from "./deploy.ts";
import { trimFormerRuns } from "./repository.ts";

const CURSOR_SORT = "-id";
const KEPT_MS = 7 * 86_400_000;
/** Every database accepts this many in one statement. */
const SLICE = 500;

export const RUN_STATES = ["succeeded", "failed"] as const;

/** The newest first; also of functions that are deleted. */
export async function listFunctionRuns(
  ctx: RequestContext,
  name: string,
  { status, limit, cursor }: PageQuery & { readonly status?: (typeof RUN_STATES)[number] | undefined },
): Promise<CursorPage<unknown>> {
  const before = idInCursor(cursor, CURSOR_SORT);
  const wanted = { kind: "function", name, status: status && [status], limit: limit + 1, before };
  return pageById(await listWholeRuns(ctx.driver, ctx.principal.workspaceId, wanted), limit, CURSOR_SORT, describe);
}

function describe(row: RunRow) {
  const { id, version, trigger, status, ms, actor, requestId, startedAt } = row;
  const { lines, left_out } = JSON.parse(row.logs ?? NO_LOGS) as { lines: JsonObject[]; left_out: number };
  const { calls = 0 } = JSON.parse(row.attributes) as { calls?: number };
  return {
    ...{ id, version, trigger, status, ms, calls, actor },
    request_id: requestId,
    error: row.error === null ? null : (JSON.parse(row.error) as JsonObject),
    logs: lines,
    logs_left_out: left_out,
    created_at: timeOf(startedAt),
  };
}

const NO_LOGS = '{"lines":[],"left_out":0}';

export function trimFormer({ clock }: Engine, driver: SqlDriver): Promise<boolean> {
  return trimFormerRuns(driver, clock.now() - KEPT_MS, SLICE);
}
