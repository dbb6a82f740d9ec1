import type { FileStore, SqlDriver } from "@plinth/core";
import type { Engine } from "../../kernel/engine.ts";
import { imageKeysOf } from "./images/image-objects.ts";
import { objectKey } from "./object-store.ts";
import {
  deleteLoose,
  deleteOwner,
  findPurgedOwner,
  giveUpUpload,
  type LooseRow,
  listLateUploads,
  listToRemove,
  removeLater,
} from "./repository.ts";

const HOUR_MS = 3_600_000;
/** An upload that takes longer has to be resumable. */
const UPLOAD_MS = 24 * HOUR_MS;
/** Of one slice. D1 takes a thousand statements in a request, and a Worker has a thousand calls of its store. */
const LATE = 20;
const SLICE = 50;
const MOST_FAILURES = 3;

/** Removes bytes that no item stands for. */
export async function removeLoose(engine: Engine, driver: SqlDriver): Promise<boolean> {
  const { files, clock } = engine;
  if (!files) return false;
  const store = await files();
  const now = clock.now();
  const late = await listLateUploads(driver, now - UPLOAD_MS, LATE);
  for (const upload of late) await giveUpUpload(driver, upload, now);
  const rows = await listToRemove(driver, SLICE);
  // The bytes first: a row without bytes is removed by the next run, bytes without a row by nobody.
  const { gone, stay } = await removeBytes(engine, store, rows);
  await deleteLoose(
    driver,
    gone.map(({ id }) => id),
  );
  // Behind the others, which they must not hold up.
  for (const { id, workspaceId } of stay) await driver.run(removeLater(driver, { id, workspaceId, since: now }));
  return (rows.length === SLICE && gone.length > 0) || late.length === LATE;
}

interface Removal {
  readonly gone: readonly LooseRow[];
  readonly stay: readonly LooseRow[];
}

/** All at once, or where that fails one by one, until it looks as if the store did not answer at all. */
async function removeBytes(engine: Engine, store: FileStore, rows: readonly LooseRow[]): Promise<Removal> {
  const gone: LooseRow[] = [];
  const stay: LooseRow[] = [];
  try {
    await deleteContents(store, rows);
    return { gone: rows, stay };
  } catch (error) {
    engine.log.debug("bytes could not be removed together", { error });
  }
  for (const row of rows) {
    try {
      await deleteContents(store, [row]);
      gone.push(row);
    } catch (error) {
      engine.log.warn("the bytes of a file could not be removed; a later run tries again", { content: row.id, error });
      stay.push(row);
      if (stay.length === MOST_FAILURES) break;
    }
  }
  return { gone, stay };
}

/** With the images that were made of them. */
async function deleteContents(store: FileStore, rows: readonly LooseRow[]): Promise<void> {
  const keys: string[] = [];
  for (const { workspaceId, id } of rows)
    keys.push(...(await imageKeysOf(store, workspaceId, id)), objectKey(workspaceId, id));
  await store.delete(keys);
}

/** Pages of one slice. */
const PURGED_PAGES = 5;

/** Removes the bytes of a workspace that was deleted for good. */
export async function removePurged(engine: Engine, driver: SqlDriver): Promise<boolean> {
  const { files } = engine;
  const workspaceId = files && (await findPurgedOwner(driver));
  if (workspaceId === undefined) return false;
  const store = await files!();
  let cursor: string | undefined;
  for (let pages = 0; pages < PURGED_PAGES; pages++) {
    const page = await store.list({ prefix: objectKey(workspaceId, ""), cursor });
    await store.delete(page.files.map(({ key }) => key));
    cursor = page.cursor;
    if (cursor === undefined) {
      await deleteOwner(driver, workspaceId);
      break;
    }
  }
  return true;
}
