import type { SqlQuery } from "@plinth/core";
import { insertRunSpans, insertRuns, type RunProof, type RunRow, type RunSpanRow } from "@plinth/db";
import { noteRun } from "./counts.ts";
import { type EndedRun, endedRunRow, type RunContext } from "./run.ts";

/** The statement that stores a run that has ended, for the batch that stores its end. */
export function runQuery(ctx: RunContext, run: EndedRun, proof?: RunProof): SqlQuery {
  const row = endedRunRow(ctx, run);
  noteRun(ctx.engine, row);
  return insertRuns(ctx.driver, [row], proof);
}

/** Stores a run that has ended, and returns its id. What ran has happened, even if this cannot be stored: that is logged. */
export async function recordRun(ctx: RunContext, run: EndedRun): Promise<string> {
  const row = endedRunRow(ctx, run);
  await storeEnded(ctx, row, []);
  return row.id;
}

export async function storeEnded({ engine, driver }: RunContext, row: RunRow, spans: readonly RunSpanRow[]) {
  const { kind, name, workspaceId } = row;
  noteRun(engine, row);
  try {
    const insert = insertRuns(driver, [row]);
    await (spans.length === 0 ? driver.run(insert) : driver.batch([insert, insertRunSpans(driver, spans)]));
  } catch (error) {
    engine.log.error("a run could not be logged", { workspaceId, kind, name, error });
  }
}
