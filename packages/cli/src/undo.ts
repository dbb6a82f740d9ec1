import { plural } from "@plinth/core";
import type { Call, ExitCode } from "./command.ts";
import { ApiError, type Conflict } from "./errors.ts";
import { count } from "./progress.ts";
import { objectTable } from "./table.ts";
import type { UNDO_OPTIONS } from "./undo-options.ts";
import type { UndoBody, Undone } from "./undone.ts";

const SHOWN_CONFLICTS = 20;

type WhatToUndo = { readonly requests: readonly string[] } | Pick<Extract<UndoBody, { to: string }>, "item" | "to">;

/** `plinth undo REQUEST…` */
export function undoRequests(call: Call<typeof UNDO_OPTIONS>): Promise<ExitCode> {
  return run(call, { requests: call.args });
}

/** `plinth restore COLLECTION ID POSITION` */
export function restoreItem(call: Call<typeof UNDO_OPTIONS>): Promise<ExitCode> {
  const [collection, id, to] = call.args as [string, string, string];
  return run(call, { item: { collection, id }, to });
}

async function run(call: Call<typeof UNDO_OPTIONS>, target: WhatToUndo): Promise<ExitCode> {
  const { values, terminal } = call;
  const isDry = values["dry-run"];
  const on_conflict = values["skip-conflicts"] ? "skip" : "refuse";
  const onProgress = (items: number): void => {
    if (terminal.live) terminal.err(`\r${itemsOf(items)} done\x1b[K`);
  };
  let undone: Undone;
  try {
    undone = await call.api().undo({ ...target, dry_run: isDry, on_conflict }, onProgress);
  } catch (error) {
    if (!values.json && error instanceof ApiError && error.details.conflicts)
      terminal.err(conflictTable(error.details.conflicts, error.details.conflicts_total ?? 0));
    throw error;
  } finally {
    if (terminal.live) terminal.err("\r\x1b[K");
  }
  const { conflicts, conflicts_total, stopped } = undone;
  if (!values.json && conflicts_total > 0) terminal.err(conflictTable(conflicts, conflicts_total));
  await call.show(undone, summary(undone));
  return conflicts_total > 0 || stopped ? 1 : 0;
}

function conflictTable(conflicts: readonly Conflict[], total: number): string {
  const shown = conflicts.slice(0, SHOWN_CONFLICTS);
  const more = total > shown.length ? `… and ${count(total - shown.length)} more\n` : "";
  return `${objectTable(["collection", "item", "reason", "fields"], shown as never)}${more}\n`;
}

function summary({ deleted, changed, restored, dry_run, skipped, request_id, stopped }: Undone): string {
  const parts = [
    restored > 0 ? `${itemsOf(restored)} brought back` : "",
    changed > 0 ? `${itemsOf(changed)} changed back` : "",
    deleted > 0 ? `${itemsOf(deleted)} deleted` : "",
    skipped > 0 ? `${itemsOf(skipped)} left as ${skipped === 1 ? "it is" : "they are"}` : "",
  ].filter(Boolean);
  const what = parts.length > 0 ? parts.join(", ") : "nothing to undo";
  if (dry_run) return `Would be done: ${what}. Nothing was changed.\n`;
  const ended = stopped ? `Stopped: ${stopped.message} The same command goes on.\n` : "";
  const isDone = deleted + changed + restored > 0;
  const back = isDone && request_id !== null ? `To take this back: plinth undo ${request_id}\n` : "";
  return `${what[0]!.toUpperCase()}${what.slice(1)}.\n${ended}${back}`;
}

const itemsOf = (n: number): string => `${count(n)} ${plural(n, "item")}`;
