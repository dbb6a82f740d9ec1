import type { JsonObject, SqlDriver } from "@plinth/core";
import { type CursorPage, idInCursor, type PageQuery, pageById } from "../../identity/paging.ts";
import type { Engine, RequestContext } from "../../kernel/engine.ts";
import { service } from "../../kernel/services.ts";
import { timeOf } from "./deploy.ts";
import { deleteManyRuns, listRunRows, type RunRow, trimRuns } from "./repository.ts";

const CURSOR_SORT = "-id";
const KEPT_MS = 7 * 86_400_000;
/** Of one function: whoever may call it must not fill the disk with its runs, nor push out those of others. */
const MOST_KEPT = 1000;
/** A process counts its runs of a function, and looks after so many whether there are too many. */
const TRIM_EVERY = 100;
/** Functions for which it counts. */
const MOST_COUNTED = 10_000;
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

export function trimOldRuns({ clock }: Engine, driver: SqlDriver): Promise<boolean> {
  return trimRuns(driver, clock.now() - KEPT_MS, SLICE);
}

const runCounts = service("counts of runs", (_: Engine) => new Map<string, number>());

/** To be called after each run of the function. */
export async function trimRunsOf(
  engine: Engine,
  driver: SqlDriver,
  { workspaceId, name }: { readonly workspaceId: string; readonly name: string },
): Promise<void> {
  const counts = runCounts(engine);
  const key = `${workspaceId} ${name}`;
  const before = counts.get(key) ?? 0;
  if (before === 0 && counts.size >= MOST_COUNTED) counts.clear();
  counts.set(key, (before + 1) % TRIM_EVERY);
  // The first one too: processes of some hosts do not live for many.
  if (before === 0) await deleteManyRuns(driver, { workspaceId, name, keep: MOST_KEPT, most: SLICE });
}
