import { plural } from "@lingui/core/macro";
import { PlinthClientError, type View } from "@plinth/client";
import type { Patch } from "./cell-writes.ts";
import type { ItemRow } from "./row-pages.ts";
import { BATCH_LIMIT, FILE_PATIENCE_MS, sendWrite } from "./send-write.ts";

/** `row` is absent for an item that is new. */
export type RowPatch = { readonly row: ItemRow | undefined; readonly patch: Patch };

/** By ids: what the items must have. */
export type Versions = ReadonlyMap<string, number | undefined>;

export interface SentRows {
  /** Ids of the requests that wrote them: together they are one undo. */
  readonly requests: readonly string[];
  /** The items as they are stored, where the answers have them. */
  readonly stored: readonly ItemRow[];
}

/** Some rows were written before one was refused. */
export class SentInPart extends Error {
  constructor(
    readonly written: number,
    readonly requests: readonly string[],
    override readonly cause: unknown,
  ) {
    super("Only some of the rows were written.");
  }
}

type Client = Pick<View, "request" | "from">;

/** Changes of one request (docs/limits.md). */
const UPDATE_LIMIT = 5000;

/**
 * Writes changes and new items. A few are one batch; thousands of changes are one file, each with the version on which it
 * rests: all or nothing. So are new items, which are checked first. Where that is more than a request takes, or both are
 * together, they are several batches, and nobody is written over.
 */
export async function sendRows(
  client: Client,
  slug: string,
  patches: readonly RowPatch[],
  versions: Versions,
  onProgress: (written: number) => void = () => {},
): Promise<SentRows> {
  if (patches.length <= BATCH_LIMIT) return sendBatch(client, slug, patches, versions);
  onProgress(0);
  if (patches.every(({ row }) => row === undefined)) return importRows(client, slug, patches);
  if (patches.length <= UPDATE_LIMIT && patches.every(({ row }) => row !== undefined)) {
    try {
      return await updateRows(client, slug, patches, versions);
    } catch (error) {
      // Some databases take fewer statements at once.
      if (!(error instanceof PlinthClientError && error.code === "LIMIT_EXCEEDED")) throw error;
    }
  }
  return sendParts(client, slug, patches, versions, onProgress);
}

async function updateRows(
  client: Client,
  slug: string,
  patches: readonly RowPatch[],
  versions: Versions,
): Promise<SentRows> {
  const lines = patches.map(({ row, patch }) => ({ ...patch, id: row!.id, version: versions.get(row!.id) }));
  try {
    return stored(await sendFile(client, slug, lines, { mode: "update" }));
  } catch (error) {
    const outrun = error instanceof PlinthClientError ? error.details?.rows_total : undefined;
    throw typeof outrun === "number" ? overtaken(outrun) : error;
  }
}

async function sendParts(
  client: Client,
  slug: string,
  patches: readonly RowPatch[],
  versions: Versions,
  onProgress: (written: number) => void,
): Promise<SentRows> {
  await checkRows(client, slug, patches);
  await requireCurrent(client, slug, versions);
  const requests: string[] = [];
  const stored: ItemRow[] = [];
  for (let at = 0; at < patches.length; at += BATCH_LIMIT) {
    onProgress(at);
    try {
      const sent = await sendBatch(client, slug, patches.slice(at, at + BATCH_LIMIT), versions);
      requests.push(...sent.requests);
      stored.push(...sent.stored);
    } catch (error) {
      throw at === 0 ? error : new SentInPart(at, requests, error);
    }
  }
  return { requests, stored };
}

async function sendBatch(
  client: Client,
  collection: string,
  patches: readonly RowPatch[],
  versions: Versions,
): Promise<SentRows> {
  const operations = patches.map(({ row, patch }) => {
    if (!row) return { op: "create", collection, data: patch };
    const version = versions.get(row.id);
    return { op: "update", collection, id: row.id, data: patch, ...(version !== undefined && { if_version: version }) };
  });
  const write = { method: "POST", path: "api/batch", body: { operations } } as const;
  const { answer, requestId } = await sendWrite<{ data: readonly ItemRow[] }>(client as View, write);
  return stored(requestId, answer.data);
}

const stored = (requestId: string | undefined, items: readonly ItemRow[] = []): SentRows => ({
  requests: requestId === undefined ? [] : [requestId],
  stored: items,
});

interface ImportAnswer {
  readonly data: {
    readonly failed: number;
    readonly errors: readonly { readonly row: number; readonly error: { readonly message: string } }[];
  };
}

const OVER_EXISTING = { on_conflict: "id", resolution: "merge" } as const;

/** Only what the database alone knows, such as unique values, is found later. */
async function checkRows(client: Client, slug: string, patches: readonly RowPatch[]): Promise<void> {
  await sendFile(client, slug, linesOf(patches), { ...OVER_EXISTING, dry_run: "true" });
}

async function importRows(client: Client, slug: string, patches: readonly RowPatch[]): Promise<SentRows> {
  await checkRows(client, slug, patches);
  return stored(await sendFile(client, slug, linesOf(patches), OVER_EXISTING));
}

const linesOf = (patches: readonly RowPatch[]): object[] =>
  patches.map(({ row, patch }) => ({ ...(row && { id: row.id }), ...patch }));

async function sendFile(
  client: Client,
  slug: string,
  lines: readonly object[],
  options: Readonly<Record<string, string>>,
): Promise<string | undefined> {
  const raw = lines.map((line) => JSON.stringify(line)).join("\n");
  const path = `api/items/${encodeURIComponent(slug)}/import`;
  const query = { format: "ndjson", ...options };
  const write = { method: "POST", path, query, raw, patienceMs: FILE_PATIENCE_MS } as const;
  const { answer, requestId } = await sendWrite<ImportAnswer>(client as View, write);
  const [problem] = answer.data.errors;
  if (problem) throw new PlinthClientError("VALIDATION", `${problem.row}: ${problem.error.message}`, 422);
  return requestId;
}

/** Items of one request: their ids are in its address. */
const IDS = 200;

/** The server compares the versions again with each write; found here, nothing is written. */
async function requireCurrent(client: Client, slug: string, versions: Versions): Promise<void> {
  const known = [...versions].filter(([, version]) => version !== undefined);
  for (let at = 0; at < known.length; at += IDS) {
    const part = new Map(known.slice(at, at + IDS));
    const query = { filter: { id: { _in: [...part.keys()] } }, fields: ["id", "version"], limit: IDS };
    const { data } = await client.from(slug).list(query as object);
    const now = new Map((data as readonly ItemRow[]).map(({ id, version }) => [id, version]));
    const changed = [...part].filter(([id, version]) => now.get(id) !== version).length;
    if (changed > 0) throw overtaken(changed);
  }
}

const overtaken = (count: number): PlinthClientError =>
  new PlinthClientError("PRECONDITION_FAILED", overtakenWords(count), 412);

const overtakenWords = (count: number): string =>
  plural(count, {
    one: "Somebody else has changed # of the items meanwhile.",
    other: "Somebody else has changed # of the items meanwhile.",
  });
