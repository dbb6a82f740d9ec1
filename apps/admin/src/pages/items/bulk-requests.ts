import type { JsonObject } from "@plinth/core";
import { FILE_PATIENCE_MS, sendWrite } from "./send-write.ts";

/** Items of one bulk write (docs/limits.md), and of one target. */
export const BULK_LIMIT = 10_000;
/** Ids that an address can hold: a server takes some thousand characters. One undo takes 100 requests with as many. */
const ADDRESS_IDS = 200;

/** The items of a bulk write: those that were chosen, or those of a filter; without one, all. */
export type BulkTarget = { readonly ids: readonly string[] } | { readonly filter?: JsonObject | undefined };

/** More chosen items than one undo takes back. */
export const isTooMany = (target: BulkTarget): boolean => "ids" in target && target.ids.length > BULK_LIMIT;

export interface BulkRequest {
  readonly method: "PATCH" | "DELETE";
  readonly target: BulkTarget;
  readonly body?: JsonObject;
  readonly limit?: number;
}

type Client = Parameters<typeof sendWrite>[0];

export interface BulkOutcome {
  /** Items that were written. */
  readonly written: number;
  /** Ids of the requests that were answered: together they are one undo. */
  readonly requests: readonly string[];
  /** Why it ended before its end. */
  readonly error?: unknown;
  /** Chosen items of the request that failed, and those of which none was sent. */
  readonly failed: readonly string[];
  readonly unsent: readonly string[];
}

/** How many items the write would be of, by a dry run of the server. */
export async function countItems(client: Client, slug: string, request: BulkRequest): Promise<number> {
  let count = 0;
  for (const target of partsOf(request.target))
    count += (await send(client, slug, { ...request, target }, true)).matched;
  return count;
}

/**
 * Writes them. A filter is one request; ids are as many as an address can hold. Each request is all or nothing, and the first
 * that fails is the last one.
 *
 * @param onProgress before each of several requests, the items that were sent so far
 */
export async function writeItems(
  client: Client,
  slug: string,
  request: BulkRequest,
  onProgress: (sent: number) => void = () => {},
): Promise<BulkOutcome> {
  const parts = partsOf(request.target);
  const idsOf = (target: BulkTarget | undefined) => (target && "ids" in target ? target.ids : []);
  const requests: string[] = [];
  let [written, sent] = [0, 0];
  for (const [at, target] of parts.entries()) {
    if (parts.length > 1) onProgress(sent);
    try {
      const done = await send(client, slug, { ...request, target });
      written += done.written;
      if (done.requestId !== undefined) requests.push(done.requestId);
    } catch (error) {
      return { written, requests, error, failed: idsOf(target), unsent: parts.slice(at + 1).flatMap(idsOf) };
    }
    sent += idsOf(target).length;
  }
  return { written, requests, failed: [], unsent: [] };
}

function partsOf(target: BulkTarget): BulkTarget[] {
  if (!("ids" in target)) return [target];
  const { ids } = target;
  const parts = Math.ceil(ids.length / ADDRESS_IDS);
  return Array.from({ length: parts }, (_, at) => ({ ids: ids.slice(at * ADDRESS_IDS, (at + 1) * ADDRESS_IDS) }));
}

interface BulkAnswer {
  readonly data: { readonly matched: number; readonly updated?: number; readonly deleted?: number };
}

async function send(client: Client, slug: string, request: BulkRequest, isDry = false) {
  const { method, target, body, limit = BULK_LIMIT } = request;
  const filter = "ids" in target ? { id: { _in: [...target.ids] } } : target.filter;
  const query = {
    filter: JSON.stringify(filter ?? {}),
    limit: String(limit),
    dry_run: String(isDry),
    ...(!filter && { all: "true" }),
  };
  const path = `api/items/${encodeURIComponent(slug)}`;
  const write = { method, path, query, patienceMs: FILE_PATIENCE_MS, ...(body && { body }) };
  const { answer, requestId } = await sendWrite<BulkAnswer>(client, write, isDry ? 3 : 1);
  const { matched, updated, deleted } = answer.data;
  return { matched, written: updated ?? deleted ?? 0, requestId };
}
