import type { SqlDriver } from "@plinth/core";
import { listWorkspacesToPurge } from "@plinth/db";
import type { Engine } from "../../kernel/engine.ts";
import type { Feature } from "../../kernel/feature.ts";
import { purgeStep } from "./purge.ts";

const EVERY_MS = 30_000;
/** One that cannot be purged, as its data source is not connected, must not hold up the others. */
const AT_ONCE = 10;

/** Deletes the data of deleted workspaces once they can no longer be restored. */
export const workspacePurge: Feature = {
  name: "workspaces",
  schedules: [{ name: "workspaces", everyMs: EVERY_MS, run: purgeNext }],
};

async function purgeNext(engine: Engine, driver: SqlDriver): Promise<boolean> {
  const due = await listWorkspacesToPurge(driver, new Date(engine.clock.now()), AT_ONCE);
  for (const workspace of due) {
    try {
      await purgeStep(engine, driver, workspace);
      return true;
    } catch (error) {
      engine.log.warn("a workspace could not be purged; the next run tries again", { id: workspace.id, error });
    }
  }
  return false;
}
