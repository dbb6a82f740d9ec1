import type {
  Change,
  ChangeFinder,
  ChangeHead,
  ChangeOperation,
  LogPosition,
  SqlDriver,
  SqlRow,
  SqlValue,
} from "@plinth/core";
import { longTextField } from "@plinth/core";
import { numbered } from "../compile/numbered.ts";
import { dialectOf } from "../dialects/index.ts";
import { formatPosition, parsePosition, positionOf } from "./position.ts";
import { shortened } from "./shortened.ts";

/** Decodes rows of the log by the definitions of their collections. */
export type DecodeRows = (workspaceId: string, rows: readonly SqlRow[]) => Promise<Change[]>;

const REQUEST = longTextField("request_id");

/** Finds changes by the indexes on the item and on the request. */
export function changeFinder(driver: SqlDriver, decode: DecodeRows): ChangeFinder {
  const dialect = dialectOf(driver);
  const { log } = dialect;
  const head = `cast(${log.xid} as text) as xid, cast(seq as text) as seq, collection_id, item, op, actor`;
  const change = `${head}, version, ${log.image("before")} as before, ${log.image("after")} as after, request_id, at`;

  // The columns, as the texts that are read have the same names.
  const newestFirst = log.descending.replaceAll(/\b(xid|seq)\b/g, "plinth_changes.$1");

  async function select(
    columns: string,
    where: string[],
    values: SqlValue[],
    { limit, maxBytes }: { limit: number; maxBytes?: number | undefined },
  ): Promise<SqlRow[]> {
    const sql = `select ${columns} from plinth_changes where ${where.join(" and ")}
      order by ${newestFirst} limit cast(?${values.length + 1} as integer)`;
    return driver.all({ ...numbered(dialect, sql, [...values, limit]), maxBytes });
  }

  /** Conditions on the position; adds their parameters to `values`. */
  function within(bounds: { before?: LogPosition | undefined; after?: LogPosition | undefined }, values: SqlValue[]) {
    return (["before", "after"] as const).flatMap((side) => {
      const position = bounds[side];
      if (position === undefined) return [];
      const { xid, seq } = parsePosition(position);
      const n = values.push(xid.toString(), seq.toString());
      return [log[side](`?${n - 1}`, `?${n}`)];
    });
  }

  return {
    async ofItem({ workspaceId, collectionId, item }, { limit: most, ...bounds }) {
      const values: SqlValue[] = [collectionId, item, workspaceId];
      const where = ["collection_id = ?1", "item = ?2", "workspace_id = ?3", ...within(bounds, values)];
      const { rows, limit } = await shortened(most, (limit, maxBytes) =>
        select(change, where, values, { limit: limit + 1, maxBytes }),
      );
      return { changes: await decode(workspaceId, rows.slice(0, limit)), more: rows.length > limit };
    },
    async ofRequests(workspaceId, requestIds, { limit, before }) {
      const values: SqlValue[] = [dialect.encodeList(REQUEST, requestIds), workspaceId];
      const among = `request_id is not null and ${dialect.isIn(REQUEST, "request_id", "?1")}`;
      const where = [among, "workspace_id = ?2", ...within({ before }, values)];
      return (await select(head, where, values, { limit })).map(headOf);
    },
    async at(workspaceId, positions) {
      const pairs = positions.map(parsePosition).map(({ xid, seq }) => [xid.toString(), seq.toString()]);
      const where = [log.isAmong("?1"), "workspace_id = ?2"];
      const { rows, limit } = await shortened(positions.length, (limit, maxBytes) =>
        select(change, where, [JSON.stringify(pairs.slice(0, limit)), workspaceId], { limit, maxBytes }),
      );
      return { changes: await decode(workspaceId, rows), taken: limit };
    },
  };
}

function headOf(row: SqlRow): ChangeHead {
  return {
    position: formatPosition(positionOf(row.xid!, row.seq!)),
    collectionId: row.collection_id as string,
    item: row.item as string,
    operation: row.op as ChangeOperation,
    actor: row.actor as string | null,
  };
}
