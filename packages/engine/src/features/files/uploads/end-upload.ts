import { FileStoreError, type SqlDriver } from "@plinth/core";
import type { Engine, RequestContext } from "../../../kernel/engine.ts";
import { objectKey, storeOf } from "../object-store.ts";
import { deleteLoose, removeLater } from "../repository.ts";
import { storeFailure } from "../store-failure.ts";
import { type UploadLock, withUploadLock } from "./lock.ts";
import {
  deleteUpload,
  endExpiredUploads,
  findUploadRow,
  listEndedUploads,
  postponeUpload,
  type UploadRow,
  updateLockedUpload,
} from "./repository.ts";
import { HELD, noSuchUpload, refuseTaken, requireUpload, uploadKey } from "./state.ts";

/** Of one slice: D1 takes a thousand statements in a request. */
const SLICE = 15;

/** Ends an upload and removes its bytes. One that has become a file has ended. */
export async function abortUpload(ctx: RequestContext, id: string): Promise<void> {
  await requireUpload(ctx, id);
  await withUploadLock(ctx, id, async (lock) => {
    const row = await requireUpload(ctx, id);
    if (row.state === "done") throw noSuchUpload();
    await endUpload(ctx, lock, id);
  });
}

/** From now on nobody continues it. Where its bytes cannot be removed now, the sweeper does it. */
export async function endUpload(ctx: RequestContext, { token }: UploadLock, id: string): Promise<void> {
  const { driver, engine, principal } = ctx;
  const ended = updateLockedUpload(driver, { id, token, label: HELD }, { state: "ended" });
  await driver.batch(ended).catch(refuseTaken);
  try {
    const row = await findUploadRow(driver, principal.workspaceId, id);
    if (row) await removeUpload(engine, driver, row);
  } catch (error) {
    engine.log.warn("the bytes of an upload that ended are removed later", { upload: id, error });
  }
}

/** Ends uploads that nobody has continued in time, and removes what they have stored. */
export async function removeEndedUploads(engine: Engine, driver: SqlDriver): Promise<boolean> {
  if (!engine.files) return false;
  await endExpiredUploads(driver, engine.clock.now());
  const rows = await listEndedUploads(driver, SLICE);
  let removed = 0;
  for (const row of rows) {
    try {
      await removeUpload(engine, driver, row);
      removed++;
    } catch (error) {
      engine.log.warn("an upload that ended could not be removed; a later run tries again", { upload: row.id, error });
      await driver.run(postponeUpload(driver, row.id, engine.clock.now()));
    }
  }
  return rows.length === SLICE && removed > 0;
}

/** The parts first, of which nothing but the row knows; from the batch on, rows of `loose` stand for the objects. */
async function removeUpload(engine: Engine, driver: SqlDriver, row: UploadRow): Promise<void> {
  const { id, workspaceId, content, tail, storeUpload } = row;
  const store = await storeOf(engine);
  const since = engine.clock.now();
  const objects = tail === null ? [content] : [content, tail];
  try {
    if (storeUpload !== null) await (await store.upload(uploadKey(row), { id: storeUpload })).abort();
  } catch (error) {
    if (!(error instanceof FileStoreError && error.kind === "not_found")) throw storeFailure(error);
  }
  const loose = objects.map((object) => removeLater(driver, { id: object, workspaceId, since }));
  await driver.batch([...loose, ...deleteUpload(driver, id)]);
  await store.delete(objects.map((object) => objectKey(workspaceId, object)));
  await deleteLoose(driver, objects);
}
