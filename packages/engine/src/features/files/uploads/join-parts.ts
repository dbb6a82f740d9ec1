import { type FileStore, FileStoreError, invalid, PlinthError } from "@plinth/core";
import type { RequestContext } from "../../../kernel/engine.ts";
import { objectKey } from "../object-store.ts";
import { holdLoose } from "../repository.ts";
import type { UploadLock } from "./lock.ts";
import { listPartRows, type UploadPartRow, type UploadRow, updateLockedUpload } from "./repository.ts";
import { HELD, refuseTaken, uploadKey } from "./state.ts";
import { openStoreUpload } from "./store-parts.ts";

export interface ChosenPart {
  readonly number: number;
  /** Absent: any. */
  readonly etag?: string | undefined;
}

/** The parts that become the file. Throws `VALIDATION` where one is missing, is another, or is too small. */
export async function chooseParts(
  { driver }: RequestContext,
  { capabilities }: FileStore,
  row: UploadRow,
  given: readonly ChosenPart[] | undefined,
): Promise<UploadPartRow[]> {
  const stored = await listPartRows(driver, row.id);
  const chosen = given === undefined ? stored : chosenAmong(stored, given);
  const { minPartBytes } = capabilities.upload;
  const small = chosen.slice(0, -1).find(({ size }) => size < minPartBytes);
  if (small) {
    const message = `part ${small.number} has ${small.size} bytes, and each but the last needs ${minPartBytes}`;
    throw invalid("parts", message);
  }
  return chosen;
}

function chosenAmong(stored: readonly UploadPartRow[], given: readonly ChosenPart[]): UploadPartRow[] {
  const byNumber = new Map(stored.map((part) => [part.number, part]));
  const numbers = new Set(given.map(({ number }) => number));
  if (numbers.size !== given.length || given.length === 0) throw invalid("parts", "must name each part once");
  return given
    .map(({ number, etag }) => {
      const part = byNumber.get(number);
      if (!part || (etag !== undefined && etag !== part.etag))
        throw invalid("parts", `part ${number} is not there, or has another etag`);
      return part;
    })
    .sort((a, b) => a.number - b.number);
}

interface Joining {
  readonly store: FileStore;
  readonly lock: UploadLock;
  readonly row: UploadRow;
  readonly chosen: readonly UploadPartRow[];
}

/** Makes the bytes one object under the key of the content. What a killed process began is gone on with. */
export async function joinUpload(ctx: RequestContext, joining: Joining): Promise<void> {
  const { driver, engine } = ctx;
  const { store, lock, row, chosen } = joining;
  const { id, content, workspaceId } = row;
  const held = { id, token: lock.token, label: HELD };
  // The sweeper gives the time of a whole upload from here on.
  await driver
    .batch([
      ...updateLockedUpload(driver, held, { state: "completing" }),
      holdLoose(driver, { id: content, workspaceId, since: engine.clock.now() }),
    ])
    .catch(refuseTaken);
  if (row.joined) return;
  if (chosen.length > 0) await joinParts(ctx, joining);
  else if (row.tail !== null)
    await store.put(uploadKey(row), await tailOf(store, row, row.received), { size: row.received });
  else if (row.size === 0) await store.put(uploadKey(row), new Uint8Array(0));
  else await requireObject(ctx, joining);
  await driver.batch(updateLockedUpload(driver, held, { joined: true, storeUpload: null })).catch(refuseTaken);
}

async function joinParts(ctx: RequestContext, { store, lock, row, chosen }: Joining): Promise<void> {
  const parts = chosen.map(({ number, etag }) => ({ number, etag }));
  const total = chosen.reduce((sum, { size }) => sum + size, 0);
  const rest = row.tail === null ? 0 : row.received - total;
  try {
    const upload = await openStoreUpload(ctx, row);
    if (rest > 0) {
      const { number, etag } = await upload.part(chosen.at(-1)!.number + 1, await tailOf(store, row, rest), rest);
      parts.push({ number, etag });
    }
    await upload.complete(parts);
  } catch (error) {
    if (!(error instanceof FileStoreError)) throw error;
    if (error.kind === "invalid_part") await reopen(ctx, lock, row);
    // An end whose answer was lost, or after which the process was killed.
    if (error.kind !== "not_found" && error.kind !== "outcome_unknown") throw error;
    if ((await sizeOf(store, uploadKey(row))) !== total + rest) throw error;
  }
}

/** Of parts that can be sent again, the store has others by now than it has answered. */
async function reopen({ driver }: RequestContext, { token }: UploadLock, { id, partBytes }: UploadRow): Promise<void> {
  if (partBytes !== null) return;
  await driver.batch(updateLockedUpload(driver, { id, token, label: HELD }, { state: "open" })).catch(refuseTaken);
  throw invalid("parts", "one of them was replaced meanwhile; send the parts again");
}

/** A client may have written it itself, by a URL of the store. */
async function requireObject(ctx: RequestContext, { store, lock, row }: Joining): Promise<void> {
  if ((await sizeOf(store, uploadKey(row))) !== undefined) return;
  const held = { id: row.id, token: lock.token, label: HELD };
  await ctx.driver.batch(updateLockedUpload(ctx.driver, held, { state: "open" })).catch(refuseTaken);
  throw new PlinthError("CONFLICT", "No bytes of this upload have arrived.");
}

async function sizeOf(store: FileStore, key: string): Promise<number | undefined> {
  try {
    return (await store.head(key)).size;
  } catch (error) {
    if (error instanceof FileStoreError && error.kind === "not_found") return undefined;
    throw error;
  }
}

/** The first bytes of the object after the last part. */
export async function tailOf(store: FileStore, row: UploadRow, length: number): Promise<ReadableStream<Uint8Array>> {
  return (await store.get(objectKey(row.workspaceId, row.tail!), { range: { offset: 0, length } })).stream;
}
