import type { SqlQuery } from "@plinth/core";
import {
  hastenJobTrigger,
  insertSecurityEvent,
  listReadingJobTriggers,
  listTriggerWorkspaces,
  noteJobTrigger,
  TRIGGERS_CURSOR,
} from "@plinth/db";
import { logReader } from "../changelog/reader.ts";
import type { ChangeConsumer, ConsumerContext } from "../kernel/feature.ts";
import { storeTriggered } from "./changes.ts";
import { isAfter, isBeyond, numbersOf, positionAt, startAt } from "./log-start.ts";
import { firingAt, withFirings } from "./trigger.ts";

/** Reads the log of the workspaces that have triggers which changes concern. */
export const triggersConsumer: ChangeConsumer = {
  name: TRIGGERS_CURSOR,
  // A cursor is stored with the first trigger, so that nothing after it is left out.
  from: "now",
  workspaces: listTriggerWorkspaces,
  handle: storeTriggered,
  onGap: noteGap,
};

/**
 * The log was trimmed before it was read, or the database was restored into a server that numbers changes anew: triggers and the
 * security log tell of it.
 */
async function noteGap({ engine, driver, workspaceId }: Omit<ConsumerContext, "signal">): Promise<void> {
  const reader = logReader(engine, driver);
  const [oldest, head] = [numbersOf(await reader.start()), numbersOf(await reader.head(workspaceId))];
  const rows = await listReadingJobTriggers(driver, workspaceId);
  const now = engine.clock.now();
  const queries: SqlQuery[] = [];
  for (const row of rows) {
    const { id, owner, name, updatedAt } = row;
    const beyond = isBeyond(row, head);
    if (!beyond && !isAfter(oldest, row)) continue;
    const firings = withFirings(row, [
      firingAt(now, now, null, "Changes were deleted from the log before they were read."),
    ]);
    // No change would come after such a start.
    const start = beyond ? startAt(await positionAt(reader, workspaceId, updatedAt)) : {};
    const event = {
      workspaceId,
      at: now,
      type: "trigger_gap",
      outcome: "failed",
      target: owner,
      detail: { name },
    } as const;
    queries.push(noteJobTrigger(driver, id, { firings, ...start }), insertSecurityEvent(driver, event));
    if (row.kind === "date") queries.push(hastenJobTrigger(driver, id, now));
  }
  if (queries.length === 0) return;
  engine.log.error("changes are gone from the log before triggers have read them", { workspaceId });
  await driver.batch(queries);
}
