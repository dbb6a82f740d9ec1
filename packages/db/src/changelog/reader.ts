import {
  type Change,
  type ChangeLog,
  type ChangeOperation,
  type ChangePage,
  type Collection,
  type LogPosition,
  PlinthError,
  type SqlDriver,
  type SqlRow,
  type SqlValue,
} from "@plinth/core";
import type { SqlDialect } from "../compile/dialect.ts";
import { dialectOf } from "../dialects/index.ts";
import { changeFinder } from "./finder.ts";
import { decodeImage } from "./image.ts";
import { comparePositionParts, formatPosition, type PositionParts, parsePosition, positionOf } from "./position.ts";
import { readerSql } from "./reader-sql.ts";
import { trimChanges } from "./retention.ts";
import { shortened } from "./shortened.ts";

/** The collection by its id, no older than `version`; undefined when it is deleted. */
export type Definitions = (
  workspaceId: string,
  collectionId: string,
  version: number,
) => Collection | undefined | Promise<Collection | undefined>;

/** Changes that one read scans, of any workspace. */
const SCAN = 5000;
const MAX_LIMIT = 5000;

/** The change log of one SQL database. */
export function changeLog(driver: SqlDriver, definitions: Definitions): ChangeLog {
  const dialect = dialectOf(driver);
  const sql = readerSql(dialect);

  async function head(): Promise<{ head: PositionParts; trimmed: PositionParts }> {
    const [row] = await driver.all({ sql: sql.head, params: [] });
    return bounds(row!);
  }

  async function read(
    workspaceId: string,
    after: LogPosition,
    options: { limit: number; collectionIds?: readonly string[] },
  ): Promise<ChangePage> {
    const from = parsePosition(after);
    const ids = options.collectionIds ? JSON.stringify(options.collectionIds) : null;
    const most = Math.max(1, Math.min(MAX_LIMIT, Math.floor(options.limit)));
    const { rows, limit } = await shortened(most, async (limit, maxBytes) =>
      driver.all({
        sql: sql.read,
        params: [text(from.xid), text(from.seq), workspaceId, limit, SCAN, ids],
        maxBytes,
      }),
    );
    const found = rows.filter((row) => row.seq !== null);
    requireRetained(rows[0]!, from);
    const end = rows[0]!.end_seq === null ? from : positionOf(rows[0]!.end_xid!, rows[0]!.end_seq!);
    const full = found.length === limit;
    const next = full ? positionOf(found.at(-1)!.xid!, found.at(-1)!.seq!) : end;
    const more = Number(rows[0]!.scanned) === SCAN || (full && comparePositionParts(next, end) < 0);
    return { changes: await decodeAll(dialect, definitions, workspaceId, found), next: formatPosition(next), more };
  }

  return {
    ...changeFinder(driver, (workspaceId, rows) => decodeAll(dialect, definitions, workspaceId, rows)),
    head: async () => {
      const { head: newest, trimmed } = await head();
      return formatPosition(comparePositionParts(newest, trimmed) < 0 ? trimmed : newest);
    },
    read,
    trim: (keep) => trimChanges(driver, keep),
    start: async () => formatPosition((await head()).trimmed),
    async touched(after) {
      const from = parsePosition(after);
      const params = [text(from.xid), text(from.seq), SCAN];
      const rows = await driver.all({ sql: sql.touched, params });
      const last = rows[0];
      const next = last ? formatPosition(positionOf(last.end_xid!, last.end_seq!)) : after;
      return { workspaceIds: rows.map((row) => row.workspace_id as string), next };
    },
  };
}

/** Bound as text and cast, as D1 carries numbers as doubles. */
const text = (value: bigint): string => value.toString();

function bounds(row: SqlRow): { head: PositionParts; trimmed: PositionParts } {
  return {
    head: row.head_seq === null ? { xid: 0n, seq: 0n } : positionOf(row.head_xid!, row.head_seq!),
    trimmed: positionOf(row.trimmed_xid!, row.trimmed_seq!),
  };
}

/**
 * A position may be older than the retained changes, or newer than the log after the database was restored from a
 * backup.
 */
function requireRetained(row: SqlRow, from: PositionParts): void {
  const { head, trimmed } = bounds(row);
  const old = comparePositionParts(from, trimmed) < 0;
  const beyond = comparePositionParts(from, head) > 0 && comparePositionParts(from, trimmed) > 0;
  if (!old && !beyond) return;
  const what = old ? "is older than what the change log keeps" : "is not in this change log";
  throw new PlinthError("GONE", `This position ${what}; read the items again, then the log from its newest position.`, {
    field: "after",
  });
}

async function decodeAll(
  dialect: SqlDialect,
  definitions: Definitions,
  workspaceId: string,
  rows: readonly SqlRow[],
): Promise<Change[]> {
  const changes: Change[] = [];
  // Checked once for each page: the newest version on a page is enough for all of its changes.
  const versions = new Map<string, number>();
  for (const row of rows) {
    const id = row.collection_id as string;
    versions.set(id, Math.max(versions.get(id) ?? 0, Number(row.version)));
  }
  const collections = new Map<string, Collection | undefined>();
  for (const [id, version] of versions) collections.set(id, await definitions(workspaceId, id, version));
  for (const row of rows) {
    const collection = collections.get(row.collection_id as string);
    // Changes of a deleted collection cannot be delivered.
    if (collection) changes.push(changeOf(dialect, collection, row));
  }
  return changes;
}

function changeOf(dialect: SqlDialect, collection: Collection, row: SqlRow): Change {
  const image = (value: SqlValue) =>
    value === null ? null : decodeImage(dialect, collection, value as string, Number(row.version));
  return {
    position: formatPosition(positionOf(row.xid!, row.seq!)),
    workspaceId: collection.workspaceId,
    collectionId: collection.id,
    item: row.item as string,
    operation: row.op as ChangeOperation,
    before: image(row.before!),
    after: image(row.after!),
    actor: row.actor as string | null,
    requestId: row.request_id as string | null,
    at: new Date(Number(row.at)).toISOString(),
  };
}
