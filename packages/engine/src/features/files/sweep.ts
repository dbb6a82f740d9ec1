import type { FileStore, SqlDriver } from "@plinth/core";
import type { Engine } from "../../kernel/engine.ts";
import { objectKey } from "./object-store.ts";
import {
  deleteLoose,
  deleteOwner,
  findPurgedOwner,
  giveUpUpload,
  listLateUploads,
  listToRemove,
  removeLater,
} from "./repository.ts";

const HOUR_MS = 3_600_000;
/** An upload that takes longer has to be resumable. */
const UPLOAD_MS = 24 * HOUR_MS;
const SLICE = 100;

/** Removes bytes that no item stands for. */
export async function removeLoose(engine: Engine, driver: SqlDriver): Promise<boolean> {
  const { files, clock } = engine;
  if (!files) return false;
  const store = await files();
  const now = clock.now();
  const late = await listLateUploads(driver, now - UPLOAD_MS, SLICE);
  for (const upload of late) await giveUpUpload(driver, upload, now);
  const rows = await listToRemove(driver, SLICE);
  if (rows.length === 0) return late.length === SLICE;
  // The bytes first: a row without bytes is removed by the next run, bytes without a row by nobody.
  const gone: string[] = [];
  for (const { workspaceId, id } of rows) {
    try {
      await deleteContent(store, objectKey(workspaceId, id));
      gone.push(id);
    } catch (error) {
      engine.log.warn("the bytes of a file could not be removed; a later run tries again", { content: id, error });
      // Behind the others, which one that stays must not hold up.
      await driver.run(removeLater(driver, { id, workspaceId, since: now }));
    }
  }
  await deleteLoose(driver, gone);
  return gone.length === SLICE || late.length === SLICE;
}

/** With the images that were made of it. */
async function deleteContent(store: FileStore, key: string): Promise<void> {
  for (let cursor: string | undefined, isFirst = true; isFirst || cursor !== undefined; isFirst = false) {
    const page = await store.list({ prefix: `${key}/`, cursor });
    await store.delete(page.files.map((file) => file.key));
    cursor = page.cursor;
  }
  await store.delete([key]);
}

/** Removes the bytes of a workspace that was deleted for good. */
export async function removePurged(engine: Engine, driver: SqlDriver): Promise<boolean> {
  const { files } = engine;
  const workspaceId = files && (await findPurgedOwner(driver));
  if (workspaceId === undefined) return false;
  const store = await files!();
  const page = await store.list({ prefix: objectKey(workspaceId, "") });
  await store.delete(page.files.map(({ key }) => key));
  if (page.cursor === undefined) await deleteOwner(driver, workspaceId);
  return true;
}
