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

/**
 * Writes changes and new items. As many as a batch takes are all or nothing. More new items are a file of their own, that is
 * checked first. More changes are several batches, each with the versions on which it rests, so that nobody is written over.
 */
export async function sendRows(
  client: Client,
  slug: string,
  patches: readonly RowPatch[],
  versions: Versions,
  onProgress: (written: number) => void = () => {},
): Promise<SentRows> {
  if (patches.length <= BATCH_LIMIT) return sendBatch(client, slug, patches, versions);
  if (patches.every(({ row }) => row === undefined)) return importRows(client, slug, patches);
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
  return { requests: requestId === undefined ? [] : [requestId], stored: answer.data };
}

interface ImportAnswer {
  readonly data: {
    readonly failed: number;
    readonly errors: readonly { readonly row: number; readonly error: { readonly message: string } }[];
  };
}

/** Only what the database alone knows, such as unique values, is found later. */
async function checkRows(client: Client, slug: string, patches: readonly RowPatch[]): Promise<void> {
  await sendFile(client, slug, patches, true);
}

async function importRows(client: Client, slug: string, patches: readonly RowPatch[]): Promise<SentRows> {
  await checkRows(client, slug, patches);
  const requestId = await sendFile(client, slug, patches, false);
  return { requests: requestId === undefined ? [] : [requestId], stored: [] };
}

async function sendFile(client: Client, slug: string, patches: readonly RowPatch[], isDry: boolean) {
  const raw = patches.map(({ row, patch }) => JSON.stringify({ ...(row && { id: row.id }), ...patch })).join("\n");
  const path = `api/items/${encodeURIComponent(slug)}/import`;
  const query = { format: "ndjson", on_conflict: "id", resolution: "merge", dry_run: String(isDry) };
  const write = { method: "POST", path, query, raw, patienceMs: FILE_PATIENCE_MS } as const;
  const { answer, requestId } = await sendWrite<ImportAnswer>(client as View, write, 1);
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
    if (changed > 0) throw new PlinthClientError("PRECONDITION_FAILED", outrunWords(changed), 412);
  }
}

const outrunWords = (count: number): string =>
  plural(count, {
    one: "Somebody else has changed # of the items meanwhile.",
    other: "Somebody else has changed # of the items meanwhile.",
  });
