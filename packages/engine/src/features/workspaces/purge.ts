import { type Collection, OPERATORS_POOL_ID, type SqlDriver } from "@plinth/core";
import {
  beginPurge,
  dropCollections,
  insertSecurityEvent,
  loadCollections,
  purgeRows,
  removeWorkspaceQueries,
  type WorkspaceRow,
} from "@plinth/db";
import { forgetWorkspace, holdSlug } from "../../identity/workspaces.ts";
import type { Engine } from "../../kernel/engine.ts";
import { isBuiltIn, sourceOf } from "../../kernel/sources.ts";
import { referrersFirst, refersTo } from "../../schema/referrers-first.ts";

/** Rows of each table in one step. */
const SLICE = 500;

/**
 * The next step: one collection, or a slice of rows, and in the end the workspace itself. Each step is one batch, so that
 * the process that follows one that died continues with the next.
 */
export async function purgeStep(engine: Engine, driver: SqlDriver, workspace: WorkspaceRow): Promise<void> {
  if (!(await beginPurge(driver, workspace))) return;
  const { id, slug } = workspace;
  const collections = referrersFirst((await loadCollections(driver, id)).values());
  if (collections.length > 0) return purgeCollection(engine, driver, collections);
  const tables = engine.features.flatMap((feature) => feature.tables ?? []);
  if ((await purgeRows(driver, id, tables, SLICE)) > 0) return;
  const event = {
    workspaceId: OPERATORS_POOL_ID,
    at: engine.clock.now(),
    type: "workspace_purge",
    target: `workspace:${id}`,
    detail: { slug },
  } as const;
  await driver.batch([
    ...removeWorkspaceQueries(driver, id),
    ...holdSlug(driver, workspace, { now: engine.clock.now(), isPurged: true }),
    insertSecurityEvent(driver, event),
  ]);
  engine.catalogs.forget(id);
  forgetWorkspace(engine, workspace);
}

async function purgeCollection(engine: Engine, driver: SqlDriver, collections: readonly Collection[]): Promise<void> {
  const [next] = collections as [Collection];
  if (!isBuiltIn(next)) {
    const { schema } = sourceOf(engine, driver, next);
    await driver.batch(dropCollections(driver, [next], { tables: false }));
    return schema.run(schema.dropTable(next));
  }
  // A circle of relations: none of the tables can go before the others.
  const isReferred = collections.some((other) => other !== next && refersTo(other, next));
  await driver.batch(dropCollections(driver, isReferred ? collections.filter(isBuiltIn) : [next]));
}
